"""Sealing bytes with a key, so that neither they nor how many there are can be seen.

AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a nonce drawn anew for each sealing; what is sealed is filled up to
a room of a fixed size first, since a length that grows by forty says that somebody wrote forty letters.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
HEAD = 4


class Unreadable(Exception):
    """The seal does not fit the key, or what was sealed was changed, or is of another version."""


def room_for(length: int, least: int) -> int:
    """How much room `length` bytes get: `least`, doubled until they fit."""
    room = least
    while room < length + HEAD:
        room *= 2
    return room


def seal(key: bytes, plain: bytes, purpose: str, least: int) -> bytes:
    """`plain` sealed for a `purpose`, with which alone it can be opened again; at least `least` bytes long."""
    return sealed_with(_sealing_key(key), plain, purpose, least)


def sealed_with(aes_key: bytes, plain: bytes, purpose: str, least: int) -> bytes:
    """The same under the very key of the cipher."""
    filled = len(plain).to_bytes(HEAD, "big") + plain
    filled = filled.ljust(room_for(len(plain), least), b"\0")
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(aes_key).encrypt(nonce, filled, purpose.encode())


def unseal(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """What was sealed; raises Unreadable."""
    return opened(_sealing_key(key), sealed, purpose)


def opened(aes_key: bytes, sealed: bytes, purpose: str) -> bytes:
    """What was sealed under the very key of the cipher; raises Unreadable."""
    try:
        filled = AESGCM(aes_key).decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(purpose) from error
    return filled[HEAD : HEAD + int.from_bytes(filled[:HEAD], "big")]


def token(handle: str, person: int) -> str:
    """A person's one-time token for the box `handle`, made rather than kept.

    It rests on the installation's own secret (SECRET_KEY), which lies elsewhere than the box's key: who has only the
    keys and the database cannot tell whose it is.
    """
    return _derived(settings.SECRET_KEY.encode(), f"token {handle} {person}").hex()[:32]


def _sealing_key(key: bytes) -> bytes:
    # Both secrets are needed to open a box, so that a folder of keys is worth nothing by itself.
    return hmac.digest(_derived(settings.SECRET_KEY.encode(), "seal"), key, "sha256")


def _derived(key: bytes, use: str) -> bytes:
    # A key for each use, so that what one gives away can never serve the other.
    return hmac.digest(key, f"oppipari answers {use}".encode(), "sha256")
