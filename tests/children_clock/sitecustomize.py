"""Python imports this at the start of every process that tests start: it goes to the tests' clock (see tests/clock.py)."""

import os
import sys
import time

if "TEST_CLOCK_AHEAD_NS" in os.environ:
    # time_machine imports pytest where it can, for a fixture; a child needs none, and starts sooner without it.
    sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    del sys.modules["pytest"]
    time_machine.travel((time.time_ns() + int(os.environ["TEST_CLOCK_AHEAD_NS"])) / 1e9, tick=True).start()
    time.time_ns()  # it ticks from the first time it is asked
