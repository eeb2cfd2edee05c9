"""Who has withdrawn is not invited to the same round again: until sign-up closes they read how they come along after all."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.moments import day
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.rounds.models import SignUp


def coming_back(person: Person) -> list[Todo]:
    """The rounds that `person` has withdrawn from and can still sign up to."""
    withdrawn = SignUp.objects.filter(person=person, withdrawn_at__isnull=False).select_related("round")
    today = timezone.localdate()
    return [
        Todo(
            text=_("You have withdrawn from %(round)s. If you change your mind, you can sign up until %(day)s.")
            % {"round": s.round.name, "day": day(s.round.sign_up_closes)},
            action=_("Look at the round"),
            url=reverse("join", args=[s.round.invite_token]),
            order=65,
            waits=False,
        )
        for s in withdrawn.order_by("pk")
        if s.round.takes_sign_ups(today)
    ]
