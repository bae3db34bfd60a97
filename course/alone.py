"""One stage at a time: collect, grade and feedback write into the same folders and the same gradebook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock, Timeout

from course.content import Course
from course.errors import CourseError, Fault

PATIENCE = 20
"""Seconds to wait for a stage that is already at work: most are done by then, and nobody should wonder why nothing happens."""


@contextmanager
def alone(course: Course, what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Nobody else's stage works on this course meanwhile. Raises CourseError, with who does, where one is at work for long.

    The operating system ends the lock with the process, so one that was killed holds nobody up.
    """
    path = course.root / "var" / "stage.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise CourseError(Fault(course.root, None, f"{_holder(path)} is at work here: wait until it is done, and run this again")) from error
    try:
        _who(path).write_text(f"`{what}` (process {os.getpid()}, since {datetime.now(timezone.utc):%H:%M} UTC)", encoding="utf-8")
        yield
    finally:
        _who(path).unlink(missing_ok=True)
        lock.release()


def _who(path: Path) -> Path:
    return path.with_suffix(".who")


def _holder(path: Path) -> str:
    try:
        return _who(path).read_text(encoding="utf-8") or "another stage"
    except OSError:
        return "another stage"
