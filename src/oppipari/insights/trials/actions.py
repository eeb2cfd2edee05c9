"""Trying something together: start, mend, decide on the day, offer to others. The supervisor does; all members read."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.insights.models import Insight
from oppipari.insights.text import fingerprint_of
from oppipari.insights.trials.models import Trial
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person, Unit

State = Trial.State
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a supervisor writes of a trial; texts cleaned, numbers None where none was given."""

    problem: str
    what: str
    carer: str
    until: date
    sign: str
    evidence: Trial.Evidence
    before_words: str
    before_number: Decimal | None
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it was after the trial, and what was learnt."""

    learnt: str
    after_words: str = ""
    after_number: Decimal | None = None


def check_until(until: date, today: date) -> None:
    """Raise DomainError where `until` is no day to decide on: not ahead, or more than a year away."""
    if until <= today:
        raise DomainError(_("Choose a day that is still ahead."), field="until")
    if until > today + LONGEST:
        raise DomainError(_("A trial takes a year at most: choose an earlier day."), field="until")


def _write(trial: Trial, plan: Plan) -> None:
    for name in Plan.__dataclass_fields__:
        setattr(trial, name, getattr(plan, name))
    if not trial.running:
        trial.carer = ""
    if plan.evidence == Trial.Evidence.WORDS:
        trial.before_number = trial.after_number = None
    else:
        trial.before_words = trial.after_words = ""
    trial.index()


@transaction.atomic
def start(
    unit: Unit,
    by: Person,
    plan: Plan,
    *,
    insight: Insight | int | None = None,
    parent: Trial | None = None,
    words: str = "",
) -> Trial:
    """Begin a trial in `unit`: on its own, from a published insight of the unit, or after another trial.

    `words` is the fingerprint of the insight's words that the form was filled in with. Raises DomainError when `by`
    does not supervise the unit, the day is no day to decide on, or the insight was taken back or changed in between:
    then what is tried is to be said in the supervisor's own words. Sending twice makes one trial.
    """
    access.must_supervise(by, unit)
    today = timezone.localdate()
    check_until(plan.until, today)
    # Held, so that two presses at once wait for each other.
    Unit.objects.select_for_update().get(pk=unit.pk)
    source = _source(unit, insight, parent)
    gone = source is None or (words != "" and source.fingerprint != words)
    if gone and (insight is not None or fingerprint_of(plan.what) == words):
        raise _taken_back()
    same = Trial.objects.filter(unit=unit, started_on=today, problem=plan.problem, what=plan.what).first()
    if same is not None:
        return same
    made = Trial(unit=unit, started_on=today, insight=source, parent=parent)
    if parent is not None:
        made.from_unit = parent.unit.name
    _write(made, plan)
    made.save()
    return made


def _source(unit: Unit, insight: Insight | int | None, parent: Trial | None) -> Insight | None:
    """The published insight whose words a new trial may hold, also by way of another trial of the unit.

    It is held, so that it is not taken back before the trial is there to lose its words.
    """
    key = insight.pk if isinstance(insight, Insight) else insight
    if key is None and parent is not None:
        key = parent.insight_id
    published = Insight.objects.select_for_update(of=("self",)).filter(unit=unit, state=Insight.State.PUBLISHED)
    return published.filter(pk=key).first() if key is not None else None


def _taken_back() -> DomainError:
    return DomainError(
        _("The insight was taken back in between. Say in your own words what you are trying."), field="what"
    )


def _held(trial: Trial, by: Person) -> Trial:
    """The trial as it is now, held for this transaction."""
    access.must_supervise(by, trial.unit_id)
    found = Trial.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=trial.pk).first()
    if found is None:
        raise DomainError(_("This trial was removed in between."))
    return found


def _values(trial: Trial) -> dict[str, object]:
    return {field.attname: getattr(trial, field.attname) for field in trial._meta.concrete_fields}


def _saved_if_read(trial: Trial, was: dict[str, object], version: int) -> Trial:
    """Save what differs from `was`, else nothing: the second of two presses finds all as it wants it.

    Raises StaleEdit where somebody changed the trial after `version` was read.
    """
    if _values(trial) == was:
        return trial
    if trial.version != version:
        raise StaleEdit(_("The trial was changed in between. Look at it as it is now; what you wrote is still here."))
    return _saved(trial)


def _saved(trial: Trial) -> Trial:
    trial.version += 1
    trial.index()
    trial.save()
    return trial


@transaction.atomic
def change(trial: Trial, by: Person, version: int, plan: Plan, *, words: str = "") -> Trial:
    """Mend the texts; the day to decide moves only by extending.

    `words` is the fingerprint of an insight's words that stood in the form: taken back in between they do not return.
    """
    fresh = _held(trial, by)
    if not fresh.what and fingerprint_of(plan.what) == words:
        raise _taken_back()
    was, until = _values(fresh), fresh.until
    _write(fresh, plan)
    fresh.until = until
    if fresh.offered_on is not None:
        _not_the_pairs_words(fresh)
    return _saved_if_read(fresh, was, version)


@transaction.atomic
def decide(trial: Trial, by: Person, version: int, choice: State, outcome: Outcome) -> Trial:
    """Adopt, adapt or drop, also before the day and anew; who looked after it is forgotten.

    Raises DomainError without what was learnt, StaleEdit on another version, ValueError on another choice.
    """
    if choice == State.RUNNING:
        raise ValueError("a trial is decided with adopted, adapted or dropped")
    fresh = _held(trial, by)
    if not outcome.learnt:
        raise DomainError(_("Write in a sentence or two what you learnt."), field="learnt")
    was, already = _values(fresh), _decided_already(fresh)
    fresh.state, fresh.carer = choice, ""
    fresh.decided_on = fresh.decided_on or timezone.localdate()
    fresh.learnt = outcome.learnt
    _forget_reminders(fresh)
    if fresh.has_numbers:
        fresh.after_number = outcome.after_number
    else:
        fresh.after_words = outcome.after_words
    if already and fresh.version != version and _values(fresh) != was:
        raise StaleEdit(already)
    return _saved_if_read(fresh, was, version)


def _decided_already(trial: Trial) -> str:
    """What is told to somebody who did not know that it is decided; "" where it is not."""
    if trial.running:
        return ""
    return _("The trial has been decided already: %(state)s.") % {"state": trial.get_state_display()}


@transaction.atomic
def extend(trial: Trial, by: Person, version: int, until: date) -> Trial:
    """Go on trying until a later day; once. Raises DomainError the second time, or when it has been decided."""
    fresh = _held(trial, by)
    was = _values(fresh)
    if fresh.extended and fresh.until == until:
        return fresh
    if already := _decided_already(fresh):
        raise DomainError(already)
    if fresh.extended:
        raise DomainError(_("The trial has been extended once already: now it is time to decide."), field="choice")
    check_until(until, timezone.localdate())
    if until <= fresh.until:
        raise DomainError(_("Choose a day later than the one you had agreed on."), field="until")
    fresh.until, fresh.extended = until, True
    _forget_reminders(fresh)
    return _saved_if_read(fresh, was, version)


def _forget_reminders(trial: Trial) -> None:
    """A day of its own has its own reminders, and what is decided needs none."""
    trial.reminded_on, trial.reminded_again = None, False


@transaction.atomic
def offer(trial: Trial, by: Person) -> Trial:
    """Let other units of the organisation read the trial.

    Raises DomainError before it is decided, without its words, and with the words of a pair's insight: the pair agreed
    that its own unit reads them.
    """
    fresh = _held(trial, by)
    if fresh.running:
        raise DomainError(_("A trial can be offered when you have decided on it."))
    if not (fresh.what and fresh.problem):
        raise DomainError(_("Say first in your own words what you tried."))
    _not_the_pairs_words(fresh)
    if fresh.offered_on is None:
        fresh.offered_on = timezone.localdate()
        _saved(fresh)
    return fresh


def _not_the_pairs_words(trial: Trial) -> None:
    words = trial.insight.text if trial.insight else ""
    if words and (words in trial.what or words in trial.problem):
        raise DomainError(
            _("These are a pair's words, and the pair shared them with your own unit. Say it in your own words first."),
            field="what",
        )


@transaction.atomic
def offer_no_more(trial: Trial, by: Person) -> Trial:
    """Other units can read it no more; trials that they started after it go on."""
    fresh = _held(trial, by)
    if fresh.offered_on is not None:
        fresh.offered_on = None
        _saved(fresh)
    return fresh


@transaction.atomic
def remove(trial: Trial, by: Person) -> None:
    """Delete the trial; twice is harmless. Trials after it keep the name of the unit they came from."""
    access.must_supervise(by, trial.unit_id)
    Trial.objects.filter(pk=trial.pk).delete()


def take_words_back(insight: Insight, words: str) -> int:
    """Take the exact `words` out of every trial that came of `insight`, in the caller's transaction; returns how many.

    An insight that is taken back or changed disappears from the trials that had been filled in with it. What a
    supervisor said in their own words stays.
    """
    count = 0
    for trial in Trial.objects.select_for_update(of=("self",)).select_related("unit").filter(insight=insight):
        if words not in trial.what and words not in trial.problem:
            continue
        # Nor does the punctuation stay that stood between them and what was added.
        what, problem = (text.replace(words, "").lstrip(" .,;:–-\n").rstrip() for text in (trial.what, trial.problem))
        trial.what, trial.problem = what, problem
        if not (what and problem):
            # Without its words there is nothing that others could read.
            trial.offered_on = None
        _saved(trial)
        count += 1
    return count


def forget_name(units: set[int], name: str) -> int:
    """Empty "who looks after it" where `name`, or one's first name as a word of its own, stands in trials of `units`.

    For somebody who is erased; another person of the same first name loses theirs, too, which the supervisor can mend.
    """
    whole, first = name.casefold().strip(), name.casefold().split()[:1]
    if not whole:
        return 0
    count = 0
    for trial in Trial.objects.filter(unit_id__in=units).exclude(carer=""):
        said = trial.carer.casefold()
        words = "".join(c if c.isalnum() else " " for c in said).split()
        if whole in said or set(first) & set(words):
            # A form that is open with the name is told that it is not the newest.
            Trial.objects.filter(pk=trial.pk).update(carer="", version=F("version") + 1)
            count += 1
    return count
