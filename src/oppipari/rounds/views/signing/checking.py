"""The last page of sign-up: the answers in words, to check and to send."""

import secrets
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Unit
from oppipari.rounds import vocabulary
from oppipari.rounds.forms import TimesForm
from oppipari.rounds.languages import language_names
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.views.signing.answers import answers_of
from oppipari.rounds.views.signing.sending import send, sent_already


def summary(answers: dict[str, Any], round_: Round) -> list[tuple[str, str, str]]:
    """The answers as rows of (step, what, answer) in the reader's language."""
    lang = get_language() or "fi"

    def tags(name: str) -> str:
        return ", ".join(vocabulary.label(k, lang) for k in answers.get(name, []))

    def one(choices: Any, name: str) -> str:
        return str(dict(choices).get(answers.get(name) or "", ""))

    times = TimesForm(initial={"slots": answers.get("slots", [])}, round=round_)
    when = [f"{day} {part}" for day, slots in times.rows for _n, part, chosen in slots if chosen]
    rows = [
        ("share", _("I can share"), tags("shares")),
        ("learn", _("I want to learn"), tags("wants")),
        ("times", _("I work"), ", ".join(when)),
        ("how", _("Career stage"), one(SignUp.Stage.choices, "stage")),
        ("how", _("Way of meeting"), one(SignUp.Way.choices, "way")),
        ("how", _("Languages"), language_names(answers.get("languages", []))),
        ("how", _("I would like to learn from"), one(SignUp.Stage.choices, "wished_stage") or _("anyone")),
    ]
    team = Unit.objects.filter(parent=round_.unit_id, pk=answers["team"]).first() if answers.get("team") else None
    if team is not None:
        rows.insert(3, ("how", _("My team"), team.name))
    if answers.get("exclusion"):
        rows.append(("how", _("Not my pair (only you see this)"), str(answers["exclusion"])))
    return rows


def check(request: HttpRequest, round_: Round, steps: list[str]) -> HttpResponse:
    """Check the answers and send them."""
    answers = answers_of(request, round_)
    needed = {"who": "name", "name": "name", "share": "shares", "learn": "wants", "times": "slots", "how": "stage"}
    missing = next((s for s in steps if not answers.get(needed[s])), None)
    # A spreadsheet need not have asked everything; an invitation by address alone has told nothing yet.
    told_elsewhere = answers.get("invitation") and (answers.get("shares") or answers.get("wants"))
    once = request.POST.get("once", "")[:64]
    if request.method == "POST" and (again := sent_already(request, round_, once)):
        return again
    if missing and (missing in ("who", "name") or not told_elsewhere):
        return redirect("join_step", token=round_.invite_token, step=missing)
    error = ""
    if request.method == "POST":
        try:
            answer = send(request, round_, answers)
            if once:
                cache.set(f"sent:{once}", request.user.pk or "code", 600)
            return answer
        except DomainError as problem:
            cache.delete(f"sending:{once}")
            error = str(problem.message)
    who = None if request.user.is_authenticated and "name" not in steps else (answers.get("name"), answers.get("email"))
    return render(
        request,
        "rounds/steps/check.html",
        {
            "round": round_,
            "rows": summary(answers, round_),
            "who": who,
            "who_step": steps[0] if steps[0] in ("who", "name") else "",
            "error": error,
            "number": len(steps) + 1,
            "total": len(steps) + 1,
            "once": secrets.token_urlsafe(16),
        },
    )
