"""Nobody who is erased stays in what waits, whichever letter it is and whoever they were; changed names are changed there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, supervisor_of
from tests.letters.scene import Scene
from tests.letters.stories import STORIES
from tests.letters.test_every_letter import on_the_wire, world
from tests.mailbox import calendars_of, text_of

from oppipari.meetings import actions as meetings
from oppipari.messages.models import Outgoing
from oppipari.messages.named import forget_in_letters
from oppipari.organisation.models import Person, Role
from oppipari.organisation.own_details.actions import _take, ask_to_move, correct_name
from oppipari.pairs.actions.common import tell
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import erase_me
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
STORIES_QUICKLY = ("invitation", "meeting_withdrawn", "pair_published-trio", "address_new")


@contextmanager
def tried() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def queue() -> str:
    """All that stands in the queue, in every column, calendar texts without their folding."""
    return str(list(Outgoing.objects.values())).replace("\\r\\n ", "").lower()


def several_rounds(scene: Scene) -> None:
    """So that letters say which pair they are about: everybody signed up to another round, too."""
    other = RoundFactory(unit=scene.round.unit, name="Syksy 2027")
    for person in Person.objects.all():
        SignUpFactory(round=other, person=person)


def can_be_erased(person: Person) -> None:
    """What they had to do before: finish their pair, see to it that the unit has another supervisor."""
    Pair.objects.filter(members__person=person).update(state=Pair.State.FINISHED)
    for role in person.roles.filter(kind=Role.Kind.SUPERVISOR):
        supervisor_of(role.unit)


@pytest.mark.parametrize(
    "name", [name if name in STORIES_QUICKLY else pytest.param(name, marks=pytest.mark.slow) for name in STORIES]
)
def test_whoever_is_erased_goes_from_every_letter_that_waits(clock: Clock, settings: Any, name: str) -> None:
    with world(clock):
        scene = Scene(clock, "fi")
        several_rounds(scene)
        Outgoing.objects.all().delete()
        STORIES[name](scene)
        waiting = Outgoing.objects.exclude(to="")
        assert waiting.exists()
        for person in Person.objects.order_by("pk"):
            with tried():
                can_be_erased(person)
                left = {o.pk for o in waiting if o.to != person.email and o.context.get("of") != person.pk}
                asked = {o.pk for o in waiting if o.kind == "somebody_waits"}
                erase_me(person)
                if not SignUp.objects.filter(confirmed_at=None, withdrawn_at=None).exists():
                    left -= asked  # nobody waits any more to be known
                kept = queue()
                assert str(person).lower() not in kept, person
                assert not person.email or person.email.lower() not in kept, person
                assert set(waiting.values_list("pk", flat=True)) == left
                for letter in waiting:
                    assert not re.search(r"^\s*(·|kutsuu)|·\s*(·|$)", text_of(on_the_wire(letter)), re.MULTILINE)


def test_an_invitation_goes_out_in_the_units_name_where_whoever_invited_is_gone() -> None:
    round_ = RoundFactory(unit__languages=["fi", "sv", "en"], name="Kevät 2027", unit__name="Kuusikoti")
    boss, fellow = supervisor_of(round_.unit, name="Bertta Pomo"), supervisor_of(round_.unit, name="Tuula Vuori")
    rounds.invite(round_, boss, [{"email": "kaisa@example.org"}])
    rounds.invite(round_, fellow, [{"email": "eino@example.org"}])
    erase_me(boss)
    text = text_of(on_the_wire(Outgoing.objects.get(to="kaisa@example.org")))
    for said in (
        "Kuusikoti kutsuu sinut mentorointiin: Kevät 2027.",
        "Kuusikoti bjuder in dig till mentorskap: Kevät 2027.",
        "Kuusikoti invites you to mentoring: Kevät 2027.",
    ):
        assert said in text
    assert "Tuula Vuori kutsuu" in text_of(on_the_wire(Outgoing.objects.get(to="eino@example.org")))


def test_a_calendar_loses_the_guest_alone(clock: Clock) -> None:
    scene = Scene(clock, "fi")
    first, second = scene.members(scene.pair)
    meetings.arrange(scene.boss, [(scene.pair, scene.times(9)[0]["starts_at"], 60)])
    (before,) = calendars_of(on_the_wire(Outgoing.objects.get(to=second.email)))
    forget_in_letters(first.pk, first.name, first.email or "")
    (after,) = calendars_of(on_the_wire(Outgoing.objects.get(to=second.email)))
    gone = set(before.replace("\r\n ", "").split("\r\n")) - set(after.replace("\r\n ", "").split("\r\n"))
    assert [line[:8] for line in gone] == ["ATTENDEE"]
    assert after.count("ATTENDEE") == 1
    assert f"mailto:{second.email}" in after.replace("\r\n ", "")


def test_a_namesake_stays() -> None:
    round_ = RoundFactory()
    boss, other = (supervisor_of(round_.unit, name="Bertta Pomo") for _each in range(2))
    rounds.invite(round_, boss, [{"email": "kaisa@example.org"}])
    rounds.invite(round_, other, [{"email": "eino@example.org"}])
    erase_me(boss)
    said = dict(Outgoing.objects.values_list("to", "context__supervisor"))
    assert said == {"kaisa@example.org": "", "eino@example.org": "Bertta Pomo"}


def test_a_name_and_an_address_that_were_changed_meanwhile_leave_nothing_behind(clock: Clock) -> None:
    scene = Scene(clock, "fi")
    several_rounds(scene)
    first, second = scene.members(scene.pair)
    meetings.arrange(scene.boss, [(scene.pair, scene.times(9)[0]["starts_at"], 60)])
    tell([first, second], "pair_continues", "/x/", "1", scene.pair)
    old_name, old_address = first.name, first.email or ""
    correct_name(first, "Aino Ångström-Virtanen, joka hoitaa kolmatta kerrosta")
    _take(first, "aino.angstrom-virtanen@toinen.example.org", proved=True, confirmed_at=None)
    first.refresh_from_db()
    assert old_name.lower() not in queue()
    assert old_address not in queue()
    letter = Outgoing.objects.filter(to=second.email, kind="meeting_agreed").get()
    (calendar,) = calendars_of(on_the_wire(letter))
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert f"mailto:{first.email}" in calendar.replace("\r\n ", "")
    assert first.name in calendar.replace("\r\n ", "")
    Pair.objects.update(state=Pair.State.FINISHED)
    erase_me(first)
    assert first.name.lower() not in queue()
    assert (first.email or "") not in queue()


def test_a_code_for_a_new_address_goes_with_whoever_asked_for_it() -> None:
    person, other = PersonFactory(), SignUpFactory(round=RoundFactory(state=Round.State.MEETING)).person
    ask_to_move(person, "uusi@example.org")
    ask_to_move(person, other.email)
    tell([other], "pair_continues", "/x/", "1", Pair.objects.create(round=Round.objects.get(), meetings_agreed=3))
    erase_me(person)
    assert "uusi@example.org" not in queue()
    left = Outgoing.objects.exclude(Q(to=""))
    assert [(letter.to, letter.kind) for letter in left] == [(other.email, "pair_continues")]
