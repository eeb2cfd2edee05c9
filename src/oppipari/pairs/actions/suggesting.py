"""A suggestion worked out by the worker: asked for once, told about on the way, laid on a board that did not change."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from oppipari import pairing
from oppipari.organisation.logs import log_without_words
from oppipari.organisation.models import Person
from oppipari.organisation.runs import Stopped, Teller
from oppipari.pairs import problem
from oppipari.pairs.actions.forming import forming, store, suggest
from oppipari.pairs.constraints import Constraints, Edit
from oppipari.pairs.models import Board, Proposal, SuggestionRun
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round, SignUp

log = logging.getLogger(__name__)
# From this many sign-ups on the suggestion is worked out in the worker; up to it the page answers at once.
IN_WORKER_FROM = 500
# The worker may raise the floor for longer than a page may.
TIME_LIMIT = 300.0
# Codes of failures that are not the engine's own.
TOO_FEW = "too_few"
UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Work:
    """What a run works on, as it was when the worker began."""

    run_id: int
    round: Round
    board_version: int
    sign_ups: Sequence[SignUp]
    constraints: Constraints
    stay: pairing.Plan | None

    @property
    def edit(self) -> Edit:
        return Edit.SUGGEST if self.stay is None else Edit.REFRESH


@transaction.atomic
def ask_for_suggestion(round_: Round, by: Person) -> SuggestionRun | None:
    """Suggest the pairs, or bring them up to date: at once, or for many people by asking the worker.

    Returns the run that works it out, or None when the suggestion is on the board. Asking again while it runs changes
    nothing; a run that failed, or of which nothing was heard for some minutes, is started anew. Raises DomainError as
    `suggest` does.
    """
    fresh, board = forming(round_, by)
    people = rounds.named_taking_part(fresh)
    runs = SuggestionRun.objects.select_for_update(of=("self",)).filter(board=board)
    if len(people) < IN_WORKER_FROM:
        runs.delete()
        suggest(fresh, by)
        return None
    if board.current is not None and board.current.change.get("basis") == problem.basis(people):
        return None
    run = runs.first()
    if run is not None and run.unfinished and not run.is_silent(timezone.now()):
        return run
    runs.delete()
    run = SuggestionRun.objects.create(board=board, asked_by=by)
    from oppipari.pairs.tasks import work_out

    # In the same transaction as the row: neither exists without the other, also after a crash.
    work_out.enqueue(run.pk)
    return run


def work_out_suggestion(run_id: int) -> None:
    """Work a run out from start to end; what happens is told in its row, and nothing is raised."""
    try:
        work = _begin(run_id)
        if work is not None:
            _finish(work, _solve(work))
    except Stopped:
        pass
    except pairing.PairingError as error:
        _fail(run_id, error.code, {k: str(v) for k, v in error.params.items()})
    except _TooFew:
        _fail(run_id, TOO_FEW)
    except Exception as error:
        log_without_words(log, "could not work out a suggestion", error)
        _fail(run_id, UNEXPECTED)


class _TooFew(Exception):
    """Fewer than two people take part by now."""


def _held(run_id: int) -> tuple[Round, Board, SuggestionRun] | None:
    """The run with its round and board, held in the order in which all actions hold them; None when it is gone."""
    seen = SuggestionRun.objects.select_related("board").filter(pk=run_id).first()
    if seen is None:
        return None
    round_ = Round.objects.select_for_update(of=("self",)).select_related("unit").get(pk=seen.board.round_id)
    board = Board.objects.select_for_update(of=("self",)).select_related("current").get(pk=seen.board_id)
    run = SuggestionRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        return None
    if round_.state != Round.State.PAIRING:
        # Sign-up was opened again: who asks after closing it gets a suggestion for those who take part then.
        run.delete()
        return None
    return round_, board, run


@transaction.atomic
def _begin(run_id: int) -> Work | None:
    """Take the run up and read what it works on; None when it is gone or another worker has it."""
    held = _held(run_id)
    if held is None or held[2].state != SuggestionRun.State.WAITING:
        return None
    round_, board, run = held
    run.state, run.step, run.told_at = SuggestionRun.State.WORKING, "reading", timezone.now()
    run.save(update_fields=["state", "step", "told_at"])
    sign_ups = rounds.taking_part(round_)
    if board.current is None:
        constraints, stay = Constraints(), None
    else:
        constraints = Constraints.from_dict(board.current.constraints, (s.pk for s in sign_ups))
        stay = pairing.Plan.from_dict(board.current.plan)
    return Work(run_id, round_, board.version, sign_ups, constraints, stay)


def _solve(work: Work) -> pairing.Plan:
    if len(work.sign_ups) < 2:
        raise _TooFew
    mine = SuggestionRun.objects.filter(pk=work.run_id, state=SuggestionRun.State.WORKING)
    tell = Teller(mine, step_in="step")
    tell("reading", 0.0)
    engine = problem.build(work.round, work.sign_ups, work.constraints)
    plan = pairing.solve(engine, odd=pairing.Odd.WAIT, stay=work.stay, time_limit=TIME_LIMIT, progress=tell)
    tell("done", 1.0)
    return plan


@transaction.atomic
def _finish(work: Work, plan: pairing.Plan) -> Proposal | None:
    """Lay the result on the board, unless the board was changed meanwhile; then what the supervisor did stays.

    When only sign-ups changed meanwhile, the suggestion is shown: it rests on those it started from, and the board
    says that it can be brought up to date.
    """
    held = _held(work.run_id)
    if held is None or held[2].state != SuggestionRun.State.WORKING:
        return None
    _round, board, run = held
    if board.version != work.board_version:
        run.state = SuggestionRun.State.OVERTAKEN
        run.save(update_fields=["state"])
        return None
    run.delete()
    change: dict[str, object] = {"edit": str(work.edit), "people": [], "basis": problem.basis(work.sign_ups)}
    return store(board, run.asked_by, work.constraints, plan, change)


def _fail(run_id: int, code: str, params: dict[str, str] | None = None) -> None:
    mine = SuggestionRun.objects.filter(pk=run_id, state__in=SuggestionRun.UNFINISHED)
    mine.update(state=SuggestionRun.State.FAILED, failure={"code": code, "params": params or {}})
