"""`oppipari pair` on real files, its answers checked by a solver that is not ours."""

import csv
import json
import random
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from typer.testing import CliRunner

from oppipari.cli import app

DATA = Path(__file__).parent.parent / "data"
UK = [str(DATA / "uk-civil-service" / f"{side}.csv") for side in ("mentors", "mentees")]
UK_MAP = ["--map", "profession=shares", "--map", "profession=wants"]


def run(*args: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["pair", *args], env={"COLUMNS": "200"})
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def plan_of(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], dict[tuple[str, str], int]]]:
    def plan(*args: str) -> tuple[dict[str, Any], dict[tuple[str, str], int]]:
        run(*args, "--json", str(tmp_path / "plan.json"), "--scores", str(tmp_path / "scores.csv"))
        with (tmp_path / "scores.csv").open(encoding="utf-8") as file:
            scores = {(r["a"], r["b"]): round(10 * float(r["score"])) for r in csv.DictReader(file)}
        return json.loads((tmp_path / "plan.json").read_text(encoding="utf-8")), scores

    return plan


def independent(scores: dict[tuple[str, str], int], floor: int = 0) -> tuple[int, int]:
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, s) for (a, b), s in scores.items() if s >= floor)
    found = nx.max_weight_matching(graph, maxcardinality=True)
    return len(found), sum(graph[a][b]["weight"] for a, b in found)


@pytest.mark.parametrize(
    ("files", "options", "people"),
    [
        (["forms-fi-28.xlsx"], [], 28),
        (["forms-sv-17.xlsx"], [], 17),
        (["forms-en-40.csv"], [], 40),
        (["forms-fi-messy.xlsx"], [], 22),
        (UK, UK_MAP, 100),
    ],
)
def test_plans_for_the_sample_files_are_the_best_ones(
    plan_of: Any, files: list[str], options: list[str], people: int
) -> None:
    plan, scores = plan_of(*(f if "/" in f else str(DATA / f) for f in files), *options)
    assert plan["people"] == people
    assert plan["allowed_pairs"] == len(scores)
    floor = round(10 * plan["floor"])
    count, free = independent(scores)
    assert len(plan["pairs"]) == count
    assert independent(scores, floor) == (count, round(10 * plan["total"]))
    assert 10 * plan["total"] >= free * Fraction(95, 100)
    assert plan["proven"]
    assert plan["gap"] == 0
    assert plan["bound"] == plan["total"]
    seen = [m for g in plan["pairs"] for m in g["members"]] + plan["waiting"]
    assert len(seen) == len(set(seen)) == people
    assert set(plan["waiting_reasons"]) == set(plan["waiting"])
    for group in plan["pairs"]:
        assert round(10 * group["score"]) == scores[tuple(group["members"])]
        assert sum(round(10 * p) for p in group["points"].values()) == round(10 * group["score"])
        assert group["reasons"]


def test_three_hundred_people_are_paired_and_proven(plan_of: Any) -> None:
    plan, scores = plan_of(str(DATA / "forms-fi-300.xlsx"))
    assert (plan["people"], plan["proven"]) == (300, True)
    import rustworkx

    graph = rustworkx.PyGraph()
    index = {k: graph.add_node(k) for k in sorted({k for pair in scores for k in pair})}
    floor = round(10 * plan["floor"])
    graph.add_edges_from([(index[a], index[b], s) for (a, b), s in scores.items() if s >= floor])
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    total = sum(graph.get_edge_data(u, v) for u, v in found)
    assert (len(found), total) == (len(plan["pairs"]), round(10 * plan["total"]))


