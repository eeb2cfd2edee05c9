"""The rules of a release, with a switch for each, so that tests can show what each of them is for.

1. Answers come without person, time or order. What is released depends on how often each answer was given, and on
   nothing else.
2. Nothing is released of a questionnaire that is open; that is the house's to keep (`oppipari.evaluation`), and `keep`
   lets what was released first stand.
3. A mean needs five answers, a distribution eight, and each question is counted for itself (`figures`).
4. Small units are told together (`grouping`); a total takes in nothing but whole groups that are told
   (`totals`), and linear algebra looks over all of it once more (`differences`).
5. What was released stands; two rounds are laid side by side only where no set of groups differs by one to four people
   (`over_time`).
6. Open answers need eight writers and lose their order (`release_texts`).
7. Every figure leaves every answer open, also to one who knows their own and this program (`figures`).

Thresholds of five and eight are common in staff surveys; for rules 4 and 7 see Hundepool et al., Statistical Disclosure
Control (2012), chapters 4 and 5, and for deciding from what is already public Kenthapadi, Mishra and Nissim, Simulatable
Auditing (PODS 2005).
"""

from dataclasses import dataclass

LOW, HIGH = 1, 5
VALUES = range(LOW, HIGH + 1)
LEAST_FOR_MEAN, LEAST_FOR_DISTRIBUTION = 5, 8


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds in answers; each switch is on but in tests of what would happen without it."""

    least_for_mean: int = LEAST_FOR_MEAN
    least_for_distribution: int = LEAST_FOR_DISTRIBUTION
    least_for_texts: int = 8
    # Of how many groups without a full distribution a total may tell their distribution together.
    least_groups_together: int = 5
    all_alike: bool = True  # rule 3: each question needs its own five answers
    merges: bool = True  # rule 4: small units are told together
    differences: bool = True  # rule 4: a total takes in only whole groups that are told
    frozen: bool = True  # rule 5: what was released first stands
    over_time: bool = True  # rule 5: rounds are compared only where many came or went, or nobody
    shuffles: bool = True  # rule 6: open answers lose their order
    steps_back: bool = True  # rule 7: a mean near the ends becomes a bound
    joins: bool = True  # rule 7: nearly unanimous distributions are joined
    covers: bool = True  # rule 7: ... and with them those that they could be taken for
    exchanges: bool = True  # rule 7: a large total is told only where answers could be exchanged between its groups

    @property
    def least_told(self) -> int:
        """The fewest people that any difference of what is told may concern."""
        return self.least_for_mean
