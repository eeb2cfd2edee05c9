"""The joint session on the big screen: agenda, results, and the three columns that are filled in live."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.evaluation.before_closing import before_closing
from oppipari.evaluation.benefits.queries import results_of, start_and_end_of
from oppipari.evaluation.queries import questionnaire_of
from oppipari.evaluation.together import actions, queries
from oppipari.evaluation.together.forms import EditForm, LineForm
from oppipari.evaluation.together.models import Conclusion
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, is_htmx, number_in, person_of
from oppipari.personal_data_hints import Hint, find_hints
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import Round

WRITING = ("add", "save")
ACTS = (*WRITING, "remove", "up", "down", "hang", "take_down")


def _round(request: HttpRequest, pk: int) -> Round:
    return get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)


def _page(request: HttpRequest, round_: Round, view: str, part: str = "", **more: Any) -> HttpResponse:
    """One of the session's pages; of it only `part` (such as "#columns") where the page changes in place."""
    begun = round_.state in (Round.State.EVALUATING, Round.State.CLOSED)
    context = {"round": round_, "view": view, "begun": begun, "closed": round_.state == Round.State.CLOSED, **more}
    return render(request, f"evaluation/together/{view}.html{part}", context)


@login_required
@never_cache
@require_GET
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with its times."""
    round_ = _round(request, pk)
    return _page(request, round_, "agenda", clock=queries.clock(round_))


@login_required
@require_POST
def together_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the clock, or (`again`) start it anew."""
    round_ = _round(request, pk)
    try:
        actions.start(round_, person_of(request), again="again" in request.POST)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("together", pk=pk)


@login_required
@never_cache
@require_GET
def together_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Released figures and open answers, large."""
    round_ = _round(request, pk)
    results = results_of(round_)
    return _page(
        request,
        round_,
        "results",
        questionnaire=questionnaire_of(round_),
        results=results,
        start_and_end=start_and_end_of(round_),
    )


@dataclass
class _Said:
    """What the columns answer to a post: at a form, at a line, or for all."""

    kind: str = ""
    add_form: LineForm | None = None
    line: int = 0
    edit_form: EditForm | None = None
    removed: Conclusion | None = None
    told: str = ""
    # What was noticed in the words that were just written or hung: shown once, and kept nowhere.
    noticed: list[Hint] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)


def _not_stored(request: HttpRequest, round_: Round) -> list[str]:
    """What was written and is in no line: given back where the page has no field for it."""
    there = {c.text for c in Conclusion.objects.filter(round=round_)}
    written = dict.fromkeys(t.strip() for t in request.POST.getlist("text"))
    return [t for t in written if t and actions.plain(t) not in there]


def _say_at_the_text(given: Any, said: _Said, error: DomainError, *, there: bool) -> None:
    """Say `error` where the words are: at their line, in their column's own field, or (no such column) above all."""
    if there and given.get("act") != "add":
        said.edit_form = EditForm(given, place=f"line-{said.line}")
        add_domain_error(said.edit_form, error)
    elif said.kind in Conclusion.Kind.values:
        # The words of a line that is gone are not: they wait in the column's own field.
        said.add_form, said.typed = LineForm(given, place=said.kind), []
        add_domain_error(said.add_form, DomainError(error.message, "text"))
    else:
        said.told = str(error.message)


def _act(request: HttpRequest, round_: Round) -> _Said:
    """Do what was pressed; what went wrong is said where it was typed."""
    by, given = person_of(request), request.POST
    act, pk = given.get("act", ""), number_in(given.get("line", ""))
    text, kind, stamp = given.get("text", ""), given.get("kind", ""), given.get("stamp", "")
    said = _Said(kind=kind, line=pk)
    try:
        if act == "add":
            said.noticed = find_hints(actions.add(round_, by, kind, text).text)
        elif act == "save":
            said.noticed = find_hints(actions.save(round_, by, pk, stamp, kind, text).text)
            said.line = 0
        elif act == "remove":
            said.removed = actions.remove(round_, by, pk, stamp)
        elif act in ("up", "down"):
            actions.move(round_, by, pk, up=act == "up")
        elif act in ("hang", "take_down"):
            hung = actions.hang(round_, by, pk, up=act == "hang")
            said.noticed = find_hints(hung.text) if act == "hang" else []
        else:
            raise DomainError(_("What should be done with this did not come along. Press the button once more."))
    except DomainError as error:
        # Somebody may have closed the round since it was read: then the page has no field left.
        round_.refresh_from_db(fields=["state"])
        there = Conclusion.objects.filter(round=round_, pk=pk).exists()
        if round_.state == Round.State.CLOSED or act not in ACTS or (act in WRITING and not there):
            said.typed = _not_stored(request, round_)
        if round_.state == Round.State.CLOSED:
            said.told = "" if said.typed else str(error.message)
        elif act in WRITING or said.typed:
            _say_at_the_text(given, said, error, there=there)
        else:
            said.told = str(error.message)
    return said


def _columns(round_: Round, said: _Said) -> list[dict[str, Any]]:
    """The columns as shown: each line with its edit form, each column with a form for the next line."""
    shown = []
    for column in queries.columns(round_):
        mine = said.add_form if said.kind == column.kind else None
        shown.append(
            {
                "kind": column.kind,
                "name": column.name,
                "form": mine or LineForm(place=column.kind),
                "lines": [
                    {
                        "line": line,
                        "open": line.pk == said.line,
                        "form": (said.edit_form if line.pk == said.line else None)
                        or EditForm(initial={"text": line.text, "kind": line.kind}, place=f"line-{line.pk}"),
                        "trial": queries.trial_address(line, round_.unit_id),
                        "first": number == 0,
                        "last": number == len(column.lines) - 1,
                    }
                    for number, line in enumerate(column.lines)
                ],
            }
        )
    return shown


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def together_conclusions(request: HttpRequest, pk: int) -> HttpResponse:
    """The three columns. A post does one thing; with scripts it is answered with the columns alone."""
    round_ = _round(request, pk)
    said = _act(request, round_) if request.method == "POST" else _Said()
    wrong = bool(said.told) or said.add_form is not None or said.edit_form is not None or bool(said.typed)
    done = not wrong and said.removed is None and not said.noticed
    if request.method == "POST" and done and not is_htmx(request):
        return redirect("together_conclusions", pk=pk)
    return _page(
        request,
        round_,
        "conclusions",
        "#columns" if is_htmx(request) else "",
        columns=_columns(round_, said),
        said=said,
        can_close=queries.can_close(round_),
        first=before_closing(round_),
    )
