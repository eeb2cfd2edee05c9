"""Cells of rosters: codes by a legend, times written out, being away, and what must be asked."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.rosters import codes, csv_bytes, read, shifts_of, workbook

from oppipari.exchange.rosters import HELSINKI, USUAL, Hours, RosterReading, parse_shift
from oppipari.exchange.rosters.joining import joined
from oppipari.scheduling.hours import find_hours, read_time

MONDAY = date(2026, 11, 23)
A, I, Y = (USUAL[c] for c in "AIY")  # noqa: E741


def cells(*written: str, legend: dict[str, Sequence[Hours]] | None = None, first: date = MONDAY) -> RosterReading:
    """One person's cells, a day each from `first` on."""
    days = [(first + timedelta(n)).isoformat() for n in range(len(written) + 1)]
    return read([["Sähköposti", "Nimi", *days], ["a@example.org", "Aino Laine", *written, ""]], legend=legend)


def shifts(*written: str, **options: object) -> list[str]:
    return shifts_of(cells(*written, **options), "a@example.org")  # type: ignore[arg-type]


def with_legend(legend: list[list[object]], *written: str) -> RosterReading:
    days = [MONDAY + timedelta(n) for n in range(len(written) + 1)]
    rows = [["Nimi", *days], ["Aino Laine", *written, "7-15"]]
    return read(workbook({"Lista": rows, "Selitteet": legend}), "l.xlsx")


@pytest.mark.parametrize(
    "cell",
    ["7-15", "7.00-15.00", "07:00-15:00", "7:00–15:00", "7 – 15", "klo 7-15", "0700-1500", "7.00 - 15", "7am-3pm",
     "kl. 7-15", "07:00:00-15:00:00", "7 h - 15 h", "7—15", "A 7-15", "7-15 A", "a 7.00–15.00", "A: 7-15", "A (7-15)"],
)  # fmt: skip
def test_times_are_read_however_they_are_written(cell: str) -> None:
    assert shifts(cell) == ["23.11. 07:00-15:00"]


@pytest.mark.parametrize(
    "cell",
    [
        "7-11, 15-19",
        "07:00-11:00; 15:00-19:00",
        "7-11 ja 15-19",
        "7-11/15-19",
        "7-11\n15-19",
        "7-11 15-19",
        "7-11+15-19",
        "7-11 och 15-19",
    ],
)
def test_a_divided_shift_has_two_parts(cell: str) -> None:
    assert shifts(cell) == ["23.11. 07:00-11:00", "23.11. 15:00-19:00"]


def test_night_shifts_cross_midnight_and_parts_that_touch_are_one() -> None:
    assert shifts("21.30–7.30", "21.30-24", "0-7.30", "7.30-15") == [
        "23.11. 21:30-24.11. 07:30",
        "24.11. 21:30-25.11. 07:30",
        "26.11. 07:30-26.11. 15:00".replace("26.11. 15", "15"),
    ]


@pytest.mark.parametrize("cell", ["25-30", "7-7", "7.75-15", "15-19, 7-11", "7-15 8", "24-7"])
def test_times_that_cannot_be_are_said_with_their_place_and_not_guessed(cell: str) -> None:
    reading = cells(cell)
    assert reading.people[0].shifts == ()
    assert [(r.code, r.row, r.column) for r in reading.remarks] == [("bad_time", 2, "2026-11-23")]


def test_a_date_that_excel_made_of_hours_is_said_and_not_guessed() -> None:
    rows = [["Nimi", MONDAY, MONDAY + timedelta(1)], ["Aino Laine", datetime(2026, 12, 7), "7-15"]]
    reading = read(workbook({"Lista": rows}), "l.xlsx")
    assert shifts_of(reading, "Aino Laine") == ["24.11. 07:00-15:00"]
    assert [(r.code, r.row, r.column) for r in reading.remarks if r.row] == [("date_in_cell", 2, "2026-11-23")]


