"""Publishing: nobody is told anything before it, and then everybody at once."""

from itertools import combinations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.organisation.deleted import forget_deleted
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.pairs import problem
from oppipari.pairs.actions.common import in_words, keep_apart, remember, tell
from oppipari.pairs.constraints import Constraints
from oppipari.pairs.models import Board, EarlierPair, KeptApart, Pair, PairMember, Proposal, SuggestionRun
from oppipari.rounds import queries as rounds
from oppipari.rounds.access import lock_round
from oppipari.rounds.actions import mark_published, tell_person
from oppipari.rounds.models import RUNNING, Round, SignUp


def _checked(round_: Round, board: Board, sign_ups: list[SignUp]) -> tuple[pairing.Plan, pairing.Problem]:
    """The board's plan, verified against the sign-ups as they are now; DomainError when it does not hold any more."""
    current = board.current
    if current is None:
        raise DomainError(_("Suggest the pairs first."))
    outdated = DomainError(
        _("Sign-ups have changed since the pairs were suggested. Bring the suggestion up to date first.")
    )
    if current.change.get("basis") != problem.basis(sign_ups):
        raise outdated
    plan = pairing.Plan.from_dict(current.plan)
    constraints = Constraints.from_dict(current.constraints, (s.pk for s in sign_ups))
    try:
        engine = problem.build(round_, sign_ups, constraints)
    except pairing.PairingError as error:
        raise in_words(error, sign_ups) from error
    if not pairing.verify(engine, plan).holds:
        raise outdated
    return plan, engine


def _refuse_earlier(round_: Round, groups: list[list[int]]) -> None:
    keys = [EarlierPair.key_of(two) for people in groups for two in combinations(people, 2)]
    organisation = round_.unit.organisation_id
    if EarlierPair.objects.filter(organisation_id=organisation, key__in=keys).exists():
        raise DomainError(
            _("Two people in the plan cannot be a pair in this round. Bring the suggestion up to date first.")
        )


@transaction.atomic
def publish_pairs(round_: Round, by: Person, version: int) -> list[Pair]:
    """Publish the board's pairs and trios, and tell everyone: those in them and those who wait; all of it, or nothing.

    A second press finds the pairs published and changes nothing. Raises StaleEdit when the board is not at `version`
    any more, DomainError when the plan no longer holds or an odd person's place is still to be decided.
    """
    fresh = lock_round(round_, by)
    if fresh.state in RUNNING:
        return list(fresh.pairs.all())
    if fresh.state != Round.State.PAIRING:
        raise DomainError(_("Close sign-up first; then the pairs can be formed."))
    board = Board.objects.select_for_update(of=("self",)).select_related("current").filter(round=fresh).first()
    if board is None or board.current is None:
        raise DomainError(_("Suggest the pairs first."))
    if board.version != version:
        raise StaleEdit(
            _("The pairs were changed in another window in between. Look at them once more and then publish.")
        )
    sign_ups = rounds.taking_part(fresh)
    plan, engine = _checked(fresh, board, sign_ups)
    if fresh.odd_person == Round.OddPerson.TRIO and plan.suggested_trios:
        raise DomainError(_("Choose first whether the one without a pair joins a trio or waits."))
    by_key = {str(s.pk): s for s in sign_ups}
    groups = [[by_key[k] for k in g.members] for g in plan.groups]
    people = [[s.person_id for s in group] for group in groups]
    _refuse_earlier(fresh, people)
    # What people wrote about one another is deleted now; a hash keeps new pairs of this round from bringing them together.
    apart = problem.excluded(fresh, sign_ups)
    KeptApart.objects.filter(round=fresh).delete()
    keep_apart(fresh, apart)
    published = Pair.objects.bulk_create(
        Pair(
            round=fresh,
            meetings_agreed=fresh.meetings_wanted,
            explanation={"whys": [problem.told(pairing.why(engine, a, b)) for a, b in combinations(g.members, 2)]},
        )
        for g in plan.groups
    )
    PairMember.objects.bulk_create(
        PairMember(pair=pair, sign_up=s, person_id=s.person_id)
        for pair, group in zip(published, groups, strict=True)
        for s in group
    )
    remember(fresh, people)
    # Drafts of the board name who was forbidden whom; they have done their work.
    board.current = None
    board.version += 1
    board.save()
    Proposal.objects.filter(round=fresh).delete()
    SuggestionRun.objects.filter(board=board).delete()
    mark_published(fresh, by)
    for pair, group in zip(published, groups, strict=True):
        tell([s.person for s in group], "pair_published", reverse("pair", args=[pair.pk]), str(pair.pk), pair)
    paired = {pk for each in people for pk in each}
    for waits in sign_ups:
        if waits.person_id not in paired:
            tell_person(waits, "sign_up_unpaired")
    # What people wrote about one another stands in the database's log no longer, either.
    forget_deleted()
    return published
