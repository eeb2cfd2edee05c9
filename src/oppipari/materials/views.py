"""Downloading the slides, the QR code and a trial's summary."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from oppipari.evaluation.queries import benefits
from oppipari.insights.trials.access import trials_offered_to, trials_read
from oppipari.materials.deck import DeckFacts, build_deck, qr_svg
from oppipari.materials.pdf import PdfUnavailable
from oppipari.materials.trial_sheet import LANGUAGES, build_sheet
from oppipari.organisation.access import get_or_404
from oppipari.organisation.web import person_of
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.addresses import shareable

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@login_required
@require_GET
def round_deck(request: HttpRequest, pk: int) -> HttpResponse:
    """The slides of a round, `?lang=fi` or `en`."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    lang = "en" if request.GET.get("lang", request.LANGUAGE_CODE).startswith("en") else "fi"
    day = round_.sign_up_closes
    with translation.override(lang):
        results = benefits(round_.unit)
    facts = DeckFacts(
        unit=round_.unit.name,
        round=round_.name,
        meetings=round_.meetings_wanted,
        weeks=round_.weeks_between,
        minutes=round_.meeting_minutes,
        closes=f"{day.day}.{day.month}.{day.year}" if lang == "fi" else f"{day.day} {day:%B %Y}",
        link=shareable(request, reverse("join", args=[round_.invite_token])),
        supervisor=person.name,
        results=results,
    )
    response = HttpResponse(build_deck(facts, lang), content_type=PPTX)
    name = slugify(round_.name) or "round"
    response["Content-Disposition"] = f'attachment; filename="oppipari-{name}-{lang}.pptx"'
    return response


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