def test_very_long_shifts_are_said() -> None:
    assert "long_shift" in codes(cells("8-7.30"))
    assert "long_shift" not in codes(cells("15-7"))


@pytest.mark.parametrize(
    "legend",
    [
        [["Koodi", "Alku", "Loppu"], ["K1", "8.00", "16.00"]],
        [["Vuoro", "Selite", "Alkaa", "Päättyy", "Tauko"], ["K1", "keskivuoro", time(8), time(16), "0.30"]],
        [["Code", "Start", "End"], ["k1", "8:00", "16:00"]],
        [["Kod", "Betydelse"], ["K1", "mellanskift 8.00–16.00"]],
        [["K1", "8-16"]],
        [["K1", "keskivuoro, ruokatunti 11-11.30", "8-16"]],
        [["K1", "8", "16"]],
        [["K1 = 8-16"], ["Z = 1-2"]],
        [["K1 8-16"]],
        [["Selitteet"], [], ["K1: 8.00-16.00, Z: 10-18"]],
    ],
)
def test_a_legend_is_read_however_it_is_laid_out(legend: list[list[object]]) -> None:
    reading = with_legend(legend, "K1", "k1", "K1*")
    assert shifts_of(reading, "Aino Laine")[:3] == [f"{d}.11. 08:00-16:00" for d in (23, 24, 25)]
    assert reading.used == {next(c for c in reading.legend if c.upper() == "K1"): 3}
    assert not reading.usual
    assert set(codes(reading)) <= {"names_only"}


def test_a_legend_may_stand_under_the_roster_or_in_a_title() -> None:
    day = MONDAY.isoformat()
    under = [
        ["Nimi", day, "2026-11-24"],
        ["Aino Laine", "K1", "B"],
        ["", "", ""],
        ["K1", "8-16", ""],
        ["B", "10.00", "18.00"],
    ]
    title = [["Osaston vuorot: K1 = 8-16, B = 10-18"], ["Nimi", day, "2026-11-24"], ["Aino Laine", "K1", "B"]]
    for rows in (under, title):
        reading = read(rows)
        assert shifts_of(reading, "Aino Laine") == ["23.11. 08:00-16:00", "24.11. 10:00-18:00"]
        assert set(codes(reading)) == {"names_only"}


def test_a_given_legend_goes_before_the_files_and_that_before_the_usual_one() -> None:
    rows = [["Nimi", MONDAY, MONDAY + timedelta(1), MONDAY + timedelta(2)], ["Aino Laine", "A", "I", "Y"]]
    data = workbook({"Lista": rows, "Selitteet": [["A", "6-14"], ["I", "13-21"]]})
    reading = read(data, "l.xlsx", legend={"a": [Hours(600, 1080)]})
    assert shifts_of(reading, "Aino Laine") == ["23.11. 10:00-18:00", "24.11. 13:00-21:00"]
    assert reading.unknown == {"Y": 1}
    assert not reading.usual
    (said,) = (r for r in reading.remarks if r.code == "legend_given")
    assert said.message("fi") == "Tiedoston selite koodille ”A” on toinen: 6.00–14.00. Käytetään aikaa 10.00–18.00."
    assert "legend_given" not in codes(read(data, "l.xlsx", legend={"a": [Hours(360, 840)]}))


def test_the_usual_legend_is_taken_only_without_another_and_then_said() -> None:
    reading = cells("A", "I", "Y")
    assert shifts_of(reading, "a@example.org") == [
        "23.11. 07:00-15:00",
        "24.11. 14:00-22:00",
        "25.11. 21:30-26.11. 07:30",
    ]
    assert reading.usual
    assert reading.legend == USUAL
    (said,) = (r for r in reading.remarks if r.code == "usual_legend")
    assert "A 7.00–15.00" in said.message("fi")
    assert "A 7:00–15:00" in said.message("en")
    assert not cells("7-15", "14-22").usual


