"""Ending a pair early: without a reason, alike for all in it, and whoever asked for it, in whatever words.

Asking for another partner, ending the pair, and the supervisor's dissolving it are one and the same here. A wish stands
on the place of the one who has it, and nobody else sees it. On the next working morning the pair ends: the same is
written and the same is sent to all at the same moment, whoever wished for it, and at whatever hour. Then each is asked
in private whether they look for a new partner in this round; what they answered is seen at the same moment, on a
working morning when all have answered or a week has passed. Who says nothing looks.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person
from oppipari.pairs.actions.common import held_pair, own_place, tell, tell_supervisors
from oppipari.pairs.actions.going_on import forget_answers
from oppipari.pairs.looking import looking
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.pairs.mornings import next_morning, working_morning
from oppipari.pairs.signals import pair_ended
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import RUNNING, Round, SignUp

# Whoever was in a pair that ended says in this time whether they look for another partner.
TIME_AFTER_ENDING = timedelta(weeks=1)


def end_pair(pair: Pair, today: date) -> None:
    """Dissolve a pair inside the caller's transaction; what is written and sent is the same whoever asked for it."""
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    forget_answers(pair)
    pair.members.filter(left_at=None).update(left_at=midnight, answer=PairMember.Answer.NONE)
    pair.goals.all().delete()
    pair.state = Pair.State.REPLACED
    pair.save(update_fields=["state"])
    if pair.round.state in RUNNING:  # nobody looks for a partner in a closed round
        Question.objects.create(pair=pair, asked_on=today, until=today + TIME_AFTER_ENDING, looked_on=today)
    # The letter that says so first; what calendars are told comes after it.
    tell([m.person for m in pair.members.select_related("person")], "pair_ended", reverse("home"), str(pair.pk), pair)
    pair_ended.send(sender=Pair, pair=pair)
    if pair.round.state in RUNNING:
        tell_supervisors(pair.round, "pair_off", today)


@transaction.atomic
def end_early(pair: Pair, by: Person) -> None:
    """`by` wishes that the pair ends, or for another partner: it ends on the next working morning; nobody else sees it.

    Asking twice is harmless, also when it has ended. Raises DomainError when the pair is finished or not theirs.
    """
    fresh = held_pair(pair)
    if fresh.state == Pair.State.REPLACED and fresh.members.filter(person=by).exists():
        return
    place = own_place(fresh, by)
    if fresh.state != Pair.State.MEETING:
        raise DomainError(_("Your pair has already finished. Thank you for taking part."))
    if place.ends_on is None:
        place.ends_on = next_morning(timezone.now())
        place.save(update_fields=["ends_on"])


# The same deed, asked for in other words; were it another one, what it does would tell what was asked for.
ask_again = end_early


@transaction.atomic
def stay(pair: Pair, by: Person) -> None:
    """`by` takes back that they wished for the pair to end; what others wish stays. DomainError when it is not theirs."""
    place = own_place(held_pair(pair), by)
    place.ends_on = None
    place.save(update_fields=["ends_on"])


@transaction.atomic
def dissolve(pair: Pair, by: Person, *, stays: bool = False) -> None:
    """The supervisor dissolves a pair, for instance when somebody changes jobs; its members read what they always read.

    It ends on the next working morning, as when one of them wishes for it; until then `stays` takes it back. Doing it
    twice is harmless. Raises DomainError when `by` does not supervise the round or the pair has finished.
    """
    lock_round(pair.round, by)
    fresh = held_pair(pair)
    if fresh.state == Pair.State.REPLACED:
        return
    if fresh.state != Pair.State.MEETING:
        raise DomainError(_("This pair has already finished."))
    fresh.ends_on = None if stays else fresh.ends_on or next_morning(timezone.now())
    fresh.save(update_fields=["ends_on"])


def end_what_was_asked(now: datetime) -> int:
    """On a working morning, end the pairs that anybody wished to end before it; returns how many ended."""
    today = working_morning(now)
    if today is None:
        return 0
    wished = Pair.objects.active().filter(Q(ends_on__lte=today) | Q(members__ends_on__lte=today))
    pks = list(wished.order_by("pk").values_list("pk", flat=True).distinct())
    return for_each(pks, lambda pk: _end(pk, today), "end pairs")


@transaction.atomic
def _end(pk: int, today: date) -> bool:
    # The round first, as publishing holds it: what ends with a pair touches the round's plan of meetings.
    Round.objects.select_for_update().get(pk=Pair.objects.values("round_id").get(pk=pk)["round_id"])
    pair = held_pair(Pair(pk=pk))
    wished = pair.ends_on is not None or pair.members.exclude(ends_on=None).exists()
    if not wished or pair.state != Pair.State.MEETING:
        return False
    end_pair(pair, today)
    return True


@transaction.atomic
def set_looking(sign_up: SignUp, by: Person, *, looks: bool) -> None:
    """`by`, whose pair ended early, looks for a new partner in this round, or says that it was enough for now.

    While the question is open only they see the answer, and can change it; afterwards a change counts at once. Raises
    DomainError when it is not theirs, they have a pair, never had one, or the round is over.
    """
    fresh = SignUp.objects.select_for_update(of=("self",)).select_related("round").get(pk=sign_up.pk)
    places = PairMember.objects.filter(sign_up=fresh).order_by("pk")
    latest = places.last()
    if fresh.person_id != by.pk or latest is None or latest.left_at is None or fresh.round.state not in RUNNING:
        raise DomainError(_("There is nothing to answer here any more."))
    if Question.objects.filter(pair=latest.pair_id).exists():
        latest.looks = looks
        latest.save(update_fields=["looks"])
        return
    looked = looking(fresh.round).filter(pk=fresh.pk).exists()
    if looks and not looked:
        places.update(looks=None)
        tell_supervisors(fresh.round, "pair_wanted_again", timezone.localdate())
    elif looked and not looks:
        latest.looks = False
        latest.save(update_fields=["looks"])


def settle_endings(now: datetime) -> int:
    """On a working morning, let it be seen who looks for a new partner after their pair ended; returns of how many pairs.

    The supervisors are told that a new pair is needed where anybody looks. Each pair is looked at once a day at most.
    """
    today = working_morning(now)
    if today is None:
        return 0
    waiting = Question.objects.filter(pair__state=Pair.State.REPLACED, looked_on__lt=today).order_by("pk")
    pks = list(waiting.values_list("pk", flat=True))
    return for_each(pks, lambda pk: _settle(pk, today), "let it be seen who looks for a partner")


@transaction.atomic
def _settle(pk: int, today: date) -> bool:
    pair = held_pair(Pair(pk=pk))
    question = Question.objects.select_for_update().filter(pk=pk, looked_on__lt=today).first()
    if question is None or pair.state != Pair.State.REPLACED or pair.round.state not in RUNNING:
        return False
    question.look(today)
    if today <= question.until and pair.members.filter(looks=None).exists():
        return False
    question.delete()
    pair.members.filter(looks=True).update(looks=None)
    if looking(pair.round).filter(places__pair=pair).exists():
        tell_supervisors(pair.round, "pair_wanted_again", today)
    return True
