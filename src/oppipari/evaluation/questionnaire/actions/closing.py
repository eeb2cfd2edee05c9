"""Closing a questionnaire once and for all, and what becomes of boxes and keys that nobody needs."""

import logging
import random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import disclosure
from oppipari.evaluation.items import END, Questions
from oppipari.evaluation.questionnaire import boxes, canary, keys
from oppipari.evaluation.questionnaire.actions.asked import how_many_asked
from oppipari.evaluation.questionnaire.actions.taking import opened_box
from oppipari.evaluation.questionnaire.keys import KeyMissing
from oppipari.evaluation.questionnaire.models import Asked, Box, EndedBox, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import questions_of
from oppipari.evaluation.questionnaire.sealing import Unreadable
from oppipari.organisation import confirmed
from oppipari.organisation.deleted import forget_deleted
from oppipari.organisation.errors import DomainError
from oppipari.rounds.models import Round

State = Asked.State
log = logging.getLogger(__name__)


class CannotBeRead(DomainError):
    """The answers cannot be read here, so the questionnaire is not closed, and the box stays as it is."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The questionnaire was not closed: its answers cannot be read here, because their key is missing or does "
                "not fit. Nothing was changed. Please tell whoever looks after this installation."
            )
        )


def close(fresh: Asked, file: keys.KeyFile | None, when: str) -> None:
    """Release what was answered and take the box away (inside the caller's transaction); `forget` then ends its key."""
    try:
        opened = opened_box(fresh, file)
    except (KeyMissing, Unreadable) as error:
        log.error(
            "A questionnaire was not closed: its key is missing or does not fit (%s); %s",
            type(error).__name__,
            canary.HELP,
        )
        raise CannotBeRead from error
    released = release(opened.contents, questions_of(fresh.questions), when)
    fresh.released = released | _who_was_asked(fresh, opened.contents, when)
    fresh.state, fresh.closed_on = State.CLOSED, timezone.localdate()
    fresh.box = None
    fresh.save()
    opened.box.delete()


def forget(file: keys.KeyFile | None) -> None:
    """Destroy the key of a box that is gone, now that its end is in the database, and empty the log of its versions.

    Should the service die before, the housekeeping does it.
    """
    if file is not None:
        file.destroy()
    forget_deleted()


def release(contents: boxes.Contents, asked: Questions, when: str) -> dict[str, Any]:
    keys = [i.key for i in asked.items(when)]
    released: dict[str, Any] = disclosure.release(contents.columns(keys), keys).to_dict()
    rng = random.SystemRandom()
    open_items = asked.open_items() if when == END else []
    released["texts"] = {}
    for item in open_items:
        shown = disclosure.release_texts(contents.texts.get(item.key, []), contents.respondents, rng)
        if shown:  # there are enough without those who do not count, so theirs can stand among them
            shown += contents.other_texts.get(item.key, [])
            rng.shuffle(shown)
        released["texts"][item.key] = shown
    released["questions"] = dict(asked.content)
    return released


def _who_was_asked(fresh: Asked, contents: boxes.Contents, when: str) -> dict[str, Any]:
    """How many were asked, and whether everybody in the figures had confirmed an address; said beside them."""
    round_: Round = fresh.round  # type: ignore[attr-defined]
    checked = confirmed.are_checked() and contents.checked == contents.respondents
    return {"asked": how_many_asked(round_, when), "confirmed_only": checked}


def can_be_read(fresh: Asked, file: keys.KeyFile | None) -> bool:
    try:
        opened_box(fresh, file)
    except (KeyMissing, Unreadable):
        return False
    return True


def forget_strays() -> int:
    """Destroy the keys of boxes that are gone, and boxes that no questionnaire has; returns how many keys.

    Whoever holds such a key does it, as long as the database is the one that the keys go with.
    """
    if canary.sight() is not canary.Sight.ALL:
        return 0
    ends = Questionnaire.objects.exclude(box=None).values("box_id")
    starts = StartQuestions.objects.exclude(box=None).values("box_id")
    Box.objects.exclude(pk__in=ends).exclude(pk__in=starts).delete()
    destroyed = keys.destroy_ended(lambda handle: EndedBox.objects.filter(handle=handle).exists())
    if destroyed:
        log.warning("%s keys of questionnaires that have ended were destroyed", destroyed)
    return destroyed
