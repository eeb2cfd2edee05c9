"""The organisation's own mail domains: what may be written, which addresses are there, who may say so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, UnitFactory, member_of, supervisor_of

from oppipari.organisation import actions
from oppipari.organisation.domains import is_within, read, shown
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Organisation, Person, Role

BACKEND = "django.contrib.auth.backends.ModelBackend"
CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("kaupunki.fi", ["kaupunki.fi"]),
        (" @Kaupunki.FI. ", ["kaupunki.fi"]),
        ("*.Kaupunki.fi", ["*.kaupunki.fi"]),
        ("b.example.org\nA.example.org, a.example.org;b.example.org", ["a.example.org", "b.example.org"]),
        ("Hyvinvointialue-Järvi.fi", ["xn--hyvinvointialue-jrvi-g2b.fi"]),
        ("ｋａｕｐｕｎｋｉ．ｆｉ", ["kaupunki.fi"]),
        ("posti.outlook.kaupunki.fi", ["posti.outlook.kaupunki.fi"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_what_is_written_is_stored_as_it_stands_in_the_domain_name_system(written: str, stored: list[str]) -> None:
    if written.startswith("Hyvin"):
        stored = [written.lower().encode("idna").decode()]
    assert read(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "aino@kaupunki.fi", "@aino@kaupunki.fi", "kaupunki", "fi", "*", "*.", "*.fi", "*.com", "co.uk", "*.co.uk", "*.com.au",
        "*.*.fi", "www.*.fi", "kaup*nki.fi", ".fi", "a..fi", "-a.fi", "a-.fi", "https://kaupunki.fi", "kaupunki.fi/", "kaupunki.fi:25",
        "10.0.0.1", "[10.0.0.1]", "localhost", "a" * 64 + ".fi", "kaupunki.fi\u3002", "<kaupunki.fi>", '"kaupunki.fi"', "co\u3002uk",
        f"k{CYRILLIC_A}upunki.fi", f"k{CYRILLIC_A}upunki.fi".encode("idna").decode(),
        "gmail.com", "GMAIL.com", "@gmail.com", "*.gmail.com", "x.gmail.com", "gmail\u3002com", "ｇｍａｉｌ.com", "googlemail.com", "outlook.com",
        "hotmail.com", "hotmail.fi", "hotmail.co.uk", "live.fi", "icloud.com", "me.com", "luukku.com", "yahoo.co.uk", "proton.me",
        "pp.inet.fi", "*.inet.fi", "elisanet.fi", "kolumbus.fi", "suomi24.fi", "gmx.de", "iki.fi", "telia.com",
    ],
)  # fmt: skip
def test_what_is_no_organisations_own_domain_is_refused_by_name(written: str) -> None:
    with pytest.raises(DomainError) as told:
        read(f"kaupunki.fi\n{written}")
    if written.strip() and written != "kaupunki.fi\u3002":
        assert written.strip()[:80] in str(told.value.message)


def test_each_line_that_is_wrong_is_told() -> None:
    with pytest.raises(DomainError) as told:
        read("gmail.com\naino@kaupunki.fi\nkaupunki.fi\nkaupunki")
    assert all(f"”{word}”" in str(told.value.message) for word in ("gmail.com", "aino@kaupunki.fi", "kaupunki"))
    assert "”kaupunki.fi”" not in str(told.value.message)


def test_a_domain_in_other_letters_is_shown_with_what_it_really_is() -> None:
    (stored,) = read("järvi.fi")
    assert (stored, shown(stored)) == (
        "xn--jrvi-5qa.fi".replace("xn--jrvi-5qa", "järvi".encode("idna").decode()),
        f"järvi.fi ({stored})",
    )
    assert shown("*.kaupunki.fi") == "*.kaupunki.fi"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("aino@kaupunki.fi", True),
        ("AINO.Laine@KAUPUNKI.FI", True),
        ("aino@kaupunki.fi.", False),
        ("aino@posti.kaupunki.fi", False),
        ("aino@xkaupunki.fi", False),
        ("aino@kaupunki.fi.example.org", False),
        ("aino@kaupunki.fi@example.org", False),
        ("aino@example.org@kaupunki.fi", False),
        ('"aino@example.org"@kaupunki.fi', False),
        ("aino%example.org@kaupunki.fi", False),
        ("example.org!aino@kaupunki.fi", False),
        ("=?utf-8?q?aino=40example.org=3e?=@kaupunki.fi", False),
        ("aino+toinen@kaupunki.fi", False),
        (f"aino@k{CYRILLIC_A}upunki.fi", False),
        ("aino@ala.toinen.fi", True),
        ("aino@ala.ala.toinen.fi", True),
        ("aino@toinen.fi", False),
        ("aino@alatoinen.fi", False),
        ("aino@[10.0.0.1]", False),
        ("kaupunki.fi", False),
        ("@kaupunki.fi", False),
        ("", False),
    ],
)
def test_an_address_is_inside_only_where_it_is_exactly_there(address: str, inside: bool) -> None:
    assert is_within(address, ["*.toinen.fi", "kaupunki.fi"]) is inside
    assert not is_within(address, [])


def coordinator(kind: Role.Kind = Role.Kind.COORDINATOR, organisation: Organisation | None = None) -> Person:
    person: Person = PersonFactory(**({"organisation": organisation} if organisation else {}))
    Role.objects.create(person=person, kind=kind)
    return person


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.COORDINATOR, Role.Kind.ADMINISTRATOR])
def test_the_page_keeps_what_was_typed_and_changes_ones_own_organisation_alone(client: Client, kind: Role.Kind) -> None:
    other = coordinator()
    person = coordinator(kind)
    client.force_login(person, backend=BACKEND)
    page = reverse("mail_domains")
    assert page in client.get(reverse("home")).content.decode()
    wrong = client.post(page, {"domains": "kaupunki.fi\ngmail.com", "seen": ""}).content.decode()
    assert "Korjaa nämä" in wrong
    assert "Kuka tahansa voi hankkia" in wrong
    assert "kaupunki.fi\ngmail.com" in wrong
    assert client.post(page, {"domains": "@Kaupunki.fi\n*.kaupunki.fi", "seen": ""}).status_code == 302
    person.organisation.refresh_from_db()
    other.organisation.refresh_from_db()
    assert (person.organisation.mail_domains, other.organisation.mail_domains) == (["*.kaupunki.fi", "kaupunki.fi"], [])
    assert "*.kaupunki.fi" in client.get(page).content.decode()


@pytest.mark.django_db
def test_two_who_change_the_domains_do_not_undo_each_other(client: Client) -> None:
    person = coordinator()
    client.force_login(person, backend=BACKEND)
    page = reverse("mail_domains")
    client.post(page, {"domains": "kaupunki.fi", "seen": ""})
    late = client.post(page, {"domains": "toinen.fi", "seen": ""}).content.decode()
    assert "Joku muu muutti" in late
    assert "toinen.fi" in late
    # A mistake on the way does not make the older page the newer one.
    again = client.post(page, {"domains": "gmail.com", "seen": "jokin.fi"})
    assert again.context["seen"] == "jokin.fi"
    assert Organisation.objects.get(pk=person.organisation_id).mail_domains == ["kaupunki.fi"]
    with pytest.raises(StaleEdit):
        actions.set_domains(person, "toinen.fi", [])


@pytest.mark.django_db
def test_nobody_else_reads_or_changes_the_domains(client: Client) -> None:
    unit = UnitFactory()
    for person in (supervisor_of(unit), member_of(unit), PersonFactory(organisation=unit.organisation)):
        client.force_login(person, backend=BACKEND)
        assert client.get(reverse("mail_domains")).status_code == 404
        assert client.post(reverse("mail_domains"), {"domains": "kaupunki.fi", "seen": ""}).status_code == 404
        assert reverse("mail_domains") not in client.get(reverse("home")).content.decode()
        with pytest.raises(DomainError):
            actions.set_domains(person, "kaupunki.fi", [])
    unit.organisation.refresh_from_db()
    assert unit.organisation.mail_domains == []
    assert Client().get(reverse("mail_domains")).status_code == 302


@pytest.mark.django_db
def test_without_mail_the_page_says_that_nobody_can_confirm_an_address(client: Client, settings: Any) -> None:
    client.force_login(coordinator(), backend=BACKEND)
    assert "ei lähetä sähköpostia" in client.get(reverse("mail_domains")).content.decode()
    settings.MAIL_ENABLED = True
    assert "ei lähetä sähköpostia" not in client.get(reverse("mail_domains")).content.decode()
