"""What pages read of meetings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oppipari import scheduling
from oppipari.meetings import beginning, course, problem
from oppipari.meetings.models import Meeting, MeetingPlan
from oppipari.meetings.planner.wanted import MOST_WEEKS
from oppipari.meetings.staffing import frame
from oppipari.meetings.work_times import rosters
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import words

State = Meeting.State
# The first suggested day is so far away that both can arrange it.
SOON = timedelta(days=5)
MOST_SUGGESTED, MOST_MOVES = 12, 6
# Who works by day and by night is offered the day first.
DAY_FROM, DAY_UNTIL = 7, 21


@dataclass
class Line:
    """A meeting with the names of those who meet."""

    meeting: Meeting
    names: list[str]
    # Why it waits for a look of its own, in sentences.
    remarks: list[str] = field(default_factory=list)

    @property
    def live(self) -> bool:
        """Whether it is to be, or waits to be agreed."""
        return self.meeting.state in (State.PROPOSED, State.AGREED)

    @property
    def agreed(self) -> bool:
        """Whether the supervisor has said yes."""
        return self.meeting.state == State.AGREED


def of_round(round_: Round) -> list[Line]:
    """All meetings of the round's pairs by time, for the supervisor."""
    return _lines(Meeting.objects.filter(pair__round=round_).exclude(pair__state=Pair.State.REPLACED))


def lines_of(meetings: Sequence[Meeting]) -> list[Line]:
    """These meetings by time, with the names of those who meet."""
    return _lines(Meeting.objects.filter(pk__in=[m.pk for m in meetings])) if meetings else []


def _lines(meetings: QuerySet[Meeting]) -> list[Line]:
    members = PairMember.objects.filter(left_at=None).select_related("person")
    found = meetings.select_related("pair").prefetch_related(Prefetch("pair__members", queryset=members))
    return [Line(m, [p.person.name for p in m.pair.members.all()]) for m in found]


def waiting(round_: Round, lines: Sequence[Line], unfit: Collection[int]) -> list[Line]:
    """Of a round's meetings those that wait for the supervisor's yes, each with what speaks against it.

    `unfit` are the meetings (by id) that no longer fit the rosters.
    """
    now = timezone.now()
    found = [x for x in lines if x.meeting.state == State.PROPOSED and x.meeting.starts_at > now]
    rules = problem.rules_of(round_)
    against = frame.speaks_against(round_, [x.meeting for x in found])
    names = {str(m.person_id): str(m.person) for x in found for m in x.meeting.pair.members.all()}
    for line in found:
        if line.meeting.pk in unfit:
            line.remarks.append(_("By the rosters they are not all at work then, or not yet rested."))
        told = [b for b in against.get(line.meeting.pk, ()) if b.rule in frame.STAFFING]
        line.remarks += dict.fromkeys(words.broken(b, names, get_language() or "fi") for b in told)
        if not line.remarks and frame.outside(line.meeting, rules):
            line.remarks.append(_("Outside the days and hours for which you gave your yes beforehand."))
    return found


def common_slots(pair: Pair) -> list[int]:
    """When all of the pair usually work, as they told it; those who told nothing do not narrow it. Sorted."""
    slots = [
        set(p.sign_up.slots) for p in pair.members.filter(left_at=None).select_related("sign_up") if p.sign_up.slots
    ]
    return sorted(set.intersection(*slots)) if slots else []


def _next_window(pair: Pair, count: int) -> problem.Scene:
    """Where the pair's next `count` meetings may be: from some days ahead, and not right after the one before."""
    round_ = pair.round
    now = timezone.now()
    standing = pair.meetings.exclude(state=State.CANCELLED).exclude(state=State.PROPOSED, starts_at__lte=now)
    last = standing.order_by("-starts_at").first()
    first = timezone.localdate() + SOON
    if last is not None:
        first = max(first, timezone.localdate(last.starts_at) + timedelta(weeks=round_.weeks_between) / 2)
    weeks = min(MOST_WEEKS, count * round_.weeks_between + 3)
    return problem.scene(round_, first, weeks, wanted={pair.pk: 1})


def suggested_times(pair: Pair) -> list[datetime]:
    """Times for the meetings that are still to be proposed, in common working time and with the unit staffed.

    Each is near the wished spacing from the one before; none where no common working time is known.
    """
    now = timezone.now()
    there = pair.meetings.exclude(state=State.CANCELLED).exclude(state=State.PROPOSED, starts_at__lte=now).count()
    count = max(1, min(MOST_SUGGESTED, pair.meetings_agreed - there))
    scene = _next_window(pair, count)
    found: list[datetime] = []
    for _number in range(count if scene.has(pair.pk) else 0):
        best = scheduling.suggestions(scene.workers, scene.groups, scene.rules, str(pair.pk), count=1)
        if not best:
            break
        found.append(best[0].start)
        scene = scene.with_kept(pair.pk, best)
    return sorted(found)


