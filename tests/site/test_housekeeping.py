"""What is done by itself: every job, whatever befalls another; by one process at a time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from oppipari.site import housekeeping
from oppipari.site.housekeeping import Job, alone_on_this_machine, is_my_turn, jobs, keep_house
from oppipari.site.models import Housekeeper

NAMES = [job.name for job in jobs()]


@pytest.mark.django_db
def test_every_job_runs(monkeypatch: Any) -> None:
    ran: list[str] = []

    def noting(job: Job) -> Job:
        def run() -> None:
            job.run()
            ran.append(job.name)

        return Job(job.name, run)

    monkeypatch.setattr(housekeeping, "jobs", lambda: [noting(job) for job in jobs()])
    assert keep_house() == []
    assert ran == NAMES
    assert len(set(NAMES)) == len(NAMES) >= 13


@pytest.mark.django_db
@pytest.mark.parametrize("broken", NAMES)
def test_a_job_that_fails_is_logged_by_name_and_stops_no_other(broken: str, monkeypatch: Any, caplog: Any) -> None:
    ran: list[str] = []

    def one(name: str) -> Job:
        def run() -> None:
            if name == broken:
                raise RuntimeError("a bad moment")
            ran.append(name)

        return Job(name, run)

    monkeypatch.setattr(housekeeping, "jobs", lambda: [one(name) for name in NAMES])
    assert keep_house() == [broken]
    assert ran == [name for name in NAMES if name != broken]
    assert f'"{broken}" failed' in caplog.text


@pytest.mark.django_db
def test_one_machine_keeps_house_and_another_takes_over_when_it_is_away() -> None:
    assert is_my_turn()
    assert is_my_turn()
    now = timezone.now()
    Housekeeper.objects.update(who="elsewhere:/data", seen_at=now - timedelta(minutes=29))
    assert not is_my_turn()
    assert keep_house() is None
    assert Housekeeper.objects.get().who == "elsewhere:/data"
    # A clock that is far ahead must not keep the house for years.
    for away in (now - timedelta(minutes=31), now + timedelta(days=400)):
        Housekeeper.objects.update(who="elsewhere:/data", seen_at=away)
        assert is_my_turn()
        assert Housekeeper.objects.get().who == housekeeping.me()


def test_of_two_processes_with_the_same_folder_one_keeps_house(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with alone_on_this_machine() as first:
        assert first
        with alone_on_this_machine() as second:
            assert not second
    with alone_on_this_machine() as again:
        assert again
