"""Rosters of a unit: what was understood is shown first, unknown codes are asked, and only working time is kept."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oppipari.exchange.files import MEGABYTE
from oppipari.exchange.roster_page.forms import LegendForm, RosterForm
from oppipari.exchange.roster_page.seen import Seen, seen_in
from oppipari.exchange.rosters import Hours, RosterPerson, UnreadableRoster, parse_shift, read_roster
from oppipari.meetings.queries import Line, lines_of, reach_of_lines
from oppipari.meetings.work_times import rosters
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, Unit
from oppipari.organisation.web import is_htmx, person_of

# The file waits in the page itself, not with us, until its codes are answered: nothing of it is kept before that.
LARGEST = MEGABYTE
NOT_WORK = "-"
MOST_NAMED = 60


def _unit(request: HttpRequest, pk: int) -> Unit:
    units = Unit.objects.filter(pk__in=access.supervised_unit_ids(person_of(request)))
    return get_or_404(units, pk=pk)


def _legend(unit: Unit) -> dict[str, tuple[Hours, ...]]:
    return {code: tuple(Hours(a, b) for a, b in hours) for code, hours in rosters.legend_of(unit).items()}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def unit_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a roster; look at what was understood; answer what is asked; keep the working time."""
    unit, person = _unit(request, pk), person_of(request)
    form, carried = RosterForm(), ""
    seen: Seen | None = None
    upset: list[Line] = []
    asked: dict[str, str] = {}
    if request.method == "POST":
        sent = request.FILES or "carried" not in request.POST
        form = RosterForm(request.POST, request.FILES) if sent else RosterForm()
        name, data = _file(request, form)
        if data is not None:
            answers, asked = _answers(request.POST)
            seen = _read(request, form, name, data, answers, unit)
            # With codes still to be told nobody knows yet when people are at work.
            if seen is not None and not (seen.reading.unknown or seen.reading.twice):
                upset = lines_of(rosters.would_upset(unit, seen.told))
            carried = base64.b64encode(data).decode()
            if seen is not None and "keep" in request.POST and not asked and seen.matched and not seen.reading.unknown:
                return _keep(request, unit, person, seen, answers)
        elif is_htmx(request) and not form.is_bound:
            return _to(request, "unit_roster", pk)
    people = rosters.roster_people(unit)
    record_read(person, {p.pk for p in people}, AccessEntry.What.MEETINGS)
    until = rosters.covered_until([p.pk for p in people])
    lang = request.LANGUAGE_CODE
    unfit = [] if seen else lines_of(rosters.unfit_meetings(unit))
    context: dict[str, Any] = {
        "unit": unit,
        "form": form,
        "people": people,
        "until": until,
        "legend": _legend_lines(rosters.legend_of(unit), lang),
        "carried": carried,
        "unfit": unfit,
        "unfit_told": reach_of_lines(unfit),
        "upset": upset,
        **_shown(seen, asked, request, lang),
    }
    return render(request, "exchange/roster.html", context)


