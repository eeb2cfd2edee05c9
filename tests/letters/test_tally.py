"""Eight months of a unit, played to the end: how many letters came to whom, of what kind, and at what hours."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.clock import Clock, moment_of
from tests.clock import clock as clock
from tests.letters.scene import Scene
from tests.meetings.answering import suits_all

from oppipari.meetings import actions as meetings
from oppipari.meetings.models import Meeting
from oppipari.messages.hours import in_working_hours
from oppipari.messages.models import MOST_TRIES, Outgoing
from oppipari.messages.tasks import deliver
from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair, Question
from oppipari.site.reminding import remind_all

FIRST, LAST = date(2027, 2, 1), date(2027, 9, 30)
Letter = tuple[str, str, str]  # the moment, to whom, the kind


class Year:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.scene = clock, Scene(clock, "fi")
        scene = self.scene
        # Besides the pair and the trio one that never finds a time, and one that ends early.
        self.never, self.ends = (
            scene.published([scene.somebody(name) for name in names])
            for names in (("Iida Joki", "Jenni Kallio"), ("Kaisa Laine", "Liisa Mattila"))
        )
        self.letters: list[Letter] = []

    def plans(self) -> dict[str, Callable[[], object]]:
        """What people do, and when."""
        scene = self.scene
        first, second = scene.members(scene.pair)
        boss, round_ = scene.boss, scene.round

        def move() -> None:
            meeting = scene.pair.meetings.filter(state="agreed", starts_at__gt=timezone.now()).earliest("starts_at")
            meetings.move(meeting, second, meeting.version, **scene.times(9)[0])

        def answered() -> None:
            for pair in Pair.objects.filter(round=round_):
                suits_all(pair)

        return {
            "2027-02-02 14:00": lambda: meetings.propose(scene.pair, first, scene.times(10, 38, 66)),
            "2027-02-02 20:30": lambda: meetings.propose(scene.trio, scene.members(scene.trio)[0], scene.times(14, 42, 70)),
            "2027-02-02 15:00": lambda: meetings.propose(self.ends, scene.members(self.ends)[1], scene.times(13)),
            "2027-02-03 12:00": answered,
            "2027-02-04 09:30": lambda: meetings.agree(round_, boss),
            "2027-03-08 21:15": move,
            "2027-03-09 12:00": answered,
            "2027-03-09 13:00": lambda: meetings.agree(round_, boss),
            "2027-03-15 22:40": lambda: pairs.end_early(self.ends, scene.members(self.ends)[0]),
        }  # fmt: skip

    def deliver(self) -> None:
        # The worker takes up what may leave by now.
        for outgoing in Outgoing.objects.filter(sent_at=None, tries__lt=MOST_TRIES).order_by("created_at"):
            kind = outgoing.kind
            deliver.call(str(outgoing.pk))
            for letter in mail.outbox:
                self.letters.append((f"{self.clock.now:%Y-%m-%d %H:%M}", letter.to[0], kind))
                if kind == "reminder_met":
                    self.press(str(letter.body))
            mail.outbox.clear()

    def press(self, body: str) -> None:
        """Whoever is asked whether they met presses the button in the letter."""
        link = next(line for line in body.splitlines() if "/met/" in line)
        assert Client().post(link.removeprefix("http://127.0.0.1:8000")).status_code == 200

    def answers(self) -> None:
        """The pair goes on once; nobody else answers."""
        pair = Pair.objects.get(pk=self.scene.pair.pk)
        if pair.meetings_agreed == 3 and Question.objects.filter(pair=pair).exists():
            for person in self.scene.members(pair):
                pairs.set_will(pair, person, agreed=3, more=1)

    def play(self) -> None:
        todo = sorted(self.plans().items())
        day = FIRST
        while day <= LAST:
            for hour in ("08:05", "16:30"):
                moment = f"{day} {hour}"
                while todo and todo[0][0] < moment:
                    when, act = todo.pop(0)
                    self.clock.at(when)
                    act()
                    self.deliver()
                self.clock.at(moment)
                if hour == "08:05":
                    pairs.every_morning(timezone.now())
                    remind_all()
                self.answers()
                self.deliver()
            day += timedelta(days=1)


def to(year: Year, person: Person) -> Counter[str]:
    return Counter(kind for _when, whom, kind in year.letters if whom == person.email)


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
def test_eight_months_of_letters(clock: Clock) -> None:
    year = Year(clock)
    year.play()
    scene = year.scene
    for person in scene.members(year.never):
        assert to(year, person) == {"reminder_pair": 3, "reminder_question": 1}
    for person in (scene.boss, scene.fellow):
        found = to(year, person)
        # Of the pair that never met, and of the one that went on and booked no more.
        assert found["reminder_not_met"] == 2
        assert (found["pair_off"], found["pair_wanted_again"], found["meeting_off"]) == (1, 1, 0)
    first, second = scene.members(scene.pair)
    assert to(year, first)["meeting_agreed"] == 1  # three meetings
    assert (to(year, first)["meeting_move_proposed"], to(year, second)["meeting_move_proposed"]) == (1, 0)
    assert to(year, first)["meeting_moved"] == to(year, second)["meeting_moved"] == 1
    for person in (first, second, *scene.members(scene.trio)):
        found = to(year, person)
        assert found["reminder_met"] == 3
        assert found["pair_question"] <= 1
        assert found["reminder_pair"] <= 3
    assert Meeting.objects.filter(pair=scene.pair, state="held").count() == 3
    # Nothing leaves in the evening or at night: each of what was pressed then came on a working morning.
    assert all(in_working_hours(moment_of(when)) for when, _to, _kind in year.letters)
    # And nobody hears twice of one thing on one day; that something waits is said of each pair that proposes.
    twice = Counter((when[:10], whom, kind) for when, whom, kind in year.letters if kind != "meeting_waits")
    assert [line for line, count in twice.items() if count > 1] == []
    tally = Counter(kind for _when, _to, kind in year.letters)
    assert tally.most_common(1)[0][1] / len(year.letters) < 0.25, tally
    assert len(year.letters) < 100, tally
