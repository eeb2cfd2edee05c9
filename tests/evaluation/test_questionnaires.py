"""Answering on the pages: who may, in which words, what happens to what comes late, twice, or in strange letters."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.evaluation.test_evaluation import BACKEND, an_evaluation, answers
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.evaluation import actions, queries
from oppipari.evaluation.benefits.queries import start_and_end_of
from oppipari.evaluation.items import END, LANGUAGES, START, ours
from oppipari.evaluation.models import Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import boxes, files, keys
from oppipari.evaluation.questionnaire.actions import CannotBeRead, NotSure, change_questions
from oppipari.evaluation.questionnaire.page_words import all_words
from oppipari.evaluation.questionnaire.words import plain_text
from oppipari.messages.models import Outgoing
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db


def as_(person: Person, language: str = "fi") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend=BACKEND)
    return client


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text.split("<main")[1].split("</main", maxsplit=1)[0]


def contents() -> boxes.Contents:
    return boxes.look_into(Box.objects.get())


# -- what is asked ------------------------------------------------------------------------------------------------------


def test_three_statements_at_the_start_come_again_at_the_end_among_eight_in_the_same_words() -> None:
    start, end = ours().items(START), ours().items(END)
    assert (len(start), len(end), len(ours().open_items())) == (3, 8, 1)
    assert [i for i in end if i in start] == start


def test_questions_and_the_words_around_them_are_complete_in_three_languages() -> None:
    for item in [*ours().all_items(), *ours().open_items()]:
        assert all(item.texts[lang] for lang in LANGUAGES), item.key
        assert item.source, item.key
    assert all(len({word for _v, word in ours().scale(lang)}) == 5 for lang in LANGUAGES)
    words = all_words()
    assert set(words) == set(LANGUAGES)
    assert len({frozenset(texts) for texts in words.values()}) == 1
    assert all("" not in texts.values() for texts in words.values())


def test_the_questions_change_their_language_and_what_was_typed_comes_along() -> None:
    questionnaire, _boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    assert ours().items()[0].text("fi") in page(client.get(url))
    told = {"learnt": "4", "worth_spreading": "Kynä & paperi", "asked_in": "fi", "show_in": "sv"}
    swedish = page(client.post(url, told))
    assert ours().items()[0].text("sv") in swedish
    assert 'lang="sv"' in swedish
    assert "Kynä &amp; paperi" in swedish
    assert re.search(r'name="learnt" value="4"[^>]* checked', swedish)
    assert "ds-error-summary" not in swedish  # nothing was sent yet
    assert contents().respondents == 0
    thanks = client.post(url, {"learnt": "4", "asked_in": "sv"}, follow=True)
    assert "Tack" in page(thanks)
    assert "Kiitos" in page(client.get(url))
    assert ours().items()[0].text("en") in page(as_(people[1], "en").get(url))


def test_a_round_keeps_the_words_it_was_opened_with() -> None:
    questionnaire, boss, _people = an_evaluation()
    assert questionnaire.questions is not None
    assert (questionnaire.questions.number, questionnaire.questions.is_own) == (1, False)
    closed = actions.close_questionnaire(questionnaire, boss)
    assert closed.released is not None
    assert closed.released["questions"] == ours().content


# -- who, and when ------------------------------------------------------------------------------------------------------


def test_a_token_works_once_and_is_of_those_who_were_in_a_pair() -> None:
    questionnaire, boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    client = as_(people[0])
    assert "Valitse vastaus ainakin yhteen" in page(client.post(url, {"nothing": "chosen"}))
    assert client.post(url, {"learnt": "4"}).status_code == 302
    assert "Kiitos vastauksistasi" in page(client.get(url))
    assert contents().counts["learnt"] == [0, 0, 0, 1, 0]
    # Sent a second time: a kind word, and what was written there is given back.
    again = page(client.post(url, {"learnt": "5", "worth_spreading": "Toinen ajatus"}))
    assert "Olit jo vastannut" in again
    assert "Toinen ajatus" in again
    assert contents().counts["learnt"] == [0, 0, 0, 1, 0]
    for stranger in (boss, member_of(questionnaire.round.unit), supervisor_of(UnitFactory())):
        assert as_(stranger).get(url).status_code == 404
        assert as_(stranger).post(url, {"learnt": "1"}).status_code == 404
    with pytest.raises(DomainError):
        actions.answer(questionnaire, boss, answers(1), {})
    assert contents().respondents == 1


def test_two_presses_at_once_count_once() -> None:
    questionnaire, _boss, people = an_evaluation()
    actions.answer(questionnaire, people[0], answers(4), {})
    with pytest.raises(actions.AnsweredAlready):
        actions.answer(questionnaire, people[0], answers(1), {})
    assert contents().counts["learnt"] == [0, 0, 0, 1, 0]


def test_those_whose_pair_ended_early_are_asked_as_well() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    one = pair.members.earliest("pk")
    one.left_at = round_.created_at
    one.save()
    for _ in range(3):
        pair_of(round_)
    questionnaire = actions.open_questionnaire(round_, supervisor_of(round_.unit))
    actions.answer(questionnaire, one.person, answers(2), {})
    assert contents().respondents == 1
    assert queries.todos_for_person(pair.members.latest("pk").person)
    assert not queries.todos_for_person(one.person)


def test_a_late_answer_is_told_kindly_and_given_back() -> None:
    questionnaire, boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    client = as_(people[0])
    client.get(url)  # the form is open when the questionnaire closes
    actions.close_questionnaire(questionnaire, boss)
    late = client.post(url, {"learnt": "4", "worth_spreading": "Pitkä <b>ajatus</b> 👩‍⚕️"})
    assert late.status_code == 200
    assert "Kysely on jo suljettu" in page(late)
    assert "Pitkä &lt;b&gt;ajatus&lt;/b&gt; 👩‍⚕️" in page(late)
    assert "jokseenkin samaa mieltä" in page(late)
    # And after the round closed as well.
    actions.close_round(Round.objects.get(pk=questionnaire.round_id), boss)
    assert "Kysely on jo suljettu" in page(client.post(url, {"learnt": "4"}))
    assert as_(boss).get(url).status_code == 404


def test_it_is_told_in_the_language_that_was_asked_in() -> None:
    questionnaire, boss, people = an_evaluation()
    actions.close_questionnaire(questionnaire, boss)
    late = page(as_(people[0]).post(reverse("answer", args=[questionnaire.pk]), {"learnt": "4", "asked_in": "sv"}))
    assert "Enkäten har redan stängts" in late
    assert "delvis av samma åsikt" in late


# -- bad input -----------------------------------------------------------------------------------------------------------


def test_what_is_too_long_or_outside_the_scale_is_told_and_everything_typed_stays() -> None:
    questionnaire, _boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    long = page(client.post(url, {"learnt": "4", "worth_spreading": "å" * 601}))
    assert "601 merkkiä" in long
    assert "å" * 601 in long
    assert re.search(r'name="learnt" value="4"[^>]* checked', long)
    wild = page(client.post(url, {"learnt": "6", "worth_spreading": "Ajatus"}))
    assert "Valitse asteikolta." in wild
    assert "Ajatus" in wild
    assert contents().respondents == 0
    with pytest.raises(DomainError):
        actions.answer(questionnaire, people[0], {"learnt": 6}, {})
    with pytest.raises(DomainError):
        actions.answer(questionnaire, people[0], {"learnt": 3}, {"worth_spreading": "x" * 601})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Kaksi\n\nriviä ", "Kaksi riviä"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
        ("می\u200cروم", "می\u200cروم"),  # a Persian word needs its non-joiner
        ("hyvä 👩\u200d⚕\ufe0f ja 👍🏽 🇫🇮", "hyvä 👩\u200d⚕\ufe0f ja 👍🏽 🇫🇮"),
        ("a\u202egnirts\u202c b", "agnirts b"),  # no turning of the reading direction
        ("\u2066x\u2069", "x"),
        ("mark\u200bed\u200c by\u200d zero\ufeff width", "marked by zero width"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tag\U000e0061\U000e0062s", "tags"),  # letters nobody sees
        ("var\ufe00iants\U000e0101", "variants"),
        ("blank\u3164 \u2800x", "blank x"),
        ("e\u0301", "é"),  # composed or not, one looks like the other
        ("\x00\x07bell", "bell"),
    ],
)
def test_text_is_kept_as_written_but_for_what_nobody_sees(written: str, kept: str) -> None:
    assert plain_text(written) == kept


def test_open_answers_come_back_as_they_were_written() -> None:
    questionnaire, boss, people = an_evaluation()
    written = ["שלום לכולם", "Hyvää 👩‍⚕️ työtä", *(f"Ajatus {n}" for n in range(8))]
    for person, text in zip(people, written, strict=True):
        actions.answer(questionnaire, person, answers(4), {"worth_spreading": text})
    closed = actions.close_questionnaire(questionnaire, boss)
    assert closed.released is not None
    assert sorted(closed.released["texts"]["worth_spreading"]) == sorted(written)
    assert '<li dir="auto">שלום לכולם</li>' in page(
        as_(boss).get(reverse("round_evaluation", args=[questionnaire.round_id]))
    )


# -- few people ----------------------------------------------------------------------------------------------------------


def test_whoever_wants_to_close_a_round_reads_what_comes_first_in_that_round(client: Client) -> None:
    """With four in pairs no questionnaire can be opened, so none can be closed first."""

    def told(round_: Round, boss: Person) -> str:
        client.force_login(boss, backend=BACKEND)
        closing = page(client.get(reverse("round_close", args=[round_.pk])))
        refused = page(client.post(reverse("round_close", args=[round_.pk]), follow=True))
        return closing + refused

    few = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(few.unit)
    for _each in range(2):
        pair_of(few)
    assert told(few, boss).count("Valitse ensin ”Arvioikaa yhdessä ilman kyselyä”; sitten kierroksen voi päättää.") == 2
    assert "Sulje ensin kysely" not in told(few, boss)
    enough = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(enough.unit)
    for _each in range(3):
        pair_of(enough)
    assert told(enough, boss).count("Avaa ensin kysely") == 2
    early = RoundFactory(state=Round.State.PAIRING)
    assert "Arviointi alkaa, kun" in told(early, supervisor_of(early.unit))


def test_four_people_evaluate_together_without_a_questionnaire() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    for _ in range(2):
        pair_of(round_)
    boss = supervisor_of(round_.unit)
    client, url = as_(boss), reverse("round_evaluation", args=[round_.pk])
    shown = page(client.get(url))
    assert "Pareissa oli alle viisi ihmistä" in shown
    assert "Avaa kysely" not in shown
    after = page(client.post(url, {"without": "1"}, follow=True))
    assert "Tästä kierroksesta ei tehty kyselyä: pareissa oli alle viisi ihmistä." in after
    round_.refresh_from_db()
    assert round_.state == Round.State.EVALUATING
    assert not Outgoing.objects.filter(kind="questionnaire_open").exists()
    assert actions.close_round(round_, boss).state == Round.State.CLOSED


def test_seven_people_are_not_asked_to_write_what_could_never_be_shown() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for size in (2, 2, 3) for m in pair_of(round_, size).members.all()]
    boss = supervisor_of(round_.unit)
    questionnaire = actions.open_questionnaire(round_, boss)
    shown = page(as_(people[0]).get(reverse("answer", args=[questionnaire.pk])))
    assert "<textarea" not in shown
    assert "Teitä on alle kahdeksan" in shown
    for person in people:
        actions.answer(questionnaire, person, answers(4), {"worth_spreading": "x"})
    assert contents().texts == {}


# -- a secret that is gone -----------------------------------------------------------------------------------------------


def test_after_a_backup_without_the_secret_everyone_is_asked_once_more(mail_on: None) -> None:
    questionnaire, boss, people = an_evaluation()
    actions.answer(questionnaire, people[0], answers(4), {})
    with pytest.raises(DomainError):
        actions.ask_anew(questionnaire, boss)
    keys.destroy(Box.objects.get().handle)
    with pytest.raises(NotSure):
        actions.ask_anew(questionnaire, boss)
    url = reverse("answer", args=[questionnaire.pk])
    refused = page(as_(people[1]).post(url, {"learnt": "4", "worth_spreading": "Tallessa"}))
    assert "Vastauksia ei voi juuri nyt ottaa vastaan" in refused
    assert "Tallessa" in refused
    evaluation = reverse("round_evaluation", args=[questionnaire.round_id])
    assert "ei voi lukea" in page(as_(boss).get(evaluation))
    letters = Outgoing.objects.filter(kind="questionnaire_open").count()
    asked = page(as_(boss).post(evaluation, {"anew": "1"}))
    assert "ei enää koskaan voi lukea" in asked
    assert Outgoing.objects.filter(kind="questionnaire_open").count() == letters
    as_(boss).post(evaluation, {"anew": "1", "sure": "1"})
    assert Outgoing.objects.filter(kind="questionnaire_open").count() == 2 * letters == 20
    for person in people:
        actions.answer(Questionnaire.objects.get(), person, answers(3), {})
    anew = Questionnaire.objects.get().box
    assert anew is not None
    assert boxes.look_into(anew).respondents == 10


# -- at the start --------------------------------------------------------------------------------------------------------


def signed_up(count: int = 6) -> tuple[Round, list[SignUp]]:
    round_ = RoundFactory()
    return round_, [SignUpFactory(round=round_) for _ in range(count)]


def test_three_questions_are_offered_after_signing_up_and_only_once() -> None:
    round_, people = signed_up()
    me = people[0].person
    client, url = as_(me), reverse("start_questions", args=[round_.pk])
    assert "Vastaa kolmeen kysymykseen" in page(client.get(reverse("home")))
    assert url in page(client.get(reverse("join_done", args=[round_.invite_token])))
    shown = page(client.get(url))
    assert shown.count("<fieldset") == 3
    assert "<textarea" not in shown
    number = re.search(r'name="number" value="(\d+)"', shown)
    assert number
    told = {"learnt": "2", "new_view": "3", "number": number[1]}
    assert client.post(url, told).status_code == 302
    assert "Kiitos" in page(client.get(url))
    assert "Olit jo vastannut" in page(client.post(url, told))
    assert "Vastaa kolmeen kysymykseen" not in page(client.get(reverse("home")))
    assert contents().counts == {"learnt": [0, 1, 0, 0, 0], "new_view": [0, 0, 1, 0, 0]}


def test_who_has_not_signed_up_or_is_unknown_yet_is_not_asked() -> None:
    round_, _people = signed_up()
    unknown = SignUpFactory(round=round_, confirmed_at=None).person
    for person in (unknown, member_of(round_.unit), supervisor_of(round_.unit)):
        assert as_(person).get(reverse("start_questions", args=[round_.pk])).status_code == 404
        with pytest.raises(DomainError):
            actions.answer_start(round_, person, {"learnt": 4}, 1)
    assert not queries.todos_for_person(unknown)
    assert not StartQuestions.objects.exists()


def test_they_close_when_pairs_are_published_and_are_released_by_the_housekeeping() -> None:
    round_, people = signed_up()
    for place, sign_up in enumerate(people[:5]):
        actions.answer_start(round_, sign_up.person, {"learnt": 2 + place % 3}, 1)
    assert actions.settle_start_questions() == 0
    Round.objects.filter(pk=round_.pk).update(state=Round.State.MEETING)
    late = as_(people[5].person).post(reverse("start_questions", args=[round_.pk]), {"learnt": "4", "number": "1"})
    assert "Kysely on jo suljettu" in page(late)
    with pytest.raises(actions.TooLate):
        actions.answer_start(round_, people[5].person, {"learnt": 4}, 1)
    assert not queries.todos_for_person(people[5].person)
    assert actions.settle_start_questions() == 1
    made = StartQuestions.objects.get()
    assert made.released is not None
    assert made.released["items"]["learnt"]["n"] == 5
    assert set(made.released["items"]) == {"learnt", "new_view", "support"}
    assert actions.settle_start_questions() == 0


def test_questions_changed_while_a_page_was_open_are_shown_again() -> None:
    round_, people = signed_up()
    with pytest.raises(StaleEdit):
        actions.answer_start(round_, people[0].person, {"learnt": 4}, 7)
    assert not StartQuestions.objects.exists()


def test_start_and_end_stand_side_by_side_where_both_may_be_shown() -> None:
    round_ = RoundFactory()
    pairs = [pair_of(round_) for _ in range(5)]
    people = [m.person for pair in pairs for m in pair.members.all()]
    boss = supervisor_of(round_.unit)
    for place, person in enumerate(people):
        actions.answer_start(round_, person, {"learnt": 1 + place % 4, "new_view": 3}, 1)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.MEETING)
    actions.settle_start_questions()
    questionnaire = actions.open_questionnaire(Round.objects.get(pk=round_.pk), boss)
    for place, person in enumerate(people):
        actions.answer(questionnaire, person, {"learnt": 2 + place % 4, "fit": 4}, {})
    assert start_and_end_of(round_).pairs == []
    actions.close_questionnaire(questionnaire, boss)
    beside = {p.key: (p.then_told, p.now_told) for p in start_and_end_of(round_).pairs}
    assert beside == {"learnt": ("2,3", "3,3")}
    shown = page(as_(boss).get(reverse("round_closing", args=[round_.pk])))
    # The section and the table that scrolls in it are two places with two names.
    assert shown.count('aria-labelledby="start-and-end"') == 1
    assert 'aria-label="Taulukko: Alussa ja lopussa"' in shown
    assert 'aria-label="Alussa ja lopussa"' not in shown


@pytest.mark.parametrize("missing", ["one did not answer", "one had no pair", "other words"])
def test_start_and_end_are_kept_apart_where_one_could_guess(missing: str) -> None:
    round_ = RoundFactory()
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    for place, person in enumerate(people):
        actions.answer_start(round_, person, {"learnt": 1 + place % 4}, 1)
    if missing == "one had no pair":
        SignUpFactory(round=round_)
    elif missing == "other words":
        content = files.read(files.written(ours()).replace("Viime kuukausina olen oppinut", "Olen oppinut").encode())
        change_questions(boss, content)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.MEETING)
    questionnaire = actions.open_questionnaire(Round.objects.get(pk=round_.pk), boss)
    for place, person in enumerate(people[1:] if missing == "one did not answer" else people):
        actions.answer(questionnaire, person, {"learnt": 2 + place % 4}, {})
    released = actions.close_questionnaire(questionnaire, boss).released
    assert released is not None
    assert released["items"]["learnt"]["n"]
    assert released["beside_start"] == []
    shown = page(as_(boss).get(reverse("round_closing", args=[round_.pk])))
    assert "Alussa ja lopussa" not in shown
    assert "ei näytetä rinnakkain" in shown


@pytest.mark.django_db
def test_the_day_to_answer_by_is_on_the_page() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    closes = timezone.localdate() + timedelta(days=9)
    questionnaire = actions.open_questionnaire(round_, supervisor_of(round_.unit), closes)
    told = page(as_(people[0]).get(reverse("answer", args=[questionnaire.pk])))
    assert "Vastaathan viimeistään" in told
    assert f"{closes.day}.{closes.month}." in told


@pytest.mark.django_db
def test_a_box_that_is_gone_breaks_nothing_and_asking_anew_tells_each_time(mail_on: None) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    questionnaire = actions.open_questionnaire(round_, boss)
    for times in (2, 3):
        Box.objects.all().delete()
        questionnaire.refresh_from_db()
        with pytest.raises(DomainError):
            actions.answer(questionnaire, people[0], {"learnt": 4}, {})
        questionnaire = actions.ask_anew(questionnaire, boss)
        assert Outgoing.objects.filter(kind="questionnaire_open", to=people[0].email).count() == times
    Box.objects.all().delete()
    questionnaire.refresh_from_db()
    with pytest.raises(CannotBeRead):
        actions.close_questionnaire(questionnaire, boss)


@pytest.mark.django_db(transaction=True)
def test_asking_anew_destroys_the_secret_of_what_cannot_be_read() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    for _ in range(5):
        pair_of(round_)
    boss = supervisor_of(round_.unit)
    questionnaire = actions.open_questionnaire(round_, boss)
    old = Box.objects.get()
    Box.objects.update(even=b"not what was sealed")
    actions.ask_anew(Questionnaire.objects.get(pk=questionnaire.pk), boss, sure=True)
    with pytest.raises(keys.KeyMissing):
        keys.read(old.handle)


def test_emoji_newer_than_this_python_are_kept() -> None:
    assert plain_text("Hyvä \U0001faea!") == "Hyvä \U0001faea!"
    assert plain_text("a\u0378b") == "ab"
