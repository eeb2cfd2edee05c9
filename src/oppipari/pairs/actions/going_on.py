"""Going on: each says alone whether they want to, and what came of it is told to all at the same moment.

Nobody learns who did not want to. "We continue" is told on a working morning after all said yes. "Finished" is told
only when the time to answer is over, whether somebody said no or did not answer: told earlier, it would tell a person
who said yes what the partner said. See docs/decisions/007-nobody-learns-who.md.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person
from oppipari.pairs.actions.common import held_pair, own_place, tell
from oppipari.pairs.actions.time_to_answer import TIME_TO_ANSWER, give_time, too_late_to_ask
from oppipari.pairs.models import Pair, Question
from oppipari.pairs.mornings import working_morning
from oppipari.pairs.signals import pair_finished
from oppipari.rounds.models import GOES_ON_FOR, Round

MOST_MORE = 5


@transaction.atomic
def ask_to_go_on(pair: Pair) -> Question | None:
    """The question of a pair that has met as often as agreed, or was asked when its round closed; else None.

    Asking twice asks once. In a closed round nothing is asked whose answers would come after the last pairs have ended.
    """
    if found := Question.objects.filter(pair=pair, pair__state=Pair.State.MEETING).first():
        return found
    fresh = held_pair(pair)  # so that it is not ended, or asked by the closing of its round, at this moment
    if not Pair.objects.met_as_agreed().filter(pk=pair.pk).exists():
        return None
    today = timezone.localdate()
    if too_late_to_ask(fresh.round, today):
        return None
    question, _new = Question.objects.get_or_create(
        pair_id=pair.pk, defaults={"asked_on": today, "until": today + TIME_TO_ANSWER, "looked_on": today}
    )
    return question


def unask_to_go_on(pair: Pair) -> None:
    """Take the question back where a pair has not met as agreed after all, with the answers that there may be.

    What was asked as the round closed stays: then pairs are asked however often they have met.
    """
    question = Question.objects.filter(pair=pair).first()
    if question is not None and _asked_by_the_closing(pair, question):
        return
    if not Pair.objects.met_as_agreed().filter(pk=pair.pk).exists():
        Question.objects.filter(pair=pair, pair__state=Pair.State.MEETING).delete()
        pair.members.update(goes_on=None, goes_on_meetings=None)


@transaction.atomic
def set_will(pair: Pair, by: Person, *, agreed: int, more: int | None) -> bool:
    """`by` says alone whether to go on: `more` meetings (1-5), or None for not now; until the result it can be changed.

    `agreed` is the number of meetings agreed when the question was asked: an answer to an older question changes
    nothing, and False is returned. Nothing here depends on the others' answers. Raises DomainError for a wrong number,
    or when the pair is not asked.
    """
    if more is not None and not 1 <= more <= MOST_MORE:
        raise DomainError(_("Choose how many meetings more, from one to five."), field="more")
    fresh = held_pair(pair)
    place = own_place(fresh, by)
    if fresh.meetings_agreed != agreed or fresh.state != Pair.State.MEETING:
        return False
    if ask_to_go_on(fresh) is None:
        raise DomainError(_("You are asked when you have met as agreed."))
    place.goes_on, place.goes_on_meetings = more is not None, more
    place.save(update_fields=["goes_on", "goes_on_meetings"])
    return True


def ask_who_have_met() -> int:
    """Open the question for every pair that has met as agreed and was not asked yet; returns for how many.

    The press "we met" asks at once; this finds what that did not see.
    """
    pairs = list(Pair.objects.met_as_agreed().filter(question=None).select_related("round").order_by("pk"))
    return for_each(pairs, lambda pair: ask_to_go_on(pair) is not None, "ask who has met whether to go on")


def settle_wills(now: datetime) -> int:
    """On a working morning, tell what came of the questions whether to go on; returns how many results were told.

    Each is looked at once a day at most, in a transaction of its own. On the first morning after it was asked, all in
    the pair are told that there is something to read, whether they have answered or not.
    """
    today = working_morning(now)
    if today is None:
        return 0
    ask_who_have_met()
    waiting = Question.objects.filter(pair__state=Pair.State.MEETING, looked_on__lt=today).order_by("pk")
    pks = list(waiting.values_list("pk", flat=True))
    over = Pair.objects.active().filter(round__closed_at__date__lt=today - GOES_ON_FOR).order_by("pk")
    last = list(over.values_list("pk", flat=True))
    count = for_each(last, lambda pk: _end_last(pk, today), "end the last pairs of a closed round")
    return count + for_each(pks, lambda pk: _settle(pk, today), "tell who goes on")


@transaction.atomic
def _settle(pk: int, today: date) -> bool:
    pair = held_pair(Pair(pk=pk))
    question = Question.objects.select_for_update().filter(pk=pk, looked_on__lt=today).first()
    if question is None or pair.state != Pair.State.MEETING:
        return False
    first = question.look(today)
    give_time(question, pair)
    members = list(pair.members.filter(left_at=None).select_related("person"))
    # A pair may be asked again with the same number of meetings, but never on the same day.
    people, key = [m.person for m in members], f"{pair.pk}:{question.asked_on}"
    if members and all(m.goes_on for m in members):
        pair.meetings_agreed = _agreed_with(pair, min(m.goes_on_meetings or 1 for m in members))
        forget_answers(pair)
        pair.save(update_fields=["meetings_agreed"])
        tell(people, "pair_continues", reverse("pair", args=[pk]), key, pair)
        return True
    if today > question.until:
        _finish(pair, people, key)
        return True
    if first and not _told_by_the_closing(pair, question):
        tell(people, "pair_question", reverse("pair", args=[pk]), key, pair)
    return False


def _agreed_with(pair: Pair, more: int) -> int:
    """How many meetings a pair has agreed on with so many `more`; what it has booked already stands.

    Who was asked when the round closed may have met fewer times than they meant to: for them `more` counts from there.
    """
    now = timezone.now()
    if pair.meetings.filter(state="held").count() >= pair.meetings_agreed:
        return pair.meetings_agreed + more
    so_far = pair.meetings.filter(Q(state="held") | Q(state="agreed", starts_at__lte=now)).count()
    booked = pair.meetings.filter(state__in=["proposed", "agreed"], starts_at__gt=now).count()
    return so_far + max(more, booked)


def was_told_to_go_on(meetings_agreed: int, round_: Round) -> bool:
    """Whether a pair has been told, while its round ran, that it goes on: only then has it agreed on more meetings."""
    return meetings_agreed > round_.meetings_wanted


def _asked_by_the_closing(pair: Pair, question: Question) -> bool:
    """Whether the question was open as the round closed, or the closing asked it.

    On the day of the closing only a pair that was told that it goes on can be asked after it: nobody else was without a
    question. It is asked because it has met, whenever that was.
    """
    closed = pair.round.closed_at
    if closed is None or was_told_to_go_on(pair.meetings_agreed, pair.round):
        return False
    return question.asked_on <= timezone.localdate(closed)


def _told_by_the_closing(pair: Pair, question: Question) -> bool:
    """Whether the letter of the closing, sent on the day on which the pair was asked, led to the question."""
    closed = pair.round.closed_at
    on_the_day = closed is not None and question.asked_on == timezone.localdate(closed)
    return on_the_day and _asked_by_the_closing(pair, question)


def _finish(pair: Pair, people: list[Person], key: str) -> None:
    forget_answers(pair)
    pair.state = Pair.State.FINISHED
    pair.save(update_fields=["state"])
    pair_finished.send(sender=Pair, pair=pair)
    tell(people, "pair_finished", reverse("pair", args=[pair.pk]), key, pair)


@transaction.atomic
def _end_last(pk: int, today: date) -> bool:
    """Nothing is kept of a round for longer than was promised, so its last pairs end before that, with a word."""
    pair = held_pair(Pair(pk=pk))
    last = pair.round.pairs_meet_until
    if pair.state != Pair.State.MEETING or last is None or today <= last:
        return False
    _finish(pair, [m.person for m in pair.members.filter(left_at=None).select_related("person")], f"{pk}:last")
    return True


def forget_answers(pair: Pair) -> None:
    """Delete the pair's question and what its members answered, alike for all."""
    Question.objects.filter(pair=pair).delete()
    pair.members.update(goes_on=None, goes_on_meetings=None, fine_until=None, ends_on=None)
    Pair.objects.filter(pk=pair.pk).update(ends_on=None)
