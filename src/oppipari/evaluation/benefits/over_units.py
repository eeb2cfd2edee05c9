"""The same over units, for the coordinator: what units have released, side by side and put together.

The answers of a unit are deleted when its figures are released, and units close at different times, so there is nothing
left to count over units. There need not be: a figure over units is worked out from the figures that the units have
released already. Whoever may read those can do the sum; it tells nothing that they do not. Units without figures (fewer
than five answers) are in no sum, and the page says so. Why so: docs/decisions/013-figures-over-units.md.

Outside the coordinator's page a sum is told only of three units or more, so that no unit can take away its own and read
another's figure.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from oppipari.evaluation.access import units_coordinated
from oppipari.evaluation.benefits.figures import HIGH, LOW, Span, at, clearest, span_of
from oppipari.evaluation.benefits.figures import LEAST as LEAST
from oppipari.evaluation.items import END, Item, asked_in
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.queries import lang
from oppipari.organisation.models import Organisation, Person, Unit
from oppipari.rounds.models import Round

FEWEST_UNITS = 3


def together(parts: Sequence[tuple[int, Span]]) -> Span:
    """The mean over all of `parts` (how many answered, what is told of their mean), as far as it can be told.

    Exact means give a mean to one decimal; where some part is only a bound, so is the whole, rounded outwards.
    """
    people = sum(n for n, _span in parts)
    low = sum(n * span.low for n, span in parts) / people
    high = sum(n * span.high for n, span in parts) / people
    if all(span.exact for _n, span in parts):
        # Halves upwards, as everywhere.
        mean = math.floor(low * 10 + 0.5 + 1e-9) / 10
        return Span(mean, mean)
    return Span(max(LOW, math.floor(low * 10 + 1e-9) / 10), min(HIGH, math.ceil(high * 10 - 1e-9) / 10))


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of a unit's latest closed round that has any, in the order of the statements.

    `told` is None where no round has: then `round` is the latest one, and `asked` says whether it had a questionnaire.
    """

    unit: Unit
    round: Round
    told: list[str] | None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One statement over all units that tell it, and where each of them is on the scale."""

    statement: Item
    span: Span
    units: int
    answers: int
    dots: list[tuple[str, Span]]

    @property
    def text(self) -> str:
        return self.statement.text(lang())

    @property
    def short(self) -> str:
        return self.statement.short(lang())

    @property
    def big(self) -> str:
        return self.span.told(lang())

    @property
    def drawn(self) -> dict[str, float]:
        """The sum in the picture: where it begins, and how wide its open end is."""
        return {"x": at(self.span.low), "open": self.span.open_width}

    @property
    def marks(self) -> list[tuple[float, float, int, float]]:
        """The units in the picture: where a mark begins, how wide its open end is, how many units it stands for, its middle.

        Bounds first, so that no unit's circle is hidden behind another's bar.
        """
        places = Counter((at(span.low), span.open_width) for _name, span in self.dots)
        drawn = sorted(places.items(), key=lambda place: (-place[0][1], place[0][0]))
        return [(x, width, count, round(x + width / 2, 1)) for (x, width), count in drawn]

    @property
    def name(self) -> str:
        """What a screen reader says of the picture."""
        return ": ".join(
            [self.text, "; ".join([self.big, *(f"{name} {span.told(lang())}" for name, span in self.dots)])]
        )

    @property
    def ticks(self) -> list[tuple[int, float]]:
        return [(v, at(v)) for v in range(LOW, HIGH + 1)]


@dataclass(frozen=True, slots=True)
class OverUnits:
    """All that units have released: `rows` over them, `units` one by one."""

    rows: list[Row]
    units: list[UnitFigures]

    @property
    def with_figures(self) -> int:
        return sum(1 for u in self.units if u.told is not None)

    @property
    def too_few(self) -> int:
        """How many units have had too few answers for any figure."""
        return sum(1 for u in self.units if u.told is None and u.asked)

    @property
    def not_asked(self) -> int:
        return sum(1 for u in self.units if u.told is None and not u.asked)

    @property
    def agreed(self) -> list[Row]:
        """Up to three statements that were clearly agreed with over the units, by what is known of them at least."""
        return clearest([(r, r.span) for r in self.rows])


def _latest(units: Iterable[Unit] | Any) -> list[Questionnaire]:
    """The closed questionnaire of each unit's latest closed round with figures, else of its latest; by name; one query.

    A small round takes nothing away: the figures before it were released, and stay told with their round's name.
    """
    closed = Questionnaire.objects.filter(
        round__unit__in=units, round__state=Round.State.CLOSED, state=Questionnaire.State.CLOSED
    )
    found: dict[int, Questionnaire] = {}
    for q in closed.select_related("round__unit").order_by("round__closed_at", "pk"):
        if q.has_figures or not (q.round.unit_id in found and found[q.round.unit_id].has_figures):
            found[q.round.unit_id] = q
    return sorted(found.values(), key=lambda q: (q.round.unit.name.casefold(), q.round.unit_id))


def _words_of(q: Questionnaire) -> str:
    return json.dumps(asked_in(q.released or {}).content["scale"], sort_keys=True, ensure_ascii=False)


def _alike(latest: list[Questionnaire]) -> list[Item]:
    """The statements as most units were asked them; what another unit was asked in other words is another statement."""
    wordings: dict[str, list[Item]] = {}
    for q in latest:
        for item in asked_in(q.released or {}).items(END):
            wordings.setdefault(item.key, []).append(item)
    return [max(asked, key=lambda i: sum(i.asks_like(other) for other in asked)) for asked in wordings.values()]


def _spans(q: Questionnaire, asked: list[Item]) -> dict[str, tuple[int, Span]]:
    """What a unit tells of each statement that it was asked in these words."""
    released = q.released or {}
    if released.get("too_few", True):
        return {}
    own = {i.key: i for i in asked_in(released).items(END)}
    told = {}
    for statement in asked:
        figure = released.get("items", {}).get(statement.key) or {}
        span = span_of(figure)
        if span is not None and statement.key in own and own[statement.key].asks_like(statement):
            told[statement.key] = (int(figure["n"]), span)
    return told


def _put_together(latest: list[Questionnaire]) -> OverUnits:
    # Means on a scale of other words are means of something else.
    usual = Counter(map(_words_of, latest)).most_common(1)[0][0] if latest else ""
    asked = _alike([q for q in latest if _words_of(q) == usual])
    by_unit = [(q, _spans(q, asked) if _words_of(q) == usual else {}) for q in latest]
    rows = []
    for statement in asked:
        telling = [(q, told[statement.key]) for q, told in by_unit if statement.key in told]
        if telling:
            dots = [(q.round.unit.name, span) for q, (_n, span) in telling]
            parts = [part for _q, part in telling]
            rows.append(Row(statement, together(parts), len(parts), sum(n for n, _s in parts), dots))
    shown = [r.statement.key for r in rows]
    units = [
        UnitFigures(
            q.round.unit,
            q.round,
            [told[k][1].told(lang()) if k in told else "–" for k in shown] if told else None,
            q.was_asked,
        )
        for q, told in by_unit
    ]
    return OverUnits(rows, units)


def over_units(person: Person) -> OverUnits:
    """What the units that `person` coordinates have released; a fixed number of queries."""
    return _put_together(_latest(units_coordinated(person)))


def of_others(organisation: Organisation | int, but: Unit) -> OverUnits | None:
    """The sums over the organisation's other units, for a unit without a round of its own; None under three of them."""
    found = _put_together(_latest(Unit.objects.filter(organisation=organisation).exclude(pk=but.pk)))
    rows = [r for r in found.rows if r.units >= FEWEST_UNITS]
    return OverUnits(rows, []) if rows else None


@dataclass(frozen=True, slots=True)
class UnitStep:
    """Where a unit's latest round is: a number from 1 to 6 and its name; None where it has had none."""

    unit: Unit
    round: Round | None
    step: int


STEPS = {
    Round.State.SIGN_UP: 2, Round.State.PAIRING: 3, Round.State.MEETING: 4, Round.State.EVALUATING: 6, Round.State.CLOSED: 7,
}  # fmt: skip


def steps(person: Person) -> list[UnitStep]:
    """Each unit's latest round, the one that is furthest from its end first; two queries."""
    units = list(units_coordinated(person))
    latest: dict[int, Round] = {}
    for round_ in Round.objects.filter(unit__in=units).order_by("created_at", "pk"):
        latest[round_.unit_id] = round_
    found = [UnitStep(u, r, STEPS[Round.State(r.state)] if r else 0) for u in units for r in [latest.get(u.pk)]]
    return sorted(found, key=lambda s: (s.step == 0, s.step, s.unit.name.casefold(), s.unit.pk))
