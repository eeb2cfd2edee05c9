"""What a round brought: released figures and nothing more, beside earlier rounds, and over units."""

import io
import random
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pptx import Presentation
from tests.evaluation import scene
from tests.factories import PersonFactory, RoundFactory, UnitFactory, member_of, met, pair_of, supervisor_of

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.benefits import compare, over_units, quoting
from oppipari.evaluation.benefits.figures import Span, results, span_of
from oppipari.evaluation.benefits.queries import benefits_of
from oppipari.evaluation.models import Questionnaire, RoundCounts
from oppipari.evaluation.questionnaire.actions import keys_asked
from oppipari.evaluation.side_by_side import keys_beside
from oppipari.evaluation.templatetags.evaluation import earlier_round_says
from oppipari.evaluation.together.models import Conclusion
from oppipari.insights.models import Insight
from oppipari.organisation.models import Person, Role
from oppipari.privacy.actions import retention
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LOWER = {k: [max(1, v - 1) if i % 3 == 0 else v for i, v in enumerate(vs)] for k, vs in scene.SPREAD.items()}


def read(client: Client, person: Person, round_: Round) -> str:
    client.force_login(person, backend=BACKEND)
    return client.get(reverse("round_closing", args=[round_.pk])).content.decode()


def main(html: str) -> str:
    return html.split("<main")[1].split("</main", maxsplit=1)[0]


def released_of(round_: Round) -> dict[str, Any]:
    return Questionnaire.objects.get(round=round_).released or {}


def coordinator_of(organisation: Any) -> Person:
    person: Person = PersonFactory(organisation=organisation)
    Role.objects.create(person=person, kind=Role.Kind.COORDINATOR)
    return person


