"""What the wall shows at its reading address; a fixed number of queries."""

from dataclasses import dataclass

from oppipari.insights.lets_try.models import LetsTry
from oppipari.insights.models import Insight
from oppipari.insights.queries import wall
from oppipari.insights.reading.actions import key_of_browser
from oppipari.insights.text import opening
from oppipari.organisation.models import Unit


@dataclass(frozen=True, slots=True)
class Read:
    """An insight without names, and whether this browser said "let's try" to it; long ones in two parts."""

    insight: Insight
    says: bool
    opening: str
    rest: str


def read_wall(unit: Unit, browser: str) -> list[Read]:
    """The unit's published insights, newest first; two queries."""
    shown = wall(unit)
    keys = {key_of_browser(i.pk, browser): i.pk for i in shown} if browser else {}
    rows = LetsTry.objects.filter(insight__in=shown, key__in=keys, by_browser=True)
    said = {keys[key] for key in rows.values_list("key", flat=True)}
    return [Read(i, i.pk in said, *opening(i.text)) for i in shown]
