"""The board before publishing: a suggestion, changes that answer at once, undo and redo."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.pairs import problem
from oppipari.pairs.actions.common import in_words
from oppipari.pairs.constraints import PEOPLE, Constraints, Edit, NobodyPaired, SamePair
from oppipari.pairs.models import Board, Proposal, SuggestionRun
from oppipari.rounds import queries as rounds
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import Round, SignUp


@dataclass(frozen=True, slots=True)
class Answer:
    """What making two people a pair would take: an obstacle, or the exact cost and who would change.

    `waits` and `placed` are the others who would lose their pair, or get one. `updated` says that sign-ups had changed
    since the board's plan, and that the cost is that of a plan brought up to date.
    """

    obstacle: pairing.Obstacle | None
    cost: pairing.Cost | None = None
    changed: tuple[tuple[int, ...], ...] = ()
    waits: tuple[int, ...] = ()
    placed: tuple[int, ...] = ()
    already: bool = False
    updated: bool = False


def forming(round_: Round, by: Person) -> tuple[Round, Board]:
    """The round and its board, held; DomainError unless pairs are being formed just now."""
    fresh = lock_round(round_, by)
    if fresh.state == Round.State.SIGN_UP:
        raise DomainError(_("Close sign-up first; then the pairs can be formed."))
    if fresh.state != Round.State.PAIRING:
        raise DomainError(_("The pairs have already been published."))
    board, _made = Board.objects.select_for_update(of=("self",)).select_related("current").get_or_create(round=fresh)
    return fresh, board


def _stale() -> StaleEdit:
    return StaleEdit(
        _(
            "The pairs were changed in another window in between, so this change was not made. "
            "You see the pairs as they are now: make the change again if it is still needed."
        )
    )


def _solve(
    round_: Round,
    sign_ups: Sequence[SignUp],
    constraints: Constraints,
    stay: pairing.Plan | None,
    rules: problem.Rules | None = None,
) -> pairing.Plan:
    if len(sign_ups) < 2:
        raise DomainError(_("Pairs need at least two people who take part."))
    try:
        # Nobody is put in a trio but by the supervisor's own press: what is left over waits, and a trio is suggested.
        engine = problem.build(round_, sign_ups, constraints, rules)
        return solved(engine, stay)
    except pairing.PairingError as error:
        raise in_words(error, sign_ups) from error


# What was learnt on the way to the latest plans of large rounds, by the plans' seals: a change of them answers at once. It
# is of this process alone; where it is missing, the plan is found from the beginning, and is as good.
_LEARNT: OrderedDict[str, pairing.Solution] = OrderedDict()
LEARNT_AT_MOST = 4
LEARN_FROM = 400


def solved(engine: pairing.Problem, stay: pairing.Plan | None) -> pairing.Plan:
    """The best plan, close to `stay`; raises a PairingError."""
    if len(engine) < LEARN_FROM:
        return pairing.solve(engine, odd=pairing.Odd.WAIT, stay=stay, time_limit=problem.TIME_LIMIT)
    before = _LEARNT.get(stay.seal) if stay is not None else None
    if before is not None:
        found = pairing.reoptimize(engine, before, odd=pairing.Odd.WAIT)
    else:
        found = pairing.solution(engine, odd=pairing.Odd.WAIT, stay=stay, time_limit=problem.TIME_LIMIT)
    _LEARNT[found.plan.seal] = found
    while len(_LEARNT) > LEARNT_AT_MOST:
        _LEARNT.popitem(last=False)
    return found.plan


def _others_who_wait(
    before: pairing.Plan, after: pairing.Plan, meant: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who else waits after a change and did not before, and the other way round, but for those it is about."""
    old, new, about = ({int(k) for k in keys} for keys in (before.waiting, after.waiting, meant))
    return tuple(sorted(new - old - about)), tuple(sorted(old - new - about))


