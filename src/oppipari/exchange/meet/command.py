"""`oppipari meet`: a plan and rosters in, times for everybody's meetings out; no database, no web."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from oppipari import scheduling
from oppipari.exchange.command_line import (
    LangOfThree,
    Refusal,
    check_folder,
    check_outputs,
    check_places,
    ending,
    environment_language,
    read_data,
    write_output,
)
from oppipari.exchange.files import UnreadableFile
from oppipari.exchange.meet import files as meet_files
from oppipari.exchange.meet.asked import (
    BadInput,
    PlanPair,
    check_numbers,
    different,
    named_all,
    quiet_of,
    read_day,
    read_plan,
)
from oppipari.exchange.meet.files import NOT_IN_ROSTER, Meetings, Met, Missing
from oppipari.exchange.meet.remarks import about_days, about_people, about_plan
from oppipari.exchange.meet.shown import show, show_reading
from oppipari.exchange.meet.texts import SAYS
from oppipari.exchange.rosters import (
    HELSINKI,
    Hours,
    Roster,
    RosterPerson,
    RosterReading,
    RosterRemark,
    UnreadableRoster,
    gather,
    parse_shift,
    read_roster,
    with_addresses,
)
from oppipari.organisation.text import fold
from oppipari.scheduling import Group, Rules, SchedulingError, Span, Timetable, Worker, words

NO_MEETING = 3


def meet(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="What `oppipari pair --json` wrote, or the same by hand.")],
    rosters: Annotated[list[Path], typer.Argument(metavar="ROSTER...", help="Who works when: .xlsx, .csv, or an .ics for a person.")],
    json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the meetings as JSON.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the meetings as sheets to print.")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="DIR", help="Write a calendar for every person into this folder.")] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day (2026-11-23 or 23.11.2026); by default the rosters' first.")] = None,
    weeks: Annotated[int | None, typer.Option(metavar="N", help="For how many weeks; by default as far as the rosters reach.")] = None,
    meetings: Annotated[int, typer.Option(metavar="N", help="Meetings of every pair.")] = 3,
    length: Annotated[int, typer.Option(metavar="MIN", help="Length of a meeting in minutes.")] = 60,
    spacing: Annotated[int, typer.Option(metavar="DAYS", help="Wished days from a meeting to the next.")] = 28,
    away_per_team: Annotated[int | None, typer.Option(metavar="K", help="How many of a team may be away at once; by default one pair of it.")] = None,
    quiet: Annotated[list[str] | None, typer.Option(metavar='"Mon 07:00-09:00"', help="When nobody leaves; may be repeated.")] = None,
    shift: Annotated[list[str] | None, typer.Option(metavar='"A=7:00-15:00"', help="What a code means (A=- for no work); may be repeated.")] = None,
    rooms: Annotated[int | None, typer.Option(metavar="N", help="How many meetings there is room for at once.")] = None,
    rest: Annotated[int, typer.Option(metavar="HOURS", help="Daily rest that no meeting touches.")] = 11,
    time_limit: Annotated[float | None, typer.Option(metavar="SECONDS", min=0.1, help="Answer with the best so far after this.")] = None,
    lang: Annotated[LangOfThree | None, typer.Option(help="Language of the answer.")] = None,
) -> None:  # fmt: skip
    """Find times for the meetings of all pairs in their common working time, every team staffed."""
    language = str(lang or environment_language())
    out, err = Console(), Console(stderr=True)
    asked = _Asked(plan, rosters, json, xlsx, ics, from_, weeks, meetings, quiet or [], shift or [])
    numbers = {
        "minutes": length,
        "spacing_days": spacing,
        "away_per_team": away_per_team,
        "rooms": rooms,
        "rest_hours": rest,
    }
    with ending(err, SAYS[language]["stopped"]):
        _run(out, err, asked, numbers, time_limit, language)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, as typed."""

    plan: Path
    rosters: list[Path]
    json: Path | None
    xlsx: Path | None
    ics: Path | None
    first: str | None
    weeks: int | None
    meetings: int
    quiet: list[str]
    shift: list[str]


