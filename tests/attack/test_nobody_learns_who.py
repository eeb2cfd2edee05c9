"""Who said "not now", who ended a pair, who has had enough: nobody learns it, by whatever they fetch or are sent.

Each attack plays the same weeks in worlds that differ in one thing only (who answered what, in which order, at which
hours, or not at all) and compares, byte for byte, everything that an observer gets: pages, downloads, letters with
their order and moment, calendar texts, and what remains in the database when the result is told. Each world is rolled
back, so that even row numbers are the same unless something tells.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.attack.test_who_may_see_what import address, routes
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, met, pair_of, supervisor_of
from tests.ids import count_anew

from oppipari.evaluation import actions as evaluation
from oppipari.meetings import actions as meetings
from oppipari.meetings.models import Meeting
from oppipari.meetings.reminders.actions import remind
from oppipari.meetings.reminders.actions import token_of as reminders_token
from oppipari.meetings.reminders.met import token_of as met_token
from oppipari.messages.models import Outgoing
from oppipari.messages.tasks import deliver
from oppipari.organisation.models import Person, Role
from oppipari.pairs import actions
from oppipari.pairs.models import Goal, Pair, PairMember, Question
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
# On PostgreSQL, where rows may come in another order, pairs are enough.
SIZES = [2, pytest.param(3, marks=pytest.mark.one_database)]
NAMES = ["Aino Aalto", "Bertta Berg", "Cecilia Dahl"]
# What differs from one fetch to the next without telling anything: secret numbers made at random.
RANDOM = re.compile(
    r'(csrfmiddlewaretoken" value=")[^"]+|(datetime\(\d+, \d+, \d+, \d+, \d+)[^)]*|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}'
)


def plain(text: str) -> str:
    """Without random numbers, and stored times to the minute."""
    return RANDOM.sub(lambda m: m[1] or m[2] or "", text)


@dataclass
class Scene:
    """A unit in mid-round with one pair (or trio) that acts, another that does not, and those who look on."""

    clock: Clock
    round: Round
    pair: Pair
    people: list[Person]
    boss: Person
    coordinator: Person
    letters: list[tuple[Any, ...]] = field(default_factory=list)

    @contextmanager
    def world(self) -> Iterator["Scene"]:
        """Play, then roll everything back: the clock, the database, the letters."""
        start = self.clock.now
        mail.outbox, self.letters = [], []  # type: ignore[attr-defined]
        count_anew()
        with transaction.atomic():
            yield self
            transaction.set_rollback(True)
        self.clock.now = start

    def deliver(self) -> None:
        """Send what waits, in the order of the queue, and note when it came."""
        for pk in Outgoing.objects.filter(sent_at=None).order_by("created_at").values_list("pk", flat=True):
            deliver.call(str(pk))
        for letter in mail.outbox:  # type: ignore[attr-defined]
            parts = [str(a) for a in (*letter.attachments, *letter.alternatives)]
            heads = [letter.reply_to, sorted(letter.extra_headers.items())]
            self.letters.append(
                (f"{self.clock.now:%d.%m. %H:%M}", letter.to, letter.subject, letter.body, heads, parts)
            )
        mail.outbox = []  # type: ignore[attr-defined]

    def letters_to(self, person: Person) -> str:
        return plain("\n".join(str(x) for x in self.letters if person.email in x[1]))

    def kinds_to(self, person: Person) -> list[str]:
        """The subjects of what has come to a person."""
        return [subject for _when, to, subject, *_rest in self.letters if person.email in to]

    def morning(self, moment: str) -> None:
        """The housekeeping at a moment."""
        self.clock.at(moment)
        actions.every_morning(timezone.now())
        remind()
        SessionStore.clear_expired()
        self.deliver()

    def client(self, person: Person) -> Client:
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    def fetched(self, person: Person, paths: Iterable[str]) -> str:
        """All that `person` gets at these addresses now: status, headers, body."""
        client, found = self.client(person), []
        for path in paths:
            response = client.get(path)
            content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
            body = content.decode("utf-8", "replace")
            found.append(f"{path} {response.status_code} {response.headers.get('Location')}\n{body}")
        return plain("\n".join(found))

    def remains(self) -> str:
        """Every row of every table, in the database's own order of numbers."""
        found = []
        # The observers' own visit of this hour; what was left of earlier visits the housekeeping has cleared away.
        Session.objects.filter(expire_date__gt=timezone.now() + timedelta(hours=11)).delete()
        for model in apps.get_models(include_auto_created=True):
            rows = model._default_manager.order_by("pk").values_list()  # type: ignore[attr-defined]
            lines = [plain(str(row)) for row in rows]
            # Numbers of letters and their tasks are drawn at random; their times are among the columns.
            found.append(f"{model._meta.label}: {sorted(lines)}")
        return "\n".join(found)

    def of_the_supervisor(self) -> list[str]:
        names = ["round", "board", "pairs_tell"]
        return [*(reverse(n, args=[self.round.pk]) for n in names), reverse("my_data_download")]

    def of_a_member(self, place: int) -> list[str]:
        own = [reverse(n) for n in ("home", "my_data", "my_data_download")]
        names = ("pair", "pair_go_on", "pair_again", "pair_end", "pair_goals", "meeting_new")
        ours = [reverse(n, args=[self.pair.pk]) for n in names]
        sign_up = PairMember.objects.get(pair=self.pair, person=self.people[place]).sign_up_id
        return [*own, *ours, reverse("looking", args=[sign_up]), reverse("my_sign_up", args=[sign_up])]


