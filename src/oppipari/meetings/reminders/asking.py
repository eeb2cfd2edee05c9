"""Whom to ask whether they met: so that going on is asked, and nobody has to come to a page to be asked it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from oppipari.meetings.actions.telling import letter_about
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.reminders.due import IN_PEACE, Due, to_remind
from oppipari.meetings.reminders.met import token_of
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, PairMember


def met_due(now: datetime) -> Iterator[Due]:
    """Members of pairs whose agreed meeting has been, on an earlier day of the last week, and nobody has said yet that it was.

    All in the pair alike, and each once: who got a reminder in these days, this one or another, gets no second.
    """
    latest = (
        Meeting.objects.filter(
            state=Meeting.State.AGREED,
            starts_at__gt=now - IN_PEACE,
            starts_at__lt=timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0),
            # A pair that goes on after its round was closed is asked like any other.
            pair__state=Pair.State.MEETING,
        )
        .select_related("pair__round__unit")
        .order_by("pair_id", "-starts_at")
    )
    meetings: dict[int, Meeting] = {}
    for meeting in latest:
        meetings.setdefault(meeting.pair_id, meeting)
    members: dict[int, list[PairMember]] = {}
    for place in PairMember.objects.filter(pair__in=meetings, left_at=None).select_related("person").order_by("pk"):
        members.setdefault(place.pair_id, []).append(place)
    can = set(to_remind(now).filter(places__pair__in=meetings).values_list("pk", flat=True)) if meetings else set()
    seen: set[int] = set()
    for pair, meeting in meetings.items():
        for place in members.get(pair, ()):
            person = place.person
            if person.pk in can and person.pk not in seen:
                seen.add(person.pk)
                path = reverse("met", args=[token_of(meeting, person)])
                about = partial(_about, meeting, path, len(members[pair]))
                yield Due(person.pk, "reminder_met", path, about=about, pair=meeting.pair)


def _about(meeting: Meeting, path: str, people: int, person: Person) -> dict[str, Any]:
    return letter_about([meeting], person, path, people=people, hidden=own_calendar_of(person).discreet)
