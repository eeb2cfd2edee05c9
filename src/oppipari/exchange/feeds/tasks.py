"""What the worker does for feeds."""

from django.tasks import task

from oppipari.exchange.feeds.refreshing import refresh

# A queue of its own: where a server drips, nobody's sign-in code waits behind it.
QUEUE = "feeds"


@task(queue_name=QUEUE)
def refresh_feed(feed_id: int) -> None:
    """Fetch one feed. Only its number is kept with the task, and nothing is raised: a traceback would be kept, too."""
    refresh(feed_id)
