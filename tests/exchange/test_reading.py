"""Files as they come from life, and files that are refused with their reason."""

import io
import zipfile
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppipari.exchange.bridge import gather_people
from oppipari.exchange.columns import Field
from oppipari.exchange.files import UnreadableFile, neutral, read_rows
from oppipari.exchange.pair_command import SAYS
from oppipari.exchange.reading import parse_mapping, read_signups
from oppipari.exchange.texts import TEXTS
from oppipari.pairing import Side

DATA = Path(__file__).parent.parent / "data"
ROWS = [
    ["Sähköposti", "Nimi", "Mitä osaamista voit jakaa?"],
    ["äiti@example.org", "Väinö Öhman", "Lääkehoito;Haavanhoito;"],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    text = "\r\n".join(delimiter.join(f'"{c}"' for c in row) for row in ROWS)
    (person,) = read_signups("s.csv", text.encode(encoding)).people
    assert (person.name, person.shares) == ("Väinö Öhman", ("medication", "wound-care"))


@pytest.mark.parametrize("file", ["forms-fi-28.xlsx", "forms-sv-17.xlsx", "forms-en-40.csv", "forms-fi-messy.xlsx"])
def test_all_columns_of_the_sample_files_are_recognised(file: str) -> None:
    reading = read_signups(file, (DATA / file).read_bytes())
    assert set(reading.columns) == set(Field) - {Field.FIRST_NAME, Field.LAST_NAME, Field.CAPACITY}
    assert len(reading.unused) == 3


OWN_NAMES = {
    "en": [str(field).replace("_", " ").title() for field in Field],
    "names": [str(field) for field in Field],
    "fi": ["Sähköposti", "Nimi", "Etunimi", "Sukunimi", "Työyksikkö", "Tiimi", "Esihenkilö", "Vaihe", "Voin jakaa", "Haluan oppia", "Työaika", "Tapa", "Kielet", "Toivottu vaihe", "Ei pariksi", "Paikkoja"],
    "sv": ["E-post", "Namn", "Förnamn", "Efternamn", "Arbetsenhet", "Arbetslag", "Chef", "Skede", "Kan dela", "Vill lära mig", "Arbetstid", "Mötessätt", "Språk", "Önskat skede", "Inte i par med", "Platser"],
}  # fmt: skip


@pytest.mark.parametrize("names", OWN_NAMES.values(), ids=OWN_NAMES)
def test_the_names_of_our_own_fields_are_headings_too(names: list[str]) -> None:
    text = ",".join(names) + "\n" + ",".join("a@example.org" if i == 0 else "x" for i in range(len(names)))
    reading = read_signups("s.csv", text.encode())
    assert reading.columns == {field: [name] for field, name in zip(Field, names, strict=True)}
    assert parse_mapping([f"Q1={name}" for name in names]) == [("Q1", field) for field in Field]


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        ("Email,Name,Shares,Exclusion", "no_wants_column"),
        ("Email,Name,Q1,Wants", "no_shares_column"),
        ("Email,Name,Shares,Wants", None),
        ("Email,Name,Q1,Q2", None),
    ],
)
def test_sharing_without_learning_or_the_other_way_round_is_remarked(headings: str, code: str | None) -> None:
    reading = read_signups("s.csv", f"\n{headings}\na@example.org,A,x,y\n".encode())
    assert [(r.row, r.code) for r in reading.one_way()] == ([(2, code)] if code else [])
    assert [r.code for r in gather_people([reading], [None]).remarks if "column" in r.code] == ([code] if code else [])


def test_mentors_need_not_learn_nor_mentees_share() -> None:
    mentors = read_signups("mentors.csv", b"Email,Name,Shares\nm@example.org,M,x\n")
    mentees = read_signups("mentees.csv", b"Email,Name,Wants\na@example.org,A,x\n")
    assert not gather_people([mentors, mentees], [Side.MENTOR, Side.MENTEE]).remarks
    turned = gather_people([mentees, mentors], [Side.MENTOR, Side.MENTEE]).remarks
    assert [r.code for r in turned] == ["no_shares_column", "no_wants_column"]


def test_columns_worded_otherwise_are_recognised_too() -> None:
    text = "S-posti;Koko nimi;Voin jakaa;Haluan oppia;Milloin olet töissä;Tapaamistapa;Kielet\na@example.org;A B;Ensiapu;RAI-arviointi;ma aamu;kumpi tahansa;suomi"
    (person,) = read_signups("s.csv", text.encode()).people
    assert (person.shares, person.wants, person.slots, person.way, person.languages) == (
        ("first-aid",), ("rai-assessment",), (0,), "either", ("fi",),
    )  # fmt: skip


def test_columns_without_known_headings_are_recognised_by_their_cells() -> None:
    text = "A,B,C\n" + "\n".join(f"p{i}@example.org,Person {i},Mon morning;Tue night" for i in range(4))
    reading = read_signups("s.csv", text.encode())
    assert {f: c for f, c in reading.columns.items() if f != Field.NAME} == {Field.EMAIL: ["A"], Field.SLOTS: ["C"]}


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_signups(name, data)
    assert caught.value.sentence("fi")
    return caught.value.code


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def test_wrong_files_are_refused_with_the_reason() -> None:
    assert refusal("s.xlsx", b"%PDF-1.7 ...") == "pdf"
    assert refusal("s.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600) == "password"
    assert refusal("s.xlsx", b"a" * (20 * 2**20 + 1)) == "too_large"
    assert refusal("s.xlsx", zipped(xl__workbook=b"0" * (150 * 2**20))) == "zip_bomb"
    assert refusal("s.xlsx", zipped(word__document=b"hello")) == "not_a_sheet"
    assert refusal("s.xlsx", zipped(xl__workbook=b"hello")) == "unreadable"
    assert refusal("s.csv", b"") == "empty"
    assert refusal("s.csv", b"\x00\x01\x02") == "not_a_sheet"
    assert refusal("s.csv", b"Colour,Shape\nred,round\n") == "no_known_column"
    assert refusal("s.csv", b"Name,Team\nAnna,A\n") == "no_email"
    assert refusal("s.csv", b"Email,Name\n,\n") == "no_people"
    assert refusal("s.csv", b"Email,Name\n010190-123A,A\n020290-456B,B\n") == "personal_codes"


def test_mapping_is_checked() -> None:
    assert parse_mapping(["Yksikkö nyt=voin jakaa"]) == [("Yksikkö nyt", Field.SHARES)]
    for wrong in ("x", "=shares", "x=colour", "gender=shares"):
        with pytest.raises(UnreadableFile):
            parse_mapping([wrong])


def test_cells_that_would_run_are_neutralised() -> None:
    assert [neutral(c) for c in ("=1+1", "+1", "-1", "@x", "ok")] == ["'=1+1", "'+1", "'-1", "'@x", "ok"]


@pytest.mark.parametrize("tables", [TEXTS, SAYS])
def test_all_languages_say_everything_with_the_same_places_to_fill(tables: dict[str, dict[str, str]]) -> None:
    assert all(table.keys() == tables["en"].keys() for table in tables.values())
    for key in tables["en"]:
        places = [sorted(name for _t, name, _s, _c in Formatter().parse(tables[lang][key]) if name) for lang in tables]
        assert all(found == places[0] for found in places), key


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    try:
        read_rows("x.csv", data)
        read_signups("x.csv", b"Email,Name\n" + data)
    except UnreadableFile as error:
        assert error.sentence("en")  # noqa: PT017
