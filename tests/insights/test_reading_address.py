"""The unit's reading address: the wall and the closing pages without an account, without names, and nothing else."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.clock import ZONE
from tests.evaluation.scene import TEXTS, a_unit, closed
from tests.factories import PersonFactory, RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_trials import plan, published

from oppipari.insights import actions
from oppipari.insights.lets_try.actions import say, tell_counts
from oppipari.insights.models import Insight, LetsTry
from oppipari.insights.reading.actions import PRESSES_AN_HOUR
from oppipari.insights.trials.actions import start
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import ReadingAddress
from oppipari.organisation.reading.actions import make_address
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TUESDAY = datetime(2027, 1, 19, 8, 5, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _no_limits_yet() -> None:
    cache.clear()


@pytest.fixture
def pair() -> Any:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def idea(pair: Any) -> Insight:
    return published(pair, "Viisi hiljaista minuuttia")


def address_of(unit: Any) -> str:
    return reverse("reading", args=[make_address(unit, supervisor_of(unit))])


def press(client: Client, address: str, idea: Insight, on: str = "1", fresh: str | None = None) -> Any:
    """Press the button as it stands on the page (or with another mark of the page)."""
    page = client.get(address).content.decode()
    found = re.search(r'name="fresh" value="([^"]+)"', page)
    sent = {"on": on, "fresh": fresh if fresh is not None else found[1] if found else ""}
    return client.post(f"{address}lets-try/{idea.pk}/", sent)


def test_the_wall_is_read_without_an_account_and_without_names(pair: Any) -> None:
    unit = pair.round.unit
    boss = supervisor_of(unit)
    made = actions.write(pair, pair.members.earliest("pk").person, "Nimetty oivallus")
    for place in pair.members.all():
        made = actions.approve(made, place.person, made.fingerprint, name_may_show=True)
    assert made.shown_names
    trial = start(unit, boss, plan(carer="Fatima Hassan"))
    secret = make_address(unit, boss)
    answer = Client().get(reverse("reading", args=[secret]))
    page = answer.content.decode()
    assert all(text in page for text in (made.text, trial.problem, trial.what))
    for name in (*made.shown_names.split(", "), "Fatima", boss.name, str(boss.email)):
        assert name not in page
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "sessionid" not in answer.cookies
    assert "reader" not in answer.cookies
    # Only itself, the look, the language, and the way to sign in: nothing that needs an account.
    links = set(re.findall(r'(?:href|src|action)="([^"]+)"', page))
    allowed = ("/static/", f"/read/{secret}/", "#", "/language/", "/sign-in/")
    assert all(link == "/" or link.startswith(allowed) or "privacy" in link for link in links), links


def test_it_speaks_the_readers_language(pair: Any) -> None:
    address = address_of(pair.round.unit)
    for language, word in (
        ("fi", "Oivallukset ja kokeilut"),
        ("sv", "Insikter och försök"),
        ("en", "Insights and trials"),
    ):
        assert word in Client(headers={"accept-language": language}).get(address).content.decode()


def test_what_a_closed_round_brought_is_read_there_and_open_answers_are_not() -> None:
    unit, boss = a_unit()
    round_ = closed(unit, boss, "Kevät")
    for insight in Insight.objects.all():
        Insight.objects.filter(pk=insight.pk).update(shown_names="Nimi Näkyvä")
    secret = make_address(unit, boss)
    wall = Client().get(reverse("reading", args=[secret])).content.decode()
    address = reverse("reading_closing", args=[secret, round_.pk])
    assert address in wall
    page = Client().get(address).content.decode()
    own = Client()
    own.force_login(boss, backend=BACKEND)
    signed_in = own.get(reverse("round_closing", args=[round_.pk])).content.decode()
    assert "Haavakuvat samasta kulmasta ja samassa valossa." in page
    assert "hiljaista minuuttia kirjausten lukemiseen" in page
    assert TEXTS[0] in signed_in
    assert not [text for text in TEXTS if text in page]
    assert "Nimi Näkyvä" in signed_in
    assert "Nimi Näkyvä" not in page
    links = set(re.findall(r'(?:href|src|action)="([^"]+)"', page))
    allowed = ("/static/", f"/read/{secret}/", "#", "/language/", "/sign-in/")
    assert all(link == "/" or link.startswith(allowed) or "privacy" in link for link in links), links


def test_it_opens_nothing_of_open_rounds_and_nothing_of_other_units() -> None:
    unit, boss = a_unit()
    secret = make_address(unit, boss)
    running = RoundFactory(unit=unit, state=Round.State.EVALUATING)
    elsewhere, other_boss = a_unit()
    others = closed(elsewhere, other_boss, "Muualla")
    foreign = Insight.objects.get(unit=elsewhere)
    client = Client()
    for round_ in (running, others):
        assert client.get(reverse("reading_closing", args=[secret, round_.pk])).status_code == 404
    assert foreign.text not in client.get(reverse("reading", args=[secret])).content.decode()
    press(client, reverse("reading", args=[secret]), foreign)
    assert not LetsTry.objects.exists()


def test_only_the_units_supervisor_makes_renews_and_ends_it(client: Any, pair: Any) -> None:
    unit = pair.round.unit
    boss = supervisor_of(unit)
    page, end = reverse("reading_address", args=[unit.pk]), reverse("reading_address_end", args=[unit.pk])
    for person in (member_of(unit), supervisor_of(UnitFactory(organisation=unit.organisation)), PersonFactory()):
        client.force_login(person, backend=BACKEND)
        assert {client.get(page).status_code, client.post(page).status_code, client.post(end).status_code} == {404}
        with pytest.raises(DomainError):
            make_address(unit, person)
    client.force_login(boss, backend=BACKEND)
    made = [client.post(page).content.decode() for _ in range(2)]
    secrets = [re.search(r"/read/([\w-]{43})/", text)[1] for text in made]  # type: ignore[index]
    assert all("<svg" in text for text in made)  # the QR code
    stored = ReadingAddress.objects.get().address_hash
    assert all(secret not in stored for secret in secrets)
    assert [Client().get(reverse("reading", args=[s])).status_code for s in secrets] == [404, 200]
    assert "/read/" not in client.get(page).content.decode()  # shown once
    client.post(end)
    gone = Client().get(reverse("reading", args=[secrets[1]]))
    assert gone.status_code == 404
    assert secrets[1] not in gone.content.decode()
    for guess in ("x", stored, secrets[1][:-1], str(unit.pk)):
        assert Client().get(reverse("reading", args=[guess])).status_code == 404


def test_a_wrong_secret_is_asked_for_once_and_answered_like_an_ended_one(pair: Any, idea: Insight) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        wrong = Client().post(f"/read/{'x' * 43}/lets-try/{idea.pk}/", {"on": "1"})
    assert wrong.status_code == 404
    assert sum("readingaddress" in q["sql"] for q in asked.captured_queries) == 1
    assert not LetsTry.objects.exists()


def test_a_press_counts_once_a_browser_and_can_be_taken_back(pair: Any, idea: Insight) -> None:
    address = address_of(pair.round.unit)
    phone, other = Client(), Client()
    for _ in range(3):
        assert press(phone, address, idea).url == f"{address}#insight-{idea.pk}"
    assert LetsTry.objects.filter(by_browser=True).count() == 1
    assert "Sanoit: kokeillaan!" in phone.get(address).content.decode()
    assert "Sanoit: kokeillaan!" not in other.get(address).content.decode()
    press(other, address, idea)
    assert LetsTry.objects.count() == 2
    press(phone, address, idea, on="0")
    press(phone, address, idea, on="0")
    assert LetsTry.objects.count() == 1
    cookie = phone.cookies["reader"]
    assert cookie["httponly"]
    assert cookie["path"] == "/read/"
    assert cookie["samesite"] == "Lax"


def test_a_double_click_before_there_is_a_cookie_is_one_press(pair: Any, idea: Insight) -> None:
    address = address_of(pair.round.unit)
    page = Client().get(address).content.decode()
    fresh = re.search(r'name="fresh" value="([^"]+)"', page)[1]  # type: ignore[index]
    for _ in range(2):
        Client().post(f"{address}lets-try/{idea.pk}/", {"on": "1", "fresh": fresh})
    assert LetsTry.objects.count() == 1


def test_a_made_up_browser_presses_nothing(pair: Any, idea: Insight) -> None:
    address = address_of(pair.round.unit)
    for number in range(5):
        client = Client()
        client.cookies["reader"] = f"made-up-{number}"
        client.post(f"{address}lets-try/{idea.pk}/", {"on": "1", "fresh": f"made-up-{number}"})
    assert not LetsTry.objects.exists()


def test_so_many_presses_an_hour_come_from_one_place(pair: Any, idea: Insight) -> None:
    address = address_of(pair.round.unit)
    page = Client().get(address).content.decode()
    fresh = re.search(r'name="fresh" value="([^"]+)"', page)[1]  # type: ignore[index]
    script = Client()
    for turn in range(PRESSES_AN_HOUR):
        script.post(f"{address}lets-try/{idea.pk}/", {"on": f"{turn % 2}", "fresh": fresh})
    before = LetsTry.objects.count()
    late = Client()
    answer = press(late, address, idea)
    assert LetsTry.objects.count() == before
    assert "hyvin monta kertaa" in late.get(answer.url).content.decode()
    # From somewhere else it still counts.
    page = Client().get(address).content.decode()
    fresh = re.search(r'name="fresh" value="([^"]+)"', page)[1]  # type: ignore[index]
    Client(REMOTE_ADDR="192.0.2.7").post(f"{address}lets-try/{idea.pk}/", {"on": "1", "fresh": fresh})
    assert LetsTry.objects.count() == before + 1


def test_browsers_are_told_apart_from_colleagues_on_working_mornings_from_three_on(
    client: Any, pair: Any, idea: Insight
) -> None:
    unit = pair.round.unit
    address = address_of(unit)
    for _ in range(2):
        press(Client(), address, idea)
    tell_counts(TUESDAY)
    idea.refresh_from_db()
    assert (idea.lets_try_told, idea.lets_try_read) == (0, 0)
    press(Client(), address, idea)
    idea.refresh_from_db()
    assert idea.lets_try_read == 0  # nothing moves at the moment of a press
    people = [member_of(unit) for _ in range(7)]
    for person in people[:4]:
        say(idea, person, on=True)
    tell_counts(TUESDAY + timedelta(days=1))
    idea.refresh_from_db()
    assert (idea.lets_try_told, idea.lets_try_read) == (4, 3)
    apart = ("Vähintään 4 työkaveria sanoo: kokeillaan!", "Lukuosoitteesta kokeillaan-nappia on painettu 3 selaimella")
    client.force_login(people[6], backend=BACKEND)
    for page in (client.get(reverse("wall", args=[unit.pk])), Client().get(address)):
        assert all(text in page.content.decode() for text in apart)
    # An edit takes the presses along.
    actions.edit(idea, pair.members.earliest("pk").person, idea.version, "Toinen ajatus")
    idea.refresh_from_db()
    assert (idea.lets_try_told, idea.lets_try_read, LetsTry.objects.count()) == (0, 0, 0)


def test_the_database_tells_neither_which_browser_nor_in_which_order(pair: Any, idea: Insight, settings: Any) -> None:
    address = address_of(pair.round.unit)
    phone = Client()
    press(phone, address, idea)
    row = LetsTry.objects.get()
    known = phone.cookies["reader"].value
    assert row.key not in known
    assert not [part for part in known.split(":") if part in row.key]
    assert len({f.name for f in LetsTry._meta.fields} - {"id", "insight", "key", "by_browser"}) == 0


def test_pages_cost_as_many_queries_with_many_ideas_as_with_few(pair: Any) -> None:
    address = address_of(pair.round.unit)
    reader = Client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            reader.get(address)
        return len(asked)

    press(reader, address, published(pair, "Ensimmäinen"))
    few = cost()
    for number in range(6):
        published(pair, f"Ajatus {number}")
    assert cost() == few


def test_the_closing_page_says_whether_the_others_can_read_it(client: Any) -> None:
    unit, boss = a_unit()
    round_ = closed(unit, boss, "Kevät")
    client.force_login(boss, backend=BACKEND)
    pages = [reverse("round_closing", args=[round_.pk]), reverse("round_evaluation", args=[round_.pk])]
    for page in pages:
        text = client.get(page).content.decode()
        assert "anna yksikölle lukuosoite" in text
        assert reverse("reading_address", args=[unit.pk]) in text
    make_address(unit, boss)
    for page in pages:
        text = client.get(page).content.decode()
        assert "anna yksikölle lukuosoite" not in text
        assert "lukuosoitteesta" in text


def test_who_approves_an_insight_reads_before_that_it_may_be_read_without_signing_in(client: Any, pair: Any) -> None:
    person = pair.members.earliest("pk").person
    draft = actions.write(pair, person, "Ajatus")
    client.force_login(person, backend=BACKEND)
    assert "osoitteessa, joka aukeaa kirjautumatta" in client.get(reverse("insight", args=[draft.pk])).content.decode()
