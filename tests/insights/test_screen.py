"""The wall on a television: one thing at a time, a secret address, no names, nothing that was taken back."""

import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_trials import plan, published

from oppipari.insights import actions
from oppipari.insights.models import Insight, Screen
from oppipari.insights.screen.actions import make_address
from oppipari.insights.screen.queries import leaves, leaves_of_insight
from oppipari.insights.trials.actions import start
from oppipari.organisation.errors import DomainError
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def pair() -> Any:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def named(pair: Any, text: str) -> Any:
    made = actions.write(pair, pair.members.earliest("pk").person, text)
    for place in pair.members.all():
        made = actions.approve(made, place.person, made.fingerprint, name_may_show=True)
    return made


def test_one_thing_at_a_time_turned_by_links(client: Any, pair: Any) -> None:
    unit = pair.round.unit
    first, second = published(pair, "Ensimmäinen oivallus"), published(pair, "Toinen oivallus")
    trial = start(unit, supervisor_of(unit), plan())
    client.force_login(member_of(unit), backend=BACKEND)
    address, seen, at = reverse("wall", args=[unit.pk]), [], "?tv"
    for _ in range(4):
        page = client.get(address + at).content.decode()
        seen.append([text for text in (first.text, second.text, trial.problem) if text in page])
        at = re.search(r'id="after" rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    assert seen == [[trial.problem], [second.text], [first.text], [trial.problem]]
    assert "Tiimi A" not in client.get(address + "?tv").content.decode()  # who looks after it is for the wall alone
    # Whatever stands in the address, a page comes.
    for odd in ("?tv&at=i999", "?tv&at=", "?tv&at=%00", "?tv&at=" + "9" * 400):
        assert client.get(address + odd).status_code == 200


def test_names_are_on_the_wall_and_never_on_the_secret_screen(pair: Any) -> None:
    unit, boss = pair.round.unit, supervisor_of(pair.round.unit)
    made = named(pair, "Nimetty oivallus")
    start(unit, boss, plan(carer="Fatima Hassan"))
    secret = make_address(unit, boss, "fi")
    inside, outside = Client(), Client()
    inside.force_login(boss, backend=BACKEND)
    at = f"at=i{made.pk}"
    assert made.shown_names in inside.get(f"{reverse('wall', args=[unit.pk])}?tv&{at}").content.decode()
    answer = outside.get(f"{reverse('screen', args=[secret])}?{at}")
    assert made.text in answer.content.decode()
    everything = "".join(outside.get(f"{reverse('screen', args=[secret])}?at={leaf.key}").content.decode() for leaf in leaves(unit))  # fmt: skip
    for name in (*made.shown_names.split(", "), "Fatima", boss.name, str(boss.email)):
        assert name not in everything
    # Only itself and files of the look: no way from the screen into anything else.
    links = set(re.findall(r'(?:href|src|action)="([^"]+)"', everything))
    assert all(link.startswith(("/static/", "?at=")) for link in links), links


def test_the_address_needs_no_sign_in_sets_no_cookie_and_stays_out_of_every_index(pair: Any) -> None:
    unit = pair.round.unit
    published(pair, "Oivallus")
    answer = Client().get(reverse("screen", args=[make_address(unit, supervisor_of(unit), "fi")]))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "<form" not in answer.content.decode()


def test_it_speaks_the_language_it_was_made_in(pair: Any) -> None:
    unit, boss = pair.round.unit, supervisor_of(pair.round.unit)
    published(pair, "Oivallus")
    for language, word in (("fi", "Oivallukset ja kokeilut"), ("en", "Insights and trials")):
        address = reverse("screen", args=[make_address(unit, boss, language)])
        answer = Client().get(address, headers={"accept-language": "en" if language == "fi" else "fi"})
        assert word in answer.content.decode()
        assert answer["Content-Language"] == language


def test_only_the_units_supervisor_makes_renews_and_ends_it(client: Any, pair: Any) -> None:
    unit = pair.round.unit
    boss = supervisor_of(unit)
    page, end = reverse("screen_address", args=[unit.pk]), reverse("screen_address_end", args=[unit.pk])
    for person in (member_of(unit), supervisor_of(UnitFactory(organisation=unit.organisation)), PersonFactory()):
        client.force_login(person, backend=BACKEND)
        assert {client.get(page).status_code, client.post(page).status_code, client.post(end).status_code} == {404}
        with pytest.raises(DomainError):
            make_address(unit, person, "fi")
    client.force_login(boss, backend=BACKEND)
    secrets = [re.search(r"/tv/([\w-]{43})/", client.post(page).content.decode())[1] for _ in range(2)]  # type: ignore[index]
    stored = Screen.objects.get().address_hash
    assert all(secret not in stored for secret in secrets)
    assert [Client().get(reverse("screen", args=[s])).status_code for s in secrets] == [404, 200]
    assert "/tv/" not in client.get(page).content.decode()  # shown once
    client.post(end)
    assert Client().get(reverse("screen", args=[secrets[1]])).status_code == 404
    for guess in ("x", stored, secrets[1][:-1], str(unit.pk)):
        assert Client().get(reverse("screen", args=[guess])).status_code == 404


def test_the_secret_stands_in_no_log(caplog: pytest.LogCaptureFixture, pair: Any) -> None:
    from oppipari.site.logs import NoSecretAddresses

    unit = pair.round.unit
    secret = make_address(unit, supervisor_of(unit), "fi")
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Not Found: %s", (f"/tv/{secret}/",), None)
    NoSecretAddresses().filter(record)
    assert secret not in record.getMessage()
    Screen.objects.all().delete()
    Client().get(reverse("screen", args=[secret]))
    assert secret not in caplog.text


def test_what_is_taken_back_is_gone_at_the_next_look(pair: Any) -> None:
    unit = pair.round.unit
    made, other = published(pair, "Ensimmäinen"), published(pair, "Toinen")
    address = reverse("screen", args=[make_address(unit, supervisor_of(unit), "fi")])
    actions.withdraw(made, pair.members.earliest("pk").person)
    page = Client().get(f"{address}?at=i{made.pk}").content.decode()
    assert made.text not in page
    assert other.text in page


def test_a_screen_takes_as_many_queries_with_much_on_the_wall_as_with_little(pair: Any) -> None:
    unit = pair.round.unit
    boss = supervisor_of(unit)
    address = reverse("screen", args=[make_address(unit, boss, "fi")])
    counts = []
    for number in (1, 9):
        for i in range(number):
            published(pair, f"Oivallus {number} {i}")
            start(unit, boss, plan(problem=f"Ongelma {number} {i}"))
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


def test_long_texts_have_smaller_letters_and_more_time() -> None:
    texts = ["Lyhyt.", "x " * 85, "x " * 140, "x " * 300, "x " * 380]
    shown = [leaves_of_insight(Insight(pk=1, text=text.strip())) for text in texts]
    assert [len(one) for one in shown] == [1] * 5
    assert [one[0].size for one in shown] == ["xl", "l", "m", "s", "s"]
    seconds = [one[0].seconds for one in shown]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("text", ["x" * 1000, "rivi\n" * 29 + "rivi", "a\n\n" * 14 + "a", "sana " * 199 + "loppu"])
def test_what_does_not_fit_one_leaf_goes_on_on_the_next(text: str) -> None:
    shown = leaves_of_insight(Insight(pk=7, text=text))
    assert len(shown) > 1
    assert [(one.key, one.part, one.parts) for one in shown][:2] == [("i7", 1, len(shown)), ("i7-2", 2, len(shown))]
    assert "".join("".join(one.words for one in shown).split()) == "".join(text.split())


def test_lines_count_as_much_as_letters() -> None:
    few = leaves_of_insight(Insight(pk=1, text="Luetaan ensin hiljaa kaikki."))
    many = leaves_of_insight(Insight(pk=1, text="Luetaan\nensin\nhiljaa\nkaikki\naina\noikein."))
    assert [few[0].size, many[0].size] == ["xl", "l"]


def test_a_dead_address_tells_what_to_do(client: Client) -> None:
    answer = client.get(reverse("screen", args=["x" * 43]))
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Osoite on vaihtunut" in page
    assert "Pyydä esihenkilöltä uusi." in page
    assert "screen.css" in page
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
