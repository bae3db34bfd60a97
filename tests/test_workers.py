"""Work spread over processes: the same results in the same order, and a process that is ended is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from course.errors import CourseError
from course.workers import spread


def _square(work: int, task: int) -> tuple[int, int]:
    return work + task * task, os.getpid()


def _end(work: None, task: int) -> int:
    if task == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_many_or_few_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do processes give what one process gives, batch by batch and in order, without doing it here?"""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    batches = [list(range(start, start + 3)) for start in range(0, 90, 3)]
    few = list(spread(_square, 7, batches, many=False))
    many = list(spread(_square, 7, batches, many=True))
    assert [[value for value, _ in batch] for batch in many] == [[7 + task * task for task in batch] for batch in batches]
    assert [[value for value, _ in batch] for batch in few] == [[value for value, _ in batch] for batch in many]
    assert {pid for batch in few for _, pid in batch} == {os.getpid()}
    assert os.getpid() not in {pid for batch in many for _, pid in batch}


def test_reads_no_further_ahead_than_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are batches taken as they are worked on, so that a large cohort is never in memory at once?"""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    taken = 0

    def batches() -> object:
        nonlocal taken
        for number in range(200):
            taken += 1
            yield [number]

    for done, _ in enumerate(spread(_square, 0, batches(), many=True), 1):  # type: ignore[arg-type]
        assert taken <= done + 10


def test_a_process_that_is_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a process is killed, does the command say so in words, and not hang?"""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    with pytest.raises(CourseError, match="run this again"):
        list(spread(_end, None, [[1, 2], [3], [4]], many=True))


_SLOW = """
import os, time
from course.workers import spread

os.sched_getaffinity = lambda _: {0, 1}

def sleep(work, task):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(60)

list(spread(sleep, None, [[1], [2]], many=True))
"""


def test_processes_end_with_a_command_that_is_killed() -> None:
    """When the command is killed, are its processes gone too, rather than waiting for ever?"""
    command = subprocess.Popen([sys.executable, "-c", _SLOW], stdout=subprocess.PIPE, text=True)
    assert command.stdout
    processes = [psutil.Process(int(command.stdout.readline())) for _ in range(2)]
    command.kill()
    command.wait()
    command.stdout.close()
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive
