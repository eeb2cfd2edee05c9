"""What came of a round, asked of all apps: those above answer the signal, since none of them may know the others."""

from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from oppipari.rounds.models import Round

# sender=Round, round=the Round; a receiver returns a list of `Brought`.
what_came = Signal()


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that the whole unit may read, or (with `count`) how many there were of something.

    `kind` is "insight", "trial" or "meetings"; `note` says more in a few words, `url` is where to read on.
    """

    kind: str
    text: str = ""
    note: str = ""
    url: str = ""
    count: int = 0


def brought(round_: Round) -> list[Brought]:
    """All that came of `round_`, as the apps tell it."""
    answers: list[tuple[Any, Any]] = what_came.send(sender=Round, round=round_)
    return [told for _receiver, answer in answers for told in answer]
