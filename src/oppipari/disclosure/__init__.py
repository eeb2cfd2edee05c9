"""Answers in, publishable figures out: results that expose nobody. No web, no database.

`release` takes the answers of one closed questionnaire in one unit, `release_units` those of many units;
`release_texts` the open answers. `keep` and `comparable` are for what was released over time. The rules are in `rules`,
how they are kept in docs/disclosure.md.
"""

from oppipari.disclosure.differences import isolated
from oppipari.disclosure.figures import Figure, Joined
from oppipari.disclosure.over_time import comparable, keep
from oppipari.disclosure.released import Group, NotARelease, Release, UnitsRelease, Withheld
from oppipari.disclosure.releasing import UnsafeRelease, path_of, release, release_texts, release_units
from oppipari.disclosure.rules import Rules

__all__ = [
    "Figure",
    "Group",
    "Joined",
    "NotARelease",
    "Release",
    "Rules",
    "UnitsRelease",
    "UnsafeRelease",
    "Withheld",
    "comparable",
    "isolated",
    "keep",
    "path_of",
    "release",
    "release_texts",
    "release_units",
]
