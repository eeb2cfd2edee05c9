"""The link of a meeting on Teams: it has come, or it could not be made."""

from django.db import transaction

from oppipari.meetings.actions.common import State
from oppipari.meetings.actions.telling import send_calendar, tell_partners
from oppipari.meetings.models import Meeting, OnlineMeeting


@transaction.atomic
def online_link_arrived(meeting: Meeting, url: str) -> bool:
    """Keep the link of a meeting on Teams and send it to the calendars of both; returns whether they were told.

    A link that calendars have already, or a meeting that is no longer agreed, tells nobody: the next invitation of a
    moved meeting carries it. Raises OnlineMeeting.DoesNotExist where no link was asked for.
    """
    fresh = Meeting.objects.select_for_update(of=("self",)).select_related("pair").get(pk=meeting.pk)
    online = OnlineMeeting.objects.select_for_update().get(meeting=fresh)
    if online.join_url == url:
        return False
    online.join_url = url
    online.save(update_fields=["join_url"])
    if fresh.state != State.AGREED or fresh.way != Meeting.Way.TEAMS:
        return False
    send_calendar(fresh, "meeting_link", "REQUEST")
    return True


@transaction.atomic
def online_link_missing(meeting: Meeting) -> None:
    """Tell both, once for each agreed time, that there is something to read about the link of their meeting."""
    tell_partners(meeting.pair, None, "meeting_link_missing", f"{meeting.uid}:{meeting.version}", [meeting])
