"""Who is told of a meeting: partners, supervisors, and everybody's calendar."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone, translation

from oppipari.meetings.actions.common import State, places_of
from oppipari.meetings.calendar import ics
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.copies import inform
from oppipari.meetings.own_calendar.queries import discreet_among, supervisors_wanting_copies
from oppipari.meetings.signals import calendars_told
from oppipari.messages.actions import link, send
from oppipari.organisation.models import Person
from oppipari.organisation.queries import supervisors_of
from oppipari.pairs.models import Pair


def tell_partners(pair: Pair, by: Person | None, kind: str, key: str) -> None:
    """Tell the others in the pair (all where it was nobody of them) that there is something to look at."""
    for place in places_of(pair):
        if by is None or place.person_id != by.pk:
            send(
                to=place.person.email or "",
                kind=kind,
                language=place.person.language,
                context={"url": link(reverse("pair", args=[pair.pk]))},
                key=f"{kind}:{key}:{place.person_id}",
            )


def tell_supervisors(pair: Pair, key: str, meetings: Sequence[int]) -> None:
    """Tell that `meetings` wait; while others of the round wait already, at most once an hour more."""
    others = Meeting.objects.filter(pair__round=pair.round_id, state=State.PROPOSED, starts_at__gt=timezone.now())
    if others.exclude(pk__in=meetings).exists():
        key = f"{pair.round_id}:{_this_hour()}"
    for boss in supervisors_of(pair.round.unit):
        send(
            to=boss.email or "",
            kind="meeting_waits",
            language=boss.language,
            context={"url": link(reverse("round_meetings", args=[pair.round_id]))},
            key=f"meeting_waits:{key}:{boss.pk}",
        )


def tell_supervisors_of_change(pair: Pair) -> None:
    """Tell that agreed meetings of the round were moved or cancelled: once an hour at most, however many they are.

    Not who gets copies into their calendar: these tell it.
    """
    with_copies = {boss.pk for boss in supervisors_wanting_copies(pair.round_id)}
    for boss in supervisors_of(pair.round.unit):
        if boss.pk not in with_copies:
            send(
                to=boss.email or "",
                kind="meeting_off",
                language=boss.language,
                context={"url": link(reverse("round_month", args=[pair.round_id]))},
                key=f"meeting_off:{pair.round_id}:{_this_hour()}:{boss.pk}",
            )


def _this_hour() -> str:
    return f"{timezone.localtime():%Y-%m-%d:%H}"


def send_calendar(
    meeting: Meeting, kind: str, method: str, people_now: Sequence[Person] | None = None, path: str = ""
) -> None:
    """A calendar message to each member; SEQUENCE rises with every one after the first, the UID stays.

    Its link leads to `path`, else to the pair's page.
    """
    if meeting.invited:
        meeting.sequence += 1
    meeting.invited = method == "REQUEST"
    meeting.save(update_fields=["sequence", "invited"])
    if meeting.state != State.PROPOSED:  # a link follows the time that is agreed
        calendars_told.send(Meeting, meeting=meeting)
    online = OnlineMeeting.objects.filter(meeting=meeting).first()
    members = list(people_now) if people_now is not None else [p.person for p in places_of(meeting.pair)]
    people = [(m.name, m.email) for m in members if m.email]
    discreet = discreet_among(members)
    for member in members:
        hidden = member.pk in discreet
        with translation.override(member.language):
            guests = [(member.name, member.email or "")] if hidden else people
            text = ics(meeting, guests, method, discreet=hidden, online=online)
        send(
            to=member.email or "",
            kind=kind,
            language=member.language,
            context={"url": link(path or reverse("pair", args=[meeting.pair_id]))},
            key=f"{kind}:{meeting.uid}:{meeting.sequence}:{member.pk}",
            calendar=text,
            calendar_method=method,
        )
    if kind != "meeting_link":  # the link is the pair's own
        inform(meeting, method, members, people)
