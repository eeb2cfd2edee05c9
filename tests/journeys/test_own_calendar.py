"""A participant on a phone and a supervisor at a laptop set up their own calendars, with and without JavaScript."""

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.journeys.walker import Walker

from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.meetings.reminders.actions import token_of
from oppipari.organisation.models import Person, PersonalLink
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fetched(address: str) -> tuple[int, str]:
    """What a calendar program gets, which has no browser and no cookie."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ones_own_calendar(live_server: Any, new_page: Callable[..., Any], mail_on: None, scripts: bool) -> None:
    checked: set[str] = set()

    def somebody(width: int) -> Walker:
        return Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=checked)

    walk(somebody, fetched)


def walk(at: Callable[[int], Any], fetched: Callable[[str], tuple[int, str]]) -> None:
    """The whole way by people `at` screens of so many pixels: walkers with a browser, or visitors without one.

    `fetched` is how a calendar program gets an address.
    """

    def signed_in(person: Person, width: int) -> Any:
        walker = at(width)
        walker.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
        walker.press("Kirjaudu")
        return walker

    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person = pair.members.earliest("pk").person
    boss = supervisor_of(pair.round.unit)
    start = timezone.now() + timedelta(days=6)
    Meeting.objects.create(pair=pair, starts_at=start, minutes=45, state=Meeting.State.AGREED, place="Takkahuone")

    phone = signed_in(person, 390)
    phone.open(f"/pair/{pair.pk}/")
    phone.press("Oma kalenteri ja muistutukset")
    phone.sees("Muistuta minua sähköpostilla")
    phone.sees_not("yksikköjeni")
    phone.choose("Huomaamaton otsikko")
    phone.press("Tallenna")
    phone.sees("Valintasi tallennettiin.")
    phone.press("Luo osoite")
    first = phone.text_of("feed-address")
    status, text = fetched(first)
    assert status == 200
    assert "SUMMARY:Varattu" in text
    assert "Takkahuone" not in text
    assert phone.link("Lisää tähän laitteeseen") == first.replace("http://", "webcal://")
    assert phone.can_press("Kopioi osoite") == phone.scripts
    phone.press("Outlook")
    phone.sees("Tilaa verkosta")
    phone.press("Luo uusi osoite")
    second = phone.text_of("feed-address")
    assert (fetched(first)[0], fetched(second)[0]) == (404, 200)
    phone.open("/me/calendar/")
    phone.sees("eikä kukaan voi enää katsoa sitä")
    phone.press("Poista osoite käytöstä")
    phone.sees("Osoite ei enää toimi.")
    assert fetched(second)[0] == 404

    laptop = signed_in(boss, 1280)
    laptop.press("Oma kalenteri")
    laptop.choose("Lähetä minulle yksikköjeni sovitut tapaamiset")
    laptop.press("Tallenna")
    assert OwnCalendar.objects.get(person=boss).copies
    laptop.open("/my-data/")
    laptop.sees("Muistutukset sähköpostilla")

    stranger = at(390)
    stranger.open(f"/reminders/{token_of(person)}/")
    stranger.press("Ota muistutukset pois")
    stranger.sees("Muistutukset ovat pois päältä.")
    assert not OwnCalendar.objects.get(person=person).reminders
    stranger.press("Ota muistutukset käyttöön")
    stranger.sees("Muistutukset ovat taas päällä.")
