"""The rules of a release, with a switch for each, so that tests can show what each of them is for.

1. Answers come without person, time or order. What is released depends on how often each answer was given, and on
   nothing else.
2. Nothing is released of a questionnaire that is open; that is for `oppipari.evaluation` to keep, and `first_release`
   lets what was released first stand.
3. A mean needs five answers, a distribution eight, and each question is counted for itself (`figures`): the minimum
   frequency rule, a k-anonymity of 5.
4. Small units are merged (`merging`); a total takes in nothing but whole groups that are released (`totals`), and all of it is
   checked for differencing (`differencing`).
5. The first release stands; two rounds are compared only where no set of groups differs by one to four people
   (`comparison`, `repeated_release`).
6. Open answers need eight writers and lose their order (`release_texts`).
7. Every figure leaves every answer open, also to one who knows their own and this program (`figures`).
8. ... and also to a coalition of two who tell each other what they answered: in mentoring everybody has somebody to compare
   with (`coalition_size`). Three who compare may know more. Who counts as a respondent is for `oppipari.evaluation` to keep.

Thresholds of five and eight are common in staff surveys.

References
----------
A. Hundepool et al. (2012), Statistical Disclosure Control, chapters 4 and 5 (rules 4 and 7).
K. Kenthapadi, N. Mishra and K. Nissim (2005), Simulatable auditing. PODS (deciding from what is already public).
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
    # Of how many groups without a full distribution a total may release their distribution together.
    least_groups_together: int = 5
    threshold_each: bool = True  # rule 3: each question needs its own five answers
    merges: bool = True  # rule 4: small units are merged
    differencing: bool = True  # rule 4: a total takes in only whole groups that are released
    frozen: bool = True  # rule 5: what was released first stands
    over_time: bool = True  # rule 5: rounds are compared only where many came or went, or nobody
    shuffles: bool = True  # rule 6: open answers lose their order
    intervals: bool = True  # rule 7: a mean near the ends becomes an interval or a bound
    collapses: bool = True  # rule 7: nearly unanimous distributions are collapsed
    resolves_unique: bool = True  # rule 7: means that can come about in one way only become bounds, too
    swaps: bool = True  # rule 7: a large total is released only where answers could be swapped between its groups
    coalition_size: int = 2  # rule 8: so many may compare their answers and work out nobody else's

    @property
    def least_disclosed(self) -> int:
        """The fewest people that any difference of what is released may concern."""
        return self.least_for_mean
