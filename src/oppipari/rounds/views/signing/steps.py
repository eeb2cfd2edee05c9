"""The way through sign-up: what the invitation leads to, and one thing a page."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from oppipari.organisation.own_details.actions import is_nobody
from oppipari.organisation.text import is_name
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries
from oppipari.rounds.forms import STEPS, TagsForm, TimesForm
from oppipari.rounds.inviting import Before, before_answering
from oppipari.rounds.knowing import is_for
from oppipari.rounds.models import Round
from oppipari.rounds.views.signing.answers import answers_of, forget, keep, round_of, steps_of, take_up
from oppipari.rounds.views.signing.checking import check
from oppipari.rounds.views.signing.whose import ask_whose
from oppipari.rounds.who_forms import StepForm

PRESETS = {"weekday_mornings": [0, 3, 6, 9, 12], "weekday_evenings": [1, 4, 7, 10, 13], "nights": list(range(2, 21, 3))}


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation leads to: what this is, what is promised, and the way to sign up.

    Posting forgets what was begun in this browser, for the next person at a shared device.
    """
    round_ = round_of(token)
    if request.method == "POST":
        forget(request, round_)
        return redirect("join_step", token=token, step=steps_of(request, round_)[0])
    mine = queries.sign_up_of(round_, person_of(request)) if request.user.is_authenticated else None
    return render(
        request,
        "rounds/join.html",
        {
            "round": round_,
            "mine": mine,
            "open": round_.takes_sign_ups(timezone.localdate()),
            "first": steps_of(request, round_)[0],
            "begun": bool(answers_of(request, round_)),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def join_step(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """One page of sign-up."""
    round_ = round_of(token)
    steps = steps_of(request, round_)
    if not round_.takes_sign_ups(timezone.localdate()):
        return redirect("join", token=token)
    if step == "check":
        take_up(request, round_)
        return check(request, round_, steps)
    if step not in STEPS:
        raise Http404
    take_up(request, round_)
    if step not in steps:
        return redirect("join_step", token=token, step=steps[0])
    kept = answers_of(request, round_)
    form_class = STEPS[step]
    presets = request.POST.get("preset", "")
    if request.method == "POST" and issubclass(form_class, TimesForm) and presets in PRESETS:
        chosen = {int(s) for s in request.POST.getlist("slots") if s.isdecimal()} | set(PRESETS[presets])
        keep(request, round_, slots=sorted(chosen))
        return redirect("join_step", token=token, step=step)
    if request.method == "POST":
        form: StepForm = form_class(request.POST, initial=_initial(step, kept), round=round_)
        if "find" in request.POST and isinstance(form, TagsForm):
            # Only looking for words: what is ticked stays ticked, and nothing is complained about.
            chosen_tags = request.POST.getlist("tags")
            again = form_class(initial={"tags": chosen_tags, "words": request.POST.get("words", "")}, round=round_)
            assert isinstance(again, TagsForm)
            again.suggested = form.suggested
            return _step_page(request, round_, steps, step, again, looked=True)
        if form.is_valid():
            keep(request, round_, **_told(step, form))
            later = steps[steps.index(step) + 1 :]
            to_check = not later or "back_to_check" in request.POST
            return redirect("join_step", token=token, step="check" if to_check else later[0])
    else:
        form = form_class(initial=_initial(step, kept), round=round_)
    return _step_page(request, round_, steps, step, form)


def _told(step: str, form: StepForm) -> dict[str, Any]:
    clean = dict(form.cleaned_data)
    if step in ("share", "learn"):
        return {"shares" if step == "share" else "wants": clean["tags"]}
    return clean


def _initial(step: str, kept: dict[str, Any]) -> dict[str, Any]:
    if step in ("share", "learn"):
        return {"tags": kept.get("shares" if step == "share" else "wants", [])}
    return {k: v for k, v in kept.items() if v not in (None, "", [])}


def _step_page(
    request: HttpRequest, round_: Round, steps: list[str], step: str, form: StepForm, looked: bool = False
) -> HttpResponse:
    number = steps.index(step) + 1
    return render(
        request,
        f"rounds/steps/{'tags' if isinstance(form, TagsForm) else step}.html",
        {
            "round": round_,
            "form": form,
            "step": step,
            "number": number,
            "total": len(steps) + 1,
            "back": reverse("join_step", args=[round_.invite_token, steps[number - 2]])
            if number > 1
            else reverse("join", args=[round_.invite_token]),
            "checking": "shares" in (kept := answers_of(request, round_)) and "stage" in kept,
            "looked": looked,
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A personal invitation: the person's own answers from the spreadsheet to check, or an empty sign-up.

    With mail the letter may have been forwarded, so nothing of the invited person is shown, and nothing is theirs, before
    a code that goes to their own mailbox has come back.
    """
    made = actions.invitation_of(token)
    if made is None:
        return render(request, "rounds/invitation_ended.html", status=410)
    if not made.round.takes_sign_ups(timezone.localdate()):
        return redirect("join", token=made.round.invite_token)
    theirs = request.user.is_authenticated and is_for(made, person_of(request))
    if settings.MAIL_ENABLED and not theirs:
        return ask_whose(request, made, token)
    person = person_of(request) if request.user.is_authenticated else None
    # Said before anything is filled in, and not when it is sent.
    if not settings.MAIL_ENABLED and (obstacle := before_answering(made, person)):
        return render(
            request, "rounds/invitation_before.html", {"round": made.round, "sign_out": obstacle is Before.SIGN_OUT}
        )
    if answers_of(request, made.round).get("invitation") != token:
        # Opened for the first time here: nothing that somebody else began in this browser is mixed in.
        forget(request, made.round)
        told_by_form = {k: v for k, v in made.answers.items() if k in (*actions.ANSWERS, "team")}
        name = made.name if is_name(made.name) else ""
        keep(request, made.round, invitation=token, name=name, email=made.email, exclusion=made.exclusion)
        keep(request, made.round, nameless=not name)
        keep(request, made.round, **told_by_form)
    told = bool(made.answers.get("shares") or made.answers.get("wants"))
    first = steps_of(request, made.round)[0]
    name = person_of(request).name if theirs and person_of(request).is_named else made.name
    return render(
        request,
        "rounds/invitation.html",
        {
            "round": made.round,
            "name": name if is_name(name) else "",
            "told": told,
            # Perhaps they are here with another address: then they sign in with that one, and stay one person.
            "sign_in": _as_another(request) if settings.MAIL_ENABLED and is_nobody(person_of(request)) else "",
            "step": first if first == "name" or not told else "check",
        },
    )


def _as_another(request: HttpRequest) -> str:
    """The page of signing in, which leads back here."""
    return f"{reverse('account_request_login_code')}?{urlencode({'next': request.path})}"
