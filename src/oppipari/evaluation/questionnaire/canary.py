"""Whether this process sees the secrets that the database goes with: the keys of questionnaires, and SECRET_KEY.

The folder of keys holds a file `canary` with random bytes; the database holds a hash of them, and one that SECRET_KEY makes.
A process with another folder, or another SECRET_KEY, neither opens nor closes a questionnaire and keeps no house: what it
could not read it would destroy.
"""

import hmac
import logging
import secrets
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oppipari.evaluation.questionnaire import earlier, keys
from oppipari.evaluation.questionnaire.models import Box, Canary
from oppipari.organisation.errors import DomainError

log = logging.getLogger(__name__)
NAME = "canary"
HELP = "docs/questionnaire.md says what to do"


class Sight(Enum):
    """What a process sees of the secrets; the value says it to an operator."""

    ALL = "this process sees the secrets that the database goes with"
    OTHER_KEYS = "the folder ANSWER_KEYS is not the one that the database goes with"
    OTHER_SECRET = "SECRET_KEY is not the one that the database goes with"


class SecretsElsewhere(DomainError):
    """This process does not see the secrets, so it changes nothing about a questionnaire."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This cannot be done just now: the part of the service that you reached does not see the secrets with "
                "which answers are kept. Nothing was changed, and no answer is lost. Please tell whoever looks after "
                "this installation."
            )
        )


def sight() -> Sight:
    """What this process sees of the secrets. The first process of all makes the canary."""
    row = Canary.objects.order_by("pk").first() or _make()
    if row is None or not hmac.compare_digest(row.answer_keys, _of_keys()):
        return Sight.OTHER_KEYS
    if not hmac.compare_digest(row.secret_key, _of_secret()):
        return Sight.OTHER_SECRET
    return Sight.ALL


def require() -> None:
    """Raise SecretsElsewhere, and tell the operator, unless this process sees the secrets."""
    seen = sight()
    if seen is not Sight.ALL:
        log.error("Nothing is done about a questionnaire here: %s; %s", seen.value, HELP)
        raise SecretsElsewhere


def at_start() -> Sight:
    """What every process does when it starts: prove that it sees the secrets, or tell the operator that it does not."""
    seen = sight()
    if seen is Sight.ALL:
        earlier.convert()
    else:
        log.error(
            "%s: no questionnaire is opened, answered or closed here, and no housekeeping is done; %s", seen.value, HELP
        )
    return seen


@transaction.atomic
def renew() -> None:
    """The earlier secrets are lost for good, or the folder was another database's: go on with what this process sees.

    Answers that only the earlier secrets open stay as they are, and their questionnaires can be asked once more. Another
    database that goes with this folder does not any more, until it is said of that one.
    """
    Canary.objects.all().delete()
    (keys.make_folder() / NAME).unlink(missing_ok=True)
    _made_here()


@transaction.atomic
def _make() -> Canary | None:
    """The first canary; None where the folder is another database's, or has no key of the questionnaires open here.

    A database without a canary does not take a folder that another one uses: it may be an empty one, opened by mistake.
    """
    there = Canary.objects.order_by("pk").first()
    if there is not None:
        return there
    handles, here = set(Box.objects.values_list("handle", flat=True)), keys.handles()
    if (handles and not handles & here) or ((keys.folder() / NAME).exists() and here - handles):
        return None
    return _made_here()


def _made_here() -> Canary:
    keys.write_once(NAME, secrets.token_bytes(keys.LENGTH))
    # One row over all processes: two first ones at once make the same.
    return Canary.objects.get_or_create(pk=1, defaults={"answer_keys": _of_keys(), "secret_key": _of_secret()})[0]


def _of_keys() -> str:
    try:
        return hmac.digest((keys.folder() / NAME).read_bytes(), b"oppipari canary", "sha256").hex()
    except OSError:
        return ""


def _of_secret() -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), b"oppipari canary", "sha256").hex()
