"""Published pairs as their members and the supervisor see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.models import Board, Pair, PairMember, SuggestionRun
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
    return list(Pair.objects.of_person(person).select_related("round__unit").prefetch_related(_now(), "goals"))


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


def _waits(person: Person) -> list[SignUp]:
    """The person's sign-ups to running rounds in which they have no pair."""
    return list(
        SignUp.objects.taking_part()
        .filter(person=person, round__state__in=RUNNING)
        .exclude(places__left_at=None, places__isnull=False)
        .select_related("round")
        .prefetch_related("places")
    )


def todos_for_person(person: Person) -> list[Todo]:
    """What waits of pairs for a participant: the answer, the goals; those who wait are told so, kindly."""
    todos = []
    for pair in _pairs_now(person):
        if pair.round.state not in RUNNING or pair.state != Pair.State.MEETING:
            continue
        mine = next(m for m in pair.now if m.person_id == person.pk)  # type: ignore[attr-defined]
        if mine.answer == PairMember.Answer.NONE:
            names = ", ".join(str(m.person) for m in _others(pair, person))
            todos.append(
                Todo(
                    text=_("Your pair is ready: %(names)s.") % {"names": names},
                    action=_("See my pair"),
                    url=reverse("pair", args=[pair.pk]),
                    order=10,
                )
            )
        if not pair.goals.all():
            todos.append(
                Todo(
                    text=_("Agree on one or two goals with your pair, for instance at the first meeting."),
                    action=_("Set goals"),
                    url=reverse("pair_goals", args=[pair.pk]),
                    order=40,
                )
            )
    for sign_up in _waits(person):
        # The same words whoever asked for a new pair, and whatever the reason was.
        if sign_up.places.all():
            text = _("A new pair is being formed for you in the round %(round)s. Nobody needs to give a reason.")
        else:
            text = _("There was no pair for you yet in the round %(round)s. You come first in the next one.")
        todos.append(
            Todo(
                text=text % {"round": sign_up.round.name},
                action=_("Look at my sign-up"),
                url=reverse("my_sign_up", args=[sign_up.pk]),
                order=30,
            )
        )
    return todos


def needs_new_pair(round_: Round) -> int:
    """How many people are without a pair because theirs was dissolved."""
    if round_.state not in RUNNING:
        return 0
    left = SignUp.objects.taking_part().filter(round=round_, places__isnull=False)
    return left.exclude(pk__in=_placed(round_)).distinct().count()


def _placed(round_: Round) -> Any:
    return PairMember.objects.filter(pair__round=round_, left_at=None).values("sign_up_id")


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
    count = needs_new_pair(round_)
    if not count:
        return []
    text = ngettext("%(count)d person needs a new pair.", "%(count)d people need a new pair.", count)
    return [
        Todo(
            text=text % {"count": count},
            action=_("Form a new pair"),
            url=reverse("pair_reform", args=[round_.pk]),
            order=10,
        )
    ]


def round_part(round_: Round) -> dict[str, Any]:
    """The card about pairs on the round's page."""
    if round_.state == State.SIGN_UP:
        return {}
    if round_.state == State.PAIRING:
        return {"forming": True, "suggested": Board.objects.filter(round=round_).exclude(current=None).exists()}
    pairs = list(Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED).prefetch_related("goals"))
    taking = SignUp.objects.taking_part().filter(round=round_)
    return {
        "pairs": len(pairs),
        "finished": sum(p.state == Pair.State.FINISHED for p in pairs),
        "with_goals": sum(bool(p.goals.all()) for p in pairs),
        "waiting": taking.exclude(pk__in=_placed(round_)).count(),
    }


def asks_to_go_on(pair: Pair, person: Person, held: int) -> bool:
    """Whether to ask `person` if they go on: `held` meetings are as many as agreed, and they have not answered yet."""
    if pair.state != Pair.State.MEETING or held < pair.meetings_agreed:
        return False
    return pair.members.filter(person=person, left_at=None, goes_on=None).exists()