def _brought_up_to_date(
    round_: Round, sign_ups: Sequence[SignUp], constraints: Constraints, shown: pairing.Plan, rules: problem.Rules
) -> pairing.Plan | None:
    """The plan with the sign-ups as they are now, so that a change is priced alone; None where what is fixed forbids it."""
    try:
        return _solve(round_, sign_ups, constraints, shown, rules)
    except DomainError:
        return None


def _come_first(board: Board) -> None:
    """A change made by hand comes first: a suggestion that is being worked out stops, and an older notice goes."""
    runs = SuggestionRun.objects.filter(board=board)
    runs.exclude(state__in=SuggestionRun.UNFINISHED).delete()
    runs.update(state=SuggestionRun.State.OVERTAKEN)


def store(
    board: Board,
    by: Person | None,
    constraints: Constraints,
    plan: pairing.Plan,
    change: dict[str, object],
) -> Proposal:
    """A new state of the board; the older ones stay as they are for undo."""
    made = Proposal.objects.create(
        round=board.round,
        previous=board.current,
        constraints=constraints.to_dict(),
        plan=plan.to_dict(),
        change=change,
        created_by=by,
    )
    board.current = made
    board.version += 1
    board.save()
    return made


@transaction.atomic
def suggest(round_: Round, by: Person) -> Proposal:
    """Suggest the best pairs, or bring the suggestion up to date when sign-ups have changed; what is locked stays.

    Pressing twice changes nothing. Raises DomainError when sign-up is open, pairs are published, or no pair is allowed.
    """
    fresh, board = forming(round_, by)
    sign_ups = rounds.taking_part(fresh)
    basis = problem.basis(sign_ups)
    current = board.current
    if current is not None and current.change.get("basis") == basis:
        return current
    if current is None:
        constraints, stay, edit = Constraints(), None, Edit.SUGGEST
    else:
        constraints = Constraints.from_dict(current.constraints, (s.pk for s in sign_ups))
        stay, edit = pairing.Plan.from_dict(current.plan), Edit.REFRESH
    plan = _solve(fresh, sign_ups, constraints, stay)
    return store(board, by, constraints, plan, {"edit": str(edit), "people": [], "basis": basis})


@transaction.atomic
def edit(round_: Round, by: Person, version: int, what: Edit, people: Sequence[int]) -> Proposal:
    """Make one change to the board and solve again; everything that need not change stays.

    `people` are sign-up ids, as many as `PEOPLE[what]` says. Where sign-ups have changed meanwhile, the suggestion is
    brought up to date first, a step of its own, so that the change costs what it costs alone. The same change pressed
    twice is made once. Raises StaleEdit when the board was changed in between, DomainError when the change cannot be
    made.
    """
    fresh, board = forming(round_, by)
    current = board.current
    if current is None:
        raise DomainError(_("Suggest the pairs first."))
    change: dict[str, object] = {"edit": str(what), "people": list(people)}
    if board.version != version:
        steps = 2 if current.change.get("updated") else 1
        if board.version == version + steps and {k: current.change.get(k) for k in change} == change:
            return current
        raise _stale()
    sign_ups = rounds.taking_part(fresh)
    there = {s.pk for s in sign_ups}
    if len(people) != PEOPLE[what] or not set(people) <= there:
        raise DomainError(_("Choose the people the change is about."), field="people")
    if len(set(people)) != len(people):
        raise DomainError(_("Choose different people: nobody can be their own pair."), field="people")
    before = pairing.Plan.from_dict(current.plan)
    constraints = Constraints.from_dict(current.constraints, there)
    rules = problem.rules_between(fresh, sign_ups)
    basis = problem.basis(sign_ups)
    outdated = current.change.get("basis") != basis
    updated = _brought_up_to_date(fresh, sign_ups, constraints, before, rules) if outdated else None
    before = updated or before
    groups = [g for g in ([int(k) for k in g.members] for g in before.groups) if there.issuperset(g)]
    try:
        wanted = constraints.edited(what, people, groups)
    except SamePair:
        raise DomainError(_("They are in the same pair, so there is nothing to change."), field="people") from None
    except NobodyPaired:
        raise DomainError(_("Both are waiting. Choose at least one who has a pair."), field="people") from None
    if wanted == constraints and what != Edit.RESET:
        return current
    plan = _solve(fresh, sign_ups, wanted, before, rules)
    _come_first(board)
    if updated is not None:
        change["updated"] = True
        store(board, by, constraints, updated, {"edit": str(Edit.REFRESH), "people": [], "basis": basis})
    change["basis"] = basis
    if updated is not None or not outdated:
        cost = pairing.cost_of(before, plan, meant=tuple(str(p) for p in people))
        waits, placed = _others_who_wait(before, plan, people)
        change |= {"cost": asdict(cost), "waits": waits, "placed": placed}
    return store(board, by, wanted, plan, change)


