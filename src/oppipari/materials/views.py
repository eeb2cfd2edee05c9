"""Downloading the slides and the QR code."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from oppipari.evaluation.queries import benefits
from oppipari.materials.deck import DeckFacts, build_deck, qr_svg
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
