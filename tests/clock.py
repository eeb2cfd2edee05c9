"""The tests' clock: the whole suite runs at a set moment, whatever the day is.

Importing this module sets the clock of the process: everything that Python tells of the time (`datetime`, `time`, Django,
also where it was imported before) starts at the set moment and ticks on. Every test begins at that moment anew. It is an
ordinary working morning, or what OPPIPARI_TEST_CLOCK says (`OPPIPARI_TEST_CLOCK=2028-02-29T10:00 make test`); tests that take a
`clock_at` of MOMENTS (`@at(MOMENTS)`) begin at that. Processes that tests start are at the same clock (`children_clock/sitecustomize.py`, by
their environment), and so are pages in browsers (`browser_script`). What asks the machine past Python is at no set clock: OpenSSL,
a database's own now(), the times of files. tests/site/test_set_clock.py looks for tests that read any of it.
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

ZONE = ZoneInfo("Europe/Helsinki")
VARIABLE = "OPPIPARI_TEST_CLOCK"
ORDINARY = "2027-01-12T10:00"  # a Tuesday, with no holiday and no change of clocks for ten weeks

# Moments at which dates go wrong most easily.
MOMENTS = {
    "month's end": "2026-11-30T10:00",
    "Independence Day": "2027-12-06T10:00",
    "year's end": "2026-12-31T10:00",
    "28 February": "2027-02-28T10:00",
    "29 February": "2028-02-29T10:00",
    "Friday evening": "2027-05-21T20:30",
    "day before clocks go forward": "2027-03-27T10:00",
    "clocks go forward": "2027-03-28T10:00",
    "day before clocks go back": "2027-10-30T10:00",
    "clocks go back": "2027-10-31T10:00",
}
# And hours of them: the last minutes of a day, and the hours that are skipped or come twice.
HOURS = {
    "end of a month's last day": "2026-11-30T23:55",
    "end of the year": "2026-12-31T23:55",
    "end of 28 February": "2027-02-28T23:55",
    "end of 29 February": "2028-02-29T23:55",
    "just before the skipped hour": "2027-03-28T02:55+02:00",
    "just before the hour that comes twice": "2027-10-31T03:55+03:00",
    "in the hour that comes a second time": "2027-10-31T03:30+02:00",
}

# While the day changes, or an hour is skipped or comes again: what takes a while sees both sides.
OVER = {
    "over midnight": "2027-01-12T23:59:59.5",
    "into a new year": "2026-12-31T23:59:59.5",
    "into 29 February": "2028-02-28T23:59:59.5",
    "over the skipped hour": "2027-03-28T02:59:59.5+02:00",
    "over the end of summer time": "2027-10-31T03:59:59.5+03:00",
}
ALL = {"an ordinary morning": ORDINARY} | MOMENTS | HOURS | OVER
# Where a test takes long, `make days` plays it at all of these, and a common run at those that differ most.
EVERY_MOMENT = os.environ.get("OPPIPARI_TEST_MOMENTS") == "all"

AHEAD = "TEST_CLOCK_AHEAD_NS"  # no OPPIPARI in it: some tests start children without the settings of the parent
ROOT = Path(__file__).resolve().parents[1]
FOR_CHILDREN = str(ROOT / "tests" / "children_clock")


def moment_of(text: str) -> datetime:
    """A moment in Helsinki's time, as `2027-01-12T10:00`; with an offset where the hour comes twice."""
    found = datetime.fromisoformat(text)
    return found.astimezone(ZONE) if found.tzinfo else found.replace(tzinfo=ZONE)


def python_path(*folders: object) -> str:
    """PYTHONPATH for a child with these folders, and the one that sets its clock."""
    return os.pathsep.join([FOR_CHILDREN, *map(str, folders)])


def ahead_ns() -> int:
    """How far this process's clock is ahead of the machine's now."""
    return time.time_ns() - time_machine.escape_hatch.time.time_ns()


