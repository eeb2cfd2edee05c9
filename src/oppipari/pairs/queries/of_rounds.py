"""What waits of a round's pairs for its supervisor."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Board, SuggestionRun
from oppipari.pairs.queries.counted import counted_sizes
from oppipari.pairs.queries.living import just_ended, needs_new_pair
from oppipari.pairs.queries.to_tell import left_to_tell
from oppipari.rounds.models import Round

State = Round.State


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """What waits of pairs for the supervisor."""
    board = reverse("board", args=[round_.pk])
    if round_.state == State.PAIRING:
        if Board.objects.filter(round=round_).exclude(current=None).exists():
            text = _("The suggested pairs wait for you to look at and publish. Nobody sees them before that.")
            return [Todo(text=text, action=_("Look at the pairs"), url=board, order=10)]
        if SuggestionRun.objects.filter(board__round=round_, state__in=SuggestionRun.UNFINISHED).exists():
            text = _("The suggestion for the pairs is being worked out. Return to it when you like.")
            return [Todo(text=text, action=_("See how far it is"), url=board, order=10, waits=False)]
        text = _("Sign-up is closed. Form the pairs.")
        return [Todo(text=text, action=_("Form the pairs"), url=board, order=10)]
    todos = []
    if count := left_to_tell(round_, person):
        text = ngettext(
            "%(count)d person may not know yet that the pairs are published: tell them yourself. There are slips to hand over and a text to copy.",
            "%(count)d people may not know yet that the pairs are published: tell them yourself. There are slips to hand over and a text to copy.",
            count,
        )
        url = reverse("pairs_tell", args=[round_.pk])
        # After times that wait for a yes: those come up sooner, and home shows one thing of each round.
        todos.append(Todo(text=text % {"count": count}, action=_("Tell the pairs"), url=url, order=9))
    if count := needs_new_pair(round_):
        text = ngettext("%(count)d person needs a new pair.", "%(count)d people need a new pair.", count)
        url = reverse("pair_reform", args=[round_.pk])
        todos.append(Todo(text=text % {"count": count}, action=_("Form a new pair"), url=url, order=10))
    if ended := just_ended(round_):
        text = _(
            "Meetings have ended: %(pairs)s. Each is first asked in private; soon you see who looks for a new partner."
        ) % {"pairs": counted_sizes(len(pair.member_ids) for pair in ended)}
        # There is nothing to do yet.
        todos.append(Todo(text=text, action=_("To the pairs"), url=board, order=70, waits=False))
    return todos
