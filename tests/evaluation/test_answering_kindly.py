"""What the pages of a questionnaire promise and say: true for whoever reads them, in one language, and with nothing lost."""

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.evaluation.test_evaluation import an_evaluation, answers
from tests.evaluation.test_questionnaires import as_, contents, page, signed_up
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire import queries
from oppipari.evaluation.questionnaire.page_words import all_words
from oppipari.evaluation.together import actions as together
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
TELLING = "Raportti ensin hiljaa, sanoo Aino. Rouva Virtanen 12.3."


def whole(response: Any) -> str:
    text: str = response.content.decode()
    return text


def title(response: Any) -> str:
    return whole(response).split("<title>")[1].split("</title>")[0]


# -- after closing --------------------------------------------------------------------------------------------------------


def test_who_answered_in_time_is_not_told_that_it_was_too_late() -> None:
    questionnaire, boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    for person in people[:6]:
        actions.answer(questionnaire, person, answers(4), {})
    actions.close_questionnaire(questionnaire, boss)
    # Nobody knows any more who answered, so both read the same.
    for person in (people[0], people[9]):
        shown = page(as_(person).get(url))
        assert "Kysely on suljettu" in shown
        assert "Jos ehdit vastata, vastauksesi on mukana luvuissa." in shown
        assert "ei enää voi ottaa mukaan" not in shown
        assert "katsotaan yhdessä" in shown
        assert reverse("round_closing", args=[questionnaire.round_id]) not in shown
    actions.close_round(Round.objects.get(pk=questionnaire.round_id), boss)
    shown = page(as_(people[0]).get(url))
    assert reverse("round_closing", args=[questionnaire.round_id]) in shown
    assert "Mitä kierros toi" in shown


def test_where_too_few_answered_no_figures_are_promised() -> None:
    questionnaire, boss, people = an_evaluation()
    actions.answer(questionnaire, people[0], answers(4), {})
    actions.close_questionnaire(questionnaire, boss)
    shown = page(as_(people[0]).get(reverse("answer", args=[questionnaire.pk])))
    assert "mukana luvuissa" not in shown
    assert "Vastauksia oli liian vähän, joten lukuja ei näytetä" in shown


def test_only_what_was_just_sent_is_too_late() -> None:
    questionnaire, boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    actions.close_questionnaire(questionnaire, boss)
    # What was typed comes back also where it was the language that was pressed.
    for sent in ({"worth_spreading": "Oma ajatus"}, {"worth_spreading": "Oma ajatus", "show_in": "fi"}):
        late = page(client.post(url, sent))
        assert "Kysely on jo suljettu" in late
        assert "Oma ajatus" in late
    # Nothing was typed, so nothing is too late.
    assert "Kysely on suljettu" in page(client.post(url, {"show_in": "fi"}))


def test_after_the_start_questions_have_closed_who_answered_reads_so() -> None:
    round_, people = signed_up()
    url = reverse("start_questions", args=[round_.pk])
    actions.answer_start(round_, people[0].person, {"learnt": 3}, 1)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.MEETING)
    shown = page(as_(people[0].person).get(url))
    assert "Alkukysymykset on suljettu" in shown
    assert "Jos ehdit vastata, vastauksesi on mukana." in shown
    late = page(as_(people[1].person).post(url, {"learnt": "4", "number": "1"}))
    assert "Kysely on jo suljettu" in late
    assert "jos osallistujia on vähintään viisi" in late


# -- few people -----------------------------------------------------------------------------------------------------------


def test_nothing_is_promised_at_the_start_that_few_would_not_get() -> None:
    for lang, five in {"fi": "vähintään viisi", "sv": "minst fem", "en": "at least five"}.items():
        for name in ("lead_start", "answered_start", "late_start_text"):
            assert five in all_words()[lang][name], (lang, name)