@pytest.fixture
def scene_of(clock: Clock) -> Callable[[int], Scene]:
    def make(size: int) -> Scene:
        round_ = RoundFactory(state=Round.State.MEETING)
        boss = supervisor_of(round_.unit, name="Ritva Salo")
        coordinator = PersonFactory(organisation=round_.unit.organisation)
        Role.objects.create(person=coordinator, kind=Role.Kind.COORDINATOR)
        pair = pair_of(round_, size)
        people = []
        for name, place in zip(NAMES, pair.members.order_by("pk"), strict=False):
            place.person.name, place.person.email = name, f"{name.split()[0].lower()}@example.org"
            place.person.save()
            # Alike in all but the name, so that what they see can be compared with the names exchanged.
            place.sign_up.shares = place.sign_up.wants = ["medication"]
            place.sign_up.save()
            place.answer = PairMember.Answer.FINE
            place.save()
            people.append(place.person)
        met(pair_of(round_), 1)
        return Scene(clock, round_, pair, people, boss, coordinator)

    return make


# -- going on ---------------------------------------------------------------------------------------------------------

HOURS = ["2027-02-01 10:30", "2027-02-05 23:10", "2027-02-15 21:40"]
MORNINGS = [f"2027-02-{day:02} 08:05" for day in (2, 4, 8, 12, 16, 17)]
Acts = tuple[tuple[str | None, str | None], ...]  # for each member: (what they answer, when), or (None, None)


def go_on(scene: Scene, place: int, what: str) -> None:
    """Answer on the pages, as people do: look at them, send the form, see where it leads."""
    client, url = scene.client(scene.people[place]), reverse("pair_go_on", args=[scene.pair.pk])
    client.get(reverse("pair", args=[scene.pair.pk]))
    agreed = re.search(r'name="agreed" value="(\d+)"', client.get(url).content.decode())
    assert agreed
    client.post(url, {"agreed": agreed[1], "goes_on": what, "more": "2"}, follow=True)


def play(
    scene: Scene,
    acts: Acts,
    looks: list[str],
    see: Callable[[], dict[str, str]],
    others: dict[str, Callable[[], object]] | None = None,
) -> dict[str, dict[str, str]]:
    """Let the members act at their hours and the mornings pass, and do `others` at theirs; what is seen at `looks`."""
    moments: list[tuple[str, str, Any]] = [(m, "1 morning", None) for m in MORNINGS]
    moments += [(m, "0 other", do) for m, do in (others or {}).items()]
    moments += [(when, "0 act", i) for i, (what, when) in enumerate(acts) if what and when]
    moments += [(m, "2 look", None) for m in looks]
    seen = {}
    for moment, kind, place in sorted(moments, key=lambda m: m[:2]):
        scene.clock.at(moment)
        if kind == "1 morning":
            scene.morning(moment)
        elif kind == "2 look":
            seen[moment] = see()
        elif kind == "0 other":
            place()
        else:
            go_on(scene, place, acts[place][0] or "")
    return seen


