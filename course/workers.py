"""Spread the same work over the machine's cores: one process for each, forked with all that the work needs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from course.errors import CourseError

Task = TypeVar("Task")
Found = TypeVar("Found")

AHEAD = 4
"""Batches for each process that are under way at once: enough to keep it busy, too few to fill the memory."""

_work: Any = None
"""What the processes below share, set before they are forked."""


def spread(function: Callable[[Any, Task], Found], work: Any, batches: Iterable[Sequence[Task]], many: bool) -> Iterator[list[Found]]:
    """`function(work, task)` for each task, batch by batch, in order; where there are not `many`, in this very process.

    Raises CourseError where a process is ended from outside.
    """
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not many or processes == 1:
        yield from ([function(work, task) for task in batch] for batch in batches)
        return
    # Forked and not started anew: the questions are read already, and a new process would import for a second.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(work,)) as pool:
        under_way: deque[Future[list[Found]]] = deque()
        try:
            for batch in batches:
                under_way.append(pool.submit(_run, function, list(batch)))
                if len(under_way) > processes * AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise CourseError("a process was ended from outside; what it had done is kept: run this again") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(work: Any) -> None:
    global _work
    _work = work
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    gc.freeze()  # what came with the fork stays: looking through it again and again for garbage would take a fifth of the time


def _end_with_the_command() -> None:
    """A command that was killed tells nobody: what it has started would wait for ever."""
    command = multiprocessing.parent_process()
    assert command is not None
    command.join()
    os._exit(1)


def _run(function: Callable[[Any, Task], Found], batch: list[Task]) -> list[Found]:
    return [function(_work, task) for task in batch]
