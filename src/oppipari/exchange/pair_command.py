"""`oppipari pair`: sign-ups in spreadsheets in, the best pairs out; no database, no web."""

import re
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from oppipari import pairing
from oppipari.exchange import plan_files
from oppipari.exchange.bridge import AS_MENTEE, People, gather_people
from oppipari.exchange.columns import Field
from oppipari.exchange.command_line import (
    Refusal,
    check_outputs,
    check_places,
    ending,
    own_language,
    read_data,
    write_output,
)
from oppipari.exchange.conditions import conditions_told, named
from oppipari.exchange.files import UnreadableFile, column_names
from oppipari.exchange.reading import Reading, Remark, parse_mapping, read_signups
from oppipari.organisation.text import fold
from oppipari.pairing import Odd, Policy, Problem, Side, words

NO_PAIR = 3

MAX_PEOPLE = 50_000

SAYS = {
    "fi": {
        "language": "fi",
        "understood": "{file}: ilmoittautumisia {count}, tunnistettuja sarakkeita {columns}",
        "side_mentor": "mentorit", "side_mentee": "aktorit", "used": "Luettu: {columns}", "unused": "Käyttämättä: {columns}",
        "pairs": "Parit", "pair": "Pari", "why": "Miksi", "points": "Pisteet", "waiting": "Odottavat", "trio": "Kolmikko, joka sopisi: {names}",
        "warnings": "Huomiot", "row": "{file}, rivi {row}, {column}: {message}", "floor": "Huonoimmankin parin pisteet ovat vähintään {floor}.",
        "two": "Anna yksi tiedosto tai kaksi (mentorit ja aktorit).", "no_pair": "Yhtään sallittua paria ei ole. Tarkista työajat ja kielet.",
        "one_person": "Ilmoittautuneita on vain yksi. Pariin tarvitaan kaksi.",
        "same_person": "”{text}”: nimeä kaksi eri ihmistä.",
        "floor_joined": "Huonoimmankin parin pisteet olivat vähintään {floor}, ennen kuin kolmas liittyi.",
        "xlsx_name": "{path}: --xlsx kirjoittaa Excel-työkirjan. Anna nimelle pääte .xlsx.",
        "pair_form": "”{text}”: kirjoita kaksi sähköpostiosoitetta, välissä |.", "wrote": "Kirjoitettu: {path}", "no_write": "{path}: tiedostoa ei voi kirjoittaa ({why}).",
        "working": "Muodostetaan pareja", "people": "Ihmisiä {people}, sallittuja pareja {allowed}.",
        "folder": "{path}: tämä on kansio, ei tiedosto.", "unread": "{path}: tiedostoa ei voi lukea ({why}).",
        "same_file": "{path}: tulos kirjoitettaisiin toisen tiedoston päälle. Valitse sille toinen nimi.",
        "too_many": "Ihmisiä on {people}. Yhdellä kertaa voi muodostaa parit enintään {limit} ihmiselle.",
        "stopped": "Keskeytetty. Mitään ei kirjoitettu.", "more": "… ja {count} muuta (kaikki näkyvät tiedostossa: --xlsx tai --json).",
    },
    "en": {
        "language": "en",
        "understood": "{file}: sign-ups {count}, columns recognised {columns}",
        "side_mentor": "mentors", "side_mentee": "mentees", "used": "Read as: {columns}", "unused": "Not used: {columns}",
        "pairs": "Pairs", "pair": "Pair", "why": "Why", "points": "Points", "waiting": "Waiting", "trio": "A trio that would suit: {names}",
        "warnings": "Remarks", "row": "{file}, row {row}, {column}: {message}", "floor": "Even the lowest pair has at least {floor} points.",
        "two": "Give one file, or two (mentors and mentees).", "no_pair": "No pair is allowed. Check working times and languages.",
        "one_person": "Only one person signed up. A pair needs two.",
        "same_person": "“{text}”: name two different people.",
        "floor_joined": "Even the lowest pair had at least {floor} points before a third joined.",
        "xlsx_name": "{path}: --xlsx writes an Excel workbook. Let the name end in .xlsx.",
        "pair_form": "“{text}”: write two e-mail addresses with | between them.", "wrote": "Written: {path}", "no_write": "{path}: cannot be written ({why}).",
        "working": "Forming pairs", "people": "People {people}, allowed pairs {allowed}.",
        "folder": "{path}: this is a folder, not a file.", "unread": "{path}: cannot be read ({why}).",
        "same_file": "{path}: the result would be written over another file. Choose another name for it.",
        "too_many": "There are {people} people. Pairs can be formed for at most {limit} at a time.",
        "stopped": "Stopped. Nothing was written.", "more": "… and {count} more (all of them with --xlsx or --json).",
    },
}  # fmt: skip


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class Lang(StrEnum):
    FI = "fi"
    EN = "en"


