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
from oppipari.exchange.command_line import Refusal, ending, own_language
from oppipari.exchange.files import UnreadableFile
from oppipari.exchange.os_reasons import os_reason
from oppipari.exchange.pair_command import (
    SAYS,
    Lang,
    Switch,
    problem_of,
    read_files,
    remarks_of,
    sides_of,
)
from oppipari.pairing import Odd, Side, words

HOLDS, DOES_NOT_HOLD = 0, 1

MOST_NAMED = 10

SAYS_TOO = {
    "fi": {
        "plan": "{path}: tämä ei ole suunnitelma, jonka oppipari pair --json on kirjoittanut.",
        "shows": "Todistus pitää paikkansa, mutta tiedostossa näkyy muuta kuin siitä ja ilmoittautumisista seuraa:",
        "other": "{where}: {found}, pitäisi olla {due}",
        "missing": "{where}: puuttuu, pitäisi olla {due}",
        "extra": "{where}: {found}, ei kuulu tähän",
        "more": "… ja {count} muuta kohtaa.",
        "stopped": "Keskeytetty. Tarkistus jäi kesken.",
    },
    "en": {
        "plan": "{path}: this is no plan that oppipari pair --json wrote.",
        "shows": "The proof holds, but the file shows something else than follows from it and from the sign-ups:",
        "other": "{where}: {found}, should be {due}",
        "missing": "{where}: is missing, should be {due}",
        "extra": "{where}: {found}, does not belong here",
        "more": "… and {count} more fields.",
        "stopped": "Stopped. Nothing is known of the plan yet.",
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
    with ending(err, SAYS_TOO[language]["stopped"]):
        holds, answer = _checked(plan, files, language)
    (out if holds else err).print(answer, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(HOLDS if holds else DOES_NOT_HOLD)


def _checked(path: Path, files: list[Path], lang: str) -> tuple[bool, str]:
    """Whether the plan holds, and that in words; raises Refusal for what cannot be read."""
    says, says_too = SAYS[lang], SAYS_TOO[lang]
    if len(files) > 2:
        raise Refusal(says["two"])
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(UnreadableFile("missing", file=str(path)).sentence(lang)) from None
    except OSError as error:
        raise Refusal(says["unread"].format(path=path, why=os_reason(error, lang))) from None
    except (ValueError, RecursionError):
        raise Refusal(says_too["plan"].format(path=path)) from None
    try:
        plan = pairing.Plan.from_dict(content["proof"])
        settings = _settings(content["settings"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refusal(says_too["plan"].format(path=path)) from None
    readings = read_files(files, settings["map"], lang)
    sides: list[Side | None] = sides_of(readings) if len(readings) == 2 else [None]
    people = gather_people(readings, sides)
    try:
        problem = problem_of(people, settings, says)
    except (pairing.PairingError, Refusal):
        # A lock or ban that these files cannot hold: the plan was made from others.
        return False, words.verdict("same problem", plan, lang)
    verdict = pairing.verify(problem, plan)
    if not verdict.holds:
        return False, words.verdict(verdict.failed, plan, lang)
    due = plan_files.as_json(problem, plan, people, remarks_of(readings, people), settings["lang"], settings)
    if wrong := plan_files.shown_wrongly(content, due):
        named = [f"  {difference.sentence(says_too)}" for difference in wrong[:MOST_NAMED]]
        more = [f"  {says_too['more'].format(count=len(wrong) - MOST_NAMED)}"] if len(wrong) > MOST_NAMED else []
        return False, "\n".join([says_too["shows"], *named, *more])
    return True, words.verdict(None, plan, lang)


def _settings(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a plan file; raises KeyError, TypeError or ValueError for anything else."""
    found: dict[str, Any] = {name: list(told[name]) for name in ("lock", "forbid", "map")}
    if not all(isinstance(text, str) for texts in found.values() for text in texts) or not isinstance(
        told["seed"], str
    ):
        raise TypeError
    chosen = {"odd": Odd(told["odd"]), "floor": Switch(told["floor"]), "lang": Lang(told["lang"])}
    return found | {name: str(value) for name, value in chosen.items()} | {"seed": told["seed"]}
