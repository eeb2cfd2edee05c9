"""A pair that found no time is asked what would help, ends early, and who is left gets a new partner; phone and laptop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of
from tests.journeys.walker import Walker

from oppipari.organisation.models import Person, PersonalLink
from oppipari.pairs.actions import end_what_was_asked, settle_endings
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_pair_that_ends_early(live_server: Any, new_page: Callable[..., Any], scripts: bool) -> None:
    checked: set[str] = set()

    def somebody(width: int) -> Walker:
        return Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=checked)

    walk(somebody)


def walk(at: Callable[[int], Any]) -> None:
    """The whole way by people `at` screens of so many pixels: walkers with a browser, or visitors without one."""

    def somebody(person: Person, width: int) -> Any:
        walker = at(width)
        walker.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
        walker.press("Kirjaudu")
        return walker

    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    PairMember.objects.update(answer=PairMember.Answer.FINE)
    Pair.objects.update(published_at=timezone.now() - timedelta(weeks=20))
    lonely = SignUpFactory(round=round_)
    boss = somebody(supervisor_of(round_.unit), 1280)
    first, second = (somebody(m.person, 390) for m in pair.members.order_by("pk"))

    for member in (first, second):
        member.open(f"/pair/{pair.pk}/")
        member.sees("Mikä auttaisi?")
    second.press("Hyvä näin")
    second.sees_not("Mikä auttaisi?")
    first.press("Toinen pari")
    first.sees("Kenellekään ei kerrota, kuka sitä toivoi.")
    first.open(f"/pair/{pair.pk}/")
    first.press("Lopetetaan tähän")
    first.press("Lopetetaan tähän")
    first.sees_not("Mikä auttaisi?")
    first.sees("Vain sinä näet tämän.")
    first.press("Perun tämän: jatkamme tapaamisia")
    first.sees("Mikä auttaisi?")
    first.press("Lopetetaan tähän")
    first.press("Lopetetaan tähän")
    second.open(f"/pair/{pair.pk}/")
    second.sees_not("päättyvät")
    _the_pair_ends()
    second.open("/home/")
    second.sees("ovat päättyneet")
    first.open("/home/")
    first.press("Vastaa yksin")
    first.sees("Uusi pari, vai riittääkö tämä nyt?")
    first.press("Lähetä vastaukseni")
    first.sees("Valitse jompikumpi.")
    first.tick("En, tämä riittää nyt")
    first.press("Lähetä vastaukseni")
    second.open("/home/")
    second.press("Vastaa yksin")
    second.tick("Kyllä, haluan uuden parin")
    second.press("Lähetä vastaukseni")
    second.sees("Olet ensimmäisenä vuorossa.")

    boss.open(f"/rounds/{round_.pk}/pairs/")
    boss.sees_not("Tarvitaan uusi pari")
    _a_morning_passes()
    boss.open(f"/rounds/{round_.pk}/pairs/")
    boss.sees("Näille etsitään paria")
    boss.press("Muodosta uusi pari")
    boss.press("Julkaise valitut parit")
    made = Pair.objects.get(state=Pair.State.MEETING)
    left = pair.members.latest("pk").person_id
    assert {m.person_id for m in made.members.all()} == {left, lonely.person_id}
    second.open(f"/pair/{made.pk}/")
    second.sees("Miksi juuri te")
    first.open("/home/")
    first.press("Haluan sittenkin uuden parin")
    first.sees("Olet kertonut, että tämä riittää nyt.")


def _the_pair_ends() -> None:
    now = timezone.localtime().replace(hour=9)
    assert any(end_what_was_asked(now + timedelta(days=day)) for day in range(7))


def _a_morning_passes() -> None:
    """Everything was asked a week ago; the housekeeping of a working morning looks at the answers."""
    week = timedelta(days=7)
    Question.objects.update(asked_on=F("asked_on") - week, until=F("until") - week, looked_on=F("looked_on") - week)
    Question.objects.update(looked_on=timezone.localdate() - timedelta(days=1))
    now = timezone.localtime().replace(hour=9)
    assert any(settle_endings(now + timedelta(days=day)) for day in range(7))