@pytest.mark.parametrize(
    "legend",
    [
        [["start", "end", "code"], ["08:00", "16:00", "X1"], ["7.00", "12.00", "X2"]],
        [["Selite", "Koodi"], ["8-16", "X1"], ["7-12", "X2"]],
        [["8.00-16.00", "X1"], ["7.00-12.00", "X2"]],
        [["Merkitys", "Lyhenne", "Alku", "Loppu"], ["Aamu", "X1", "8.00", "16.00"], ["Lyhyt", "X2", "7", "12"]],
        [["Nimi", "Vuorokoodi", "Aika"], ["Aamu", "X1", "8-16"], ["Lyhyt", "X2", "7-12"]],
        [["Ohje"], [], ["Meaning", "Shift code"], ["8:00-16:00", "X1"], ["7:00-12:00", "X2"]],
    ],
)
def test_the_code_may_stand_in_any_column_of_a_legend(legend: list[list[object]]) -> None:
    reading = with_legend(legend, "X1", "X2")
    assert shifts_of(reading, "Aino Laine")[:2] == ["23.11. 08:00-16:00", "24.11. 07:00-12:00"]
    assert not reading.unknown


def test_a_code_that_the_legend_gives_twice_is_said() -> None:
    reading = with_legend([["A", "7-15"], ["I", "14-22"], ["A", "6-14"]], "A")
    assert shifts_of(reading, "Aino Laine")[0] == "23.11. 07:00-15:00"
    assert [(r.code, r.sheet, r.row) for r in reading.remarks if r.row] == [("legend_twice", "Selitteet", 3)]


def test_unknown_codes_are_asked_with_their_number_and_never_with_a_row() -> None:
    reading = cells("A", "Q", "q", "ZZ", "Q 7-15", "A+Q")
    assert reading.unknown == {"Q": 3, "ZZ": 1, "A+Q": 1}
    assert len(reading.people[0].shifts) == 1
    asked = [r for r in reading.remarks if r.code == "unknown_code"]
    assert [(r.row, r.column, r.params) for r in asked] == [
        (0, "", {"code": "Q", "count": 3}),
        (0, "", {"code": "ZZ", "count": 1}),
        (0, "", {"code": "A+Q", "count": 1}),
    ]
    told = cells("A", "Q", "q", "ZZ", "Q 7-15", "A+Q", legend={"A": A, "Q": [Hours(960, 1080)], "ZZ": ()})
    assert told.unknown == {}
    assert told.away == 1
    assert len(told.people[0].shifts) == 6


def test_words_in_cells_are_neither_kept_nor_asked() -> None:
    reading = cells("A", "vaihtoi Maijan kanssa", "tulee kun pääsee päiväkodilta")
    assert reading.unknown == {}
    assert "Maijan" not in repr(reading)
    (said,) = (r for r in reading.remarks if r.code == "words")
    assert said.params == {"count": 2}


@pytest.mark.parametrize(
    "cell",
    ["V", "v", "VP", "VV", "VL", "L", "SL", "sl", "SVL", "X", "x", "LOMA", "Vapaa", "sairas", "SL 7-15", "7-15 SL", "Sairausloma",
     "SEM", "Sjuk", "ledig", "semester", "AL", "off", "Off", "sick", "annual leave", "VAB", "koulutus", "äitiysvapaa",
     "A/SL", "sairaana 7-15", "hoitovapaa", "poissa", "(SL)", "SL*", "kuntoutuksessa", "D/O"],
)  # fmt: skip
def test_being_away_is_no_work_and_why_is_forgotten(cell: str) -> None:
    reading = cells("A", cell)
    assert len(reading.people[0].shifts) == 1
    assert reading.away == 1
    assert reading.unknown == {}
    nothing = cells("A", "V")
    assert repr(reading) == repr(nothing)
    assert reading == nothing


def test_a_units_own_legend_goes_before_the_usual_codes_of_being_away() -> None:
    reading = with_legend([["L", "14-22"], ["E", "7-15"]], "L", "E")
    assert shifts_of(reading, "Aino Laine")[:2] == ["23.11. 14:00-22:00", "24.11. 07:00-15:00"]


