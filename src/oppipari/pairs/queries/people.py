"""Finding people of a round by name: a list to choose from while it is short, else a name that one writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oppipari.organisation.text import fold

# Up to this many people are chosen from a list.
MOST_IN_LIST = 60
# This many are offered for what somebody wrote.
MOST_OFFERED = 12
FIELDS = ("a", "b", "c")

People = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Picker:
    """One field for a person: chosen from `options`, or found by the name in `text` (then `chosen` may be None)."""

    name: str
    label: str
    text: str
    chosen: int | None
    options: tuple[tuple[int, str], ...]
    by_text: bool

    @property
    def unclear(self) -> str:
        """What to say of a name that does not lead to one person; empty when all is clear."""
        if not self.text or self.chosen is not None:
            return ""
        if self.options:
            return _("Several people fit %(text)s: choose one from the list.") % {"text": self.text}
        return _("Nobody who takes part is called %(text)s.") % {"text": self.text}


def matches(text: str, folded: str) -> bool:
    """Whether all words of `text` are in a name, both folded."""
    return all(word in folded for word in text.split())


def found(text: str, people: People) -> list[tuple[int, str]]:
    """The people whom a text may mean: those called just so, else those in whose name all its words are."""
    wanted = fold(text)
    if not wanted:
        return []
    folded = [(fold(name), pk, name) for pk, name in people]
    exactly = [(pk, name) for f, pk, name in folded if f == wanted]
    return exactly or [(pk, name) for f, pk, name in folded if matches(wanted, f)]


def pickers(people: People, data: Mapping[str, str]) -> tuple[Picker, ...]:
    """The fields for people, with what a form sent: an id in `a`, `b`, `c`, or a name in `a_name` and so on."""
    labels = (_("First person"), _("Second person"), _("Third person, for a trio"))
    return tuple(_picker(name, label, people, data) for name, label in zip(FIELDS, labels, strict=True))


def _picker(name: str, label: str, people: People, data: Mapping[str, str]) -> Picker:
    sent = data.get(name, "")
    pk = int(sent) if sent.isdecimal() and len(sent) < 10 else None
    names = dict(people)
    if len(people) <= MOST_IN_LIST:
        return Picker(name, label, "", pk if pk in names else None, tuple(people), by_text=False)
    text = " ".join(data.get(f"{name}_name", "").split())[:120]
    may_be = found(text, people)
    # The id of an earlier answer counts as long as the name beside it was not changed to somebody else's.
    if pk in names and (not text or any(pk == other for other, _name in may_be)):
        return Picker(name, label, names[pk], pk, (), by_text=True)
    if len(may_be) == 1:
        return Picker(name, label, may_be[0][1], may_be[0][0], (), by_text=True)
    return Picker(name, label, text, None, tuple(may_be[:MOST_OFFERED]), by_text=True)
