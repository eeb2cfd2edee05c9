"""A pair's own pages: the private answer, the goals, going on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.web import add_domain_error, person_of
from oppipari.pairs import actions
from oppipari.pairs.access import pairs_of
from oppipari.pairs.forms import GoalsForm, GoOnForm
from oppipari.pairs.models import Pair
from oppipari.pairs.queries import partners_of
from oppipari.pairs.queries.sentences import joined


def _pair(request: HttpRequest, pk: int) -> Pair:
    return get_or_404(pairs_of(person_of(request)).select_related("round__unit"), pk=pk)


@login_required
@require_POST
def pair_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One's private answer: fine, or please form again."""
    person = person_of(request)
    # A pair that was just dissolved is still found, so that a second press is answered like the first.
    pair = get_or_404(Pair.objects.filter(members__person=person).select_related("round__unit"), pk=pk)
    again = request.POST.get("answer") == "again"
    try:
        if again:
            actions.ask_again(pair, person)
        elif request.POST.get("answer") == "fine":
            actions.answer_fine(pair, person)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("home")
    if again:
        messages.success(
            request, _("Thank you for telling. A new pair is formed for you; nobody is asked for a reason.")
        )
        return redirect("home")
    messages.success(request, _("Good. Your answer stays with you."))
    return redirect("pair", pk=pk)


@login_required
@never_cache
@require_GET
def pair_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens when one asks for another partner, before asking."""
    pair = _pair(request, pk)
    if pair.state != Pair.State.MEETING:
        return redirect("pair", pk=pk)
    return render(request, "pairs/again.html", {"pair": pair, "round": pair.round})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_goals(request: HttpRequest, pk: int) -> HttpResponse:
    """One or two goals, a line each, edited by either member."""
    pair = _pair(request, pk)
    person = person_of(request)
    now = [g.text for g in pair.goals.all()]
    version, changed = pair.goals_version, False
    if request.method == "POST":
        form = GoalsForm(request.POST)
        text = request.POST.get("version", "")
        sent = int(text) if text.isdecimal() and len(text) < 10 else 0
        if form.is_valid():
            try:
                actions.set_goals(pair, person, sent, [form.cleaned_data["goal_1"], form.cleaned_data["goal_2"]])
            except StaleEdit as error:
                # What was typed stays; saved once more, knowingly, it replaces what stands beside it.
                add_domain_error(form, error)
                changed = True
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Your goals were saved."))
                return redirect("pair", pk=pk)
        else:
            version = sent
    else:
        form = GoalsForm(initial=dict(zip(("goal_1", "goal_2"), now, strict=False)))
    context = {
        "pair": pair,
        "round": pair.round,
        "form": form,
        "version": version,
        "now": now if changed else [],
        "names": joined([str(p) for p in partners_of(pair, person)]),
    }
    return render(request, "pairs/goals.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Each says alone whether to go on; only the result is told."""
    pair = _pair(request, pk)
    person = person_of(request)
    if pair.state != Pair.State.MEETING:
        return redirect("pair", pk=pk)
    form = GoOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        more = int(form.cleaned_data["more"]) if form.cleaned_data["goes_on"] == "yes" else None
        text = request.POST.get("agreed", "")
        agreed = int(text) if text.isdecimal() and len(text) < 5 else 0
        try:
            state = actions.set_will(pair, person, agreed=agreed, more=more)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell_result(request, pair, state, agreed)
            return redirect("pair", pk=pk)
    mine = pair.members.filter(person=person, left_at=None).first()
    context = {
        "pair": pair,
        "round": pair.round,
        "form": form,
        "given": mine is not None and mine.goes_on is not None,
    }
    return render(request, "pairs/go_on.html", context)


def _tell_result(request: HttpRequest, pair: Pair, state: Pair.State | None, agreed: int) -> None:
    pair.refresh_from_db(fields=["meetings_agreed"])
    more = pair.meetings_agreed - agreed
    if state is None:
        messages.success(request, _("Thank you. You see the result when all of you have answered."))
    elif state == Pair.State.FINISHED:
        messages.success(request, _("Your agreed meetings are over. Thank you for the shared learning!"))
    elif more > 0:
        text = ngettext("You continue: %(more)d meeting more.", "You continue: %(more)d meetings more.", more)
        messages.success(request, text % {"more": more})
