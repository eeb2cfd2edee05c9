"""Private answers whose result is told to all at once: going on, and looking for a new partner."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.pairs import actions
from oppipari.pairs.access import pairs_of
from oppipari.pairs.forms import GoOnForm, LookingForm
from oppipari.pairs.models import Pair, PairMember
from oppipari.pairs.mornings import next_working_day
from oppipari.pairs.queries import after_pair, is_trio
from oppipari.rounds.access import own_sign_ups
from oppipari.rounds.models import RUNNING


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Each says alone whether to go on; only the result is told, to all at once."""
    person = person_of(request)
    pair = get_or_404(pairs_of(person).select_related("round__unit"), pk=pk)
    question = actions.ask_to_go_on(pair)
    if question is None:
        return redirect("pair", pk=pk)
    form = GoOnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        more = int(form.cleaned_data["more"]) if form.cleaned_data["goes_on"] == "yes" else None
        agreed = number_in(request.POST.get("agreed", ""))
        try:
            if actions.set_will(pair, person, agreed=agreed, more=more):
                messages.success(request, _("Thank you. The result is shown to all of you at the same time."))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("pair", pk=pk)
    mine = pair.members.filter(person=person, left_at=None).first()
    context = {
        "pair": pair,
        "round": pair.round,
        "form": form,
        "trio": is_trio(pair),
        "given": mine is not None and mine.goes_on is not None,
        "until": question.until,
        "told": next_working_day(question.until),
        "early": not Pair.objects.met_as_agreed().filter(pk=pk).exists(),
        "booked": actions.booked_stands(pair),
    }
    return render(request, "pairs/go_on.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def looking(request: HttpRequest, pk: int) -> HttpResponse:
    """After one's pair ended early: a new partner in this round, or enough for now; each answers alone."""
    person = person_of(request)
    sign_up = get_or_404(own_sign_ups(person).select_related("round__unit"), pk=pk)
    places = list(PairMember.objects.filter(sign_up=sign_up).select_related("pair__question").order_by("-pk"))
    if not places or places[0].left_at is None or sign_up.round.state not in RUNNING:
        return redirect("home")
    form = LookingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_looking(sign_up, person, looks=form.cleaned_data["looks"] == "yes")
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you. Your answer stays with you."))
            return redirect("home")
    question = getattr(places[0].pair, "question", None)
    context = {
        "sign_up": sign_up,
        "round": sign_up.round,
        "form": form,
        "trio": after_pair.were_three(places[0]),
        "question": question,
        "told": next_working_day(question.until) if question else None,
        "answer": after_pair.looks(places),
    }
    return render(request, "pairs/looking.html", context)
