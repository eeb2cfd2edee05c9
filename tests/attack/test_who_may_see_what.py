"""Every address as every role: the table of docs/confidentiality.md, by walking.

Each role opens every page there is (GET). What is not theirs does not exist for them (404, or the way to sign in), and
nothing planted for others is ever in what comes back.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.models import Box
from oppipari.evaluation.questionnaire import boxes
from oppipari.evaluation.questionnaire import keys as box_keys
from oppipari.insights import actions as insights
from oppipari.insights.lets_try.actions import key_of, say
from oppipari.insights.models import LetsTry, Screen, Trial
from oppipari.insights.screen.actions import make_address as make_screen
from oppipari.insights.trials import actions as trials
from oppipari.insights.trials.actions import Outcome, Plan
from oppipari.meetings.models import Meeting, OnlineMeeting, OwnCalendar, RosterFeed
from oppipari.meetings.own_calendar.actions import make_address
from oppipari.meetings.reminders.actions import token_of
from oppipari.organisation.models import Person, ReadingAddress, Role
from oppipari.organisation.reading.actions import make_address as make_reading
from oppipari.pairs.models import Goal, Pair
from oppipari.rounds.models import Exclusion, Invitation, Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
UNIT = {"participant", "partner", "other_pair", "member", "supervisor"}
# Secrets planted in the data, and who may read each on any page.
MAY_READ = {
    "SALAINEN-TAVOITE": {"participant", "partner", "supervisor"},
    "SALAINEN-PAIKKA": {"participant", "partner", "supervisor"},
    "SALAINEN-LINKKI": {"participant", "partner"},
    "SALAINEN-LUONNOS": {"participant", "partner"},
    "SALAINEN-TOIVE": set(),
    "SALAINEN-SYOTE": {"participant"},  # in one's own download alone, see below
    "SALAINEN-VASTAUS": set(),
    "JULKINEN-OIVALLUS": UNIT,
    "YKSIKON-KOKEILU": UNIT,
    "YKSIKON-HUOLEHTIJA": UNIT,
    "TARJOTTU-KOKEILU": {*UNIT, "other_supervisor", "coordinator"},
    "Salla Salanimi": {"supervisor"},  # signed up without a pair: nobody else knows
    "Outi Odottaja": {"supervisor", "waiting"},  # signed up by the poster, and nobody has said that they know her
}
ROLES = [
    "anonymous",
    "participant",
    "partner",
    "other_pair",
    "member",
    "waiting",
    "supervisor",
    "other_supervisor",
    "coordinator",
    "administrator",
]
OPEN_TO_ALL = {"start", "health", "account_request_login_code", "account_login", "account_signup", "account_inactive", "account_reauthenticate", "join", "join_step", "invitation", "sign_in_link", "privacy_notice", "account_confirm_login_code"}  # fmt: skip


@dataclass
class World:
    people: dict[str, Person | None]
    keys: dict[str, Any]


@pytest.fixture
def world(settings: Any) -> World:
    settings.ROSTER_FEEDS = True
    unit = UnitFactory()
    boss = supervisor_of(unit, name="Ritva Salo")
    round_ = RoundFactory(unit=unit, state=Round.State.MEETING)
    pair, other = pair_of(round_), pair_of(round_)
    # As many meetings as agreed, so that the pair is asked whether to go on.
    Pair.objects.filter(pk=pair.pk).update(meetings_agreed=0)
    first, second = (m.person for m in pair.members.all())
    lonely = SignUpFactory(round=round_, person=member_of(unit, name="Salla Salanimi"))
    waiting = PersonFactory(organisation=unit.organisation, name="Outi Odottaja")
    asked = SignUpFactory(round=round_, person=waiting, confirmed_at=None)
    # A wish that was written, planted beyond its day of deletion: even then no page shows it.
    Exclusion.objects.create(sign_up=lonely, text="SALAINEN-TOIVE")
    Goal.objects.create(pair=pair, position=1, text="SALAINEN-TAVOITE")
    meeting = Meeting.objects.create(
        pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=60, place="SALAINEN-PAIKKA", way="teams",
        state=Meeting.State.AGREED,
    )  # fmt: skip
    OnlineMeeting.objects.create(meeting=meeting, state="there", join_url="https://teams.example.org/SALAINEN-LINKKI")
    RosterFeed.objects.create(person=first, address="https://vuorot.example.org/SALAINEN-SYOTE.ics")
    published = insights.write(pair, first, "JULKINEN-OIVALLUS")
    for person in (first, second):
        insights.approve(published, person, published.fingerprint)
    draft = insights.write(pair, first, "SALAINEN-LUONNOS")
    member = member_of(unit, name="Kaisu Kokeilija")
    say(published, member, on=True)
    running, offered = (
        trials.start(unit, boss, _plan(problem), insight=published)
        for problem in ("YKSIKON-KOKEILU", "TARJOTTU-KOKEILU")
    )
    trials.offer(trials.decide(offered, boss, 1, Trial.State.ADOPTED, Outcome("Opittiin.")), boss)
    questionnaire = evaluation.open_questionnaire(round_, boss)
    # Somebody's answer, in the box.
    box = Box.objects.get()
    with box_keys.held(box.handle) as file:
        opened = boxes.OpenBox(box, file)
        opened.drop_in(0, {"learnt": 4}, {"worth_spreading": "SALAINEN-VASTAUS"})
        opened.count()
    invitation = Invitation.objects.create(round=round_, name="X", email="x@example.org", token_hash="0" * 64)
    elsewhere = UnitFactory(organisation=unit.organisation)
    coordinator, administrator = (
        PersonFactory(organisation=unit.organisation),
        PersonFactory(organisation=unit.organisation),
    )
    Role.objects.create(person=coordinator, kind=Role.Kind.COORDINATOR)
    Role.objects.create(person=administrator, kind=Role.Kind.ADMINISTRATOR)
    people = {
        "anonymous": None,
        "participant": first,
        "partner": second,
        "other_pair": other.members.earliest("pk").person,
        "member": member,
        "waiting": waiting,
        "supervisor": boss,
        "other_supervisor": supervisor_of(elsewhere),
        "coordinator": coordinator,
        "administrator": administrator,
    }
    keys = {
        "round": round_.pk, "unit": unit.pk, "pair": pair.pk, "meeting": meeting.pk, "insight": draft.pk,
        "questionnaire": questionnaire.pk, "sign_up": pair.members.earliest("pk").sign_up_id, "token": round_.invite_token,
        "lonely": lonely.pk, "invitation": invitation.pk, "trial": running.pk, "offered": offered.pk, "published": published.pk,
        "waiting": asked.pk,
    }  # fmt: skip
    return World(people, keys)


def _plan(problem: str) -> Plan:
    day = timezone.localdate() + timedelta(days=20)
    return Plan(problem, "Kokeillaan", "YKSIKON-HUOLEHTIJA", day, "Minuutteja", Trial.Evidence.WORDS, "", None, "fi")


def routes(resolver: URLResolver | None = None) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += routes(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def address(route: URLPattern, keys: dict[str, Any]) -> str:
    """The address of a route with the planted objects' numbers."""
    pattern = str(route.pattern)
    args: dict[str, Any] = {}
    if "<int:pk>" in pattern:
        kinds = {
            "rounds/": "round",
            "units/": "unit",
            "pair/": "pair",
            "meetings/": "meeting",
            "insights/": "insight",
            "evaluation/": "questionnaire",
            "sign-ups/": "sign_up",
            "trials/": "trial",
            "inspired/": "offered",
            "read/": "round",
        }
        args["pk"] = keys[next(kind for start, kind in kinds.items() if pattern.startswith(start))]
    if "<str:token>" in pattern:
        args["token"] = keys["token"]
    if "<slug:step>" in pattern:
        args["step"] = "who"
    return reverse(str(route.name), kwargs=args)


