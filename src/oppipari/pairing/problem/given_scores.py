"""Given scores (a matrix or a list) as sources, with the people in the order of their keys."""

from collections.abc import Iterable, Sequence

import numpy as np

from oppipari.pairing.criteria import Bools
from oppipari.pairing.errors import UnknownPerson
from oppipari.pairing.people import Side
from oppipari.pairing.sources import Dense, Sparse


def order_of(keys: Sequence[str]) -> list[int]:
    """Positions of the keys when sorted."""
    return sorted(range(len(keys)), key=lambda i: keys[i])


def dense_of(keys: Sequence[str], scores: object, allowed: object, sides: Sequence[Side | None] | None) -> Dense:
    """A finished matrix; with `sides` only pairs across are allowed. Raises BadScores."""
    dense = Dense(scores, allowed, len(keys))
    order = order_of(keys)
    pick = np.ix_(order, order)
    dense.scores, dense.signed = dense.scores[pick], dense.signed[pick]
    if sides is not None:
        dense.signed[_same_side([sides[i] for i in order])] = -1
    return dense


def sparse_of(
    keys: Sequence[str], triples: Iterable[tuple[str, str, int]], sides: Sequence[Side | None] | None
) -> Sparse:
    """Only the listed (a, b, score), with `sides` only those across. Raises BadScores and UnknownPerson."""
    index = {keys[i]: position for position, i in enumerate(order_of(keys))}
    listed = list(triples)
    for a, b, _score in listed:
        for k in (a, b):
            if k not in index:
                raise UnknownPerson(person=k)
    side = {index[k]: s for k, s in zip(keys, sides, strict=True)} if sides is not None else {}
    rows = [(index[a], index[b], s) for a, b, s in listed]
    if side:
        rows = [(i, j, s) for i, j, s in rows if side[i] != side[j]]
    i = np.array([r[0] for r in rows], dtype=np.int64)
    j = np.array([r[1] for r in rows], dtype=np.int64)
    return Sparse(i, j, [r[2] for r in rows] or np.zeros(0, dtype=np.int64), len(keys))


def _same_side(sides: Sequence[Side | None]) -> Bools:
    side = np.array([str(s or "") for s in sides])
    same: Bools = side[:, None] == side[None, :]
    return same
