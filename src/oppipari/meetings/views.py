"""Booking, moving, cancelling and agreeing to meetings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.meetings import actions, beginning, course, problem, queries, saying, undoing
from oppipari.meetings.access import meetings_of, meetings_seen
from oppipari.meetings.calendar import ics
from oppipari.meetings.clock import local
from oppipari.meetings.forms import MeetingForm
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.work_times import rosters
from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.pairing import words
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import Pair
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import RUNNING

MOST_AT_ONCE = 12


def _way(pair: Pair) -> Meeting.Way:
    return Meeting.way_for({p.sign_up.way for p in pair.members.filter(left_at=None).select_related("sign_up")})


def _initial(pair: Pair) -> list[dict[str, Any]]:
    way = _way(pair)
    return [
        {"day": t.date(), "time": t.time(), "minutes": pair.round.meeting_minutes, "way": way, "place": ""}
        for t in queries.suggested_times(pair)
    ] or [{"minutes": pair.round.meeting_minutes, "way": way}]


def _suggested(pair: Pair, most: int) -> list[MeetingForm]:
    """Forms with the suggested times, `most` of them at the most."""
    return [MeetingForm(initial=values, prefix=f"m{i}") for i, values in enumerate(_initial(pair)[:most])]


def _moments(forms: Sequence[MeetingForm]) -> list[datetime]:
    """The suggested times of several meetings, to be proposed in one press."""
    suggested = [(f.initial.get("day"), f.initial.get("time")) for f in forms]
    return [local(d, t) for d, t in suggested if d and t] if len(forms) > 1 else []


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Book all the dates at once, or only one; each can be changed before it is proposed."""
    person = person_of(request)
    pair = get_or_404(pairs_of(person).select_related("round"), pk=pk)
    one = "one" in request.GET
    if request.method == "GET" and (full := course.no_room(pair)):
        return render(request, "meetings/full.html", {"pair": pair, "sentence": full})
    if request.method == "POST":
        count = min(MOST_AT_ONCE, sum(f"m{i}-day" in request.POST for i in range(MOST_AT_ONCE)))
        forms = [MeetingForm(request.POST, prefix=f"m{i}") for i in range(count)]
        if forms and all([f.is_valid() for f in forms]):  # noqa: C419  # every form is asked, so that all errors show
            try:
                # All or none, so that a clash in the third leaves the first two in the form, not half booked.
                made = actions.propose(pair, person, [f.meeting() for f in forms])
            except actions.RowError as error:
                add_domain_error(forms[error.row], error)
            except DomainError as error:
                add_domain_error(forms[0], error)
            else:
                for text in saying.after_booking(made, person):
                    messages.success(request, text)
                return redirect("pair", pk=pk)
    else:
        forms = _suggested(pair, 1 if one else MOST_AT_ONCE)
    common = queries.common_slots(pair)
    return render(
        request,
        "meetings/new.html",
        {
            "pair": pair,
            "forms": forms,
            "one": one,
            "many": len(forms) > 1,
            "at_once": [] if one else _moments(forms),
            "way": _way(pair).label,
            "until": pair.round.pairs_meet_until,
            "options": queries.options(pair) if len(forms) == 1 else [],
            "none": request.method == "GET" and not forms[0].initial.get("day"),
            "common": words.slots(tuple(common), get_language() or "fi") if common else "",
        },
    )


@login_required
@require_POST
def meeting_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether proposed times suit: one press for those that are shown; who would rather have another goes on to propose it."""
    person = person_of(request)
    pair = get_or_404(pairs_of(person), pk=pk)
    suits = request.POST.get("suits") == "yes"
    seen = [text.partition(":") for text in request.POST.getlist("seen")]
    shown = {number_in(meeting): number_in(version) for meeting, _colon, version in seen}
    meetings = list(meetings_of(person).filter(pair=pair, pk__in=shown))
    try:
        actions.answer_times(pair, person, {m.pk: shown[m.pk] for m in meetings}, suits=suits)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("pair", pk=pk)
    if meetings and not suits:
        messages.info(
            request, _("Your answer was kept: this time does not suit you. Here you can propose another one.")
        )
        return redirect("meeting_move", pk=meetings[0].pk)
    if meetings:
        messages.success(request, _("Thank you. Your answer was kept."))
    return redirect("pair", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a meeting because of a shift: press one of the common times, or write another; the others are told."""
    person = person_of(request)
    meeting = get_or_404(meetings_of(person).select_related("pair__round"), pk=pk)
    if request.method == "GET" and meeting.state not in (Meeting.State.PROPOSED, Meeting.State.AGREED):
        messages.info(request, _("This meeting has been held or cancelled. Propose a new one."))
        return redirect("pair", pk=meeting.pair_id)
    start = timezone.localtime(meeting.starts_at)
    initial: dict[str, Any] = {"minutes": meeting.minutes, "way": meeting.way, "place": meeting.place}
    unfit = bool(rosters.unfit([meeting]))
    if not unfit:
        initial |= {"day": start.date(), "time": start.time()}
    form = MeetingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        before = meeting.version
        try:
            moved = actions.move(meeting, person, number_in(request.POST.get("version", "")), **form.meeting())
        except DomainError as error:
            add_domain_error(form, error)
            meeting.refresh_from_db()
        else:
            if moved.version == before:
                messages.info(request, _("The meeting is as it was: nothing was changed."))
            else:
                messages.success(request, saying.after_moving(moved, person))
            return redirect("pair", pk=meeting.pair_id)
    return render(
        request,
        "meetings/move.html",
        {
            "meeting": meeting,
            "form": form,
            "unfit": unfit,
            "proposed": meeting.state == Meeting.State.PROPOSED and not meeting.moved,
            "until": meeting.pair.round.pairs_meet_until,
            "times": queries.times_to_move_to(meeting),
        },
    )


