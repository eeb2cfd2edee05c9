"""The supervisor's pages: the board, publishing, the overview, new pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person
from oppipari.organisation.reach import reach_of
from oppipari.organisation.web import is_htmx, number_in, person_of
from oppipari.pairs import actions
from oppipari.pairs.access import pairs_supervised
from oppipari.pairs.constraints import PEOPLE, Edit
from oppipari.pairs.models import Pair
from oppipari.pairs.mornings import next_morning
from oppipari.pairs.names import by_name
from oppipari.pairs.queries import board as boards
from oppipari.pairs.queries import living, reforming
from oppipari.pairs.queries.board import Where
from oppipari.pairs.queries.counted import counted_of, counted_sizes
from oppipari.pairs.queries.on_their_way import letters_leave
from oppipari.pairs.queries.people import FIELDS, MOST_OFFERED, found, pickers
from oppipari.pairs.queries.suggesting import run_of
from oppipari.pairs.queries.to_tell import is_news, to_tell
from oppipari.rounds import queries as rounds
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import RUNNING, Round

State = Round.State


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)


def _version(request: HttpRequest) -> int:
    return number_in(request.POST.get("version", ""))


def _numbers(texts: list[str]) -> list[int]:
    """Sign-up ids of a form; what is no number falls away (the action says how many people are needed)."""
    return [int(t) for t in texts if t.isdecimal() and len(t) < 10]


def _where(data: QueryDict) -> Where:
    """The part of a large board that is looked at; the forms carry it along, so that one stays where one is."""
    page = _numbers([data.get("page", "")])
    return Where(" ".join(data.get("find", "").split())[:120], page[0] if page else 1)


def _chosen(round_: Round, data: QueryDict) -> list[int]:
    """The people chosen in the lists or by name, in the order of the fields; DomainError for an unclear name."""
    fields = pickers(by_name(rounds.named_taking_part(round_)), data)
    for field in fields:
        if field.unclear:
            raise DomainError(field.unclear, field="people")
    return [f.chosen for f in fields if f.chosen is not None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a press is answered, one thing at a time; `undo` and `redo` offer that beside it.

    `heard` is only told to screen readers: it stands at the top of the board, where the press was made.
    """

    text: str
    tone: str = "info"
    heard: bool = False
    undo: bool = False
    redo: bool = False


# What an address says was done just now, with the board's version, so that an old address says nothing.
DONE, UNDONE = "done", "undone"


def _of_step(view: boards.BoardView, said: str) -> _Answer | None:
    """The answer to a step that was taken just now."""
    if said == UNDONE and view.undone:
        return _Answer(_("Undone: %(what)s") % {"what": view.undone}, redo=True)
    if said and view.change:
        return _Answer(view.change, "success", heard=not view.by_hand, undo=view.can_undo)
    return None


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    status: int = 200,
    chosen: QueryDict | None = None,
    problem: str = "",
    price: str = "",
    said: str = "",
) -> HttpResponse:
    """The board, or only its changing part for a page that has it already."""
    where = _where(request.POST if request.method == "POST" else request.GET)
    view = boards.board_of(round_, where)
    record_read(person_of(request), view.person_ids, AccessEntry.What.SIGN_UP)
    fields = pickers(view.people, chosen if chosen is not None else request.GET)
    word, _dot, version = request.GET.get("said", "").partition(".")
    if version == str(view.version):
        said = said or word
    answer = _Answer(problem, "danger") if problem else _Answer(price) if price else _of_step(view, said)
    context = {"round": round_, "board": view, "pickers": fields, "answer": answer}
    return render(request, "pairs/board.html" + ("#live" if is_htmx(request) else ""), context, status=status)


