"""The supervisor's page of a round's rules of meetings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.meetings import problem
from oppipari.meetings.staffing.actions import set_rules
from oppipari.meetings.staffing.forms import RulesForm
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.rounds.access import rounds_supervised


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def round_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """How a team stays staffed, and the frame in which pairs agree by themselves."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    rules = problem.rules_of(round_)
    version = rules.version
    form = RulesForm(request.POST or None, instance=rules)
    if request.method == "POST" and form.is_valid():
        try:
            set_rules(round_, person, form.save(commit=False), number_in(request.POST.get("version", "")))
        except DomainError as error:
            add_domain_error(form, error)
            # What was typed stays; saved once more, knowingly, it counts.
            version = problem.rules_of(round_).version
        else:
            messages.success(request, _("The rules were saved."))
            return redirect("round_meetings", pk=pk)
    elif request.method == "POST":
        version = number_in(request.POST.get("version", ""))
    return render(request, "meetings/rules.html", {"round": round_, "form": form, "version": version})
