"""Points and hard rules for any two people, a tile of people at a time, in whole tenths of a point.

For two people A and B (points of `DEFAULT_POINTS`, tenths in brackets; fractions are rounded half up once each):

* A learns from B (250): the share of what A wants to learn that B can share; the same the other way.
* reciprocity (150): the smaller of those two shares.
* wishes (150): 75 for each of the two whose wish of the other's career stage is met, or who has no such wish.
* common working time (100): 20 for each common slot, at most 5.
* another team or unit (50), if both gave theirs. * way of meeting (50): the same, or either is fine for one of them.

`tile` computes millions of pairs a second in float32; every product in it is a sum of whole numbers below 2**24, so it
is exact whatever the order of summing. `parts` computes the same in int64 for listed pairs; a test compares the two.
"""

from collections.abc import Sequence
from enum import StrEnum
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from oppipari.pairing.errors import BadSlot
from oppipari.pairing.people import Criterion, Participant, Policy, Side, Stage, Way

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]

COMMON_SLOTS_COUNTED = 5
SLOTS = 21
# Four times the largest score: what a broken rule takes off, so that a pair that is not allowed comes out below zero.
PENALTY = 4096.0


class Rule(StrEnum):
    """The hard rules: why two people cannot be a pair. Where several apply, the first in this order is named."""

    OWN_SUPERVISOR = "own_supervisor"
    SAME_SIDE = "same_side"
    SAME_TEAM = "same_team"
    STAGES = "stages"
    NO_COMMON_LANGUAGE = "no_common_language"
    NO_COMMON_TIME = "no_common_time"
    EARLIER_PAIR = "earlier_pair"
    FORBIDDEN = "forbidden"
    # Somebody's own exclusion, or anything else that is not shown to others.
    NOT_POSSIBLE = "not_possible"


