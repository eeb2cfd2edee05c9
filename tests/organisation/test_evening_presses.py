"""What was pressed outside working hours leaves in the morning, and no page says before that it has left."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, met, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all
from tests.signed_in import page_of as page

from oppipari.evaluation.questionnaire import actions as questionnaires
from oppipari.messages.queries import leave_later
from oppipari.organisation.models import Person
from oppipari.organisation.reach import reach_of
from oppipari.pairs.actions import join_pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EVENING, MORNING = "2027-02-02 19:00", "2027-02-03 08:05"
WHEN = "ke 3.2. klo 8.00"


def test_of_new_pairs(clock: Clock, mailbox: Mailbox) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    third = SignUpFactory(round=round_)
    clock.at(EVENING)
    pair = pair_of(round_)
    Person.objects.filter(sign_ups__places__pair=pair).update(email_confirmed_at=None)
    join_pair(pair, boss, third.pk)
    deliver_all()
    assert mailbox.messages == []
    board, tell = page(boss, "board", round_.pk), page(boss, "pairs_tell", round_.pk)
    assert f"Viestit uusista pareista lähtevät {WHEN}. 2 ihmistä ei ehkä saa viestiä." in board
    assert f"Viestit uusista pareista lähtevät {WHEN}. Alla olevat eivät ehkä saa viestiä" in tell
    assert "Viesti lähtee, mutta kukaan ei ole vahvistanut osoitetta." in tell
    clock.at(MORNING)
    deliver_all()
    assert "Viesti ei ehkä tavoita 2 ihmistä." in page(boss, "board", round_.pk)
    assert "Viesti lähtee, mutta kukaan ei ole vahvistanut" in page(boss, "pairs_tell", round_.pk)


@pytest.mark.django_db(transaction=True)
def test_of_a_questionnaire(clock: Clock, mailbox: Mailbox) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    for _pair in range(3):
        met(pair_of(round_), 1)
    clock.at(EVENING)
    questionnaires.open_questionnaire(round_, boss, (clock.now + timedelta(days=14)).date())
    deliver_all()
    assert mailbox.messages == []
    assert f"Kaikki, joilla oli pari, saavat siitä viestin {WHEN}." in page(boss, "round_evaluation", round_.pk)
    Person.objects.filter(pk=round_.sign_ups.first().person_id).update(email=None)
    assert f"Viesti lähtee {WHEN} niille, joiden" in page(boss, "round_evaluation", round_.pk)
    clock.at(MORNING)
    deliver_all()
    assert "Viesti lähtee arkipäivänä kello 8–16 niille" in page(boss, "round_evaluation", round_.pk)


def test_of_a_proposed_time(clock: Clock, mailbox: Mailbox) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first = pair.members.order_by("pk").first().person
    clock.at(EVENING)
    client = Client()
    client.force_login(first, backend=BACKEND)
    for day, said in (
        ("24", f"Hänelle lähtee siitä viesti {WHEN}."),
        ("3", "Hän saa siitä viestin viimeistään seuraavan työpäivän aamuna."),
    ):
        # Of what is early tomorrow the letter leaves at once.
        row = {"m0-day": f"2027-02-{day:0>2}", "m0-time": "9.00", "m0-minutes": "60", "m0-way": "teams", "m0-place": ""}
        answer = client.post(reverse("meeting_new", args=[pair.pk]), row, follow=True)
        assert said in " ".join(answer.content.decode().split())
        deliver_all()
    assert len(mailbox.messages) == 1


def test_in_working_hours_nothing_waits_for_the_morning(clock: Clock, mail_on: None) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    people = [m.person for m in pair.members.all()]
    assert leave_later([""]) is None
    assert reach_of(people, [""]).leaves is None
