"""Until when a pair that is asked whether to go on can answer.

Silence ends a pair, and what a pair has booked stands when it is asked before it has met as agreed, since its round was
closed: so the last day to answer is not before two weeks after the last meeting that it has booked, also where that was
booked or moved after the pair was asked. The day never comes nearer, since it stands on pages. In a closed round no pair is
there beyond the round's last day.
"""

from datetime import date, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from oppipari.pairs.models import Pair, Question
from oppipari.rounds.models import Round

TIME_TO_ANSWER = timedelta(weeks=2)


def ahead() -> Q:
    """Of a pair's meetings those that are booked: proposed, or agreed, and to come."""
    return Q(meetings__state__in=["proposed", "agreed"], meetings__starts_at__gt=timezone.now())


def booked_stands(pair: Pair) -> bool:
    """Whether a pair that is asked has booked a meeting to come that stands, whatever is answered."""
    met = Pair.objects.met_as_agreed().values("pk")
    return Pair.objects.filter(ahead(), pk=pair.pk).exclude(pk__in=met).exists()


def last_day(asked_on: date, booked: date | None, round_ends: date | None) -> date:
    """The last day to answer for a pair that is asked on `asked_on`; `booked` is the day of its last booked meeting."""
    day = max(asked_on, booked or asked_on) + TIME_TO_ANSWER
    return min(day, round_ends) if round_ends else day


def too_late_to_ask(round_: Round, day: date) -> bool:
    """Whether what pairs of a closed round answered, when asked on `day`, would come when the last of them have ended."""
    last = round_.pairs_meet_until
    return last is not None and day + TIME_TO_ANSWER >= last


def follow_booked(pair: Pair) -> None:
    """Give a pair that is asked time to answer beyond what it has booked by now; in the running transaction.

    A pair that has met as agreed books no more: what stands beyond that is off when it ends, as it is told.
    """
    question = Question.objects.filter(pair=pair, pair__state=Pair.State.MEETING).first()
    if question is not None:
        give_time(question, pair)


def give_time(question: Question, pair: Pair) -> None:
    """As `follow_booked`, of a question at hand."""
    asked = Pair.objects.filter(pk=pair.pk).exclude(pk__in=Pair.objects.met_as_agreed().values("pk"))
    booked = asked.annotate(last=Max("meetings__starts_at", filter=ahead())).values_list("last", flat=True).first()
    if booked is None:
        return
    day = last_day(question.asked_on, timezone.localdate(booked), pair.round.pairs_meet_until)
    if day > question.until:
        question.until = day
        question.save(update_fields=["until"])
