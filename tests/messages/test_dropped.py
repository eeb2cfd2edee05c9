"""What waits in the queue for somebody who is not there any more is not sent, and their address goes from the queue."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, member_of, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.ways_in import TOLD

from oppipari.messages import tasks
from oppipari.messages.actions import send
from oppipari.messages.mailers import mailers_of
from oppipari.messages.models import Outgoing
from oppipari.pairs.actions.common import tell
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import erase_me
from oppipari.rounds import actions
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


def waiting_for(address: str) -> list[str]:
    return list(Outgoing.objects.filter(to=address).values_list("kind", flat=True))


def test_who_withdraws_gets_no_letter_about_the_sign_up_they_took_back(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit, email="aino@example.org")
    made = actions.sign_up(round_, person, TOLD)
    send(to=person.email or "", kind="questionnaire_open", language="fi", context={"url": "https://x/"}, key="another")
    assert waiting_for("aino@example.org") == ["sign_up_received", "questionnaire_open"]
    actions.withdraw(made, person)
    assert waiting_for("aino@example.org") == ["questionnaire_open"]  # of another round: still theirs
    deliver_all()
    assert len(mailbox.to("aino@example.org")) == 1


def test_who_comes_back_after_that_is_told_so(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit, email="aino@example.org")
    actions.withdraw(actions.sign_up(round_, person, TOLD), person)
    actions.sign_up(round_, person, TOLD)
    deliver_all()
    assert len(mailbox.to("aino@example.org")) == 1


def test_who_withdrew_is_not_invited_again_by_the_same_press(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    people = [{"email": "aino@example.org"}, {"email": "eino@example.org"}]
    actions.invite(round_, boss, people)
    deliver_all()
    person = PersonFactory(email="aino@example.org", organisation=round_.unit.organisation)
    actions.withdraw(actions.sign_up(round_, person, TOLD), person)
    assert actions.invite(round_, boss, people) == 0
    deliver_all()
    assert [m["Subject"] for m in mailbox.to("aino@example.org")] == ["Kutsu mentorointiin"]
    # A round later they may be asked anew.
    later = RoundFactory(unit=round_.unit)
    assert actions.invite(later, boss, people) == 2


@pytest.mark.usefixtures("mail_on")
def test_a_queued_invitation_goes_where_it_is_no_longer_needed() -> None:
    """They signed up by the poster before the letter left; or pairs were published before anybody answered."""
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "aino@example.org"}, {"email": "eino@example.org"}])
    person = PersonFactory(email="aino@example.org", organisation=round_.unit.organisation)
    actions.sign_up(round_, person, TOLD)
    assert waiting_for("aino@example.org") == ["sign_up_received"]
    assert waiting_for("eino@example.org") == ["invitation"]
    actions.close_sign_up(round_, boss)
    actions.mark_published(round_, boss)
    assert waiting_for("eino@example.org") == []


@pytest.mark.usefixtures("mail_on")
def test_who_is_turned_down_leaves_nothing_in_the_queue() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = actions.sign_up(round_, PersonFactory(email="vieras@example.org"), TOLD)
    assert waiting_for("vieras@example.org") == ["sign_up_waiting"]
    actions.turn_down(made, boss)
    assert waiting_for("vieras@example.org") == []


def test_who_is_erased_is_written_to_no_more_nor_named_to_others(mailbox: Mailbox) -> None:
    round_, other = RoundFactory(state=Round.State.MEETING), RoundFactory()
    pair = pair_of(round_)
    gone, stays = (m.person for m in pair.members.all())
    SignUpFactory(round=other, person=stays)
    tell([gone, stays], "pair_finished", "/x/", "1", pair)
    Pair.objects.update(state=Pair.State.FINISHED)
    address = gone.email or ""
    assert gone.name in str(list(Outgoing.objects.values()))
    erase_me(gone)
    kept = str(list(Outgoing.objects.values()))
    assert address not in kept
    assert gone.name not in kept
    deliver_all()
    assert [m["X-Envelope-To"] for m in mailbox.messages] == [stays.email]
    assert round_.name in text_of(mailbox.messages[0])


def test_a_letter_that_is_on_its_way_while_it_is_dropped_is_not_tried_again(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    settings.MAILERS = mailers_of("smtp://127.0.0.1:1?timeout=1")  # nobody listens there
    person = PersonFactory(email="aino@example.org")
    send(to="aino@example.org", kind="pair_published", language="fi", context={"url": "https://x/"})
    taken = Outgoing.objects.get()
    erase_me(person)
    tasks._try_again(taken)  # the worker, which had taken it just before
    assert (Outgoing.objects.get().to, Outgoing.objects.get().tries) == ("", tasks.MOST_TRIES)
    assert tasks.deliver_waiting() == 0


@pytest.mark.usefixtures("mail_on")
def test_the_withdrawal_that_fails_drops_nothing() -> None:
    from oppipari.organisation.errors import DomainError

    round_ = RoundFactory(sign_up_closes=timezone.localdate() + timedelta(days=3))
    person = member_of(round_.unit, email="aino@example.org")
    made = actions.sign_up(round_, person, TOLD)
    Round.objects.update(state=Round.State.MEETING)
    with pytest.raises(DomainError):
        actions.withdraw(made, person)
    assert waiting_for("aino@example.org") == ["sign_up_received"]