def browser_script() -> str:
    """A script that gives a page this process's clock; times told to `Date` and the flow of time stay as they are."""
    return (
        f"const aheadOfTheMachine = {ahead_ns() // 1_000_000};"
        """{
        const Real = Date, now = () => Real.now() + aheadOfTheMachine;
        Date = new Proxy(Real, {
            construct: (of, told, as) => Reflect.construct(of, told.length ? told : [now()], as),
            apply: () => new Real(now()).toString(),
            get: (of, name) => name === "now" ? now : Reflect.get(of, name),
        });
    }"""
    )


class SuiteClock:
    """The clock of the process, ticking; `set_to` a moment."""

    def __init__(self, start: datetime) -> None:
        self._traveller = time_machine.travel(start, tick=True).start()

    def set_to(self, moment: datetime) -> None:
        """Go to `moment`; children that are started from now on go along."""
        self._traveller.move_to(moment)
        path = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p and p != FOR_CHILDREN]
        os.environ |= {"PYTHONPATH": python_path(*path), AHEAD: str(ahead_ns())}


START = moment_of(os.environ.get(VARIABLE, ORDINARY))
SUITE = SuiteClock(START)


def begin(item: pytest.Item) -> None:
    """Set the clock for a test: to its `clock_at`, else to the suite's; from the first test on children are looked at."""
    told = getattr(item, "callspec", None)
    SUITE.set_to(moment_of(told.params["clock_at"]) if told and "clock_at" in told.params else START)
    if not _looking:
        _looking.append(True)
        sys.addaudithook(_on_audit)


_looking: list[bool] = []


def at(moments: dict[str, str]) -> pytest.MarkDecorator:
    """Run a test once at each of these moments: its argument `clock_at`; the clock is set before its fixtures are made."""
    return pytest.mark.parametrize("clock_at", moments.values(), ids=moments.keys())


class ChildAtAnotherClock(Exception):
    """A test starts Python at another clock than its own."""


def check_child(arguments: list[str], environment: Any) -> None:
    """ChildAtAnotherClock unless a Python that is started so has this process's clock; other programs are not looked at.

    `environment` is a mapping, or None for this process's own.
    """
    words = [os.fsdecode(a) for a in arguments]
    if not words or not Path(words[0]).name.startswith("python"):
        return
    flags = [w for w in words[1:2] if w.startswith("-") and not w.startswith("--")]
    if any(set(f[1:]) & set("IES") for f in flags):
        raise ChildAtAnotherClock(f"{words}: with -I, -E or -S Python does not look where its clock is set")
    told = os.environ if environment is None else {os.fsdecode(k): os.fsdecode(v) for k, v in environment.items()}
    if FOR_CHILDREN not in told.get("PYTHONPATH", "").split(os.pathsep):
        raise ChildAtAnotherClock(f"{words}: its PYTHONPATH leaves out tests/children_clock; use clock.python_path")
    if abs(int(told.get(AHEAD, "0")) - ahead_ns()) > 1_000_000_000:
        raise ChildAtAnotherClock(f"{words}: its environment tells another clock; begin with os.environ as it is now")


def _on_audit(event: str, told: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        check_child(told[1], told[3])
    elif event in ("os.exec", "os.posix_spawn"):
        check_child(told[1], told[2])


class Clock:
    """A clock that stands still and is set: `clock.at("2027-02-01 10:00")`, in Helsinki's time.

    Only `timezone.now()` moves it, by a microsecond each time it is asked: no two stored times are the same.
    """

    def __init__(self, start: str) -> None:
        self._travel = time_machine.travel(moment_of(start), tick=False)
        self._traveller = self._travel.start()

    def stop(self) -> None:
        """Back to the clock before."""
        self._travel.stop()

    @property
    def now(self) -> datetime:
        return datetime.now(ZONE)

    @now.setter
    def now(self, moment: datetime) -> None:
        self._traveller.move_to(moment.astimezone(ZONE))

    def at(self, moment: str) -> datetime:
        self.now = moment_of(moment)
        return self.now

    def tick(self) -> datetime:
        """Now, a microsecond after the last time it was asked."""
        self._traveller.shift(timedelta(microseconds=1))
        return datetime.now(UTC)

    def passes(self, **time: int) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Starts on Monday 1 February 2027, at 10 in the morning."""
    made = Clock("2027-02-01 10:00")
    monkeypatch.setattr(timezone, "now", made.tick)
    yield made
    made.stop()