def all_acts(size: int) -> list[Acts]:
    """Every combination of yes, no and no answer; the hours take turns, so that every order comes with every result."""
    turns = [*itertools.permutations(HOURS, size), *[(hour,) * size for hour in HOURS]]
    found = {}
    for turn in range({2: 4, 3: 1}[size]):
        for number, whats in enumerate(itertools.product(("yes", "no", None), repeat=size)):
            hours = turns[(number + turn) % len(turns)]
            acts = tuple((what, when if what else None) for what, when in zip(whats, hours, strict=True))
            found[acts] = None
    return list(found)


def asked(scene: Scene, *, booked: bool = True) -> None:
    """They have met as agreed, and the question is open; something else is going on beside it."""
    met(scene.pair)
    Goal.objects.create(pair=scene.pair, position=1, text="Haavanhoito")
    if booked:
        ahead = scene.clock.now + timedelta(days=30)
        scene.pair.meetings.create(starts_at=ahead, minutes=60, state="agreed", invited=True)
    actions.ask_to_go_on(scene.pair)


# A moment before the result is told, and one after it.
BEFORE, AFTER = "2027-02-16 07:55", "2027-02-17 12:00"


def same(one: str, other: str, *where: Any) -> None:
    """Fail with the first difference."""
    if one != other:
        at = next(i for i, (a, b) in enumerate(zip(one + "\0", other + "\1", strict=False)) if a != b)
        pytest.fail(
            f"{where}:\n{one[max(0, at - 300) : at + 200]}\n--- or ---\n{other[max(0, at - 300) : at + 200]}", False
        )


def no_differences(seen: dict[Any, dict[str, str]]) -> None:
    """What the first world shows, every other one shows."""
    first, *others = seen
    for other in others:
        for what in seen[first]:
            same(seen[first][what], seen[other][what], what, first, other)


@pytest.mark.parametrize("size", SIZES)
def test_who_does_not_want_to_go_on_is_told_to_nobody_outside(scene_of: Callable[[int], Scene], size: int) -> None:
    scene = scene_of(size)
    asked(scene)
    before: dict[Any, dict[str, str]] = {}
    after: dict[bool, dict[Any, dict[str, str]]] = {True: {}, False: {}}

    def outside() -> dict[str, str]:
        return {
            "supervisor": scene.fetched(scene.boss, scene.of_the_supervisor()),
            "coordinator": scene.fetched(scene.coordinator, [reverse("home")]),
            "letters": scene.letters_to(scene.boss) + scene.letters_to(scene.coordinator),
        }

    for acts in all_acts(size):
        with scene.world():
            seen = play(scene, acts, [BEFORE, AFTER], outside)
            scene.pair.refresh_from_db()
            all_want = all(what == "yes" for what, _when in acts)
            assert (scene.pair.state, scene.pair.meetings_agreed) == (("meeting", 5) if all_want else ("finished", 3))
            # That all want to go on may have been told before.
            if not all_want or max(str(when) for _what, when in acts) == HOURS[-1]:
                before[acts] = seen[BEFORE]
                remains = {"remains": scene.remains(), "all letters": plain(str(scene.letters))}
                after[all_want][acts] = seen[AFTER] | remains
    assert len(before) >= 25
    no_differences(before)
    assert len(after[False]) >= 20
    for worlds in after.values():
        no_differences(worlds)


@pytest.mark.parametrize("own", [("yes", HOURS[1]), ("no", HOURS[1]), (None, None)])
def test_who_does_not_want_to_go_on_is_not_told_to_the_partner(
    scene_of: Callable[[int], Scene], own: tuple[str | None, str | None]
) -> None:
    scene = scene_of(2)
    asked(scene)
    before: dict[Any, dict[str, str]] = {}
    finished: dict[Any, dict[str, str]] = {}
    others = [(what, when) for what in ("yes", "no") for when in HOURS] + [(None, None)]
    mine = scene.people[1]
    for other in others:
        with scene.world():
            seen = play(
                scene,
                (other, own),
                [BEFORE, AFTER],
                lambda: {"pages": scene.fetched(mine, scene.of_a_member(1)), "letters": scene.letters_to(mine)},
            )
            scene.pair.refresh_from_db()
            if scene.pair.state == Pair.State.FINISHED:
                finished[other] = seen[AFTER]
            if scene.pair.state == Pair.State.FINISHED or other[1] == HOURS[-1]:
                before[other] = seen[BEFORE]
    assert len(finished) == (4 if own[0] == "yes" else 7)
    no_differences(before)
    no_differences(finished)


