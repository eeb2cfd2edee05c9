"""The board with its proposals, the published pairs and trios, their goals, and each person's private answers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Organisation, Person
from oppipari.organisation.runs import Run
from oppipari.pairs.hashes import key_of_two
from oppipari.rounds.models import Round, SignUp

# Where more meet they are spoken of as a trio.
PAIR_SIZE = 2


class Proposal(models.Model):
    """One state of the pairing board; never changed, so that undo is a step to `previous` and redo a step back.

    `constraints`: {"locked": [[id, id]..], "forbidden": [[id, id]..], "trios": [[id, id, id]..], "set_aside": [id..]}
    with sign-up ids. `plan`: the engine's plan with its certificate, as `pairing.Plan.to_dict()`.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="next")
    constraints = models.JSONField(default=dict)
    plan = models.JSONField()
    # What the change to this state was and cost, as codes and numbers; rendered in the reader's language. "basis" is a
    # hash of the sign-ups it rests on.
    change = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.round} #{self.pk}"


class Board(models.Model):
    """Which proposal a round's board shows now."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="board")
    current = models.ForeignKey(Proposal, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.round}"


class SuggestionRun(Run):
    """A suggestion that the worker is to work out for a board; one at most, gone when the suggestion is on the board.

    A run that is started anew is a new row: a worker that comes back late finds its own gone and stops.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        FAILED = "failed"
        # The board was changed meanwhile: the result is not laid over what the supervisor did.
        OVERTAKEN = "overtaken"

    board = models.OneToOneField(Board, on_delete=models.CASCADE, related_name="run")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    # What the engine is doing, as its code.
    step = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.board} {self.state}"


_AGREED, _PROPOSED = Q(meetings__state="agreed"), Q(meetings__state="proposed")
_HELD = models.Count("meetings", filter=Q(meetings__state="held"), distinct=True)


class PairQuerySet(models.QuerySet["Pair"]):
    def of_person(self, person: Person) -> Self:
        """Pairs that `person` is in now; access ends when the pair ends."""
        return self.filter(members__person=person, members__left_at=None).exclude(state=Pair.State.REPLACED)

    def active(self) -> Self:
        return self.filter(state=Pair.State.MEETING)

    def with_held(self) -> Self:
        """With `held`: how many meetings each has had. Meetings are the app above; only their number is asked for."""
        return self.annotate(held=_HELD)

    def with_times(self, now: datetime) -> Self:
        """With how many meetings each has had (`held`), has agreed ahead (`ahead`) or proposed (`proposed`).

        `past` had their agreed time, and nobody has told of them.
        """
        to_come = Q(meetings__starts_at__gt=now)
        return self.with_held().annotate(
            ahead=models.Count("meetings", filter=_AGREED & to_come, distinct=True),
            proposed=models.Count("meetings", filter=_PROPOSED & to_come, distinct=True),
            past=models.Count("meetings", filter=_AGREED & ~to_come, distinct=True),
        )

    def met_as_agreed(self) -> Self:
        """Pairs that meet, and have met as often as agreed; a pair that goes on does so in a closed round, too."""
        return self.active().annotate(held=_HELD).filter(held__gte=models.F("meetings_agreed"))


class Pair(models.Model):
    """A published pair or trio."""

    class State(models.TextChoices):
        MEETING = "meeting", _("meeting")
        FINISHED = "finished", _("finished, thank you")
        REPLACED = "replaced", _("formed again")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="pairs")
    state = models.CharField(max_length=20, choices=State, default=State.MEETING)
    # Why the two, as the engine said it when published: codes and numbers, rendered in the reader's language.
    explanation = models.JSONField(default=dict)
    meetings_agreed = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(auto_now_add=True)
    # The working morning on which the supervisor wants it to end; deleted on it, and shown to supervisors only.
    ends_on = models.DateField(null=True, blank=True)
    goals_version = models.PositiveIntegerField(default=1)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.round} / {self.pk}"