def test_four_people_read_why_no_questionnaire_comes() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    pair_of(round_)
    boss, me = supervisor_of(round_.unit), pair.members.earliest("pk").person
    client, url = as_(me), reverse("pair", args=[pair.pk])
    why = "Kyselyä ei tule, koska pareissa oli alle viisi ihmistä"
    assert why not in page(client.get(url))
    actions.go_without(round_, boss)
    assert why in page(client.get(url))
    # Whoever comes by an address kept from an earlier page reads the same.
    late = page(client.get(reverse("answer", args=[Questionnaire.objects.get().pk])))
    assert why in late
    assert "Jos ehdit vastata" not in late
    # And the supervisor is not told of figures that do not exist.
    for supervisors in ("round", "round_evaluation"):
        shown = page(as_(boss).get(reverse(supervisors, args=[round_.pk])))
        assert "Luvut on julkaistu" not in shown
    together.add(round_, boss, "worked", "Tapaamiset työajalla")
    actions.close_round(Round.objects.get(pk=round_.pk), boss)
    assert "Mitä kierros toi" in page(client.get(url))
    assert "Tästä kierroksesta ei tehty kyselyä: pareissa oli alle viisi ihmistä." in page(
        client.get(reverse("round_closing", args=[round_.pk]))
    )


# -- who hears of it ------------------------------------------------------------------------------------------------------


def opened(round_: Round, boss: Person) -> str:
    return page(as_(boss).post(reverse("round_evaluation", args=[round_.pk]), {"open": "1"}, follow=True))


def ten_people() -> tuple[Round, Person, list[Person]]:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(5) for m in pair_of(round_).members.all()]
    return round_, supervisor_of(round_.unit), people


def test_without_mail_nobody_is_said_to_have_been_told(settings: Any) -> None:
    assert not settings.MAIL_ENABLED
    round_, boss, _people = ten_people()
    shown = opened(round_, boss)
    assert "Viestejä ei lähetetty" in shown
    assert "omalla sivullaan" in shown
    assert "viikkopalaverissa" in shown
    assert "kerrottu" not in shown


def test_with_mail_for_some_it_is_said_for_how_many(mail_on: None) -> None:
    round_, boss, people = ten_people()
    Person.objects.filter(pk__in=[p.pk for p in people[:7]]).update(email=None)
    shown = opened(round_, boss)
    assert Outgoing.objects.filter(kind="questionnaire_open").count() == 3
    assert "Viesti lähtee arkipäivänä kello 8–16 niille, joiden sähköpostiosoite on tiedossa (3/10)" in shown
    assert "Kerro kyselystä myös viikkopalaverissa" in shown


def test_with_mail_for_all_it_is_said_so(mail_on: None) -> None:
    round_, boss, _people = ten_people()
    assert "Kaikki, joilla oli pari, saavat siitä viestin arkipäivänä kello 8–16." in opened(round_, boss)
    assert Outgoing.objects.filter(kind="questionnaire_open").count() == 10


def test_closing_the_round_promises_no_message_where_none_goes(settings: Any) -> None:
    questionnaire, boss, _people = an_evaluation()
    actions.close_questionnaire(questionnaire, boss)
    url = reverse("round_close", args=[questionnaire.round_id])
    assert "lähtee viesti" not in page(as_(boss).get(url))
    assert "kerro siitä viikkopalaverissa" in page(as_(boss).get(url))
    settings.MAIL_ENABLED = True
    assert "lähtee viesti" in page(as_(boss).get(url))


