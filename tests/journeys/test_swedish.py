"""Swedish words are long: no page of the course scrolls sideways on the narrowest phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.evaluation import scene
from tests.factories import RoundFactory, SignUpFactory, met, pair_of
from tests.journeys.walker import Walker

from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_every_page_fits_a_narrow_phone(live_server: Any, new_page: Callable[..., Any]) -> None:
    unit, boss = scene.a_unit()
    open_ = RoundFactory(unit=unit)
    forming = RoundFactory(unit=unit, state=Round.State.PAIRING)
    meeting = RoundFactory(unit=unit, state=Round.State.MEETING, published_at=timezone.now())
    for _ in range(4):
        SignUpFactory(round=forming)
    pair = pair_of(meeting)
    scene.share(pair, "Fem tysta minuter före rapporten.")
    met(pair, 1)

    def walker(person: Person | None) -> Walker:
        page = new_page(width=320, language="sv")
        cookies = [{"name": "django_language", "value": "sv", "url": live_server.url}]
        if person:
            client = Client()
            client.force_login(person, backend=BACKEND)
            session = client.cookies["sessionid"].value
            cookies.append({"name": "sessionid", "value": session, "url": live_server.url})
        page.context.add_cookies(cookies)
        return Walker(page, live_server.url, scripts=True, checked=set())

    anybody, supervisor, member = walker(None), walker(boss), walker(pair.members.earliest("pk").person)
    for path in (reverse("start"), reverse("account_request_login_code"), reverse("join", args=[open_.invite_token])):
        anybody.open(path)
    for step in ("who", "share", "learn", "times", "how"):
        anybody.open(reverse("join_step", args=[open_.invite_token, step]))
    for name in ("home", "round_list", "round_new", "my_data", "inspired"):
        supervisor.open(reverse(name))
    for name in ("round", "round_tell", "round_sign_ups", "round_settings", "round_upload"):
        supervisor.open(reverse(name, args=[open_.pk]))
    for name in ("round", "board"):
        supervisor.open(reverse(name, args=[forming.pk]))
    for name in ("round", "board", "round_meetings", "round_month", "round_rules", "round_planner", "round_evaluation"):
        supervisor.open(reverse(name, args=[meeting.pk]))
    for name in ("unit", "wall", "unit_roster", "trial_new", "screen_address"):
        supervisor.open(reverse(name, args=[unit.pk]))
    for name in ("home", "own_calendar", "my_data"):
        member.open(reverse(name))
    for name in ("pair", "meeting_new", "pair_goals", "insight_new"):
        member.open(reverse(name, args=[pair.pk]))
    assert member.page.locator("html").get_attribute("lang") == "sv"
