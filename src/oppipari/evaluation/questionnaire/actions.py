"""Asking, answering and closing: at the start and at the end of a round."""

import logging
import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import disclosure
from oppipari.evaluation.access import may_edit_questions, must_supervise
from oppipari.evaluation.items import END, START, Questions
from oppipari.evaluation.questionnaire import boxes
from oppipari.evaluation.questionnaire.keys import KeyMissing
from oppipari.evaluation.questionnaire.models import Asked, Box, Questionnaire, QuestionSet, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import current_set, questions_of, store
from oppipari.evaluation.questionnaire.sealing import Unreadable
from oppipari.evaluation.questionnaire.words import plain_text
from oppipari.evaluation.side_by_side import keys_beside
from oppipari.messages.actions import link, send
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp

State = Asked.State
TEXT_LENGTH = 600
# Under these nothing could ever be shown, so it is not asked for in vain (rules 3 and 6 of docs/confidentiality.md).
FEWEST_FOR_FIGURES = disclosure.Rules().least_for_mean
FEWEST_FOR_TEXTS = disclosure.Rules().least_for_texts
SIGNING_UP = (Round.State.SIGN_UP, Round.State.PAIRING)

log = logging.getLogger(__name__)


class TooLate(DomainError):
    """The questionnaire has closed."""


class AnsweredAlready(DomainError):
    """The person's token is spent."""


def people_asked(round_: Round) -> list[Person]:
    """Everyone who was in a pair of the round, also where it ended early: what they would say counts as much."""
    places = PairMember.objects.filter(pair__round=round_).select_related("person").order_by("person_id")
    return list({p.person_id: p.person for p in places}.values())


def keys_asked(round_: Round) -> list[int]:
    """The keys of those people; none once the pairs have been forgotten."""
    return list(PairMember.objects.filter(pair__round=round_).values_list("person_id", flat=True).distinct())


def how_many_asked(round_: Round) -> int:
    """How many people there are to ask at the end."""
    return PairMember.objects.filter(pair__round=round_).values("person_id").distinct().count()


# -- the end ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_questionnaire(round_: Round, by: Person, closes: date | None = None) -> Questionnaire:
    """Open the questionnaire to everyone who was in a pair; opening twice opens once.

    From now on its words stay as they are. Raises DomainError when `by` does not supervise the unit or `closes` is past.
    """
    must_supervise(round_, by)
    if closes is not None and closes < timezone.localdate():
        raise DomainError(_("The day has already passed. Choose a coming day."), field="closes")
    rounds.start_evaluation(round_, by)
    there = Questionnaire.objects.filter(round=round_).first()
    if there is not None:
        return there
    words = current_set(round_.unit.organisation)
    made = Questionnaire.objects.create(round=round_, closes=closes, questions=words, box=boxes.make_box())
    _tell(made, "open")
    return made


def _tell(questionnaire: Questionnaire, when: str) -> None:
    for person in people_asked(questionnaire.round):
        send(
            to=person.email or "",
            kind="questionnaire_open",
            language=person.language,
            context={"url": link(reverse("answer", args=[questionnaire.pk]))},
            key=f"questionnaire_{when}:{questionnaire.pk}:{person.pk}",
        )


@transaction.atomic
def go_without(round_: Round, by: Person) -> Questionnaire:
    """Evaluate together without a questionnaire, as where so few were in pairs that no figure could be shown."""
    must_supervise(round_, by)
    rounds.start_evaluation(round_, by)
    there = Questionnaire.objects.filter(round=round_).first()
    if there is not None:
        return there
    words = current_set(round_.unit.organisation)
    nothing = _release(boxes.Contents(), questions_of(words), END) | {"without": True}
    return Questionnaire.objects.create(
        round=round_, questions=words, state=State.CLOSED, released=nothing, closed_on=timezone.localdate()
    )


@transaction.atomic
def answer(
    questionnaire: Questionnaire, by: Person, values: Mapping[str, int | None], texts: Mapping[str, str]
) -> None:
    """Put one person's answers into the box, without person, time or order, and spend their one-time token.

    Nothing else is written, so nothing in the database is of the same moment. Raises TooLate when it is closed,
    AnsweredAlready when the token is spent, DomainError when an answer is outside the scale or too long, or by somebody
    who was in no pair.
    """
    fresh = Questionnaire.objects.select_for_update(of=("self",)).select_related("questions").get(pk=questionnaire.pk)
    if not PairMember.objects.filter(pair__round_id=fresh.round_id, person=by).exists():
        raise DomainError(_("This questionnaire is for those who were in a pair."))
    if not fresh.is_open:
        raise TooLate(
            _(
                "The questionnaire has closed. Thank you all the same: you can tell your thoughts when you evaluate together."
            )
        )
    asked = questions_of(fresh.questions)
    # Measured as it is kept: a line break is one space then.
    written = {i.key: plain_text(texts.get(i.key, "")) for i in asked.open_items()}
    long = next((k for k, t in written.items() if len(t) > TEXT_LENGTH), "")
    if long:
        raise DomainError(_("The text is longer than 600 characters. Say it shorter."), field=long)
    if how_many_asked(fresh.round) < FEWEST_FOR_TEXTS:
        written = {}
    _drop_in(fresh, by, {i.key: values.get(i.key) for i in asked.items(END)}, written)


def _held_box(fresh: Asked) -> Box | None:
    """The box of an open questionnaire, held for this transaction; None where it is gone."""
    return Box.objects.select_for_update().filter(pk=fresh.box_id or 0).first()


