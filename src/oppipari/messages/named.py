"""Who is named in letters that wait: an erased person goes from all of them, a name or address that was changed is changed.

`context["named"]` tells by id who is named in its words ({id: as called}); calendar texts name people by their addresses.
A code that somebody asked for is theirs (`context["of"]`, an id), whichever mailbox it goes to.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from icalendar import vCalAddress
from icalendar.parser import Contentline

from oppipari.messages.actions import drop_letters_to, drop_letters_with, readdress_letters
from oppipari.messages.models import MOST_TRIES, Outgoing

# Where one line of a calendar text ends: what is folded goes on after white space (RFC 5545, 3.1).
END_OF_LINE = re.compile(r"\r\n(?![ \t])")
# What becomes of a guest's line: the name and the address to write, or nothing.
Change = Callable[[str], tuple[str, str] | None]


def forget_in_letters(person: int, name: str, address: str) -> int:
    """Take an erased person out of all that waits, inside the caller's transaction; returns in how many letters they were.

    Letters to them, and codes they asked for, are not sent. Those to others say what is left: of a meeting its time, of
    an invitation the unit that invites.
    """
    count = drop_letters_to(address)
    for letter in _waiting():
        if letter.context.get("of") == person:
            count += drop_letters_with([letter.key])
            continue
        context = dict(letter.context)
        if "named" in context:
            named = dict(context["named"])
            said = named.pop(str(person), "")
            context["named"] = named
        else:
            said = name  # of an earlier version of the program, which noted no ids
        context = _without(context, said) if said else context
        count += _changed(letter, context, _guests(letter.calendar, address, lambda _cn: None))
    return count


def call_otherwise(person: int, name: str, address: str) -> int:
    """Call somebody by their new name in what waits, inside the caller's transaction; returns in how many letters."""
    count = 0
    for letter in _waiting():
        old = letter.context.get("named", {}).get(str(person))
        context = _put(letter.context, old, name) if old else letter.context
        count += _changed(letter, context, _guests(letter.calendar, address, lambda _cn: (name, address)))
    return count


def readdress(old: str, new: str) -> int:
    """Let what waits for a person's old address go to their new one, and name it; inside the caller's transaction.

    Returns how many go there.
    """
    for letter in _waiting():
        _changed(letter, letter.context, _guests(letter.calendar, old, lambda cn: (cn, new)))
    return readdress_letters(old, new)


def _waiting() -> Iterator[Outgoing]:
    yield from Outgoing.objects.select_for_update().filter(sent_at=None, tries__lt=MOST_TRIES).order_by("pk")


def _changed(letter: Outgoing, context: dict[str, Any], calendar: str) -> bool:
    if (context, calendar) == (letter.context, letter.calendar):
        return False
    Outgoing.objects.filter(pk=letter.pk).update(context=context, calendar=calendar)
    return True


def _without(value: Any, name: str) -> Any:
    """What a letter says without a name: it goes from lists, and where it stands alone nothing does."""
    if isinstance(value, dict):
        return {key: _without(each, name) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, name) for each in value if each != name]
    return "" if value == name else value


def _put(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _put(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_put(each, old, new) for each in value]
    return new if value == old else value


def _guests(calendar: str, address: str, change: Change) -> str:
    """A calendar text with the guest of this address changed, or without them; all else to the letter as it was."""
    if not address or address.lower() not in calendar.replace("\r\n ", "").lower():
        return calendar
    lines = []
    for line in END_OF_LINE.split(calendar):
        if line.startswith("ATTENDEE"):
            name, params, value = Contentline.from_ical(line).parts()  # type: ignore[no-untyped-call]
            if value.lower() == f"mailto:{address.lower()}":
                if (guest := change(params.get("CN", ""))) is None:
                    continue
                if clean := guest[0].replace('"', ""):
                    params["CN"] = clean
                line = Contentline.from_parts(name, params, vCalAddress(f"mailto:{guest[1]}")).to_ical().decode()
        lines.append(line)
    return "\r\n".join(lines)
