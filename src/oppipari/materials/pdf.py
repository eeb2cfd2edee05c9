"""Pages as PDF: tagged for screen readers (PDF/UA-1), with our own font; nothing is fetched while one is made."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders


class PdfUnavailable(Exception):
    """This machine lacks a library that PDFs are drawn with (Pango)."""


@cache
def _weasyprint() -> tuple[Any, Any]:
    """WeasyPrint and what it fetches with, imported when first needed: that takes a moment, and fails without Pango."""
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise PdfUnavailable(str(error)) from error

    # What it finds amiss it quotes: words of the text, which stand in no log.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)

    class OurFonts(URLFetcher):  # type: ignore[misc]
        """The fonts beside this package, and nothing else: neither the network nor other files."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("fonts:///")
            ours = url != name and "/" not in name and name.endswith(".woff2")
            found = finders.find(f"vendor/{name}") if ours else None
            if not isinstance(found, str):
                raise ValueError("only our own fonts are fetched")
            return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": "font/woff2"})

    return weasyprint, OurFonts()


def one_page_pdf(pages: Callable[[frozenset[str]], Sequence[str]], quoted: str = "") -> bytes:
    """Return a tagged PDF of the first size that fits on one page, else of the last.

    `pages` returns the sizes without the characters it is given: whole pages of HTML whose `html` element tells its
    language; blockquotes and articles in it are in the language `quoted`, if given. It is asked without any first, and
    again with those that no font of ours or of the machine can draw: they would be empty boxes. The style may name
    the fonts of the static folder `vendor` as `fonts:///NAME.woff2`.
    Raises PdfUnavailable where the machine cannot draw PDFs.
    """
    made, missing = _draw(pages(frozenset()), quoted)
    if missing:
        made, _still = _draw(pages(missing), quoted)
    return made


def pages_pdf(page: Callable[[frozenset[str]], str], languages: Sequence[str]) -> bytes:
    """Return a tagged PDF of as many pages as it takes, whose articles are in `languages`, one after another.

    `page` returns a whole page of HTML, as for `one_page_pdf`. Raises PdfUnavailable where the machine cannot draw PDFs.
    """
    made, missing = _draw([page(frozenset())], languages)
    if missing:
        made, _still = _draw([page(missing)], languages)
    return made


def can_draw() -> bool:
    """Whether this machine can draw PDFs."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


def _draw(sizes: Sequence[str], quoted: str | Sequence[str]) -> tuple[bytes, frozenset[str]]:
    """The PDF, and the characters for which there was no font."""
    weasyprint, fetcher = _weasyprint()
    for html in sizes:
        page = weasyprint.HTML(string=html, base_url="fonts:///", url_fetcher=fetcher)
        drawn = page.render(pdf_variant="pdf/ua-1")
        if len(drawn.pages) == 1:
            break
    finisher = (_speaks(quoted) if isinstance(quoted, str) else _speak_in_turn(quoted)) if quoted else None
    made: bytes = drawn.write_pdf(pdf_variant="pdf/ua-1", finisher=finisher)
    return made, frozenset(chr(code) for font in drawn.fonts.values() for code in font.missing)


# They join pictures into one, or choose their drawing: nothing by themselves.
_JOINERS = "\u200d\ufe0e\ufe0f"


def without(text: str, missing: frozenset[str]) -> str:
    """`text` without the characters `missing`: letters become "[…]", so that one sees that words are not there; pictures go."""
    if not missing:
        return text
    kept = "".join("\0" if c in missing and c.isalnum() else "" if c in missing or c in _JOINERS else c for c in text)
    # Several letters, and words one after another, are one gap.
    kept = re.sub(r"\0+(?:[^\S\n]*\0+)*", "[…]", kept)
    return "\n".join(" ".join(line.split()) for line in kept.split("\n"))


def _speaks(language: str) -> Any:
    """Mark quoted parts with their language, which WeasyPrint takes from the `html` element alone."""

    def finish(_document: Any, pdf: Any) -> None:
        import pydyf

        for made in pdf.objects:
            if isinstance(made, pydyf.Dictionary) and made.get("S") in ("/BlockQuote", "/Art"):
                made["Lang"] = pydyf.String(language)

    return finish


def _speak_in_turn(languages: Sequence[str]) -> Any:
    """Mark the articles, in their order, with these languages."""

    def finish(_document: Any, pdf: Any) -> None:
        import pydyf

        articles = [made for made in pdf.objects if isinstance(made, pydyf.Dictionary) and made.get("S") == "/Art"]
        for article, language in zip(articles, languages, strict=True):
            article["Lang"] = pydyf.String(language)

    return finish
