"""Two rounds, or a round's start and end, statement by statement, where rule 5 of docs/confidentiality.md allows.

People answer anew each time, so nothing can be subtracted. But whoever supposes that most answer as before learns from two
figures what the few answered who came or went; `side_by_side` says which figures that spares. What was allowed is frozen
when the round closes. Both figures were released and frozen each on its own, from five answers on. Statements are compared
only with themselves: one that was put in other words is another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from oppipari.evaluation.benefits.figures import HIGH, LOW, Span, at, span_of
from oppipari.evaluation.items import asked_in
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.queries import lang
from oppipari.rounds.models import Round


def earlier(round_: Round) -> Questionnaire | None:
    """The closed questionnaire of the unit's latest round before `round_` that released figures; one query."""
    before = Questionnaire.objects.filter(
        round__unit=round_.unit_id, round__state=Round.State.CLOSED, state=Questionnaire.State.CLOSED
    ).filter(round__created_at__lt=round_.created_at)
    for q in before.exclude(round=round_).select_related("round").order_by("-round__created_at", "-pk"):
        if not (q.released or {}).get("too_few", True):
            return q
    return None


@dataclass(frozen=True, slots=True)
class Pair:
    """One item before and now, in words and as two places on the scale."""

    key: str
    text: str
    then: Span
    now: Span

    @property
    def then_told(self) -> str:
        return self.then.told(lang())

    @property
    def now_told(self) -> str:
        return self.now.told(lang())

    @property
    def drawn(self) -> dict[str, float]:
        """Where both begin in the picture."""
        return {"then": at(self.then.low), "now": at(self.now.low)}

    @property
    def then_open(self) -> float:
        """How wide the open end of the earlier figure is; 0 where it is exact."""
        return self.then.open_width

    @property
    def now_open(self) -> float:
        return self.now.open_width

    @property
    def ticks(self) -> list[float]:
        return [at(v) for v in range(LOW, HIGH + 1)]


def beside(then: Mapping[str, Any], now: Mapping[str, Any], keys: Collection[str]) -> list[Pair]:
    """Two released figures for each statement of `keys`, in their order; only where both tell something."""
    found = []
    for item in asked_in(now).all_items():
        if item.key not in keys:
            continue
        one, other = (span_of(side.get("items", {}).get(item.key) or {}) for side in (then, now))
        if one is not None and other is not None:
            found.append(Pair(item.key, item.short(lang()), one, other))
    return found
