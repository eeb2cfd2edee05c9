"""What the worker does for boards."""

from django.tasks import task

from oppipari.pairs.actions.suggesting import work_out_suggestion

# A queue of its own: a suggestion for thousands takes minutes, and nobody's sign-in code waits behind it.
QUEUE = "pairs"


@task(queue_name=QUEUE)
def work_out(run_id: int) -> None:
    """Work out a suggestion that somebody asked for."""
    work_out_suggestion(run_id)
