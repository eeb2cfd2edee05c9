"""What waits in the queue and is no longer so: it is taken out before it leaves, since what a letter says should be so.

A letter of the evening is read in the morning; what it tells may have been changed, agreed or called off by then, and the
letter about that waits beside it. Only letters that name their meetings (`threads` of the context) are looked at here.
"""

from collections.abc import Collection, Iterator

from django.db.models import Q

from oppipari.messages.actions import END_OF_CALENDAR, drop_letters_with, send
from oppipari.messages.models import MOST_TRIES, Outgoing


def take_out_of_letters(threads: Collection[str], kinds: Collection[str], to: str | None = None) -> int:
    """Take what waiting letters of these kinds (`to` one address) say of these meetings out of them, in the caller's
    transaction.

    A letter about others, too, keeps those: their days and calendar texts; one about no other is dropped, and its key let
    go. What takes something out of calendars stays: who has it there must learn that it is off. Returns of how many letters.
    """
    which = Q(kind__in=kinds) if to is None else Q(kind__in=kinds, to__iexact=to)
    return sum(_take_out(letter, set(threads)) for letter in _about(threads, which))


def never_came(threads: Collection[str], kinds: Collection[str]) -> set[tuple[str, str]]:
    """Of these meetings (thread, address) those whose first way into a calendar still waits: it is in no calendar there.

    A letter that has begun to leave may have come, whatever is known of it.
    """
    first = _about(threads, Q(kind__in=kinds, calendar_method="REQUEST", begun=False))
    return {(t, letter.to) for letter in first for t in letter.context.get("first", ()) if t in set(threads)}


def in_a_hurry(threads: Collection[str], kinds: Collection[str]) -> set[str]:
    """The addresses for which a letter of these kinds about any of these meetings waits that was to leave at once."""
    return {letter.to for letter in _about(threads, Q(kind__in=kinds, at_once=True))}


def brought(letter: Outgoing) -> None:
    """`letter` begins to leave: no other that waits for its reader is the first any more to bring its meetings."""
    if letter.calendar_method != "REQUEST":
        return
    gone = set(letter.context.get("threads", ()))
    for other in _about(gone, Q(to=letter.to, calendar_method="REQUEST", begun=False)):
        first = other.context.get("first", ())
        if other.pk != letter.pk and gone & set(first):
            other.context["first"] = [thread for thread in first if thread not in gone]
            other.save(update_fields=["context"])


def put_in_its_place(threads: Collection[str], kind: str, to_kind: str, url: str) -> int:
    """Drop waiting letters of `kind` about these meetings, and queue in their place what takes them out of calendars.

    That says only what `to_kind` says, with `url`, and leaves after what the caller has queued already. Those without a
    calendar text have nothing in their place. In the caller's transaction; returns how many letters there were.
    """
    return sum(_put_in_its_place(letter, to_kind, url) for letter in _about(threads, Q(kind=kind), off_too=True))


def _about(threads: Collection[str], which: Q, *, off_too: bool = False) -> Iterator[Outgoing]:
    """The waiting letters about any of these meetings, held for the transaction; always in the same order."""
    waiting = Outgoing.objects.filter(which, sent_at=None, tries__lt=MOST_TRIES)
    if not off_too:
        waiting = waiting.exclude(calendar_method="CANCEL")
    gone = set(threads)
    found = [pk for pk, context in waiting.values_list("pk", "context") if gone & set(context.get("threads", ()))]
    yield from waiting.select_for_update().filter(pk__in=found).order_by("pk")


def _take_out(letter: Outgoing, gone: Collection[str]) -> bool:
    threads = letter.context["threads"]
    stays = [number for number, thread in enumerate(threads) if thread not in gone]
    if not stays:
        return bool(drop_letters_with([letter.key]))
    letter.context["threads"] = [threads[n] for n in stays]
    # It brings them into no calendar any more; another letter may, and then they are there.
    letter.context["first"] = [thread for thread in letter.context.get("first", ()) if thread not in gone]
    if days := letter.context.get("days"):
        letter.context["days"] = [days[n] for n in stays]
    if letter.calendar:
        texts = letter.calendar.split(END_OF_CALENDAR)
        letter.calendar = "".join(texts[n] + END_OF_CALENDAR for n in stays)
    letter.save(update_fields=["context", "calendar"])
    return True


def _put_in_its_place(letter: Outgoing, kind: str, url: str) -> bool:
    drop_letters_with([letter.key])
    if letter.calendar:
        send(
            to=letter.to,
            kind=kind,
            language=letter.language,
            context=letter.context | {"url": url},
            key=letter.key,
            calendar=letter.calendar,
            calendar_method=letter.calendar_method,
            at_once=letter.at_once,
        )
    return True
