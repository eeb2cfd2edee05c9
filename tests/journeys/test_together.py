"""Evaluate together on a big screen: by keyboard, on two devices at once, with and without scripts, light and dark.

Then what came of it: the closing page, its slides, the next round's invitation, and the coordinator's page.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.evaluation import scene
from tests.factories import RoundFactory, UnitFactory, member_of, supervisor_of
from tests.journeys.walker import ALL_RULES, RULES_OF_WIDTH, Walker

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.models import Conclusion, TogetherSession
from oppipari.evaluation.together import actions
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
    boss.sees("10 ihmistä osallistui. Tapaamisia oli 15.")
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


def look(walker: Walker) -> None:
    """Wait for the refresh that every page makes by itself, and for what it changes."""
    with walker.page.expect_response(lambda r: r.request.method == "GET" and "/together/conclusions/" in r.url):
        pass
    walker.page.wait_for_timeout(300)


def error_of(walker: Walker, kind: str) -> Any:
    return walker.page.locator(f"section[data-kind={kind}] .ds-validation-message")


def test_words_that_the_page_put_back_stay_until_they_are_sent_or_cleared(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    line = actions.add(round_, supervisor, "worked", "Kahvit")
    phone = somebody(supervisor, width=390)
    phone.open(f"/rounds/{round_.pk}/together/conclusions/")
    field = phone.page.locator("#worked-text")
    field.fill("jo aloitettu")
    phone.page.locator(f"#more-{line.pk} > summary").click()
    phone.page.locator(f"#line-{line.pk}-text").fill("Kahvit yhdessä")
    actions.remove(round_, supervisor, line.pk)
    phone.page.locator(f"#save-{line.pk}").click()
    error_of(phone, "worked").wait_for()
    assert "Lisää se uutena rivinä tai tyhjennä kenttä." in error_of(phone, "worked").inner_text()
    phone.page.locator("#worked-text:focus").wait_for()
    actions.add(round_, supervisor, "change", "Toiselta laitteelta")
    # Elsewhere on the page, too, the words are not to be touched.
    phone.page.locator("#spread-text").focus()
    look(phone)
    assert phone.page.locator(".line-text", has_text="Toiselta laitteelta").count() == 1
    assert field.input_value() == "Kahvit yhdessä jo aloitettu"
    assert error_of(phone, "worked").is_visible()
    write(phone, "spread", "Muualle")
    assert field.input_value() == "Kahvit yhdessä jo aloitettu"
    # So does a text that is too long, with its reason.
    phone.page.locator("#change-text").fill("x" * 400)
    phone.page.locator("section[data-kind=change] form.add button").click()
    error_of(phone, "change").wait_for()
    phone.page.locator("#spread-text").focus()
    look(phone)
    assert phone.page.locator("#change-text").input_value() == "x" * 400
    assert "400 merkkiä" in error_of(phone, "change").inner_text()
    phone.check()
    # Cleared, the reason goes; sent, the words are a line and the field is free.
    phone.page.locator("#change-text").fill("")
    assert error_of(phone, "change").count() == 0
    phone.page.locator("section[data-kind=worked] form.add button").click()
    phone.page.locator(".line-text", has_text="Kahvit yhdessä jo aloitettu").wait_for()
    assert field.input_value() == ""
    assert error_of(phone, "worked").count() == 0
    assert lines(round_, "worked") == ["Kahvit yhdessä jo aloitettu"]


@pytest.mark.parametrize("how", ["refresh", "press", "without scripts"])
def test_a_round_closed_under_somebodys_hands_gives_the_words_back(somebody: Callable[..., Walker], how: str) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=390, scripts=how != "without scripts")
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    boss.page.locator("#spread-text").fill("kahvia")
    boss.page.locator("#worked-text").fill("teetä")
    evaluation.close_round(round_, supervisor)
    if how != "refresh":
        boss.page.locator("section[data-kind=worked] form.add button").click()
    boss.page.get_by_text("Tämän kirjoitit").wait_for()
    boss.sees("Kierros on päätetty, joten sen johtopäätökset pysyvät ennallaan.")
    given = boss.page.locator("#typed").inner_text()
    assert "teetä" in given
    assert ("kahvia" in given) == (how != "without scripts")
    assert boss.page.locator("form.add").count() == 0
    boss.sees_not("Valmista?")
    boss.check()
    assert not Conclusion.objects.exists()


def test_a_round_closed_meanwhile_shows_itself_where_nothing_is_written(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=1280)
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    evaluation.close_round(round_, supervisor)
    boss.page.get_by_text("Kierros on päätetty, joten sen johtopäätökset pysyvät ennallaan.").wait_for()
    boss.sees_not("Valmista?")
    boss.sees_not("Tämän kirjoitit")


def beside(walker: Walker, kind: str, says: str) -> None:
    """`says` stands in the form that was pressed, and on the screen."""
    told = walker.page.locator(f"section[data-kind={kind}] form.add [data-trouble]").get_by_text(says)
    told.wait_for()
    box = told.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < box["y"] + box["height"] <= walker.page.viewport_size["height"]


def test_signed_out_one_reads_it_keeps_the_words_and_goes_on(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=390)
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    cookies = boss.page.context.cookies()
    boss.page.context.clear_cookies(name="sessionid")
    boss.page.locator("#spread-text").fill("Tärkeä ajatus")
    boss.page.locator("#spread-text").press("Enter")
    beside(boss, "spread", "Sinut on kirjattu ulos. Kopioi tekstisi, kirjaudu ja jatka.")
    assert boss.page.locator("#spread-text").input_value() == "Tärkeä ajatus"
    assert boss.page.locator("section[data-kind]").count() == 3
    boss.sees_not("Yhteys katkesi hetkeksi.")
    link = boss.page.locator("[data-trouble] a:visible")
    assert link.get_attribute("target") == "_blank"
    with boss.page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("heading", name="Kirjaudu").wait_for()
    opened.value.close()
    boss.check()
    # Signed in anew in another tab: the session and the form's token are others.
    boss.page.context.clear_cookies()
    client = Client()
    client.force_login(supervisor, backend=BACKEND)
    anew = [c for c in cookies if c["name"] not in ("csrftoken", "sessionid")]
    boss.page.context.add_cookies(
        [*anew, {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": boss.base}]
    )
    boss.page.locator("[data-trouble]").wait_for(state="hidden", timeout=12000)
    assert boss.page.locator("#spread-text").input_value() == "Tärkeä ajatus"
    boss.page.locator("#spread-text").press("Enter")
    boss.page.locator(".line-text", has_text="Tärkeä ajatus").wait_for()
    assert lines(round_, "spread") == ["Tärkeä ajatus"]


def test_who_no_longer_supervises_reads_that_and_keeps_the_words(live_server: Any, chromium: Any) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    client = Client()
    client.force_login(supervisor, backend=BACKEND)
    # A context of its own: a browser itself complains on its console of a page that is not there.
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="fi-FI")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    walker = Walker(context.new_page(), live_server.url, scripts=True, checked=set())
    walker.open(f"/rounds/{round_.pk}/together/conclusions/")
    Role.objects.filter(person=supervisor).delete()
    walker.page.locator("#change-text").fill("Tärkeä ajatus")
    walker.page.locator("section[data-kind=change] form.add button").click()
    beside(walker, "change", "Tätä sivua ei enää näytetä sinulle.")
    assert walker.page.locator("#change-text").input_value() == "Tärkeä ajatus"
    walker.sees_not("Yhteys katkesi hetkeksi.")
    context.close()


def test_two_presses_add_one_line_and_scold_nobody(somebody: Callable[..., Walker]) -> None:
    unit, supervisor = scene.a_unit()
    round_ = scene.evaluated(unit, supervisor, "Kevät", lines=False)
    boss = somebody(supervisor, width=390)
    boss.open(f"/rounds/{round_.pk}/together/conclusions/")
    boss.page.locator("#worked-text").fill("Kahvit")
    boss.page.locator("section[data-kind=worked] form.add button").dblclick()
    boss.page.locator(".line-text", has_text="Kahvit").wait_for()
    boss.page.wait_for_timeout(600)
    assert lines(round_, "worked") == ["Kahvit"]
    assert error_of(boss, "worked").count() == 0
    # An empty press that is none of two is told.
    boss.page.wait_for_timeout(3000)
    boss.page.locator("section[data-kind=worked] form.add button").click()
    boss.page.get_by_text("Kirjoita ensin johtopäätös.").wait_for()


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


@pytest.mark.parametrize(
    ("width", "dark", "rules"),
    [(390, False, ALL_RULES), (1920, True, ALL_RULES), (320, False, RULES_OF_WIDTH), (1280, False, RULES_OF_WIDTH)],
    ids=["phone", "screen, dark", "narrow phone", "laptop"],
)
def test_every_page_can_be_read_by_everyone(
    somebody: Callable[..., Walker], width: int, dark: bool, rules: Any
) -> None:
    unit, supervisor = scene.a_unit()
    scene.closed(unit, supervisor, "Syksy 2025")
    round_ = scene.evaluated(unit, supervisor, "Kevät 2026")
    other = UnitFactory(organisation=unit.organisation)
    scene.closed(other, supervisor_of(other), "Kevät", pairs=2)
    coming = RoundFactory(unit=unit)
    Role.objects.create(person=supervisor, kind=Role.Kind.COORDINATOR)
    for language in ("fi", "sv", "en"):
        boss = somebody(supervisor, width=width, height=1080 if width == 1920 else 900, dark=dark, language=language)
        boss.rules = rules
        if language != "fi":
            boss.open("/home/")
            boss.page.locator(f"footer button[value={language}]").click()
        for path in ("together/", "together/results/", "together/conclusions/", "closing/", "close/", "evaluation/"):
            boss.open(f"/rounds/{round_.pk}/{path}")
        boss.open("/organisation/benefits/")
        boss.open(f"/rounds/{coming.pk}/tell/")
        boss.open(f"/rounds/{coming.pk}/together/")
