"""At publishing everybody who takes part is told; and a letter says which pair it is about, to whoever has several."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.meetings.models import OwnCalendar
from oppipari.messages.models import Outgoing
from oppipari.pairs import actions
from oppipari.pairs.actions.common import tell, tell_supervisors
from oppipari.pairs.models import Board, PairMember
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def published(people: int) -> Round:
    round_ = RoundFactory(state=Round.State.PAIRING, odd_person=Round.OddPerson.WAIT)
    boss = supervisor_of(round_.unit)
    for _i in range(people):
        SignUpFactory(round=round_)
    SignUpFactory(round=round_, confirmed_at=None)  # asked, and nobody has said that they know them
    actions.suggest(round_, boss)
    actions.publish_pairs(round_, boss, Board.objects.get(round=round_).version)
    return round_


def test_who_waits_is_told_at_publishing(mailbox: Mailbox, client: Client) -> None:
    round_ = published(5)
    waits = SignUp.objects.taking_part().filter(round=round_, places=None).get()
    deliver_all()
    (letter,) = mailbox.to(str(waits.person.email))
    # Neither the subject nor the text says to a shared screen that somebody was left without.
    assert letter["Subject"] == "Luettavaa ilmoittautumisestasi"
    assert "paria" not in text_of(letter)
    assert f"/sign-ups/{waits.pk}/" in text_of(letter)
    assert {m["Subject"] for m in mailbox.messages if m is not letter} == {"Mentorointiparisi"}
    assert len(mailbox.messages) == 5  # nobody who is not known is told
    client.force_login(waits.person, backend=BACKEND)
    page = client.get(reverse("my_sign_up", args=[waits.pk])).content.decode()
    assert "tällä kertaa sinulle ei löytynyt paria" in page
    assert "Seuraavalla kierroksella olet ensimmäisten joukossa" in page


def test_where_everybody_has_a_pair_nobody_is_told_otherwise(mailbox: Mailbox) -> None:
    published(4)
    deliver_all()
    assert {m["Subject"] for m in mailbox.messages} == {"Mentorointiparisi"}


# -- which of several -----------------------------------------------------------------------------------------------------


def two_rounds() -> tuple[Any, Any, Any]:
    """Aino in two pairs of two units, and her partner of the first one, who has no other."""
    first, second = (
        pair_of(RoundFactory(state=Round.State.MEETING, unit=UnitFactory(name=unit), name=name))
        for unit, name in (("Kuusikoti", "Kevät"), ("Mäntykoti", "Vertaiset"))
    )
    aino, eino = (m.person for m in first.members.order_by("pk"))
    PairMember.objects.filter(pk=second.members.earliest("pk").pk).update(person=aino)
    SignUp.objects.filter(places__pair=second, places__person=aino).update(person=aino)
    return first, aino, eino


def test_a_letter_names_pair_unit_and_round_where_its_reader_has_more_than_one(mailbox: Mailbox) -> None:
    pair, aino, eino = two_rounds()
    tell([aino, eino], "pair_published", "/x/", "1", pair)
    deliver_all()
    (hers,), (his,) = mailbox.to(aino.email), mailbox.to(eino.email)
    lines = text_of(hers).splitlines()
    assert f"{eino.name} · Kuusikoti · Kevät" in lines
    # Not where a lock screen shows it.
    assert lines.index(f"{eino.name} · Kuusikoti · Kevät") > 0
    assert eino.name not in hers["Subject"]
    assert not any(word in text_of(his) for word in (aino.name, "Kuusikoti", "Kevät"))


def test_a_discreet_reader_reads_no_name(mailbox: Mailbox) -> None:
    pair, aino, eino = two_rounds()
    OwnCalendar.objects.create(person=aino, discreet=True)
    tell([aino], "pair_published", "/x/", "1", pair)
    deliver_all()
    assert "Kuusikoti · Kevät" in text_of(mailbox.messages[0]).splitlines()
    assert eino.name not in text_of(mailbox.messages[0])


def test_a_supervisor_of_several_rounds_reads_which(mailbox: Mailbox) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING, unit=UnitFactory(name="Kuusikoti"), name="Kevät"))
    boss = supervisor_of(pair.round.unit)
    from django.utils import timezone

    tell_supervisors(pair.round, "pair_off", timezone.localdate())
    deliver_all()
    assert "Kevät" not in text_of(mailbox.messages[-1])
    RoundFactory(unit=pair.round.unit, name="Syksy")
    Outgoing.objects.all().delete()
    tell_supervisors(pair.round, "pair_off", timezone.localdate())
    deliver_all()
    assert "Kuusikoti · Kevät" in text_of(mailbox.to(str(boss.email))[-1]).splitlines()


def test_a_round_that_is_over_makes_nobody_one_of_several(mailbox: Mailbox) -> None:
    pair, aino, _eino = two_rounds()
    other = Round.objects.exclude(pk=pair.round_id).get()
    other.pairs.update(state="finished")
    Round.objects.filter(pk=other.pk).update(state=Round.State.CLOSED)
    tell([aino], "pair_published", "/x/", "1", pair)
    deliver_all()
    assert "Kevät" not in text_of(mailbox.messages[0])