def options(pair: Pair) -> list[datetime]:
    """A few times for one meeting to choose from, the earliest first, each on a day of its own."""
    scene = _next_window(pair, 1)
    if not scene.has(pair.pk):
        return []
    found = scheduling.suggestions(scene.workers, scene.groups, scene.rules, str(pair.pk), count=MOST_MOVES)
    return sorted(span.start for span in found)


def times_to_move_to(meeting: Meeting) -> list[datetime]:
    """Free common times around the meeting's day, the earliest first, so that moving it takes two presses.

    Where there is none within three weeks, the next ones after that.
    """
    around = timezone.localdate(meeting.starts_at)
    first = max(timezone.localdate() + timedelta(days=1), around - timedelta(days=3))
    days = _open_days(meeting, first, 3) or _open_days(meeting, first + timedelta(weeks=3), 9)
    near = sorted(days.values(), key=lambda at: (_at_night(at), abs((at.date() - around).days), at))[:MOST_MOVES]
    return sorted(near)


def _open_days(meeting: Meeting, first: date, weeks: int) -> dict[date, datetime]:
    """The best free common time of each day: by day rather than at night, at a full hour rather than a quarter past."""
    pair = meeting.pair
    scene = problem.scene(pair.round, first, weeks, wanted={pair.pk: 1}, without={meeting.pk}, minutes=meeting.minutes)
    if not scene.has(pair.pk):
        return {}
    days: dict[date, datetime] = {}
    for span in scheduling.openings(scene.workers, scene.groups, scene.rules, str(pair.pk)):
        at = span.start
        if at == meeting.starts_at:
            continue
        known = days.get(at.date())
        if known is None or (_at_night(at), at.minute != 0) < (_at_night(known), known.minute != 0):
            days[at.date()] = at
    return days


def _at_night(at: datetime) -> bool:
    return at.hour < DAY_FROM or at.hour >= DAY_UNTIL


def still_waiting(round_: Round, ids: Sequence[int]) -> int:
    """How many of these meetings wait for the supervisor's yes."""
    return Meeting.objects.filter(
        pair__round=round_, pk__in=ids, state=State.PROPOSED, starts_at__gt=timezone.now()
    ).count()


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The pair's meetings: what is ahead, what to say of the one just past, the guide for the next one."""
    meetings = list(pair.meetings.select_related("online"))
    names = dict(pair.members.filter(left_at=None).values_list("person_id", "person__name"))
    for m in meetings:
        name = names.get(m.proposed_by_id or 0, "")
        said = _("You proposed it") if m.proposed_by_id == person.pk else _("%(name)s proposed it") % {"name": name}
        m.proposer = said if name else ""  # type: ignore[attr-defined]
    now = timezone.now()
    held = sum(m.state == State.HELD for m in meetings)
    live = [m for m in meetings if m.state in (State.PROPOSED, State.AGREED)]
    ahead = [m for m in live if m.starts_at > now]
    past = [m for m in live if m.starts_at <= now and m.state == State.AGREED]
    # A meeting that waited for its yes until its time passed asks for a new time, not for a report.
    lapsed = [m for m in live if m.starts_at <= now and m.state == State.PROPOSED]
    open_ = pair.state == Pair.State.MEETING and pair.round.state != Round.State.CLOSED
    left = max(0, pair.meetings_agreed - held - len(ahead) - len(past))
    return {
        **course.of_pair(pair, person, meetings, open_),
        # A wrong press is taken back on the same day.
        "just_held": [m for m in meetings if m.state == State.HELD and m.held_on == timezone.localdate()],
        "asks": open_ and bool(past or (left and not ahead)),
        "unfit": {m.pk for m in rosters.unfit(ahead)},
        "next": ahead[0] if ahead else None,
        "later": ahead[1:],
        "past": past,
        "lapsed": lapsed,
        "earlier": [m for m in meetings if m.state == State.HELD],
        "held": held,
        "agreed": pair.meetings_agreed,
        "open": open_,
        "enough": held >= pair.meetings_agreed,
        "left": left,
        "guide": "first" if held == 0 else "last" if held >= pair.meetings_agreed - 1 else "next",
    }


def todos_for_person(person: Person) -> list[Todo]:
    """Agree on a meeting; say that you met; answer whether to go on."""
    places = (
        PairMember.objects.filter(person=person, left_at=None, ends_on=None, pair__state=Pair.State.MEETING)
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
    """Meetings that wait for the supervisor's yes; what helps pairs that have no times yet; nothing of a closed round."""
    if round_.state == Round.State.CLOSED:
        return []
    count = Meeting.objects.filter(
        pair__round=round_, pair__state=Pair.State.MEETING, state=State.PROPOSED, starts_at__gt=timezone.now()
    ).count()
    todos = []
    url = reverse("round_meetings", args=[round_.pk])
    if count:
        text = ngettext("%(count)d meeting waits for your yes.", "%(count)d meetings wait for your yes.", count)
        todos.append(Todo(text % {"count": count}, _("Agree to meetings"), url, order=8))
    if round_.state in problem.RUNNING:
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
    """The meetings' card on a round's page: what is agreed, as a whole and never by person."""
    if round_.state not in (Round.State.MEETING, Round.State.EVALUATING):
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
