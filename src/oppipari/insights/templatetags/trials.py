"""How a trial's before and after are shown."""

from typing import Any

from django import template

from oppipari.insights.models import Trial
from oppipari.insights.trials.forms import shown_number

register = template.Library()


@register.inclusion_tag("insights/parts/measured.html")
def measured(trial: Trial) -> dict[str, Any]:
    """What was looked at with its before and after, numbers in the reader's way; nothing where nothing was written."""
    if trial.has_numbers:
        numbers = (trial.before_number, trial.after_number)
        before, after = ("" if n is None else shown_number(n) for n in numbers)
    else:
        before, after = trial.before_words, trial.after_words
    return {"trial": trial, "before": before, "after": after, "words": not trial.has_numbers}