def _run(
    out: Console, err: Console, asked: _Asked, numbers: dict[str, Any], time_limit: float | None, lang: str
) -> None:
    says = SAYS[lang]
    read, written = [asked.plan, *asked.rosters], [p for p in (asked.json, asked.xlsx, asked.ics) if p]
    check_outputs([p for p in read if p != asked.ics], written, says)
    if asked.ics and asked.ics.exists() and not asked.ics.is_dir():
        raise Refusal(says["not_folder"].format(path=asked.ics))
    check_places(asked.json, asked.xlsx, None, says)
    check_folder(asked.ics, says)
    try:
        check_numbers({"meetings": asked.meetings, "weeks": asked.weeks, **numbers})
        first = read_day(asked.first) if asked.first else None
        quiet = [q for told in asked.quiet for q in quiet_of(told)]
        legend = _legend(asked.shift)
        pairs, again = different(_plan(asked.plan, says, lang))
    except BadInput as bad:
        raise Refusal(says[bad.code].format(**({"path": asked.plan} | bad.params))) from None
    if not pairs:
        raise Refusal(says["no_pairs"].format(path=asked.plan), NO_MEETING)
    if numbers["away_per_team"] is None:  # so that two or three of one team may meet at all
        numbers = {**numbers, "away_per_team": max(2, *(len(p.members) for p in pairs))}
    if asked.ics:
        names = meet_files.calendar_names(named_all(pairs)).values()
        check_outputs([*read, *written], [asked.ics / name for name in names], says)
    readings = _readings(asked.rosters, legend, first, says, lang)
    roster = with_addresses(gather(readings), named_all(pairs))
    for reading in readings:
        show_reading(out, reading, lang)
    first = first or roster.first
    weeks = asked.weeks if asked.weeks is not None else max(1, ((roster.last - first).days + 7) // 7)
    people = {p.email: p for p in roster.people if p.email}
    remarks = [
        *roster.remarks,
        *about_plan(asked.plan.name, pairs, again, people),
        *about_days(roster, first, weeks, asked_weeks=asked.weeks is not None),
        *about_people(roster, [people[a] for a in named_all(pairs) if a in people], first, weeks),
    ]
    try:
        rules = Rules(first, weeks, quiet=tuple(quiet), zone=str(HELSINKI), **numbers)
        known = [p for p in pairs if all(a in people for a in p.addresses)]
        groups = [Group(p.key, p.addresses, asked.meetings) for p in known]
        timetable = _solve(err, _workers(roster, named_all(known)), groups, rules, time_limit, says)
    except SchedulingError as error:
        raise Refusal(words.error(error, {p.key: ", ".join(p.members) for p in pairs}, lang)) from None
    settings = {
        "from": first.isoformat(), "weeks": weeks, "meetings": asked.meetings, "length": rules.minutes, "spacing": rules.spacing_days,
        "away_per_team": rules.away_per_team, "quiet": asked.quiet, "shift": asked.shift, "rooms": rules.rooms, "rest": rules.rest_hours,
    }  # fmt: skip
    answer = _answer(pairs, asked.meetings, timetable, people, readings, remarks, settings, lang)
    show(out, answer, lang)
    _write(out, asked, answer, first, says, lang)
    if not answer.met:
        raise Refusal(says["no_meeting"], NO_MEETING)


def _plan(path: Path, says: dict[str, str], lang: str) -> list[PlanPair]:
    try:
        return read_plan(read_data(path, says))
    except UnreadableFile as error:
        raise Refusal(UnreadableRoster(error.code, **error.params).sentence(lang)) from None


def _legend(told: Iterable[str]) -> dict[str, tuple[Hours, ...]]:
    """Codes by --shift. Raises BadInput for what is not understood, or tells of a code in two ways."""
    found: dict[str, tuple[str, tuple[Hours, ...]]] = {}
    for text in told:
        shift = parse_shift(text)
        if shift is None:
            raise BadInput("bad_shift", text=text)
        code, first = found.setdefault(fold(shift[0]), shift)
        if first != shift[1]:
            raise BadInput("shift_twice", shift=code)
    return dict(found.values())


def _readings(
    paths: Sequence[Path], legend: dict[str, tuple[Hours, ...]], near: date | None, says: dict[str, str], lang: str
) -> list[RosterReading]:
    """All rosters; a legend in one file is read for the others too, where they have none of their own."""
    same = len({path.name for path in paths}) < len(paths)
    try:
        files = [(str(path) if same else path.name, read_data(path, says)) for path in dict.fromkeys(paths)]
        readings = [read_roster(name, data, legend, near) for name, data in files]
        own = [{} if r.usual else {fold(c): (c, h) for c, h in r.legend.items()} for r in readings]
        shared = {key: told for legends in reversed(own) for key, told in legends.items()}
        for i, (reading, (name, data)) in enumerate(zip(readings, files, strict=True)):
            others = dict(told for key, told in shared.items() if key not in own[i])
            again = read_roster(name, data, {**others, **legend}, near) if others else reading
            if again.people != reading.people:
                said = RosterRemark(
                    name, 0, "", "legend_shared", {"legend": {c: again.legend[c] for c in others if again.used.get(c)}}
                )
                readings[i] = replace(again, remarks=(*again.remarks, said))
        return readings
    except UnreadableRoster as error:
        raise Refusal(error.sentence(lang)) from None
    except UnreadableFile as error:
        raise Refusal(UnreadableRoster(error.code, **error.params).sentence(lang)) from None


def _workers(roster: Roster, addresses: Sequence[str]) -> list[Worker]:
    """Everybody who is to meet; a team is one however its letters are written."""
    people = {p.email: p for p in roster.people if p.email}
    teams: dict[str, str] = {}
    for person in people.values():
        teams.setdefault(fold(person.team), person.team)
    return [Worker(a, teams[fold(people[a].team)], tuple(Span(*s) for s in people[a].shifts)) for a in addresses]


def _solve(
    err: Console,
    workers: list[Worker],
    groups: list[Group],
    rules: Rules,
    time_limit: float | None,
    says: dict[str, str],
) -> Timetable:
    """Plan, with a progress bar where it takes longer than a second."""
    started = time.monotonic()
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True)
    task = bar.add_task(says["working"], total=1.0)

    def tell(_what: str, done: float) -> None:
        if time.monotonic() - started > 1 and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done)

    try:
        return scheduling.plan(workers, groups, rules, time_limit=time_limit, progress=tell)
    finally:
        bar.stop()


