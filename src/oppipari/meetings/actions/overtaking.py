"""Letters that wait while their meeting is changed: what they say is no longer so, and it is taken out of them.

Whoever changes a meeting calls this first, in their transaction, and then tells what is so now. What was told already is
not touched by it: it is the new letter that says it otherwise.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from oppipari.meetings.actions.common import people_in
from oppipari.meetings.models import Meeting
from oppipari.messages import kinds
from oppipari.messages.actions import link, reaches
from oppipari.messages.overtaken import in_a_hurry, never_came, put_in_its_place, take_out_of_letters
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair


class Overtaken(NamedTuple):
    """What was taken out of letters before it left.

    `not_there`: meetings (as their letters' threads) and addresses in whose calendar they are not, since the invitation was
    among that. `in_a_hurry`: addresses whose letter could not wait, so that neither can the one that comes in its place.
    """

    not_there: frozenset[tuple[str, str]] = frozenset()
    in_a_hurry: frozenset[str] = frozenset()


NOTHING = Overtaken()


def overtake(meetings: Sequence[Meeting]) -> Overtaken:
    """`meetings`, of one pair, are moved, agreed or off from now on: nothing older about them leaves any more.

    A meeting that nobody's calendar has is not `invited`. Supervisors are not told that they wait (`no_longer_waits`), nor
    get copies of how they were.
    """
    if not meetings:
        return NOTHING
    threads = [str(meeting.uid) for meeting in meetings]
    of_a_time = kinds.OF_A_TIME | {"meeting_copy"}
    overtaken = Overtaken(frozenset(never_came(threads, kinds.OF_A_TIME)), frozenset(in_a_hurry(threads, of_a_time)))
    take_out_of_letters(threads, of_a_time)
    _uninvite(meetings, overtaken.not_there)
    no_longer_waits(meetings)
    return overtaken


def no_longer_waits(meetings: Sequence[Meeting]) -> None:
    """`meetings`, of one pair, do not wait for the supervisor any more: no letter says so.

    A letter stays where something else of the round waits: within an hour it stands for all of it.
    """
    round_id = meetings[0].pair.round_id
    others = Meeting.objects.of_supervisor().filter(pair__round=round_id).exclude(pk__in=[m.pk for m in meetings])
    if not others.exists():
        of_round = Meeting.objects.filter(pair__round=round_id)
        take_out_of_letters([str(uid) for uid in of_round.values_list("uid", flat=True)], {"meeting_waits"})


def _uninvite(meetings: Sequence[Meeting], not_there: frozenset[tuple[str, str]]) -> None:
    if not not_there:
        return
    mailboxes = [p.email or "" for p in people_in(meetings[0].pair) if reaches(p.email)]
    for meeting in meetings:
        if meeting.invited and mailboxes and all((str(meeting.uid), address) in not_there for address in mailboxes):
            # The number rises all the same: a supervisor's copy may have it.
            meeting.invited, meeting.sequence = False, meeting.sequence + 1
            meeting.save(update_fields=["invited", "sequence"])


def overtake_question(meeting: Meeting, person: Person) -> None:
    """`person` has said whether the time suits them: the letter that asks them leaves no more.

    What shows a new time in their calendar asks nothing, and stays.
    """
    if person.email:
        take_out_of_letters([str(meeting.uid)], {"meeting_proposed"}, person.email)


def overtake_no(meeting: Meeting) -> None:
    """Nobody says any more that the time does not suit them: no letter asks for another one."""
    take_out_of_letters([str(meeting.uid)], {"meeting_unsuited"})


def overtake_all(pair: Pair) -> Overtaken:
    """The pair has ended: nothing of what its meetings were leaves any more, and nobody is asked for another time.

    Returns as `overtake`. What takes a cancelled meeting out of a calendar still does, in the words that take out those that end with the pair.
    """
    meetings = list(Meeting.objects.filter(pair=pair).select_related("pair"))
    overtaken = overtake(meetings)
    threads = [str(meeting.uid) for meeting in meetings]
    put_in_its_place(threads, "meeting_cancelled", "meeting_withdrawn", link(reverse("home")))
    return overtaken
