"""Inviting people, what comes of it, and correcting an address."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.addresses import shareable
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry
from oppipari.organisation.own_details.forms import AddressForm
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.rounds import actions, queries
from oppipari.rounds.access import sign_ups_supervised
from oppipari.rounds.forms import InviteForm
from oppipari.rounds.views.supervising import round_of, sign_ups_page


def tell_how_many(request: HttpRequest, made: int, asked: int) -> None:
    """Say how many invitations were made, and why not all; not to whom: nobody is told who has withdrawn."""
    messages.success(request, queries.invitations_made(made))
    if made < asked:
        messages.info(request, _("Nobody is invited twice to the same round, whatever they have answered."))


@login_required
@require_POST
def invitation_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an invitation that did not arrive."""
    shown = round_of(request, pk)
    actions.take_back_invitation(shown, person_of(request), number_in(request.POST.get("invitation", "")))
    return redirect("round_sign_ups", pk=pk)


@login_required
@require_POST
def round_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite by address; nobody is signed up by it."""
    shown = round_of(request, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            count = actions.invite(shown, person_of(request), form.cleaned_data["addresses"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            tell_how_many(request, count, len(form.cleaned_data["addresses"]))
            return redirect("round_sign_ups", pk=pk)
    return sign_ups_page(request, shown, form)


@login_required
@never_cache
@require_POST
def invitation_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of personal links and QR codes to print and hand over; older links end."""
    shown = round_of(request, pk)
    try:
        sheet = actions.invitation_sheet(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_sign_ups", pk=pk)
    spoken = actions.languages_to([made for made, _token in sheet], shown, person_of(request))
    links = [(made, shareable(request, reverse("invitation", args=[token])), spoken[made.pk]) for made, token in sheet]
    return render(request, "rounds/sheet.html", {"round": shown, "links": links, "supervisor": str(person_of(request))})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the address of somebody who signed up, where there is no mail; with mail it is nobody's but theirs."""
    if settings.MAIL_ENABLED:
        raise Http404
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round", "person"), pk=pk)
    record_read(person_of(request), [made.person_id], AccessEntry.What.SIGN_UP)
    form = AddressForm(request.POST or None, initial={"address": made.person.email or made.claimed_email})
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_address_of(made, person_of(request), form.cleaned_data["address"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The address was corrected."))
            return redirect("round_sign_ups", pk=made.round_id)
    return render(request, "rounds/address.html", {"round": made.round, "person": made.person, "form": form})
