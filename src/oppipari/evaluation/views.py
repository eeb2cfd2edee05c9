"""The supervisor's evaluation page, and closing the round."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.evaluation import actions, queries
from oppipari.evaluation.before_closing import before_closing
from oppipari.evaluation.benefits.queries import results_of, start_and_end_of
from oppipari.evaluation.forms import OpenForm
from oppipari.evaluation.questionnaire import queries as questionnaires
from oppipari.evaluation.together.queries import can_close, has_conclusions
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.reading.queries import has_address
from oppipari.organisation.web import add_domain_error, person_of
from oppipari.pairs.actions import too_far_ahead
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import Round
from oppipari.rounds.queries import left_without
from oppipari.rounds.unfinished import unfinished


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def round_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the questionnaire, or go without; close it; look at the figures and go on to the joint session."""
    round_ = _round(request, pk)
    form = OpenForm()
    if request.method == "POST":
        try:
            if "open" in request.POST:
                form = OpenForm(request.POST)
                if form.is_valid():
                    actions.open_questionnaire(round_, person_of(request), form.cleaned_data["closes"])
                    messages.success(request, _("The questionnaire is open."))
                    return redirect("round_evaluation", pk=pk)
            elif "without" in request.POST:
                actions.go_without(round_, person_of(request))
                return redirect("round_evaluation", pk=pk)
            elif "anew" in request.POST and (there := queries.questionnaire_of(round_)):
                if "sure" not in request.POST and there.box_id:
                    return render(request, "evaluation/ask_anew.html", {"round": round_})
                actions.ask_anew(there, person_of(request), sure="sure" in request.POST)
                messages.success(request, _("The questionnaire starts anew."))
                return redirect("round_evaluation", pk=pk)
        except DomainError as error:
            if "open" in request.POST:
                add_domain_error(form, error)
            else:
                messages.error(request, str(error.message))
    shown = queries.questionnaire_of(round_)
    return render(
        request,
        "evaluation/round.html",
        {
            "round": round_,
            "questionnaire": shown,
            "form": form,
            "can_open": round_.state == Round.State.MEETING,
            "group": questionnaires.group(round_),
            "told": questionnaires.told_of(shown) if shown is not None and shown.is_open else None,
            "trouble": questionnaires.trouble_with(shown) if shown is not None else None,
            "results": results_of(round_),
            "start_and_end": start_and_end_of(round_),
            "closed": round_.state == Round.State.CLOSED,
            "has_address": has_address(round_.unit_id),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closing cannot be undone and everyone is told, so it is asked once more."""
    round_ = _round(request, pk)
    if request.method == "GET":
        if round_.state == Round.State.CLOSED:
            return redirect("round_closing", pk=pk)
        asked = {
            "round": round_,
            "can_close": can_close(round_),
            "first": before_closing(round_),
            "concluded": has_conclusions(round_),
            "unfinished": unfinished(round_),
            "has_address": has_address(round_.unit_id),
            "why_not": too_far_ahead(round_),
            "without": left_without(round_).exists(),
        }
        return render(request, "evaluation/close_round.html", asked)
    try:
        actions.close_round(round_, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_close" if can_close(round_) else "round_evaluation", pk=pk)
    messages.success(request, _("The round is closed. Thank you for running it."))
    return redirect("round_closing", pk=pk)
