"""New pairs after publishing: a pair is dissolved without a reason, and those who are free find new partners."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs import problem
from oppipari.pairs.actions.common import (
    RUNNING,
    held_pair,
    held_round,
    make_pair,
    remember,
    tell,
    tell_supervisors,
)
from oppipari.pairs.models import KeptApart, Pair, PairMember
from oppipari.pairs.signals import pair_ended
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round, SignUp

MOST_MEMBERS = 3


def end_pair(pair: Pair) -> None:
    """Dissolve a pair inside the caller's transaction; what is written and sent is the same whoever asked for it."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    pair.members.filter(left_at=None).update(
        left_at=midnight, answer=PairMember.Answer.NONE, goes_on=None, goes_on_meetings=None
    )
    pair.goals.all().delete()
    pair.state = Pair.State.REPLACED
    pair.save(update_fields=["state"])
    pair_ended.send(sender=Pair, pair=pair)
    people = [m.person for m in pair.members.select_related("person")]
    tell(people, "pair_published", reverse("home"), f"{pair.pk}:again")
    tell_supervisors(pair.round, "pair_wanted_again", str(pair.pk))


@transaction.atomic
def dissolve(pair: Pair, by: Person) -> None:
    """The supervisor dissolves a pair, for instance when somebody changes jobs; its members read what they always read.

    Doing it twice is harmless. Raises DomainError when `by` does not supervise the round or the round is over.
    """
    fresh = held_pair(pair)
    held = held_round(fresh.round, by)
    if fresh.state == Pair.State.REPLACED:
        return
    if held.state not in RUNNING or fresh.state != Pair.State.MEETING:
        raise DomainError(_("This pair has already finished."))
    end_pair(fresh)


def free_sign_ups(round_: Round) -> list[SignUp]:
    """Those who take part in the round and have no pair now."""
    placed = set(PairMember.objects.filter(pair__round=round_, left_at=None).values_list("sign_up_id", flat=True))
    return [s for s in rounds.taking_part(round_) if s.pk not in placed]


def _running(round_: Round, by: Person) -> Round:
    fresh = held_round(round_, by)
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
        tell([free[pk].person for pk in g], "pair_published", reverse("pair", args=[pair.pk]), str(pair.pk))
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

    Joining twice is harmless. Raises DomainError when the pair is full or finished, or a hard rule stands in the way.
    """
    fresh = held_pair(pair)
    round_ = _running(fresh.round, by)
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
    fresh.members.update(answer=PairMember.Answer.NONE, goes_on=None, goes_on_meetings=None)
    remember(round_, [(m.person_id, joins.person_id) for m in members])
    people = [*(m.person for m in members), joins.person]
    tell(people, "pair_published", reverse("pair", args=[fresh.pk]), f"{fresh.pk}:joined:{sign_up}")
    return fresh


def forget_closed(round_: Round) -> int:
    """Forget who was kept apart in a closed round; returns how many hashes went (called when a round closes)."""
    return KeptApart.objects.filter(round=round_).delete()[0]
