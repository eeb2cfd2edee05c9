"""Who proposes a time does not decide for the others: they say whether it suits them, and silence holds only so long.

A meeting is agreed when its time suits all in the pair, or the day to answer is over and nobody said that it does not, and
the supervisor has said yes: to it, or beforehand by the frame.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.agreeing import make_agreed
from oppipari.meetings.actions.common import State, held_pair, places_of, suits_all
from oppipari.meetings.actions.overtaking import no_longer_waits, overtake_no, overtake_question
from oppipari.meetings.actions.telling import tell_supervisors, tell_supervisors_of_change
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, TimeAnswer
from oppipari.messages.hours import FROM, SOON
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.pairs.mornings import next_morning, next_working_day


def last_day_to_answer(starts_at: datetime, today: date) -> date | None:
    """Two working days are given, where the time is nearer one at least; None where not even that is left.

    Whole working days after `today`: what is proposed in the evening or before a weekend is told on the next working
    morning only. On the working morning after the last one silence counts as a yes, and then calendars are told; so the
    meeting begins some hours after that morning, and does not pass while it is being agreed.
    """
    one = next_working_day(today)
    fitting = [day for day in (one, next_working_day(one)) if morning_after(day) + SOON <= starts_at]
    return fitting[-1] if fitting else None


def morning_after(day: date) -> datetime:
    """The beginning of the next working day: on it, silence until `day` counts."""
    return local(next_working_day(day), FROM)


def ask_others(meeting: Meeting, by: Person) -> None:
    """Ask the others in the pair whether the time that `by` proposes suits them, in the running transaction."""
    meeting.answers.all().delete()
    others = [place for place in places_of(meeting.pair) if place.person_id != by.pk]
    TimeAnswer.objects.bulk_create(TimeAnswer(meeting=meeting, person_id=place.person_id) for place in others)
    meeting.approved = False
    meeting.save(update_fields=["approved"])
    give_days_to_answer(meeting)


def ask_too(meeting: Meeting, person: Person) -> None:
    """Ask somebody who has come to the pair, too, and give the days to answer anew; in the running transaction."""
    TimeAnswer.objects.get_or_create(meeting=meeting, person=person)
    no_longer_waits([meeting])
    give_days_to_answer(meeting)


def give_days_to_answer(meeting: Meeting) -> None:
    """The days to answer begin when all who have not said yet know that they are asked; until then silence is no answer."""
    silent = list(meeting.answers.filter(suits=None).select_related("person"))
    known = all(a.is_known_to(a.person) for a in silent)
    today = timezone.localdate()
    meeting.answer_by = last_day_to_answer(meeting.starts_at, today) if silent and known else None
    meeting.answer_from = next_working_day(today) if meeting.answer_by else None
    meeting.save(update_fields=["answer_by", "answer_from"])


def note_seen(pair: Pair, person: Person) -> int:
    """`person` sees the proposed times of their pair about which they are asked; returns how many they saw first now.

    For whom no letter leaves, the days to answer begin here.
    """
    asked = TimeAnswer.objects.filter(
        person=person,
        suits=None,
        seen=False,
        meeting__in=Meeting.objects.ahead().filter(pair=pair, state=State.PROPOSED),
    )
    if not asked.exists():
        return 0
    with transaction.atomic():
        Pair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
        answers = list(asked.select_related("meeting"))
        for answer in answers:
            answer.seen = True
            answer.save(update_fields=["seen"])
            if answer.meeting.answer_by is None:
                give_days_to_answer(answer.meeting)
    return len(answers)


def settle(meetings: Sequence[Meeting], by: Person | None = None, before: Collection[datetime] = ()) -> list[Meeting]:
    """Agree to those times of one pair that suit it where the supervisor's yes is there; returns those that go on waiting.

    In the running transaction. `by` of the pair is who pressed, where somebody did; `before` as in `send_calendars`.
    """
    today = timezone.localdate()
    ready = [m for m in meetings if m.state == State.PROPOSED and suits_all(m, today)]
    others = [m for m in ready if not m.approved]
    moved = {m.pk for m in others if m.moved}
    waiting = make_agreed([m for m in ready if m.approved], by, if_in_frame=others, before=before)
    if changed := [m for m in others if m.pk in moved and m not in waiting]:
        # The supervisor hears of a move that needed no yes, too.
        tell_supervisors_of_change(changed[0].pair, [*before, *(m.starts_at for m in changed)])
    return [m for m in meetings if m not in ready or m in waiting]


def supervisors_turn(meetings: Sequence[Meeting], by: Person | None = None) -> None:
    """Meetings of one pair that suit it wait for the supervisor from now on, who is told once."""
    for meeting in meetings:
        meeting.waiting_since = timezone.localdate()
        meeting.save(update_fields=["waiting_since"])
    if meetings:
        first = meetings[0]
        tell_supervisors(first.pair, f"{first.uid}:{first.version}", [m.pk for m in meetings], by)


def answer_time(meeting: Meeting, by: Person, version: int, *, suits: bool) -> Meeting:
    """As `answer_times`, of one meeting."""
    return answer_times(meeting.pair, by, {meeting.pk: version}, suits=suits)[0]


@transaction.atomic
def answer_times(pair: Pair, by: Person, seen: Mapping[int, int], *, suits: bool) -> list[Meeting]:
    """`by` says with one press whether proposed times of their pair suit them; until they are agreed it can be changed.

    `seen` are the versions (by meeting id) that their page showed. Raises StaleEdit when a meeting was changed since,
    DomainError when there is nothing to answer.
    """
    held_pair(pair, by)
    meetings = list(
        Meeting.objects.select_for_update(of=("self",))
        .filter(pair=pair, pk__in=seen)
        .select_related("pair__round__unit")
        .order_by("starts_at", "pk")
    )
    answered = [meeting for meeting in meetings if _answer(meeting, by, seen[meeting.pk], suits)]
    ready = [meeting for meeting in answered if suits_all(meeting, timezone.localdate())]
    supervisors_turn(settle(ready, by), by)
    return meetings


def _answer(meeting: Meeting, by: Person, version: int, suits: bool) -> bool:
    """Keep one answer; whether it is another one than before."""
    if meeting.state == State.AGREED and suits and meeting.starts_at > timezone.now():
        return False
    if meeting.version != version:
        raise StaleEdit(_("The meeting was changed in between. Look at its time before you answer."))
    answer = meeting.answers.filter(person=by).first()
    if meeting.state != State.PROPOSED or answer is None or meeting.starts_at <= timezone.now():
        raise DomainError(_("There is nothing to answer about this meeting any more. You can move it."))
    if answer.suits == suits:
        return False
    answer.suits, answer.seen = suits, False
    answer.save(update_fields=["suits", "seen"])
    overtake_question(meeting, by)
    if suits and not meeting.answers.filter(suits=False).exists():
        overtake_no(meeting)
    if not suits:
        no_longer_waits([meeting])
        # Until then they can propose another, and what is told at once would tell the hour at which it was pressed.
        meeting.waiting_since = next_morning(timezone.now())
        meeting.save(update_fields=["waiting_since"])
    return True
