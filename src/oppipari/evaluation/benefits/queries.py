"""What the benefits page reads; a fixed number of queries, however many took part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oppipari.evaluation.benefits import compare
from oppipari.evaluation.benefits.figures import LEAST, Results, results, who_was_asked
from oppipari.evaluation.benefits.models import RoundCounts
from oppipari.evaluation.queries import questionnaire_of
from oppipari.evaluation.questionnaire.actions import keys_asked
from oppipari.evaluation.questionnaire.queries import start_questions_of
from oppipari.evaluation.side_by_side import keys_beside
from oppipari.evaluation.together.queries import Column, columns
from oppipari.organisation.confirmed import who_count
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.brought import Brought, brought
from oppipari.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Counts:
    """How many took part, in how many pairs, and how many meetings were held; None where it is under five."""

    people: int | None
    pairs: int | None
    meetings: int | None


def _told(count: int) -> int | None:
    return count if count >= LEAST else None


def count_now(round_: Round, came: list[Brought]) -> Counts:
    """The counts of a round as they are now; where fewer than five took part, nothing is counted."""
    places = PairMember.objects.filter(pair__round=round_, left_at=None).exclude(pair__state=Pair.State.REPLACED)
    if places.filter(who_count("person__")).values("person").distinct().count() < LEAST:
        return Counts(None, None, None)
    people = places.values("person").distinct().count()
    pairs = places.values("pair").distinct().count()
    met = next((b.count for b in came if b.kind == "meetings"), 0)
    return Counts(people, _told(pairs), _told(met))


def keys_compared(round_: Round, released: Mapping[str, Any] | None) -> tuple[Round | None, list[str]]:
    """The round before `round_`, and the statements that may be laid side by side with it today."""
    before = compare.earlier(round_) if released else None
    if before is None or released is None:
        return None, []
    asked = (keys_asked(before.round), keys_asked(round_))
    return before.round, keys_beside(before.released or {}, released, asked if all(asked) else None)


def _compared(
    kept: RoundCounts | None, round_: Round, released: Mapping[str, Any] | None
) -> tuple[Round | None, list[compare.Pair]]:
    earlier, keys = keys_compared(round_, released) if kept is None else (kept.earlier, kept.compared)
    before = questionnaire_of(earlier) if earlier else None
    if before is None or not before.released or not released:
        return earlier, []
    return earlier, compare.beside(before.released, released, keys)


@dataclass(frozen=True, slots=True)
class StartAndEnd:
    """The statements that were asked at both ends of a round; `kept_apart` where both have figures and none may be compared."""

    pairs: list[compare.Pair]
    kept_apart: bool
    # Who can be in the figures of the start; those of the end say so themselves.
    who: str = ""


def start_and_end_of(round_: Round) -> StartAndEnd:
    """Released figures of the start and the end, side by side where that was found to tell of nobody alone at closing."""
    start, end = start_questions_of(round_), questionnaire_of(round_)
    if start is None or end is None or not start.released or not end.released:
        return StartAndEnd([], False)
    keys = end.released.get("beside_start", [])
    too_few = start.released["too_few"] or end.released["too_few"]
    beside = compare.beside(start.released, end.released, keys)
    return StartAndEnd(beside, not (too_few or keys), who_was_asked(start.released))


def results_of(round_: Round) -> Results:
    """What was released of a round, told in the active language."""
    q = questionnaire_of(round_)
    return results(q.released if q else None)


@dataclass(frozen=True, slots=True)
class Benefits:
    """All that a round brought, as its unit may read it."""

    round: Round
    counts: Counts
    results: Results
    columns: list[Column]
    insights: list[Brought]
    trials: list[Brought]
    earlier: Round | None = None
    compared: list[compare.Pair] = field(default_factory=list)
    start_and_end: StartAndEnd = field(default_factory=lambda: StartAndEnd([], False))
    released: Mapping[str, Any] = field(default_factory=dict)

    @property
    def concluded(self) -> bool:
        return any(c.lines for c in self.columns)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell at all yet."""
        return not (self.concluded or self.insights or self.trials or self.results.shown or self.counts.people)


def benefits_of(round_: Round) -> Benefits:
    """Counts, figures, conclusions, insights and trials of a round, and its figures beside the round before it."""
    came = brought(round_)
    q = questionnaire_of(round_)
    released = q.released if q else None
    kept = RoundCounts.objects.select_related("earlier").filter(round=round_).first()
    earlier, compared = _compared(kept, round_, released)
    return Benefits(
        round=round_,
        counts=Counts(kept.people, kept.pairs, kept.meetings) if kept else count_now(round_, came),
        results=results(released),
        columns=columns(round_),
        insights=[b for b in came if b.kind == "insight"],
        trials=[b for b in came if b.kind == "trial"],
        earlier=earlier,
        compared=compared,
        start_and_end=start_and_end_of(round_),
        released=released or {},
    )