def pair(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sign-ups (.xlsx, .csv); two files are mentors and mentees.")],
    json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the plan as JSON.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the plan as sheets to print.")] = None,
    scores: Annotated[Path | None, typer.Option(metavar="OUT", help="Write a,b,score of every allowed pair as CSV.")] = None,
    lock: Annotated[list[str] | None, typer.Option(metavar='"A|B"', help="These two (addresses) shall be a pair.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(metavar='"A|B"', help="These two shall not be a pair.")] = None,
    odd: Annotated[Odd, typer.Option(help="An odd person joins a trio, or waits.")] = Odd.WAIT,
    floor: Annotated[Switch, typer.Option(help="Raise the worst pair as far as 5 % of the total pays for it.")] = Switch.ON,
    seed: Annotated[str, typer.Option(metavar="TEXT", help="Which of equally good plans is taken.")] = "",
    lang: Annotated[Lang | None, typer.Option(help="Language of the answer.")] = None,
    map: Annotated[list[str] | None, typer.Option(metavar='"THEIRS=OURS"', help=f"Name a column. Ours: {', '.join(Field)}.")] = None,
    time_limit: Annotated[float | None, typer.Option(metavar="SECONDS", min=0.1, help="Answer with the best plan so far after this, and its honest gap.")] = None,
) -> None:  # fmt: skip
    """Form the best pairs from sign-ups in spreadsheets, with reasons and a proof; people are named by address."""
    language = str(lang or own_language())
    out, err = Console(), Console(stderr=True)
    with ending(err, SAYS[language]["stopped"]):
        _run(
            out,
            err,
            files,
            json,
            xlsx,
            scores,
            lock or [],
            forbid or [],
            odd,
            floor,
            seed,
            language,
            map or [],
            time_limit,
        )


def _run(
    out: Console, err: Console, files: list[Path], json: Path | None, xlsx: Path | None, scores: Path | None,
    lock: list[str], forbid: list[str], odd: Odd, floor: Switch, seed: str, lang: str, mapping: list[str],
    time_limit: float | None,
) -> None:  # fmt: skip
    says = SAYS[lang]
    if len(files) > 2:
        raise Refusal(says["two"])
    check_outputs(files, [out_file for out_file in (json, xlsx, scores) if out_file], says)
    check_places(json, xlsx, scores, says)
    readings = read_files(files, mapping, lang)
    sides: list[Side | None] = sides_of(readings) if len(readings) == 2 else [None]
    people = gather_people(readings, sides)
    for reading, side in zip(readings, sides, strict=True):
        label = f" ({says[f'side_{side}']})" if side else ""
        line = says["understood"].format(file=reading.file, count=len(reading.people), columns=len(reading.columns))
        out.print(line + label, markup=False, highlight=False, soft_wrap=True)
        used = "; ".join(f"{field}: {', '.join(headings)}" for field, headings in reading.columns.items())
        out.print("  " + says["used"].format(columns=used), style="dim", markup=False, highlight=False)
        if reading.unused:
            out.print(
                "  " + says["unused"].format(columns=column_names(reading.unused)),
                style="dim",
                markup=False,
                highlight=False,
            )
    remarks = remarks_of(readings, people)
    if len(people.participants) > MAX_PEOPLE:
        raise Refusal(says["too_many"].format(people=len(people.participants), limit=MAX_PEOPLE))
    asked = {"lock": lock, "forbid": forbid, "odd": str(odd), "floor": str(floor), "seed": seed, "map": mapping}
    settings = plainly_written(asked, says)
    try:
        problem = problem_of(people, settings, says)
        plan = _solve(err, problem, odd, time_limit, says)
    except pairing.NoAllowedPair:
        _show_remarks(out, remarks, lang)  # they often tell why
        raise Refusal(says["one_person" if len(people.participants) == 1 else "no_pair"], NO_PAIR) from None
    except pairing.PairingError as error:
        raise Refusal(words.error(error, {}, lang)) from None
    _show(out, problem, plan, people, remarks, lang, settings)
    write_output(
        out,
        json,
        lambda p: plan_files.write_json(p, plan_files.as_json(problem, plan, people, remarks, lang, settings)),
        says,
    )
    write_output(
        out, xlsx, lambda p: plan_files.write_workbook(p, problem, plan, people, remarks, lang, settings), says
    )
    write_output(out, scores, lambda p: plan_files.write_scores(p, problem), says)


def plainly_written(settings: Mapping[str, Any], says: dict[str, str]) -> dict[str, Any]:
    """The settings with addresses, and columns named by hand, in the one way in which a plan file writes them.

    Raises a Refusal where two addresses are not understood, UnreadableFile where a column is not.
    """
    return dict(settings) | {
        "lock": ["|".join(_two(text, says)) for text in settings["lock"]],
        "forbid": ["|".join(_two(text, says)) for text in settings["forbid"]],
        "map": [f"{heading}={target}" for heading, target in parse_mapping(settings["map"])],
    }


def problem_of(people: People, settings: Mapping[str, Any], says: dict[str, str]) -> Problem:
    """The engine's problem for these people; `settings` as a plan file keeps them. Raises a PairingError or a Refusal."""
    return Problem.from_participants(
        people.participants,
        policy=Policy(two_sided=people.two_sided, floor=settings["floor"] == Switch.ON),
        exclusions=people.exclusions,
        locked=[_lock(text, people, says) for text in settings["lock"]],
        forbidden=[pair for text in settings["forbid"] for pair in people.pairs_of(*_two(text, says))],
        seed=settings["seed"],
    )


def remarks_of(readings: Sequence[Reading], people: People) -> list[Remark]:
    """All that is to be said of the files, in their rows' order."""
    found = (*(r for reading in readings for r in reading.remarks), *people.remarks)
    return sorted(found, key=lambda r: (r.file, r.row))


def read_files(files: list[Path], mapping: list[str], lang: str) -> list[Reading]:
    readings: list[Reading] = []
    # Two files of the same name are told apart by their folders.
    same = len({path.name for path in files}) < len(files)
    try:
        by_hand = parse_mapping(mapping)
        readings = [
            read_signups(str(path) if same else path.name, read_data(path, SAYS[lang]), by_hand) for path in files
        ]
        headings = {fold(h) for r in readings for h in (*r.unused, *(h for hs in r.columns.values() for h in hs))}
        for heading, _target in by_hand:
            if fold(heading) not in headings:
                shown = column_names([h for hs in readings[0].columns.values() for h in hs] + list(readings[0].unused))
                raise UnreadableFile("map_column", column=heading, file=readings[0].file, columns=shown)
    except UnreadableFile as error:
        raise Refusal(error.sentence(lang)) from None
    return readings


def sides_of(readings: list[Reading]) -> list[Side | None]:
    """Mentors first, mentees second, unless the files' names or a column of places say that it is the other way round."""

    def told(reading: Reading) -> Side | None:
        name = Path(reading.file).name
        if re.search(r"mentee|aktor|adept", name, re.IGNORECASE):
            return Side.MENTEE
        return Side.MENTOR if re.search(r"mentor(?!oin|ing|skap)", name, re.IGNORECASE) else None

    first, second = told(readings[0]), told(readings[1])
    if first == second:
        first, second = (Side.MENTOR if Field.CAPACITY in r.columns else None for r in readings)
    swapped = first != second and (first == Side.MENTEE or second == Side.MENTOR)
    return [Side.MENTEE, Side.MENTOR] if swapped else [Side.MENTOR, Side.MENTEE]


def _two(text: str, says: dict[str, str]) -> tuple[str, str]:
    """Two addresses from "a|b"."""
    parts = [fold(p) for p in text.split("|")]
    if len(parts) != 2 or not all(parts):
        raise Refusal(says["pair_form"].format(text=text))
    if parts[0] == parts[1]:
        raise Refusal(says["same_person"].format(text=text))
    return parts[0], parts[1]


def _lock(text: str, people: People, says: dict[str, str]) -> tuple[str, str]:
    """The two people to lock; where both are on both sides, the first is the mentor."""
    a, b = _two(text, says)
    possible = people.pairs_of(a, b)
    return next((pair for pair in possible if pair[0] == a and pair[1] == f"{b}{AS_MENTEE}"), possible[0])


def _solve(err: Console, problem: Problem, odd: Odd, time_limit: float | None, says: dict[str, str]) -> pairing.Plan:
    """Solve, with a progress bar where it takes longer than a second."""
    started = time.monotonic()
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True)
    task = bar.add_task(says["working"], total=1.0)

    def tell(_what: str, done: float) -> None:
        if time.monotonic() - started > 1 and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done)

    try:
        return pairing.solve(problem, odd=odd, time_limit=time_limit, progress=tell)
    finally:
        bar.stop()


