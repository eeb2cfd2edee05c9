"""The tests' clock is set for all that tests start, and what would read the machine's date is found."""

import datetime as python
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from tests import clock as suite
from tests.clock import ALL, ZONE, ChildAtAnotherClock, Clock, at, moment_of
from tests.clock import clock as clock
from tests.real_dates import everywhere, find

SAYS = "import datetime, time; print(time.time(), datetime.date.today())"
A_MINUTE = python.timedelta(minutes=1)


def since(moment: python.datetime) -> python.timedelta:
    return timezone.now() - moment


def said_by(*words: str, **how: Any) -> tuple[float, str]:
    """What a child says of the time: seconds of the epoch, and the day."""
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True, **how)
    seconds, day = done.stdout.split()
    return float(seconds), day


# -- the clock ----------------------------------------------------------------------------------------------------------


@at(ALL)
def test_a_test_begins_at_its_moment_and_time_goes_on(clock_at: str) -> None:
    moment = moment_of(clock_at)
    before = timezone.now()
    assert python.timedelta(0) <= before - moment < A_MINUTE
    assert timezone.localdate() == before.astimezone(ZONE).date()
    assert abs(time.time() - before.timestamp()) < 60
    while timezone.now() == before:
        pass
    assert timezone.now() > before


def test_without_a_moment_of_its_own_it_begins_at_the_suites() -> None:
    assert python.timedelta(0) <= since(suite.START) < A_MINUTE


@at(ALL)
def test_children_are_at_the_same_clock(clock_at: str) -> None:
    seconds, _day = said_by("-c", SAYS)
    assert abs(seconds - timezone.now().timestamp()) < 60


def test_grandchildren_and_children_of_a_test_that_travels_on_are_too() -> None:
    code = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {SAYS!r}], capture_output=True, text=True).stdout)"
    assert abs(said_by("-c", code)[0] - timezone.now().timestamp()) < 60
    with time_machine.travel(timezone.now() + python.timedelta(days=40)):
        with pytest.raises(ChildAtAnotherClock, match="another clock"):
            said_by("-c", SAYS)
        told = os.environ | {suite.AHEAD: str(suite.ahead_ns())}
        assert abs(said_by("-c", SAYS, env=told)[0] - timezone.now().timestamp()) < 60


@pytest.mark.parametrize(
    ("flags", "left_out"),
    [(["-I"], ""), (["-E"], ""), (["-Ic"], ""), (["-S"], ""), ([], "PYTHONPATH"), ([], suite.AHEAD)],
)
def test_a_child_at_another_clock_is_refused(flags: list[str], left_out: str) -> None:
    with pytest.raises(ChildAtAnotherClock):
        said_by(*flags, "-c", SAYS, env={k: v for k, v in os.environ.items() if k != left_out})


def test_other_programs_are_no_concern_of_it() -> None:
    assert subprocess.run(["/bin/echo", "x"], env={}, capture_output=True, text=True).stdout == "x\n"


@pytest.mark.parametrize("told", ["2028-02-29T10:00", "2027-10-31T03:30+02:00"])
def test_a_variable_sets_the_whole_suite(told: str) -> None:
    code = "from tests.clock import START; import time; print(time.time(), START.date())"
    seconds, day = said_by("-c", code, env=os.environ | {suite.VARIABLE: told}, cwd=suite.ROOT)
    assert python.timedelta(0) <= python.datetime.fromtimestamp(seconds, ZONE) - moment_of(told) < A_MINUTE
    assert day == told[:10]


def test_the_clock_that_is_set_by_hand_is_pythons_too(clock: Clock) -> None:
    clock.at("2027-10-31 03:30")
    assert python.datetime.fromtimestamp(time.time(), ZONE) == clock.now == moment_of("2027-10-31T03:30")
    first, second = timezone.now(), timezone.now()
    assert second - first == python.timedelta(microseconds=1)
    clock.passes(days=1)
    assert timezone.localdate().isoformat() == "2027-11-01"


@pytest.mark.browser
@pytest.mark.parametrize("clock_at", ["2028-02-29T23:55"])
def test_pages_are_at_the_same_clock(new_page: Callable[..., Any], clock_at: str) -> None:
    page = new_page()
    for script in ("Date.now()", "new Date().getTime()", "Date.parse(Date())"):
        assert abs(page.evaluate(script) / 1000 - timezone.now().timestamp()) < 60, script
    assert page.evaluate("new Date().getDate()") == 29
    assert page.evaluate("new Date(2027, 0, 31).getMonth()") == 0
    assert page.evaluate("new Date(0).getTime()") == 0
    assert page.evaluate("new Date() instanceof Date")


# -- what is found ------------------------------------------------------------------------------------------------------


def test_no_test_reads_the_machines_date() -> None:
    assert everywhere() == []


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import date\ndef test_x():\n    assert date.today().year == 2027",
        "import datetime\nNOW = datetime.datetime.now(datetime.UTC)",
        "import datetime as dt\ndef f(): return dt.datetime.utcnow()",
        "from datetime import datetime as d\nstart = d.today()",
        "from datetime import date\nread = date.today\nread()",
        "import factory\nfrom datetime import datetime\nclass F:\n    at = factory.LazyFunction(datetime.now)",
        "import time\nassert time.time() > 0",
        "from time import time as seconds\nseconds()",
        "import time\ntime.strftime('%Y')",
        "import time\ntime.localtime()",
        "import uuid\nuuid.uuid1()",
        "import time_machine\ntime_machine.escape_hatch.time.time()",
        "from time_machine import escape_hatch\nescape_hatch.datetime.date.today()",
        "from django.db.models.functions import Now\nQ = Now()",
        "def test_x(cursor):\n    cursor.execute('SELECT now()')",
        "def test_x(cursor):\n    cursor.execute(\"SELECT date('now')\")",
        "def test_x(cursor):\n    cursor.execute('select CURRENT_DATE')",
        "def test_x(page):\n    page.evaluate('new Date().getFullYear()')",
        "def test_x(page):\n    page.clock.install()",
        "def test_x(path):\n    assert path.stat().st_mtime",
        "import os\nos.path.getmtime('x')",
        "import subprocess\nsubprocess.run(['date', '+%F'])",
        "import subprocess, sys\nsubprocess.Popen([sys.executable], env={'PATH': '/bin'})",
        'CODE = """\nimport django; django.setup()\nfrom datetime import date\nprint(date.today())\n"""',
    ],
)
def test_what_reads_it_is_found(planted: str) -> None:
    assert find(planted, "tests/x/test_planted.py")


@pytest.mark.parametrize(
    "innocent",
    [
        "from django.utils import timezone\ntoday = timezone.localdate()\nnow = timezone.now()",
        "from datetime import date, datetime\nday = date(2027, 2, 28)\nat = datetime.fromisoformat('2027-02-28')",
        "import time\nbegan = time.monotonic()\ntime.sleep(0)\ntime.strftime('%Y', (2027,) + (1,) * 8)",
        "import time\ntime.gmtime(0)",
        "import os, subprocess\nsubprocess.run(['x'], env={**os.environ, 'A': '1'})",
        "def test_x(page, now):\n    page.clock.install(time=now)\n    page.evaluate('new Date(0)')",
        "today = 1\ndate = today",
        "'''A text about date.today() and now().'''",
        'CODE = """\nimport django; django.setup()\nfrom django.utils import timezone\nprint(timezone.now())\n"""',
    ],
)
def test_what_does_not_read_it_is_left_alone(innocent: str) -> None:
    assert find(innocent, "tests/x/test_planted.py") == []