def _languages(codes: Sequence[str]) -> str:
    named = []
    for code in codes:
        try:
            named.append(str(get_language_info(code)["name_translated"]).lower())
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
    return {
        "partners": [_partner(m, lang) for m in others],
        "names": ", ".join(str(m.person) for m in others),
        "trio": len(others) > 1,
        "reasons": reasons_of(pair, members, person) if meeting else [],
        "answer": mine.answer,
        "will_given": mine.goes_on is not None,
        "meeting": meeting,
        "finished": pair.state == Pair.State.FINISHED,
        "goals": list(pair.goals.all()),
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
    meetings: int
    goals: list[str]
    member_ids: tuple[int, ...]


def overview(round_: Round) -> tuple[list[PublishedPair], list[SignUp]]:
    """The round's pairs as they are now, and those who take part and have none; three queries."""
    from oppipari.pairs.queries.sentences import joined

    pairs = Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED).prefetch_related(_now(), "goals")
    shown = []
    placed: set[int] = set()
    for pair in pairs:
        members = sorted(pair.now, key=lambda m: (str(m.person).casefold(), m.pk))  # type: ignore[attr-defined]
        placed |= {m.sign_up_id for m in members}
        shown.append(
            PublishedPair(
                pk=pair.pk,
                names=joined([str(m.person) for m in members]),
                state=str(pair.get_state_display()),
                finished=pair.state == Pair.State.FINISHED,
                meetings=pair.meetings_agreed,
                goals=[g.text for g in pair.goals.all()],
                member_ids=tuple(m.person_id for m in members),
            )
        )
    taking = SignUp.objects.taking_part().filter(round=round_).select_related("person")
    waiting = [s for s in taking if s.pk not in placed]
    return sorted(shown, key=lambda p: p.names.casefold()), sorted(waiting, key=lambda s: str(s.person).casefold())


@dataclass(frozen=True, slots=True)
class NewPair:
    """A suggested new pair among those who are free, with why."""

    ids: str
    names: str
    word: str
    tone: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Joining:
    """A free person who could join a pair that then is a trio."""

    sign_up: int
    name: str
    pair: int
    pair_names: str


@dataclass(frozen=True, slots=True)
class Reform:
    """New pairs after publishing: what the engine suggests, and what is possible for those whom it leaves without."""

    pairs: list[NewPair]
    joinings: list[Joining]
    waiting: list[str]
    person_ids: tuple[int, ...]


def reform(round_: Round) -> Reform:
    """The best new pairs of those who are free in a running round, and trios for those left; a fixed number of queries."""
    from oppipari import pairing
    from oppipari.pairs.queries.sentences import joined
    from oppipari.rounds.queries import taking_part

    lang = problem.language()
    sign_ups = taking_part(round_)
    by_key = {str(s.pk): s for s in sign_ups}
    groups: dict[int, list[str]] = defaultdict(list)
    current = PairMember.objects.filter(pair__round=round_, left_at=None).select_related("pair")
    for place in current:
        groups[place.pair_id].append(str(place.sign_up_id))
    finished = {p.pair_id for p in current if p.pair.state != Pair.State.MEETING}
    placed = {k for keys in groups.values() for k in keys}
    free = [s for s in sign_ups if str(s.pk) not in placed]
    labels = problem.labels(sign_ups, lang)
    names = {k: str(s.person) for k, s in by_key.items()}
    engine = problem.build(round_, sign_ups)
    made: list[NewPair] = []
    left = [str(s.pk) for s in free]
    if len(free) >= 2:
        small = problem.build(round_, free)
        try:
            plan = pairing.solve(small, odd=pairing.Odd.WAIT, time_limit=problem.TIME_LIMIT)
        except pairing.NoAllowedPair:
            plan = None
        if plan is not None:
            left = list(plan.waiting)
            for group in plan.pairs:
                a, b = group.members
                why = pairing.why(small, a, b)
                told = words.reasons(why, names, labels, lang)
                made.append(
                    NewPair(" ".join(group.members), joined([names[a], names[b]]), told[0], str(why.fit), told[1:])
                )
    joinings: list[Joining] = []
    taken: set[int] = set()
    for key in left:
        options = [
            (-sum(engine.score(key, k) for k in keys), pair, keys)
            for pair, keys in groups.items()
            if len(keys) == 2
            and pair not in finished
            and pair not in taken
            and all(k in by_key and engine.allowed(key, k) for k in keys)
        ]
        if options:
            _score, pair, keys = min(options)
            taken.add(pair)
            joinings.append(Joining(int(key), names[key], pair, joined([names[k] for k in keys])))
    return Reform(
        pairs=made,
        joinings=joinings,
        waiting=[names[k] for k in left if int(k) not in {j.sign_up for j in joinings}],
        person_ids=tuple(s.person_id for s in sign_ups),
    )
