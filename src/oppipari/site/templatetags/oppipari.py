"""Template tags of the look; docs/components.md shows each with an example."""

from datetime import date
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oppipari.messages.moments import clock, day, moment
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round
from oppipari.site.steps import steps_of

register = template.Library()

for words in (day, clock, moment):
    register.filter(words)


@register.filter
def with_day(text: str, value: date | None) -> str:
    """A sentence with its day, which stands in it as `%(day)s`."""
    return text % {"day": day(value)} if value else text


@register.filter
def decimal(value: float | None, places: int = 1) -> str:
    """A number with its decimals in the reader's way: 4,2."""
    return "" if value is None else number_format(value, places)


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


@register.inclusion_tag("site/components/round_steps.html", takes_context=True)
def round_steps(context: Context, round: Round) -> dict[str, Any]:
    """The six steps of a round: where it is now, which are done, with links to those that have begun."""
    reader = context.get("user")
    found = steps_of(round, reader if isinstance(reader, Person) else None)
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
        url = reverse(target, args=[round.unit_id if target == "wall" else round.pk]) if number in found.begun else ""
        steps.append(
            {"number": number, "name": name, "url": url, "now": number == found.now, "done": number in found.done}
        )
    now = min(found.now, 6)
    return {"steps": steps, "now": now, "closed": found.now > 6, "name": names[now - 1][0]}
