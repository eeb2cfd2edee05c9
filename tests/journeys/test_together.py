"""Evaluate together on a big screen: by keyboard, on two devices at once, with and without scripts, light and dark.

Then what came of it: the closing page, its slides, the next round's invitation, and the coordinator's page.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.evaluation import scene
from tests.factories import RoundFactory, UnitFactory, member_of, supervisor_of
from tests.journeys.walker import Walker

from oppipari.evaluation.models import Conclusion, TogetherSession
from oppipari.organisation.models import Person, Role
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def somebody(live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Walker]:
    checked: set[str] = set()

    def opened(person: Person, *, scripts: bool = True, **look: Any) -> Walker:
        client = Client()
        client.force_login(person, backend=BACKEND)
        page = new_page(scripts=scripts, **look)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return Walker(page, live_server.url, scripts=scripts, checked=checked)

    return opened


def lines(round_: Round, kind: str) -> list[str]:
    return [c.text for c in Conclusion.objects.filter(round=round_, kind=kind)]


def write(walker: Walker, kind: str, text: str) -> None:
    """Write a line and press the button of its column."""
    walker.page.locator(f"#{kind}-text").fill(text)
    walker.page.locator(f"section[data-kind={kind}] form.add button").click()
    walker.page.locator(f"section[data-kind={kind}] .line-text", has_text=text[:40]).first.wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_from_the_first_minute_to_the_closing_page(somebody: Callable[..., Walker], scripts: bool) -> None:
    unit, supervisor = scene.a_unit()
    scene.closed(unit, supervisor, "Syksy 2025")
    round_ = scene.evaluated(unit, supervisor, "Kevät 2026", lines=False)
    boss = somebody(supervisor, scripts=scripts, width=1920, height=1080)
    boss.open(f"/rounds/{round_.pk}/evaluation/")
    boss.press("Avaa istunnon sivu")
    boss.sees("Jos aloitatte näillä ajoilla")
    boss.press("Aloita")
    boss.sees("Valmista klo")
    assert boss.page.locator("[aria-current=step] h2").inner_text().startswith("Tervetuloa")
    assert TogetherSession.objects.filter(round=round_).exists()
    boss.press("Tulokset")
    boss.sees("4,2 tai enemmän")
    boss.press("Sama taulukkona")
    boss.press("Johtopäätökset")
    write(boss, "worked", "Tapaamiset työajalla")
    write(boss, "change", "Sijainen sovitaan ennalta")
    for text in ("Haavakuvat samasta kulmasta", "Viisi hiljaista minuuttia"):
        write(boss, "spread", text)
    boss.page.locator("#change-text").fill("x" * 281)
    boss.page.locator("section[data-kind=change] form.add button").click()
    boss.page.get_by_text("Tekstissä on 281 merkkiä").first.wait_for()
    assert boss.page.locator("#change-text").input_value() == "x" * 281
    assert lines(round_, "change") == ["Sijainen sovitaan ennalta"]
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")  # picked up again later
    second = Conclusion.objects.get(text="Viisi hiljaista minuuttia")
    boss.page.locator(f"#more-{second.pk} > summary").click()
    boss.check()
    boss.page.locator(f"#up-{second.pk}").click()
    boss.page.locator(".line-text").nth(2).get_by_text("Viisi hiljaista minuuttia").wait_for()
    assert lines(round_, "spread") == ["Viisi hiljaista minuuttia", "Haavakuvat samasta kulmasta"]
    if not boss.page.locator(f"#wall-{second.pk}").is_visible():
        boss.page.locator(f"#more-{second.pk} > summary").click()
    boss.page.locator(f"#wall-{second.pk}").click()
    boss.page.locator(".line-wall").wait_for()
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    boss.press("Päätä kierros")
    boss.sees("Tätä ei voi perua.")
    boss.press("Päätä kierros")
    boss.sees("10 ihmistä osallistui. He tapasivat 15 kertaa.")
    boss.sees("Edellisen kierroksen rinnalla: Syksy 2025")
    with boss.page.expect_download() as download:
        boss.page.get_by_role("link", name="Dioiksi").click()
    assert download.value.suggested_filename == "oppipari-kevat-2026-kuusikoti-fi.pptx"
    phone = somebody(member_of(unit), scripts=scripts, width=390)
    phone.open(f"/rounds/{round_.pk}/closing/")
    phone.sees("Tapaamiset työajalla")
    phone.open(f"/units/{unit.pk}/insights/")
    phone.sees("Viisi hiljaista minuuttia")
    boss.press("Aloita seuraava kierros")
    boss.press("Avaa seuraava kierros")
    assert "päättelimme yhdessä: ”Tapaamiset työajalla”" in boss.page.locator("#text").input_value()


def test_lines_are_typed_as_fast_as_one_speaks_and_the_field_keeps_the_focus(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=1920, height=1080)
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    field = boss.page.locator("#worked-text")
    field.focus()
    wanted = [f"rivi {number}" for number in range(8)]
    for text in wanted:
        boss.page.keyboard.type(text)
        boss.page.keyboard.press("Enter")
    boss.page.keyboard.type("kesken")
    boss.page.locator("section[data-kind=worked] .line-text").nth(7).wait_for()
    boss.page.wait_for_timeout(300)
    assert lines(round_, "worked") == wanted
    assert field.input_value() == "kesken"
    assert boss.page.evaluate("document.activeElement.id") == "worked-text"
    # An empty line is told at the field, and what is typed meanwhile stays.
    field.fill("")
    boss.page.keyboard.press("Enter")
    boss.page.get_by_text("Kirjoita ensin johtopäätös.").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    boss.page.keyboard.type("nyt jotakin")
    boss.page.keyboard.press("Enter")
    boss.page.locator(".line-text", has_text="nyt jotakin").wait_for()
    assert field.get_attribute("aria-invalid") is None


def test_two_devices_write_at_once_and_both_see_it_all(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    screen = somebody(supervisor, width=1920, height=1080)
    laptop = somebody(supervisor_of(unit), width=1280)
    for walker in (screen, laptop):
        walker.open(f"/rounds/{round_.pk}/together/conclusions/")
    screen.page.locator("#change-text").fill("kirjoitan tätä juuri nyt")
    write(laptop, "worked", "Läppäriltä")
    screen.page.locator(".line-text", has_text="Läppäriltä").wait_for()  # without a press, within seconds
    assert screen.page.locator("#change-text").input_value() == "kirjoitan tätä juuri nyt"
    screen.page.keyboard.press("Enter")
    laptop.page.locator(".line-text", has_text="kirjoitan tätä juuri nyt").wait_for()
    # Both open the same line; the later one is told, and loses nothing.
    line = Conclusion.objects.get(text="Läppäriltä")
    for walker in (screen, laptop):
        walker.page.locator(f"#more-{line.pk} > summary").click()
    laptop.page.locator(f"#line-{line.pk}-text").fill("Muutettu läppärillä")
    laptop.page.locator(f"#save-{line.pk}").click()
    laptop.page.locator(".line-text", has_text="Muutettu läppärillä").wait_for()
    screen.page.locator(f"#line-{line.pk}-text").fill("Muutettu näytöllä")
    screen.page.locator(f"#save-{line.pk}").click()
    screen.page.get_by_text("Joku ehti muuttaa tätä riviä.").first.wait_for()
    assert screen.page.locator(f"#line-{line.pk}-text").input_value() == "Muutettu näytöllä"
    assert lines(round_, "worked") == ["Muutettu läppärillä"]
    screen.check()


def test_a_broken_connection_loses_no_words(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=1280)
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    boss.page.context.clear_cookies()  # signed out meanwhile: the answer is another page
    boss.page.locator("#spread-text").fill("Tärkeä ajatus")
    boss.page.locator("#spread-text").press("Enter")
    boss.page.get_by_text("Yhteys katkesi hetkeksi.").wait_for()
    boss.page.wait_for_function("document.getElementById('spread-text').value === 'Tärkeä ajatus'")
    assert boss.page.locator("section[data-kind]").count() == 3


def test_without_a_network_what_was_typed_stays(live_server: Any, chromium: Any) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    client = Client()
    client.force_login(supervisor, backend=BACKEND)
    # A context of its own: a browser itself complains on its console of a network that is gone.
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fi-FI")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/rounds/{round_.pk}/together/conclusions/")
    context.set_offline(True)
    field = page.locator("#spread-text")
    field.fill("Tärkeä ajatus")
    field.press("Enter")
    page.get_by_text("Yhteys katkesi hetkeksi.").wait_for()
    page.wait_for_function("document.getElementById('spread-text').value === 'Tärkeä ajatus'")
    context.set_offline(False)
    field.press("Enter")
    page.locator(".line-text", has_text="Tärkeä ajatus").wait_for()
    assert field.input_value() == ""
    assert lines(round_, "spread") == ["Tärkeä ajatus"]
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_every_page_can_be_read_by_everyone(somebody: Callable[..., Walker], width: int, dark: bool) -> None:
    unit, supervisor = scene.a_unit()
    scene.closed(unit, supervisor, "Syksy 2025")
    round_ = scene.evaluated(unit, supervisor, "Kevät 2026")
    other = UnitFactory(organisation=unit.organisation)
    scene.closed(other, supervisor_of(other), "Kevät", pairs=2)
    coming = RoundFactory(unit=unit)
    Role.objects.create(person=supervisor, kind=Role.Kind.COORDINATOR)
    for language in ("fi", "sv", "en"):
        boss = somebody(supervisor, width=width, height=1080 if width == 1920 else 900, dark=dark, language=language)
        if language != "fi":
            boss.open("/home/")
            boss.page.locator(f"footer button[value={language}]").click()
        for path in ("together/", "together/results/", "together/conclusions/", "closing/", "close/", "evaluation/"):
            boss.open(f"/rounds/{round_.pk}/{path}")
        boss.open("/organisation/benefits/")
        boss.open(f"/rounds/{coming.pk}/tell/")
        boss.open(f"/rounds/{coming.pk}/together/")
