"""What pages read of trials."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from oppipari.insights.trials.models import Trial
from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit

State = Trial.State


@dataclass(frozen=True, slots=True)
class Shelf:
    """A unit's trials as the wall shows them: those to decide on first, then running, then decided."""

    due: list[Trial]
    running: list[Trial]
    decided: list[Trial]

    @property
    def going_on(self) -> list[Trial]:
        return self.due + self.running

    def __bool__(self) -> bool:
        return bool(self.due or self.running or self.decided)


def trials_of(unit: Unit | int) -> list[Trial]:
    """All trials of a unit, newest first; one query."""
    found = Trial.objects.filter(unit=unit).select_related("parent__unit", "insight")
    return list(found.order_by("-started_on", "-pk"))


def shelf(unit: Unit | int) -> Shelf:
    """The unit's trials, sorted for the wall; one query."""
    day = timezone.localdate()
    found = trials_of(unit)
    due = sorted((t for t in found if t.is_due(day)), key=lambda t: (t.until, t.pk))
    running = sorted((t for t in found if t.running and not t.is_due(day)), key=lambda t: (t.until, t.pk))
    decided = sorted((t for t in found if not t.running), key=lambda t: (t.decided_on or day, t.pk), reverse=True)
    return Shelf(due, running, decided)


def waiting_for_supervisor(units: set[int]) -> tuple[list[Trial], list[Trial]]:
    """Trials of `units` that a decision is due on, the oldest first, and those that lost their words; one query."""
    day = timezone.localdate()
    if not units:
        return [], []
    about = Q(state=State.RUNNING, until__lte=day) | Q(what="") | Q(problem="")
    found = list(Trial.objects.filter(about, unit_id__in=units).select_related("unit").order_by("until", "pk"))
    return [t for t in found if t.is_due(day)], [t for t in found if not (t.what and t.problem)]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else a trial was begun from: trials that their units offer, and how many other units there are."""

    offered: list[Trial]
    others: int

    def __bool__(self) -> bool:
        return bool(self.offered or self.others)


def tried_elsewhere(trial: Trial, reader: Person) -> Elsewhere:
    """Other units that began a trial from `trial`: which, where they offer theirs; of the rest only how many; one query.

    A trial is its unit's own until it offers it, so the rest are told as a number, and to the trial's own unit alone.
    """
    children = list(trial.children.exclude(unit=trial.unit_id).select_related("unit").order_by("-offered_on", "-pk"))
    offered = [t for t in children if t.offered_on is not None]
    rest = {t.unit_id for t in children} - {t.unit_id for t in offered}
    return Elsewhere(offered, len(rest) if trial.unit_id in access.member_unit_ids(reader) else 0)
