"""What stands on a page is so: headings over something, ticks for what happened, counts that leave nothing out, nothing twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import (
    PersonFactory,
    RoundFactory,
    SignUpFactory,
    ended,
    met,
    pair_of,
    supervisor_of,
)

from oppipari.evaluation import actions as evaluation
from oppipari.insights import actions as insights
from oppipari.organisation.actions import hand_over_link, own_link
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, Question
from oppipari.pairs.queries.counted import counted_sizes
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round
from oppipari.site.steps import steps_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
STATE = Round.State


def page_of(person: Person, name: str, *args: Any, language: str = "fi") -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend=BACKEND)
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def section(page: str, key: str) -> str:
    """The part of the page that the heading with this id begins; "" where there is none."""
    found = re.search(rf'<(section|div)[^>]*aria-labelledby="{key}".*?</\1>', page, re.DOTALL)
    return found[0] if found else ""


def text_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_who_waits_has_signed_up() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    for _ in range(9):
        SignUpFactory(round=round_, person=PersonFactory(organisation=round_.unit.organisation), confirmed_at=None)
    page = page_of(boss, "round_sign_ups", round_.pk)
    assert page.count("Tunnen tämän ihmisen") + page.count("Tunnen hänet") >= 9
    assert "Kukaan ei ole vielä ilmoittautunut" not in page
    empty = RoundFactory(unit=round_.unit)
    assert "Kukaan ei ole vielä ilmoittautunut" in page_of(boss, "round_sign_ups", empty.pk)
    # Later nobody is asked to show slides any more.
    for state in (STATE.PAIRING, STATE.CLOSED):
        Round.objects.filter(pk=empty.pk).update(state=state)
        assert "Kukaan ei ole vielä ilmoittautunut" not in page_of(boss, "round_sign_ups", empty.pk)


def test_waiting_for_you_stands_over_what_one_can_do_and_nothing_else() -> None:
    round_ = RoundFactory()
    signed = SignUpFactory(round=round_).person
    own_link(signed)
    page = page_of(signed, "home")
    assert "Olet ilmoittautunut" in section(page, "news")
    assert "Olet ilmoittautunut" not in section(page, "waits")
    # Without a pair one waits oneself.
    Round.objects.filter(pk=round_.pk).update(state=STATE.MEETING)
    page = page_of(signed, "home")
    assert "Odottaa sinua" not in page
    assert "<li>" in section(page, "news")
    # With one there is something to answer.
    pair = pair_of(round_)
    own_link(pair.members.earliest("pk").person)
    page = page_of(pair.members.earliest("pk").person, "home")
    assert "<li>" in section(page, "waits")
    assert not section(page, "news")


def test_what_the_supervisor_need_not_do_is_good_to_know() -> None:
    round_ = RoundFactory(state=STATE.MEETING)
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_)
    pair_of(round_)
    ended(pair, pair.members.earliest("pk").person)
    page = page_of(boss, "round", round_.pk)
    assert "Tapaamiset ovat päättyneet: 1 pari." in section(page, "news")
    assert "päättyneet" not in section(page, "waits")
    assert "päättyneet" not in section(page, "next")


def test_steps_are_ticked_when_they_have_happened(settings: Any) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)

    def told() -> tuple[int, list[int]]:
        round_.refresh_from_db()
        found = steps_of(round_)
        return found.now, sorted(found.done)

    assert told() == (1, [])
    Invitation.objects.create(round=round_, name="X", email="x@example.org", token_hash="0" * 64)
    # Where no message leaves, an invitation that was made has reached nobody.
    assert told() == (1, [])
    settings.MAIL_ENABLED = True
    assert told() == (2, [1])
    settings.MAIL_ENABLED = False
    Round.objects.filter(pk=round_.pk).update(state=STATE.PAIRING)
    assert told() == (3, [1, 2])
    Round.objects.filter(pk=round_.pk).update(state=STATE.MEETING)
    pairs = [pair_of(round_), pair_of(round_)]
    assert told() == (4, [1, 2, 3])
    met(pairs[0])
    people = [m.person for m in pairs[0].members.all()]
    idea = insights.write(pairs[0], people[0], "Ajatus")
    for person in people:
        insights.approve(idea, person, idea.fingerprint)
    # Ideas may still come, and the other pair has not met.
    assert told() == (4, [1, 2, 3])
    Round.objects.filter(pk=round_.pk).update(state=STATE.EVALUATING)
    assert told() == (6, [1, 2, 3, 5])
    met(pairs[1])
    assert told() == (6, [1, 2, 3, 4, 5])
    page = page_of(boss, "round", round_.pk)
    steps = page[page.index('<nav class="steps"') :]
    assert steps[: steps.index("</nav>")].count(": tehty") == 5
    Round.objects.filter(pk=round_.pk).update(state=STATE.MEETING)
    assert told()[0] == 6  # all have met: what comes next is the evaluation
    Round.objects.filter(pk=round_.pk).update(state=STATE.CLOSED)
    assert told() == (7, [1, 2, 3, 4, 5, 6])
    idea.delete()
    assert told() == (7, [1, 2, 3, 4, 6])


def test_counts_tell_of_what_was_held_and_what_is_past() -> None:
    round_ = RoundFactory(state=STATE.MEETING)
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_)
    Pair.objects.filter(pk=pair.pk).update(meetings_agreed=12)
    met(pair, 10)
    for name, there in (
        ("round", "10 tapaamista pidetty"),
        ("round_meetings", "10 tapaamista pidetty"),
        ("board", "tavanneet 10 kertaa"),
    ):
        page = page_of(boss, name, round_.pk)
        assert there in page, name
        for wrong in (
            "0 sovittu",
            "Mitään ei ole vielä sovittu",
            "Tapaamisia ei ole vielä tulossa",
            "Aikoja ei ole vielä sovittu",
        ):
            assert wrong not in page, (name, wrong)
    now = timezone.now()
    pair.meetings.create(starts_at=now - timedelta(hours=3), minutes=60, state="agreed")
    pair.meetings.create(starts_at=now + timedelta(days=3), minutes=60, state="proposed")
    page = page_of(boss, "round", round_.pk)
    assert all(
        text in page for text in ("10 tapaamista pidetty", "1 sovittu aika on jo ollut", "1 odottaa hyväksyntääsi")
    )
    page = page_of(boss, "board", round_.pk)
    assert all(text in page for text in ("1 sovittu aika on jo ollut", "1 ehdotettu aika"))


def test_a_meeting_that_no_longer_fits_stands_once(monkeypatch: Any) -> None:
    from oppipari.meetings.work_times import rosters

    round_ = RoundFactory(state=STATE.MEETING)
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_)
    moments = [timezone.now() + timedelta(days=d) for d in (3, 20, 40, 60)]
    made = [pair.meetings.create(starts_at=at, minutes=60, state="agreed") for at in moments]
    for person in pair.members.all():
        rosters.RosterPeriod.objects.create(
            person=person.person,
            first_day=timezone.localdate(),
            last_day=timezone.localdate() + timedelta(days=90),
        )
    page = text_of(page_of(boss, "round_meetings", round_.pk))
    assert "4 alla olevista tapaamisista ei enää sovi" in page
    names = " + ".join(m.person.name for m in pair.members.all())
    # Once to read, and once unseen in the name of its button.
    assert page.count(names) == 2 * len(made)


def test_a_closed_round_promises_no_meetings() -> None:
    round_ = RoundFactory(state=STATE.CLOSED, closed_at=timezone.now(), published_at=timezone.now())
    boss = supervisor_of(round_.unit)
    page = page_of(boss, "round_meetings", round_.pk)
    assert "Parit ehdottavat aikoja" not in page
    assert "Suunnittelijaan" not in page
    page = page_of(boss, "board", round_.pk)
    assert "Kaikki parit ovat päättyneet" not in page
    assert "0 oivallusta" not in page_of(boss, "round", round_.pk)


def test_a_pairs_page_has_no_heading_over_nothing() -> None:
    round_ = RoundFactory(state=STATE.CLOSED, closed_at=timezone.now(), published_at=timezone.now())
    pair = pair_of(round_)
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    page = page_of(pair.members.earliest("pk").person, "pair", pair.pk)
    for heading in ("Tavoitteemme", ">Oivallukset<"):
        assert heading not in page


def test_a_trial_to_decide_on_stands_once_on_ones_own_page() -> None:
    from tests.insights.test_trials import plan

    from oppipari.insights.models import Trial
    from oppipari.insights.trials import actions as trials

    round_ = RoundFactory(state=STATE.CLOSED, closed_at=timezone.now(), published_at=timezone.now())
    boss = supervisor_of(round_.unit)
    trial = trials.start(round_.unit, boss, plan())
    Trial.objects.filter(pk=trial.pk).update(until=timezone.localdate())
    assert page_of(boss, "home").count(reverse("trial_decide", args=[trial.pk])) == 1


@pytest.mark.parametrize(("language", "of_two"), [("fi", r"\bpari"), ("sv", r"\bpar(et|en|ets)?\b"), ("en", r"\bpair")])
def test_a_trios_page_speaks_of_three_and_says_one_line_a_person(language: str, of_two: str) -> None:
    round_ = RoundFactory(state=STATE.MEETING)
    trio = pair_of(round_, 3)
    members = list(trio.members.select_related("person", "sign_up"))
    a, b, c = (str(m.sign_up_id) for m in members)

    def why(one: str, other: str, one_learns: list[str], other_learns: list[str]) -> dict[str, Any]:
        told = {"common_slots": [0], "other_team": False, "fit": "one_sided"}
        return {"a": one, "b": other, "a_learns": one_learns, "b_learns": other_learns, **told}

    # Each two by themselves: the first learns of the second, not of the third; the third of nobody.
    whys = [why(a, b, ["wound-care"], []), why(a, c, [], []), why(b, c, ["nutrition"], [])]
    Pair.objects.filter(pk=trio.pk).update(explanation={"whys": whys})
    reader = members[0].person
    page = page_of(reader, "pair", trio.pk, language=language)
    reasons = re.search(r'<ul class="reasons ds-list">(.*?)</ul>', page, re.DOTALL)
    assert reasons is not None
    lines = re.findall(r"<li>(.*?)</li>", reasons[1])
    own = {"fi": ("Sinä", "Toiveillesi"), "sv": ("Du ", "Inget av det du"), "en": ("You ", "Nothing you")}[language]
    assert sum(line.startswith(own) for line in lines) == 1
    for other in members[1:]:
        assert sum(other.person.name in line for line in lines) == 1
    assert len(lines) == 4  # and the common time
    text = text_of(page)
    # The guide, the questions and the buttons speak of three, too.
    assert not re.search(of_two, text.lower()), re.search(f".{{30}}{of_two}.{{30}}", text.lower())
    for name in ("pair_again", "pair_end"):
        text = text_of(page_of(reader, name, trio.pk, language=language)).lower()
        assert {"fi": "kolmik", "sv": "trio", "en": "trio"}[language] in text


def test_a_round_counts_pairs_and_trios_apart() -> None:
    round_ = RoundFactory(state=STATE.MEETING)
    boss = supervisor_of(round_.unit)
    pair_of(round_)
    pair_of(round_, 3)
    assert "1 pari + 1 kolmikko" in text_of(page_of(boss, "round", round_.pk))


# -- telling, without mail ------------------------------------------------------------------------------------------


def test_under_a_tick_nobody_is_asked_to_tell_any_more() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    assert "Kerro yksikölle" in page_of(boss, "round", round_.pk)
    SignUpFactory(round=round_)
    page = page_of(boss, "round", round_.pk)
    assert "Kerro yksikölle" not in page
    assert "enintään yksi" in page
    SignUpFactory(round=round_)
    page = page_of(boss, "round", round_.pk)
    assert "Kerro yksikölle" not in page
    assert "enintään yksi" not in page
    assert "2 ihmistä on ilmoittautunut" in page


def test_after_publishing_telling_the_pairs_waits_until_it_can_have_been_done() -> None:
    round_ = RoundFactory(state=STATE.MEETING, published_at=timezone.now())
    boss = supervisor_of(round_.unit)
    pairs = [pair_of(round_), pair_of(round_)]
    Pair.objects.update(published_at=timezone.now())
    address = reverse("pairs_tell", args=[round_.pk])
    assert "4 ihmistä ei ehkä vielä tiedä, että parit on julkaistu" in section(
        page_of(boss, "round", round_.pk), "next"
    )
    assert address in page_of(boss, "home")
    # Nor is their step over while telling them comes next.
    assert (steps_of(round_, boss).now, sorted(steps_of(round_, boss).done)) == (3, [1, 2])
    over = 'Parit<span class="ds-sr-only">: tehty'
    assert over not in page_of(boss, "round", round_.pk)
    # What members have answered is not asked.
    pairs[0].members.update(answer="fine")
    assert "4 ihmistä ei ehkä" in page_of(boss, "round", round_.pk)
    # Who proposed a time knows; whether the other has seen it is not known.
    proposer = pairs[0].members.earliest("pk").person
    meeting = pairs[0].meetings.create(
        starts_at=timezone.now() + timedelta(days=3), minutes=60, state="proposed", proposed_by=proposer
    )
    assert "3 ihmistä ei ehkä" in page_of(boss, "round", round_.pk)
    # What the pair agreed on it knows; what the supervisor arranged for it, it may not have seen.
    pairs[0].meetings.update(state="agreed")
    assert "2 ihmistä ei ehkä" in page_of(boss, "round", round_.pk)
    pairs[0].meetings.update(proposed_by=boss)
    assert "4 ihmistä ei ehkä" in page_of(boss, "round", round_.pk)
    pairs[0].meetings.filter(pk=meeting.pk).update(state="held")
    assert "2 ihmistä ei ehkä" in page_of(boss, "round", round_.pk)
    for member in pairs[1].members.select_related("person"):
        hand_over_link(member.person, boss)
    assert (steps_of(round_, boss).now, sorted(steps_of(round_, boss).done)) == (4, [1, 2, 3])
    assert over in page_of(boss, "round", round_.pk)
    assert "ei ehkä vielä tiedä" not in page_of(boss, "round", round_.pk)


def test_with_mail_nobody_waits_to_be_told_of_their_pair(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    round_ = RoundFactory(state=STATE.MEETING, published_at=timezone.now())
    boss = supervisor_of(round_.unit)
    pair_of(round_)
    Pair.objects.update(published_at=timezone.now())
    assert "ei ehkä vielä tiedä" not in page_of(boss, "round", round_.pk)


# -- a round that takes no sign-ups ---------------------------------------------------------------------------------


def test_materials_invite_nobody_where_sign_up_is_closed() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    link = reverse("join", args=[round_.invite_token])

    def invites() -> list[bool]:
        tell, poster = (page_of(boss, name, round_.pk) for name in ("round_tell", "round_print"))
        calls = ["jaa linkki" in tell, link in tell, link in poster, "Ilmoittaudu puhelimella" in poster]
        assert len(set(calls)) == 1, calls
        return calls

    assert all(invites())
    Round.objects.filter(pk=round_.pk).update(sign_up_closes=timezone.localdate() - timedelta(days=1))
    assert not any(invites())
    for state in (STATE.PAIRING, STATE.MEETING, STATE.EVALUATING, STATE.CLOSED):
        Round.objects.filter(pk=round_.pk).update(state=state)
        assert not any(invites()), state


def test_in_a_closed_round_nobody_looks_for_a_partner() -> None:
    round_ = RoundFactory(state=STATE.MEETING)
    boss = supervisor_of(round_.unit)
    pair_of(round_)
    SignUpFactory(round=round_)
    assert "etsii paria" in page_of(boss, "round", round_.pk)
    Round.objects.filter(pk=round_.pk).update(state=STATE.CLOSED, closed_at=timezone.now())
    assert "etsii paria" not in page_of(boss, "round", round_.pk)


# -- before one sends -----------------------------------------------------------------------------------------------


def test_before_sending_one_reads_what_the_partner_will_see() -> None:
    """Whatever a partner's page shows of a sign-up is named where it is sent."""
    round_ = RoundFactory(state=STATE.MEETING)
    pair = pair_of(round_)
    me, other = [m.person for m in pair.members.select_related("person").order_by("pk")]
    shown = text_of(page_of(me, "pair", pair.pk))
    assert str(other.email) in shown
    for heading in ("Voi jakaa", "Haluaa oppia", "Haluaa tavata", "Kielet"):
        assert heading in shown
    open_ = RoundFactory(unit=round_.unit)
    actions.sign_up(open_, me, {"shares": ["medication"], "wants": ["first-aid"], "slots": [0], "stage": "mid"})
    client = Client(headers={"accept-language": "fi"})
    client.force_login(me, backend=BACKEND)
    page = client.post(reverse("sign_up_change", args=[open_.sign_ups.get().pk]), follow=True).content.decode()
    for said in ("nimesi ja sähköpostiosoitteesi", "voit jakaa ja haluat oppia", "tapaamistavan ja kielet", "työajan"):
        assert said in page


