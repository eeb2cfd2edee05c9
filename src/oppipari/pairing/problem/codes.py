"""Membership of pairs of rows in sorted codes (row * people + row)."""

import numpy as np

from oppipari.pairing.criteria import Bools, Ints


def in_sorted(codes: Ints, wanted: Ints) -> Bools:
    """(wanted,) which of `wanted` are among the sorted `codes`.

    >>> in_sorted(np.array([2, 5, 9]), np.array([5, 6])).tolist()
    [True, False]
    """
    if not len(codes):
        return np.zeros(len(wanted), dtype=bool)
    positions = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    result: Bools = codes[positions] == wanted
    return result
