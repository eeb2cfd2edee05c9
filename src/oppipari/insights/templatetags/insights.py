"""What other apps' pages show of insights: they load this tag, since apps side by side do not import each other."""

from typing import Any

from django import template
from django.utils.text import Truncator

from oppipari.insights import queries
from oppipari.rounds.models import Round

register = template.Library()


@register.inclusion_tag("insights/parts/closing.html")
def insights_of_round(round: Round) -> dict[str, Any]:
    """The round's published insights as quotations, or nothing where there are none."""
    return {"insights": queries.published_of(round), "round": round}


@register.filter
def brief(text: str, letters: int) -> str:
    """The beginning of a text on one line: many short lines take no more room than one long."""
    return Truncator(" ".join(text.split())).chars(letters)
