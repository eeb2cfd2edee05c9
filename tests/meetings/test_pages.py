"""The pages of meetings: booking, moving, cancelling, telling that one met, and the supervisor's yes."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, pair_of, people_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all
from tests.meetings.answering import suits_all

from oppipari.meetings import actions, queries
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import AccessEntry, Person
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Meeting.State


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def sign_in(client: Any, person: Person) -> None:
    client.force_login(person, backend=BACKEND)


def in_days(days: int, hour: int = 14) -> datetime:
    return local(timezone.localdate() + timedelta(days=days), datetime(2027, 1, 1, hour).time())


def a_meeting(pair: Pair, days: int = 7, **fields: Any) -> Meeting:
    return Meeting.objects.create(**{"pair": pair, "starts_at": in_days(days), "minutes": 60} | fields)


def typed(*times: datetime, **fields: str) -> dict[str, str]:
    data = {}
    for i, at in enumerate(times):
        at = at.astimezone(ZONE)
        row = {"day": f"{at:%d.%m.%Y}", "time": f"{at:%H.%M}", "minutes": "45", "way": "teams", "place": ""} | fields
        data |= {f"m{i}-{k}": v for k, v in row.items()}
    return data


def values_in(page: str) -> dict[str, str]:
    """The named inputs of a page with their values."""
    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


class TestBooking:
    def test_all_the_dates_are_offered_at_once_and_can_be_proposed_as_they_are(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        url = reverse("meeting_new", args=[pair.pk])
        page = client.get(url).content.decode()
        offered = values_in(page)
        assert [k for k in offered if k.endswith("-day")] == ["m0-day", "m1-day", "m2-day"]
        assert "Yhteinen työaikanne: ma aamu, ti aamu" in page
        rows = {k: v for k, v in offered.items() if k[0] == "m" and k[1].isdigit()} | {
            f"m{i}-way": "face_to_face" for i in range(3)
        }
        assert client.post(url, rows).status_code == 302
        meetings = list(pair.meetings.all())
        assert [m.state for m in meetings] == [State.PROPOSED] * 3
        # Everybody of the factories works on weekday mornings.
        assert all(timezone.localtime(m.starts_at).weekday() < 5 for m in meetings)
        assert {m.minutes for m in meetings} == {pair.round.meeting_minutes}
        assert (meetings[1].starts_at.date() - meetings[0].starts_at.date()).days == 7 * pair.round.weeks_between

    def test_one_alone_can_be_booked_too(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        offered = values_in(client.get(reverse("meeting_new", args=[pair.pk]) + "?one").content.decode())
        assert [k for k in offered if k.endswith("-day")] == ["m0-day"]

    def test_what_is_amiss_is_told_at_its_own_row_and_nothing_is_half_booked(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        a_meeting(pair, days=20)
        Pair.objects.update(meetings_agreed=9)
        url = reverse("meeting_new", args=[pair.pk])
        for times, wrong, text in [
            ((in_days(5), in_days(20), in_days(40)), None, None),  # the same time again is the same meeting
            ((in_days(6), in_days(20, 15) - timedelta(minutes=30), in_days(41)), 1, "Tähän aikaan on jo tapaaminen"),
            ((in_days(6), in_days(41), in_days(-3)), 2, "on jo mennyt"),
            ((in_days(500), in_days(41)), 0, "yli vuosi"),
            ((in_days(6), in_days(7), in_days(7) + timedelta(minutes=15)), 2, "on jo tapaaminen"),
        ]:
            before = Meeting.objects.count()
            response = client.post(url, typed(*times, place="Kahvihuone"))
            if wrong is None:
                assert response.status_code == 302
                assert Meeting.objects.count() == before + 2
                continue
            page = response.content.decode()
            assert Meeting.objects.count() == before
            assert page.count(text) >= 2  # in the summary, and at the field
            assert re.search(rf'href="#id_m{wrong}-(day|time)"', page)
            assert not re.search(rf'href="#id_m[^{wrong}]-', page)
            assert values_in(page)["m0-place"] == "Kahvihuone"
            assert values_in(page)["m0-time"] in ("14.00", "14:00")

    def test_a_double_click_books_and_tells_once(self, client: Any, pair: Pair, mailbox: Mailbox) -> None:
        first, second = people_of(pair)
        boss = supervisor_of(pair.round.unit)
        sign_in(client, first)
        for _ in range(2):
            client.post(reverse("meeting_new", args=[pair.pk]), typed(in_days(5), in_days(33), in_days(61)))
        deliver_all()
        assert pair.meetings.count() == 3
        # One letter for three dates, to each of the others; to the supervisor when the times suit the pair.
        assert [len(mailbox.to(p.email or "")) for p in (first, second, boss)] == [0, 1, 0]
        suits_all(pair)
        deliver_all()
        assert [len(mailbox.to(p.email or "")) for p in (first, second, boss)] == [0, 1, 1]

    def test_a_date_added_later_is_told_also_when_an_old_one_is_in_the_form(
        self, client: Any, pair: Pair, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        sign_in(client, first)
        url = reverse("meeting_new", args=[pair.pk])
        client.post(url, typed(in_days(5)))
        client.post(url, typed(in_days(5), in_days(33)))
        deliver_all()
        assert len(mailbox.to(second.email or "")) == 2

    def test_a_place_is_one_plain_line(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        client.post(reverse("meeting_new", args=[pair.pk]), typed(in_days(5), place="Puisto\r\nX:1\x00 \u202e<b>"))
        place = Meeting.objects.get().place
        assert place == "Puisto X:1 <b>"
        page = client.get(reverse("pair", args=[pair.pk])).content.decode()
        assert "&lt;b&gt;" in page
        assert "X:1 <b>" not in page

    def test_a_supervisor_a_stranger_and_another_pair_cannot(self, client: Any, pair: Pair) -> None:
        for who in (supervisor_of(pair.round.unit), PersonFactory(), people_of(pair_of(pair.round))[0]):
            sign_in(client, who)
            assert client.get(reverse("meeting_new", args=[pair.pk])).status_code == 404
            assert client.post(reverse("meeting_new", args=[pair.pk]), typed(in_days(5))).status_code == 404
        assert not Meeting.objects.exists()

    def test_a_pair_that_has_finished_is_told_kindly(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        Pair.objects.update(state=Pair.State.FINISHED)
        page = client.post(reverse("meeting_new", args=[pair.pk]), typed(in_days(5))).content.decode()
        assert "Yhteiset tapaamisenne ovat päättyneet, joten uusia ei enää sovita." in page
        assert client.get(reverse("meeting_new", args=[pair.pk])).status_code == 200


class TestTellingTheSupervisor:
    def test_many_pairs_in_one_day_are_no_flood_and_what_comes_after_a_yes_is_told_again(
        self, pair: Pair, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)

        def propose(where: Pair, days: int) -> None:
            details = {"starts_at": in_days(days), "minutes": 60, "way": "teams", "place": ""}
            actions.propose(where, people_of(where)[0], [details])
            suits_all(where)
            deliver_all()

        propose(pair, 5)
        assert len(mailbox.to(boss.email or "")) == 1
        for other in [pair_of(pair.round) for _ in range(4)]:
            propose(other, 6)
        assert len(mailbox.to(boss.email or "")) == 2
        actions.agree(pair.round, boss)
        propose(pair, 8)
        assert len(mailbox.to(boss.email or "")) == 3


class TestMoving:
    def test_takes_two_presses(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair, state=State.AGREED, place="Takkahuone")
        sign_in(client, people_of(pair)[1])
        page = client.get(reverse("meeting_move", args=[meeting.pk])).content.decode()  # the first press
        quick = re.search(r'<form method="post">(.*?name="day".*?)</form>', page, re.DOTALL)
        assert quick
        client.post(reverse("meeting_move", args=[meeting.pk]), values_in(quick[1]))  # the second
        moved = Meeting.objects.get()
        assert moved.starts_at != meeting.starts_at
        assert (moved.minutes, moved.place, moved.state, moved.moved) == (60, "Takkahuone", State.PROPOSED, True)

    def test_offers_only_times_that_are_free(self, pair: Pair) -> None:
        meeting = a_meeting(pair)
        other = a_meeting(pair, days=8)
        Meeting.objects.filter(pk=other.pk).update(starts_at=queries.times_to_move_to(meeting)[1])
        other.refresh_from_db()
        offered = queries.times_to_move_to(meeting)
        assert len(offered) == 6
        assert other.starts_at not in offered
        assert all(t > timezone.now() for t in offered)

    def test_when_somebody_else_moved_it_first_is_told_and_what_was_typed_stays(self, client: Any, pair: Pair) -> None:
        first, second = people_of(pair)
        meeting = a_meeting(pair)
        sign_in(client, first)
        url = reverse("meeting_move", args=[meeting.pk])
        stale = values_in(client.get(url).content.decode())
        actions.move(meeting, second, 1, starts_at=in_days(9), minutes=60, way="face_to_face", place="")
        mine = in_days(11).astimezone(ZONE)
        data = stale | {"day": f"{mine:%Y-%m-%d}", "time": "10:30", "way": "teams", "place": "Aula", "minutes": "30"}
        page = client.post(url, data).content.decode()
        assert "sillä välin muutettu" in page
        assert Meeting.objects.get().starts_at == in_days(9)
        kept = values_in(page.partition("novalidate")[2].partition("</form>")[0])
        assert (kept["day"], kept["time"], kept["place"]) == (f"{mine:%Y-%m-%d}", "10:30", "Aula")
        # Sent again, now with the version that the page shows, it is moved.
        assert client.post(url, data | {"version": kept["version"]}).status_code == 302
        assert Meeting.objects.get().place == "Aula"

    def test_a_double_click_moves_once(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair)
        sign_in(client, people_of(pair)[0])
        url = reverse("meeting_move", args=[meeting.pk])
        data = {"version": "1", "day": f"{in_days(9):%Y-%m-%d}", "time": "14.00", "minutes": "60", "way": "teams"}
        assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
        assert Meeting.objects.get().version == 2

    def test_a_meeting_that_was_held_leads_back_with_a_word(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair, days=-2, state=State.HELD)
        sign_in(client, people_of(pair)[0])
        page = client.get(reverse("meeting_move", args=[meeting.pk]), follow=True)
        assert page.redirect_chain[-1][0] == reverse("pair", args=[pair.pk])
        assert "Ehdota uutta" in page.content.decode()


class TestCancelling:
    def test_is_asked_once_more_tells_the_others_and_a_double_click_tells_once(
        self, client: Any, pair: Pair, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        meeting = a_meeting(pair)
        sign_in(client, first)
        page = client.get(reverse("pair", args=[pair.pk])).content.decode()
        url = reverse("meeting_cancel", args=[meeting.pk])
        folded = re.search(r"<details><summary>Peru<span.*?</details>", page, re.DOTALL)
        assert folded
        assert url in folded[0]
        for _ in range(2):
            assert client.post(url).status_code == 302
        deliver_all()
        assert Meeting.objects.get().state == State.CANCELLED
        assert [len(mailbox.to(p.email or "")) for p in (first, second)] == [0, 1]

    def test_others_cannot(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair)
        for who in (supervisor_of(pair.round.unit), people_of(pair_of(pair.round))[0]):
            sign_in(client, who)
            for name in ("meeting_cancel", "meeting_held", "meeting_move"):
                assert client.post(reverse(name, args=[meeting.pk])).status_code == 404
        assert Meeting.objects.get().state == State.PROPOSED


class TestOurPage:
    def test_shows_the_next_meeting_with_a_button_for_each_thing_and_the_earlier_ones(
        self, client: Any, pair: Pair
    ) -> None:
        a_meeting(pair, days=-20, state=State.HELD)
        coming = a_meeting(pair, days=5, state=State.AGREED)
        sign_in(client, people_of(pair)[0])
        page = client.get(reverse("pair", args=[pair.pk])).content.decode()
        assert "Olette tavanneet:" in page
        assert "klo 14.00" in page
        for name in ("meeting_move", "meeting_cancel", "meeting_ics"):
            assert reverse(name, args=[coming.pk]) in page
        assert f"{reverse('meeting_ics', args=[coming.pk])}?discreet" in page
        assert reverse("meeting_held", args=[coming.pk]) not in page  # it is still ahead

    def test_one_press_tells_that_you_met_and_a_second_one_changes_nothing(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair, days=-1, state=State.AGREED)
        url = reverse("meeting_held", args=[meeting.pk])
        for who in people_of(pair):
            sign_in(client, who)
            assert client.post(url).status_code == 302
            assert client.get(url).status_code == 405
        assert (Meeting.objects.get().state, Meeting.objects.get().version) == (State.HELD, 2)

    def test_guides_differ_for_the_first_the_following_and_the_last_meeting(self, client: Any, pair: Pair) -> None:
        sign_in(client, people_of(pair)[0])
        heads = []
        for days in (-30, -20, -10):
            page = client.get(reverse("pair", args=[pair.pk])).content.decode()
            heads.append(re.findall(r"<summary>(\w+) tapaamiseen", page))
            a_meeting(pair, days=days, state=State.HELD)
        assert heads == [["Ensimmäiseen"], ["Seuraavaan"], ["Viimeiseen"]]

    def test_after_the_agreed_meetings_each_is_asked_alone_until_they_answered(self, pair: Pair) -> None:
        first, second = people_of(pair)
        for days in (-30, -20):
            a_meeting(pair, days=days, state=State.HELD)
        assert not [t for t in queries.todos_for_person(first) if t.url == reverse("pair_go_on", args=[pair.pk])]
        a_meeting(pair, days=-10, state=State.HELD)
        for who in (first, second):
            assert [t.url for t in queries.todos_for_person(who)] == [reverse("pair_go_on", args=[pair.pk])]
        PairMember.objects.filter(person=first).update(goes_on=True, goes_on_meetings=2)
        assert queries.todos_for_person(first) == []
        assert len(queries.todos_for_person(second)) == 1


class TestTheSupervisorsPage:
    def test_one_press_agrees_to_all_that_it_shows_and_a_second_one_does_no_harm(
        self, client: Any, pair: Pair, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        for days in (5, 33, 61):
            a_meeting(pair, days=days)
        sign_in(client, boss)
        url = reverse("round_meetings", args=[pair.round_id])
        page = client.get(url).content.decode()
        everything = {"seen": sorted(set(re.findall(r'name="seen" value="(\d+:\d+)"', page)))}
        for _ in range(2):
            assert client.post(reverse("meeting_agree", args=[pair.round_id]), everything).status_code == 302
        assert set(pair.meetings.values_list("state", flat=True)) == {State.AGREED}
        deliver_all()
        assert [len(mailbox.to(p.email or "")) for p in people_of(pair)] == [1, 1]

    def test_a_time_that_was_moved_meanwhile_goes_on_waiting(self, client: Any, pair: Pair) -> None:
        boss = supervisor_of(pair.round.unit)
        moved, still = a_meeting(pair, days=5), a_meeting(pair, days=33)
        sign_in(client, boss)
        seen = [f"{m.pk}:{m.version}" for m in (moved, still)]
        actions.move(moved, people_of(pair)[0], 1, starts_at=in_days(6), minutes=60, way="teams", place="")
        url = reverse("meeting_agree", args=[pair.round_id])
        page = client.post(url, {"seen": seen}, follow=True).content.decode()
        assert "sillä välin muutettu" in page
        assert {m.pk: m.state for m in pair.meetings.all()} == {moved.pk: State.PROPOSED, still.pk: State.AGREED}
        one = {"meeting": str(moved.pk), "seen": [f"{moved.pk}:1"]}
        client.post(url, one)
        assert Meeting.objects.get(pk=moved.pk).state == State.PROPOSED
        client.post(url, one | {"seen": [f"{moved.pk}:2"]})
        suits_all(moved)
        assert Meeting.objects.get(pk=moved.pk).state == State.AGREED

    @pytest.mark.parametrize("nonsense", ["x:y", "9" * 30 + ":1", "9" * 5000, "", ":", "-1:1", "1:²"])
    def test_nonsense_agrees_to_nothing(self, client: Any, pair: Pair, nonsense: str) -> None:
        a_meeting(pair)
        sign_in(client, supervisor_of(pair.round.unit))
        url = reverse("meeting_agree", args=[pair.round_id])
        assert client.post(url, {"meeting": nonsense, "seen": nonsense}).status_code == 302
        assert Meeting.objects.get().state == State.PROPOSED

    def test_another_supervisor_and_a_participant_cannot(self, client: Any, pair: Pair) -> None:
        meeting = a_meeting(pair)
        data = {"meeting": str(meeting.pk), "seen": f"{meeting.pk}:1"}
        url = reverse("meeting_agree", args=[pair.round_id])
        for who in (people_of(pair)[0], supervisor_of(RoundFactory().unit)):
            sign_in(client, who)
            assert client.get(reverse("round_meetings", args=[pair.round_id])).status_code == 404
            assert client.post(url, data).status_code == 404
        # Nor through another round that one does supervise.
        mine = RoundFactory(state=Round.State.MEETING)
        sign_in(client, supervisor_of(mine.unit))
        client.post(reverse("meeting_agree", args=[mine.pk]), data)
        assert Meeting.objects.get().state == State.PROPOSED

    def test_what_the_supervisor_saw_is_told_to_the_people(self, client: Any, pair: Pair) -> None:
        boss = supervisor_of(pair.round.unit)
        a_meeting(pair)
        sign_in(client, boss)
        client.get(reverse("round_meetings", args=[pair.round_id]))
        seen = AccessEntry.objects.filter(reader=boss, what=AccessEntry.What.MEETINGS)
        assert {e.person_id for e in seen} == {p.pk for p in people_of(pair)}
