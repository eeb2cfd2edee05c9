"""What a plan's proof depends on, as one hash: the people, their scores, the rules and locks."""

import hashlib
from dataclasses import fields
from typing import TYPE_CHECKING

from oppipari.pairing.criteria import Criteria
from oppipari.pairing.sources import Dense, Source, Sparse

if TYPE_CHECKING:
    from oppipari.pairing.problem.problem import Problem


def fingerprint_of(problem: "Problem") -> str:
    """A hash of all that a plan's proof depends on."""
    h = hashlib.blake2b(digest_size=16)
    h.update("\x00".join(problem.keys).encode())
    # The people and their scores are hashed once, however often locks change.
    if problem.source.digest is None:
        problem.source.digest = _digest_of(problem.source)
    h.update(problem.source.digest)
    policy = problem.policy
    pairs = sorted(sorted(str(s) for s in two) for two in policy.stage_pairs)
    h.update(repr((sorted((str(c), p) for c, p in policy.points.items()), pairs)).encode())
    h.update(
        repr([getattr(policy, f.name) for f in fields(policy) if f.name not in ("points", "stage_pairs")]).encode()
    )
    h.update(problem.blocked.tobytes() + problem.capacities.tobytes() + problem.sides.tobytes())
    h.update(repr((problem.locked, problem.locked_trios, sorted(problem.set_aside), problem.seed)).encode())
    return h.hexdigest()


def _digest_of(source: Source) -> bytes:
    h = hashlib.blake2b(digest_size=16)
    if isinstance(source, Criteria):
        # Sets have no order of their own; sorted they read the same in every process.
        for p in source.people:
            values = [getattr(p, f.name) for f in fields(p)]
            h.update(repr([sorted(t) if isinstance(t, frozenset) else t for t in values]).encode())
    elif isinstance(source, Dense):
        h.update(source.signed.tobytes())
    elif isinstance(source, Sparse):
        h.update(source.codes.tobytes() + source.values.tobytes())
    return h.digest()
