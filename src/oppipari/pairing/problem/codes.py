"""Pairs of rows as sorted codes (row * people + row), looked up at once."""

import numpy as np

from oppipari.pairing.criteria import Bools, Ints


def among(codes: Ints, wanted: Ints) -> Bools:
    """Which of `wanted` are in the sorted `codes`."""
    if not len(codes):
        return np.zeros(len(wanted), dtype=bool)
    places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    found: Bools = codes[places] == wanted
    return found
