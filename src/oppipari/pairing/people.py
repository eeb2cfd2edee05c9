"""Who takes part and by which policy pairs are scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType


class Stage(StrEnum):
    """Where somebody is in their career."""

    EARLY = "early"
    MID = "mid"
    EXPERIENCED = "experienced"


class Way(StrEnum):
    """How somebody wants to meet."""

    FACE_TO_FACE = "face_to_face"
    TEAMS = "teams"
    EITHER = "either"


class Side(StrEnum):
    """The side in a two-sided round."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class Odd(StrEnum):
    """What happens to an odd person out."""

    TRIO = "trio"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Participant:
    """One person as the engine sees them.

    `slots` are working times, weekday * 3 + part (Monday 0; part 0 morning, 1 evening, 2 night), so 0..20. Empty
    `slots`, `languages`, `unit` or a `way` or `stage` of None mean "not given", which never forbids a pair.
    `supervisors` are keys of participants who are this person's own supervisor.
    """

    key: str
    shares: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    stage: Stage | None = None
    wished_stages: frozenset[Stage] = frozenset()
    slots: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    way: Way | None = None
    unit: str = ""
    team: str = ""
    supervisors: frozenset[str] = frozenset()
    side: Side | None = None
    capacity: int = 1
    waited_last_round: bool = False


class Criterion(StrEnum):
    """What points are given for."""

    A_LEARNS = "a_learns"
    B_LEARNS = "b_learns"
    RECIPROCITY = "reciprocity"
    WISHES = "wishes"
    COMMON_TIME = "common_time"
    OTHER_TEAM = "other_team"
    MEETING_WAY = "meeting_way"


DEFAULT_POINTS: Mapping[Criterion, int] = MappingProxyType(
    {
        Criterion.A_LEARNS: 25,
        Criterion.B_LEARNS: 25,
        Criterion.RECIPROCITY: 15,
        Criterion.WISHES: 15,
        Criterion.COMMON_TIME: 10,
        Criterion.OTHER_TEAM: 5,
        Criterion.MEETING_WAY: 5,
    }
)


# Among more people than this, half a point is little: there is nearly always a long exchange that gains a few tenths and
# moves dozens. A pair that stays then counts so many times as much when a change is answered: ten people at most are moved.
MANY = 2000
STAY_AMONG_MANY = 16


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts and what is required; printed with every plan. `points` are whole, at most 100 in all."""

    points: Mapping[Criterion, int] = field(default_factory=lambda: DEFAULT_POINTS)
    min_common_slots: int = 1
    require_common_language: bool = True
    two_sided: bool = False
    # Nobody with somebody of their own team (of the same unit).
    apart_within_team: bool = False
    # The two career stages that a pair must bring together, such as {(EARLY, EXPERIENCED)}; empty: any two.
    stage_pairs: frozenset[tuple[Stage, Stage]] = frozenset()
    floor: bool = True
    # The fairness floor may cost at most this share of the best total.
    floor_price: Fraction = Fraction(5, 100)
    # Half a point, in tenths, for every pair that stays as the supervisor already saw it.
    stay_bonus: int = 5

    def bonus_of_change(self, people: int) -> int:
        """Tenths that a pair counts more for staying when a plan of so many people is changed."""
        return self.stay_bonus * (STAY_AMONG_MANY if people > MANY else 1)

    def least_with_floor(self, bound: int) -> int:
        """Tenths that the best plan under the fairness floor must make where none without it exceeds `bound`."""
        return ceil((1 - self.floor_price) * bound)
