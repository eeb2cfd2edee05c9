"""docs/pairing.md's worked example, replayed from its own tables."""

import re
from itertools import combinations
from pathlib import Path

from oppipari import pairing

TEXT = (Path(__file__).parents[2] / "docs" / "pairing.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows under a table's heading row."""
    lines = TEXT[TEXT.index(heading) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_worked_example_is_true() -> None:
    rows = table("| person | can share | wants to learn | price |")
    people = [pairing.Participant(name, tuple(s.split(", ")), tuple(w.split(", "))) for name, s, w, _price in rows]
    price = {name: round(10 * float(p)) for name, _s, _w, p in rows}
    problem = pairing.Problem.from_participants(people)
    names = [p.key for p in people]
    listed = {}
    for row in table("| | Bo | Cilla | Deniz | Eero | Fatima |"):
        for other, cell in zip(names[1:], row[1:], strict=True):
            if cell:
                listed[row[0], other] = round(10 * float(cell))
    assert listed == {(a, b): problem.score(a, b) for a, b in combinations(names, 2)}
    assert all(price[a] + price[b] >= score for (a, b), score in listed.items())

    plan = pairing.solve(problem)
    told = re.search(r"\*\*(.+?): (\d+)\*\*", TEXT[TEXT.index("The plan is another") :].replace("\n", " "))
    assert told
    groups = {(a, b): 10 * int(p) for a, b, p in re.findall(r"(\w+) and (\w+) \((\d+)\)", told[1])}
    assert {g.members: g.score for g in plan.pairs} == groups
    assert plan.total == plan.bound == sum(price.values()) == 10 * int(told[2])
    assert pairing.verify(problem, plan).holds

    left, greedy = set(names), 0
    for (a, b), score in sorted(listed.items(), key=lambda item: -item[1]):
        if {a, b} <= left:
            left -= {a, b}
            greedy += score
    assert f"{greedy // 10} in all" in TEXT
    cost, after = pairing.price_of(pairing.solution(problem), "Bo", "Deniz")
    at_least = price["Bo"] + price["Deniz"] - problem.score("Bo", "Deniz")
    assert f"at least {at_least // 10} points less" in TEXT
    assert cost.lost >= at_least
    assert pairing.verify(after.problem, after.plan).holds
