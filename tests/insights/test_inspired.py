"""Get inspired: offered trials of the organisation, found in three languages, tried elsewhere with their lineage."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import PersonFactory, UnitFactory, member_of, supervisor_of
from tests.insights.test_trials import plan, sent

from oppipari.insights.inspired.search import stem, terms
from oppipari.insights.models import Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome
from oppipari.organisation.models import Person, Role, Unit

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Trial.State


@pytest.fixture
def harbour() -> Unit:
    return UnitFactory(name="Satamakoti")


@pytest.fixture
def boss(harbour: Unit) -> Person:
    return supervisor_of(harbour, name="Marja Lehto")


def offered(unit: Unit, by: Person, **other: Any) -> Trial:
    made = actions.start(unit, by, replace(plan(carer="Fatima Hassan", sign="Minuutteja"), **other))
    return actions.offer(actions.decide(made, by, 1, State.ADOPTED, Outcome("Opimme jotakin.")), by)


def found(client: Any, query: str) -> list[str]:
    page = client.get(reverse("inspired"), {"q": query})
    assert page.status_code == 200
    return [t.problem for t in page.context["page"].object_list]


def test_every_member_and_coordinator_of_the_organisation_reads_what_is_offered(
    client: Any, harbour: Unit, boss: Person
) -> None:
    trial = offered(harbour, boss)
    kept = actions.start(harbour, boss, plan(problem="Vain meille"))
    elsewhere = UnitFactory(organisation=harbour.organisation)
    coordinator = PersonFactory(organisation=harbour.organisation)
    Role.objects.create(person=coordinator, kind=Role.Kind.COORDINATOR)
    administrator = PersonFactory(organisation=harbour.organisation)
    Role.objects.create(person=administrator, kind=Role.Kind.ADMINISTRATOR)
    page, one = reverse("inspired"), reverse("inspired_trial", args=[trial.pk])
    for person, list_there, one_there in (
        (member_of(elsewhere), 200, 200),
        (supervisor_of(elsewhere), 200, 200),
        (coordinator, 200, 200),
        (administrator, 404, 404),
        (member_of(UnitFactory()), 200, 404),
        (PersonFactory(organisation=harbour.organisation), 404, 404),
    ):
        client.force_login(person, backend=BACKEND)
        answer = client.get(page)
        assert (answer.status_code, client.get(one).status_code) == (list_there, one_there)
        assert client.get(reverse("inspired_trial", args=[kept.pk])).status_code == 404
        if one_there == 200:
            text = answer.content.decode() + client.get(one).content.decode()
            assert "Satamakoti" in text
            for hidden in ("Fatima Hassan", "Marja Lehto", kept.problem):
                assert hidden not in text
        else:
            assert trial.problem not in answer.content.decode()
    actions.offer_no_more(trial, boss)
    client.force_login(member_of(elsewhere), backend=BACKEND)
    assert client.get(one).status_code == 404


def test_a_search_finds_across_languages_case_and_marks(client: Any, harbour: Unit, boss: Person) -> None:
    finnish = offered(harbour, boss, problem="Vuoronvaihdossa menee kauan", what="Raportti pidetään seisten")
    swedish = offered(harbour, boss, problem="Skiftbytet drar ut på tiden", what="Stående vid tavlan", language="sv")
    english = offered(harbour, boss, problem="Medicine rounds are interrupted", what="A red vest", language="en")
    wound = offered(harbour, boss, problem="Sårvården dokumenteras olika", what="Bilder i samma ljus", language="sv")
    client.force_login(member_of(UnitFactory(organisation=harbour.organisation)), backend=BACKEND)
    both = {finnish.problem, swedish.problem}
    for query, wanted in {
        "vuoronvaihto": both, "SKIFTBYTE": both, "handover": both, "Vuoronvaihdon": both, "skiftbyten": both,
        "lääkehoito": {english.problem}, "laakehoito": {english.problem}, "medicine": {english.problem}, "medicin": {english.problem},
        "haavanhoito": {wound.problem}, "wound care": {wound.problem}, "sarvard": {wound.problem}, "Haavanhoidossa": {wound.problem},
        "handover tavlan": {swedish.problem}, "satamakoti": {t.problem for t in (finnish, swedish, english, wound)},
        "punainen": set(), "zzz": set(), "100%": set(),
    }.items():  # fmt: skip
        assert set(found(client, query)) == wanted, query
    page = client.get(reverse("inspired"), {"q": "handover"}).content.decode()
    assert "Haettiin myös:" in page
    assert "vuoronvaihto" in page
    assert '<h2 class="ds-heading" data-size="xs" lang="sv" dir="auto">' in page


def test_odd_searches_get_an_answer(client: Any, harbour: Unit, boss: Person) -> None:
    offered(harbour, boss)
    client.force_login(boss, backend=BACKEND)
    for query in ("", " ", "x" * 5000, "<script>alert(1)</script>", "%", "' OR 1=1 --", "\u202e", "🙂", "a " * 200):
        answer = client.get(reverse("inspired"), {"q": query})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
    for page in ("0", "-1", "999", "x", ""):
        assert client.get(reverse("inspired"), {"page": page}).status_code == 200
    assert "Näillä sanoilla ei löytynyt" in client.get(reverse("inspired"), {"q": "zzz"}).content.decode()


def test_newest_come_first_twenty_a_page(client: Any, harbour: Unit, boss: Person) -> None:
    names = [f"Ongelma {i:02}" for i in range(23)]
    for name in names:
        offered(harbour, boss, problem=name)
    client.force_login(boss, backend=BACKEND)
    assert found(client, "ongelma") == names[:2:-1]
    second = client.get(reverse("inspired"), {"q": "ongelma", "page": 2})
    assert [t.problem for t in second.context["page"].object_list] == names[2::-1]
    assert "q=ongelma" in second.content.decode()


def test_try_this_too_starts_elsewhere_and_keeps_the_lineage(client: Any, harbour: Unit, boss: Person) -> None:
    trial = offered(harbour, boss, language="sv", sign="Minuter")
    unit = UnitFactory(organisation=harbour.organisation)
    other = supervisor_of(unit)
    client.force_login(member_of(unit), backend=BACKEND)
    one, new = reverse("inspired_trial", args=[trial.pk]), reverse("trial_new", args=[unit.pk])
    assert "Kerro esihenkilöllesi" in client.get(one).content.decode()
    client.force_login(other, backend=BACKEND)
    assert f"{new}?from={trial.pk}" in client.get(one).content.decode()
    form = client.get(f"{new}?from={trial.pk}").content.decode()
    for text in (trial.problem, trial.what, "Minuter", "Ajatus tulee yksiköstä Satamakoti"):
        assert text in form
    assert "Fatima" not in form
    client.post(new, sent(**{"from": trial.pk}))
    made = Trial.objects.get(unit=unit)
    assert (made.parent, made.from_unit) == (trial, "Satamakoti")
    page = client.get(reverse("trial", args=[made.pk])).content.decode()
    assert "Ajatus tuli yksiköstä Satamakoti, jossa sitä kokeiltiin" in page
    # The others stop offering it, and then remove it: the lineage stays, and says so.
    actions.offer_no_more(trial, boss)
    assert client.get(f"{new}?from={trial.pk}").content.decode().count("Satamakoti") == 0
    actions.remove(trial, boss)
    assert "jonka omaa kokeilua ei enää ole" in client.get(reverse("trial", args=[made.pk])).content.decode()


def test_a_trial_that_is_not_offered_is_no_beginning_for_others(client: Any, harbour: Unit, boss: Person) -> None:
    hidden = actions.start(harbour, boss, plan(problem="Salainen ongelma"))
    unit = UnitFactory(organisation=harbour.organisation)
    client.force_login(supervisor_of(unit), backend=BACKEND)
    assert (
        "Salainen ongelma"
        not in client.get(f"{reverse('trial_new', args=[unit.pk])}?from={hidden.pk}").content.decode()
    )
    client.post(reverse("trial_new", args=[unit.pk]), sent(**{"from": hidden.pk}))
    assert Trial.objects.get(unit=unit).parent is None


def test_words_and_what_they_mean() -> None:
    assert [stem(w) for w in ("uni", "lääke", "vuoronvaihto", "wound care")] == [
        "uni",
        "lääk",
        "vuoronvai",
        "woun care",
    ]
    assert [t.wanted for t in terms("Wound Care")] == ["wound care"]
    assert {"Haavanhoito", "Sårvård"} <= set(terms("Wound Care")[0].others)
    assert terms("  ") == []
    assert len(terms("yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän")) == 8
