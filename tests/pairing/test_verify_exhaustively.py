"""Whatever `verify` accepts is true, and whatever the solver answers it accepts: small rounds of every kind, by trying all.

Rounds with and without sides, places, locks, trios, bans and people set aside that come and go again, floors at any price,
pairs that stay, and no time at all.
"""

import dataclasses
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
import rustworkx

from oppipari import pairing
from oppipari.pairing import Odd, Participant, Plan, Policy, Problem, Side
from oppipari.pairing.certificate import TooCostly
from oppipari.pairing.waiting import reasons_of_waiting

replace = dataclasses.replace
Fixed = dict[str, list[Any]]
NOTHING_FIXED: Fixed = {"locked": [], "forbidden": [], "set_aside": [], "trios": []}


class Oracle:
    """All the largest sets of pairs of those who are not locked and not set aside, by trying all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.scores = {(problem.index[a], problem.index[b]): s for a, b, s in problem.allowed_pairs()}
        places = problem.capacities.tolist()
        for i in (*(i for g in (*problem.locked, *problem.locked_trios) for i in g), *problem.set_aside):
            places[i] = 0 if i in problem.set_aside else places[i] - 1
        pairs = [p for p in self.scores if p not in problem.locked]
        found = list(self._sets(pairs, places))
        self.size = max(map(len, found))
        self.sets = [some for some in found if len(some) == self.size]
        self.best = max(sum(self.scores[p] for p in some) for some in self.sets)

    def _sets(self, pairs: list[tuple[int, int]], places: list[int]) -> Iterator[tuple[tuple[int, int], ...]]:
        if not pairs:
            yield ()
            return
        (i, j), rest = pairs[0], pairs[1:]
        yield from self._sets(rest, places)
        if places[i] and places[j]:
            places[i], places[j] = places[i] - 1, places[j] - 1
            for some in self._sets(rest, places):
                yield ((i, j), *some)
            places[i], places[j] = places[i] + 1, places[j] + 1

    def most(self, floor: int, kept: set[tuple[int, int]], bonus: int) -> int | None:
        """What the best of the largest sets makes under a floor, bonus included; None where there is none."""
        fine = (some for some in self.sets if all(self.scores[p] >= floor for p in some))
        return max((sum(self.scores[p] + bonus * (p in kept) for p in some) for some in fine), default=None)

    def least(self) -> Fraction:
        return (1 - self.problem.policy.floor_price) * self.best

    def floor(self) -> int:
        """The highest score that may be the floor."""
        levels = [0, *sorted({*self.scores.values(), 1001})]
        made = {level: self.most(level, set(), 0) for level in levels}
        return max(level for level, total in made.items() if total is not None and total >= self.least())

    def left_by(self, floor: int) -> int:
        """How many pairs a floor leaves: floors between the same two scores are the same."""
        return sum(score >= floor for score in self.scores.values())


def untrue(plan: Plan, oracle: Oracle) -> str | None:
    """What a plan claims that is not so."""
    problem, proof = oracle.problem, plan.certificate
    free = [g for g in plan.pairs if not g.locked] + [t.core for t in plan.joined if t.core]
    rows = [(problem.index[g.members[0]], problem.index[g.members[1]]) for g in free]
    kept = {(problem.index[a], problem.index[b]) for a, b in proof.kept}
    locked = sum(g.score for g in plan.groups if g.locked)
    made, bonus = sum(oracle.scores[r] for r in rows), proof.bonus * sum(r in kept for r in rows)
    most = oracle.most(proof.floor or 0, kept, proof.bonus)
    settled = proof.floor is not None and not proof.floor_open
    claims = {
        "as many pairs": len(rows) == oracle.size,
        "total": plan.paired == made + locked,
        "bound": most is not None and plan.bound - locked + bonus >= most,
        "nothing is better": plan.gap > 0 or made + bonus == most,
        "floor": proof.floor is None or all(oracle.scores[r] >= proof.floor for r in rows),
        "price of the floor": proof.floor is None or plan.gap > 0 or (most or 0) >= oracle.least(),
        "highest floor": not settled or oracle.left_by(proof.floor or 0) <= oracle.left_by(oracle.floor()),
    }
    return next((name for name, true in claims.items() if not true), None)


def round_of_few(r: random.Random) -> Problem:
    """Three to seven people, some of whom may be pairs."""
    two_sided = r.random() < 0.35
    policy = Policy(
        two_sided=two_sided,
        floor=r.random() < 0.8,
        floor_price=r.choice([Fraction(0), Fraction(5, 100), Fraction(1, 5), Fraction(1)]),
        stay_bonus=r.choice([0, 5, 60]),
    )
    keys = r.sample("abcdefg", r.randint(3, 7))
    top, chance = r.choice([1, 3, 12, 200, 1000]), r.choice([0.3, 0.6, 0.9, 1])
    sides = [r.choice(list(Side)) for _ in keys] if two_sided else None
    many = r.choice(list(Side))
    places = [r.choice([1, 1, 2, 3]) if s == many else 1 for s in sides] if sides else None
    pairs = [(a, b, r.randint(0, top)) for a, b in combinations(keys, 2) if r.random() < chance]
    seed = str(r.random())
    return Problem.from_triples(keys, pairs, policy=policy, sides=sides, capacities=places, seed=seed)


def edited(r: random.Random, problem: Problem, fixed: Fixed) -> tuple[Problem, Fixed]:
    """The problem with something fixed, or loosened again."""
    while True:
        now = {what: list(some) for what, some in fixed.items()}
        what = r.choice(list(now))
        if r.random() < 0.5 and now[what]:
            now[what].pop(r.randrange(len(now[what])))
        elif what != "trios" or r.random() < 0.3:
            count = {"set_aside": 1, "trios": 3}.get(what, 2)
            chosen = tuple(r.sample(problem.keys, count))
            now[what].append(chosen if count > 1 else chosen[0])
        try:
            return problem.changed(**now), now
        except pairing.PairingError:
            continue


def forgeries(r: random.Random, plan: Plan, oracle: Oracle) -> Iterator[Plan]:
    """Plans that claim something else; some are true all the same."""
    proof, problem = plan.certificate, oracle.problem
    unit, floor = proof.duals.unit, (proof.floor or 0) + r.choice([-50, -5, -1, 1, 30])
    yield replace(plan, floor=floor, certificate=replace(proof, floor=floor))
    yield replace(plan, floor=floor, certificate=replace(proof, floor=floor, ceiling=None, too_costly=None))
    yield replace(plan, certificate=replace(proof, bonus=r.choice([0, 5, 60, 80, 960])))
    kept = tuple(tuple(sorted(r.sample(problem.keys, 2))) for _ in range(r.randint(0, 2)))
    yield replace(plan, certificate=replace(proof, kept=kept, bonus=problem.policy.stay_bonus if kept else 0))  # type: ignore[arg-type]
    for name in ("duals", "unfloored"):
        duals = getattr(proof, name)
        if duals and duals.vertices:
            prices = list(duals.vertices)
            for _ in range(2):
                prices[r.randrange(len(prices))] += r.choice([-1, 1]) * r.choice([1, unit, 60 * unit, 2**58, 2**63])
            other = replace(duals, vertices=tuple(prices))
            more = other.bound - duals.bound if name == "duals" else 0
            yield replace(plan, bound=plan.bound + more, certificate=replace(proof, **{name: other}))
    yield replace(
        plan, certificate=replace(proof, duals=replace(proof.duals, unit=r.choice([1, 2**46, 2**61, 2 * unit])))
    )
    too_costly = TooCostly(proof.duals, tuple(range(len(proof.duals.vertices))))
    yield replace(plan, certificate=replace(proof, too_costly=too_costly, ceiling=None))
    # Other pairs, as many.
    fixed = [g for g in plan.groups if g.locked]
    name = problem.keys.__getitem__
    pairs = [pairing.Group((name(i), name(j)), oracle.scores[i, j]) for i, j in r.choice(oracle.sets)]
    there = {k for g in (*fixed, *pairs) for k in g.members}
    waiting = tuple(k for k in problem.keys if k not in there)
    bonus = proof.bonus * sum(g.members in proof.kept for g in pairs)
    bound = sum(g.score for g in fixed) + proof.duals.bound - bonus
    yield replace(
        plan,
        pairs=tuple(sorted([g for g in fixed if len(g.members) == 2] + pairs, key=lambda g: g.members)),
        trios=tuple(g for g in fixed if len(g.members) == 3),
        suggested_trios=(),
        waiting=waiting,
        waiting_reasons=reasons_of_waiting(problem, waiting, proof),
        total=sum(g.score for g in (*fixed, *pairs)),
        bound=bound,
    )


def check(r: random.Random, problem: Problem, plan: Plan) -> Oracle:
    """The plan is accepted and true; what is forged of it is refused or true."""
    oracle = Oracle(problem)
    assert pairing.verify(problem, plan).failed is None
    assert untrue(plan, oracle) is None
    assert Plan.from_dict(plan.to_dict()) == plan
    for lie in forgeries(r, plan, oracle):
        if pairing.verify(problem, lie.sealed()).holds:
            assert untrue(lie, oracle) is None
    return oracle


@pytest.mark.parametrize("block", range(4))
def test_what_is_accepted_is_true_and_what_is_answered_is_accepted(block: int) -> None:
    for seed in range(block * 14, block * 14 + 14):
        r = random.Random(seed)
        problem, fixed = round_of_few(r), NOTHING_FIXED
        odd = r.choice(list(Odd))
        try:
            shown = pairing.solution(problem, odd=odd)
            oracle = check(r, problem, shown.plan)
            assert shown.plan.gap == 0
            if problem.policy.floor and oracle.size:
                assert oracle.left_by(shown.plan.floor or 0) == oracle.left_by(oracle.floor())
                assert not shown.plan.certificate.floor_open
            for _step in range(4):
                problem, fixed = edited(r, problem, fixed)
                check(r, problem, pairing.solve(problem, odd=odd, stay=shown.plan, time_limit=r.choice([None, 0])))
                shown = pairing.reoptimize(problem, shown, odd=odd)
                oracle = check(r, problem, shown.plan)
                assert shown.plan.gap == 0
                prices_hold(problem, shown.plan, oracle)
        except pairing.NoAllowedPair:
            continue


def prices_hold(problem: Problem, plan: Plan, oracle: Oracle) -> None:
    """What a pair would cost at least is true wherever it leaves as many pairs possible."""
    fixed = [(problem.keys[i], problem.keys[j]) for i, j in problem.locked]
    trios = sum(g.score for g in plan.trios if g.locked)
    for a, b, _score in problem.allowed_pairs():
        answer = pairing.why_not(problem, plan, a, b)
        if isinstance(answer, pairing.Obstacle):
            with pytest.raises(pairing.LockedTwice):
                problem.changed(locked=[*fixed, (a, b)])
        elif (a, b) not in fixed and answer.at_least:
            locked = problem.changed(locked=[*fixed, (a, b)])
            after = Oracle(locked)
            if after.size + 1 == oracle.size:
                total = after.best + trios + sum(problem.score(x, y) for x, y in (*fixed, (a, b)))
                assert plan.paired - total >= answer.at_least


def independent(problem: Problem, plan: Plan) -> tuple[int, int]:
    """(pairs, total with bonus) of the best plan under this plan's floor, by rustworkx."""
    proof = plan.certificate
    away = {i for g in (*problem.locked, *problem.locked_trios) for i in g} | problem.set_aside
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(problem.keys)
    for a, b, score in problem.allowed_pairs():
        if score >= (proof.floor or 0) and not {problem.index[a], problem.index[b]} & away:
            graph.add_edge(problem.index[a], problem.index[b], score + proof.bonus * ((a, b) in proof.kept))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return len(found), sum(graph.get_edge_data(u, v) for u, v in found)


