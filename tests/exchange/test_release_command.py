"""`oppipari release` on files: what it writes, attacked by an adversary who reads nothing but that."""

import io
import json
import string
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.disclosure.adversary import Attack
from tests.disclosure.organisations import ITEMS, organisation
from tests.exchange.rosters import csv_bytes, workbook
from typer.testing import CliRunner

from oppipari.cli import app
from oppipari.disclosure import words
from oppipari.exchange.release.texts import SAYS, TEXTS

MIXED = [3, 4, 2, 5, 1, 4, 3, 2]
Run = Callable[..., dict[str, Any]]


def run(*args: str | Path, status: int = 0, env: dict[str, str] | None = None) -> str:
    result = CliRunner().invoke(app, ["release", *map(str, args)], env={"COLUMNS": "200", **(env or {})})
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def release(tmp_path: Path) -> Run:
    """Write rows as a file, run with --json, and give the content."""

    def answer(*contents: bytes | Sequence[Sequence[Any]], lang: str = "en", status: int = 0) -> dict[str, Any]:
        files = []
        for number, content in enumerate(contents):
            files.append(tmp_path / f"answers{number}.csv")
            rows = content if isinstance(content, bytes) else csv_bytes([list(map(str, r)) for r in content])
            files[-1].write_bytes(rows)
        run(*files, "--json", tmp_path / "out.json", "--lang", lang, status=status)
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        return found

    return answer


def rows(sizes: dict[str, int], heading: str = "unit") -> list[list[Any]]:
    return [[heading, "q1", "q2"], *([u, MIXED[i % 8], MIXED[i % 5]] for u, n in sizes.items() for i in range(n))]


def messages(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(w["row"], w["column"], w["message"]) for w in found["warnings"]]


def test_the_shape_of_the_answer(release: Run) -> None:
    found = release(rows({"City/East/Harbour Home": 10, "City/East/Beach House": 5, "City/West": 3}))
    assert set(found) == {"groups", "withheld", "seconds", "warnings"}
    assert [g["name"] for g in found["groups"]] == ["City/East", "City/East/Beach House", "City/East/Harbour Home"]
    home = found["groups"][2]
    assert home["units"] == ["City/East/Harbour Home"]
    assert home["items"]["q1"] == {
        "n": 10, "mean": 3.1, "at_least": None, "at_most": None,
        "distribution": [1, 2, 3, 3, 1], "cells": [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]],
    }  # fmt: skip
    assert found["groups"][1]["items"]["q1"]["distribution"] is None
    assert found["withheld"] == [{"unit": "City/West", "reason": "too few answers to show"}]
    assert found["seconds"] < 5
    assert found["warnings"] == []


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_the_adversary_has_the_file_and_works_out_nobody(release: Run, seed: int) -> None:
    o = organisation(seed)
    lines = [["unit", *ITEMS], *([u, *(v or "" for v in row)] for u, row in zip(o.units, o.answers, strict=True))]
    status = 0 if max(o.sizes().values()) >= 5 or len(o.units) >= 5 else 3
    groups = release(lines, status=status)["groups"]
    for g in groups:
        for f in g["items"].values():
            cells = f.pop("cells")
            f["distribution"] = cells and [[*c, k] for c, k in zip(cells, f["distribution"], strict=True)]
    for k, item in enumerate(ITEMS):
        attack = Attack(groups, item, o.histograms(k))
        assert not attack.isolates_few()
        assert attack.exposed() is None


def test_nothing_to_show_is_told_and_written(release: Run) -> None:
    found = release(rows({"A": 4}), status=3)
    assert found["groups"] == []
    assert found["withheld"] == [{"unit": "A", "reason": "too few answers to show"}]


@pytest.mark.parametrize("heading", ["unit", "Yksikkö", " ENHET ", "Työyksikkö", "\ufeffunit"])
def test_the_unit_in_three_languages(release: Run, heading: str) -> None:
    assert release(rows({"A": 8}, heading))["groups"][0]["units"] == ["A"]


def test_columns_in_any_order_and_questions_as_they_are_headed(release: Run) -> None:
    found = release([["Viihdyn työssä", "yksikkö"], *([v, "A"] for v in MIXED)])
    assert list(found["groups"][0]["items"]) == ["Viihdyn työssä"]


def test_answers_as_spreadsheets_write_them(release: Run) -> None:
    cells = ["3", " 4 ", "2.0", "5,0", "1.00", "'4", "３", "2"]
    found = release([["unit", "q"], *(["A", c] for c in cells)])
    assert found["groups"][0]["items"]["q"]["distribution"] == [1, 2, 2, 2, 1]
    assert found["warnings"] == []


