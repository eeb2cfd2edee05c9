"""What pages read of meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.meetings.models import Meeting
from oppipari.meetings.suggestions import nearest, suggest
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

State = Meeting.State


@dataclass
class Line:
    """A meeting with the names of those who meet."""

    meeting: Meeting
    names: list[str]


def of_round(round_: Round) -> list[Line]:
    """All meetings of the round's pairs by time, for the supervisor."""
    members = PairMember.objects.filter(left_at=None).select_related("person")
    meetings = (
        Meeting.objects.filter(pair__round=round_)
        .exclude(pair__state=Pair.State.REPLACED)
        .select_related("pair")
        .prefetch_related(Prefetch("pair__members", queryset=members))
    )
    return [Line(m, [p.person.name for p in m.pair.members.all()]) for m in meetings]


def common_slots(pair: Pair) -> list[int]:
    """When all of the pair work, as they told it; those who told nothing do not narrow it. Sorted."""
    slots = [
        set(p.sign_up.slots) for p in pair.members.filter(left_at=None).select_related("sign_up") if p.sign_up.slots
    ]
    return sorted(set.intersection(*slots)) if slots else []


def taken_times(pair: Pair, but: int | None = None) -> list[tuple[datetime, datetime]]:
    """(start, end) of the coming meetings of the pair's people, also with others; without the meeting `but`."""
    people = pair.members.filter(left_at=None).values("person")
    theirs = (
        Meeting.objects.filter(
            pair__members__person__in=people,
            pair__members__left_at=None,
            state__in=[State.PROPOSED, State.AGREED],
            starts_at__gt=timezone.now() - timedelta(hours=4),
        )
        .exclude(pk=but or 0)
        .distinct()
    )
    return [(m.starts_at, m.starts_at + timedelta(minutes=m.minutes)) for m in theirs]


def suggested_times(pair: Pair) -> list[datetime]:
    """Times for the meetings that are still to be proposed, in the pair's common working time."""
    there = pair.meetings.exclude(state=State.CANCELLED).count()
    last = pair.meetings.exclude(state=State.CANCELLED).order_by("-starts_at").first()
    start = timezone.localdate()
    if last:
        start = max(start, timezone.localdate(last.starts_at) + timedelta(weeks=pair.round.weeks_between, days=-10))
    return suggest(
        common_slots(pair),
        start,
        count=max(1, min(12, pair.meetings_agreed - there)),
        weeks_between=pair.round.weeks_between,
        minutes=pair.round.meeting_minutes,
        taken=taken_times(pair),
    )


def times_to_move_to(meeting: Meeting) -> list[datetime]:
    """Free common times around the meeting's day, so that moving it takes two presses."""
    pair = meeting.pair
    times = nearest(
        common_slots(pair),
        timezone.localdate(meeting.starts_at),
        timezone.localdate(),
        minutes=meeting.minutes,
        taken=taken_times(pair, but=meeting.pk),
        count=7,
    )
    return [t for t in times if t != meeting.starts_at][:6]


def still_waiting(round_: Round, ids: Sequence[int]) -> int:
    """How many of these meetings wait for the supervisor's yes."""
    return Meeting.objects.filter(
        pair__round=round_, pk__in=ids, state=State.PROPOSED, starts_at__gt=timezone.now()
    ).count()


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The pair's meetings: what is ahead, what to say of the one just past, the guide for the next one."""
    meetings = list(pair.meetings.all())
    now = timezone.now()
    held = sum(m.state == State.HELD for m in meetings)
    live = [m for m in meetings if m.state in (State.PROPOSED, State.AGREED)]
    ahead = [m for m in live if m.starts_at > now]
    past = [m for m in live if m.starts_at <= now and m.state == State.AGREED]
    # A meeting that waited for its yes until its time passed asks for a new time, not for a report.
    lapsed = [m for m in live if m.starts_at <= now and m.state == State.PROPOSED]
    open_ = pair.state == Pair.State.MEETING and pair.round.state != Round.State.CLOSED
    return {
        "next": ahead[0] if ahead else None,
        "later": ahead[1:],
        "past": past,
        "lapsed": lapsed,
        "earlier": [m for m in meetings if m.state == State.HELD],
        "held": held,
        "agreed": pair.meetings_agreed,
        "open": open_,
        "enough": held >= pair.meetings_agreed,
        # One's own answer, shown to nobody else; it is deleted when all have answered.
        "answered": pair.members.filter(person=person, left_at=None).exclude(goes_on=None).exists(),
        "left": max(0, pair.meetings_agreed - held - len(ahead)),
        "guide": "first" if held == 0 else "last" if held >= pair.meetings_agreed - 1 else "next",
    }