def fetch(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, b"".join(response).decode(
        "utf-8", "replace"
    ) if response.streaming else response.content.decode("utf-8", "replace")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_no_role_sees_more_than_the_table(world: World, role: str) -> None:
    client = Client(raise_request_exception=True)
    person = world.people[role]
    opened = 0
    for route in routes():
        if person is not None:
            client.force_login(person, backend=BACKEND)
        status, text = fetch(client, address(route, world.keys))
        assert status in (200, 302, 404, 405, 410), (route.name, status)
        opened += status == 200
        if person is None and status == 200:
            assert route.name in OPEN_TO_ALL, route.name
        for secret, readers in MAY_READ.items():
            if secret in text:
                assert role in readers, (role, route.name, secret)
                assert secret != "SALAINEN-SYOTE" or route.name == "my_data_download", route.name
    assert opened >= 3


# Pages of one's own, which tell of one's own sign-up or make one a secret, and are tested where they belong.
OF_ONES_OWN = {"home", "my_data", "my_data_download", "join", "join_step", "join_done", "calendar_address", "own_link"}


def _alike(text: str, person: Person) -> str:
    """A page without what is new each time, and without who reads it."""
    text = re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]+"', "", text)
    return text.replace(person.name, "X").replace(person.email or "–", "X")


@pytest.mark.django_db
def test_who_waits_is_answered_like_somebody_from_outside(world: World) -> None:
    """Every address, read and written to: a sign-up that nobody has confirmed opens its own page and nothing else."""
    waits = world.people["waiting"]
    assert waits is not None
    outside = PersonFactory(organisation=waits.organisation)
    before = Role.objects.count()
    clients = {}
    for person in (waits, outside):
        clients[person] = Client()
        clients[person].force_login(person, backend=BACKEND)
    for route in routes():
        path = address(route, world.keys)
        if route.name in ("account_logout", "erase_me", "set_language", "flush"):
            continue
        for method in ("get", "post"):
            answers = []
            for person, client in clients.items():
                answer = getattr(client, method)(path)
                text = "" if answer.streaming else _alike(answer.content.decode("utf-8", "replace"), person)
                answers.append((answer.status_code, answer.headers.get("Location", ""), text))
            if route.name in OF_ONES_OWN:
                assert answers[0][0] in (200, 302, 405), (route.name, method)
            else:
                assert answers[0] == answers[1], (route.name, method)
    client = clients[waits]
    for name in ("my_sign_up", "sign_up_change", "sign_up_withdraw"):
        verb = client.get if name == "my_sign_up" else client.post
        assert verb(reverse(name, args=[world.keys["waiting"]])).status_code in (200, 302)
    assert Role.objects.count() == before


