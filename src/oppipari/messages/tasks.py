"""What the background worker does: deliver what waits, try again later where the mail server does not answer."""

import logging
from datetime import timedelta

from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from oppipari.messages.hours import in_working_hours
from oppipari.messages.letters import letter_of
from oppipari.messages.models import Outgoing

log = logging.getLogger(__name__)
# The pauses double from two minutes: the last of the tries is some four hours after the first.
MOST_TRIES = 8
# A delivery that runs for longer has died with its worker.
LONGEST_DELIVERY = timedelta(minutes=15)
RESULTS_KEPT = timedelta(days=1)
# Kinds that begin so leave in working hours or not at all.
REMINDER = "reminder_"


@task
def deliver(outgoing_id: str) -> None:
    """Send one waiting message; delivered at least once, always with the same Message-ID.

    Whatever goes wrong is counted and tried again after a pause that grows; after `MOST_TRIES` the message is given up
    and forgotten. Nothing is raised: a traceback kept with the task would hold the address.
    """
    outgoing = Outgoing.objects.filter(pk=outgoing_id, sent_at=None).first()
    if outgoing is None or outgoing.tries >= MOST_TRIES:
        return
    if outgoing.kind.startswith(REMINDER) and not in_working_hours(timezone.now()):
        # The worker or the mail server was away until the evening: a reminder that is late is none.
        outgoing.tries = MOST_TRIES
        _forget(outgoing)
        return
    try:
        letter_of(outgoing).send()
    except Exception as error:
        # Only the kind is logged: whom it was for is nobody's business but theirs.
        log.warning("could not send %s (%s), try %s", outgoing.kind, type(error).__name__, outgoing.tries + 1)
        _try_again(outgoing)
    else:
        outgoing.sent_at = timezone.now()
        _forget(outgoing)


@transaction.atomic
def _try_again(outgoing: Outgoing) -> None:
    """Count the failure and queue the next try, both or neither."""
    outgoing.tries += 1
    if outgoing.tries >= MOST_TRIES:
        _forget(outgoing)
        return
    outgoing.save(update_fields=["tries"])
    later = timezone.now() + timedelta(minutes=2**outgoing.tries)
    deliver.using(run_after=later).enqueue(str(outgoing.pk))


def _forget(outgoing: Outgoing) -> None:
    """Keep only that there was such a message, so that the same one is not queued again."""
    outgoing.to, outgoing.context, outgoing.calendar = "", {}, ""
    outgoing.save(update_fields=["sent_at", "tries", "to", "context", "calendar"])


def deliver_waiting() -> int:
    """Take up what a crash left behind: waiting messages without a living task; returns how many.

    Called when the worker starts and every now and then; it also deletes the results of finished tasks after a day.
    """
    now = timezone.now()
    # First the messages, then the tasks: both are written together, so every message seen here has its task below,
    # unless that was lost. One that is sent in between is queued once more and found sent.
    waiting = Outgoing.objects.filter(sent_at=None, tries__lt=MOST_TRIES).values_list("pk", flat=True)
    ids = {str(pk) for pk in waiting}
    if ids:
        mine = DBTaskResult.objects.filter(task_path=deliver.module_path)
        alive = mine.filter(status=TaskResultStatus.READY) | mine.filter(
            status=TaskResultStatus.RUNNING, started_at__gt=now - LONGEST_DELIVERY
        )
        for arguments in alive.values_list("args_kwargs", flat=True).iterator():
            ids.difference_update(arguments["args"])
    for pk in sorted(ids):
        deliver.enqueue(pk)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - RESULTS_KEPT).delete()
    DBTaskResult.objects.running().filter(started_at__lt=now - RESULTS_KEPT).delete()
    return len(ids)