def _show(
    out: Console,
    problem: Problem,
    plan: pairing.Plan,
    people: People,
    remarks: list[Remark],
    lang: str,
    settings: Mapping[str, Any],
) -> None:
    says = SAYS[lang]
    out.print(says["people"].format(people=plan.people, allowed=plan.allowed_pairs), highlight=False)
    # Before the pairs: what was chosen, and how good they are under it, as `oppipari verify` tells it.
    chosen = [c["text"] for c in conditions_told(problem, plan, people, settings, lang)]
    for line in words.proof_under(plan, chosen, lang):
        out.print(line, style="bold", markup=False, emoji=False, highlight=False, soft_wrap=True)
    table = Table(title=says["pairs"], show_lines=True, title_justify="left")
    table.add_column(says["pair"], ratio=2)
    table.add_column(says["why"], ratio=4)
    table.add_column(says["points"], justify="right")
    for group in (*plan.pairs, *plan.trios)[:60]:
        reasons = plan_files.group_reasons(problem, group, people, lang)
        table.add_row(
            escape("\n".join(named(k, people) for k in group.members)),
            escape("\n".join(reasons)),
            words.points(group.score, lang),
        )
    out.print(table)
    if (more := len(plan.groups) - 60) > 0:
        out.print(says["more"].format(count=more))
    if plan.floor is not None:
        sentence = says["floor_joined" if plan.joined else "floor"]
        out.print(sentence.format(floor=words.points(plan.floor, lang)), highlight=False)
    if plan.waiting:
        out.print(f"\n{says['waiting']}", style="bold")
        suggested = {k: g for g in plan.suggested_trios for k in g.members}
        for key in plan.waiting:
            line = f"{named(key, people)}: {words.waiting(plan.waiting_reasons[key], lang)}"
            if key in suggested:
                names = ", ".join(named(m, people) for m in suggested[key].members)
                line += " " + says["trio"].format(names=names)
            out.print("  " + line, markup=False, highlight=False, soft_wrap=True)
    _show_remarks(out, remarks, lang)


def _show_remarks(out: Console, remarks: Sequence[Remark], lang: str) -> None:
    says = SAYS[lang]
    if remarks:
        out.print(f"\n{says['warnings']}", style="bold")
    for r in remarks[:30]:
        line = says["row"].format(file=r.file, row=r.row, column=r.column, message=r.message(lang))
        out.print("  " + line, markup=False, highlight=False, soft_wrap=True)
    if len(remarks) > 30:
        out.print("  " + says["more"].format(count=len(remarks) - 30))
