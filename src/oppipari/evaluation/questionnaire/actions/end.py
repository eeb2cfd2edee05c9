"""The questionnaire at the end of a round: opening, answering, closing, asking once more."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.evaluation.items import END
from oppipari.evaluation.questionnaire import boxes, canary, keys
from oppipari.evaluation.questionnaire.actions.asked import (
    FEWEST_FOR_TEXTS,
    TEXT_LENGTH,
    how_many_asked,
    keys_asked,
    people_asked,
)
from oppipari.evaluation.questionnaire.actions.closing import can_be_read, close, forget, release
from oppipari.evaluation.questionnaire.actions.start import settle_or_wait
from oppipari.evaluation.questionnaire.actions.taking import TooLate, drop_in, key_file_of
from oppipari.evaluation.questionnaire.models import Asked, Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import current_set, questions_of
from oppipari.evaluation.questionnaire.words import plain_text
from oppipari.evaluation.side_by_side import keys_beside
from oppipari.messages.actions import link, send
from oppipari.organisation import access, confirmed
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.naming import about

State = Asked.State


def open_questionnaire(round_: Round, by: Person, closes: date | None = None) -> Questionnaire:
    """Open the questionnaire to everyone who was in a pair; opening twice opens once.

    From now on its words stay as they are. Raises DomainError when `by` does not supervise the unit or `closes` is past,
    SecretsElsewhere where this process does not see the secrets.
    """
    access.must_supervise(by, round_.unit_id)
    if closes is not None and closes < timezone.localdate():
        raise DomainError(_("The day has already passed. Choose a coming day."), field="closes")
    canary.require()
    with boxes.new_box() as box, transaction.atomic(durable=True):
        rounds.start_evaluation(round_, by)
        there = Questionnaire.objects.filter(round=round_).first()
        if there is not None:
            return there
        box.save(force_insert=True)
        words = current_set(round_.unit.organisation)
        made = Questionnaire.objects.create(round=round_, closes=closes, questions=words, box=box)
        _tell(made, "open")
    return made


def key_start(questionnaire: Questionnaire, when: str = "open") -> str:
    """How the keys of the letters begin that ask to answer, of the first time or of a later one."""
    return f"questionnaire_{when}:{questionnaire.pk}:"


def of_box(box: Box) -> str:
    """Which time it is, where all are asked once more."""
    return f"anew_{box.handle[:8]}"


def _tell(questionnaire: Questionnaire, when: str) -> None:
    for person in people_asked(questionnaire.round):
        send(
            to=person.email or "",
            kind="questionnaire_open",
            language=person.language,
            context={"url": link(reverse("answer", args=[questionnaire.pk])), **about(person, questionnaire.round)},
            key=f"{key_start(questionnaire, when)}{person.pk}",
        )


@transaction.atomic
def go_without(round_: Round, by: Person) -> Questionnaire:
    """Evaluate together without a questionnaire, as where so few were in pairs that no figure could be shown."""
    access.must_supervise(by, round_.unit_id)
    rounds.start_evaluation(round_, by)
    there = Questionnaire.objects.filter(round=round_).first()
    if there is not None:
        return there
    words = current_set(round_.unit.organisation)
    nothing = release(boxes.Contents(), questions_of(words), END) | {"without": True}
    return Questionnaire.objects.create(
        round=round_, questions=words, state=State.CLOSED, released=nothing, closed_on=timezone.localdate()
    )


def answer(
    questionnaire: Questionnaire, by: Person, values: Mapping[str, int | None], texts: Mapping[str, str]
) -> None:
    """Put one person's answers into the box, without person, time or order, and spend their one-time token.

    Nothing else is written, so nothing in the database is of the same moment. Raises TooLate when it is closed,
    AnsweredAlready when the token is spent, DomainError when an answer is outside the scale or too long, or by somebody
    who was in no pair.
    """
    with key_file_of(questionnaire) as file:
        with transaction.atomic(durable=True):
            opened = _answered(questionnaire, by, values, texts, file)
        opened.count()


def _answered(
    questionnaire: Questionnaire,
    by: Person,
    values: Mapping[str, int | None],
    texts: Mapping[str, str],
    file: keys.KeyFile | None,
) -> boxes.OpenBox:
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
    return drop_in(fresh, file, by, {i.key: values.get(i.key) for i in asked.items(END)}, written)


def close_questionnaire(questionnaire: Questionnaire, by: Person) -> Questionnaire:
    """Close once: figures are released as `disclosure` allows and frozen, and the answers are destroyed.

    Raises CannotBeRead, and changes nothing, where this process cannot read the answers.
    """
    access.must_supervise(by, questionnaire.round.unit_id)
    for pk in StartQuestions.objects.filter(round=questionnaire.round_id, state=State.OPEN).values_list(
        "pk", flat=True
    ):
        settle_or_wait(pk)
    with key_file_of(questionnaire) as file:
        with transaction.atomic(durable=True):
            fresh = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
            access.must_supervise(by, fresh.round.unit_id)
            if not fresh.is_open:
                return fresh
            close(fresh, file, END)
            fresh.released = {**(fresh.released or {}), "beside_start": _beside_start(fresh)}
            fresh.save(update_fields=["released"])
        forget(file)
    return fresh


def _beside_start(end: Questionnaire) -> list[str]:
    """The statements whose figures of the start and the end may be laid side by side; decided once."""
    start = StartQuestions.objects.filter(round=end.round).first()
    if start is None or not start.released or not end.released:
        return []
    # Also those who withdrew later: they could have answered.
    signed = SignUp.objects.filter(confirmed.who_count("person__"), round=end.round).exclude(confirmed_at=None)
    return keys_beside(
        start.released, end.released, (set(signed.values_list("person_id", flat=True)), set(keys_asked(end.round)))
    )


def ask_anew(questionnaire: Questionnaire, by: Person, *, sure: bool = False) -> Questionnaire:
    """Start an open questionnaire anew whose answers cannot be read here, and tell everyone once.

    So it is after a backup without the keys was brought back. The box may hold answers that could be read where its key
    is, so it goes only with `sure`. Raises NotSure without it, SecretsElsewhere where this process does not see the
    secrets, DomainError where the answers can be read.
    """
    access.must_supervise(by, questionnaire.round.unit_id)
    canary.require()
    with key_file_of(questionnaire) as file:
        with boxes.new_box() as box, transaction.atomic(durable=True):
            fresh = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
            access.must_supervise(by, fresh.round.unit_id)
            if not fresh.is_open or can_be_read(fresh, file):
                raise DomainError(_("The answers are all there, so nothing needs to be asked anew."))
            old = fresh.box
            if old is not None and not sure:
                raise NotSure(
                    _("There may be answers in the box. Say that they may be destroyed, or leave it as it is.")
                )
            box.save(force_insert=True)
            fresh.box = box
            fresh.save(update_fields=["box"])
            if old is not None:
                old.delete()
            _tell(fresh, of_box(box))
        forget(file)
    return fresh


class NotSure(DomainError):
    """What would be destroyed has to be confirmed first."""
