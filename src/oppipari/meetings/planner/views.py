"""The supervisor's pages of times: a month by team, and the planner for the whole round."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.meetings.forms import TimeForm
from oppipari.meetings.planner import actions as planning
from oppipari.meetings.planner import queries as planner_queries
from oppipari.meetings.planner.forms import PlanForm
from oppipari.meetings.planner.month import day_to_open_at, month
from oppipari.meetings.planner.wanted import still_wanted, weeks_for
from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry
from oppipari.organisation.web import add_domain_error, is_htmx, number_in, person_of
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import Round


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)


@login_required
@never_cache
@require_GET
def round_month(request: HttpRequest, pk: int) -> HttpResponse:
    """A month of the round's meetings, teams as rows: the one asked for, else the one of the next meetings."""
    round_ = _round(request, pk)
    try:
        of = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        of = day_to_open_at(round_)
    shown = month(round_, min(max(of, date(2000, 1, 1)), date(2200, 1, 1)))
    members = round_.pairs.filter(members__left_at=None).values_list("members__person_id", flat=True)
    record_read(person_of(request), set(members), AccessEntry.What.MEETINGS)
    return render(request, "meetings/month.html", {"round": round_, "month": shown, "today": timezone.localdate()})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def round_planner(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for times for all pairs; look at what is proposed."""
    round_ = _round(request, pk)
    shown = planner_queries.planner(round_)
    start = PlanForm.start()
    initial = {"first_day": start, "weeks": weeks_for(round_, still_wanted(round_))}
    if shown.plan is not None and shown.plan.first_day > timezone.localdate():
        initial = {"first_day": shown.plan.first_day, "weeks": shown.plan.weeks}
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            planning.ask_for_plan(round_, person_of(request), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("round_planner", pk=pk)
    return _page(request, round_, shown, form)


def _page(
    request: HttpRequest,
    round_: Round,
    shown: planner_queries.Planner,
    form: PlanForm,
    hand: TimeForm | None = None,
    hand_for: str = "",
) -> HttpResponse:
    """The planner's page; `hand` is the form of a time by hand that was amiss, `hand_for` the line it belongs to."""
    record_read(person_of(request), shown.person_ids, AccessEntry.What.MEETINGS)
    template = "meetings/planner.html"
    context = {"round": round_, "planner": shown, "form": form, "hand": hand, "hand_for": hand_for}
    context["today"] = timezone.localdate()
    if request.method == "GET" and is_htmx(request) and "part" in request.GET and shown.going:
        template = "meetings/parts/planning.html"
    response = render(request, template, context)
    if is_htmx(request) and not shown.going:
        # What was waited for is there: the whole page is shown.
        response["HX-Refresh"] = "true"
    return response


@login_required
@never_cache
@require_POST
def planner_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a proposed time, leave one out, give one to a meeting without, or throw the proposal away."""
    round_, person = _round(request, pk), person_of(request)
    version = number_in(request.POST.get("version", ""))
    which, pair = number_in(request.POST.get("planned", "")), number_in(request.POST.get("pair", ""))
    what = request.POST.get("change", "")
    form = TimeForm(request.POST)
    try:
        if what == "throw":
            planning.throw_away(round_, person)
            messages.success(request, _("The proposal was thrown away. Nobody saw it."))
        elif what == "drop":
            planning.drop_planned(round_, person, version, which)
            messages.success(request, _("Left out. The pair books this meeting itself."))
        elif not form.is_valid():
            return _with_error(request, round_, form)
        elif what == "add":
            planning.add_planned(round_, person, version, pair, form.starts_at)
            messages.success(request, _("Time given."))
        else:
            planning.set_planned(round_, person, version, which, form.starts_at)
            messages.success(request, _("Time changed."))
    except DomainError as error:
        if error.field in form.fields:
            add_domain_error(form, error)
            return _with_error(request, round_, form)
        messages.error(request, str(error.message))
    return redirect("round_planner", pk=pk)


def _with_error(request: HttpRequest, round_: Round, form: TimeForm) -> HttpResponse:
    """The page again, with what was typed and what is amiss at its line."""
    shown = planner_queries.planner(round_)
    key = f"p{number_in(request.POST.get('planned', ''))}"
    if request.POST.get("change") == "add":
        key = f"m{number_in(request.POST.get('pair', ''))}"
    start = {"first_day": shown.plan.first_day, "weeks": shown.plan.weeks} if shown.plan else {}
    return _page(request, round_, shown, PlanForm(initial=start), form, key)


@login_required
@require_POST
def planner_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make meetings of all proposed times; invitations go out."""
    round_ = _round(request, pk)
    try:
        count = planning.publish_plan(
            round_,
            person_of(request),
            number_in(request.POST.get("version", "")),
            place=request.POST.get("place", ""),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("round_planner", pk=pk)
    if count:
        text = ngettext("%(count)d meeting was published.", "%(count)d meetings were published.", count)
        messages.success(request, text % {"count": count})
    return redirect("round_meetings", pk=pk)
