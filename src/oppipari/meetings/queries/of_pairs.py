"""A pair's meetings, to those who are in it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings import course
from oppipari.meetings.models import Meeting, TimeAnswer
from oppipari.meetings.queries.answer_days import days_told
from oppipari.meetings.work_times import rosters
from oppipari.organisation.models import Person
from oppipari.organisation.reach import reach_of
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

State = Meeting.State


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The pair's meetings: what is ahead, what to say of the one just past, the guide for the next one."""
    meetings = list(pair.meetings.select_related("online").prefetch_related("answers"))
    people = [place.person for place in pair.members.filter(left_at=None).select_related("person")]
    for m in meetings:
        _give_answers(m, people, person)
    now = timezone.now()
    held = sum(m.state == State.HELD for m in meetings)
    live = [m for m in meetings if m.state in (State.PROPOSED, State.AGREED)]
    ahead = [m for m in live if m.starts_at > now]
    past = [m for m in live if m.starts_at <= now and m.state == State.AGREED]
    # A meeting that waited for its yes until its time passed asks for a new time, not for a report.
    lapsed = [m for m in live if m.starts_at <= now and m.state == State.PROPOSED]
    open_ = pair.state == Pair.State.MEETING
    asked = [m for m in ahead if open_ and m.mine and m.mine.suits is None]  # type: ignore[attr-defined]
    shown = [m for m in ahead if m not in asked]
    left = max(0, pair.meetings_agreed - held - len(ahead) - len(past))
    return {
        **course.of_pair(pair, person, meetings, open_),
        # A wrong press is taken back on the same day.
        "just_held": [m for m in meetings if m.state == State.HELD and m.held_on == timezone.localdate()],
        "asks": open_ and bool(past or (left and not ahead) or asked),
        # What the others propose and this one has not answered yet.
        "asked_times": asked,
        # Told once where it is one day for all of them.
        "asked_until": asked[0] if len({m.days for m in asked}) == 1 else None,  # type: ignore[attr-defined]
        "unfit": {m.pk for m in rosters.unfit(ahead)},
        "reach": reach_of(p for p in people if p.pk != person.pk),
        # Those stand where they are asked about, and nowhere else on the page.
        "next": next(iter(shown), None),
        "later": shown[1:],
        # Of a pair that has finished nothing is asked any more: there would be no way to answer.
        "past": past if open_ else [],
        "lapsed": lapsed if open_ else [],
        "earlier": [m for m in meetings if m.state == State.HELD],
        "held": held,
        "agreed": pair.meetings_agreed,
        "open": open_,
        "enough": held >= pair.meetings_agreed,
        "left": left,
        # Who has met as often as agreed has no next meeting to think of.
        "guide": _guide(held, pair.meetings_agreed),
    }


def _give_answers(m: Meeting, people: Iterable[Person], person: Person) -> None:
    """Give a meeting what `person`, one of the pair's `people`, reads of who proposed it and who has answered.

    `proposer` in words; `tells`, whether it is for the reader to tell whom no letter reaches: who proposed it does, or
    everybody where that one is not in the pair any more. While it is proposed `mine`, the reader's own answer, and of the
    others the names of whom it does not suit (`unsuited`) and who has not said yet (`unsaid`); `days`, what is told of the
    days to answer.
    """
    by_pk = {p.pk: p for p in people}
    name = by_pk[m.proposed_by_id].name if m.proposed_by_id in by_pk else ""
    said = _("You proposed it") if m.proposed_by_id == person.pk else _("%(name)s proposed it") % {"name": name}
    m.proposer = said if name else ""  # type: ignore[attr-defined]
    m.tells = not name or m.proposed_by_id == person.pk  # type: ignore[attr-defined]
    answers = list(m.answers.all()) if m.state == State.PROPOSED else []
    m.mine = next((a for a in answers if a.person_id == person.pk), None)  # type: ignore[attr-defined]
    there = [(a, by_pk[a.person_id]) for a in answers if a.person_id in by_pk]
    m.unsuited = [p.name for a, p in there if a.suits is False and p.pk != person.pk]  # type: ignore[attr-defined]
    silent = [(a, p) for a, p in there if a.suits is None]
    m.unsaid = [p.name for _answer, p in silent if p.pk != person.pk]  # type: ignore[attr-defined]
    m.days = days_told(m, silent, person)  # type: ignore[attr-defined]