def test_those_without_a_pair_are_named_only_where_there_are_any(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    questionnaire, boss, _people = an_evaluation()
    actions.close_questionnaire(questionnaire, boss)
    url = reverse("round_close", args=[questionnaire.round_id])
    SignUp.objects.filter(round=questionnaire.round_id, places=None).delete()
    assert "joilla ei ole paria" not in page(as_(boss).get(url))
    SignUpFactory(round=questionnaire.round)
    assert "myös niille, joilla ei ole paria" in page(as_(boss).get(url))


def test_before_the_supervisor_has_confirmed_the_questions_that_will_come_are_named() -> None:
    sign_up = SignUpFactory(confirmed_at=None)
    done = page(as_(sign_up.person).get(reverse("join_done", args=[sign_up.round.invite_token])))
    steps = re.findall(r"<li>(.*?)</li>", done.split("Mitä seuraavaksi tapahtuu?")[1], re.DOTALL)
    assert "kolme lyhyttä kysymystä" in steps[1]
    assert reverse("start_questions", args=[sign_up.round_id]) not in done


# -- the open answer is looked at -----------------------------------------------------------------------------------------


def test_what_may_tell_of_somebody_is_shown_once_and_then_sent_as_it_is() -> None:
    questionnaire, _boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    told = {"learnt": "4", "fit": "2", "worth_spreading": TELLING, "asked_in": "fi"}
    shown = page(client.post(url, told))
    assert contents().respondents == 0
    for words in ("Aino", "Rouva Virtanen", "12.3."):
        assert f'<q dir="auto">{words}</q>' in shown
    assert TELLING in shown
    assert re.search(r'name="learnt" value="4"[^>]* checked', shown)
    assert re.search(r'name="fit" value="2"[^>]* checked', shown)
    assert shown.count("Lähetä näin") == 2  # what Enter presses, and the button
    assert "ds-error-summary" not in shown  # nothing is wrong
    described = re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', shown)
    assert described
    assert all(f'id="{i}"' in shown for i in described[1].split())
    assert re.search(r'<input type="hidden" name="looked" value="1"', shown)
    # Another language shows the same once more, and nothing is lost.
    swedish = page(client.post(url, told | {"looked": "1", "show_in": "sv"}))
    assert "Skicka så här" in swedish
    assert TELLING in swedish
    assert "Aino" in re.findall(r'<q dir="auto">(.*?)</q>', swedish)
    assert client.post(url, told | {"looked": "1"}).status_code == 302
    assert contents().texts == {"worth_spreading": [TELLING]}


def test_an_ordinary_answer_is_sent_at_once() -> None:
    questionnaire, _boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    told = {"worth_spreading": "Viisi hiljaista minuuttia ennen raporttia."}
    assert as_(people[0]).post(url, told).status_code == 302
    assert contents().texts == {"worth_spreading": [told["worth_spreading"]]}


def test_what_was_noticed_is_logged_and_stored_nowhere(caplog: Any, django_assert_num_queries: Any) -> None:
    questionnaire, _boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    client.get(url)
    session = dict(client.session.items())
    with caplog.at_level("DEBUG", logger="oppipari"):
        response = client.post(url, {"worth_spreading": TELLING})
    assert "Virtanen" not in caplog.text
    assert dict(client.session.items()) == session
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_what_cannot_be_seen_hides_no_name() -> None:
    questionnaire, _boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    assert "Lähetä näin" in page(as_(people[0]).post(url, {"worth_spreading": "Niin sanoo Ai\u200bno aina."}))


# -- length ---------------------------------------------------------------------------------------------------------------


def test_the_limit_is_told_before_it_is_exceeded() -> None:
    questionnaire, _boss, people = an_evaluation()
    for lang in ("fi", "sv", "en"):
        shown = page(as_(people[0]).get(reverse("answer", args=[questionnaire.pk]) + f"?asked_in={lang}"))
        hint = re.search(r'<p data-field="description" id="id_worth_spreading_reads">(.*?)</p>', shown, re.DOTALL)
        assert hint
        assert "600" in hint[1]


def test_a_line_break_counts_as_one_as_it_is_kept() -> None:
    questionnaire, _boss, people = an_evaluation()
    url = reverse("answer", args=[questionnaire.pk])
    text = "å" * 299 + "\r\n\r\n" + "ä" * 300
    assert as_(people[0]).post(url, {"worth_spreading": text}).status_code == 302
    assert contents().texts == {"worth_spreading": ["å" * 299 + " " + "ä" * 300]}
    long = page(as_(people[1]).post(url, {"worth_spreading": "å" * 300 + "\r\n" + "ä" * 300}))
    assert "601 merkkiä" in long


def test_errors_stand_on_top_in_the_order_of_the_page_and_at_their_fields() -> None:
    questionnaire, _boss, people = an_evaluation()
    sent = {"worth_spreading": "å" * 601, "fit": "7", "learnt": "0", "support": "3"}
    shown = page(as_(people[0]).post(reverse("answer", args=[questionnaire.pk]), sent))
    assert re.findall(r'href="#id_(\w+?)(?:_0)?"', shown.split("</ul>")[0]) == ["learnt", "fit", "worth_spreading"]
    assert shown.index("ds-error-summary") < shown.index('name="show_in"')
    for key in ("learnt", "fit"):
        assert f'id="id_{key}" aria-describedby="id_{key}_error"' in shown
        assert f'id="id_{key}_error"' in shown


def test_a_number_that_no_machine_counts_is_none_of_ours() -> None:
    round_, people = signed_up()
    told = {"learnt": "2", "number": "9" * 5000}
    response = as_(people[0].person).post(reverse("start_questions", args=[round_.pk]), told)
    assert response.status_code == 200
    assert "Kysymyksiä muutettiin" in page(response)


# -- one language ---------------------------------------------------------------------------------------------------------


def test_a_page_answered_in_swedish_speaks_swedish_all_through() -> None:
    questionnaire, boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    asked = client.post(url, {"show_in": "sv"})
    assert title(asked).startswith("Enkät")
    nothing = client.post(url, {"asked_in": "sv"})
    assert "Rätta det här:" in page(nothing)
    assert "Korjaa" not in page(nothing)
    thanks = client.post(url, {"learnt": "4", "asked_in": "sv"}, follow=True)
    assert "Tack för dina svar" in page(thanks)
    assert title(thanks).startswith("Tack för dina svar")
    # Of the answer nothing stands in the address, and the footer's choice of a language still works.
    assert thanks.redirect_chain == [(f"{url}?asked_in=sv", 302)]
    assert f'name="next" value="{url}"' in whole(thanks)
    actions.close_questionnaire(questionnaire, boss)
    late = client.post(url, {"learnt": "4", "asked_in": "sv"})
    assert title(late).startswith("Enkäten har redan stängts")


def test_a_page_answered_in_english_is_english_around_as_well() -> None:
    questionnaire, _boss, people = an_evaluation()
    client, url = as_(people[0]), reverse("answer", args=[questionnaire.pk])
    asked = client.post(url, {"show_in": "en"})
    assert '<html lang="en"' in whole(asked)
    assert asked["Content-Language"] == "en"
    assert "My page" in whole(asked)
    assert "Oma sivu" not in whole(asked)
    wrong = client.post(url, {"asked_in": "en"})
    assert "Please mend these:" in page(wrong)
    # Only this page: the next one is in the person's own language again.
    assert '<html lang="fi"' in whole(client.get(reverse("home")))
    assert client.post(url, {"learnt": "4", "asked_in": "fi"}).url == url


def test_the_start_questions_keep_their_language_too() -> None:
    round_, people = signed_up()
    client, url = as_(people[0].person), reverse("start_questions", args=[round_.pk])
    assert title(client.post(url, {"show_in": "sv"})).startswith("Frågor i början")
    stale = client.post(url, {"learnt": "2", "number": "7", "asked_in": "en"})
    assert "The questions were changed in between." in page(stale)
    sent = client.post(url, {"learnt": "2", "number": str(queries.start_words(round_, None)[0]), "asked_in": "sv"})
    assert sent.url == f"{url}?asked_in=sv"
