"""A meeting as a calendar text (RFC 5545) and as an invitation (iTIP, RFC 5546): it says when and where, never why."""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from oppipari.meetings.models import Meeting
from oppipari.organisation.text import one_line

ZONE = ZoneInfo("Europe/Helsinki")


def organizer() -> str:
    """The address that invitations come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def ics(meeting: Meeting, people: Sequence[tuple[str, str]], method: str, *, discreet: bool = False) -> str:
    """The meeting as text; `people` are (name, address), `method` REQUEST, CANCEL or PUBLISH.

    Times carry their zone, so that a meeting across the change of summer time stays at the same local hour. A discreet
    title tells a shared screen nothing.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Oppipari//Oppipari//FI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{meeting.uid}@oppipari")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now())
    start = timezone.localtime(meeting.starts_at, ZONE)
    event.add("dtstart", start)
    # The length is added in absolute time, so that it is right in the night when clocks change.
    event.add("dtend", timezone.localtime(meeting.starts_at + timedelta(minutes=meeting.minutes), ZONE))
    event.add("summary", _("Reserved") if discreet else _("Mentoring meeting"))
    place = one_line(meeting.place) or (_("Teams") if meeting.way == Meeting.Way.TEAMS else "")
    if place and not discreet:
        event.add("location", place)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED" if method == "REQUEST" else _status(meeting))
    event.add("class", "PRIVATE")
    if method != "PUBLISH":
        host = vCalAddress(f"mailto:{organizer()}")
        host.params["CN"] = vText("Oppipari")
        event["organizer"] = host
        for name, address in people:
            guest = vCalAddress(f"mailto:{address}")
            guest.params["CN"] = vText(one_line(name).replace('"', ""))
            guest.params["ROLE"] = vText("REQ-PARTICIPANT")
            guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
            guest.params["RSVP"] = vText("TRUE")
            event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    text: str = calendar.to_ical().decode()
    return text


def _status(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if meeting.state == Meeting.State.PROPOSED else "CONFIRMED"