@pytest.mark.parametrize("block", range(3))
def test_chains_of_changes_and_changes_taken_back_stay_the_best(block: int) -> None:
    """Locks, bans, exclusions and people come and go; each plan starts from what the one before left behind."""
    for seed in range(block * 5, block * 5 + 5):
        r = random.Random(seed)
        tags = [f"t{i}" for i in range(r.choice([4, 8, 20]))]

        def person(key: str, r: random.Random = r, tags: list[str] = tags) -> Participant:
            slots = frozenset(r.sample(range(21), r.choice([3, 8])))
            return Participant(key, tuple(r.sample(tags, 2)), tuple(r.sample(tags, r.randint(1, 3))), slots=slots)

        some = [person(f"p{i:02}") for i in range(r.randint(10, 45))]
        policy = Policy(floor=r.random() < 0.8, stay_bonus=r.choice([5, 40]))
        odd = r.choice(list(Odd))
        excluded: list[tuple[str, str]] = []
        fixed = NOTHING_FIXED
        now = pairing.solution(Problem.from_participants(some, policy=policy), odd=odd)
        for step in range(8):
            problem = now.problem
            if r.random() < 0.4:  # what hurts most: a pair of the plan
                a, b = r.choice([g.members for g in now.plan.pairs])
                if problem.rule_between(problem.index[a], problem.index[b]) is None and not any(
                    {a, b} & set(pair) for pair in fixed["locked"]
                ):
                    fixed = fixed | {"forbidden": [*fixed["forbidden"], (a, b)]}
            else:
                _problem, fixed = edited(r, problem, fixed)
            busy = {k for group in (*fixed["locked"], *fixed["trios"]) for k in group}
            kind = r.randrange(5)
            if kind == 0:
                gone = r.choice([p.key for p in some if p.key not in busy])
                some = [p for p in some if p.key != gone]
                fixed = fixed | {
                    "forbidden": [two for two in fixed["forbidden"] if gone not in two],
                    "set_aside": [k for k in fixed["set_aside"] if k != gone],
                }
                excluded = [two for two in excluded if gone not in two]
            elif kind == 1:
                some = [*some, person(f"q{step}")]
            elif kind == 2:
                excluded = [*excluded, tuple(r.sample([p.key for p in some if p.key not in busy], 2))]  # type: ignore[list-item]
            elif kind == 3:
                excluded = excluded[1:]
            problem = Problem.from_participants(some, policy=policy, exclusions=excluded, **fixed)
            now = pairing.reoptimize(problem, now, odd=odd)
            plan = now.plan
            assert pairing.verify(problem, plan).failed is None
            assert plan.gap == 0
            free = [g for g in plan.pairs if not g.locked] + [t.core for t in plan.joined if t.core]
            kept = sum(g.members in plan.certificate.kept for g in free)
            made = sum(g.score for g in free) + plan.certificate.bonus * kept
            assert (len(free), made) == independent(problem, plan)
