"""What becomes of the answers: stored at once, or when the code has come back; once, however often it is pressed."""

import time
from typing import Any
from urllib.parse import urlencode

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
from oppipari.organisation.addresses import shareable
from oppipari.organisation.errors import DomainError
from oppipari.organisation.limits import CODES_AN_HOUR, is_too_many
from oppipari.organisation.models import Person
from oppipari.organisation.signing_in import asked_for_code
from oppipari.organisation.text import fold
from oppipari.organisation.web import person_of, remember_language
from oppipari.rounds import actions, queries
from oppipari.rounds.models import Round
from oppipari.rounds.views.signing.answers import answers_of, forget, keep, round_of

# A whole unit may sign up at once in its weekly meeting, behind one address.
SIGN_UPS_AN_HOUR = 120
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
            return to_code(request, _done(round_), _who(round_))
        if sent:
            person = Person.objects.filter(pk=sent).first()
            return stored_for(request, round_, person) if person else None
        time.sleep(0.1)
    return None


def _done(round_: Round) -> str:
    return reverse("join_done", args=[round_.invite_token])


def _who(round_: Round) -> str:
    return reverse("join_step", args=[round_.invite_token, "who"])


def send_code(request: HttpRequest, round_: Round, address: str) -> None:
    """A code goes to the address, the same for one that is known and one that is not.

    Of what was typed only the address is stored before the code has come back. Raises DomainError after too many.
    """
    _limit(f"code:{fold(address)}", CODES_AN_HOUR)
    person = person_for_address(round_.unit.organisation, address, language=_language())
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)


def to_code(request: HttpRequest, back: str, asked_at: str = "") -> HttpResponse:
    """The page where the code is written, which leads on to the path `back`, in the language they are reading now.

    `asked_at` is where they can write another address; else another code is asked for at `back`.
    """
    asked_for_code(request, asked_at or back, address_is_written_there=bool(asked_at))
    response = redirect(f"{reverse('account_confirm_login_code')}?{urlencode({'next': back})}")
    return remember_language(request, response, _language())


def _language() -> str:
    """What the person answers in: the language of the page."""
    return get_language() or settings.LANGUAGE_CODE


def send(request: HttpRequest, round_: Round, answers: dict[str, Any]) -> HttpResponse:
    if answers.get("invitation"):
        made = actions.invitation_of(answers["invitation"])
        if made is None or made.round_id != round_.pk:
            raise DomainError(_("This invitation has already been answered."))
        me = person_of(request) if request.user.is_authenticated else None
        person, _signed = actions.confirm_invitation(made, me, answers, _language())
        return stored_for(request, round_, person)
    if request.user.is_authenticated:
        person = person_of(request)
        # The name that was typed with the address is theirs, whatever way the code was asked for; or without one, by
        # whoever is signed in and has told no name yet.
        typed = fold(str(answers.get("email") or ""))
        name = answers.get("name", "") if typed in ("", person.email) else ""
        actions.sign_up(round_, person, answers, name=name, language=_language())
        return stored_for(request, round_, person)
    _limit(f"{round_.pk}:{request.META.get('REMOTE_ADDR', '')}", SIGN_UPS_AN_HOUR)
    if settings.MAIL_ENABLED and answers.get("email"):
        # The answers wait in the browser's session until the code has come back.
        send_code(request, round_, answers["email"])
        keep(request, round_, sent=True)
        return to_code(request, _done(round_), _who(round_))
    # Without mail nobody has proved whose address it is, so it stays a claim until the supervisor confirms it; who has no
    # mailbox claims none, and waits like them.
    person = Person.objects.create(
        organisation=round_.unit.organisation, name=answers["name"], email=None, language=_language()
    )
    actions.sign_up(round_, person, answers, claimed_email=answers.get("email") or "")
    return stored_for(request, round_, person)


def stored_for(request: HttpRequest, round_: Round, person: Person) -> HttpResponse:
    """The answers are stored: forget them here, sign the person in, and thank them."""
    forget(request, round_)
    if not request.user.is_authenticated:
        login(request, person, backend=BACKEND)
        # No code reaches them, so this is their way back.
        request.session["show_own_link"] = not person.gets_letters
    return redirect("join_done", token=round_.invite_token)


def _limit(what: str, most: int) -> None:
    """A photographed poster must not become a spam gun: so many an hour of one network address or mailbox."""
    if is_too_many(what, most):
        raise DomainError(_("Too many sign-ups have come from here within an hour. Try again a little later."))


@never_cache
@login_required
@require_GET
def join_done(request: HttpRequest, token: str) -> HttpResponse:
    """Thank you, and what happens next; where no code reaches them, also the person's own link, shown here and never again."""
    round_ = round_of(token)
    person = person_of(request)
    answers = answers_of(request, round_)
    if answers.get("sent") and fold(str(answers.get("email"))) == person.email:
        # Back from the code that came by e-mail: now it is known whose answers these are.
        forget(request, round_)
        try:
            actions.sign_up(round_, person, answers, name=answers.get("name", ""), language=_language())
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
