"""A forger of plan files, who has the whole program at hand: whatever is changed is sealed, and shown, as if it were true."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from oppipari import pairing
from oppipari.cli import app
from oppipari.exchange import plan_files
from oppipari.exchange.bridge import People, gather_people
from oppipari.exchange.pair_command import SAYS, problem_of, read_files, remarks_of, sides_of
from oppipari.pairing import Plan, Problem

Content = dict[str, Any]


def command(*args: str | Path, lang: str = "en") -> Result:
    """`oppipari ...`, its answer on lines as long as they are."""
    return CliRunner().invoke(app, [*map(str, args), "--lang", lang], env={"COLUMNS": "300"})


def paired(out: Path, *args: str | Path) -> Content:
    """What `oppipari pair` writes for files and options."""
    done = command("pair", *args, "--json", out)
    assert done.exit_code == 0, done.output
    found: Content = json.loads(out.read_text(encoding="utf-8"))
    return found


def people_of(content: Content, files: list[Path]) -> tuple[People, list[Any]]:
    """The people of sign-ups, and what is remarked of the files, as `oppipari` reads them by the settings of a plan."""
    readings = read_files(files, content["settings"]["map"], "en")
    people = gather_people(readings, sides_of(readings) if len(readings) == 2 else [None])
    return people, remarks_of(readings, people)


def engine(content: Content, files: list[Path]) -> Problem:
    """The engine's problem for a plan's settings."""
    return problem_of(people_of(content, files)[0], content["settings"], SAYS["en"])


def shown(content: Content, files: list[Path], plan: Plan) -> Content:
    """The file as `oppipari pair` would have written it with these settings, had it found `plan`; sealed anew."""
    people, remarks = people_of(content, files)
    problem = problem_of(people, content["settings"], SAYS["en"])
    proof = replace(plan.certificate, fingerprint=problem.fingerprint)
    sealed = replace(plan, certificate=proof, allowed_pairs=problem.number_allowed).sealed()
    settings = content["settings"]
    again = plan_files.as_json(problem, sealed, people, remarks, settings["lang"], settings)
    return json.loads(json.dumps(again | {"seconds": content["seconds"]}))  # type: ignore[no-any-return]


def forged(content: Content, files: list[Path], change: Callable[[Plan], Plan]) -> Content:
    """The file for a plan that was changed."""
    return shown(content, files, change(Plan.from_dict(content["proof"])))


def solved(content: Content, files: list[Path], **options: Any) -> Content:
    """The file for what the engine finds with `options` of `solve`."""
    return shown(content, files, pairing.solve(engine(content, files), **options))
