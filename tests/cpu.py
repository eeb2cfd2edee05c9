"""How much CPU each test takes: wall time tells more of what else the machine is doing.

A quick suite is lost a few seconds at a time, so a test over `MOST_SECONDS` that is not marked `slow` fails the run where
`REQUIRE_QUICK=1` says so. Counted are the test itself and the processes that it started and waited for; not fixtures,
which are shared, nor the browser, which goes on. `OPPIPARI_TEST_CPU=FILE` writes the figures of all tests there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

MOST_SECONDS = 3.0
KEY = "cpu_seconds"


def spent() -> float:
    """CPU seconds of this process and of those that it waited for, so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class CpuTimes:
    """Measures where tests run, and sums up where they are reported; with several workers those are different processes."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[float, float, bool]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Note what the test took and whether it may."""
        began = spent()
        try:
            return (yield)
        finally:
            may = item.get_closest_marker("slow") is not None or item.get_closest_marker("browser") is not None
            item.user_properties.append((KEY, [spent() - began, may]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect."""
        if report.when == "call":
            for key, value in report.user_properties:
                if key == KEY and isinstance(value, list):
                    self._of[report.nodeid] = (value[0], report.duration, value[1])

    def too_slow(self) -> list[str]:
        """What takes longer than a test may that is not marked `slow`, a line each."""
        return [
            f"{seconds:.1f} s of CPU, not marked slow: {name}"
            for name, (seconds, _wall, may) in sorted(self._of.items())
            if seconds > MOST_SECONDS and not may
        ]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that was to be quick and is not."""
        if os.environ.get("REQUIRE_QUICK") == "1" and self.too_slow() and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell which tests are too slow, and write all figures where they are asked for."""
        for line in self.too_slow():
            terminalreporter.write_line(line)
        if (file := os.environ.get("OPPIPARI_TEST_CPU")) and self._of:
            lines = [
                f"{seconds:8.2f} {wall:8.2f} {'slow' if may else '-':4} {name}"
                for name, (seconds, wall, may) in sorted(self._of.items(), key=lambda x: -x[1][0])
            ]
            Path(file).write_text("CPU      wall\n" + "\n".join(lines) + "\n")