# Before anybody has answered, and between the answers.
CLOSINGS = ["2027-02-01 10:15", "2027-02-06 09:00"]


@pytest.mark.parametrize(("times", "closes"), [(3, CLOSINGS[0]), (3, CLOSINGS[1]), (1, CLOSINGS[0])])
def test_who_does_not_want_to_go_on_is_told_to_nobody_when_the_round_is_closed(
    scene_of: Callable[[int], Scene], closes: str, times: int
) -> None:
    """Of a pair that was asked before, and of one that is asked at the closing since it has met once."""
    scene = scene_of(2)
    met(scene.pair, times)
    evaluation.go_without(scene.round, scene.boss)
    if times == 3:
        actions.ask_to_go_on(scene.pair)
    mine, other = scene.people[1], scene.people[0]
    before: dict[Any, dict[str, str]] = {}
    after: dict[bool, dict[Any, dict[str, str]]] = {True: {}, False: {}}
    at_closing: dict[Any, dict[str, str]] = {}

    def seen_from_outside() -> dict[str, str]:
        pages = [*scene.of_the_supervisor(), *(reverse(n, args=[scene.round.pk]) for n in CLOSING_PAGES)]
        return {
            "supervisor": scene.fetched(scene.boss, pages),
            "coordinator": scene.fetched(scene.coordinator, [reverse("home")]),
            "letters": scene.letters_to(scene.boss) + scene.letters_to(scene.coordinator),
        }

    def to_a_partner() -> dict[str, str]:
        pages = [*scene.of_a_member(1), reverse("round_closing", args=[scene.round.pk])]
        return {"partner": scene.fetched(mine, pages), "partner's letters": scene.letters_to(mine)}

    own = "yes", HOURS[0]
    for acts in [((what, when), own) for what in ("yes", "no") for when in HOURS[1:]] + [((None, None), own)]:
        with scene.world():

            def close(acts: Any = acts) -> None:
                if (what := acts[0][0]) and acts[0][1] < closes:
                    assert PairMember.objects.get(pair=scene.pair, person=other).goes_on is (what == "yes")
                at_closing[acts] = seen_from_outside() | to_a_partner()
                round_ = Round.objects.get(pk=scene.round.pk)
                evaluation.close_round(round_, scene.boss)

            see = lambda: seen_from_outside() | to_a_partner()  # noqa: E731
            seen = play(scene, acts, [BEFORE, AFTER], see, {closes: close})
            scene.pair.refresh_from_db()
            all_want = acts[0][0] == "yes"
            agreed = times + 2 if all_want else 3
            assert (scene.pair.state, scene.pair.meetings_agreed) == ("meeting" if all_want else "finished", agreed)
            if not all_want or acts[0][1] == HOURS[-1]:
                before[acts] = seen[BEFORE]
                remains = {"remains": scene.remains(), "all letters": plain(str(scene.letters))}
                after[all_want][acts] = seen[AFTER] | remains
    no_differences(at_closing)
    assert len(before) == 4
    no_differences(before)
    assert len(after[False]) == 3
    for worlds in after.values():
        no_differences(worlds)


CLOSING_PAGES = ["round_close", "round_closing", "round_meetings", "round_evaluation"]


def exchanged(text: str) -> str:
    """The text with the two names, and whatever is made of them, exchanged."""
    for one, other in ((NAMES[0], NAMES[1]), ("aino@", "bertta@")):
        text = text.replace(one, "\0").replace(other, one).replace("\0", other)
    return text