def _file(request: HttpRequest, form: RosterForm) -> tuple[str, bytes | None]:
    """The chosen file, or the one that the page carried while its codes were asked."""
    if form.is_bound:
        if not form.is_valid():
            return "", None
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", _("The file is larger than one megabyte. Leave out what is not the roster."))
            return "", None
        return file.name, file.read()
    try:
        data = base64.b64decode(request.POST.get("carried", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or len(data) > LARGEST:
        messages.error(request, _("Choose a file."))
        return "", None
    return request.POST.get("name", "roster")[:120], data


def _answers(post: QueryDict) -> tuple[dict[str, tuple[Hours, ...]], dict[str, str]]:
    """What was answered of unknown codes, and what of it was not understood (code to the answer)."""
    answers: dict[str, tuple[Hours, ...]] = {}
    wrong: dict[str, str] = {}
    for code, answer in zip(post.getlist("code"), post.getlist("meaning"), strict=False):
        if not answer.strip():
            wrong[code] = ""
            continue
        if answer.strip() == NOT_WORK:
            answers[code] = ()
            continue
        parsed = parse_shift(f"{code}={answer}")
        if parsed is None:
            wrong[code] = answer
        else:
            answers[code] = parsed[1]
    return answers, wrong


def _read(
    request: HttpRequest, form: RosterForm, name: str, data: bytes, answers: Mapping[str, tuple[Hours, ...]], unit: Unit
) -> Seen | None:
    try:
        reading = read_roster(name, data, _legend(unit), timezone.localdate())
        if answers:  # beside what was understood without them
            understood = {code: hours for code, hours in reading.legend.items() if code not in reading.twice}
            legend = {**understood, **_legend(unit), **answers}
            reading = read_roster(name, data, legend, timezone.localdate())
    except UnreadableRoster as error:
        sentence = error.sentence(request.LANGUAGE_CODE)
        if form.is_bound:
            form.add_error("file", sentence)
        else:
            messages.error(request, sentence)
        return None
    return seen_in(reading, unit)


def _keep(
    request: HttpRequest, unit: Unit, person: Person, seen: Seen, answers: Mapping[str, tuple[Hours, ...]]
) -> HttpResponse:
    try:
        with transaction.atomic():  # both, or neither: nobody is told of a roster that is then refused
            upset = rosters.keep_roster(unit, person, seen.told)
            # What the supervisor told of codes of work is known next time; what is no work is not kept.
            known = rosters.legend_of(unit)
            more = {code: [(h.start, h.end) for h in hours] for code, hours in answers.items() if hours}
            used = {code: [(h.start, h.end) for h in hours] for code, hours in seen.reading.legend.items()}
            rosters.set_legend(unit, person, {**used, **known, **more})
    except DomainError as error:
        messages.error(request, str(error.message))
        return _to(request, "unit_roster", unit.pk)
    count = len(seen.matched)
    text = ngettext(
        "The working time of %(count)d person was kept.", "The working time of %(count)d people was kept.", count
    )
    messages.success(request, text % {"count": count})
    if upset:
        text = ngettext(
            "%(count)d meeting no longer fits. It is below.",
            "%(count)d meetings no longer fit. They are below.",
            len(upset),
        )
        told = reach_of_lines(lines_of(upset)).was_told
        messages.warning(request, f"{text % {'count': len(upset)}} {told}")
    return _to(request, "unit_roster", unit.pk)


def _to(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """To another page. The roster page changes in place, so that the way back never leads to a sent form."""
    if not is_htmx(request):
        return redirect(name, pk=pk)
    return HttpResponse(headers={"HX-Redirect": reverse(name, args=[pk])})


def _shown(seen: Seen | None, asked: Mapping[str, str], request: HttpRequest, lang: str) -> dict[str, Any]:
    if seen is None:
        return {}
    reading = seen.reading
    answered = dict(zip(request.POST.getlist("code"), request.POST.getlist("meaning"), strict=False))
    unknown = [(code, count, answered.get(code, ""), code in asked) for code, count in reading.unknown.items()]
    # What the file says in two ways is asked with the first of them.
    unknown += [
        (code, reading.used[code], answered.get(code, _hours(hours, lang)), code in asked)
        for code, hours in reading.twice.items()
    ]
    # A code that was answered stays in the page, so that the answer goes along when the roster is kept.
    open_ = {code for code, *_rest in unknown}
    unknown += [(code, 0, meaning, code in asked) for code, meaning in answered.items() if code not in open_]
    people = [
        {"name": str(m.person), "shifts": len(m.row.shifts), "next": _next(m.row, timezone.localdate())}
        for m in seen.matched
    ]
    return {
        "reading": reading,
        "matched": people,
        "shortened": [f"{m.row.name} → {m.person}" for m in seen.matched if m.shortened],
        "unsure": [f"{name} ({', '.join(fitting)})" for name, fitting in seen.unsure],
        "others": seen.others,
        "other_names": seen.others[:MOST_NAMED],
        "other_more": max(0, len(seen.others) - MOST_NAMED),
        "missing": seen.missing,
        "unknown": unknown,
        "open_codes": [u for u in unknown if u[1]],
        "read_as": [(code, _hours(hours, lang)) for code, hours in reading.legend.items()],
        "remarks": [(r.row or "", r.column, r.message(lang)) for r in reading.remarks if r.code != "unknown_code"],
        "not_work": NOT_WORK,
    }


def _next(row: RosterPerson, today: date) -> str:
    """The first few shifts ahead, so that a wrong reading is seen at a glance; a year that is not this one is said."""
    ahead = [s for s in row.shifts if s[0].date() >= today][:3] or list(row.shifts[:3])
    return ", ".join(
        f"{a.day}.{a.month}.{'' if a.year == today.year else a.year} {a.hour}.{a:%M}–{b.hour}.{b:%M}" for a, b in ahead
    )


def _hours(hours: Sequence[Hours], lang: str) -> str:
    return ", ".join(h.text(lang) for h in hours)


def _legend_lines(legend: Mapping[str, Sequence[tuple[int, int]]], lang: str) -> str:
    return "\n".join(f"{code} = {_hours([Hours(a, b) for a, b in hours], lang)}" for code, hours in legend.items())


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def unit_legend(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit's shift codes mean."""
    unit = _unit(request, pk)
    lines = _legend_lines(rosters.legend_of(unit), request.LANGUAGE_CODE)
    form = LegendForm(request.POST or None, initial={"lines": lines})
    if request.method == "POST" and form.is_valid():
        try:
            rosters.set_legend(unit, person_of(request), form.cleaned_data["lines"])
        except DomainError as error:
            form.add_error("lines", str(error.message))
        else:
            messages.success(request, _("The shift codes were saved."))
            return _to(request, "unit_roster", pk)
    return render(request, "exchange/legend.html", {"unit": unit, "form": form})


@login_required
@require_POST
def roster_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete what rosters told; the times of the sign-ups count again."""
    unit = _unit(request, pk)
    rosters.forget_rosters(unit, person_of(request))
    messages.success(
        request, _("What rosters told was deleted. The times people told when they signed up count again.")
    )
    return redirect("unit_roster", pk=pk)
