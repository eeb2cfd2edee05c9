"""A round that closes: what of its pairs is unfinished, for the supervisor, and what it means for each who took part."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.organisation.models import Person
from oppipari.pairs.actions.closing import to_be_asked
from oppipari.pairs.actions.time_to_answer import booked_stands, too_late_to_ask
from oppipari.pairs.looking import looking
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.pairs.mornings import next_working_day
from oppipari.pairs.queries.counted import counted_of
from oppipari.pairs.queries.sentences import joined
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.unfinished import Unfinished


def tell_unfinished(sender: Any, round: Round, **kwargs: Any) -> list[Unfinished]:
    """Pairs that are asked or go on, and people who look for one; nothing of it depends on what anybody answered."""
    board = reverse("board", args=[round.pk])
    found = []
    asked = Question.objects.filter(pair__round=round)
    of_pairs, of_ended = (asked.filter(pair__state=s) for s in (Pair.State.MEETING, Pair.State.REPLACED))
    if last := of_pairs.aggregate(last=Max("until"))["last"]:
        text = _(
            "Asked whether to go on, at the longest until %(day)s: %(pairs)s. That stays so after the closing: each answers alone, and the results are shown then."
        )
        found.append(_line(text, Pair.objects.filter(question__in=of_pairs), 10, last))
    if to_ask := to_be_asked(round):
        text = _(
            "Met fewer times than planned: %(pairs)s. At the closing their members are asked whether to go on, at the longest until %(day)s; what they have booked stands."
        )
        found.append(_line(text, Pair.objects.filter(pk__in=to_ask), 15, max(to_ask.values())))
    continuing = Pair.objects.active().filter(
        round=round, question=None, meetings_agreed__gt=F("round__meetings_wanted")
    )
    going_on = continuing.exclude(pk__in=to_ask)
    if going_on.exists():
        found.append(_line(_("Going on: %(pairs)s. They meet and book as before."), going_on, 20))
    if last := of_ended.aggregate(last=Max("until"))["last"]:
        text = _(
            "Ended before time: %(pairs)s. Their members may still answer, at the longest until %(day)s, whether they look for a new partner. In a closed round nobody is given one: wait for that day if you can."
        )
        found.append(_line(text, Pair.objects.filter(question__in=of_ended), 5, last))
    if count := looking(round).count():
        text = ngettext(
            "%(count)d person looks for a pair. After the closing they come first in the next round.",
            "%(count)d people look for a pair. After the closing they come first in the next round.",
            count,
        )
        found.append(Unfinished(text % {"count": count}, 25, None, _("To the pairs"), board))
    return found


def _line(text: str, pairs: QuerySet[Pair], order: int, day: date | None = None) -> Unfinished:
    return Unfinished(text % {"pairs": counted_of(pairs), "day": "%(day)s"}, order, day)


@dataclass(frozen=True, slots=True)
class ForMe:
    """What a closed round means for one who took part; `day` stands in the text as `%(day)s`."""

    text: str
    day: date | None = None
    action: str = ""
    url: str = ""


def after_closing(round_: Round, person: Person) -> list[ForMe]:
    """What the closing means for `person`, who alone reads it; nothing while the round runs, or for who took no part."""
    part = SignUp.objects.taking_part().filter(round=round_, person=person)
    if round_.state != Round.State.CLOSED or not part.exists():
        return []
    places = PairMember.objects.filter(pair__round=round_, person=person, left_at=None)
    found = [_of_place(place) for place in places.select_related("pair__round", "pair__question").order_by("-pk")]
    if not found:
        text = _(
            "You have no pair in this round now. Thank you for taking part: in the next round you are among the first."
        )
        return [ForMe(text)]
    return found


def _of_place(place: PairMember) -> ForMe:
    pair = place.pair
    others = pair.members.filter(left_at=None).exclude(pk=place.pk).select_related("person")
    names = {"together": joined([_("You"), *(str(m.person) for m in others)]), "day": "%(day)s"}
    page = reverse("pair", args=[pair.pk])
    if pair.state != Pair.State.MEETING:
        text = _("%(together)s: your meetings together are over. Thank you for the shared learning!")
        return ForMe(text % names, None, _("To our page"), page)
    question = getattr(pair, "question", None)
    if question is None:
        return ForMe(_of_going_on(pair) % names, pair.round.pairs_meet_until, _("To our page"), page)
    if place.goes_on is None:
        text = _(
            "%(together)s: would you like to go on? Each answers alone, until %(day)s. What you have booked stands."
        )
        if not booked_stands(pair):
            text = _("%(together)s: would you like to go on? Each answers alone, and there is time until %(day)s.")
        return ForMe(text % names, question.until, _("Answer in private"), reverse("pair_go_on", args=[pair.pk]))
    text = _("%(together)s: you have answered whether to go on. The result is shown to all of you at the latest in the morning of %(day)s.")  # fmt: skip
    return ForMe(text % names, next_working_day(question.until), _("To our page"), page)


def _of_going_on(pair: Pair) -> str:
    times = Pair.objects.with_times(timezone.now()).get(pk=pair.pk)
    held, booked = times.held, times.ahead + times.proposed + times.past  # type: ignore[attr-defined]
    if held >= pair.meetings_agreed and too_late_to_ask(pair.round, timezone.localdate()):
        return _(
            "%(together)s have met as often as you agreed. Thank you for the shared learning! The last pairs of the round end after %(day)s, so nobody is asked any more whether to go on."
        )
    if held + booked >= pair.meetings_agreed:
        return _("%(together)s go on. You can meet until %(day)s.")
    return _("%(together)s go on. You can book meetings and meet until %(day)s.")
