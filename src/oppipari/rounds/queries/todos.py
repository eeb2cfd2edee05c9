"""What waits before pairs are published, for those who sign up and for their supervisor."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.messages.moments import day
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.rounds import refused
from oppipari.rounds.coming_back import coming_back
from oppipari.rounds.coming_first import come_first, units_first
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.queries.of_rounds import counts, has_been_told, open_to

State = Round.State


def todos_for_person(person: Person) -> list[Todo]:
    """What waits: an address that is refused. That one can sign up, and can change what one told, is good to know."""
    return [*coming_back(person), *_refused_address(person), *_open_rounds(person), *_own_sign_ups(person)]


def _refused_address(person: Person) -> list[Todo]:
    if not (settings.MAIL_ENABLED and person.email and person.email_refused_at):
        return []
    text = _("Letters to your address %(address)s come back. Correct it, so that messages reach you.")
    return [
        Todo(text=text % {"address": person.email}, action=_("Correct my address"), url=reverse("own_details"), order=5)
    ]


def _open_rounds(person: Person) -> list[Todo]:
    rounds = open_to(person)
    first = units_first(person) if rounds else set()
    among_first = _(
        "Sign-up for %(round)s is open until %(day)s. You are among the first: last time you had no pair in the end."
    )
    voluntary = _("Sign-up for %(round)s is open until %(day)s. It is voluntary.")
    return [
        Todo(
            text=(among_first if r.unit_id in first else voluntary) % {"round": r.name, "day": day(r.sign_up_closes)},
            action=_("Look at the round"),
            url=reverse("join", args=[r.invite_token]),
            order=55,
            waits=False,
        )
        for r in rounds
    ]


def _own_sign_ups(person: Person) -> list[Todo]:
    """Those that can still be changed, that wait for the supervisor, or that the supervisor may have joined wrongly."""
    changeable = Q(round__state__in=[State.SIGN_UP, State.PAIRING])
    asked = Q(confirmed_at=None) & ~Q(round__state=State.CLOSED)
    wrong = Q(pk__in=SignUp.objects.joined().filter(person=person)) & ~Q(round__state=State.CLOSED)
    mine = SignUp.objects.active().filter(changeable | asked | wrong, person=person).select_related("round").distinct()
    come = _("You have signed up for %(round)s. Pairs are published later.")
    waits = _("You have signed up for %(round)s. Your supervisor is asked whether they know you.")
    joined = _("Your supervisor said that a sign-up for %(round)s was yours. If it was not, say so.")
    return [
        Todo(
            text=(joined if s.joined_at else waits if s.confirmed_at is None else come) % {"round": s.round.name},
            action=_("Look at my sign-up"),
            url=reverse("my_sign_up", args=[s.pk]),
            order=15 if s.joined_at else 60,
            waits=bool(s.joined_at),
        )
        for s in mine
    ]


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """What waits for the supervisor before pairs are published; who waits to be known, as long as the round runs; whose
    letters come back, as long as any are written."""
    todos = refused.todos_for_round(round_)
    if round_.state == State.CLOSED:
        return todos
    n = counts(round_)
    if round_.undone_joinings:
        todos.append(_undone(round_))
    if n["unknown"]:
        todos.append(_unknown(round_, n["unknown"]))
    if first := come_first(round_):
        todos.append(_come_first(round_, len(first)))
    if round_.state == State.SIGN_UP:
        todos.append(_sign_up(round_, n))
    return todos


def _unknown(round_: Round, count: int) -> Todo:
    text = ngettext(
        "%(count)d sign-up waits: do you know this person?",
        "%(count)d sign-ups wait: do you know these people?",
        count,
    )
    return Todo(
        text=text % {"count": count},
        action=_("Look at the sign-ups"),
        url=reverse("round_sign_ups", args=[round_.pk]),
        # Before pairs are formed this comes first: without an answer they are in no pair.
        order=8 if round_.state in (State.SIGN_UP, State.PAIRING) else 20,
    )


def _undone(round_: Round) -> Todo:
    text = ngettext(
        "%(count)d sign-up was not theirs to whom it had been joined, and was removed. Find out whose it was.",
        "%(count)d sign-ups were not theirs to whom they had been joined, and were removed. Find out whose they were.",
        round_.undone_joinings,
    )
    return Todo(
        text=text % {"count": round_.undone_joinings},
        action=_("Look at the sign-ups"),
        url=reverse("round_sign_ups", args=[round_.pk]),
        order=9 if round_.state in (State.SIGN_UP, State.PAIRING) else 21,
    )


def _come_first(round_: Round, count: int) -> Todo:
    text = ngettext(
        "%(count)d person had no pair in the end last time and has not signed up yet. They come first: tell them.",
        "%(count)d people had no pair in the end last time and have not signed up yet. They come first: tell them.",
        count,
    )
    return Todo(
        text=text % {"count": count},
        action=_("See who"),
        url=reverse("round_sign_ups", args=[round_.pk]) + "#first",
        order=27,
    )


def _sign_up(round_: Round, n: dict[str, int]) -> Todo:
    """The next step while sign-up is open: to tell, to wait, or to close it."""
    sign_ups = reverse("round_sign_ups", args=[round_.pk])
    if n["signed_up"] < 2:
        if n["signed_up"] or n["unknown"] or has_been_told(round_):
            text = _("Fewer than two take part so far. Show the slides and share the link once more.")
        else:
            text = _("Tell your unit about the round: the slides, the link and the QR code are ready.")
        return Todo(text=text, action=_("Tell about the round"), url=reverse("round_tell", args=[round_.pk]), order=15)
    if round_.sign_up_closes < timezone.localdate():
        text = _("The closing day of sign-up has passed. Close sign-up and form the pairs.")
        return Todo(text=text, action=_("Close sign-up"), url=sign_ups, order=10)
    text = _("%(count)d people have signed up. When enough have, close sign-up and form the pairs.")
    return Todo(text=text % {"count": n["signed_up"]}, action=_("To the sign-ups"), url=sign_ups, order=25)