def closable(size: int) -> tuple[Round, Person, Pair]:
    round_ = RoundFactory(state=STATE.MEETING, published_at=timezone.now())
    return round_, supervisor_of(round_.unit), pair_of(round_, size)


@pytest.mark.parametrize(("size", "counted"), [(2, "2 paria"), (3, "1 pari ja 1 kolmikko")])
def test_before_closing_and_after_an_ending_a_trio_is_counted_as_one(size: int, counted: str) -> None:
    round_, boss, group = closable(size)
    other = pair_of(round_)
    evaluation.go_without(round_, boss)
    close = text_of(page_of(boss, "round_close", round_.pk))
    assert f"Tapaamisia on ollut vähemmän kuin oli tarkoitus: {counted}." in close
    for each in (group, other):
        ended(each, each.members.earliest("pk").person)
    assert f"Tapaamiset ovat päättyneet: {counted}." in text_of(page_of(boss, "round", round_.pk))
    assert f"Tapaamiset päättyneet: {counted}" in text_of(page_of(boss, "board", round_.pk))


def test_what_is_published_is_counted_in_pairs_and_trios() -> None:
    assert [counted_sizes(s) for s in ((2, 2), (2, 3), (3,), (3, 3), ())] == [
        "2 paria",
        "1 pari ja 1 kolmikko",
        "1 kolmikko",
        "2 kolmikkoa",
        "0 paria",
    ]


