"""Points for every two people at once, in whole tenths of a point, exact and independent of the order of summing.

For two people A and B (points of `DEFAULT_POINTS`, tenths in brackets; fractions are rounded half up once each):

* A learns from B (250): the share of what A wants to learn that B can share; the same the other way.
* reciprocity (150): the smaller of those two shares.
* wishes (150): 75 for each of the two whose wish of the other's career stage is met, or who has no such wish.
* common working time (100): 20 for each common slot, at most 5.
* another team or unit (50), if both told theirs. * way of meeting (50): the same, or either is fine for one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oppipari.pairing.people import Criterion, Participant, Policy, Way

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
COMMON_SLOTS_COUNTED = 5


def share_of(points: int, part: Ints, whole: Ints) -> Ints:
    """`points` tenths times part/whole, rounded half up in whole numbers; 0 where whole is 0."""
    whole = np.maximum(whole, 1)
    return (2 * points * part + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Facts:
    """What two people have in common, as (n, n) arrays; `learns[i, j]` is how many of i's wants j can share."""

    learns: Ints
    wants: Ints
    common_slots: Ints
    both_told_slots: Bools
    common_languages: Ints
    both_told_languages: Bools


def incidence(sets: Sequence[Sequence[str]] | Sequence[frozenset[str]], index: dict[str, int]) -> NDArray[np.float32]:
    """One row a person, one column a word; 1 where the person has it. Products of these are exact in float32."""
    rows = np.zeros((len(sets), max(len(index), 1)), dtype=np.float32)
    for i, words in enumerate(sets):
        for word in words:
            rows[i, index[word]] = 1
    return rows


def gather(people: Sequence[Participant]) -> Facts:
    """Count what every two people have in common."""
    words = sorted({w for p in people for w in (*p.shares, *p.wants)})
    index = {w: i for i, w in enumerate(words)}
    shares, wants = incidence([p.shares for p in people], index), incidence([p.wants for p in people], index)
    tongues = {w: i for i, w in enumerate(sorted({w for p in people for w in p.languages}))}
    spoken = incidence([p.languages for p in people], tongues)
    slots = np.zeros((len(people), 21), dtype=np.float32)
    for i, p in enumerate(people):
        slots[i, sorted(p.slots)] = 1
    told_slots = slots.any(axis=1)
    told_languages = spoken.any(axis=1)
    return Facts(
        learns=(wants @ shares.T).astype(np.int64),
        wants=wants.sum(axis=1).astype(np.int64),
        common_slots=(slots @ slots.T).astype(np.int64),
        both_told_slots=told_slots[:, None] & told_slots[None, :],
        common_languages=(spoken @ spoken.T).astype(np.int64),
        both_told_languages=told_languages[:, None] & told_languages[None, :],
    )


def points_by_criterion(people: Sequence[Participant], facts: Facts, policy: Policy) -> dict[Criterion, Ints]:
    """Tenths of a point for each criterion, (n, n) each, row A and column B; their sum is the score."""
    n = len(people)
    tenths = {c: 10 * policy.points.get(c, 0) for c in Criterion}
    wants = facts.wants[:, None]
    a_learns = share_of(tenths[Criterion.A_LEARNS], facts.learns, wants)
    b_learns = share_of(tenths[Criterion.B_LEARNS], facts.learns, wants).T
    one_way = share_of(tenths[Criterion.RECIPROCITY], facts.learns, wants)

    met = np.zeros((n, n), dtype=np.int64)
    stages = np.array([str(p.stage or "") for p in people])
    for i, p in enumerate(people):
        met[i] = np.isin(stages, [str(s) for s in p.wished_stages]) if p.wished_stages else 1
    half = tenths[Criterion.WISHES] // 2
    wishes = half * met + (tenths[Criterion.WISHES] - half) * met.T
    wishes = np.minimum(wishes, wishes.T)  # the odd tenth of an odd number of points never depends on who is A

    slots = np.minimum(facts.common_slots, COMMON_SLOTS_COUNTED)
    common_time = share_of(tenths[Criterion.COMMON_TIME], slots, np.full((1, 1), COMMON_SLOTS_COUNTED))
    place = np.array([f"{p.unit}\x00{p.team}" for p in people])
    told = np.array([bool(p.unit or p.team) for p in people])
    other = (place[:, None] != place[None, :]) & told[:, None] & told[None, :]
    ways = np.array([str(p.way or Way.EITHER) for p in people])
    either = ways == str(Way.EITHER)
    agree = (ways[:, None] == ways[None, :]) | either[:, None] | either[None, :]
    return {
        Criterion.A_LEARNS: a_learns,
        Criterion.B_LEARNS: b_learns,
        Criterion.RECIPROCITY: np.minimum(one_way, one_way.T),
        Criterion.WISHES: wishes,
        Criterion.COMMON_TIME: common_time,
        Criterion.OTHER_TEAM: tenths[Criterion.OTHER_TEAM] * other.astype(np.int64),
        Criterion.MEETING_WAY: tenths[Criterion.MEETING_WAY] * agree.astype(np.int64),
    }
