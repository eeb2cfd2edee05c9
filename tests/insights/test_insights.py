"""Published only after everyone approved exactly that text."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, ended, member_of, pair_of, supervisor_of

from oppipari.insights import actions
from oppipari.insights.models import Approval, Insight
from oppipari.messages.models import Outgoing
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import erase_me, retention
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PUBLISHED = Insight.State.PUBLISHED


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def people_of(pair: Pair) -> list[Any]:
    return [m.person for m in pair.members.all()]


def test_it_takes_everyone_and_exactly_that_text(pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Viisi hiljaista minuuttia")
    old = made.fingerprint
    actions.approve(made, first, old)
    assert actions.approve(made, first, old).state != PUBLISHED  # twice the same person
    changed = actions.edit(made, second, made.version, "Kymmenen hiljaista minuuttia")
    assert not changed.approvals.exists()
    with pytest.raises(StaleEdit):
        actions.approve(made, second, old)
    actions.approve(changed, first, changed.fingerprint)
    after = actions.approve(changed, second, changed.fingerprint)
    assert (after.state, after.shown_names) == (PUBLISHED, "")
    again = actions.edit(after, first, after.version, "Viisitoista minuuttia")
    assert again.state != PUBLISHED
    actions.withdraw(again, second)
    assert not Insight.objects.exists()


def test_names_show_only_if_all_want() -> None:
    trio = pair_of(RoundFactory(), size=3)
    for wishes, shown in (([True, True, False], False), ([True, True, True], True)):
        made = actions.write(trio, people_of(trio)[0], f"Teksti {wishes}")
        for person, wish in zip(people_of(trio), wishes, strict=True):
            made = actions.approve(made, person, made.fingerprint, name_may_show=wish)
        assert made.state == PUBLISHED
        assert bool(made.shown_names) == shown


def test_two_who_edit_at_once_lose_nothing(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Alku")
    actions.edit(made, second, made.version, "Toisen teksti")
    client.force_login(first, backend=BACKEND)
    page = client.post(reverse("insight", args=[made.pk]), {"text": "Minun tekstini", "version": 1}).content.decode()
    assert "Toisen teksti" in page
    assert "Minun tekstini" in page
    assert Insight.objects.get().text == "Toisen teksti"


def test_the_wall_is_the_units(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "<script>alert(1)</script> مرحبا 🙂")
    for person in (first, second):
        actions.approve(made, person, made.fingerprint)
    unit = pair.round.unit
    for person, status in ((member_of(unit), 200), (supervisor_of(unit), 200), (PersonFactory(), 404)):
        client.force_login(person, backend=BACKEND)
        answer = client.get(reverse("wall", args=[unit.pk]))
        assert answer.status_code == status
        assert b"<script>alert" not in answer.content


def test_too_long_and_empty_texts_are_told_with_what_was_typed(client: Any, pair: Pair) -> None:
    first, _second = people_of(pair)
    client.force_login(first, backend=BACKEND)
    url = reverse("insight_new", args=[pair.pk])
    page = client.post(url, {"text": "y" * 2000}).content.decode()
    assert "2000 merkkiä" in page
    assert "y" * 2000 in page
    assert "lauseella tai kahdella" in client.post(url, {"text": "  "}).content.decode()
    assert not Insight.objects.exists()


def test_a_stranger_writes_and_approves_nothing(pair: Pair) -> None:
    made = actions.write(pair, people_of(pair)[0], "Teksti")
    stranger = people_of(pair_of(pair.round))[0]
    for attempt in (lambda: actions.approve(made, stranger, made.fingerprint), lambda: actions.write(pair, stranger, "x"), lambda: actions.withdraw(made, stranger)):  # fmt: skip
        with pytest.raises(DomainError):
            attempt()


def publish(pair: Pair, text: str, *, named: bool = False) -> Insight:
    made = actions.write(pair, people_of(pair)[0], text)
    for person in people_of(pair):
        made = actions.approve(made, person, made.fingerprint, name_may_show=named)
    return made


def test_nothing_stored_tells_who_wrote(pair: Pair, mail_on: None) -> None:
    first, second = people_of(pair)
    for writer in (first, second):
        made = actions.write(pair, writer, f"Teksti {writer.pk}")
        # The writer approves first, as writers do.
        for person in (writer, *(p for p in (first, second) if p != writer)):
            made = actions.approve(made, person, made.fingerprint)
        approved = list(made.approvals.order_by("pk").values_list("person_id", flat=True))
        assert approved == [first.pk, second.pk]
    assert {f.name for f in Insight._meta.get_fields()} == {
        "id", "pair", "unit", "text", "state", "published_at", "shown_names", "version", "approvals",
        "lets_try", "lets_try_told", "lets_try_read", "lets_try_counted_on", "trials", "asked_on", "kept",
    }  # fmt: skip
    keys = list(Outgoing.objects.filter(kind="insight_waits").values_list("key", flat=True))
    assert len(keys) == 2
    assert all(re.fullmatch(r"insight_waits:[0-9a-f-]{36}", key) for key in keys)


def test_an_approval_of_an_older_text_is_told_and_counts_for_nothing(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Ensimmäinen teksti")
    read = made.fingerprint
    actions.edit(made, first, made.version, "Toinen teksti")
    client.force_login(second, backend=BACKEND)
    page = client.post(reverse("insight_approve", args=[made.pk]), {"fingerprint": read}, follow=True).content.decode()
    assert "muuttui" in page
    assert "Toinen teksti" in page
    assert not Approval.objects.exists()


def test_a_trio_needs_all_three_and_an_edit_takes_it_off_the_wall(client: Any) -> None:
    trio = pair_of(RoundFactory(state=Round.State.MEETING), size=3)
    first, second, third = people_of(trio)
    made = actions.write(trio, first, "Yhteinen kalenteri")
    for person in (first, second):
        assert actions.approve(made, person, made.fingerprint).state != PUBLISHED
    client.force_login(third, backend=BACKEND)
    url = reverse("wall", args=[trio.round.unit_id])
    assert "Yhteinen kalenteri" not in client.get(url).content.decode()
    published = actions.approve(made, third, made.fingerprint)
    assert "Yhteinen kalenteri" in client.get(url).content.decode()
    client.post(reverse("insight", args=[made.pk]), {"text": "Yhteinen taulu", "version": published.version})
    page = client.get(url).content.decode()
    assert "Yhteinen kalenteri" not in page
    assert "Yhteinen taulu" not in page


def test_one_who_no_longer_wants_their_name_takes_all_names_away(client: Any, pair: Pair) -> None:
    made = publish(pair, "Nimetty", named=True)
    first, second = people_of(pair)
    assert first.name in made.shown_names
    client.force_login(second, backend=BACKEND)
    for _ in range(2):
        client.post(reverse("insight_hide_names", args=[made.pk]))
    made.refresh_from_db()
    assert (made.shown_names, made.state) == ("", PUBLISHED)


def test_who_once_approved_can_take_it_back_when_the_pair_has_ended(client: Any, pair: Pair) -> None:
    made = publish(pair, "Julkaistu")
    draft = actions.write(pair, people_of(pair)[0], "Kesken jäänyt")
    first, second = people_of(pair)
    ended(pair, first)
    assert not Insight.objects.filter(pk=draft.pk).exists()  # nobody could open it any more
    client.force_login(second, backend=BACKEND)
    page = client.get(reverse("insight", args=[made.pk])).content.decode()
    assert "Julkaistu" in page
    assert 'name="text"' not in page
    with pytest.raises(DomainError):
        actions.edit(made, second, made.version, "Muutettu")
    pair.delete()  # the round's data have had their time
    assert client.post(reverse("insight_withdraw", args=[made.pk])).status_code == 302
    assert not Insight.objects.exists()


def test_one_who_is_left_alone_publishes_nothing(pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Yhdessä")
    second.delete()
    for attempt in (lambda: actions.approve(made, first, made.fingerprint), lambda: actions.write(pair, first, "Yksin")):  # fmt: skip
        with pytest.raises(DomainError, match="yksin"):
            attempt()


def test_taking_back_twice_says_the_same_and_tells_strangers_nothing(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    other = pair_of(pair.round)
    mine, theirs = actions.write(pair, first, "Oma"), actions.write(other, people_of(other)[0], "Toisten")
    client.force_login(first, backend=BACKEND)
    gone = reverse("insight_withdraw", args=[mine.pk])
    for _ in range(2):
        assert client.post(gone, {"pair": pair.pk}).url == reverse("pair", args=[pair.pk])
    answers = {
        (client.post(reverse("insight_withdraw", args=[pk]), {"pair": named}).status_code, named)
        for pk in (mine.pk, theirs.pk, 10**9)
        for named in (pair.pk, other.pk, "", "x", "²")
    }
    assert answers == {(302, pair.pk), (404, other.pk), (404, ""), (404, "x"), (404, "²")}
    assert Insight.objects.get() == theirs
    with pytest.raises(DomainError):
        actions.approve(mine, second, mine.fingerprint)


def test_saving_the_same_text_changes_nothing_and_says_so(client: Any, pair: Pair) -> None:
    first, _second = people_of(pair)
    made = actions.approve(actions.write(pair, first, "Sama"), first, hashlib.sha256(b"Sama").hexdigest())
    client.force_login(first, backend=BACKEND)
    page = client.post(reverse("insight", args=[made.pk]), {"text": "Sama \r\n", "version": 1}, follow=True)
    assert "mikään ei muuttunut" in page.content.decode()
    assert made.approvals.count() == 1


def test_what_readers_cannot_see_is_not_stored(pair: Pair) -> None:
    made = actions.write(pair, people_of(pair)[0], "Näkyy\u202e ja\u200b näin\x07.\r\n\r\nPerhe 👩\u200d👧")
    assert made.text == "Näkyy ja näin.\n\nPerhe 👩\u200d👧"


def test_a_text_of_full_length_with_many_lines_fits(client: Any, pair: Pair) -> None:
    client.force_login(people_of(pair)[0], backend=BACKEND)
    text = "\r\n".join(["x" * 39] * 25)  # 999 characters as stored, 1023 as browsers send it
    assert client.post(reverse("insight_new", args=[pair.pk]), {"text": text}).status_code == 302


def test_the_supervisor_learns_nothing_of_drafts(client: Any, pair: Pair) -> None:
    boss = supervisor_of(pair.round.unit)
    client.force_login(boss, backend=BACKEND)
    pages = [reverse("round", args=[pair.round_id]), reverse("home"), reverse("wall", args=[pair.round.unit_id])]

    def seen() -> list[str]:
        return [re.sub(r'value="[^"]*"', "", client.get(p).content.decode()) for p in pages]

    before = seen()
    draft = actions.write(pair, people_of(pair)[0], "Vielä keskeneräinen")
    assert seen() == before
    assert client.get(reverse("insight", args=[draft.pk])).status_code == 404


def test_pages_take_as_many_queries_with_many_insights_as_with_few(client: Any, pair: Pair) -> None:
    first, _second = people_of(pair)
    client.force_login(first, backend=BACKEND)
    counts = []
    for number in (1, 12):
        for i in range(number):
            publish(pair, f"Julkaistu {number} {i}")
            actions.write(pair, first, f"Luonnos {number} {i}")
        for url in (reverse("wall", args=[pair.round.unit_id]), reverse("pair", args=[pair.pk]), reverse("home")):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
    assert counts[:3] == counts[3:]


def test_the_wall_has_large_letters_for_a_big_screen(client: Any, pair: Pair) -> None:
    publish(pair, "Näkyy kauas")
    client.force_login(member_of(pair.round.unit), backend=BACKEND)
    url = reverse("wall", args=[pair.round.unit_id])
    assert '<body class="tv">' in client.get(f"{url}?tv=1").content.decode()
    assert '<body class="">' in client.get(url).content.decode()


def test_after_the_round_drafts_can_be_finished_and_no_new_ones_begun(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    draft, wall = actions.write(pair, first, "Ennen loppua"), publish(pair, "Julkaistu")
    Round.objects.filter(pk=pair.round_id).update(state=Round.State.CLOSED)
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
    client.force_login(first, backend=BACKEND)
    page = client.post(reverse("insight_new", args=[pair.pk]), {"text": "Liian myöhään"}).content.decode()
    assert "Kierros on päättynyt." in page
    assert "Liian myöhään" in page
    for person in (first, second):
        draft = actions.approve(draft, person, draft.fingerprint)
    assert draft.state == PUBLISHED
    actions.withdraw(wall, second)
    assert list(Insight.objects.all()) == [draft]


def test_retention_leaves_no_draft_that_nobody_could_open(pair: Pair) -> None:
    actions.write(pair, people_of(pair)[0], "Kesken jäänyt")
    wall = publish(pair, "Julkaistu")
    Round.objects.filter(pk=pair.round_id).update(
        state=Round.State.CLOSED, closed_at=timezone.now() - timedelta(days=200)
    )
    retention(timezone.localdate())
    assert list(Insight.objects.all()) == [wall]
    assert Insight.objects.get().pair is None


def test_whoever_is_erased_takes_the_names_along_also_when_the_pair_is_gone(pair: Pair) -> None:
    made = publish(pair, "Nimetty", named=True)
    _first, second = people_of(pair)
    Round.objects.filter(pk=pair.round_id).update(
        state=Round.State.CLOSED, closed_at=timezone.now() - timedelta(days=200)
    )
    retention(timezone.localdate())
    erase_me(second)
    made.refresh_from_db()
    assert (made.shown_names, made.text) == ("", "Nimetty")


def test_marks_piled_upon_a_letter_do_not_cover_what_others_wrote(pair: Pair) -> None:
    made = actions.write(pair, people_of(pair)[0], "Z" + "\u0301" * 60 + "algo, e\u0301 ja ä")
    assert made.text == "Z" + "\u0301" * 4 + "algo, e\u0301 ja ä"


def test_an_insight_has_no_more_lines_than_are_read_in_passing(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    client.force_login(first, backend=BACKEND)
    text = "\n".join("a" * 450)
    page = client.post(reverse("insight_new", args=[pair.pk]), {"text": text}).content.decode()
    assert "Tekstissä on 450 riviä; enintään 30 mahtuu." in page
    assert page.count("a\n") >= 449  # what was typed is still there
    with pytest.raises(DomainError) as told:
        actions.write(pair, first, text)
    assert told.value.field == "text"
    long = "\n".join(f"rivi {n}" for n in range(1, 31))
    made = actions.write(pair, first, long)
    # On the pair's page it is one line, on the wall it opens on demand.
    assert "rivi 1 rivi 2" in client.get(reverse("pair", args=[pair.pk])).content.decode()
    for person in (first, second):
        made = actions.approve(made, person, made.fingerprint)
    wall = client.get(reverse("wall", args=[made.unit_id])).content.decode()
    shown, rest = wall.split("<details", 1)
    assert "rivi 10" in shown
    assert "rivi 11" not in shown
    assert "Lue loppuun" in rest
    assert "rivi 30" in rest
