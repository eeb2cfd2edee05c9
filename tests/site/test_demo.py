"""The demo fills on any day and at any hour, and what it is looked at for is there."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html
from tests.clock import ALL, EVERY_MOMENT, MOMENTS, at

from oppipari.insights.models import Trial
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Organisation, Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
from oppipari.site import demo

# Filling takes a while, and `make days` does it at all moments.
OFTEN = [*MOMENTS, "end of a month's last day", "into 29 February", "over the skipped hour"]
DAYS = {name: moment for name, moment in ALL.items() if EVERY_MOMENT or name in OFTEN}


def signed_in(token: str) -> Client:
    client = Client()
    client.post(f"/link/{token}/")
    return client


def page(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.document_fromstring(answer.content.decode())


@pytest.mark.one_database
@pytest.mark.django_db
@at(DAYS)
def test_it_fills_and_its_main_pages_show_something(clock_at: str) -> None:
    links = [token for _who, token in demo.fill()]
    assert Organisation.objects.count() == 1
    round_ = Round.objects.get(state=Round.State.MEETING)
    boss, someone, partner = map(signed_in, links)

    shown = page(boss, f"/rounds/{round_.pk}/")
    assert round_.name in shown.xpath("string(//main)")
    assert "Kerro pareille" not in shown.xpath("string(//main)")  # in mid-round they know
    board = page(boss, f"/rounds/{round_.pk}/pairs/")
    assert "Aino Laine" in board.xpath("string(//main)")
    month = page(boss, f"/rounds/{round_.pk}/meetings/month/")
    coming = month.xpath("//*[contains(@class, 'slot agreed') or contains(@class, 'slot proposed')]")
    assert coming, month.xpath("string(//main)")
    waiting = page(boss, f"/rounds/{round_.pk}/meetings/")
    assert waiting.xpath("//main//form//button"), "nothing waits for the supervisor's yes"
    planner = page(boss, f"/rounds/{round_.pk}/meetings/planner/")
    assert planner.xpath("//main//input[@name='first_day']")
    wall = page(boss, f"/units/{round_.unit_id}/insights/")
    for text in ("Suullinen raportti venyy", "Omaiset soittavat", "Lääkkeenjakajaa keskeytetään"):
        assert text in wall.xpath("string(//main)")
    assert Trial.objects.get(problem__startswith="Omaiset").is_due(timezone.localdate())
    for unit in ("Kuusikoti", "Satamakoti", "Rantakoti"):
        assert unit in page(boss, "/organisation/benefits/").xpath("string(//main)")

    # There is no mail here, so nobody can have confirmed an address.
    assert not Person.objects.exclude(email_confirmed_at=None).exists()
    for person in (someone, partner):
        home = page(person, "/home/")
        (pair, *_more) = re.findall(r"/pair/(\d+)/", html.tostring(home).decode())
        own = page(person, f"/pair/{pair}/")
        assert own.xpath("string(//main)").strip()
        assert page(person, f"/pair/{pair}/meetings/new/") is not None
    _could_have_happened()


def _could_have_happened() -> None:
    now, today = timezone.now(), timezone.localdate()
    held = Meeting.objects.filter(state=Meeting.State.HELD)
    assert held.filter(pair__round__state=Round.State.MEETING).exists()
    for meeting in held:
        assert meeting.starts_at < now
        assert 7 <= timezone.localtime(meeting.starts_at).hour < 22, "a meeting at night"
    assert not Meeting.objects.exclude(state=Meeting.State.HELD).filter(starts_at__lte=now).exists()
    for round_ in Round.objects.filter(state=Round.State.CLOSED):
        assert timezone.localdate(round_.created_at) <= round_.sign_up_closes <= timezone.localdate(round_.published_at)
        assert round_.published_at < round_.closed_at < now
    for trial in Trial.objects.exclude(state=Trial.State.RUNNING):
        assert trial.started_on < trial.decided_on <= today
    assert len({r.name for r in Round.objects.filter(unit__name="Kuusikoti")}) == 3
    assert Pair.objects.filter(round__state=Round.State.MEETING).count() == 5
