"""A trial's pages: start, read, mend, decide, offer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.insights.access import published_to
from oppipari.insights.models import Insight, Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.access import trials_offered_to, trials_read, trials_supervised
from oppipari.insights.trials.forms import EXTEND, DecisionForm, TrialForm, usual_day
from oppipari.insights.trials.queries import tried_elsewhere
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.personal_data_hints import find_hints_in


def _source(person: Person, unit: Unit, given: Any) -> tuple[Insight | None, Trial | None]:
    """The published insight or the offered trial that a new one begins with; what is not there is simply not."""
    insight, parent = (number_in(given.get(name, "")) for name in ("insight", "from"))
    found = published_to(person).filter(unit=unit, pk=insight).first() if insight else None
    # Another unit's trial must be offered; a trial of one's own unit may be tried anew.
    trial = (
        trials_offered_to(person).filter(pk=parent).first()
        or trials_supervised(person).filter(unit=unit, pk=parent).first()
        if parent
        else None
    )
    return found, trial


def _first_values(given: Any, insight: Insight | None, parent: Trial | None) -> dict[str, Any]:
    language = (get_language() or "fi")[:2]
    first: dict[str, Any] = {"language": language if language in Trial.Language.values else "fi"}
    if insight:
        first["what"] = insight.text
    for name in ("problem", "what"):
        # Words that another page sends along, as the joint session does with a conclusion; more than fit is cut by nobody.
        if given.get(name):
            first[name] = given[name]
    if parent:
        first |= {name: getattr(parent, name) for name in ("problem", "what", "sign", "evidence", "language")}
    return first


def _way_back(given: Any) -> str:
    """The page of ours that sent somebody here, "" where there is none: an address elsewhere is not followed."""
    address = str(given.get("next", ""))
    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def trial_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a trial: from nothing, `?insight=` of the unit or `?from=` another trial."""
    person = person_of(request)
    unit = get_or_404(units_supervised(person), pk=pk)
    given = request.POST if request.method == "POST" else request.GET
    insight, parent = _source(person, unit, given)
    back = _way_back(given)
    form = TrialForm(request.POST or None, initial=_first_values(request.GET, insight, parent))
    if request.method == "POST" and form.is_valid():
        try:
            # The number as it was sent: an insight that was taken back in between is told, not overlooked.
            made = actions.start(
                unit,
                person,
                form.plan(),
                insight=number_in(given.get("insight", "")) or None,
                parent=parent,
                words=given.get("words", ""),
            )
        except DomainError as error:
            add_domain_error(form, error)
            insight = None
        else:
            messages.success(request, _("The trial has begun. It is on the unit's wall."))
            return redirect(back) if back else redirect("trial", pk=made.pk)
    words = (
        given.get("words", "")
        if request.method == "POST"
        else _words_of(insight or (parent.insight if parent else None))
    )
    return render(
        request,
        "insights/trial_new.html",
        {"unit": unit, "form": form, "insight": insight, "parent": parent, "words": words, "back": back},
    )


def _words_of(insight: Insight | None) -> str:
    """The fingerprint of a pair's words that a form is filled in with: taken back in between, they do not return with it."""
    return insight.fingerprint if insight else ""


@login_required
@never_cache
@require_GET
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial for the unit; what can be done with it for its supervisor."""
    person = person_of(request)
    shown = get_or_404(trials_read(person).select_related("parent__unit", "insight"), pk=pk)
    supervises = access.supervises(person, shown.unit_id)
    return render(
        request,
        "insights/trial.html",
        {
            "trial": shown,
            "supervises": supervises,
            "elsewhere": tried_elsewhere(shown, person),
            "due": shown.is_due(timezone.localdate()),
            "noticed": find_hints_in(*_words_for_others(shown)) if supervises else [],
            "came_of": shown.insight
            if shown.insight
            and shown.insight.unit_id == shown.unit_id
            and shown.insight.state == Insight.State.PUBLISHED
            else None,
        },
    )


def _words_for_others(shown: Trial) -> list[str]:
    """All words of a trial that its unit reads, and others when it is offered; not who looks after it, who is meant to be named."""
    return [shown.problem, shown.what, shown.sign, shown.before_words, shown.after_words, shown.learnt]


def _own(request: HttpRequest, pk: int) -> Trial | Unit:
    """A trial that one supervises; for a form of one that is there no more, the unit it was sent from; else Http404.

    That answer depends on one's own units alone, so that nobody learns whether somebody else's trial exists.
    """
    person = person_of(request)
    found = trials_supervised(person).filter(pk=pk).first()
    return found or get_or_404(units_supervised(person), pk=number_in(request.POST.get("unit", "")))


def _edit_gone(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The trial was removed while somebody edited it: what they wrote stands in the form of a new one."""
    typed = request.POST.copy()
    typed["until"] = f"{usual_day():%Y-%m-%d}"
    form = TrialForm(typed)
    form.add_error(
        None, _("The trial was removed in between. What you wrote is still here: you can start a new trial from it.")
    )
    context = {"unit": unit, "form": form, "words": request.POST.get("words", "")}
    return render(request, "insights/trial_new.html", context)


