"""What pages show of the evaluation; other apps' pages load these tags, since apps side by side do not import each other."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.evaluation.benefits import quoting
from oppipari.evaluation.queries import latest_closed
from oppipari.evaluation.together import queries
from oppipari.organisation.models import Unit
from oppipari.rounds.models import Round

register = template.Library()


@register.filter
def until(starts: datetime, ends: datetime) -> str:
    """ "14.00–14.05" in Finnish and Swedish, "14:00–14:05" in English."""
    form = "%H:%M" if (get_language() or "fi").startswith("en") else "%H.%M"
    return f"{timezone.localtime(starts):{form}}–{timezone.localtime(ends):{form}}"


@register.filter
def at(value: datetime) -> str:
    """ "14.00" in Finnish and Swedish, "14:00" in English."""
    return f"{timezone.localtime(value):%H:%M}".replace(":", ":" if (get_language() or "fi").startswith("en") else ".")


@register.inclusion_tag("evaluation/parts/wall.html")
def concluded_together(unit: Unit, token: str = "") -> dict[str, Any]:
    """What the unit concluded together and hung on its wall, and the way to what its latest closed round brought.

    At the unit's reading address the way is one without signing in: `token` is the address's secret.
    """
    return {"lines": queries.on_wall(unit), "closed": latest_closed([unit.pk]).get(unit.pk), "token": token}


@register.simple_tag
def earlier_round_says(round: Round) -> str:
    """One sentence that the invitation quotes of the unit's last round, or nothing where there was none."""
    line = quoting.line(round)
    if line is None:
        return ""
    holes = {"round": line.round, "text": line.text, "figure": line.figure}
    if line.older:
        return (
            _("This is what people said after an earlier round (%(round)s): “%(text)s” (mean %(figure)s of 5).") % holes
        )
    if line.figure:
        return (
            _("This is what people said after the last round (%(round)s): “%(text)s” (mean %(figure)s of 5).") % holes
        )
    return _("This is what we concluded together after the last round (%(round)s): “%(text)s”.") % holes