def todos_for_person(person: Person) -> list[Todo]:
    """Agree on a meeting; say that you met; answer whether to go on."""
    places = (
        PairMember.objects.filter(person=person, left_at=None, pair__state=Pair.State.MEETING)
        .exclude(pair__round__state=Round.State.CLOSED)
        .select_related("pair")
        .annotate(
            held=Count("pair__meetings", filter=Q(pair__meetings__state=State.HELD), distinct=True),
            live=Count(
                "pair__meetings",
                filter=Q(
                    pair__meetings__state__in=[State.PROPOSED, State.AGREED],
                    pair__meetings__starts_at__gt=timezone.now(),
                ),
                distinct=True,
            ),
            to_tell=Count(
                "pair__meetings",
                filter=Q(pair__meetings__state=State.AGREED, pair__meetings__starts_at__lte=timezone.now()),
                distinct=True,
            ),
        )
    )
    todos = []
    for place in places:
        url = reverse("pair", args=[place.pair_id])
        if place.held >= place.pair.meetings_agreed:
            if place.goes_on is None:
                text = _("You have met as agreed. Would you like to go on? Each answers alone.")
                todos.append(Todo(text, _("Answer in private"), reverse("pair_go_on", args=[place.pair_id]), 15))
        elif place.to_tell:
            todos.append(Todo(_("Did you meet? One press is enough."), _("To our page"), url, 20))
        elif not place.live and place.answer:
            text = _("Agree on your meetings: booking all the dates at once is easiest.")
            todos.append(Todo(text, _("Book the meetings"), reverse("meeting_new", args=[place.pair_id]), 25))
    return todos


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """Meetings that wait for the supervisor's yes."""
    count = Meeting.objects.filter(
        pair__round=round_, pair__state=Pair.State.MEETING, state=State.PROPOSED, starts_at__gt=timezone.now()
    ).count()
    if not count:
        return []
    text = ngettext("%(count)d meeting waits for your yes.", "%(count)d meetings wait for your yes.", count)
    return [Todo(text % {"count": count}, _("Agree to meetings"), reverse("round_meetings", args=[round_.pk]), order=8)]


def round_part(round_: Round) -> dict[str, Any]:
    """The meetings' card on a round's page: what is agreed, as a whole and never by person."""
    if round_.state not in (Round.State.MEETING, Round.State.EVALUATING, Round.State.CLOSED):
        return {}
    counted = Meeting.objects.filter(pair__round=round_).aggregate(
        waiting=Count("pk", filter=Q(state=State.PROPOSED, starts_at__gt=timezone.now())),
        agreed=Count("pk", filter=Q(state=State.AGREED, starts_at__gt=timezone.now())),
    )
    return dict(counted)


def next_meetings(pairs: Sequence[Pair]) -> dict[int, Meeting]:
    """Each pair's next agreed or proposed meeting, by the pair's id; one query."""
    live = Meeting.objects.filter(
        pair__in=pairs, state__in=[State.PROPOSED, State.AGREED], starts_at__gt=timezone.now()
    )
    found: dict[int, Meeting] = {}
    for meeting in live.order_by("starts_at"):
        found.setdefault(meeting.pair_id, meeting)
    return found
