"""Signing in by a personal link, the set-up page, and a unit's own page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.organisation import access, actions, queries
from oppipari.organisation.errors import DomainError
from oppipari.organisation.forms import SetUpForm, SupervisorForm, TeamForm, UnitForm
from oppipari.organisation.models import Person, PersonalLink
from oppipari.organisation.web import add_domain_error, person_of

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(request: HttpRequest, person: Person) -> None:
    """Sign `person` in to this browser and speak their language."""
    login(request, person, backend=BACKEND)
    translation.activate(person.language)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a personal link. Only pressing the button uses it, since chat programs fetch links to preview them."""
    if request.method == "POST":
        try:
            person = actions.use_link(token)
        except DomainError as error:
            return render(request, "organisation/link_ended.html", {"reason": error.message}, status=410)
        sign_in(request, person)
        response = redirect("set_up" if person.email is None else "home")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=365 * 86400, samesite="Lax")
        return response
    link = queries.link_of(token)
    if link is None or link.used_at:
        reason = (
            _("This link is not valid. Ask for a new one.")
            if link is None
            else _("This link has already been used. Ask for a new one.")
        )
        return render(request, "organisation/link_ended.html", {"reason": reason}, status=410)
    return render(
        request,
        "organisation/sign_in_link.html",
        {"person": link.person, "first": link.kind == PersonalLink.Kind.FIRST},
    )


@login_required
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The first supervisor says who they are and which unit is theirs."""
    person = person_of(request)
    if not access.is_administrator(person) or person.email is not None:
        return redirect("home")
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_up(person, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("round_new")
    return render(request, "organisation/set_up.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's own page for its supervisors: teams, fellow supervisors."""
    person = person_of(request)
    shown = access.get_or_404(queries.units_supervised(person), pk=pk)
    team_form, supervisor_form = TeamForm(prefix="team"), SupervisorForm(prefix="supervisor")
    handed = ""
    if request.method == "POST":
        try:
            if "add_team" in request.POST:
                team_form = TeamForm(request.POST, prefix="team")
                if team_form.is_valid():
                    actions.add_team(shown, person, team_form.cleaned_data["name"])
                    messages.success(request, _("The team was added."))
                    return redirect("unit", pk=pk)
            elif "add_supervisor" in request.POST:
                supervisor_form = SupervisorForm(request.POST, prefix="supervisor")
                if supervisor_form.is_valid():
                    token = actions.add_supervisor(shown, person, **supervisor_form.cleaned_data)
                    if token is None:
                        messages.success(request, _("The supervisor was added and gets an e-mail."))
                        return redirect("unit", pk=pk)
                    handed = request.build_absolute_uri(reverse("sign_in_link", args=[token]))
                    supervisor_form = SupervisorForm(prefix="supervisor")
            else:
                raise Http404
        except DomainError as error:
            add_domain_error(team_form if "add_team" in request.POST else supervisor_form, error)
    return render(
        request,
        "organisation/unit.html",
        {
            "unit": shown,
            "teams": queries.teams_of(shown),
            "supervisors": queries.supervisors_of(shown),
            "team_form": team_form,
            "supervisor_form": supervisor_form,
            "handed": handed,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """A supervisor adds another unit of theirs."""
    person = person_of(request)
    if not access.is_supervisor_anywhere(person):
        raise Http404
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_unit(person, form.cleaned_data["name"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("unit", pk=made.pk)
    return render(request, "organisation/unit_new.html", {"form": form})