def test_what_is_no_answer_is_told_by_row_but_never_repeated(release: Run) -> None:
    bad = ["6", "0", "3.5", "agree", "-1"]
    found = release([["unit", "q", "p"], *(["A", c, 3] for c in [*map(str, MIXED), *bad])])
    assert messages(found) == [(r, "q", "This is no answer from 1 to 5; it was read as empty.") for r in range(10, 15)]
    assert found["groups"][0]["items"]["q"]["n"] == 8
    assert "agree" not in json.dumps(found)


def test_rows_that_cannot_count(release: Run) -> None:
    content = rows({"A": 8})
    content += [["", 3, 3], ["A", "", ""], ["", "", ""], [" / ", 3, 3], ["/".join("x" * 21), 3, 3], ["x/" * 9000, 3, 3]]
    found = release(content)
    assert messages(found) == [
        (10, "unit", "There is no unit; the row was left out."),
        (11, "", "The row holds no answers; it was left out."),
        (13, "unit", "There is no unit; the row was left out."),
        (14, "unit", "The unit's path is too long (at most 20 parts); the row was left out."),
        (15, "unit", "The unit's path is too long (at most 20 parts); the row was left out."),
    ]
    assert [g["items"]["q1"]["n"] for g in found["groups"]] == [8]


def test_columns_that_hold_no_answers(release: Run) -> None:
    content = [["unit", "q", "Name", "Comment", ""]]
    content += [["A", v, f"Name {i}", "fine" if i else "", "x"] for i, v in enumerate(MIXED)]
    found = release(content)
    assert list(found["groups"][0]["items"]) == ["q"]
    assert messages(found) == [
        (0, "Comment", "The column holds no answers 1-5; it was left out."),
        (0, "E", "The column has no heading; it was left out."),
        (0, "Name", "The column holds no answers 1-5; it was left out."),
    ]
    assert "Name 3" not in json.dumps(found)


def test_one_unit_however_it_is_written(release: Run) -> None:
    written = ["City/East/Home"] * 5 + ["city/EAST/home", " City / East//Home/ ", "City/East/Home", "City/east/Home"]
    found = release([["unit", "q"], *([u, MIXED[i % 8]] for i, u in enumerate(written))])
    assert [(g["name"], g["items"]["q"]["n"]) for g in found["groups"]] == [("City/East/Home", 9)]
    assert [(r, m) for r, _c, m in messages(found)] == [
        (7, "“city/EAST/home” was read as the same unit as “City/East/Home”."),
        (10, "“City/east/Home” was read as the same unit as “City/East/Home”."),
    ]


def test_a_question_nobody_answered_is_there_and_empty(release: Run) -> None:
    found = release([["unit", "q", "p"], *(["A", v, ""] for v in MIXED)])
    assert found["groups"][0]["items"]["p"]["n"] is None


def test_several_files_are_one_questionnaire(release: Run) -> None:
    one = [["unit", "q", "p"], *(["A", v, v] for v in MIXED[:4])]
    two = [["p", "Q", "yksikkö", "r"], *([v, v, "a", v] for v in MIXED[4:])]
    found = release(one, two)
    assert [(g["name"], g["items"]["q"]["n"]) for g in found["groups"]] == [("A", 8)]
    assert list(found["groups"][0]["items"]) == ["q", "p", "r"]
    assert ("r", "The question is not in all files; in the others nobody answered it.") in [
        m[1:] for m in messages(found)
    ]


