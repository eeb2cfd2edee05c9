"""Why a meeting has no time: constraints are relaxed in a fixed order, and what then fits is recomputed.

What a group could have alone, beside what is agreed, is known exactly: its starts are at hand, and the earliest ones make the
most meetings. The first constraint without which the meeting would fit is the reason; where it takes several, the one with
which it no longer fits when constraints are added in the same order. Where only the others' new times stand in the way, it is
proven that no timetable places more in all; the others are then fixed, and the same is asked of staffing, rooms and the
members' other meetings.
"""

from collections.abc import Sequence

from oppipari.scheduling.components import Component
from oppipari.scheduling.spacing import most_meetings
from oppipari.scheduling.start_times import ALL, Starts
from oppipari.scheduling.timetable import Reason, Unplaced
from oppipari.scheduling.timetable_state import ResourceProfile, State
from oppipari.scheduling.window import Mask
from oppipari.scheduling.work import Group

ORDER = (Reason.QUIET, Reason.REST, Reason.BUSY, Reason.SPACING, Reason.AWAY, Reason.ROOM)
# What others take, by the kind of thing it is.
SHARED = ((Reason.AWAY, "team"), (Reason.ROOM, "room"), (Reason.BUSY, "person"))


def unplaced_alone(starts: Starts, group: Group, placed: int) -> list[Unplaced]:
    """Why a group's meetings after the first `placed` cannot be, whatever becomes of the others' new ones."""
    return [
        Unplaced(group.key, number, *_with_params(starts, group, _reason_alone(starts, group, number)))
        for number in range(placed + 1, group.meetings + 1)
    ]


def _most_without(starts: Starts, group: Group, without: Sequence[Reason], extra: Mask | None = None) -> int:
    """How many meetings a group could have without some constraints."""
    mask = starts.allowed(group, [rule for rule in ALL if rule not in without])
    if extra is not None:
        mask &= extra
    minutes = starts.window.grid[mask]
    least = 0 if Reason.SPACING in without else starts.problem.rules.least
    return most_meetings(minutes.tolist(), starts.window.day[minutes].tolist(), starts.problem.rules.minutes, least)


def _reason_alone(starts: Starts, group: Group, number: int) -> Reason:
    if _most_without(starts, group, ORDER) < number:
        return Reason.NO_COMMON_TIME
    for rule in ORDER:
        if _most_without(starts, group, [rule]) >= number:
            return rule
    return next(r for k, r in enumerate(ORDER, 1) if _most_without(starts, group, ORDER[k:]) < number)


def unplaced_in_component(component: Component, state: State, proven: bool) -> list[Unplaced]:
    """Why the meetings of a component have no time in `state`, of which it is `proven` that it places the most."""
    result: list[Unplaced] = []
    profile = ResourceProfile(component)
    for use, meetings in zip(component.uses, state.meetings, strict=True):
        for _, minute in meetings:
            profile.add(use, minute)
    for k, (domain, meetings) in enumerate(zip(component.domains, state.meetings, strict=True)):
        starts, group = component.starts, domain.group
        for number in range(len(meetings) + 1, domain.wanted + 1):
            if not proven:
                result.append(Unplaced(group.key, number, Reason.NOT_PROVEN))
                continue
            for _, minute in meetings:
                profile.add(component.uses[k], minute, -1)
            reason, teams = _reason_among(component, k, profile, number)
            for _, minute in meetings:
                profile.add(component.uses[k], minute)
            result.append(Unplaced(group.key, number, *_with_params(starts, group, reason, teams)))
        result += unplaced_alone(starts, group, domain.wanted)
    return result


def _reason_among(
    component: Component, k: int, profile: ResourceProfile, number: int
) -> tuple[Reason, tuple[str, ...]]:
    domain, starts = component.domains[k], component.starts

    def fits(rules: Sequence[Reason], teams: Sequence[str]) -> bool:
        kinds = {kind for rule, kind in SHARED if rule in rules}
        taken = {
            r: n for r, n in component.uses[k].items() if r[0] not in kinds and not (r[0] == "team" and r[1] in teams)
        }
        free = profile.fitting(taken, starts.window.grid)
        if teams:  # only these teams' rule is taken away
            for team in set(domain.leaving) - set(teams):
                free &= ~starts.staffing(domain.group, team)
            rules = [Reason.AWAY, *rules]
        return _most_without(starts, domain.group, rules, free) >= number

    for team in sorted(domain.leaving):
        if fits((), [team]):
            return Reason.AWAY, (team,)
    for some in (
        (Reason.AWAY,),
        (Reason.ROOM,),
        (Reason.BUSY,),
        (Reason.AWAY, Reason.ROOM),
        (Reason.AWAY, Reason.BUSY),
    ):
        if fits(some, ()):
            return some[0], tuple(sorted(domain.leaving))
    return (Reason.ROOM if fits((Reason.ROOM, Reason.BUSY), ()) else Reason.AWAY), tuple(sorted(domain.leaving))


def _with_params(
    starts: Starts, group: Group, reason: Reason, teams: tuple[str, ...] = ()
) -> tuple[Reason, dict[str, object]]:
    rules = starts.problem.rules
    params: dict[Reason, dict[str, object]] = {
        Reason.NO_COMMON_TIME: {"minutes": rules.minutes},
        Reason.REST: {"hours": rules.rest_hours},
        Reason.SPACING: {"days": rules.least},
        Reason.AWAY: {"most": rules.away_per_team, "teams": teams or tuple(sorted(starts.leaving(group)))},
        Reason.ROOM: {"rooms": rules.rooms},
    }
    return reason, params.get(reason, {})


def unplaced(starts: Starts, settled: Sequence[tuple[Component, State, bool]]) -> tuple[Unplaced, ...]:
    """All meetings without a time, by group and number."""
    result: list[Unplaced] = []
    searched = set()
    for component, state, proven in settled:
        searched |= {p.group.key for p in component.domains}
        if -state.score[0] < sum(p.group.meetings for p in component.domains):
            result += unplaced_in_component(component, state, proven)
    for group in starts.problem.groups:
        if group.key not in searched:
            result += unplaced_alone(starts, group, 0)
    return tuple(sorted(result, key=lambda u: (u.group, u.number)))
