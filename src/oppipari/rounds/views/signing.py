"""Signing up: one thing a page, answers kept in the session until they are checked and sent."""

import hashlib
import secrets
import time
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
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.text import fold
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries, vocabulary
from oppipari.rounds.access import own_sign_ups
from oppipari.rounds.addresses import shareable
from oppipari.rounds.forms import LANGUAGES, STEPS, StepForm, TagsForm, TimesForm
from oppipari.rounds.models import Round, SignUp

PRESETS = {"weekday_mornings": [0, 3, 6, 9, 12], "weekday_evenings": [1, 4, 7, 10, 13], "nights": list(range(2, 21, 3))}
# A whole unit may sign up at once in its weekly meeting, behind one address; one mailbox needs few codes.
SIGN_UPS_AN_HOUR = 120
CODES_AN_HOUR = 5
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
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation leads to: what this is, what is promised, and the way to sign up.

    Posting forgets what was begun in this browser, for the next person at a shared device.
    """
    round_ = _round(token)
    if request.method == "POST":
        request.session.pop(_key(round_), None)
        return redirect("join_step", token=token, step=_steps(request, round_)[0])
    mine = queries.sign_up_of(round_, person_of(request)) if request.user.is_authenticated else None
    return render(
        request,
        "rounds/join.html",
        {
            "round": round_,
            "mine": mine,
            "open": round_.takes_sign_ups(timezone.localdate()),
            "first": _steps(request, round_)[0],
            "begun": bool(_answers(request, round_)),
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
        _take_up(request, round_)
        return _check(request, round_, steps)
    if step not in STEPS:
        raise Http404
    _take_up(request, round_)
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


def _take_up(request: HttpRequest, round_: Round) -> None:
    """Who has signed up already changes that sign-up, rather than beginning another from nothing."""
    if request.user.is_authenticated and not _answers(request, round_):
        mine = queries.sign_up_of(round_, person_of(request))
        if mine is not None:
            _keep(request, round_, **_stored(mine))


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
    team = Unit.objects.filter(parent=round_.unit_id, pk=answers["team"]).first() if answers.get("team") else None
    if team is not None:
        rows.insert(3, ("how", _("My team"), team.name))
    if answers.get("exclusion"):
        rows.append(("how", _("Not my pair (only you see this)"), str(answers["exclusion"])))
    return rows


def _check(request: HttpRequest, round_: Round, steps: list[str]) -> HttpResponse:
    """Check the answers and send them."""
    answers = _answers(request, round_)
    needed = {"who": "email", "share": "shares", "learn": "wants", "times": "slots", "how": "stage"}
    missing = next((s for s in steps if not answers.get(needed[s])), None)
    # A spreadsheet need not have asked everything; an invitation by address alone has told nothing yet.
    told_elsewhere = answers.get("invitation") and (answers.get("shares") or answers.get("wants"))
    once = request.POST.get("once", "")[:64]
    if request.method == "POST" and (again := _sent_already(request, round_, once)):
        return again
    if missing and not told_elsewhere:
        return redirect("join_step", token=round_.invite_token, step=missing)
    error = ""
    if request.method == "POST":
        try:
            answer = _send(request, round_, answers)
            if once:
                cache.set(f"sent:{once}", request.user.pk or "code", 600)
            return answer
        except DomainError as problem:
            cache.delete(f"sending:{once}")
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
            "once": secrets.token_urlsafe(16),
        },
    )


def _sent_already(request: HttpRequest, round_: Round, once: str) -> HttpResponse | None:
    """The second half of a double click where no script stops it: answered like the first, and nothing is sent twice.

    `once` is a random mark of the page that was pressed; nobody else has it.
    """
    if not once or request.user.is_authenticated or cache.add(f"sending:{once}", 1, 600):
        return None
    for _attempt in range(30):  # the first half may be under way
        sent = cache.get(f"sent:{once}")
        if sent == "code":
            return _to_code(round_)
        if sent:
            person = Person.objects.filter(pk=sent).first()
            return _stored_for(request, round_, person) if person else None
        time.sleep(0.1)
    return None


def _to_code(round_: Round) -> HttpResponse:
    done = reverse("join_done", args=[round_.invite_token])
    return redirect(f"{reverse('account_confirm_login_code')}?next={done}")


def _send_code(request: HttpRequest, round_: Round, address: str) -> HttpResponse:
    """A code goes to the address, the same for one that is known and one that is not; the answers wait here.

    Nothing that was typed is stored of a person before the code has come back.
    """
    _limit(f"code:{fold(address)}", CODES_AN_HOUR)
    language = get_language() or settings.LANGUAGE_CODE
    person = person_for_address(round_.unit.organisation, address, language=language)
    _keep(request, round_, sent=True)
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)
    return _to_code(round_)


def _send(request: HttpRequest, round_: Round, answers: dict[str, Any]) -> HttpResponse:
    if answers.get("invitation"):
        made = actions.invitation_of(answers["invitation"])
        if made is None or made.round_id != round_.pk:
            raise DomainError(_("This invitation has already been answered."))
        if settings.MAIL_ENABLED and not request.user.is_authenticated and Person.objects.of_address(made.email):
            # A forwarded letter must not open the page of somebody who is here already.
            return _send_code(request, round_, made.email)
        me = person_of(request) if request.user.is_authenticated else None
        person, _signed = actions.confirm_invitation(made, me, answers)
        return _stored_for(request, round_, person)
    if request.user.is_authenticated:
        actions.sign_up(round_, person_of(request), answers)
        return _stored_for(request, round_, person_of(request))
    _limit(f"{round_.pk}:{request.META.get('REMOTE_ADDR', '')}", SIGN_UPS_AN_HOUR)
    if settings.MAIL_ENABLED:
        return _send_code(request, round_, answers["email"])
    # Without mail nobody has proved whose address it is, so it stays a claim until the supervisor confirms it.
    person = Person.objects.create(
        organisation=round_.unit.organisation,
        name=answers["name"],
        email=None,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    actions.sign_up(round_, person, answers, claimed_email=answers["email"])
    return _stored_for(request, round_, person)


def _stored_for(request: HttpRequest, round_: Round, person: Person) -> HttpResponse:
    """The answers are stored: forget them here, sign the person in, and thank them."""
    request.session.pop(_key(round_), None)
    if not request.user.is_authenticated:
        login(request, person, backend=BACKEND)
        request.session["show_own_link"] = not settings.MAIL_ENABLED
    return redirect("join_done", token=round_.invite_token)


def _limit(what: str, most: int) -> None:
    """A photographed poster must not become a spam gun: so many an hour of one network address or mailbox."""
    key = "sign-ups:" + hashlib.sha256(what.encode()).hexdigest()
    cache.add(key, 0, 3600)
    try:
        count = cache.incr(key)
    except ValueError:  # its hour ended in between
        count = 1
    if count > most:
        raise DomainError(_("Too many sign-ups have come from here within an hour. Try again a little later."))


@never_cache
@login_required
@require_GET
def join_done(request: HttpRequest, token: str) -> HttpResponse:
    """Thank you, and what happens next; without mail also the person's own link, shown here and never again."""
    round_ = _round(token)
    person = person_of(request)
    answers = _answers(request, round_)
    if answers.get("sent") and fold(str(answers.get("email"))) == person.email:
        # Back from the code that came by e-mail: now it is known whose answers these are.
        request.session.pop(_key(round_), None)
        try:
            _store(round_, person, answers)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("join", token=token)
    made = queries.sign_up_of(round_, person)
    if made is None:
        return redirect("join", token=token)
    own = ""
    if request.session.pop("show_own_link", False):
        own = shareable(request, reverse("sign_in_link", args=[own_link(person)]))
    return render(request, "rounds/done.html", {"round": round_, "made": made, "own": own})


def _store(round_: Round, person: Person, answers: dict[str, Any]) -> None:
    invited = actions.invitation_of(answers["invitation"]) if answers.get("invitation") else None
    if invited is not None and invited.round_id == round_.pk:
        actions.confirm_invitation(invited, person, answers)
    else:
        actions.sign_up(round_, person, answers, name=answers.get("name", ""))


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A personal invitation: the person's own answers from the spreadsheet to check, or an empty sign-up."""
    made = actions.invitation_of(token)
    if made is None:
        return render(request, "rounds/invitation_ended.html", status=410)
    if not made.round.takes_sign_ups(timezone.localdate()):
        return redirect("join", token=made.round.invite_token)
    if _answers(request, made.round).get("invitation") != token:
        # Opened for the first time here: nothing that somebody else began in this browser is mixed in.
        request.session.pop(_key(made.round), None)
        told_by_form = {k: v for k, v in made.answers.items() if k in (*actions.ANSWERS, "team")}
        _keep(request, made.round, invitation=token, name=made.name, email=made.email, exclusion=made.exclusion)
        _keep(request, made.round, **told_by_form)
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
