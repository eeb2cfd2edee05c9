"""The pairing board as the supervisor sees it: cards in words, who waits and why, what the latest change cost.

A board of thousands is shown in parts: people are found by name, and only what is shown is read and put into words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched, combinations

from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.organisation.text import fold
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.constraints import Constraints, Edit
from oppipari.pairs.models import Board, Proposal
from oppipari.pairs.names import by_name
from oppipari.pairs.queries.counted import counted_sizes
from oppipari.pairs.queries.people import matches
from oppipari.pairs.queries.sentences import change_in_words, joined, price_in_words, proof_in_words, what_in_words
from oppipari.pairs.queries.suggesting import RunView, run_of
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round, SignUp

__all__ = ["BoardView", "Where", "board_of", "joined", "price_in_words"]

# How many pairs, and how many who wait, a page of a large board shows.
CARDS_SHOWN = 60
WAITING_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Member:
    """One person on a card: sign-up id, name, and what they may learn from the others, in words."""

    pk: int
    name: str
    learns: str


@dataclass(frozen=True, slots=True)
class Card:
    """One proposed pair or trio. `ids` are the sign-up ids with spaces between, as the buttons send them."""

    ids: str
    members: tuple[Member, ...]
    word: str
    tone: str
    one_sided: bool
    common_time: str
    other_team: bool
    points: tuple[tuple[str, str], ...]
    total: str
    locked: bool

    @property
    def names(self) -> str:
        return joined([m.name for m in self.members])

    @property
    def key(self) -> str:
        """The ids for an element's own id: a button of one pair never becomes that of another when the page changes."""
        return self.ids.replace(" ", "-")

    @property
    def is_trio(self) -> bool:
        return len(self.members) > 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody without a pair: why, what would help, and the trio that would suit (its ids and names)."""

    pk: int
    name: str
    reason: str
    set_aside: bool
    trio_ids: str = ""
    trio_names: str = ""
    with_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Which part of a large board is looked at: the pairs in which a name is found, and the page of them."""

    find: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that the board's page shows; `people` are (id, name) of everybody, by name.

    `cards` and `waiting` are the part of them that is looked at; `touched` are the pairs of the latest change, where
    they would not be in sight. `change` is the latest change with its cost, `latest` the same without it, `undone` what
    was undone last and can be redone; `by_hand` says that the latest change was the supervisor's own, `fixed` that there
    are locks, bans or people set aside.
    """

    version: int
    proposal: Proposal | None
    people: tuple[tuple[int, str], ...]
    unknown: int
    run: RunView | None = None
    cards: tuple[Card, ...] = ()
    touched: tuple[Card, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    pairs_in_all: int = 0
    # The same in words, trios as what they are.
    counted: str = ""
    pairs_found: int = 0
    waiting_in_all: int = 0
    waiting_found: int = 0
    where: Where = Where()
    pages: int = 1
    forbidden: tuple[tuple[str, str], ...] = ()
    proof: str = ""
    change: str = ""
    latest: str = ""
    by_hand: bool = False
    undone: str = ""
    fixed: bool = False
    outdated: bool = False
    can_undo: bool = False
    can_redo: bool = False
    to_decide: bool = False
    person_ids: tuple[int, ...] = ()

    @property
    def searchable(self) -> bool:
        """Whether there are so many that one looks for them by name."""
        return self.pairs_in_all > CARDS_SHOWN or self.waiting_in_all > WAITING_SHOWN

    @property
    def waiting_hidden(self) -> int:
        return self.waiting_found - len(self.waiting)


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a plan that is shown: groups, the groups of the latest change, keys of those who wait."""

    groups: Sequence[pairing.Group]
    touched: Sequence[pairing.Group]
    waiting: Sequence[str]
    page: int
    pages: int
    pairs_found: int
    waiting_found: int


def board_of(round_: Round, where: Where | None = None, *, whole: bool = False) -> BoardView:
    """The board of a round as it is now, or the part of it that `where` says; a fixed number of queries.

    `whole` shows all of it, however large (the last look before publishing).
    """
    board = Board.objects.select_related("current").filter(round=round_).first()
    named = rounds.named_taking_part(round_)
    people = by_name(named)
    names = dict(people)
    current = board.current if board else None
    view = BoardView(
        version=board.version if board else 1,
        proposal=current,
        people=people,
        unknown=rounds.counts(round_)["unknown"],
        run=run_of(round_, names),
    )
    if current is None:
        return view
    plan = pairing.Plan.from_dict(current.plan)
    constraints = Constraints.from_dict(current.constraints, names)
    groups = [g for g in plan.groups if all(int(k) in names for k in g.members)]
    waiting = [k for k in plan.waiting if int(k) in names]
    meant = {str(p) for p in current.change.get("people", [])}
    part = _part(plan, groups, waiting, names, where or Where(), meant, whole=whole)
    shown = {int(k) for g in (*part.groups, *part.touched) for k in g.members}
    sign_ups = {s.pk: s for s in rounds.some_taking_part(round_, shown)}
    waits = _waiting(part.waiting, plan, names, constraints)
    seen = shown | {w.pk for w in waits} | {pk for w in waits for pk in w.with_ids}
    undone = Proposal.objects.filter(previous=current).order_by("pk").last()
    return replace(
        view,
        cards=_cards(part.groups, sign_ups, names),
        touched=_cards(part.touched, sign_ups, names),
        waiting=waits,
        pairs_in_all=len(groups),
        counted=counted_sizes(len(g.members) for g in groups),
        pairs_found=part.pairs_found,
        waiting_in_all=len(waiting),
        waiting_found=part.waiting_found,
        where=replace(where or Where(), page=part.page),
        pages=part.pages,
        forbidden=tuple((f"{a} {b}", joined([names[a], names[b]])) for a, b in sorted(constraints.forbidden)),
        proof=proof_in_words(plan),
        change=change_in_words(current.change, names),
        latest=what_in_words(current.change, names),
        by_hand=current.change["edit"] not in (Edit.SUGGEST, Edit.REFRESH),
        undone=what_in_words(undone.change, names) if undone else "",
        outdated=current.change.get("basis") != problem.basis(named),
        can_undo=current.previous_id is not None,
        can_redo=undone is not None,
        fixed=constraints != Constraints(),
        to_decide=round_.odd_person == Round.OddPerson.TRIO and bool(plan.suggested_trios),
        person_ids=tuple(s.person_id for s in named if s.pk in seen),
    )


