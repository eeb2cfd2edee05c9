"""The page of one's own name and address."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.own_details import actions
from oppipari.organisation.own_details.actions import Move
from oppipari.organisation.own_details.forms import AddressForm, CodesForm, NameForm
from oppipari.organisation.web import add_domain_error, person_of

# In the session, which is sealed with the browser's own key.
KEY = "move"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_details(request: HttpRequest) -> HttpResponse:
    """One's own name and address, each to be corrected; a new address is confirmed with codes from both mailboxes."""
    person = person_of(request)
    move = Move.of(request.session.get(KEY))
    if move is not None and (move.person != person.pk or move.old != (person.email or "")):
        move = None
    own_supervisor = access.is_supervisor_anywhere(person) and not settings.MAIL_ENABLED
    name_form = NameForm(initial={"name": person.name})
    address_form = AddressForm()
    codes_form = CodesForm(both=bool(move and move.old_code))
    if "name" in request.POST:
        name_form = NameForm(request.POST)
        if name_form.is_valid():
            try:
                actions.correct_name(person, name_form.cleaned_data["name"])
            except DomainError as error:
                add_domain_error(name_form, error)
            else:
                messages.success(request, _("Your name was corrected."))
                return redirect("own_details")
    elif "stop" in request.POST:
        request.session.pop(KEY, None)
        return redirect("own_details")
    elif "address" in request.POST:
        address_form = AddressForm(request.POST)
        if address_form.is_valid():
            try:
                if own_supervisor:
                    actions.correct_address(person, person, address_form.cleaned_data["address"])
                    messages.success(request, _("Your address was changed."))
                else:
                    asked = actions.ask_to_move(person, address_form.cleaned_data["address"])
                    request.session[KEY] = asked.kept()
                return redirect("own_details")
            except DomainError as error:
                add_domain_error(address_form, error)
    elif "new_code" in request.POST:
        if move is None:
            messages.error(request, _("These codes no longer hold. Ask for new ones."))
            return redirect("own_details")
        codes_form = CodesForm(request.POST, both=bool(move.old_code))
        if codes_form.is_valid():
            answer = _move(request, move, codes_form)
            if answer is not None:
                return answer
    return render(
        request,
        "organisation/own_details.html",
        {
            "person": person,
            "move": move,
            "name_form": name_form,
            "address_form": address_form,
            "codes_form": codes_form,
            "own_supervisor": own_supervisor,
        },
    )


def _move(request: HttpRequest, move: Move, form: CodesForm) -> HttpResponse | None:
    """Try the codes; None where they are wrong and may be tried again."""
    # Counted before they are looked at: what fails on the way has been tried, too.
    tried = replace(move, tries=move.tries + 1)
    request.session[KEY] = tried.kept()
    request.session.save()
    try:
        old_code = form.cleaned_data.get("old_code", "")
        done = actions.move(person_of(request), move, old_code, form.cleaned_data["new_code"])
    except DomainError as error:
        request.session.pop(KEY, None)
        messages.error(request, str(error.message))
        return redirect("own_details")
    if done:
        request.session.pop(KEY, None)
        messages.success(request, _("Your address was changed. All that is yours has stayed."))
        return redirect("own_details")
    form.add_error("new_code", _("The codes do not match. Look at both letters: each has a code of its own."))
    return None
