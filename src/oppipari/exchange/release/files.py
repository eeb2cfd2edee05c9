"""A release as files: JSON for programs, a workbook to print."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from oppipari.disclosure import Figure, UnitsRelease, words
from oppipari.exchange.printed_book import PrintedBook
from oppipari.exchange.release.reading import AnswerRemark
from oppipari.exchange.release.texts import SAYS

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (the same answers make the same file)


@dataclass(frozen=True, slots=True)
class Released:
    """All that the command answers."""

    release: UnitsRelease
    remarks: Sequence[AnswerRemark]
    seconds: float


def as_json(answer: Released, lang: str) -> dict[str, Any]:
    """The answer in the shape that docs/command-line.md describes."""
    return {
        "groups": [
            {"name": g.name, "units": list(g.units), "items": {i: _figure(f) for i, f in g.items.items()}}
            for g in answer.release.groups
        ],
        "withheld": [{"unit": w.unit, "reason": words.reason(w.reason, lang)} for w in answer.release.withheld],
        "seconds": round(answer.seconds, 3),
        "warnings": [
            {"file": r.file, "row": r.row, "column": r.column, "message": r.message(lang)} for r in answer.remarks
        ],
    }


def _figure(f: Figure) -> dict[str, Any]:
    return {
        "n": f.n,
        "mean": f.mean,
        "at_least": f.at_least,
        "at_most": f.at_most,
        "distribution": [c.count for c in f.distribution] if f.distribution else None,
        "cells": [[c.low, c.high] for c in f.distribution] if f.distribution else None,
    }


def write_json(path: Path, answer: Released, lang: str) -> None:
    path.write_text(json.dumps(as_json(answer, lang), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def mean_in_words(f: Figure, lang: str) -> str:
    """The mean, or what stands for it."""
    says = SAYS[lang]
    if f.mean is not None:
        return decimal(f.mean, lang)
    if f.at_least is not None and f.at_most is not None:
        return says["between"].format(low=decimal(f.at_least, lang), high=decimal(f.at_most, lang))
    if f.at_least is not None:
        return says["at_least"].format(value=decimal(f.at_least, lang))
    if f.at_most is not None:
        return says["at_most"].format(value=decimal(f.at_most, lang))
    return says["nothing"]


def decimal(value: float, lang: str) -> str:
    return f"{value:.1f}".replace(".", "." if lang == "en" else ",")


def write_workbook(path: Path, answer: Released, lang: str) -> None:
    """Sheets to print: figures, what is not shown, remarks."""
    says = SAYS[lang]
    book = PrintedBook(path, lang, MADE)
    book.sheet(
        says["figures"],
        [(says["group"], 40), (says["item"], 40), (says["n"], 11), (says["mean"], 18), *((str(v), 9) for v in range(1, 6))],
        [
            [g.name, item, f.n if f.n is not None else "", f.mean if f.mean is not None else mean_in_words(f, lang), *_cells(f, lang)]
            for g in answer.release.groups
            for item, f in g.items.items()
        ],
    )  # fmt: skip
    book.sheet(
        says["units"],
        [(says["group"], 40), (says["unit"], 60)],
        [[g.name, u] for g in answer.release.groups for u in g.units],
    )
    book.sheet(
        says["withheld"],
        [(says["unit"], 60), (says["why"], 40)],
        [[w.unit, words.reason(w.reason, lang)] for w in answer.release.withheld],
    )
    book.sheet(
        says["remarks"],
        [(says["file"], 26), (says["row_number"], 7), (says["column"], 26), (says["message"], 80)],
        [["", "", "", says["unchecked"]], *([r.file, r.row or "", r.column, r.message(lang)] for r in answer.remarks)],
    )
    book.close()


def _cells(f: Figure, lang: str) -> list[int | str]:
    """A count for each value; joined ones stand together in the first of their cells."""
    found: list[int | str] = []
    for c in f.distribution or ():
        joined = SAYS[lang]["joined"].format(low=c.low, high=c.high, count=c.count)
        found += [c.count] if c.low == c.high else [joined, *[""] * (c.high - c.low)]
    return found or [""] * 5
