"""Signing in with a code from one's mailbox; who wrote a wrong address, or whose code never came, asks again."""

from typing import Any

from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

# In the session: the path of the page that asked for the code, and whether another address can be written there.
KEY = "code_asked_at"


def asked_for_code(request: HttpRequest, path: str, *, address_is_written_there: bool) -> None:
    """Note in the session where a code was asked for: the page that takes it leads back there, to ask for another."""
    request.session[KEY] = [path, address_is_written_there]


class AskForCode(RequestLoginCodeView):  # type: ignore[misc]
    """The page of signing in. It opens also while a code is on its way, since that may be a mistyped address's."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """allauth would lead back to the code of that address, for as long as it works: there was no other way out."""

    def get_initial(self) -> dict[str, Any]:
        """What was written before stands there to be corrected, or to be sent a new code as it is."""
        stage = get_pending_stage(self.request)
        written = stage.state.get("email") if stage else None
        initial: dict[str, Any] = super().get_initial()
        return initial | ({"email": written} if written else {})

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the code."""
        back = self.get_next_url()
        path = reverse("account_request_login_code") + (f"?{urlencode({'next': back})}" if back else "")
        asked_for_code(self.request, path, address_is_written_there=True)
        answer: HttpResponse = super().form_valid(form)
        return answer


class WriteCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """The page that takes the code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back to where the code was asked for."""
        path, can_correct = self.request.session.get(KEY) or (reverse("account_request_login_code"), True)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"ask_again": path, "can_correct": can_correct}