OF_THE_SUPERVISOR = [
    "round",
    "round_settings",
    "round_tell",
    "round_sign_ups",
    "board",
    "round_meetings",
    "round_evaluation",
    "together",
    "together_results",
    "together_conclusions",
    "round_closing",
    "benefits_deck",
    "round_close",
    "round_deck",
    "round_qr",
    "round_upload",
    "round_copy",
    "pair_reform",
    "sign_up_address",
    "pairs_tell",
    "unit",
    "trial_new",
    "trial_edit",
    "trial_decide",
    "screen_address",
    "reading_address",
]
OF_THE_UNIT = ["wall", "trial", "trial_summary"]
OF_THE_ORGANISATION = ["inspired", "inspired_trial"]
OF_THE_PAIR = [
    "pair",
    "pair_goals",
    "pair_go_on",
    "pair_again",
    "pair_end",
    "meeting_new",
    "meeting_move",
    "insight_new",
    "insight",
]


@pytest.mark.django_db
def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(world: World) -> None:
    by_name = {str(r.name): r for r in routes()}
    everybody = {*UNIT, "other_supervisor", "coordinator"}
    for names, readers in (
        (OF_THE_SUPERVISOR, {"supervisor"}),
        (OF_THE_PAIR, {"participant", "partner"}),
        (OF_THE_UNIT, UNIT),
        (OF_THE_ORGANISATION, everybody),
    ):
        for name in names:
            for role in ROLES[1:]:
                client = Client()
                client.force_login(world.people[role], backend=BACKEND)
                status, _text = fetch(client, address(by_name[name], world.keys))
                assert (status == 200) == (role in readers), (name, role, status)
                assert status in (200, 404), (name, role, status)


