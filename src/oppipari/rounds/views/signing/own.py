"""One's own sign-up: what was told, changing it, withdrawing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries
from oppipari.rounds.access import own_sign_ups
from oppipari.rounds.models import Round
from oppipari.rounds.same_person import can_be_undone
from oppipari.rounds.views.signing.answers import replace, stored
from oppipari.rounds.views.signing.checking import summary


@login_required
@never_cache
@require_GET
def my_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own sign-up: what was told, with ways to change it and to withdraw."""
    made = get_or_404(own_sign_ups(person_of(request)).select_related("round__unit", "exclusion"), pk=pk)
    changeable = made.round.takes_sign_ups(timezone.localdate())
    return render(
        request,
        "rounds/my_sign_up.html",
        {
            "made": made,
            "round": made.round,
            "rows": summary(stored(made), made.round),
            "unpaired": queries.is_unpaired(made),
            "first": made.round_id in queries.comes_first(person_of(request)),
            "joined": can_be_undone(made),
            "changeable": changeable,
            # Who waits is in no plan, and need not wait any longer than they like.
            "withdrawable": not made.confirmed_at or made.round.state in (Round.State.SIGN_UP, Round.State.PAIRING),
        },
    )


@login_required
@require_POST
def sign_up_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one's own answers for changing: the same pages, filled in."""
    made = get_or_404(own_sign_ups(person_of(request)).select_related("round", "exclusion"), pk=pk)
    replace(request, made.round, stored(made))
    return redirect("join_step", token=made.round.invite_token, step="check")


@login_required
@require_POST
def sign_up_whose(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of a sign-up that the supervisor joined to oneself whether it is one's own; else it goes."""
    made = get_or_404(own_sign_ups(person_of(request)), pk=pk)
    mine = "mine" in request.POST
    try:
        (actions.take_as_own if mine else actions.undo_joining)(made, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("my_sign_up", pk=pk)
    if mine:
        return redirect("my_sign_up", pk=pk)
    messages.success(request, _("The sign-up is no longer yours, and its answers were deleted."))
    return redirect("home")


@login_required
@require_POST
def sign_up_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw; nobody asks why."""
    made = get_or_404(own_sign_ups(person_of(request)), pk=pk)
    try:
        actions.withdraw(made, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("my_sign_up", pk=pk)
    messages.success(
        request, _("Your sign-up was withdrawn, and your answers were deleted. You are welcome another time.")
    )
    return redirect("home")
