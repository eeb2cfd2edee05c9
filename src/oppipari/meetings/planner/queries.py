"""What the planner's page reads: how far it is, what it proposes, what each rule says of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, MeetingPlan, PlannedMeeting
from oppipari.meetings.planner.looking_first import Remarks, remarks
from oppipari.meetings.planner.month import Entry, Week, names_of, people_of, weeks
from oppipari.meetings.planner.wanted import more_than_wanted, still_wanted
from oppipari.meetings.work_times import rosters
from oppipari.organisation.reach import NOBODY, Reach, reach_of
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import HardConstraint, Placed, Reason, SchedulingError, Unplaced, words

State = MeetingPlan.State
# A worker looks for work every second: what it has not taken up after this long waits for something.
TAKEN_UP_WITHIN = timedelta(seconds=15)


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
    """A pair's meetings without a time: how many, and the rules that stand in the way, where not told above already."""

    pair: int
    names: str
    whys: list[str]
    count: int

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
    remarks: Remarks = field(default_factory=Remarks)
    weeks: list[Week] = field(default_factory=list)
    person_ids: frozenset[int] = frozenset()
    # Who gets calendar invitations when it is published.
    reach: Reach = NOBODY

    @property
    def marked(self) -> bool:
        """Whether something speaks against one of the proposed times."""
        return any(line.broken for line in self.lines)


def planner(round_: Round) -> Planner:
    """What the planner's page shows; the number of queries does not grow with pairs."""
    wanted = still_wanted(round_)
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
    people = people_of({p.pair_id for p in planned} | {u["pair"] for u in plan.unplaced})
    names = {str(m.person_id): str(m.person) for ms in people.values() for m in ms}
    scene, placed, where = _scene(plan, planned)
    broken = _broken(scene, placed, where, names, lang)
    for number in more_than_wanted(planned, wanted):
        broken[planned[number].pk].append(_("This pair has times for all its meetings."))
    asked = {p.pair_id for p in planned} | {u["pair"] for u in plan.unplaced}
    noted = _remarks(plan, scene, placed, {pair: people[pair] for pair in asked if people[pair]}, lang)
    missing = _missing(plan, people, {one.pair for one in noted.alone if one.first is None}, lang)
    first, last = _window(plan)
    entries = [
        (
            p.pair_id,
            Entry(p.starts_at, p.minutes, names_of(people[p.pair_id]), "planned", bool(broken[p.pk])),
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
    people |= people_of({m.pair_id for m in standing} - set(people))
    entries += [(m.pair_id, Entry(m.starts_at, m.minutes, names_of(people[m.pair_id]), str(m.state))) for m in standing]
    person_ids = frozenset(m.person_id for ms in people.values() for m in ms)
    end = max([last, *(timezone.localdate(p.starts_at, ZONE) for p in planned)])
    latest = max([first, *(timezone.localdate(p.starts_at, ZONE) for p in planned)])
    shown = weeks(round_, first - timedelta(days=first.weekday()), end, entries, people)
    lines = [Line(p, names_of(people[p.pair_id]), broken[p.pk]) for p in planned if people[p.pair_id]]
    return replace(
        base,
        proof=_proof(plan, lines, sum(m.count for m in missing), base.wanted),
        untold=_untold(person_ids, latest),
        lines=lines,
        missing=missing,
        remarks=noted,
        weeks=[w for w in shown if not w.empty],
        person_ids=person_ids,
        reach=reach_of(m.person for p in planned for m in people[p.pair_id]),
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


def _missing(
    plan: MeetingPlan, people: Mapping[int, Sequence[PairMember]], told: Collection[int], lang: str
) -> list[Missing]:
    """What has no time, pair by pair; of the pairs that are `told` about already without the reason."""
    whys: dict[int, list[str]] = defaultdict(list)
    for u in plan.unplaced:
        params = {k: tuple(v) if isinstance(v, list) else v for k, v in u["params"].items()}
        whys[u["pair"]].append(words.reason(Unplaced(str(u["pair"]), u["number"], Reason(u["reason"]), params), lang))
    return [
        Missing(pair, names_of(people[pair]), [] if pair in told else list(dict.fromkeys(lines)), len(lines))
        for pair, lines in whys.items()
        if people[pair]
    ]


def _remarks(
    plan: MeetingPlan,
    scene: problem.Scene,
    placed: Sequence[Placed],
    people: Mapping[int, Sequence[PairMember]],
    lang: str,
) -> Remarks:
    """Of the weeks that were asked about; nothing where the unit cannot be read just now."""
    within = replace(scene, rules=replace(scene.rules, weeks=plan.weeks))
    try:
        return remarks(within, placed, people, lang)
    except SchedulingError:
        return Remarks()


def _broken(
    scene: problem.Scene,
    placed: Sequence[Placed],
    where: Mapping[tuple[str, int], int],
    names: Mapping[str, str],
    lang: str,
) -> dict[int, list[str]]:
    """What each proposed time breaks, in words; a supervisor may want it all the same."""
    found: dict[int, list[str]] = defaultdict(list)
    # The window and the clock's step are the planner's own matter: by hand any time will do.
    ours = {HardConstraint.WINDOW, HardConstraint.CLOCK}
    try:
        told = scheduling.check(scene.workers, scene.groups, scene.rules, placed)
    except SchedulingError:
        return found
    for b in told:
        if b.rule not in ours and (b.group, b.number) in where:
            found[where[b.group, b.number]].append(words.violation(b, names, lang))
    return found


def _scene(
    plan: MeetingPlan, planned: Sequence[PlannedMeeting]
) -> tuple[problem.Scene, list[Placed], dict[tuple[str, int], int]]:
    """The unit as it stands, with as many meetings wanted of each pair as the plan is about; the proposed times in it.

    The last is which proposed time (by id) a placed meeting is.
    """
    counts = Counter([p.pair_id for p in planned] + [u["pair"] for u in plan.unplaced])
    scene = problem.scene(plan.round, plan.first_day, plan.weeks + 1, wanted=counts)
    by_pair: dict[int, list[PlannedMeeting]] = defaultdict(list)
    for p in planned:
        by_pair[p.pair_id].append(p)
    known = {g.key for g in scene.groups}
    placed, where = [], {}
    for pair, some in by_pair.items():
        if str(pair) not in known:
            continue
        for number, p in enumerate(sorted(some, key=lambda p: p.starts_at), start=1):
            placed.append(Placed(str(pair), number, problem.planned_span(p)))
            where[str(pair), number] = p.pk
    return scene, placed, where


def _window(plan: MeetingPlan) -> tuple[date, date]:
    """The first and the last day of the plan."""
    return plan.first_day, plan.first_day + timedelta(weeks=plan.weeks) - timedelta(days=1)
