"""Opening a round, telling about it, looking at sign-ups."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation import domains
from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.addresses import shareable
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.text import fold
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.rounds import actions, queries, vocabulary
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.forms import CopyForm, InviteForm, RoundForm
from oppipari.rounds.knowing import waiting
from oppipari.rounds.languages import language_names
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.refused import refused_in
from oppipari.rounds.same_person import look_for


def round_of(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit__organisation"), pk=pk)


@login_required
@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds of the supervisor's units; nothing to see for whoever supervises none."""
    if not units_supervised(person_of(request)):
        raise Http404
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
    shown = round_of(request, pk)
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
    shown = round_of(request, pk)
    url = shareable(request, reverse("join", args=[shown.invite_token]))
    return render(
        request,
        "rounds/tell.html",
        {
            "round": shown,
            "url": url,
            "takes": shown.takes_sign_ups(timezone.localdate()),
            "supervisor": person_of(request),
        },
    )


@login_required
@require_GET
def round_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The invitation on one sheet for the notice board."""
    shown = round_of(request, pk)
    url = shareable(request, reverse("join", args=[shown.invite_token]))
    takes = shown.takes_sign_ups(timezone.localdate())
    return render(request, "rounds/print.html", {"round": shown, "url": url, "takes": takes})


@login_required
@never_cache
@require_GET
def round_sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has signed up, whom to confirm, whom to invite."""
    shown = round_of(request, pk)
    return sign_ups_page(request, shown, InviteForm())


def sign_ups_page(request: HttpRequest, shown: Round, form: InviteForm, **more: Any) -> HttpResponse:
    """The page of sign-ups, with the form to invite people as it was sent, or an empty one."""
    sign_ups, unknown = queries.sign_ups(shown), waiting(shown)
    record_read(person_of(request), [s.person_id for s in (*sign_ups, *unknown)], AccessEntry.What.SIGN_UP)
    look_for(shown, unknown, person_of(request))
    joined = {s.pk: s.person.email for s in queries.joined_by_supervisors(shown)}
    names = {fold(s.person.name) for s in sign_ups}
    for s in unknown:
        s.namesake = fold(s.person.name) in names  # type: ignore[attr-defined]
    lang = request.LANGUAGE_CODE
    for s in sign_ups:
        s.joined = s.pk in joined  # type: ignore[attr-defined]
        stage = _("early in their career") if s.stage == SignUp.Stage.EARLY else s.get_stage_display()
        team = s.team.name if s.team else ""
        s.known_of = [part for part in (s.person.email, team, stage) if part]  # type: ignore[attr-defined]
        s.share_labels = [vocabulary.label(k, lang) for k in s.shares]  # type: ignore[attr-defined]
        s.want_labels = [vocabulary.label(k, lang) for k in s.wants]  # type: ignore[attr-defined]
    return render(
        request,
        "rounds/sign_ups.html",
        {
            "round": shown,
            "sign_ups": sign_ups,
            "unknown": unknown,
            # Who may be here already is answered alone.
            "all_at_once": len(unknown) > 1 and not any(getattr(s, "same", None) for s in unknown),
            "come_first": queries.come_first(shown),
            "domains": [domains.shown(d) for d in shown.unit.organisation.mail_domains]
            if settings.MAIL_ENABLED
            else [],
            # Who was joined to a sign-up keeps the invitation until they say that it is theirs.
            "invited": shown.invitations.filter(confirmed_at=None, refused_at=None)
            .exclude(email__in=[address for address in joined.values() if address])
            .count(),
            "refused": refused_in(shown) if settings.MAIL_ENABLED else ([], []),
            "languages": language_names(shown.unit.written_in(person_of(request).language)),
            "form": form,
            "open": shown.state == Round.State.SIGN_UP,
            "takes": shown.takes_sign_ups(timezone.localdate()),
            "forming": shown.state == Round.State.PAIRING,
            **more,
        },
    )


@login_required
@require_POST
def round_close_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    shown = round_of(request, pk)
    actions.close_sign_up(shown, person_of(request))
    return redirect("board", pk=pk)


@login_required
@require_POST
def round_reopen_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    shown = round_of(request, pk)
    try:
        actions.reopen_sign_up(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("round_sign_ups", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def round_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the next round with the same settings."""
    shown = round_of(request, pk)
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
