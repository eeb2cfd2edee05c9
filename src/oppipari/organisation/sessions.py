"""Sessions that a copy of their table does not open: it holds neither the keys that browsers bring nor what is in them.

A row is found by a hash of the key and sealed with another one, so that only the browser's cookie opens it.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

NONCE = 12


def hash_of(key: str) -> str:
    """What the table holds of a session's key: 40 hex digits of its SHA-256. The key itself has over 160 random bits."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's sessions in the database, found and opened with their key alone."""

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(
            session_key=hash_of(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(hash_of(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        made = super().create_model_instance(data)
        made.session_key = hash_of(made.session_key)
        return made

    def delete(self, session_key: str | None = None) -> None:
        key = session_key if session_key is not None else self.session_key
        if key is not None:
            super().delete(hash_of(key))

    def encode(self, session_dict: dict[str, Any]) -> str:
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self._sealing_key()).encrypt(nonce, super().encode(session_dict).encode(), None)
        return base64.b64encode(nonce + sealed).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            sealed = base64.b64decode(session_data, validate=True)
            plain = AESGCM(self._sealing_key()).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except (InvalidTag, ValueError):
            return {}
        found: dict[str, Any] = super().decode(plain.decode())
        return found

    def _sealing_key(self) -> bytes:
        return hmac.digest((self.session_key or "").encode(), b"oppipari session", "sha256")
