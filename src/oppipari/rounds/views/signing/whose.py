"""Whose an invitation is, where there is mail: a code goes to the invited mailbox, whoever holds the letter."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.own_details.actions import Move
from oppipari.organisation.web import person_of
from oppipari.rounds import queries, taking_over
from oppipari.rounds.models import Invitation
from oppipari.rounds.views.signing.sending import send_code, to_code

# In the session, which is sealed with the browser's own key.
KEY = "invitation_asked"


def ask_whose(request: HttpRequest, made: Invitation, token: str) -> HttpResponse:
    """Ask for a code from the invited mailbox, whoever holds the letter.

    Who is signed in with another address can say that the invitation is theirs all the same, so that they stay one person.
    """
    here = reverse("invitation", args=[token])
    other = request.user.is_authenticated and person_of(request).email != made.email
    error = ""
    if request.method == "POST" and other:
        try:
            if answer := _take_over(request, made, token):
                return answer
        except DomainError as problem:
            request.session.pop(KEY, None)
            error = str(problem.message)
    elif request.method == "POST":
        logout(request)  # somebody whose address is not confirmed yet signs in anew, as themselves
        try:
            send_code(request, made.round, made.email)
        except DomainError as problem:
            error = str(problem.message)
        else:
            return to_code(request, here)
    asked = Move.of(request.session.get(KEY)) if other else None
    context = {
        "round": made.round,
        "other": other,
        "has_address": other and bool(person_of(request).email),
        "asked": asked is not None and (asked.person, asked.new) == (request.user.pk, made.email),
        "error": error,
        "sign_in": f"{reverse('account_request_login_code')}?{urlencode({'next': here})}",
    }
    return render(request, "rounds/invitation_whose.html", context)


def _take_over(request: HttpRequest, made: Invitation, token: str) -> HttpResponse | None:
    """Send the code, or try the one that was typed; None where it is wrong and may be tried again."""
    person, here = person_of(request), redirect("invitation", token=token)
    if "mine" in request.POST:
        request.session[KEY] = taking_over.ask_for_it(made, person, token).kept()
        return here
    asked = Move.of(request.session.get(KEY))
    if asked is None:
        raise DomainError(_("This code no longer holds. Ask for a new one."))
    # Counted before it is looked at: what fails on the way has been tried, too.
    request.session[KEY] = replace(asked, tries=asked.tries + 1).kept()
    request.session.save()
    if taking_over.take_over(made, person, asked, request.POST.get("code", "")[:40]):
        request.session.pop(KEY, None)
        mine = queries.sign_up_of(made.round, person)
        if mine is not None and mine.confirmed_at is not None:
            messages.success(request, _("You take part in this round already. What you have told stays as it is."))
            return redirect("my_sign_up", pk=mine.pk)
        messages.success(request, _("The invitation is yours now."))
        return here
    messages.error(request, _("The code does not match. Look once more at the letter that it stands in."))
    return here
