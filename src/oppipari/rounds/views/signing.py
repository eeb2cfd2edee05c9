"""Signing up: one thing a page, answers kept in the session until they are checked and sent."""

from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oppipari.organisation.access import get_or_404
from oppipari.organisation.actions import own_link, person_for_address
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.text import fold
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries, vocabulary
from oppipari.rounds.access import own_sign_ups
from oppipari.rounds.forms import LANGUAGES, STEPS, StepForm, TagsForm, TimesForm
from oppipari.rounds.models import Round, SignUp

PRESETS = {"weekday_mornings": [0, 3, 6, 9, 12], "weekday_evenings": [1, 4, 7, 10, 13], "nights": list(range(2, 21, 3))}
SIGN_UPS_AN_HOUR = 40
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _round(token: str) -> Round:
    found = queries.round_of_invite(token)
    if found is None:
        raise Http404
    return found


def _key(round_: Round) -> str:
    return f"join:{round_.pk}"


def _answers(request: HttpRequest, round_: Round) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(_key(round_), {})
    return found


def _keep(request: HttpRequest, round_: Round, **answers: Any) -> None:
    request.session[_key(round_)] = _answers(request, round_) | answers


def _steps(request: HttpRequest, round_: Round) -> list[str]:
    """The steps this person goes through: who is signed in, or was invited by name, has told who they are."""
    known = request.user.is_authenticated or "invitation" in _answers(request, round_)
    return [s for s in STEPS if not (s == "who" and known)]


@never_cache
@require_GET
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation leads to: what this is, what is promised, and the way to sign up."""
    round_ = _round(token)
    mine = queries.sign_up_of(round_, person_of(request)) if request.user.is_authenticated else None
    return render(
        request,
        "rounds/join.html",
        {
            "round": round_,
            "mine": mine,
            "open": round_.takes_sign_ups(timezone.localdate()),
            "first": _steps(request, round_)[0],
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def join_step(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """One page of sign-up."""
    round_ = _round(token)
    steps = _steps(request, round_)
    if not round_.takes_sign_ups(timezone.localdate()):
        return redirect("join", token=token)
    if step == "check":
        return _check(request, round_, steps)
    if step not in STEPS:
        raise Http404
    if step not in steps:
        return redirect("join_step", token=token, step=steps[0])
    kept = _answers(request, round_)
    form_class = STEPS[step]
    presets = request.POST.get("preset", "")
    if request.method == "POST" and issubclass(form_class, TimesForm) and presets in PRESETS:
        chosen = {int(s) for s in request.POST.getlist("slots") if s.isdecimal()} | set(PRESETS[presets])
        _keep(request, round_, slots=sorted(chosen))
        return redirect("join_step", token=token, step=step)
    if request.method == "POST":
        form: StepForm = form_class(request.POST, round=round_)
        if "find" in request.POST and isinstance(form, TagsForm):
            # Only looking for words: what is ticked stays ticked, and nothing is complained about.
            chosen_tags = request.POST.getlist("tags")
            again = form_class(initial={"tags": chosen_tags, "words": request.POST.get("words", "")}, round=round_)
            assert isinstance(again, TagsForm)
            again.suggested = form.suggested
            return _step_page(request, round_, steps, step, again, looked=True)
        if form.is_valid():
            _keep(request, round_, **_told(step, form))
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
            "checking": "shares" in (kept := _answers(request, round_)) and "stage" in kept,
            "looked": looked,
        },
    )


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
        ("how", _("Languages"), ", ".join(str(n) for c, n in LANGUAGES if c in answers.get("languages", []))),
        ("how", _("I would like to learn from"), one(SignUp.Stage.choices, "wished_stage") or _("anyone")),
    ]
    if answers.get("exclusion"):
        rows.append(("how", _("Not my pair (only you see this)"), str(answers["exclusion"])))
    return rows


def _check(request: HttpRequest, round_: Round, steps: list[str]) -> HttpResponse:
    """Check the answers and send them."""
    answers = _answers(request, round_)
    needed = {"who": "email", "share": "shares", "learn": "wants", "times": "slots", "how": "stage"}
    missing = next((s for s in steps if not answers.get(needed[s])), None)
    if missing and not answers.get("invitation"):
        return redirect("join_step", token=round_.invite_token, step=missing)
    error = ""
    if request.method == "POST":
        try:
            return _send(request, round_, answers)
        except DomainError as problem:
            error = str(problem.message)
    who = None if request.user.is_authenticated else (answers.get("name"), answers.get("email"))
    return render(
        request,
        "rounds/steps/check.html",
        {
            "round": round_,
            "rows": summary(answers, round_),
            "who": who,
            "error": error,
            "number": len(steps) + 1,
            "total": len(steps) + 1,
            "invited": bool(answers.get("invitation")),
        },
    )


def _send(request: HttpRequest, round_: Round, answers: dict[str, Any]) -> HttpResponse:
    token = round_.invite_token
    if answers.get("invitation"):
        made = actions.invitation_of(answers["invitation"])
        if made is None or made.round_id != round_.pk:
            raise DomainError(_("This invitation has already been answered."))
        me = person_of(request) if request.user.is_authenticated else None
        person, _signed = actions.confirm_invitation(made, me, answers)
        return _stored_for(request, round_, person)
    if request.user.is_authenticated:
        actions.sign_up(round_, person_of(request), answers)
        return _stored_for(request, round_, person_of(request))
    _limit(request)
    organisation = round_.unit.organisation
    language = get_language() or settings.LANGUAGE_CODE
    if settings.MAIL_ENABLED:
        # The same for an address that is known and one that is not: a code goes there, and the answers wait here.
        person = person_for_address(organisation, answers["email"], name=answers["name"], language=language)
        LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)
        return redirect(f"{reverse('account_confirm_login_code')}?next={reverse('join_done', args=[token])}")
    # Without mail nobody has proved whose address it is, so it stays a claim until the supervisor confirms it.
    person = Person.objects.create(organisation=organisation, name=answers["name"], email=None, language=language)
    actions.sign_up(round_, person, answers, claimed_email=answers["email"])
    return _stored_for(request, round_, person)


def _stored_for(request: HttpRequest, round_: Round, person: Person) -> HttpResponse:
    """The answers are stored: forget them here, sign the person in, and thank them."""
    request.session.pop(_key(round_), None)
    if not request.user.is_authenticated:
        login(request, person, backend=BACKEND)
        request.session["show_own_link"] = not settings.MAIL_ENABLED
    return redirect("join_done", token=round_.invite_token)


def _limit(request: HttpRequest) -> None:
    """A photographed poster must not become a spam gun: so many sign-ups an hour from one address."""
    key = f"sign-ups:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > SIGN_UPS_AN_HOUR:
        raise DomainError(_("Too many sign-ups have come from here within an hour. Try again a little later."))


@never_cache
@login_required
@require_GET
def join_done(request: HttpRequest, token: str) -> HttpResponse:
    """Thank you, and what happens next; without mail also the person's own link, shown here and never again."""
    round_ = _round(token)
    person = person_of(request)
    answers = request.session.pop(_key(round_), None)
    if answers and fold(str(answers.get("email") or person.email)) == person.email:
        # Back from the code that came by e-mail: now it is known whose answers these are.
        try:
            actions.sign_up(round_, person, answers)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("join", token=token)
    made = queries.sign_up_of(round_, person)
    if made is None:
        return redirect("join", token=token)
    own = ""
    if request.session.pop("show_own_link", False):
        own = request.build_absolute_uri(reverse("sign_in_link", args=[own_link(person)]))
    return render(request, "rounds/done.html", {"round": round_, "made": made, "own": own})


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A personal invitation: the person's own answers from the spreadsheet to check, or an empty sign-up."""
    made = actions.invitation_of(token)
    if made is None:
        return render(request, "rounds/invitation_ended.html", status=410)
    if not made.round.takes_sign_ups(timezone.localdate()):
        return redirect("join", token=made.round.invite_token)
    _keep(
        request,
        made.round,
        invitation=token,
        name=made.name,
        email=made.email,
        exclusion=made.exclusion,
        **made.answers,
    )
    told = bool(made.answers.get("shares") or made.answers.get("wants"))
    return render(
        request,
        "rounds/invitation.html",
        {"round": made.round, "invitation": made, "told": told, "step": "check" if told else "share"},
    )


