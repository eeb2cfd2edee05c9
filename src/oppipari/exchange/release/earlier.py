"""Earlier figures, as `oppipari release --json` wrote them: read with suspicion, since what is not understood protects nobody."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from oppipari.disclosure import Cell, Figure, Group, UnitsRelease, path_of

LOW, HIGH = 1, 5
LEAST = 5


class NotEarlierFigures(ValueError):
    """The file holds no figures of this command, or figures that it would not have told."""


def read_earlier(data: bytes) -> UnitsRelease:
    """The figures of one file. Raises NotEarlierFigures for anything that `write_json` could not have written.

    A file from which groups were taken out cannot be told from a whole one; docs/command-line.md says so.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
        groups = tuple(_group(g) for g in content["groups"])
        if not isinstance(content["withheld"], list):
            raise NotEarlierFigures("withheld")
    except NotEarlierFigures:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotEarlierFigures(str(error)) from error
    return UnitsRelease(groups, ())


def _group(kept: Mapping[str, Any]) -> Group:
    units = kept["units"]
    if not isinstance(units, list) or not units or not all(isinstance(u, str) for u in units):
        raise NotEarlierFigures("units")
    items = {str(item): _figure(f) for item, f in kept["items"].items()}
    return Group(str(kept["name"]), tuple("/".join(path_of(u)) for u in units), items)


def _figure(kept: Mapping[str, Any]) -> Figure:
    n = kept["n"]
    mean, least, most = bounds = kept["mean"], kept["at_least"], kept["at_most"]
    counts, cells = kept["distribution"], kept["cells"]
    if n is None:
        if any(v is not None for v in (*bounds, counts, cells)):
            raise NotEarlierFigures("a figure without answers")
        return Figure()
    if type(n) is not int or n < LEAST or all(v is None for v in bounds):
        raise NotEarlierFigures("a figure of fewer than five answers, or without a mean")
    if any(v is not None and (isinstance(v, bool) or not LOW <= v <= HIGH) for v in bounds):
        raise NotEarlierFigures("a mean outside the scale")
    return Figure(n, mean, least, most, None if counts is None and cells is None else _distribution(n, counts, cells))


def _distribution(n: int, counts: Sequence[int], cells: Sequence[Sequence[int]]) -> tuple[Cell, ...]:
    found = tuple(Cell(low, high, count) for (low, high), count in zip(cells, counts, strict=True))
    covered = [v for c in found for v in range(c.low, c.high + 1)]
    if covered != list(range(LOW, HIGH + 1)) or any(type(c.count) is not int or c.count < 0 for c in found):
        raise NotEarlierFigures("a distribution that does not cover the scale")
    if sum(c.count for c in found) != n:
        raise NotEarlierFigures("a distribution of other people")
    return found
