"""Proposing, agreeing, moving, cancelling and holding meetings; calendars follow by e-mail."""

from oppipari.meetings.actions.agreeing import agree, arrange, turn_down
from oppipari.meetings.actions.answering import answer_time, answer_times, note_seen
from oppipari.meetings.actions.booking import RowError, move, propose
from oppipari.meetings.actions.ending import call_off, cancel, hold
from oppipari.meetings.actions.holding import let_times_hold
from oppipari.meetings.actions.linking import online_link_arrived, online_link_missing
from oppipari.meetings.actions.taking_in import follow_address, hold_meetings_of, take_in

__all__ = [
    "RowError",
    "agree",
    "answer_time",
    "answer_times",
    "arrange",
    "call_off",
    "cancel",
    "follow_address",
    "hold",
    "hold_meetings_of",
    "let_times_hold",
    "move",
    "note_seen",
    "online_link_arrived",
    "online_link_missing",
    "propose",
    "take_in",
    "turn_down",
]