def _guide(held: int, agreed: int) -> str:
    if held >= agreed:
        return ""
    return "first" if held == 0 else "last" if held == agreed - 1 else "next"


def todos_for_person(person: Person) -> list[Todo]:
    """Agree on a meeting; say that you met; answer whether to go on."""
    places = (
        PairMember.objects.filter(person=person, left_at=None, ends_on=None, pair__state=Pair.State.MEETING)
        .select_related("pair__round", "pair__question")
        .annotate(
            held=Count("pair__meetings", filter=Q(pair__meetings__state=State.HELD), distinct=True),
            live=Count(
                "pair__meetings",
                filter=Q(
                    pair__meetings__state__in=[State.PROPOSED, State.AGREED],
                    pair__meetings__starts_at__gt=timezone.now(),
                ),
                distinct=True,
            ),
            to_tell=Count(
                "pair__meetings",
                filter=Q(pair__meetings__state=State.AGREED, pair__meetings__starts_at__lte=timezone.now()),
                distinct=True,
            ),
            asked_time=Exists(_asked_of(person)),
            unsuited=Exists(_asked_of(None)),
        )
    )
    todos = []
    for place in places:
        url = reverse("pair", args=[place.pair_id])
        if place.asked_time:
            text = _("A time has been proposed for a meeting of yours. Does it suit you?")
            todos.append(Todo(text, _("Answer"), url, 9))
        elif place.unsuited:
            text = _("A proposed time does not suit. Look for another one together.")
            todos.append(Todo(text, _("To our page"), url, 18))
        closed = place.pair.round.state == Round.State.CLOSED
        asked = hasattr(place.pair, "question")
        if asked or place.held >= place.pair.meetings_agreed:
            if place.goes_on is None and (asked or not closed):
                text = _("You have met as agreed. Would you like to go on? Each answers alone.")
                if place.held < place.pair.meetings_agreed:
                    text = _("The round %(round)s has been closed. Would you like to go on? Each answers alone.") % {"round": place.pair.round.name}  # fmt: skip
                todos.append(Todo(text, _("Answer in private"), reverse("pair_go_on", args=[place.pair_id]), 15))
        elif not place.live and not place.to_tell and (place.answer or place.held):
            text, action = (
                _("Agree on your meetings: booking all the dates at once is easiest."),
                _("Book the meetings"),
            )
            if place.pair.meetings_agreed - place.held == 1:
                text, action = _("Agree on a time for your last meeting."), _("Book a meeting")
            todos.append(Todo(text, action, reverse("meeting_new", args=[place.pair_id]), 25))
        if place.to_tell:
            todos.append(Todo(_("Did you meet? One press is enough."), _("To our page"), url, 20))
    return todos


def _asked_of(person: Person | None) -> QuerySet[TimeAnswer]:
    """Of a place's pair: proposed times that `person` has not answered, or (None) that do not suit all."""
    ahead = TimeAnswer.objects.filter(
        meeting__pair=OuterRef("pair"), meeting__state=State.PROPOSED, meeting__starts_at__gt=timezone.now()
    )
    return ahead.filter(person=person, suits=None) if person else ahead.filter(suits=False)


def next_meetings(pairs: Sequence[Pair]) -> dict[int, Meeting]:
    """Each pair's next meeting, by the pair's id: agreed, else the first proposed one that nobody objected to; one query."""
    said_no = TimeAnswer.objects.filter(meeting=OuterRef("pk"), suits=False)
    live = Meeting.objects.ahead().filter(pair__in=pairs, state__in=[State.PROPOSED, State.AGREED])
    found: dict[int, Meeting] = {}
    for meeting in sorted(live.exclude(Exists(said_no)), key=lambda m: (m.state != State.AGREED, m.starts_at)):
        found.setdefault(meeting.pair_id, meeting)
    return found
