"""Changing what is asked."""

from typing import Any

from django.utils.translation import gettext as _

from oppipari.evaluation.access import may_edit_questions
from oppipari.evaluation.questionnaire.models import QuestionSet
from oppipari.evaluation.questionnaire.question_sets import store
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person


def change_questions(by: Person, content: dict[str, Any] | None, seen: int | None = None) -> QuestionSet:
    """Ask these (as `files.read` gave them) from now on, or ours again for None; what is open keeps its words.

    `seen` is the number of the version that `by` had before them. Raises DomainError when `by` may not, StaleEdit when
    somebody else has changed the questions since.
    """
    if not may_edit_questions(by):
        raise DomainError(_("Only the coordinator can change the questions."))
    return store(by.organisation, content, seen)
