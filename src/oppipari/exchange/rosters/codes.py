"""What a cell of a roster means: hours of work, not at work, or a code that must be asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from oppipari.exchange.columns import holds_personal_code
from oppipari.exchange.rosters.absences import is_absence_code, means_not_at_work, speaks_of_absence
from oppipari.organisation.text import one_line
from oppipari.scheduling.hours import Hours, find_hours, plain

NOT_WORKED_OUT = "\ufffc"  # stands in a cell whose formula has no result in the file
LONGEST_CODE = 12  # characters; more is somebody's words, which are neither quoted nor asked
MOST_WORDS = 2
BLANK = re.compile(r"^[\s\-.·_*]*$")
DATE = re.compile(r"^\d{4}-\d\d-\d\d( \d\d:\d\d)?$")
SPLIT = re.compile(r"\s*[+/&,;|]\s*|\s+")

type Legend = Mapping[str, Sequence[Hours]]

# What the letters mean on many Finnish wards; used only where nobody says anything else, and then it is said.
USUAL: dict[str, tuple[Hours, ...]] = {
    "A": (Hours(7 * 60, 15 * 60),),
    "I": (Hours(14 * 60, 22 * 60),),
    "Y": (Hours(21 * 60 + 30, 7 * 60 + 30),),
}


class Kind(Enum):
    WORK = auto()
    NOTHING = auto()  # an empty cell
    AWAY = auto()  # a code or word that says so; which one is forgotten here
    UNKNOWN = auto()  # a code to be asked
    WORDS = auto()  # more than a code: neither understood nor repeated
    BAD_TIME = auto()  # times that cannot be
    DATE = auto()  # Excel made a date of "7-12"
    FORMULA = auto()  # a formula whose result is not in the file


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one cell means; `code` as the legend writes it or, of an unknown one, as the cell does."""

    kind: Kind
    hours: tuple[Hours, ...] = ()
    code: str = ""


@dataclass
class Reader:
    """Cells into meanings by a legend: codes (in any letters) to hours of work, () for a code that is no work."""

    legend: Legend
    _codes: dict[str, tuple[str, tuple[Hours, ...]]] = field(init=False)
    _read: dict[str, Meaning] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = {plain(code): (code, tuple(hours)) for code, hours in self.legend.items()}

    def read(self, cell: str) -> Meaning:
        """The meaning of a cell; the same text is worked out once."""
        if cell not in self._read:
            self._read[cell] = self._meaning(one_line(cell))
        return self._read[cell]

    def _meaning(self, cell: str) -> Meaning:
        if known := self._codes.get(plain(cell)):
            return self._known(*known)
        if NOT_WORKED_OUT in cell:
            return Meaning(Kind.FORMULA)
        if BLANK.match(cell):
            return Meaning(Kind.NOTHING)
        if DATE.match(cell):
            return Meaning(Kind.DATE)
        if holds_personal_code(cell):
            return Meaning(Kind.WORDS)
        if is_absence_code(cell):
            return Meaning(Kind.AWAY)
        hours, rest = find_hours(cell)
        if hours is None or (hours and any(c.isdigit() for c in rest) and not any(c.isalpha() for c in rest)):
            letters = any(c.isalpha() for c in cell)
            return Meaning(Kind.WORDS) if letters else Meaning(Kind.BAD_TIME, code=cell[:LONGEST_CODE])
        rest = rest.strip("*!.:=()[] ")
        if hours and not rest:
            return Meaning(Kind.WORK, hours)
        if hours:
            return self._with_times(hours, rest)
        return self._joined(cell)

    def _known(self, code: str, hours: tuple[Hours, ...]) -> Meaning:
        return Meaning(Kind.WORK, hours, code) if hours else Meaning(Kind.AWAY)

    def _with_times(self, hours: tuple[Hours, ...], rest: str) -> Meaning:
        """A code with times: they count where the code is work; an unknown one may say why somebody is away."""
        known = self._codes.get(rest)
        if known:
            return Meaning(Kind.WORK, hours, known[0]) if known[1] else Meaning(Kind.AWAY)
        if is_absence_code(rest) or speaks_of_absence(rest):
            return Meaning(Kind.AWAY)
        return self._unknown(rest)

    def _joined(self, cell: str) -> Meaning:
        """Codes put together ("A+Y", "a / i"): work where every part is known, away where any part says so."""
        bare = cell.strip("*!.()[] ")
        if known := self._codes.get(plain(bare)):
            return self._known(*known)
        parts = [p for p in SPLIT.split(plain(bare)) if p]
        if len(parts) > 1:
            known_parts = [self._codes.get(p) for p in parts]
            if all(known_parts):
                hours = [h for k in known_parts if k for h in k[1]]
                return (
                    Meaning(Kind.WORK, tuple(hours), bare)
                    if all(k and k[1] for k in known_parts)
                    else Meaning(Kind.AWAY)
                )
            if any(is_absence_code(p) for p, k in zip(parts, known_parts, strict=True) if not k):
                return Meaning(Kind.AWAY)
        if speaks_of_absence(bare):
            return Meaning(Kind.AWAY)
        return self._unknown(bare)

    @staticmethod
    def _unknown(code: str) -> Meaning:
        if len(code) > LONGEST_CODE or len(code.split()) > MOST_WORDS:
            return Meaning(Kind.WORDS)
        return Meaning(Kind.UNKNOWN, code=code)


def parse_shift(text: str) -> tuple[str, tuple[Hours, ...]] | None:
    """ "A=7:00-15:00" as (code, hours); "K=-" or "K=not at work" as (code, ()). None where it is neither."""
    code, sign, told = text.partition("=")
    code = one_line(code)
    if not sign or not code or len(code) > LONGEST_CODE:
        return None
    hours, rest = find_hours(told)
    if hours and not rest:
        return code, hours
    if hours == () and told.strip() and means_not_at_work(told):
        return code, ()
    return None
