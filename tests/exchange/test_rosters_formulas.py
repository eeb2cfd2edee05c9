"""Formulas in rosters: one that was never worked out is no day off."""

import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from tests.exchange.rosters import read, shifts_of, workbook

from oppipari.exchange.rosters import UnreadableRoster

MONDAY = date(2026, 11, 23)
HEAD = ["Sähköposti", "Nimi", MONDAY, MONDAY + timedelta(1)]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([HEAD, ["a@example.org", "Aino Laine", "A", '=IF(1=1,"A","")']], ("2", "2026-11-24")),
        ([[*HEAD[:3], "=C1+1"], ["a@example.org", "Aino Laine", "A", "A"]], ("1", "D")),
        ([HEAD, ['="a@example.org"', "Aino Laine", "A", "A"]], ("2", "Sähköposti")),
        ([["Sähköposti", "Nimi", "=A9", "=C1+1"], ["a@example.org", "Aino Laine", "A", "A"]], ("1", "C")),
        (
            [["Nimi", "Päivä", "Alku", "Loppu"], ["Aino Laine", MONDAY, "7.00", "=C2+8/24"]],
            ("2", "Loppu"),
        ),
    ],
)
def test_a_formula_that_was_never_worked_out_is_no_day_off(rows: list[list[Any]], place: tuple[str, str]) -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read(workbook({"Muut & tiedot": [["Ohje"]], "Lista 1": rows}), "l.xlsx")
    assert refused.value.code == "formulas"
    assert f"rivi {place[0]}, sarake ”{place[1]}”" in refused.value.sentence("fi")


def test_formulas_that_tell_nothing_of_work_are_no_hindrance() -> None:
    rows = [
        [*HEAD, "Tunnit"],
        ["a@example.org", "Aino Laine", "7-15", "", "=8"],
        ["Yhteensä", "", "=COUNTA(C2:C2)", "=COUNTA(D2:D2)", "=8"],
    ]
    reading = read(workbook({"Lista": rows, "Muuta": [["=1+1"]]}), "l.xlsx")
    assert shifts_of(reading, "a@example.org") == ["23.11. 07:00-15:00"]


def test_a_formula_with_its_result_is_read_and_an_empty_text_is_a_day_off() -> None:
    """As Excel writes them: an empty result is marked as text."""
    data = workbook({"Lista": [HEAD, ["a@example.org", "Aino Laine", '="A"', '=""']]})
    before, after = io.BytesIO(data), io.BytesIO()
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(
                    rb'<c r="C2"[^>]*><f>([^<]*)</f><v\s*/?>(</v>)?', rb'<c r="C2" t="str"><f>\1</f><v>A</v>', content
                )
                content = re.sub(rb'<c r="D2"[^>]*><f>([^<]*)</f>', rb'<c r="D2" t="str"><f>\1</f>', content)
            new.writestr(name, content)
    reading = read(after.getvalue(), "l.xlsx")
    assert shifts_of(reading, "a@example.org") == ["23.11. 07:00-15:00"]
    assert len(reading.people[0].dates) == 2
