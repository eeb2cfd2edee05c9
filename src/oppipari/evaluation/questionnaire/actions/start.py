"""The questions at sign-up: answering them, and closing them when pairs are published."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from oppipari.evaluation.items import START
from oppipari.evaluation.questionnaire import boxes, canary
from oppipari.evaluation.questionnaire.actions.asked import SIGNING_UP
from oppipari.evaluation.questionnaire.actions.closing import close, forget
from oppipari.evaluation.questionnaire.actions.taking import TooLate, drop_in, key_file_of
from oppipari.evaluation.questionnaire.models import Asked, QuestionSet, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import current_set, questions_of
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp

State = Asked.State


def answer_start(round_: Round, by: Person, values: Mapping[str, int | None], number: int) -> None:
    """Answer the questions at sign-up, asked in the words of the organisation's version `number`.

    The first answer opens them. Raises TooLate when pairs are published, AnsweredAlready, StaleEdit when the questions
    were changed in between, DomainError when `by` has not signed up.
    """
    with key_file_of(_open_start(round_, by, number)) as file:
        with transaction.atomic(durable=True):
            asked, words = _start_asked(round_, by, number)
            if asked is None:
                raise TooLate(_("The pairs are published, so these questions have closed. Thank you all the same."))
            given = {i.key: values.get(i.key) for i in questions_of(words).items(START)}
            opened = drop_in(asked, file, by, given, {})
        opened.count()


def _open_start(round_: Round, by: Person, number: int) -> StartQuestions:
    """The start questions of the round, opened if nobody has answered yet."""
    there = StartQuestions.objects.filter(round=round_).first()
    if there is not None:
        return there
    with boxes.new_box() as box, transaction.atomic(durable=True):
        asked, words = _start_asked(round_, by, number)
        if asked is not None:
            return asked
        canary.require()
        box.save(force_insert=True)
        return StartQuestions.objects.create(round=round_, questions=words, box=box)


def _start_asked(round_: Round, by: Person, number: int) -> tuple[StartQuestions | None, QuestionSet]:
    """The start questions and their words, for `by`, who may answer them (inside the caller's transaction)."""
    # Held, so that two first answers make one box, and none falls in while pairs are published.
    held = Round.objects.select_for_update(of=("self",)).select_related("unit__organisation").get(pk=round_.pk)
    if not SignUp.objects.taking_part().filter(round=held, person=by).exists():
        raise DomainError(_("These questions are for those who have signed up."))
    asked = StartQuestions.objects.select_related("questions").filter(round=held).first()
    if held.state not in SIGNING_UP or (asked is not None and not asked.is_open):
        raise TooLate(_("The pairs are published, so these questions have closed. Thank you all the same."))
    words = asked.questions if asked is not None else current_set(held.unit.organisation)
    if words is None or words.number != number:
        raise StaleEdit(_("The questions were changed in between. Look at them once more and send again."))
    return asked, words


def settle_start_questions() -> int:
    """Close the start questions of rounds whose pairs are published; returns how many closed."""
    due = StartQuestions.objects.filter(state=State.OPEN).exclude(round__state__in=SIGNING_UP)
    return for_each(list(due.values_list("pk", flat=True)), settle_or_wait, "close start questions")


def settle_or_wait(pk: int) -> bool:
    try:
        return _settle(pk)
    except DomainError:  # not here, or not yet; said in the log already
        return False


def _settle(pk: int) -> bool:
    asked = StartQuestions.objects.filter(pk=pk).first()
    if asked is None:
        return False
    with key_file_of(asked) as file:
        with transaction.atomic(durable=True):
            fresh = StartQuestions.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.OPEN).first()
            if fresh is None:
                return False
            close(fresh, file, START)
        forget(file)
    return True
