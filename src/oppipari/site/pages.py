"""The pages that gather from every app: a person's own page, a round's page, a pair's page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

import oppipari.evaluation.queries as evaluation
import oppipari.insights.queries as insights
import oppipari.meetings.queries as meetings
import oppipari.pairs.queries as pairs
import oppipari.rounds.queries as rounds
from oppipari.meetings.actions import note_seen
from oppipari.organisation import access
from oppipari.organisation import queries as organisation
from oppipari.organisation.models import Person
from oppipari.organisation.queries import units_of_member, units_supervised
from oppipari.organisation.todo import Todo
from oppipari.organisation.web import person_of
from oppipari.pairs.access import pairs_of
from oppipari.rounds.access import rounds_joined, rounds_supervised
from oppipari.rounds.models import Round

APPS = (rounds, pairs, meetings, insights, evaluation)


def _sorted(todos: list[Todo]) -> list[Todo]:
    return sorted(todos, key=lambda t: t.order)


def _next(todos: list[Todo], above: set[str]) -> Todo | None:
    """The one next thing of a round that does not stand above already; what waits comes before what is good to know."""
    left = [todo for todo in todos if todo.url not in above]
    return next((todo for todo in left if todo.waits), left[0] if left else None)


def todos_for_person(person: Person) -> list[Todo]:
    """All that waits for `person` as a participant, and what is good to know; the nearest first."""
    return _sorted([todo for app in (organisation, *APPS) for todo in app.todos_for_person(person)])


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """All that waits for the supervisor `person` in `round_`, and what is good to know of it; the nearest first."""
    return _sorted([todo for app in APPS for todo in app.todos_for_round(round_, person)])


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A person's own first page: what waits, their pairs, their rounds."""
    person = person_of(request)
    if access.is_administrator(person) and person.email is None:
        return redirect("set_up")
    supervised = list(rounds_supervised(person).select_related("unit")[:50])
    joined = list(rounds_joined(person).select_related("unit"))
    my_pairs = pairs.pairs_for_home(person)
    coming = meetings.next_meetings([item.pair for item in my_pairs])
    walls = list(units_of_member(person))
    closed = evaluation.latest_closed([unit.pk for unit in walls])
    told = todos_for_person(person)
    above = {todo.url for todo in told}
    return render(
        request,
        "site/home.html",
        {
            "todos": [todo for todo in told if todo.waits],
            "news": [todo for todo in told if not todo.waits],
            "pairs": [(item, coming.get(item.pair.pk)) for item in my_pairs],
            "joined": joined,
            "resting": pairs.resting(person),
            "supervised": [(r, _next(todos_for_round(r, person), above)) for r in supervised[:6]],
            "more_rounds": len(supervised) > 6,
            "units": list(units_supervised(person)),
            "may_set_domains": access.may_set_domains(person),
            "first": rounds.comes_first(person),
            "walls": [(unit, closed.get(unit.pk)) for unit in walls],
        },
    )


@login_required
@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A round for its supervisor: where it is, the one next thing to do, what waits."""
    person = person_of(request)
    round_ = access.get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    todos = todos_for_round(round_, person)
    parts = [(app.__name__.split(".")[1], app.round_part(round_)) for app in APPS]
    waits = [todo for todo in todos if todo.waits]
    context: dict[str, object] = {"round": round_, "next": waits[0] if waits else None, "todos": waits[1:]}
    context["news"] = [todo for todo in todos if not todo.waits]
    context["parts"] = [(f"{name}/parts/round.html", part) for name, part in parts if part]
    context["today"] = timezone.localdate()
    return render(request, "site/round.html", context)


@login_required
@require_GET
def pair_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A pair's page for its members: the partner, the next meeting, goals, insights; one button for each thing."""
    person = person_of(request)
    pair = access.get_or_404(pairs_of(person).select_related("round__unit"), pk=pk)
    # Not noted in the log of who looked: a partner sees this page all the time, and the days would tell who of the two
    # came by while both were asked something in private.
    note_seen(pair, person)
    found = {app.__name__.split(".")[1]: app.pair_part(pair, person) for app in APPS if hasattr(app, "pair_part")}
    own, met = found["pairs"], found["meetings"]
    # A new pair first reads who the partner is; after that the next meeting is what one comes for.
    fresh = bool(own.get("asks_fine"))
    who, meet, rest = ("pairs", "who"), ("meetings", "pair"), [("pairs", "pair"), ("insights", "pair")]
    order = [who, meet, *rest, ("evaluation", "pair")] if fresh else [("evaluation", "pair"), meet, who, *rest]
    if own.get("ask_goals"):
        order.insert(order.index(meet), ("pairs", "goals"))
    if own.get("meeting") and own.get("ends_on"):
        order.insert(0, ("pairs", "wished"))
    return render(
        request,
        "site/pair.html",
        {
            "pair": pair,
            "round": pair.round,
            "trio": own.get("trio"),
            # What would help is asked once, not once more in small print below.
            "few": met.get("few"),
            # One thing on the page is the first to do; where it is a meeting's, the others step back.
            "asks": met.get("asks"),
            "parts": [(f"{app}/parts/{name}.html", found[app]) for app, name in order if found[app]],
        },
    )
