"""`oppipari verify`: check a plan file against the sign-ups it was made from, without solving anything."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from oppipari import pairing
from oppipari.exchange import plan_files
from oppipari.exchange.bridge import gather_people
from oppipari.exchange.files import UnreadableFile
from oppipari.exchange.pair_command import SAYS, Lang, Refusal, Switch, own_language, problem_of, read_files, sides_of
from oppipari.pairing import Odd, Side, words

HOLDS, DOES_NOT_HOLD, UNREADABLE = 0, 1, 2

SAYS_TOO = {
    "fi": {
        "plan": "{path}: tämä ei ole suunnitelma, jonka oppipari pair --json on kirjoittanut.",
    },
    "en": {
        "plan": "{path}: this is no plan that oppipari pair --json wrote.",
    },
}


def verify(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="What `oppipari pair --json` wrote.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The sign-ups it was made from.")],
    lang: Annotated[Lang | None, typer.Option(help="Language of the answer.")] = None,
) -> None:
    """Check that a plan is what it claims to be: every pair is scored anew and held against the proof."""
    language = str(lang or own_language())
    out, err = Console(), Console(stderr=True)
    try:
        failed, found = _checked(plan, files, language)
    except Refusal as refusal:
        err.print(refusal.sentence, style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(UNREADABLE) from None
    sentence = words.verdict(failed, found, language)
    (out if failed is None else err).print(sentence, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(HOLDS if failed is None else DOES_NOT_HOLD)


def _checked(path: Path, files: list[Path], lang: str) -> tuple[str | None, pairing.Plan]:
    """The first claim that does not hold (None: all hold), and the plan; raises Refusal for what cannot be read."""
    says = SAYS[lang]
    if len(files) > 2:
        raise Refusal(says["two"])
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(UnreadableFile("missing", file=str(path)).sentence(lang)) from None
    except OSError as error:
        raise Refusal(says["unread"].format(path=path, why=error.strerror)) from None
    except (ValueError, RecursionError):
        raise Refusal(SAYS_TOO[lang]["plan"].format(path=path)) from None
    try:
        plan = pairing.Plan.from_dict(content["proof"])
        settings = _settings(content["settings"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refusal(SAYS_TOO[lang]["plan"].format(path=path)) from None
    readings = read_files(files, settings["map"], lang)
    sides: list[Side | None] = sides_of(readings) if len(readings) == 2 else [None]
    try:
        problem = problem_of(gather_people(readings, sides), settings, says)
    except (pairing.PairingError, Refusal):
        # A lock or ban that these files cannot hold: the plan was made from others.
        return "same problem", plan
    verdict = pairing.verify(problem, plan)
    if not verdict.holds:
        return verdict.failed, plan
    try:
        told = plan_files.shows(content, plan)
    except (KeyError, TypeError):
        told = False
    return (None if told else "what the file shows"), plan


def _settings(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a plan file; raises KeyError, TypeError or ValueError for anything else."""
    found: dict[str, Any] = {name: list(told[name]) for name in ("lock", "forbid", "map")}
    if not all(isinstance(text, str) for texts in found.values() for text in texts) or not isinstance(
        told["seed"], str
    ):
        raise TypeError
    return found | {"odd": Odd(told["odd"]), "floor": Switch(told["floor"]), "seed": told["seed"]}
