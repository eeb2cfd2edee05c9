"""Microsoft Entra ID: where its endpoints are, device codes, refresh tokens, the application's own tokens."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from tests.graph_fake.answers import CLIENT, MAILBOX, SECRET, TENANT, Answer, entra_error


@dataclass
class Token:
    user: str | None  # None: the application itself
    scopes: set[str]
    expires: float


class Entra:
    """The part of the fake that signs in; `signs_in` and `types_slowly` are the person with the device code."""

    origin: str

    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.device_codes: dict[str, str] = {}  # with the scope that was asked for
        self.asked_about: set[str] = set()
        self.secrets: set[str] = {SECRET}
        self.signs_in: bool | None = True  # yes, no, or not yet
        self.types_slowly = False  # the first time the code is asked about, nobody has typed it yet
        self.token_endpoint_elsewhere = ""

    def expire_access_tokens(self) -> None:
        for token in self.tokens.values():
            token.expires = 0

    def end_sessions(self) -> None:
        """An administrator ends all sessions: neither access nor refresh tokens are good any more."""
        self.expire_access_tokens()
        self.refresh_tokens.clear()

    def openid(self) -> Answer:
        base = f"{self.origin}/{TENANT}"
        return Answer(
            200,
            {
                "token_endpoint": self.token_endpoint_elsewhere or f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "issuer": f"{base}/v2.0",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
            },
        )

    def devicecode(self, form: dict[str, str]) -> Answer:
        self._client(form)
        if "offline_access" not in form.get("scope", "").split():
            return entra_error(
                "invalid_scope", 70011, "The provided value for the input parameter 'scope' is not valid."
            )
        code = self._secret("dc")
        self.device_codes[code] = form["scope"]
        return Answer(
            200,
            {
                "device_code": code,
                "user_code": "KUUS1PUU9",
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": "To sign in, use a web browser to open the page https://microsoft.com/devicelogin ...",
            },
        )

    def token(self, form: dict[str, str]) -> Answer:
        self._client(form)
        grant = form.get("grant_type")
        if grant == "client_credentials":
            if form.get("client_secret") != SECRET:
                return entra_error("invalid_client", 7000215, "Invalid client secret provided.", 401)
            if not form.get("scope", "").endswith("/.default"):
                return entra_error("invalid_scope", 1002012, "The provided value for scope is not valid.")
            return Answer(200, {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": self._access(None, {"Calendars.ReadWrite"})})  # fmt: skip
        if grant == "urn:ietf:params:oauth:grant-type:device_code":
            code = form.get("device_code", "")
            if code not in self.device_codes:
                return entra_error("bad_verification_code", 70000, "The provided device code is not valid.")
            if self.signs_in is False:
                return entra_error("authorization_declined", 70018, "The end user declined the request.")
            if self.signs_in is None or (self.types_slowly and code not in self.asked_about):
                self.asked_about.add(code)
                return entra_error(
                    "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending."
                )
            return self._signed_in(self.device_codes.pop(code))
        if grant == "refresh_token":
            if self.refresh_tokens.pop(form.get("refresh_token", ""), None) is None:
                return entra_error(
                    "invalid_grant", 50173, f"The provided grant has expired due to it being revoked for {MAILBOX}.",
                    suberror="bad_token",
                )  # fmt: skip
            return self._signed_in(form.get("scope", ""))
        return entra_error("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")

    def _client(self, form: dict[str, str]) -> None:
        if form.get("client_id") != CLIENT:
            raise entra_error("unauthorized_client", 700016, "Application was not found in the directory.")

    def _signed_in(self, scope: str) -> Answer:
        resource = {s for s in scope.split() if s not in ("openid", "profile", "offline_access")}
        refresh = self._secret("rt")
        self.refresh_tokens[refresh] = MAILBOX
        now = int(timezone.now().timestamp())
        claims = {
            "aud": CLIENT, "iss": f"{self.origin}/{TENANT}/v2.0", "iat": now, "exp": now + 3600,
            "oid": "11111111-2222-4333-8444-555555555555", "tid": TENANT, "sub": "x", "preferred_username": MAILBOX,
            "name": "Oppipari", "ver": "2.0",
        }  # fmt: skip
        return Answer(
            200,
            {
                "token_type": "Bearer",
                "scope": " ".join(sorted(resource)),
                "expires_in": 3599,
                "ext_expires_in": 3599,
                "access_token": self._access(MAILBOX, {s.rpartition("/")[2] for s in resource}),
                "refresh_token": refresh,
                "id_token": f"{_b64({'typ': 'JWT', 'alg': 'none'})}.{_b64(claims)}.",
                "client_info": _b64({"uid": claims["oid"], "utid": TENANT}),
            },
        )

    def _access(self, user: str | None, scopes: set[str]) -> str:
        made = self._secret("at")
        self.tokens[made] = Token(user, scopes, timezone.now().timestamp() + 3599)
        return made

    def _secret(self, kind: str) -> str:
        made = f"{kind}-{secrets.token_urlsafe(24)}"
        self.secrets.add(made)
        return made


def _b64(found: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(found).encode()).decode().rstrip("=")
