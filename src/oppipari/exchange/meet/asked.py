"""What `oppipari meet` is told: options in three languages, and the pairs of a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oppipari.exchange.bridge import AS_MENTEE
from oppipari.exchange.columns import ADDRESS
from oppipari.exchange.rosters.days import read_mark
from oppipari.exchange.strict_json import TwoMeanings, read_json
from oppipari.organisation.text import fold
from oppipari.scheduling import Quiet
from oppipari.scheduling.problem import MOST_MEETINGS
from oppipari.scheduling.quiet_hours import is_turned, read_quiet
from oppipari.scheduling.work import LONGEST, MOST_REST, MOST_SPACING, MOST_WEEKS, SHORTEST

NUMBERS: dict[str, tuple[str, int, int | None]] = {
    "meetings": ("--meetings", 1, MOST_MEETINGS),
    "weeks": ("--weeks", 1, MOST_WEEKS),
    "minutes": ("--length", SHORTEST, LONGEST),
    "spacing_days": ("--spacing", 1, MOST_SPACING),
    "away_per_team": ("--away-per-team", 0, None),
    "rooms": ("--rooms", 0, None),
    "rest_hours": ("--rest", 0, MOST_REST),
}


class BadInput(ValueError):
    """An option or a plan that cannot be used; `code` chooses the sentence, `params` fill it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


def read_day(text: str) -> date:
    """A date from "2026-11-23" or "23.11.2026". Raises BadInput."""
    mark = read_mark(text)
    if mark is None or not (mark.year and mark.month and mark.day):
        raise BadInput("bad_day", text=text)
    try:
        found = date(mark.year, mark.month, mark.day)
    except ValueError:
        raise BadInput("no_day", text=text) from None
    if mark.wrong:
        raise BadInput("far_day", text=text)
    return found


def check_numbers(told: Mapping[str, int | None]) -> None:
    """Options that are numbers, by the planner's names, None where they were not given. Raises BadInput."""
    for name, number in told.items():
        option, least, most = NUMBERS[name]
        if number is not None and not (least <= number and (most is None or number <= most)):
            code = "bad_number" if most is not None else "small_number"
            raise BadInput(code, option=option, number=number, least=least, most=most)


def quiet_of(text: str) -> tuple[Quiet, ...]:
    """Quiet hours from "Mon 07:00-09:00", "ma-pe 7-9, 15-16", "daily 12-13"; no day means every day. Raises BadInput."""
    found = read_quiet(text)
    if not found:
        raise BadInput("bad_quiet", text=text)
    if any(is_turned(quiet) for quiet in found):
        raise BadInput("turned_quiet", text=text)
    return found


@dataclass(frozen=True, slots=True)
class PlanPair:
    """A pair or a trio of a plan: members as the plan writes them, and the addresses by which rosters know them."""

    members: tuple[str, ...]
    addresses: tuple[str, ...]

    @property
    def key(self) -> str:
        return "|".join(sorted(self.addresses))


def read_plan(data: bytes) -> list[PlanPair]:
    """The pairs and trios of a plan that `oppipari pair --json` wrote, or of one written by hand.

    By hand, `{"pairs": [{"members": ["a@example.org", "b@example.org"]}]}` is enough. Raises BadInput.
    """
    try:
        content = read_json(data)
    except TwoMeanings as unclear:
        if unclear.code == "twice":
            raise BadInput("field_twice", field=unclear.name[:60]) from None
        raise BadInput("bad_plan") from None
    if not isinstance(content, dict) or not ({"pairs", "trios"} & set(content)):
        raise BadInput("bad_plan")
    found = []
    for name, size in (("pairs", 2), ("trios", 3)):
        groups = content.get(name) or []
        if not isinstance(groups, list):
            raise BadInput("bad_plan")
        found += [_pair(group, name, number, size) for number, group in enumerate(groups, start=1)]
    return found


def _pair(group: Any, name: str, number: int, size: int) -> PlanPair:
    members = group.get("members") if isinstance(group, dict) else group
    if not isinstance(members, list) or len(members) not in (size, 3) or not all(isinstance(m, str) for m in members):
        raise BadInput("bad_pair", list=name, number=number)
    addresses = tuple(fold(m).removesuffix(fold(AS_MENTEE)).strip() for m in members)
    wrong = next((m for m, a in zip(members, addresses, strict=True) if not ADDRESS.match(a)), None)
    if wrong is not None:
        raise BadInput("bad_member", list=name, number=number, text=wrong[:60])
    if len(set(addresses)) < len(addresses):
        raise BadInput("same_member", list=name, number=number, text=addresses[0])
    return PlanPair(tuple(members), addresses)


def different(pairs: Iterable[PlanPair]) -> tuple[list[PlanPair], list[PlanPair]]:
    """Pairs once each, in their order; and those that were there a second time."""
    seen: set[str] = set()
    once: list[PlanPair] = []
    again: list[PlanPair] = []
    for pair in pairs:
        (again if pair.key in seen else once).append(pair)
        seen.add(pair.key)
    return once, again


def named_all(pairs: Sequence[PlanPair]) -> list[str]:
    """Everybody's address, in the order of the plan."""
    return list(dict.fromkeys(a for pair in pairs for a in pair.addresses))
