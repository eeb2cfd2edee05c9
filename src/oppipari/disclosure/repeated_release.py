"""What may still be released where some of the same answers were released before (rule 5: the first release stands).

Two releases of nearly the same answers differ by those of a few people, and somebody who has both may subtract. Whether two
sheets of answers contain the same people cannot be seen, so it is supposed that they do wherever both speak of the same unit
and the same question. There nothing is released anew, whatever the new answers are, but in one case:

Where a group has the same units in both, released in full both times, and has become larger (or all such groups smaller) by so
many that these could be released on their own, and would be in full. Then the difference is a histogram that the rules would
have released anyway. That it is refused reveals no more than that the others were fewer, or nearly unanimous about something,
or that answers were changed; any two people's answers leave open which, and of what mind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from oppipari.disclosure.comparison import comparable
from oppipari.disclosure.figures import Figure, protect
from oppipari.disclosure.released import Group, UnitsRelease
from oppipari.disclosure.rules import VALUES, Rules


@dataclass(frozen=True, slots=True)
class Refused:
    """One question of one group that is not released, since release number `earlier` spoke of the same units before."""

    group: str
    item: str
    earlier: int


def withhold_repeated(
    later: UnitsRelease, earlier: Sequence[UnitsRelease], rules: Rules | None = None
) -> tuple[UnitsRelease, list[Refused]]:
    """Of `later` what may be released beside all `earlier` releases, and what may not.

    Parameters
    ----------
    later : UnitsRelease
    earlier : sequence of UnitsRelease
    rules : Rules, optional

    Returns
    -------
    release : UnitsRelease
        What may not be released is missing from its group, and a group of which nothing is left is missing. Units and questions
        are the same where their names are, but for capital letters; a node and a unit within it may be the same people.
    refused : list of Refused
    """
    rules = rules or Rules()
    refused: list[Refused] = []
    for number, before in enumerate(earlier):
        then, now = _folded(before), _folded(later)
        safe = _safe_blocks(then, now, rules)
        kept = []
        for group, seen in zip(later.groups, now.groups, strict=True):
            released = {}
            for (item, figure), key in zip(group.items.items(), seen.items, strict=True):
                if figure.withheld or _may_be_released(seen, key, then, safe.get(key, frozenset())):
                    released[item] = figure
                else:
                    refused.append(Refused(group.name, item, number))
            if released:
                kept.append(replace(group, items=released))
        later = replace(later, groups=tuple(kept))
    return later, refused


def _folded(release: UnitsRelease) -> UnitsRelease:
    """The same with names as they are compared."""
    return replace(
        release,
        groups=tuple(
            Group(g.name, tuple(_fold(u) for u in g.units), {_fold(item): figure for item, figure in g.items.items()})
            for g in release.groups
        ),
    )


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def _may_be_released(group: Group, item: str, before: UnitsRelease, safe: frozenset[frozenset[str]]) -> bool:
    """Whether nobody in `group` was in an earlier figure, or only in blocks whose difference may be released."""
    fresh = set(group.units)
    for block in safe:
        if block <= fresh:
            fresh -= block
    touched = [g for g in before.groups if item in g.items and g.items[item].n is not None]
    # Units of a safe block were in totals of it before, too.
    released_before = {u for g in touched for u in g.units} - {u for block in safe for u in block}
    return fresh.isdisjoint({u for block in safe for u in block}) and not _meet(fresh, released_before)


def _meet(units: Iterable[str], others: Iterable[str]) -> bool:
    """Whether some of `units` may contain the same people as some of `others`: itself, a node above it, or one within."""
    theirs = [tuple(other.split("/")) for other in others]
    above = {path[:depth] for path in theirs for depth in range(1, len(path) + 1)}
    exact = set(theirs)
    for unit in units:
        path = tuple(unit.split("/"))
        if path in above or any(path[:depth] in exact for depth in range(1, len(path))):
            return True
    return False


def _safe_blocks(before: UnitsRelease, later: UnitsRelease, rules: Rules) -> dict[str, frozenset[frozenset[str]]]:
    """For each question the blocks that may be released anew: by their numbers of answers, and by the difference itself."""
    result = {}
    by_numbers = comparable(before, later, rules=rules)
    then, now = ({frozenset(g.units): g for g in release.groups} for release in (before, later))
    for item, groups in by_numbers.items():
        blocks = {frozenset(units) for units in groups}
        blocks = {b for b in blocks if not any(other < b for other in blocks)}
        # A block that was in other company before, or is now, is not the same people.
        alone = {
            b
            for b in blocks
            if not any(b & set(g.units) and not b <= set(g.units) for g in (*before.groups, *later.groups))
        }
        result[item] = frozenset(
            b for b in alone if _difference_is_safe(then[b].items[item], now[b].items[item], rules)
        )
    return result


def _difference_is_safe(then: Figure, now: Figure, rules: Rules) -> bool:
    """Whether those who were added, or went, would be released in full on their own."""
    one, other = _full(then), _full(now)
    if one is None or other is None:
        return False
    difference = [b - a for a, b in zip(one, other, strict=True)]
    if sum(difference) < 0:
        difference = [-d for d in difference]
    if min(difference) < 0:  # then some answers were changed as well
        return False
    released = protect(difference, rules)
    return released is not None and released.full


def _full(figure: Figure) -> list[int] | None:
    cells = figure.distribution or ()
    return [c.count for c in cells] if len(cells) == len(VALUES) else None


def share_questions(later: UnitsRelease, before: UnitsRelease) -> bool:
    """Whether both releases have a question in common."""
    return bool(_items(later) & _items(before))


def _items(release: UnitsRelease) -> set[str]:
    items: set[str] = set()
    for g in release.groups:
        result: Mapping[str, Figure] = g.items
        items |= {_fold(item) for item in result}
    return items
