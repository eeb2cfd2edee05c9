"""A pair's own pages: the private answer, the goals, ending early."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.pairs import actions
from oppipari.pairs.access import pairs_of
from oppipari.pairs.forms import GoalsForm
from oppipari.pairs.models import Pair
from oppipari.pairs.mornings import next_morning
from oppipari.pairs.queries import is_trio, partners_of
from oppipari.pairs.queries.sentences import joined
from oppipari.personal_data_hints import Hint, find_hints_in
from oppipari.rounds.models import Round


def _pair(request: HttpRequest, pk: int) -> Pair:
    return get_or_404(pairs_of(person_of(request)).select_related("round__unit"), pk=pk)


@login_required
@require_POST
def pair_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One's private answer: fine, please form again, or that they stay together after all."""
    person = person_of(request)
    # A pair that was just dissolved is still found, so that a second press is answered like the first.
    pair = get_or_404(Pair.objects.filter(members__person=person).select_related("round__unit"), pk=pk)
    # Ending and asking for another partner are the same deed.
    ends = request.POST.get("answer") in ("again", "end")
    try:
        if ends:
            actions.end_early(pair, person)
        elif request.POST.get("answer") == "stay":
            actions.stay(pair, person)
        elif request.POST.get("answer") == "fine":
            actions.answer_fine(pair, person)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("home")
    if ends:
        place = pair.members.select_related("pair").get(person=person)
        if place.left_at is not None:  # pressed in yesterday's tab
            return redirect("looking", pk=place.sign_up_id)
        messages.success(request, _("Your wish is kept. Nobody else sees it."))
        return redirect("pair", pk=pk)
    stays = request.POST.get("answer") == "stay"
    messages.success(request, _("Taken back.") if stays else _("Good. Your answer stays with you."))
    return redirect("pair", pk=pk)


@login_required
@require_POST
def pair_fine(request: HttpRequest, pk: int) -> HttpResponse:
    """All is well although there were few meetings: the question is not shown for some weeks, to this one."""
    try:
        actions.we_are_fine(_pair(request, pk), person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Good. You are not asked again for some weeks."))
    return redirect("pair", pk=pk)


def _before_ending(request: HttpRequest, pair: Pair, template: str) -> HttpResponse:
    if pair.state != Pair.State.MEETING or pair.members.filter(person=person_of(request), ends_on__isnull=False):
        return redirect("pair", pk=pair.pk)
    context = {"pair": pair, "round": pair.round, "trio": is_trio(pair), "ends": next_morning(timezone.now())}
    return render(request, template, context)


@login_required
@never_cache
@require_GET
def pair_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens when one asks for another partner, before asking."""
    pair = _pair(request, pk)
    if pair.round.state == Round.State.CLOSED:  # nobody is given a new partner there; it can be ended
        return redirect("pair_end", pk=pk)
    return _before_ending(request, pair, "pairs/again.html")


@login_required
@never_cache
@require_GET
def pair_end(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens when one ends the pair early, before ending it."""
    pair = _pair(request, pk)
    return _before_ending(request, pair, "pairs/end.html")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_goals(request: HttpRequest, pk: int) -> HttpResponse:
    """One or two goals, a line each, edited by either member."""
    pair = _pair(request, pk)
    person = person_of(request)
    now = [g.text for g in pair.goals.all()]
    version, changed = pair.goals_version, False
    noticed: list[Hint] = []
    if request.method == "POST":
        form = GoalsForm(request.POST)
        sent = number_in(request.POST.get("version", ""))
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
                pair.refresh_from_db(fields=["goals_version"])
                version = pair.goals_version
                noticed = find_hints_in(*(goal.text for goal in pair.goals.all()))
                if not noticed:
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
        # The supervisor reads them too. Shown once, when they have been saved, and kept nowhere.
        "noticed": noticed,
        "names": joined([str(p) for p in partners_of(pair, person)]),
    }
    return render(request, "pairs/goals.html", context)
