"""A trial: started, mended, decided on its day, offered; its lineage; and words that are taken back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.insights import actions as insights
from oppipari.insights.models import Insight, Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome, Plan
from oppipari.insights.trials.queries import shelf
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person, Unit
from oppipari.privacy.actions import erase_me
from oppipari.rounds.models import Round
from oppipari.site.pages import todos_for_person, todos_for_round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State, Evidence = Trial.State, Trial.Evidence


def plan(**other: Any) -> Plan:
    return replace(
        Plan(
            problem="Raportti venyy",
            what="Luetaan ensin, puhutaan sitten",
            carer="Tiimi A",
            until=timezone.localdate() + timedelta(days=28),
            sign="Minuutteja vuoronvaihdossa",
            evidence=Evidence.NUMBER,
            before_words="",
            before_number=Decimal(22),
            language="fi",
        ),
        **other,
    )


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(name="Kuusikoti")


@pytest.fixture
def boss(unit: Unit) -> Person:
    return supervisor_of(unit)


def sent(**other: Any) -> dict[str, Any]:
    """What the form sends."""
    return {
        "problem": "Raportti venyy", "what": "Luetaan ensin", "carer": "", "until": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "sign": "Minuutteja", "evidence": "number", "before_number": "22,5", "before_words": "", "language": "fi",
    } | other  # fmt: skip


def let_days_pass(trial: Trial, days: int) -> Trial:
    Trial.objects.filter(pk=trial.pk).update(until=trial.until - timedelta(days=days))
    trial.refresh_from_db()
    return trial


def published(pair: Any, text: str) -> Insight:
    made = insights.write(pair, pair.members.earliest("pk").person, text)
    for place in pair.members.all():
        made = insights.approve(made, place.person, made.fingerprint)
    return made


def test_a_trial_is_started_read_by_the_unit_and_by_nobody_else(client: Any, unit: Unit, boss: Person) -> None:
    client.force_login(boss, backend=BACKEND)
    answer = client.post(reverse("trial_new", args=[unit.pk]), sent())
    made = Trial.objects.get()
    assert answer.url == reverse("trial", args=[made.pk])
    assert (made.before_number, made.state) == (Decimal("22.5"), State.RUNNING)
    elsewhere = UnitFactory(organisation=unit.organisation)
    for person, status in ((member_of(unit), 200), (supervisor_of(elsewhere), 404), (member_of(UnitFactory()), 404)):
        client.force_login(person, backend=BACKEND)
        page = client.get(reverse("trial", args=[made.pk]))
        assert page.status_code == status
        for name in ("trial_edit", "trial_decide"):
            assert client.get(reverse(name, args=[made.pk])).status_code == 404
        for name in ("trial_edit", "trial_decide", "trial_offer", "trial_remove"):
            assert client.post(reverse(name, args=[made.pk]), sent(version=1, choice="dropped", learnt="x")).status_code == 404  # fmt: skip
        assert client.get(reverse("trial_new", args=[unit.pk])).status_code == 404
        if status == 200:
            assert "22,5" in page.content.decode()
    made.refresh_from_db()
    assert (made.version, made.state) == (1, State.RUNNING)


def test_two_presses_make_one_trial(unit: Unit, boss: Person) -> None:
    assert actions.start(unit, boss, plan()) == actions.start(unit, boss, plan())


def test_what_is_amiss_is_told_at_its_field_and_nothing_typed_is_lost(client: Any, unit: Unit, boss: Person) -> None:
    client.force_login(boss, backend=BACKEND)
    long = "pitkä " * 60
    for wrong, told in (
        ({"problem": ""}, "Kerro, minkä ongelman haluatte ratkaista"),
        ({"problem": long}, "Tekstissä on 359 merkkiä; enintään 300 mahtuu"),
        ({"what": "a\n" * 400}, "Tekstissä on 400 riviä; enintään 30 mahtuu"),
        ({"what": "🙂🙂"}, "Kerro, mitä kokeilette."),
        ({"until": timezone.localdate().isoformat()}, "Valitse päivä, joka on vielä edessä."),
        ({"until": "2999-01-01"}, "Kokeilu kestää enintään vuoden"),
        ({"until": "huomenna"}, "Kirjoita päivä näin"),
        ({"before_number": "paljon"}, "Kirjoita luku, esimerkiksi 12 tai 3,5."),
        ({"before_number": "NaN"}, "Kirjoita luku, esimerkiksi 12 tai 3,5."),
        ({"before_number": "1e9"}, "Kirjoita luku, esimerkiksi 12 tai 3,5."),
        ({"language": "xx"}, "error"),
    ):
        page = client.post(reverse("trial_new", args=[unit.pk]), sent(**wrong)).content.decode()
        assert told in page, wrong
        assert 'id="errors"' in page
        for text in sent(**wrong).values():
            if text != "xx":
                assert text.strip() in page, (wrong, text)
    assert not Trial.objects.exists()


def test_from_an_insight_its_text_is_filled_in(client: Any, unit: Unit, boss: Person) -> None:
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    idea = published(pair, "Viisi hiljaista minuuttia ennen raporttia")
    draft = insights.write(pair, pair.members.earliest("pk").person, "Vielä keskeneräinen")
    client.force_login(boss, backend=BACKEND)
    address = reverse("trial_new", args=[unit.pk])
    assert idea.text in client.get(f"{address}?insight={idea.pk}").content.decode()
    for none in (draft.pk, 10**30, "x", "²", ""):
        page = client.get(f"{address}?insight={none}&from={none}").content.decode()
        assert draft.text not in page
    client.post(address, sent(what=idea.text, insight=idea.pk))
    trial = Trial.objects.get()
    assert (trial.insight, trial.what) == (idea, idea.text)
    assert "Se lähti oivalluksesta" in client.get(reverse("trial", args=[trial.pk])).content.decode()


def test_a_taken_back_insight_takes_its_words_along(client: Any, unit: Unit, boss: Person) -> None:
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    idea = published(pair, "Viisi hiljaista minuuttia ennen raporttia")
    verbatim = actions.start(unit, boss, plan(what=idea.text), insight=idea)
    own_words = actions.start(unit, boss, plan(what="Luetaan ensin, ilman puhetta"), insight=idea)
    mixed = actions.start(unit, boss, plan(what=f"{idea.text}. Aloitetaan aamuvuorosta."), insight=idea)
    unrelated = actions.start(unit, boss, plan(problem="Toinen", what=idea.text))
    insights.withdraw(idea, pair.members.latest("pk").person)
    for trial in (verbatim, own_words, mixed, unrelated):
        trial.refresh_from_db()
    assert verbatim.what == ""
    assert own_words.what == "Luetaan ensin, ilman puhetta"
    assert mixed.what == "Aloitetaan aamuvuorosta."
    assert unrelated.what == idea.text  # nothing leads from it to the insight
    assert not Trial.objects.exclude(insight=None).exists()
    assert "hiljaista" not in verbatim.searched
    # Nothing of it is on any page, and the supervisor is asked for words of their own.
    assert any("oivallus vedettiin takaisin" in t.text.lower() for t in todos_for_person(boss))
    client.force_login(boss, backend=BACKEND)
    assert idea.text not in client.get(reverse("trial", args=[verbatim.pk])).content.decode()
    actions.decide(verbatim, boss, verbatim.version, State.ADOPTED, Outcome("Auttoi."))
    with pytest.raises(DomainError, match="omin sanoin"):
        actions.offer(verbatim, boss)


def test_a_pairs_words_never_go_to_other_units(client: Any, unit: Unit, boss: Person) -> None:
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    idea = published(pair, "Viisi hiljaista minuuttia ennen raporttia")
    trial = actions.start(unit, boss, plan(what=f"Näin: {idea.text}!"), insight=idea)
    trial = actions.decide(trial, boss, 1, State.ADOPTED, Outcome("Auttoi."))
    client.force_login(boss, backend=BACKEND)
    page = client.post(reverse("trial_offer", args=[trial.pk]), follow=True).content.decode()
    assert "pari jakoi ne omalle yksikölle" in page
    trial = actions.change(trial, boss, trial.version, plan(what="Luetaan ensin hiljaa"))
    trial = actions.offer(trial, boss)
    # Nor by way of mending what is offered already.
    edited = client.post(reverse("trial_edit", args=[trial.pk]), sent(what=idea.text, version=trial.version))
    assert "pari jakoi ne omalle yksikölle" in edited.content.decode()
    assert Trial.objects.get().what == "Luetaan ensin hiljaa"


def test_before_it_is_offered_the_text_is_looked_at(client: Any, unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan(what="Kysyttiin Maijalta huoneessa 12"))
    actions.decide(trial, boss, 1, State.ADOPTED, Outcome("Pekka oppi."))
    for person, sees in ((boss, True), (member_of(unit), False)):
        client.force_login(person, backend=BACKEND)
        page = client.get(reverse("trial", args=[trial.pk])).content.decode()
        assert [f'<q dir="auto">{words}</q>' in page for words in ("Maijalta", "huoneessa 12", "Pekka")] == [sees] * 3
    client.force_login(boss, backend=BACKEND)
    client.post(reverse("trial_offer", args=[trial.pk]))
    assert Trial.objects.get().offered_on  # it blocks nothing


def test_an_edited_insight_leaves_trials_until_they_have_words_of_their_own(unit: Unit, boss: Person) -> None:
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    idea = published(pair, "Viisi hiljaista minuuttia")
    trial = actions.start(unit, boss, plan(what=idea.text), insight=idea)
    insights.edit(idea, pair.members.earliest("pk").person, idea.version, "Kuusi hiljaista minuuttia")
    opened_before = trial.version
    trial.refresh_from_db()
    assert trial.what == ""
    with pytest.raises(StaleEdit):  # a form that was open meanwhile does not bring the words back unseen
        actions.change(trial, boss, opened_before, plan(what=idea.text))


def test_an_insight_taken_back_while_the_form_was_open_is_told(client: Any, unit: Unit, boss: Person) -> None:
    pair = pair_of(RoundFactory(unit=unit, state=Round.State.MEETING))
    idea = published(pair, "Viisi hiljaista minuuttia")
    client.force_login(boss, backend=BACKEND)
    insights.withdraw(idea, pair.members.earliest("pk").person)
    page = client.post(reverse("trial_new", args=[unit.pk]), sent(what=idea.text, insight=idea.pk)).content.decode()
    assert "Oivallus ehdittiin vetää takaisin" in page
    assert "Raportti venyy" in page
    assert not Trial.objects.exists()


def test_on_the_day_a_choice_is_due(client: Any, unit: Unit, boss: Person) -> None:
    round_ = RoundFactory(unit=unit, state=Round.State.MEETING)
    trial = actions.start(unit, boss, plan())
    assert not shelf(unit).due
    assert not [t for t in todos_for_person(boss) if "päivä on tullut" in t.text]
    let_days_pass(trial, 28)
    assert shelf(unit).due == [trial]
    for todos in (todos_for_person(boss), todos_for_round(round_, boss)):
        assert [t.url for t in todos if "päivä on tullut" in t.text] == [reverse("trial_decide", args=[trial.pk])]
    assert not [t for t in todos_for_person(member_of(unit)) if "päivä on tullut" in t.text]
    client.force_login(boss, backend=BACKEND)
    address = reverse("trial_decide", args=[trial.pk])
    page = client.post(address, {"version": 1, "choice": "adopted", "learnt": "", "after_number": "12"}).content.decode()  # fmt: skip
    assert "Kirjoita lauseella tai kahdella, mitä opitte." in page
    assert 'value="12"' in page
    assert "Valitse yksi" in client.post(address, {"version": 1, "learnt": "x"}).content.decode()
    client.post(address, {"version": 1, "choice": "adopted", "learnt": "Auttoi. Jatketaan.", "after_number": "12,5"})
    trial.refresh_from_db()
    assert (trial.state, trial.after_number, trial.decided_on, trial.carer) == (State.ADOPTED, Decimal("12.5"), timezone.localdate(), "")  # fmt: skip
    assert not [t for t in todos_for_person(boss) if "päivä on tullut" in t.text]
    wall = client.get(reverse("wall", args=[unit.pk])).content.decode()
    assert "Auttoi. Jatketaan." in wall
    assert "12,5" in wall


def test_it_is_extended_once(client: Any, unit: Unit, boss: Person) -> None:
    trial = let_days_pass(actions.start(unit, boss, plan()), 28)
    client.force_login(boss, backend=BACKEND)
    address, today = reverse("trial_decide", args=[trial.pk]), timezone.localdate()
    assert (
        "Valitse, mihin asti kokeilette." in client.post(address, {"version": 1, "choice": "extend"}).content.decode()
    )
    past = client.post(address, {"version": 1, "choice": "extend", "until": today.isoformat()}).content.decode()
    assert "Valitse päivä, joka on vielä edessä." in past
    client.post(address, {"version": 1, "choice": "extend", "until": (today + timedelta(days=14)).isoformat()})
    trial.refresh_from_db()
    assert (trial.extended, trial.until, trial.state) == (True, today + timedelta(days=14), State.RUNNING)
    let_days_pass(trial, 14)
    assert "Kokeillaan vielä" not in client.get(address).content.decode()
    with pytest.raises(DomainError, match="kerran"):
        actions.extend(trial, boss, trial.version, today + timedelta(days=30))


def test_a_decision_can_be_changed_and_not_taken_back(unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan(evidence=Evidence.WORDS, before_words="Kiire"))
    trial = actions.decide(trial, boss, 1, State.DROPPED, Outcome("Ei auttanut.", after_words="Kiire"))
    trial = actions.decide(trial, boss, 2, State.ADAPTED, Outcome("Auttoi sittenkin.", after_words="Rauha"))
    assert (trial.state, trial.after_words) == (State.ADAPTED, "Rauha")
    with pytest.raises(DomainError):
        actions.extend(trial, boss, trial.version, timezone.localdate() + timedelta(days=9))


def test_two_who_write_at_once_lose_nothing(client: Any, unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan())
    actions.change(trial, boss, 1, plan(problem="Toisen esihenkilön teksti"))
    client.force_login(boss, backend=BACKEND)
    page = client.post(
        reverse("trial_edit", args=[trial.pk]), sent(problem="Minun tekstini", version=1)
    ).content.decode()
    assert "Kokeilu muuttui välillä" in page
    assert "Toisen esihenkilön teksti" in page
    assert "Minun tekstini" in page
    for address in ("trial_edit", "trial_decide"):
        assert client.post(reverse(address, args=[trial.pk]), sent(version="x" * 30)).status_code == 200


def test_mending_keeps_the_day(client: Any, unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan())
    client.force_login(boss, backend=BACKEND)
    assert 'name="until"' not in client.get(reverse("trial_edit", args=[trial.pk])).content.decode()
    client.post(reverse("trial_edit", args=[trial.pk]), sent(problem="Korjattu", version=1, until="2999-01-01"))
    after = Trial.objects.get()
    assert (after.problem, after.until) == ("Korjattu", trial.until)


def test_only_a_decided_trial_is_offered(client: Any, unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan())
    client.force_login(boss, backend=BACKEND)
    page = client.post(reverse("trial_offer", args=[trial.pk]), follow=True).content.decode()
    assert "Kokeilun voi tarjota muille, kun olette päättäneet siitä." in page
    trial = actions.decide(trial, boss, 1, State.DROPPED, Outcome("Ei auttanut."))
    client.post(reverse("trial_offer", args=[trial.pk]))
    assert Trial.objects.get().offered_on == timezone.localdate()
    client.post(reverse("trial_offer", args=[trial.pk]), {"offer": "0"})
    assert Trial.objects.get().offered_on is None


def test_who_looked_after_it_goes_with_the_person(unit: Unit, boss: Person) -> None:
    gone = member_of(unit, name="Fatima Hassan")
    named = actions.start(unit, boss, plan(carer="Fatima ja Olli"))
    team = actions.start(unit, boss, plan(problem="Toinen", carer="Tiimi Fatimanmäki"))
    elsewhere = UnitFactory(organisation=unit.organisation)
    other = actions.start(elsewhere, supervisor_of(elsewhere), plan(carer="Fatima"))
    erase_me(gone)
    assert [Trial.objects.get(pk=t.pk).carer for t in (named, team, other)] == ["", "Tiimi Fatimanmäki", "Fatima"]


def test_the_pages_take_as_many_queries_with_many_trials_as_with_few(client: Any, unit: Unit, boss: Person) -> None:
    RoundFactory(unit=unit, state=Round.State.MEETING)
    client.force_login(boss, backend=BACKEND)
    counts = []
    for number in (1, 12):
        for i in range(number):
            let_days_pass(actions.start(unit, boss, plan(problem=f"Ongelma {number} {i}")), 28)
            done = actions.start(unit, boss, plan(problem=f"Tehty {number} {i}"))
            actions.offer(actions.decide(done, boss, 1, State.ADOPTED, Outcome("Opimme.")), boss)
        for url in (reverse("wall", args=[unit.pk]), reverse("inspired"), f"{reverse('wall', args=[unit.pk])}?tv"):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
