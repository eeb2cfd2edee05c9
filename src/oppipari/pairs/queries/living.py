"""Published pairs as their members and the supervisor see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.looking import left_by_their_pair, looking
from oppipari.pairs.models import Board, Pair, PairMember, SuggestionRun
from oppipari.pairs.mornings import next_working_day
from oppipari.pairs.queries import after_pair
from oppipari.pairs.queries.sentences import joined
from oppipari.rounds import vocabulary
from oppipari.rounds.models import Round, SignUp

State = Round.State
RUNNING = (State.MEETING, State.EVALUATING)


@dataclass(frozen=True, slots=True)
class HomePair:
    """A pair on a person's own page; `partners` are names."""

    pair: Pair
    partners: list[str]


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
    return list(mine.select_related("round__unit").prefetch_related(_now(), "goals"))


def _others(pair: Pair, person: Person) -> list[PairMember]:
    members: list[PairMember] = pair.now  # type: ignore[attr-defined]
    return [m for m in members if m.person_id != person.pk]


def pairs_for_home(person: Person) -> list[HomePair]:
    """The person's pairs with their partners' names, of rounds that are not closed, and of closed ones after them."""
    found = sorted(_pairs_now(person), key=lambda p: (p.round.state == State.CLOSED, -p.pk))
    return [HomePair(p, [str(m.person) for m in _others(p, person)]) for p in found]


def partners_of(pair: Pair, person: Person) -> list[Person]:
    """The others in the pair."""
    members = pair.members.filter(left_at=None).exclude(person=person).select_related("person")
    return [m.person for m in members]


def todos_for_person(person: Person) -> list[Todo]:
    """What waits of pairs for a participant: the answer, the goals after the first meeting; those without a pair."""
    todos = after_pair.todos_for_person(person)
    for pair in _pairs_now(person):
        if pair.round.state not in RUNNING or pair.state != Pair.State.MEETING:
            continue
        mine = next(m for m in pair.now if m.person_id == person.pk)  # type: ignore[attr-defined]
        if mine.answer == PairMember.Answer.NONE and mine.ends_on is None:
            names = joined([str(m.person) for m in _others(pair, person)])
            todos.append(
                Todo(
                    text=_("Your pair is ready: %(names)s.") % {"names": names},
                    action=_("See my pair"),
                    url=reverse("pair", args=[pair.pk]),
                    order=10,
                )
            )
        if 0 < pair.held < pair.meetings_agreed and not pair.goals.all():  # type: ignore[attr-defined]
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


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """What waits of pairs for the supervisor."""
    board = reverse("board", args=[round_.pk])
    if round_.state == State.PAIRING:
        if Board.objects.filter(round=round_).exclude(current=None).exists():
            text = _("The suggested pairs wait for you to look at and publish. Nobody is told before that.")
            return [Todo(text=text, action=_("Look at the pairs"), url=board, order=10)]
        if SuggestionRun.objects.filter(board__round=round_, state__in=SuggestionRun.UNFINISHED).exists():
            text = _("The suggestion for the pairs is being worked out. Return to it when you like.")
            return [Todo(text=text, action=_("See how far it is"), url=board, order=10)]
        text = _("Sign-up is closed. Form the pairs.")
        return [Todo(text=text, action=_("Form the pairs"), url=board, order=10)]
    todos = []
    if count := needs_new_pair(round_):
        text = ngettext("%(count)d person needs a new pair.", "%(count)d people need a new pair.", count)
        url = reverse("pair_reform", args=[round_.pk])
        todos.append(Todo(text=text % {"count": count}, action=_("Form a new pair"), url=url, order=10))
    if ended := just_ended(round_):
        text = ngettext(
            "%(count)d pair has ended. Its members are first asked in private; soon you see who looks for a new partner.",
            "%(count)d pairs have ended. Their members are first asked in private; soon you see who looks for a new partner.",
            len(ended),
        )
        # There is nothing to do yet, so it comes after what there is.
        todos.append(Todo(text=text % {"count": len(ended)}, action=_("To the pairs"), url=board, order=70))
    return todos


def round_part(round_: Round) -> dict[str, Any]:
    """The card about pairs on the round's page."""
    if round_.state == State.SIGN_UP:
        return {}
    if round_.state == State.PAIRING:
        return {"forming": True, "suggested": Board.objects.filter(round=round_).exclude(current=None).exists()}
    published = list(Pair.objects.filter(round=round_).prefetch_related("goals"))
    if round_.state == State.CLOSED and not published:
        return {}  # forgotten when they had had their time: there is nothing to count
    pairs = [p for p in published if p.state != Pair.State.REPLACED]
    return {
        "ended": len(published) - len(pairs),
        "told": max((pair.told for pair in just_ended(round_)), default=None),
        "pairs": len(pairs),
        "finished": sum(p.state == Pair.State.FINISHED for p in pairs),
        "with_goals": sum(bool(p.goals.all()) for p in pairs),
        "waiting": looking(round_).count(),
    }


