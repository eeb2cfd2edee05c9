"""What people do with pairs: form them, publish them, live with them, form new ones."""

from oppipari.pairs.actions.forming import edit, price, redo, suggest, undo
from oppipari.pairs.actions.living import answer_fine, ask_again, set_goals, set_will
from oppipari.pairs.actions.publishing import publish_pairs
from oppipari.pairs.actions.reforming import dissolve, forget_closed, form_new_pairs, join_pair
from oppipari.pairs.actions.suggesting import ask_for_suggestion

__all__ = [
    "answer_fine",
    "ask_again",
    "ask_for_suggestion",
    "dissolve",
    "edit",
    "forget_closed",
    "form_new_pairs",
    "join_pair",
    "price",
    "publish_pairs",
    "redo",
    "set_goals",
    "set_will",
    "suggest",
    "undo",
]
