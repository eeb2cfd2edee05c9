"""New pairs after publishing: those who look for a partner find new ones."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs import problem
from oppipari.pairs.actions.common import held_pair, make_pair, remember, tell
from oppipari.pairs.actions.time_to_answer import TIME_TO_ANSWER
from oppipari.pairs.looking import looking
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.pairs.signals import pair_joined
from oppipari.rounds import queries as rounds
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import RUNNING, Round, SignUp

MOST_MEMBERS = 3


def free_sign_ups(round_: Round) -> list[SignUp]:
    """Those who look for a partner in the round now."""
    free = set(looking(round_).values_list("pk", flat=True))
    return [s for s in rounds.taking_part(round_) if s.pk in free]


def _running(round_: Round, by: Person) -> Round:
    fresh = lock_round(round_, by)
    if fresh.state not in RUNNING:
        raise DomainError(_("New pairs can be formed after the pairs were published and before the round closes."))
    return fresh


@transaction.atomic
def form_new_pairs(round_: Round, by: Person, groups: Iterable[Sequence[int]]) -> list[Pair]:
    """Publish new pairs of people who are free; `groups` are two sign-up ids each.

    Pairs that exist already (a second press) are passed over. Raises DomainError, and forms none, when somebody is not
    free any more or a hard rule stands between two.
    """
    fresh = _running(round_, by)
    wanted = [tuple(sorted(g)) for g in groups]
    now = _members_now(fresh)
    wanted = [g for g in wanted if g not in now]
    if not wanted:
        return []
    free = {s.pk: s for s in free_sign_ups(fresh)}
    people = [pk for g in wanted for pk in g]
    if any(len(set(g)) != 2 for g in wanted) or len(set(people)) != len(people) or not set(people) <= set(free):
        raise DomainError(_("Somebody is not free any more. Look at the suggestion once more."))
    engine = problem.build(fresh, list(free.values()))
    for a, b in wanted:
        if not engine.allowed(str(a), str(b)):
            raise DomainError(
                _("Two of these people cannot be a pair in this round. Look at the suggestion once more.")
            )
    made = [make_pair(fresh, [free[pk] for pk in g], engine) for g in wanted]
    for pair, g in zip(made, wanted, strict=True):
        tell([free[pk].person for pk in g], "pair_published", reverse("pair", args=[pair.pk]), str(pair.pk), pair)
    return made


def _members_now(round_: Round) -> set[tuple[int, ...]]:
    groups: dict[int, list[int]] = {}
    for pair, sign_up in PairMember.objects.filter(pair__round=round_, left_at=None).values_list(
        "pair_id", "sign_up_id"
    ):
        groups.setdefault(pair, []).append(sign_up)
    return {tuple(sorted(g)) for g in groups.values()}


@transaction.atomic
def join_pair(pair: Pair, by: Person, sign_up: int) -> Pair:
    """A free person joins a pair, which becomes a trio; all three are told that there is something to read.

    The meetings that are agreed go on as they are: who joins is invited to them, and the others' calendars follow.
    Joining twice is harmless. Raises DomainError when the pair is full or finished, or a hard rule stands in the way.
    """
    round_ = _running(pair.round, by)
    fresh = held_pair(pair)
    members = list(fresh.members.filter(left_at=None).select_related("person", "sign_up__person"))
    if any(m.sign_up_id == sign_up for m in members):
        return fresh
    joins = next((s for s in free_sign_ups(round_) if s.pk == sign_up), None)
    if joins is None or len(members) >= MOST_MEMBERS or fresh.state != Pair.State.MEETING:
        raise DomainError(_("Somebody is not free any more. Look at the suggestion once more."))
    there = {m.sign_up_id for m in members}
    sign_ups = [s for s in rounds.taking_part(round_) if s.pk in there or s.pk == sign_up]
    engine = problem.build(round_, sign_ups)
    # Earlier pairs include the pair that is joined: what counts is each of them with the one who joins.
    if not all(engine.allowed(str(m.sign_up_id), str(sign_up)) for m in members):
        raise DomainError(_("Two of these people cannot be a pair in this round. Look at the suggestion once more."))
    whys = [problem.told(pairing.why(engine, str(m.sign_up_id), str(sign_up))) for m in members]
    fresh.explanation = {"whys": [*fresh.explanation.get("whys", []), *whys]}
    fresh.save(update_fields=["explanation"])
    PairMember.objects.create(pair=fresh, sign_up=joins, person_id=joins.person_id)
    fresh.members.update(answer=PairMember.Answer.NONE, goes_on=None, goes_on_meetings=None, fine_until=None)
    # Who has just come has as long to answer as the others had.
    Question.objects.filter(pair=fresh).update(until=timezone.localdate() + TIME_TO_ANSWER)
    remember(round_, [(m.person_id, joins.person_id) for m in members])
    people = [*(m.person for m in members), joins.person]
    tell(people, "pair_published", reverse("pair", args=[fresh.pk]), f"{fresh.pk}:joined:{sign_up}", fresh)
    pair_joined.send(sender=Pair, pair=fresh, person=joins.person)
    return fresh
