"""Answering on a phone, at both ends of a round, too late and twice; the coordinator's page of questions. With axe."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of
from tests.journeys.walker import Walker

from oppipari.evaluation import actions
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire import files
from oppipari.organisation.models import Person, PersonalLink, Role
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def somebody(live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Walker]:
    checked: set[str] = set()

    def sign_in(person: Person, width: int, scripts: bool = True, **kwargs: Any) -> Walker:
        walker = Walker(
            new_page(width=width, scripts=scripts, **kwargs), live_server.url, scripts=scripts, checked=checked
        )
        walker.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
        walker.page.locator("main button[type=submit]").first.click()
        walker.page.wait_for_load_state("load")
        return walker

    return sign_in


def choose(phone: Walker, statement: int, value: int) -> None:
    phone.page.locator("main fieldset.statement").nth(statement).locator("label.choice").nth(value - 1).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_three_questions_at_sign_up(somebody: Callable[..., Walker], scripts: bool) -> None:
    round_ = RoundFactory()
    phone = somebody(SignUpFactory(round=round_).person, 390, scripts)
    phone.press("Vastaa kolmeen kysymykseen")
    phone.sees("Väittämä 3/3")
    phone.press("Lähetä vastaukset")
    phone.sees("Valitse vastaus ainakin yhteen väittämään")
    for statement in range(3):
        choose(phone, statement, 3)
    phone.press("Lähetä vastaukset")
    phone.sees("Kiitos vastauksistasi")
    phone.press("Omalle sivulle")
    phone.sees_not("Vastaa kolmeen kysymykseen")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_questionnaire_on_a_phone(somebody: Callable[..., Walker], scripts: bool) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    actions.open_questionnaire(round_, boss)
    phone, other = somebody(people[0], 390, scripts), somebody(people[1], 320, scripts)
    for walker in (phone, other):
        walker.press("Vastaa kyselyyn")
    began = time.monotonic()
    for statement in range(8):
        choose(phone, statement, 1 + statement % 5)
    phone.page.locator("textarea").fill("مرحبا 👩‍⚕️ " + "å" * 600)
    phone.press("Lähetä vastaukset")
    phone.sees("600 mahtuu")
    assert phone.page.locator("input[type=radio]:checked").count() == 8
    assert "مرحبا" in phone.page.locator("textarea").input_value()
    phone.press("På svenska")
    phone.sees("Skicka svaren")
    assert phone.page.locator("input[type=radio]:checked").count() == 8
    assert "مرحبا" in phone.page.locator("textarea").input_value()
    phone.page.locator("textarea").fill("Hiljainen hetki")
    phone.press("Skicka svaren")
    phone.sees("Tack för dina svar")
    # A machine's fingers are quick; what it shows is that the pages themselves take no time.
    assert time.monotonic() - began < 60
    sizes = other.page.locator("label.choice").evaluate_all("all => all.map(x => x.getBoundingClientRect().height)")
    assert min(sizes) >= 44
    actions.close_questionnaire(Questionnaire.objects.get(), boss)
    choose(other, 0, 4)
    other.page.locator("textarea").fill("Vielä yksi ajatus")
    other.press("Lähetä vastaukset")
    other.sees("Kysely on jo suljettu")
    other.sees("Vielä yksi ajatus")


def a_questionnaire() -> tuple[Questionnaire, list[Person], Person]:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    return actions.open_questionnaire(round_, boss), people, boss


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_may_tell_of_somebody_is_shown_once(somebody: Callable[..., Walker], scripts: bool) -> None:
    _questionnaire, people, _boss = a_questionnaire()
    phone = somebody(people[0], 390, scripts)
    phone.press("Vastaa kyselyyn")
    choose(phone, 2, 4)
    phone.page.locator("textarea").fill("Raportti ensin hiljaa, sanoo Aino. Rouva Virtanen 12.3.")
    phone.press("Lähetä vastaukset")
    phone.sees("Katso vielä avointa vastausta")
    phone.sees("Aino näyttää nimeltä")
    assert "Aino" in phone.page.locator("textarea").input_value()
    assert phone.page.locator("input[type=radio]:checked").count() == 1
    if scripts:
        assert phone.page.evaluate("document.activeElement.textContent").strip().startswith("Katso vielä")
    phone.press("Lähetä näin")
    phone.sees("Kiitos vastauksistasi")


def test_back_after_sending_shows_a_page(somebody: Callable[..., Walker]) -> None:
    """Also where the language was changed and something was amiss first: nothing that was posted lies in the history."""
    questionnaire, people, _boss = a_questionnaire()
    phone = somebody(people[0], 390)
    phone.press("Vastaa kyselyyn")
    phone.press("På svenska")
    phone.sees("Skicka svaren")
    assert phone.page.title().startswith("Enkät")
    phone.press("Skicka svaren")
    phone.sees("Rätta det här:")
    assert phone.page.evaluate("document.activeElement.id") == "errors"
    choose(phone, 0, 4)
    phone.press("Skicka svaren")
    phone.sees("Tack för dina svar")
    assert phone.page.url.endswith(f"/evaluation/{questionnaire.pk}/answer/?asked_in=sv")
    phone.page.reload()
    phone.sees("Tack för dina svar")
    phone.page.go_back()
    phone.page.wait_for_load_state("load")
    phone.sees("Oma sivu")
    phone.page.go_forward()
    phone.page.wait_for_load_state("load")
    phone.sees("Tack för dina svar")


def test_what_could_not_be_sent_is_not_lost_in_silence(live_server: Any, chromium: Any) -> None:
    _questionnaire, people, _boss = a_questionnaire()
    # A browser of its own: that the network is away is told on its console, on purpose.
    context = chromium.new_context(locale="fi-FI")
    phone = Walker(context.new_page(), live_server.url, scripts=True, checked=set())
    phone.open(f"/link/{PersonalLink.make(people[0], PersonalLink.Kind.OWN)}/")
    phone.page.locator("main button[type=submit]").first.click()
    phone.press("Vastaa kyselyyn")
    choose(phone, 0, 4)
    context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"), phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Lähetä vastaukset").click()
    context.close()


def test_what_comes_too_late_can_be_copied(somebody: Callable[..., Walker]) -> None:
    questionnaire, people, boss = a_questionnaire()
    phone = somebody(people[0], 390)
    phone.press("Vastaa kyselyyn")
    actions.close_questionnaire(questionnaire, boss)
    phone.page.locator("textarea").fill("Vielä yksi ajatus")
    phone.press("Lähetä vastaukset")
    phone.sees("Vielä yksi ajatus")
    assert phone.page.get_by_role("button", name="Kopioi teksti").is_visible()
    phone.open(f"/evaluation/{questionnaire.pk}/answer/")
    phone.sees("Kysely on suljettu")
    phone.sees_not("ei enää voi ottaa mukaan")


def test_answered_in_another_window_meanwhile(somebody: Callable[..., Walker]) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    questionnaire = actions.open_questionnaire(round_, supervisor_of(round_.unit))
    phone = somebody(people[0], 390, dark=True)
    phone.press("Vastaa kyselyyn")
    actions.answer(questionnaire, people[0], {"learnt": 4}, {})
    choose(phone, 0, 2)
    phone.press("Lähetä vastaukset")
    phone.sees("Olit jo vastannut")
    phone.sees("jokseenkin eri mieltä")


def test_the_coordinator_changes_the_questions(somebody: Callable[..., Walker], tmp_path: Any) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    for _ in range(2):
        pair_of(round_)
    boss = supervisor_of(round_.unit)
    Role.objects.create(person=boss, kind=Role.Kind.COORDINATOR)
    laptop = somebody(boss, 1280)
    laptop.press("Mitä kyselyissä kysytään")
    with laptop.page.expect_download() as download:
        laptop.page.get_by_role("link", name="Lataa kysymykset").click()
    text = download.value.path().read_text(encoding="utf-8")
    broken = tmp_path / "rikki.toml"
    broken.write_text(
        text.replace('sv = "Mitt par', 'xx = "Mitt par').replace('"varken eller", ', ""), encoding="utf-8"
    )
    laptop.page.locator("input[type=file]").set_input_files(broken)
    laptop.press("Ota nämä käyttöön")
    laptop.sees("Väittämä 6 (fit): teksti ”sv” puuttuu")
    laptop.sees("[scale] sv: viisi eri sanaa")
    good = tmp_path / "omat.toml"
    good.write_text(text.replace("Parini sopi tavoitteisiini.", "Sain sopivan parin."), encoding="utf-8")
    assert files.read(good.read_bytes())
    laptop.page.locator("input[type=file]").set_input_files(good)
    laptop.press("Ota nämä käyttöön")
    laptop.sees("Sain sopivan parin.")
    laptop.press("Palaa Oppiparin omiin kysymyksiin")
    laptop.sees("Parini sopi tavoitteisiini.")
    laptop.open(f"/rounds/{round_.pk}/evaluation/")
    laptop.sees("Pareissa oli alle viisi ihmistä")
