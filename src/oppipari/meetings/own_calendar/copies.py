"""Copies for supervisors: a meeting's time as information, for each supervisor who chose to get them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation

from oppipari.meetings.calendar import Guest, ics
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.queries import supervisors_wanting_copies
from oppipari.messages.actions import link, send
from oppipari.organisation.actions import record_read
from oppipari.organisation.models import AccessEntry, Person


def inform(meeting: Meeting, method: str, members: Sequence[Person], people: Sequence[Guest]) -> None:
    """Send the meeting as it is now to the unit's supervisors who want it, in the running transaction.

    The same UID and SEQUENCE as the pair's own; no Teams link, no answer asked. It is noted for `members` that the
    supervisor got to see their time. A supervisor who is in the pair has the pair's own invitation.
    """
    mine = {m.pk for m in members}
    round_id = meeting.pair.round_id
    for boss in supervisors_wanting_copies(round_id):
        if boss.pk in mine:
            continue
        hidden = boss.own_calendar.discreet
        with translation.override(boss.language):
            shown = [] if hidden else people
            text = ics(meeting, shown, method, discreet=hidden, informed=(boss.name, boss.email or ""))
        sent = send(
            to=boss.email or "",
            kind="meeting_copy",
            language=boss.language,
            context={"url": link(reverse("round_meetings", args=[round_id]))},
            key=f"meeting_copy:{meeting.uid}:{meeting.sequence}:{boss.pk}",
            calendar=text,
            calendar_method=method,
        )
        if sent:
            record_read(boss, members, AccessEntry.What.MEETINGS)