@pytest.mark.parametrize(
    ("language", "of_two"), [("fi", r"\bpari\b"), ("sv", r"\bpar(et)?\b"), ("en", r"\bthe pair\b")]
)
def test_whoever_ends_a_trios_meetings_reads_nothing_of_a_pair(language: str, of_two: str) -> None:
    _round, boss, trio = closable(3)
    page = text_of(page_of(boss, "pair_dissolve", trio.pk, language=language))
    # That each may look for a new partner, and where the link leads back to, is of pairs.
    first = page[: page.index({"fi": "Sitten jokaiselta", "sv": "Sedan", "en": "Each is asked"}[language])]
    assert not re.search(of_two, first.lower()), first


@pytest.mark.parametrize(("size", "names"), [(2, "Sinä ja {1}"), (3, "Sinä, {1} ja {2}")])
def test_a_closed_rounds_page_joins_names_as_one_says_them(size: int, names: str) -> None:
    round_, _boss, group = closable(size)
    people = [m.person for m in group.members.select_related("person").order_by("pk")]
    Round.objects.filter(pk=round_.pk).update(state=STATE.CLOSED, closed_at=timezone.now())
    Pair.objects.filter(pk=group.pk).update(state=Pair.State.FINISHED)
    told = text_of(page_of(people[0], "round_closing", round_.pk))
    assert names.format(*(p.name for p in people)) + ": yhteiset tapaamisenne ovat päättyneet." in told


