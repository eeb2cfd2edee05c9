"""Writing, approving and withdrawing an insight, and the unit's wall."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.insights import actions, queries
from oppipari.insights.access import askable_by, own_insights, sayable_to
from oppipari.insights.forms import InsightForm
from oppipari.insights.lets_try.actions import FEWEST, say
from oppipari.insights.models import Insight
from oppipari.insights.screen.views import show_screen
from oppipari.insights.text import reads_from_right
from oppipari.insights.trials.queries import shelf
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.queries import units_of_member
from oppipari.organisation.reach import mail_leaves
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import Pair
from oppipari.personal_data_hints import find_hints


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def insight_new(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_or_404(pairs_of(person_of(request)), pk=pk)
    form = InsightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write(pair, person_of(request), form.cleaned_data["text"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            _tell_of_direction(request, made.text)
            return redirect("insight", pk=made.pk)
    return render(request, "insights/new.html", {"pair": pair, "form": form, "trio": queries.is_trio(pair)})


def _tell_of_direction(request: HttpRequest, text: str) -> None:
    """A text that reads from right to left is shown so; what could turn it around unseen was left out."""
    if reads_from_right(text):
        messages.info(
            request,
            _(
                "Part of your text reads from right to left, and so it is shown. Invisible marks of direction were left "
                "out, so that everyone reads the same. A line in a language that all of you read helps those who cannot read it."
            ),
        )


def _sent_pair(request: HttpRequest) -> Pair | None:
    """The reader's own pair that the form was sent from: an insight that is gone has no row to ask."""
    return pairs_of(person_of(request)).filter(pk=number_in(request.POST.get("pair", ""))).first()


def _own(request: HttpRequest, pk: int) -> Insight | Pair:
    """One's insight; for a form sent from one's own pair's insight that is there no more, the pair; else Http404.

    That answer depends on the sender's own pair alone, so that nobody learns whether somebody else's draft exists.
    """
    found = own_insights(person_of(request)).select_related("pair").filter(pk=pk).first() or _sent_pair(request)
    if found is None:
        raise Http404
    return found


def _gone(request: HttpRequest, pair: Pair) -> HttpResponse:
    messages.info(request, _("The insight was taken back in between."))
    return redirect("pair", pair.pk)


def _give_back(request: HttpRequest, pair: Pair, form: InsightForm) -> HttpResponse:
    """The insight was taken back while somebody edited it: what they wrote stands in the form of a new one."""
    form.add_error(
        None, _("The insight was taken back in between. What you wrote is still here: you can save it as a new draft.")
    )
    return render(request, "insights/new.html", {"pair": pair, "form": form, "trio": queries.is_trio(pair)})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def insight(request: HttpRequest, pk: int) -> HttpResponse:
    """The text, and what one can do with it: approve, edit, take back."""
    shown = _own(request, pk)
    person = person_of(request)
    if isinstance(shown, Pair):
        return _give_back(request, shown, InsightForm(request.POST))
    form, stale = InsightForm(request.POST or None, initial={"text": shown.text}), False
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            after = actions.edit(shown, person, int(version) if version.isdecimal() else 0, form.cleaned_data["text"])
        except DomainError as error:
            add_domain_error(form, error)
            shown, stale = _own(request, pk), isinstance(error, StaleEdit)
            if isinstance(shown, Pair):
                return _give_back(request, shown, InsightForm(request.POST))
        else:
            if after.fingerprint == shown.fingerprint:
                messages.info(request, _("The text was the same, so nothing changed."))
            else:
                trio = queries.is_trio(shown.pair)
                messages.success(
                    request,
                    _("The text was saved. All three of you approve it anew.")
                    if trio
                    else _("The text was saved. Both of you approve it anew."),
                )
                _tell_of_direction(request, after.text)
            return redirect("insight", pk=pk)
    approvals = set(shown.approvals.values_list("person_id", flat=True))
    return render(
        request,
        "insights/insight.html",
        {
            "insight": shown,
            "form": form,
            "stale": stale,
            "mine": person.pk in approvals,
            "published": shown.state == Insight.State.PUBLISHED,
            "trio": queries.is_trio(shown.pair),
            "leaves_on": queries.leaves_on(shown),
            # Worked out anew each time and kept nowhere.
            "noticed": [] if shown.state == Insight.State.PUBLISHED else find_hints(shown.text),
            "in_pair": shown.pair_id is not None and pairs_of(person).filter(pk=shown.pair_id).exists(),
        },
    )


