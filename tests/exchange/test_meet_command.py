"""`oppipari meet` on files: its answers checked by rules that are read here once more from the rosters themselves."""

import json
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from icalendar import Calendar
from tests.exchange.calendar_rules import faults, offsets
from tests.exchange.rosters import csv_bytes, workbook
from typer.testing import CliRunner

from oppipari.cli import app
from oppipari.exchange.meet.asked import BadInput, quiet_of, read_day
from oppipari.exchange.meet.files import HEADINGS
from oppipari.exchange.meet.texts import SAYS

DATA = Path(__file__).parent.parent / "data"
ROSTERS = DATA / "rosters"
HELSINKI = ZoneInfo("Europe/Helsinki")
HOURS = {"A": (7.0, 15.0), "I": (14.0, 22.0), "Y": (21.5, 31.5)}
MONDAY = date(2026, 11, 23)


def run(*args: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["meet", *map(str, args)], env={"COLUMNS": "200"})
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def meet(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run with --json and give the content."""

    def answer(*args: str | Path, status: int = 0) -> dict[str, Any]:
        run(*args, "--json", tmp_path / "out.json", status=status)
        return json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))

    return answer


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    """A plan of pairs of a, b, c ... and a roster of everybody's cells from Monday 23 November on."""

    def write(
        cells: dict[str, list[str]], *pairs: str, first: date = MONDAY, teams: dict[str, str] | None = None
    ) -> list[Path]:
        days = [(first + timedelta(n)).isoformat() for n in range(max(map(len, cells.values())))]
        people = [
            [f"{k}@example.org", f"Nimi {k.upper()}", (teams or {}).get(k, f"T{k}"), *row] for k, row in cells.items()
        ]
        roster = tmp_path / "lista.csv"
        roster.write_bytes(csv_bytes([["Sähköposti", "Nimi", "Tiimi", *days], *people]))
        plan = tmp_path / "plan.json"
        groups = [{"members": [f"{k}@example.org" for k in pair]} for pair in pairs]
        content = {
            "pairs": [g for g in groups if len(g["members"]) == 2],
            "trios": [g for g in groups if len(g["members"]) == 3],
        }
        plan.write_text(json.dumps(content), encoding="utf-8")
        return [plan, roster]

    return write


def moments(answer: dict[str, Any]) -> list[str]:
    return [f"{m['start'][5:16]} {' '.join(a.partition('@')[0] for a in m['members'])}" for m in answer["meetings"]]


def shifts_in(book: Path) -> tuple[dict[str, list[tuple[datetime, datetime]]], dict[str, str]]:
    """Everybody's shifts and team, straight from the cells."""
    rows = list(openpyxl.load_workbook(book)["Työvuorot"].iter_rows(values_only=True))
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in rows[1:]:
        found[row[0]] = [
            (day + timedelta(hours=HOURS[code][0]), day + timedelta(hours=HOURS[code][1]))
            for day, code in zip(rows[0][3:], row[3:], strict=True)
            if code in HOURS
        ]
    return found, {row[0]: row[2] for row in rows[1:]}


def broken(
    answer: dict[str, Any], shifts: dict[str, list[tuple[datetime, datetime]]], teams: dict[str, str], *,
    minutes: int = 60, away: int = 1, least: int = 1, quiet: Iterable[tuple[set[int], float, float]] = (), rest: float = 11,
) -> list[str]:  # fmt: skip
    """Every rule that a meeting breaks, in local time without its zone (the samples know no change of summer time)."""
    found = []
    leaving: Counter[tuple[str, datetime]] = Counter()
    earlier: dict[tuple[str, ...], datetime] = {}
    for m in answer["meetings"]:
        start, end = (datetime.fromisoformat(m[k]) for k in ("start", "end"))
        if start.utcoffset() != start.astimezone(HELSINKI).utcoffset() or end - start != timedelta(minutes=minutes):
            found.append(f"zone or length {m}")
        start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
        pair = tuple(m["members"])
        if pair in earlier and (start.date() - earlier[pair].date()).days < least:
            found.append(f"spacing {m}")
        earlier[pair] = start
        for days, begins, ends in quiet:
            day = datetime(start.year, start.month, start.day)
            if start.weekday() in days and start < day + timedelta(hours=ends) and end > day + timedelta(hours=begins):
                found.append(f"quiet {m}")
        for person in pair:
            inside = [s for s in shifts[person] if s[0] <= start and end <= s[1]]
            before = [s for s in shifts[person] if s[1] <= start]
            if not inside:
                found.append(f"shift {m}")
            elif (
                before
                and inside[0][0] - max(s[1] for s in before) < timedelta(hours=rest)
                and start < max(s[1] for s in before) + timedelta(hours=rest)
            ):
                found.append(f"rest {m}")
            for n in range(minutes // 15):
                leaving[teams[person], start + timedelta(minutes=15 * n)] += 1
    found += [f"away {team} {at}" for (team, at), count in leaving.items() if team and count > away]
    return found


def test_every_pair_of_the_sample_meets_three_times_and_no_rule_is_broken(meet: Any) -> None:
    answer = meet(ROSTERS / "plan.json", ROSTERS / "koivu-ja-manty.xlsx", "--away-per-team", "1")
    shifts, teams = shifts_in(ROSTERS / "koivu-ja-manty.xlsx")
    assert len(answer["meetings"]) == answer["bound"] == 36
    assert answer["proven"]
    assert answer["unplaced"] == answer["warnings"] == []
    assert set(answer) >= {"meetings", "unplaced", "proven", "bound", "seconds", "warnings"}
    assert answer["meetings"] == sorted(answer["meetings"], key=lambda m: m["start"])
    assert Counter(tuple(m["members"]) for m in answer["meetings"]) == {
        tuple(g["members"]): 3 for g in json.loads((ROSTERS / "plan.json").read_text())["pairs"]
    }
    assert broken(answer, shifts, teams) == []


def test_options_are_kept(meet: Any) -> None:
    answer = meet(
        ROSTERS / "plan.json", ROSTERS / "koivu-ja-manty.xlsx", "--from", "30.11.2026", "--weeks", "4", "--meetings", "2",
        "--length", "45", "--spacing", "10", "--away-per-team", "2", "--quiet", "Mon-Fri 07:00-09:00", "--quiet", "la su 0-24",
    )  # fmt: skip
    shifts, teams = shifts_in(ROSTERS / "koivu-ja-manty.xlsx")
    quiet = [({0, 1, 2, 3, 4}, 7, 9), ({5, 6}, 0, 24)]
    assert len(answer["meetings"]) + len(answer["unplaced"]) == 24
    assert answer["meetings"]
    assert broken(answer, shifts, teams, minutes=45, away=2, quiet=quiet) == []
    days = {datetime.fromisoformat(m["start"]).date() for m in answer["meetings"]}
    assert min(days) >= date(2026, 11, 30)
    assert max(days) <= date(2026, 12, 27)
    assert not any(d.weekday() > 4 for d in days)
    assert answer["settings"] == {
        "from": "2026-11-30", "weeks": 4, "meetings": 2, "length": 45, "spacing": 10, "away_per_team": 2,
        "quiet": ["Mon-Fri 07:00-09:00", "la su 0-24"], "shift": [], "rooms": None, "rest": 11,
    }  # fmt: skip


def test_what_options_are_for(meet: Any, files: Any) -> None:
    given = files(
        {"a": ["7-9"], "b": ["7-9"], "c": ["7-9"], "d": ["7-9"]},
        "ab",
        "cd",
        teams={"a": "X", "c": "x", "b": "", "d": ""},
    )
    one = [*given, "--meetings", "1", "--away-per-team", "1"]
    assert moments(meet(*one, "--length", "60")) == ["11-23T07:00 a b", "11-23T08:00 c d"]
    assert len(meet(*one, "--length", "90")["unplaced"]) == 1
    assert len(moments(meet(*one, "--length", "90", "--away-per-team", "2"))) == 2
    assert len(moments(meet(*one, "--length", "90", "--away-per-team", "2", "--rooms", "1"))) == 1
    assert meet(*one, "--quiet", "må 7-8", "--length", "90", status=3)["meetings"] == []


def test_two_of_one_team_count_as_two_away(meet: Any, files: Any) -> None:
    given = files({"a": ["A"], "b": ["A"]}, "ab", teams={"a": "Koivu", "b": "koivu"})
    refused = meet(*given, "--meetings", "1", "--away-per-team", "1", status=3)
    assert [u["code"] for u in refused["unplaced"]] == ["away"]
    assert "Koivu" in refused["unplaced"][0]["reason"]
    # Where nothing is asked for, one pair of a team may be away.
    assert len(meet(*given, "--meetings", "1")["meetings"]) == 1


def test_rest_is_kept_and_can_be_changed(meet: Any, files: Any) -> None:
    given = files({"a": ["I", "A"], "b": ["", "A"]}, "ab")
    assert moments(meet(*given, "--meetings", "1")) == ["11-24T09:00 a b"]
    assert moments(meet(*given, "--meetings", "1", "--rest", "0")) != ["11-24T09:00 a b"]


def test_unknown_people_are_said_and_do_not_stop_the_others(meet: Any, files: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"], "c": ["A"]}, "ab", "cz", "ba")
    answer = meet(plan, roster, "--meetings", "1", "--lang", "sv")
    assert moments(answer) == ["11-23T08:00 a b"]
    assert answer["unplaced"] == [
        {"members": ["c@example.org", "z@example.org"], "meeting": 1, "code": "not_in_roster", "reason": "Finns inte i arbetsskiftslistorna: z@example.org."}
    ]  # fmt: skip
    messages = [w["message"] for w in answer["warnings"]]
    assert any("z@example.org finns i planen" in m for m in messages)
    assert any("två gånger" in m for m in messages)


def test_a_trio_meets_when_all_three_can(meet: Any, files: Any) -> None:
    answer = meet(*files({"a": ["7-15"], "b": ["10-18"], "c": ["6-12"]}, "abc"), "--meetings", "1")
    (only,) = answer["meetings"]
    assert "10:00" <= only["start"][11:16] <= "11:00"
    assert len(only["members"]) == 3


def test_the_plan_of_oppipari_pair_is_taken_as_it_is(meet: Any, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["pair", str(DATA / "forms-fi-28.xlsx"), "--json", str(tmp_path / "plan.json")])
    assert result.exit_code == 0, result.output
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    people = [m for g in plan["pairs"] for m in g["members"]]
    days = [(MONDAY + timedelta(n)).isoformat() for n in range(14)]
    rows = [["E-mail", "Name", "Team", *days], *([p, p, f"T{n}", *["A"] * 14] for n, p in enumerate(people))]
    (tmp_path / "r.csv").write_bytes(csv_bytes(rows))
    answer = meet(tmp_path / "plan.json", tmp_path / "r.csv", "--meetings", "1")
    assert {tuple(m["members"]) for m in answer["meetings"]} == {tuple(g["members"]) for g in plan["pairs"]}


def test_somebody_on_both_sides_is_one_person_in_the_roster(meet: Any, files: Any, tmp_path: Path) -> None:
    _plan, roster = files({"a": ["7-9"], "b": ["7-9"], "c": ["7-9"]}, "ab")
    plan = {
        "pairs": [
            {"members": ["a@example.org", "b@example.org (mentee)"]},
            {"members": ["B@Example.org", "c@example.org"]},
        ]
    }
    (tmp_path / "p.json").write_text(json.dumps(plan))
    answer = meet(tmp_path / "p.json", roster, "--meetings", "1")
    assert [m["members"] for m in answer["meetings"]] == [g["members"] for g in plan["pairs"]]
    assert answer["meetings"][0]["start"] != answer["meetings"][1]["start"]


def test_names_find_the_addresses_of_the_plan(meet: Any) -> None:
    answer = meet(ROSTERS / "plan.json", ROSTERS / "skift-per-vecka.xlsx", "--meetings", "1", "--lang", "fi")
    assert len(answer["meetings"]) == 12
    (said,) = (w["message"] for w in answer["warnings"] if "tunnistettiin nimestä" in w["message"])
    assert "Örjan Sund = orjan.sund@example.org" in said


def test_a_wards_own_codes_are_asked_and_then_told(meet: Any) -> None:
    given = [ROSTERS / "plan.json", ROSTERS / "rota.csv", "--lang", "en", "--meetings", "1"]
    asked = meet(*given, status=3)
    assert asked["rosters"][0]["unknown_codes"].keys() == {"E", "LD", "N"}
    assert sum("is in no legend" in w["message"] for w in asked["warnings"]) == 3
    assert all((w["row"], w["column"]) == (0, "") for w in asked["warnings"])
    told = meet(*given, "--shift", "E=7:00-15:00", "--shift", "ld=7-20", "--shift", "N=20-7:30")
    assert len(told["meetings"]) == 5
    assert told["rosters"][0]["unknown_codes"] == {}


def test_several_rosters_are_one_and_a_legend_in_one_serves_all(meet: Any, files: Any, tmp_path: Path) -> None:
    plan, _roster = files({"a": ["A"], "b": ["A"]}, "ab")
    legend = [["Koodi", "Alku", "Loppu"], ["K1", "12.00", "13.00"]]
    (tmp_path / "yksi.xlsx").write_bytes(
        workbook({"Lista": [["Sähköposti", MONDAY, date(2026, 11, 24)], ["a@example.org", "K1", ""]], "Selite": legend})
    )
    (tmp_path / "kaksi.xlsx").write_bytes(
        workbook({"Lista": [["Sähköposti", MONDAY, date(2026, 11, 24)], ["b@example.org", "K1", ""]]})
    )
    answer = meet(plan, tmp_path / "yksi.xlsx", tmp_path / "kaksi.xlsx", "--meetings", "1")
    assert moments(answer) == ["11-23T12:00 a b"]
    assert all(not r["unknown_codes"] for r in answer["rosters"])
    (said,) = answer["warnings"][:1]
    assert said["file"] == "kaksi.xlsx"
    assert "K1 12" in said["message"]


def test_a_calendar_is_a_roster_of_one(meet: Any, files: Any) -> None:
    plan, roster = files({"bo.berg": ["A"] * 40}, "ab")
    plan.write_text(json.dumps({"pairs": [{"members": ["aino.laine@example.org", "bo.berg@example.org"]}]}))
    answer = meet(plan, roster, ROSTERS / "aino.laine@example.org.ics", "--meetings", "2", "--spacing", "14")
    assert len(answer["meetings"]) == 2


def test_meetings_keep_their_zone_over_the_change_of_summer_time(meet: Any, files: Any) -> None:
    cells = ["", *["A"] * 30]
    answer = meet(*files({"a": cells, "b": cells}, "ab", first=date(2026, 3, 16)), "--meetings", "2", "--spacing", "20")
    assert [m["start"][16:].strip(":0123456789") + m["start"][-6:] for m in answer["meetings"]] == [
        "++02:00",
        "++03:00",
    ]
    night = files({"a": ["21.30-7.30"], "b": ["21.30-7.30"]}, "ab", first=date(2026, 3, 28))
    (only,) = meet(*night, "--meetings", "1", "--quiet", "daily 21-2", "--quiet", "daily 4:15-9")["meetings"]
    start, end = (datetime.fromisoformat(only[k]) for k in ("start", "end"))
    assert end - start == timedelta(hours=1)
    assert start.date() == date(2026, 3, 29)


def test_the_same_answer_every_time_in_every_file(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        run(
            ROSTERS / "plan.json",
            ROSTERS / "koivu-ja-manty.xlsx",
            "--json",
            folder / "o.json",
            "--xlsx",
            folder / "o.xlsx",
            "--ics",
            folder / "ics",
        )
        content = json.loads((folder / "o.json").read_text(encoding="utf-8"))
        del content["seconds"]
        (folder / "o.json").write_text(json.dumps(content))
        written.append({p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()})
        time.sleep(1.1)
    assert written[0] == written[1]
    assert len(written[0]) == 26


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_why_somebody_is_away_is_in_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Sick leave and a day off give the very same bytes, and no code or word of absence is in any of them."""
    absences = ["SL", "SVL", "VL", "sjuk", "Sick leave", "Sairausloma", "ÄVX", "KOUL", "sl 7-15"]
    legend = [["A", "7-15"], ["I", "14-22"], ["ÄVX", "äitiysvapaa"]]
    outputs = []
    for hidden in (absences, ["V"] * len(absences)):
        folder = tmp_path / hidden[0]
        folder.mkdir()
        days = [MONDAY + timedelta(n) for n in range(14)]
        rows = [["Sähköposti", "Nimi", "Tiimi", *days]]
        rows += [[f"{k}@example.org", f"Nimi {k}", k, *["A"] * 4, *hidden, "Q"] for k in "abcd"]
        (folder / "lista.xlsx").write_bytes(workbook({"Lista": rows, "Selite": legend}))
        (folder / "plan.json").write_text(
            json.dumps(
                {
                    "pairs": [
                        {"members": ["a@example.org", "b@example.org"]},
                        {"members": ["c@example.org", "x@example.org"]},
                    ]
                }
            )
        )
        monkeypatch.chdir(folder)
        said = run("plan.json", "lista.xlsx", "--json", "o.json", "--xlsx", "o.xlsx", "--ics", "ics", "--lang", lang)
        content = json.loads(Path("o.json").read_text(encoding="utf-8"))
        content["seconds"] = 0
        book = zipfile.ZipFile("o.xlsx")
        sheets = [book.read(n) for n in sorted(book.namelist())]
        calendars = [p.read_bytes() for p in sorted(Path("ics").iterdir())]
        outputs.append((said, json.dumps(content, ensure_ascii=False), sheets, calendars))
    assert outputs[0] == outputs[1]
    everything = repr(outputs[0]) + "".join(s.decode(errors="ignore") for s in outputs[0][2])
    for word in ("SVL", "äitiysvapaa", "ÄVX", "Sairausloma", "sjuk", "Sick leave", "KOUL", "'SL'", ">SL<", '"SL"'):
        assert word not in everything
    assert "Q" in everything  # what is asked, without a row


def test_the_workbook_is_for_printing_and_runs_nothing(tmp_path: Path) -> None:
    days = [MONDAY + timedelta(n) for n in range(3)]
    rows = [
        ["Sähköposti", "Nimi", "Tiimi", *days],
        ["a@example.org", "@SUM(1)", "=1+1", "A", "A", ""],
        ["b@example.org", "Bo Berg", "Koivu", "A", "A", "25-30"],
    ]
    (tmp_path / "l.xlsx").write_bytes(workbook({"Lista": rows}))
    (tmp_path / "plan.json").write_text(json.dumps({"pairs": [["a@example.org", "b@example.org"]]}))
    run(tmp_path / "plan.json", tmp_path / "l.xlsx", "--xlsx", tmp_path / "o.xlsx", "--lang", "fi", "--meetings", "3")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert book.sheetnames == ["Tapaamiset", "Ihmiset", "Ilman aikaa", "Huomiot"]
    rows = [list(r) for r in book["Tapaamiset"].iter_rows(values_only=True)]
    assert rows[0] == ["Viikonpäivä", "Päivä", "Klo", "Ketkä", "Tapaaminen", "Tiimit"]
    assert rows[1][:2] == ["ma", datetime(2026, 11, 23)]
    assert rows[1][3:] == ["a@example.org\nBo Berg", 1, "Koivu"]
    assert {r[1] for r in book["Ihmiset"].iter_rows(values_only=True)} >= {"a@example.org", "Bo Berg"}
    assert book["Ilman aikaa"].max_row == 2
    assert not any(
        str(c.value).startswith(("=", "+", "-", "@"))
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if c.value
    )
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)


def test_calendars_are_read_by_others_and_tell_nobody_why(tmp_path: Path) -> None:
    run(
        ROSTERS / "plan.json",
        ROSTERS / "koivu-ja-manty.xlsx",
        "--ics",
        tmp_path / "ics",
        "--json",
        tmp_path / "o.json",
        "--lang",
        "fi",
    )
    meetings = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))["meetings"]
    files = {p.name.removesuffix(".ics"): p.read_bytes() for p in (tmp_path / "ics").iterdir()}
    assert set(files) == {a for m in meetings for a in m["members"]}
    uids: Counter[str] = Counter()
    for address, content in files.items():
        assert faults(content) == []
        mine = [m for m in meetings if address in m["members"]]
        calendar = Calendar.from_ical(content)
        assert calendar["METHOD"] == "PUBLISH"
        events = calendar.walk("VEVENT")
        assert [(e["DTSTART"].dt.isoformat(), e["DTEND"].dt.isoformat()) for e in events] == [
            (m["start"], m["end"]) for m in mine
        ]
        assert {str(e["SUMMARY"]) for e in events} == {"Varattu"}
        uids.update(str(e["UID"]) for e in events)
        others = [a.encode() for m in mine for a in m["members"]]
        assert not any(a in content for a in others)
    assert len(uids) == len(meetings)
    assert set(uids.values()) == {2}  # one meeting has one identifier in the calendars of both


def test_the_zone_in_calendars_is_finlands(tmp_path: Path, files: Any) -> None:
    run(*files({"a": ["A"], "b": ["A"]}, "ab"), "--meetings", "1", "--ics", tmp_path / "ics")
    told = offsets((tmp_path / "ics" / "a@example.org.ics").read_bytes())
    for year in (2026, 2027, 2031, 2040):
        for moment in (
            datetime(year, 1, 1),
            datetime(year, 3, 25),
            datetime(year, 4, 1),
            datetime(year, 10, 24),
            datetime(year, 11, 1),
        ):
            assert told(moment) == moment.replace(tzinfo=HELSINKI).utcoffset()
    assert told(datetime(2026, 3, 29, 2, 59)) == timedelta(hours=2)
    assert told(datetime(2026, 3, 29, 4, 0)) == timedelta(hours=3)
    assert told(datetime(2026, 10, 25, 2, 59)) == timedelta(hours=3)
    assert told(datetime(2026, 10, 25, 4, 0)) == timedelta(hours=2)


def test_names_of_calendar_files_are_safe(tmp_path: Path, files: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"]}, "ab")
    roster.write_text(
        roster.read_text(encoding="utf-8").replace("a@example.org", "../é/x@example.org"), encoding="utf-8"
    )
    plan.write_text(plan.read_text().replace("a@example.org", "../é/x@example.org"), encoding="utf-8")
    run(plan, roster, "--meetings", "1", "--ics", tmp_path / "deep" / "ics")
    names = sorted(p.name for p in (tmp_path / "deep" / "ics").iterdir())
    assert len(names) == 2
    assert all(c.isascii() and (c.isalnum() or c in "@._+-") for n in names for c in n)
    assert not (tmp_path / "deep" / "x@example.org.ics").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nowhere.json", "lista.csv"], "nowhere.json: tiedostoa ei ole"),
        (["plan.json", "nowhere.csv"], "nowhere.csv: tiedostoa ei ole"),
        (["lista.csv", "lista.csv"], "tämä ei ole suunnitelma"),
        (["plan.json", "plan.json"], "päivien riviä ei löytynyt"),
        ([".", "lista.csv"], "kansio"),
        (["list.json", "lista.csv"], "tämä ei ole suunnitelma"),
        (["pair.json", "lista.csv"], "2. pari ei ole luettelo"),
        (["member.json", "lista.csv"], "1. parissa ”Aino” ei ole sähköpostiosoite"),
        (["self.json", "lista.csv"], "sama ihminen on kahdesti"),
        (["plan.json", "lista.csv", "--quiet", "joskus"], "--quiet ”joskus”"),
        (["plan.json", "lista.csv", "--quiet", "ma"], "--quiet ”ma”"),
        (["plan.json", "lista.csv", "--quiet", "ma 25-26"], "--quiet ”ma 25-26”"),
        (["plan.json", "lista.csv", "--shift", "A"], "--shift ”A”"),
        (["plan.json", "lista.csv", "--from", "marraskuu"], "--from ”marraskuu”"),
        (["plan.json", "lista.csv", "--from", "23.11."], "--from ”23.11.”"),
        (["plan.json", "lista.csv", "--from", "9999-12-31"], "--from ”9999-12-31”: päivä on liian kaukana"),
        (["plan.json", "lista.csv", "--from", "31.2.2026"], "--from ”31.2.2026”: tällaista päivää ei ole"),
        (["plan.json", "lista.csv", "--weeks", "0"], "--weeks 0: anna luku väliltä 1–60."),
        (["plan.json", "lista.csv", "--weeks", "1000"], "--weeks 1000: anna luku väliltä 1–60."),
        (["plan.json", "lista.csv", "--length", "-5"], "--length -5: anna luku väliltä 10–240."),
        (["plan.json", "lista.csv", "--length", "1000"], "--length 1000: anna luku väliltä 10–240."),
        (["plan.json", "lista.csv", "--spacing", "-1"], "--spacing -1: anna luku väliltä 1–366."),
        (["plan.json", "lista.csv", "--rest", "25"], "--rest 25: anna luku väliltä 0–24."),
        (["plan.json", "lista.csv", "--meetings", "0"], "--meetings 0: anna luku väliltä 1–60."),
        (["plan.json", "lista.csv", "--meetings", "1000000"], "--meetings 1000000: anna luku väliltä 1–60."),
        (["plan.json", "lista.csv", "--away-per-team", "-1"], "--away-per-team -1: anna luku, joka on vähintään 0."),
        (["plan.json", "lista.csv", "--rooms", "-1"], "--rooms -1: anna luku, joka on vähintään 0."),
        (["plan.json", "lista.csv", "--quiet", ""], "--quiet ””: kirjoita päivät ja kellonajat"),
        (["plan.json", "lista.csv", "--quiet", "ma-pe 9-7"], "--quiet ”ma-pe 9-7”: loppu on ennen alkua"),
        (["plan.json", "lista.csv", "--shift", "A=25:00-26:00"], "--shift ”A=25:00-26:00”"),
        (["plan.json", "lista.csv", "--shift", "A=7-15", "--shift", "a=8-16"], "--shift: koodille ”A” on kaksi eri aikaa"),
        (["plan.json", "lista.csv", "--xlsx", "nowhere/x.xlsx"], "nowhere/x.xlsx: tiedostoa ei voi kirjoittaa (kansiota ei ole)"),
        (["plan.json", "lista.csv", "--xlsx", "x.pdf"], "x.pdf: --xlsx kirjoittaa Excel-työkirjan"),
        (["plan.json", "lista.csv", "--json", "."], "ei voi kirjoittaa"),
        (["plan.json", "lista.csv", "--ics", "lista.csv/x"], "ei voi kirjoittaa (polussa on tiedosto kansion paikalla)"),
        (["plan.json", "lista.csv", "--json", "plan.json"], "toisen tiedoston päälle"),
        (["plan.json", "lista.csv", "--json", "x", "--xlsx", "x"], "toisen tiedoston päälle"),
        (["plan.json", "lista.csv", "--ics", "lista.csv"], "ei kansio"),
        (["plan.json", "lista.csv", "--json", "nowhere/x.json"], "ei voi kirjoittaa"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_gets_one_sentence(
    files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], words: str
) -> None:
    files({"a": ["A"], "b": ["A"]}, "ab")
    good = ["a@example.org", "b@example.org"]
    for name, content in (
        ("list.json", []),
        ("pair.json", {"pairs": [{"members": good}, {"members": 7}]}),
        ("member.json", {"pairs": [{"members": ["Aino", "b@example.org"]}]}),
        ("self.json", {"pairs": [{"members": ["a@example.org", "A@example.org"]}]}),
    ):
        (tmp_path / name).write_text(json.dumps(content))
    monkeypatch.chdir(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}
    output = run(*args, "--lang", "fi", status=2)
    assert words in output
    assert len(output.strip().splitlines()[-1]) < 300
    assert "tiedostoa ei voi kirjoittaa" not in output or len(output.strip().splitlines()) == 1  # before all the work
    assert before == {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}


def test_calendars_are_not_written_over_rosters(files: Any, tmp_path: Path) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"]}, "ab")
    own = roster.rename(tmp_path / "a@example.org.ics")
    before = own.read_bytes()
    assert "toisen tiedoston päälle" in run(plan, own, "--ics", tmp_path, "--meetings", "1", "--lang", "fi", status=2)
    assert own.read_bytes() == before


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_without_any_meeting_it_ends_with_3_and_says_why(files: Any, meet: Any, lang: str) -> None:
    given = files({"a": ["7-15"], "b": ["16-22"]}, "ab")
    output = run(*given, "--lang", lang, status=3)
    assert SAYS[lang]["no_meeting"] in output
    answer = meet(*given, "--lang", lang, status=3)
    assert {u["code"] for u in answer["unplaced"]} == {"no_common_time"}
    assert answer["unplaced"][0]["reason"] in output
    assert SAYS[lang]["unplaced"] in output


def test_with_nobody_of_the_plan_in_the_roster_it_says_why_that_may_be(files: Any, meet: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"], "c": ["A"]}, "xy", "xz")
    output = run(plan, roster, "--lang", "fi", status=3)
    assert "Ketään suunnitelman ihmisistä ei löytynyt" in output
    assert "(esimerkiksi x@example.org). Työvuorolistoilla osoitteita on 3" in output
    assert "Sijoitettavia" not in output
    assert "Lisäksi" not in output
    assert {u["code"] for u in meet(plan, roster, status=3)["unplaced"]} == {"not_in_roster"}
    half = run(*files({"a": ["A"], "b": ["A"]}, "ax", "by"), "--lang", "fi", status=3)
    assert "Yhdestäkään parista ei löytynyt työvuorolistoilta kaikkia" in half
    assert "Lisäksi 3 tapaamista" in run(*files({"a": ["A"] * 60, "b": ["A"] * 60}, "ab", "ax"), "--lang", "fi")


def test_a_plan_without_pairs_ends_with_3(files: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"]})
    assert "yhtään paria" in run(plan, roster, "--lang", "fi", status=3)


def test_the_terminal_says_first_how_the_roster_was_read(files: Any) -> None:
    output = run(*files({"a": ["A", "SL", "Z"], "b": ["A", "I", "V"]}, "ab"), "--meetings", "1", "--lang", "fi")
    lines = output.splitlines()
    assert lines[0] == "lista.csv: ihmisiä 2, päivät 23.11.2026–25.11.2026"
    assert lines[1] == "  Vuorot: A 7.00–15.00 × 2, I 14.00–22.00 × 1"
    assert lines[2] == "  Luettu ”ei töissä”: 2 solua (syytä ei säilytetä)"
    assert "ma 23.11. klo" in output
    assert "Nimi A ja Nimi B" in output
    assert "Koodia ”Z”" in output
    assert "Ne luettiin näin: A 7.00–15.00" in output


def test_asking_beyond_the_roster_is_said(meet: Any, files: Any) -> None:
    given = files({"a": ["A"] * 7, "b": ["A"] * 7}, "ab")
    late = meet(*given, "--from", "2027-03-01", "--lang", "en", status=3)
    assert "the rosters end on 29 Nov 2026" in late["warnings"][-1]["message"]
    answer = meet(*given, "--from", "2026-11-16", "--weeks", "6", "--meetings", "1", "--lang", "en")
    assert [w["message"] for w in answer["warnings"] if "--" in w["file"]] == [
        "Meetings were asked for from 16 Nov 2026 on, but the rosters begin on 23 Nov 2026.",
        "Meetings were asked for until 27 Dec 2026, but the rosters end on 29 Nov 2026.",
    ]


def test_a_roster_that_ends_before_another_is_said(meet: Any, files: Any, tmp_path: Path) -> None:
    plan, koivu = files({"a": ["A"] * 14}, "ab")
    koivu.rename(tmp_path / "koivu.csv")
    _plan, manty = files({"b": ["A"] * 42}, "ab")
    answer = meet(plan, tmp_path / "koivu.csv", manty, "--meetings", "2", "--spacing", "10", "--lang", "en")
    (said,) = (w for w in answer["warnings"] if "known only until" in w["message"])
    assert said["file"] == "koivu.csv"
    assert said["message"].startswith("The shifts of these people are known only until 6 Dec 2026: Nimi A.")
    assert all(m["start"] < "2026-12-07" for m in answer["meetings"])
    near = meet(plan, tmp_path / "koivu.csv", manty, "--meetings", "2", "--spacing", "10", "--weeks", "2")
    assert not any("asti" in w["message"] or "until" in w["message"] for w in near["warnings"])


@pytest.mark.parametrize(
    "text",
    ["", "ma", "foo 7-9", "ma 7", "ma-foo 7-9", "ma 9-9", "7-9 Aino", "ma-pe 9-7", "daily 17:59-6", "ma 18-12.01"],
)
def test_other_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        quiet_of(text)


def test_days_are_told_in_two_ways() -> None:
    assert read_day("2026-11-23") == read_day("23.11.2026") == read_day("ma 23.11.2026") == MONDAY
    with pytest.raises(BadInput):
        read_day("31.2.2026")


def test_three_languages_say_the_same() -> None:
    import string

    def places(sentence: str) -> set[str]:
        return {name for _t, name, _s, _c in string.Formatter().parse(sentence) if name}

    for table in (SAYS, HEADINGS):
        assert table["fi"].keys() == table["sv"].keys() == table["en"].keys()
        assert all(places(table["fi"][k]) == places(table["sv"][k]) == places(table["en"][k]) for k in table["en"])


def test_ctrl_c_stops_it_and_writes_nothing(tmp_path: Path) -> None:
    pairs = [[f"p{n}@example.org", f"q{n}@example.org"] for n in range(120)]
    days = [(MONDAY + timedelta(n)).isoformat() for n in range(42)]
    rows = [["Sähköposti", "Nimi", "Tiimi", *days]]
    rows += [
        [a, a, f"T{n % 12}", *[("A", "I", "", "Y", "", "I", "A")[(n + d) % 7] for d in range(42)]]
        for n, pair in enumerate(pairs)
        for a in pair
    ]
    (tmp_path / "r.csv").write_bytes(csv_bytes(rows))
    (tmp_path / "plan.json").write_text(json.dumps({"pairs": [{"members": p} for p in pairs]}))
    command = [sys.executable, "-m", "oppipari.cli", "meet", "plan.json", "r.csv", "--json", "o.json", "--lang", "fi"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("r.csv: ihmisiä 240")
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Keskeytetty" in err
    assert not (tmp_path / "o.json").exists()


def test_bytes_that_are_no_json_are_no_plan(files: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"]}, "ab")
    for content in (
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"pairs": 5}',
        b'{"pairs": [[1, 2]]}',
        b"{}",
        b'{"trios": [["a@example.org", "b@example.org"]]}',
    ):
        plan.write_bytes(content)
        run(plan, roster, status=2)


def test_the_bom_of_windows_is_no_hindrance(meet: Any, files: Any) -> None:
    plan, roster = files({"a": ["A"], "b": ["A"]}, "ab")
    plan.write_bytes(b"\xef\xbb\xbf" + plan.read_bytes())
    assert len(meet(plan, roster, "--meetings", "1")["meetings"]) == 1


def test_a_plan_with_a_field_that_stands_twice_is_refused(files: Any) -> None:
    """Whoever reads the file sees the first pairs, a program the last."""
    plan, roster = files({"a": ["A"], "b": ["A"]}, "ab")
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('"pairs"', '"pairs": [], "pairs"', 1), encoding="utf-8")
    for lang, said in (
        ("en", "the field “pairs” is there twice"),
        ("fi", "kenttä ”pairs” on samassa kohdassa kahdesti"),
        ("sv", "fältet ”pairs” finns två gånger"),
    ):
        assert said in run(plan, roster, "--lang", lang, status=2)
