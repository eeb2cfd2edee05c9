"""Downloading slides, the QR code and a trial's summary."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from oppipari.evaluation.access import closings_for
from oppipari.evaluation.benefits.over_units import over_units
from oppipari.evaluation.benefits.queries import benefits_of
from oppipari.insights.trials.access import trials_offered_to, trials_read
from oppipari.materials import facts_for
from oppipari.materials.benefits_deck import build_benefits, build_units
from oppipari.materials.deck import DeckFacts, build_deck, qr_svg
from oppipari.materials.pdf import PdfUnavailable
from oppipari.materials.slides import language_of
from oppipari.materials.trial_sheet import LANGUAGES, build_sheet
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.addresses import shareable
from oppipari.organisation.web import person_of
from oppipari.rounds.access import rounds_supervised

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _download(made: bytes, name: str, lang: str) -> HttpResponse:
    response = HttpResponse(made, content_type=PPTX)
    response["Content-Disposition"] = f'attachment; filename="oppipari-{slugify(name) or "round"}-{lang}.pptx"'
    return response


def _asked_for(request: HttpRequest) -> str:
    return language_of(request.GET.get("lang", request.LANGUAGE_CODE))


@login_required
@require_GET
def round_deck(request: HttpRequest, pk: int) -> HttpResponse:
    """The slides of a round, `?lang=fi`, `sv` or `en`; they invite only where people can sign up."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    lang, takes = _asked_for(request), round_.takes_sign_ups(timezone.localdate())
    day = round_.sign_up_closes
    facts = DeckFacts(
        unit=round_.unit.name,
        round=round_.name,
        meetings=round_.meetings_wanted,
        weeks=round_.weeks_between,
        minutes=round_.meeting_minutes,
        closes=f"{day.day} {day:%B %Y}" if lang == "en" else f"{day.day}.{day.month}.{day.year}",
        link=shareable(request, reverse("join", args=[round_.invite_token])) if takes else "",
        supervisor=person.name,
        earlier=facts_for.earlier(round_, lang),
    )
    return _download(build_deck(facts, lang), round_.name, lang)


@login_required
@never_cache
@require_GET
def benefits_deck(request: HttpRequest, pk: int) -> HttpResponse:
    """What a round brought as slides, `?lang=fi`, `sv` or `en`: for everyone who may read its page."""
    person = person_of(request)
    round_ = get_or_404(closings_for(person).select_related("unit"), pk=pk)
    lang = _asked_for(request)
    # A supervisor's name stands on the slides as the one to ask; a member's does not.
    supervisor = person.name if access.supervises(person, round_.unit_id) else ""
    made = build_benefits(facts_for.benefits(benefits_of(round_), supervisor, lang), lang)
    return _download(made, f"{round_.name} {round_.unit.name}", lang)


@login_required
@never_cache
@require_GET
def units_deck(request: HttpRequest) -> HttpResponse:
    """What units have released, put together, as slides: for the coordinator."""
    person = person_of(request)
    found = over_units(person)
    if not found.rows:
        raise Http404
    lang = _asked_for(request)
    figures = [(r.statement.short(lang), r.span) for r in found.rows]
    most = max(r.answers for r in found.rows)
    name = person.organisation.name
    return _download(build_units(figures, name, found.with_figures, most, lang), name, lang)


@login_required
@require_GET
def round_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation's QR code as a picture."""
    round_ = get_or_404(rounds_supervised(person_of(request)), pk=pk)
    url = shareable(request, reverse("join", args=[round_.invite_token]))
    return HttpResponse(qr_svg(url), content_type="image/svg+xml")


@login_required
@require_GET
def trial_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial on one page, `?lang=fi`, `sv` or `en`, else the reader's: for its unit, and for all where it is offered."""
    person = person_of(request)
    own = trials_read(person).filter(pk=pk).first()
    trial = own or get_or_404(trials_offered_to(person), pk=pk)
    lang = next((code for code in LANGUAGES if request.GET.get("lang") == code), request.LANGUAGE_CODE[:2])
    try:
        made = build_sheet(trial, lang if lang in LANGUAGES else "en")
    except PdfUnavailable:
        return render(
            request, "materials/no_pdf.html", {"trial": trial, "page": "trial" if own else "inspired_trial"}, status=503
        )
    response = HttpResponse(made, content_type="application/pdf")
    # The unit's name and a number, not the problem: names of files are seen where the page is not.
    response["Content-Disposition"] = f'inline; filename="oppipari-{slugify(trial.unit.name) or "unit"}-{trial.pk}.pdf"'
    return response
