"""The languages that people can talk in, and the one place that names them in words.

A spreadsheet may bring more of them than the form asks for (`exchange/answers.py` reads them), and Django does not know
them all.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "fi": _("Finnish"),
    "sv": _("Swedish"),
    "en": _("English"),
    "ru": _("Russian"),
    "et": _("Estonian"),
    "so": _("Somali"),
    "ar": _("Arabic"),
    "uk": _("Ukrainian"),
}
# The form asks for these; others are offered to whom they were told of.
ASKED = ("fi", "sv", "en")


def language_name(code: str) -> str:
    """What the language is called by the reader, as in the middle of a sentence; the code where nobody knows it."""
    return str(NAMES.get(code, code))


def language_names(codes: Iterable[str]) -> str:
    """Their names one after another."""
    return ", ".join(language_name(code) for code in codes)


def choices(told: Iterable[str] = ()) -> list[tuple[str, str | Promise]]:
    """What a form offers: the languages that are asked for, and those that were told before."""
    return [(code, name) for code, name in NAMES.items() if code in ASKED or code in set(told)]
