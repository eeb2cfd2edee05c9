"""A suggestion for many people: worked out by the worker, told about on the way, never laid over somebody's change."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.factories import RoundFactory, many_sign_ups, supervisor_of
from tests.mailbox import deliver_all

from oppipari.pairs import actions
from oppipari.pairs.actions.suggesting import IN_WORKER_FROM
from oppipari.pairs.constraints import Edit
from oppipari.pairs.models import Board, Proposal, SuggestionRun
from oppipari.pairs.queries import todos_for_round
from oppipari.pairs.queries.board import CARDS_SHOWN
from oppipari.rounds.models import Exclusion, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Boss:
    """A supervisor at the board of a round with many people."""

    def __init__(self, people: int = IN_WORKER_FROM) -> None:
        self.round = RoundFactory(state=Round.State.PAIRING, odd_person="wait")
        self.person = supervisor_of(self.round.unit, language="en")
        self.sign_ups = many_sign_ups(self.round, people)
        self.client = Client(headers={"Accept-Language": "en"})
        self.client.force_login(self.person, backend=BACKEND)

    def page(self, **query: Any) -> str:
        return self.client.get(reverse("board", args=[self.round.pk]), query).content.decode()

    def poll(self) -> Any:
        return self.client.get(reverse("board_run", args=[self.round.pk]), headers={"HX-Request": "true"})

    def press(self, edit: str, **data: Any) -> str:
        """Press a button as a plain form does; returns the page it leads to."""
        data = {
            "edit": edit,
            "version": self.board().version if Board.objects.filter(round=self.round).exists() else 1,
            **data,
        }
        return self.client.post(reverse("board_edit", args=[self.round.pk]), data, follow=True).content.decode()

    def board(self) -> Board:
        return Board.objects.select_related("current").get(round=self.round)

    def groups(self) -> list[list[int]]:
        return [[int(k) for k in g["members"]] for g in self.board().current.plan["pairs"]]


@pytest.fixture
def boss() -> Boss:
    return Boss()


@pytest.fixture
def boss_with_pairs(boss: Boss) -> Boss:
    """With a suggestion on the board, and one person who has withdrawn since."""
    boss.press("suggest")
    deliver_all()
    gone = boss.sign_ups[-1]
    SignUp.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), version=F("version") + 1)
    many_sign_ups(boss.round, 3)
    return boss


@contextmanager
def in_the_middle(call: Callable[[], Any]) -> Iterator[list[Any]]:
    """Do something while the worker works: right after it has told that the engine is at work."""
    answers: list[Any] = []
    begun: list[bool] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        told = sql.startswith("UPDATE") and "pairs_suggestionrun" in sql and '"percent"' in sql
        if told and not begun and "reading" not in [str(p) for p in params or ()]:
            begun.append(True)
            answers.append(call())
        return result

    with connection.execute_wrapper(watch):
        yield answers
    assert begun, "the worker never told how far it is"


def test_the_worker_works_it_out_and_the_page_tells_how_far_it_is(boss: Boss) -> None:
    page = boss.press("suggest")
    assert "The suggestion is being worked out" in page
    assert "Waiting for its turn." in page
    assert "leave this page and return" in page
    assert not Proposal.objects.exists()  # nothing was solved within the request
    assert "being worked out" in str(todos_for_round(boss.round, boss.person)[0].text)

    with in_the_middle(lambda: (boss.poll().content.decode(), boss.page())) as seen:
        deliver_all()
    told, returned = seen[0]  # what a page that waits was told, and what one who returns sees
    for text in (told, returned):
        bar = re.search(r'<progress max="100" value="(\d+)"', text)
        assert bar, text
        assert 0 < int(bar[1]) < 100
        assert "Waiting for its turn." not in text
    assert 'hx-trigger="every 2s"' in told
    assert len(told) < 3000  # asking how far it is carries no board

    over = boss.poll()
    assert over["HX-Retarget"] == "#board"
    assert "proven" in over.content.decode()
    page = boss.page()
    assert "being worked out" not in page
    assert f"{len(boss.sign_ups) // 2} pairs" in page
    assert not SuggestionRun.objects.exists()
    assert boss.board().current.created_by == boss.person


def test_fewer_people_are_answered_at_once() -> None:
    boss = Boss(people=12)
    assert "proven" in boss.press("suggest")
    assert not DBTaskResult.objects.exists()


def test_a_double_click_starts_one_run(boss: Boss) -> None:
    boss.press("suggest")
    boss.press("suggest")
    assert SuggestionRun.objects.count() == DBTaskResult.objects.count() == 1
    with in_the_middle(lambda: boss.press("suggest")):
        deliver_all()
    assert DBTaskResult.objects.count() == Proposal.objects.count() == 1
    boss.press("suggest")  # nothing has changed since: there is nothing to do
    assert not SuggestionRun.objects.exists()


@pytest.mark.parametrize("step", ["edit", "undo"])
def test_a_change_on_the_board_comes_first(boss_with_pairs: Boss, step: str) -> None:
    boss = boss_with_pairs
    pair = boss.groups()[0]
    if step == "undo":
        boss.press(f"lock {pair[0]} {pair[1]}")
        many_sign_ups(boss.round, 1)
    assert "stop" in boss.press("refresh")  # it is said beforehand what a change does

    def change() -> Any:
        if step == "edit":
            return actions.edit(boss.round, boss.person, boss.board().version, Edit.LOCK, pair)
        return actions.undo(boss.round, boss.person, boss.board().version)

    with in_the_middle(change) as made:
        deliver_all()
    assert boss.board().current == made[0]
    page = boss.page()
    assert "The board was changed while a suggestion was being worked out." in page
    assert "<progress" not in page.split('id="board"')[1]
    boss.press(f"forbid {pair[0]} {pair[1]}")
    assert "The board was changed" not in boss.page()  # said once


def test_a_result_is_not_laid_over_a_board_of_another_version(boss_with_pairs: Boss) -> None:
    boss = boss_with_pairs
    shown = boss.board().current
    boss.press("refresh")
    with in_the_middle(lambda: Board.objects.update(version=F("version") + 1)):
        deliver_all()
    assert boss.board().current == shown
    assert "The board was changed while" in boss.page()


def test_sign_ups_that_change_meanwhile_are_told_and_the_suggestion_is_shown(boss: Boss) -> None:
    boss.press("suggest")
    gone = SignUp.objects.filter(pk=boss.sign_ups[0].pk)
    with in_the_middle(lambda: gone.update(withdrawn_at=timezone.now(), version=F("version") + 1)):
        deliver_all()
    page = boss.page()
    assert "Sign-ups have changed since the pairs were suggested." in page
    assert "Bring the suggestion up to date" in page
    boss.press("refresh")
    deliver_all()
    page = boss.page()
    assert "Sign-ups have changed" not in page
    assert "brought up to date" in page


def test_sign_up_that_opens_again_ends_the_run(boss: Boss) -> None:
    boss.press("suggest")
    with in_the_middle(lambda: Round.objects.update(state=Round.State.SIGN_UP)):
        deliver_all()
    assert not SuggestionRun.objects.exists()
    assert not Proposal.objects.exists()


def test_no_allowed_pair_is_told_in_words_and_can_be_tried_again(boss: Boss) -> None:
    for number, sign_up in enumerate(boss.sign_ups):
        sign_up.languages = [f"x{number}"]
    SignUp.objects.bulk_update(boss.sign_ups, ["languages"])
    boss.press("suggest")
    deliver_all()
    page = boss.page()
    assert "No pair is allowed." in page
    assert "Try again" in page
    SignUp.objects.update(languages=["fi"])
    assert "Waiting for its turn." in boss.press("suggest")
    deliver_all()
    assert "proven" in boss.page()


@pytest.mark.parametrize("writer", [0, 1])
def test_a_lock_that_does_not_hold_any_more_is_told_alike_whoever_wrote_what(
    boss_with_pairs: Boss, writer: int
) -> None:
    boss = boss_with_pairs
    two = boss.groups()[0]
    boss.press(f"lock {two[0]} {two[1]}")
    a, b = (SignUp.objects.select_related("person").get(pk=pk) for pk in sorted(two))
    one, other = (a, b) if writer == 0 else (b, a)
    Exclusion.objects.create(sign_up=one, text=other.person.name)
    SignUp.objects.filter(pk=one.pk).update(version=F("version") + 1)
    boss.press("refresh")
    deliver_all()
    assert f"{a.person.name} and {b.person.name}: this pair is not possible in this round." in boss.page()


def test_an_error_of_the_program_is_told_without_anybody_s_words(boss: Boss, caplog: Any) -> None:
    SignUp.objects.filter(pk=boss.sign_ups[0].pk).update(stage="SALAINEN")
    boss.press("suggest")
    deliver_all()
    page = boss.page()
    assert "could not be worked out because of an error in Oppipari" in page
    assert "Try again" in page
    run = SuggestionRun.objects.get()
    task = DBTaskResult.objects.get()
    for kept in (caplog.text, task.traceback, str(run.failure), page):
        assert "SALAINEN" not in kept
    assert "ValueError" in caplog.text


def long_ago(**times: timedelta) -> None:
    SuggestionRun.objects.update(**{name: timezone.now() - ago for name, ago in times.items()})


def test_a_worker_that_died_does_not_leave_the_board_waiting(boss: Boss) -> None:
    boss.press("suggest")
    run = SuggestionRun.objects.get()
    SuggestionRun.objects.update(state=SuggestionRun.State.WORKING, step="floor", percent=40)
    DBTaskResult.objects.all().delete()  # it took the task with it
    assert "40 %" in boss.page()
    assert "Start anew" not in boss.page()
    long_ago(told_at=SuggestionRun.SILENT_AFTER + timedelta(seconds=1))
    page = boss.page()
    assert "Nothing has been heard of the suggestion for some minutes" in page
    assert "Start anew" in page
    boss.press("suggest")
    assert SuggestionRun.objects.get() != run
    deliver_all()
    assert "proven" in boss.page()


def test_a_worker_that_comes_back_late_stops(boss: Boss) -> None:
    boss.press("suggest")

    def start_anew() -> None:
        long_ago(told_at=timedelta(minutes=10))
        boss.press("suggest")

    with in_the_middle(start_anew):
        deliver_all()
    assert DBTaskResult.objects.count() == 2
    assert Proposal.objects.count() == 1
    assert not SuggestionRun.objects.exists()


def test_where_no_worker_runs_that_is_said_plainly(boss: Boss) -> None:
    boss.press("suggest")
    long_ago(asked_at=timedelta(minutes=1), told_at=timedelta(minutes=1))
    assert "the background worker does not seem to be running" in boss.page()
    other = DBTaskResult.objects.get()
    DBTaskResult.objects.create(
        status="RUNNING", started_at=timezone.now(), args_kwargs={"args": [0], "kwargs": {}}, task_path=other.task_path,
        queue_name=other.queue_name, backend_name=other.backend_name, run_after=other.run_after,
    )  # fmt: skip
    assert "another suggestion is being worked out first" in boss.page()


def test_publishing_ends_a_run(boss_with_pairs: Boss) -> None:
    boss = boss_with_pairs
    pair = boss.groups()[0]
    boss.press(f"lock {pair[0]} {pair[1]}")
    SuggestionRun.objects.create(board=boss.board(), asked_by=boss.person)
    actions.publish_pairs(boss.round, boss.person, boss.board().version)
    assert not SuggestionRun.objects.exists()


def test_the_board_of_six_hundred_takes_no_more_queries_than_that_of_ten(django_assert_max_num_queries: Any) -> None:
    counts: dict[str, list[int]] = {}
    for people in (10, 600):
        boss = Boss(people)
        boss.press("suggest")
        deliver_all()
        pair = boss.groups()[0]
        boss.press(f"lock {pair[0]} {pair[1]}")
        presses: dict[str, Callable[[], Any]] = {
            "open": boss.page,
            "find": lambda boss=boss: boss.page(find="0001"),
            "page 2": lambda boss=boss: boss.page(page=2),
            "how far": boss.poll,
            "forbid": lambda boss=boss, pair=pair: boss.press(f"forbid {pair[0]} {pair[1]}"),
            "look before publishing": lambda boss=boss: boss.client.get(reverse("board_publish", args=[boss.round.pk])),
        }
        for name, press in presses.items():
            with django_assert_max_num_queries(60) as seen:
                press()
            counts.setdefault(name, []).append(len(seen))
    assert all(many <= few for few, many in counts.values()), counts


def test_a_large_board_shows_a_part_and_finds_people_by_name(boss: Boss) -> None:
    boss.press("suggest")
    deliver_all()
    page = boss.page()
    assert page.count('class="names"') == CARDS_SHOWN
    assert "Page 1 of 5" in page
    assert len(page) < 200_000
    names = {s.pk: s.person.name for s in SignUp.objects.select_related("person")}
    last = boss.groups()[-1]
    found = boss.page(find=names[last[0]].upper())
    assert found.count('class="names"') == 1
    assert names[last[1]] in found
    # Who is shown has been looked at, and nobody else.
    assert boss.client.get(reverse("board_people", args=[boss.round.pk]), {"b_name": "0123"}).content.decode().count(
        "<option"
    ) == 1  # fmt: skip


def test_people_are_chosen_by_writing_their_names(boss: Boss) -> None:
    boss.press("suggest")
    deliver_all()
    a, b = boss.groups()[0][0], boss.groups()[1][0]
    names = {s.pk: s.person.name for s in SignUp.objects.select_related("person")}
    assert "Several people fit Ihminen: choose one" in boss.press("pair", a_name="Ihminen", b_name=names[b])
    assert "Nobody who takes part is called Kukaan" in boss.press("pair", a_name="Kukaan", b_name=names[b])
    # Chosen from the list that the part of a name led to.
    page = boss.press("pair", a_name="Ihminen", a=a, b_name=names[b].lower())
    assert "are now a pair." in page
    assert sorted([a, b]) in [sorted(g) for g in boss.groups()]
    assert "The latest change" in page or names[a] in page
    # An id that was chosen for an earlier name does not outlive the name.
    c, d = boss.groups()[2]
    boss.press("forbid", a_name=names[c], a=a, b_name=names[d])
    assert sorted([c, d]) not in [sorted(g) for g in boss.groups()]
