"""Template tags of the look; docs/components.md shows each with an example."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.rounds.models import Round

register = template.Library()

DAYS = {
    "fi": ["ma", "ti", "ke", "to", "pe", "la", "su"],
    "sv": ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _lang() -> str:
    """The reader's language, one of those that DAYS knows."""
    code = (get_language() or "fi")[:2]
    return code if code in DAYS else "fi"


@register.filter
def day(value: date | datetime | None) -> str:
    """ "ma 23.11." in Finnish, "mån 23.11" in Swedish, "Mon 23 Nov" in English; with the year when it is not this one."""
    if value is None:
        return ""
    value = _local(value)
    other_year = value.year != timezone.localdate().year
    lang = _lang()
    name = DAYS[lang][value.weekday()]
    if lang == "en":
        return f"{name} {value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if other_year else "")
    # In Finnish the month is an ordinal and keeps its stop; in Swedish a stop only stands between two numbers.
    stop = "." if lang == "fi" or other_year else ""
    return f"{name} {value.day}.{value.month}{stop}" + (str(value.year) if other_year else "")


@register.filter
def clock(value: datetime | None) -> str:
    """ "klo 14.00" in Finnish, "kl. 14.00" in Swedish, "14:00" in English."""
    if value is None:
        return ""
    value = _local(value)
    lang = _lang()
    return f"{value:%H:%M}" if lang == "en" else f"{'kl.' if lang == 'sv' else 'klo'} {value.hour}.{value:%M}"


@register.filter
def moment(value: datetime | None) -> str:
    """ "ma 23.11. klo 14.00" in Finnish, "mån 23.11 kl. 14.00" in Swedish, "Mon 23 Nov at 14:00" in English."""
    if value is None:
        return ""
    between = " at " if _lang() == "en" else " "
    return f"{day(value)}{between}{clock(value)}"


@register.filter
def decimal(value: float | None, places: int = 1) -> str:
    """A number with its decimals in the reader's way: 4,2."""
    return "" if value is None else number_format(value, places)


@register.filter
def plus_minutes(value: datetime, minutes: int) -> datetime:
    return value + timedelta(minutes=minutes)


@register.simple_block_tag
def card(content: str, heading: str = "", tone: str = "", level: int = 2) -> SafeString:
    """A card; `tone` is "" or "warm" (what needs a hand)."""
    head = format_html('<h{0} class="ds-heading" data-size="xs">{1}</h{0}>', level, heading) if heading else ""
    return format_html('<div class="card stack {}">{}{}</div>', tone, head, mark_safe(content))  # noqa: S308


@register.simple_block_tag
def empty(content: str, title: str, text: str = "", illustration: str = "") -> SafeString:
    """An empty page says what to do first."""
    return mark_safe(  # noqa: S308
        render_to_string(
            "site/components/empty.html",
            {"title": title, "text": text, "illustration": illustration, "content": mark_safe(content)},  # noqa: S308
        )
    )


@register.simple_tag
def illustration(name: str) -> SafeString:
    """One of the six drawings; decorative, so hidden from screen readers."""
    return mark_safe(render_to_string(f"site/illustrations/{name}.svg"))  # noqa: S308


@register.inclusion_tag("site/components/error_summary.html")
def error_summary(*forms: BaseForm, heading: str = "") -> dict[str, Any]:
    """What is amiss, each line a link to its field; nothing where nothing is amiss. `heading` in another language."""
    lines = []
    for form in forms:
        if not isinstance(form, BaseForm):
            continue
        lines += [("", text) for text in form.non_field_errors()]
        # In the order of the page, whichever check found them first.
        lines += [(_anchor(form[name]), text) for name in form.fields for text in form.errors.get(name, ())]
    return {"lines": lines, "heading": heading}


def _anchor(bound: BoundField) -> str:
    """The id that a link to a field leads to: the first choice where there are several."""
    many = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    return (
        f"{bound.id_for_label or bound.auto_id}_0"
        if many and not str(bound.id_for_label).endswith("_0")
        else bound.id_for_label
    )


@register.inclusion_tag("site/components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One field with its label, help, error and the ties between them."""
    widget = bound.field.widget
    kind = "input"
    if isinstance(widget, RadioSelect):
        kind = "radios"
    elif isinstance(widget, CheckboxSelectMultiple):
        kind = "checkboxes"
    elif isinstance(widget, CheckboxInput):
        kind = "checkbox"
    elif isinstance(widget, Select):
        kind = "select"
    elif isinstance(widget, Textarea):
        kind = "textarea"
    described = [
        i
        for i, there in ((f"{bound.auto_id}_help", bound.help_text), (f"{bound.auto_id}_error", bound.errors))
        if there
    ]
    attrs: dict[str, Any] = {"class": "ds-input"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if bound.field.required:
        attrs["aria-required"] = "true"
    # The browser's own messages would come before ours and in another language.
    widget.use_required_attribute = lambda initial: False
    return {
        "bound": bound,
        "kind": kind,
        "widget": bound.as_widget(attrs=attrs) if kind not in ("radios", "checkboxes") else "",
        "described": " ".join(described),
        "hidden": bound.is_hidden,
    }


@register.inclusion_tag("site/components/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form."""
    return {"form": form}


@register.inclusion_tag("site/components/progress.html")
def progress(now: int, total: int, label: str = "") -> dict[str, Any]:
    """How far somebody is: "2/6"."""
    return {"now": now, "total": total, "label": label}


ORDER = {
    Round.State.SIGN_UP: 2,
    Round.State.PAIRING: 3,
    Round.State.MEETING: 4,
    Round.State.EVALUATING: 6,
    Round.State.CLOSED: 7,
}


@register.inclusion_tag("site/components/round_steps.html")
def round_steps(round: Round) -> dict[str, Any]:
    """The six steps of a round: where it is now, with links to those that have begun."""
    now = ORDER[Round.State(round.state)]
    names = [
        (_("Tell"), "round_tell"),
        (_("Sign-up"), "round_sign_ups"),
        (_("Pairs"), "board"),
        (_("Meetings and goals"), "round_meetings"),
        (_("Insights"), "wall"),
        (_("Evaluation"), "round_evaluation"),
    ]
    steps = []
    for number, (name, target) in enumerate(names, start=1):
        begun = number <= now or (number == 5 and now >= 4) or (number == 6 and now >= 4) or number == 1
        url = reverse(target, args=[round.unit_id if target == "wall" else round.pk]) if begun else ""
        done = number < now and not (number == 5 and now < 7)
        steps.append({"number": number, "name": name, "url": url, "now": number == now, "done": done})
    return {"steps": steps, "now": min(now, 6), "closed": now > 6, "name": names[min(now, 6) - 1][0]}
