"""A pair that ends early: alike for all, a private question to each, and who is left is first in line."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, member_of, met, pair_of, people_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all, text_of

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs import actions
from oppipari.pairs.looking import left_by_their_pair, looking
from oppipari.pairs.models import EarlierPair, Goal, Pair, PairMember, Question
from oppipari.pairs.queries import resting, todos_for_person
from oppipari.pairs.queries.living import needs_new_pair
from oppipari.pairs.queries.reforming import reform
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_up_of(pair: Pair, person: Person) -> SignUp:
    return PairMember.objects.get(pair=pair, person=person).sign_up


@pytest.fixture
def pair(clock: Clock) -> Pair:
    """Monday 1 February 2027 at 10."""
    return pair_of(RoundFactory(state=Round.State.MEETING))


def end(pair: Pair, by: Person, clock: Clock) -> None:
    """`by` ends the pair on Monday; it ends on the morning of Tuesday, 2 February."""
    actions.end_early(pair, by)
    assert actions.end_what_was_asked(clock.at("2027-02-02 08:00")) == 1


def say(pair: Pair, person: Person, looks: bool) -> None:
    actions.set_looking(sign_up_of(pair, person), person, looks=looks)


class TestEnding:
    def test_is_two_presses_from_the_pairs_page_and_takes_effect_in_the_morning(
        self, client: Any, pair: Pair, clock: Clock
    ) -> None:
        first, second = people_of(pair)
        actions.answer_fine(pair, first)
        client.force_login(first, backend=BACKEND)
        ours = reverse("pair", args=[pair.pk])
        assert reverse("pair_end", args=[pair.pk]) in client.get(ours).content.decode()
        page = client.get(reverse("pair_end", args=[pair.pk])).content.decode()
        assert "Lopetetaanko tähän?" in page
        assert "ti 2.2." in page
        for word in ("end", "again", "end"):  # also pressed twice, or in an old tab
            response = client.post(reverse("pair_answer", args=[pair.pk]), {"answer": word})
            assert response.headers["Location"] == ours
        page = client.get(ours).content.decode()
        assert "Yhteiset tapaamisenne päättyvät ti 2.2. aamulla" in page
        assert reverse("pair_end", args=[pair.pk]) not in page
        assert client.get(reverse("pair_end", args=[pair.pk])).headers["Location"] == ours
        for moment in ("2027-02-01 15:50", "2027-02-01 23:00", "2027-02-02 07:50"):
            assert actions.end_what_was_asked(clock.at(moment)) == 0
        assert actions.end_what_was_asked(clock.at("2027-02-02 08:00")) == 1
        client.force_login(first, backend=BACKEND)
        response = client.post(reverse("pair_answer", args=[pair.pk]), {"answer": "end"})  # a tab of yesterday
        assert response.headers["Location"] == reverse("looking", args=[sign_up_of(pair, first).pk])
        page = client.get(response.headers["Location"]).content.decode()
        assert "myös siltä, joka toivoi toista paria" in page
        assert "Haluatko uuden parin tällä kierroksella?" in page
        assert "viimeistään ke 10.2. aamulla" in page
        for person in (first, second):
            assert [t.url for t in todos_for_person(person)] == [reverse("looking", args=[sign_up_of(pair, person).pk])]
        assert client.get(ours).status_code == 404

    @pytest.mark.parametrize(
        ("pressed", "ends"),
        [
            ("2027-02-02 01:40", "2027-02-02"),  # at night: with the morning
            ("2027-02-02 08:00", "2027-02-03"),  # what is pressed by day waits for the next one, or its hour would tell
            ("2027-02-05 16:30", "2027-02-08"),
            ("2027-02-06 07:00", "2027-02-08"),  # Saturday
            ("2027-03-25 12:00", "2027-03-30"),  # before Easter
        ],
    )
    def test_comes_with_the_next_working_morning(self, pair: Pair, clock: Clock, pressed: str, ends: str) -> None:
        clock.at(pressed)
        actions.end_early(pair, people_of(pair)[0])
        assert pair.members.exclude(ends_on=None).get().ends_on == date.fromisoformat(ends)
        assert actions.end_what_was_asked(clock.at(f"{ends} 07:59")) == 0
        assert actions.end_what_was_asked(clock.at(f"{ends} 08:00")) == 1

    def test_can_be_taken_back_until_then(self, client: Any, pair: Pair, clock: Clock) -> None:
        first = people_of(pair)[0]
        client.force_login(first, backend=BACKEND)
        for word in ("again", "stay", "stay"):
            client.post(reverse("pair_answer", args=[pair.pk]), {"answer": word})
        page = client.get(reverse("pair", args=[pair.pk])).content.decode()
        assert "Yhteiset tapaamisenne päättyvät" not in page
        assert "Peruttu." in page
        assert actions.end_what_was_asked(clock.at("2027-02-02 08:00")) == 0
        boss = supervisor_of(pair.round.unit)
        client.force_login(boss, backend=BACKEND)
        url = reverse("pair_dissolve", args=[pair.pk])
        client.post(url)
        assert "Yhteiset tapaamiset päättyvät ke 3.2. aamulla" in client.get(url).content.decode()
        assert "Päättyy ke 3.2. aamulla" in client.get(reverse("board", args=[pair.round_id])).content.decode()
        client.post(url, {"stay": ""})
        assert actions.end_what_was_asked(clock.at("2027-02-03 08:00")) == 0

    def test_takes_back_only_ones_own_wish(self, pair: Pair, clock: Clock) -> None:
        boss, (first, second) = supervisor_of(pair.round.unit), people_of(pair)
        for one in (lambda: actions.end_early(pair, second), lambda: actions.dissolve(pair, boss)):
            one()
            actions.stay(pair, first)
        actions.stay(pair, second)
        assert actions.end_what_was_asked(clock.at("2027-02-02 08:00")) == 1

    def test_is_one_kind_letter_and_calendars_are_told_what_fits(
        self, client: Any, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        people, boss = people_of(pair), supervisor_of(pair.round.unit)
        for days in (10, 40):
            at = clock.now + timedelta(days=days)
            pair.meetings.create(starts_at=at, minutes=60, state="agreed", invited=True)
        pair.meetings.create(starts_at=clock.now + timedelta(days=70), minutes=60, state="proposed")
        actions.end_early(pair, people[0])
        deliver_all()
        assert mailbox.messages == []
        actions.every_morning(clock.at("2027-02-02 08:05"))
        deliver_all()
        letters = [[(m["Subject"], text_of(m)) for m in mailbox.to(p.email or "")] for p in people]
        assert letters[0] == letters[1]
        (first, *calendars) = letters[0]
        assert first[0] == "Oppiparissa on sinulle luettavaa"
        assert "päätt" not in first[0] + first[1]  # what it is stands on the page alone
        assert [subject for subject, _text in calendars] == ["Muutos kalenterissasi"] * 2
        assert [calendar_of(m)[0] for m in mailbox.to(people[0].email or "")[1:]] == ["CANCEL"] * 2
        assert (
            sum(text.count("BEGIN:VEVENT") for m in mailbox.to(people[0].email or "")[1:] for text in calendars_of(m))
            == 2
        )
        client.force_login(people[1], backend=BACKEND)
        for _subject, text in letters[0]:
            assert "ehdottaa" not in text
            (path,) = re.findall(r"^https?://[^/]+(/\S*)", text, re.MULTILINE)
            assert path == reverse("home")
            assert client.get(path).status_code == 200
        assert [m["Subject"] for m in mailbox.to(boss.email or "")] == ["Luettavaa kierroksesi pareista"]

    def test_of_what_has_finished_is_refused(self, pair: Pair) -> None:
        Pair.objects.update(state=Pair.State.FINISHED)
        with pytest.raises(DomainError):
            actions.end_early(pair, people_of(pair)[0])

    def test_of_somebody_elses_pair_is_refused(self, pair: Pair) -> None:
        stranger = people_of(pair_of(pair.round))[0]
        for action in (actions.end_early, actions.stay):
            with pytest.raises(DomainError):
                action(pair, stranger)
        assert Pair.objects.filter(state=Pair.State.MEETING).count() == 2

    def test_comes_before_going_on_on_the_same_morning(self, pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
        met(pair)
        for person in people_of(pair):
            actions.set_will(pair, person, agreed=3, more=2)
        actions.end_early(pair, people_of(pair)[0])
        actions.every_morning(clock.at("2027-02-02 08:05"))
        deliver_all()
        assert {m["Subject"] for m in mailbox.messages} == {"Oppiparissa on sinulle luettavaa"}

    def test_deletes_what_was_answered_in_private(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        met(pair)
        actions.set_will(pair, first, agreed=3, more=2)
        actions.we_are_fine(pair, second)
        end(pair, second, clock)
        answers = "goes_on", "goes_on_meetings", "fine_until", "looks", "ends_on"
        assert list(PairMember.objects.values_list(*answers)) == [(None,) * 5] * 2

    def test_comes_as_wished_when_the_round_closes_before(self, pair: Pair, clock: Clock) -> None:
        actions.end_early(pair, people_of(pair)[0])
        actions.go_on_after_closing(pair.round)
        actions.every_morning(clock.at("2027-02-02 08:05"))
        pair.refresh_from_db()
        assert pair.state == Pair.State.REPLACED
        assert list(PairMember.objects.values_list("ends_on", "goes_on")) == [(None, None)] * 2


class TestLooking:
    def test_is_seen_when_all_have_answered_on_a_following_morning(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        end(pair, first, clock)
        deliver_all()
        mailbox.messages.clear()
        say(pair, first, False)
        say(pair, second, True)
        assert actions.settle_endings(clock.now) == 0  # the same day
        assert not looking(pair.round).exists()
        deliver_all()
        assert mailbox.to(boss.email or "") == []
        assert actions.settle_endings(clock.at("2027-02-03 07:00")) == 0
        assert actions.settle_endings(clock.at("2027-02-03 08:00")) == 1
        assert [s.person for s in looking(pair.round)] == [second]
        assert needs_new_pair(pair.round) == 1
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(boss.email or "")] == ["Luettavaa kierroksesi pareista"]
        assert not Question.objects.exists()
        # A yes is not kept, only who has had enough.
        assert list(pair.members.order_by("pk").values_list("looks", flat=True)) == [False, None]

    def test_is_taken_for_granted_after_a_week(self, pair: Pair, clock: Clock) -> None:
        end(pair, people_of(pair)[0], clock)
        for day in (3, 5, 8, 9):
            assert actions.settle_endings(clock.at(f"2027-02-{day:02} 09:00")) == 0
        assert actions.settle_endings(clock.at("2027-02-10 09:00")) == 1
        assert [s.person for s in looking(pair.round)] == people_of(pair)

    def test_nobody_is_told_when_nobody_looks(self, pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
        boss = supervisor_of(pair.round.unit)
        end(pair, people_of(pair)[0], clock)
        for person in people_of(pair):
            say(pair, person, False)
        actions.settle_endings(clock.at("2027-02-03 09:00"))
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(boss.email or "")] == ["Luettavaa kierroksesi pareista"]
        assert needs_new_pair(pair.round) == 0

    def test_one_can_change_ones_mind_before_and_after(
        self, pair: Pair, clock: Clock, client: Any, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        end(pair, first, clock)
        for looks in (True, False):
            say(pair, first, looks)
        say(pair, second, False)
        actions.settle_endings(clock.at("2027-02-03 09:00"))
        assert not looking(pair.round).exists()
        assert todos_for_person(first) == []
        assert resting(first) == {pair.round_id: sign_up_of(pair, first).pk}
        client.force_login(first, backend=BACKEND)
        page = client.get(reverse("home")).content.decode()
        assert "Haluan sittenkin uuden parin" in page
        url = reverse("looking", args=[sign_up_of(pair, first).pk])
        assert "tämä riittää nyt" in client.get(url).content.decode()
        client.post(url, {"looks": "yes"})
        assert [s.person for s in looking(pair.round)] == [first]
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(boss.email or "")][1:] == ["Luettavaa kierroksesi pareista"]
        assert "ensimmäisenä vuorossa" in todos_for_person(first)[0].text
        client.post(url, {"looks": "no"})
        assert not looking(pair.round).exists()

    def test_has_an_empty_form_refused_and_others_find_nothing(self, pair: Pair, client: Any, clock: Clock) -> None:
        first, second = people_of(pair)
        end(pair, first, clock)
        url = reverse("looking", args=[sign_up_of(pair, first).pk])
        client.force_login(first, backend=BACKEND)
        assert "Valitse jompikumpi." in client.post(url, {}).content.decode()
        for stranger in (second, supervisor_of(pair.round.unit), member_of(pair.round.unit)):
            client.force_login(stranger, backend=BACKEND)
            assert client.get(url).status_code == 404
            assert client.post(url, {"looks": "no"}).status_code == 404

    def test_is_not_asked_of_those_who_have_a_pair_or_never_had_one(self, pair: Pair, client: Any) -> None:
        lonely = SignUpFactory(round=pair.round)
        for sign_up in (lonely, pair.members.earliest("pk").sign_up):
            with pytest.raises(DomainError):
                actions.set_looking(sign_up, sign_up.person, looks=False)
            client.force_login(sign_up.person, backend=BACKEND)
            assert client.get(reverse("looking", args=[sign_up.pk])).status_code == 302

    def test_nobody_is_given_a_partner_while_they_are_asked_or_after_enough(self, pair: Pair, clock: Clock) -> None:
        boss = supervisor_of(pair.round.unit)
        lonely = SignUpFactory(round=pair.round)
        first, second = people_of(pair)
        end(pair, first, clock)
        ids = sign_up_of(pair, first).pk, lonely.pk
        with pytest.raises(DomainError):
            actions.form_new_pairs(pair.round, boss, [ids])
        say(pair, first, False)
        say(pair, second, False)
        actions.settle_endings(clock.at("2027-02-03 09:00"))
        with pytest.raises(DomainError):
            actions.form_new_pairs(pair.round, boss, [ids])
        say(pair, first, True)
        (made,) = actions.form_new_pairs(pair.round, boss, [ids])
        assert {m.sign_up_id for m in made.members.all()} == set(ids)
        assert todos_for_person(first)[0].url == reverse("pair", args=[made.pk])

    def test_is_forgotten_when_the_round_closes(self, pair: Pair, clock: Clock) -> None:
        end(pair, people_of(pair)[0], clock)
        say(pair, people_of(pair)[0], False)
        actions.go_on_after_closing(pair.round)
        assert not Question.objects.exists()
        assert not PairMember.objects.exclude(looks=None).exists()


class TestFirstInLine:
    def test_whose_pair_ended_comes_before_who_waited_from_the_start(self, pair: Pair, clock: Clock) -> None:
        """Three look: one was left, two waited and would suit each other best."""
        round_ = pair.round
        best = {"shares": ["medication", "first-aid"], "wants": ["medication", "first-aid"]}
        waited = [SignUpFactory(round=round_, **best) for _ in range(2)]
        SignUp.objects.filter(places__pair=pair).update(shares=["ethics"], wants=["conflict"])
        first, second = people_of(pair)
        end(pair, first, clock)
        say(pair, first, False)
        say(pair, second, True)
        actions.settle_endings(clock.at("2027-02-03 09:00"))
        assert [s.person for s in left_by_their_pair(round_)] == [second]
        found = reform(round_)
        assert len(found.pairs) == 1
        assert str(sign_up_of(pair, second).pk) in found.pairs[0].ids.split()
        assert len(found.waiting) == 1
        assert found.waiting[0] in {s.person.name for s in waited}

    def test_the_next_round_puts_those_who_waited_and_those_who_were_left_first(self, clock: Clock) -> None:
        before = RoundFactory(state=Round.State.CLOSED)
        stayed, ended = pair_of(before), pair_of(before)
        waited, withdrew = SignUpFactory(round=before), SignUpFactory(round=before, withdrawn_at=clock.now)
        ended.members.update(left_at=clock.now)
        again = people_of(ended)[0]
        late = PairMember.objects.create(
            pair=pair_of(before), sign_up=sign_up_of(ended, again), person=again
        )  # found a new pair after all
        assert late
        after = RoundFactory(unit=before.unit, copied_from=before, sign_up_closes=clock.now.date() + timedelta(days=7))
        first = {
            person: rounds.sign_up(after, person, {"shares": ["ethics"]}).waited_last_round
            for person in (people_of(stayed)[0], again, people_of(ended)[1], waited.person, withdrew.person)
        }
        assert list(first.values()) == [False, False, True, True, False]


def test_the_supervisor_who_ends_a_pair_is_told_what_happens_next(client: Any, pair: Pair, clock: Clock) -> None:
    client.force_login(supervisor_of(pair.round.unit), backend=BACKEND)
    page = client.post(reverse("pair_dissolve", args=[pair.pk]), follow=True).content.decode()
    assert "Päättyy ti 2.2. aamulla" in page
    assert "Näille etsitään paria" not in page
    assert actions.end_what_was_asked(clock.at("2027-02-02 08:00")) == 1
    assert Question.objects.get().until == date(2027, 2, 9)


def test_the_supervisor_sees_that_a_pair_has_ended_and_what_to_do_next(
    client: Any, pair: Pair, clock: Clock, mailbox: Mailbox
) -> None:
    boss, people = supervisor_of(pair.round.unit), people_of(pair)
    SignUpFactory(round=pair.round)
    pages = [reverse(name, args=[pair.round_id]) for name in ("board", "round")]

    def shown() -> tuple[str, str]:
        client.force_login(boss, backend=BACKEND)
        board, round_ = (client.get(url).content.decode() for url in pages)
        return board, round_

    actions.end_early(pair, people[0])
    assert "päättyneet" not in "".join(shown())
    actions.every_morning(clock.at("2027-02-02 08:05"))
    board, round_ = shown()
    for page in (board, round_):
        assert "päättyneet: 1 pari" in page
        assert "viimeistään ke 10.2. aamulla" in page
    assert people[0].name in board
    # Both answer the same day: who looks is shown on the next working morning, as the page says.
    for person, looks in zip(people, (True, False), strict=True):
        say(pair, person, looks)
    for page in shown():
        assert "viimeistään ke 10.2. aamulla" in page
        assert "Muodosta uusi pari" not in page
    actions.every_morning(clock.at("2027-02-03 08:05"))
    board, round_ = shown()
    assert "ensimmäisenä vuorossa" in board
    assert "Muodosta uusi pari" in board
    assert "1 ihminen tarvitsee uuden parin" in round_
    assert "Tapaamiset ovat päättyneet: 1 pari." in round_
    deliver_all()
    subjects = [m["Subject"] for m in mailbox.to(boss.email or "")]
    assert subjects == ["Luettavaa kierroksesi pareista"] * 2


def test_the_supervisor_gets_one_letter_a_day_however_many_pairs_end(
    pair: Pair, clock: Clock, mailbox: Mailbox
) -> None:
    boss, second, third = supervisor_of(pair.round.unit), pair_of(pair.round), pair_of(pair.round)
    end(pair, people_of(pair)[0], clock)
    for person in people_of(pair):
        say(pair, person, True)
    for other in (second, third):
        actions.end_early(other, people_of(other)[0])
    actions.every_morning(clock.at("2027-02-03 08:05"))
    deliver_all()
    subjects = [m["Subject"] for m in mailbox.to(boss.email or "")]
    assert subjects == ["Luettavaa kierroksesi pareista"] * 2


def test_ending_is_not_a_reason_to_pair_the_same_two_again(pair: Pair, clock: Clock) -> None:
    """What was a pair once stays known as a hash, also when it ended early."""
    EarlierPair.objects.create(
        organisation=pair.round.unit.organisation, key=EarlierPair.key_of([p.pk for p in people_of(pair)])
    )
    end(pair, people_of(pair)[0], clock)
    for day in (4, 8, 9, 10):
        actions.settle_endings(clock.at(f"2027-02-{day:02} 09:00"))
    found = reform(pair.round)
    assert found.pairs == []
    assert len(found.waiting) == 2


class TestGoals:
    def test_are_asked_for_after_the_first_meeting_and_not_before(self, pair: Pair, client: Any) -> None:
        person = people_of(pair)[0]
        actions.answer_fine(pair, person)
        url = reverse("pair_goals", args=[pair.pk])
        client.force_login(person, backend=BACKEND)
        assert url not in {t.url for t in todos_for_person(person)}
        page = client.get(reverse("pair", args=[pair.pk])).content.decode()
        assert "Kiirettä ei ole" in page
        assert url in page
        met(pair, 1)
        assert url in {t.url for t in todos_for_person(person)}
        assert "Olette tavanneet. Mitä haluatte" in client.get(reverse("pair", args=[pair.pk])).content.decode()
        actions.set_goals(pair, person, 1, ["Haavanhoito"])
        assert url not in {t.url for t in todos_for_person(person)}

    def test_nothing_tells_who_changed_them_or_when(self, pair: Pair, client: Any, clock: Clock) -> None:
        boss, seen = supervisor_of(pair.round.unit), []
        assert {f.name for f in Goal._meta.get_fields()} == {"id", "pair", "position", "text"}
        for writer, moment in zip(people_of(pair), ("2027-02-01 10:30", "2027-02-03 22:30"), strict=True):
            clock.at(moment)
            pair.refresh_from_db()
            actions.set_goals(pair, writer, pair.goals_version, [f"Haavanhoito {moment}"])
            actions.set_goals(pair, writer, pair.goals_version + 1, ["Haavanhoito"])
            clock.at("2027-02-04 12:00")
            pages = []
            for reader, name, pk in (
                (boss, "board", pair.round_id),
                *((p, "pair", pair.pk) for p in people_of(pair)),
                *((p, "my_data_download", None) for p in people_of(pair)),
            ):
                client.force_login(reader, backend=BACKEND)
                page = client.get(reverse(name, args=[pk] if pk else [])).content.decode()
                pages.append("\n".join(x for x in page.splitlines() if "csrfmiddlewaretoken" not in x))
            seen.append(pages)
        assert seen[0] == seen[1]
