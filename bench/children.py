"""Measuring in a process of its own, whose peak memory is read when it ends.

The parent stays small, since a child's peak counts what its parent held when it was started.
"""

import multiprocessing
import resource
from collections.abc import Callable
from typing import Any


def in_child(work: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """What `work` measures in a new process, with its peak memory in MB. Raises RuntimeError where it ends before it answers."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sender, work, args))
    child.start()
    # Held by the child alone, so that its end is noticed where it ends without an answer.
    sender.close()
    try:
        found: dict[str, Any] = receiver.recv()
    except EOFError:
        child.join()
        raise RuntimeError(f"a measurement ended without an answer (exit status {child.exitcode})") from None
    child.join()
    return found


def _child(sender: Any, work: Callable[..., dict[str, Any]], args: tuple[Any, ...]) -> None:
    found = work(*args)
    sender.send(found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