def _step(request: HttpRequest, pk: int, step: Any, said: str) -> HttpResponse:
    meeting = get_or_404(meetings_of(person_of(request)).select_related("pair"), pk=pk)
    try:
        step(meeting, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, said)
    return redirect("pair", pk=meeting.pair_id)


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.cancel, _("The meeting was cancelled."))


@login_required
@require_POST
def meeting_held(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, actions.hold, _("Good that you met."))


@login_required
@require_POST
def meeting_not_held(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, undoing.not_held, _("Taken back. You can tell it when you have met."))


@login_required
@require_GET
def meeting_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as a calendar file, for phones and installations without mail."""
    person = person_of(request)
    meeting = get_or_404(meetings_seen(person), pk=pk)
    people = set(meeting.pair.members.filter(left_at=None).values_list("person_id", flat=True))
    online = None
    if person.pk in people:
        online = OnlineMeeting.objects.filter(meeting=meeting).first()
    else:
        record_read(person, people, AccessEntry.What.MEETINGS)
    discreet = "discreet" in request.GET or own_calendar_of(person).discreet
    text = ics(meeting, [], "PUBLISH", discreet=discreet, online=online)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="oppipari-{meeting.pk}.ics"'
    return response


@login_required
@never_cache
@require_GET
def round_meetings(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor's page: what waits for a yes, then what is agreed."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    lines = queries.of_round(round_)
    record_read(
        person, {m.person_id for line in lines for m in line.meeting.pair.members.all()}, AccessEntry.What.MEETINGS
    )
    now = timezone.now()
    bad = {m.pk for m in rosters.unfit([x.meeting for x in lines if x.meeting.starts_at > now and x.live])}
    waiting = queries.waiting(round_, lines, bad)
    unfit = [x for x in lines if x.meeting.pk in bad]
    counted = queries.counts(round_)
    return render(
        request,
        "meetings/round.html",
        {
            "round": round_,
            "begin": beginning.next_step(round_),
            "rules": problem.rules_of(round_),
            "roster_until": rosters.covered_until([p.pk for p in rosters.roster_people(round_.unit)]),
            "unfit": bad,
            "unfit_told": queries.reach_of_lines(unfit),
            "counts": counted,
            "so_far": {"held": counted["held"], "past": counted["past"]},
            "running": round_.state in RUNNING,
            "waiting": waiting,
            "with_the_pair": queries.with_the_pair(lines),
            "early": sum(x.early for x in waiting),
            "clear": [x for x in waiting if not x.remarks],
            "agreed": [x for x in lines if x.meeting.state == Meeting.State.AGREED and x.meeting.starts_at > now],
        },
    )


@login_required
@require_POST
def meeting_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to one proposed meeting of the round, or to all."""
    person = person_of(request)
    round_ = get_or_404(rounds_supervised(person), pk=pk)
    shown = [text.partition(":") for text in request.POST.getlist("seen")]
    seen = {number_in(pk): number_in(version) for pk, _colon, version in shown}
    one = request.POST.get("meeting", "")
    ids = [number_in(one)] if one else list(seen)
    count = actions.agree(round_, person, ids, seen=seen)
    asked = queries.with_a_yes(round_, ids)
    if agreed := count - asked if count > asked else 0:
        text = ngettext("%(count)d meeting was agreed.", "%(count)d meetings were agreed.", agreed)
        messages.success(request, text % {"count": agreed})
    if asked and count:
        text = ngettext(
            "Your approval is kept for %(count)d meeting. It is agreed as soon as the time suits those who meet.",
            "Your approval is kept for %(count)d meetings. They are agreed as soon as the times suit those who meet.",
            asked,
        )
        messages.success(request, text % {"count": asked})
    if queries.still_waiting(round_, ids):
        messages.info(request, _("A meeting was changed in between. Look at its new time before you agree."))
    return redirect("round_meetings", pk=pk)


@login_required
@require_POST
def meeting_turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor's no to a meeting, proposed or agreed: the pair looks for another time."""
    round_ = get_or_404(rounds_supervised(person_of(request)), pk=pk)
    which, _colon, version = request.POST.get("seen", "").partition(":")
    try:
        if actions.turn_down(round_, person_of(request), number_in(which), number_in(version)):
            messages.success(request, _("The meeting is off. They can propose another time."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("round_meetings", pk=pk)
