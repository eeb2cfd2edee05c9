"""A round's meetings as a whole: what waits for the supervisor, and how many there are."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.meetings import beginning
from oppipari.meetings.models import Meeting, MeetingPlan
from oppipari.meetings.work_times import rosters
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair
from oppipari.rounds.models import RUNNING, Round

State = Meeting.State


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """Meetings that wait for the supervisor's approval, also of pairs that go on after the closing; what helps pairs without times."""
    count = Meeting.objects.of_supervisor().filter(pair__round=round_).count()
    todos = []
    url = reverse("round_meetings", args=[round_.pk])
    if count:
        text = ngettext(
            "%(count)d meeting waits for your approval.", "%(count)d meetings wait for your approval.", count
        )
        todos.append(Todo(text % {"count": count}, _("Agree to meetings"), url, order=8))
    if round_.state in RUNNING:
        ahead = Meeting.objects.filter(
            pair__round=round_, pair__state=Pair.State.MEETING, state=State.AGREED, starts_at__gt=timezone.now()
        )
        if upset := len(rosters.unfit(list(ahead.select_related("pair")))):
            text = ngettext(
                "By the rosters %(count)d agreed meeting no longer fits.",
                "By the rosters %(count)d agreed meetings no longer fit.",
                upset,
            )
            todos.append(Todo(text % {"count": upset}, _("Look at the meetings"), url, order=7))
        plan = MeetingPlan.objects.filter(round=round_, state=MeetingPlan.State.READY).exists()
        if plan:
            text = _("The planner has proposed times for the pairs.")
            todos.append(Todo(text, _("Look at the times"), reverse("round_planner", args=[round_.pk]), order=10))
    if begin := beginning.next_step(round_):
        todos.append(begin)
    return todos


def round_part(round_: Round) -> dict[str, Any]:
    """The meetings' card on a round's page: what was held and is agreed, as a whole, never by person; of a closed one while pairs go on."""
    going_on = Pair.objects.active().filter(round=round_)
    if round_.state in (Round.State.SIGN_UP, Round.State.PAIRING) or (
        round_.state == Round.State.CLOSED and not going_on.exists()
    ):
        return {}
    return counts(round_)


def counts(round_: Round) -> dict[str, int]:
    """How many of the round's meetings were held, are agreed ahead, or had their time and nobody told of them.

    Of those proposed: how many wait for the supervisor's approval, as in what waits for them, and how many for the pair.
    """
    ahead = Q(starts_at__gt=timezone.now())
    waiting = Meeting.objects.of_supervisor().filter(pair__round=round_).count()
    found: dict[str, int] = Meeting.objects.filter(pair__round=round_).aggregate(
        held=Count("pk", filter=Q(state=State.HELD)),
        agreed=Count("pk", filter=Q(state=State.AGREED) & ahead),
        proposed=Count("pk", filter=Q(state=State.PROPOSED) & ahead),
        past=Count("pk", filter=Q(state=State.AGREED) & ~ahead),
    )
    return found | {"waiting": waiting, "with_pairs": found["proposed"] - waiting}
