"""By which way people can be reached: the one place that every sentence about telling, sending and inviting asks.

Nothing may be called told or sent unless somebody can be reached that way. Where no message would leave, what is new stands
on people's own pages, and whoever runs the round tells them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.messages.actions import reaches
from oppipari.messages.moments import moment
from oppipari.messages.queries import leave_later
from oppipari.organisation.models import Person


class Way(StrEnum):
    """How news come to one person."""

    # A message leaves, and the address was read at least once.
    MAIL = "mail"
    # A message leaves, but nobody knows whether anybody reads that mailbox: no code was ever confirmed at it.
    UNSURE = "unsure"
    # No message leaves, or the address is refused: only their own page tells them, and whoever hands them its link.
    PAGE = "page"


def mail_leaves() -> bool:
    """Whether this installation sends e-mail at all."""
    return bool(settings.MAIL_ENABLED)


def way_to(person: Person) -> Way:
    """By which way `person` is reached now; no query."""
    if person.email_refused_at is not None or not reaches(person.email):
        return Way.PAGE
    return Way.MAIL if person.email_confirmed_at is not None else Way.UNSURE


@dataclass(frozen=True, slots=True)
class Reach:
    """To how many of some people a message leaves; the others see what is new on their own page."""

    by_mail: int
    asked: int
    # Where letters about it wait for working hours: when they leave.
    leaves: datetime | None = None

    @property
    def all(self) -> bool:
        return self.by_mail == self.asked > 0

    @property
    def none(self) -> bool:
        return not self.by_mail

    @property
    def was_told(self) -> str:
        """A sentence for whoever did something: how the people it concerns get to know of it."""
        when = {"when": moment(self.leaves)}
        if self.all and self.leaves:
            return (
                ngettext(
                    "They are sent a message about it on %(when)s.",
                    "They are sent a message about it on %(when)s.",
                    self.asked,
                )
                % when
            )
        if self.all:
            return ngettext(
                "They get a message about it, at the latest on the next working morning.",
                "They get a message about it, at the latest on the next working morning.",
                self.asked,
            )
        if self.none:
            return ngettext(
                "They see it when they open their own page: tell them yourself, too.",
                "They see it when they open their own page: tell them yourself, too.",
                self.asked,
            )
        if self.leaves:
            return (
                _(
                    "A message goes on %(when)s to those with a known e-mail address. The others see it on their own page: tell them."
                )
                % when
            )
        return _(
            "Those with a known e-mail address get a message, at the latest on the next working morning. The others see it on their own page: tell them."
        )

    @property
    def will_be_told(self) -> str:
        """The same before it is done."""
        if self.all:
            return ngettext(
                "They are then sent a message about it.",
                "They are then sent a message about it.",
                self.asked,
            )
        if self.none:
            return ngettext(
                "They then see it on their own page. No message is sent: tell them yourself, too.",
                "They then see it on their own page. No message is sent: tell them yourself, too.",
                self.asked,
            )
        return _(
            "Those with a known e-mail address are then sent a message. The others see it on their own page: tell them."
        )


NOBODY = Reach(0, 0)


def reach_of(people: Iterable[Person], about: Iterable[str] = ()) -> Reach:
    """To how many of `people` a message leaves; each is counted once, and no query is made but theirs.

    `about` are pieces of the keys of letters that were queued for it: outside working hours one query looks whether they
    have left yet.
    """
    by_pk = {person.pk: person for person in people}
    leaves = leave_later(pieces) if by_pk and (pieces := list(about)) else None
    return Reach(sum(way_to(person) is not Way.PAGE for person in by_pk.values()), len(by_pk), leaves)
