"""The six steps of a round: where it is, and which are done. A tick says that something happened, not that its time came."""

from dataclasses import dataclass

from oppipari.insights.queries import published_of
from oppipari.organisation.models import Person
from oppipari.pairs.queries import have_met, left_to_tell
from oppipari.rounds.models import Round
from oppipari.rounds.queries import has_been_told

State = Round.State
TELL, SIGN_UP, PAIRS, MEETINGS, INSIGHTS, EVALUATION = range(1, 7)
BEFORE = {State.SIGN_UP: TELL, State.PAIRING: SIGN_UP}


@dataclass(frozen=True, slots=True)
class Steps:
    """`now` is the step that comes next, 7 for a closed round; `done` those that have happened; `begun` can be opened."""

    now: int
    done: frozenset[int]
    begun: frozenset[int]


def steps_of(round_: Round, by: Person | None = None) -> Steps:
    """Where a round is, as `by` who runs it sees it; eight queries at most.

    Pairs are formed when they are published, and their step is over when `by` has told of them those whom no message
    reaches, as far as it can be known.
    """
    state = State(round_.state)
    if state in BEFORE:
        done = set(range(1, BEFORE[state] + 1))
        if state == State.SIGN_UP and not has_been_told(round_):
            done = set()
        now = max(done, default=0) + 1
        return Steps(now, frozenset(done), frozenset({*done, now, SIGN_UP}))
    done = {TELL, SIGN_UP, PAIRS}
    # Ideas come at any time, so the step is over only when the pairs' meetings are.
    if state != State.MEETING and published_of(round_):
        done.add(INSIGHTS)
    if have_met(round_):
        done.add(MEETINGS)
    if state == State.CLOSED:
        done.add(EVALUATION)
    elif by is not None and state == State.MEETING and left_to_tell(round_, by):
        done.remove(PAIRS)
        return Steps(PAIRS, frozenset(done), frozenset(range(1, 7)))
    now = 7 if state == State.CLOSED else EVALUATION if state == State.EVALUATING or MEETINGS in done else MEETINGS
    return Steps(now, frozenset(done), frozenset(range(1, 7)))
