"""Opening a round, telling about it, looking at sign-ups."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import hand_over_link, record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.rounds import actions, queries, vocabulary
from oppipari.rounds.access import rounds_supervised, sign_ups_supervised
from oppipari.rounds.addresses import opens_only_here, shareable
from oppipari.rounds.forms import CopyForm, InviteForm, RoundForm
from oppipari.rounds.models import Round


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit__organisation"), pk=pk)


@login_required
@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds of the supervisor's units."""
    rounds = rounds_supervised(person_of(request)).select_related("unit")
    return render(request, "rounds/list.html", {"rounds": rounds})


@login_required
@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest) -> HttpResponse:
    """A few questions, each with a sensible default; then the materials are ready."""
    person = person_of(request)
    units = units_supervised(person)
    if not units:
        raise Http404
    form = RoundForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        unit = fields.pop("unit", None) or units[0]
        try:
            made = actions.open_round(unit, person, **fields)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("round_tell", pk=made.pk)
    return render(request, "rounds/new.html", {"form": form, "unit": units[0] if len(units) == 1 else None})


@login_required
@require_http_methods(["GET", "POST"])
def round_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round's settings before pairs are published."""
    shown = _round(request, pk)
    open_ = shown.state in (Round.State.SIGN_UP, Round.State.PAIRING)
    form = RoundForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            version = number_in(request.POST.get("version", ""))
            actions.change_settings(shown, person_of(request), version, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
            shown.refresh_from_db(fields=["version"])
        else:
            messages.success(request, _("The settings were saved."))
            return redirect("round", pk=pk)
    return render(request, "rounds/settings.html", {"form": form, "round": shown, "open": open_})


@login_required
@require_GET
def round_tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything for telling: the link, the QR code, the slides, a ready text."""
    shown = _round(request, pk)
    url = shareable(request, reverse("join", args=[shown.invite_token]))
    return render(
        request,
        "rounds/tell.html",
        {"round": shown, "url": url, "only_here": opens_only_here(url), "supervisor": person_of(request)},
    )


@login_required
@require_GET
def round_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation on one sheet for the notice board."""
    shown = _round(request, pk)
    url = shareable(request, reverse("join", args=[shown.invite_token]))
    return render(request, "rounds/print.html", {"round": shown, "url": url})


@login_required
@never_cache
@require_GET
def round_sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has signed up, whom to confirm, whom to invite."""
    shown = _round(request, pk)
    return _sign_ups_page(request, shown, InviteForm())


def _sign_ups_page(request: HttpRequest, shown: Round, form: InviteForm, **more: Any) -> HttpResponse:
    sign_ups = queries.sign_ups(shown)
    record_read(person_of(request), [s.person_id for s in sign_ups], AccessEntry.What.SIGN_UP)
    lang = request.LANGUAGE_CODE
    for s in sign_ups:
        s.share_labels = [vocabulary.label(k, lang) for k in s.shares]  # type: ignore[attr-defined]
        s.want_labels = [vocabulary.label(k, lang) for k in s.wants]  # type: ignore[attr-defined]
    return render(
        request,
        "rounds/sign_ups.html",
        {
            "round": shown,
            "sign_ups": [s for s in sign_ups if s.confirmed_at],
            "unknown": [s for s in sign_ups if not s.confirmed_at],
            "invited": shown.invitations.filter(confirmed_at=None).count(),
            "form": form,
            "open": shown.state == Round.State.SIGN_UP,
            "takes": shown.takes_sign_ups(timezone.localdate()),
            "forming": shown.state == Round.State.PAIRING,
            **more,
        },
    )


@login_required
@require_POST
def round_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite by address; nobody is signed up by it."""
    shown = _round(request, pk)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            count = actions.invite(shown, person_of(request), form.cleaned_data["addresses"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            text = ngettext("%(count)d invitation was made.", "%(count)d invitations were made.", count)
            messages.success(request, text % {"count": count})
            return redirect("round_sign_ups", pk=pk)
    return _sign_ups_page(request, shown, form)


@login_required
@never_cache
@require_POST
def invitation_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of personal links and QR codes to print and hand over; older links end."""
    shown = _round(request, pk)
    try:
        sheet = actions.invitation_sheet(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_sign_ups", pk=pk)
    links = [(made, shareable(request, reverse("invitation", args=[token]))) for made, token in sheet]
    return render(request, "rounds/sheet.html", {"round": shown, "links": links})


@login_required
@require_POST
def sign_up_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one unknown person, or all."""
    shown = _round(request, pk)
    one = request.POST.get("sign_up", "")
    try:
        count = actions.confirm_sign_ups(shown, person_of(request), [number_in(one)] if one else None)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if count:
            text = ngettext("%(count)d person was confirmed.", "%(count)d people were confirmed.", count)
            messages.success(request, text % {"count": count})
        if not one and queries.counts(shown)["unknown"]:
            messages.info(
                request,
                _("Some still wait, since somebody here already has their address. Confirm them one at a time."),
            )
    return redirect("round_sign_ups", pk=pk)


@login_required
@require_POST
def sign_up_turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn down a sign-up of somebody unknown."""
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round"), pk=pk)
    actions.turn_down(made, person_of(request))
    return redirect("round_sign_ups", pk=made.round_id)


@login_required
@never_cache
@require_POST
def sign_up_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a one-time sign-in link and its QR code, to hand over to the person."""
    made = get_or_404(sign_ups_supervised(person_of(request)).select_related("round", "person"), pk=pk)
    try:
        token = hand_over_link(made.person, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_sign_ups", pk=made.round_id)
    url = shareable(request, reverse("sign_in_link", args=[token]))
    return render(request, "rounds/hand_over.html", {"round": made.round, "person": made.person, "url": url})


@login_required
@require_POST
def round_close_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _round(request, pk)
    actions.close_sign_up(shown, person_of(request))
    return redirect("board", pk=pk)


@login_required
@require_POST
def round_reopen_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _round(request, pk)
    try:
        actions.reopen_sign_up(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("round_sign_ups", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def round_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the next round with the same settings."""
    shown = _round(request, pk)
    form = CopyForm(request.POST or None, after=shown)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.copy_round(shown, person_of(request), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("round_tell", pk=made.pk)
    return render(
        request, "rounds/copy.html", {"form": form, "round": shown, "waited": queries.left_without(shown).exists()}
    )
