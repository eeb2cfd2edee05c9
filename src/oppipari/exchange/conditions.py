"""What somebody chose for a plan, told by every command that tells of a plan, in the same words.

What the engine knows of comes from its `conditions`; the columns that were named by hand are known here alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from oppipari import pairing
from oppipari.exchange.bridge import People
from oppipari.exchange.reading import parse_mapping
from oppipari.pairing import Odd, words

COLUMNS = "columns"

SAYS = {
    "fi": {
        "one column": "käsin nimetty sarake: {columns}",
        COLUMNS: "käsin nimettyjä sarakkeita {count}: {columns}",
        "column": "”{theirs}” on {ours}",
        "more": "{columns}; ja {count} muuta",
    },
    "en": {
        "one column": "with 1 column named by hand: {columns}",
        COLUMNS: "with {count} columns named by hand: {columns}",
        "column": "“{theirs}” is {ours}",
        "more": "{columns}; and {count} more",
    },
}
MOST_NAMED = 10


def conditions_told(
    problem: pairing.Problem, plan: pairing.Plan, people: People, settings: Mapping[str, Any], lang: str
) -> list[dict[str, Any]]:
    """Each choice as a plan file keeps it: `choice` (its kind), `people` (groups of keys), `values`, and `text` in words.

    `settings` as a plan file keeps them.
    """
    found = [
        {
            "choice": str(what.choice),
            "people": [list(group) for group in what.people],
            "values": dict(what.values),
            "text": words.condition(what, shown_names(people, what.people), lang),
        }
        for what in pairing.conditions(problem, plan, Odd(settings["odd"]))
    ]
    if settings["map"]:
        found.append(
            {
                "choice": COLUMNS,
                "people": [],
                "values": {"columns": list(settings["map"])},
                "text": _columns(settings["map"], lang),
            }
        )
    return found


def shown_names(people: People, groups: Sequence[Sequence[str]]) -> dict[str, str]:
    """The names of those in `groups`, by key, with the address by which --lock and --forbid know them."""
    return {key: named(key, people) for group in groups for key in group}


def named(key: str, people: People) -> str:
    """A person's name with their address."""
    name = people.names.get(key, key)
    return key if name == key else f"{name} <{key}>"


def _columns(mapping: Sequence[str], lang: str) -> str:
    t = SAYS[lang]
    each = [t["column"].format(theirs=words.visible(theirs), ours=ours) for theirs, ours in parse_mapping(mapping)]
    columns = "; ".join(each[:MOST_NAMED])
    if len(each) > MOST_NAMED:
        columns = t["more"].format(columns=columns, count=len(each) - MOST_NAMED)
    return t["one column" if len(each) == 1 else COLUMNS].format(count=len(each), columns=columns)
