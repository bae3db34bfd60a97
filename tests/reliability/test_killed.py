"""After `kill -9` at any step: nothing acknowledged is lost, nothing is half there, and running it again completes the work."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from course.collect import STALE, collect
from course.collected import read_attempts
from course.content import Course
from course.feedback import feedback
from course.grade import grade
from course.store import FolderStore, fold
from course.submission import read_submission
from reliability.zygote import Done, Zygote
from road import RIGHT, hand_in, mark_by_hand, rows

Count = Callable[[str, int], None]
DELEGATES = ("d-1", "d-2", "d-3")
PARTS: tuple[dict[str, Any], ...] = (RIGHT, {"one-mouth": ["lake"], "describe": "Another river altogether."}, {"length": "12,5", "two-banks": ["east"]})


class Trial:
    """A course in a certain state, put back before each run that is killed."""

    def __init__(self, course: Course, zygote: Zygote, *command: str, **variables: str) -> None:
        self.course, self.zygote, self.command, self.variables = course, zygote, command, variables
        self.state = course.root.with_name("state")
        shutil.copytree(course.root, self.state, symlinks=True)

    def back(self) -> None:
        shutil.rmtree(self.course.root)
        shutil.copytree(self.state, self.course.root, symlinks=True)

    def run(self, **kill: Any) -> Done:
        return self.zygote.run(self.course.root, *self.command, **kill, **self.variables)

    def kills(self, wanted: int, seed: int) -> Iterator[Done]:
        """The state before, then a run killed: at steps spread evenly, every one where there are few, and at times drawn by chance."""
        self.back()
        began = time.monotonic()
        whole = self.run()
        took = time.monotonic() - began
        assert whole.code == 0 and whole.steps, whole.err[-2000:]
        timed = wanted // 4
        stepped = min(wanted - timed, whole.steps)
        chance = random.Random(seed)
        for number in range(wanted):
            self.back()
            # Steps may be a few more or less in another run; one that is not reached kills nobody.
            at = 1 + number * whole.steps // stepped if number < stepped else 0
            done = self.run(kill_at=at) if at else self.run(kill_after=chance.uniform(0.001, took))
            if done.killed:
                yield done
            else:
                assert done.normal, done.err[-2000:]


def check_gradebook(course: Course) -> None:
    """Does the gradebook open, whole?"""
    with closing(sqlite3.connect(course.assessments / "gradebook.db")) as book:
        assert book.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert book.execute("pragma foreign_key_check").fetchall() == []


def by_delegate(course: Course) -> dict[str, dict[str, list[Any]]]:
    """Every row of each delegate."""
    every = rows(course)
    return {who: {table: [row for row in found if who in row[:2]] for table, found in every.items()} for who in DELEGATES}


def files(folder: Path) -> dict[str, bytes]:
    """Every file, and every empty folder, below a folder."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in paths if path.is_file() or not any(path.iterdir())}


def whole(course: Course, step: str, *states: dict[str, bytes]) -> None:
    """Is each delegate's folder exactly that of one of some states, or not there yet?"""
    for who in DELEGATES:
        folder = course.assessments / step / who / "mini"
        if folder.exists():
            wanted = [{name: data for name, data in state.items() if name.startswith(f"{who}/mini/")} for state in states]
            assert {f"{who}/mini/{name}": data for name, data in files(folder).items()} in wanted


