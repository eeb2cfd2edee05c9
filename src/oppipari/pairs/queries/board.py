"""The pairing board as the supervisor sees it: cards in words, who waits and why, what the latest change cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari import pairing
from oppipari.organisation.text import fold
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.actions.forming import Answer
from oppipari.pairs.constraints import Constraints, Edit
from oppipari.pairs.models import Board, Proposal
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round, SignUp


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


@dataclass(frozen=True, slots=True)
class BoardView:
    """All that the board's page shows; `people` are (id, name) for the lists to choose from."""

    version: int
    proposal: Proposal | None
    people: tuple[tuple[int, str], ...]
    unknown: int
    cards: tuple[Card, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    proof: str = ""
    change: str = ""
    outdated: bool = False
    can_undo: bool = False
    can_redo: bool = False
    to_decide: bool = False
    person_ids: tuple[int, ...] = field(default=())


def joined(names: Sequence[str]) -> str:
    """Names as one phrase: "Aino, Ossi ja Veikko"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _name(sign_up: SignUp) -> str:
    return sign_up.person.name or sign_up.person.email or "–"


def board_of(round_: Round) -> BoardView:
    """The board of a round as it is now; a fixed number of queries."""
    board = Board.objects.select_related("current").filter(round=round_).first()
    sign_ups = rounds.taking_part(round_)
    names = {s.pk: _name(s) for s in sign_ups}
    people = tuple(sorted(names.items(), key=lambda item: (fold(item[1]), item[0])))
    unknown = rounds.counts(round_)["unknown"]
    person_ids = tuple(s.person_id for s in sign_ups)
    current = board.current if board else None
    if board is None or current is None:
        return BoardView(board.version if board else 1, None, people, unknown, person_ids=person_ids)
    plan = pairing.Plan.from_dict(current.plan)
    constraints = Constraints.from_dict(current.constraints, names)
    waiting = _waiting(plan, names, constraints)
    return BoardView(
        version=board.version,
        proposal=current,
        people=people,
        unknown=unknown,
        cards=_cards(plan, sign_ups, names),
        waiting=waiting,
        forbidden=tuple((f"{a} {b}", joined([names[a], names[b]])) for a, b in sorted(constraints.forbidden)),
        proof=words.proof(plan, problem.language()),
        change=change_in_words(current.change, names),
        outdated=current.change.get("basis") != problem.basis(sign_ups),
        can_undo=current.previous_id is not None,
        can_redo=Proposal.objects.filter(previous=current).exists(),
        to_decide=round_.odd_person == Round.OddPerson.TRIO and bool(plan.suggested_trios),
        person_ids=person_ids,
    )


def _cards(plan: pairing.Plan, sign_ups: Sequence[SignUp], names: Mapping[int, str]) -> tuple[Card, ...]:
    """The plan's groups as cards, by name: not by score, nobody is ranked."""
    lang = problem.language()
    engine = problem.for_reasons(sign_ups)
    labels = problem.labels(sign_ups, lang)
    cards = []
    for group in plan.groups:
        if all(int(k) in names for k in group.members):
            cards.append(_card(group, engine, labels, names, lang))
    return tuple(sorted(cards, key=lambda c: (fold(c.members[0].name), c.ids)))


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
        points=tuple(words.criteria(whys[0].points, lang)) if pair else (),
        total=words.points(group.score, lang),
        locked=group.locked,
    )


def _waiting(plan: pairing.Plan, names: Mapping[int, str], constraints: Constraints) -> tuple[Waiting, ...]:
    lang = problem.language()
    found = []
    for key in plan.waiting:
        pk = int(key)
        if pk not in names:
            continue
        trio = next((g for g in plan.suggested_trios if key in g.members), None)
        others = [int(k) for k in trio.members if k != key] if trio else []
        found.append(
            Waiting(
                pk=pk,
                name=names[pk],
                reason=words.waiting(plan.waiting_reasons[key], lang),
                set_aside=pk in constraints.set_aside,
                trio_ids=" ".join(trio.members) if trio else "",
                trio_names=joined([names.get(o, "–") for o in others]),
            )
        )
    return tuple(found)