def _answer(
    pairs: Sequence[PlanPair], wanted: int, timetable: Timetable, people: dict[str, RosterPerson],
    readings: list[RosterReading], remarks: list[RosterRemark], settings: dict[str, Any], lang: str,
) -> Meetings:  # fmt: skip
    by_key = {p.key: p for p in pairs}
    order = {p.key: i for i, p in enumerate(pairs)}
    met = [
        Met(by_key[m.group], m.number, m.span.start.astimezone(HELSINKI), m.span.end.astimezone(HELSINKI))
        for m in timetable.meetings
    ]
    missing = [Missing(by_key[u.group], u.number, str(u.reason), words.reason(u, lang)) for u in timetable.unplaced]
    for pair in pairs:
        unknown = [a for a in pair.addresses if a not in people]
        if unknown:
            why = SAYS[lang][NOT_IN_ROSTER].format(people=", ".join(unknown))
            missing += [Missing(pair, n, NOT_IN_ROSTER, why) for n in range(1, wanted + 1)]
    return Meetings(
        met=tuple(sorted(met, key=lambda m: (m.start.timestamp(), order[m.pair.key]))),
        missing=tuple(sorted(missing, key=lambda m: (order[m.pair.key], m.number))),
        bound=timetable.bound,
        proven=timetable.proven,
        proof=words.proof(timetable, lang),
        seconds=timetable.seconds,
        people=people,
        readings=readings,
        remarks=sorted(remarks, key=lambda r: r.row > 0),  # what concerns a whole file first: it may be a question
        settings=settings,
    )


def _write(out: Console, asked: _Asked, answer: Meetings, first: date, says: dict[str, str], lang: str) -> None:
    calendars = meet_files.calendars(answer, lang) if asked.ics else {}
    write_output(out, asked.json, lambda p: meet_files.write_json(p, answer, lang), says)
    write_output(out, asked.xlsx, lambda p: meet_files.write_workbook(p, answer, lang, first), says)

    def write_calendars(folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in calendars.items():
            (folder / name).write_bytes(content)

    write_output(out, asked.ics, write_calendars, says)
