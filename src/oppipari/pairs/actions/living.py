"""What the members of a pair do while it meets: answer, set goals."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.actions.common import held_pair, own_place
from oppipari.pairs.models import Goal, Pair, PairMember

MOST_GOALS = 2
GOAL_LENGTH = 140
FINE_FOR = timedelta(weeks=4)


@transaction.atomic
def answer_fine(pair: Pair, by: Person) -> None:
    """`by` is content with the pair; only they see the answer."""
    fresh = held_pair(pair)
    place = own_place(fresh, by)
    if place.answer != PairMember.Answer.FINE:
        place.answer = PairMember.Answer.FINE
        place.save(update_fields=["answer"])


@transaction.atomic
def we_are_fine(pair: Pair, by: Person) -> None:
    """`by` does not want to be asked why there have been few meetings; for some weeks they are not, and only they."""
    place = own_place(held_pair(pair), by)
    place.fine_until = timezone.localdate() + FINE_FOR
    place.save(update_fields=["fine_until"])


@transaction.atomic
def set_goals(pair: Pair, by: Person, version: int, texts: Sequence[str]) -> list[Goal]:
    """Set the pair's one or two goals, a line of at most 140 characters each; either member may, no one sees which.

    Raises StaleEdit when the partner saved in between, DomainError when there is none, too many or too long a goal.
    """
    fresh = held_pair(pair)
    own_place(fresh, by)
    clean = [line for line in (one_line(text) for text in texts) if line]
    now = list(fresh.goals.values_list("text", flat=True))
    if clean == now and clean:
        return list(fresh.goals.all())
    if fresh.goals_version != version:
        raise StaleEdit(
            _("Your goals were changed in between. Below is what you typed; the goals as they are now stand beside it.")
        )
    if not clean:
        raise DomainError(_("Write at least one goal, a few words are enough."), field="goal_1")
    if len(clean) > MOST_GOALS:
        raise DomainError(_("Two goals at most."), field="goal_2")
    for number, line in enumerate(clean, start=1):
        if len(line) > GOAL_LENGTH:
            raise DomainError(_("At most 140 characters, please."), field=f"goal_{number}")
    fresh.goals.all().delete()
    made = Goal.objects.bulk_create(Goal(pair=fresh, position=i, text=t) for i, t in enumerate(clean, start=1))
    fresh.goals_version += 1
    fresh.save(update_fields=["goals_version"])
    return made
