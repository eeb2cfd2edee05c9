"""What earlier rounds brought, quoted by the next one: in its slides, and in one line of its invitation."""

from dataclasses import dataclass, field

from oppipari.evaluation.benefits.figures import Span, span_of
from oppipari.evaluation.benefits.over_units import of_others
from oppipari.evaluation.items import END, Item, asked_in
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.queries import lang
from oppipari.evaluation.together.models import Conclusion
from oppipari.rounds.brought import brought
from oppipari.rounds.models import Round

# What is quoted as something that mentoring brought; what went badly is on the round's own page, not in an invitation.
WORTH_QUOTING = 3.5


@dataclass(frozen=True, slots=True)
class Quoted:
    """Published figures, conclusions and insights; `units` counts the units where it is not one's own round.

    `figures_of` is the round of the figures: where the latest was too small to tell any, an earlier one.
    """

    round: Round | None
    figures: list[tuple[Item, Span]]
    worked: list[str] = field(default_factory=list)
    insights: list[str] = field(default_factory=list)
    units: int = 0
    figures_of: Round | None = None


def _last_closed(before: Round) -> Round | None:
    """The unit's latest round that closed, of those opened before this one: no round quotes itself."""
    earlier = Round.objects.filter(unit=before.unit_id, state=Round.State.CLOSED, created_at__lt=before.created_at)
    return earlier.order_by("-closed_at", "-pk").first()


def _last_with_figures(last: Round) -> Questionnaire | None:
    """The closed questionnaire of the unit's latest closed round up to `last` that released figures."""
    closed = Questionnaire.objects.filter(
        round__unit=last.unit_id, round__state=Round.State.CLOSED, round__created_at__lte=last.created_at
    ).select_related("round")
    return next((q for q in closed.order_by("-round__closed_at", "-pk") if q.has_figures), None)


def quoted(round_: Round) -> Quoted | None:
    """What the unit's last closed round brought before this one; without one, what other units got; None where nothing."""
    last = _last_closed(round_)
    if last is not None:
        return _of_round(last)
    others = of_others(round_.unit.organisation_id, round_.unit)
    if others is None:
        return None
    return Quoted(None, [(r.statement, r.span) for r in others.rows], units=max(r.units for r in others.rows))


def _of_round(last: Round) -> Quoted | None:
    q = _last_with_figures(last)
    released = q.released or {} if q else {}
    figures = []
    for statement in asked_in(released).items(END) if q else []:
        span = span_of(released.get("items", {}).get(statement.key) or {})
        if span is not None:
            figures.append((statement, span))
    worked = Conclusion.objects.filter(round=last, kind=Conclusion.Kind.WORKED).values_list("text", flat=True)
    insights = [b.text for b in brought(last) if b.kind == "insight"]
    found = Quoted(last, figures, list(worked), insights, figures_of=q.round if q else None)
    return found if figures or found.worked or insights else None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an invitation quotes of the unit's last round: words, or a statement with its figure."""

    round: str
    text: str
    figure: str = ""
    # Whether a round has closed since.
    older: bool = False


def line(round_: Round) -> Line | None:
    """The first conclusion of what worked, else the statement agreed with most clearly; None where there is neither."""
    last = _last_closed(round_)
    found = _of_round(last) if last is not None else None
    if last is None or found is None:
        return None
    if found.worked:
        return Line(last.name, found.worked[0].rstrip("."))
    good = [(s, span) for s, span in found.figures if span.low >= WORTH_QUOTING]
    if not good:
        return None
    statement, span = max(good, key=lambda pair: pair[1].low)
    of = found.figures_of or last
    return Line(of.name, statement.text(lang()).rstrip("."), span.told(lang()), older=of != last)
