"""`oppipari verify`: check a plan file against the sign-ups it was made from, without solving anything.

Whoever made the file may have written anything in it, and sealed it anew. What follows from the sign-ups is worked out
again; what somebody chose cannot be, and is told before anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from oppipari import pairing
from oppipari.exchange import plan_files
from oppipari.exchange.bridge import gather_people
from oppipari.exchange.command_line import Refusal, check_outputs, check_places, ending, own_language, write_output
from oppipari.exchange.conditions import conditions_told
from oppipari.exchange.differences import Difference
from oppipari.exchange.files import MEGABYTE, UnreadableFile
from oppipari.exchange.os_reasons import os_reason
from oppipari.exchange.pair_command import (
    SAYS,
    Lang,
    Switch,
    plainly_written,
    problem_of,
    read_files,
    remarks_of,
    sides_of,
)
from oppipari.exchange.strict_json import TwoMeanings, read_json
from oppipari.pairing import Odd, Side, words

HOLDS, DOES_NOT_HOLD = 0, 1

MOST_NAMED = 10
# Nobody can know afterwards how long it took.
NOT_CHECKED = ("seconds",)
# A plan of 50,000 people is a fifth of this.
LARGEST_PLAN = 256 * MEGABYTE

SAYS_TOO = {
    "fi": {
        "plan": "{path}: tämä ei ole suunnitelma, jonka oppipari pair --json on kirjoittanut.",
        "earlier": "{path}: tämän suunnitelman on tehnyt ohjelman aiempi versio, eikä siinä ole kaikkea, mikä tarkistetaan. Tee suunnitelma uudelleen: oppipari pair --json.",
        "later": "{path}: tämän suunnitelman on tehnyt ohjelman uudempi versio. Tarkista se sillä.",
        "twice": "{path}: kenttä ”{name}” on samassa kohdassa kahdesti, joten tiedoston voi lukea kahdella tavalla. Sitä ei tarkistettu.",
        "number": "{path}: {name} ei ole luku, jonka kaikki ohjelmat lukevat samoin. Tiedostoa ei tarkistettu.",
        "text": "{path}: tekstissä on puolikas merkki. Tiedostoa ei tarkistettu.",
        "large": "{path}: tiedosto on suurempi kuin {limit} megatavua.",
        "before": "Suunnitelma laskee lisäpisteitä pareille, jotka muka oli näytetty aiemmin. oppipari pair ei tunne aiempia suunnitelmia, joten se ei ole tehnyt tätä tiedostoa.",
        "shows": "Todistus pitää paikkansa, mutta tiedostossa näkyy muuta kuin siitä ja ilmoittautumisista seuraa:",
        "other": "{where}: {found}, pitäisi olla {due}",
        "missing": "{where}: puuttuu, pitäisi olla {due}",
        "extra": "{where}: {found}, ei kuulu tähän",
        "more": "… ja {count} muuta kohtaa.",
        "called": "Tiedosto kertoo, että ilmoittautumiset luettiin näistä: {told}. Tarkistuksessa luettiin: {read}.",
        "stopped": "Keskeytetty. Tarkistus jäi kesken.",
    },
    "en": {
        "plan": "{path}: this is no plan that oppipari pair --json wrote.",
        "earlier": "{path}: an earlier version wrote this plan, and not all that is checked is in it. Make the plan anew: oppipari pair --json.",
        "later": "{path}: a later version wrote this plan. Check it with that one.",
        "twice": "{path}: the field “{name}” is there twice in one place, so that the file can be read in two ways. It was not checked.",
        "number": "{path}: {name} is no number that all programs read alike. The file was not checked.",
        "text": "{path}: a text holds half a character. The file was not checked.",
        "large": "{path}: the file is larger than {limit} megabytes.",
        "before": "The plan counts extra points for pairs that are said to have been shown before. oppipari pair knows no earlier plan, so it did not write this file.",
        "shows": "The proof holds, but the file shows something else than follows from it and from the sign-ups:",
        "other": "{where}: {found}, should be {due}",
        "missing": "{where}: is missing, should be {due}",
        "extra": "{where}: {found}, does not belong here",
        "more": "… and {count} more fields.",
        "called": "The file says that the sign-ups were read from {told}. Here they were read from {read}.",
        "stopped": "Stopped. Nothing is known of the plan yet.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check, in words and for programs.

    `failed` is the claim that is untrue, `differences` are fields that show something else than they should; of a plan that
    holds there are neither, and `conditions` are what somebody chose for it.
    """

    said: str
    failed: str | None = None
    differences: tuple[Difference, ...] = ()
    plan: pairing.Plan | None = None
    conditions: tuple[dict[str, Any], ...] = ()
    files_told: tuple[str, ...] = ()
    files_read: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.failed is None and not self.differences

    def to_dict(self) -> dict[str, Any]:
        """As --json writes it."""
        plan = self.plan if self.holds else None
        return {
            "holds": self.holds,
            "said": self.said,
            "failed": self.failed,
            "differences": [difference.where for difference in self.differences],
            "proven": plan is not None and plan.proven,
            "gap": None if plan is None else plan_files.shown(plan.gap),
            "floor_settled": None if plan is None else not plan.certificate.floor_open,
            "conditions": list(self.conditions) if self.holds else None,
            "files_told": list(self.files_told),
            "files_read": list(self.files_read),
            "not_checked": list(NOT_CHECKED),
        }


