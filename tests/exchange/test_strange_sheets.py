"""Sheets that would harm the one who opens them, and sheets that people make by hand."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppipari.exchange.columns import Field
from oppipari.exchange.files import UnreadableFile
from oppipari.exchange.reading import Reading, parse_mapping, read_signups

DATA = Path(__file__).parent.parent / "data"
SMALL = [["Sähköposti", "Nimi"], ["a@example.org", "Aino Laine"]]


def workbook(*sheets: Sequence[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Taulukko{number}")
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(edit: Callable[[bytes], bytes]) -> bytes:
    """The small workbook with the XML of its sheet edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(SMALL))) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry.filename, edit(data) if "worksheets/" in entry.filename else data)
    return out.getvalue()


def with_rows(xml: bytes) -> bytes:
    return with_sheet(lambda data: data.replace(b"</sheetData>", xml + b"</sheetData>"))


def csv_of(*lines: str) -> Reading:
    return read_signups("s.csv", "\n".join(lines).encode())


def codes(reading: Reading) -> list[tuple[int, str, str]]:
    return [(r.row, r.column, r.code) for r in reading.remarks]


@pytest.mark.parametrize(
    "xml",
    [
        b'<row r="9"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row\nr="9"><c\tr = "GS9"><v>1</v></c></row>',
        b'<row r="9"><c other=">" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="9"><c other="<" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="9">' + b"<c><v>1</v></c>" * 300 + b"</row>",
        b"<row/>" * 51_000 + b"<row><c><v>1</v></c></row>",
        b'<row r="45000"><c r="GA45000"><v>1</v></c></row>',
    ],
    ids=["far cell", "far row", "spaces", "a > before", "a < before", "many cells", "many rows", "large area"],
)
def test_a_cell_far_away_does_not_fill_the_memory(xml: bytes) -> None:
    # Read as it is, each of these makes the reader allocate the whole rectangle up to the cell, or stop the process.
    with pytest.raises(UnreadableFile) as caught:
        read_signups("s.xlsx", with_rows(xml))
    assert caught.value.code in ("too_many_rows", "too_many_columns", "too_many_cells")
    assert len(read_signups("s.xlsx", with_rows(b'<row r="40"><c r="Z40"><v>1</v></c></row>')).people) == 1


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    data = workbook(SMALL)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = next(e.file_size for e in archive.infolist() if "worksheets/" in e.filename)
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(UnreadableFile) as caught:
        read_signups("s.xlsx", lying)
    assert caught.value.code == "unreadable"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6)), min_size=1, max_size=4))
def test_a_broken_workbook_is_read_or_refused_in_words(edits: list[tuple[int, bytes]]) -> None:
    def broken(data: bytes) -> bytes:
        for place, new in edits:
            place %= len(data)
            data = data[:place] + new + data[place + 3 :]
        return data

    try:
        assert read_signups("s.xlsx", with_sheet(broken)).people
    except UnreadableFile as error:
        assert error.sentence("fi")  # noqa: PT017


def test_a_quotation_mark_left_open_swallows_nobody() -> None:
    with pytest.raises(UnreadableFile) as caught:
        csv_of("Email,Name", 'a@example.org,"Aino', "b@example.org,Bo", 'c@example.org,"Ci"')
    assert caught.value.sentence("en").startswith("s.csv, row 2: a quotation mark")


def test_too_long_cells_are_named_by_row_and_column() -> None:
    with pytest.raises(UnreadableFile) as caught:
        csv_of("Email,Name", f"a@example.org,{'x' * 40_000}")
    assert caught.value.sentence("fi") == "s.csv, rivi 2, sarake B: solussa on yli 32767 merkkiä."
    with pytest.raises(UnreadableFile, match="row_too_long"):
        csv_of("Email,Name", f"a@example.org,{'x' * 200_000}")
    reading = csv_of("Email,Name,Mitä voit jakaa", f"a@example.org,A,{'x' * 3_000}")
    assert (2, "Mitä voit jakaa", "too_long") in codes(reading)


def test_a_file_of_which_nothing_is_usable_says_why_the_first_row_was_not() -> None:
    with pytest.raises(UnreadableFile) as caught:
        csv_of("Email,Name", "aino,Aino")
    assert "Row 2, Email: “aino” is not an e-mail address" in caught.value.sentence("en")


