"""What the background worker does: deliver what waits, try again later where the mail server does not answer."""

import logging
from datetime import timedelta

from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from oppipari.messages import kinds
from oppipari.messages.hours import beginning_of, in_working_hours, next_working_moment
from oppipari.messages.letters import letter_of
from oppipari.messages.models import MOST_TRIES, Outgoing
from oppipari.messages.overtaken import brought
from oppipari.messages.refusals import is_refused
from oppipari.messages.signals import address_reached, address_refused, morning_has_come

log = logging.getLogger(__name__)
# A delivery that runs for longer has died with its worker.
LONGEST_DELIVERY = timedelta(minutes=15)
RESULTS_KEPT = timedelta(days=1)
FIRST = 50


def enqueue(outgoing: Outgoing) -> None:
    """Queue the delivery of a waiting message, for when it may leave."""
    now = timezone.now()
    when = None if outgoing.at_once or in_working_hours(now) else next_working_moment(now)
    priority = FIRST if outgoing.kind in kinds.FIRST else 0
    deliver.using(run_after=when, priority=priority).enqueue(str(outgoing.pk))


@task
def deliver(outgoing_id: str) -> None:
    """Send one waiting message; delivered at least once, always with the same Message-ID.

    In working hours, unless it was pressed for or cannot wait: a letter that comes to some in the evening tells who they
    are, and disturbs. Whatever goes wrong is counted and tried again after a pause that grows; after `MOST_TRIES` the message is given up
    and forgotten. An address that the server refuses for good is not asked for again: it is forgotten, and the apps
    hear of it at once. Nothing is raised: a traceback kept with the task would hold the address.
    """
    outgoing = _waiting(outgoing_id)
    if outgoing is None:
        return
    if not outgoing.at_once and not in_working_hours(timezone.now()):
        # The worker or the mail server was away until the evening.
        if outgoing.kind.startswith(kinds.REMINDER):  # a reminder that is late is none
            outgoing.tries = MOST_TRIES
            _forget(outgoing)
        else:
            enqueue(outgoing)
        return
    if outgoing.context.get("threads") and outgoing.created_at < beginning_of(timezone.now()):
        morning_has_come.send_robust(Outgoing, now=timezone.now())
    outgoing = _begin(outgoing_id)
    if outgoing is None:
        return
    try:
        letter_of(outgoing).send()
    except Exception as error:
        # Only the kind is logged: whom it was for is nobody's business but theirs.
        log.warning("could not send %s (%s), try %s", outgoing.kind, type(error).__name__, outgoing.tries + 1)
        if not (is_refused(error) and _give_up(outgoing)):
            _try_again(outgoing)
    else:
        _arrived(outgoing)


def _waiting(outgoing_id: str) -> Outgoing | None:
    return Outgoing.objects.filter(pk=outgoing_id, sent_at=None, tries__lt=MOST_TRIES).first()


@transaction.atomic
def _begin(outgoing_id: str) -> Outgoing | None:
    """Return the letter as it is now, noted as begun; None where it was dropped meanwhile.

    Noted before it leaves: whoever calls a meeting off in the same moment has either taken it out of this letter, or
    knows that it may be in a calendar.
    """
    outgoing = Outgoing.objects.select_for_update().filter(pk=outgoing_id, sent_at=None, tries__lt=MOST_TRIES).first()
    if outgoing is not None and not outgoing.begun:
        outgoing.begun = True
        outgoing.save(update_fields=["begun"])
        brought(outgoing)
    return outgoing


def _arrived(outgoing: Outgoing) -> None:
    """Note that the letter was taken; that is not undone where somebody who hears of it fails."""
    address, outgoing.sent_at = outgoing.to, timezone.now()
    _forget(outgoing)
    try:
        with transaction.atomic():
            address_reached.send(Outgoing, address=address)
    except Exception as error:
        log.warning("could not note that %s arrived (%s)", outgoing.kind, type(error).__name__)


def _give_up(outgoing: Outgoing) -> bool:
    """Forget a letter whose address was refused, and let it be known, both or neither; returns whether it was done."""
    try:
        with transaction.atomic():
            address = outgoing.to
            Outgoing.objects.filter(pk=outgoing.pk).update(
                tries=MOST_TRIES, to="", reply_to="", context={}, calendar=""
            )
            address_refused.send(Outgoing, address=address)
    except Exception as error:
        log.warning("could not note a refused address of %s (%s)", outgoing.kind, type(error).__name__)
        return False
    return True


@transaction.atomic
def _try_again(outgoing: Outgoing) -> None:
    """Count the failure and queue the next try, both or neither; not of a letter that was dropped meanwhile."""
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    if outgoing.tries >= MOST_TRIES:
        return
    outgoing.tries += 1
    if outgoing.tries >= MOST_TRIES:
        _forget(outgoing)
        return
    outgoing.save(update_fields=["tries"])
    later = timezone.now() + timedelta(minutes=2**outgoing.tries)
    deliver.using(run_after=later).enqueue(str(outgoing.pk))


def _forget(outgoing: Outgoing) -> None:
    """Keep only that there was such a message, so that the same one is not queued again."""
    outgoing.to, outgoing.reply_to, outgoing.context, outgoing.calendar = "", "", {}, ""
    outgoing.save(update_fields=["sent_at", "tries", "to", "reply_to", "context", "calendar"])


def deliver_waiting() -> int:
    """Take up what a crash left behind: waiting messages without a living task; returns how many.

    Called when the worker starts and every now and then; it also deletes the results of finished tasks after a day.
    """
    now = timezone.now()
    # First the messages, then the tasks: both are written together, so every message seen here has its task below,
    # unless that was lost. One that is sent in between is queued once more and found sent.
    waiting = Outgoing.objects.filter(sent_at=None, tries__lt=MOST_TRIES)
    ids = {str(pk) for pk in waiting.values_list("pk", flat=True)}
    if ids:
        mine = DBTaskResult.objects.filter(task_path=deliver.module_path)
        alive = mine.filter(status=TaskResultStatus.READY) | mine.filter(
            status=TaskResultStatus.RUNNING, started_at__gt=now - LONGEST_DELIVERY
        )
        for arguments in alive.values_list("args_kwargs", flat=True).iterator():
            ids.difference_update(arguments["args"])
    for outgoing in waiting.filter(pk__in=ids).order_by("created_at"):
        enqueue(outgoing)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - RESULTS_KEPT).delete()
    DBTaskResult.objects.running().filter(started_at__lt=now - RESULTS_KEPT).delete()
    return len(ids)
