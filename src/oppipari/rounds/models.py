"""A mentoring round, the sign-ups to it, and invitations that people confirm themselves."""

import secrets
from datetime import date, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Person, Unit

# So long pairs that want to may go on after their round was closed; what is kept of a round goes two weeks later.
GOES_ON_FOR = timedelta(weeks=24)
KEPT = timedelta(days=183)


def new_token() -> str:
    return secrets.token_urlsafe(12)


class Round(models.Model):
    """One mentoring round of a work unit, from telling to closing."""

    class State(models.TextChoices):
        SIGN_UP = "sign_up", _("sign-up is open")
        PAIRING = "pairing", _("pairs are being formed")
        MEETING = "meeting", _("pairs are meeting")
        EVALUATING = "evaluating", _("evaluation")
        CLOSED = "closed", _("closed")

    class OddPerson(models.TextChoices):
        TRIO = "trio", _("joins a trio")
        WAIT = "wait", _("waits for the next round")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(_("name of the round"), max_length=120)
    state = models.CharField(max_length=20, choices=State, default=State.SIGN_UP)
    meetings_wanted = models.PositiveSmallIntegerField(
        _("how many meetings"), default=3, validators=[MinValueValidator(2), MaxValueValidator(12)]
    )
    weeks_between = models.PositiveSmallIntegerField(
        _("weeks between meetings"), default=4, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    meeting_minutes = models.PositiveSmallIntegerField(
        _("length of a meeting, minutes"),
        default=60,
        validators=[MinValueValidator(30), MaxValueValidator(120)],
    )
    sign_up_closes = models.DateField(_("sign-up closes"))
    odd_person = models.CharField(_("an odd person out"), max_length=10, choices=OddPerson, default=OddPerson.TRIO)
    # The public address of the invitation; it leads to sign-up and nowhere else.
    invite_token = models.CharField(max_length=32, unique=True, default=new_token)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    created_at = models.DateTimeField(auto_now_add=True)
    # How many sign-ups went because those to whom supervisors had joined them said that they were not theirs; until read.
    undone_joinings = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def pairs_meet_until(self) -> date | None:
        """The last day on which pairs of a closed round can meet, and are there; None while it runs."""
        return timezone.localdate(self.closed_at) + GOES_ON_FOR if self.closed_at else None

    def takes_sign_ups(self, today: date) -> bool:
        """Whether people may sign up: until the date has passed or the supervisor closed sign-up."""
        return self.state == self.State.SIGN_UP and today <= self.sign_up_closes


# Pairs have been published, and the round is not closed.
RUNNING = (Round.State.MEETING, Round.State.EVALUATING)
_PLACED = models.Q(places__isnull=False, places__left_at=None)
_IN_A_PAIR = _PLACED & models.Q(places__pair__state="meeting")


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def active(self) -> Self:
        return self.filter(withdrawn_at=None)

    def joined(self) -> Self:
        """Those that a supervisor joined to somebody who has not said that they are theirs, and that led to no pair yet."""
        return self.active().filter(joined_at__isnull=False, places=None)

    def in_a_pair(self) -> Self:
        """Those whose pair meets; it may go on in a closed round."""
        return self.filter(_IN_A_PAIR)

    def going_on(self) -> Self:
        """Those not withdrawn whose round runs, or whose pair goes on after it."""
        return self.active().filter(~models.Q(round__state=Round.State.CLOSED) | _IN_A_PAIR)

    def without_a_place(self) -> Self:
        """Those who were never in a pair, or whose pair ended early."""
        return self.exclude(_PLACED)

    def taking_part(self) -> Self:
        """Those who pairs are formed of: not withdrawn, and known to the supervisor."""
        return self.active().exclude(confirmed_at=None)


class SignUp(models.Model):
    """What one person told when they volunteered for one round."""

    class Stage(models.TextChoices):
        EARLY = "early", _("early in my career")
        MID = "mid", _("in the middle")
        EXPERIENCED = "experienced", _("experienced")

    class Way(models.TextChoices):
        FACE_TO_FACE = "face_to_face", _("face to face")
        TEAMS = "teams", _("on Teams")
        EITHER = "either", _("either is fine")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ups")
    team = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Competence keys of the vocabulary, at most 5 each, in the order of importance.
    shares = models.JSONField(default=list)
    wants = models.JSONField(default=list)
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    # weekday * 3 + part; Monday 0; part 0 morning, 1 evening, 2 night.
    slots = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    way = models.CharField(max_length=20, choices=Way, default=Way.EITHER)
    wished_stage = models.CharField(max_length=20, choices=Stage, blank=True)
    # Where there is no mail the address is only what somebody wrote; it becomes the person's when the supervisor
    # confirms them, so that nobody can sign up as somebody else or find out who is here already.
    claimed_email = models.EmailField(max_length=254, blank=True)
    # Unknown people are confirmed by the supervisor before they count; a confirmed work address or an invitation does it.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When the supervisor said that whoever signed up is this person; None where the person did it themselves, or has
    # answered since. So long both can undo it.
    joined_at = models.DateTimeField(null=True, blank=True)
    waited_last_round = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="sign_up_once")]

    def __str__(self) -> str:
        return f"{self.person} / {self.round}"


class Exclusion(models.Model):
    """Someone this person cannot be paired with, as they wrote it; deleted when pairs are published.

    Nobody but the writer ever sees it: a pair it forbids reads "not possible in this round".
    """

    sign_up = models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="exclusion")
    text = models.CharField(_("someone I cannot be paired with"), max_length=254)

    def __str__(self) -> str:
        return "–"


class Invitation(models.Model):
    """A row of an uploaded spreadsheet: becomes a sign-up only when the person confirms it."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="invitations")
    # Empty where only the address is known: then the person is asked for it.
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    # The row's answers in the shape of SignUp's fields, offered as the starting values of the person's own sign-up.
    answers = models.JSONField(default=dict)
    exclusion = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # When the mail server refused the address: the letter never came, so nobody can answer.
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "email"], name="invited_once")]

    def __str__(self) -> str:
        return self.name or self.email
