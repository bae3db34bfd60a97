"""How fast submissions are graded: `course grade`, stock nbgrader, and stock nbgrader with the course's list of steps.

All three grade submissions of the same simulated delegates to the same release, on this machine, one after the other.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from course.content import Course
from course.demo import SEED, simulated_answers
from course.grade import submitted, work_on
from course.graded import Task, grade_one
from course.gradebook import Writer
from course.policy import NONE_GRANTED
from course.store import FolderStore
from course.submission import now
from course.submit import submit
from support import run_course

SLUG = "remittances"
COHORTS = (100, 1000, 10000)
"""Sizes at which `course grade` is timed; the cost of a submission should not grow with them."""
STOCK, LISTED = 12, 40
"""Submissions that stock nbgrader grades, and stock nbgrader with our list: seconds for each are long enough to be measured on few."""

PROFILED = 300
_STEPS = {
    "read and check": ("collected.py", "read_attempts"),
    "choose the attempt and score it": ("attempts.py", "counting"),
    "make the marker's notebook": ("scoring.py", "graded_notebook"),
    "write the marker's folder": ("collected.py", "replace_folder"),
    "write the gradebook": ("gradebook.py", "write"),
}
"""What takes the time, and the function that does it."""

_STOCK_LIST = """
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, ClearOutput, DeduplicateIds, Execute, LimitOutput, OverwriteCells, OverwriteKernelspec, SaveAutoGrades
c.Autograde.sanitize_preprocessors = [ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
c.Autograde.autograde_preprocessors = [Execute, LimitOutput, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]
"""
"""nbgrader's own two lists, put back."""


def bench(built: Path, scratch: Path) -> dict[str, Any]:
    """The figures of grading; seconds are for one submission, the start of the command included."""
    start, steps = _start(built), _steps(built, scratch / "steps")
    ours = [_course_grade(built, scratch / f"ours-{number}", number) for number in COHORTS]
    listed = _nbgrader(built, scratch / "listed", LISTED, "")
    stock = _nbgrader(built, scratch / "stock", STOCK, _STOCK_LIST)
    for one in ours:
        one["seconds_each_without_start"] = (one["seconds"] - start) / one["submissions"]
    middle = ours[1]
    return {
        "ratio": stock["seconds_each"] / middle["seconds_each"],
        "per_second": 1 / ours[-1]["seconds_each"],
        "stock_with_our_list_ratio": listed["seconds_each"] / stock["seconds_each"],
        "start_seconds": start,
        "steps": steps,
        "ours": ours,
        "stock": stock,
        "stock_with_our_list": listed,
    }


def _steps(built: Path, root: Path) -> dict[str, float]:
    """Milliseconds that each step takes for one submission, in one process and under a profiler, which makes all of them slower."""
    course = _collected(built, root, PROFILED)
    work = work_on(course, SLUG)
    tasks = [Task(folder, NONE_GRANTED, None) for folder in submitted(course, SLUG)[0]]
    profile = cProfile.Profile()
    profile.enable()
    outcomes = [grade_one(work, task) for task in tasks]
    with Writer(course, work.bank) as writer:
        writer.write([one.graded for one in outcomes if one.graded], "")
    profile.disable()
    shutil.rmtree(root)
    spent = {(Path(file).name, name): figures[3] for (file, _, name), figures in pstats.Stats(profile).stats.items()}  # type: ignore[attr-defined]
    return {words: spent[function] * 1000 / PROFILED for words, function in _STEPS.items()}


def _start(built: Path) -> float:
    """Seconds that the command takes where there is nothing to grade."""
    return min(_run([sys.executable, "-m", "course", "grade", SLUG], built)[0] for _ in range(3))


def _collected(built: Path, root: Path, number: int) -> Course:
    """A copy of the built course with so many submissions of one assessment, collected."""
    shutil.copytree(built, root)
    course, chance = Course(root, {}), random.Random(SEED)
    store, bank = FolderStore(course.answers), course.bank(SLUG)
    for one in range(number):
        delegate = f"delegate-{one + 1:05d}"
        answers = simulated_answers(bank.asked(course.id, delegate), chance.betavariate(4, 2), chance)
        at = now()
        store.append(delegate, SLUG, [{"kind": "answer", "at": at, "question": name, "answer": answer} for name, answer in answers.items()])
        submit(course, store, delegate, SLUG)
    done = run_course(root, "collect")
    assert done.returncode == 0, done.stderr
    return course


def _course_grade(built: Path, root: Path, number: int) -> dict[str, float]:
    _collected(built, root, number)
    seconds, peak = _run([sys.executable, "-m", "course", "grade", SLUG], root)
    return _told(root, number, seconds, peak)


def _nbgrader(built: Path, root: Path, number: int, steps: str) -> dict[str, float]:
    course = _collected(built, root, number)
    config = course.assessments / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + steps, encoding="utf-8")
    seconds, peak = _run([str(Path(sys.executable).with_name("nbgrader")), "autograde", SLUG], course.assessments)
    return _told(root, number, seconds, peak)


def _told(root: Path, number: int, seconds: float, peak: float) -> dict[str, float]:
    assert len(list((root / "assessments" / "autograded").glob(f"*/{SLUG}/{SLUG}.ipynb"))) == number
    shutil.rmtree(root)
    return {"submissions": number, "seconds": seconds, "seconds_each": seconds / number, "peak_mb": peak}


def _run(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command: seconds, and the most private memory that it and all processes below it held at once, in megabytes."""
    # nbgrader calls other commands by name.
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    started, peak = time.perf_counter(), 0.0
    with (folder / "bench.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        while process.poll() is None:
            peak = max(peak, _held(process.pid))
            try:
                process.wait(0.25)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.perf_counter() - started
        log.seek(0)
        assert process.returncode == 0, log.read()[-3000:]
    return seconds, peak


def _held(pid: int) -> float:
    total = 0
    try:
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            total += one.memory_full_info().uss
    except psutil.Error:  # it has ended meanwhile
        pass
    return total / 2**20


def table(found: dict[str, Any]) -> str:
    """Grading's figures as a table in Markdown."""
    lines = ["| | submissions | seconds in all | milliseconds for one | without the command's start | memory, all processes |", "|---|---|---|---|---|---|"]
    for one in found["ours"]:
        lines.append(_row("`course grade`", one, f"{one['seconds_each_without_start'] * 1000:.1f}"))
    lines.append(_row("stock `nbgrader autograde`, with the course's list of steps", found["stock_with_our_list"], "–"))
    lines.append(_row("stock `nbgrader autograde`", found["stock"], "–"))
    steps = ", ".join(f"{words} {spent:.2f} ms" for words, spent in found["steps"].items())
    told = f"The command starts in {found['start_seconds']:.2f} s. One submission, in one process under a profiler: {steps}.\n\nStock takes {found['ratio']:.0f} times as long for one as `course grade` with {found['ours'][1]['submissions']:,} submissions; with {found['ours'][-1]['submissions']:,} it grades {found['per_second']:.0f} in a second."
    return "\n".join(["", *lines, "", told, ""])


def _row(words: str, one: dict[str, float], rest: str) -> str:
    return f"| {words} | {one['submissions']:,} | {one['seconds']:.1f} | {one['seconds_each'] * 1000:,.1f} | {rest} | {one['peak_mb']:.0f} MB |"