@login_required
@require_POST
def insight_approve(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    if isinstance(shown, Pair):
        return _gone(request, shown)
    trio = queries.is_trio(shown.pair)
    try:
        after = actions.approve(
            shown, person_of(request), request.POST.get("fingerprint", ""), name_may_show="name" in request.POST
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        if after.state == Insight.State.PUBLISHED:
            messages.success(
                request,
                _("All three of you have approved: the insight is on the unit's wall.")
                if trio
                else _("Both of you have approved: the insight is on the unit's wall."),
            )
        else:
            messages.success(
                request,
                _("Thank you. It is published when everyone in your trio has approved this very text.")
                if trio
                else _("Thank you. It is published when the other of you has approved this very text, too."),
            )
    return redirect("insight", pk=pk)


@login_required
@require_POST
def insight_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back; the second of two presses finds nothing and says the same."""
    shown, pair = _own(request, pk), _sent_pair(request)
    if isinstance(shown, Insight):
        try:
            actions.withdraw(shown, person_of(request))
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("insight", pk=pk)
    messages.success(request, _("The insight was taken back."))
    return redirect("pair", pair.pk) if pair else redirect("home")


@login_required
@require_POST
def insight_hide_names(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    if isinstance(shown, Pair):
        return _gone(request, shown)
    try:
        actions.hide_names(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The insight is now shown without names."))
    return redirect("insight", pk=pk)


@login_required
@require_POST
def insight_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """An author keeps on the wall what the supervisor asked about."""
    shown = _own(request, pk)
    if isinstance(shown, Pair):
        return _gone(request, shown)
    try:
        actions.keep(shown, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The insight stays on the wall. Nobody is told who of you kept it."))
    return redirect("insight", pk=pk)


@login_required
@require_POST
def insight_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor asks whether it still belongs on the wall; the answer is the same whoever wrote it."""
    person = person_of(request)
    shown = get_or_404(askable_by(person), pk=pk)
    try:
        actions.ask_to_take_down(shown, person)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        text = _("Asked. It leaves the wall in four weeks, unless those who wrote it want to keep it.")
        # The same whoever wrote it: only the installation is asked whether it sends anything.
        seen = "" if mail_leaves() else _("No message is sent: they see the question on their own page.")
        messages.success(request, f"{text} {seen}".strip())
    return redirect(f"{reverse('wall', args=[shown.unit_id])}#insight-{pk}")


@login_required
@never_cache
@require_GET
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's published insights and its trials; `?tv` for a big screen."""
    person = person_of(request)
    unit = get_or_404(units_of_member(person), pk=pk)
    if "tv" in request.GET:
        return show_screen(request, unit, names=True)
    trials = shelf(unit)
    return render(
        request,
        "insights/wall.html",
        {
            "unit": unit,
            "insights": queries.wall_for(unit, person, trials.going_on),
            "shelf": trials,
            "writes_in": queries.writes_in(unit, person),
            "supervises": access.supervises(person, unit),
            "today": timezone.localdate(),
            "fewest": FEWEST,
        },
    )


@login_required
@require_POST
def lets_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Say "let's try" to a published insight, or take it back (`on=0`)."""
    person = person_of(request)
    shown = get_or_404(sayable_to(person), pk=pk)
    try:
        say(shown, person, on=request.POST.get("on") != "0")
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(f"{reverse('wall', args=[shown.unit_id])}#insight-{pk}")