def test_the_page_tells_in_words_figures_and_pictures(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.closed(unit, boss, "Kevät")
    html = main(read(client, member_of(unit), round_))
    for words in (
        "10 ihmistä osallistui. Tapaamisia oli 15.",
        "Suosittelisin työkaverille <",
        "Opin jotakin käyttökelpoista <",
        "Tässä on vielä korjattavaa:",
        scene.LINES["worked"][0],
        "Vuoronvaihdossa viisi hiljaista minuuttia",
        scene.TEXTS[0],
    ):
        assert words in html
    assert html.count('<svg class="figure"') == 8
    # Every picture has a name, and the same numbers stand in the table.
    assert html.count('role="img" aria-label="') == 8
    assert "4,2 tai enemmän" in html
    table = html.split("figures-table")[1].split("</table>")[0]
    assert table.count("<tr>") == 9
    assert 'colspan="2" class="joined">10' in table  # answers 4 and 5 joined, since one alone would tell too much


def test_pictures_draw_what_was_released_and_nothing_else() -> None:
    unit, boss = scene.a_unit()
    told = results(released_of(scene.evaluated(unit, boss, "Kevät")))
    by_key = {r.key: r for r in told.items}
    learnt = by_key["learnt"]
    assert [c.count for c in learnt.cells] == [0, 0, 1, 5, 4]
    assert sum(c.width for c in learnt.cells) == pytest.approx(600 - 2 * 3, abs=0.3)
    assert learnt.span == Span(4.3, 4.3)
    bounded = by_key["equal_time"]
    assert bounded.span == Span(4.2, 5.0)
    assert bounded.scale is not None
    assert (bounded.scale.known, bounded.scale.open_to) == (480.0, 600.0)
    assert [c.values for c in bounded.cells if c.count] == ["4–5"]


def test_a_figure_of_fewer_than_five_is_never_told_whatever_is_stored() -> None:
    assert span_of({"n": 4, "mean": 4.0}) is None
    assert span_of({"n": None, "mean": 4.0}) is None
    assert span_of({"n": 5, "at_most": 1.8}) == Span(1.0, 1.8)
    few = {"too_few": False, "items": {"learnt": {"n": 4, "mean": 4.0, "distribution": [[1, 5, 4]]}}, "texts": {}}
    assert results(few).too_few


def figures(**means: float) -> dict[str, Any]:
    """Released figures with these exact means."""
    items = {k: {"n": 12, "mean": m, "at_least": None, "at_most": None, "distribution": None} for k, m in means.items()}
    return {"too_few": False, "items": items, "texts": {}}


def test_what_is_agreed_with_is_told_by_what_is_known_of_it() -> None:
    told = results(
        figures(learnt=4.2, new_view=4.0, equal_time=4.7, confidence=4.4, recommend=4.7, support=2.4, fit=2.1)
    )
    assert [r.key for r in told.agreed] == ["equal_time", "recommend", "confidence"]
    assert [r.key for r in told.lacking] == ["fit", "support"]
    assert results(figures(learnt=4.1, fit=3.0)).agreed == []


def test_the_strongest_benefit_leads_and_attendance_follows(client: Client) -> None:
    unit, boss = scene.a_unit()
    html = main(read(client, member_of(unit), scene.closed(unit, boss, "Kevät")))
    lead = html.split('class="brought-first">')[1]
    assert lead.startswith('Suosittelisin työkaverille <span class="nowrap">(4,5)')
    assert 0 < lead.index("samoin näistä:") < lead.index("10 ihmistä osallistui")
    assert "<q>" not in html


def without_questionnaire(unit: Any, boss: Person, name: str, pairs: int = 2) -> Round:
    """A round of few people, evaluated together without asking anybody, and closed."""
    round_: Round = RoundFactory(unit=unit, name=name, state=Round.State.MEETING, published_at=timezone.now())
    for _ in range(pairs):
        met(pair_of(round_))
    evaluation.go_without(round_, boss)
    round_.refresh_from_db()
    return evaluation.close_round(round_, boss)


def test_where_nobody_was_asked_nothing_says_too_few_answers(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = without_questionnaire(unit, boss, "Kevät")
    client.force_login(coordinator_of(unit.organisation), backend=BACKEND)
    html = main(client.get(reverse("units_benefits")).content.decode())
    client.force_login(boss, backend=BACKEND)
    assert "liian vähän" not in html
    for name in ("round_closing", "round_evaluation"):
        html = main(client.get(reverse(name, args=[round_.pk])).content.decode())
        assert html.count("Tästä kierroksesta ei tehty kyselyä: pareissa oli alle viisi ihmistä.") == 1
        assert "liian vähän" not in html
    deck = Presentation(io.BytesIO(client.get(reverse("benefits_deck", args=[round_.pk])).content))
    assert len(deck.slides) == 2
    other = UnitFactory(organisation=unit.organisation)
    scene.closed(other, supervisor_of(other), "A")
    client.force_login(coordinator_of(unit.organisation), backend=BACKEND)
    html = main(client.get(reverse("units_benefits")).content.decode())
    assert "1 yksikössä ei tehty kyselyä" in html
    assert "liian vähän" not in html


def test_a_small_round_does_not_hide_the_figures_before_it(client: Client) -> None:
    unit, boss = scene.a_unit()
    scene.closed(unit, boss, "Syksy suuri")
    other = UnitFactory(organisation=unit.organisation)
    scene.closed(other, supervisor_of(other), "B")
    small = without_questionnaire(unit, boss, "Kevät pieni")
    person = coordinator_of(unit.organisation)
    found = over_units.over_units(person)
    assert found.with_figures == 2
    assert {u.round.name for u in found.units} == {"Syksy suuri", "B"}
    coming = RoundFactory(unit=unit)
    client.force_login(boss, backend=BACKEND)
    data = client.get(reverse("round_deck", args=[coming.pk])).content
    assert len(charts(data)) == 1
    notes = [s.notes_slide.notes_text_frame.text for s in Presentation(io.BytesIO(data)).slides]
    assert any("Syksy suuri" in n for n in notes)
    with translation.override("fi"):
        assert "Aiemman kierroksen (Syksy suuri) jälkeen sanottiin" in earlier_round_says(coming)
    Conclusion.objects.create(round=small, kind=Conclusion.Kind.WORKED, text="Se riitti.")
    data = client.get(reverse("round_deck", args=[coming.pk])).content
    assert "Se riitti." in slides(data)
    assert "Luvut ovat kierrokselta Syksy suuri." in slides(data)


def test_units_at_the_same_place_are_counted_and_no_bar_hides_a_circle() -> None:
    statement = next(iter(over_units.asked_in(figures(learnt=4.0)).all_items()))
    dots = [("A", Span(4.0, 4.0)), ("B", Span(4.0, 4.0)), ("C", Span(3.5, 5.0)), ("D", Span(4.2, 4.2))]
    row = over_units.Row(statement, Span(4.0, 4.4), 4, 40, dots)
    assert [(x, bool(open_), count) for x, open_, count, _middle in row.marks] == [
        (375.0, True, 1),
        (450.0, False, 2),
        (480.0, False, 1),
    ]
    assert "A 4" in row.name


def test_a_joined_answer_is_explained_beside_the_picture(client: Client) -> None:
    unit, boss = scene.a_unit()
    html = main(read(client, boss, scene.closed(unit, boss, "Kevät")))
    assert "Yhdistetyt numerot, kuten 3–5" in html
    assert "<title>" in html.split('<svg class="figure"')[1]


def test_a_small_round_shows_words_and_no_counts(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.closed(unit, boss, "Kevät", pairs=2)
    html = main(read(client, boss, round_))
    assert "liian vähän" in html
    assert scene.LINES["worked"][0] in html
    assert "<svg" not in html.replace('aria-hidden="true"', "").split("concluded")[1]
    assert not re.search(r"[0-9]+ (ihmistä|ihminen|paria|kertaa)", html)
    counts = RoundCounts.objects.get()
    assert (counts.people, counts.pairs, counts.meetings) == (None, None, None)


def test_counts_are_frozen_when_the_round_closes_and_outlive_the_pairs(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.closed(unit, boss, "Kevät")
    before = main(read(client, boss, round_))
    ago = timezone.now() - timedelta(days=200)
    Round.objects.filter(pk=round_.pk).update(closed_at=ago, created_at=ago - timedelta(days=90))
    Insight.objects.update(published_at=ago - timedelta(days=9))
    assert retention(timezone.localdate()) == 1
    assert not round_.pairs.exists()
    after = main(read(client, boss, round_))
    for html in (before, after):
        assert "10 ihmistä osallistui. Tapaamisia oli 15." in html
        assert "Vuoronvaihdossa viisi hiljaista minuuttia" in html


def test_before_closing_only_the_supervisor_reads_it_and_sees_no_figures_of_an_open_questionnaire(
    client: Client,
) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss, member = supervisor_of(round_.unit), member_of(round_.unit)
    evaluation.open_questionnaire(round_, boss)
    assert "Vielä ei ole kerrottavaa" in read(client, boss, round_)
    client.force_login(member, backend=BACKEND)
    for name in ("round_closing", "benefits_deck"):
        assert client.get(reverse(name, args=[round_.pk])).status_code == 404


def test_a_round_stands_beside_the_one_before_it(client: Client) -> None:
    unit, boss = scene.a_unit()
    first = scene.closed(unit, boss, "Syksy", answers=LOWER)
    second = scene.closed(unit, boss, "Kevät")
    told = benefits_of(second)
    assert told.earlier == first
    pair = next(p for p in told.compared if p.key == "learnt")
    assert (pair.then, pair.now) == (Span(3.9, 3.9), Span(4.3, 4.3))
    html = main(read(client, boss, second))
    assert "Edellisen kierroksen rinnalla: Syksy" in html
    assert "pieni ero ei kerro vielä mitään" in html
    assert benefits_of(first).compared == []  # nothing before it


def beside(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What may be laid side by side where quite other people were asked."""
    return keys_beside(then, now, (set(range(10)), set(range(10, 20))))


def test_only_released_figures_of_the_same_words_are_laid_side_by_side() -> None:
    unit, boss = scene.a_unit()
    now = released_of(scene.evaluated(unit, boss, "Kevät"))
    keys = list(scene.SPREAD)
    assert beside(now, now) == keys
    assert beside({"too_few": True, "items": {}}, now) == []
    assert beside({}, now) == []
    few = {**now, "items": {**now["items"], "learnt": {**now["items"]["learnt"], "n": 4}}}
    assert [p.key for p in compare.beside(few, now, keys)] == [k for k in keys if k != "learnt"]
    words = {lang: ["a", "b", "c", "d", "e"] for lang in ("fi", "sv", "en")}
    asked = {"items": [{"key": "learnt", "fi": "Aivan muuta.", "sv": "Något annat.", "en": "Something else."}]}
    other = {**now, "questions": {**asked, "scale": now["questions"]["scale"]}}
    assert beside(now, other) == []
    assert beside(other, other) == ["learnt"]
    assert beside(other, {**other, "questions": {**asked, "scale": words}}) == []  # another scale is another question


@pytest.mark.parametrize(
    ("then", "now", "moved", "shown"),
    [
        (10, 10, 0, True), (10, 9, 0, False), (10, 5, 0, True),
        (10, 10, 1, False), (10, 10, 4, False), (10, 5, 4, False),
        (10, 10, 5, True), (10, 12, 14, False), (10, 15, 14, True),
        (10, 10, None, False), (10, 14, None, False), (10, 15, None, True), (12, 7, None, True),
    ],
)  # fmt: skip
def test_rounds_between_which_a_few_came_or_went_are_not_laid_side_by_side(
    then: int, now: int, moved: int | None, shown: bool
) -> None:
    figures = [
        {"too_few": False, "items": {"learnt": {"n": n, "mean": 4.0, "at_least": None, "at_most": None, "distribution": None}}}
        for n in (then, now)
    ]  # fmt: skip
    asked = None if moved is None else (set(range(20)), set(range(20 + moved)))
    assert keys_beside(*figures, asked) == (["learnt"] if shown else [])


def test_what_is_compared_is_frozen_when_the_round_closes(client: Client) -> None:
    unit, boss = scene.a_unit()
    first = scene.closed(unit, boss, "Syksy", answers=LOWER)
    second = scene.closed(unit, boss, "Kevät")
    assert len(benefits_of(second).compared) == 8
    first.pairs.all().delete()  # as half a year later
    assert len(benefits_of(second).compared) == 8
    third = scene.closed(unit, boss, "Syksy toinen")
    second.pairs.all().delete()
    assert len(benefits_of(third).compared) == 8
    fourth = scene.evaluated(unit, boss, "Kevät toinen")
    third.pairs.all().delete()  # who took part then is not known any more, and as many answered
    assert benefits_of(fourth).compared == []
    html = main(read(client, boss, fourth))
    assert "ero voisi kertoa yksittäisestä ihmisestä" in html
    assert "Edellisen kierroksen rinnalla" not in html


def test_the_same_people_with_one_more_are_not_laid_side_by_side() -> None:
    unit, boss = scene.a_unit()
    first = scene.closed(unit, boss, "Syksy", answers=LOWER)
    second = scene.evaluated(unit, boss, "Kevät")
    people = list(first.pairs.values_list("members__person", flat=True))
    for pair, number in zip(second.pairs.all(), range(0, 10, 2), strict=True):
        for place, person in zip(pair.members.all(), people[number : number + 2], strict=True):
            place.person_id = person
            place.save()
    assert set(keys_asked(second)) == set(people)
    assert len(benefits_of(second).compared) == 8
    place = second.pairs.earliest("pk").members.earliest("pk")
    place.person = member_of(unit)
    place.save()
    assert benefits_of(second).compared == []


def test_slides_are_made_in_one_press_by_those_who_may_read_the_page(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.closed(unit, boss, "Kevät 2026")
    url = reverse("benefits_deck", args=[round_.pk])
    client.force_login(boss, backend=BACKEND)
    answer = client.get(url)
    assert answer["Content-Disposition"] == 'attachment; filename="oppipari-kevat-2026-kuusikoti-fi.pptx"'
    text = slides(answer.content)
    assert "10 ihmistä osallistui" in text
    assert boss.name in text
    client.force_login(member_of(unit, name="Maija Malli"), backend=BACKEND)
    theirs = slides(client.get(url, {"lang": "sv"}).content)
    assert "10 personer deltog" in theirs
    assert "Maija Malli" not in theirs
    client.force_login(supervisor_of(UnitFactory(organisation=unit.organisation)), backend=BACKEND)
    assert client.get(url).status_code == 404


def slides(data: bytes) -> str:
    deck = Presentation(io.BytesIO(data))
    return "\n".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)


def charts(data: bytes) -> list[Any]:
    return [s.chart for slide in Presentation(io.BytesIO(data)).slides for s in slide.shapes if s.has_chart]


def test_the_next_round_quotes_the_last_one_from_the_second_on(client: Client) -> None:
    unit, boss = scene.a_unit()
    client.force_login(boss, backend=BACKEND)
    first = RoundFactory(unit=unit)
    assert earlier_round_says(first) == ""
    assert len(charts(client.get(reverse("round_deck", args=[first.pk])).content)) == 0
    first.delete()
    scene.closed(unit, boss, "Syksy 2025")
    coming = RoundFactory(unit=unit)
    data = client.get(reverse("round_deck", args=[coming.pk])).content
    assert scene.LINES["worked"][0] in slides(data)
    assert "Vuoronvaihdossa viisi hiljaista minuuttia" in slides(data)
    assert len(charts(data)) == 1
    for name in ("round_tell", "round_print"):
        html = client.get(reverse(name, args=[coming.pk])).content.decode()
        assert (
            "Edellisen kierroksen (Syksy 2025) jälkeen päättelimme yhdessä: ”Tapaamiset työajalla onnistuivat" in html
        )
    # The public page of the invitation tells a stranger nothing of the unit.
    public = Client().get(reverse("join", args=[coming.invite_token])).content.decode()
    assert "Tapaamiset työajalla onnistuivat" not in public


def test_without_conclusions_the_invitation_quotes_a_released_figure() -> None:
    unit, boss = scene.a_unit()
    scene.closed(unit, boss, "Syksy", lines=False)
    with translation.override("fi"):
        said = earlier_round_says(RoundFactory(unit=unit))
    assert said == "Edellisen kierroksen (Syksy) jälkeen sanottiin: ”Suosittelisin mentorointia työkaverille” (keskiarvo 4,5, asteikko 1–5)."  # fmt: skip


def test_a_round_quotes_the_one_before_it_and_never_itself(client: Client) -> None:
    unit, boss = scene.a_unit()
    first = scene.closed(unit, boss, "Syksy")
    second = scene.closed(unit, boss, "Kevät")
    with translation.override("fi"):
        assert earlier_round_says(first) == ""
        assert "(Syksy)" in earlier_round_says(second)
        assert "(Kevät)" in earlier_round_says(RoundFactory(unit=unit))


def test_a_first_round_hears_of_other_units_only_as_a_sum_of_three() -> None:
    unit, boss = scene.a_unit()
    own = UnitFactory(organisation=unit.organisation)
    scene.closed(unit, boss, "A")
    second = UnitFactory(organisation=unit.organisation)
    scene.closed(second, supervisor_of(second), "B", answers=LOWER)
    coming = RoundFactory(unit=own)
    assert quoting.quoted(coming) is None
    third = UnitFactory(organisation=unit.organisation)
    scene.closed(third, supervisor_of(third), "C")
    found = quoting.quoted(coming)
    assert found is not None
    assert (found.round, found.units, found.worked, found.insights) == (None, 3, [], [])
    assert quoting.line(coming) is None  # an invitation quotes nobody else's words
    assert quoting.quoted(RoundFactory()) is None  # nor does another organisation hear of it


def test_over_units_the_coordinator_reads_sums_of_released_figures(client: Client) -> None:
    unit, boss = scene.a_unit()
    scene.closed(unit, boss, "A")
    other = UnitFactory(organisation=unit.organisation, name="Mäntykoti")
    scene.closed(other, supervisor_of(other), "B", answers=LOWER)
    small = UnitFactory(organisation=unit.organisation, name="Pikkukoti")
    scene.closed(small, supervisor_of(small), "C", pairs=2)
    foreign = UnitFactory(name="Vieraskoti")
    scene.closed(foreign, supervisor_of(foreign), "D")
    RoundFactory(unit=UnitFactory(organisation=unit.organisation, name="Uusikoti"))
    person = coordinator_of(unit.organisation)
    client.force_login(person, backend=BACKEND)
    html = main(client.get(reverse("units_benefits")).content.decode())
    assert "2 yksiköstä on julkaistuja lukuja." in html
    assert "1 yksikössä vastauksia oli liian vähän" in html
    # What mentoring brought comes first, then of how many units.
    lead = html.split('class="brought-first">')[1]
    assert lead.startswith('Yhtä paljon tilaa kaikille <span class="nowrap">(4,3–4,8)')
    assert lead.index("2 yksiköstä on julkaistuja lukuja.") > 0
    for name in ("Mäntykoti", "Pikkukoti", "Uusikoti"):
        assert name in html
    assert "Vieraskoti" not in html
    for words in (*scene.LINES["worked"], *scene.TEXTS, "Vuoronvaihdossa viisi"):
        assert words not in html  # words are the units' own
    row = next(r for r in over_units.over_units(person).rows if r.statement.key == "learnt")
    assert (row.span, row.units, row.answers) == (Span(4.1, 4.1), 2, 20)
    assert len(charts(client.get(reverse("units_deck")).content)) == 1
    for somebody in (boss, member_of(unit)):
        client.force_login(somebody, backend=BACKEND)
        for name in ("units_benefits", "units_deck"):
            assert client.get(reverse(name)).status_code == 404


def test_an_organisation_without_figures_says_what_comes(client: Client) -> None:
    unit, _boss = scene.a_unit()
    client.force_login(coordinator_of(unit.organisation), backend=BACKEND)
    assert "Lukuja ei vielä ole" in client.get(reverse("units_benefits")).content.decode()
    assert client.get(reverse("units_deck")).status_code == 404
    assert reverse("units_benefits") in client.get(reverse("home")).content.decode()


def test_a_sum_never_claims_more_than_its_parts_allow() -> None:
    """Whatever lies behind bounds and rounding, the true mean over all is within what is told (to the rounding)."""
    r = random.Random(13)
    for _ in range(2000):
        everyone: list[int] = []
        told = []
        for _unit in range(r.randint(1, 6)):
            answers = r.choices(range(1, 6), weights=[r.random() for _ in range(5)], k=r.randint(5, 12))
            tenth = round(sum(answers) / len(answers), 1)
            spans = [Span(tenth, tenth), Span(min(4.2, tenth), 5.0), Span(1.0, max(1.8, tenth))]
            told.append((len(answers), r.choice(spans)))
            everyone += answers
        span = over_units.together(told)
        assert span.low - 0.1 - 1e-9 <= sum(everyone) / len(everyone) <= span.high + 0.1 + 1e-9
        assert 1 <= span.low <= span.high <= 5


def test_a_thousand_units_take_as_many_queries_as_one(client: Client, django_assert_max_num_queries: Any) -> None:
    unit, boss = scene.a_unit()
    first = scene.closed(unit, boss, "A")
    released = released_of(first)
    for number in range(70):
        other = UnitFactory(organisation=unit.organisation, name=f"Koti {number:03}")
        r = RoundFactory(unit=other, state=Round.State.CLOSED, closed_at=timezone.now())
        Questionnaire.objects.create(round=r, state="closed", released=released)
    client.force_login(coordinator_of(unit.organisation), backend=BACKEND)
    with django_assert_max_num_queries(12):
        html = client.get(reverse("units_benefits")).content.decode()
    assert html.count("<tr>") < 200
    assert "Koti 069" in client.get(reverse("units_benefits"), {"units": "2"}).content.decode()