def test_who_has_met_as_often_as_agreed_is_not_told_of_a_next_meeting() -> None:
    _round, _boss, pair = closable(2)
    person = pair.members.earliest("pk").person
    met(pair, pair.meetings_agreed - 1)
    page = text_of(page_of(person, "pair", pair.pk))
    assert "Viimeiseen tapaamiseen" in page
    met(pair)
    page = text_of(page_of(person, "pair", pair.pk))
    for wrong in ("Viimeiseen tapaamiseen", "Kiirettä ei ole", "Kirjoita tavoitteemme"):
        assert wrong not in page


def test_what_came_of_going_on_stands_on_ones_own_page() -> None:
    _round, _boss, pair = closable(2)
    person = pair.members.earliest("pk").person
    met(pair)
    assert "Jatkatte" not in page_of(person, "home")
    Pair.objects.filter(pk=pair.pk).update(meetings_agreed=pair.meetings_agreed + 2)
    page = text_of(page_of(person, "home"))
    assert "Jatkatte: vielä 2 tapaamista." in page
    # Asked anew: the answer is open, and nothing is said of it.
    Question.objects.create(
        pair=pair, asked_on=timezone.localdate(), until=timezone.localdate(), looked_on=timezone.localdate()
    )
    assert "Jatkatte" not in page_of(person, "home")
    Question.objects.all().delete()
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    page = text_of(page_of(person, "home"))
    assert "Yhteiset tapaamisenne ovat päättyneet. Kiitos yhteisestä oppimisesta!" in page
    assert "Jatkatte" not in page