def test_headings_are_found_below_a_title_and_rows_are_counted_as_excel_does() -> None:
    reading = csv_of("Ilmoittautumiset, syksy", "", "Nimi,Sähköposti,Tiimi", "Aino,a@example.org,A", "Bo,bo,B")
    assert [p.row for p in reading.people] == [4]
    assert codes(reading) == [(5, "Sähköposti", "bad_email")]
    sheet = [["", "", ""], ["", "Sähköposti", "Nimi"], ["", "a@example.org", "Aino"], ["", "bo", "Bo"]]
    reading = read_signups("s.xlsx", workbook(sheet))
    assert [p.row for p in reading.people] == [3]
    assert codes(reading) == [(4, "Sähköposti", "bad_email")]


def test_the_line_that_tells_excel_the_delimiter_is_no_row() -> None:
    assert codes(csv_of("sep=;", "Nimi;Sähköposti", "Aino;a@example.org", "Bo;bo")) == [(3, "Sähköposti", "bad_email")]


def test_the_sheet_with_the_sign_ups_is_found() -> None:
    assert len(read_signups("s.xlsx", workbook([["Ohje"], ["Lue tämä"]], SMALL)).people) == 1


def test_commas_in_questions_do_not_hide_the_delimiter() -> None:
    reading = csv_of(
        "Sähköposti;Nimi;Mitä voit jakaa (1, 2, 3, 4 tai 5 asiaa, tärkein ensin)?",
        "a@example.org;Aino;Lääkehoito, haavanhoito",
    )
    assert reading.people[0].shares == ("medication", "wound-care")


def test_the_column_with_the_addresses_wins_over_one_that_is_only_called_so() -> None:
    reading = csv_of(
        "Email,Name,What is your work e-mail?,Your name",
        "anonymous,,a@example.org,Aino",
        "anonymous,,b@example.org,Bo",
    )
    assert [(p.email, p.name) for p in reading.people] == [("a@example.org", "Aino"), ("b@example.org", "Bo")]
    reading = csv_of("Email,Answer", "anonymous,a@example.org", "anonymous,b@example.org")
    assert reading.columns[Field.EMAIL] == ["Answer"]


@pytest.mark.parametrize("written", ["Aino <AINO@example.org>", "mailto:aino@example.org", " aino@example.org\u200b"])
def test_addresses_are_taken_out_of_what_surrounds_them(written: str) -> None:
    assert csv_of("Name,Email", f"Aino,{written}").people[0].email == "aino@example.org"


def test_personal_identity_codes_are_neither_used_nor_repeated() -> None:
    rows = [f"p{i}@example.org,Person {i}" for i in range(3)]
    reading = csv_of(
        "Email,Name", *rows, "131052-308T,Aino", "e@example.org,Bo 131052-308T", "f@example.org,131052A308T"
    )
    assert "131052" not in repr(reading)
    assert [(r.row, r.code) for r in reading.remarks if r.code != "no_name"] == [
        (5, "personal_code"), (5, "no_address"), (6, "personal_code"), (7, "personal_code"),
    ]  # fmt: skip
    with pytest.raises(UnreadableFile) as caught:
        read_signups("s.csv", b"Email,Koodi\na@example.org,131052-308T\n", parse_mapping(["Koodi=name"]))
    assert caught.value.code == "personal_codes"


@pytest.mark.parametrize(
    "heading",
    ["Sukupuolesi", "Ikä", "Ikäryhmä", "Kansalaisuutesi", "Kansallisuus", "How old are you?", "Pronouns", "Kön", "Födelseår",
     "match with similar identity", "identity to match", "characteristics", "biography"],
)  # fmt: skip
def test_columns_about_who_somebody_is_cannot_be_mapped(heading: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_mapping([f"{heading}=shares"])
    assert caught.value.code == "map_identity"


def test_more_than_five_things_are_cut_and_told() -> None:
    reading = csv_of(
        "Email,Name,Can share", "a@example.org,A,Ensiapu;Tietosuoja;Ravitsemus;Katetrointi;Etähoiva;Laatutyö"
    )
    assert len(reading.people[0].shares) == 5
    assert codes(reading) == [(2, "Can share", "too_many_tags")]


def test_a_total_row_is_one_only_without_an_address() -> None:
    reading = csv_of("Name,Email", "Summa,summa@example.org", "Yhteensä: 1,")
    assert [p.name for p in reading.people] == ["Summa"]
    assert codes(reading) == [(3, "Email", "total_row")]


def test_the_later_answer_of_the_same_person_replaces_the_earlier() -> None:
    reading = csv_of("Email,Name,Team", "a@example.org,Aino,A", "A@EXAMPLE.ORG , aino,B")
    assert [(p.row, p.team) for p in reading.people] == [(3, "B")]
    assert codes(reading) == [(3, "Email", "same_address")]
