"""Going on: each says alone whether they want to, and what came of it is told to all at the same moment.

Nobody learns who did not want to. "We continue" is told on a working morning after all said yes. "Finished" is told
only when the time to answer is over, whether somebody said no or did not answer: told earlier, it would tell a person
who said yes what the partner said. See docs/decisions/007-nobody-learns-who.md.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions.common import RUNNING, held_pair, own_place, tell
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.pairs.mornings import working_morning
from oppipari.pairs.signals import pair_finished
from oppipari.rounds.models import Round

MOST_MORE = 5
TIME_TO_ANSWER = timedelta(weeks=2)


def ask_to_go_on(pair: Pair) -> Question | None:
    """Open the question for a pair that has met as often as agreed; None where it has not. Asking twice asks once."""
    if not Pair.objects.met_as_agreed().filter(pk=pair.pk).exists():
        return None
    today = timezone.localdate()
    question, _new = Question.objects.get_or_create(
        pair_id=pair.pk, defaults={"asked_on": today, "until": today + TIME_TO_ANSWER, "looked_on": today}
    )
    return question


def unask_to_go_on(pair: Pair) -> None:
    """Take the question back where a pair has not met as agreed after all, with the answers that there may be."""
    if not Pair.objects.met_as_agreed().filter(pk=pair.pk).exists():
        Question.objects.filter(pair=pair, pair__state=Pair.State.MEETING).delete()
        pair.members.update(goes_on=None, goes_on_meetings=None)


@transaction.atomic
def set_will(pair: Pair, by: Person, *, agreed: int, more: int | None) -> bool:
    """`by` says alone whether to go on: `more` meetings (1-5), or None for not now; until the result it can be changed.

    `agreed` is the number of meetings agreed when the question was asked: an answer to an older question changes
    nothing, and False is returned. Nothing here depends on the others' answers. Raises DomainError for a wrong number,
    or when the pair has not met as agreed yet.
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
    pairs = list(Pair.objects.met_as_agreed().filter(question=None))
    for pair in pairs:
        ask_to_go_on(pair)
    return len(pairs)


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
    return sum(_settle(pk, today) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _settle(pk: int, today: date) -> bool:
    pair = held_pair(Pair(pk=pk))
    question = Question.objects.select_for_update().filter(pk=pk, looked_on__lt=today).first()
    if question is None or pair.state != Pair.State.MEETING or pair.round.state not in RUNNING:
        return False
    first = question.look(today)
    members = list(pair.members.filter(left_at=None).select_related("person"))
    people, key = [m.person for m in members], f"{pair.pk}:{pair.meetings_agreed}"
    if members and all(m.goes_on for m in members):
        pair.meetings_agreed += min(m.goes_on_meetings or 1 for m in members)
        kind = "pair_continues"
    elif today > question.until:
        pair.state = Pair.State.FINISHED
        kind = "pair_finished"
    else:
        if first:
            tell(people, "pair_question", reverse("pair", args=[pk]), key)
        return False
    forget_answers(pair)
    pair.save(update_fields=["state", "meetings_agreed"])
    if pair.state == Pair.State.FINISHED:
        pair_finished.send(sender=Pair, pair=pair)
    tell(people, kind, reverse("pair", args=[pk]), key)
    return True


def forget_answers(pair: Pair) -> None:
    """Delete the pair's question and what its members answered, alike for all."""
    Question.objects.filter(pair=pair).delete()
    pair.members.update(goes_on=None, goes_on_meetings=None, fine_until=None, ends_on=None)
    Pair.objects.filter(pk=pair.pk).update(ends_on=None)


def forget_answers_of(round_: Round) -> None:
    """Delete all that is asked and answered in private in a round that closes."""
    Question.objects.filter(pair__round=round_).delete()
    PairMember.objects.filter(pair__round=round_).update(
        goes_on=None, goes_on_meetings=None, fine_until=None, looks=None, ends_on=None
    )
    Pair.objects.filter(round=round_).update(ends_on=None)
