"""Writing an insight together: it is published only when everyone in the pair approved exactly that text."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oppipari.insights.models import Approval, Insight
from oppipari.insights.text import MOST_LINES, has_words, plain
from oppipari.insights.trials.actions import forget_name, take_words_back
from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person
from oppipari.pairs.models import PAIR_SIZE, Pair, PairMember
from oppipari.pairs.mornings import working_morning
from oppipari.pairs.naming import about_pair
from oppipari.rounds.models import Round
from oppipari.rounds.naming import about_unit

State = Insight.State
LENGTH = 1000
# So long authors have to say that they keep an insight; so long after asking a supervisor does not ask again.
TIME_TO_KEEP, ASKED_AGAIN_AFTER = timedelta(days=28), timedelta(days=183)
PICTURES_ALONE = gettext_lazy(
    "Pictures alone do not tell everyone the same, and a screen reader cannot tell them: add a few words."
)

TOO_MANY_LINES = gettext_lazy("The text has %(count)d lines; at most %(most)d fit. Join some of them.")


def _places(pair: Pair | None, by: Person) -> list[PairMember]:
    """The places of a pair that `by` is in now; DomainError when they are not, or are left alone in it."""
    places = list(pair.members.filter(left_at=None).select_related("person")) if pair else []
    if by.pk not in {p.person_id for p in places}:
        raise DomainError(_("This is somebody else's draft."))
    if len(places) < 2:
        # What one wrote with somebody who has left cannot be approved by both any more.
        raise DomainError(_("You are alone in this pair now, so nothing can be approved together any more."))
    return places


def _clean(text: str) -> str:
    clean = plain(text)
    if not clean:
        raise DomainError(_("Write the idea in a sentence or two."), field="text")
    if not has_words(clean):
        raise DomainError(PICTURES_ALONE, field="text")
    if len(clean) > LENGTH:
        raise DomainError(
            _("The text has %(count)d characters; at most %(most)d fit. Say it shorter.")
            % {"count": len(clean), "most": LENGTH},
            field="text",
        )
    if clean.count("\n") >= MOST_LINES:
        raise DomainError(TOO_MANY_LINES % {"count": clean.count("\n") + 1, "most": MOST_LINES}, field="text")
    return clean


def _tell_others(insight: Insight, places: list[PairMember], by: Person) -> None:
    for place in places:
        if place.person_id != by.pk:
            send(
                to=place.person.email or "",
                kind="insight_waits",
                language=place.person.language,
                context={
                    "url": link(reverse("insight", args=[insight.pk])),
                    "trio": len(places) > 2,
                    **about_pair(place.person, place.pair),
                },
                # Keys are kept after sending: one with a person in it would tell, by who is missing, who wrote.
                key=f"insight_waits:{uuid.uuid4()}",
                # Of two it is the other who wrote; of three who wrote stays open, and the supervisor sees no drafts.
                reply_to=(by.email or "") if len(places) == PAIR_SIZE else "",
            )


@transaction.atomic
def write(pair: Pair, by: Person, text: str) -> Insight:
    """Begin a draft; who wrote it is stored nowhere. The same text sent twice makes one draft."""
    pair = Pair.objects.select_for_update().select_related("round").get(pk=pair.pk)
    places = _places(pair, by)
    if pair.round.state == Round.State.CLOSED and pair.state != Pair.State.MEETING:
        raise DomainError(
            _("The round is over. Drafts that you began can still be published, but no new ones can be begun.")
        )
    clean = _clean(text)
    known = Insight.objects.filter(pair=pair, text=clean).first()
    if known:
        return known
    made = Insight.objects.create(pair=pair, unit_id=pair.round.unit_id, text=clean)
    _tell_others(made, places, by)
    return made


def _held(insight: Insight) -> Insight:
    """The insight as it is now, held for this transaction; DomainError when it was taken back in between."""
    found = Insight.objects.select_for_update(of=("self",)).select_related("pair").filter(pk=insight.pk).first()
    if found is None:
        raise DomainError(_("This insight was taken back in between."))
    return found


def _may_take_down(insight: Insight, by: Person) -> None:
    """Those in the pair may, and everyone who approved the published text, also when the pair has long ended."""
    published = insight.state == State.PUBLISHED
    if not (published and insight.approvals.filter(person=by).exists()):
        _places(insight.pair, by)


@transaction.atomic
def edit(insight: Insight, by: Person, version: int, text: str) -> Insight:
    """Change the text: all approvals are gone, and a published one leaves the wall until all approve again."""
    fresh = _held(insight)
    places = _places(fresh.pair, by)
    clean = _clean(text)
    if clean == fresh.text:
        return fresh
    if fresh.version != version:
        raise StaleEdit(
            _("The text was changed in between. Look at it as it is now; what you wrote is still in the form."),
            "text",
        )
    if fresh.state == State.PUBLISHED:
        take_words_back(fresh, fresh.text)
    fresh.text, fresh.version = clean, fresh.version + 1
    fresh.state, fresh.published_at, fresh.shown_names = State.DRAFT, None, ""
    # "Let's try" was said to another text.
    fresh.lets_try_told, fresh.lets_try_read, fresh.lets_try_counted_on = 0, 0, None
    fresh.asked_on, fresh.kept = None, False
    fresh.save()
    fresh.approvals.all().delete()
    fresh.lets_try.all().delete()
    _tell_others(fresh, places, by)
    return fresh


@transaction.atomic
def approve(insight: Insight, by: Person, fingerprint: str, *, name_may_show: bool = False) -> Insight:
    """Approve exactly the text that was read; when all in the pair have, it is published.

    Raises StaleEdit when the text is another by now. Approving twice approves once.
    """
    fresh = _held(insight)
    places = _places(fresh.pair, by)
    if fresh.state == State.PUBLISHED:
        return fresh
    if fingerprint != fresh.fingerprint:
        raise StaleEdit(_("The text was changed after you opened it. Read it again before you approve."))
    approvals = {a.person_id: a for a in fresh.approvals.filter(fingerprint=fingerprint)}
    approvals[by.pk] = Approval(insight=fresh, person=by, fingerprint=fingerprint, name_may_show=name_may_show)
    # Written anew in the order of people: who approved first is often who wrote.
    fresh.approvals.all().delete()
    for person_id in sorted(approvals):
        approvals[person_id].pk = None
        approvals[person_id].save(force_insert=True)
    if all(p.person_id in approvals for p in places):
        fresh.state, fresh.published_at = State.PUBLISHED, timezone.now()
        # "Let's try" is counted from the next working morning on.
        fresh.lets_try_counted_on = timezone.localdate()
        if all(approvals[p.person_id].name_may_show for p in places):
            fresh.shown_names = ", ".join(p.person.name for p in places)[:400]
        fresh.version += 1
        fresh.save()
    return fresh


@transaction.atomic
def withdraw(insight: Insight, by: Person) -> None:
    """Take it back, from the wall and from being: either may, at any time; nobody is told who did.

    Taking back twice is harmless.
    """
    fresh = Insight.objects.select_for_update(of=("self",)).select_related("pair").filter(pk=insight.pk).first()
    if fresh is not None:
        _may_take_down(fresh, by)
        take_words_back(fresh, fresh.text)
        fresh.delete()


@transaction.atomic
def hide_names(insight: Insight, by: Person) -> Insight:
    """Show a published insight without names from now on: names stand only as long as all want them."""
    fresh = _held(insight)
    _may_take_down(fresh, by)
    if fresh.shown_names:
        fresh.shown_names = ""
        fresh.version += 1
        fresh.save(update_fields=["shown_names", "version"])
    return fresh


def may_ask(insight: Insight, today: date) -> bool:
    """Whether a supervisor may ask now: not while the authors are being asked, nor soon after they kept it."""
    return insight.asked_on is None or (insight.kept and insight.asked_on <= today - ASKED_AGAIN_AFTER)


@transaction.atomic
def ask_to_take_down(insight: Insight, by: Person) -> Insight:
    """Ask the authors whether a published insight still belongs on the wall: it leaves in four weeks if none keeps it.

    A supervisor's only way. It is the same whether the authors are here or long gone, so it tells nothing of who they
    are. Asking twice asks once. Raises DomainError when `by` does not supervise the unit or it is not on the wall.
    """
    fresh = _held(insight)
    access.must_supervise(by, fresh.unit_id)
    if fresh.state != State.PUBLISHED:
        raise DomainError(_("This insight has left the wall."))
    today = timezone.localdate()
    if may_ask(fresh, today):
        fresh.asked_on, fresh.kept = today, False
        fresh.save(update_fields=["asked_on", "kept"])
        for author in Person.objects.filter(pk__in=fresh.approvals.values("person"), is_active=True).order_by("pk"):
            # Without a key: it would tell for months who wrote.
            send(
                to=author.email or "",
                kind="insight_asked",
                language=author.language,
                context={"url": link(reverse("insight", args=[fresh.pk])), **about_unit(author, fresh.unit)},
            )
    return fresh


@transaction.atomic
def keep(insight: Insight, by: Person) -> Insight:
    """Keep on the wall what a supervisor asked about; anyone of the authors may. Nobody is told who, nor when."""
    fresh = _held(insight)
    _may_take_down(fresh, by)
    if fresh.asked_on is not None and not fresh.kept:
        fresh.kept = True
        fresh.save(update_fields=["kept"])
    return fresh


def take_down_unkept(now: datetime) -> int:
    """Take off the wall what supervisors asked about four weeks ago and no author kept; on working mornings."""
    day = working_morning(now)
    if day is None:
        return 0
    over = Insight.objects.filter(state=State.PUBLISHED, kept=False, asked_on__lte=day - TIME_TO_KEEP)
    pks = list(over.values_list("pk", flat=True))
    return for_each(pks, lambda pk: _take_down_unkept(pk, day), "take down what nobody kept")


@transaction.atomic
def _take_down_unkept(pk: int, day: date) -> bool:
    over = Insight.objects.select_for_update(of=("self",)).filter(state=State.PUBLISHED, kept=False)
    fresh = over.filter(pk=pk, asked_on__lte=day - TIME_TO_KEEP).first()
    if fresh is None:
        return False
    take_words_back(fresh, fresh.text)
    fresh.delete()
    return True


def drop_drafts(pair: Pair) -> int:
    """Drop the drafts of a pair that ended, inside the caller's transaction: nobody could open or approve them."""
    # Held first: one that is published at this moment is a draft no longer.
    held = pair.insights.select_for_update(of=("self",)).filter(state=State.DRAFT)
    return Insight.objects.filter(pk__in=list(held.values_list("pk", flat=True))).delete()[0]


def forget_person(person: Person) -> None:
    """Before a person is erased, inside the caller's transaction: published insights that they approved lose all names,
    also where the pair is long gone, and trials of their units no longer name them as looking after it.

    What they said "let's try" to stays as a keyed hash: a number that falls would tell what they had said.
    """
    Insight.objects.filter(approvals__person=person).exclude(shown_names="").update(shown_names="")
    forget_name(access.member_unit_ids(person), person.name)
