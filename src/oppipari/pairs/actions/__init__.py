"""What people do with pairs: form them, publish them, live with them, form new ones."""

from oppipari.pairs.actions.closing import go_on_after_closing, too_far_ahead
from oppipari.pairs.actions.ending import (
    ask_again,
    dissolve,
    end_early,
    end_what_was_asked,
    set_looking,
    settle_endings,
    stay,
)
from oppipari.pairs.actions.forming import edit, price, redo, suggest, undo
from oppipari.pairs.actions.going_on import ask_to_go_on, ask_who_have_met, set_will, settle_wills, unask_to_go_on
from oppipari.pairs.actions.living import answer_fine, set_goals, we_are_fine
from oppipari.pairs.actions.morning import MORNING, every_morning
from oppipari.pairs.actions.publishing import publish_pairs
from oppipari.pairs.actions.reforming import form_new_pairs, join_pair
from oppipari.pairs.actions.suggesting import ask_for_suggestion
from oppipari.pairs.actions.time_to_answer import booked_stands, follow_booked, too_late_to_ask

__all__ = [
    "MORNING",
    "answer_fine",
    "ask_again",
    "ask_for_suggestion",
    "ask_to_go_on",
    "ask_who_have_met",
    "booked_stands",
    "dissolve",
    "edit",
    "end_early",
    "end_what_was_asked",
    "every_morning",
    "follow_booked",
    "form_new_pairs",
    "go_on_after_closing",
    "join_pair",
    "price",
    "publish_pairs",
    "redo",
    "set_goals",
    "set_looking",
    "set_will",
    "settle_endings",
    "settle_wills",
    "stay",
    "suggest",
    "too_far_ahead",
    "too_late_to_ask",
    "unask_to_go_on",
    "undo",
    "we_are_fine",
]