@login_required
@never_cache
@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairing board; after publishing, the pairs with their goals."""
    round_ = _round(request, pk)
    if round_.state in (State.SIGN_UP, State.PAIRING):
        return _show(request, round_)
    pairs, waiting = living.overview(round_)
    ended = living.just_ended(round_)
    people = [pk for pair in pairs for pk in pair.member_ids] + [pk for pair in ended for pk in pair.member_ids]
    reader = person_of(request)
    record_read(reader, people, AccessEntry.What.PAIR)
    record_read(reader, [pk for pair in pairs if pair.goals for pk in pair.member_ids], AccessEntry.What.GOALS)
    context = {
        "round": round_,
        "pairs": pairs,
        "ended": ended,
        "ended_counted": counted_sizes(len(pair.member_ids) for pair in ended),
        "waiting": waiting,
        "running": round_.state in RUNNING,
        "needed": living.needs_new_pair(round_),
        "by_hand": len(to_tell(round_, reader)),
        "leaves": letters_leave(round_),
        "news": is_news(round_),
    }
    return render(request, "pairs/overview.html", context)


def _asked(round_: Round, data: QueryDict) -> tuple[Edit, list[int]]:
    """The change a button stands for ("lock 12 45"), its people on the button or in the fields."""
    word, *ids = data.get("edit", "").split()
    what = Edit(word)
    if not PEOPLE[what]:
        return what, []
    return what, _numbers(ids) if ids else _chosen(round_, data)[: PEOPLE[what]]


@login_required
@require_POST
def board_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggest, or make one change; answers at once with what it costs."""
    round_ = _round(request, pk)
    person = person_of(request)
    try:
        what, people = _asked(round_, request.POST)
        if what in (Edit.SUGGEST, Edit.REFRESH):
            actions.ask_for_suggestion(round_, person)
        else:
            actions.edit(round_, person, _version(request), what, people)
    except ValueError:
        return _show(request, round_, problem=_("This change is not known. Try again."), status=400)
    except DomainError as error:
        return _show(request, round_, problem=str(error.message), chosen=request.POST)
    return _answer(request, round_, DONE, people)


def _answer(request: HttpRequest, round_: Round, said: str, people: Sequence[int] = ()) -> HttpResponse:
    """The board with what was done; without scripts the page opens where the first of `people` is now."""
    if is_htmx(request):
        return _show(request, round_, said=said)
    where, version = _where(request.POST), boards.version_of(round_)
    parts = {"find": where.find, "page": where.page if where.page > 1 else "", "said": f"{said}.{version}"}
    query = urlencode({k: v for k, v in parts.items() if v})
    return redirect(f"{reverse('board', args=[round_.pk])}?{query}#{f'of-{people[0]}' if people else 'board'}")


@login_required
@never_cache
@require_GET
def board_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the suggestion is, asked by the waiting page again and again; the whole board once it is over."""
    round_ = _round(request, pk)
    if not is_htmx(request):
        return redirect("board", pk=pk)
    run = run_of(round_)
    if run is not None and run.going:
        return render(request, "pairs/parts/run.html", {"round": round_, "run": run})
    response = _show(request, round_, said="" if run is not None else DONE)
    response["HX-Retarget"] = "#board"
    response["HX-Reswap"] = "outerMorph"
    return response


@login_required
@never_cache
@require_GET
def board_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Names to choose from while one writes one: the people of the round in whose name the words are."""
    round_ = _round(request, pk)
    text = next((request.GET[f"{name}_name"] for name in FIELDS if request.GET.get(f"{name}_name")), "")
    people = found(text[:120], by_name(rounds.named_taking_part(round_)))[:MOST_OFFERED]
    return render(request, "pairs/parts/people.html", {"people": people})


def _step(request: HttpRequest, pk: int, step: Callable[..., Any], said: str) -> HttpResponse:
    round_ = _round(request, pk)
    try:
        step(round_, person_of(request), _version(request))
    except DomainError as error:
        return _show(request, round_, problem=str(error.message))
    return _answer(request, round_, said)


@login_required
@require_POST
def board_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to the state before the latest change."""
    return _step(request, pk, actions.undo, UNDONE)


@login_required
@require_POST
def board_redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an undo."""
    return _step(request, pk, actions.redo, DONE)


