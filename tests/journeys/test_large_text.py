"""On a phone with text at twice its size nothing has to be scrolled for sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.evaluation import scene
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, member_of

from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"
STEPS_APART = """[...document.querySelectorAll('.steps .dot')].map(e => e.getBoundingClientRect())
    .every((one, i, all) => !i || all[i - 1].right <= one.left)"""


def at_twice_the_size(new_page: Callable[..., Any], base: str, person: Person, path: str, language: str = "fi") -> Any:
    client = Client()
    client.force_login(person, backend=BACKEND)
    page = new_page(width=390, language=language)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
    assert page.goto(base + path).status == 200
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return page


def test_pages_with_long_words_stay_within_the_screen(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, boss = scene.a_unit()
    over = scene.closed(unit, boss, "Kevät")
    forgotten = RoundFactory(unit=unit, state=Round.State.CLOSED)
    open_ = RoundFactory(unit=unit)
    for _ in range(2):
        SignUpFactory(round=open_)
    SignUpFactory(round=open_, confirmed_at=None)
    for name, key in (
        ("round_closing", over.pk),
        ("round_sign_ups", forgotten.pk),
        ("round", open_.pk),
        ("round_sign_ups", open_.pk),
        ("own_link", None),
    ):
        path = reverse(name, args=[key] if key else [])
        page = at_twice_the_size(new_page, live_server.url, boss, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(STEPS_APART), path
        # A word that a translation may put there as well: the longest of the confidential ones.
        page.evaluate(
            "for (const e of document.querySelectorAll('.brought-first, h2')) e.textContent = 'Luottamuksellisuus säilyi'"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("text_size", ["100%", "200%"])
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_who_may_be_somebody_known_fits_on_a_phone(
    live_server: Any, new_page: Callable[..., Any], text_size: str, language: str
) -> None:
    unit, boss = scene.a_unit()
    open_ = RoundFactory(unit=unit)
    name = "Marjatta-Annukka Korkeamäki-Virtanen"
    for n in range(2):
        member_of(unit, name=name, email=f"marjatta-annukka.korkeamaki-virtanen{n}@palvelukeskus.example.org")
    newcomer = PersonFactory(name=name, email=None)
    SignUpFactory(round=open_, person=newcomer, confirmed_at=None)
    SignUpFactory(round=open_, person=PersonFactory(name=name, email=None), stage="mid")
    page = at_twice_the_size(new_page, live_server.url, boss, reverse("round_sign_ups", args=[open_.pk]), language)
    page.evaluate(f"document.documentElement.style.fontSize = '{text_size}'")
    assert page.locator("a[href*='/same/']").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Buttons lie below one another as wide as there is room, not in narrow columns.
    widths = page.evaluate(
        "[...document.querySelectorAll('.todos .ds-button')].map(e => e.getBoundingClientRect().width)"
    )
    assert min(widths) > 250
