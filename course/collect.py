"""Collect: from the exchange, or from files that delegates sent, into `submitted/<delegate>/<assessment>/`.

Only data is taken: the answers are validated and put into a pristine notebook; whatever else lies there stays there.
"""

from __future__ import annotations

import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from course import passport
from course.alone import alone
from course.collected import (
    SECRET,
    Refusal,
    belongs_here,
    read_attempts,
    read_regular,
    read_secret,
    replace_folder,
    tidy_folder,
)
from course.content import Course
from course.errors import CourseError, Fault
from course.progress import Progress, silent
from course.submission import DELEGATE, LARGEST, Submission, SubmissionError, read_json, read_submission
from course.submit import timestamp, write_submission

_ENTRY = re.compile(r"(?P<delegate>.+)\+(?P<assessment>[^+]+)\+(?P<stamp>[^+]+)\+(?P<rest>[^+]+)")
_DRAFT = re.compile(r"\..+\+.+\+.+\+.+\.[0-9a-f]{8}")

STALE = 3600
"""Seconds after which nobody is writing a draft in the exchange any more: whoever did was killed."""


@dataclass
class CollectResult:
    """`delegate/assessment` of what was collected, of what was there already, and everything refused."""

    collected: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def collect(course: Course, files: Iterable[Path] = (), progress: Progress = silent) -> CollectResult:
    """Collect every delegate's newest submission: from the exchange, or from passports and answers.json given as files.

    A folder among the files stands for the *.json files in it. What is refused stops nobody else.
    """
    for slug in course.slugs:
        if not (course.release / slug / f"{slug}.ipynb").is_file():
            raise CourseError(Fault(course.release / slug, None, "the assessment has not been built: run `course build`"))
    result = CollectResult()
    files = list(files)
    with alone(course, "course collect"):
        groups = _from_files(course, files, result) if files else _from_exchange(course, result)
        for done, (name, candidates) in enumerate(sorted(groups.items())):
            progress(name, done, len(groups))
            _newest(course, name, candidates, result)
    progress("done", len(groups), len(groups))
    return result


@dataclass(frozen=True)
class _Candidate:
    """A submission that might be collected: where it is from, its time as nbgrader writes it, and how to read it."""

    where: str
    stamp: str
    read: Callable[[], tuple[list[Submission], str]]
    """Every attempt in it, the one that was handed in last at the end, and its secret."""


_Groups = dict[str, list[_Candidate]]


def _newest(course: Course, name: str, candidates: list[_Candidate], result: CollectResult) -> None:
    """Take the newest readable candidate of one delegate and assessment, unless it was taken before.

    Times are kept to the second; of two within one second the later attempt counts.
    """
    delegate, assessment = name.rsplit("/", 1)
    target = course.assessments / "submitted" / delegate / assessment
    tidy_folder(target)
    there = _there(target)
    refused: list[tuple[str, Refusal]] = []
    readable = [found for candidate in candidates if (found := _read(candidate, refused))]
    # By number before time: a clock that ran ahead must not make an older attempt the newest.
    attempts, secret, stamp = max(readable, key=lambda found: (found[0][-1].attempt, found[2]), default=([], "", ""))
    newest = (attempts[-1].attempt, stamp) if attempts else (0, "")
    # An older one that cannot be read was told when it was the newest, and takes nothing away from this.
    result.refused += [refusal for when, refusal in refused if when > max(newest[1], there[1])]
    if newest > there:
        release = course.release / assessment / f"{assessment}.ipynb"
        earlier = _earlier(course, target, attempts, [found[0][-1] for found in readable])
        replace_folder(target, lambda draft: write_submission(draft, attempts[-1], secret, release, earlier))
        result.collected.append(name)
    elif there[0]:
        result.skipped.append(name)


def _read(candidate: _Candidate, refused: list[tuple[str, Refusal]]) -> tuple[list[Submission], str, str] | None:
    """The attempts in a candidate, its secret and its time; where it cannot be taken, why."""
    try:
        attempts, secret = candidate.read()
        if len(attempts[-1].to_json().encode()) > LARGEST:
            raise SubmissionError("answers.json holds more than any real submission")
        if timestamp(attempts[-1]) != candidate.stamp:
            raise SubmissionError(f"it was submitted at {attempts[-1].submitted_at}, but its folder's name says {candidate.stamp}")
    except SubmissionError as error:
        refused.append((candidate.stamp, Refusal(candidate.where, str(error))))
        return None
    return attempts, secret, candidate.stamp


