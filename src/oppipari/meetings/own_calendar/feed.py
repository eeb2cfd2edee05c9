"""A person's meetings as a calendar that their own calendar program fetches again and again."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from oppipari.meetings.calendar import blank_calendar, event_of, text_of
from oppipari.meetings.models import Meeting, OnlineMeeting, OwnCalendar

REFRESHED = timedelta(hours=4)


def _online(meeting: Meeting) -> OnlineMeeting | None:
    return getattr(meeting, "online", None)


def fingerprint(own: OwnCalendar, meetings: Sequence[Meeting]) -> str:
    """Changes when anything that the feed shows does: a weak ETag, since only the stamps differ from time to time."""
    parts = [own.person.language, str(own.discreet)]
    for m in meetings:
        online = _online(m)
        link = (online.state, online.join_url) if online else ()
        parts.append(repr((str(m.uid), m.sequence, m.state, m.starts_at, m.minutes, m.way, m.place, link)))
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


def feed_text(own: OwnCalendar, meetings: Sequence[Meeting]) -> str:
    """The calendar text in the person's language, with a discreet title where they chose that.

    A proposed meeting is there as tentative and says so: its hour is spoken for, and shift work is planned around it.
    """
    with translation.override(own.person.language):
        calendar = blank_calendar()
        name = _("Reserved") if own.discreet else _("Mentoring")
        calendar.add("x-wr-calname", name)
        calendar.add("name", name)
        calendar.add("x-wr-timezone", "Europe/Helsinki")
        calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT4H")
        for meeting in meetings:
            calendar.add_component(event_of(meeting, "PUBLISH", discreet=own.discreet, online=_online(meeting)))
        return text_of(calendar)