@pytest.mark.parametrize(("one", "other"), [("yes", "no"), ("yes", None), ("no", None)])
def test_each_sees_of_the_other_what_the_other_would_see_of_them(
    scene_of: Callable[[int], Scene], one: str, other: str | None
) -> None:
    scene = scene_of(2)
    asked(scene, booked=False)  # a calendar text lists the two in one order for both
    seen = []
    acts = (one, HOURS[0]), (other, HOURS[1] if other else None)
    own = "home", "my_data", "pair", "pair_go_on", "pair_goals", "meeting_new"
    for me, played in ((0, acts), (1, acts[::-1])):
        with scene.world():
            person = scene.people[me]

            def look(person: Person = person) -> dict[str, str]:
                paths = [reverse(n, args=[] if n in ("home", "my_data") else [scene.pair.pk]) for n in own]
                return {"pages": scene.fetched(person, paths), "letters": scene.letters_to(person)}

            seen.append(play(scene, played, [BEFORE, AFTER], look))
    for moment in (BEFORE, AFTER):
        for what, text in seen[0][moment].items():
            same(exchanged(text), seen[1][moment][what], moment, what)


def test_the_answer_to_an_answer_is_the_same_whether_one_is_the_last_or_not(scene_of: Callable[[int], Scene]) -> None:
    scene = scene_of(2)
    asked(scene)
    got = []
    for other in ("yes", "no", None):
        with scene.world():
            if other:
                go_on(scene, 0, other)
            client = scene.client(scene.people[1])
            url = reverse("pair_go_on", args=[scene.pair.pk])
            response = client.post(url, {"agreed": "3", "goes_on": "no", "more": "2"})
            page = client.get(response.headers["Location"])
            got.append((response.status_code, response.headers["Location"], plain(page.content.decode())))
    assert got[0] == got[1] == got[2]


# -- ending early -----------------------------------------------------------------------------------------------------


def end(scene: Scene, who: int | str, word: str) -> None:
    if who == "boss":
        scene.client(scene.boss).post(reverse("pair_dissolve", args=[scene.pair.pk]))
        return
    client = scene.client(scene.people[int(who)])
    page = {"again": "pair_again", "end": "pair_end"}[word]
    client.get(reverse("pair", args=[scene.pair.pk]))
    client.get(reverse(page, args=[scene.pair.pk]))
    client.post(reverse("pair_answer", args=[scene.pair.pk]), {"answer": word}, follow=True)


def say(scene: Scene, place: int, what: str) -> None:
    sign_up = PairMember.objects.get(pair=scene.pair, person=scene.people[place]).sign_up_id
    client = scene.client(scene.people[place])
    client.get(reverse("home"))
    client.post(reverse("looking", args=[sign_up]), {"looks": what}, follow=True)


def in_mid_round(scene: Scene) -> None:
    """A pair with goals, a meeting ahead in everybody's calendar, and private answers of all kinds."""
    met(scene.pair, 1)
    Goal.objects.create(pair=scene.pair, position=1, text="Haavanhoito")
    ahead = scene.clock.now + timedelta(days=30)
    scene.pair.meetings.create(starts_at=ahead, minutes=60, state="agreed", invited=True)
    scene.pair.meetings.create(starts_at=ahead + timedelta(days=28), minutes=60, state="proposed")
    actions.we_are_fine(scene.pair, scene.people[0])


# By day and at night; it ends in the morning of 3 February.
ENDINGS = ["2027-02-02 10:20", "2027-02-03 01:40"]
WAYS = [(0, "again"), (0, "end"), (1, "again"), (1, "end")]


@pytest.mark.parametrize("size", SIZES)
def test_who_ended_a_pair_and_in_which_words_is_told_to_nobody(scene_of: Callable[[int], Scene], size: int) -> None:
    scene = scene_of(size)
    in_mid_round(scene)
    outside: dict[Acts, dict[str, str]] = {}
    passive: dict[int, dict[Any, dict[str, str]]] = {i: {} for i in range(size)}
    for way in [(*way, hour) for hour in ENDINGS for way in (*WAYS, ("boss", ""))]:
        with scene.world():
            scene.clock.at(way[2])
            end(scene, *way[:2])
            scene.deliver()
            assert scene.letters == []
            scene.morning("2027-02-03 08:05")
            scene.clock.at("2027-02-03 14:30")
            for place, person in enumerate(scene.people):
                if place != way[0]:
                    passive[place][way] = {
                        "pages": scene.fetched(person, scene.of_a_member(place)),
                        "letters": scene.letters_to(person),
                    }
            SessionStore.clear_expired()
            seen = {"remains": scene.remains(), "letters": plain(str(scene.letters))}
            if way[0] != "boss":  # what they do themselves they know
                seen["pages"] = scene.fetched(scene.boss, scene.of_the_supervisor())
            outside[way] = seen  # type: ignore[index]
    bosses = [outside.pop(("boss", "", hour)) for hour in ENDINGS]  # type: ignore[call-overload]
    assert len(outside) == 2 * len(WAYS)
    no_differences(outside)
    for boss in bosses:
        same(boss["letters"], next(iter(outside.values()))["letters"])
        same(boss["remains"], next(iter(outside.values()))["remains"])
    for worlds in passive.values():
        assert len(worlds) >= 6
        no_differences(worlds)


