"""What becomes of the answers: stored at once, or when the code has come back; once, however often it is pressed."""

import hashlib
import time
from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from oppipari.organisation.actions import own_link, person_for_address
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.text import fold
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries
from oppipari.rounds.addresses import shareable
from oppipari.rounds.models import Round
from oppipari.rounds.views.signing.answers import answers_of, forget, keep, round_of

# A whole unit may sign up at once in its weekly meeting, behind one address; one mailbox needs few codes.
SIGN_UPS_AN_HOUR = 120
CODES_AN_HOUR = 5
BACKEND = "django.contrib.auth.backends.ModelBackend"


def sent_already(request: HttpRequest, round_: Round, once: str) -> HttpResponse | None:
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
            return stored_for(request, round_, person) if person else None
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
    keep(request, round_, sent=True)
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)
    return _to_code(round_)


def send(request: HttpRequest, round_: Round, answers: dict[str, Any]) -> HttpResponse:
    if answers.get("invitation"):
        made = actions.invitation_of(answers["invitation"])
        if made is None or made.round_id != round_.pk:
            raise DomainError(_("This invitation has already been answered."))
        if settings.MAIL_ENABLED and not request.user.is_authenticated and Person.objects.of_address(made.email):
            # A forwarded letter must not open the page of somebody who is here already.
            return _send_code(request, round_, made.email)
        me = person_of(request) if request.user.is_authenticated else None
        person, _signed = actions.confirm_invitation(made, me, answers)
        return stored_for(request, round_, person)
    if request.user.is_authenticated:
        actions.sign_up(round_, person_of(request), answers)
        return stored_for(request, round_, person_of(request))
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
    return stored_for(request, round_, person)


def stored_for(request: HttpRequest, round_: Round, person: Person) -> HttpResponse:
    """The answers are stored: forget them here, sign the person in, and thank them."""
    forget(request, round_)
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
    round_ = round_of(token)
    person = person_of(request)
    answers = answers_of(request, round_)
    if answers.get("sent") and fold(str(answers.get("email"))) == person.email:
        # Back from the code that came by e-mail: now it is known whose answers these are.
        forget(request, round_)
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
