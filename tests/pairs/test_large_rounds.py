"""Changes in a round of hundreds: what was learnt from the plan before is used, and the answer is no worse for it."""

import random

import pytest

from oppipari import pairing
from oppipari.pairs.actions import forming


def people(n: int) -> list[pairing.Participant]:
    r = random.Random(n)
    tags = [f"t{i}" for i in range(30)]
    return [
        pairing.Participant(
            f"p{i:04}", tuple(r.sample(tags, 3)), tuple(r.sample(tags, 3)), slots=frozenset(r.sample(range(21), 6))
        )
        for i in range(n)
    ]


def test_a_change_uses_what_was_learnt_and_changed_answers_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    some = people(forming.LEARN_FROM)
    engine = pairing.Problem.from_participants(some)
    plan = forming.solved(engine, None)
    anew = []
    true_solution = pairing.reoptimization.solution  # type: ignore[attr-defined]
    monkeypatch.setattr(pairing.reoptimization, "solution", lambda *a, **k: anew.append(1) or true_solution(*a, **k))  # type: ignore[attr-defined]
    a, b = plan.pairs[0].members[0], plan.pairs[1].members[0]
    while not engine.allowed(a, b):
        b = random.Random(1).choice(engine.keys)
    locked = pairing.Problem.from_participants(some, locked=[(a, b)])
    after = forming.solved(locked, plan)
    assert not anew
    assert pairing.verify(locked, after).holds
    assert after.gap == 0
    # Somebody changed what they want to learn: nothing learnt before may be used.
    other = [pairing.Participant(some[0].key, ("t1",), ("t2",), slots=some[0].slots), *some[1:]]
    changed = pairing.Problem.from_participants(other, locked=[(a, b)])
    again = forming.solved(changed, after)
    assert anew
    assert pairing.verify(changed, again).holds
    assert len(forming._LEARNT) <= forming.LEARNT_AT_MOST