@login_required
@require_POST
def board_price(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would cost to make two people a pair; nothing is changed."""
    round_ = _round(request, pk)
    try:
        a, b = ([*_chosen(round_, request.POST), 0, 0])[:2]
        answer = actions.price(round_, person_of(request), a, b)
    except DomainError as error:
        return _show(request, round_, problem=str(error.message), chosen=request.POST)
    return _show(request, round_, price=boards.price_in_words(answer, round_, a, b), chosen=request.POST)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def board_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more at what will be published, then publish it."""
    round_ = _round(request, pk)
    person = person_of(request)
    problem = ""
    if request.method == "POST":
        try:
            published = actions.publish_pairs(round_, person, _version(request))
        except DomainError as error:
            problem = str(error.message)
        else:
            made = counted_of(Pair.objects.filter(pk__in=[pair.pk for pair in published]))
            messages.success(request, _("Published: %(pairs)s.") % {"pairs": made})
            return redirect("board", pk=pk)
    if round_.state != State.PAIRING:
        return redirect("board", pk=pk)
    view = boards.board_of(round_, whole=True)
    if view.proposal is None or view.outdated or view.to_decide:
        return redirect("board", pk=pk)
    record_read(person, view.person_ids, AccessEntry.What.SIGN_UP)
    placed = [m.pk for card in view.cards for m in card.members]
    reach = reach_of(Person.objects.filter(sign_ups__in=placed))
    context = {
        "round": round_,
        "board": view,
        "problem": problem,
        "reach": reach,
        "joined": [s.person.name for s in rounds.joined_by_supervisors(round_) if s.pk in placed],
    }
    return render(request, "pairs/publish.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_reform(request: HttpRequest, pk: int) -> HttpResponse:
    """Form new pairs of those who are free after publishing."""
    round_ = _round(request, pk)
    person = person_of(request)
    if round_.state not in RUNNING:
        return redirect("board", pk=pk)
    if request.method == "POST":
        groups = [_numbers(text.split()) for text in request.POST.getlist("pair")]
        try:
            made = actions.form_new_pairs(round_, person, groups)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("pair_reform", pk=pk)
        if not groups:
            messages.error(request, _("Choose at least one pair."))
            return redirect("pair_reform", pk=pk)
        if made:
            text = ngettext("%(count)d new pair was published.", "%(count)d new pairs were published.", len(made))
            messages.success(request, text % {"count": len(made)})
        return redirect("board", pk=pk)
    view = reforming.reform(round_)
    record_read(person, view.person_ids, AccessEntry.What.SIGN_UP)
    offered = [pk for pair in view.pairs for pk in _numbers(pair.ids.split())]
    reach = reach_of(Person.objects.filter(sign_ups__in=offered))
    return render(request, "pairs/reform.html", {"round": round_, "reform": view, "reach": reach})


@login_required
@require_POST
def pair_join(request: HttpRequest, pk: int) -> HttpResponse:
    """A free person joins a pair, which becomes a trio."""
    round_ = _round(request, pk)
    numbers = _numbers(request.POST.get("join", "").split())
    if len(numbers) == 2:
        pair = get_or_404(pairs_supervised(person_of(request)).filter(round=round_), pk=numbers[0])
        try:
            trio = actions.join_pair(pair, person_of(request), numbers[1])
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            people = [m.person for m in trio.members.filter(left_at=None).select_related("person")]
            told = reach_of(people, [f"pair_published:{trio.pk}:"]).was_told
            messages.success(request, " ".join([_("The trio was published."), told]))
    return redirect("pair_reform", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pair_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor dissolves a pair, after having been asked whether to."""
    pair = get_or_404(pairs_supervised(person_of(request)).select_related("round__unit"), pk=pk)
    stays = "stay" in request.POST
    if request.method == "POST":
        try:
            actions.dissolve(pair, person_of(request), stays=stays)
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            ends = _("Their meetings end on the next working morning. Until then you can take it back.")
            messages.success(request, _("Taken back: they go on meeting.") if stays else ends)
        return redirect("board", pk=pair.round_id)
    names = [str(m.person) for m in pair.members.filter(left_at=None).select_related("person")]
    if not names:
        return redirect("board", pk=pair.round_id)
    context = {"round": pair.round, "pair": pair, "ends": pair.ends_on or next_morning(timezone.now())}
    return render(request, "pairs/dissolve.html", {**context, "names": boards.joined(names)})
