"""What a screen shows: the wall, one thing after another."""

from dataclasses import dataclass

from oppipari.insights.models import Insight, Screen, Trial
from oppipari.insights.queries import wall
from oppipari.insights.screen import fitting
from oppipari.insights.trials.forms import shown_number
from oppipari.insights.trials.queries import shelf
from oppipari.organisation.models import Unit

# So many of the trials that have been decided are shown; the wall has them all.
DECIDED_SHOWN = 3
# Before and after higher than this stand in smaller letters.
_MEASURED_HIGH = 24.0


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the screen: an insight or a trial, or a part of one; `key` finds it again when the wall has changed.

    `words` is what stands in large type, of the `size` named; `measured` whether before and after are on it, and
    `small` whether in smaller letters.
    """

    key: str
    words: str
    size: str
    insight: Insight | None = None
    trial: Trial | None = None
    measured: bool = False
    small: bool = False
    part: int = 1
    parts: int = 1

    @property
    def seconds(self) -> int:
        """How long it stays: time to notice it and to read it twice at an easy pace, 15 letters a second."""
        length = len(self.words)
        if self.trial:
            length += len(self.trial.problem) + (len(self.trial.sign) if self.measured else 0)
        return min(90, 10 + 2 * length // 15)


def leaves_of_insight(insight: Insight) -> list[Leaf]:
    """An insight on one leaf, a long one on several."""
    under = (
        fitting.SMALL_LINE + fitting.GAP
        if insight.shown_names or insight.lets_try_told or insight.lets_try_read
        else 0.0
    )
    fits = fitting.fit(insight.text, besides=under)
    return [
        Leaf(_key(f"i{insight.pk}", n), one.words, one.size, insight=insight, part=n, parts=len(fits))
        for n, one in enumerate(fits, start=1)
    ]


def leaves_of_trial(trial: Trial) -> list[Leaf]:
    """A trial on one leaf; a long one on several, with its problem on each and what was measured on the last."""
    if trial.running:
        words, share, measured = trial.what, fitting.RUNNING, 0.0
        besides = fitting.SMALL_LINE + fitting.GAP
    else:
        words, share, measured = trial.learnt or trial.what, fitting.DECIDED, _measured_height(trial)
        besides = measured + fitting.GAP if measured else 0.0
    fits = fitting.fit(words, trial.problem, share, besides)
    apart = len(fits) > 1 and measured > 0
    if apart:
        fits = [*fitting.fit(words, trial.problem, share), fitting.Fit("s", "")]
    small = measured > _MEASURED_HIGH
    return [
        Leaf(
            _key(f"t{trial.pk}", n),
            one.words,
            one.size,
            trial=trial,
            measured=measured > 0 and n == len(fits),
            small=small,
            part=n,
            parts=len(fits),
        )
        for n, one in enumerate(fits, start=1)
    ]


def _key(of: str, number: int) -> str:
    return of if number == 1 else f"{of}-{number}"


def _measured_height(trial: Trial) -> float:
    """How high before and after stand; 0 where nothing was written."""
    if trial.has_numbers:
        told = [shown_number(n) for n in (trial.before_number, trial.after_number) if n is not None]
        values = fitting.SMALL_LINE + 8.0 if told else 0.0
    else:
        told = [text for text in (trial.before_words, trial.after_words) if text]
        large = fitting.SMALL * 1.2
        values = sum(fitting.SMALL_LINE + fitting.height(text, large, 1.5) + 1 for text in told)
    return values + fitting.height(trial.sign, fitting.SMALL, 1.56) + 1 if told else 0.0


def leaves(unit: Unit) -> list[Leaf]:
    """Trials that are going on, then insights, then trials decided last; two queries."""
    trials = shelf(unit)
    return [
        *(leaf for t in trials.going_on if t.what and t.problem for leaf in leaves_of_trial(t)),
        *(leaf for i in wall(unit) for leaf in leaves_of_insight(i)),
        *(leaf for t in trials.decided[:DECIDED_SHOWN] if t.what and t.problem for leaf in leaves_of_trial(t)),
    ]


def screen_of(secret: str) -> Screen | None:
    """The screen that the secret opens; one query on an index, the same for every wrong secret."""
    return Screen.objects.select_related("unit").filter(address_hash=Screen.hash_of(secret)).first()
