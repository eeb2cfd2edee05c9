"""Made-up people do not fix a real answer: where there is mail only confirmed addresses count, where there is none it is said."""

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.evaluation.scene import closed
from tests.evaluation.test_evaluation import an_evaluation, answers
from tests.evaluation.test_questionnaires import as_, contents, page
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.benefits.figures import results
from oppipari.evaluation.benefits.queries import count_now, results_of
from oppipari.evaluation.models import Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire.actions import keys_asked, settle_start_questions
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
LET_IN = "Esihenkilösi on ottanut heidät mukaan, eikä kukaan muu ole tarkistanut, keitä he ovat."
CONFIRMED = "Lukuihin lasketaan vain niiden vastaukset, jotka ovat vahvistaneet sähköpostiosoitteensa."
LEFT_OUT = "Et ole vahvistanut sähköpostiosoitettasi."
RELEASED_LET_IN = "Esihenkilö otti heidät mukaan, eikä kukaan muu ole tarkistanut, keitä he ovat."


def unconfirmed(people: list[Any]) -> None:
    Person.objects.filter(pk__in=[p.pk for p in people]).update(email_confirmed_at=None)


def released(questionnaire: Questionnaire, boss: Person) -> dict[str, Any]:
    found = actions.close_questionnaire(questionnaire, boss).released
    assert found is not None
    return found


def test_five_made_up_people_do_not_fix_the_one_real_answer(mail_on: None) -> None:
    questionnaire, boss, people = an_evaluation(3)
    unconfirmed(people[1:])
    for person, value in zip(people, [2, 5, 5, 5, 5, 5], strict=True):
        actions.answer(questionnaire, person, answers(value), {})
    assert contents().respondents == contents().checked == 1
    assert released(questionnaire, boss)["too_few"]


def test_figures_are_the_same_whatever_made_up_people_answer(mail_on: None) -> None:
    def told(made_up: int) -> Any:
        questionnaire, boss, people = an_evaluation(5)
        unconfirmed(people[8:])
        for person, value in zip(people, [4, 3, 5, 4, 2, 4, 5, 1, made_up, made_up], strict=True):
            actions.answer(questionnaire, person, answers(value), {})
        found = released(questionnaire, boss)
        assert found["items"]["learnt"]["n"] == 8
        assert found["confirmed_only"]
        return found["items"]

    assert told(1) == told(5)


def test_texts_of_those_who_do_not_count_do_not_make_up_the_eight(mail_on: None) -> None:
    def texts(confirmed: int) -> list[str]:
        questionnaire, boss, people = an_evaluation(5)
        unconfirmed(people[confirmed:])
        for number, person in enumerate(people):
            actions.answer(questionnaire, person, answers(4), {"worth_spreading": f"ajatus {number}"})
        found: list[str] = released(questionnaire, boss)["texts"]["worth_spreading"]
        return found

    assert texts(7) == []
    assert sorted(texts(8)) == [f"ajatus {n}" for n in range(10)]


def test_the_same_at_the_start(mail_on: None) -> None:
    round_ = RoundFactory(state=Round.State.SIGN_UP)
    people = [SignUpFactory(round=round_).person for _ in range(6)]
    unconfirmed(people[4:])
    for person in people:
        actions.answer_start(round_, person, {"confidence": 4}, 1)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.MEETING)
    settle_start_questions()
    start = StartQuestions.objects.get()
    assert start.released is not None
    assert start.released["too_few"]
    assert (start.released["asked"], start.released["confirmed_only"]) == (6, True)


def test_made_up_people_do_not_hide_who_makes_the_difference_between_rounds(mail_on: None) -> None:
    questionnaire, _boss, people = an_evaluation(3)
    unconfirmed(people[1:])
    assert keys_asked(questionnaire.round) == [people[0].pk]
    assert count_now(questionnaire.round, []).people is None


def test_whoever_confirms_before_answering_counts(mail_on: None) -> None:
    questionnaire, _boss, people = an_evaluation(3)
    unconfirmed(people)
    person = Person.objects.get(pk=people[0].pk)
    url = reverse("answer", args=[questionnaire.pk])
    shown = page(as_(person).get(url))
    assert LEFT_OUT in shown
    assert CONFIRMED in shown
    assert LET_IN not in shown
    Person.objects.filter(pk=person.pk).update(email_confirmed_at=questionnaire.round.created_at)
    assert LEFT_OUT not in page(as_(person).get(url))
    actions.answer(questionnaire, person, answers(4), {})  # however old what one holds of the person is
    assert contents().respondents == 1


def test_with_mail_nobody_is_told_that_their_answer_is_in_who_had_not_confirmed(mail_on: None) -> None:
    questionnaire, boss, people = an_evaluation(5)
    unconfirmed(people[6:])
    for person in people:
        actions.answer(questionnaire, person, answers(3), {})
    actions.close_questionnaire(questionnaire, boss)
    shown = page(as_(people[9]).get(reverse("answer", args=[questionnaire.pk])))
    assert "Jos ehdit vastata ja olit vahvistanut sähköpostiosoitteesi, vastauksesi on mukana luvuissa." in shown


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fi", f"Kysely on avoinna näin monelle: 10. {LET_IN}"),
        ("sv", "Så här många tillfrågas: 10. Din chef har tagit med dem"),
        ("en", "So many people are asked: 10. Your supervisor let them in"),
    ],
)
def test_without_mail_everybody_reads_who_let_them_in(lang: str, said: str) -> None:
    questionnaire, _boss, people = an_evaluation(5)
    for person in people[:2]:
        shown = page(as_(person).get(reverse("answer", args=[questionnaire.pk]) + f"?asked_in={lang}"))
        assert said in shown
        assert LEFT_OUT not in shown


