"""What every process of the service does first, the web server's, a worker's, or the one that starts both."""

import logging

from django.conf import settings
from django.db import DatabaseError

from oppipari.evaluation.questionnaire import canary
from oppipari.site.private_files import make_private, print_complaints

log = logging.getLogger(__name__)


def begin() -> None:
    """Close the data folder to other accounts, and prove that this process sees the secrets that the database goes with."""
    print_complaints(make_private(settings.DATA_DIR, settings.ANSWER_KEYS))
    try:
        canary.at_start()
    except DatabaseError:
        log.exception("the database could not be asked whether this process sees the secrets; each press asks it again")
