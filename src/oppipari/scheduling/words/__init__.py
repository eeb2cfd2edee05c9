"""Facts of the planner as sentences in the reader's language; one file a language beside this one."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from oppipari.scheduling.checking import Violation
from oppipari.scheduling.diagnostics import NoCommonTime
from oppipari.scheduling.errors import SchedulingError
from oppipari.scheduling.timetable import Objective, Timetable, Unplaced


@cache
def texts(lang: str) -> dict[str, Any]:
    """The sentences of one language ("fi", "sv", "en"); raises FileNotFoundError for one that is not there."""
    return tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))


def languages() -> list[str]:
    """The languages there are."""
    return sorted(p.stem for p in Path(__file__).parent.glob("*.toml"))


def reason(what: Unplaced, lang: str) -> str:
    """Why a meeting has no time."""
    return _filled(texts(lang)["reason"][str(what.reason)], what.params, {}, lang)


def no_common_time(what: NoCommonTime, names: Mapping[str, str], lang: str) -> str:
    """Why a group has no common hour; `names` by key."""
    params = dict(what.params)
    if isinstance(who := params.get("who"), tuple):
        params["who"] = tuple(names.get(str(key), str(key)) for key in who)
    return _filled(texts(lang)["no_common_time"][str(what.why)], params, {}, lang)


def violation(what: Violation, names: Mapping[str, str], lang: str) -> str:
    """Which rule a meeting violates; `names` by key."""
    params = {**what.params, "who": names.get(what.person, what.person)}
    return _filled(texts(lang)["violation"][str(what.rule)], params, {}, lang)


def proof(table: Timetable, lang: str) -> str:
    """How many meetings have a time, and whether more would be possible."""
    placed, missing = len(table.meetings), len(table.unplaced)
    if not missing:
        key = "all" if placed else "none"
    else:
        key = "most" if table.proven else "gap"
    return _filled(texts(lang)["proof"][key], {"placed": placed, "missing": missing, "bound": table.bound}, {}, lang)


def objective(what: Objective, lang: str) -> str:
    """What the number of a stage counts."""
    return str(texts(lang)["objective"][str(what)])


def error(what: SchedulingError, names: Mapping[str, str], lang: str) -> str:
    """An error of the planner in words; `names` of people and groups by key."""
    params = dict(what.params)
    if "what" in params:
        params["what"] = texts(lang)["count"][str(params["what"])]
    return _filled(texts(lang)["errors"][what.code], params, names, lang)


def _filled(text: str, params: Mapping[str, object], names: Mapping[str, str], lang: str) -> str:
    """A sentence with its holes filled: names for keys, dates and times as the language writes them."""
    shown: dict[str, str] = {}
    for hole, value in params.items():
        if isinstance(value, datetime):
            shown[hole] = texts(lang)["time"].format(
                day=value.day, month=value.month, year=value.year, hour=value.hour, minute=value.minute
            )
        elif isinstance(value, date):
            shown[hole] = texts(lang)["date"].format(day=value.day, month=value.month, year=value.year)
        elif isinstance(value, time):
            shown[hole] = value.strftime("%H.%M" if lang != "en" else "%H:%M")
        elif isinstance(value, tuple):
            shown[hole] = ", ".join(str(v) for v in value)
        elif hole in ("person", "group"):
            shown[hole] = names.get(str(value), str(value))
        else:
            shown[hole] = str(value)
    return text.format(**shown)
