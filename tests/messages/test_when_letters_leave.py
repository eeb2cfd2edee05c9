"""What nobody pressed for leaves in working hours: in the evening a letter tells who got one, and disturbs."""

from datetime import timedelta
from typing import Any

import pytest
from tests.clock import Clock, moment_of
from tests.clock import clock as clock
from tests.mailbox import Mailbox, deliver_all

from oppipari.messages import kinds, tasks
from oppipari.messages.actions import send
from oppipari.messages.hours import cannot_wait, next_working_moment
from oppipari.messages.models import Outgoing

FRIDAY_EVENING, MONDAY = "2027-02-05 20:30", "2027-02-08 08:00"


def a_letter(**changes: Any) -> bool:
    context = {"url": "https://oppipari.example.org/", "code": "ABC"}
    return send(**{"to": "aino@example.org", "kind": "insight_asked", "language": "fi", "context": context} | changes)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2027-02-05 10:00", "2027-02-05 10:00"),
        ("2027-02-05 15:59", "2027-02-05 15:59"),
        ("2027-02-05 16:00", MONDAY),
        (FRIDAY_EVENING, MONDAY),
        ("2027-02-08 00:10", MONDAY),
        ("2027-03-25 17:00", "2027-03-30 08:00"),  # Easter, and the clocks go forward
        ("2027-12-23 17:00", "2027-12-27 08:00"),
    ],
)
def test_the_next_working_moment(moment: str, leaves: str) -> None:
    assert next_working_moment(moment_of(moment)) == moment_of(leaves)


def test_what_begins_on_the_next_working_morning_cannot_wait_for_it() -> None:
    evening = moment_of(FRIDAY_EVENING)
    assert cannot_wait(evening, moment_of("2027-02-06 09:00"))
    assert cannot_wait(evening, moment_of("2027-02-20 09:00"), moment_of("2027-02-08 08:30"))
    assert not cannot_wait(evening, moment_of("2027-02-08 14:00"))
    assert not cannot_wait(evening, evening - timedelta(hours=1))


@pytest.mark.django_db
def test_a_letter_of_the_evening_leaves_on_the_next_working_morning(clock: Clock, mailbox: Mailbox) -> None:
    clock.at(FRIDAY_EVENING)
    a_letter()
    deliver_all()
    clock.at("2027-02-06 12:00")
    assert tasks.deliver_waiting() == 0  # it has its task, for Monday
    deliver_all()
    clock.at("2027-02-08 07:59")
    deliver_all()
    assert mailbox.messages == []
    clock.at("2027-02-08 08:01")
    deliver_all()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db
def test_a_letter_whose_worker_was_away_until_the_evening_waits_for_the_morning(clock: Clock, mailbox: Mailbox) -> None:
    a_letter()
    clock.at(FRIDAY_EVENING)
    deliver_all()
    deliver_all()
    assert mailbox.messages == []
    assert Outgoing.objects.get().tries == 0
    clock.at("2027-02-08 08:01")
    deliver_all()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(kinds.AT_ONCE))
def test_what_its_receiver_pressed_for_comes_at_once(clock: Clock, mailbox: Mailbox, kind: str) -> None:
    clock.at(FRIDAY_EVENING)
    a_letter(kind=kind)
    a_letter(at_once=True)
    deliver_all()
    assert len(mailbox.messages) == 2


@pytest.mark.django_db
def test_a_sign_in_code_does_not_wait_behind_the_mornings_letters(clock: Clock, mailbox: Mailbox) -> None:
    clock.at(FRIDAY_EVENING)
    for _ in range(3):
        a_letter()
    clock.at("2027-02-08 08:01")
    a_letter(kind="sign_in_code", to="bertta@example.org")
    deliver_all()
    assert mailbox.messages[0]["To"] == "bertta@example.org"
