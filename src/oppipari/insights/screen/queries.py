"""What a screen shows: the wall, one thing after another."""

from dataclasses import dataclass

from oppipari.insights.models import Insight, Screen, Trial
from oppipari.insights.queries import wall
from oppipari.insights.trials.queries import shelf
from oppipari.organisation.models import Unit

# So many of the trials that have been decided are shown; the wall has them all.
DECIDED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing in large type: an insight or a trial; `key` finds it again when the wall has changed."""

    key: str
    insight: Insight | None = None
    trial: Trial | None = None

    @property
    def text(self) -> str:
        """What is read of it from afar."""
        if self.insight:
            return self.insight.text
        if self.trial is None:
            return ""
        read = self.trial.what if self.trial.running else f"{self.trial.learnt or self.trial.what} {self.trial.sign}"
        return f"{self.trial.problem} {read}"

    @property
    def size(self) -> str:
        """How large the type may be: "xl" for a short sentence down to "s"; many lines count as much text."""
        length = max(len(self.text), 45 * (self.text.count("\n") + 1))
        return next((name for most, name in ((110, "xl"), (240, "l"), (480, "m")) if length <= most), "s")

    @property
    def seconds(self) -> int:
        """How long it stays: time to notice it and to read it twice at an easy pace, 15 letters a second."""
        return min(90, 10 + 2 * len(self.text) // 15)


def leaves(unit: Unit) -> list[Leaf]:
    """Trials that are going on, then insights, then trials decided last; two queries."""
    trials = shelf(unit)
    return (
        [Leaf(f"t{t.pk}", trial=t) for t in trials.going_on if t.what and t.problem]
        + [Leaf(f"i{i.pk}", insight=i) for i in wall(unit)]
        + [Leaf(f"t{t.pk}", trial=t) for t in trials.decided[:DECIDED_SHOWN] if t.what and t.problem]
    )


def screen_of(secret: str) -> Screen | None:
    """The screen that the secret opens; one query on an index, the same for every wrong secret."""
    return Screen.objects.select_related("unit").filter(address_hash=Screen.hash_of(secret)).first()
