"""The solver as this package uses it: bounds that are true, prices, and Ctrl-C."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.clock import python_path

from oppipari.scheduling.model import Model

ROOT = Path(__file__).parent.parent.parent


def hard() -> tuple[Model, list[tuple[int, int]]]:
    """A model that nobody solves in a lifetime, and an objective for it."""
    r = random.Random(1)
    model = Model()
    variables = [model.boolean() for _ in range(300)]
    for _ in range(900):
        model.row([(v, 1) for v in r.sample(variables, 5)], None, 2)
        model.row([(v, 1) for v in r.sample(variables, 7)], 2, None)
    return model, [(v, -r.randint(1, 100)) for v in variables]


@pytest.mark.parametrize("work", [0.0, 1e-6, 1e-4, 1e-2])
def test_a_search_that_hardly_began_claims_no_bound_that_it_does_not_have(work: float) -> None:
    model, objective = hard()
    result = model.solve(objective, {}, work, None, constant=7)
    assert not result.proven
    assert result.bound <= -5979 + 7  # what a longer search has proven


def test_the_best_is_found_and_proven() -> None:
    model = Model()
    a, b, c = (model.boolean() for _ in range(3))
    model.at_most_one([a, b])
    model.row([(b, 1), (c, 1)], None, 1)
    result = model.solve([(a, -3), (b, -4), (c, -2)], {b: True}, 1.0, None, constant=10)
    assert (result.chosen, result.proven, result.bound) == ({a, c}, True, 5)
    model.exactly_one([b])
    model.row([(c, 1)], 1, None)
    assert model.solve([(a, 1)], {}, 1.0, None).chosen is None


def test_shadow_prices_say_what_one_more_would_bring() -> None:
    model = Model()
    variables = [model.boolean() for _ in range(4)]
    scarce = model.row([(v, 1) for v in variables], None, 2)
    plenty = model.row([(v, 1) for v in variables[:2]], None, 2)
    prices = model.shadow_prices(
        [(v, -n) for v, n in zip(variables, (9, 7, 5, 3), strict=True)], [scarce, plenty], None
    )
    assert prices is not None
    assert 5 <= prices[0] <= 7
    assert prices[1] == 0


def test_ctrl_c_ends_a_search_that_would_take_years() -> None:
    """In a process of its own: the signal is for the search, not for whoever runs the tests."""
    code = """
from oppipari.scheduling.model import Model
from tests.scheduling.test_model import hard
model, objective = hard()
print("begins", flush=True)
try:
    model.solve(objective, {}, 1e9, None)
except KeyboardInterrupt:
    print("ended", flush=True)
"""
    told = {**os.environ, "PYTHONPATH": python_path(ROOT, ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=told, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(1.5)  # it is at it
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "ended\n"
