"""Running the joint session: start its clock, write lines, mend them, hang them on the wall.

Several people may write at once, on several devices: every change holds the round, the same text in a column is one line,
and an edit of what has changed in between is told instead of overwriting it.
"""

import unicodedata
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.evaluation.together.models import Conclusion, TogetherSession
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

Kind = Conclusion.Kind
LENGTH = 280
# A column that is read from four metres holds no more, and nothing that a page could not show.
MOST_LINES = 40
# Between two presses of "start" on two devices.
A_MOMENT = timedelta(minutes=2)


def plain(text: str) -> str:
    """`text` as one line without what readers cannot see; the joiner inside emoji stays."""
    kept = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or c == "\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split())


def _clean(kind: str, text: str) -> tuple[str, str]:
    if kind not in Kind.values:
        raise DomainError(_("Choose the column first."), field="kind")
    clean = plain(text)
    if not any(unicodedata.category(c)[0] in "LNS" for c in clean):
        raise DomainError(_("Write the conclusion first."), field="text")
    if len(clean) > LENGTH:
        raise DomainError(
            _("The text has %(count)d characters; at most %(most)d fit. Say it shorter.")
            % {"count": len(clean), "most": LENGTH},
            field="text",
        )
    return kind, clean


def _held(round_: Round, by: Person) -> Round:
    """The round as it is now, held for this transaction: two who write at once come one after the other."""
    access.must_supervise(by, round_.unit_id)
    return Round.objects.select_for_update().get(pk=round_.pk)


def _open(round_: Round, by: Person) -> Round:
    held = _held(round_, by)
    if held.state == Round.State.CLOSED:
        raise DomainError(_("The round is closed, so its conclusions stay as they are."))
    if held.state != Round.State.EVALUATING:
        raise DomainError(_("Start the evaluation first; conclusions are written in it."))
    return held


def _line(round_: Round, pk: int) -> Conclusion:
    found = Conclusion.objects.filter(round=round_, pk=pk).first()
    if found is None:
        raise StaleEdit(_("This line was removed in between."))
    return found


@transaction.atomic
def start(round_: Round, by: Person, *, again: bool = False) -> TogetherSession:
    """Start the session's clock. Pressed twice it starts once; `again` starts it anew, but for a second press."""
    _open(round_, by)
    now = timezone.now()
    session, new = TogetherSession.objects.get_or_create(round=round_, defaults={"started_at": now})
    if not new and again and now - session.started_at > A_MOMENT:
        session.started_at = now
        session.save(update_fields=["started_at"])
    return session


@transaction.atomic
def add(round_: Round, by: Person, kind: str, text: str) -> Conclusion:
    """Write one line at the end of a column; the same text twice is one line."""
    _open(round_, by)
    kind, clean = _clean(kind, text)
    lines = list(Conclusion.objects.filter(round=round_, kind=kind))
    for line in lines:
        if line.text == clean:
            return line
    if len(lines) >= MOST_LINES:
        raise DomainError(
            _("The column is full: it holds 40 lines. Put together some that say the same."), field="text"
        )
    after = max((line.position for line in lines), default=-1) + 1
    return Conclusion.objects.create(round=round_, kind=kind, text=clean, position=after)


@transaction.atomic
def save(round_: Round, by: Person, pk: int, stamp: str, kind: str, text: str) -> Conclusion:
    """Change a line's text or column. Saving what is there already is harmless.

    Raises StaleEdit when somebody else has changed or removed it since `stamp`.
    """
    _open(round_, by)
    kind, clean = _clean(kind, text)
    line = Conclusion.objects.filter(round=round_, pk=pk).first()
    if line is None:
        raise StaleEdit(_("This line was removed in between. Add it as a new line, or clear the field."), "text")
    if (line.kind, line.text) == (kind, clean):
        return line
    if line.stamp != stamp:
        raise StaleEdit(
            _("Somebody changed this line in between. It is shown as it is now; what you wrote is still in the form."),
            "text",
        )
    twin = Conclusion.objects.filter(round=round_, kind=kind, text=clean).exclude(pk=pk).first()
    if twin is not None:
        line.delete()
        return twin
    if kind != line.kind:
        others = Conclusion.objects.filter(round=round_, kind=kind)
        if others.count() >= MOST_LINES:
            raise DomainError(_("The column is full: it holds 40 lines. Put together some that say the same."), field="text")  # fmt: skip
        line.position = max((o.position for o in others), default=-1) + 1
    line.kind, line.text = kind, clean
    line.save(update_fields=["kind", "text", "position"])
    return line


@transaction.atomic
def remove(round_: Round, by: Person, pk: int, stamp: str = "") -> Conclusion | None:
    """Remove a line and return it as it was; removing twice is harmless.

    With `stamp` a line that somebody has changed since stays, with StaleEdit.
    """
    _open(round_, by)
    line = Conclusion.objects.filter(round=round_, pk=pk).first()
    if line is None:
        return None
    if stamp and line.stamp != stamp:
        raise StaleEdit(_("Somebody changed this line in between, so it was not removed. Read it again."))
    line.delete()
    return line


@transaction.atomic
def move(round_: Round, by: Person, pk: int, *, up: bool) -> Conclusion:
    """Move a line one place up or down; at the end of its column it stays."""
    _open(round_, by)
    line = _line(round_, pk)
    lines = list(Conclusion.objects.filter(round=round_, kind=line.kind))
    at = next(i for i, other in enumerate(lines) if other.pk == pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(lines):
        lines[at], lines[to] = lines[to], lines[at]
    for position, other in enumerate(lines):
        other.position = position
    Conclusion.objects.bulk_update(lines, ["position"])
    return lines[to] if 0 <= to < len(lines) else line


@transaction.atomic
def hang(round_: Round, by: Person, pk: int, *, up: bool) -> Conclusion:
    """Hang a line on the unit's wall, or take it down; also when the round is closed. Twice is harmless."""
    held = _held(round_, by)
    line = _line(held, pk)
    if up != (line.on_wall_since is not None):
        line.on_wall_since = timezone.localdate() if up else None
        line.save(update_fields=["on_wall_since"])
    return line


def forget_clock(round_: Round) -> None:
    """The session's clock goes when the round is closed, inside the caller's transaction."""
    TogetherSession.objects.filter(round=round_).delete()
