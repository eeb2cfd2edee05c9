"""Opening, telling, closing, copying a round, and the page of sign-ups: rules, roles, bad input, queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.meetings.models import Meeting
from oppipari.messages.hours import working_day_from
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import AccessEntry, Unit
from oppipari.pairs.models import Pair
from oppipari.rounds import actions, queries
from oppipari.rounds.access import rounds_joined, rounds_supervised
from oppipari.rounds.forms import next_name
from oppipari.rounds.models import Exclusion, Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Round.State


@pytest.fixture
def unit() -> Unit:
    made: Unit = UnitFactory()
    return made


@pytest.fixture
def boss(client: Client, unit: Unit) -> Client:
    client.force_login(supervisor_of(unit), backend=BACKEND)
    return client


def in_forty_days() -> date:
    return timezone.localdate() + timedelta(days=40)


# -- opening and telling --------------------------------------------------------------------------------------------


def test_a_round_opens_with_its_defaults_and_the_materials_are_ready(boss: Client) -> None:
    form = boss.get(reverse("round_new")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    page = boss.post(reverse("round_new"), data, follow=True)
    made = Round.objects.get()
    assert (made.meetings_wanted, made.weeks_between, made.meeting_minutes) == (3, 4, 60)
    assert made.sign_up_closes == working_day_from(timezone.localdate() + timedelta(days=14))
    assert page.redirect_chain[-1][0] == reverse("round_tell", args=[made.pk])
    text = page.content.decode()
    for part in (
        f"http://testserver{reverse('join', args=[made.invite_token])}",
        reverse("round_qr", args=[made.pk]),
        reverse("round_deck", args=[made.pk]) + "?lang=fi",
        reverse("round_deck", args=[made.pk]) + "?lang=en",
        "<textarea",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("clock_at", "closes", "name"),
    [
        ("2027-01-12T10:00", "2027-01-26", "Kevät 2027"),
        ("2026-12-16T10:00", "2026-12-30", "Syksy 2026"),
        ("2026-12-18T10:00", "2027-01-04", "Kevät 2027"),  # not on New Year's Day, nor on the Saturday after it
        ("2026-12-31T23:55", "2027-01-14", "Kevät 2027"),
        ("2026-12-23T10:00", "2027-01-07", "Kevät 2027"),  # not on Epiphany
        ("2027-02-28T10:00", "2027-03-15", "Kevät 2027"),  # a Sunday, and so is the day two weeks on
        ("2028-02-29T10:00", "2028-03-14", "Kevät 2028"),
        ("2027-06-11T10:00", "2027-06-28", "Kevät 2027"),  # not on Midsummer's Eve
        ("2027-06-17T10:00", "2027-07-01", "Syksy 2027"),
    ],
)
def test_the_closing_day_proposed_is_a_working_day_and_the_name_is_of_its_season(
    boss: Client, clock_at: str, closes: str, name: str
) -> None:
    form = boss.get(reverse("round_new")).context["form"]
    assert (str(form["sign_up_closes"].value()), form["name"].value()) == (closes, name)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Anna kierrokselle nimi"),
        ({"meetings_wanted": "99"}, "12"),
        ({"meetings_wanted": ""}, "Kirjoita luku."),
        ({"sign_up_closes": "2020-01-01"}, "on jo mennyt"),
        ({"sign_up_closes": "huomenna"}, "päivä.kuukausi.vuosi"),
    ],
)
def test_bad_answers_are_told_at_their_field_and_the_rest_stays(boss: Client, changed: Any, told: str) -> None:
    data = {
        "name": "Meidän kierros",
        "meetings_wanted": "3",
        "weeks_between": "4",
        "meeting_minutes": "45",
        "odd_person": "wait",
        "sign_up_closes": in_forty_days().isoformat(),
    }
    page = boss.post(reverse("round_new"), data | changed).content.decode()
    assert told in page
    assert "Korjaa nämä" in page
    assert 'value="45"' in page
    assert not Round.objects.exists()


def test_dates_are_taken_as_finns_write_them(boss: Client) -> None:
    form = boss.get(reverse("round_new")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    day = in_forty_days()
    boss.post(reverse("round_new"), data | {"sign_up_closes": f"{day.day}.{day.month}.{day.year}"})
    assert Round.objects.get().sign_up_closes == day


def test_who_supervises_nothing_opens_nothing(client: Client, unit: Unit) -> None:
    somebody = member_of(unit)
    client.force_login(somebody, backend=BACKEND)
    assert client.get(reverse("round_new")).status_code == 404
    with pytest.raises(DomainError):
        actions.open_round(unit, somebody, name="X", sign_up_closes=timezone.localdate())


def test_a_unit_of_somebody_else_cannot_be_chosen(boss: Client) -> None:
    form = boss.get(reverse("round_new")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    other = UnitFactory()
    boss.post(reverse("round_new"), data | {"unit": other.pk})
    assert not Round.objects.filter(unit=other).exists()


# -- the course of a round ------------------------------------------------------------------------------------------


def test_states_follow_one_another_and_repeating_is_harmless(unit: Unit) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)
    for verb, state in (
        (actions.close_sign_up, State.PAIRING),
        (actions.close_sign_up, State.PAIRING),
        (actions.reopen_sign_up, State.SIGN_UP),
        (actions.reopen_sign_up, State.SIGN_UP),
        (actions.mark_published, State.MEETING),
        (actions.start_evaluation, State.EVALUATING),
        (actions.start_evaluation, State.EVALUATING),
        (actions.close_round, State.CLOSED),
        (actions.close_round, State.CLOSED),
    ):
        assert verb(round_, boss).state == state


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (actions.reopen_sign_up, State.MEETING),
        (actions.mark_published, State.MEETING),
        (actions.start_evaluation, State.PAIRING),
        (actions.start_evaluation, State.CLOSED),
        (actions.close_round, State.MEETING),
    ],
)
def test_no_state_is_skipped_or_gone_back_to(unit: Unit, verb: Any, state: str) -> None:
    round_ = RoundFactory(unit=unit, state=state)
    with pytest.raises(DomainError):
        verb(round_, supervisor_of(unit))
    round_.refresh_from_db()
    assert round_.state == state


@pytest.mark.parametrize(
    "verb",
    [
        actions.close_sign_up,
        actions.reopen_sign_up,
        actions.mark_published,
        actions.start_evaluation,
        actions.close_round,
        actions.invitation_sheet,
    ],
)
def test_every_verb_asks_who_is_acting(unit: Unit, verb: Any) -> None:
    round_ = RoundFactory(unit=unit)
    for somebody in (member_of(unit), supervisor_of(UnitFactory())):
        with pytest.raises(DomainError):
            verb(round_, somebody)


def test_publishing_deletes_wishes_about_persons_and_open_invitations(unit: Unit) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)
    Exclusion.objects.create(sign_up=SignUpFactory(round=round_), text="Eino Salo")
    elsewhere = Exclusion.objects.create(sign_up=SignUpFactory(), text="Muu")
    actions.invite(round_, boss, [{"email": "x@example.org", "exclusion": "Eino Salo"}])
    actions.mark_published(round_, boss)
    assert list(Exclusion.objects.all()) == [elsewhere]
    assert not Invitation.objects.filter(round=round_).exists()


def test_reopening_after_the_closing_day_moves_the_day(unit: Unit) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    round_ = RoundFactory(unit=unit, state=State.PAIRING, sign_up_closes=yesterday)
    assert actions.reopen_sign_up(round_, supervisor_of(unit)).takes_sign_ups(timezone.localdate())


def test_settings_change_until_pairs_are_published(unit: Unit) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)
    assert actions.change_settings(round_, boss, 1, meetings_wanted=5).meetings_wanted == 5
    with pytest.raises(StaleEdit):
        actions.change_settings(round_, boss, 1, meetings_wanted=6)
    Round.objects.update(state=State.MEETING)
    with pytest.raises(DomainError):
        actions.change_settings(round_, boss, 2, meetings_wanted=6)
    assert Round.objects.get().meetings_wanted == 5


def test_the_next_round_has_the_same_settings_and_an_address_of_its_own(boss: Client, unit: Unit) -> None:
    before = RoundFactory(unit=unit, state=State.CLOSED, meetings_wanted=4, weeks_between=2, meeting_minutes=45)
    boss.post(reverse("round_copy", args=[before.pk]), {"name": "Kevät", "sign_up_closes": in_forty_days().isoformat()})
    made = Round.objects.exclude(pk=before.pk).get()
    assert (made.meetings_wanted, made.weeks_between, made.meeting_minutes) == (4, 2, 45)
    assert made.copied_from == before
    assert made.invite_token != before.invite_token
    page = boss.post(reverse("round_copy", args=[before.pk]), {"name": "Syksy", "sign_up_closes": "2020-05-05"})
    assert "on jo mennyt" in page.content.decode()
    assert "Syksy" in page.content.decode()


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("fi", "Mentorointi 2026", "Mentorointi 2027"), ("fi", "Syksy 2026", "Kevät 2027"), ("fi", "Kevät 2027", "Syksy 2027"),
        ("sv", "Hösten 2026", "Våren 2027"), ("en", "Spring 2026", "Autumn 2026"),
        ("fi", "Lukuvuosi 2026–2027", "Lukuvuosi 2027–2028"), ("fi", "Toinen kierros", ""), ("fi", "Talo 120266", ""),
    ],
)  # fmt: skip
def test_the_next_round_is_called_after_the_one_before_it(language: str, before: str, after: str) -> None:
    with translation.override(language):
        assert next_name(before) == after


def test_the_copy_page_proposes_the_next_name_and_says_kindly_what_is_too_long(boss: Client, unit: Unit) -> None:
    before = RoundFactory(unit=unit, state=State.CLOSED, name="Mentorointi 2027")
    url = reverse("round_copy", args=[before.pk])
    page = boss.get(url).content.decode()
    assert 'value="Mentorointi 2028"' in page
    assert "ilman paria olleet" not in page  # nobody was left without a pair
    page = boss.post(url, {"name": "x" * 130, "sign_up_closes": in_forty_days().isoformat()}).content.decode()
    assert "Enintään 120 merkkiä, kiitos. Tässä on 130." in page


def test_a_closed_round_waits_for_nothing_and_leads_on(boss: Client, unit: Unit) -> None:
    round_ = RoundFactory(unit=unit, state=State.MEETING)
    pair = pair_of(round_)
    coming = timezone.now() + timedelta(days=3)
    Meeting.objects.create(pair=pair, starts_at=coming, minutes=60, state=Meeting.State.PROPOSED)
    nags = "odottaa hyväksyntääsi"
    assert nags in boss.get(reverse("home")).content.decode()
    Round.objects.filter(pk=round_.pk).update(state=State.CLOSED, closed_at=timezone.now())
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    for url in (reverse("home"), reverse("round", args=[round_.pk])):
        page = boss.get(url).content.decode()
        assert nags not in page
        assert "Aloita seuraava kierros" in page
    assert reverse("round_closing", args=[round_.pk]) in page.split('class="next"')[1].split("</section>")[0]
    # Half a year later there is nothing to count, and nothing is counted.
    round_.pairs.all().delete()
    SignUp.objects.filter(round=round_).delete()
    page = boss.get(reverse("round", args=[round_.pk])).content.decode()
    for gone in ("0 ilmoittautumista", "0 paria", "0 sovittu", "Tavoitteita kirjattu"):
        assert gone not in page


@pytest.mark.parametrize("sent", ["x", "9" * 5000])
def test_what_is_no_number_confirms_nobody_and_breaks_nothing(boss: Client, unit: Unit, sent: str) -> None:
    made = SignUpFactory(round=RoundFactory(unit=unit), confirmed_at=None)
    assert boss.post(reverse("sign_up_confirm", args=[made.round_id]), {"sign_up": sent}).status_code == 302
    made.refresh_from_db()
    assert made.confirmed_at is None


# -- who reads what -------------------------------------------------------------------------------------------------

PAGES = ["round_settings", "round_tell", "round_print", "round_sign_ups", "round_copy"]
PRESSES = ["round_close_sign_up", "round_reopen_sign_up", "round_invite", "invitation_sheet", "sign_up_confirm"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_round_are_its_supervisors_alone(client: Client, unit: Unit, name: str) -> None:
    address = reverse(name, args=[RoundFactory(unit=unit).pk])
    assert client.get(address).status_code == 302
    for somebody in (member_of(unit), supervisor_of(UnitFactory(organisation=unit.organisation))):
        client.force_login(somebody, backend=BACKEND)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", PRESSES)
def test_presses_are_the_supervisors_alone_and_never_a_link(client: Client, unit: Unit, name: str) -> None:
    round_ = RoundFactory(unit=unit)
    address = reverse(name, args=[round_.pk])
    client.force_login(supervisor_of(unit), backend=BACKEND)
    assert client.get(address).status_code == 405
    client.force_login(supervisor_of(UnitFactory(organisation=unit.organisation)), backend=BACKEND)
    assert client.post(address).status_code == 404
    round_.refresh_from_db()
    assert round_.state == State.SIGN_UP


def test_sign_ups_are_shown_without_wishes_and_the_reading_is_noted(boss: Client, unit: Unit) -> None:
    made = SignUpFactory(round=RoundFactory(unit=unit), shares=["medication"], wants=["ethics"])
    Exclusion.objects.create(sign_up=made, text="Eino Salo")
    page = boss.get(reverse("round_sign_ups", args=[made.round_id])).content.decode()
    assert made.person.name in page
    assert "Lääkehoito" in page
    assert "Eino Salo" not in page
    assert AccessEntry.objects.filter(person=made.person, what=AccessEntry.What.SIGN_UP).count() == 1


def test_a_card_speaks_of_its_person_and_not_as_if_it_were_the_readers_own(boss: Client, unit: Unit) -> None:
    """The choice of the sign-up is in the first person: "urani alussa"."""
    made = SignUpFactory(round=RoundFactory(unit=unit), stage=SignUp.Stage.EARLY)
    page = boss.get(reverse("round_sign_ups", args=[made.round_id])).content.decode()
    assert "työuransa alussa" in page
    assert "urani alussa" not in page


def test_access_is_scoped_to_ones_own(unit: Unit) -> None:
    boss, round_ = supervisor_of(unit), RoundFactory(unit=unit)
    RoundFactory()
    made = SignUpFactory(round=round_)
    assert list(rounds_supervised(boss)) == [round_]
    assert list(rounds_joined(made.person)) == [round_]
    actions.withdraw(made, made.person)
    assert not rounds_joined(made.person).exists()


# -- what waits -----------------------------------------------------------------------------------------------------


def test_what_waits_follows_the_round(unit: Unit) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)

    def first() -> str:
        return min(queries.todos_for_round(round_, boss), key=lambda t: t.order).url

    assert first() == reverse("round_tell", args=[round_.pk])
    SignUpFactory.create_batch(2, round=round_)
    assert first() == reverse("round_sign_ups", args=[round_.pk])
    round_.sign_up_closes = timezone.localdate() - timedelta(days=1)
    assert first() == reverse("round_sign_ups", args=[round_.pk])
    round_.state = State.MEETING
    assert queries.todos_for_round(round_, boss) == []


def test_a_participant_is_reminded_of_their_own_sign_up_until_pairs_are_out(unit: Unit) -> None:
    made = SignUpFactory(round=RoundFactory(unit=unit))
    SignUpFactory(round=made.round)
    (todo,) = queries.todos_for_person(made.person)
    assert todo.url == reverse("my_sign_up", args=[made.pk])
    Round.objects.update(state=State.MEETING)
    assert queries.todos_for_person(made.person) == []


# -- no page slows down with people ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["round_sign_ups", "round_tell"])
def test_pages_ask_the_database_no_more_with_a_hundred_people(
    boss: Client, unit: Unit, django_assert_max_num_queries: Any, name: str
) -> None:
    counted = []
    for people in (10, 90):
        round_ = Round.objects.first() or RoundFactory(unit=unit)
        SignUpFactory.create_batch(people, round=round_)
        with django_assert_max_num_queries(30) as seen:
            assert boss.get(reverse(name, args=[round_.pk])).status_code == 200
        counted.append(len(seen.captured_queries))
    assert counted[1] <= counted[0]


def test_what_waits_and_the_card_take_a_fixed_number_of_queries(unit: Unit, django_assert_max_num_queries: Any) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)
    counted = []
    for people in (10, 90):
        SignUpFactory.create_batch(people, round=round_)
        with django_assert_max_num_queries(20) as seen:
            queries.todos_for_round(round_, boss)
            queries.round_part(round_)
            queries.taking_part(round_)
        counted.append(len(seen.captured_queries))
    assert counted[0] == counted[1]


def test_confirming_all_and_inviting_work_for_a_whole_house(unit: Unit) -> None:
    round_, boss = RoundFactory(unit=unit), supervisor_of(unit)
    waiting = [
        SignUpFactory(round=round_, confirmed_at=None, claimed_email=f"uusi.{n}@example.org").pk for n in range(30)
    ]
    assert actions.confirm_sign_ups(round_, boss, waiting) == 30
    assert actions.invite(round_, boss, [{"email": f"kutsuttu.{n}@example.org"} for n in range(100)]) == 100
    assert queries.counts(round_) == {"signed_up": 30, "unknown": 0, "invited": 100}
