"""Proposing, agreeing, moving, cancelling and holding meetings; calendars follow by e-mail."""

from oppipari.meetings.actions.agreeing import agree, arrange, turn_down
from oppipari.meetings.actions.booking import RowError, move, propose
from oppipari.meetings.actions.ending import call_off, cancel, hold
from oppipari.meetings.actions.linking import online_link_arrived, online_link_missing

__all__ = [
    "RowError",
    "agree",
    "arrange",
    "call_off",
    "cancel",
    "hold",
    "move",
    "online_link_arrived",
    "online_link_missing",
    "propose",
    "turn_down",
]
