"""Signing in by a personal link, the set-up page, and a unit's own page."""

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

from oppipari.organisation import access, actions, domains, queries
from oppipari.organisation.addresses import shareable
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.forms import DomainsForm, LanguagesForm, SetUpForm, SupervisorForm, TeamForm, UnitForm
from oppipari.organisation.models import Person, PersonalLink
from oppipari.organisation.web import add_domain_error, person_of, remember_language

BACKEND = "django.contrib.auth.backends.ModelBackend"
# In the session, between the end of set-up and the page that shows the link.
FIRST_OWN_LINK = "first_own_link"


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
        first = access.is_administrator(person) and person.email is None
        return remember_language(request, redirect("set_up" if first else "home"), person.language)
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
            if person.gets_letters:
                return redirect("round_new")
            # The link that brought them here is used up, and no code would let them in again.
            request.session[FIRST_OWN_LINK] = True
            return redirect("own_link")
    return render(request, "organisation/set_up.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_link(request: HttpRequest) -> HttpResponse:
    """One's own way back in where no code reaches one by e-mail: made by a press, shown once, renewed by another."""
    person = person_of(request)
    if person.gets_letters:
        raise Http404
    first = request.session.pop(FIRST_OWN_LINK, False)
    context = {"first": first, "stands": queries.own_link_of(person), "url": ""}
    if first or request.method == "POST":
        context["url"] = shareable(request, reverse("sign_in_link", args=[actions.own_link(person)]))
    return render(request, "organisation/own_link.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's own page for its supervisors: teams, fellow supervisors."""
    person = person_of(request)
    shown = access.get_or_404(queries.units_supervised(person), pk=pk)
    team_form, supervisor_form = TeamForm(prefix="team"), SupervisorForm(prefix="supervisor")
    languages_form = LanguagesForm(initial={"languages": shown.written_in(person.language)})
    handed = ""
    if request.method == "POST":
        try:
            if "add_team" in request.POST:
                team_form = TeamForm(request.POST, prefix="team")
                if team_form.is_valid():
                    actions.add_team(shown, person, team_form.cleaned_data["name"])
                    messages.success(request, _("The team was added."))
                    return redirect("unit", pk=pk)
            elif "set_languages" in request.POST:
                languages_form = LanguagesForm(request.POST)
                if languages_form.is_valid():
                    actions.set_languages(shown, person, languages_form.cleaned_data["languages"])
                    messages.success(request, _("The languages were saved."))
                    return redirect("unit", pk=pk)
            elif "add_supervisor" in request.POST:
                supervisor_form = SupervisorForm(request.POST, prefix="supervisor")
                if supervisor_form.is_valid():
                    token, sent = actions.add_supervisor(shown, person, **supervisor_form.cleaned_data)
                    if token is None:
                        mailed = _("The supervisor was added and gets an e-mail.")
                        signs_in = _("This person is a supervisor of the unit and signs in with their e-mail address.")
                        messages.success(request, mailed if sent else signs_in)
                        return redirect("unit", pk=pk)
                    handed = shareable(request, reverse("sign_in_link", args=[token]))
                    supervisor_form = SupervisorForm(prefix="supervisor")
            else:
                raise Http404
        except DomainError as error:
            forms = {"add_team": team_form, "set_languages": languages_form}
            add_domain_error(next((f for n, f in forms.items() if n in request.POST), supervisor_form), error)
    return render(
        request,
        "organisation/unit.html",
        {
            "unit": shown,
            "teams": queries.teams_of(shown),
            "supervisors": queries.supervisors_of(shown),
            "team_form": team_form,
            "supervisor_form": supervisor_form,
            "languages_form": languages_form,
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


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def mail_domains(request: HttpRequest) -> HttpResponse:
    """Which mail domains are the organisation's own: whose people take part without being asked of the supervisor."""
    person = person_of(request)
    if not access.may_set_domains(person):
        raise Http404
    stands: list[str] = person.organisation.mail_domains
    seen = stands
    form = DomainsForm(request.POST or None, initial={"domains": "\n".join(stands)})
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "").split()
        try:
            actions.set_domains(person, form.cleaned_data["domains"], seen)
        except DomainError as error:
            add_domain_error(form, error)
            if isinstance(error, StaleEdit):
                seen = stands
        else:
            messages.success(request, _("The domains were saved."))
            return redirect("mail_domains")
    context = {"form": form, "seen": " ".join(seen), "shown": [domains.shown(d) for d in stands]}
    return render(request, "organisation/mail_domains.html", context)