@login_required
@never_cache
@require_GET
def my_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own sign-up: what was told, with ways to change it and to withdraw."""
    made = get_or_404(own_sign_ups(person_of(request)).select_related("round__unit", "exclusion"), pk=pk)
    changeable = made.round.takes_sign_ups(timezone.localdate())
    return render(
        request,
        "rounds/my_sign_up.html",
        {
            "made": made,
            "round": made.round,
            "rows": summary(_stored(made), made.round),
            "changeable": changeable,
            "withdrawable": made.round.state in (Round.State.SIGN_UP, Round.State.PAIRING),
        },
    )


def _stored(made: SignUp) -> dict[str, Any]:
    kept = {name: getattr(made, name) for name in actions.ANSWERS} | {"team": made.team_id}
    return kept | {"exclusion": made.exclusion.text if hasattr(made, "exclusion") else ""}


@login_required
@require_POST
def sign_up_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one's own answers for changing: the same pages, filled in."""
    made = get_or_404(own_sign_ups(person_of(request)).select_related("round", "exclusion"), pk=pk)
    request.session[_key(made.round)] = _stored(made)
    return redirect("join_step", token=made.round.invite_token, step="check")


@login_required
@require_POST
def sign_up_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw; nobody asks why."""
    made = get_or_404(own_sign_ups(person_of(request)), pk=pk)
    try:
        actions.withdraw(made, person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("my_sign_up", pk=pk)
    messages.success(
        request, _("Your sign-up was withdrawn, and your answers were deleted. You are welcome another time.")
    )
    return redirect("home")
