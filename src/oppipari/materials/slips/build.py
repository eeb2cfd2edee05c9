"""The slips as a PDF: each in its reader's own language, three on a sheet, more room for one that has more to say."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from oppipari.materials.pdf import pages_pdf, without
from oppipari.pairs.queries.to_tell import ToTell
from oppipari.rounds.models import Round

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class Opening:
    """How one person gets to their own page: the address in the code, "" where the slip has none.

    `signs_in` tells that whoever holds the slip gets in with it, until the day `until`.
    """

    url: str = ""
    signs_in: bool = False
    until: date | None = None


@cache
def words_in(lang: str) -> dict[str, str]:
    """The words of a slip by name."""
    texts: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return texts[lang]


def _day(day: date, lang: str) -> str:
    return f"{day.day} {day:%B %Y}." if lang == "en" else f"{day.day}.{day.month}.{day.year}."


def picture(url: str, name: str) -> SafeString:
    """The QR code of an address, with a name for screen readers."""
    made = segno.make(url, error="m", micro=False)
    return mark_safe(made.svg_inline(scale=4, border=2, title=name, svgclass=None, lineclass=None, omitsize=True))  # noqa: S308


def said_of(told: ToTell, round_: Round, opening: Opening) -> dict[str, Any]:
    """What one slip says, in its reader's language."""
    lang = told.person.language if told.person.language in LANGUAGES else "en"
    words = words_in(lang)
    trio = "_trio" if len(told.members) > 2 else ""
    first = told.person.name.split()[:1]
    with translation.override(lang):
        reasons = told.reasons()
    if told.pair is None:
        steps = [words["waits_next"]]
    else:
        start = words["open" if opening.signs_in else "open_own"]
        book = words["book"].format(count=told.pair.meetings_agreed, minutes=round_.meeting_minutes)
        steps = [f"{start} {words['answer' + trio]}", book, words["private"]]
    if opening.signs_in and opening.until:
        way = f"{words['code'].format(day=_day(opening.until, lang))} {words['code_warns']}"
    else:
        way = words["by_mail" if opening.url else "no_code"]
    return {
        "lang": lang,
        "words": words,
        "name": str(told.person),
        "hello": words["hello"].format(name=first[0]) if first else words["hello_nobody"],
        "heading": words["waits"] if told.pair is None else words["trio" if trio else "partner"],
        "partners": told.partners,
        "why": "" if told.pair is None else words["why" + trio],
        "reasons": reasons if told.pair is not None else [words["waits_why"].format(round=round_.name)],
        "steps": steps,
        "way": way,
        "picture": picture(opening.url, words["qr"]) if opening.url else "",
    }


def _drawable(said: dict[str, Any], missing: frozenset[str]) -> dict[str, Any]:
    """The same without the characters that no font here can draw."""
    kept: dict[str, Any] = {"left_out": bool(missing)}
    for key in ("name", "hello"):
        kept[key] = without(said[key], missing)
    for key in ("partners", "reasons"):
        kept[key] = [without(text, missing) for text in said[key]]
    return said | kept


def build_slips(round_: Round, people: Sequence[ToTell], openings: Mapping[int, Opening], lang: str) -> bytes:
    """The slips of `people` as a PDF's bytes; `openings` by person's id. `lang` is the language of the file itself.

    Raises PdfUnavailable where the machine cannot draw PDFs.
    """
    slips = [said_of(told, round_, openings.get(told.person.pk, Opening())) for told in people]
    title = f"{words_in(lang if lang in LANGUAGES else 'en')['title']}: {round_.name}"

    def page(missing: frozenset[str]) -> str:
        drawn = [_drawable(slip, missing) for slip in slips]
        facts = {
            "slips": drawn,
            "title": without(title, missing),
            "lang": lang,
            "unit": without(str(round_.unit), missing),
        }
        return render_to_string("materials/slips.html", facts)

    return pages_pdf(page, [slip["lang"] for slip in slips])
