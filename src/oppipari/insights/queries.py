"""What pages read of insights."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari.insights.models import Insight
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.todo import Todo
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

State = Insight.State


def wall(unit: Unit) -> list[Insight]:
    """The unit's published insights, newest first."""
    return list(Insight.objects.filter(unit=unit, state=State.PUBLISHED))


def of_round(round_: Round) -> list[Insight]:
    """Published insights of the round's pairs, newest first."""
    return list(Insight.objects.filter(pair__round=round_, state=State.PUBLISHED))


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The pair's drafts and published insights, with whether the reader has approved."""
    insights = list(pair.insights.prefetch_related("approvals").order_by("pk"))
    return {
        "insights": [
            {"insight": i, "mine": any(a.person_id == person.pk for a in i.approvals.all())} for i in insights
        ],
        "open": pair.round.state != Round.State.CLOSED,
    }


def todos_for_person(person: Person) -> list[Todo]:
    """A draft that waits for one's own approval."""
    waiting = Insight.objects.filter(pair__in=pairs_of(person), state=State.DRAFT).exclude(approvals__person=person)
    return [
        Todo(
            _("Your pair has a draft of an insight that waits for you."),
            _("Read the draft"),
            reverse("insight", args=[i.pk]),
            30,
        )
        for i in waiting
    ]


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """The supervisor waits for nothing here: drafts are the pairs' own."""
    return []


def round_part(round_: Round) -> dict[str, Any]:
    """How many insights have been published from this round."""
    if round_.state in (Round.State.SIGN_UP, Round.State.PAIRING):
        return {}
    return {"count": Insight.objects.filter(pair__round=round_, state=State.PUBLISHED).count()}