def version_of(round_: Round) -> int:
    """The version of a round's board."""
    return Board.objects.filter(round=round_).values_list("version", flat=True).first() or 1


def _part(
    plan: pairing.Plan,
    groups: Sequence[pairing.Group],
    waiting: Sequence[str],
    names: Mapping[int, str],
    where: Where,
    meant: set[str],
    *,
    whole: bool,
) -> _Part:
    """What of the plan is shown, by name: not by score, nobody is ranked. Those to decide about wait first in line."""
    folded = {str(pk): fold(name) for pk, name in names.items()}
    wanted = fold(where.find)

    def found(keys: Iterable[str]) -> bool:
        return not wanted or any(matches(wanted, folded[k]) for k in keys)

    by_names = sorted(groups, key=lambda g: (min(folded[k] for k in g.members), g.members))
    to_decide = {k for g in plan.suggested_trios for k in g.members}
    wait_here = sorted((k for k in waiting if found([k])), key=lambda k: (k not in to_decide, folded[k], int(k)))
    here = [g for g in by_names if found(g.members)]
    if whole:
        return _Part(here, [], wait_here, 1, 1, len(here), len(wait_here))
    pages = max(1, -(-len(here) // CARDS_SHOWN))
    page = min(max(where.page, 1), pages)
    shown = here[(page - 1) * CARDS_SHOWN : page * CARDS_SHOWN]
    in_sight = {g.members for g in shown}
    touched = [g for g in by_names if meant & set(g.members) and g.members not in in_sight]
    return _Part(shown, touched, wait_here[:WAITING_SHOWN], page, pages, len(here), len(wait_here))


def _cards(
    groups: Sequence[pairing.Group], sign_ups: Mapping[int, SignUp], names: Mapping[int, str]
) -> tuple[Card, ...]:
    """Groups as cards. The engine gets some at a time, for it compares every two of the people it is given."""
    lang = problem.language()
    cards: list[Card] = []
    for some in batched(groups, CARDS_SHOWN):
        there = [g for g in some if all(int(k) in sign_ups for k in g.members)]
        people = [sign_ups[int(k)] for g in there for k in g.members]
        engine, labels = problem.for_reasons(people), problem.labels(people, lang)
        cards += [_card(g, engine, labels, names, lang) for g in there]
    return tuple(cards)


def _card(
    group: pairing.Group, engine: pairing.Problem, labels: Mapping[str, str], names: Mapping[int, str], lang: str
) -> Card:
    keys = sorted(group.members, key=lambda k: (fold(names[int(k)]), int(k)))
    whys = [pairing.why(engine, a, b) for a, b in combinations(keys, 2)]
    learns: dict[str, dict[str, None]] = {k: {} for k in keys}
    for why in whys:
        learns[why.a].update(dict.fromkeys(why.a_learns))
        learns[why.b].update(dict.fromkeys(why.b_learns))
    slots = set(whys[0].common_slots).intersection(*(why.common_slots for why in whys))
    pair = len(keys) == 2
    return Card(
        ids=" ".join(sorted(group.members, key=int)),
        members=tuple(Member(int(k), names[int(k)], ", ".join(labels[c] for c in learns[k])) for k in keys),
        word=words.fit(whys[0].fit, lang) if pair else _("Trio"),
        tone=str(whys[0].fit) if pair else "trio",
        one_sided=pair and whys[0].fit == pairing.Fit.ONE_SIDED,
        common_time=words.slots(tuple(sorted(slots)), lang) if slots else "",
        other_team=any(why.other_team for why in whys),
        points=_points(whys[0], names, lang) if pair else (),
        total=words.points(group.score, lang),
        locked=group.locked,
    )


def _points(why: pairing.Explanation, names: Mapping[int, str], lang: str) -> tuple[tuple[str, str], ...]:
    """Each criterion's name and points; what each of the two may learn bears their name."""
    learner = {pairing.Criterion.A_LEARNS: why.a, pairing.Criterion.B_LEARNS: why.b}
    named = zip(why.points, words.criteria(why.points, lang), strict=True)
    return tuple(
        (_("%(name)s learns") % {"name": names[int(learner[c])]} if c in learner else text, points)
        for c, (text, points) in named
    )


def _waiting(
    keys: Iterable[str], plan: pairing.Plan, names: Mapping[int, str], constraints: Constraints
) -> tuple[Waiting, ...]:
    lang = problem.language()
    found = []
    for key in keys:
        trio = next((g for g in plan.suggested_trios if key in g.members), None)
        others = tuple(int(k) for k in trio.members if k != key) if trio else ()
        found.append(
            Waiting(
                pk=int(key),
                name=names[int(key)],
                reason=words.waiting(problem.reason_told(plan.waiting_reasons[key]), lang),
                set_aside=int(key) in constraints.set_aside,
                trio_ids=" ".join(trio.members) if trio else "",
                trio_names=joined([names.get(o, "–") for o in others]),
                with_ids=others,
            )
        )
    return tuple(found)