def test_without_mail_the_same_at_the_start_with_a_true_number() -> None:
    round_ = RoundFactory(state=Round.State.SIGN_UP)
    first = SignUpFactory(round=round_).person
    url = reverse("start_questions", args=[round_.pk])
    assert f"Näin monta on tähän mennessä mukana: 1. {LET_IN}" in page(as_(first).get(url))
    SignUpFactory(round=round_)
    assert f"Näin monta on tähän mennessä mukana: 2. {LET_IN}" in page(as_(first).get(url))


def test_without_mail_the_released_pages_say_it(client: Any) -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    round_ = closed(unit, boss, "Syksy")
    pages = ("round_closing", "round_evaluation", "together_results")
    for name in pages:
        assert f"Kysyttiin 10 ihmiseltä. {RELEASED_LET_IN}" in page(as_(boss).get(reverse(name, args=[round_.pk]))), (
            name
        )
    # What was released before this was kept says nothing of it, and stays as it was.
    q = Questionnaire.objects.get(round=round_)
    q.released = {k: v for k, v in (q.released or {}).items() if k not in ("asked", "confirmed_only")}
    q.save()
    for name in pages:
        shown = page(as_(boss).get(reverse(name, args=[round_.pk])))
        assert "10 vastausta" in shown
        assert RELEASED_LET_IN not in shown


def test_with_mail_they_say_that_only_confirmed_addresses_are_in(mail_on: None) -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    round_ = closed(unit, boss, "Syksy")
    assert "Luvuissa ovat vain niiden vastaukset, jotka ovat vahvistaneet" in page(
        as_(boss).get(reverse("round_closing", args=[round_.pk]))
    )


def test_who_answered_before_there_was_mail_does_not_let_the_page_claim_more(settings: Any) -> None:
    questionnaire, boss, people = an_evaluation(5)
    unconfirmed(people)
    for person in people[:5]:
        actions.answer(questionnaire, person, answers(3), {})
    settings.MAIL_ENABLED = True
    for person in people[5:]:
        actions.answer(questionnaire, person, answers(3), {})
    found = released(questionnaire, boss)
    assert found["items"]["learnt"]["n"] == 5
    assert not found["confirmed_only"]
    assert "Esihenkilö otti heidät mukaan" in results_of(questionnaire.round).who


# -- the result page ----------------------------------------------------------------------------------------------------


def _evaluated(texts: int, pairs: int = 5) -> tuple[Round, Person]:
    round_ = RoundFactory(state=Round.State.MEETING, unit=UnitFactory())
    people = [m.person for _ in range(pairs) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    questionnaire = actions.open_questionnaire(round_, boss)
    for number, person in enumerate(people):
        text = f"ajatus {number}" if number < texts else ""
        actions.answer(questionnaire, person, answers(1 + number % 5), {"worth_spreading": text})
    actions.close_questionnaire(questionnaire, boss)
    round_.refresh_from_db()
    return round_, boss


TOO_FEW = "Avoimia vastauksia oli liian vähän näytettäviksi"


def test_too_few_open_answers_are_said_and_nobody_learns_whether_there_were_any() -> None:
    shown = []
    for texts in (0, 1, 7):
        round_, boss = _evaluated(texts)
        html = page(as_(boss).get(reverse("round_evaluation", args=[round_.pk])))
        assert TOO_FEW in html
        assert "ajatus" not in html
        shown.append(re.sub(r"\d+|name=\"csrf[^>]+>", "", html.split("open-silent")[1]))
    assert shown[0] == shown[1] == shown[2]


def test_enough_open_answers_are_shown_and_nothing_is_said_of_too_few() -> None:
    round_, boss = _evaluated(8)
    html = page(as_(boss).get(reverse("round_evaluation", args=[round_.pk])))
    assert TOO_FEW not in html
    assert html.count("ajatus ") >= 8


def test_where_no_open_question_was_asked_it_is_said_so() -> None:
    round_, boss = _evaluated(0, pairs=3)
    html = page(as_(boss).get(reverse("round_evaluation", args=[round_.pk])))
    assert TOO_FEW not in html
    assert "Avointa kysymystä ei ollut" in html


def test_the_result_page_tells_how_many_answered_and_what_its_colours_mean() -> None:
    round_, boss = _evaluated(0)
    html = page(as_(boss).get(reverse("round_evaluation", args=[round_.pk])))
    assert "10 vastausta" in html
    legend = html.split('class="legend-values"')[1].split("</ul>")[0]
    assert [re.sub(r"<[^>]+>", "", item).strip() for item in legend.split("<li>")[1:]] == [
        "1 täysin eri mieltä", "2 jokseenkin eri mieltä", "3 ei samaa eikä eri mieltä", "4 jokseenkin samaa mieltä", "5 täysin samaa mieltä",
    ]  # fmt: skip


def test_a_spread_that_would_tell_too_much_is_not_said_to_be_of_too_few() -> None:
    figure = {"n": 10, "mean": None, "at_least": 2.4, "at_most": 3.6, "distribution": None}
    released = {"too_few": False, "items": {"learnt": figure, "fit": figure | {"n": 6}}, "texts": {}}
    told = {r.key: r for r in results(released).items}
    assert not told["learnt"].few_for_spread
    assert told["fit"].few_for_spread
    span = told["learnt"].span
    assert span is not None
    assert (span.low, span.high, told["learnt"].big) == (2.4, 3.6, "2,4–3,6")
