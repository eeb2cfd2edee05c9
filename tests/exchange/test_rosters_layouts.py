"""Rosters as units make them: a column a day with headings of every kind, a sheet a week or a team, a row a shift."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from tests.exchange.rosters import codes, read, shifts_of, workbook

from oppipari.exchange.rosters import RosterReading, UnreadableRoster

WEEK = [date(2026, 11, 23) + timedelta(n) for n in range(7)]
LEGEND = [["Koodi", "Alku", "Loppu"], ["A", "7.00", "15.00"], ["I", "14.00", "22.00"], ["Y", "21.30", "7.30"]]
AINO = ["23.11. 07:00-15:00", "24.11. 14:00-22:00", "25.11. 21:30-26.11. 07:30"]
CODES = ["A", "I", "Y", "", "V", "", ""]
HEADED = {
    "real dates": list(WEEK),
    "finnish": ["ma 23.11.", "ti 24.11.", "ke 25.11.", "to 26.11.", "pe 27.11.", "la 28.11.", "su 29.11."],
    "finnish words": ["Maanantai 23.11.2026", "Tiistai 24.11.2026", "keskiviikko 25.11.", "torstai 26.11.", "pe 27.11", "la 28.11", "su 29.11"],
    "with years": [f"{d.day}.{d.month}.{d.year}" for d in WEEK],
    "iso": [d.isoformat() for d in WEEK],
    "short": [f"{d.day}.{d.month}" for d in WEEK],
    "swedish": ["må 23.11", "ti 24.11", "on 25.11", "to 26.11", "fr 27.11", "lö 28.11", "sö 29.11"],
    "english": [f"{d:%a} {d.day} Nov" for d in WEEK],
    "year first": [f"{d:%Y/%m/%d}" for d in WEEK],
    "year first with points": [f"{d:%Y.%m.%d}" for d in WEEK],
    "as Excel shows dates in England": [f"{d:%d-%b}" for d in WEEK],
    "the same with years": [f"{d:%d-%b-%y}" for d in WEEK],
    "american": [f"{d.month}/{d.day}/{d.year}" for d in WEEK],
    "month words": [f"{d.day}. marraskuuta 2026" for d in WEEK],
    "day after": ["23.11. (ma)", "24.11. (ti)", "25.11. (ke)", "26.11. (to)", "27.11. (pe)", "28.11. (la)", "29.11. (su)"],
    "two lines": [f"{w}\n{d.day}.{d.month}." for w, d in zip(["ma", "ti", "ke", "to", "pe", "la", "su"], WEEK, strict=True)],
}  # fmt: skip


def in_workbook(*rows: list[Any], sheet: str = "Työvuorot") -> RosterReading:
    return read(workbook({sheet: rows, "Selitteet": LEGEND}), "lista.xlsx")


def said(reading: RosterReading) -> set[str]:
    return set(codes(reading)) - {"names_only", "year_near", "year_weekdays"}


@pytest.mark.parametrize("days", HEADED.values(), ids=HEADED.keys())
def test_days_are_read_however_they_are_headed(days: list[Any]) -> None:
    reading = in_workbook(["Sähköposti", "Nimi", "Tiimi", *days], ["a@example.org", "Aino Laine", "Koivu", *CODES])
    (person,) = reading.people
    assert (person.email, person.name, person.team) == ("a@example.org", "Aino Laine", "Koivu")
    assert shifts_of(reading, "a@example.org") == AINO
    assert person.dates == tuple(WEEK)
    assert (reading.first, reading.last) == (WEEK[0], WEEK[-1])
    assert said(reading) == set()
    assert reading.away == 1


@pytest.mark.parametrize(
    ("above", "days"),
    [
        (["Viikko 48 / 2026"], ["ma", "ti", "ke", "to", "pe", "la", "su"]),
        (["Vecka 48, 2026"], ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]),
        (["Week 48 2026"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        (["Työvuorolista 23.11.-29.11.2026"], ["ma", "ti", "ke", "to", "pe", "la", "su"]),
        (["Työvuorolista 23.11.-29.11.2026"], ["23", "24", "25", "26", "27", "28", "29"]),
        (["Marraskuu 2026"], ["23", "24", "25", "26", "27", "28", "29"]),
        (["11/2026"], ["ma 23", "ti 24", "ke 25", "to 26", "pe 27", "la 28", "su 29"]),
        (["Osasto 2", "", "vuosi 2026"], ["23.11.", "24.11.", "25.11.", "26.11.", "27.11.", "28.11.", "29.11."]),
    ],
)
def test_what_headings_leave_out_is_in_the_title(above: list[str], days: list[str]) -> None:
    reading = in_workbook(above, [], ["Nimi", *days], ["Aino Laine", *CODES])
    assert shifts_of(reading, "Aino Laine") == AINO
    assert said(reading) == set()


def test_weekdays_stand_above_dates_and_names_of_columns_beside_either() -> None:
    weekdays = ["ma", "ti", "ke", "to", "pe", "la", "su"]
    dates = [f"{d.day}.{d.month}." for d in WEEK]
    for rows in (
        [["Nimi", "Tiimi", *weekdays], ["", "", *dates]],
        [["", "", *weekdays], ["Nimi", "Tiimi", *dates]],
        [["Nimi", "Tiimi", *dates], ["", "", *weekdays]],
        [["", "", *dates], ["Nimi", "Tiimi", *weekdays]],
    ):
        reading = in_workbook(*rows, ["Aino Laine", "Koivu", *CODES])
        assert shifts_of(reading, "Aino Laine") == AINO
        assert reading.people[0].team == "Koivu"
        assert "weekday_mismatch" not in codes(reading)


def test_columns_come_in_any_order_and_some_without_a_heading() -> None:
    reading = in_workbook(
        ["Nimike", "Tiimi", *HEADED["finnish"], "Tunnit", "", "Työntekijä"],
        ["lähihoitaja", "Koivu", *CODES, "26", "a@example.org", "Aino Laine"],
        ["sairaanhoitaja", "Koivu", *CODES, "26", "b@example.org", "Bo Berg"],
    )
    assert [(p.email, p.name, p.team) for p in reading.people] == [
        ("a@example.org", "Aino Laine", "Koivu"),
        ("b@example.org", "Bo Berg", "Koivu"),
    ]
    assert reading.unused == ("Nimike", "Tunnit")


def test_first_and_last_names_are_one_name() -> None:
    reading = in_workbook(["Sukunimi", "Etunimi", *WEEK], ["Laine", "Aino", *CODES])
    assert reading.people[0].name == "Aino Laine"


def test_names_are_recognised_by_what_they_are() -> None:
    reading = in_workbook(["", *HEADED["finnish"]], ["Aino Laine", *CODES], ["Bo Berg", *CODES])
    assert [p.name for p in reading.people] == ["Aino Laine", "Bo Berg"]


def test_a_sheet_a_week_is_one_roster() -> None:
    first = [["Nimi", "ma", "ti", "ke", "to", "pe", "la", "su"], ["Aino Laine", *CODES]]
    second = [["Nimi", "ma", "ti", "ke", "to", "pe", "la", "su"], ["Aino Laine", "I", "", "", "", "", "", ""]]
    data = workbook({"Viikko 48": first, "Viikko 49": second, "Selitteet": LEGEND})
    reading = read(data, "työvuorot 2026.xlsx")
    assert shifts_of(reading, "Aino Laine") == [*AINO, "30.11. 14:00-22:00"]
    assert (reading.first, reading.last) == (date(2026, 11, 23), date(2026, 12, 6))
    assert said(reading) == set()
    assert reading.people[0].team == ""


def test_a_sheet_a_team_tells_the_team() -> None:
    def sheet(name: str) -> list[list[Any]]:
        return [["Nimi", *WEEK], [name, *CODES]]

    reading = read(workbook({"Koivu": sheet("Aino Laine"), "Mänty": sheet("Bo Berg"), "Selite": LEGEND}), "l.xlsx")
    assert {p.name: p.team for p in reading.people} == {"Aino Laine": "Koivu", "Bo Berg": "Mänty"}
    assert codes(reading).count("team_of_sheet") == 2


def test_rows_of_a_team_stand_under_its_name() -> None:
    reading = in_workbook(
        ["Nimi", *WEEK], ["Tiimi Koivu"], ["Aino Laine", *CODES], [], ["Tiimi Mänty"], ["Bo Berg", *CODES]
    )
    assert {p.name: p.team for p in reading.people} == {"Aino Laine": "Tiimi Koivu", "Bo Berg": "Tiimi Mänty"}


def test_a_week_stands_below_a_week() -> None:
    following = [d + timedelta(7) for d in WEEK]
    reading = in_workbook(
        ["Nimi", *WEEK], ["Aino Laine", *CODES], ["Bo Berg", *CODES], [], ["Nimi", *following],
        ["Aino Laine", "A", "", "", "", "", "", ""], ["Bo Berg", "", "", "", "", "", "", ""],
    )  # fmt: skip
    assert shifts_of(reading, "Aino Laine") == [*AINO, "30.11. 07:00-15:00"]
    assert shifts_of(reading, "Bo Berg") == AINO
    assert said(reading) == {"row_without_shifts"}


def test_totals_blank_rows_and_signatures_are_nobody() -> None:
    reading = in_workbook(
        ["Nimi", *WEEK], [], ["Aino Laine", *CODES], [], ["Aamuvuorossa", *"1000000"], ["Yhteensä", *"2110000"],
        ["Hyväksynyt: M. Mäki"], ["SL = sairausloma, V = vapaa"],
    )  # fmt: skip
    assert [p.name for p in reading.people] == ["Aino Laine"]
    assert codes(reading).count("total_row") == 2


def test_a_year_turns_between_columns() -> None:
    days = ["28.12.", "29.12.", "30.12.", "31.12.", "1.1.", "2.1.", "3.1."]
    for above in ([], ["Lista 28.12.-3.1.2027"], ["Viikko 53/2026"]):
        reading = in_workbook(above, ["Nimi", *days], ["Aino Laine", *CODES])
        assert (reading.first, reading.last) == (date(2026, 12, 28), date(2027, 1, 3))


@pytest.mark.parametrize("near", [date(2026, 12, 31), date(2027, 2, 27), date(2027, 3, 2)])
@pytest.mark.parametrize("days", [["27.2.", "28.2.", "29.2.", "1.3.", "2.3."], ["28.2.2027", "29.2.", "1.3.", "2.3."]])
def test_a_29_february_that_is_none_is_said_and_moves_no_other_day(days: list[str], near: date) -> None:
    reading = read([["Nimi", *days], ["Aino Laine", *["7-15"] * len(days)]], near=near)
    assert [r.column for r in reading.remarks if r.code == "bad_date"] == ["29.2."]
    assert reading.last == date(2027, 3, 2)
    assert [s[:6] for s in shifts_of(reading, "Aino Laine")] == ["27.02.", "28.02.", "01.03.", "02.03."][
        -len(days) + 1 :
    ]


def test_a_29_february_that_there_is_is_read() -> None:
    reading = read([["Nimi", "28.2.", "29.2.", "1.3."], ["Aino Laine", *["7-15"] * 3]], near=date(2028, 2, 29))
    assert (reading.first, reading.last) == (date(2028, 2, 28), date(2028, 3, 1))
    assert len(shifts_of(reading, "Aino Laine")) == 3


def test_without_a_year_the_weekdays_tell_it_or_else_what_is_near() -> None:
    fits_2027 = ["ma 22.11.", "ti 23.11.", "ke 24.11."]
    by_weekdays = read([["Nimi", *fits_2027], ["Aino Laine", "A", "I", ""]], near=date(2026, 11, 1))
    assert by_weekdays.first == date(2027, 11, 22)
    assert "year_weekdays" in codes(by_weekdays)
    near = read([["Nimi", "4.1.", "5.1."], ["Aino Laine", "A", "I"]], near=date(2026, 12, 20))
    assert near.first == date(2027, 1, 4)
    assert "year_near" in codes(near)


def test_a_weekday_that_does_not_fit_its_date_is_said_and_the_date_counts() -> None:
    reading = read([["Nimi", "ma 24.11.2026", "ti 25.11.2026"], ["Aino Laine", "A", "I"]])
    assert reading.first == date(2026, 11, 24)
    assert [(r.row, r.column) for r in reading.remarks if r.code == "weekday_mismatch"] == [
        (1, "ma 24.11.2026"),
        (1, "ti 25.11.2026"),
    ]


def test_days_twice_missing_and_impossible_are_said() -> None:
    days = ["23.11.2026", "23.11.2026", "24.11.2026", "27.11.2026", "31.11.2026"]
    reading = read([["Nimi", *days], ["Aino Laine", "7-11", "15-19", "A", "", "A"]])
    assert shifts_of(reading, "Aino Laine") == ["23.11. 07:00-11:00", "23.11. 15:00-19:00", "24.11. 07:00-15:00"]
    remarks = {r.code: r for r in reading.remarks}
    assert remarks["date_twice"].column == "23.11.2026"
    assert remarks["bad_date"].column == "31.11.2026"
    assert remarks["dates_missing"].params["days"] == [date(2026, 11, 25), date(2026, 11, 26)]


def test_an_office_without_weekends_misses_no_days() -> None:
    days = [d for d in (date(2026, 11, 23) + timedelta(n) for n in range(12)) if d.weekday() < 5]
    assert "dates_missing" not in codes(in_workbook(["Nimi", *days], ["Aino Laine", *["A"] * 10]))


def test_days_with_a_column_for_the_beginning_and_one_for_the_end() -> None:
    reading = in_workbook(
        ["Nimi", "ma 23.11.", "", "ti 24.11.", "", "ke 25.11.", "", "to 26.11.", ""],
        ["", *["alku", "loppu"] * 4],
        ["Aino Laine", time(7), time(15), "14.00", "22.00", "21:30", "7:30", "SL", ""],
    )
    assert shifts_of(reading, "Aino Laine") == AINO
    assert reading.away == 1
    assert said(reading) == set()


def test_a_row_a_shift() -> None:
    rows = [
        ["Työntekijä", "Päivämäärä", "Alkaa", "Päättyy"],
        ["Aino Laine", date(2026, 11, 23), time(7), time(15)],
        ["Aino Laine", datetime(2026, 11, 24), "14.00", "22.00"],
        ["Aino Laine", "ke 25.11.2026", "21:30", "7:30"],
    ]
    assert shifts_of(read(workbook({"Vuorot": rows}), "v.xlsx"), "Aino Laine") == AINO


def test_a_row_a_shift_with_codes_or_moments() -> None:
    coded = [["Namn", "Datum", "Skift"], ["Aino Laine", "23.11.2026", "A"], ["Aino Laine", "24.11.2026", "SL"]]
    reading = read(coded)
    assert shifts_of(reading, "Aino Laine") == AINO[:1]
    assert reading.away == 1
    moments = [
        ["Name", "Start", "End"],
        ["Aino Laine", datetime(2026, 11, 23, 7), datetime(2026, 11, 23, 15)],
        ["Aino Laine", "24.11.2026 14.00", "24.11.2026 22.00"],
        ["Aino Laine", "2026-11-25 21:30", "2026-11-26 07:30"],
    ]
    assert shifts_of(read(workbook({"Shifts": moments}), "v.xlsx"), "Aino Laine") == AINO


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Nimi", "Puhelin"], ["Aino Laine", "1234"]], "no_days"),
        ([["Nimi", "1", "2", "3", "4", "5", "6"], ["Aino Laine", *"AAAAAA"]], "no_month"),
        ([["Nimi", "ma", "ti", "ke", "to", "pe"], ["Aino Laine", *"AAAAA"]], "no_week"),
        ([["Nimi", "23.11.", "24.11."], ["", "", ""]], "no_people"),
        ([["Nimi", "23.11.", "24.11."], ["Yhteensä", "1", "2"]], "no_people"),
        ([["Sähköposti", "Hetu", "23.11.", "24.11."], ["131052-308T", "x", "A", "A"]], "personal_codes"),
    ],
)
def test_a_file_that_tells_no_roster_is_refused_with_a_sentence(rows: list[list[str]], code: str) -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read(rows)
    assert refused.value.code == code
    sentences = {refused.value.sentence(lang) for lang in ("fi", "sv", "en")}
    assert len(sentences) == 3
    assert all("lista.csv" in s and "{" not in s and "131052" not in s for s in sentences)


def test_hidden_sheets_are_left_alone_and_that_is_said() -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(
            workbook(
                {"Nyt": [["Nimi", *WEEK], ["Aino Laine", *CODES]], "Vanha": [["Nimi", *WEEK], ["Bo Berg", *CODES]]}
            )
        )
    )
    book["Vanha"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue(), "l.xlsx")
    assert [p.name for p in reading.people] == ["Aino Laine"]
    assert "hidden_sheet" in codes(reading)


def test_the_same_person_twice_is_one_and_that_is_said() -> None:
    reading = in_workbook(
        ["Sähköposti", "Nimi", *WEEK],
        ["a@example.org", "Aino Laine", "7-11", "", "", "", "", "", ""],
        ["A@EXAMPLE.ORG", "aino  laine", "10-15", "I", "", "", "", "", ""],
        ["a@example.org", "Bo Berg", "A", "A", "A", "A", "A", "A", "A"],
    )
    assert shifts_of(reading, "a@example.org") == ["23.11. 07:00-15:00", "24.11. 14:00-22:00"]
    assert {r.code: r.row for r in reading.remarks} == {"person_twice": 3, "same_address_other_name": 4, "overlap": 2}


def test_addresses_that_are_none_leave_people_known_by_name() -> None:
    reading = in_workbook(
        ["Sähköposti", "Nimi", *WEEK], ["a@example.org", "Aino Laine", *CODES], ["ei ole", "Bo Berg", *CODES],
        ["", "Carl Ek", *CODES], ["", "", *CODES],
    )  # fmt: skip
    assert [(p.email, p.name) for p in reading.people] == [
        ("a@example.org", "Aino Laine"),
        ("", "Bo Berg"),
        ("", "Carl Ek"),
    ]
    assert [(r.code, r.row) for r in reading.remarks] == [("bad_email", 3), ("no_address", 4), ("nobody", 5)]
