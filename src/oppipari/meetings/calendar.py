"""A meeting as a calendar text (RFC 5545) and as an invitation (iTIP, RFC 5546): it says when and where, never why."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from oppipari.meetings.clock import ZONE
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.organisation.text import one_line

Guest = tuple[str, str]
# The rules of the zone since 1996, as rules: Outlook does not read lists of dates (RDATE), which is what icalendar makes
# of a zone, and then shows summer meetings an hour late; nor do lists reach beyond their last year.
VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Helsinki
BEGIN:DAYLIGHT
DTSTART:19970330T030000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:EEST
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T040000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:EET
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")


def organizer() -> str:
    """The address that invitations come from: calendars trust an invitation whose organiser sent it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def ics(
    meeting: Meeting,
    people: Sequence[Guest],
    method: str,
    *,
    discreet: bool = False,
    online: OnlineMeeting | None = None,
    informed: Guest | None = None,
) -> str:
    """The meeting as text; `people` are those who meet as (name, address), `method` REQUEST, CANCEL or PUBLISH.

    PUBLISH makes a file, which has no method: a published one would need an organiser (RFC 5546, 3.2.1), and calendars
    offer to answer organisers. A discreet title tells a shared screen nothing. `online` is given where the text goes to
    the pair itself: whoever else reads a meeting's time has no business with its link. `informed` gets a copy for
    information: it asks for no answer and takes up no time of theirs.
    """
    calendar = blank_calendar()
    if method != "PUBLISH":
        calendar.add("method", method)
    event = event_of(meeting, method, discreet=discreet, online=online)
    if method != "PUBLISH":
        host = vCalAddress(f"mailto:{organizer()}")
        host.params["CN"] = vText("Oppipari")
        event["organizer"] = host
        # Outlook would offer to propose another time to a mailbox that nobody reads; here it is proposed on the page.
        event.add("x-microsoft-disallow-counter", vText("TRUE"))
        for guest in people:
            _invite(event, guest, "REQ-PARTICIPANT")
        if informed:
            _invite(event, informed, "NON-PARTICIPANT")
            event["transp"] = vText("TRANSPARENT")
    calendar.add_component(event)
    return text_of(calendar)


def blank_calendar() -> Calendar:
    """A calendar that knows the zone of its times."""
    calendar = Calendar()
    calendar.add("prodid", "-//Oppipari//Oppipari//FI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(Timezone.from_ical(VTIMEZONE))
    return calendar


def text_of(calendar: Calendar) -> str:
    text: str = calendar.to_ical().decode()
    return text


def event_of(meeting: Meeting, method: str, *, discreet: bool, online: OnlineMeeting | None) -> Event:
    """When and where, without people."""
    event = Event()
    event.add("uid", f"{meeting.uid}@oppipari")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now())
    # The length is added in absolute time, so that it is right in the night when clocks change.
    start, end = _told(meeting.starts_at, meeting.starts_at + timedelta(minutes=meeting.minutes))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _("Reserved") if discreet else _title(meeting))
    place = one_line(meeting.place) or (_("Teams") if meeting.way == Meeting.Way.TEAMS else "")
    if place and not discreet:
        event.add("location", place)
    if online is not None and meeting.way == Meeting.Way.TEAMS and method != "CANCEL":
        _add_link(event, online, discreet)
    event.add("status", "CANCELLED" if method == "CANCEL" else _status(meeting))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def _told(*moments: datetime) -> list[datetime]:
    """The moments in local time; in universal time where one of them lies in the hour that comes twice in autumn.

    A local time that occurs twice means its first occurrence (RFC 5545, 3.3.5), so the second cannot be told locally.
    """
    local = [timezone.localtime(m, ZONE) for m in moments]
    twice = any(m.utcoffset() != m.replace(fold=0).utcoffset() for m in local)
    return [m.astimezone(UTC) for m in moments] if twice else local


def _invite(event: Event, guest: Guest, role: str) -> None:
    name, address = guest
    found = vCalAddress(f"mailto:{address}")
    if clean := one_line(name).replace('"', ""):
        found.params["CN"] = vText(clean)
    found.params["CUTYPE"] = vText("INDIVIDUAL")
    found.params["ROLE"] = vText(role)
    found.params["PARTSTAT"] = vText("NEEDS-ACTION")
    # No answer is asked for, since nobody would read it (docs/decisions/023-letters.md).
    found.params["RSVP"] = vText("FALSE")
    event.add("attendee", found, encode=False)


def _add_link(event: Event, online: OnlineMeeting, discreet: bool) -> None:
    """The link where calendars look for it: RFC 7986's CONFERENCE, Outlook's own property for its Join button, and the
    description, which Google and phones turn into something to press. A discreet entry keeps it among the details."""
    if url := online.join_url:
        event.add("url", vUri(url))
        if not discreet:
            parameters = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Teams"}
            event.add("conference", vUri(url), parameters=parameters)
            event.add("x-microsoft-skypeteamsmeetingurl", vUri(url))
            event.add("description", _("Join on Teams:") + f"\n{url}")
    elif online.state == OnlineMeeting.State.WANTED and not discreet:
        event.add("description", _("The Teams link follows in an update."))


def _title(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.PROPOSED:
        return _("Mentoring meeting (proposed)")
    return _("Mentoring meeting")


def _status(meeting: Meeting) -> str:
    if meeting.state == Meeting.State.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if meeting.state == Meeting.State.PROPOSED else "CONFIRMED"
