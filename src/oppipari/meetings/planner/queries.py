"""What the pages of a month and of the planner read: weeks, teams as rows, and what each rule says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, MeetingPlan, PlannedMeeting
from oppipari.meetings.planner import actions as planning
from oppipari.meetings.work_times import rosters
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import Hard, Placed, Reason, SchedulingError, Unplaced, words

State = MeetingPlan.State
# A worker looks for work every second: what it has not taken up after this long waits for something.
TAKEN_UP_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True)
class Entry:
    """A meeting in a cell; `tone` is planned, proposed, agreed or held."""

    at: datetime
    minutes: int
    names: str
    tone: str
    unfit: bool = False


@dataclass(frozen=True)
class Row:
    """A team in one week: its name and a cell for each of the seven days."""

    team: str
    cells: list[list[Entry]]


@dataclass(frozen=True)
class Week:
    """One week of the month: its days, and the teams that have a meeting in it."""

    days: list[date]
    rows: list[Row]

    @property
    def empty(self) -> bool:
        """Whether nobody meets in it."""
        return not any(cell for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Month:
    """A month in whole weeks."""

    first: date
    before: date
    after: date
    weeks: list[Week]


def _people(pairs: Iterable[int]) -> dict[int, list[PairMember]]:
    """Who is in each pair now (by the pair's id), with their teams."""
    found: dict[int, list[PairMember]] = defaultdict(list)
    members = PairMember.objects.filter(pair__in=list(pairs), left_at=None).select_related("person", "sign_up__team")
    for member in members.order_by("pk"):
        found[member.pair_id].append(member)
    return found


def _names(members: Sequence[PairMember]) -> str:
    return " + ".join(str(m.person) for m in members)


def weeks(
    round_: Round, first: date, last: date, entries: Sequence[tuple[int, Entry]], people: Mapping[int, list[PairMember]]
) -> list[Week]:
    """Weeks from `first` (a Monday) to `last`; `entries` with their pair's id. A pair of two teams is in both rows."""
    cells: dict[tuple[str, date], list[Entry]] = defaultdict(list)
    teams = sorted(
        {str(m.sign_up.team.name if m.sign_up.team else round_.unit.name) for ms in people.values() for m in ms}
    )
    for pair, entry in sorted(entries, key=lambda e: (e[1].at, e[1].names)):
        for team in {str(m.sign_up.team.name if m.sign_up.team else round_.unit.name) for m in people[pair]}:
            cells[team, timezone.localdate(entry.at, ZONE)].append(entry)
    found = []
    monday = first
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(7)]
        rows = [Row(team, [cells[team, d] for d in days]) for team in teams]
        found.append(Week(days, rows))
        monday += timedelta(days=7)
    return found


def month(round_: Round, of: date) -> Month:
    """The month that `of` is in: proposed, agreed and held meetings of the round's pairs, teams as rows."""
    first = of.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    monday = first - timedelta(days=first.weekday())
    meetings = (
        Meeting.objects.filter(
            pair__round=round_,
            starts_at__gte=local(monday, time.min),
            starts_at__lt=local(after + timedelta(days=7), time.min),
        )
        .exclude(state=Meeting.State.CANCELLED)
        .exclude(pair__state=Pair.State.REPLACED)
        .select_related("pair")
    )
    now = timezone.now()
    shown = [m for m in meetings if not (m.state == Meeting.State.PROPOSED and m.starts_at <= now)]
    people = _people({m.pair_id for m in shown})
    bad = {m.pk for m in rosters.unfit([m for m in shown if m.starts_at > now])}
    entries = [
        (m.pair_id, Entry(m.starts_at, m.minutes, _names(people[m.pair_id]), str(m.state), m.pk in bad)) for m in shown
    ]
    return Month(
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after,
        weeks=weeks(round_, monday, after - timedelta(days=1), entries, people),
    )


