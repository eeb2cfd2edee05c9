"""`oppipari verify`: stored plans of the sample files hold; what was changed, or made from other answers, does not."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oppipari.cli import app
from oppipari.pairing import Plan

DATA = Path(__file__).parent.parent / "data"
UK = [str(DATA / "uk-civil-service" / f"{side}.csv") for side in ("mentors", "mentees")]
SAMPLES = [
    ("forms-fi-28", [str(DATA / "forms-fi-28.xlsx")]),
    ("forms-sv-17", [str(DATA / "forms-sv-17.xlsx")]),
    ("forms-en-40", [str(DATA / "forms-en-40.csv")]),
    ("forms-fi-300", [str(DATA / "forms-fi-300.xlsx")]),
    ("uk-civil-service", UK),
]


def verify(plan: Path | str, *files: str, lang: str = "en") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", str(plan), *files, "--lang", lang], env={"COLUMNS": "200"})
    return result.exit_code, result.output


@pytest.mark.parametrize(("name", "files"), SAMPLES, ids=[name for name, _files in SAMPLES])
def test_stored_plans_of_the_sample_files_hold(name: str, files: list[str]) -> None:
    """The plans were written when these proofs were made; today's reading and scoring still agree with them."""
    status, said = verify(DATA / "plans" / f"{name}.json", *files)
    assert status == 0, said
    assert "The plan holds" in said


def stored(name: str = "forms-fi-28") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "plans" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_what_was_changed_is_named(tmp_path: Path) -> None:
    file = str(DATA / "forms-fi-28.xlsx")
    lie = tmp_path / "lie.json"

    shown = stored()
    shown["pairs"][0]["members"], shown["pairs"][1]["members"] = (
        shown["pairs"][1]["members"],
        shown["pairs"][0]["members"],
    )
    lie.write_text(json.dumps(shown))
    assert verify(lie, file) == (1, "The pairs or figures that the file shows are not those that were proven.\n")

    figure = stored()
    figure["proof"]["total"] += 1
    lie.write_text(json.dumps(figure))
    assert verify(lie, file, lang="fi") == (1, "Suunnitelmaa on muutettu sen tekemisen jälkeen.\n")

    sealed = stored()
    sealed["proof"] = Plan.from_dict(figure["proof"]).sealed().to_dict()
    sealed["total"] = sealed["proof"]["total"] / 10
    lie.write_text(json.dumps(sealed))
    assert verify(lie, file) == (1, "The total is not right.\n")

    assert verify(DATA / "plans" / "forms-fi-28.json", str(DATA / "forms-sv-17.xlsx"))[0] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"proof": {}}', '{"proof": 3, "settings": null}', "[" * 50_000])
def test_what_is_no_plan_ends_with_two(text: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text)
    status, said = verify(plan, str(DATA / "forms-fi-28.xlsx"))
    assert status == 2
    assert "is no plan" in said


def test_missing_and_unreadable_files_end_with_two(tmp_path: Path) -> None:
    plan = DATA / "plans" / "forms-fi-28.json"
    assert verify(tmp_path / "none.json", str(DATA / "forms-fi-28.xlsx"))[0] == 2
    assert verify(plan, str(tmp_path / "none.xlsx"))[0] == 2
    assert verify(plan, str(DATA / "forms-fi-28.xlsx"), *UK)[0] == 2


def test_locks_and_bans_are_part_of_what_is_checked(tmp_path: Path) -> None:
    file = str(DATA / "forms-fi-28.xlsx")
    a, b = stored()["pairs"][0]["members"]
    out = tmp_path / "plan.json"
    made = CliRunner().invoke(app, ["pair", file, "--forbid", f"{a}|{b}", "--json", str(out), "--odd", "trio"])
    assert made.exit_code == 0
    assert verify(out, file)[0] == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    content["settings"]["forbid"] = []
    out.write_text(json.dumps(content))
    assert verify(out, file)[0] == 1


def test_a_long_search_can_be_stopped(tmp_path: Path) -> None:
    """Ctrl-C ends it with a sentence and no file; here in the middle of pairing thousands."""
    with (DATA / "competences.csv").open(encoding="utf-8-sig", newline="") as listed:
        tags = [row["en"] for row in csv.DictReader(listed)]
    r = random.Random(0)
    rows = ["Email,Name,Can share,Wants to learn"]
    rows += [f"p{i}@example.org,P{i},{';'.join(r.sample(tags, 3))},{';'.join(r.sample(tags, 3))}" for i in range(8000)]
    file, out = tmp_path / "s.csv", tmp_path / "plan.json"
    file.write_text("\n".join(rows))
    running = subprocess.Popen(
        [Path(sys.executable).with_name("oppipari"), "pair", file, "--json", out, "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert running.stdout is not None
    assert "sign-ups 8000" in running.stdout.readline()  # the file is read; now pairs are formed
    time.sleep(0.7)
    running.send_signal(signal.SIGINT)
    _out, said = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "Nothing was written" in said
    assert not out.exists()
