"""Rosters that nobody meant, and files that would harm the one who opens them: a sentence or a reading, never a crash."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.rosters import csv_bytes, read, workbook

from oppipari.exchange.rosters import UnreadableRoster
from oppipari.exchange.rosters.texts import TEXTS

FRAGMENTS = st.sampled_from(
    ["", "A", "I", "y", "7-15", "25-30", "7-7", "SL", "Q", "Nimi", "Sähköposti", "Tiimi", "a@example.org", "b@example.org",
     "Aino Laine", "ma", "ti", "ke", "to", "pe", "la", "su", "ma 23.11.", "24.11.", "25.11.2026", "2026-11-26", "31.2.", "31.2.2026",
     "29.2.", "0.0.", "99.99.9999", "1", "2", "3", "30", "31", "Viikko 48", "vko 99", "Marraskuu 2026", "13/2026", "Koodi", "Alku",
     "Loppu", "Päivä", "A = 7-15", "=1+1", "Yhteensä", "-", "x", "131052-308T", "Tiimi Koivu", "2026-11-23 07:00", "1 day, 0:00:00",
     "mar", "Feb 30", "30 Feb 2026", "1.1.0001", "31.12.9999", "9999-12-31", "to 24.12.", "\u200b", "🙂", "٣.٤.", "²"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=9), max_size=9),
    st.sampled_from([";", ",", "\t"]),
)
def test_any_table_is_read_or_refused(rows: list[list[str]], delimiter: str) -> None:
    clean = [[c.replace("\x00", "").encode("utf-8", "ignore").decode() for c in row] for row in rows]
    try:
        reading = read(csv_bytes(clean, delimiter))
    except UnreadableRoster as refused:
        sentences = [refused.sentence(lang) for lang in ("fi", "sv", "en")]
    else:
        sentences = [r.message(lang) for r in reading.remarks for lang in ("fi", "sv", "en")]
        assert reading.people
        for person in reading.people:
            assert all(a < b for a, b in person.shifts)
            assert all(a[1] < b[0] for a, b in zip(person.shifts, person.shifts[1:], strict=False))
            assert {s.date() for s, _e in person.shifts} <= set(person.dates)
    assert all(sentences)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(FRAGMENTS, max_size=7), min_size=1, max_size=7))
def test_any_calendar_is_read_or_refused(lines: list[list[str]]) -> None:
    body = "\r\n".join(":".join(line) for line in lines)
    data = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261123T070000\r\nDTEND:20261123T150000\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    try:
        told = len(read(data.encode(), "a.ics").people)
    except UnreadableRoster as refused:
        told = len(refused.sentence("fi"))
    assert told


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return out.getvalue()


def far_cell() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook({"L": [["Nimi", "23.11."]]}))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if "worksheets/" in entry.filename:
                data = data.replace(b"</sheetData>", b'<row r="9"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            target.writestr(entry.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0 old", "password"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\x00\x01\x02\x03", "not_a_sheet"),
        (b'Nimi;23.11.;24.11.\nAino;"A;I\n', "bad_quote"),
        (bomb(), "zip_bomb"),
        (far_cell(), "too_many_rows"),
        (b"Nimi;23.11.;24.11.\n" + b"Aino;A;I\n" * 5001, "too_many_rows"),
        (b"Nimi" + b";23.11." * 401 + b"\n", "too_many_columns"),
        (b"Nimi" + b";A" * 99 + b"\n" + (b"A" + b";A" * 99 + b"\n") * 1001, "too_many_cells"),
        (b"x" * (20 * 2**20 + 1), "too_large"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_files_that_would_do_harm_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read(data, "lista.xlsx")
    assert refused.value.code == code
    assert len({refused.value.sentence(lang) for lang in ("fi", "sv", "en")}) == 3


def test_a_year_beyond_calendars_in_a_title_is_no_year() -> None:
    reading = read([["31.12.9999, viikko 48"], ["Nimi", "ma", "ti", "ke", "to", "pe"], ["Aino Laine", *"AAAAA"]])
    assert reading.first == date(2026, 11, 23)


def test_a_year_beyond_calendars_in_a_heading_is_no_day() -> None:
    for heads in (["", "31.12.9999", "ma", "ti", "ke"], ["Nimi", "ma", "1.1.0001", "ti", "ke"]):
        try:
            reading = read([heads, ["Aino Laine", *"AAAA"]])
        except UnreadableRoster:
            continue  # said in a sentence, not ended by a date that no calendar has
        assert all(2000 <= d.year <= 2100 for p in reading.people for d in p.dates)


def test_names_that_are_formulas_are_not_read() -> None:
    rows = [["Sähköposti", "Nimi", "23.11.", "24.11."], ["a@example.org", "=HYPERLINK(1)", "A", "I"]]
    (person,) = read(rows).people
    assert person.name == "a@example.org"


def test_every_sentence_is_there_in_three_languages_with_the_same_places_to_fill() -> None:
    import string

    def places(sentence: str) -> set[str]:
        return {name for _t, name, _s, _c in string.Formatter().parse(sentence) if name}

    assert TEXTS["fi"].keys() == TEXTS["sv"].keys() == TEXTS["en"].keys()
    for code, sentence in TEXTS["en"].items():
        assert places(sentence) == places(TEXTS["fi"][code]) == places(TEXTS["sv"][code]), code


def test_a_large_roster_is_read_whole() -> None:
    days = [(date(2026, 11, 23) + timedelta(n)).isoformat() for n in range(42)]
    rows = [["Sähköposti", "Nimi", "Tiimi", *days]]
    rows += [[f"p{n}@example.org", f"Nimi {n}", f"T{n % 60}", *["A", "I", "", "Y", "", "V"] * 7] for n in range(1200)]
    reading = read(rows)
    assert len(reading.people) == 1200
    assert sum(len(p.shifts) for p in reading.people) == 1200 * 21
