"""What somebody answers on the way, kept in the session until it is checked and sent."""

from typing import Any

from django.http import Http404, HttpRequest

from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries
from oppipari.rounds.forms import STEPS
from oppipari.rounds.models import Round, SignUp


def round_of(token: str) -> Round:
    """The round that an invitation leads to; Http404 where there is none."""
    found = queries.round_of_invite(token)
    if found is None:
        raise Http404
    return found


def _key(round_: Round) -> str:
    return f"join:{round_.pk}"


def answers_of(request: HttpRequest, round_: Round) -> dict[str, Any]:
    """What was answered in this browser so far."""
    found: dict[str, Any] = request.session.get(_key(round_), {})
    return found


def keep(request: HttpRequest, round_: Round, **answers: Any) -> None:
    """Keep these answers beside the others."""
    request.session[_key(round_)] = answers_of(request, round_) | answers


def steps_of(request: HttpRequest, round_: Round) -> list[str]:
    """The steps this person goes through: who is signed in, or was invited, has told who they are, but for a name that
    nobody knows yet."""
    invited = "invitation" in (answers := answers_of(request, round_))
    signed_in = request.user.is_authenticated
    named = (signed_in and person_of(request).is_named) or (invited and not answers.get("nameless"))
    left_out = {"who"} if signed_in or invited else {"name"}
    return [s for s in STEPS if s not in (left_out | {"name"} if named else left_out)]


def forget(request: HttpRequest, round_: Round) -> None:
    """Forget what was answered in this browser."""
    request.session.pop(_key(round_), None)


def replace(request: HttpRequest, round_: Round, answers: dict[str, Any]) -> None:
    """Begin from these answers."""
    request.session[_key(round_)] = answers


def take_up(request: HttpRequest, round_: Round) -> None:
    """Who has signed up already changes that sign-up, rather than beginning another from nothing."""
    if request.user.is_authenticated and not answers_of(request, round_):
        mine = queries.sign_up_of(round_, person_of(request))
        if mine is not None:
            keep(request, round_, **stored(mine))


def stored(made: SignUp) -> dict[str, Any]:
    """The answers of a sign-up, as they were given."""
    kept = {name: getattr(made, name) for name in actions.ANSWERS} | {"team": made.team_id}
    return kept | {"exclusion": made.exclusion.text if hasattr(made, "exclusion") else ""}
