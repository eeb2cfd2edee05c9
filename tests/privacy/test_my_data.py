"""My data: everything that is stored, in words; why erasing is not possible yet, before the press."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.insights import actions as insights
from oppipari.meetings.actions import answer_time, note_seen
from oppipari.meetings.models import NoTime, OwnCalendar, RosterFeed, RosterPeriod, TimeAnswer, WorkTime
from oppipari.messages.models import Outgoing
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, PersonalLink, Role
from oppipari.pairs.models import Goal, Pair, PairMember
from oppipari.privacy.actions import erase_me, why_not_yet
from oppipari.privacy.queries import everything_of
from oppipari.rounds.models import Exclusion, Invitation, Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Where one reads of each column that names a person; what is not one's own says why.
TOLD = {
    "organisation.AccessEntry.person": "who_looked",
    "organisation.AccessEntry.reader": "i_looked_at",
    "organisation.PersonalLink.person": "sign_in_links",
    "organisation.PersonalLink.made_by": "supervising",
    "organisation.Role.person": "roles",
    "rounds.Round.created_by": "supervising",
    "rounds.SignUp.person": "sign_ups",
    "pairs.PairMember.person": "pairs",
    "pairs.Proposal.created_by": "supervising",
    "pairs.SuggestionRun.asked_by": "supervising",
    "meetings.MeetingPlan.asked_by": "supervising",
    "meetings.Meeting.proposed_by": "pairs",
    "meetings.TimeAnswer.person": "pairs",
    "meetings.OwnCalendar.person": "calendar",
    "meetings.RosterFeed.person": "roster_fetched_from",
    "meetings.RosterPeriod.person": "rosters_cover",
    "meetings.WorkTime.person": "working_time_from_rosters",
    "insights.Approval.person": "insights_approved",
}


def test_every_column_that_names_a_person_is_told_to_them() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        # Companions that keep nothing here: addresses are Person's own, and there are no passwords.
        if field.related_model is Person and model.__module__.startswith("oppipari.")
    }
    assert found == set(TOLD)
    assert set(TOLD.values()) <= set(everything_of(PersonFactory()))


@pytest.fixture
def full() -> Person:
    """Somebody of whom all kinds of data are stored."""
    unit = UnitFactory(name="Kuusikoti")
    boss = supervisor_of(unit, name="Ritva Salo")
    round_ = RoundFactory(unit=unit, name="Kevätkierros", state=Round.State.MEETING)
    pair = pair_of(round_)
    mine, other = pair.members.order_by("pk")
    person = mine.person
    sign_up = mine.sign_up
    sign_up.way, sign_up.wished_stage, sign_up.waited_last_round = "face_to_face", "experienced", True
    sign_up.claimed_email = "kirjoitettu@example.org"
    sign_up.save()
    Exclusion.objects.create(sign_up=sign_up, text="Outo Ote")
    Goal.objects.create(pair=pair, position=1, text="Opin haavanhoitoa")
    NoTime.objects.create(pair=pair, step=3)
    PairMember.objects.filter(pk=mine.pk).update(
        answer="fine", goes_on=True, goes_on_meetings=4, fine_until=timezone.localdate() + timedelta(days=9)
    )
    start = timezone.now() + timedelta(days=3)
    pair.meetings.create(
        starts_at=start, minutes=55, way="teams", place="Takkahuone", state="agreed", proposed_by=person
    )
    idea = insights.write(pair, person, "Luetaan ensin")
    insights.approve(idea, person, idea.fingerprint, name_may_show=True)
    over = RoundFactory(unit=unit, name="Syyskierros", state=Round.State.CLOSED)
    gone = Pair.objects.create(round=over, meetings_agreed=3, state=Pair.State.REPLACED)
    PairMember.objects.create(
        pair=gone, sign_up=SignUpFactory(round=over, person=person), person=person, left_at=timezone.now()
    )
    coming = RoundFactory(unit=unit, name="Kutsukierros")
    Invitation.objects.create(
        round=coming, name="A. Esimerkki", email=person.email, token_hash="1" * 64,
        answers={"shares": ["nutrition"], "slots": [2]}, exclusion="Eräs Toinen",
    )  # fmt: skip
    shift = datetime(2027, 2, 1, 6, 0, tzinfo=UTC)
    WorkTime.objects.create(person=person, starts_at=shift, ends_at=shift + timedelta(hours=8))
    RosterPeriod.objects.create(person=person, first_day=shift.date(), last_day=shift.date() + timedelta(days=20))
    RosterFeed.objects.create(person=person, address="https://vuorot.example.org/SALAISUUS.ics")
    OwnCalendar.objects.create(person=person, discreet=True, reminded_on=timezone.localdate())
    PersonalLink.make(person, PersonalLink.Kind.HANDED, by=boss)
    Outgoing.objects.create(key="x", to=person.email, kind="round_closed", language="fi")
    record_read(boss, {person.pk}, AccessEntry.What.SIGN_UP)
    record_read(person, {other.person_id}, AccessEntry.What.MEETINGS)
    Round.objects.filter(pk=coming.pk).update(created_by=person)
    return person


def page_of(person: Person, language: str) -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend=BACKEND)
    text = client.get(reverse("my_data")).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each, f"{path}[]")]
    return [(path, value)]


# Codes of the download, and how the page says them in Finnish.
SAID = {
    "member": "yksikön jäsen",
    "fi": "suomi",
    "medication": "Lääkehoito",
    "wound-care": "Haavanhoito",
    "first-aid": "Ensiapu",
    "nutrition": "Ravitsemus",
    "mid": "keskivaiheilla",
    "experienced": "kokenut",
    "face_to_face": "kasvokkain",
    "teams": "Teams",
    "agreed": "sovittu",
    "handed": "Esihenkilön sinulle tekemä",
    "either": "kumpi vain",
    "early": "alussa",
}


def test_everything_of_the_download_is_said_in_words(full: Person) -> None:
    page = page_of(full, "fi")
    for path, value in leaves(everything_of(full)):
        if not isinstance(value, str) or not value or path == ".roster_fetched_from.address":
            continue
        if re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", value):
            day = datetime.fromisoformat(value)
            assert f"{day.day}.{day.month}." in page, path
        elif path.endswith(".what") or "who_looked" in path:
            continue  # by its own words, below
        else:
            said = SAID.get(value, value)
            assert said.lower() in page.lower(), (path, value)
    for what in ("ilmoittautumisesi", "tapaamisaikanne", "Ritva Salo"):
        assert what in page
    numbers = ("55 min", "Opin haavanhoitoa", "Outo Ote", "Eräs Toinen", "Syyskierros", "vuorot.example.org")
    assert all(text in page for text in numbers)


def test_every_key_of_the_download_has_its_words(full: Person) -> None:
    """A switch that is turned is told in another way: the page changes with each thing that is stored."""
    before = page_of(full, "fi")
    place = PairMember.objects.get(person=full, left_at=None)
    for field, value in (("answer", ""), ("goes_on", False), ("goes_on_meetings", 2), ("fine_until", None)):
        PairMember.objects.filter(pk=place.pk).update(**{field: value})
        after = page_of(full, "fi")
        assert after != before, field
        before = after
    for step in (4, 0):
        NoTime.objects.update(step=step)
        after = page_of(full, "fi")
        assert after != before, "weeks_without_a_time"
        before = after


def test_that_somebody_has_seen_a_proposed_time_is_told_to_them(full: Person) -> None:
    pair = Pair.objects.get(members__person=full, members__left_at=None)
    meeting = pair.meetings.create(starts_at=timezone.now() + timedelta(days=9), minutes=60, state="proposed")
    TimeAnswer.objects.create(meeting=meeting, person=full)
    assert "olet nähnyt, että sinulta kysytään" not in page_of(full, "fi")
    note_seen(pair, full)
    assert "olet nähnyt, että sinulta kysytään" in page_of(full, "fi")
    answer_time(meeting, full, meeting.version, suits=False)
    assert "olet nähnyt, että sinulta kysytään" not in page_of(full, "fi")


def test_what_nobody_answered_is_not_told_as_a_no(full: Person) -> None:
    PairMember.objects.filter(person=full).update(answer="")
    assert "Olet sanonut, että pari sopii" not in page_of(full, "fi")
    PairMember.objects.filter(person=full).update(answer="fine")
    assert "Olet sanonut, että pari sopii" in page_of(full, "fi")


def test_reminders_by_e_mail_are_a_plain_yes_only_where_e_mail_leaves(full: Person, settings: Any) -> None:
    OwnCalendar.objects.filter(person=full).update(reminders=True)
    settings.MAIL_ENABLED = False
    assert "kyllä, mutta täältä ei nyt lähde sähköpostia" in page_of(full, "fi")
    settings.MAIL_ENABLED = True
    assert "ei nyt lähde" not in page_of(full, "fi")
    settings.MAIL_ENABLED = False
    OwnCalendar.objects.filter(person=full).update(reminders=False)
    assert "ei nyt lähde" not in page_of(full, "fi")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_code_stands_on_the_page(full: Person, language: str) -> None:
    page = page_of(full, language)
    codes = {
        value
        for path, value in leaves(everything_of(full))
        if isinstance(value, str)
        and re.fullmatch(r"[a-z]+([_-][a-z]+)+|(fi|mid|handed|member)", value)
        # "member" is an English word, too, as a part of others.
        and not (language == "en" and value in ("member", "mid"))
    }
    assert codes
    for code in codes:
        assert not re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", page), code
    assert not re.search(r"\d{4}-\d\d-\d\d|\b(True|False|None|null)\b", page)
    assert "SALAISUUS" not in page
    assert "%(" not in page


def test_the_page_costs_as_many_queries_with_much_as_with_little(
    full: Person, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(full, backend=BACKEND)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("my_data"))
        return len(asked)

    few = cost()
    pair = Pair.objects.get(members__person=full, members__left_at=None)
    for day in range(5, 25):
        pair.meetings.create(starts_at=timezone.now() + timedelta(days=day), minutes=60)
        WorkTime.objects.create(
            person=full,
            starts_at=timezone.now() + timedelta(days=day),
            ends_at=timezone.now() + timedelta(days=day, hours=8),
        )
        PersonalLink.objects.create(
            person=full, kind="handed", token_hash=f"{day:064}", expires_at=timezone.now() + timedelta(days=3)
        )
    assert cost() == few


def test_why_erasing_is_not_possible_yet_is_said_before_the_press(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person = pair.members.earliest("pk").person
    client.force_login(person, backend=BACKEND)
    page = client.get(reverse("my_data")).content.decode()
    assert "Tietojasi ei voi vielä poistaa" in page
    assert "Poista kaikki minusta" not in page
    assert reverse("erase_me") not in page
    assert reverse("pair", args=[pair.pk])  # where it is finished
    with pytest.raises(DomainError):
        erase_me(person)
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    page = client.get(reverse("my_data")).content.decode()
    assert "Tietojasi ei voi vielä poistaa" not in page
    assert reverse("erase_me") in page
    client.post(reverse("erase_me"))
    assert not Person.objects.filter(pk=person.pk).exists()


def test_all_reasons_are_told_at_once_and_each_goes_when_it_is_mended() -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    Role.objects.create(person=boss, kind=Role.Kind.ADMINISTRATOR)
    assert len(why_not_yet(boss)) == 2
    supervisor_of(unit)
    assert len(why_not_yet(boss)) == 1
    boss.roles.filter(kind=Role.Kind.ADMINISTRATOR).delete()
    assert why_not_yet(boss) == []
    assert why_not_yet(member_of(unit)) == []


def test_the_download_is_still_there_and_holds_the_same(full: Person, client: Any) -> None:
    client.force_login(full, backend=BACKEND)
    found = client.get(reverse("my_data_download")).json()
    assert found.keys() == json.loads(json.dumps(everything_of(full))).keys()
    assert found["roster_fetched_from"]["address"].endswith("SALAISUUS.ics")