# -- the planner -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A proposed time with what speaks against it, and other times that would do."""

    planned: PlannedMeeting
    names: str
    broken: list[str]

    @property
    def key(self) -> str:
        """Which line of the page it is."""
        return f"p{self.planned.pk}"


@dataclass(frozen=True)
class Missing:
    """A meeting without a time, and the rule that stands in the way."""

    pair: int
    names: str
    why: str

    @property
    def key(self) -> str:
        """Which line of the page it is."""
        return f"m{self.pair}"


@dataclass(frozen=True)
class Planner:
    """The planner's page: what is missing before, how far it is, or what it proposes."""

    wanted: int = 0
    pairs: int = 0
    plan: MeetingPlan | None = None
    going: bool = False
    again: bool = False
    sentence: str = ""
    tone: str = "info"
    proof: str = ""
    # Rosters reach to this day, and the proposal beyond it.
    untold: date | None = None
    lines: list[Line] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    person_ids: frozenset[int] = frozenset()


def planner(round_: Round) -> Planner:
    """What the planner's page shows; the number of queries does not grow with pairs."""
    wanted = planning.still_wanted(round_)
    plan = MeetingPlan.objects.filter(round=round_).select_related("round__unit").first()
    base = Planner(wanted=sum(wanted.values()), pairs=len(wanted), plan=plan)
    if plan is None:
        return base
    now = timezone.now()
    if plan.unfinished:
        sentence, tone = _("Times are being looked for."), "info"
        if plan.state == State.WAITING and now - plan.asked_at > TAKEN_UP_WITHIN:
            sentence, tone = (
                _("Nobody has taken this up yet. It begins by itself when the background worker is free."),
                "warning",
            )
        if plan.is_silent(now):
            sentence, tone = _("Nothing has been heard of it for some minutes. Start it anew."), "warning"
        return replace(base, going=True, again=plan.is_silent(now), sentence=sentence, tone=tone)
    if plan.state == State.FAILED:
        return replace(base, again=True, sentence=_failure(plan), tone="danger")
    return _proposal(round_, plan, base, wanted)


def _failure(plan: MeetingPlan) -> str:
    code = plan.failure.get("code", "")
    if not code:
        return _(
            "Times could not be looked for because of an error in Oppipari. Try again; if it happens again, tell the one "
            "who looks after this installation."
        )
    error = SchedulingError(**plan.failure.get("params", {}))
    error.code = code
    return str(words.error(error, {}, get_language() or "fi"))


def _proposal(round_: Round, plan: MeetingPlan, base: Planner, wanted: Mapping[int, int]) -> Planner:
    lang = get_language() or "fi"
    planned = list(plan.planned.select_related("pair"))
    people = _people({p.pair_id for p in planned} | {u["pair"] for u in plan.unplaced})
    names = {str(m.person_id): str(m.person) for ms in people.values() for m in ms}
    broken = _broken(plan, planned, names, lang)
    for number in planning.more_than_wanted(planned, wanted):
        broken[planned[number].pk].append(_("This pair has times for all its meetings."))
    missing = [
        Missing(
            u["pair"],
            _names(people[u["pair"]]),
            words.reason(
                Unplaced(
                    str(u["pair"]),
                    u["number"],
                    Reason(u["reason"]),
                    {k: tuple(v) if isinstance(v, list) else v for k, v in u["params"].items()},
                ),
                lang,
            ),
        )
        for u in plan.unplaced
        if people[u["pair"]]
    ]
    first, last = planning.window_of(plan)
    entries = [
        (
            p.pair_id,
            Entry(p.starts_at, p.minutes, _names(people[p.pair_id]), "planned", bool(broken[p.pk])),
        )
        for p in planned
        if people[p.pair_id]
    ]
    meetings = (
        Meeting.objects.filter(
            pair__round=round_,
            state__in=[Meeting.State.PROPOSED, Meeting.State.AGREED],
            starts_at__gte=max(timezone.now(), local(first, time.min)),
            starts_at__lt=local(last + timedelta(days=8), time.min),
        )
        .exclude(pair__state=Pair.State.REPLACED)
        .select_related("pair")
    )
    standing = list(meetings)
    people |= _people({m.pair_id for m in standing} - set(people))
    entries += [(m.pair_id, Entry(m.starts_at, m.minutes, _names(people[m.pair_id]), str(m.state))) for m in standing]
    person_ids = frozenset(m.person_id for ms in people.values() for m in ms)
    end = max([last, *(timezone.localdate(p.starts_at, ZONE) for p in planned)])
    latest = max([first, *(timezone.localdate(p.starts_at, ZONE) for p in planned)])
    shown = weeks(round_, first - timedelta(days=first.weekday()), end, entries, people)
    lines = [Line(p, _names(people[p.pair_id]), broken[p.pk]) for p in planned if people[p.pair_id]]
    return replace(
        base,
        proof=_proof(plan, lines, len(missing), base.wanted),
        untold=_untold(person_ids, latest),
        lines=lines,
        missing=missing,
        weeks=[w for w in shown if not w.empty],
        person_ids=person_ids,
    )


