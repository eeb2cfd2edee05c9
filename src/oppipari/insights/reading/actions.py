"""Saying "let's try" without an account: once a browser, and told apart from colleagues who signed in."""

import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oppipari.insights.lets_try.models import LetsTry
from oppipari.insights.models import Insight
from oppipari.organisation.errors import DomainError
from oppipari.organisation.limits import is_too_many
from oppipari.organisation.models import Unit

# A whole unit may press in its weekly meeting, behind one network address; for a script it is too few to matter.
PRESSES_AN_HOUR = 120


def key_of_browser(insight_id: int, browser: str) -> str:
    """What stands for one browser's press on one insight; without the installation's secret it tells nothing."""
    text = f"lets-try-reading:{insight_id}:{browser}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def say_by_browser(unit: Unit, insight_id: int, browser: str, place: str, *, on: bool) -> None:
    """Say "let's try" to a published insight of `unit`, or take it back; once a browser, and both twice are harmless.

    `place` is where the press comes from, of which so many an hour are taken. Raises DomainError when there were too
    many, or when the insight is no longer on the wall. The number that is told does not change now.
    """
    if is_too_many(f"reading:{unit.pk}:{place}", PRESSES_AN_HOUR):
        raise DomainError(_("This has been pressed very often from here. Try again a little later."))
    found = Insight.objects.select_for_update(of=("self",)).filter(
        pk=insight_id, unit=unit, state=Insight.State.PUBLISHED
    )
    insight = found.first()
    if insight is None:
        raise DomainError(_("This insight has left the wall."))
    key = key_of_browser(insight.pk, browser)
    if on:
        LetsTry.objects.get_or_create(insight=insight, key=key, defaults={"by_browser": True})
    else:
        LetsTry.objects.filter(insight=insight, key=key, by_browser=True).delete()