def test_what_the_legend_calls_absence_is_forgotten_too() -> None:
    reading = with_legend([["A", "7-15"], ["KH", "Sairausloma"], ["TKX", "palkaton vapaa"]], "A", "KH", "TKX")
    assert reading.away == 2
    assert reading.unknown == {}
    assert "KH" not in repr(reading)
    assert "Sairausloma" not in repr(reading)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=7:00-15:00", ("A", A)),
        (" y = 21.30–7.30 ", ("y", Y)),
        ("K=-", ("K", ())),
        ("K=ei töissä", ("K", ())),
        ("J=7-11,15-19", ("J", (Hours(420, 660), Hours(900, 1140)))),
    ],
)
def test_a_shift_can_be_told_in_an_option(text: str, found: object) -> None:
    assert parse_shift(text) == found


@pytest.mark.parametrize("text", ["", "A", "A=", "=7-15", "A=7", "A=25-30", "A=7-15 tai 8", "AVERYLONGCODEINDEED=7-15"])
def test_an_option_that_tells_no_shift_is_none(text: str) -> None:
    assert parse_shift(text) is None


def test_summer_time_comes_and_goes() -> None:
    spring = cells("21.30-7.30", first=date(2026, 3, 28)).people[0].shifts[0]
    autumn = cells("21.30-7.30", first=date(2026, 10, 24)).people[0].shifts[0]
    assert [f"{t:%d.%m. %H:%M %z}" for t in (*spring, *autumn)] == [
        "28.03. 21:30 +0200", "29.03. 07:30 +0300", "24.10. 21:30 +0300", "25.10. 07:30 +0200",
    ]  # fmt: skip
    assert spring[1].astimezone(UTC) - spring[0].astimezone(UTC) == timedelta(hours=9)
    assert autumn[1].astimezone(UTC) - autumn[0].astimezone(UTC) == timedelta(hours=11)


def test_hours_that_summer_time_skips_or_repeats() -> None:
    assert [f"{t:%H:%M %z}" for t in Hours(210, 600).on(date(2026, 3, 29)) or ()] == ["04:30 +0300", "10:00 +0300"]
    assert Hours(210, 240).on(date(2026, 3, 29)) is None
    assert [f"{t:%H:%M %z}" for t in Hours(210, 300).on(date(2026, 10, 25)) or ()] == ["03:30 +0300", "05:00 +0200"]


def test_a_personal_code_in_a_cell_is_neither_read_nor_kept() -> None:
    rows = [["Sähköposti", "Nimi", "2026-11-23", "2026-11-24"], ["a@example.org", "131052-308T", "A", "131052-308T"]]
    rows += [[f"{n}@example.org", f"Aino {n}", "A", "I"] for n in range(3)]
    reading = read(rows)
    assert "131052" not in repr(reading)
    assert [(r.code, r.row, r.column) for r in reading.remarks if r.row] == [("personal_code", 2, "Nimi")]


MINUTES = st.integers(0, 95).map(lambda q: q * 15)


