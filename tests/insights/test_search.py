"""Searching offered trials: other forms of a word, other languages, some of the words, and nothing to search for."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UnitFactory, member_of, supervisor_of
from tests.insights.test_inspired import BACKEND, found, offered

from oppipari.insights.inspired.search import terms
from oppipari.organisation.models import Person, Unit

pytestmark = pytest.mark.django_db

CALLS = "Omaiset soittavat samoista asioista moneen kertaan"


@pytest.fixture
def boss() -> Person:
    unit: Unit = UnitFactory(name="Satamakoti")
    return supervisor_of(unit)


@pytest.fixture
def reader(client: Any, boss: Person) -> Any:
    """Somebody of another unit, signed in."""
    client.force_login(member_of(UnitFactory(organisation=boss.organisation)), backend=BACKEND)
    return client


def tried(boss: Person, problem: str, **other: Any) -> str:
    unit = Unit.objects.get(name="Satamakoti")
    return offered(unit, boss, problem=problem, what=other.pop("what", "Sovittiin hetki"), **other).problem


@pytest.mark.parametrize(
    "query",
    [
        "anhörig", "anhöriga", "anhörigas", "närstående", "relatives", "relative", "families", "family", "omaisille",
        "call", "calls", "calling", "phone", "phones", "phone call", "relatives call", "anhöriga ringer",
        "ringer", "ringde", "samtal", "samtalen", "telefonen", "puhelinsoitot", "puhelut", "soittaminen", "SOITTAVAT",
    ],
)  # fmt: skip
def test_a_finnish_trial_is_found_with_other_forms_and_other_languages(reader: Any, boss: Person, query: str) -> None:
    tried(boss, "Kahvi loppuu")
    wanted = tried(boss, CALLS)
    assert found(reader, query) == [wanted]


@pytest.mark.parametrize(("query", "text"), [
    ("boenden", "Boendet är bullrigt"), ("tavlorna", "Tavlan är full"), ("rapporter", "Rapporten drar ut på tiden"),
    ("resident", "Residents wait for lunch"), ("boxes", "A box for every key"), ("keys", "A box for every key"),
    ("waited", "Residents wait for lunch"), ("activities", "An activity a day"), ("activity", "Activities stop"), ("uni", "Yöllä nukkuminen on katkonaista"),
])  # fmt: skip
def test_swedish_and_english_forms(reader: Any, boss: Person, query: str, text: str) -> None:
    tried(boss, "Kahvi loppuu")
    wanted = tried(boss, text)
    assert found(reader, query) == [wanted]


@pytest.mark.parametrize(("query", "text"), [
    ("ringer", "Förändring tar tid"), ("möte", "Motorn i sängen låter"), ("keys", "Turkey for Christmas"),
    ("ab", "Labra on kaukana"), ("a", "Kahvi loppuu"),
])  # fmt: skip
def test_a_short_beginning_is_not_found_inside_other_words(reader: Any, boss: Person, query: str, text: str) -> None:
    tried(boss, text)
    assert found(reader, query) == []


def test_some_of_the_words_are_better_than_nothing_and_the_page_says_so(reader: Any, boss: Person) -> None:
    one = tried(boss, "Raportti venyy")
    both = tried(boss, "Raportti keskeytyy", what="Punainen liivi")
    newest = tried(boss, "Liivi katoaa")
    tried(boss, "Kahvi loppuu")
    assert found(reader, "punainen raportti") == [both]
    page = reader.get(reverse("inspired"), {"q": "raportti liivi helikopteri"})
    assert [t.problem for t in page.context["page"].object_list] == [both, newest, one]
    assert "Kaikkia sanoja ei löytynyt mistään kokeilusta" in page.content.decode()
    assert "Kaikkia sanoja" not in reader.get(reverse("inspired"), {"q": "punainen raportti"}).content.decode()
    assert found(reader, "helikopteri laiva") == []


def test_small_words_neither_narrow_nor_widen_a_search(reader: Any, boss: Person) -> None:
    wanted = tried(boss, CALLS)
    tried(boss, "The coffee is over", language="en")
    assert found(reader, "the calls of relatives") == [wanted]
    assert found(reader, "omaiset ja samat asiat") == [wanted]
    assert [t.wanted for t in terms("the")] == ["the"]


@pytest.mark.parametrize("query", ["%", '"', "🙂", "_", "- -", "'", "\u202e"])
def test_where_there_is_nothing_to_search_for_it_says_so(reader: Any, boss: Person, query: str) -> None:
    wanted = tried(boss, CALLS)
    page = reader.get(reverse("inspired"), {"q": query})
    assert "Kirjoita jokin sana, jota etsit" in page.content.decode()
    assert "kokeilu löytyi" not in page.content.decode()
    assert [t.problem for t in page.context["page"].object_list] == [wanted]