def _earlier(course: Course, target: Path, attempts: list[Submission], others: list[Submission]) -> list[Submission]:
    """Every attempt before the newest: those that came with it, those beside it, those collected before."""
    newest = attempts[-1]
    try:
        before = read_attempts(target, course, newest.delegate, newest.assessment)
    except SubmissionError:
        before = []
    found: dict[int, Submission] = {}
    for one in (*attempts, *others, *before):
        found.setdefault(one.attempt, one)
    return [one for number, one in sorted(found.items()) if number < newest.attempt]


def _there(folder: Path) -> tuple[int, str]:
    """Attempt and time of what was collected before; text in nbgrader's form of a time sorts as time does."""
    try:
        stamp = (folder / "timestamp.txt").read_text(encoding="utf-8").strip()
        return read_submission(read_regular(folder / "answers.json", LARGEST)).attempt, stamp
    except (OSError, SubmissionError):
        return 0, ""


def _from_exchange(course: Course, result: CollectResult) -> _Groups:
    inbound = course.exchange / course.id / "inbound"
    try:
        folders = sorted(inbound.iterdir())
    except OSError as error:
        why = str(error.strerror).lower()
        raise CourseError(Fault(inbound, None, f"the exchange cannot be read ({why}): run `course build`, or set COURSE_EXCHANGE")) from error
    groups: _Groups = {}
    for folder in folders:
        if folder.name.startswith("."):
            _sweep(folder)
            continue
        found = _ENTRY.fullmatch(folder.name)
        why = _no_entry(course, found)
        if found is None or why:
            result.refused.append(Refusal(folder.name, why))
            continue

        def read(folder: Path = folder, delegate: str = found["delegate"], slug: str = found["assessment"]) -> tuple[list[Submission], str]:
            return read_attempts(folder, course, delegate, slug), read_secret(folder)

        name = f"{found['delegate']}/{found['assessment']}"
        groups.setdefault(name, []).append(_Candidate(folder.name, found["stamp"], read))
    return groups


def _no_entry(course: Course, found: re.Match[str] | None) -> str:
    """Why a name in the exchange is not that of a submission's folder; nothing where it is."""
    if found is None:
        return "it is not a submission's folder: take it away if you do not know it"
    if not DELEGATE.fullmatch(found["delegate"]):
        return "its name does not begin with a delegate's id"
    if found["assessment"] not in course.slugs:
        return f"it answers {found['assessment'][:60]!r}, which this course does not have"
    return "" if _is_stamp(found["stamp"]) else "its name does not say when it was submitted"


def _sweep(folder: Path) -> None:
    """Take away a draft that a killed Submit left; it may belong to somebody who writes it now, so only an old one."""
    try:
        found = folder.lstat()
    except OSError:
        return
    if _DRAFT.fullmatch(folder.name) and stat.S_ISDIR(found.st_mode) and found.st_mtime < time.time() - STALE:
        shutil.rmtree(folder, ignore_errors=True)


def _is_stamp(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC")
    except ValueError:
        return False
    return True


def _from_files(course: Course, files: Iterable[Path], result: CollectResult) -> _Groups:
    groups: _Groups = {}
    for path in _json_files(files, result):
        try:
            for frozen, secret in _submissions(path):
                _candidate(course, path, frozen, secret, groups)
        except SubmissionError as error:
            result.refused.append(Refusal(str(path), str(error)))
    return groups


def _json_files(files: Iterable[Path], result: CollectResult) -> list[Path]:
    found: list[Path] = []
    for path in files:
        inside = sorted(path.glob("**/*.json")) if path.is_dir() else [path]
        if not inside:
            result.refused.append(Refusal(str(path), "it is a folder with no *.json file in it"))
        found += inside
    return found


def _submissions(path: Path) -> list[tuple[Submission, str]]:
    """Every submission in a passport, or the one in an answers.json, with the secret that lies beside it if any."""
    data = read_regular(path, passport.LARGEST)
    content = read_json(data, SubmissionError, path.name)
    if isinstance(content, dict) and "modules" in content:
        return passport.passport_submissions(data)
    found = read_submission(data)
    beside = path.with_name("submission_secret.txt")
    return [(found, read_secret(path.parent) if beside.exists() else secrets.token_hex(32))]


def _candidate(course: Course, path: Path, frozen: Submission, secret: str, groups: _Groups) -> None:
    if frozen.assessment not in course.slugs:
        raise SubmissionError(f"it answers {frozen.assessment[:60]!r}, which this course does not have")
    belongs_here(frozen, course, frozen.delegate, frozen.assessment)
    if not SECRET.fullmatch(secret):
        raise SubmissionError("its secret is not one that this course makes")
    name = f"{frozen.delegate}/{frozen.assessment}"
    groups.setdefault(name, []).append(_Candidate(str(path), timestamp(frozen), lambda: ([frozen], secret)))
