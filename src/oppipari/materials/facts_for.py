"""From what the apps tell to what slides say, in the slides' own language."""

from oppipari.evaluation.benefits.queries import Benefits
from oppipari.evaluation.benefits.quoting import quoted
from oppipari.evaluation.items import asked_in
from oppipari.materials.benefits_deck import BenefitsFacts, bar, texts
from oppipari.materials.deck import Earlier
from oppipari.rounds.models import Round


def earlier(round_: Round, lang: str) -> Earlier | None:
    """What a round's slides quote: the unit's own last round, else what other units got."""
    found = quoted(round_)
    if found is None:
        return None
    # Where the last round left no words, the round of the figures is the whole source.
    own = found.round if found.worked or found.insights else found.figures_of or found.round
    source = own.name if own else texts(lang)["units"].format(n=found.units)
    bars = [bar(statement.short(lang), span, lang) for statement, span in found.figures]
    of = found.figures_of.name if found.figures_of and found.figures_of != own else ""
    return Earlier(source, bars, found.worked, found.insights, own=found.round is not None, figures_of=of)


def benefits(told: Benefits, supervisor: str, lang: str) -> BenefitsFacts:
    """What a round brought, as its slides say it."""
    asked = {s.key: s for s in asked_in(told.released).items()}
    names = {key: statement.short(lang) for key, statement in asked.items()}
    return BenefitsFacts(
        unit=told.round.unit.name,
        round=told.round.name,
        supervisor=supervisor,
        people=told.counts.people,
        groups=told.counts.pairs,
        meetings=told.counts.meetings,
        asked=told.results.asked,
        answers=told.results.answers,
        figures=[(names[r.key], r.span) for r in told.results.shown if r.span],
        earlier=told.earlier.name if told.earlier and told.compared else "",
        compared=[(names[p.key], p.then, p.now) for p in told.compared],
        columns={c.kind: [line.text for line in c.lines] for c in told.columns},
        insights=[b.text for b in told.insights],
        trials=[(b.text, b.note) for b in told.trials],
    )