def an_evening_of_meetings(scene: Scene) -> None:
    """A member moves one meeting twice, calls another off and proposes a third: letters of all these wait for the morning."""
    one, two = Meeting.objects.filter(pair=scene.pair, starts_at__gt=timezone.now()).order_by("starts_at")
    by = scene.people[0]
    for days in (1, 2):
        when = {"starts_at": one.starts_at + timedelta(days=days), "minutes": 60, "way": one.way, "place": ""}
        one.refresh_from_db()
        meetings.move(one, by, one.version, **when)
    meetings.cancel(two, by)
    meetings.propose(scene.pair, by, [when | {"starts_at": two.starts_at + timedelta(days=7)}])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("first", ["worker", "housekeeping"])
def test_letters_that_the_end_of_a_pair_overtakes_tell_nobody_who_ended_it(
    scene_of: Callable[[int], Scene], size: int, first: str
) -> None:
    scene = scene_of(size)
    in_mid_round(scene)
    evening, night = "2027-02-02 21:00", ENDINGS[1]
    outside: dict[Any, dict[str, str]] = {}
    passive: dict[int, dict[Any, dict[str, str]]] = {i: {} for i in range(size)}
    for way in [(*way, hour) for hour in (ENDINGS[0], night) for way in (*WAYS, ("boss", ""))]:
        with scene.world():
            for moment in sorted((evening, way[2])):
                scene.clock.at(moment)
                if moment == evening:
                    an_evening_of_meetings(scene)
                    scene.deliver()
                else:
                    end(scene, *way[:2])
            # Only their own calendar entry has come to the one who called a meeting off.
            before = len(scene.letters)
            if first == "worker":
                scene.clock.at("2027-02-03 08:00:01")
                scene.deliver()
            scene.morning("2027-02-03 08:05")
            assert all(scene.people[0].email in letter[1] for letter in scene.letters[:before])
            came = scene.kinds_to(scene.people[1])
            assert came == ["Oppiparissa on sinulle luettavaa", "Muutos kalenterissasi"]
            scene.clock.at("2027-02-03 14:30")
            SessionStore.clear_expired()
            outside[way] = {"remains": scene.remains(), "letters": plain(str(scene.letters))}
            for place, person in enumerate(scene.people):
                if place != way[0]:
                    seen = {
                        "letters": scene.letters_to(person),
                        "pages": scene.fetched(person, scene.of_a_member(place)),
                    }
                    passive[place][way] = seen
    no_differences(outside)
    for worlds in passive.values():
        assert len(worlds) >= 6
        no_differences(worlds)


@pytest.mark.parametrize("size", SIZES)
def test_until_the_morning_nobody_else_can_tell_that_anybody_wished_for_the_end(
    scene_of: Callable[[int], Scene], size: int
) -> None:
    """Also not that there is a wish at all: it is compared with a world without one, and with one taken back."""
    scene = scene_of(size)
    in_mid_round(scene)
    seen: dict[str, dict[Any, dict[str, str]]] = {}
    for way in [None, *WAYS, ("boss", ""), (0, "taken back")]:
        with scene.world():
            scene.clock.at(ENDINGS[0])
            if way:
                end(scene, way[0], "end" if way[1] == "taken back" else way[1])
            for moment in ("2027-02-02 10:30", "2027-02-03 07:55"):
                if moment.endswith("10:30"):
                    scene.morning(moment)  # the housekeeping of the same day
                scene.clock.at(moment)
                if way == (0, "taken back"):
                    url = reverse("pair_answer", args=[scene.pair.pk])
                    scene.client(scene.people[0]).post(url, {"answer": "stay"}, follow=True)
                observers = {
                    "boss": (scene.boss, [*scene.of_the_supervisor(), reverse("pair_dissolve", args=[scene.pair.pk])])
                }
                observers |= {str(i): (p, scene.of_a_member(i)) for i, p in enumerate(scene.people)}
                for who, (person, paths) in observers.items():
                    found = {"pages": scene.fetched(person, paths), "letters": scene.letters_to(person)}
                    if way is None or who != str(way[0]):  # what they do themselves they know
                        seen.setdefault(f"{who} {moment}", {})[way] = found
            SessionStore.clear_expired()
            if way is None or way[1] == "taken back":
                seen.setdefault("remains", {})[way] = {"remains": scene.remains()}
    assert len(seen) == 2 * (size + 1) + 1
    for worlds in seen.values():
        assert None in worlds
        assert len(worlds) >= 2
        no_differences(worlds)