def test_saving(built: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """Killed while saving, at every step: is every acknowledged answer in the journal, once, and does the next save work?"""
    store = FolderStore(built.answers)
    acknowledged: list[int] = []
    killed, number, at = 0, 0, 0
    while killed < (300 if long else 14):
        at = at + 1 if long else at + 3
        done = zygote.run(built.root, "save:", "d-1", number, 3, kill_at=at)
        acknowledged += done.said
        number += 3
        killed += done.killed
        if not done.killed:
            at = 0
        if not long or killed % 10 == 0 or not done.killed:
            found = [event["answer"] for event in store.events("d-1", "mini")]
            assert set(acknowledged) <= set(found) and len(found) == len(set(found))
    assert zygote.run(built.root, "save:", "d-1", number, 1).said == [number]
    found = [event["answer"] for event in store.events("d-1", "mini")]
    assert {*acknowledged, number} <= set(found) and len(found) == len(set(found))
    count("kills while saving, no acknowledged answer lost", killed)
    count("acknowledged answers, all there", len(acknowledged) + 1)


def test_submitting(built: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """Killed at any step of Submit: are the answers there, is there no half submission, and does a second go hand in exactly one?"""
    store = FolderStore(built.answers)
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T14:00:00Z", "question": q, "answer": a} for q, a in RIGHT.items()])
    trial = Trial(built, zygote, "submit", "mini", COURSE_DELEGATE="d-1")
    inbound = built.exchange / built.id / "inbound"
    killed = 0
    for _ in trial.kills(200 if long else 8, seed=1):
        killed += 1
        record = fold(store.events("d-1", "mini"))
        assert record.answers == RIGHT and len(record.attempts) <= 1
        complete = bool(record.attempts and record.attempts[0].delivered)
        there = [path for path in inbound.iterdir() if not path.name.startswith(".")]
        assert len(there) <= len(record.attempts) and (there or not complete)
        again = trial.run()
        assert again.code == 0, again.err
        attempts = fold(store.events("d-1", "mini")).attempts
        assert len(attempts) == 1 + complete and all(one.delivered for one in attempts)
        folders = sorted(path for path in inbound.iterdir() if not path.name.startswith("."))
        found = [read_submission((folder / "answers.json").read_bytes()) for folder in folders]
        assert {one.receipt for one in found} == {one.submission["receipt"] for one in attempts}
        assert all(one.answers == RIGHT for one in found)
        # What the killed one left is taken away once nobody can be writing it.
        for draft in inbound.glob(".*"):
            os.utime(draft, (time.time() - 2 * STALE,) * 2)
        assert collect(built).collected == ["d-1/mini"] and not list(inbound.glob(".*"))
    count("kills while submitting, one whole submission in the end", killed)


@pytest.fixture
def handed_in(built: Course) -> Course:
    """Three delegates, of whom two were collected and graded before and have submitted again; one has marks by a person."""
    firsts = [hand_in(built, who, answers, "2026-01-01T10:00:00Z") for who, answers in zip(DELEGATES[:2], PARTS, strict=False)]
    collect(built)
    grade(built)
    mark_by_hand(built, "d-1", "describe", 3, "Well described.")
    feedback(built)
    for first, who, answers in zip([*firsts, None], DELEGATES, (*PARTS[1:], PARTS[0]), strict=True):
        hand_in(built, who, answers, "2026-01-02T10:00:00Z", 2 if first else 1, [first] if first else [])
    return built


def test_collecting(handed_in: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """Killed at any step of collecting: is each folder the old one or the new one, and does a second run end as one never killed?"""
    submitted = handed_in.assessments / "submitted"
    before = files(submitted)
    trial = Trial(handed_in, zygote, "collect")
    assert trial.run().code == 0
    after = files(submitted)
    assert before != after
    killed = 0
    for _ in trial.kills(240 if long else 8, seed=2):
        killed += 1
        whole(handed_in, "submitted", before, after)
        again = trial.run()
        assert again.code == 0, again.err
        assert files(submitted) == after
    count("kills while collecting, the same folders in the end", killed)


def test_collecting_from_files_keeps_earlier_attempts(handed_in: Course, zygote: Zygote, long: bool) -> None:
    """Killed while a file takes the place of what another file brought: is the earlier attempt, which lies nowhere else, still there?"""
    inbound = handed_in.exchange / handed_in.id / "inbound"
    mail = handed_in.root / "mail"
    mail.mkdir()
    (second,) = inbound.glob("d-1+mini+2026-01-02*")
    shutil.copy(second / "answers.json", mail)
    shutil.rmtree(inbound)
    inbound.mkdir()
    trial = Trial(handed_in, zygote, "collect", "mail")
    for _ in trial.kills(60 if long else 5, seed=3):
        assert trial.run().code == 0
        attempts = read_attempts(handed_in.assessments / "submitted" / "d-1" / "mini", handed_in, "d-1", "mini")
        assert [one.attempt for one in attempts] == [1, 2]


def test_grading(handed_in: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """Killed at any step of grading: is the gradebook whole, each submission graded wholly or not at all, a person's mark there,
    and does a second run end as one that was never killed, with nothing left over?"""
    collect(handed_in)
    autograded = handed_in.assessments / "autograded"
    rows_before, files_before = by_delegate(handed_in), files(autograded)
    trial = Trial(handed_in, zygote, "grade")
    assert trial.run().code == 0
    rows_after, files_after = by_delegate(handed_in), files(autograded)
    every = rows(handed_in)
    assert rows_before != rows_after
    killed = 0
    for _ in trial.kills(300 if long else 8, seed=4):
        killed += 1
        check_gradebook(handed_in)
        for who, found in by_delegate(handed_in).items():
            assert found in (rows_before[who], rows_after[who]), who
        whole(handed_in, "autograded", files_before, files_after)
        again = trial.run()
        assert again.code == 0, again.err
        assert rows(handed_in) == every
        assert files(autograded) == files_after
        check_gradebook(handed_in)
    count("kills while grading, the same gradebook in the end", killed)


def test_feedback(handed_in: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """Killed at any step of making feedback: is the gradebook whole, and does a second run make and release every page?"""
    collect(handed_in)
    grade(handed_in)
    trial = Trial(handed_in, zygote, "feedback")
    assert trial.run().code == 0
    places = [handed_in.assessments / "feedback", handed_in.exchange / handed_in.id / "feedback"]
    after, every = [files(place) for place in places], rows(handed_in)
    killed = 0
    for _ in trial.kills(120 if long else 4, seed=5):
        killed += 1
        check_gradebook(handed_in)
        assert trial.run().code == 0
        assert [files(place) for place in places] == after and rows(handed_in) == every
    count("kills while making feedback, the same pages in the end", killed)


def test_a_real_process(handed_in: Course, zygote: Zygote, long: bool, count: Count) -> None:
    """The command as a person starts it, with work for every core, killed at a time drawn by chance: does a second run end as one that was never killed?"""
    for number in range(110):
        hand_in(handed_in, f"e-{number:03}", PARTS[number % 3], "2026-01-01T10:00:00Z")
    collect(handed_in)
    trial = Trial(handed_in, zygote, "grade")
    assert trial.run().code == 0
    every, after = rows(handed_in), files(handed_in.assessments / "autograded")
    chance = random.Random(6)
    killed, longest = 0, 0.5
    for _ in range(30 if long else 2):
        trial.back()
        (handed_in.root / "var" / "stage.who").unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, "-m", "course", "grade"], cwd=handed_in.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most of the time goes into imports; so wait until it is at work, then a moment.
        while process.poll() is None and not (handed_in.root / "var" / "stage.who").exists():
            time.sleep(0.01)
        began = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed += process.returncode == -signal.SIGKILL
        longest = longest + 0.2 if process.returncode else time.monotonic() - began
        check_gradebook(handed_in)
        assert trial.run().code == 0
        assert rows(handed_in) == every and files(handed_in.assessments / "autograded") == after
    count("kills of a real process, the same gradebook in the end", killed)
