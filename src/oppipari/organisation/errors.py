"""The errors that people can do something about."""

from django.utils.functional import Promise


class DomainError(Exception):
    """What a person asked for cannot be done; `message` tells them why and what to do, in their language.

    `field` names the form field it concerns, or is empty when it concerns the whole page.
    """

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class StaleEdit(DomainError):
    """Somebody else saved the same thing in between; what was typed is kept and nothing is overwritten."""
