"""What the others in a pair say to proposed times."""

from oppipari.meetings.actions import answer_times
from oppipari.meetings.models import Meeting, TimeAnswer
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair


def suits_all(where: Pair | Meeting) -> None:
    """All who are asked about proposed times (of a pair, or of one meeting) say that they suit, each with one press."""
    pair = where if isinstance(where, Pair) else where.pair
    of = {"meeting__pair": where} if isinstance(where, Pair) else {"meeting": where}
    asked = TimeAnswer.objects.filter(suits=None, **of).order_by("pk")
    for person in dict.fromkeys(asked.values_list("person_id", flat=True)):
        ids = TimeAnswer.objects.filter(suits=None, person=person, **of).values_list("meeting_id", flat=True)
        seen = dict(Meeting.objects.filter(pk__in=ids).values_list("pk", "version"))
        if seen:
            answer_times(pair, Person.objects.get(pk=person), seen, suits=True)
