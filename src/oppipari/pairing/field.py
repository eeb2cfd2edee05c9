"""The free part of a problem as vertices: without locked and set-aside people, a mentor once for each free place."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.problem import Problem
from oppipari.pairing.scores import Bools, Ints

# Tie-breaks: a hash of 30 bits, above it what matters more at equal totals.
TIE_BITS = 30


@dataclass(frozen=True)
class Field:
    """`rows[v]` is the person of vertex v; `weights` and `allowed` are (vertices, vertices)."""

    rows: Ints
    scores: Ints
    allowed: Bools
    ties: Ints

    @classmethod
    def of(cls, problem: Problem) -> "Field":
        """All vertices of `problem` that are free to be matched."""
        places = problem.capacities.copy()
        for group in (*problem.locked, *problem.locked_trios):
            for i in group:
                places[i] -= 1
        for i in problem.set_aside:
            places[i] = 0
        rows = np.repeat(np.arange(len(problem)), places)
        pick = np.ix_(rows, rows)
        allowed = problem.allowed_matrix[pick].copy()
        for i, j in problem.locked:  # a mentor's other place is not for the same mentee
            allowed[np.ix_(rows == i, rows == j)] = allowed[np.ix_(rows == j, rows == i)] = False
        return cls(rows, problem.scores[pick], allowed, hashes(problem)[pick])

    def with_seats(
        self, seats: int, at_least: int | None, bonus: Mapping[tuple[int, int], int], waited: frozenset[int]
    ) -> tuple[Ints, Bools, Ints]:
        """Weights, allowed edges and tie-breaks with `seats` waiting seats added behind the vertices.

        `at_least` forbids pairs under a score; `bonus` adds to pairs of rows. At equal totals a seat would rather take
        somebody who did not wait last round.
        """
        n = len(self.rows)
        size = n + seats
        weights = np.zeros((size, size), dtype=np.int64)
        weights[:n, :n] = self.scores
        allowed = np.zeros((size, size), dtype=bool)
        allowed[:n, :n] = self.allowed if at_least is None else self.allowed & (self.scores >= at_least)
        allowed[:n, n:] = allowed[n:, :n] = True
        ties = np.zeros((size, size), dtype=np.int64)
        ties[:n, :n] = self.ties
        fresh = np.array([int(r) not in waited for r in self.rows], dtype=np.int64)
        ties[:n, n:] = (fresh << (TIE_BITS + 1))[:, None]
        ties[n:, :n] = ties[:n, n:].T
        if bonus:
            kept = np.zeros((n, n), dtype=np.int64)
            for (i, j), extra in bonus.items():
                kept[np.ix_(self.rows == i, self.rows == j)] = extra
                kept[np.ix_(self.rows == j, self.rows == i)] = extra
            weights[:n, :n] += kept
        return weights, allowed, ties


def hashes(problem: Problem) -> Ints:
    """(n, n) numbers from the seed text and the two keys: which of two equal plans is taken depends on nothing else."""
    n = len(problem)
    own = [hashlib.blake2b(f"{problem.seed}\x00{k}".encode(), digest_size=8).digest() for k in problem.keys]
    numbers = np.array([int.from_bytes(d, "big") for d in own], dtype=np.uint64)
    # Mixing two 64-bit hashes in whole numbers (a xor-shift-multiply finaliser) keeps a million pairs fast.
    mixed = numbers[:, None] ^ numbers[None, :]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    found: Ints = (mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)
    return found.reshape(n, n)
