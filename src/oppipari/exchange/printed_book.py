"""A workbook that a supervisor would print: the same look for every sheet, and nothing in it that a program would run."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from oppipari.exchange.files import neutral

FOOTER = {
    "fi": "&L&A&RSivu &P / &N",
    "sv": "&L&A&RSida &P / &N",
    "en": "&L&A&RPage &P / &N",
}
DAY = {"fi": "d.m.yyyy", "sv": "d.m.yyyy", "en": "d mmm yyyy"}
LINES = {"valign": "top", "border": 1, "border_color": "#D8D4CE"}

type Cell = str | int | float | date


class PrintedBook:
    """Sheets on A4 with headings that stay; `close` writes the file. Raises XlsxWriterException or OSError there."""

    def __init__(self, path: Path, lang: str, made: datetime | None = None) -> None:
        """`made` is what the file says of when it was made; a fixed one makes the same file of the same content."""
        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        self.book = xlsxwriter.Workbook(str(path), options)
        self.book.set_properties({"title": "Oppipari", "created": made})
        self.lang = lang
        head = {"bold": True, "bg_color": "#1F5A4C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        self.head = self.book.add_format(LINES | head)
        self.text = self.book.add_format(LINES | {"text_wrap": True})
        self.points = self.book.add_format(LINES | {"num_format": "0.0"})
        self.day = self.book.add_format(LINES | {"num_format": DAY[lang], "align": "left"})

    def sheet(self, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]]) -> None:
        """A sheet with a heading and a width a column; a leading = + - @ in a text is neutralised."""
        page = self.book.add_worksheet(title)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        page.set_footer(FOOTER[self.lang])
        for i, (heading, width) in enumerate(columns):
            page.set_column(i, i, width)
            page.write_string(0, i, heading, self.head)
        for y, row in enumerate(rows, start=1):
            for x, cell in enumerate(row):
                if isinstance(cell, float):
                    page.write_number(y, x, cell, self.points)
                elif isinstance(cell, int):
                    page.write_number(y, x, cell, self.text)
                elif isinstance(cell, date):
                    page.write_datetime(y, x, cell, self.day)
                else:
                    page.write_string(y, x, neutral(cell), self.text)

    def close(self) -> None:
        self.book.close()
