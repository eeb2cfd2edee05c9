"""Strict reading of JSON values: a number with a decimal point, a text or a boolean where a whole number belongs is refused."""

from typing import Any


def whole_number(value: Any) -> int:
    """The value if it is an int and no bool; raises TypeError.

    >>> whole_number(3)
    3
    """
    if type(value) is not int:
        raise TypeError(value)
    return value


def whole_numbers(values: Any) -> tuple[int, ...]:
    """The values, each as `whole_number`."""
    return tuple(whole_number(v) for v in values)


def text(value: Any) -> str:
    """The value if it is a text; raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def boolean(value: Any) -> bool:
    """The value if it is True or False; raises TypeError."""
    if not isinstance(value, bool):
        raise TypeError(value)
    return value
