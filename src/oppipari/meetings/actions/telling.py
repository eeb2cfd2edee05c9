"""Who is told of meetings: partners, supervisors, and everybody's calendar. What came about by one press is one letter."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from oppipari.meetings.actions.common import State, people_in, places_of
from oppipari.meetings.actions.overtaking import NOTHING, Overtaken
from oppipari.meetings.calendar import ics
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.copies import inform
from oppipari.meetings.own_calendar.queries import discreet_among, supervisors_wanting_copies
from oppipari.meetings.signals import calendars_told
from oppipari.messages.actions import link, send
from oppipari.messages.hours import cannot_wait
from oppipari.messages.moments import moment
from oppipari.organisation.models import Person
from oppipari.organisation.queries import answers_go_to, supervisors_of
from oppipari.pairs.models import PAIR_SIZE, Pair
from oppipari.pairs.naming import about_pair
from oppipari.rounds.naming import about

# What it is for whoever was told of no other time of the meeting.
OF_NO_OTHER_TIME = {"meeting_moved": "meeting_agreed", "meeting_move_proposed": "meeting_proposed"}


def letter_about(
    meetings: Sequence[Meeting], person: Person, path: str, *, people: int, hidden: bool
) -> dict[str, Any]:
    """What a letter to `person` says of `meetings`: their days, unless the person chose a discreet title, and where to look.

    `people` is how many meet.
    """
    with translation.override(person.language):
        days = [] if hidden else [moment(m.starts_at) for m in meetings]
    threads = [str(m.uid) for m in meetings]
    return {"url": link(path), "days": days, "threads": threads, "trio": people > PAIR_SIZE}


def tell_partners(
    pair: Pair,
    by: Person | None,
    kind: str,
    key: str,
    meetings: Sequence[Meeting] = (),
    before: Collection[datetime] = (),
    *,
    but: Collection[int] = (),
    overtaken: Overtaken = NOTHING,
) -> None:
    """Tell the others in the pair (all where it was nobody of them) that there is something to look at.

    `before` are the times at which somebody might still expect the meetings to be, `but` people (ids) who know already,
    `overtaken` what this comes in place of.
    """
    members = [p.person for p in places_of(pair)]
    discreet = discreet_among(members)
    urgent = cannot_wait(timezone.now(), *before, *(m.starts_at for m in meetings))
    path = reverse("pair", args=[pair.pk])
    for person in members:
        if (by is None or person.pk != by.pk) and person.pk not in but:
            send(
                to=person.email or "",
                kind=kind,
                language=person.language,
                context={
                    **letter_about(meetings, person, path, people=len(members), hidden=person.pk in discreet),
                    **about_pair(person, pair),
                },
                key=f"{kind}:{key}:{person.pk}",
                reply_to=_answers(pair, by, members, person),
                at_once=urgent or person.email in overtaken.in_a_hurry,
            )


def _answers(pair: Pair, by: Person | None, members: Sequence[Person], person: Person) -> str:
    """To whom `person` answers: to the partner who pressed, else to the supervisor."""
    if by is not None and by.pk != person.pk and by.email and by.pk in {m.pk for m in members}:
        return by.email
    return answers_go_to(pair.round.unit, person)


def tell_supervisors(pair: Pair, key: str, meetings: Sequence[int], by: Person | None = None) -> None:
    """Tell that `meetings` wait; while others of the round wait already, at most once an hour more."""
    others = Meeting.objects.filter(pair__round=pair.round_id, state=State.PROPOSED, starts_at__gt=timezone.now())
    # With the hour: what an answer took back may wait again.
    key = f"{pair.round_id if others.exclude(pk__in=meetings).exists() else key}:{_this_hour()}"
    waiting = list(Meeting.objects.filter(pk__in=meetings))
    people = len(places_of(pair))
    path = reverse("round_meetings", args=[pair.round_id])
    for boss in supervisors_of(pair.round.unit):
        send(
            to=boss.email or "",
            kind="meeting_waits",
            language=boss.language,
            # Without days: whose they are stands on the page, and the day alone would not help.
            context={
                **letter_about(waiting, boss, path, people=people, hidden=True),
                **about(boss, pair.round),
            },
            key=f"meeting_waits:{key}:{boss.pk}",
            reply_to=(by.email or "") if by is not None and by.pk != boss.pk else "",
            at_once=cannot_wait(timezone.now(), *(m.starts_at for m in waiting)),
        )


def tell_supervisors_of_change(pair: Pair, moments: Collection[datetime] = ()) -> None:
    """Tell that agreed meetings of the round were moved or cancelled: once an hour at most, however many they are.

    Not who gets copies into their calendar: these tell it. `moments` are when those meetings were to be, or are.
    """
    with_copies = {boss.pk for boss in supervisors_wanting_copies(pair.round_id)}
    for boss in supervisors_of(pair.round.unit):
        if boss.pk not in with_copies:
            send(
                to=boss.email or "",
                kind="meeting_off",
                language=boss.language,
                context={"url": link(reverse("round_month", args=[pair.round_id])), **about(boss, pair.round)},
                # An answer comes back to them: to whom it went would tell who cancelled.
                key=f"meeting_off:{pair.round_id}:{_this_hour()}:{boss.pk}",
                at_once=cannot_wait(timezone.now(), *moments),
            )


def _this_hour() -> str:
    """The hour as it stands nowhere twice: by the clock on the wall one comes back when summer time ends."""
    return f"{timezone.now():%Y-%m-%d:%H}Z"


def send_calendar(
    meeting: Meeting,
    kind: str,
    method: str,
    *,
    by: Person | None = None,
    before: Collection[datetime] = (),
    overtaken: Overtaken = NOTHING,
) -> None:
    """A calendar message about one meeting, as `send_calendars`."""
    send_calendars([meeting], kind, method, by=by, before=before, overtaken=overtaken)


def send_calendars(
    meetings: Sequence[Meeting],
    kind: str,
    method: str,
    people_now: Sequence[Person] | None = None,
    path: str = "",
    other_kinds: Mapping[int, str] | None = None,
    *,
    newcomer: int | None = None,
    by: Person | None = None,
    before: Collection[datetime] = (),
    to_others: bool = False,
    overtaken: Overtaken = NOTHING,
) -> None:
    """One calendar message about `meetings` of one pair to each member; SEQUENCE rises with every one after the first, the
    UID stays.

    Its link leads to `path`, else to the pair's page. `by` pressed: their own comes at once, and the others answer to
    them; with `to_others` they get none. `other_kinds` are for members (by person id) for whom it is something else than
    for the others; `newcomer` (an id) has come to the pair and has none of them in their calendar. `before` are the times at
    which somebody might still expect the meetings to be. `overtaken` is what this comes in place of: nothing is taken out of
    calendars that do not have it.
    """
    pair = meetings[0].pair
    new = {meeting.pk for meeting in meetings if not meeting.invited}
    for meeting in meetings:
        if meeting.invited:
            meeting.sequence += 1
        meeting.invited = method == "REQUEST"
        meeting.save(update_fields=["sequence", "invited"])
        if meeting.state != State.PROPOSED:  # a link follows the time that is agreed
            calendars_told.send(Meeting, meeting=meeting)
    online = {o.meeting_id: o for o in OnlineMeeting.objects.filter(meeting__in=meetings)}
    members = list(people_now) if people_now is not None else [p.person for p in places_of(pair)]
    people = [(m.name, m.email) for m in members if m.email]
    discreet = discreet_among(members)
    urgent = cannot_wait(timezone.now(), *before, *(m.starts_at for m in meetings))
    first, path = meetings[0], path or reverse("pair", args=[pair.pk])
    for member in members:
        mine = by is not None and member.pk == by.pk
        if mine and to_others:
            continue
        hidden = member.pk in discreet
        its_kind = (other_kinds or {}).get(member.pk, kind)
        without = {m.pk for m in meetings if (str(m.uid), member.email) in overtaken.not_there}
        if all(m.pk in new | without for m in meetings):
            its_kind = OF_NO_OTHER_TIME.get(its_kind, its_kind)
        there = [m for m in meetings if method == "REQUEST" or m.pk not in without]
        if not there and (mine or kind != "meeting_cancelled"):
            continue  # their own press, or the letter before this one, tells it
        comes = its_kind == "meeting_agreed" or member.pk == newcomer
        first_time = {m.pk for m in meetings} if comes else new | without
        with translation.override(member.language):
            guests = [(member.name, member.email or "")] if hidden else people
            texts = [ics(m, guests, method, discreet=hidden, online=online.get(m.pk)) for m in there]
        send(
            to=member.email or "",
            kind=its_kind,
            language=member.language,
            context={
                **letter_about(there or meetings, member, path, people=len(members), hidden=hidden),
                **about_pair(member, pair),
                # Not in this one's calendar before this letter is.
                "first": [str(m.uid) for m in meetings if method == "REQUEST" and m.pk in first_time],
            },
            key=f"{its_kind}:{first.uid}:s{first.sequence}:{member.pk}",
            calendar="".join(texts),
            calendar_method=method if texts else "",
            reply_to=_answers(pair, by, members, member),
            at_once=mine or urgent or member.email in overtaken.in_a_hurry,
        )
    # The link is the pair's own; what is only proposed waits for a supervisor's yes, and that letter tells of it.
    certain = [m for m in meetings if m.state != State.PROPOSED]
    if kind != "meeting_link" and certain:
        inform(certain, method, members, people, at_once=urgent, in_a_hurry=overtaken.in_a_hurry)


def tell_cancelled(meeting: Meeting, overtaken: Overtaken, by: Person | None = None, *, agreed: bool) -> None:
    """One meeting of a pair is off: its people are told, and calendars that have it. `agreed` is whether it ever was."""
    if meeting.invited:
        send_calendar(meeting, "meeting_cancelled", "CANCEL", by=by, overtaken=overtaken)
        return
    tell_partners(meeting.pair, by, "meeting_cancelled", str(meeting.uid), [meeting], overtaken=overtaken)
    if agreed:
        take_back([meeting], overtaken)


def take_back(meetings: Sequence[Meeting], overtaken: Overtaken) -> None:
    """Meetings of one pair, once agreed, are off, and no calendar in the pair has them: their links go, and copies follow."""
    for meeting in meetings:
        calendars_told.send(Meeting, meeting=meeting)
        members = people_in(meeting.pair)
        urgent = cannot_wait(timezone.now(), meeting.starts_at)
        people = [(m.name, m.email) for m in members if m.email]
        inform([meeting], "CANCEL", members, people, at_once=urgent, in_a_hurry=overtaken.in_a_hurry)
