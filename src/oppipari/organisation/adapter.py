"""How allauth signs people in here: nobody registers with it, and its e-mails go through our queue."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oppipari.messages.actions import send
from oppipari.organisation.web import remember_language


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    # One sentence for codes that were asked for too often and for wrong ones: allauth speaks of wrong ones in both.
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Codes were asked for or tried too many times. Wait a moment, then ask for a new one."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in through a round's sign-up or an invitation, never by registering."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a sign-in message; known and unknown addresses get one alike, so that nobody can tell them apart."""
        code = context.get("code", "")
        send(
            to=email,
            kind="sign_in_code" if code else "sign_in_unknown",
            language=get_language() or settings.LANGUAGE_CODE,
            context={"code": code, "url": settings.SITE_URL},
        )

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """A code that came by e-mail confirms the address."""
        if kwargs.get("email") and user.email == kwargs["email"].lower() and user.email_confirmed_at is None:
            user.email_confirmed_at = timezone.now()
            user.save(update_fields=["email_confirmed_at"])
        response = super().post_login(request, user, **kwargs)
        # On a device where no language was chosen pages are in the one that the person answers in.
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(request, response, user.language)
        return response