def test_who_has_had_enough_is_seen_only_when_all_is_and_tells_nothing_of_who_ended_it(
    scene_of: Callable[[int], Scene],
) -> None:
    scene = scene_of(2)
    in_mid_round(scene)
    ended, mornings = "2027-02-02 22:15", [f"2027-02-{day:02} 08:05" for day in (3, 5, 8, 10, 11)]
    hours, looks = ["2027-02-03 08:20", "2027-02-04 13:00"], ["2027-02-03 08:30", "2027-02-08 12:00"]
    open_: dict[Any, str] = {}
    told: dict[Any, dict[Any, dict[str, str]]] = {}
    turns = itertools.cycle(itertools.product((0, 1), repeat=2))
    said = [
        tuple((what, hour) if what else None for what, hour in zip(whats, next(turns), strict=True))
        for _ in range(2)
        for whats in itertools.product(("yes", "no", None), repeat=2)
    ]
    for way in (WAYS[0], WAYS[3]):  # another asker and other words at once
        for answers in dict.fromkeys(said):
            with scene.world():
                scene.clock.at(ended)
                end(scene, *way)
                # Of both together, on the morning after both have answered, or when the week is over.
                last = None if None in answers else max(hours[a[1]] for a in answers if a)
                told_at = next(m for m in mornings if m > last) if last else mornings[4]
                moments: list[Any] = [(m, "1 morning", None) for m in mornings] + [(m, "2 look", None) for m in looks]
                moments += [(hours[a[1]], "0 say", (i, a[0])) for i, a in enumerate(answers) if a]
                for moment, kind, act in sorted(moments, key=lambda m: m[:2]):
                    scene.clock.at(moment)
                    if kind == "1 morning":
                        scene.morning(moment)
                    elif kind == "0 say":
                        say(scene, *act)
                    asked = Question.objects.filter(pair=scene.pair).exists()
                    assert asked == (moment < told_at), (way, answers, moment)
                    if kind == "2 look":
                        text = scene.fetched(scene.boss, scene.of_the_supervisor()) + scene.letters_to(scene.boss)
                        if asked:
                            same(open_.setdefault(moment, text), text, way, answers, moment)
                assert not Question.objects.filter(pair=scene.pair).exists()
                scene.clock.at("2027-02-12 12:00")
                SessionStore.clear_expired()
                enough = tuple(a is not None and a[0] == "no" for a in answers)
                when = None not in answers
                board, reform = (
                    scene.fetched(scene.boss, [reverse(n, args=[scene.round.pk])]) for n in ("board", "pair_reform")
                )
                assert [name in board for name in NAMES[:2]] == [not e for e in enough]
                seen = {
                    "pages": scene.fetched(scene.boss, scene.of_the_supervisor()) + reform,
                    "remains": scene.remains(),
                }
                told.setdefault((enough, when, max(a[1] for a in answers if a) if when else 0), {})[way, answers] = seen
    for worlds in told.values():
        no_differences(worlds)


# -- reminders, and whether they met ----------------------------------------------------------------------------------

WEEKS = [f"2027-{day} 08:05" for day in ("02-09", "02-10", "02-16", "02-23", "03-02", "03-09", "03-16")]


def in_peace(scene: Scene) -> None:
    scene.client(scene.people[0]).post(reverse("pair_fine", args=[scene.pair.pk]), follow=True)


def none_by_mail(scene: Scene) -> None:
    Client().post(reverse("reminders_off", args=[reminders_token(scene.people[0])]))


