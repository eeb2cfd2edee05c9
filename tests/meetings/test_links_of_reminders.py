"""The signed links of reminders: short enough for a line, and those of letters sent before hold."""

import pytest
from django.core import signing
from django.urls import reverse
from tests.factories import RoundFactory, pair_of

from oppipari.meetings.reminders import actions, met
from oppipari.meetings.reminders.links import signed, unsigned
from oppipari.rounds.models import Round

SITE = "https://oppipari.hyvinvointi.example"


def test_a_signature_holds_for_its_purpose_only() -> None:
    token = signed("12", "a")
    assert unsigned(token, "a") == "12"
    for other, salt in ((token, "b"), (token[:-1], "a"), ("13" + token[2:], "a"), ("12", "a"), ("12:", "a"), ("", "a")):
        with pytest.raises(signing.BadSignature):
            unsigned(other, salt)


def test_links_of_letters_sent_before_hold() -> None:
    token = signing.Signer(salt="a").sign("12")
    assert unsigned(token, "a") == "12"
    with pytest.raises(signing.BadSignature):
        unsigned(token[:-1], "a")


@pytest.mark.django_db
def test_links_fit_on_a_line() -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person = pair.members.earliest("pk").person
    meeting = pair.meetings.create(starts_at=pair.published_at, minutes=60)
    person.pk, meeting.pk = 9999, 99999
    assert len(SITE + reverse("reminders_off", args=[actions.token_of(person)])) < 78
    assert len(SITE + reverse("met", args=[met.token_of(meeting, person)])) < 78
