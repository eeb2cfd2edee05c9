"""How a round's meetings get going: the one next thing for the supervisor once pairs have been published."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.models import Meeting, MeetingPlan
from oppipari.meetings.work_times import rosters
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair
from oppipari.pairs.queries.counted import counted_sizes, sizes_of
from oppipari.rounds.models import Round

State = Meeting.State


def without_times(round_: Round) -> QuerySet[Pair]:
    """The pairs of the round that have neither met nor a time ahead, agreed or waiting for the supervisor."""
    of_pair = Meeting.objects.filter(pair=OuterRef("pk"))
    has = of_pair.filter(
        Q(state__in=[State.AGREED, State.HELD]) | Q(state=State.PROPOSED, starts_at__gt=timezone.now())
    )
    return Pair.objects.active().filter(~Exists(has), round=round_)


def next_step(round_: Round) -> Todo | None:
    """What helps pairs without times: the roster, from it the planner; None where none lacks them or a plan is there.

    Pairs may always book their times themselves; then their proposals are what waits.
    """
    if round_.state != Round.State.MEETING or MeetingPlan.objects.filter(round=round_).exists():
        return None
    sizes = sizes_of(without_times(round_))
    if not sizes:
        return None
    last = rosters.covered_until([p.pk for p in rosters.roster_people(round_.unit)])
    if last is not None and last > timezone.now():
        text = _(
            "No meeting times yet: %(pairs)s. The shifts are known: the planner proposes times for all at once. They can also book them themselves."
        )
        action, url = _("Propose the times"), reverse("round_planner", args=[round_.pk])
    else:
        text = _(
            "No meeting times yet: %(pairs)s. Bring in the roster, and Oppipari finds times that fit the shifts. They can also book them themselves."
        )
        action, url = _("Bring in the roster"), reverse("unit_roster", args=[round_.unit_id])
    return Todo(text % {"pairs": counted_sizes(sizes)}, action, url, order=12)