def _done(edit: Edit, who: str) -> str:
    """What was done, as a sentence."""
    sentences = {
        Edit.SUGGEST: _("Here is a suggestion. You decide: lock, change, or publish it as it is."),
        Edit.REFRESH: _("The suggestion was brought up to date with the sign-ups."),
        Edit.RESET: _("All your locks and bans were lifted."),
        Edit.LOCK: _("Locked: %(who)s."),
        Edit.UNLOCK: _("No longer locked: %(who)s."),
        Edit.PAIR: _("A pair now: %(who)s."),
        Edit.FORBID: _("Not a pair: %(who)s."),
        Edit.ALLOW: _("May be a pair again: %(who)s."),
        Edit.SWAP: _("Changed places: %(who)s."),
        Edit.SET_ASIDE: _("Waits: %(who)s."),
        Edit.BRING_BACK: _("Takes part again: %(who)s."),
        Edit.TRIO: _("A trio now: %(who)s."),
        Edit.BREAK_TRIO: _("No longer a trio: %(who)s."),
    }
    return sentences[edit] % {"who": who}


def cost_in_words(lost: int, before: int, others: int, waiting: int = 0) -> str:
    """What a change costs: tenths of a point lost of `before`, other pairs that change, more people who wait."""
    lang = problem.language()
    numbers = {
        "points": words.points(abs(lost), lang),
        "before": words.points(before, lang),
        "after": words.points(before - lost, lang),
    }
    if lost > 0:
        first = _("It costs %(points)s points (the whole: %(before)s before, %(after)s now).") % numbers
    elif lost < 0:
        first = _("It brings %(points)s points (the whole: %(before)s before, %(after)s now).") % numbers
    else:
        first = _("It costs no points.")
    sentences = [first]
    if others:
        text = ngettext("%(count)d other pair changes.", "%(count)d other pairs change.", others)
        sentences.append(text % {"count": others})
    else:
        sentences.append(_("The other pairs stay as they are."))
    if waiting > 0:
        text = ngettext("%(count)d person more has to wait.", "%(count)d people more have to wait.", waiting)
        sentences.append(text % {"count": waiting})
    elif waiting < 0:
        text = ngettext("%(count)d person more gets a pair.", "%(count)d people more get a pair.", -waiting)
        sentences.append(text % {"count": -waiting})
    return " ".join(sentences)


def change_in_words(change: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """The latest change and its cost as sentences."""
    people = [names.get(int(p), "–") for p in change.get("people", [])]
    sentence = _done(Edit(change["edit"]), joined(people))
    cost = change.get("cost")
    if not cost:
        return sentence
    told = cost_in_words(cost["lost"], cost["total_before"], cost["groups_changed"], cost["waiting_change"])
    return f"{sentence} {told}"


def price_in_words(answer: Answer, round_: Round, a: int, b: int) -> str:
    """What making two people a pair would take, as sentences."""
    names = {s.pk: _name(s) for s in rounds.taking_part(round_)}
    who = joined([names.get(a, "–"), names.get(b, "–")])
    if answer.already:
        return _("%(who)s are in the same pair already.") % {"who": who}
    if answer.obstacle is not None:
        return f"{who}: {words.obstacle(answer.obstacle, problem.language())}"
    assert answer.cost is not None
    cost = answer.cost
    told = cost_in_words(cost.lost, cost.total_before, cost.groups_changed, cost.waiting_change)
    pairs = "; ".join(joined([names.get(p, "–") for p in group]) for group in answer.changed[:8])
    changed = _("These would change: %(pairs)s.") % {"pairs": pairs} if pairs else ""
    return " ".join(filter(None, [_("If %(who)s were a pair:") % {"who": who}, told, changed]))
