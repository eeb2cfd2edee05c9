"""An installation without mail, read page by page and press by press: nothing promises a message that never leaves."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.attack.test_who_may_see_what import BACKEND, World, address, routes, world  # noqa: F401
from tests.evaluation.scene import a_unit, closed, evaluated, share
from tests.factories import RoundFactory, SignUpFactory, met, pair_of, supervisor_of
from tests.telling import LANGUAGES, ONLY_WITH_MAIL, promised, texts

from oppipari.meetings.models import Meeting
from oppipari.meetings.planner import actions as planning
from oppipari.meetings.reminders.actions import token_of
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person, PersonalLink
from oppipari.organisation.reach import mail_leaves
from oppipari.pairs import actions
from oppipari.pairs.models import Board, Pair, PairMember
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
READ = re.compile(r"text/html")


class Lines(HTMLParser):
    """What stands on a page to be read or heard, piece by piece; what is in another language is left out."""

    WITHIN = {"a", "strong", "em", "code", "q", "b", "i"}
    SHOWN = ("aria-label", "alt", "placeholder", "title", "data-done")
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang, self.said = lang, [""]
        self.open: list[tuple[str, str]] = []

    def ours(self) -> bool:
        spoken = next((lang for _tag, lang in reversed(self.open) if lang), self.lang)
        return spoken == self.lang and not any(tag in ("script", "style") for tag, _lang in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append((tag, given.get("lang") or ""))
        if tag not in self.WITHIN:
            self.said.append("")
        heard = [given[name] or "" for name in self.SHOWN if given.get(name)]
        if heard and self.ours():
            self.said += [*heard, ""]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag not in self.WITHIN:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if self.ours():
            self.said[-1] += data


def promises_on(page: str, lang: str) -> list[str]:
    reader = Lines(lang)
    reader.feed(page)
    return [found for line in reader.said if (found := promised(line, lang))]


def client_of(person: Person | None, lang: str) -> Client:
    client = Client(headers={"accept-language": lang})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    if person is not None:
        Person.objects.filter(pk=person.pk).update(language=lang)
        person.language = lang
        client.force_login(person, backend=BACKEND)
    return client


class Reader:
    """Somebody who reads every answer in one language."""

    def __init__(self, lang: str) -> None:
        self.lang, self.read, self.found = lang, 0, list[tuple[str, str]]()

    def look(self, what: str, answer: Any) -> Any:
        if READ.match(answer.headers.get("Content-Type", "")):
            page = answer.content.decode()
            assert f'<html lang="{self.lang}"' in page or "<html" not in page, what
            self.read += 1
            self.found += [(what, line) for line in promises_on(page, self.lang)]
        return answer

    def post(self, client: Client, name: str, args: list[Any], data: dict[str, Any] | None = None) -> Any:
        return self.look(name, client.post(reverse(name, args=args), data or {}, follow=True))

    def get(self, client: Client, name: str, args: list[Any]) -> Any:
        return self.look(name, client.get(reverse(name, args=args), follow=True))


@pytest.fixture(autouse=True)
def _no_mail() -> Iterator[None]:
    assert not mail_leaves()
    cache.clear()
    yield
    cache.clear()
    assert not Outgoing.objects.exists()


def test_the_reader_finds_a_promise_and_passes_over_what_is_so() -> None:
    page = (
        '<html lang="fi"><p>Kolmikko julkaistiin. <b>Pareille on kerrottu.</b></p><p lang="sv">Paren har fått veta det.</p>'
        '<p>Viestiä ei lähde: asia näkyy kunkin omalla sivulla.</p><button aria-label="Lähetetty">Lähetä</button></html>'
    )
    assert promises_on(page, "fi") == ["Kolmikko julkaistiin. Pareille on kerrottu.", "Lähetetty"]
    assert promises_on("<p>Both are <em>told</em> when you publish.</p>", "en")


# Who reads the most of the pages, in each language; the others in Finnish.
READERS = [
    *((lang, role) for lang in LANGUAGES for role in ("anonymous", "participant", "supervisor")),
    *(("fi", role) for role in ("waiting", "member", "other_supervisor", "coordinator")),
]


@pytest.mark.parametrize(("lang", "role"), READERS)
def test_every_page_as_every_role(world: World, lang: str, role: str) -> None:  # noqa: F811
    reader = Reader(lang)
    person = world.people[role]
    for route in routes():
        client = client_of(person, lang)
        reader.look(str(route.name), client.get(address(route, world.keys)))
    assert reader.found == []
    assert reader.read >= 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_supervisors_pages_of_every_state(lang: str) -> None:
    unit, boss = a_unit()
    open_, forming = RoundFactory(unit=unit), RoundFactory(unit=unit, state=Round.State.PAIRING, odd_person="wait")
    for round_ in (open_, forming):
        for _ in range(4):
            SignUpFactory(round=round_)
    meeting = RoundFactory(unit=unit, state=Round.State.MEETING, published_at=timezone.now())
    pairs = [pair_of(meeting) for _ in range(3)]
    actions.end_early(pairs[2], pairs[2].members.earliest("pk").person)
    SignUpFactory(round=meeting)
    rounds = [open_, forming, meeting, closed(unit, boss, "Neljäs"), evaluated(unit, boss, "Viides")]
    actions.suggest(forming, boss)
    reader = Reader(lang)
    client = client_of(boss, lang)
    for round_ in rounds:
        for route in routes():
            if str(route.pattern).startswith("rounds/"):
                path = address(route, {"round": round_.pk, "token": round_.invite_token})
                reader.look(f"{round_.state}: {route.name}", client.get(path))
    assert reader.found == []
    assert reader.read > 60


# -- presses -----------------------------------------------------------------------------------------------------------


def publish(reader: Reader) -> None:
    unit, boss = a_unit()
    round_ = RoundFactory(unit=unit, state=Round.State.PAIRING, odd_person="wait")
    for _ in range(5):
        SignUpFactory(round=round_)
    client = client_of(boss, reader.lang)
    actions.suggest(round_, boss)
    reader.get(client, "board_publish", [round_.pk])
    page = reader.post(client, "board_publish", [round_.pk], {"version": Board.objects.get(round=round_).version})
    assert reverse("pairs_tell", args=[round_.pk]) in page.content.decode()
    reader.get(client, "pairs_tell", [round_.pk])
    lonely = round_.sign_ups.get(places=None)
    pair = Pair.objects.filter(round=round_).earliest("pk")
    page = reader.post(client, "pair_join", [round_.pk], {"join": f"{pair.pk} {lonely.pk}"})
    assert pair.members.count() == 3


def new_pairs(reader: Reader) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair_of(round_)
    first, second = SignUpFactory(round=round_), SignUpFactory(round=round_)
    client = client_of(supervisor_of(round_.unit), reader.lang)
    reader.get(client, "pair_reform", [round_.pk])
    reader.post(client, "pair_reform", [round_.pk], {"pair": f"{first.pk} {second.pk}"})
    assert round_.pairs.count() == 2


def sign_up(reader: Reader) -> None:
    round_ = RoundFactory()
    client, token = client_of(None, reader.lang), round_.invite_token
    for step, answers in {
        "who": {"name": "Maj Lind", "email": "maj@example.org"},
        "share": {"tags": ["medication"]},
        "learn": {"tags": ["first-aid"]},
        "times": {"slots": ["0"]},
        "how": {"stage": "early", "way": "either", "languages": ["sv"], "wished_stage": "", "exclusion": ""},
        "check": {},
    }.items():
        reader.post(client, "join_step", [token, step], answers)
    made = round_.sign_ups.get()
    reader.get(client, "my_sign_up", [made.pk])
    boss = client_of(supervisor_of(round_.unit), reader.lang)
    reader.get(boss, "round_sign_ups", [round_.pk])
    reader.post(boss, "sign_up_confirm", [round_.pk], {"sign_up": made.pk})
    reader.get(client, "join_done", [token])
    reader.post(boss, "sign_up_link", [made.pk])
    reader.post(client, "sign_up_withdraw", [made.pk])


def invite(reader: Reader) -> None:
    round_ = RoundFactory()
    client = client_of(supervisor_of(round_.unit), reader.lang)
    page = reader.post(client, "round_invite", [round_.pk], {"addresses": "aino@example.org\neino@example.org"})
    assert round_.invitations.count() == 2
    reader.post(client, "invitation_sheet", [round_.pk])
    file = SimpleUploadedFile("a.csv", "Nimi;Sähköposti;Haluan oppia\nOlli;olli@example.org;Ensiapu\n".encode())
    reader.post(client, "round_upload", [round_.pk], {"file": file})
    page = reader.post(client, "round_upload", [round_.pk], {"invite": "1"})
    assert page.status_code == 200
    assert round_.invitations.count() == 3
    reader.post(client, "unit", [round_.unit_id], {"add_supervisor": "1", "supervisor-name": "Uusi", "supervisor-email": "u@example.org"})  # fmt: skip


def meetings(reader: Reader) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_, 3)
    first = pair.members.earliest("pk").person
    mine, theirs = client_of(boss, reader.lang), client_of(first, reader.lang)
    first_day = timezone.localdate() + timedelta(days=7)
    plan = planning.ask_for_plan(round_, boss, first_day=first_day, weeks=14)
    planning.work_out(plan.pk, plan.version)
    reader.get(mine, "round_planner", [round_.pk])
    reader.post(mine, "planner_publish", [round_.pk], {"version": plan.version})
    assert Meeting.objects.filter(state=Meeting.State.AGREED).count() == round_.meetings_wanted
    reader.get(theirs, "pair", [pair.pk])
    one, two, three = Meeting.objects.order_by("starts_at")[:3]
    reader.post(mine, "meeting_turn_down", [round_.pk], {"seen": f"{one.pk}:{one.version}"})
    reader.get(theirs, "meeting_move", [two.pk])
    reader.post(theirs, "meeting_cancel", [two.pk])
    Meeting.objects.filter(pk=three.pk).update(starts_at=timezone.now() - timedelta(hours=3))
    reader.get(theirs, "pair", [pair.pk])
    reader.post(theirs, "meeting_held", [three.pk])
    reader.post(theirs, "own_calendar", [], {"discreet": "on"})
    for data in ({}, {"reminders": "on"}):
        reader.look("reminders_off", theirs.post(reverse("reminders_off", args=[token_of(first)]), data))
    reader.look("reminders_off", theirs.get(reverse("reminders_off", args=[token_of(first)])))


def rosters(reader: Reader) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss, pair = supervisor_of(round_.unit), pair_of(round_)
    day = timezone.localdate() + timedelta(days=14)
    start = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=14)
    Meeting.objects.create(pair=pair, starts_at=start, minutes=60, state=Meeting.State.AGREED)
    rows = [["Sähköposti", "Nimi", "Tiimi", f"{day.day}.{day.month}.{day.year}"]]
    rows += [[m.person.email or "", m.person.name, "", "18-22"] for m in pair.members.select_related("person")]
    client = client_of(boss, reader.lang)
    file = SimpleUploadedFile("lista.csv", "\n".join(";".join(row) for row in rows).encode(), "text/csv")
    page = reader.post(client, "unit_roster", [round_.unit_id], {"file": file}).content.decode()
    carried = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("carried", "name")}
    kept = {name: found[1] for name, found in carried.items() if found}
    reader.post(client, "unit_roster", [round_.unit_id], {**kept, "keep": "1"})
    page = reader.get(client, "round_meetings", [round_.pk]).content.decode()
    assert 'class="warn-text"' in page
    reader.get(client_of(pair.members.earliest("pk").person, reader.lang), "pair", [pair.pk])


def endings(reader: Reader) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss, pair, other = supervisor_of(round_.unit), pair_of(round_), pair_of(round_)
    PairMember.objects.update(answer=PairMember.Answer.FINE)
    first = pair.members.earliest("pk").person
    mine, theirs = client_of(boss, reader.lang), client_of(first, reader.lang)
    for name in ("pair_again", "pair_end"):
        reader.get(theirs, name, [pair.pk])
    reader.post(theirs, "pair_answer", [pair.pk], {"answer": "end"})
    reader.post(theirs, "pair_answer", [pair.pk], {"answer": "stay"})
    reader.get(mine, "pair_dissolve", [other.pk])
    reader.post(mine, "pair_dissolve", [other.pk])
    reader.get(mine, "pair_dissolve", [other.pk])
    met(pair)
    actions.ask_to_go_on(pair)
    reader.get(theirs, "pair_go_on", [pair.pk])
    reader.post(theirs, "pair_go_on", [pair.pk], {"agreed": pair.meetings_agreed, "goes_on": "yes", "more": "3"})
    reader.get(theirs, "pair", [pair.pk])
    reader.get(theirs, "pair_go_on", [pair.pk])
    actions.dissolve(other, boss, stays=True)
    actions.ask_again(pair, first)


def insights(reader: Reader) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss, pair = supervisor_of(round_.unit), pair_of(round_)
    share(pair, "Viisi hiljaista minuuttia ennen raporttia.")
    idea = pair.insights.get()
    mine = client_of(boss, reader.lang)
    reader.get(mine, "wall", [round_.unit_id])
    reader.post(mine, "insight_ask", [idea.pk])
    reader.get(client_of(pair.members.earliest("pk").person, reader.lang), "insight", [idea.pk])


def evaluation(reader: Reader) -> None:
    unit, boss = a_unit()
    round_ = RoundFactory(unit=unit, state=Round.State.MEETING, published_at=timezone.now())
    for _ in range(3):
        met(pair_of(round_))
    client = client_of(boss, reader.lang)
    closes = timezone.localdate() + timedelta(days=7)
    reader.post(client, "round_evaluation", [round_.pk], {"open": "1", "closes": closes.isoformat()})
    reader.get(client, "round_evaluation", [round_.pk])
    reader.get(client_of(round_.pairs.earliest("pk").members.earliest("pk").person, reader.lang), "home", [])
    done = evaluated(unit, boss, "Toinen")
    reader.get(client, "round_close", [done.pk])
    reader.post(client, "round_close", [done.pk])


PRESSES = [publish, new_pairs, sign_up, invite, meetings, rosters, endings, insights, evaluation]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("pressing", PRESSES, ids=lambda f: f.__name__)
def test_every_press_that_concerns_others(pressing: Callable[[Reader], None], lang: str) -> None:
    reader = Reader(lang)
    with translation.override(lang):
        pressing(reader)
    assert reader.found == []
    assert reader.read >= 2


def test_what_is_so_only_with_mail_is_said_nowhere_above_either() -> None:
    """The lists do not overlap in any language, so a sentence of the one is never let through by the other."""
    only = [text for text in texts() if text.msgid in ONLY_WITH_MAIL]
    assert {text.msgid for text in only} == set(ONLY_WITH_MAIL)
    for text in only:
        for lang in text.promises:
            assert any(promised(said, lang) for said in text.said[lang]), (lang, text.msgid)


def test_a_link_that_has_ended_leads_to_the_supervisor_and_not_to_a_mailbox() -> None:
    person = supervisor_of(RoundFactory().unit)
    token = PersonalLink.make(person, PersonalLink.Kind.HANDED)
    for lang in LANGUAGES:
        reader = Reader(lang)
        for _ in range(2):
            reader.look("link", client_of(None, lang).post(reverse("sign_in_link", args=[token])))
        assert reader.found == []
