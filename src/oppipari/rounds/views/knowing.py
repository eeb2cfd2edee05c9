"""Whom the supervisor knows of those who signed up, and a sign-in link to hand over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import hand_over_link
from oppipari.organisation.addresses import shareable
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import number_in, person_of
from oppipari.rounds import actions
from oppipari.rounds.access import sign_ups_supervised
from oppipari.rounds.models import Round
from oppipari.rounds.same_person import named_otherwise, offered
from oppipari.rounds.views.supervising import round_of


@login_required
@require_POST
def sign_up_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm people who wait: those whose names the page showed, and nobody who came in between."""
    shown = round_of(request, pk)
    named = {number_in(text) for text in request.POST.getlist("sign_up")}
    try:
        count = actions.confirm_sign_ups(shown, person_of(request), named)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if count:
            text = ngettext("%(count)d person was confirmed.", "%(count)d people were confirmed.", count)
            messages.success(request, text % {"count": count})
        if count < len(named):
            messages.info(
                request,
                _("Not all could be confirmed together. Confirm those who still wait one at a time."),
            )
    return redirect("round_sign_ups", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever signed up is somebody whom the unit knows already: asked with both in sight, then the sign-up is theirs."""
    if request.method == "GET":
        return _ask_same(request, pk)
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round", "person"), pk=pk)
    written = made.claimed_email
    try:
        person = actions.join_to(made, person_of(request), number_in(request.POST.get("person", "")))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        joined = _("%(name)s takes part, as the same person as before.")
        back = _(
            "The link shown at this sign-up no longer works: they come back with their earlier one, or you show them a new one."
        )
        told = [joined % {"name": person.name}, back]
        if written and written != person.email:
            told.append(_("The address %(address)s that was written was not stored.") % {"address": written})
        messages.success(request, " ".join(told))
    return redirect("round_sign_ups", pk=made.round_id)


def _ask_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Both side by side: only who may be the same is shown, and nobody who is not."""
    by = person_of(request)
    waits = sign_ups_supervised(by).filter(confirmed_at=None).exclude(round__state=Round.State.CLOSED)
    made = get_or_404(waits.select_related("round", "person"), pk=pk)
    wanted = number_in(request.GET.get("person", ""))
    person = next((p for p in offered(made, by) if p.pk == wanted), None)
    if person is None:
        raise Http404
    context = {
        "made": made,
        "round": made.round,
        "person": person,
        "otherwise": named_otherwise(made, person),
        "by_address": bool(made.claimed_email) and made.claimed_email == person.email,
        "dropped": made.claimed_email if made.claimed_email != person.email else "",
    }
    return render(request, "rounds/same.html", context)


@login_required
@require_POST
def sign_up_not_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo it: the sign-up goes from whom it was joined to."""
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round", "person"), pk=pk)
    try:
        actions.undo_joining(made, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        text = _(
            "%(name)s no longer takes part by this sign-up. Its answers were deleted, and whoever it was takes no part before they sign up anew."
        )
        messages.success(request, text % {"name": made.person.name})
    return redirect("round_sign_ups", pk=made.round_id)


@login_required
@require_POST
def round_undone_joinings(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor has read that sign-ups were not theirs to whom they were joined."""
    actions.hear_of_undone(round_of(request, pk), person_of(request), number_in(request.POST.get("read", "")))
    return redirect("round_sign_ups", pk=pk)


@login_required
@require_POST
def sign_up_turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn down a sign-up of somebody unknown."""
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round"), pk=pk)
    if not actions.turn_down(made, person_of(request)):
        messages.info(request, _("This sign-up no longer waits: it was answered or withdrawn in between."))
    return redirect("round_sign_ups", pk=made.round_id)


@login_required
@never_cache
@require_POST
def sign_up_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a one-time sign-in link and its QR code, to hand over to the person."""
    known = sign_ups_supervised(person_of(request)).exclude(confirmed_at=None)
    made = get_or_404(known.select_related("round", "person"), pk=pk)
    try:
        token = hand_over_link(made.person, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_sign_ups", pk=made.round_id)
    url = shareable(request, reverse("sign_in_link", args=[token]))
    return render(request, "rounds/hand_over.html", {"round": made.round, "person": made.person, "url": url})
