"""Whom the supervisor tells of the pairs by hand: those to whom no message is known to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, Prefetch
from django.utils import timezone

from oppipari.organisation.models import Person, PersonalLink
from oppipari.organisation.reach import Way, way_to
from oppipari.pairs.looking import looking
from oppipari.pairs.models import Pair, PairMember
from oppipari.pairs.queries.reasons import reasons_of
from oppipari.rounds.models import RUNNING, Round

# After publishing, telling is the next thing to do for this long.
NEWS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ToTell:
    """One person with the members of their pair; without them, somebody for whom there was none yet."""

    person: Person
    way: Way
    pair: Pair | None = None
    members: tuple[PairMember, ...] = ()

    @property
    def partners(self) -> list[str]:
        """The names of the others."""
        return [str(m.person) for m in self.members if m.person_id != self.person.pk]

    def reasons(self) -> list[str]:
        """Why these people, as the person's own page says it, in the language that is spoken now."""
        return reasons_of(self.pair, self.members, self.person) if self.pair is not None else []


def to_tell(round_: Round, by: Person, only: Iterable[int] | None = None) -> list[ToTell]:
    """Whom `by` tells by hand, by name: of the pairs that meet, and of those who wait from the start; three queries.

    `only` are ids of people. Nobody is told of their own pair by themselves.
    """
    if round_.state not in RUNNING:
        return []
    members = PairMember.objects.filter(left_at=None).select_related("person", "sign_up").order_by("pk")
    pairs = Pair.objects.active().filter(round=round_).prefetch_related(Prefetch("members", members, to_attr="now"))
    found: list[ToTell] = []
    for pair in pairs:
        now: list[PairMember] = pair.now  # type: ignore[attr-defined]
        found += [ToTell(m.person, way_to(m.person), pair, tuple(now)) for m in now]
    waiting = looking(round_).filter(places=None).select_related("person")
    found += [ToTell(s.person, way_to(s.person)) for s in waiting]
    wanted = None if only is None else set(only)
    by_hand = [t for t in found if t.way is not Way.MAIL and t.person.pk != by.pk]
    chosen = [t for t in by_hand if wanted is None or t.person.pk in wanted]
    return sorted(chosen, key=lambda t: (str(t.person).casefold(), t.person.pk))


def left_to_tell(round_: Round, by: Person) -> int:
    """How many of those whom no message reaches `by` has still to tell, as far as it can be known; four queries at most.

    Who was handed a link since knows, and so do those who proposed a time to their pair, who met, and whose pair agreed on
    a time. A time that another proposed, or that the supervisor arranged, has not been seen by that. What anybody answered
    is not looked at, nor what they saw: the number would tell it.
    """
    rows = Pair.objects.filter(round=round_).values_list(
        "pk", "state", "published_at", "meetings__state", "meetings__proposed_by"
    )
    times = list(rows)
    if not any(state == Pair.State.MEETING and at and at > timezone.now() - NEWS for _pk, state, at, *_time in times):
        return 0
    people = [told for told in to_tell(round_, by) if told.way is Way.PAGE]
    handed = PersonalLink.objects.filter(person__in=[t.person.pk for t in people], kind=PersonalLink.Kind.HANDED)
    last = dict(handed.values_list("person").annotate(Max("created_at")))
    count = 0
    for told in people:
        since = told.pair.published_at if told.pair is not None else round_.published_at
        knows = told.pair is not None and _knows(told, [row[3:] for row in times if row[0] == told.pair.pk])
        if not knows and not (since and told.person.pk in last and last[told.person.pk] >= since):
            count += 1
    return count


def _knows(told: ToTell, times: list[tuple[str | None, int | None]]) -> bool:
    """Whether somebody knows of their pair by its times, each with its state and whose proposal it was."""
    members = {m.person_id for m in told.members}
    return any(state == "held" or by == told.person.pk or (state == "agreed" and by in members) for state, by in times)


def is_news(round_: Round) -> bool:
    """Whether pairs of the round were published lately; one query."""
    return Pair.objects.active().filter(round=round_, published_at__gt=timezone.now() - NEWS).exists()
