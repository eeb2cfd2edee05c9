"""A trial on one page, to hang up or to send: what, why, before and after, what was learnt. No names of people."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone

from oppipari.insights.models import Trial
from oppipari.materials.pdf import one_page_pdf, without

LANGUAGES = ("fi", "sv", "en")
# Tried one after another: the longest texts, too, fit on one page.
SIZES = ("large", "middle", "small", "tiny")


@cache
def texts() -> dict[str, dict[str, str]]:
    """The words of the page: {language: {name of a text: text}}."""
    return tomllib.loads((Path(__file__).parent / "trial_sheet.toml").read_text(encoding="utf-8"))


def _day(day: date, lang: str) -> str:
    return f"{day.day} {day:%B %Y}" if lang == "en" else f"{day.day}.{day.month}.{day.year}"


def _number(value: Decimal | None, lang: str) -> str:
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return text if lang == "en" else text.replace(".", ",")


def _when(trial: Trial, lang: str) -> str:
    """From when until when; while it goes on, the day on which the unit decides, or that it has passed."""
    words = texts()[lang]
    start = _day(trial.started_on, lang)
    if not trial.running:
        return words["span"].format(start=start, end=_day(trial.decided_on or trial.until, lang))
    told = words["passed" if trial.until < timezone.localdate() else "decide"].format(day=_day(trial.until, lang))
    return f"{words['begun'].format(day=start)} · {told}"


def build_sheet(trial: Trial, lang: str) -> bytes:
    """The summary as a PDF's bytes, in "fi", "sv" or "en"; the trial's own text stays in its language.

    A running trial has room to write down by hand what comes of it. Characters that no font here can draw are left out,
    and the page says so. Raises PdfUnavailable.
    """
    words = texts()[lang]
    if trial.has_numbers:
        before, after = _number(trial.before_number, lang), _number(trial.after_number, lang)
    else:
        before, after = trial.before_words, trial.after_words
    said = {name: getattr(trial, name) for name in ("problem", "what", "sign", "learnt")}
    said |= {"unit": trial.unit.name, "before": before, "after": after}
    if trial.from_unit:
        said["origin"] = words["origin"].format(unit=trial.from_unit)
    facts = {
        "lang": lang,
        "words": words,
        "trial": trial,
        "state": words[trial.state],
        "when": _when(trial, lang),
    }

    def pages(missing: frozenset[str]) -> list[str]:
        drawn = facts | {name: without(text, missing) for name, text in said.items()} | {"left_out": missing}
        return [render_to_string("materials/trial_sheet.html", drawn | {"size": size}) for size in SIZES]

    return one_page_pdf(pages, trial.language)
