"""Where scores come from: the criteria, somebody's own matrix, or a list of allowed pairs; all read alike."""

from typing import Protocol

import numpy as np
import scipy  # its parts load where they are first used: not in processes that form no pairs

from oppipari.pairing.criteria import Floats, Ints
from oppipari.pairing.errors import BadScores

MAX_SCORE = 1000


class Source(Protocol):
    """Scores 0..1000 of any two of `size` people, symmetric; below zero where they may not be a pair."""

    size: int
    # How many pairs (both ways round) it allows, once somebody has counted; and a hash of it, once that was made.
    counted: int | None
    digest: bytes | None

    def tile(self, rows: Ints, columns: Ints) -> Floats:
        """(rows, columns) whole numbers as a new float32 array."""

    def at(self, i: Ints, j: Ints) -> Ints:
        """The listed pairs' scores, below zero where not allowed."""

    def raw(self, i: Ints, j: Ints) -> Ints:
        """The listed pairs' scores whether or not they are allowed."""


class Dense:
    """A score matrix with a mask of what is allowed.

    Parameters
    ----------
    scores : (n, n) array-like of int
        0..1000, symmetric, in tenths of a point.
    allowed : (n, n) array-like of bool, or None
        Symmetric; None allows every pair.
    n : int

    Raises
    ------
    BadScores
    """

    def __init__(self, scores: object, allowed: object, n: int) -> None:
        matrix = _numbers(scores)
        if matrix.shape != (n, n):
            raise BadScores(reason="shape")
        mask = np.ones((n, n), dtype=bool) if allowed is None else np.asarray(allowed, dtype=bool)
        if mask.shape != (n, n) or np.any(matrix != matrix.T) or np.any(mask != mask.T):
            raise BadScores(reason="symmetry")
        self.size = n
        self.counted: int | None = None
        self.digest: bytes | None = None
        self.scores = matrix.astype(np.int16)
        self.signed = np.where(mask, self.scores, np.int16(-1))
        np.fill_diagonal(self.signed, -1)

    def tile(self, rows: Ints, columns: Ints) -> Floats:
        """As `Source.tile`."""
        return self.signed[np.ix_(rows, columns)].astype(np.float32)

    def at(self, i: Ints, j: Ints) -> Ints:
        """As `Source.at`."""
        return self.signed[i, j].astype(np.int64)

    def raw(self, i: Ints, j: Ints) -> Ints:
        """As `Source.raw`."""
        return self.scores[i, j].astype(np.int64)


class Sparse:
    """Only the listed pairs are allowed; memory grows with their number, not with the square of the people's."""

    def __init__(self, i: Ints, j: Ints, scores: object, n: int) -> None:
        values = _numbers(scores)
        if not len(i) == len(j) == values.size or np.any(i == j):
            raise BadScores(reason="shape")
        low, high = np.minimum(i, j), np.maximum(i, j)
        codes = low.astype(np.int64) * n + high
        order = np.argsort(codes, kind="stable")
        codes, values = codes[order], values.ravel()[order].astype(np.int64)
        fresh = np.concatenate([[True], codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, dtype=bool)
        if np.any(values[1:][~fresh[1:]] != values[:-1][~fresh[1:]]):
            raise BadScores(reason="symmetry")
        self.size, self.codes, self.values = n, codes[fresh], values[fresh]
        self.counted: int | None = None
        self.digest: bytes | None = None
        low, high = self.codes // n, self.codes % n
        both = np.concatenate([low, high]), np.concatenate([high, low])
        # One more than the score, so that what is not listed (zero) comes out below zero.
        self.more = scipy.sparse.csr_array((np.tile(self.values + 1, 2).astype(np.float32), both), shape=(n, n))

    def tile(self, rows: Ints, columns: Ints) -> Floats:
        """As `Source.tile`."""
        result = self.more[rows]
        lo, hi = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 0)
        # A person of a larger capacity comes several times, so only neighbours in a row are a slice.
        result = result[:, lo:hi] if (np.diff(columns) == 1).all() else result[:, columns]
        dense: Floats = result.toarray() - np.float32(1)
        return dense

    def at(self, i: Ints, j: Ints) -> Ints:
        """As `Source.at`."""
        codes = np.minimum(i, j).astype(np.int64) * self.size + np.maximum(i, j)
        if not len(self.codes):
            return np.full(len(codes), -1, dtype=np.int64)
        positions = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[positions] == codes, self.values[positions], -1)

    def raw(self, i: Ints, j: Ints) -> Ints:
        """As `Source.raw`."""
        return np.maximum(self.at(i, j), 0)


def _numbers(scores: object) -> np.ndarray:
    """Whole numbers 0..1000; raises BadScores naming what is wrong."""
    try:
        matrix = np.asarray(scores)
    except (ValueError, OverflowError):
        raise BadScores(reason="shape") from None
    if not np.issubdtype(matrix.dtype, np.number) or np.iscomplexobj(matrix):
        raise BadScores(reason="number")
    if not np.all(np.isfinite(matrix)) or np.any(matrix != np.floor(matrix)):
        raise BadScores(reason="number")
    if np.any(matrix < 0) or np.any(matrix > MAX_SCORE):
        raise BadScores(reason="range")
    return matrix
