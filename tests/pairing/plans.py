"""What tests ask of plans, a forged one, and many made-up people."""

import dataclasses
import random
from typing import Any

from oppipari.pairing import Participant, Plan


def pairs(plan: Plan) -> set[tuple[str, ...]]:
    return {g.members for g in plan.pairs}


def forged(plan: Plan, **certificate: Any) -> Plan:
    """The plan with something else in its certificate, sealed anew."""
    changed = dataclasses.replace(plan.certificate, **certificate)
    return dataclasses.replace(plan, certificate=changed).sealed()


def many(n: int) -> list[Participant]:
    """So many people of five units, all different, the same every time."""
    r = random.Random(n)
    tags = [f"t{i}" for i in range(40)]
    return [
        Participant(
            f"p{i:04}",
            tuple(r.sample(tags, 3)),
            tuple(r.sample(tags, 3)),
            slots=frozenset(r.sample(range(21), 6)),
            unit=f"u{i % 5}",
        )
        for i in range(n)
    ]