def test_rows_in_any_order_give_the_same(release: Run) -> None:
    content = rows({"City/A": 9, "City/B": 6, "City/C": 2, "D": 7})
    one = release(content)
    two = release([content[0], *reversed(content[1:])])
    assert one["groups"] == two["groups"]
    assert one["withheld"] == two["withheld"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"name;q\nx;3\n", "no column tells the unit"),
        (b"unit;q;Unit\nA;3;B\n", "the unit is in two columns"),
        (b"unit;q;Q\nA;3;4\n", "two columns have the heading"),
        (b"unit;q\nA;x\n", "no column holds answers 1-5"),
        (b"unit;q\n", "no row has both"),
        (b"unit;q\n;3\n", "no row has both"),
        (b'unit;q\n"A;3\n', "a quotation mark is out of place"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"PK\x03\x04broken", "the workbook is broken"),
        (b"\xd0\xcf\x11\xe0", "has a password"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    said = run(path, "--json", tmp_path / "out.json", "--lang", "en", status=2)
    assert why in said
    assert "answers.csv" in said
    assert not (tmp_path / "out.json").exists()


def test_files_and_places_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([list(map(str, r)) for r in rows({"A": 8})]))
    other = tmp_path / "b.csv"
    other.write_bytes(b"unit;z\nA;3\n")
    assert "ei ole" in run(tmp_path / "none.csv", "--lang", "fi", status=2)
    assert "mapp" in run(tmp_path, "--lang", "sv", status=2)
    assert "över en annan fil" in run(path, "--json", path, "--lang", "sv", status=2)
    assert ".xlsx" in run(path, "--xlsx", tmp_path / "out.ods", "--lang", "en", status=2)
    assert "kansiota ei ole" in run(path, "--json", tmp_path / "no" / "out.json", "--lang", "fi", status=2)
    assert "given twice" in run(path, path, "--lang", "en", status=2)
    assert "no questions in common" in run(path, other, "--lang", "en", status=2)
    run("--lang", "en", status=2)
    run(path, "--lang", "de", status=2)


def test_a_workbook_and_what_is_written_of_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    content = rows({"=1+1/East": 9, "@x": 2, "City": 6}, "yksikkö")
    content[0][1] = "=cmd|' /C calc'!A0"
    content = [[*r[:1], *(float(v) if isinstance(v, int) else v for v in r[1:])] for r in content]
    path.write_bytes(workbook({"Ohje": [["Lue tämä"]], "Vastaukset": content}))
    said = run(path, "--xlsx", tmp_path / "out.xlsx", "--json", tmp_path / "out.json", "--lang", "fi")
    assert "Kirjoitettu" in said
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["Tulokset", "Yksiköt", "Ei näytetä", "Huomiot"]
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert all(c.data_type != "f" for c in cells)
    assert not [c.value for c in cells if isinstance(c.value, str) and c.value[:1] in tuple("=+-@")]
    shown = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    lines = list(book["Tulokset"].iter_rows(min_row=2, values_only=True))
    assert len(lines) == sum(len(g["items"]) for g in shown["groups"])
    first = next(iter(shown["groups"][0]["items"].values()))
    assert lines[0][2] == first["n"]


def test_the_same_answers_make_the_same_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([list(map(str, r)) for r in rows({"A": 8, "B": 9})]))
    for name in ("one.xlsx", "two.xlsx"):
        run(path, "--xlsx", tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_three_languages_say_the_same_things(release: Run) -> None:
    def holes(text: str) -> set[str]:
        return {name for _t, name, _f, _c in string.Formatter().parse(text) if name}

    for table in (SAYS, TEXTS, {k: words.texts(k) for k in ("fi", "sv", "en")}):
        for lang in ("fi", "sv"):
            assert set(table[lang]) == set(table["en"])
            for code, text in table["en"].items():
                if isinstance(text, str):
                    assert holes(table[lang][code]) == holes(text), code
    content = rows({"A": 10, "B": 9, "C": 2})
    reasons = {lang: release(content, lang=lang)["withheld"][0]["reason"] for lang in ("fi", "sv", "en")}
    assert len(set(reasons.values())) == 3


def test_the_language_of_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([list(map(str, r)) for r in rows({"A": 8})]))
    for told, word in (("sv_FI.UTF-8", "enheter"), ("fi_FI.UTF-8", "yksiköitä"), ("en_GB.UTF-8", "questions")):
        assert word in run(path, env={"LC_ALL": told})


def test_files_saved_by_windows(release: Run) -> None:
    text = "yksikkö\tViihdyn\r\n" + "".join(f"Mäntylä\t{v}\r\n" for v in MIXED)
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        found = release(text.encode(encoding))
        assert found["groups"][0]["units"] == ["Mäntylä"]
    said = io.StringIO(text.replace("\t", ",")).getvalue().encode()
    assert release(said)["groups"][0]["items"]["Viihdyn"]["n"] == 8


# -- beside what was released before ----------------------------------------------------------------------------------


def _sheet(folder: Path, name: str, rows: Sequence[Sequence[Any]]) -> Path:
    path = folder / name
    path.write_bytes(csv_bytes([list(map(str, r)) for r in rows]))
    return path


