"""A pair without a time: three reminders alike, a gentle question, one word to the supervisor, then peace."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.meetings.models import NoTime
from oppipari.meetings.own_calendar.actions import turn_reminders
from oppipari.meetings.reminders.actions import remind
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def pair(clock: Clock) -> Pair:
    found = pair_of(RoundFactory(state=Round.State.MEETING))
    supervisor_of(found.round.unit, email="ritva@example.org")
    return found


def members_of(pair: Pair) -> list[Person]:
    return [m.person for m in pair.members.select_related("person").order_by("pk")]


def weeks(clock: Clock, count: int) -> list[list[tuple[str, str]]]:
    """Let the housekeeping come round on every morning of so many weeks; who got which kind in each."""
    found = []
    for _ in range(count):
        Outgoing.objects.all().delete()
        for _day in range(7):
            clock.passes(days=1)
            remind()
            remind()
        found.append(sorted(Outgoing.objects.values_list("to", "kind")))
    return found


def test_the_steps_are_one_a_week_and_end_in_peace(pair: Pair, clock: Clock) -> None:
    first, second = (p.email or "" for p in members_of(pair))
    alike = [(first, "reminder_pair"), (second, "reminder_pair")]
    asked = [(first, "reminder_question"), (second, "reminder_question")]
    told = [("ritva@example.org", "reminder_not_met")]
    assert weeks(clock, 9) == [alike, alike, alike, asked, told, [], [], [], []]


def test_the_steps_begin_anew_after_a_time_and_the_supervisor_hears_once(pair: Pair, clock: Clock) -> None:
    weeks(clock, 6)
    pair.meetings.create(starts_at=timezone.now() + timedelta(days=3), minutes=60, state="held")
    kinds = [{kind for _to, kind in week} for week in weeks(clock, 8)]
    assert kinds[1:] == [{"reminder_pair"}] * 3 + [{"reminder_question"}] + [set()] * 3


def test_the_question_leads_to_the_choice(pair: Pair, clock: Clock, client: Client) -> None:
    weeks(clock, 3)
    client.force_login(members_of(pair)[0], backend=BACKEND)
    page = reverse("pair", args=[pair.pk])
    assert 'id="few"' not in client.get(page).content.decode()
    weeks(clock, 1)
    letter = Outgoing.objects.filter(kind="reminder_question").first()
    assert letter is not None
    assert letter.context["url"].endswith(page)
    client.force_login(members_of(pair)[0], backend=BACKEND)
    shown = client.get(page).content.decode()
    for name in ("meeting_new", "pair_again", "pair_end", "pair_fine"):
        assert reverse(name, args=[pair.pk]) in shown


def test_the_letter_asks_without_blame_and_is_answered_to_nobody(pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
    weeks(clock, 4)
    deliver_all()
    letter = mailbox.to(members_of(pair)[0].email or "")[-1]
    assert letter["Subject"] == "Mikä auttaisi?"
    assert "eikä se ole kenenkään syy" in text_of(letter)
    assert letter["Reply-To"] == members_of(pair)[0].email
    assert letter["List-Unsubscribe"]


def test_the_supervisor_is_led_to_the_pairs_and_reads_no_name(pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
    weeks(clock, 5)
    deliver_all()
    (letter,) = mailbox.to("ritva@example.org")
    assert reverse("board", args=[pair.round_id]) in text_of(letter)
    assert not any(p.name in str(letter) + text_of(letter) for p in members_of(pair))


def test_a_pair_that_has_met_reads_nothing_that_is_not_so(pair: Pair, clock: Clock, mailbox: Mailbox) -> None:
    """They met, and called the next meeting off: a time had been found, and none is agreed now."""
    pair.meetings.create(starts_at=timezone.now() - timedelta(days=8), minutes=60, state="held")
    pair.meetings.create(starts_at=timezone.now() + timedelta(days=30), minutes=60, state="cancelled")
    for _week in range(5):
        weeks(clock, 1)
        deliver_all()
    said = [text_of(letter) for letter in mailbox.messages]
    assert any("Teillä ei ole nyt tapaamista sovittuna." in text for text in said)
    assert any("Teillä ei ole muutamaan viikkoon ollut tapaamista sovittuna." in text for text in said)
    assert not any(wrong in text for text in said for wrong in ("ei ole vielä", "on ollut vaikea löytää"))


def test_the_page_of_the_pairs_says_who_has_no_next_time(pair: Pair, clock: Clock, client: Client) -> None:
    """The letter to supervisors leads there for that."""
    client.force_login(supervisor_of(pair.round.unit), backend=BACKEND)
    page = reverse("board", args=[pair.round_id])
    pair.meetings.create(starts_at=timezone.now() - timedelta(days=8), minutes=60, state="agreed")
    assert "1 sovittu aika on jo ollut. Seuraavaa aikaa ei ole sovittu." in client.get(page).content.decode()
    pair.meetings.create(starts_at=timezone.now() + timedelta(days=8), minutes=60, state="proposed")
    assert "Seuraavaa aikaa" not in client.get(page).content.decode()
    pair.meetings.update(state="held")
    pair.meetings.create(starts_at=timezone.now() - timedelta(days=20), minutes=60, state="held")
    assert "Seuraavaa aikaa" not in client.get(page).content.decode()


def peace(pair: Pair) -> None:
    pairs.we_are_fine(pair, members_of(pair)[0])


def both_off(pair: Pair) -> None:
    for person in members_of(pair):
        turn_reminders(person, False)


@pytest.mark.parametrize(("do", "left"), [(peace, 1), (both_off, 0)])
def test_what_one_chose_for_oneself_changes_nothing_for_the_others(
    pair: Pair, clock: Clock, do: Any, left: int
) -> None:
    do(pair)
    first, second = (p.email or "" for p in members_of(pair))
    found = weeks(clock, 5)
    others = [[line for line in week if line[0] not in (first, second)[: 2 - left]] for week in found]
    kinds = ["reminder_pair"] * 3 + ["reminder_question"]
    assert others == [[(second, kind)] * left for kind in kinds] + [[("ritva@example.org", "reminder_not_met")]]
    if do is peace:  # for four weeks
        assert first not in {to for week in found[:3] for to, _kind in week}


def test_several_pairs_of_a_round_are_one_letter_and_every_supervisor_hears(pair: Pair, clock: Clock) -> None:
    pair_of(pair.round)
    supervisor_of(pair.round.unit, email="raimo@example.org")
    found = Counter(line for week in weeks(clock, 9) for line in week if line[1] == "reminder_not_met")
    assert found == {("ritva@example.org", "reminder_not_met"): 1, ("raimo@example.org", "reminder_not_met"): 1}


def test_what_is_kept_is_of_the_pair_and_goes_with_it(pair: Pair, clock: Clock) -> None:
    weeks(clock, 5)
    row = NoTime.objects.values().get()
    assert set(row) == {"id", "pair_id", "step", "stepped_on", "told_on"}
    pair.delete()
    assert not NoTime.objects.exists()
