"""Pages as PDF: tagged for screen readers (PDF/UA-1), with our own font; nothing is fetched while one is made."""

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

    class OurFonts(URLFetcher):  # type: ignore[misc]
        """The fonts beside this package, and nothing else: neither the network nor other files."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix("fonts:///")
            found = finders.find(f"vendor/{name}")
            if url == name or "/" in name or not name.endswith(".woff2") or not isinstance(found, str):
                raise ValueError("only our own fonts are fetched")
            return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": "font/woff2"})

    return weasyprint, OurFonts(fail_on_errors=True)


def pdf_of(html: str) -> bytes:
    """Return a tagged PDF of a whole page of HTML whose `html` element tells its language.

    Its style may name the fonts of the static folder `vendor` as `fonts:///NAME.woff2`. Raises PdfUnavailable where the
    machine cannot draw PDFs.
    """
    weasyprint, fetcher = _weasyprint()
    document = weasyprint.HTML(string=html, base_url="fonts:///", url_fetcher=fetcher)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made
