"""Did you meet? It comes by letter, is answered with one press and no sign-in, and reading changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, met, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.meetings.reminders.actions import remind
from oppipari.meetings.reminders.actions import token_of as reminders_token
from oppipari.meetings.reminders.met import token_of
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import AccessEntry, Person
from oppipari.pairs.models import Pair, Question
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def pair(clock: Clock) -> Pair:
    found = pair_of(RoundFactory(state=Round.State.MEETING))
    Pair.objects.filter(pk=found.pk).update(published_at=timezone.now() - timedelta(days=30))
    supervisor_of(found.round.unit, email="ritva@example.org")
    return found


def members_of(pair: Pair) -> list[Person]:
    return [m.person for m in pair.members.select_related("person").order_by("pk")]


def yesterday(pair: Pair, **fields: Any) -> Meeting:
    start = timezone.now() - timedelta(days=1)
    return Meeting.objects.create(**{"pair": pair, "starts_at": start, "minutes": 60, "state": "agreed"} | fields)


def asked() -> list[str]:
    return list(Outgoing.objects.filter(kind="reminder_met").order_by("to").values_list("to", flat=True))


@pytest.mark.usefixtures("mail_on")
class TestTheLetter:
    def test_comes_once_to_all_in_the_pair_on_the_working_morning_after(self, pair: Pair, clock: Clock) -> None:
        yesterday(pair, starts_at=timezone.now() + timedelta(hours=3))  # Monday at 13
        for moment in ("2027-02-01 15:00", "2027-02-01 20:00", "2027-02-02 07:50"):
            clock.at(moment)
            remind()
            assert asked() == []
        for moment in ("2027-02-02 08:10", "2027-02-02 08:20", "2027-02-05 10:00", "2027-02-08 09:00"):
            clock.at(moment)
            remind()
            assert asked() == sorted(p.email or "" for p in members_of(pair))

    @pytest.mark.parametrize("state", ["held", "cancelled", "proposed"])
    def test_does_not_come_where_there_is_nothing_to_ask(self, pair: Pair, state: str) -> None:
        yesterday(pair, state=state)
        remind()
        assert asked() == []

    @pytest.mark.parametrize("state", [Pair.State.REPLACED, Pair.State.FINISHED])
    def test_does_not_come_when_the_pair_has_ended(self, pair: Pair, state: str) -> None:
        yesterday(pair)
        Pair.objects.filter(pk=pair.pk).update(state=state)
        remind()
        assert asked() == []

    def test_comes_when_the_pair_goes_on_in_a_closed_round_so_that_it_is_asked_again(self, pair: Pair) -> None:
        Round.objects.filter(pk=pair.round_id).update(state=Round.State.CLOSED, closed_at=timezone.now())
        Pair.objects.filter(pk=pair.pk).update(meetings_agreed=4)
        met(pair, 3, last=30)
        meeting = yesterday(pair)
        remind()
        assert asked() == sorted(p.email or "" for p in members_of(pair))
        Client().post(reverse("met", args=[token_of(meeting, members_of(pair)[0])]))
        assert Question.objects.filter(pair=pair).exists()

    def test_tells_the_day_and_no_name_and_of_a_discreet_one_not_the_day(self, pair: Pair, mailbox: Mailbox) -> None:
        first, second = members_of(pair)
        choose(first, discreet=True)
        meeting = yesterday(pair, place="Takkahuone")
        remind()
        deliver_all()
        (hidden,), (open_,) = (mailbox.to(p.email or "") for p in (first, second))
        assert "- su 31.1." in text_of(open_)
        assert "31.1." not in text_of(hidden)
        assert reverse("met", args=[token_of(meeting, first)]) in text_of(hidden)
        for letter in (hidden, open_):
            assert letter["Reply-To"] == "ritva@example.org"
            assert not any(word in text_of(letter) for word in (first.name, second.name, "Takkahuone"))


def rows() -> list[Any]:
    return [list(m.objects.order_by("pk").values()) for m in (Meeting, Question, AccessEntry, Person)]


class TestTheLink:
    def test_reading_its_page_changes_nothing(self, pair: Pair) -> None:
        url = reverse("met", args=[token_of(yesterday(pair), members_of(pair)[0])])
        before = rows()
        for method in ("get", "head", "options"):
            response = getattr(Client(), method)(url)
            assert response.status_code in (200, 405)
        assert rows() == before
        page = Client().get(url)
        assert page.content.decode().count("<button") >= 1
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert not any(p.name in page.content.decode() for p in members_of(pair))

    def test_one_press_tells_it_without_a_sign_in_and_a_cookie(self, pair: Pair) -> None:
        meeting = yesterday(pair)
        url = reverse("met", args=[token_of(meeting, members_of(pair)[0])])
        page = Client(enforce_csrf_checks=True).post(url).content.decode()
        meeting.refresh_from_db()
        assert meeting.state == Meeting.State.HELD
        assert "Hienoa" in page or "Hyvä" in page
        assert "Vastaa" not in page
        assert Client().post(url).status_code == 200  # twice is harmless, by the other, too
        assert Client().get(url).status_code == 200

    def test_after_the_last_agreed_meeting_going_on_is_asked(self, pair: Pair) -> None:
        met(pair, 2, last=30)
        url = reverse("met", args=[token_of(yesterday(pair), members_of(pair)[0])])
        page = Client().post(url).content.decode()
        assert Question.objects.filter(pair=pair).exists()
        assert reverse("pair_go_on", args=[pair.pk]) in page

    def test_it_opens_nothing_else(self, pair: Pair) -> None:
        browser = Client()
        meeting = yesterday(pair)
        browser.post(reverse("met", args=[token_of(meeting, members_of(pair)[0])]))
        assert browser.get(reverse("pair", args=[pair.pk])).status_code == 302
        assert "_auth_user_id" not in browser.session

    def test_what_is_not_its_own_does_not_exist(self, pair: Pair) -> None:
        meeting = yesterday(pair)
        first, second = members_of(pair)
        stranger = members_of(pair_of(pair.round))[0]
        good = token_of(meeting, first)
        wrong = [
            good[:-1], good.replace(f"-{first.pk}:", f"-{second.pk}:"), reminders_token(first), f"{meeting.pk}-{first.pk}",
            token_of(meeting, stranger), token_of(Meeting(pk=10**6), first), "x",
        ]  # fmt: skip
        for token in wrong:
            for method in (Client().get, Client().post):
                assert method(f"/met/{token}/").status_code == 404, token
        pair.members.filter(person=first).update(left_at=timezone.now())
        assert Client().post(reverse("met", args=[good])).status_code == 404
        meeting.refresh_from_db()
        assert meeting.state == Meeting.State.AGREED

    @pytest.mark.parametrize("change", [{"state": "cancelled"}, {"starts_at": "2027-03-01T10:00+02:00"}])
    def test_what_was_changed_since_is_said(self, pair: Pair, change: dict[str, Any]) -> None:
        meeting = yesterday(pair)
        url = reverse("met", args=[token_of(meeting, members_of(pair)[0])])
        Meeting.objects.filter(pk=meeting.pk).update(**change)
        for page in (Client().get(url), Client().post(url)):
            assert page.status_code == 200
            assert 'type="submit"' not in page.content.decode().split("<main")[1].split("</main")[0]
        assert not Meeting.objects.filter(state="held").exists()


def test_a_pair_that_has_finished_is_not_asked_without_a_way_to_answer(pair: Pair) -> None:
    yesterday(pair)
    yesterday(pair, state="proposed", starts_at=timezone.now() - timedelta(days=2))
    client = Client()
    client.force_login(members_of(pair)[0])
    page = reverse("pair", args=[pair.pk])
    assert "Tapasitteko?" in client.get(page).content.decode()
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    finished = client.get(page).content.decode()
    assert "Tapasitteko?" not in finished
    assert "meni ohi" not in finished