def another_partner_and_back(scene: Scene) -> None:
    end(scene, 0, "again")
    scene.client(scene.people[0]).post(reverse("pair_answer", args=[scene.pair.pk]), {"answer": "stay"}, follow=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("when", ["2027-02-05 21:00", "2027-03-02 12:00"])
def test_who_wants_to_be_left_in_peace_is_told_to_nobody(
    scene_of: Callable[[int], Scene], size: int, when: str
) -> None:
    """Neither by whether a reminder, the gentle question or the word to the supervisor comes, nor by when."""
    scene = scene_of(size)
    seen: dict[Any, dict[str, str]] = {}
    for do in (None, in_peace, none_by_mail, another_partner_and_back):
        with scene.world():
            for moment in sorted([*WEEKS, when]):
                scene.clock.at(moment)
                if moment == when and do is not None:
                    do(scene)
                elif moment != when:
                    scene.morning(moment)
            found = {"boss": scene.fetched(scene.boss, scene.of_the_supervisor()) + scene.letters_to(scene.boss)}
            for place, person in enumerate(scene.people[1:], start=1):
                found[person.name] = scene.fetched(person, scene.of_a_member(place)) + scene.letters_to(person)
            seen[do and do.__name__] = found
            kinds = Counter(scene.kinds_to(scene.people[1]))
            assert kinds == {"Aika tapaamisellenne": 3, "Mikä auttaisi?": 1}
    no_differences(seen)


def test_who_said_that_they_met_and_how_is_told_to_nobody(scene_of: Callable[[int], Scene]) -> None:
    scene = scene_of(2)
    met(scene.pair, 2, last=40)
    meeting = scene.pair.meetings.create(
        starts_at=scene.clock.now - timedelta(days=1), minutes=60, state="agreed", invited=True
    )
    seen: dict[Any, dict[str, str]] = {}
    for way in [(place, how) for place in (0, 1) for how in ("link", "page")]:
        with scene.world():
            scene.morning("2027-02-01 10:05")
            person = scene.people[way[0]]
            if way[1] == "link":
                Client().post(reverse("met", args=[met_token(meeting, person)]))
            else:
                scene.client(person).post(reverse("meeting_held", args=[meeting.pk]), follow=True)
            for day in (2, 3):
                scene.morning(f"2027-02-{day:02} 08:05")
            assert Question.objects.filter(pair=scene.pair).exists()
            seen[way] = {
                "boss": scene.fetched(scene.boss, scene.of_the_supervisor()),
                "remains": scene.remains(),
                "letters": plain(str(scene.letters)),
            }
            assert "Tapasitteko?" in seen[way]["letters"]
    no_differences(seen)


# -- every page -------------------------------------------------------------------------------------------------------


def test_no_page_at_all_tells_who_did_not_want_to_go_on(scene_of: Callable[[int], Scene]) -> None:
    """The walk of every address, as the supervisor, the coordinator and another participant."""
    scene = scene_of(2)
    asked(scene)
    stranger = SignUpFactory(round=scene.round).person
    place = PairMember.objects.filter(pair=scene.pair).earliest("pk")
    meeting = scene.pair.meetings.latest("pk")
    keys = {
        "round": scene.round.pk, "unit": scene.round.unit_id, "pair": scene.pair.pk, "meeting": meeting.pk,
        "sign_up": place.sign_up_id, "token": scene.round.invite_token, "insight": 1, "questionnaire": 1, "trial": 1, "offered": 1,
    }  # fmt: skip
    # The slides are a file with the hour of its making in it.
    paths = [address(route, keys) for route in routes() if route.name != "round_deck"]

    def everything() -> dict[str, str]:
        return {p.name: scene.fetched(p, paths) for p in (scene.boss, scene.coordinator, stranger)}

    seen: dict[Acts, dict[str, str]] = {}
    for acts in [
        (("no", HOURS[0]), ("yes", HOURS[1])),
        (("yes", HOURS[0]), ("no", HOURS[1])),
        ((None, None), (None, None)),
    ]:
        with scene.world():
            found = play(scene, acts, [BEFORE, AFTER], everything)  # type: ignore[arg-type]
            seen[acts] = {f"{m} {who}": text for m, by in found.items() for who, text in by.items()}  # type: ignore[index]
    no_differences(seen)