@pytest.mark.django_db
def test_a_member_elsewhere_who_waits_here_reads_nothing_that_is_offered_here(world: World) -> None:
    """Their address was first typed at a round of this organisation, so it is the one that stands with them."""
    waits = world.people["waiting"]
    assert waits is not None
    elsewhere = UnitFactory()
    assert elsewhere.organisation_id != waits.organisation_id
    Role.objects.create(person=waits, kind=Role.Kind.MEMBER, unit=elsewhere)
    client = Client()
    client.force_login(waits, backend=BACKEND)
    status, text = fetch(client, reverse("inspired"))
    assert (status, "TARJOTTU-KOKEILU" in text) == (200, False)
    assert client.get(reverse("inspired_trial", args=[world.keys["offered"]])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_what_units_released_is_put_together_for_the_coordinator_alone(world: World, role: str) -> None:
    client = Client()
    if (person := world.people[role]) is not None:
        client.force_login(person, backend=BACKEND)
    status, text = fetch(client, reverse("units_benefits"))
    assert status == (302 if person is None else 200 if role == "coordinator" else 404)
    assert not any(secret in text for secret in MAY_READ)


@pytest.mark.django_db
def test_nobody_changes_what_is_not_theirs(world: World) -> None:
    """Every address that takes a POST, as every role that has no business there: nothing but 404, nothing changes."""
    before = (
        Pair.objects.get(pk=world.keys["pair"]).state,
        Meeting.objects.get().state,
        bytes(Box.objects.get().spent),
        list(Trial.objects.order_by("pk").values()),
        Screen.objects.exists(),
        ReadingAddress.objects.exists(),
        LetsTry.objects.count(),
    )
    strangers = ["other_pair", "member", "waiting", "other_supervisor", "coordinator", "administrator"]
    own = {
        "set_language",
        "account_logout",
        "account_request_login_code",
        "erase_me",
        "join_step",
        "set_up",
        "unit_new",
    }
    for route in routes():
        path = address(route, world.keys)
        if route.name in own or "<int:pk>" not in str(route.pattern) or route.name in ("answer", "start_questions"):
            continue
        for role in strangers:
            client = Client()
            client.force_login(world.people[role], backend=BACKEND)
            response = client.post(path, {"answer": "again", "version": "1", "text": "x", "fingerprint": "x"})
            assert response.status_code in (404, 405), (route.name, role, response.status_code)
    after = (
        Pair.objects.get(pk=world.keys["pair"]).state,
        Meeting.objects.get().state,
        bytes(Box.objects.get().spent),
        list(Trial.objects.order_by("pk").values()),
        Screen.objects.exists(),
        ReadingAddress.objects.exists(),
        LetsTry.objects.count(),
    )
    assert before == after


@pytest.mark.django_db
def test_who_looked_is_shown_to_the_one_looked_at(world: World, client: Client) -> None:
    boss, first = world.people["supervisor"], world.people["participant"]
    assert boss is not None
    assert first is not None
    client.force_login(boss, backend=BACKEND)
    client.get(reverse("round_sign_ups", args=[world.keys["round"]]))
    client.force_login(first, backend=BACKEND)
    assert "Ritva Salo" in client.get(reverse("my_data")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_calendar_feed_opens_to_its_secret_alone_and_holds_its_owners_meetings_alone(world: World, role: str) -> None:
    owner, person = world.people["participant"], world.people[role]
    assert owner is not None
    secret = make_address(owner)
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
        # Nobody's own sign-in is a way to somebody else's feed, nor are their own choices somebody else's.
        client.post(reverse("own_calendar"), {"discreet": "on", "person": owner.pk})
        client.post(reverse("calendar_address"), {"person": owner.pk})
        client.post(reverse("calendar_address_end"), {"person": owner.pk})
    if role != "participant":
        assert OwnCalendar.objects.get(person=owner).address_hash == OwnCalendar.hash_of(secret)
        assert not OwnCalendar.objects.get(person=owner).discreet
    secret = make_address(owner)
    guesses = [OwnCalendar.hash_of(secret), owner.pk, owner.email, secret[:-1], secret.swapcase(), token_of(owner), "."]
    for guess in guesses:
        assert fetch(client, f"/calendar/{guess}.ics")[0] == 404, guess
    # The secret itself needs no sign-in and gives nobody more than the owner may see.
    status, text = fetch(client, reverse("calendar_feed", args=[secret]))
    assert status == 200
    for planted, readers in MAY_READ.items():
        assert planted not in text or "participant" in readers, planted


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["other_pair", "member", "supervisor", "coordinator", "administrator"])
def test_a_feed_of_ones_own_shows_nothing_of_others(world: World, role: str) -> None:
    person = world.people[role]
    assert person is not None
    status, text = fetch(Client(), reverse("calendar_feed", args=[make_address(person)]))
    assert status == 200
    assert "VEVENT" not in text


OF_ONES_OWN_ROSTER = ["roster_feed", "roster_feed_refresh", "roster_feed_stop"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_the_address_of_somebodys_roster_does_not_exist_for_anybody_else(world: World, role: str) -> None:
    owner, person = world.people["participant"], world.people[role]
    before = RosterFeed.objects.values().get(person=owner)
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    for name in OF_ONES_OWN_ROSTER:
        given = {"person": world.people["participant"].pk, "pk": before["id"], "feed": before["id"], "address": ""}  # type: ignore[union-attr]
        response = client.post(reverse(name), given, follow=person is not None)
        text = response.content.decode()
        assert "SALAINEN-SYOTE" not in text
        if role != "participant":
            assert "vuorot.example.org" not in text
        if person is None:
            assert response.status_code == 302
    if role != "participant":
        assert RosterFeed.objects.values().get(person=owner) == before
    else:
        assert not RosterFeed.objects.exists()


@pytest.mark.django_db
def test_where_no_feeds_are_allowed_their_pages_exist_for_nobody(world: World, settings: Any) -> None:
    settings.ROSTER_FEEDS = False
    for role in ROLES:
        client = Client()
        if (person := world.people[role]) is not None:
            client.force_login(person, backend=BACKEND)
        for name in OF_ONES_OWN_ROSTER:
            assert client.post(reverse(name)).status_code == 404, (role, name)
            assert client.get(reverse(name)).status_code in (404, 405), (role, name)
    assert RosterFeed.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_who_said_lets_try_is_on_no_page(world: World, role: str) -> None:
    """Neither the name nor what stands for it, for anybody; one's own press only with oneself."""
    member, person = world.people["member"], world.people[role]
    assert member is not None
    key = key_of(world.keys["published"], member.pk)
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    for route in routes():
        text = fetch(client, address(route, world.keys))[1]
        assert key not in text
        # The name is the member's own; the supervisor sees members who signed up, and this one did not.
        assert role == "member" or "Kaisu Kokeilija" not in text, route.name
        assert role == "member" or "Sanoit: kokeillaan!" not in text, route.name
        if person is not None and route.name == "account_logout":
            client.force_login(person, backend=BACKEND)


@pytest.mark.django_db
def test_only_colleagues_of_the_unit_say_lets_try(world: World) -> None:
    for role in ROLES:
        client = Client()
        if (person := world.people[role]) is not None:
            client.force_login(person, backend=BACKEND)
        status = client.post(reverse("lets_try", args=[world.keys["published"]])).status_code
        assert status == (302 if role in {"other_pair", "member", "anonymous"} else 404), role
    # The member had said it already, and an anonymous one is only shown the way to sign in.
    assert LetsTry.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_screen_opens_to_its_secret_alone_and_shows_the_wall_without_names(world: World, role: str) -> None:
    boss, person = world.people["supervisor"], world.people[role]
    assert boss is not None
    unit = boss.roles.get().unit
    assert unit is not None
    secret = make_screen(unit, boss, "fi")
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    for guess in (Screen.hash_of(secret), unit.pk, secret[:-1], secret.swapcase(), "."):
        assert fetch(client, f"/tv/{guess}/")[0] == 404, guess
    shown = "".join(fetch(client, f"/tv/{secret}/?at={at}")[1] for at in ("", f"i{world.keys['published']}", f"i{world.keys['insight']}", f"t{world.keys['trial']}", f"t{world.keys['offered']}"))  # fmt: skip
    for planted in MAY_READ:
        assert (planted in shown) == (planted in {"JULKINEN-OIVALLUS", "YKSIKON-KOKEILU", "TARJOTTU-KOKEILU"}), planted
    for somebody in world.people.values():
        assert somebody is None or somebody.name not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_reading_address_opens_to_its_secret_alone_and_shows_what_is_the_units_without_names(
    world: World, role: str
) -> None:
    boss, person = world.people["supervisor"], world.people[role]
    assert boss is not None
    unit = boss.roles.get().unit
    assert unit is not None
    secret = make_reading(unit, boss)
    Round.objects.filter(pk=world.keys["round"]).update(state=Round.State.CLOSED, closed_at=timezone.now())
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    guesses = (ReadingAddress.hash_of(secret), unit.pk, secret[:-1], secret.swapcase(), world.keys["token"], ".")
    for guess in guesses:
        for path in (f"/read/{guess}/", f"/read/{guess}/rounds/{world.keys['round']}/"):
            assert fetch(client, path)[0] == 404, path
        assert client.post(f"/read/{guess}/lets-try/{world.keys['published']}/", {"on": "1"}).status_code == 404
    wall, closing = (
        fetch(client, f"/read/{secret}/"),
        fetch(client, f"/read/{secret}/rounds/{world.keys['round']}/"),
    )
    assert (wall[0], closing[0]) == (200, 200)
    open_to_all = {"JULKINEN-OIVALLUS", "YKSIKON-KOKEILU", "TARJOTTU-KOKEILU"}
    for planted in MAY_READ:
        assert planted not in wall[1] + closing[1] or planted in open_to_all, planted
        assert planted not in open_to_all or planted in wall[1], planted
    for somebody in world.people.values():
        assert somebody is None or somebody.name not in wall[1] + closing[1]
