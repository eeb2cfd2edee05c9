"""An insight's life in a pair's hands, a trial's from the wall to another unit, and the wall on a television."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_trials import plan
from tests.journeys.walker import ALL_RULES, RULES_OF_WIDTH, Walker, assert_accessible

from oppipari.insights import actions
from oppipari.insights.lets_try.actions import tell_counts
from oppipari.insights.models import Insight, LetsTry, Trial
from oppipari.insights.screen.actions import make_address
from oppipari.insights.trials.actions import Outcome, decide, start
from oppipari.meetings.models import Meeting
from oppipari.messages.hours import ZONE
from oppipari.organisation.models import Person, PersonalLink, Unit
from oppipari.organisation.reading.actions import make_address as make_reading
from oppipari.pairs.models import PairMember
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def somebody(live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Walker]:
    checked: set[str] = set()

    def sign_in(person: Person, width: int = 390, *, scripts: bool = True, **how: Any) -> Walker:
        page = new_page(width=width, scripts=scripts, **how)
        walker = Walker(page, live_server.url, scripts=scripts, checked=checked)
        walker.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
        walker.press("Kirjaudu")
        return walker

    return sign_in


@BOTH
def test_two_approve_one_edits_both_approve_again_and_one_takes_it_back(
    somebody: Callable[..., Walker], scripts: bool
) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    PairMember.objects.update(answer=PairMember.Answer.FINE)
    wall = f"/units/{round_.unit_id}/insights/"
    first, second = (somebody(m.person, scripts=scripts) for m in pair.members.order_by("pk"))
    colleague = somebody(member_of(round_.unit), scripts=scripts)

    colleague.open(wall)
    colleague.sees("Oivalluksia ei vielä ole")
    first.open(f"/pair/{pair.pk}/insights/new/")
    _bad_input(first)
    first.fill("Ajatus, joka sujuvoittaa", "Kun Maija oli poissa, luettiin kirjaukset hiljaa ennen raporttia.")
    first.press("Tallenna luonnos")
    first.sees("Katso vielä näitä")
    first.sees("näyttää nimeltä")
    draft = first.page.url
    first.press("Muokkaa tekstiä")
    first.fill("Ajatus, joka sujuvoittaa", "Luetaan kirjaukset hiljaa ennen raporttia.")
    first.press("Tallenna muutos")
    first.sees_not("Katso vielä näitä")
    first.press("Hyväksyn tämän tekstin")
    second.open("/home/")
    second.press("Lue luonnos")
    second.press("Hyväksyn tämän tekstin")
    second.sees("Yksikön seinällä")
    colleague.open(wall)
    colleague.sees("Luetaan kirjaukset hiljaa")

    # Three colleagues would try it; the number comes on a working morning.
    colleague.press("Kokeillaan!")
    colleague.sees("Sanoit: kokeillaan!")
    for person in (member_of(round_.unit) for _ in range(5)):
        other = somebody(person, scripts=scripts) if LetsTry.objects.count() < 3 else None
        if other:
            other.open(wall)
            other.press("Kokeillaan!")
    colleague.open(wall)
    colleague.sees_not("Vähintään")
    tell_counts(datetime(2031, 3, 3, 9, tzinfo=ZONE))
    colleague.open(wall)
    colleague.sees("Vähintään 3 työkaveria sanoo: kokeillaan!")
    colleague.press("Peru")
    colleague.sees("Vähintään 3 työkaveria")

    second.open(draft)
    second.press("Muokkaa tekstiä")
    second.fill("Ajatus, joka sujuvoittaa", "Luetaan kirjaukset hiljaa, viisi minuuttia.")
    second.press("Tallenna muutos")
    colleague.open(wall)
    colleague.sees("Oivalluksia ei vielä ole")
    for member in (second, first):
        member.open(draft)
        member.press("Hyväksyn tämän tekstin")
    colleague.open(wall)
    colleague.sees("viisi minuuttia")
    colleague.sees_not("Vähintään")  # said to another text
    second.open(wall)
    second.press("Teidän oivalluksenne")
    second.press("Vedä takaisin")
    second.press("Vedä oivallus takaisin")
    colleague.open(wall)
    colleague.sees_not("viisi minuuttia")
    assert not Insight.objects.exists()
    assert not LetsTry.objects.exists()


def _bad_input(writer: Walker) -> None:
    """Each gets its own kind message, and what was typed stays."""
    box = writer.page.locator("main textarea").first
    for typed, told in (
        ("pitkä teksti. " * 143, "Tekstissä on 2001 merkkiä; enintään 1000 mahtuu."),
        ("🙂🎉👩\u200d👧", "Pelkät kuvat eivät kerro kaikille samaa"),
        ("   ", "Kirjoita ajatus lauseella tai kahdella."),
    ):
        box.fill(typed)
        writer.press("Tallenna luonnos")
        writer.sees(told)
        assert box.input_value() == typed
    box.fill("نقرأ بهدوء قبل التقرير \u202eabc 🙂")
    writer.press("Tallenna luonnos")
    writer.sees("Osa tekstistäsi luetaan oikealta vasemmalle")
    made = Insight.objects.get()
    assert made.text == "نقرأ بهدوء قبل التقرير abc 🙂"
    assert writer.page.evaluate("getComputedStyle(document.querySelector('blockquote')).direction") == "rtl"
    writer.press("Vedä takaisin")
    writer.press("Vedä oivallus takaisin")
    writer.press("Kirjoita oivallus")


@BOTH
def test_a_trial_from_the_wall_to_another_unit(somebody: Callable[..., Walker], scripts: bool) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    unit, pair = round_.unit, pair_of(round_)
    elsewhere = UnitFactory(organisation=unit.organisation, name="Satamakoti")
    idea = actions.write(pair, pair.members.earliest("pk").person, "Luetaan kirjaukset hiljaa ennen raporttia")
    for place in pair.members.all():
        idea = actions.approve(idea, place.person, idea.fingerprint)
    boss = somebody(supervisor_of(unit), 1280, scripts=scripts)
    member = somebody(member_of(unit), 390, scripts=scripts)
    boss.open(f"/units/{unit.pk}/insights/")
    boss.press("Aloita tästä kokeilu")
    assert boss.page.get_by_label("Mitä kokeilette?").input_value() == idea.text
    boss.press("Aloita kokeilu")
    boss.sees("Kerro, minkä ongelman haluatte ratkaista")
    boss.fill("Minkä ongelman se ratkaisee?", "Raportti venyy")
    boss.fill("Kuka siitä huolehtii?", "Tiimi A")
    boss.fill("Mistä näette, auttaako se?", "Minuutteja vuoronvaihdossa")
    boss.page.get_by_label("lukuna", exact=True).check()
    boss.fill("Miten on nyt, lukuna?", "22,5")
    boss.press("Aloita kokeilu")
    boss.sees("Kokeilu alkoi.")
    member.open(f"/units/{unit.pk}/insights/")
    member.sees("Nyt kokeilemme")
    member.press("Raportti venyy")
    member.sees("Tästä huolehtii: Tiimi A")
    member.sees_not("Poista kokeilu")

    Trial.objects.update(until=timezone.localdate() - timedelta(days=1))
    boss.open("/home/")
    boss.sees("päivä on tullut")
    boss.press("Päätä kokeilusta")
    boss.page.get_by_label("Otetaan käyttöön", exact=False).check()
    boss.fill("Miten on nyt, lukuna?", "vähemmän")
    boss.fill("Mitä opitte?", "Raportti lyheni.")
    boss.press("Tallenna päätös")
    boss.sees("Kirjoita luku")
    assert boss.page.get_by_label("Mitä opitte?").input_value() == "Raportti lyheni."
    boss.fill("Miten on nyt, lukuna?", "14")
    boss.press("Tallenna päätös")
    boss.press("Tarjoa muille yksiköille")
    boss.sees("pari jakoi ne omalle yksikölle")
    boss.press("Muokkaa tekstiä")
    boss.fill("Mitä kokeilette?", "Hiljainen hetki kirjauksille")
    boss.press("Tallenna muutos")
    boss.press("Tarjoa muille yksiköille")
    trial = Trial.objects.get()
    made = boss.page.request.get(f"{boss.base}/trials/{trial.pk}/summary.pdf")
    assert made.body().startswith(b"%PDF-1.7")

    other = somebody(supervisor_of(elsewhere), 1280, scripts=scripts)
    other.open(f"/units/{elsewhere.pk}/insights/")
    other.press("Innostu muiden yksiköiden kokeiluista")
    other.fill("Mitä haluaisit sujuvammaksi?", "skiftbyte")
    other.press("Hae")
    other.sees("1 kokeilu löytyi.")
    other.press("Raportti venyy")
    other.press("Kokeillaan meilläkin")
    other.press("Aloita kokeilu")
    other.sees(f"Ajatus tuli yksiköstä {unit.name}")
    boss.open(f"/trials/{trial.pk}/")
    boss.press("Älä tarjoa enää")
    other.open("/inspired/")
    other.sees("Täällä ei ole vielä mitään")

    # The pair takes its insight back: its words are gone from a trial that still had them, and others are asked for.
    boss.open(f"/units/{unit.pk}/insights/")
    boss.press("Aloita tästä kokeilu")
    boss.fill("Minkä ongelman se ratkaisee?", "Yövuorossa sama")
    boss.fill("Mistä näette, auttaako se?", "Minuutteja")
    boss.press("Aloita kokeilu")
    boss.sees(idea.text)
    actions.withdraw(idea, pair.members.latest("pk").person)
    boss.open("/home/")
    boss.sees("Kerro omin sanoin")
    boss.press("Kirjoita uudelleen")
    boss.fill("Mitä kokeilette?", "Ensin luetaan, sitten puhutaan")
    boss.press("Tallenna muutos")
    boss.sees("Ensin luetaan, sitten puhutaan")


def _wall(count: int = 3) -> tuple[Any, list[Insight]]:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair, made = pair_of(round_), []
    for number in range(count):
        idea = actions.write(pair, pair.members.earliest("pk").person, f"Oivallus numero {number}")
        for place in pair.members.all():
            idea = actions.approve(idea, place.person, idea.fingerprint)
        made.append(idea)
    return round_.unit, made[::-1]


def test_the_television_turns_by_itself_and_stops_on_demand(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, ideas = _wall()
    page = new_page(width=1920, height=1080, own_clock=True)
    page.clock.install(time=timezone.now())
    page.goto(f"{live_server.url}/tv/{make_address(unit, supervisor_of(unit), 'fi')}/")
    assert page.context.cookies() == []
    leaf = page.locator("#leaf")
    expect(leaf).to_contain_text(ideas[0].text)
    assert_accessible(page)
    page.clock.run_for(15_000)
    expect(leaf).to_contain_text(ideas[1].text)
    expect(page.locator("#number")).to_have_text("2")
    # Space stops it wherever one is, and the button says so.
    page.keyboard.press("Space")
    expect(page.locator("#pause")).to_have_text("Jatka")
    page.clock.run_for(120_000)
    expect(leaf).to_contain_text(ideas[1].text)
    page.keyboard.press("ArrowRight")
    expect(leaf).to_contain_text(ideas[2].text)
    page.keyboard.press("ArrowLeft")
    expect(leaf).to_contain_text(ideas[1].text)
    # What is taken back leaves also a screen that stands still.
    actions.withdraw(ideas[1], ideas[1].pair.members.earliest("pk").person)  # type: ignore[union-attr]
    page.clock.run_for(65_000)
    expect(leaf).not_to_contain_text(ideas[1].text)
    expect(page.locator("#count")).to_have_text("2")
    page.locator("#pause").click()
    expect(page.locator("#pause")).to_have_text("Pysäytä")
    before = leaf.inner_text()
    page.clock.run_for(16_000)
    expect(leaf).not_to_have_text(before)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")  # fmt: skip


def test_who_wants_less_motion_turns_the_pages(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, ideas = _wall()
    page = new_page(width=1920, height=1080, own_clock=True, dark=True)
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    page.clock.install(time=timezone.now())
    page.goto(f"{live_server.url}/tv/{make_address(unit, supervisor_of(unit), 'fi')}/")
    page.clock.run_for(40_000)
    expect(page.locator("#leaf")).to_contain_text(ideas[0].text)
    expect(page.locator("#pause")).to_have_text("Jatka")
    assert_accessible(page)
    page.locator("#pause").click()
    page.clock.run_for(15_000)
    expect(page.locator("#leaf")).to_contain_text(ideas[1].text)


def test_a_screen_that_lost_its_connection_hides_what_may_have_been_taken_back(
    live_server: Any, new_page: Callable[..., Any]
) -> None:
    unit, ideas = _wall()
    page = new_page(width=1920, height=1080, own_clock=True)
    page.clock.install(time=timezone.now())
    page.goto(f"{live_server.url}/tv/{make_address(unit, supervisor_of(unit), 'fi')}/")
    page.route("**/tv/**", lambda route: route.abort())
    for _ in range(16):
        page.clock.run_for(15_000)
        page.wait_for_timeout(20)
    expect(page.locator("#leaf")).to_be_hidden()
    expect(page.get_by_text("Yhteys katkesi.")).to_be_visible()
    page.unroute("**/tv/**")
    page.clock.run_for(20_000)
    expect(page.locator("#leaf")).to_be_visible()
    assert any(idea.text in page.locator("#leaf").inner_text() for idea in ideas)


def test_an_address_that_has_ended_empties_the_screen(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, ideas = _wall()
    boss = supervisor_of(unit)
    page = new_page(width=1920, height=1080, own_clock=True)
    page.clock.install(time=timezone.now())
    page.goto(f"{live_server.url}/tv/{make_address(unit, boss, 'fi')}/")
    expect(page.locator("#leaf")).to_contain_text(ideas[0].text)
    make_address(unit, boss, "fi")
    page.clock.run_for(15_000)
    expect(page.locator("body")).to_contain_text("Osoite on vaihtunut")
    assert ideas[0].text not in page.locator("body").inner_text()


def test_without_scripts_the_screen_is_turned_by_links(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, ideas = _wall()
    page = new_page(width=1280, scripts=False)
    page.goto(f"{live_server.url}/tv/{make_address(unit, supervisor_of(unit), 'fi')}/")
    for idea in (*ideas, ideas[0]):
        expect(page.locator("#leaf")).to_contain_text(idea.text)
        expect(page.locator("#pause")).to_be_hidden()
        page.locator("#after").click()


@pytest.mark.parametrize("width", [390, 1280])
def test_what_stands_alone_on_the_pairs_page_is_large_enough_to_touch(
    somebody: Callable[..., Walker], width: int
) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    PairMember.objects.update(answer=PairMember.Answer.FINE)
    person = pair.members.earliest("pk").person
    Meeting.objects.create(pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=45, way="face_to_face", state=Meeting.State.AGREED)  # fmt: skip
    actions.write(pair, person, "Viisi hiljaista minuuttia")
    reader = somebody(person, width)
    reader.open(f"/pair/{pair.pk}/")
    for name in ("Omaan kalenteriin", "huomaamattomalla", "Oma kalenteri", "Toivo toista paria", "Lopetetaan tähän", "Avaa oivallus", "Siirrä"):  # fmt: skip
        found = reader.page.locator("main a:visible").filter(has_text=name)
        assert found.count(), name
        assert found.first.bounding_box()["height"] >= 44, name


LONG = {
    "sentences": ("Luetaan kirjaukset rauhassa ennen raporttia ja puhutaan sitten. " * 16)[:1000],
    "short lines": "\n".join(f"{n}. kirjaus luetaan ennen raporttia rauhassa" for n in range(1, 23)),
    "thirty lines": "\n".join("rivi" for _ in range(30)),
    "one word": "hoitosuunnitelma" * 9,
    "wide letters": ("MAMMAMWOMW " * 90).strip(),
    "chinese": "先静静地读记录然后再谈" * 80,
}


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (3840, 2160), (390, 800), (320, 640)])
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_the_longest_insight_can_be_read_to_its_end(
    live_server: Any, new_page: Callable[..., Any], text: str, width: int, height: int
) -> None:
    unit, ideas = _wall(1)
    Insight.objects.filter(pk=ideas[0].pk).update(text=text, lets_try_told=3)
    page = new_page(width=width, height=height)
    page.goto(f"{live_server.url}/tv/{make_address(unit, supervisor_of(unit), 'fi')}/")
    count = int(page.locator("#leaf").get_attribute("data-count"))
    read = ""
    for number in range(count):
        _fits(page, width)
        read += page.locator(".leaf .quote").inner_text()
        if count > 1:
            expect(page.locator(".leaf .part")).to_have_text(f"{number + 1}/{count}")
            page.locator("#after").click()
            expect(page.locator(".leaf .part")).to_have_text(f"{(number + 1) % count + 1}/{count}")
    assert "".join(read.split()) == "".join(text.split())
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.leaf .quote')).fontSize)")
    assert size >= (24 if width > 700 else 16)
    assert_accessible(page)


def _fits(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width > 700:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate("(m => m.scrollHeight <= m.clientHeight)(document.getElementById('leaf'))")


@pytest.mark.parametrize("running", [True, False], ids=["running", "decided"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 800)])
def test_the_longest_trial_can_be_read_to_its_end(
    live_server: Any, new_page: Callable[..., Any], width: int, height: int, running: bool
) -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    many = "Kirjaukset luetaan rauhassa ja puhutaan sitten yhdessä. " * 20
    said = {"problem": many[:300].strip(), "what": many[:1000].strip(), "sign": many[:200].strip()}
    made = start(unit, boss, plan(**said, evidence=Trial.Evidence.WORDS, before_words=many[:200].strip()))
    if not running:
        decide(made, boss, 1, Trial.State.ADAPTED, Outcome(many[:400].strip(), after_words=many[100:300].strip()))
    page = new_page(width=width, height=height)
    page.goto(f"{live_server.url}/tv/{make_address(unit, boss, 'fi')}/")
    read = ""
    for number in range(int(page.locator("#leaf").get_attribute("data-count"))):
        if number:
            page.locator("#after").click()
            expect(page.locator("#number")).to_have_text(f"{number + 1}")
        _fits(page, width)
        read += page.locator("#leaf").inner_text()
    words = "".join(read.split())
    for text in (made.what,) if running else (many[:400], made.sign, made.before_words, many[100:300]):
        assert "".join(text.split())[:60] in words
        assert "".join(text.split())[-60:] in words


def test_the_supervisor_makes_the_screens_address(somebody: Callable[..., Walker]) -> None:
    unit, ideas = _wall(1)
    boss = somebody(supervisor_of(unit), 1280)
    boss.open(f"/units/{unit.pk}/insights/")
    boss.press("Näyttö ilman kirjautumista")
    boss.press("Tee osoite")
    address = boss.page.locator("#screen-address").inner_text()
    screen = boss.page.context.browser.new_context().new_page()
    screen.goto(address)
    expect(screen.locator("#leaf")).to_contain_text(ideas[0].text)
    boss.press("Lopeta osoite")
    assert screen.goto(address).status == 404
    screen.context.close()


@pytest.mark.parametrize(
    ("width", "dark", "languages", "rules"),
    [
        (390, False, ["fi"], ALL_RULES),
        (1280, True, ["en"], ALL_RULES),
        (320, False, ["fi", "en"], RULES_OF_WIDTH),
        (1280, False, ["fi"], RULES_OF_WIDTH),
    ],
    ids=["phone", "laptop, dark", "narrow phone", "laptop"],
)
def test_every_new_page_is_free_of_axe_violations(
    live_server: Any, new_page: Callable[..., Any], width: int, dark: bool, languages: list[str], rules: Any
) -> None:
    """Filled pages, as supervisor and member, in Finnish and English, light and dark."""
    from oppipari.site.demo import fill

    links = [token for _who, token in fill()]
    home = Unit.objects.get(name="Kuusikoti")
    reading = make_reading(home, home.roles.filter(kind="supervisor").earliest("pk").person)
    for language in languages:
        for token, supervisor in ((links[0], True), (links[1], False)):
            page = new_page(width=width, dark=dark, language=language)
            page.goto(f"{live_server.url}/link/{token}/")
            page.locator("main button[type=submit]").click()
            page.wait_for_url("**/home/")
            unit = Trial.objects.filter(unit__name="Kuusikoti").values_list("unit", flat=True)[0]
            paths = [f"/units/{unit}/insights/", "/inspired/", "/inspired/?q=handover", "/inspired/?q=zzz"]
            paths += [f"/inspired/{pk}/" for pk in Trial.objects.exclude(offered_on=None).values_list("pk", flat=True)]
            for trial in Trial.objects.filter(unit=unit):
                paths.append(f"/trials/{trial.pk}/")
                if supervisor:
                    paths += [f"/trials/{trial.pk}/decide/", f"/trials/{trial.pk}/edit/"]
            if supervisor:
                paths += [
                    f"/units/{unit}/trials/new/",
                    f"/units/{unit}/insights/screen/",
                    f"/units/{unit}/insights/?tv",
                    f"/units/{unit}/reading/",
                ]
            paths += ["/my-data/", "/privacy/", f"/read/{reading}/"]
            for path in paths:
                assert page.goto(live_server.url + path).status == 200
                assert_accessible(page, rules)
