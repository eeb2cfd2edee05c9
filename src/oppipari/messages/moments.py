"""Days and hours as people say them in each language."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

DAYS = {
    "fi": ["ma", "ti", "ke", "to", "pe", "la", "su"],
    "sv": ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _lang() -> str:
    """The reader's language, one of those that DAYS knows."""
    code = (get_language() or "fi")[:2]
    return code if code in DAYS else "fi"


def day(value: date | datetime | None) -> str:
    """ "ma 23.11." in Finnish, "mån 23.11" in Swedish, "Mon 23 Nov" in English; with the year when it is not this one."""
    if value is None:
        return ""
    value = _local(value)
    other_year = value.year != timezone.localdate().year
    lang = _lang()
    name = DAYS[lang][value.weekday()]
    if lang == "en":
        return f"{name} {value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if other_year else "")
    # In Finnish the month is an ordinal and keeps its stop; in Swedish a stop only stands between two numbers.
    stop = "." if lang == "fi" or other_year else ""
    return f"{name} {value.day}.{value.month}{stop}" + (str(value.year) if other_year else "")


def clock(value: datetime | None) -> str:
    """ "klo 14.00" in Finnish, "kl. 14.00" in Swedish, "14:00" in English."""
    if value is None:
        return ""
    value = _local(value)
    lang = _lang()
    return f"{value:%H:%M}" if lang == "en" else f"{'kl.' if lang == 'sv' else 'klo'} {value.hour}.{value:%M}"


def moment(value: datetime | None) -> str:
    """ "ma 23.11. klo 14.00" in Finnish, "mån 23.11 kl. 14.00" in Swedish, "Mon 23 Nov at 14:00" in English."""
    if value is None:
        return ""
    between = " at " if _lang() == "en" else " "
    return f"{day(value)}{between}{clock(value)}"
