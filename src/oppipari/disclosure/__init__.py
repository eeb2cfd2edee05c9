"""Answers in, publishable figures out: two respondents who compare their answers learn nobody else's. No web, no database.

`release` takes the answers of one closed questionnaire in one unit, `release_units` those of many units; `release_texts` the
open answers. `first_release`, `withhold_repeated` and `comparable` are for what was released over time. The rules are in
`rules`, how they are kept in docs/disclosure.md, the terms of statistical disclosure control in docs/glossary.md.

Examples
--------
>>> from oppipari import disclosure
>>> disclosure.release([{"q": 4}] * 3 + [{"q": 5}], ["q"]).too_few
True
>>> disclosure.release([{"q": v} for v in (1, 2, 3, 3, 4, 4, 5, 5)], ["q"]).items["q"].mean
3.4
"""

from oppipari.disclosure.comparison import comparable, first_release
from oppipari.disclosure.differencing import isolated_by_differencing
from oppipari.disclosure.figures import Cell, Figure
from oppipari.disclosure.released import Group, NotARelease, Release, UnitsRelease, Withheld
from oppipari.disclosure.releasing import UnsafeRelease, path_of, release, release_texts, release_units
from oppipari.disclosure.repeated_release import Refused, share_questions, withhold_repeated
from oppipari.disclosure.rules import Rules

__all__ = [
    "Cell",
    "Figure",
    "Group",
    "NotARelease",
    "Refused",
    "Release",
    "Rules",
    "UnitsRelease",
    "UnsafeRelease",
    "Withheld",
    "comparable",
    "first_release",
    "isolated_by_differencing",
    "path_of",
    "release",
    "release_texts",
    "release_units",
    "share_questions",
    "withhold_repeated",
]
