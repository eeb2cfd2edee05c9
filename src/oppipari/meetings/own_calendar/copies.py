"""Copies for supervisors: a meeting's time as information, for each supervisor who chose to get them."""

from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils import translation

from oppipari.meetings.calendar import Guest, ics
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.queries import supervisors_wanting_copies
from oppipari.messages.actions import link, send
from oppipari.messages.overtaken import take_out_of_letters
from oppipari.organisation.actions import record_read
from oppipari.organisation.models import AccessEntry, Person
from oppipari.pairs.models import PAIR_SIZE
from oppipari.rounds.naming import about


def inform(
    meetings: Sequence[Meeting],
    method: str,
    members: Sequence[Person],
    people: Sequence[Guest],
    *,
    at_once: bool = False,
    in_a_hurry: Collection[str] = (),
) -> None:
    """Send meetings of one pair as they are now to the unit's supervisors who want it, in the running transaction.

    The same UID and SEQUENCE as the pair's own; no Teams link, no answer asked. It is noted for `members` that the
    supervisor got to see their time. A supervisor who is in the pair has the pair's own invitation. `in_a_hurry` are
    addresses whose letter leaves at once, whatever `at_once` is.

    New ones come together; what calendars may have already comes in a letter each, since of several they read the first.
    """
    new = [meeting for meeting in meetings if method == "REQUEST" and not meeting.sequence]
    for together in ([new] if new else []) + [[meeting] for meeting in meetings if meeting not in new]:
        _inform(together, method, members, people, at_once, in_a_hurry)


def _inform(
    meetings: Sequence[Meeting],
    method: str,
    members: Sequence[Person],
    people: Sequence[Guest],
    at_once: bool,
    in_a_hurry: Collection[str],
) -> None:
    mine = {m.pk for m in members}
    first = meetings[0]
    round_id = first.pair.round_id
    bosses = supervisors_wanting_copies(round_id)
    if bosses:  # a copy that waits is of how the meetings were; this one says how they are
        take_out_of_letters([str(m.uid) for m in meetings], {"meeting_copy"})
    for boss in bosses:
        if boss.pk in mine:
            continue
        hidden = boss.own_calendar.discreet
        with translation.override(boss.language):
            shown = [] if hidden else people
            me = (boss.name, boss.email or "")
            texts = [ics(m, shown, method, discreet=hidden, informed=me) for m in meetings]
        sent = send(
            to=boss.email or "",
            kind="meeting_copy",
            language=boss.language,
            context={
                "url": link(reverse("round_meetings", args=[round_id])),
                "threads": [str(m.uid) for m in meetings],
                "trio": len(members) > PAIR_SIZE,
                **about(boss, first.pair.round),
            },
            key=f"meeting_copy:{first.uid}:{first.sequence}:{boss.pk}",
            calendar="".join(texts),
            calendar_method=method,
            at_once=at_once or boss.email in in_a_hurry,
        )
        if sent:
            record_read(boss, members, AccessEntry.What.MEETINGS)