def _version(request: HttpRequest) -> int:
    return number_in(request.POST.get("version", ""))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def trial_edit(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _own(request, pk)
    if isinstance(shown, Unit):
        return _edit_gone(request, shown)
    names = [name for name in TrialForm.base_fields if name != "until"]
    form = TrialForm(request.POST or None, begun=True, initial={name: getattr(shown, name) for name in names})
    if not shown.running:
        del form.fields["carer"]
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.setdefault("carer", "")
        try:
            actions.change(
                shown, person_of(request), _version(request), form.plan(), words=request.POST.get("words", "")
            )
        except DomainError as error:
            add_domain_error(form, error)
            shown = _own(request, pk)
            if isinstance(shown, Unit):
                return _edit_gone(request, shown)
        else:
            messages.success(request, _("The change was saved."))
            return redirect("trial", pk=pk)
    words = request.POST.get("words", "") if request.method == "POST" else _words_of(shown.insight)
    return render(request, "insights/trial_edit.html", {"trial": shown, "form": form, "words": words})


def _decide_gone(request: HttpRequest, unit: Unit) -> HttpResponse:
    typed = [text for name in ("learnt", "after_words") if (text := request.POST.get(name, "").strip())]
    return render(request, "insights/trial_gone.html", {"unit": unit, "typed": typed})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def trial_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt, adapt, drop, or go on once."""
    shown, person = _own(request, pk), person_of(request)
    given = request.POST
    if isinstance(shown, Unit):
        return _decide_gone(request, shown)
    if shown.running and shown.extended and given.get("choice") == EXTEND and given.get("until") == f"{shown.until}":
        # The second of two presses: the form has no such choice any more.
        return redirect("trial", pk=pk)
    form = DecisionForm(request.POST or None, shown)
    if request.method == "POST" and form.is_valid():
        choice, version = form.cleaned_data["choice"], _version(request)
        try:
            if choice == EXTEND:
                actions.extend(shown, person, version, form.cleaned_data["until"])
                messages.success(request, _("You try a little longer. On the new day it is time to decide."))
            else:
                actions.decide(shown, person, version, Trial.State(choice), form.outcome())
                messages.success(request, _("The decision was saved. It is on the unit's wall."))
        except DomainError as error:
            add_domain_error(form, error)
            shown = _own(request, pk)
            if isinstance(shown, Unit):
                return _decide_gone(request, shown)
        else:
            return redirect("trial", pk=pk)
    return render(request, "insights/trial_decide.html", {"trial": shown, "form": form})


@login_required
@require_POST
def trial_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer it to other units, or (`offer=0`) no more."""
    shown, person = _own(request, pk), person_of(request)
    if isinstance(shown, Unit):
        messages.info(request, _("The trial was removed in between."))
        return redirect("wall", pk=shown.pk)
    try:
        if request.POST.get("offer") == "0":
            actions.offer_no_more(shown, person)
            messages.success(request, _("Other units can no longer read it."))
        else:
            actions.offer(shown, person)
            messages.success(request, _("Now other units can read it on the page “Get inspired”."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("trial", pk=pk)


@login_required
@require_POST
def trial_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it; the second of two presses finds nothing and says the same."""
    person = person_of(request)
    shown = _own(request, pk)
    if isinstance(shown, Trial):
        actions.remove(shown, person)
    messages.success(request, _("The trial was removed."))
    return redirect("wall", pk=shown.unit_id if isinstance(shown, Trial) else shown.pk)
