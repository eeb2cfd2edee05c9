"""On the morning of its day the unit's supervisors are told that a trial wants a choice; once more a week later, never again."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_trials import plan
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.insights.models import Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.meetings.own_calendar.actions import turn_reminders
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person, Unit
from oppipari.rounds.models import Round
from oppipari.site.reminding import remind_all

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 12)  # a Tuesday


def at(days: int, hour: int = 8, minute: int = 5) -> Any:
    return time_machine.travel(local(DAY + timedelta(days=days), time(hour, minute)), tick=False)


@pytest.fixture(autouse=True)
def _mail(mail_on: None) -> Iterator[None]:
    with at(0):
        yield


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(name="Kuusikoti")


@pytest.fixture
def boss(unit: Unit) -> Person:
    return supervisor_of(unit)


@pytest.fixture
def trial(unit: Unit, boss: Person) -> Trial:
    return a_trial(unit, boss)


def a_trial(unit: Unit, boss: Person, until: date = DAY, **other: Any) -> Trial:
    with at(-28):
        return actions.start(unit, boss, plan(until=until, **other))


def sent() -> list[tuple[str, str]]:
    return sorted(Outgoing.objects.values_list("to", "kind"))


def test_it_is_told_on_the_morning_of_the_day_and_leads_to_the_choice(
    trial: Trial, unit: Unit, boss: Person, mailbox: Mailbox
) -> None:
    member_of(unit)
    supervisor_of(UnitFactory(organisation=unit.organisation))
    for days, hour in ((-1, 10), (0, 7)):
        with at(days, hour):
            assert remind_all() == 0
    assert remind_all() == 1
    deliver_all()
    message = mailbox.to(boss.email or "")[-1]
    assert message["Subject"] == "Kokeilun päivä on tullut"
    text = text_of(message)
    assert reverse("trial_decide", args=[trial.pk]) in text
    assert message["List-Unsubscribe"].strip("<>") in text
    for words in (trial.problem, trial.what, trial.carer, unit.name):
        assert words not in text + message["Subject"]


def test_twice_the_same_morning_is_one_mail_and_a_week_later_comes_the_second_and_last(
    trial: Trial, boss: Person
) -> None:
    told = []
    for days in range(60):
        for minute in (0, 10):
            with at(days, 9, minute):
                told += [days] * remind_all()
    assert told == [0, 7]


def test_a_choice_made_in_between_ends_it_and_a_new_day_has_its_own(trial: Trial, boss: Person) -> None:
    assert remind_all() == 1
    with at(1):
        later = actions.extend(trial, boss, trial.version, DAY + timedelta(days=21))
    for days in (7, 14, 20):
        with at(days):
            assert remind_all() == 0
    with at(21):
        assert remind_all() == 1
    with at(22):
        done = actions.decide(later, boss, later.version, Trial.State.DROPPED, Outcome("Opittiin."))
    assert (done.reminded_on, done.reminded_again) == (None, False)
    with at(28):
        assert remind_all() == 0


def test_at_a_weekend_it_waits_for_the_working_day(unit: Unit, boss: Person) -> None:
    a_trial(unit, boss, until=DAY + timedelta(days=4))  # a Saturday
    for days, count in ((4, 0), (5, 0), (6, 1)):
        with at(days):
            assert remind_all() == count


def test_every_supervisor_is_told_and_who_turned_reminders_off_is_not(trial: Trial, unit: Unit, boss: Person) -> None:
    other, quiet = supervisor_of(unit), supervisor_of(unit)
    turn_reminders(quiet, False)
    assert remind_all() == 2
    assert {to for to, _kind in sent()} == {boss.email, other.email}


def test_where_nobody_wants_reminders_nothing_is_noted(trial: Trial, boss: Person) -> None:
    turn_reminders(boss, False)
    assert remind_all() == 0
    trial.refresh_from_db()
    assert trial.reminded_on is None


def test_who_was_reminded_this_week_is_told_when_the_week_is_over(trial: Trial, boss: Person) -> None:
    OwnCalendar.objects.create(person=boss, reminded_on=DAY - timedelta(days=3))
    told = []
    for days in range(30):
        with at(days):
            told += [days] * remind_all()
    # Four days later is a Saturday: it waits for Monday, and so does the second one.
    assert told == [6, 13]


def test_several_things_on_one_morning_are_one_mail_to_the_first_page(trial: Trial, unit: Unit, boss: Person) -> None:
    a_trial(unit, boss, problem="Toinen ongelma")
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    assert remind_all() == 1
    assert sent() == [(boss.email, "reminder_several")]
    assert Outgoing.objects.get().context["url"].endswith(reverse("home"))
    # The next week meeting times wait as well; both trials are told the second time.
    start = local(DAY + timedelta(days=30), time(12))
    Meeting.objects.create(pair=pair, starts_at=start, minutes=60, state=Meeting.State.PROPOSED, waiting_since=DAY)
    Outgoing.objects.all().delete()
    with at(7):
        assert remind_all() == 1
        assert sent() == [(boss.email, "reminder_several")]
    assert set(Trial.objects.values_list("reminded_again", flat=True)) == {True}
    # Then the meeting times alone.
    Outgoing.objects.all().delete()
    with at(14):
        assert remind_all() == 1
        assert sent() == [(boss.email, "reminder_waits")]


def test_without_mail_nothing_is_noted(trial: Trial, settings: Any) -> None:
    settings.MAIL_ENABLED = False
    assert remind_all() == 0
    trial.refresh_from_db()
    assert trial.reminded_on is None


def test_a_reminder_makes_no_open_form_stale(trial: Trial, boss: Person) -> None:
    assert remind_all() == 1
    assert actions.decide(trial, boss, trial.version, Trial.State.ADOPTED, Outcome("Toimi.")).state == "adopted"