class Criteria:
    """The people as columns of numbers, made once; scores of any tile of them are then products of matrices."""

    def __init__(self, people: Sequence[Participant], policy: Policy) -> None:
        self.people, self.policy = tuple(people), policy
        for p in self.people:
            for slot in p.slots:
                if isinstance(slot, bool) or not isinstance(slot, Integral) or slot not in range(SLOTS):
                    raise BadSlot(person=p.key, slot=slot)
        self.size = len(people)
        self.counted: int | None = None
        self.digest: bytes | None = None
        self.tenths = {c: 10 * policy.points.get(c, 0) for c in Criterion}
        tags = sorted({w for p in people for w in (*p.shares, *p.wants)})
        self._shares = _incidence([p.shares for p in people], {w: i for i, w in enumerate(tags)})
        self._wants = _incidence([p.wants for p in people], {w: i for i, w in enumerate(tags)})
        self._wanted = self._wants.sum(axis=1)
        self._per_want = (1 / np.maximum(self._wanted, 1)).astype(np.float32)
        # Shares are m/w: below a half by at least 1/(2w), or at it; this lifts the latter over rounding errors.
        most = max(float(self._wanted.max(initial=1)), 1)
        self._half = np.float32(0.5 + 1 / (8 * most))
        self._slots = _incidence([[str(s) for s in p.slots] for p in people], {str(s): s for s in range(SLOTS)})
        self._slots_given = self._slots.any(axis=1)
        tongues = {w: i for i, w in enumerate(sorted({w for p in people for w in p.languages}))}
        self._spoken = _incidence([sorted(p.languages) for p in people], tongues)
        self._spoken_given = self._spoken.any(axis=1)
        stages = {str(s): i for i, s in enumerate(Stage)}
        self._stage = _incidence([[str(p.stage)] if p.stage else [] for p in people], stages)
        self._wished = np.array(
            [[not p.wished_stages or s in p.wished_stages for s in Stage] for p in people], dtype=np.float32
        ).reshape(self.size, len(stages))
        # Who has no wish is content with anyone, also with those who gave no stage.
        self._content = np.array([not p.wished_stages for p in people], dtype=np.float32)
        self._face = np.array([p.way == Way.FACE_TO_FACE for p in people], dtype=np.float32)
        self._teams = np.array([p.way == Way.TEAMS for p in people], dtype=np.float32)
        workplaces = [f"{p.unit}\x00{p.team}" if p.unit or p.team else "" for p in people]
        self._workplace = _numbered(workplaces)
        self._workplace_given = np.array([bool(p) for p in workplaces], dtype=np.float32)
        self._team = _numbered([f"{p.unit}\x00{p.team}" if p.team else "" for p in people])
        self._teamed = np.array([bool(p.team) for p in people])
        self._side = np.array([list(Side).index(p.side) if p.side else -1 for p in people])
        self._left, self._right = self._linear()

    # -- a tile at a time ------------------------------------------------------------------------------------------

    def tile(self, rows: Ints, columns: Ints) -> Floats:
        """Scores of `rows` by `columns` (people's numbers); below zero where a rule forbids the pair."""
        points = self.tenths
        a_share = self._wants[rows] @ self._shares[columns].T
        a_share *= self._per_want[rows][:, None]
        b_share = self._shares[rows] @ self._wants[columns].T
        b_share *= self._per_want[columns][None, :]
        score: Floats = np.minimum(a_share, b_share)
        self._round(score, points[Criterion.RECIPROCITY])
        for share, criterion in ((a_share, Criterion.A_LEARNS), (b_share, Criterion.B_LEARNS)):
            self._round(share, points[criterion])
            score += share
        work = np.matmul(self._left[rows], self._right[columns].T, out=a_share)
        score += work
        common = np.matmul(self._slots[rows], self._slots[columns].T, out=b_share)
        if self.policy.min_common_slots > 0:
            # Those who gave no times were given as much in the linear part as is taken here.
            score[common < self.policy.min_common_slots] -= PENALTY
        np.minimum(common, COMMON_SLOTS_COUNTED, out=work)
        # Points are whole, so that their tenths are shared out among the slots without a rest.
        work *= np.float32(points[Criterion.COMMON_TIME] // COMMON_SLOTS_COUNTED)
        score += work
        if self.policy.require_common_language:
            np.matmul(self._spoken[rows], self._spoken[columns].T, out=work)
            np.minimum(work, 1, out=work)
            work -= 1
            work *= PENALTY
            score += work
        self._same_workplace(score, rows, columns)
        return score

    def _round(self, share: Floats, tenths: int) -> None:
        """`share` of `tenths`, rounded half up; overwrites `share`."""
        share *= np.float32(tenths)
        share += self._half
        np.floor(share, out=share)

    def _linear(self) -> tuple[Floats, Floats]:
        """Columns whose products add up to all that depends on two kinds only: wishes, way, sides, career stages.

        Each column on the left times its column on the right is one term of the sum, for every two people at once.
        """
        half = self.tenths[Criterion.WISHES] / 2
        way = self.tenths[Criterion.MEETING_WAY]
        one = np.ones(self.size, dtype=np.float32)
        # Half the points of wishes for each who has no wish; the whole for the way of meeting, taken off again where one wants
        # to meet face to face and the other on Teams.
        wish = self._wished * (1 - self._content)[:, None]
        left = [half * self._content, half * one, way * one, -way * self._face, -way * self._teams]
        right = [one, self._content, one, self._teams, self._face]
        # Half the points for each whose wish is the other's stage.
        for s in range(len(Stage)):
            left += [half * wish[:, s], half * self._stage[:, s]]
            right += [self._stage[:, s], wish[:, s]]
        # Another team: given to any two who gave theirs; `_same_workplace` takes it off where it is the same one.
        other = self.tenths[Criterion.OTHER_TEAM]
        left.append(other * self._workplace_given)
        right.append(self._workplace_given)
        # `tile` takes AWAY from any two with too few common times, or no common language. It is given here beforehand, once, to
        # two of whom one gave none: a + b - a * b is 1 where a or b is 1.
        silent_times = 1 - self._slots_given.astype(np.float32)
        silent_tongue = 1 - self._spoken_given.astype(np.float32)
        for silent, rule in (
            (silent_times, self.policy.min_common_slots > 0),
            (silent_tongue, self.policy.require_common_language),
        ):
            if rule:
                left += [PENALTY * silent, PENALTY * one, -PENALTY * silent]
                right += [one, silent, silent]
        # AWAY is taken from two of the same side, and from two whose career stages may not be together; nothing balances it.
        if self.policy.two_sided:
            for side in (-1, *range(len(Side))):
                same = (self._side == side).astype(np.float32)
                left.append(-PENALTY * same)
                right.append(same)
        if self.policy.stage_pairs:
            for i, j in self._refused_stages():
                left.append(-PENALTY * self._stage[:, i])
                right.append(self._stage[:, j])
        return np.stack(left, axis=1).astype(np.float32), np.stack(right, axis=1).astype(np.float32)

    def _refused_stages(self) -> list[tuple[int, int]]:
        """Numbers of two career stages, both ways round, that may not be together."""
        stages = list(Stage)
        wanted = {frozenset(two) for two in self.policy.stage_pairs}
        return [(i, j) for i, a in enumerate(stages) for j, b in enumerate(stages) if frozenset((a, b)) not in wanted]

    def _same_workplace(self, score: Floats, rows: Ints, columns: Ints) -> None:
        """Take off what the linear part gave for another team; where it is a rule, keep a team's people apart."""
        other = self.tenths[Criterion.OTHER_TEAM]
        if other:
            same = self._workplace[rows][:, None] == self._workplace[columns][None, :]
            same &= self._workplace_given[rows].astype(bool)[:, None]
            score[same] -= other
        if self.policy.apart_within_team:
            same = self._team[rows][:, None] == self._team[columns][None, :]
            same &= self._teamed[rows][:, None]
            score[same] -= PENALTY

    # -- listed pairs ----------------------------------------------------------------------------------------------

    def at(self, i: Ints, j: Ints) -> Ints:
        """Scores of the listed pairs, below zero where a rule forbids the pair."""
        result = self.raw(i, j)
        for rule in (
            Rule.SAME_SIDE,
            Rule.SAME_TEAM,
            Rule.STAGES,
            Rule.NO_COMMON_LANGUAGE,
            Rule.NO_COMMON_TIME,
        ):
            result[self.breaks(rule, i, j)] = -1
        return result

    def raw(self, i: Ints, j: Ints) -> Ints:
        """Scores of the listed pairs whether or not they are allowed."""
        result: Ints = np.zeros(len(i), dtype=np.int64)
        for start in range(0, len(i), 1 << 16):
            part = slice(start, start + (1 << 16))
            for points in self.parts(i[part], j[part]).values():
                result[part] += points
        return result

    def parts(self, i: Ints, j: Ints) -> dict[Criterion, Ints]:
        """Tenths by criterion of the listed pairs; they add up to the score."""
        tenths = self.tenths
        a_learns, b_learns = _common(self._wants[i], self._shares[j]), _common(self._wants[j], self._shares[i])
        a_wants, b_wants = self._wanted[i].astype(np.int64), self._wanted[j].astype(np.int64)
        half = tenths[Criterion.WISHES] // 2
        met = (_common(self._wished[i], self._stage[j]) > 0) | (self._content[i] > 0)
        met_too = (_common(self._wished[j], self._stage[i]) > 0) | (self._content[j] > 0)
        slots = np.minimum(_common(self._slots[i], self._slots[j]), COMMON_SLOTS_COUNTED)
        other = (
            (self._workplace[i] != self._workplace[j]) & (self._workplace_given[i] > 0) & (self._workplace_given[j] > 0)
        )
        apart = self._face[i] * self._teams[j] + self._teams[i] * self._face[j] > 0
        return {
            Criterion.A_LEARNS: _share_of(tenths[Criterion.A_LEARNS], a_learns, a_wants),
            Criterion.B_LEARNS: _share_of(tenths[Criterion.B_LEARNS], b_learns, b_wants),
            Criterion.RECIPROCITY: np.minimum(
                _share_of(tenths[Criterion.RECIPROCITY], a_learns, a_wants),
                _share_of(tenths[Criterion.RECIPROCITY], b_learns, b_wants),
            ),
            Criterion.WISHES: half * (met.astype(np.int64) + met_too),
            Criterion.COMMON_TIME: _share_of(
                tenths[Criterion.COMMON_TIME], slots, np.full(len(slots), COMMON_SLOTS_COUNTED)
            ),
            Criterion.OTHER_TEAM: tenths[Criterion.OTHER_TEAM] * other.astype(np.int64),
            Criterion.MEETING_WAY: tenths[Criterion.MEETING_WAY] * (~apart).astype(np.int64),
        }

    def breaks(self, rule: Rule, i: Ints, j: Ints) -> Bools:
        """Which of the listed pairs break a rule of the criteria; none for the other rules."""
        broken: Bools = np.zeros(len(i), dtype=bool)
        if rule == Rule.SAME_SIDE and self.policy.two_sided:
            broken = self._side[i] == self._side[j]
        elif rule == Rule.SAME_TEAM and self.policy.apart_within_team:
            broken = (self._team[i] == self._team[j]) & self._teamed[i]
        elif rule == Rule.STAGES and self.policy.stage_pairs:
            refused = np.zeros((len(Stage), len(Stage)), dtype=np.float32)
            for a, b in self._refused_stages():
                refused[a, b] = 1
            broken = _common(self._stage[i] @ refused, self._stage[j]) > 0
        elif rule == Rule.NO_COMMON_LANGUAGE and self.policy.require_common_language:
            both_given = self._spoken_given[i] & self._spoken_given[j]
            broken = both_given & (_common(self._spoken[i], self._spoken[j]) == 0)
        elif rule == Rule.NO_COMMON_TIME:
            both_given = self._slots_given[i] & self._slots_given[j]
            broken = both_given & (_common(self._slots[i], self._slots[j]) < self.policy.min_common_slots)
        return broken


def _incidence(sets: Sequence[Sequence[str]], index: dict[str, int]) -> Floats:
    """One row a person, one column a word; 1 where the person has it."""
    rows = np.zeros((len(sets), max(len(index), 1)), dtype=np.float32)
    for i, words in enumerate(sets):
        for word in words:
            rows[i, index[word]] = 1
    return rows


def _numbered(words: Sequence[str]) -> NDArray[np.int32]:
    """The same number for the same word."""
    index: dict[str, int] = {}
    return np.array([index.setdefault(w, len(index)) for w in words], dtype=np.int32)


def _common(a: Floats, b: Floats) -> Ints:
    """How many ones two rows share, row by row."""
    result: Ints = np.einsum("ij,ij->i", a, b).astype(np.int64)
    return result


def _share_of(tenths: int, part: Ints, whole: Ints) -> Ints:
    """`tenths` times part/whole, rounded half up in whole numbers; 0 where whole is 0."""
    whole = np.maximum(whole, 1)
    return (2 * tenths * part + whole) // (2 * whole)
