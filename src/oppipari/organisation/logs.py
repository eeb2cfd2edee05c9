"""Logging what went wrong without what people wrote."""

import logging
import traceback


def log_without_words(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log that `what` happened, of which kind the error is and where: its own words could hold names or secrets."""
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s (%s)\n%s", what, type(error).__name__, places)
