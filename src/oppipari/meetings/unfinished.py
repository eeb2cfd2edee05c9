"""What of a round's meetings is unfinished when its supervisor is about to close it: numbers and days, no names."""

from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.meetings.models import Meeting
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
from oppipari.rounds.unfinished import Unfinished

State = Meeting.State


def tell_unfinished(sender: Any, round: Round, **kwargs: Any) -> list[Unfinished]:
    """Meetings ahead, which stand, and proposals that wait for the supervisor."""
    ahead = Meeting.objects.filter(pair__round=round, pair__state=Pair.State.MEETING, starts_at__gt=timezone.now())
    found = []
    agreed = ahead.filter(state=State.AGREED)
    if count := agreed.count():
        text = ngettext(
            "%(count)d agreed meeting is ahead, on %(day)s. It stands after the closing.",
            "%(count)d agreed meetings are ahead, the last on %(day)s. They stand after the closing.",
            count,
        )
        last = timezone.localdate(agreed.aggregate(last=Max("starts_at"))["last"])
        found.append(Unfinished(text % {"count": count, "day": "%(day)s"}, 30, last))
    if count := ahead.filter(state=State.PROPOSED).count():
        text = ngettext(
            "%(count)d proposed meeting is not agreed yet. It can be agreed after the closing, too.",
            "%(count)d proposed meetings are not agreed yet. They can be agreed after the closing, too.",
            count,
        )
        url = reverse("round_meetings", args=[round.pk])
        found.append(Unfinished(text % {"count": count}, 35, None, _("To the meetings"), url))
    return found