def _drop_in(fresh: Asked, by: Person, values: Mapping[str, int | None], texts: Mapping[str, str]) -> None:
    if any(v is not None and v not in boxes.SCALE for v in values.values()):
        raise DomainError(_("Choose from the scale."))
    box = _held_box(fresh)
    try:
        if box is None:
            raise KeyMissing("the box is gone")
        put = boxes.drop_in(box, by.pk, values, texts)
    except (KeyMissing, Unreadable) as error:
        log.error("A questionnaire's secret is not in ANSWER_KEYS; see docs/questionnaire.md")
        raise DomainError(
            _("Answers cannot be taken just now. Nothing is wrong with yours: please tell your supervisor.")
        ) from error
    if not put:
        raise AnsweredAlready(
            _("You have answered already. Nobody can see what, so it cannot be changed either."),
        )


@transaction.atomic
def close_questionnaire(questionnaire: Questionnaire, by: Person) -> Questionnaire:
    """Close once: figures are released as `disclosure` allows and frozen, and the answers are destroyed."""
    fresh = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    must_supervise(fresh.round, by)
    if fresh.is_open:
        _close(fresh, END)
        fresh.released = {**(fresh.released or {}), "beside_start": _beside_start(fresh)}
        fresh.save(update_fields=["released"])
    return fresh


def _beside_start(end: Questionnaire) -> list[str]:
    """The statements whose figures of the start and the end may be laid side by side; decided once."""
    for pk in StartQuestions.objects.filter(round=end.round, state=State.OPEN).values_list("pk", flat=True):
        _settle(pk)
    start = StartQuestions.objects.filter(round=end.round).first()
    if start is None or not start.released or not end.released:
        return []
    # Also those who withdrew later: they could have answered.
    signed = SignUp.objects.filter(round=end.round).exclude(confirmed_at=None).values_list("person_id", flat=True)
    return keys_beside(start.released, end.released, (set(signed), set(keys_asked(end.round))))


def _close(fresh: Asked, when: str) -> None:
    box = _held_box(fresh)
    try:
        contents = boxes.look_into(box) if box is not None else None
    except (KeyMissing, Unreadable):
        contents = None
    if contents is None:
        log.error("A questionnaire was closed without its secret: its answers are lost")
        contents = boxes.Contents()
    fresh.released = _release(contents, questions_of(fresh.questions), when)
    fresh.state, fresh.closed_on = State.CLOSED, timezone.localdate()
    fresh.save()
    if box is not None:
        boxes.empty(box)
        transaction.on_commit(boxes.forget, robust=True)


def _release(contents: boxes.Contents, asked: Questions, when: str) -> dict[str, Any]:
    keys = [i.key for i in asked.items(when)]
    released: dict[str, Any] = disclosure.release(contents.columns(keys), keys).to_dict()
    rng = random.SystemRandom()
    open_items = asked.open_items() if when == END else []
    released["texts"] = {
        i.key: disclosure.release_texts(contents.texts.get(i.key, []), contents.respondents, rng) for i in open_items
    }
    released["questions"] = dict(asked.content)
    return released


@transaction.atomic
def ask_anew(questionnaire: Questionnaire, by: Person) -> Questionnaire:
    """Start an open questionnaire anew whose answers cannot be read any more, and tell everyone once.

    So it is after a backup without the secrets was brought back. Raises DomainError where the answers can be read.
    """
    fresh = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    must_supervise(fresh.round, by)
    old = fresh.box
    if not fresh.is_open or (old is not None and boxes.can_be_read(old)):
        raise DomainError(_("The answers are all there, so nothing needs to be asked anew."))
    fresh.box = boxes.make_box()
    fresh.save(update_fields=["box"])
    if old is not None:
        boxes.empty(old)
        transaction.on_commit(boxes.forget, robust=True)
    _tell(fresh, f"anew_{fresh.box.handle[:8]}")
    return fresh


# -- the start --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_start(round_: Round, by: Person, values: Mapping[str, int | None], number: int) -> None:
    """Answer the questions at sign-up, asked in the words of the organisation's version `number`.

    The first answer opens them. Raises TooLate when pairs are published, AnsweredAlready, StaleEdit when the questions
    were changed in between, DomainError when `by` has not signed up.
    """
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
    if asked is None:
        asked = StartQuestions.objects.create(round=held, questions=words, box=boxes.make_box())
    _drop_in(asked, by, {i.key: values.get(i.key) for i in questions_of(words).items(START)}, {})


def settle_start_questions() -> int:
    """Close the start questions of rounds whose pairs are published; returns how many closed."""
    due = StartQuestions.objects.filter(state=State.OPEN).exclude(round__state__in=SIGNING_UP)
    return sum(_settled(pk) for pk in list(due.values_list("pk", flat=True)))


def _settled(pk: int) -> bool:
    try:
        return _settle(pk)
    except Exception:  # one round's trouble must not keep the others, nor the rest of the housekeeping, waiting
        log.exception("start questions could not be closed; it is tried again")
        return False


@transaction.atomic
def _settle(pk: int) -> bool:
    fresh = StartQuestions.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.OPEN).first()
    if fresh is None:
        return False
    _close(fresh, START)
    return True


# -- the questions themselves -----------------------------------------------------------------------------------------


def change_questions(by: Person, content: dict[str, Any] | None, seen: int | None = None) -> QuestionSet:
    """Ask these (as `files.read` gave them) from now on, or ours again for None; what is open keeps its words.

    `seen` is the number of the version that `by` had before them. Raises DomainError when `by` may not, StaleEdit when
    somebody else has changed the questions since.
    """
    if not may_edit_questions(by):
        raise DomainError(_("Only the coordinator can change the questions."))
    return store(by.organisation, content, seen)


def housekeep() -> None:
    """What the worker does every ten minutes: close the start questions, destroy secrets whose time is over."""
    settle_start_questions()
    boxes.forget()
