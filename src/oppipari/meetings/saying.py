"""What somebody reads right after they proposed, moved or answered a time: how the others in the pair get to know of it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.organisation.reach import reach_of

State = Meeting.State


def _asked(meetings: Sequence[Meeting], by: Person) -> list[Person]:
    """The others in the pair, where they are asked whether one of these times suits."""
    answers = [a for m in meetings for a in m.answers.select_related("person") if a.suits is None]
    return [a.person for a in answers if a.person_id != by.pk]


def after_booking(made: Sequence[Meeting], by: Person) -> Iterator[str]:
    """What fits in the supervisor's frame is agreed already; the rest waits."""
    agreed = sum(m.state == State.AGREED for m in made)
    waiting = [m for m in made if m.state != State.AGREED]
    others = _asked(waiting, by)
    count = {"count": len(waiting)}
    if others:
        if len({p.pk for p in others}) == 1:
            text = ngettext(
                "The meeting was proposed. Your partner answers on their own page whether the time suits.",
                "%(count)d meetings were proposed. Your partner answers on their own page whether the times suit.",
                len(waiting),
            )
        else:
            text = ngettext(
                "The meeting was proposed. The others answer on their own pages whether the time suits.",
                "%(count)d meetings were proposed. The others answer on their own pages whether the times suit.",
                len(waiting),
            )
        yield f"{text % count} {reach_of(others, [str(m.uid) for m in waiting]).was_told}"
    if agreed:
        text = ngettext("%(count)d meeting was agreed.", "%(count)d meetings were agreed.", agreed)
        yield text % {"count": agreed}
    if waiting and not others:
        text = ngettext(
            "The meeting was proposed. It waits for the supervisor's approval.",
            "%(count)d meetings were proposed. They wait for the supervisor's approval.",
            len(waiting),
        )
        yield text % count


def after_moving(moved: Meeting, by: Person) -> str:
    """The new time is agreed already where the supervisor's frame allows it; else the others are asked, or it waits."""
    if moved.state != State.PROPOSED:
        return _("The meeting was moved.")
    others = _asked([moved], by)
    if not others:
        return _("The meeting was moved. It waits for the supervisor's approval.")
    if len(others) == 1:
        text = _("The new time was proposed. Your partner answers on their own page whether it suits.")
    else:
        text = _("The new time was proposed. The others answer on their own pages whether it suits.")
    return f"{text} {reach_of(others, [str(moved.uid)]).was_told}"