def _untold(people: frozenset[int], last: date) -> date | None:
    """The last day that rosters tell of, where the proposal goes beyond it; None where it does not, or none is there."""
    until = rosters.covered_until(people)
    return until.date() if until is not None and until.date() < last else None


def _proof(plan: MeetingPlan, lines: Sequence[Line], missing: int, wanted: int) -> str:
    """In one line: how many have a time, whether more would be possible, and what to look at before publishing."""
    placed = len(lines)
    text = ngettext("%(count)d meeting has a time.", "%(count)d meetings have a time.", placed) % {"count": placed}
    if missing:
        text += " " + ngettext("%(count)d is without.", "%(count)d are without.", missing) % {"count": missing}
        if plan.found.get("proven"):
            text += " " + _("With these working times and rules more are not possible: proven.")
        else:
            text += " " + _("At most %(bound)s are possible.") % {"bound": plan.found.get("bound", "")}
    elif placed >= wanted:
        text += " " + _("All that were wished for.")
    if (left := wanted - placed - missing) > 0:
        text += " " + ngettext(
            "%(count)d is left for the pair to book itself.",
            "%(count)d are left for the pairs to book themselves.",
            left,
        ) % {"count": left}
    if marked := sum(bool(line.broken) for line in lines):
        text += " " + ngettext(
            "Look at %(count)d before you publish: something speaks against it.",
            "Look at %(count)d before you publish: something speaks against them.",
            marked,
        ) % {"count": marked}
    return text


def _broken(
    plan: MeetingPlan, planned: Sequence[PlannedMeeting], names: Mapping[str, str], lang: str
) -> dict[int, list[str]]:
    """What each proposed time breaks, in words; a supervisor may want it all the same."""
    scene = planning.planned_scene(plan)
    by_pair: dict[int, list[PlannedMeeting]] = defaultdict(list)
    for p in planned:
        by_pair[p.pair_id].append(p)
    known = {g.key for g in scene.groups}
    found: dict[int, list[str]] = defaultdict(list)
    placed, where = [], {}
    for pair, some in by_pair.items():
        if str(pair) not in known:
            continue
        for number, p in enumerate(sorted(some, key=lambda p: p.starts_at), start=1):
            placed.append(Placed(str(pair), number, problem.planned_span(p)))
            where[str(pair), number] = p.pk
    # The window and the clock's step are the planner's own matter: by hand any time will do.
    ours = {Hard.WINDOW, Hard.CLOCK}
    try:
        told = scheduling.check(scene.workers, scene.groups, scene.rules, placed)
    except SchedulingError:
        return found
    for b in told:
        if b.rule not in ours and (b.group, b.number) in where:
            found[where[b.group, b.number]].append(words.broken(b, names, lang))
    return found
