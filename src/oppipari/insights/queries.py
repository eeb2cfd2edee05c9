"""What pages read of insights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from oppipari.insights import actions
from oppipari.insights.access import own_insights, sayable_to
from oppipari.insights.lets_try.queries import said_by
from oppipari.insights.lets_try.queries import texts_said_by as texts_said_by
from oppipari.insights.models import Insight, Trial
from oppipari.insights.text import opening
from oppipari.insights.trials.queries import shelf, waiting_for_supervisor
from oppipari.insights.trials.queries import trials_of as trials_of
from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.todo import Todo
from oppipari.pairs import queries as pairs
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.rounds.queries import is_latest

State = Insight.State


def wall(unit: Unit) -> list[Insight]:
    """The unit's published insights, newest first; one query."""
    return list(Insight.objects.filter(unit=unit, state=State.PUBLISHED))


@dataclass(frozen=True, slots=True)
class OnWall:
    """An insight as its reader sees it: whether it is their own, and what they said to it; `says` None: not theirs to say.

    `opening` and `rest` are its text, where it is long in two: what is shown at once, and what on demand.
    `tried` is a trial that is going on and began with it.
    `may_ask`, `leaves_on`: for a supervisor, whether they may ask if it still belongs there, and until when they asked.
    """

    insight: Insight
    own: bool
    says: bool | None
    may_ask: bool = False
    leaves_on: date | None = None
    tried: Trial | None = None

    @property
    def opening(self) -> str:
        return opening(self.insight.text)[0]

    @property
    def rest(self) -> str:
        return opening(self.insight.text)[1]


def leaves_on(insight: Insight) -> date | None:
    """The day on which an insight leaves the wall if no author keeps it; None where nobody asks.

    It says nothing of whether one has kept it by now: supervisors see that only when the day has passed.
    """
    return insight.asked_on and insight.asked_on + actions.TIME_TO_KEEP


def wall_for(unit: Unit, person: Person, going_on: Sequence[Trial] = ()) -> list[OnWall]:
    """The wall with what concerns the reader alone; `going_on` are the unit's trials; a fixed number of queries."""
    shown = wall(unit)
    tried = {t.insight_id: t for t in going_on if t.insight_id}
    own = set(own_insights(person).filter(unit=unit, state=State.PUBLISHED).values_list("pk", flat=True))
    may = set(sayable_to(person).filter(unit=unit).values_list("pk", flat=True))
    said = said_by(person, [i for i in shown if i.pk in may])
    today = timezone.localdate()
    return [
        OnWall(
            i,
            i.pk in own,
            (i.pk in said) if i.pk in may else None,
            actions.may_ask(i, today),
            leaves_on(i),
            tried.get(i.pk),
        )
        for i in shown
    ]


def writes_in(unit: Unit, person: Person) -> Pair | None:
    """The pair of `person` in `unit` that can begin an insight now, the newest; None where there is none."""
    over = Q(round__state=Round.State.CLOSED) & ~Q(state=Pair.State.MEETING)
    pairs = pairs_of(person).filter(round__unit=unit).exclude(over)
    others = PairMember.objects.filter(pair=OuterRef("pk"), left_at=None).exclude(person=person)
    return pairs.filter(Exists(others)).order_by("-pk").first()


def published_of(round_: Round) -> list[Insight]:
    """Published insights of the round's pairs, newest first; one query.

    Half a year after the round its pairs are forgotten; then what was published while it went on counts as its own.
    """
    while_it_went_on = (round_.created_at, round_.closed_at or timezone.now())
    own = Q(pair__round=round_) | Q(pair=None, unit=round_.unit_id, published_at__range=while_it_went_on)
    return list(Insight.objects.filter(own, state=State.PUBLISHED).order_by("-published_at", "-pk"))


def is_trio(pair: Pair | None) -> bool:
    """Whether an insight's pair is a trio now; an insight may outlive its pair."""
    return pair is not None and pairs.is_trio(pair)


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The pair's drafts and published insights, with whether the reader has approved."""
    insights = list(pair.insights.prefetch_related("approvals").order_by("pk"))
    return {
        "insights": [
            {"insight": i, "mine": any(a.person_id == person.pk for a in i.approvals.all())} for i in insights
        ],
        "open": pair.round.state != Round.State.CLOSED or pair.state == Pair.State.MEETING,
        "trio": is_trio(pair),
    }


def todos_for_person(person: Person) -> list[Todo]:
    """A draft that waits for one's own approval."""
    waiting = Insight.objects.filter(pair__in=pairs_of(person), state=State.DRAFT).exclude(approvals__person=person)
    waiting = waiting.annotate(places=Count("pair__members", filter=Q(pair__members__left_at=None)))
    return (
        [
            Todo(
                _("Your trio has a draft of an insight that waits for you.")
                if i.places > 2
                else _("Your pair has a draft of an insight that waits for you."),
                _("Read the draft"),
                reverse("insight", args=[i.pk]),
                30,
            )
            for i in waiting
        ]
        + _asked_todos(person)
        + _trial_todos(access.supervised_unit_ids(person))
    )


def _asked_todos(person: Person) -> list[Todo]:
    """Insights of one's own that leave the wall unless an author keeps them."""
    asked = own_insights(person).filter(state=State.PUBLISHED, kept=False).exclude(asked_on=None)
    return [
        Todo(
            _("Your supervisor asks whether an insight of yours still belongs on the wall."),
            _("Look at it"),
            reverse("insight", args=[i.pk]),
            28,
        )
        for i in asked
    ]


def _trial_todos(units: set[int]) -> list[Todo]:
    """Trials of `units` that want a decision, or new words where those of an insight were taken back."""
    due, wordless = waiting_for_supervisor(units)
    # In a unit with several trials each is told by its problem.
    todos = [
        Todo(
            _("The trial “%(problem)s” has come to its day: adopt, adapt, drop, or go on once?")
            % {"problem": Truncator(t.problem).chars(70)},
            _("Decide on the trial"),
            reverse("trial_decide", args=[t.pk]),
            25,
        )
        for t in due
        if t.problem
    ]
    return todos + [
        Todo(
            _("An insight was taken back, and its words with it. Say in your own words what your trial is about."),
            _("Write it anew"),
            reverse("trial_edit", args=[t.pk]),
            26,
        )
        for t in wordless
    ]


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """Trials of the round's unit that a decision is due on, told at its latest round alone; drafts are the pairs' own."""
    return _trial_todos({round_.unit_id} & access.supervised_unit_ids(person)) if is_latest(round_) else []


def round_part(round_: Round) -> dict[str, Any]:
    """How many insights have been published from this round, and the unit's trials."""
    if round_.state in (Round.State.SIGN_UP, Round.State.PAIRING):
        return {}
    return {
        "count": len(published_of(round_)),
        "open": round_.state != Round.State.CLOSED,
        "trials": shelf(round_.unit_id),
    }
