"""Saying "let's try", taking it back, and telling the count on working mornings."""

import hashlib
import hmac
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oppipari.insights.access import sayable_to
from oppipari.insights.lets_try.models import LetsTry
from oppipari.insights.models import Insight
from oppipari.organisation.confirmed import who_do_not_count
from oppipari.organisation.errors import DomainError
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import Person, Role
from oppipari.pairs.mornings import working_morning

State = Insight.State
# So many said it before a number is told, and so many did not: else it would tell of each what they did.
FEWEST, OTHERS = 3, 2


def key_of(insight_id: int, person_id: int) -> str:
    """What stands for one person's press on one insight; without the installation's secret it tells nothing."""
    text = f"lets-try:{insight_id}:{person_id}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def say(insight: Insight, by: Person, *, on: bool) -> None:
    """Say "let's try", or take it back; once a person, and both twice are harmless.

    Raises DomainError for the authors, the supervisor and anybody outside the unit, and when the insight is no longer
    on the wall. The number that is told does not change now: it would tell who just came by.
    """
    fresh = sayable_to(by).select_for_update(of=("self",)).filter(pk=insight.pk).first()
    if fresh is None:
        raise DomainError(_("This insight has left the wall."))
    key = key_of(fresh.pk, by.pk)
    if on:
        LetsTry.objects.get_or_create(insight=fresh, key=key)
    else:
        LetsTry.objects.filter(insight=fresh, key=key).delete()


def told(said: int, others: int) -> int:
    """The number that may be told where `said` colleagues said it and `others` could have; 0 where none may.

    At least 3 have to have said it, and the number stops 2 short of everybody, so that it never says that all did.
    """
    number = min(said, said + others - OTHERS)
    return number if number >= FEWEST else 0


def tell_counts(now: datetime) -> int:
    """Bring the told numbers up to date, once on a working morning for all insights; returns how many changed."""
    day = working_morning(now)
    if day is None:
        return 0
    waiting = Insight.objects.filter(state=State.PUBLISHED).exclude(lets_try_counted_on=day)
    # Where nobody has said anything nothing changes: most of them, in one query.
    waiting.filter(lets_try_told=0, lets_try_read=0).exclude(pk__in=LetsTry.objects.values("insight")).update(
        lets_try_counted_on=day
    )
    return for_each(list(waiting.values_list("pk", flat=True)), lambda pk: _tell(pk, day), "tell counts")


@transaction.atomic
def _tell(pk: int, day: date) -> bool:
    insight = Insight.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.PUBLISHED).first()
    if insight is None or insight.lets_try_counted_on == day:
        return False
    said, by_browsers = (insight.lets_try.filter(by_browser=b).count() for b in (False, True))
    number = 0
    if said >= FEWEST:
        supervisors = Role.objects.filter(unit=insight.unit_id, kind=Role.Kind.SUPERVISOR).values("person")
        members = Role.objects.filter(unit=insight.unit_id, kind=Role.Kind.MEMBER).exclude(person__in=supervisors)
        could = members.exclude(person__in=insight.approvals.values("person"))
        # Whoever let in people who are not there could press for all of them, and know the one who is.
        others = set(could.filter(who_do_not_count("person__")).values_list("person", flat=True))
        said -= insight.lets_try.filter(key__in=[key_of(pk, other) for other in others]).count()
        # Somebody who said it may have left the unit since; their press stays, since a number that falls would tell of it.
        number = told(said, max(could.count() - len(others) - said, 0))
    # Whoever has the address could press, so there is no "all of them" that a number could come near.
    read = by_browsers if by_browsers >= FEWEST else 0
    changed = (number, read) != (insight.lets_try_told, insight.lets_try_read)
    insight.lets_try_told, insight.lets_try_read, insight.lets_try_counted_on = number, read, day
    insight.save(update_fields=["lets_try_told", "lets_try_read", "lets_try_counted_on"])
    return changed