def _languages(codes: Sequence[str]) -> str:
    named = []
    for code in codes:
        try:
            # Finnish and Swedish write languages with a small letter, English with a capital one.
            name = str(get_language_info(code)["name_translated"])
            named.append(name if problem.language() == "en" else name.lower())
        except KeyError:
            named.append(code)
    return ", ".join(named)


def _partner(member: PairMember, lang: str) -> Partner:
    made = member.sign_up
    return Partner(
        name=str(member.person),
        email=member.person.email or "",
        shares=", ".join(vocabulary.label(k, lang) for k in made.shares),
        wants=", ".join(vocabulary.label(k, lang) for k in made.wants),
        way=str(made.get_way_display()) if made.way else "",
        languages=_languages(made.languages),
    )


def reasons_of(pair: Pair, members: Sequence[PairMember], person: Person) -> list[str]:
    """Why these people suit each other, to one of them; the engine's word for the pair is left out: nobody is graded."""
    lang = problem.language()
    names = {str(m.sign_up_id): str(m.person) for m in members}
    mine = next((str(m.sign_up_id) for m in members if m.person_id == person.pk), None)
    sentences: dict[str, None] = {}
    for data in pair.explanation.get("whys", []):
        why = problem.retold(data)
        if why.a not in names or why.b not in names:
            continue
        labels = {c: vocabulary.label(c, lang) for c in (*why.a_learns, *why.b_learns)}
        sentences.update(dict.fromkeys(words.reasons(why, names, labels, lang, to=mine)[1:]))
    return list(sentences)


def _is_on_the_way(pair: Pair) -> bool:
    """Whether the first meeting has been held and the last one has not."""
    held: int = Pair.objects.with_held().get(pk=pair.pk).held  # type: ignore[attr-defined]
    return 0 < held < pair.meetings_agreed


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The partner, why the two, one's own answer, the goals; once finished, only the partner's name and the goals."""
    members = list(pair.members.filter(left_at=None).select_related("person", "sign_up"))
    mine = next((m for m in members if m.person_id == person.pk), None)
    if mine is None:
        return {}
    lang = problem.language()
    running = pair.round.state in RUNNING
    meeting = pair.state == Pair.State.MEETING and running
    others = [m for m in members if m.person_id != person.pk]
    goals = list(pair.goals.all())
    return {
        "partners": [_partner(m, lang) for m in others],
        "names": joined([str(m.person) for m in others]),
        "together": joined([_("You"), *(str(m.person) for m in others)]),
        "trio": len(others) > 1,
        "reasons": reasons_of(pair, members, person) if meeting else [],
        "answer": mine.answer,
        # One's own wish, shown to nobody else.
        "ends_on": mine.ends_on,
        "meeting": meeting,
        "finished": pair.state == Pair.State.FINISHED,
        "goals": goals,
        # Asked for after the first meeting: not before it, and not when all have been held.
        "ask_goals": meeting and not goals and _is_on_the_way(pair),
        "running": running,
    }


# -- the supervisor's overview ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedPair:
    """One published pair on the supervisor's overview; nothing of what its members answered."""

    pk: int
    names: str
    state: str
    finished: bool
    # How many meetings they agreed on, and of how many the time is agreed or past.
    meetings: int
    booked: int
    goals: list[str]
    # The morning on which it ends because a supervisor wished for it; what its members wish is not here.
    ends_on: date | None
    member_ids: tuple[int, ...]


def overview(round_: Round) -> tuple[list[PublishedPair], list[SignUp]]:
    """The round's pairs as they are now, and those who look for a partner; three queries."""
    pairs = Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED)
    pairs = pairs.with_booked().prefetch_related(_now(), "goals")
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
                booked=pair.booked,  # type: ignore[attr-defined]
                goals=[g.text for g in pair.goals.all()],
                ends_on=pair.ends_on,
                member_ids=tuple(m.person_id for m in members),
            )
        )
    waiting = looking(round_).select_related("person")
    return sorted(shown, key=lambda p: p.names.casefold()), sorted(waiting, key=lambda s: str(s.person).casefold())
