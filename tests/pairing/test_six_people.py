"""The worked example of docs/pairing.md and docs/pairing.fi.md, replayed from their own tables."""

import re
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest

from oppipari import pairing

DOCS = Path(__file__).parents[2] / "docs"
SAID = {
    "pairing.md": {
        "people": "| person | can share | wants to learn |",
        "prices": "| Aino | Bo | Cilla | Deniz | Eero | Fatima | in all |",
        "plan": r"The plan is another: \*\*(.+?): (\d+) in all\*\*",
        "pair": r"(\w+) and (\w+) \((\d+)\)",
        "greedy": "{} in all. The plan is another",
        "nothing": "Aino and Eero learn nothing from each other that they hoped for and still have {} points: 15 because",
        "sums": r"(\w+) and (\w+) ([\d.]+) \+ ([\d.]+) = ([\d.]+), and they have (?:only )?([\d.]+)",
        "first": "{} for everybody",
        "cost": "have {score} points, their prices are {prices} together: a plan that holds this pair makes at least {less} points less, {most} at most",
    },
    "pairing.fi.md": {
        "people": "| ihminen | voi jakaa | haluaa oppia |",
        "prices": "| Aino | Bo | Cilla | Deniz | Eero | Fatima | yhteensä |",
        "plan": r"Oppipari ehdottaa muuta: \*\*(.+?): yhteensä (\d+)\*\*",
        "pair": r"(\w+) ja (\w+) \((\d+)\)",
        "greedy": "Yhteensä {}. Oppipari ehdottaa muuta",
        "nothing": "Aino ja Eero eivät opi toisiltaan mitään, mitä toivoivat, ja saavat silti {} pistettä: 15 siitä",
        "sums": r"(\w+) ja (\w+) ([\d,]+) \+ ([\d,]+) = ([\d,]+), ja pisteitä on (?:vain )?([\d,]+)",
        "first": "{} jokaiselle",
        "cost": "on parina {score} pistettä, mutta heidän hintansa ovat yhteensä {prices}. Jos he ovat pari, kokonaisuus jää siis vähintään {less} pistettä vajaaksi: enintään {most} pisteeseen",
    },
}  # fmt: skip


class Page:
    """What one of the two pages says."""

    def __init__(self, name: str) -> None:
        self.page = (DOCS / name).read_text(encoding="utf-8")
        self.text = " ".join(self.page.split())
        self.said: Mapping[str, str] = SAID[name]
        self.comma = name.endswith(".fi.md")

    def table(self, heading: str) -> list[list[str]]:
        """The rows under a table's heading row."""
        rows = []
        for line in self.page[self.page.index(heading) :].splitlines()[2:]:
            if not line.startswith("|"):
                break
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        return rows

    def tenths(self, number: str) -> int:
        return round(10 * float(number.replace(",", ".") if self.comma else number))

    def number(self, tenths: int) -> str:
        """As it stands in the text: without a decimal where there is none to tell."""
        whole = f"{tenths / 10:.1f}".removesuffix(".0")
        return whole.replace(".", ",") if self.comma else whole


@pytest.fixture(params=SAID)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def test_the_worked_example_is_true(page: Page) -> None:
    people = [
        pairing.Participant(n, tuple(s.split(", ")), tuple(w.split(", ")))
        for n, s, w in page.table(page.said["people"])
    ]
    names = [p.key for p in people]
    problem = pairing.Problem.from_participants(people)
    listed = {}
    for row in page.table("| | Bo | Cilla | Deniz | Eero | Fatima |"):
        for other, cell in zip(names[1:], row[1:], strict=True):
            if cell:
                listed[row[0], other] = page.tenths(cell)
    assert listed == {(a, b): problem.score(a, b) for a, b in combinations(names, 2)}
    assert page.said["nothing"].format(page.number(listed["Aino", "Eero"])) in page.text
    assert min(listed.values()) == listed["Aino", "Eero"]  # what every pair has
    points = problem.points("Aino", "Bo")
    for part in (
        points[pairing.Criterion.A_LEARNS],
        points[pairing.Criterion.B_LEARNS],
        points[pairing.Criterion.RECIPROCITY],
    ):
        assert page.number(part) in page.text

    (row,) = page.table(page.said["prices"])
    price = dict(zip(names, map(page.tenths, row), strict=False))
    assert all(price[a] + price[b] >= score for (a, b), score in listed.items())
    sums = re.findall(page.said["sums"], page.text)
    assert len(sums) == 3
    for a, b, *figures in sums:
        assert [page.tenths(f) for f in figures] == [price[a], price[b], price[a] + price[b], listed[a, b]]
    assert page.said["first"].format(page.number(max(listed.values()) // 2)) in page.text

    plan = pairing.solve(problem)
    found = re.search(page.said["plan"], page.text)
    assert found
    groups = {(a, b): page.tenths(p) for a, b, p in re.findall(page.said["pair"], found[1])}
    assert {g.members: g.score for g in plan.pairs} == groups
    assert plan.total == plan.bound == sum(price.values()) == page.tenths(found[2]) == page.tenths(row[-1])
    assert pairing.verify(problem, plan).holds

    left, greedy = set(names), 0
    for (a, b), score in sorted(listed.items(), key=lambda item: -item[1]):
        if {a, b} <= left:
            left -= {a, b}
            greedy += score
    assert page.said["greedy"].format(page.number(greedy)) in page.text

    cost, after = pairing.price_of(pairing.solution(problem), "Bo", "Deniz")
    together, score = price["Bo"] + price["Deniz"], problem.score("Bo", "Deniz")
    numbers = {"score": score, "prices": together, "less": together - score, "most": plan.total - together + score}
    assert page.said["cost"].format(**{k: page.number(v) for k, v in numbers.items()}) in page.text
    assert cost.lost >= together - score
    assert after.plan.total <= numbers["most"]
    assert pairing.verify(after.problem, after.plan).holds


def test_both_pages_tell_of_the_same_people_and_points() -> None:
    english, finnish = Page("pairing.md"), Page("pairing.fi.md")
    points = "| | Bo | Cilla | Deniz | Eero | Fatima |"
    assert [[english.tenths(c) if c else 0 for c in row[1:]] for row in english.table(points)] == [
        [finnish.tenths(c) if c else 0 for c in row[1:]] for row in finnish.table(points)
    ]
    policy = [(row[1].replace(".", ","), len(row)) for row in english.table("| criterion | points | rule |")]
    assert policy == [(row[1], len(row)) for row in finnish.table("| peruste | pisteet | miten |")]
