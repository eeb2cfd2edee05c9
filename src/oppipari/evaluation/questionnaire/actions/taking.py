"""Taking an answer: with the key of the box in hand, for the end and the start alike."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from django.utils.translation import gettext as _

from oppipari.evaluation.questionnaire import boxes, canary, keys
from oppipari.evaluation.questionnaire.keys import KeyMissing
from oppipari.evaluation.questionnaire.models import Asked, Box
from oppipari.evaluation.questionnaire.sealing import Unreadable
from oppipari.organisation import confirmed
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person

log = logging.getLogger(__name__)


class TooLate(DomainError):
    """The questionnaire has closed."""


class AnsweredAlready(DomainError):
    """The person's token is spent."""


@contextmanager
def key_file_of(asked: Asked) -> Iterator[keys.KeyFile | None]:
    """The key file of an open questionnaire's box, for this block alone; None where the box or its key is gone.

    Entered before the transaction and left after it: what is committed counts only with the key that is written then.
    """
    handle = Box.objects.filter(pk=asked.box_id or 0).values_list("handle", flat=True).first()
    with ExitStack() as stack:
        file = None
        if handle is not None:
            with suppress(KeyMissing):
                file = stack.enter_context(keys.held(handle))
        yield file


def opened_box(fresh: Asked, file: keys.KeyFile | None) -> boxes.OpenBox:
    """The box of an open questionnaire. Raises KeyMissing, Unreadable, and SecretsElsewhere."""
    canary.require()
    box = Box.objects.select_for_update().filter(pk=fresh.box_id or 0).first()
    if box is None or file is None or file.handle != box.handle:
        raise KeyMissing("the box or its key is gone")
    return boxes.OpenBox(box, file)


def drop_in(
    fresh: Asked,
    file: keys.KeyFile | None,
    by: Person,
    values: Mapping[str, int | None],
    texts: Mapping[str, str],
) -> boxes.OpenBox:
    if any(v is not None and v not in boxes.SCALE for v in values.values()):
        raise DomainError(_("Choose from the scale."))
    try:
        opened = opened_box(fresh, file)
    except (KeyMissing, Unreadable, canary.SecretsElsewhere) as error:
        log.error("An answer could not be taken (%s); %s", type(error).__name__, canary.HELP)
        raise DomainError(
            _("Answers cannot be taken just now. Nothing is wrong with yours: please tell your supervisor.")
        ) from error
    if not opened.drop_in(by.pk, values, texts, counts=confirmed.counts(by), checked=confirmed.are_checked()):
        raise AnsweredAlready(
            _("You have answered already. Nobody can see what, so it cannot be changed either."),
        )
    return opened
