"""What makes changes among thousands quick must not make them wrong."""

import random

from tests.pairing.plans import many

from oppipari import pairing
from oppipari.pairing import Problem


def test_a_change_among_thousands_is_proven_and_moves_ten_people_at_most() -> None:
    r = random.Random(1)
    problem = Problem.from_participants(many(2101))
    now = pairing.solution(problem)
    locked: list[tuple[str, ...]] = []
    forbidden: list[tuple[str, ...]] = []
    for step in range(6):
        pair = r.choice([g for g in now.plan.pairs if not g.locked])
        meant = set(pair.members)
        if step % 2:
            forbidden.append(pair.members)
        else:
            other = r.choice([k for k in problem.keys if problem.allowed(pair.members[0], k) and k not in meant])
            locked.append((pair.members[0], other))
            meant = {pair.members[0], other}
        changed = problem.changed(locked=locked, forbidden=forbidden)  # type: ignore[arg-type]
        after = pairing.reoptimize(changed, now)
        assert after.plan.gap == 0
        assert pairing.verify(changed, after.plan).holds
        old = {g.members for g in now.plan.groups}
        moved = {k for g in after.plan.groups if g.members not in old for k in g.members} - meant
        assert len(moved) <= 10
        now = after
