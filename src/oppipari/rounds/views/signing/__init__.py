"""Signing up: one thing a page (`steps`), answers kept in the session (`answers`) until they are checked (`checking`) and
sent (`sending`); then one's `own` sign-up."""

from oppipari.rounds.views.signing.checking import summary
from oppipari.rounds.views.signing.own import my_sign_up, sign_up_change, sign_up_whose, sign_up_withdraw
from oppipari.rounds.views.signing.sending import join_done
from oppipari.rounds.views.signing.steps import invitation, join, join_step

__all__ = [
    "invitation",
    "join",
    "join_done",
    "join_step",
    "my_sign_up",
    "sign_up_change",
    "sign_up_whose",
    "sign_up_withdraw",
    "summary",
]
