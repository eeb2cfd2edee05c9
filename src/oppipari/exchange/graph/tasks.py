"""What the worker does for links."""

from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from oppipari.exchange.graph.linking import LONGEST_GO, settle
from oppipari.exchange.graph.removing import remove

# A queue of its own: where Graph is slow, nobody's sign-in code waits behind it.
QUEUE = "teams"


@task(queue_name=QUEUE)
def make_link(online_id: int) -> None:
    """Make a link, bring it up to date or take it away. Nothing is raised: a traceback would be kept with the task."""
    settle(online_id)


@task(queue_name=QUEUE)
def remove_event(event_id: str, transaction: str, tries: int = 0) -> None:
    """Delete the event of a meeting that was deleted; both are names that say nothing to anybody else."""
    remove(event_id, transaction, tries)


def without_task(online_ids: set[int]) -> set[int]:
    """Those of the links for which no task waits or runs; one that runs for longer than a go has died."""
    mine = DBTaskResult.objects.filter(task_path=make_link.module_path)
    alive = mine.filter(status=TaskResultStatus.READY) | mine.filter(
        status=TaskResultStatus.RUNNING, started_at__gt=timezone.now() - LONGEST_GO
    )
    return online_ids.difference(*(arguments["args"] for arguments in alive.values_list("args_kwargs", flat=True)))