def test_one_more_answer_is_not_told_by_the_difference_of_two_releases(tmp_path: Path) -> None:
    rows = [["unit", "q"], *(["A", v] for v in MIXED), *(["B", v] for v in MIXED)]
    first, second = _sheet(tmp_path, "first.csv", rows), _sheet(tmp_path, "second.csv", [*rows, ["A", 5]])
    old, new, book = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "new.xlsx"
    run(first, "--json", old, "--lang", "en")
    output = run(second, "--earlier", old, "--json", new, "--xlsx", book, "--lang", "en", status=3)
    assert "The earlier figures stand." in output
    found = json.loads(new.read_text())
    assert found["groups"] == []
    assert {w["file"] for w in found["warnings"]} == {"old.json"}
    assert any(w["message"].startswith("A: not told anew.") for w in found["warnings"])
    assert openpyxl.load_workbook(book).worksheets


def test_what_others_answered_is_told_beside_it(tmp_path: Path) -> None:
    rows = [["unit", "q"], *(["A", v] for v in MIXED)]
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    run(_sheet(tmp_path, "a.csv", rows), "--json", old)
    both = _sheet(tmp_path, "b.csv", [["unit", "q", "r"], *(["A", v, v] for v in MIXED), *(["B", v, v] for v in MIXED)])
    run(both, "--earlier", old, "--json", new)
    items = {g["name"]: set(g["items"]) for g in json.loads(new.read_text())["groups"]}
    assert items["A"] == {"r"}
    assert items["B"] == {"q", "r"}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"\xff\xfe", b'{"groups": 1, "withheld": []}', b'{"groups": [], "withheld": null}', b"[" * 100_000,
        b'{"groups": [{"name": "A", "units": [], "items": {}}], "withheld": []}',
        b'{"groups": [{"name": "A", "units": ["A"], "items": {"q": {"n": 8, "mean": 9, "at_least": null, "at_most": null, "distribution": null, "cells": null}}}], "withheld": []}',
        b'{"groups": [{"name": "A", "units": ["A"], "items": {"q": {"n": 3, "mean": 3, "at_least": null, "at_most": null, "distribution": null, "cells": null}}}], "withheld": []}',
        b'{"groups": [{"name": "A", "units": ["A"], "items": {"q": {"n": 8, "mean": 3, "at_least": null, "at_most": null, "distribution": [8, 1], "cells": [[1, 3], [4, 5]]}}}], "withheld": []}',
        b'{"groups": [{"name": "A", "units": ["A"], "items": {"q": {"n": 8, "mean": 3, "at_least": null, "at_most": null, "distribution": [8], "cells": [[1, 4]]}}}], "withheld": []}',
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_earlier_figures_is_refused_and_nothing_is_told(tmp_path: Path, content: bytes) -> None:
    answers = _sheet(tmp_path, "a.csv", [["unit", "q"], *(["A", v] for v in MIXED)])
    (tmp_path / "old.json").write_bytes(content)
    new = tmp_path / "new.json"
    output = run(answers, "--earlier", tmp_path / "old.json", "--json", new, "--lang", "en", status=2)
    assert "Nothing was told." in output
    assert not new.exists()
    assert "3.0" not in output


def test_figures_of_another_questionnaire_are_asked_about(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    run(_sheet(tmp_path, "a.csv", [["unit", "other"], *(["A", v] for v in MIXED)]), "--json", old)
    answers = _sheet(tmp_path, "b.csv", [["unit", "q"], *(["A", v] for v in MIXED)])
    assert "none of the same questions" in run(answers, "--earlier", old, "--lang", "en", status=2)
    assert "ei ole yhtään samaa kysymystä" in run(answers, "--earlier", old, "--lang", "fi", status=2)


def test_an_output_does_not_overwrite_the_earlier_figures(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    answers = _sheet(tmp_path, "a.csv", [["unit", "q"], *(["A", v] for v in MIXED)])
    run(answers, "--json", old)
    before = old.read_bytes()
    run(answers, "--earlier", old, "--json", old, status=2)
    assert old.read_bytes() == before


def test_it_is_said_that_nobody_checked_who_answered(tmp_path: Path) -> None:
    answers = _sheet(tmp_path, "a.csv", [["unit", "q"], *(["A", v] for v in MIXED)])
    book = tmp_path / "new.xlsx"
    for lang, said in (
        ("fi", "Kukaan ei ole tarkistanut"),
        ("sv", "Ingen har kontrollerat"),
        ("en", "Nobody has checked"),
    ):
        assert said in run(answers, "--xlsx", book, "--lang", lang)
        assert any(said in str(cell) for row in openpyxl.load_workbook(book).worksheets[-1].values for cell in row)
