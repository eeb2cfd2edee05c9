"""Every letter about a pair or a round says which one it is about, to a reader who has more than one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, pair_of, supervisor_of
from tests.meetings.answering import suits_all
from tests.rounds.ways_in import TOLD

from oppipari.evaluation import actions as evaluation
from oppipari.insights import actions as insights
from oppipari.meetings import actions as meetings
from oppipari.meetings.models import OwnCalendar
from oppipari.meetings.reminders.actions import remind
from oppipari.messages.models import Outgoing
from oppipari.messages.signals import address_refused
from oppipari.organisation.models import Person, Role
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]


class Scene:
    """A pair and its supervisor, each with a second round; `Kuusikoti` and `Kevät` are where the pair is."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.round = RoundFactory(state=Round.State.MEETING, unit=UnitFactory(name="Kuusikoti"), name="Kevät")
        self.pair: Pair = pair_of(self.round)
        self.aino, self.eino = (m.person for m in self.pair.members.order_by("pk"))
        self.boss: Person = supervisor_of(self.round.unit)
        self.other = RoundFactory(unit=self.round.unit, name="Syksy")
        for person in (self.aino, self.eino):
            SignUpFactory(round=self.other, person=person)
        self.start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=8)

    def meeting(self, **more: Any) -> Any:
        told = {"starts_at": self.start, "minutes": 60, "way": "face_to_face", "place": ""}
        return meetings.propose(self.pair, self.aino, [told | more])[0]


def proposed(s: Scene) -> None:
    s.meeting()


def agreed(s: Scene) -> None:
    OwnCalendar.objects.create(person=s.boss, copies=True)
    meetings.arrange(s.boss, [(s.pair, s.start, 60)])


def moved(s: Scene) -> None:
    (meeting,) = meetings.arrange(s.boss, [(s.pair, s.start, 60)])
    again = s.start + timedelta(days=1)
    meetings.move(meeting, s.aino, meeting.version, starts_at=again, minutes=60, way="face_to_face", place="")


def cancelled(s: Scene) -> None:
    (meeting,) = meetings.arrange(s.boss, [(s.pair, s.start, 60)])
    meetings.cancel(meeting, s.aino)


def ended(s: Scene) -> None:
    pairs.end_early(s.pair, s.aino)
    s.clock.passes(days=1)
    pairs.end_what_was_asked(timezone.now())


def joined(s: Scene) -> None:
    pairs.join_pair(s.pair, s.boss, SignUpFactory(round=s.round).pk)


def reminded(s: Scene) -> None:
    s.clock.passes(days=14)
    remind()


def insight(s: Scene) -> None:
    insights.write(s.pair, s.aino, "Lukukierros vuoronvaihdossa")


def asked(s: Scene) -> None:
    evaluation.open_questionnaire(s.round, s.boss)


def refused(s: Scene) -> None:
    address_refused.send(Outgoing, address=s.aino.email)


def signed_up(s: Scene) -> None:
    Round.objects.filter(pk=s.round.pk).update(state=Round.State.SIGN_UP)
    rounds.withdraw(s.aino.sign_ups.get(round=s.round), s.aino)
    rounds.sign_up(s.round, s.aino, TOLD)


def waits(s: Scene) -> None:
    s.meeting(starts_at=s.start + timedelta(days=30))
    Outgoing.objects.all().delete()
    s.clock.passes(days=7)
    remind()


def no_time(s: Scene) -> None:
    for _week in range(6):
        s.clock.passes(days=7)
        Outgoing.objects.all().delete()
        remind()
        if Outgoing.objects.filter(kind="reminder_not_met").exists():
            break
    assert Outgoing.objects.filter(kind="reminder_not_met").exists()


DEEDS = [
    no_time,
    waits,
    proposed,
    agreed,
    moved,
    cancelled,
    ended,
    joined,
    reminded,
    insight,
    asked,
    refused,
    signed_up,
]


def test_a_question_about_the_wall_says_which_units_wall_it_is(clock: Clock) -> None:
    scene = Scene(clock)
    made = insights.write(scene.pair, scene.aino, "Lukukierros vuoronvaihdossa")
    for author in (scene.aino, scene.eino):
        insights.approve(made, author, made.fingerprint)
    Role.objects.create(person=scene.aino, kind=Role.Kind.MEMBER, unit=UnitFactory())
    Outgoing.objects.all().delete()
    insights.ask_to_take_down(made, scene.boss)
    said = {row.to: row.context.get("about") for row in Outgoing.objects.all()}
    assert said == {scene.aino.email: ["Kuusikoti"], scene.eino.email: None}


@pytest.mark.parametrize(("ends", "said"), [(False, ["Kuusikoti", "Kevät"]), (True, None)])
def test_a_supervisor_reads_which_also_where_the_other_round_is_closed_and_its_pairs_go_on(
    clock: Clock, ends: bool, said: list[str] | None
) -> None:
    scene = Scene(clock)
    left = pair_of(scene.other)
    Round.objects.filter(pk=scene.other.pk).update(state=Round.State.CLOSED, closed_at=timezone.now())
    if ends:
        Pair.objects.filter(pk=left.pk).update(state=Pair.State.FINISHED)
    scene.meeting()
    suits_all(scene.pair)
    (letter,) = Outgoing.objects.filter(to=scene.boss.email)
    assert letter.context.get("about") == said


@pytest.mark.parametrize("deed", DEEDS, ids=lambda d: d.__name__)
def test_it_says_which(deed: Callable[[Scene], None], clock: Clock) -> None:
    scene = Scene(clock)
    for _i in range(4):
        pair_of(scene.round)  # so many that a questionnaire can be asked
    several = {scene.aino.email, scene.eino.email, scene.boss.email}
    deed(scene)
    letters = [row for row in Outgoing.objects.all() if row.to in several]
    assert letters
    for row in letters:
        assert row.context.get("about", [])[-2:] == ["Kuusikoti", "Kevät"], row.kind
    one_only = [row for row in Outgoing.objects.all() if row.to not in several]
    assert not any("about" in row.context for row in one_only)
