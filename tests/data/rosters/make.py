"""Makes the sample rosters in this folder: made-up people, the same files every time (`python tests/data/rosters/make.py`)."""

import csv
import json
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

HERE = Path(__file__).parent
FIRST = date(2026, 11, 23)
NAMES = [
    "Aino Laine", "Bo Berg", "Carita Ek", "Daniel Niemi", "Eeva Koski", "Fatima Ali", "Greta Holm", "Heikki Salo",
    "Iida Ranta", "Jaana Mäki", "Kalle Virta", "Leena Lehto", "Mika Harju", "Niina Saari", "Olavi Aalto", "Päivi Kallio",
    "Raisa Hakala", "Sanna Heino", "Timo Laaksonen", "Ulla Vuori", "Veera Nurmi", "Yusuf Omar", "Åsa Lind", "Örjan Sund",
]  # fmt: skip
PATTERNS = ["AAIIVVA", "IIYYVVV", "AAAAAVV", "VIIAAVV", "YYVVAAI", "AIAIAVV"]


def address(name: str) -> str:
    return name.lower().translate(str.maketrans("äöå ", "aoa.")) + "@example.org"


def codes(rng: random.Random, days: int) -> list[str]:
    """Shifts of one person: a pattern of weeks, with now and then a day of sick leave or holiday."""
    row = "".join(rng.choice(PATTERNS) for _week in range(days // 7))
    return [rng.choice(["SL", "VL"]) if rng.random() < 0.03 else code for code in row]


def workbook(name: str, sheets: dict[str, Sequence[Sequence[Any]]]) -> None:
    book = xlsxwriter.Workbook(str(HERE / name), {"default_date_format": "ddd d.m.", "in_memory": True})
    book.set_properties({"title": "Työvuorolista", "created": datetime(2026, 11, 1)})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)
    book.close()


def main() -> None:
    rng = random.Random(5)
    people = [(address(n), n, "Koivu" if i % 2 else "Mänty") for i, n in enumerate(NAMES)]

    # Six weeks, a column a day with real dates, a legend on its own sheet: what the unit edits.
    days = [FIRST + timedelta(n) for n in range(42)]
    rows = [[*p, *codes(rng, 42)] for p in people]
    legend = [["Koodi", "Vuoro", "Alkaa", "Päättyy"], ["A", "aamu", "7.00", "15.00"], ["I", "ilta", "14.00", "22.00"]]
    legend += [
        ["Y", "yö", "21.30", "7.30"],
        ["V", "vapaa", "", ""],
        ["VL", "vuosiloma", "", ""],
        ["SL", "sairausloma", "", ""],
    ]
    workbook("koivu-ja-manty.xlsx", {"Työvuorot": [["Sähköposti", "Nimi", "Tiimi", *days], *rows], "Selitteet": legend})

    # A sheet a week, weekdays as headings, names only, hours written out.
    hours = {"A": "7.00–15.00", "I": "14.00–22.00", "Y": "21.30–7.30", "V": "ledig", "VL": "sem", "SL": "sjuk"}
    weeks = {}
    for week in (48, 49, 50, 51):
        head = (
            [f"Arbetsskiftslista, vecka {week}/2026"],
            [],
            ["Namn", "Arbetslag", "må", "ti", "on", "to", "fr", "lö", "sö"],
        )
        body = [[name, team, *(hours[c] for c in codes(rng, 7))] for _a, name, team in people]
        weeks[f"v{week}"] = [*head, *body, [], ["Totalt", "", *(["24"] * 7)]]
    workbook("skift-per-vecka.xlsx", weeks)

    # A CSV with a title, English headings without a year, and a ward's own codes, which have to be told.
    own = {"A": "E", "I": "LD", "Y": "N", "V": "DO", "VL": "AL", "SL": "SICK"}
    with (HERE / "rota.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Ward 3", "Staff rota 2026"])
        writer.writerow([])
        writer.writerow(["Name", "Role", "E-mail", *(f"{d:%a} {d.day} {d:%b}" for d in days[:28]), "Total hours"])
        for a, name, _team in people[:10]:
            writer.writerow([name, "nurse", a, *(own[c] for c in codes(rng, 28)), "153"])

    # One person's calendar.
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Shifts//EN", "X-WR-CALNAME:Aino Laine"]
    for n, code in enumerate(codes(rng, 42)):
        if code in ("A", "I", "Y", "SL"):
            day, (start, end) = days[n], {"A": (7, 15), "I": (14, 22), "Y": (22, 31), "SL": (7, 15)}[code]
            ends = datetime(day.year, day.month, day.day) + timedelta(hours=end)
            lines += [
                "BEGIN:VEVENT",
                f"UID:{n}@example.org",
                f"DTSTART;TZID=Europe/Helsinki:{day:%Y%m%d}T{start:02}0000",
            ]
            lines += [f"DTEND;TZID=Europe/Helsinki:{ends:%Y%m%dT%H%M%S}", f"SUMMARY:{code}", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    (HERE / "aino.laine@example.org.ics").write_bytes(("\r\n".join(lines) + "\r\n").encode())

    # The pairs to meet: everybody with somebody of the other team.
    pairs = [{"members": [people[i][0], people[i + 1][0]]} for i in range(0, len(people), 2)]
    (HERE / "plan.json").write_text(json.dumps({"pairs": pairs}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
