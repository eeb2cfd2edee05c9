"""Opening and closing the questionnaire, answering it, writing down conclusions, closing the round."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import disclosure
from oppipari.evaluation.items import items, open_items
from oppipari.evaluation.models import AnswerSheet, Conclusion, OpenAnswer, Questionnaire, Ticket
from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.actions import forget_closed
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round

State = Questionnaire.State
TEXT_LENGTH = 600
CONCLUSION_LENGTH = 280


def _may_run(round_: Round, by: Person) -> None:
    if not access.supervises(by, round_.unit_id):
        raise DomainError(_("Only the unit's supervisor can do this."))


@transaction.atomic
def open_questionnaire(round_: Round, by: Person, closes: date | None = None) -> Questionnaire:
    """Open the questionnaire to everyone who is in a pair; opening twice opens once."""
    _may_run(round_, by)
    if closes is not None and closes < timezone.localdate():
        raise DomainError(_("The day has already passed. Choose a coming day."), field="closes")
    rounds.start_evaluation(round_, by)
    made, new = Questionnaire.objects.get_or_create(round=round_, defaults={"closes": closes})
    if not new:
        return made
    places = PairMember.objects.filter(pair__round=round_, left_at=None).select_related("person")
    people = {p.person_id: p.person for p in places}
    Ticket.objects.bulk_create([Ticket(questionnaire=made, person=p) for p in people.values()])
    for person in people.values():
        send(
            to=person.email or "",
            kind="questionnaire_open",
            language=person.language,
            context={"url": link(reverse("answer", args=[made.pk]))},
            key=f"questionnaire_open:{made.pk}:{person.pk}",
        )
    return made


@transaction.atomic
def answer(
    questionnaire: Questionnaire, by: Person, values: Mapping[str, int | None], texts: Mapping[str, str]
) -> None:
    """Store one set of answers without person, time or order, and mark the ticket used, in one transaction.

    Raises DomainError when the questionnaire is closed, the ticket is used, or an answer is outside the scale.
    """
    fresh = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    ticket = Ticket.objects.select_for_update().filter(questionnaire=fresh, person=by).first()
    if ticket is None:
        raise DomainError(_("This questionnaire is for those who were in a pair."))
    if fresh.state == State.CLOSED:
        raise DomainError(
            _(
                "The questionnaire has closed. Thank you all the same: you can tell your thoughts when you evaluate together."
            )
        )
    if ticket.used:
        raise DomainError(_("You have answered already. Nobody can see what, so it cannot be changed either."))
    clean = {item.key: values.get(item.key) for item in items()}
    if any(v is not None and v not in (1, 2, 3, 4, 5) for v in clean.values()):
        raise DomainError(_("Choose from the scale."))
    long = next((k for k, t in texts.items() if len(t) > TEXT_LENGTH), "")
    if long:
        raise DomainError(_("The text is longer than 600 characters. Say it shorter."), field=long)
    if any(v is not None for v in clean.values()):
        AnswerSheet.objects.create(questionnaire=fresh, values=clean)
    for item in open_items():
        # Free text, but not a place for invisible characters that could mark a writer.
        text = one_line(texts.get(item.key, ""))
        if text:
            OpenAnswer.objects.create(questionnaire=fresh, item=item.key, text=text)
    ticket.used = True
    ticket.save(update_fields=["used"])


@transaction.atomic
def close_questionnaire(questionnaire: Questionnaire, by: Person) -> Questionnaire:
    """Close once: figures are released as `disclosure` allows and frozen, and the answers are deleted."""
    fresh = Questionnaire.objects.select_for_update().select_related("round").get(pk=questionnaire.pk)
    _may_run(fresh.round, by)
    if fresh.state == State.CLOSED:
        return fresh
    sheets = list(fresh.sheets.values_list("values", flat=True))
    released: dict[str, Any] = disclosure.release(sheets, [i.key for i in items()]).to_dict()
    rng = random.SystemRandom()
    released["texts"] = {
        item.key: disclosure.release_texts(
            list(fresh.open_answers.filter(item=item.key).values_list("text", flat=True)), len(sheets), rng
        )
        for item in open_items()
    }
    fresh.released, fresh.state, fresh.closed_on = released, State.CLOSED, timezone.localdate()
    fresh.save()
    fresh.sheets.all().delete()
    fresh.open_answers.all().delete()
    # Who answered is nobody's business either, once it has kept anyone from answering twice.
    fresh.tickets.all().delete()
    return fresh


@transaction.atomic
def add_conclusion(round_: Round, by: Person, kind: str, text: str) -> Conclusion:
    """Write down one conclusion; the same text twice is one."""
    _may_run(round_, by)
    if round_.state == Round.State.CLOSED:
        raise DomainError(_("The round is closed, so its conclusions stay as they are."))
    clean = one_line(text)
    if kind not in Conclusion.Kind.values or not clean:
        raise DomainError(_("Write the conclusion first."), field="text")
    if len(clean) > CONCLUSION_LENGTH:
        raise DomainError(_("A conclusion has at most 280 characters. Say it shorter."), field="text")
    made, _new = Conclusion.objects.get_or_create(
        round=round_, kind=kind, text=clean, defaults={"position": round_.conclusions.filter(kind=kind).count()}
    )
    return made


@transaction.atomic
def remove_conclusion(round_: Round, by: Person, pk: int) -> None:
    _may_run(round_, by)
    if round_.state != Round.State.CLOSED:
        Conclusion.objects.filter(round=round_, pk=pk).delete()


@transaction.atomic
def close_round(round_: Round, by: Person) -> Round:
    """Close the round: its result stays to be read, and everyone in a pair is told. Closing twice closes once."""
    _may_run(round_, by)
    questionnaire = Questionnaire.objects.filter(round=round_).first()
    if questionnaire is None or questionnaire.state != State.CLOSED:
        raise DomainError(_("Close the questionnaire first; then the round can be closed."))
    if round_.state == Round.State.CLOSED:
        return round_
    fresh = rounds.close_round(round_, by)
    forget_closed(fresh)
    places = PairMember.objects.filter(pair__round=round_, left_at=None).select_related("person")
    for person in {p.person_id: p.person for p in places}.values():
        send(
            to=person.email or "",
            kind="round_closed",
            language=person.language,
            context={"url": link(reverse("round_closing", args=[round_.pk]))},
            key=f"round_closed:{round_.pk}:{person.pk}",
        )
    return fresh