class PairMember(models.Model):
    """One person's place in a pair, with their private answers."""

    class Answer(models.TextChoices):
        NONE = "", _("not answered")
        # Asking for another partner is never stored: it ends all places of the pair alike.
        FINE = "fine", _("fine")

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="members")
    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="places")
    # Repeated from the sign-up so that the database itself refuses a pair of oneself and two pairs at once.
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places")
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE, blank=True)
    # Will to continue: own only, deleted (set to null) when the result is told to all.
    goes_on = models.BooleanField(null=True, blank=True)
    goes_on_meetings = models.PositiveSmallIntegerField(null=True, blank=True)
    # The working morning on which the pair ends because this one wished for it: own only, deleted for all on it.
    ends_on = models.DateField(null=True, blank=True)
    # The gentle question why there have been few meetings is not shown to this one before this day.
    fine_until = models.DateField(null=True, blank=True)
    # The day only (as its midnight): the hour could tell who of the two ended the pair.
    left_at = models.DateTimeField(null=True, blank=True)
    # After the pair ended: whether one looks for a new partner in this round. Own only while the pair's question is
    # open; then a yes is deleted, since who looks is seen anyway, and "enough" stays until the round closes.
    looks = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "person"], name="no_pair_of_oneself"),
            models.UniqueConstraint(fields=["sign_up"], condition=Q(left_at=None), name="one_pair_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class Question(models.Model):
    """What the members of a pair are asked, each alone, while it is open; gone when the result is told to all at once.

    A pair that meets is asked whether to go on, one that ended early whether each looks for a new partner. The row
    knows days of the question, never of the answers.
    """

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, primary_key=True, related_name="question")
    asked_on = models.DateField()
    # The last day to answer.
    until = models.DateField()
    # Answers are looked at once a working day, so that the hour of a result tells nothing of the hour of an answer.
    looked_on = models.DateField()

    # A service that stood still for longer than this (the longest Christmas) gives the days back.
    STANDSTILL = timedelta(days=6)

    def __str__(self) -> str:
        return f"{self.pair_id} {self.until}"

    def look(self, today: date) -> bool:
        """Note that the answers are looked at today; returns whether for the first time.

        The days that are given back end with the round's last day: beyond it the pair is not there.
        """
        first = self.looked_on == self.asked_on
        if today - self.looked_on > self.STANDSTILL:
            given = self.until + (today - self.looked_on)
            last = self.pair.round.pairs_meet_until
            self.until = max(self.until, min(given, last)) if last else given
        self.looked_on = today
        self.save(update_fields=["until", "looked_on"])
        return first


class Goal(models.Model):
    """One of a pair's one or two goals, seen by the pair and the supervisor."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="goals")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("goal"), max_length=140)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "position"], name="goal_position_once"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="two_goals_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class EarlierPair(models.Model):
    """Two people were a pair once: only a keyed hash remains, so that the same two are not paired again."""

    PURPOSE = "earlier-pair"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="earlier_pair_once")]

    def __str__(self) -> str:
        return self.key[:8]

    @staticmethod
    def key_of(person_ids: Iterable[int]) -> str:
        """The keyed hash of two people, whichever comes first."""
        return key_of_two(EarlierPair.PURPOSE, *person_ids)


class KeptApart(models.Model):
    """Two people of a round are not made a pair of when new pairs are formed after publishing.

    What they wrote (`rounds.Exclusion`) is deleted when pairs are published, or they withdraw before that; only this
    keyed hash remains, without words and without a side, until the round closes. Where the words meant somebody as they
    were called before, the hash has a purpose of its own and holds at once.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="kept_apart_once")]

    def __str__(self) -> str:
        return self.key[:8]

    @staticmethod
    def key_of(round_id: int, person_ids: Iterable[int]) -> str:
        """The keyed hash of two people in one round, whichever comes first."""
        return key_of_two(KeptApart.purpose(round_id), *person_ids)

    @staticmethod
    def key_as_called(round_id: int, person_ids: Iterable[int]) -> str:
        """The keyed hash of two people of whom one was meant under a name or address that they have no more."""
        return key_of_two(KeptApart.purpose_as_called(round_id), *person_ids)

    @staticmethod
    def purpose(round_id: int) -> str:
        return f"kept-apart:{round_id}"

    @staticmethod
    def purpose_as_called(round_id: int) -> str:
        return f"kept-apart-as-called:{round_id}"
