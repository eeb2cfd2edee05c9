"""Boxes as version 0.1 kept them: one key for all versions, tokens made with it. They move into ours when a process starts.

Until then nothing is answered or closed with them. A box whose key is not here is left as it is.
"""

import hmac
import json
import logging
import secrets
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from oppipari.evaluation.questionnaire import boxes, keys
from oppipari.evaluation.questionnaire.models import Box
from oppipari.evaluation.questionnaire.sealing import Unreadable, opened, sealed_with, token
from oppipari.organisation.models import Person

log = logging.getLogger(__name__)
ROOM_FOR_TOKENS = 8 * 1024


def convert() -> int:
    """Move every box whose key is here; returns how many were moved. Called again, it finds what is left."""
    count = 0
    for pk in Box.objects.exclude(answers=b"").values_list("pk", flat=True):
        try:
            count += _convert(pk)
        except (keys.KeyMissing, Unreadable, OSError) as error:
            log.error(
                "The answers of a questionnaire could not be moved into a box of this version (%s)",
                type(error).__name__,
            )
    return count


def _convert(pk: int) -> bool:
    handle = Box.objects.values_list("handle", flat=True).get(pk=pk)
    with keys.held(handle) as file:
        secret = file.read_earlier()
        if secret is not None:
            key = keys.Key(0, secret).next()
            with transaction.atomic(durable=True):
                box = Box.objects.select_for_update().get(pk=pk)
                boxes.lock_away(box, key, *_kept(box, secret))
                box.save()
            file.write(key)
        # Only now, when the key opens the new form and a crash can no longer make the old one needed.
        boxes.OpenBox(Box.objects.get(pk=pk), file)
        Box.objects.filter(pk=pk).update(answers=b"", spent=b"")
    return secret is not None


def _kept(box: Box, secret: bytes) -> tuple[boxes.Contents, set[str]]:
    key = _key(secret, "seal")
    contents = json.loads(opened(key, bytes(box.answers), f"{box.handle} answers"))
    spent = set(json.loads(opened(key, bytes(box.spent), f"{box.handle} spent")))
    people = Person.objects.values_list("pk", flat=True)
    return boxes.Contents(**contents), {token(box.handle, p) for p in people if _token(secret, p) in spent}


def box_of_then(contents: boxes.Contents, people: Iterable[int]) -> dict[str, object]:
    """The fields of a box as version 0.1 made it, with a key in ANSWER_KEYS: for the migration that came before."""
    handle, secret = secrets.token_hex(16), secrets.token_bytes(keys.LENGTH)
    keys.write_once(handle, secret)
    key, spent = _key(secret, "seal"), sorted(_token(secret, person) for person in people)
    return {
        "handle": handle,
        "answers": sealed_with(key, json.dumps(asdict(contents)).encode(), f"{handle} answers", boxes.ROOM),
        "spent": sealed_with(key, json.dumps(spent).encode(), f"{handle} spent", ROOM_FOR_TOKENS),
    }


def _key(secret: bytes, use: str) -> bytes:
    return hmac.digest(secret, f"oppipari answers {use}".encode(), "sha256")


def _token(secret: bytes, person: int) -> str:
    return hmac.digest(_key(secret, "token"), str(person).encode(), "sha256").hex()[:32]
