"""Versions of an organisation's questions: ours as they come with the program, or its own."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.evaluation.items import Questions, ours
from oppipari.evaluation.questionnaire.models import QuestionSet
from oppipari.organisation.errors import StaleEdit
from oppipari.organisation.models import Organisation


def questions_of(made: QuestionSet | None) -> Questions:
    """The questions of a version; ours for None."""
    return ours() if made is None else Questions(made.content)


def latest(organisation: Organisation) -> QuestionSet | None:
    """The organisation's newest version, if it has any."""
    return QuestionSet.objects.filter(organisation=organisation).order_by("-number").first()


def versions(organisation: Organisation) -> list[QuestionSet]:
    """All versions, the newest first."""
    return list(QuestionSet.objects.filter(organisation=organisation))


def of_number(organisation: Organisation, number: int) -> QuestionSet | None:
    return QuestionSet.objects.filter(organisation=organisation, number=number).first()


def asked_next(organisation: Organisation) -> Questions:
    """What the next questionnaire would ask; nothing is stored by asking this."""
    newest = latest(organisation)
    return questions_of(newest) if newest is not None and newest.is_own else ours()


def number_next(organisation: Organisation) -> int:
    """The number that `current_set` would have."""
    newest = latest(organisation)
    if newest is None:
        return 1
    return newest.number if newest.is_own or newest.content == ours().content else newest.number + 1


@transaction.atomic
def current_set(organisation: Organisation) -> QuestionSet:
    """The version that is asked from now on; where ours came with the program, or changed with it, it gets a number."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    newest = latest(organisation)
    if newest is not None and (newest.is_own or newest.content == ours().content):
        return newest
    return _next(organisation, dict(ours().content), is_own=False)


@transaction.atomic
def store(organisation: Organisation, content: dict[str, Any] | None, seen: int | None = None) -> QuestionSet:
    """Make `content` (checked before) the next version, or ours again for None; the same as now makes none.

    Raises StaleEdit when the newest version is not `seen` any more (0: there was none).
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    newest = latest(organisation)
    wanted = dict(ours().content) if content is None else content
    if newest is not None and newest.content == wanted and newest.is_own == (content is not None):
        return newest
    if seen is not None and seen != (newest.number if newest else 0):
        raise StaleEdit(
            _("Somebody changed the questions in between. Look at them as they are now, and choose the file again.")
        )
    return _next(organisation, wanted, is_own=content is not None)


def _next(organisation: Organisation, content: dict[str, Any], *, is_own: bool) -> QuestionSet:
    newest = latest(organisation)
    return QuestionSet.objects.create(
        organisation=organisation,
        number=newest.number + 1 if newest else 1,
        content=content,
        is_own=is_own,
        made_on=timezone.localdate(),
    )
