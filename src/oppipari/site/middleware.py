"""What every request passes: the person's language, private pages that no cache keeps, and nothing typed is lost."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from oppipari.site.typed import typed

Handler = Callable[[HttpRequest], HttpResponse]


class PersonLocaleMiddleware:
    """Activate the language the person chose (a cookie), else the browser's, else Finnish."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class PrivatePagesMiddleware:
    """Pages of signed-in people are not to be kept by caches, so that "back" on a shared phone shows nothing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.session.modified:
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        )
        return response


class SignedOutMiddleware:
    """Whoever was signed out while writing gets back what they wrote, where they would only be sent to sign in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        target = response.headers.get("Location", "")
        if response.status_code != 302 or not target.startswith(resolve_url(settings.LOGIN_URL) + "?"):
            return response
        written = typed(request)
        if not written:
            return response
        # The form's own address may only take posts; the page it came from is shown again.
        before = request.headers.get("Referer", "")
        own = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
        back = "/" + urlsplit(before).path.lstrip("/") if own else "/"
        context = {"typed": written, "sign_in": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"}
        answer = render(request, "site/signed_out.html", context, status=403)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
