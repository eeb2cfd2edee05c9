"""What the worker does for meetings."""

from django.tasks import task

from oppipari.meetings.planner.actions import work_out
from oppipari.pairs.tasks import QUEUE


@task(queue_name=QUEUE)
def work_out_plan(plan_id: int, version: int) -> None:
    """Propose times for all meetings of a round."""
    work_out(plan_id, version)
