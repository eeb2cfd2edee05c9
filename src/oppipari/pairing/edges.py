"""Edges between vertices as arrays."""

from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Bools, Ints


@dataclass(frozen=True)
class Edges:
    """Edges between vertices, u < v.

    Parameters
    ----------
    u, v : (edges,) arrays of int
        Endpoints.
    score : (edges,) array of int
        Tenths of a point.
    """

    u: Ints
    v: Ints
    score: Ints

    def __len__(self) -> int:
        return len(self.u)

    @classmethod
    def empty(cls) -> "Edges":
        """No edges."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing)

    def subset(self, which: Bools | Ints) -> "Edges":
        """Those that a mask or an array of positions chooses."""
        return Edges(self.u[which], self.v[which], self.score[which])

    def union(self, *others: "Edges", size: int) -> "Edges":
        """All of them, each edge once, sorted by endpoints.

        Parameters
        ----------
        *others : Edges
        size : int
            Number of vertices.

        Examples
        --------
        >>> one = Edges(np.array([1]), np.array([2]), np.array([500]))
        >>> other = Edges(np.array([0, 1]), np.array([2, 2]), np.array([300, 500]))
        >>> one.union(other, size=3).u.tolist()
        [0, 1]
        """
        u = np.concatenate([self.u, *(o.u for o in others)])
        v = np.concatenate([self.v, *(o.v for o in others)])
        score = np.concatenate([self.score, *(o.score for o in others)])
        _codes, first = np.unique(u * size + v, return_index=True)
        return Edges(u[first], v[first], score[first])
