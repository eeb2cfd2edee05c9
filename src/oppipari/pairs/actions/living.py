"""What the members of a pair do: answer, set goals, say whether they go on."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.actions.common import RUNNING, held_pair, tell
from oppipari.pairs.actions.reforming import end_pair
from oppipari.pairs.models import Goal, Pair, PairMember

MOST_GOALS = 2
GOAL_LENGTH = 140
MOST_MORE = 5


def _place(pair: Pair, by: Person) -> PairMember:
    """The place of `by` in a pair that goes on; DomainError when there is none."""
    place = pair.members.filter(person=by, left_at=None).first()
    if place is None:
        raise DomainError(_("This pair is no longer yours."))
    if pair.round.state not in RUNNING:
        raise DomainError(_("The round is closed, so nothing can be changed any more. Thank you for taking part."))
    return place


@transaction.atomic
def answer_fine(pair: Pair, by: Person) -> None:
    """`by` is content with the pair; only they see the answer."""
    fresh = held_pair(pair)
    place = _place(fresh, by)
    if place.answer != PairMember.Answer.FINE:
        place.answer = PairMember.Answer.FINE
        place.save(update_fields=["answer"])


@transaction.atomic
def ask_again(pair: Pair, by: Person) -> None:
    """`by` would rather have another partner: the pair is dissolved, and nothing tells which of them asked.

    The same is written, and the same is sent, whoever asked; the supervisor can dissolve a pair too. Asking twice is
    harmless. Raises DomainError when the pair is finished or not theirs.
    """
    fresh = held_pair(pair)
    if fresh.state == Pair.State.REPLACED and fresh.members.filter(person=by).exists():
        return
    _place(fresh, by)
    if fresh.state != Pair.State.MEETING:
        raise DomainError(_("Your pair has already finished. Thank you for taking part."))
    end_pair(fresh)


@transaction.atomic
def set_goals(pair: Pair, by: Person, version: int, texts: Sequence[str]) -> list[Goal]:
    """Set the pair's one or two goals, a line of at most 140 characters each; either member may, no one sees which.

    Raises StaleEdit when the partner saved in between, DomainError when there is none, too many or too long a goal.
    """
    fresh = held_pair(pair)
    _place(fresh, by)
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


@transaction.atomic
def set_will(pair: Pair, by: Person, *, agreed: int, more: int | None) -> Pair.State | None:
    """`by` says alone whether to go on: `more` meetings (1-5), or None for not now.

    `agreed` is the number of meetings agreed when the question was asked: an answer to an older question changes
    nothing. Until all have answered, the answer can be changed and only its giver sees it. Then the pair goes on with
    the smallest of the wishes if all want to, or finishes, and what each answered is deleted. Returns the state that
    came of it, or None while somebody's answer is missing. Raises DomainError for a wrong number.
    """
    if more is not None and not 1 <= more <= MOST_MORE:
        raise DomainError(_("Choose how many meetings more, from one to five."), field="more")
    fresh = held_pair(pair)
    place = _place(fresh, by)
    if fresh.meetings_agreed != agreed or fresh.state != Pair.State.MEETING:
        return Pair.State(fresh.state)
    place.goes_on, place.goes_on_meetings = more is not None, more
    place.save(update_fields=["goes_on", "goes_on_meetings"])
    wills = list(fresh.members.filter(left_at=None).values_list("goes_on", "goes_on_meetings"))
    if any(goes_on is None for goes_on, _more in wills):
        return None
    fresh.members.update(goes_on=None, goes_on_meetings=None)
    if all(goes_on for goes_on, _more in wills):
        fresh.meetings_agreed += min(wished or 1 for _goes_on, wished in wills)
        kind = "pair_continues"
    else:
        fresh.state = Pair.State.FINISHED
        kind = "pair_finished"
    fresh.save(update_fields=["state", "meetings_agreed"])
    people = [m.person for m in fresh.members.filter(left_at=None).select_related("person")]
    tell(people, kind, reverse("pair", args=[fresh.pk]), f"{fresh.pk}:{agreed}")
    return Pair.State(fresh.state)