@st.composite
def parts(draw: st.DrawFn) -> list[Hours]:
    """One to three parts of a shift in order, the last of which may end on the next day."""
    points = sorted(draw(st.lists(MINUTES, min_size=2, max_size=6, unique=True)))
    points = points[: len(points) // 2 * 2]
    found = [Hours(a, b) for a, b in zip(points[::2], points[1::2], strict=True)]
    if draw(st.booleans()) and len(found) == 1:
        found = [Hours(found[0].end, found[0].start)]
    return found


def clock(minutes: int, style: str) -> str:
    hour, minute = divmod(minutes, 60)
    return {
        "dot": f"{hour}.{minute:02}",
        "colon": f"{hour:02}:{minute:02}",
        "short": f"{hour}" if not minute else f"{hour}.{minute:02}",
        "four": f"{hour:02}{minute:02}",
    }[style]


@settings(max_examples=150, deadline=None)
@given(
    roster=st.lists(st.lists(st.one_of(st.none(), parts()), min_size=8, max_size=8), min_size=1, max_size=4),
    first=st.sampled_from([date(2026, 3, 24), date(2026, 10, 20), date(2026, 12, 28), MONDAY]),
    style=st.sampled_from(["dot", "colon", "short", "four"]),
    heading=st.sampled_from(["{:%Y-%m-%d}", "{:%d.%m.%Y}", "{d.day}.{d.month}.{d.year}", "real"]),
    dash=st.sampled_from(["-", "–", " - "]),
    away=st.sampled_from(["", "V", "SL", "-"]),
)
def test_what_is_written_is_read_back(
    roster: list[list[list[Hours] | None]], first: date, style: str, heading: str, dash: str, away: str
) -> None:
    days = [first + timedelta(n) for n in range(8)]

    def cell(hours: list[Hours] | None) -> str:
        return (
            away if hours is None else ", ".join(f"{clock(h.start, style)}{dash}{clock(h.end, style)}" for h in hours)
        )

    people = [[f"p{n}@example.org", f"Nimi {n}", *(cell(h) for h in row)] for n, row in enumerate(roster)]
    if heading == "real":
        data = workbook({"Lista": [["Sähköposti", "Nimi", *days], *people]})
    else:
        headings = [heading.format(d, d=d) for d in days]
        data = csv_bytes([["Sähköposti", "Nimi", *headings], *people])
    reading = read(data, "lista")
    assert [p.email for p in reading.people] == [row[0] for row in people]
    for person, row in zip(reading.people, roster, strict=True):
        assert person.dates == tuple(days)
        written = [
            span for d, hours in zip(days, row, strict=True) for h in hours or () if (span := _independent(d, h))
        ]
        assert _merged(written) == [(s.astimezone(UTC), e.astimezone(UTC)) for s, e in person.shifts]
        assert all(s.tzinfo == HELSINKI and e.tzinfo == HELSINKI for s, e in person.shifts)


def _independent(day: date, hours: Hours) -> tuple[datetime, datetime] | None:
    """The moments by offsets of Finland's rule (the last Sundays of March and October at 1.00 UTC)."""

    def utc(on: date, minutes: int) -> datetime:
        wall = datetime(on.year, on.month, on.day) + timedelta(minutes=minutes)
        last = {m: max(d for n in range(25, 32) if (d := date(wall.year, m, n)).weekday() == 6) for m in (3, 10)}
        start = datetime(wall.year, 3, last[3].day, 3)
        end = datetime(wall.year, 10, last[10].day, 4)
        # Skipped times are still counted by the winter's offset, repeated ones by the summer's.
        summer = start + timedelta(hours=1) <= wall < end
        return (wall - timedelta(hours=3 if summer else 2)).replace(tzinfo=UTC)

    start = utc(day, hours.start)
    end = utc(day, hours.end if hours.end > hours.start else hours.end + 24 * 60)
    return (start, end) if start < end else None


def _merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Quarters of an hour at work, put together again."""
    quarter = timedelta(minutes=15)
    at_work = {s + quarter * n for s, e in spans for n in range(int((e - s) / quarter))}
    starts = sorted(t for t in at_work if t - quarter not in at_work)
    ends = sorted(t + quarter for t in at_work if t + quarter not in at_work)
    return list(zip(starts, ends, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_no_cell_breaks_the_reader(text: str) -> None:
    found = find_hours(text)[0]
    assert found is None or all(0 <= h.start < 1440 and 0 <= h.end <= 1440 for h in found)
    read_time(text)
    cells("A", text.replace("\x00", " "))


def test_shifts_are_joined_once() -> None:
    eight = datetime(2026, 11, 23, 8, tzinfo=HELSINKI)
    hour = timedelta(hours=1)
    shifts, overlaps = joined([(eight, eight + 2 * hour), (eight + hour, eight + 3 * hour), (eight, eight + 2 * hour)])
    assert shifts == ((eight, eight + 3 * hour),)
    assert overlaps == (eight + hour,)
