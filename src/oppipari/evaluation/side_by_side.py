"""Which figures of two questionnaires may be laid side by side: of two rounds, or of a round's start and end (rule 5)."""

from collections.abc import Collection, Mapping
from typing import Any

from oppipari import disclosure
from oppipari.evaluation.items import END, asked_in


def keys_beside(
    then: Mapping[str, Any], now: Mapping[str, Any], asked: tuple[Collection[int], Collection[int]] | None
) -> list[str]:
    """The statements of the end whose two released figures may be laid side by side, in their order.

    Both were asked in the very same words, and no one to four people make the difference between those who were asked, or
    those who answered: else somebody could learn from two figures what the few said who came or went. `asked` are the keys
    of those who were asked then and now; None where they have been forgotten, so that only the numbers of answers tell.
    Decided once, when the later one closes, and kept: `disclosure.comparable` is the source of the rule.
    """
    if then.get("too_few", True) or now.get("too_few", True):
        return []
    told = None if asked is None else ({"all": set(map(str, asked[0]))}, {"all": set(map(str, asked[1]))})
    safe = disclosure.comparable(_one_group(then), _one_group(now), asked=told)
    alike = asked_in(then).asked_alike(asked_in(now))
    return [i.key for i in asked_in(now).items(END) if i.key in alike and safe.get(i.key)]


def _one_group(released: Mapping[str, Any]) -> disclosure.UnitsRelease:
    group = {"name": "all", "units": ["all"], "items": released.get("items", {})}
    return disclosure.UnitsRelease.from_dict({"version": 1, "groups": [group], "withheld": []})
