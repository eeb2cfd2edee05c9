"""An invitation to an address that somebody has left makes no second person: whoever is signed in makes it theirs."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, member_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.test_invitations import TOLD, mailed_token
from tests.signed_in import client_of
from tests.signed_in import text_of_page as page

from oppipari.organisation.models import Person
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
OLD, NOW = "helena@example.org", "helena.uusi@example.org"


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    cache.clear()


@pytest.fixture
def round_() -> Round:
    made: Round = RoundFactory()
    return made


@pytest.fixture
def helena(round_: Round) -> Person:
    return member_of(round_.unit, name="Helena Niemi", email=NOW)


@pytest.fixture
def path(round_: Round, mailbox: Mailbox) -> str:
    actions.invite(round_, supervisor_of(round_.unit), [{"email": OLD, "name": "Helena Niemi", "answers": TOLD}])
    return reverse("invitation", args=[mailed_token(mailbox, OLD)])


def code_in(mailbox: Mailbox, address: str = OLD) -> str:
    deliver_all()
    found = re.search(r"koodi(?:si)? on ([A-Z0-9-]{4,12})", text_of(mailbox.to(address)[-1]))
    assert found
    return found[1]


def test_whoever_is_signed_in_makes_it_theirs_with_a_code_from_the_invited_mailbox(
    round_: Round, helena: Person, path: str, mailbox: Mailbox
) -> None:
    client = client_of(helena)
    asked = page(client.get(path))
    assert "Se on minun: lähetä koodi" in asked
    assert OLD not in asked  # whoever holds a forwarded letter does not read whose it was
    assert "Kutsuttuun osoitteeseen tullut koodi" in page(client.post(path, {"mine": "1"}, follow=True))
    assert [m["Subject"] for m in mailbox.to(NOW)] == []
    assert "Koodi ei täsmää" in page(client.post(path, {"code": "BBBBCCCC"}, follow=True))
    code = code_in(mailbox)
    assert mailbox.to(OLD)[-1]["Subject"] == "Onko kutsu sinun?"
    assert "Kutsu on nyt sinun." in page(client.post(path, {"code": code.lower()}, follow=True))
    assert Invitation.objects.get().email == NOW
    client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    made = SignUp.objects.get()
    assert (made.person, made.shares) == (helena, ["medication"])
    assert made.confirmed_at is not None
    assert Person.objects.filter(name="Helena Niemi").count() == 1


def test_a_forwarded_letter_gives_nothing_to_whoever_cannot_read_the_invited_mailbox(
    path: str, mailbox: Mailbox
) -> None:
    stranger = client_of(PersonFactory(email="kalle@example.org"))
    stranger.post(path, {"mine": "1"})
    kept = stranger.session["invitation_asked"]
    for _try in range(6):
        stranger.post(path, {"code": "BBBBCCCC"})
    assert "Pyydä uusi" in page(stranger.post(path, {"code": kept["new_code"]}))
    assert Invitation.objects.get().email == OLD
    # Another's browser does not take what this one asked for.
    stranger.post(path, {"mine": "1"})
    other = client_of(PersonFactory(email="veikko@example.org"))
    session = other.session
    session["invitation_asked"] = stranger.session["invitation_asked"]
    session.save()
    assert "Pyydä uusi" in page(other.post(path, {"code": session["invitation_asked"]["new_code"]}))
    assert Invitation.objects.get().email == OLD


def test_where_the_address_is_somebody_elses_here_it_stays_theirs(
    round_: Round, helena: Person, path: str, mailbox: Mailbox
) -> None:
    owner = member_of(round_.unit, email=OLD)
    client = client_of(helena)
    # Nothing tells before the code that the address is known.
    assert "Kutsuttuun osoitteeseen tullut koodi" in page(client.post(path, {"mine": "1"}, follow=True))
    assert "kirjaudu ulos ja avaa kutsu uudelleen" in page(client.post(path, {"code": code_in(mailbox)}))
    assert Invitation.objects.get().email == owner.email


def test_an_invitation_to_the_address_of_today_gives_way(
    round_: Round, helena: Person, path: str, mailbox: Mailbox
) -> None:
    actions.invite(round_, supervisor_of(round_.unit), [{"email": NOW}])
    client = client_of(helena)
    client.post(path, {"mine": "1"})
    client.post(path, {"code": code_in(mailbox)})
    assert [made.email for made in Invitation.objects.all()] == [NOW]


def test_who_takes_part_already_answers_nothing_twice(
    round_: Round, helena: Person, path: str, mailbox: Mailbox
) -> None:
    mine = SignUpFactory(round=round_, person=helena, shares=["wound-care"])
    client = client_of(helena)
    client.post(path, {"mine": "1"})
    assert "Olet jo mukana" in page(client.post(path, {"code": code_in(mailbox)}, follow=True))
    mine.refresh_from_db()
    assert mine.shares == ["wound-care"]
    assert not Invitation.objects.exists()


def test_who_has_no_address_here_is_led_to_add_this_one(path: str) -> None:
    client = client_of(PersonFactory(email=None))
    asked = page(client.get(path))
    assert reverse("own_details") in asked
    assert "lähetä koodi" not in asked
    assert client.post(path, {"mine": "1"}).status_code == 200


def test_who_is_not_signed_in_is_asked_before_they_become_somebody_new(
    round_: Round, helena: Person, path: str, mailbox: Mailbox, client: Client
) -> None:
    first = page(client.get(path))
    sign_in = f"{reverse('account_request_login_code')}?next={path.replace('/', '%2F')}"
    assert "Oletko täällä jo toisella osoitteella?" in first
    assert sign_in in first
    # They asked for the code of the invited mailbox all the same: nobody yet, and asked once more.
    taken = client.post(path, follow=True)
    client.post(taken.request["PATH_INFO"] + "?" + taken.request["QUERY_STRING"], {"code": code_in(mailbox)})
    asked = page(client.get(path))
    assert "Kirjaudu toisella osoitteella" in asked
    answer = client.post(reverse("account_logout"), {"next": sign_in})
    assert answer.url == sign_in
    client.post(sign_in, {"email": NOW, "next": path})
    confirm = reverse("account_confirm_login_code")
    assert client.post(confirm, {"code": code_in(mailbox, NOW), "next": path}).url == path
    client.post(path, {"mine": "1"})
    client.post(path, {"code": code_in(mailbox)})
    assert Invitation.objects.get().email == NOW
    assert not Person.objects.filter(email=OLD).exists()
    assert "Kirjaudu toisella osoitteella" not in page(client.get(path))
