"""A participant on a phone has their own roster fetched, with and without JavaScript."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from tests.factories import RoundFactory, pair_of
from tests.feed_world import ADDRESS, ROSTER, SECRET, FeedWorld, calendar_of
from tests.journeys.walker import Walker

from oppipari.meetings.clock import local
from oppipari.meetings.models import RosterFeed, WorkTime
from oppipari.organisation.models import PersonalLink
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ones_own_roster(live_server: Any, new_page: Callable[..., Any], feed_world: FeedWorld, scripts: bool) -> None:
    phone = Walker(new_page(width=390, scripts=scripts), live_server.url, scripts=scripts, checked=set())
    walk(phone, feed_world)


def walk(phone: Any, feed_world: FeedWorld) -> None:
    """The whole way by one with a phone: a walker with a browser, or a visitor without one."""
    cache.clear()
    person = pair_of(RoundFactory(state=Round.State.MEETING)).members.earliest("pk").person
    starts = [local(timezone.localdate() + timedelta(days=n), time(7 if n % 3 else 21)) for n in range(1, 12)]
    feed_world.outside.gives(calendar_of(*((s, s + timedelta(hours=8)) for s in starts)))
    phone.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
    phone.press("Kirjaudu")
    phone.open("/me/calendar/")
    phone.press("Hae työvuoroni")
    phone.fill("Työvuorolistani kalenterin osoite", f"http://{ROSTER}/a.ics")
    phone.press("Katso")
    phone.sees("Vain osoitteita, jotka alkavat https://, haetaan.")
    phone.fill("Työvuorolistani kalenterin osoite", ADDRESS)
    phone.press("Katso")
    phone.sees("Löytyi 11 tulevaa työvuoroa")
    assert not WorkTime.objects.exists()
    phone.press("Tallenna ja hae joka yö")
    phone.sees("Työvuorosi haetaan joka yö")
    phone.sees(ROSTER)
    assert SECRET not in phone.content()
    assert WorkTime.objects.filter(person=person).count() == 11
    phone.press("Hae nyt")
    phone.sees("hetki sitten")
    RosterFeed.objects.update(
        problem="gone", failing_since=timezone.localdate(), answered_at=timezone.now(), asked_at=None
    )
    phone.open("/me/calendar/roster/")
    phone.sees("Hakua yritetään joka yö kahden viikon ajan.")
    phone.press("Hae nyt")
    phone.sees("Niitä haetaan parhaillaan.")
    RosterFeed.objects.update(address="")
    phone.open("/me/calendar/roster/")
    phone.sees("joten osoite poistettiin")
    phone.press("Unohda myös työvuorot")
    phone.sees("poistettiin")
    assert not WorkTime.objects.exists()
    assert not RosterFeed.objects.exists()
