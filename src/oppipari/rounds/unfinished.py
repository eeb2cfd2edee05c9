"""What is still going on in a round when its supervisor is about to close it, asked of all apps as `brought` is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.rounds.models import Round, SignUp

# sender=Round, round=the Round; a receiver returns a list of `Unfinished`.
what_is_open = Signal()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One thing that is still open, as numbers and days and never by name, and what becomes of it at the closing.

    `day` stands in the text as `%(day)s`; pages write it in the reader's way.
    `action` and `url` lead to what the supervisor can do about it before, where there is anything.
    """

    text: str
    order: int
    day: date | None = None
    action: str = ""
    url: str = ""


def unfinished(round_: Round) -> list[Unfinished]:
    """All that is open in `round_`, as the apps tell it, and who still waits to be known."""
    answers: list[tuple[Any, Any]] = what_is_open.send(sender=Round, round=round_)
    told = [one for _receiver, answer in answers for one in answer]
    return sorted([*_unknown(round_), *told], key=lambda u: u.order)


def _unknown(round_: Round) -> list[Unfinished]:
    if not (count := SignUp.objects.active().filter(round=round_, confirmed_at=None).count()):
        return []
    text = ngettext(
        "%(count)d sign-up waits for you to say whether you know the person. After the closing it cannot be confirmed.",
        "%(count)d sign-ups wait for you to say whether you know these people. After the closing they cannot be confirmed.",
        count,
    )
    url = reverse("round_sign_ups", args=[round_.pk])
    return [Unfinished(text % {"count": count}, 3, None, _("Look at the sign-ups"), url)]