def verify(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="What `oppipari pair --json` wrote.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The sign-ups it was made from.")],
    json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the answer as JSON.")] = None,
    lang: Annotated[Lang | None, typer.Option(help="Language of the answer.")] = None,
) -> None:
    """Check that a plan is what it claims to be: every pair is scored anew and held against the proof."""
    language = str(lang or own_language())
    out, err = Console(), Console(stderr=True)
    with ending(err, SAYS_TOO[language]["stopped"]):
        if json:
            check_outputs([plan, *files], [json], SAYS[language])
            check_places(json, None, None, SAYS[language])
        try:
            found = checked(plan, files, language)
        except RecursionError:  # something nested deeper than any plan is
            raise Refusal(SAYS_TOO[language]["plan"].format(path=plan)) from None
        (out if found.holds else err).print(found.said, markup=False, emoji=False, highlight=False, soft_wrap=True)
        write_output(out, json, lambda p: plan_files.write_json(p, found.to_dict()), SAYS[language])
    raise typer.Exit(HOLDS if found.holds else DOES_NOT_HOLD)


def checked(path: Path, files: list[Path], lang: str) -> Checked:
    """What the plan file claims, held against the sign-ups; raises Refusal for what cannot be read."""
    says, says_too = SAYS[lang], SAYS_TOO[lang]
    if len(files) > 2:
        raise Refusal(says["two"])
    content = _content(path, lang)
    try:
        plan = pairing.Plan.from_dict(content["proof"])
        settings = _settings(content["settings"])
        if plainly_written(settings, says) != settings:
            raise ValueError(settings)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, Refusal, UnreadableFile):
        raise Refusal(says_too["plan"].format(path=path)) from None
    readings = read_files(files, settings["map"], lang)
    sides: list[Side | None] = sides_of(readings) if len(readings) == 2 else [None]
    people = gather_people(readings, sides)
    if plan.certificate.kept:
        return Checked(says_too["before"], failed="pairs shown before")
    try:
        problem = problem_of(people, settings, says)
    except (pairing.PairingError, Refusal):
        # A lock or ban that these files cannot hold: the plan was made from others.
        return Checked(words.verdict("same problem", plan, lang), failed="same problem")
    verdict = pairing.verify(problem, plan, odd=Odd(settings["odd"]))
    if not verdict.holds:
        return Checked(words.verdict(verdict.failed, plan, lang), failed=verdict.failed)
    due = plan_files.as_json(problem, plan, people, remarks_of(readings, people), settings["lang"], settings)
    if wrong := plan_files.shown_wrongly(content, due):
        named = [f"  {words.visible(each.sentence(says_too), most=400)}" for each in wrong[:MOST_NAMED]]
        more = [f"  {says_too['more'].format(count=len(wrong) - MOST_NAMED)}"] if len(wrong) > MOST_NAMED else []
        return Checked("\n".join([says_too["shows"], *named, *more]), differences=tuple(wrong))
    chosen = conditions_told(problem, plan, people, settings, lang)
    said = [words.verdict(None, plan, lang, [c["text"] for c in chosen])]
    told = plan_files.files_told(content) or []
    if set(told) != set(people.files):
        said.append(says_too["called"].format(told=_listed(told), read=_listed(people.files)))
    return Checked(
        "\n".join(said), plan=plan, conditions=tuple(chosen), files_told=tuple(told), files_read=people.files
    )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(words.visible(name) for name in names)


def _content(path: Path, lang: str) -> dict[str, Any]:
    """What stands in a plan file, once it is sure that it can be read in one way only; raises Refusal."""
    says, says_too = SAYS[lang], SAYS_TOO[lang]
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_PLAN + 1)  # what never ends is not read to its end
    except FileNotFoundError:
        raise Refusal(UnreadableFile("missing", file=str(path)).sentence(lang)) from None
    except OSError as error:
        raise Refusal(says["unread"].format(path=path, why=os_reason(error, lang))) from None
    if len(data) > LARGEST_PLAN:
        raise Refusal(says_too["large"].format(path=path, limit=LARGEST_PLAN // MEGABYTE))
    try:
        content = read_json(data)
    except TwoMeanings as found:
        kind = "plan" if found.code == "not_json" else found.code
        raise Refusal(says_too[kind].format(path=path, name=words.visible(found.name))) from None
    if not isinstance(content, dict) or not {"proof", "settings"} <= set(content):
        raise Refusal(says_too["plan"].format(path=path))
    version = content.get("version", 1)
    if type(version) is not int or version < 1:
        raise Refusal(says_too["plan"].format(path=path))
    if version != plan_files.VERSION:
        raise Refusal(says_too["earlier" if version < plan_files.VERSION else "later"].format(path=path))
    return content


def _settings(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a plan file; raises KeyError, TypeError or ValueError for anything else, also for one more."""
    lists, choices = ("lock", "forbid", "map"), {"odd": Odd, "floor": Switch, "lang": Lang}
    if set(told) != {*lists, *choices, "seed"} or not all(isinstance(told[name], list) for name in lists):
        raise TypeError
    if not all(isinstance(text, str) for text in (told["seed"], *(t for name in lists for t in told[name]))):
        raise TypeError
    chosen = {name: str(kind(told[name])) for name, kind in choices.items()}
    return {name: list(told[name]) for name in lists} | chosen | {"seed": told["seed"]}