def _step(round_: Round, by: Person, version: int, *, back: bool) -> Proposal:
    _fresh, board = forming(round_, by)
    if board.version != version:
        raise _stale()
    current = board.current
    if current is None:
        raise DomainError(_("Suggest the pairs first."))
    there = current.previous if back else current.next.order_by("pk").last()
    if there is None:
        raise DomainError(_("There is nothing to undo.") if back else _("There is nothing to redo."))
    _come_first(board)
    board.current = there
    board.version += 1
    board.save()
    return there


@transaction.atomic
def undo(round_: Round, by: Person, version: int) -> Proposal:
    """Go back to the state before the latest change; StaleEdit when the board was changed in between."""
    return _step(round_, by, version, back=True)


@transaction.atomic
def redo(round_: Round, by: Person, version: int) -> Proposal:
    """Take back an undo; StaleEdit when the board was changed in between."""
    return _step(round_, by, version, back=False)


def price(round_: Round, by: Person, a: int, b: int) -> Answer:
    """What it would take to make sign-ups `a` and `b` a pair; nothing is changed by asking.

    The hard rule in the way, as far as it may be told; else the exact cost with all else fixed as it is, and who else
    would change. Raises DomainError when there is no plan yet or the two are not two people who take part.
    """
    with transaction.atomic():
        fresh, board = forming(round_, by)
    if board.current is None:
        raise DomainError(_("Suggest the pairs first."))
    sign_ups = rounds.taking_part(fresh)
    there = {s.pk for s in sign_ups}
    if a == b or not {a, b} <= there:
        raise DomainError(_("Choose two different people."), field="people")
    plan = pairing.Plan.from_dict(board.current.plan)
    constraints = Constraints.from_dict(board.current.constraints, there)
    rules = problem.rules_between(fresh, sign_ups)
    updated = None
    if board.current.change.get("basis") != problem.basis(sign_ups):
        updated = _brought_up_to_date(fresh, sign_ups, constraints, plan, rules)
    plan = updated or plan
    if (min(a, b), max(a, b)) in constraints.forbidden:
        # Said first: after another rule it would tell which of the unnamed rules stands behind it.
        return Answer(pairing.Obstacle(pairing.Rule.FORBIDDEN))
    keys = (str(a), str(b))
    group = plan.group_of(keys[0])
    if group is not None and group == plan.group_of(keys[1]):
        return Answer(None, already=True)
    try:
        free = problem.build(fresh, sign_ups, constraints.freed((a, b)), rules)
    except pairing.PairingError as error:
        raise in_words(error, sign_ups) from error
    found = pairing.why_not(free, plan, *keys)
    if isinstance(found, pairing.Obstacle):
        return Answer(found)
    after = _solve(fresh, sign_ups, constraints.edited(Edit.PAIR, (a, b), ()), plan, rules)
    now = {g.members for g in after.groups}
    changed = tuple(
        tuple(int(k) for k in g.members) for g in plan.groups if g.members not in now and not set(g.members) & set(keys)
    )
    waits, placed = _others_who_wait(plan, after, (a, b))
    cost = pairing.cost_of(plan, after, meant=keys)
    return Answer(None, cost, changed, waits, placed, updated=updated is not None)
