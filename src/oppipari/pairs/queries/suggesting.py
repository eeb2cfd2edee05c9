"""How far a suggestion is that the worker works out, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from oppipari import pairing
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.actions.suggesting import TOO_FEW, UNEXPECTED
from oppipari.pairs.models import SuggestionRun
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round

# A worker looks for work every second: what it has not taken up after this long waits for something.
TAKEN_UP_WITHIN = timedelta(seconds=15)
# A task that is said to be running for longer than this has died with its worker.
LONGEST_TASK = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as the board tells it: `going` is refreshed by itself; `again` offers to start it anew."""

    sentence: str
    going: bool = False
    again: bool = False
    percent: int | None = None
    tone: str = "info"


def run_of(round_: Round, names: Mapping[int, str] | None = None) -> RunView | None:
    """The run of a round's board, or None where nothing is worked out; `names` by sign-up id where they are known."""
    run = SuggestionRun.objects.filter(board__round=round_).first()
    if run is None:
        return None
    now = timezone.now()
    if run.state == SuggestionRun.State.FAILED:
        known = names if names is not None else {s.pk: s.name for s in rounds.named_taking_part(round_)}
        return RunView(_failure(run, known), again=True, tone="danger")
    if run.state == SuggestionRun.State.OVERTAKEN:
        return RunView(
            _(
                "The board was changed while a suggestion was being worked out. The change stays as it was made, and "
                "the suggestion was not laid over it."
            )
        )
    if run.state == SuggestionRun.State.WORKING:
        if not run.is_silent(now):
            return RunView(_step(run.step), going=True, percent=run.percent)
        return RunView(
            _(
                "Nothing has been heard of the suggestion for some minutes: the background worker may have stopped. "
                "Nothing is lost. Start it anew."
            ),
            going=True,
            again=True,
            tone="warning",
        )
    if now - run.asked_at < TAKEN_UP_WITHIN:
        return RunView(_("Waiting for its turn."), going=True, percent=0)
    if _worker_is_busy():
        return RunView(_("Waiting for its turn: another suggestion is being worked out first."), going=True, percent=0)
    return RunView(
        _(
            "Nobody has taken this up yet: the background worker does not seem to be running. Tell the one who looks "
            "after this installation: the worker starts together with the service, or alone with the command "
            "oppipari worker. This begins by itself when it runs."
        ),
        going=True,
        again=run.is_silent(now),
        tone="warning",
    )


def _worker_is_busy() -> bool:
    from oppipari.pairs.tasks import QUEUE

    since = timezone.now() - LONGEST_TASK
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gt=since)
    return running.filter(queue_name=QUEUE).exists()


def _step(step: str) -> str:
    """What the engine is doing; a step that is not known yet is told as work."""
    sentences = {
        "reading": _("Reading what people told when they signed up."),
        "pairs": _("Looking for as many pairs as possible."),
        "floor": _("Making the weakest pair as good as it can be."),
        "total": _("Looking for the pairs in which all together learn most."),
        "done": _("Writing down the suggestion and its proof."),
    }
    return sentences.get(step, _("Working out the pairs."))


def _failure(run: SuggestionRun, names: Mapping[int, str]) -> str:
    """Why there is no suggestion, in the reader's language."""
    code, params = run.failure.get("code", UNEXPECTED), run.failure.get("params", {})
    if code == TOO_FEW:
        return _("Pairs need at least two people who take part.")
    if code == UNEXPECTED:
        return _(
            "The suggestion could not be worked out because of an error in Oppipari. Try again; if it happens again, "
            "tell the one who looks after this installation."
        )
    error = pairing.PairingError(**params)
    error.code = code
    return words.error(error, {str(pk): name for pk, name in names.items()}, problem.language())
