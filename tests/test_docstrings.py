"""The examples in the docstrings of the pure packages run, and say what they say."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

from oppipari import disclosure, pairing, personal_data_hints, scheduling


def modules() -> list[str]:
    return [
        name
        for package in (pairing, scheduling, disclosure, personal_data_hints)
        for name in (
            package.__name__,
            *(found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")),
        )
    ]


@pytest.mark.parametrize("name", modules())
def test_examples_of_docstrings_are_true(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
