"""`oppipari release`: answers in spreadsheets in, the figures that may be shown out; no database, no web."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oppipari.disclosure import UnitsRelease, UnsafeRelease, release_units, share_questions, withhold_repeated, words
from oppipari.exchange.command_line import (
    LangOfThree,
    Refusal,
    check_outputs,
    check_places,
    ending,
    environment_language,
    read_data,
    write_output,
)
from oppipari.exchange.files import UnreadableFile, column_names
from oppipari.exchange.release import files as release_files
from oppipari.exchange.release.earlier import NotEarlierFigures, read_earlier
from oppipari.exchange.release.files import Released, mean_in_words
from oppipari.exchange.release.reading import AnswerRemark, Sheetful, UnreadableAnswers, gather_answers, read_answers
from oppipari.exchange.release.texts import SAYS, text

NOTHING_SHOWN = 3
SHOWN_LINES, SHOWN_UNITS, SHOWN_REMARKS = 80, 30, 30


def release(
    files: Annotated[list[Path], typer.Argument(metavar="ANSWERS...", help="Answers to one questionnaire (.xlsx, .csv); several files count as one.")],
    json: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the figures as JSON.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the figures as sheets to print.")] = None,
    earlier: Annotated[list[Path] | None, typer.Option(metavar="FIGURES.json", help="Figures that were released before of some of the same answers (--json); may be given several times.")] = None,
    lang: Annotated[LangOfThree | None, typer.Option(help="Language of the answer.")] = None,
) -> None:  # fmt: skip
    """Release the figures of a questionnaire so that nobody's answer can be worked out, not even by two who compare theirs.

    A column "unit" holds a path such as City/East/Harbour Home; every other column is a question, answered 1-5 or empty.
    """
    language = str(lang or environment_language())
    out, err = Console(), Console(stderr=True)
    with ending(err, SAYS[language]["stopped"]):
        _run(out, files, json, xlsx, earlier or [], language)


def _run(out: Console, files: list[Path], json: Path | None, xlsx: Path | None, earlier: list[Path], lang: str) -> None:
    started = time.perf_counter()
    says = SAYS[lang]
    check_outputs([*files, *earlier], [p for p in (json, xlsx) if p], says)
    check_places(json, xlsx, None, says)
    sheets = _sheets(files, says, lang)
    try:
        answers = gather_answers(sheets)
        found = release_units(answers.units, answers.answers, answers.items, lang=lang)
    except UnreadableAnswers as error:
        raise Refusal(error.sentence(lang)) from None
    except UnsafeRelease:
        raise Refusal(says["unsafe"]) from None
    had_groups = bool(found.groups)
    found, stands = _beside_earlier(found, earlier, says)
    for sheet in sheets:
        _show_reading(out, sheet, lang)
    answer = Released(found, [*answers.remarks, *stands], time.perf_counter() - started)
    _show(out, answer, lang)
    write_output(out, json, lambda p: release_files.write_json(p, answer, lang), says)
    write_output(out, xlsx, lambda p: release_files.write_workbook(p, answer, lang), says)
    if not found.groups:
        raise Refusal(says["all_stand" if had_groups else "no_group"], NOTHING_SHOWN)


def _beside_earlier(
    found: UnitsRelease, paths: Sequence[Path], says: dict[str, str]
) -> tuple[UnitsRelease, list[AnswerRemark]]:
    """What may be told beside the figures in `paths`, and what may not; raises Refusal for a file that is not such figures."""
    before = []
    for path in paths:
        try:
            before.append(read_earlier(read_data(path, says)))
        except (NotEarlierFigures, UnreadableFile):
            raise Refusal(says["not_earlier"].format(path=path)) from None
        if found.groups and not share_questions(found, before[-1]):
            raise Refusal(says["other_questions"].format(path=path))
    told, refused = withhold_repeated(found, before)
    return told, [AnswerRemark(paths[s.earlier].name, 0, s.item, "stands", {"group": s.group}) for s in refused]


def _sheets(paths: Sequence[Path], says: dict[str, str], lang: str) -> list[Sheetful]:
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise Refusal(says["given_twice"].format(path=path))
        seen.add(path.resolve())
    # Two files of the same name are told apart by their folders.
    same = len({path.name for path in paths}) < len(paths)
    try:
        return [read_answers(str(path) if same else path.name, read_data(path, says)) for path in paths]
    except UnreadableAnswers as error:
        raise Refusal(error.sentence(lang)) from None
    except UnreadableFile as error:  # not there, or too large to be read
        raise Refusal(text(error.code, lang, error.params)) from None


def _show_reading(out: Console, sheet: Sheetful, lang: str) -> None:
    says = SAYS[lang]
    units = len({tuple(p.casefold() for p in path) for path in sheet.units})
    line = says["understood"].format(file=sheet.file, units=units, items=len(sheet.items))
    out.print(line, markup=False, highlight=False, soft_wrap=True)
    used = says["used"].format(columns=column_names([sheet.unit_heading, *sheet.items]))
    out.print(used, style="dim", markup=False, highlight=False)
    if sheet.unused:
        unused = says["unused"].format(columns=column_names(sheet.unused))
        out.print(unused, style="dim", markup=False, highlight=False)


def _show(out: Console, answer: Released, lang: str) -> None:
    says = SAYS[lang]
    lines = [(g.name, item, f) for g in answer.release.groups for item, f in g.items.items()]
    if lines:
        table = Table(title=says["groups"], title_justify="left")
        table.add_column(says["group"], ratio=3)
        table.add_column(says["item"], ratio=2)
        table.add_column(says["n"], justify="right")
        table.add_column(says["mean"], ratio=1)
        for name, item, f in lines[:SHOWN_LINES]:
            table.add_row(escape(name), escape(item), "" if f.n is None else f"{f.n}", mean_in_words(f, lang))
        out.print(table)
        _more(out, len(lines) - SHOWN_LINES, lang)
    if answer.release.withheld:
        out.print(f"\n{says['withheld']}", style="bold")
    for w in answer.release.withheld[:SHOWN_UNITS]:
        line = f"  {w.unit}: {words.reason(w.reason, lang)}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    _more(out, len(answer.release.withheld) - SHOWN_UNITS, lang)
    out.print(f"\n{says['unchecked']}", markup=False, highlight=False, soft_wrap=True)
    if answer.remarks:
        out.print(f"\n{says['remarks']}", style="bold")
    for r in answer.remarks[:SHOWN_REMARKS]:
        shape = "whole_column" if not r.row else "row" if r.column else "row_alone"
        line = says[shape].format(file=r.file, row=r.row, column=r.column, message=r.message(lang))
        out.print("  " + line, markup=False, highlight=False, soft_wrap=True)
    _more(out, len(answer.remarks) - SHOWN_REMARKS, lang)


def _more(out: Console, count: int, lang: str) -> None:
    if count > 0:
        out.print("  " + SAYS[lang]["more"].format(count=count), highlight=False, soft_wrap=True)