def test_the_messy_file_is_told_row_by_row(plan_of: Any) -> None:
    plan, _scores = plan_of(str(DATA / "forms-fi-messy.xlsx"), "--lang", "en")
    told = {(w["row"], w["column"]): w["message"] for w in plan["warnings"]}
    assert "row 4 was kept" in told[5, "Sähköposti"]
    assert "not an e-mail address" in told[7, "Sähköposti"]
    assert {c for r, c in told if r == 9} == {"Mitä osaamista voit jakaa?", "Mitä haluaisit oppia?"}
    assert "any time" in told[12, "Milloin yleensä työskentelet?"]
    assert "formula" in told[15, "Nimi"]
    assert "eläkkeellä kohta" in told[16, "Missä vaiheessa työuraasi olet?"]
    assert "totals" in told[27, "Sähköposti"]
    assert not [r for r, _c in told if r in (10, 14, 17)]  # an empty row, stray spaces, small letters: nothing amiss
    everything = json.dumps(plan)
    assert "HYPERLINK" not in everything
    assert "NGUYEN" not in everything


def test_identity_is_never_used(plan_of: Any) -> None:
    plan, _scores = plan_of(*UK, *UK_MAP)
    assert "transgender" not in json.dumps(plan).casefold()
    out = run(UK[0], "--map", "characteristics=shares", "--lang", "en", status=2)
    assert "never used" in out


def test_locks_forbids_trios_and_the_floor_are_obeyed(plan_of: Any) -> None:
    file = str(DATA / "forms-sv-17.xlsx")
    plain, scores = plan_of(file)
    assert len(plain["waiting"]) == 1
    assert plain["suggested_trios"][0]["members"]
    pair = "|".join(plain["pairs"][0]["members"])
    other = next(
        k
        for k in scores
        if not set(k) & {m for g in plain["pairs"][:1] for m in g["members"]}
        and list(k) not in [g["members"] for g in plain["pairs"]]
    )
    forbidden, _s = plan_of(file, "--forbid", pair)
    assert plain["pairs"][0]["members"] not in [g["members"] for g in forbidden["pairs"]]
    locked, _s = plan_of(file, "--lock", "|".join(other).upper())
    assert list(other) in [g["members"] for g in locked["pairs"]]
    trio, _s = plan_of(file, "--odd", "trio")
    assert len(trio["trios"]) == 1
    assert not trio["waiting"]
    off, _s = plan_of(file, "--floor", "off")
    assert off["floor"] is None
    assert off["total"] >= plain["total"]
    assert "both locked and forbidden" in run(file, "--lock", pair, "--forbid", pair, "--lang", "en", status=2)
    assert "not among" in run(file, "--lock", "x@example.org|y@example.org", "--lang", "en", status=2)
    assert "|" in run(file, "--lock", "one", status=2)


def test_the_order_of_rows_and_columns_changes_nothing(plan_of: Any, tmp_path: Path) -> None:
    rows = list(csv.reader((DATA / "forms-en-40.csv").read_text(encoding="utf-8-sig").splitlines()))
    order = list(range(len(rows[0])))
    random.Random(1).shuffle(order)
    body = rows[1:]
    random.Random(2).shuffle(body)
    with (tmp_path / "s.csv").open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([[r[i] for i in order] for r in [rows[0], *body]])
    first, _s = plan_of(str(DATA / "forms-en-40.csv"), "--lang", "en")
    second, _s = plan_of(str(tmp_path / "s.csv"), "--lang", "en")
    for volatile in ("seconds", "warnings"):
        first.pop(volatile)
        second.pop(volatile)
    assert first == second


def test_the_workbook_has_its_sheets_and_no_formula(tmp_path: Path) -> None:
    run(str(DATA / "forms-fi-messy.xlsx"), "--xlsx", str(tmp_path / "p.xlsx"), "--lang", "fi")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == ["Parit", "Odottavat", "Huomiot", "Tietoja"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)
    assert book["Parit"].max_row == 12


def test_no_allowed_pair_ends_with_three(tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text("Email,Name,When do you usually work?\na@example.org,A,Mon morning\nb@example.org,B,Tue night\n")
    assert "No pair is allowed" in run(str(file), "--lang", "en", status=3)


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oppipari.cli", "pair", str(tmp_path / "none.csv"), "--lang", "en"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr
