"""`oppipari teams connect | status | disconnect`: for the one who looks after the installation."""

import sys
from collections import Counter

from oppipari.exchange.graph import tokens
from oppipari.exchange.graph.connection import Connection
from oppipari.exchange.graph.door import Door
from oppipari.exchange.graph.linking import take_up_again
from oppipari.exchange.graph.reach import connection
from oppipari.exchange.graph.troubles import SignIn, Trouble
from oppipari.meetings.models import OnlineMeeting

DONE, TO_DO, NOT_SET = 0, 1, 2
# What each word of a trouble asks for.
WORDS = {
    "not_connected": "No account is signed in. Run: oppipari teams connect",
    "sign_in": "The account has to sign in again (a new password, or a rule of the organisation). Run: oppipari teams connect",
    "client": "Microsoft does not let the application in: look at TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET (it may have "
    "expired) and at “Allow public client flows” of the app registration.",
    "authority": "The organisation was not found at the sign-in service: look at TEAMS_AUTHORITY.",
    "elsewhere": "An answer pointed to another host than those of TEAMS_AUTHORITY and TEAMS_GRAPH_URL: look at both.",
    "denied": "The account may not write this calendar: grant Calendars.ReadWrite (for TEAMS_AUTH=application by RBAC for "
    "Applications) and see whether the account has a mailbox.",
    "refused": "Microsoft Graph refused the request: look at TEAMS_GRAPH_URL, and whether the account may hold Teams meetings.",
    "mailbox": "The mailbox was not found: look at TEAMS_USER, or whether the signed-in account has a mailbox.",
    "no_link": "Events are made, but without a Teams link: the account needs a licence for Teams.",
    "throttled": "Microsoft Graph asks to wait; links are tried again by themselves.",
    "slow": "Microsoft answers too slowly; links are tried again by themselves.",
    "unreachable": "Microsoft cannot be reached: look at the network, a proxy (HTTPS_PROXY), its certificate (SSL_CERT_FILE).",
    "out_of_order": "Microsoft's service is out of order; links are tried again by themselves.",
    "unreadable": "The answers are not those of Microsoft Graph: look at TEAMS_GRAPH_URL and at a proxy in between.",
    "conflict": "The calendar was changed at the same time; links are tried again by themselves.",
    "vanished": "An event was deleted in the calendar; another is made.",
    "unexpected": "An error in Oppipari: the log says where.",
}
STATES = {
    OnlineMeeting.State.THERE: "links made",
    OnlineMeeting.State.WANTED: "being made",
    OnlineMeeting.State.UNWANTED: "being taken away",
    OnlineMeeting.State.RECONNECT: "waiting for a sign-in",
    OnlineMeeting.State.FAILED: "failed",
    OnlineMeeting.State.LEFT: "events that stand in the calendar though their meeting is off",
}


def connect() -> int:
    """Sign in (or try the application's own secret), then take up what waited; returns the exit status."""
    how = _connection()
    if how is None:
        return NOT_SET
    try:
        with Door(how) as door:
            if how.application:
                tokens.token(how, door)
            else:
                tokens.connect(how, door, _show)
    except Trouble as trouble:
        if isinstance(trouble, SignIn):
            print("Nobody signed in in time, or the account said no. Nothing was changed.", file=sys.stderr)
        else:
            print(WORDS[trouble.word], file=sys.stderr)
        return TO_DO
    print(f"Connected as {how.user or tokens.account_of(how)}.")
    if count := take_up_again():
        print(f"Links now asked for: {count}.")
    return DONE


def status() -> int:
    """Print how things are; the exit status is 1 where there is something to do."""
    how = _connection()
    if how is None:
        return NOT_SET
    result = DONE
    try:
        with Door(how) as door:
            tokens.token(how, door)
        print(f"Connected as {how.user or tokens.account_of(how)}.")
    except Trouble as trouble:
        print(WORDS[trouble.word])
        result = TO_DO
    rows = OnlineMeeting.objects.exclude(state=OnlineMeeting.State.GONE).values_list("state", "problem")
    states, problems = Counter(s for s, _p in rows), Counter(p for _s, p in rows if p)
    for state, name in STATES.items():
        if states[state]:
            print(f"{states[state]:6} {name}")
    for word, count in sorted(problems.items()):
        print(f"{count:6} x {WORDS.get(word, word)}")
    stuck = (OnlineMeeting.State.RECONNECT, OnlineMeeting.State.FAILED, OnlineMeeting.State.LEFT)
    if any(states[state] for state in stuck):
        print("When it is put right, run: oppipari teams connect")
        result = TO_DO
    return result


def disconnect() -> int:
    """Forget the account on this machine."""
    how = _connection()
    if how is None:
        return NOT_SET
    if how.application:
        print("With TEAMS_AUTH=application nothing is kept: take TEAMS_CLIENT_ID out of the settings.")
        return DONE
    there = tokens.disconnect(how)
    print(
        "The account was forgotten here. Its sessions can be ended in Entra ID too."
        if there
        else WORDS["not_connected"]
    )
    return DONE


def _show(address: str, code: str) -> None:
    print(
        f"Open {address} in any browser, sign in as the installation's own account, and write this code:\n\n  {code}\n"
    )
    print("Waiting for the sign-in (Ctrl-C stops) ...", flush=True)


def _connection() -> Connection | None:
    how = connection()
    if how is None:
        print("Teams is not set up: TEAMS_CLIENT_ID is missing (docs/teams.md).", file=sys.stderr)
    return how
