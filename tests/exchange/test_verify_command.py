"""`oppipari verify`: stored plans of the sample files hold; what was changed, or made from other answers, does not."""

import csv
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
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
    """The proofs are of the day when they were made; today's reading and scoring still agree with them.

    What the files show beside them was put in today's words by tools/sample_plans.py.
    """
    status, said = verify(DATA / "plans" / f"{name}.json", *files)
    assert status == 0, f"{said}(If only sentences differ, which you have changed: python tools/sample_plans.py)"
    assert "The plan holds" in said


def stored(name: str = "forms-fi-28") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "plans" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def leaves(content: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every single value in a JSON file: its field's name, what holds it, and by which key or number."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        plain = isinstance(key, str) and key.isidentifier()
        inside = f"{where}[{json.dumps(key)}]" if not plain else f"{where}.{key}" if where else key
        yield inside, content, key
        if isinstance(value, dict | list):
            yield from leaves(value, inside)


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else [*value, "x"] if isinstance(value, list) else {}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """A plan in Finnish with somebody who waits and remarks on the file."""
    file, out = str(DATA / "forms-sv-17.xlsx"), tmp_path_factory.mktemp("made") / "plan.json"
    assert CliRunner().invoke(app, ["pair", file, "--json", str(out), "--lang", "fi"]).exit_code == 0
    return file, json.loads(out.read_text(encoding="utf-8"))


def test_every_field_that_a_file_shows_is_checked_and_named(made: Any, tmp_path: Path) -> None:
    """One of each kind of field is changed, and taken away: it is named, with what it should be."""
    file, true = made
    assert true["waiting"]
    assert true["suggested_trios"]
    lie, seen = tmp_path / "lie.json", set()
    # What the proof, settings and version hold is tried in test_verify_forgeries.py.
    free = ("proof", "settings", "seconds", "version", "files")
    for number, (where, _holder, _key) in enumerate(leaves(true)):
        kind = re.sub(r"\[.*?\]", "[]", where)
        if re.split(r"[.\[]", kind)[0] in free or kind in seen:
            continue
        seen.add(kind)
        for take_away in (False, True):
            content = json.loads(json.dumps(true))
            _where, holder, key = next(itertools.islice(leaves(content), number, None))
            if take_away:
                del holder[key]
            else:
                holder[key] = changed(holder[key])
            lie.write_text(json.dumps(content))
            status, said = verify(lie, file)
            assert status == 1, (where, said)
            assert where in said, (where, said)
    assert len(seen) > 35


def test_what_nobody_can_know_afterwards_may_differ(made: Any, tmp_path: Path) -> None:
    """How long it took, and what the file of sign-ups was called."""
    _file, content = made
    again = tmp_path / "toinen nimi.xlsx"
    shutil.copy(DATA / "forms-sv-17.xlsx", again)
    plan = tmp_path / "plan.json"
    content = content | {"seconds": 7.5}
    plan.write_text(json.dumps(content))
    assert verify(plan, str(again))[0] == 0
    for seconds in (-1, "7", True, None):
        plan.write_text(json.dumps(content | {"seconds": seconds}))
        status, said = verify(plan, str(again))
        assert (status, "seconds" in said) == (1, True)


def test_remarks_are_checked(tmp_path: Path) -> None:
    file, plan = str(DATA / "forms-fi-messy.xlsx"), tmp_path / "plan.json"
    assert CliRunner().invoke(app, ["pair", file, "--json", str(plan), "--lang", "fi"]).exit_code == 0
    assert verify(plan, file)[0] == 0
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["warnings"][3]["message"] = "Kaikki on hyvin."
    plan.write_text(json.dumps(content))
    assert verify(plan, file)[0] == 1
    del content["warnings"][3:]
    plan.write_text(json.dumps(content))
    assert verify(plan, file)[0] == 1


def test_many_differences_are_counted(made: Any, tmp_path: Path) -> None:
    file, content = made
    lie = tmp_path / "lie.json"
    lie.write_text(json.dumps(content | {"pairs": []}))
    status, said = verify(lie, file, lang="fi")
    assert status == 1
    assert said.splitlines()[1].startswith("  pairs[0]: puuttuu, pitäisi olla {")
    assert len(said.splitlines()) == len(made[1]["pairs"]) + 1
    lie.write_text(json.dumps(content | {"policy": {str(n): n for n in range(20)}}))
    _status, said = verify(lie, file, lang="fi")
    assert said.splitlines()[-1] == "  … ja 17 muuta kohtaa."


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda proof: proof.update(total=proof["total"] + 1), "Yhteispisteet eivät ole oikein."),
        (lambda proof: proof.update(floor=proof["floor"] + 1), "Luvattu alaraja ei ole se, joka on todistettu."),
        (lambda proof: proof.update(people=5), "Ihmisten määrä ei ole oikein."),
        (lambda proof: proof["pairs"].pop(), "Odottavien luettelo ei ole oikein."),
        (lambda proof: proof["pairs"][0].update(score=1000), "Parin tai kolmikon pisteet eivät ole oikein."),
        (lambda proof: proof["certificate"]["duals"]["vertices"].pop(), "Todistuksessa ei ole kelvollista lukua jokaiselle."),
        (lambda proof: proof["certificate"]["duals"]["vertices"].__setitem__(0, 0), "Todistus ei kata kaikkia sallittuja pareja."),
    ],
)  # fmt: skip
def test_the_untrue_claim_is_named_whether_or_not_the_seal_was_made_anew(
    change: Any, said: str, sealed: bool, tmp_path: Path
) -> None:
    content, lie = stored(), tmp_path / "lie.json"
    change(content["proof"])
    if sealed:
        content["proof"] = Plan.from_dict(content["proof"]).sealed().to_dict()
    lie.write_text(json.dumps(content))
    assert verify(lie, str(DATA / "forms-fi-28.xlsx"), lang="fi") == (1, said + "\n")


def test_the_seal_is_named_where_nothing_else_is_wrong(tmp_path: Path) -> None:
    content, lie = stored(), tmp_path / "lie.json"
    content["proof"]["seal"] = "0" * 32
    lie.write_text(json.dumps(content))
    said = "Suunnitelmaa on muutettu sen tekemisen jälkeen.\n"
    assert verify(lie, str(DATA / "forms-fi-28.xlsx"), lang="fi") == (1, said)
    assert verify(DATA / "plans" / "forms-fi-28.json", str(DATA / "forms-sv-17.xlsx"))[0] == 1


@pytest.mark.parametrize("odd", ["trio", "wait"])
def test_what_was_asked_for_an_odd_person_fits_the_plan(odd: str, tmp_path: Path) -> None:
    file, plan = str(DATA / "forms-sv-17.xlsx"), tmp_path / "plan.json"
    assert CliRunner().invoke(app, ["pair", file, "--json", str(plan), "--odd", odd]).exit_code == 0
    assert verify(plan, file)[0] == 0
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["settings"]["odd"] = "trio" if odd == "wait" else "wait"
    plan.write_text(json.dumps(content))
    status, said = verify(plan, file)
    assert (status, "settings.odd" in said) == (1, True)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"proof": {}}', '{"version": 2, "proof": 3, "settings": null}', "[" * 50_000]
)
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
