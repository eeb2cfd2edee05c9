"""`oppipari pair` on real files, its answers checked by a solver that is not ours."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
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
    for option in ("--lock", "--forbid"):
        assert "two different people" in run(file, option, "A@example.org|a@example.org", "--lang", "en", status=2)


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
    for volatile in ("seconds", "warnings", "files"):
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


def test_one_person_alone_is_told_that_a_pair_needs_two(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("Email,Name,Can share,Wants to learn\na@example.org,A,Medication,Wound care\n")
    assert "A pair needs two" in run(str(file), "--lang", "en", status=3)
    assert "Pariin tarvitaan kaksi" in run(str(file), "--lang", "fi", status=3)


def test_a_trio_is_told_in_a_word_and_by_what_each_may_learn(tmp_path: Path) -> None:
    file, book = tmp_path / "three.csv", tmp_path / "p.xlsx"
    file.write_text(
        "Email,Name,Can share,Wants to learn,When do you work?\n"
        "a@example.org,Aino,Medication,Wound care,Mon morning;Tue morning\n"
        "b@example.org,Bo,Wound care,Medication,Tue morning;Mon morning\n"
        "c@example.org,Cilla,Medication,Ethics,Tue morning;Wed morning\n"
    )
    out = run(str(file), "--odd", "trio", "--lang", "fi", "--xlsx", str(book))
    sheet = openpyxl.load_workbook(book)["Parit"]
    word, reasons = sheet["D2"].value, sheet["E2"].value
    assert word == "Kolmesta kaksi oppii"
    assert reasons.splitlines() == [
        "Aino voi oppia: Haavanhoito.",
        "Bo voi oppia: Lääkehoito.",
        "Cilla: toiveille ei löytynyt kolmikosta aihetta, mutta muut tarjoavat uuden näkökulman.",
        "Yhteistä työaikaa: ti aamu.",
    ]
    assert word in out
    assert "1 kolmikko" in out
    assert "ennen kuin kolmas liittyi" in out  # the trio's own points are fewer


def test_the_workbook_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        run(str(DATA / "forms-fi-messy.xlsx"), "--xlsx", str(tmp_path / f"{name}.xlsx"))
        written.append((tmp_path / f"{name}.xlsx").read_bytes())
        time.sleep(1.1)  # it used to tell the second in which it was made
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pair", "x.csv", "--nope"], "Valintaa --nope ei ole. Ohje: oppipari pair --help"),
        (["pair"], "Tästä puuttuu FILE. Ohje: oppipari pair --help"),
        (["verify", "x.json"], "Tästä puuttuu FILE. Ohje: oppipari verify --help"),
        (["pair", "x.csv", "--odd", "both"], "--odd: anna jokin näistä: trio, wait. Ohje: oppipari pair --help"),
        (["pair", "x.csv", "--lang", "xx"], "--lang: anna jokin näistä: fi, en. Ohje: oppipari pair --help"),
        (["meet", "p.json", "x.csv", "--lang=xx"], "--lang: anna jokin näistä: fi, sv, en. Ohje: oppipari meet --help"),
        (["meet", "p.json", "x.csv", "--weeks", "neljä"], "--weeks: anna luku. Ohje: oppipari meet --help"),
        (["meet", "p.json", "x.csv", "--time-limit", "0"], "--time-limit: anna luku, joka on vähintään 0.1. Ohje"),
        (["serve", "--port", "70000"], "--port: anna luku väliltä 1–65535. Ohje: oppipari serve --help"),
        (["pair", "x.csv", "--odd"], "--odd: arvo puuttuu tai on liikaa. Ohje: oppipari --help"),
        (["nope"], "Komentoa ei ymmärretty"),
    ],
)
def test_a_command_written_wrongly_is_told_in_the_users_language(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fi_FI.UTF-8")
    told = CliRunner().invoke(app, arguments, prog_name="oppipari")
    assert told.exit_code == 2
    assert said in told.output
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    own = [] if "--lang" in arguments or "serve" in arguments else ["--lang", "en"]
    english = CliRunner().invoke(app, [*arguments, *own], prog_name="oppipari")
    assert english.exit_code == 2
    assert "Ohje" not in english.output
    assert len(english.output.splitlines()) == 1
    assert "Value error" not in english.output


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oppipari", "pair", str(tmp_path / "none.csv"), "--lang", "en"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["pair", "verify"])
def test_ctrl_c_before_it_has_begun_ends_it_without_a_word(command: str) -> None:
    running = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "oppipari", command, "none.json", "none.csv"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stderr is not None
    while "numpy" not in (line := running.stderr.readline()):  # it is among what is imported
        assert line
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == -signal.SIGINT  # 130 to a shell
    assert not out
    assert not [line for line in err.splitlines() if not line.startswith("import time:")]


def test_two_files_are_told_apart_by_their_names_and_columns(plan_of: Any, tmp_path: Path) -> None:
    mentors = "Email,Name,Can share,How many mentees can you take?\nm@example.org,M,Medication,2\nn@example.org,N,Wound care,1\n"
    mentees = "Email,Name,Wants to learn\nx@example.org,X,Medication\ny@example.org,Y,Medication\nz@example.org,Z,Wound care\n"
    (tmp_path / "people.csv").write_text(mentees)
    (tmp_path / "others.csv").write_text(mentors)
    (tmp_path / "aktorit.csv").write_text(mentees)
    plans = []
    for files in (("others.csv", "people.csv"), ("people.csv", "others.csv"), ("aktorit.csv", "others.csv")):
        plan, scores = plan_of(*(str(tmp_path / f) for f in files))
        plans.append([g["members"] for g in plan["pairs"]])
        assert len(scores) == 6  # each mentor with each mentee, nobody within a side
    assert plans == [[["m@example.org", "x@example.org"], ["m@example.org", "y@example.org"], ["n@example.org", "z@example.org"]]] * 3  # fmt: skip
    out = run(str(tmp_path / "people.csv"), str(tmp_path / "others.csv"), "--lang", "en")
    assert "others.csv: sign-ups 2, columns recognised 4 (mentors)" in out


def test_two_files_of_the_same_name_keep_their_own_remarks(plan_of: Any, tmp_path: Path) -> None:
    for folder, name in (("a", "m"), ("b", "n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "s.csv").write_text(
            f"Email,{name.upper()},Name,Can share,Wants\n{name}@example.org,,N,Medication,Medication\nbroken,,B,,\n"
        )
    plan, _scores = plan_of(str(tmp_path / "a" / "s.csv"), str(tmp_path / "b" / "s.csv"))
    assert [w["file"] for w in plan["warnings"]] == [str(tmp_path / f / "s.csv") for f in ("a", "b")]


def test_a_forbidden_pair_stays_apart_whichever_of_them_is_the_mentor(plan_of: Any, tmp_path: Path) -> None:
    rows = "Email,Name,Can share,Wants to learn\n" + "".join(
        f"{p}@example.org,{p.upper()},Medication,Medication\n" for p in "ab"
    )
    files = [str(tmp_path / "mentors.csv"), str(tmp_path / "mentees.csv")]
    for file in files:
        Path(file).write_text(rows)
    plan, scores = plan_of(*files)
    assert len(plan["pairs"]) == len(scores) == 2
    locked, _s = plan_of(*files, "--lock", "b@example.org|a@example.org")
    assert ["a@example.org (mentee)", "b@example.org"] in [sorted(g["members"]) for g in locked["pairs"]]
    run(*files, "--forbid", "a@example.org|b@example.org", status=3)


def test_scores_and_plan_are_the_same_bytes_whatever_the_order_of_rows(tmp_path: Path) -> None:
    rows = list(csv.reader((DATA / "forms-en-40.csv").read_text(encoding="utf-8-sig").splitlines()))
    written = []
    for number in range(3):
        body = rows[1:]
        random.Random(number).shuffle(body)
        file = tmp_path / "s.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([rows[0], *body])
        run(str(file), "--scores", str(tmp_path / "scores.csv"), "--json", str(tmp_path / "p.json"), "--seed", "kevät")
        plan = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
        del plan["seconds"], plan["warnings"]
        written.append(((tmp_path / "scores.csv").read_bytes(), json.dumps(plan)))
    assert written[0] == written[1] == written[2]


def test_the_plan_is_the_same_from_process_to_process(tmp_path: Path) -> None:
    """The order of sets differs between processes; no byte of the plan may."""
    written = []
    for seed in ("0", "1", "4242"):
        out = tmp_path / f"{seed}.json"
        command = [sys.executable, "-m", "oppipari", "pair", str(DATA / "forms-fi-300.xlsx"), "--json", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
        lines = out.read_bytes().splitlines()
        written.append([line for line in lines if not line.startswith(b'  "seconds":')])
    assert written[0] == written[1] == written[2]


def test_the_shape_of_the_json(plan_of: Any) -> None:
    plan, _scores = plan_of(str(DATA / "forms-sv-17.xlsx"), "--odd", "trio")
    assert {
        "people", "allowed_pairs", "pairs", "trios", "waiting", "waiting_reasons", "total", "bound", "gap", "proven",
        "floor", "seconds", "warnings",
    } <= set(plan)  # fmt: skip
    for group in plan["pairs"]:
        assert {"members", "score", "points", "reasons"} == set(group)
        assert all(round(p, 1) == p for p in group["points"].values())
        assert group["members"] == sorted(group["members"])
    assert [len(g["members"]) for g in plan["trios"]] == [3]
    messy, _scores = plan_of(str(DATA / "forms-fi-messy.xlsx"))
    assert all({"file", "row", "column", "message"} == set(w) for w in messy["warnings"])


def test_what_cannot_be_written_is_told_without_a_traceback(tmp_path: Path) -> None:
    file = str(DATA / "forms-sv-17.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    for option in ("--json", "--xlsx", "--scores"):
        for path, why in (("no/x.xlsx", "there is no such folder"), ("folder.xlsx", "a folder of that name")):
            out = run(file, option, str(tmp_path / path), "--lang", "en", status=2)
            assert f"cannot be written ({why}" in out
            assert "sign-ups" not in out  # before the long work, not after it
    assert "(kansiota ei ole)" in run(file, "--json", str(tmp_path / "no" / "x"), "--lang", "fi", status=2)
    assert "Let the name end in .xlsx" in run(file, "--xlsx", str(tmp_path / "x.csv"), "--lang", "en", status=2)
    full = "/dev/full"
    if Path(full).exists():
        assert "(levy on täynnä)" in run(file, "--json", full, "--lang", "fi", status=2)
    signups = tmp_path / "s.csv"
    signups.write_text("Email,Name\na@example.org,A\nb@example.org,B\n")
    assert "over another file" in run(str(signups), "--json", str(signups), "--lang", "en", status=2)
    assert signups.read_text().startswith("Email")
    same = str(tmp_path / "out")
    assert "over another file" in run(str(signups), "--json", same, "--scores", same, "--lang", "en", status=2)


def test_what_cannot_be_read_is_told_by_its_kind(tmp_path: Path) -> None:
    assert "a folder" in run(str(tmp_path), "--lang", "en", status=2)
    assert "kansio" in run(str(tmp_path), "--lang", "fi", status=2)
    assert "one file, or two" in run("a", "b", "c", "--lang", "en", status=2)
    assert "no column “Väri”" in run(str(DATA / "forms-en-40.csv"), "--map", "Väri=team", "--lang", "en", status=2)


def test_remarks_are_shown_also_where_no_pair_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("Email,Name\na@example.org,A\nbroken,B\n")
    assert "row 3, Email: “broken” is not an e-mail address" in run(str(file), "--lang", "en", status=3)


def test_the_terminal_names_people_by_the_addresses_that_lock_and_forbid_take(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("Email,Name,Can share\na@example.org,[bold]A,Medication\nb@example.org,B,\n")
    out = run(str(file), "--lang", "en")
    assert "[bold]A <a@example.org>" in out


@pytest.mark.parametrize(
    ("told", "said"), [("fi_FI.UTF-8", "ilmoittautumisia"), ("sv_FI.UTF-8", "sign-ups"), ("C", "sign-ups")]
)
def test_the_language_is_the_users_own(told: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", told)
    assert said in run(str(DATA / "forms-sv-17.xlsx"))


def test_it_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom oppipari.cli import app\n"
        f"try: app(['pair', {str(DATA / 'forms-sv-17.xlsx')!r}])\n"
        "except SystemExit as end: assert not end.code\n"
        "assert 'django' not in sys.modules"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "OPPIPARI", "DATABASE"))}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr
