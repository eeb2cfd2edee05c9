"""Published pairs as their members and the supervisor see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs import problem
from oppipari.pairs.actions.going_on import was_told_to_go_on
from oppipari.pairs.looking import left_by_their_pair, looking
from oppipari.pairs.models import PAIR_SIZE, Board, Pair, PairMember
from oppipari.pairs.mornings import next_working_day
from oppipari.pairs.queries import after_pair
from oppipari.pairs.queries.counted import counted_sizes
from oppipari.pairs.queries.reasons import reasons_of
from oppipari.pairs.queries.sentences import joined
from oppipari.rounds import vocabulary
from oppipari.rounds.languages import language_names
from oppipari.rounds.models import RUNNING, Round, SignUp

State = Round.State


@dataclass(frozen=True, slots=True)
class HomePair:
    """A pair on a person's own page; `partners` are names."""

    pair: Pair
    partners: list[str]
    # What came of the question whether to go on, in a sentence; empty before that.
    result: str = ""


@dataclass(frozen=True, slots=True)
class Partner:
    """What a partner sees of the other: what both chose to show when they signed up."""

    name: str
    email: str
    shares: str
    wants: str
    way: str
    languages: str


def _now() -> Prefetch[Any]:
    """Members who are in the pair now, with their people."""
    return Prefetch(
        "members", PairMember.objects.filter(left_at=None).select_related("person", "sign_up"), to_attr="now"
    )


def _pairs_now(person: Person) -> list[Pair]:
    mine = Pair.objects.of_person(person).with_held()
    return list(mine.select_related("round__unit", "question").prefetch_related(_now(), "goals"))


def _others(pair: Pair, person: Person) -> list[PairMember]:
    members: list[PairMember] = pair.now  # type: ignore[attr-defined]
    return [m for m in members if m.person_id != person.pk]


def pairs_for_home(person: Person) -> list[HomePair]:
    """The person's pairs with their partners' names; those of closed rounds that do not go on come last."""
    over = (Pair.State.FINISHED, Pair.State.REPLACED)
    found = sorted(_pairs_now(person), key=lambda p: (p.round.state == State.CLOSED and p.state in over, -p.pk))
    return [HomePair(p, [str(m.person) for m in _others(p, person)], _result(p)) for p in found]


def _result(pair: Pair) -> str:
    """The same for all in the pair: that it goes on, or that its meetings are over."""
    if pair.state == Pair.State.FINISHED:
        return _("Your meetings together are over. Thank you for the shared learning!")
    more: int = pair.meetings_agreed - pair.held  # type: ignore[attr-defined]
    told = was_told_to_go_on(pair.meetings_agreed, pair.round) or pair.round.state == State.CLOSED
    if pair.state != Pair.State.MEETING or hasattr(pair, "question") or not told or more <= 0:
        return ""
    text = ngettext("You continue: %(n)s meeting more.", "You continue: %(n)s meetings more.", more)
    return text % {"n": more}


def partners_of(pair: Pair, person: Person) -> list[Person]:
    """The others in the pair."""
    members = pair.members.filter(left_at=None).exclude(person=person).select_related("person")
    return [m.person for m in members]


def todos_for_person(person: Person) -> list[Todo]:
    """What waits of pairs for a participant: the answer, the goals after the first meeting; those without a pair."""
    todos = after_pair.todos_for_person(person)
    for pair in _pairs_now(person):
        if pair.state != Pair.State.MEETING:
            continue
        mine = next(m for m in pair.now if m.person_id == person.pk)  # type: ignore[attr-defined]
        # Who has met needs nobody to say that the pair is ready.
        unanswered = mine.answer == PairMember.Answer.NONE and mine.ends_on is None
        held: int = pair.held  # type: ignore[attr-defined]
        if unanswered and not held and pair.round.state in RUNNING:
            others = [str(m.person) for m in _others(pair, person)]
            text = _("In your trio: %(names)s.") if len(others) > 1 else _("Your partner is %(names)s.")
            todos.append(
                Todo(
                    text=text % {"names": joined(others)},
                    action=_("See my trio") if len(others) > 1 else _("See my pair"),
                    url=reverse("pair", args=[pair.pk]),
                    order=10,
                )
            )
        if 0 < held < pair.meetings_agreed and not pair.goals.all():
            todos.append(
                Todo(
                    text=_("You have met. What do you want from your meetings? Write down one or two goals together."),
                    action=_("Set goals"),
                    url=reverse("pair_goals", args=[pair.pk]),
                    order=40,
                )
            )
    return todos


def needs_new_pair(round_: Round) -> int:
    """How many people look for a new partner because their pair ended early."""
    return left_by_their_pair(round_).count() if round_.state in RUNNING else 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A pair that ended lately; `told` is the last morning on which its members are known to look for a partner."""

    names: str
    told: date
    member_ids: tuple[int, ...]


def just_ended(round_: Round) -> list[Ended]:
    """The round's pairs that have ended, and whose members are being asked whether they look for a new partner."""
    if round_.state not in RUNNING:
        return []
    asked = Pair.objects.filter(round=round_, state=Pair.State.REPLACED, question__isnull=False)
    members = Prefetch("members", PairMember.objects.select_related("person"))
    return [
        Ended(
            names=joined(sorted((str(m.person) for m in pair.members.all()), key=str.casefold)),
            told=next_working_day(pair.question.until),
            member_ids=tuple(m.person_id for m in pair.members.all()),
        )
        for pair in asked.select_related("question").prefetch_related(members)
    ]


def round_part(round_: Round) -> dict[str, Any]:
    """The card about pairs on the round's page."""
    if round_.state == State.SIGN_UP:
        return {}
    if round_.state == State.PAIRING:
        return {"forming": True, "suggested": Board.objects.filter(round=round_).exclude(current=None).exists()}
    # Who was in a pair that has ended was in it until then.
    size = Count("members", distinct=True)
    published = list(Pair.objects.filter(round=round_).annotate(size=size).prefetch_related("goals"))
    if round_.state == State.CLOSED and not published:
        return {}  # forgotten when they had had their time: there is nothing to count
    pairs = [p for p in published if p.state != Pair.State.REPLACED]
    trios = sum(p.size > PAIR_SIZE for p in pairs)  # type: ignore[attr-defined]
    ended = [p.size for p in published if p.state == Pair.State.REPLACED]  # type: ignore[attr-defined]
    return {
        "ended": counted_sizes(ended) if ended else "",
        "told": max((pair.told for pair in just_ended(round_)), default=None),
        "pairs": len(pairs) - trios,
        "trios": trios,
        "finished": sum(p.state == Pair.State.FINISHED for p in pairs),
        "with_goals": sum(bool(p.goals.all()) for p in pairs),
        # In a closed round nobody looks any more.
        "waiting": looking(round_).count() if round_.state in RUNNING else 0,
    }


def _partner(member: PairMember, lang: str) -> Partner:
    made = member.sign_up
    return Partner(
        name=str(member.person),
        email=member.person.email or "",
        shares=", ".join(vocabulary.label(k, lang) for k in made.shares),
        wants=", ".join(vocabulary.label(k, lang) for k in made.wants),
        way=str(made.get_way_display()) if made.way else "",
        languages=language_names(made.languages),
    )


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The partner, why the two, one's own answer, the goals; once finished, only the partner's name and the goals."""
    members = list(pair.members.filter(left_at=None).select_related("person", "sign_up"))
    mine = next((m for m in members if m.person_id == person.pk), None)
    if mine is None:
        return {}
    lang = problem.language()
    running = pair.round.state in RUNNING
    # A pair that goes on after its round was closed meets like any other.
    meeting = pair.state == Pair.State.MEETING
    held: int = Pair.objects.with_held().get(pk=pair.pk).held  # type: ignore[attr-defined]
    others = [m for m in members if m.person_id != person.pk]
    goals = list(pair.goals.all())
    return {
        "partners": [_partner(m, lang) for m in others],
        "names": joined([str(m.person) for m in others]),
        "together": joined([_("You"), *(str(m.person) for m in others)]),
        "trio": len(others) > 1,
        "reasons": reasons_of(pair, members, person) if meeting else [],
        "answer": mine.answer,
        # Whether the pair feels right is asked until it has met, and no more.
        "asks_fine": meeting and running and not mine.answer and not held and mine.ends_on is None,
        "may_end": meeting and (bool(mine.answer) or held > 0 or not running) and mine.ends_on is None,
        "another": running,
        # One's own wish, shown to nobody else.
        "ends_on": mine.ends_on,
        "meeting": meeting,
        "finished": pair.state == Pair.State.FINISHED,
        "goals": goals,
        "met_all": held >= pair.meetings_agreed,
        # Asked for after the first meeting: not before it, and not when all have been held.
        "ask_goals": meeting and not goals and 0 < held < pair.meetings_agreed,
        "running": running or meeting,
    }


# -- the supervisor's overview ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedPair:
    """One published pair on the supervisor's overview; nothing of what its members answered."""

    pk: int
    names: str
    state: str
    finished: bool
    # How many meetings they agreed on; how many were held, are agreed ahead, are proposed, or had their time untold.
    meetings: int
    held: int
    ahead: int
    proposed: int
    past: int
    goals: list[str]
    # The morning on which it ends because a supervisor wished for it; what its members wish is not here.
    ends_on: date | None
    member_ids: tuple[int, ...]

    @property
    def no_time_yet(self) -> bool:
        return not (self.held or self.past or self.ahead or self.proposed)

    @property
    def no_next_time(self) -> bool:
        """Whether they have met, mean to meet more, and no time is agreed or proposed for it."""
        return not (self.ahead or self.proposed) and self.held + self.past < self.meetings


def overview(round_: Round) -> tuple[list[PublishedPair], list[SignUp]]:
    """The round's pairs as they are now, and those who look for a partner; three queries."""
    pairs = Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED)
    pairs = pairs.with_times(timezone.now()).prefetch_related(_now(), "goals")
    shown = []
    for pair in pairs:
        members = sorted(pair.now, key=lambda m: (str(m.person).casefold(), m.pk))  # type: ignore[attr-defined]
        shown.append(
            PublishedPair(
                pk=pair.pk,
                names=joined([str(m.person) for m in members]),
                state=str(pair.get_state_display()),
                finished=pair.state == Pair.State.FINISHED,
                meetings=pair.meetings_agreed,
                held=pair.held,  # type: ignore[attr-defined]
                ahead=pair.ahead,  # type: ignore[attr-defined]
                proposed=pair.proposed,  # type: ignore[attr-defined]
                past=pair.past,  # type: ignore[attr-defined]
                goals=[g.text for g in pair.goals.all()],
                ends_on=pair.ends_on,
                member_ids=tuple(m.person_id for m in members),
            )
        )
    waiting = looking(round_).select_related("person")
    return sorted(shown, key=lambda p: p.names.casefold()), sorted(waiting, key=lambda s: str(s.person).casefold())
