"""A pair that ends early: alike for all, a private question to each, and who is left is first in line."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, member_of, met, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all

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


def people_of(pair: Pair) -> list[Person]:
    return [m.person for m in pair.members.select_related("person").order_by("pk")]


def sign_up_of(pair: Pair, person: Person) -> SignUp:
    return PairMember.objects.get(pair=pair, person=person).sign_up


@pytest.fixture
def pair(clock: Clock) -> Pair:
    """Monday 1 February 2027 at 10."""
    return pair_of(RoundFactory(state=Round.State.MEETING))


def say(pair: Pair, person: Person, looks: bool) -> None:
    actions.set_looking(sign_up_of(pair, person), person, looks=looks)


class TestEnding:
    def test_is_two_presses_from_the_pairs_page_and_leads_to_the_private_question(
        self, client: Any, pair: Pair
    ) -> None:
        first, second = people_of(pair)
        actions.answer_fine(pair, first)
        client.force_login(first, backend=BACKEND)
        assert reverse("pair_end", args=[pair.pk]) in client.get(reverse("pair", args=[pair.pk])).content.decode()
        assert "Lopetetaanko tähän?" in client.get(reverse("pair_end", args=[pair.pk])).content.decode()
        for word in ("end", "again", "end"):  # also pressed twice, or in an old tab
            response = client.post(reverse("pair_answer", args=[pair.pk]), {"answer": word})
            assert response.headers["Location"] == reverse("looking", args=[sign_up_of(pair, first).pk])
        page = client.get(response.headers["Location"]).content.decode()
        assert "Haluatko uuden parin tällä kierroksella?" in page
        assert "viimeistään ti 9.2. aamulla" in page
        for person in (first, second):
            assert [t.url for t in todos_for_person(person)] == [reverse("looking", args=[sign_up_of(pair, person).pk])]
        assert client.get(reverse("pair", args=[pair.pk])).status_code == 404

    def test_of_what_has_finished_is_refused(self, pair: Pair) -> None:
        Pair.objects.update(state=Pair.State.FINISHED)
        with pytest.raises(DomainError):
            actions.end_early(pair, people_of(pair)[0])

    def test_of_somebody_elses_pair_is_refused(self, pair: Pair) -> None:
        with pytest.raises(DomainError):
            actions.end_early(pair, people_of(pair_of(pair.round))[0])
        assert Pair.objects.filter(state=Pair.State.MEETING).count() == 2

    def test_deletes_what_was_answered_in_private(self, pair: Pair) -> None:
        first, second = people_of(pair)
        met(pair)
        actions.set_will(pair, first, agreed=3, more=2)
        actions.we_are_fine(pair, second)
        actions.end_early(pair, second)
        assert (
            list(PairMember.objects.values_list("goes_on", "goes_on_meetings", "fine_until", "looks"))
            == [(None, None, None, None)] * 2
        )


class TestLooking:
    def test_is_seen_when_all_have_answered_on_a_following_morning(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        actions.end_early(pair, first)
        say(pair, first, False)
        say(pair, second, True)
        assert actions.settle_endings(clock.now) == 0  # the same day
        assert not looking(pair.round).exists()
        deliver_all()
        assert mailbox.to(boss.email or "") == []
        assert actions.settle_endings(clock.at("2027-02-02 07:00")) == 0
        assert actions.settle_endings(clock.at("2027-02-02 08:00")) == 1
        assert [s.person for s in looking(pair.round)] == [second]
        assert needs_new_pair(pair.round) == 1
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(boss.email or "")] == ["Tarvitaan uusi pari"]
        assert not Question.objects.exists()
        # A yes is not kept, only who has had enough.
        assert list(pair.members.order_by("pk").values_list("looks", flat=True)) == [False, None]

    def test_is_taken_for_granted_after_a_week(self, pair: Pair, clock: Clock) -> None:
        actions.end_early(pair, people_of(pair)[0])
        for day in (3, 5, 8):
            assert actions.settle_endings(clock.at(f"2027-02-{day:02} 09:00")) == 0
        assert actions.settle_endings(clock.at("2027-02-09 09:00")) == 1
        assert [s.person for s in looking(pair.round)] == people_of(pair)

    def test_nobody_is_told_when_nobody_looks(self, pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
        boss = supervisor_of(pair.round.unit)
        actions.end_early(pair, people_of(pair)[0])
        for person in people_of(pair):
            say(pair, person, False)
        actions.settle_endings(clock.at("2027-02-02 09:00"))
        deliver_all()
        assert mailbox.to(boss.email or "") == []
        assert needs_new_pair(pair.round) == 0

    def test_one_can_change_ones_mind_before_and_after(
        self, pair: Pair, clock: Clock, client: Any, mailbox: Mailbox
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        actions.end_early(pair, first)
        for looks in (True, False):
            say(pair, first, looks)
        say(pair, second, False)
        actions.settle_endings(clock.at("2027-02-02 09:00"))
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
        assert len(mailbox.to(boss.email or "")) == 1
        assert "ensimmäisenä vuorossa" in todos_for_person(first)[0].text
        client.post(url, {"looks": "no"})
        assert not looking(pair.round).exists()

    def test_has_an_empty_form_refused_and_others_find_nothing(self, pair: Pair, client: Any) -> None:
        first, second = people_of(pair)
        actions.end_early(pair, first)
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
        actions.end_early(pair, first)
        ids = sign_up_of(pair, first).pk, lonely.pk
        with pytest.raises(DomainError):
            actions.form_new_pairs(pair.round, boss, [ids])
        say(pair, first, False)
        say(pair, second, False)
        actions.settle_endings(clock.at("2027-02-02 09:00"))
        with pytest.raises(DomainError):
            actions.form_new_pairs(pair.round, boss, [ids])
        say(pair, first, True)
        (made,) = actions.form_new_pairs(pair.round, boss, [ids])
        assert {m.sign_up_id for m in made.members.all()} == set(ids)
        assert todos_for_person(first)[0].url == reverse("pair", args=[made.pk])

    def test_is_forgotten_when_the_round_closes(self, pair: Pair) -> None:
        actions.end_early(pair, people_of(pair)[0])
        say(pair, people_of(pair)[0], False)
        actions.forget_closed(pair.round)
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
        actions.end_early(pair, first)
        say(pair, first, False)
        say(pair, second, True)
        actions.settle_endings(clock.at("2027-02-02 09:00"))
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


def test_the_supervisor_who_ends_a_pair_is_told_what_happens_next(client: Any, pair: Pair) -> None:
    client.force_login(supervisor_of(pair.round.unit), backend=BACKEND)
    page = client.post(reverse("pair_dissolve", args=[pair.pk]), follow=True).content.decode()
    assert "Pari on päättynyt" in page
    assert "Näille etsitään paria" not in page
    assert Question.objects.get().until == date(2027, 2, 8)


def test_ending_is_not_a_reason_to_pair_the_same_two_again(pair: Pair, clock: Clock) -> None:
    """What was a pair once stays known as a hash, also when it ended early."""
    EarlierPair.objects.create(
        organisation=pair.round.unit.organisation, key=EarlierPair.key_of([p.pk for p in people_of(pair)])
    )
    actions.end_early(pair, people_of(pair)[0])
    for day in (4, 8, 9):
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
