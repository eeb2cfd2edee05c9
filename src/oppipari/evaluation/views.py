"""The supervisor's evaluation page, and what the round brought."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.evaluation import actions, queries
from oppipari.evaluation.access import closings_for
from oppipari.evaluation.forms import ConclusionForm, OpenForm
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire import queries as questionnaires
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, person_of
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import Round

State = Questionnaire.State


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def round_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the questionnaire; close it; look at the figures and write down conclusions together."""
    round_ = _round(request, pk)
    form, conclusion_form = OpenForm(), ConclusionForm()
    if request.method == "POST":
        try:
            if "open" in request.POST:
                form = OpenForm(request.POST)
                if form.is_valid():
                    actions.open_questionnaire(round_, person_of(request), form.cleaned_data["closes"])
                    messages.success(request, _("The questionnaire is open, and everyone in a pair has been told."))
                    return redirect("round_evaluation", pk=pk)
            elif "without" in request.POST:
                actions.go_without(round_, person_of(request))
                return redirect("round_evaluation", pk=pk)
            elif "anew" in request.POST and (there := queries.questionnaire_of(round_)):
                actions.ask_anew(there, person_of(request))
                messages.success(request, _("The questionnaire starts anew, and everyone has been told."))
                return redirect("round_evaluation", pk=pk)
            elif "kind" in request.POST:
                conclusion_form = ConclusionForm(request.POST)
                if conclusion_form.is_valid():
                    text = conclusion_form.cleaned_data["text"]
                    actions.add_conclusion(round_, person_of(request), request.POST["kind"], text)
                    return redirect("round_evaluation", pk=pk)
            elif request.POST.get("remove", "").isdecimal():
                actions.remove_conclusion(round_, person_of(request), int(request.POST["remove"]))
                return redirect("round_evaluation", pk=pk)
        except DomainError as error:
            if "open" in request.POST:
                add_domain_error(form, error)
            else:
                messages.error(request, str(error.message))
    shown = queries.questionnaire_of(round_)
    released = shown.released if shown and shown.state == State.CLOSED else None
    return render(
        request,
        "evaluation/round.html",
        {
            "round": round_,
            "questionnaire": shown,
            "form": form,
            "conclusion_form": conclusion_form,
            "kind": request.POST.get("kind", ""),
            "can_open": round_.state == Round.State.MEETING,
            "group": questionnaires.group(round_),
            "unreadable": shown is not None and questionnaires.is_unreadable(shown),
            "start_and_end": queries.start_and_end(round_),
            "kept_apart": questionnaires.is_kept_apart(round_),
            "about": queries.about(released) if released else "",
            "figures": queries.figures(released) if released else [],
            "too_few": bool(released and released["too_few"]),
            "texts": queries.texts(released) if released else [],
            "columns": queries.conclusions(round_),
            "closed": round_.state == Round.State.CLOSED,
        },
    )


@login_required
@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    try:
        actions.close_round(round_, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_evaluation", pk=pk)
    messages.success(request, _("The round is closed. Thank you for running it."))
    return redirect("round_closing", pk=pk)


@login_required
@require_GET
def round_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """What the round brought, in words and figures."""
    person = person_of(request)
    round_ = get_or_404(closings_for(person).select_related("unit"), pk=pk)
    shown = queries.questionnaire_of(round_)
    released = shown.released if shown and shown.state == State.CLOSED else None
    return render(
        request,
        "evaluation/closing.html",
        {
            "round": round_,
            "start_and_end": queries.start_and_end(round_),
            "kept_apart": questionnaires.is_kept_apart(round_),
            "about": queries.about(released) if released else "",
            "took_part": queries.took_part(round_),
            "figures": queries.figures(released) if released else [],
            "too_few": released is None or released["too_few"],
            "texts": queries.texts(released) if released else [],
            "columns": queries.conclusions(round_),
            "closed": round_.state == Round.State.CLOSED,
            "supervises": round_.unit_id in {r.unit_id for r in rounds_supervised(person).filter(pk=pk)},
        },
    )
