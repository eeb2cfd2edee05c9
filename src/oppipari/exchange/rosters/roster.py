"""What was understood of a roster: who works when, by which legend, and what must be asked before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oppipari.exchange.refusal import UnreadableFile
from oppipari.exchange.rosters.texts import text
from oppipari.scheduling.hours import Hours, Shift


@dataclass(frozen=True, slots=True)
class RosterRemark:
    """Something to know about a roster; `row` as Excel shows it (0: the whole file), `column` as its heading is written.

    What an unknown code or a word in a cell may tell of a person's absence is never in a remark with a row.
    """

    file: str
    row: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""

    def message(self, lang: str) -> str:
        return text(self.code, lang, self.params)


class UnreadableRoster(UnreadableFile):
    """The roster cannot be used; `sentence(lang)` says why in fi, sv or en."""

    def sentence(self, lang: str) -> str:
        return text(self.code, lang, self.params)


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person's working time. `email` is empty where the roster tells only a name.

    `shifts` are moments in Europe/Helsinki in order of time, none touching another; `dates` the days that the roster
    tells about this person, in order: a day without a shift is a day off, a day that is not among them is not known.
    """

    email: str
    name: str
    team: str
    shifts: tuple[Shift, ...]
    dates: tuple[date, ...]
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class RosterReading:
    """One file as understood, to be shown before it is saved.

    `legend` maps codes to the hours they were read as, `used` how many cells each had; `usual` says that nobody gave a
    legend and a usual one was taken. `unknown` holds codes that must be asked, with how often each occurs (their cells
    were read as not at work), `twice` codes that the file explains in two ways and the first of them; `away` is how many cells were read as not at work by a code or word that is not kept.
    `columns` says which heading was read as what, `unused` which were left alone. `first` and `last` are the days covered.
    """

    file: str
    people: tuple[RosterPerson, ...]
    first: date
    last: date
    legend: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    usual: bool = False
    unknown: Mapping[str, int] = field(default_factory=dict)
    twice: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    away: int = 0
    remarks: tuple[RosterRemark, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
