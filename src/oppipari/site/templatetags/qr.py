"""QR codes as inline pictures, for links that are shown once and stored nowhere."""

from typing import Any

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from oppipari.organisation.addresses import opens_only_here

register = template.Library()


@register.simple_tag
def qr(url: str, title: str) -> SafeString:
    """An SVG of `url` with a name for screen readers; black on white in the dark theme too."""
    made = segno.make(url, error="m", micro=False)
    return mark_safe(made.svg_inline(scale=6, border=2, title=title, svgclass=None, lineclass=None, omitsize=True))  # noqa: S308


@register.inclusion_tag("site/components/only_here.html")
def only_here(url: str, anew: bool = False) -> dict[str, Any]:
    """A warning where phones cannot open `url`; `anew` where it is shown once and has to be made again."""
    return {"only_here": opens_only_here(url), "anew": anew}
