"""The link that tells with one press, without signing in, that a meeting was held; reading its page changes nothing."""

from django.core import signing

from oppipari.meetings.models import Meeting
from oppipari.meetings.reminders.links import signed, unsigned
from oppipari.organisation.models import Person

SALT = "oppipari.met"


def token_of(meeting: Meeting, person: Person) -> str:
    """What the link carries: it says of this meeting that it was held, as `person` would, and opens nothing else."""
    return signed(f"{meeting.pk}-{person.pk}", SALT)


def of_token(token: str) -> tuple[Meeting, Person] | None:
    """Of which meeting the link tells and whose it is; None where it is none of ours, or the person is in the pair no more."""
    try:
        meeting_pk, person_pk = map(int, unsigned(token, SALT).split("-"))
    except (signing.BadSignature, ValueError):
        return None
    meeting = Meeting.objects.select_related("pair__round__unit").filter(pk=meeting_pk).first()
    person = Person.objects.filter(pk=person_pk, is_active=True).first()
    if meeting is None or person is None:
        return None
    there = meeting.pair.members.filter(person=person, left_at=None).exists()
    return (meeting, person) if there else None
