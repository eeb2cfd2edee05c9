"""An address that the mail server refuses: nobody goes on writing to it, and the supervisor hears of it at once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.messages.actions import send
from oppipari.messages.models import MOST_TRIES, Outgoing
from oppipari.organisation.actions import hand_over_link
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, PersonalLink
from oppipari.pairs.actions.common import tell
from oppipari.pairs.models import Pair
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
GONE = "poissa@example.org"


@pytest.fixture
def refusing(mailbox: Mailbox) -> dict[str, str]:
    """A mail server that answers what is written here for an address, at once."""
    answers = {GONE: "550 5.1.1 no such mailbox"}

    async def handle_rcpt(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in answers:
            return answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mailbox.handle_RCPT = handle_rcpt  # type: ignore[attr-defined]
    return answers


def page_of(boss: Person, round_: Round) -> str:
    client = Client()
    client.force_login(boss, backend=BACKEND)
    return client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()


def write_to(address: str) -> Outgoing:
    send(to=address, kind="pair_published", language="fi", context={"url": "https://x.example.org/"}, key=address)
    deliver_all()
    return Outgoing.objects.get(key=address)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("550 no such user here", True),
        ("551 user not local", True),
        ("553 mailbox name not allowed", True),
        ("550 5.2.1 mailbox disabled", True),
        ("550 5.7.1 we do not like this sender", False),  # says nothing of the address
        ("552 5.2.2 mailbox full", False),
        ("550 5.1.8 bad sender address", False),
        ("554 transaction failed", False),
        ("450 4.2.0 greylisted, come back", False),
        ("452 4.2.2 mailbox full", False),
    ],
)
def test_only_an_answer_about_the_mailbox_is_a_refusal(refusing: dict[str, str], answer: str, refused: bool) -> None:
    refusing[GONE] = answer
    row = write_to(GONE)
    assert (row.tries, row.to) == ((MOST_TRIES, "") if refused else (1, GONE))


def test_a_server_that_looks_at_the_address_last_tells_it_by_its_own_code(mailbox: Mailbox) -> None:
    async def handle_data(server: Any, session: Any, envelope: Any) -> str:
        return "550 5.7.1 spam" if "spam" in envelope.rcpt_tos[0] else "550 5.1.10 recipient not found"

    mailbox.handle_DATA = handle_data  # type: ignore[method-assign]
    assert write_to(GONE).to == ""
    assert write_to("spam@example.org").to == "spam@example.org"


def test_the_supervisor_hears_at_once_of_an_invitation_that_came_back(
    mailbox: Mailbox, refusing: dict[str, str], client: Client
) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    actions.invite(round_, boss, [{"email": GONE}, {"email": "aino@example.org"}])
    deliver_all()
    deliver_all()
    (letter,) = mailbox.to("ritva@example.org")
    assert "voit antaa linkin itse" in text_of(letter)
    assert GONE not in text_of(letter)  # the page names it
    assert f"/rounds/{round_.pk}/sign-ups/" in text_of(letter)
    page = page_of(boss, round_)
    assert GONE in page
    assert "Kutsu ei tullut perille" in page
    assert "1 kutsuun ei ole vielä vastattu" in page  # of the one that arrived
    assert "aino@example.org" not in page


def test_many_that_come_back_are_one_letter(mailbox: Mailbox, refusing: dict[str, str]) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    wrong = [f"väärä{i}@example.org".replace("ä", "a") for i in range(4)]
    refusing |= dict.fromkeys(wrong, "550 5.1.1 no such mailbox")
    actions.invite(round_, boss, [{"email": a} for a in wrong])
    deliver_all()
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1
    assert all(a in page_of(boss, round_) for a in wrong)


def test_the_corrected_address_is_invited_by_the_same_press(mailbox: Mailbox, refusing: dict[str, str]) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    assert actions.invite(round_, boss, [{"email": GONE, "name": "Aino Laine"}]) == 1
    deliver_all()
    del refusing[GONE]  # the mailbox is there now
    assert actions.invite(round_, boss, [{"email": GONE, "name": "Aino Laine"}]) == 1
    deliver_all()
    assert len(mailbox.to(GONE)) == 1
    assert Invitation.objects.get().refused_at is None
    assert actions.invite(round_, boss, [{"email": GONE}]) == 0


def test_an_invitation_that_came_back_can_be_taken_back_and_one_that_arrived_cannot(
    refusing: dict[str, str], client: Client
) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": GONE}, {"email": "aino@example.org"}])
    deliver_all()
    client.force_login(boss, backend=BACKEND)
    for made in Invitation.objects.all():
        client.post(reverse("invitation_take_back", args=[round_.pk]), {"invitation": made.pk})
    assert [made.email for made in Invitation.objects.all()] == ["aino@example.org"]


def test_letters_to_somebody_in_a_pair_that_come_back_are_told_and_shown_until_one_arrives(
    mailbox: Mailbox, refusing: dict[str, str], client: Client
) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    pair = pair_of(round_)
    person = pair.members.earliest("pk").person
    person.email = GONE
    person.save()
    tell([person], "pair_published", "/x/", "1", pair)
    deliver_all()
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1
    page = page_of(boss, round_)
    assert "Nämä viestit palautuivat" in page
    assert GONE in page
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        tell([person], "pair_published", "/x/", "later", pair)
        deliver_all()
        deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1  # told once, not with every letter
    client.force_login(person, backend=BACKEND)
    home = client.get(reverse("home")).content.decode()
    assert f"Osoitteeseesi {GONE} lähetetyt viestit palautuvat" in home
    del refusing[GONE]
    tell([person], "pair_published", "/x/", "2", pair)
    deliver_all()
    assert "Nämä viestit palautuivat" not in page_of(boss, round_)
    assert "palautuvat" not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("state", [Round.State.MEETING, Round.State.CLOSED])
def test_the_supervisors_first_page_says_it_of_a_pair_that_goes_on_until_a_link_is_handed_over(
    mailbox: Mailbox, refusing: dict[str, str], client: Client, state: str
) -> None:
    """Also where the round was closed, and its pairs go on."""
    round_ = RoundFactory(state=state, published_at=timezone.now(), closed_at=timezone.now())
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    pair = pair_of(round_)
    person = pair.members.earliest("pk").person
    Person.objects.filter(pk=person.pk).update(email=GONE)
    write_to(GONE)
    deliver_all()
    (letter,) = mailbox.to("ritva@example.org")
    assert f"/rounds/{round_.pk}/sign-ups/#refused" in text_of(letter)
    client.force_login(boss, backend=BACKEND)
    said = "1 ihmisen viestit palautuvat. Anna hänelle linkki itse"
    assert said in client.get(reverse("home")).content.decode()
    hand_over_link(Person.objects.get(pk=person.pk), boss)
    assert said not in client.get(reverse("home")).content.decode()
    PersonalLink.objects.all().delete()
    assert said in client.get(reverse("home")).content.decode()
    Pair.objects.update(state=Pair.State.FINISHED)
    assert (said in client.get(reverse("home")).content.decode()) == (state == Round.State.MEETING)


def test_a_link_is_handed_over_only_while_letters_come_back(mailbox: Mailbox, refusing: dict[str, str]) -> None:
    """With mail a supervisor has no links for others; somebody whom no code reaches would stay outside."""
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    person = SignUpFactory(round=round_).person
    with pytest.raises(DomainError):
        hand_over_link(person, boss)
    Person.objects.filter(pk=person.pk).update(email=GONE)
    write_to(GONE)
    assert hand_over_link(person, boss)
    assert [e.get_what_display() for e in person.accesses.all()] == ["teki sinulle kirjautumislinkin"]
    stranger = supervisor_of(RoundFactory().unit)
    with pytest.raises(DomainError):
        hand_over_link(person, stranger)
    del refusing[GONE]
    Outgoing.objects.all().delete()
    write_to(GONE)
    with pytest.raises(DomainError):
        hand_over_link(person, boss)


def test_the_supervisors_own_refused_address_is_told_to_the_other_supervisor_alone(
    mailbox: Mailbox, refusing: dict[str, str]
) -> None:
    round_ = RoundFactory()
    supervisor_of(round_.unit, email="ritva@example.org")
    other = supervisor_of(round_.unit, email=GONE)
    SignUpFactory(round=round_, person=other)
    write_to(GONE)
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1
    assert not Outgoing.objects.exclude(to="").exists()


def test_a_refused_address_of_nobody_tells_nobody(mailbox: Mailbox, refusing: dict[str, str]) -> None:
    """Somebody tries an address at the sign-in page."""
    supervisor_of(RoundFactory().unit, email="ritva@example.org")
    write_to(GONE)
    deliver_all()
    assert mailbox.messages == []
