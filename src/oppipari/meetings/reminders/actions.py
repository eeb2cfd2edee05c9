"""Sending reminders, from the housekeeping; and the link that turns them off."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from oppipari.meetings.models import OwnCalendar
from oppipari.meetings.reminders import steps
from oppipari.meetings.reminders.asking import met_due
from oppipari.meetings.reminders.due import IN_PEACE, Due, Matter, members_due, supervisors_due, with_matters
from oppipari.meetings.reminders.links import signed, unsigned
from oppipari.messages.actions import link, send
from oppipari.messages.hours import in_working_hours
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person
from oppipari.organisation.queries import answers_go_to
from oppipari.pairs.naming import about_pair
from oppipari.rounds.models import Round
from oppipari.rounds.naming import about

SALT = "oppipari.reminders"
# In one go, so that no sign-in code waits behind thousands of reminders; the next go is ten minutes later.
MOST_AT_ONCE = 200


def remind(now: datetime | None = None, matters: Iterable[Matter] = ()) -> int:
    """Queue the reminders that are due in working hours; returns how many. Safe to run twice, and at the same time.

    What waits for a supervisor, `matters` of other apps among it, comes before a pair's own reminder: others wait for it.
    """
    now = now or timezone.now()
    if not settings.MAIL_ENABLED or not in_working_hours(now):
        return 0
    steps.take_steps(now)
    matters = chain(matters, steps.matters(now))
    due = chain(with_matters(supervisors_due(now), matters, now), met_due(now), members_due(now))
    return for_each(islice(due, MOST_AT_ONCE), lambda one: _remind(one, now), "remind")


@transaction.atomic
def _remind(due: Due, now: datetime) -> bool:
    """Queue one reminder and keep its day, both or neither; a second worker finds the day and does nothing."""
    own, _made = OwnCalendar.objects.select_for_update().get_or_create(person_id=due.person_id)
    today = timezone.localdate(now)
    if not own.reminders or (own.reminded_on and own.reminded_on > today - IN_PEACE):
        return False
    noted = [note(today) for note in due.notes]
    if noted and not any(noted):
        return False
    person = own.person
    own.reminded_on = today
    own.save(update_fields=["reminded_on"])
    # Without a key: it would stay when the message is forgotten and tell for months who was reminded when.
    return send(
        to=person.email or "",
        kind=due.kind,
        language=person.language,
        context={
            **(due.about(person) if due.about else {}),
            "url": link(due.path),
            "stop": link(reverse("reminders_off", args=[token_of(person)])),
            **_about(person, due),
        },
        reply_to=answers_go_to(due.pair.round.unit_id, person) if due.pair else "",
    )


def _about(person: Person, due: Due) -> dict[str, Any]:
    """Which of several pairs or rounds the reminder is about."""
    if due.pair is not None:
        return about_pair(person, due.pair)
    round_ = Round.objects.select_related("unit").filter(pk=due.round_id).first() if due.round_id else None
    return about(person, round_) if round_ is not None else {}


def token_of(person: Person) -> str:
    """What a link that turns the reminders of `person` off carries; it opens nothing else, so it never expires."""
    return signed(str(person.pk), SALT)


def person_of_token(token: str) -> Person | None:
    """Whose reminders the link turns off, or None where it is none of ours or the person is gone."""
    try:
        pk = int(unsigned(token, SALT))
    except (signing.BadSignature, ValueError):
        return None
    return Person.objects.filter(pk=pk, is_active=True).first()
