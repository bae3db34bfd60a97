"""The folder of one collected submission: reading its answers with suspicion, writing it whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course.content import Course
from course.errors import CourseError, Fault
from course.submission import LARGEST, LARGEST_HISTORY, Submission, SubmissionError, read_attempts_json, read_submission

SECRET = re.compile(r"[0-9A-Za-z_-]{16,128}")
"""What names a delegate's feedback file in the exchange; only these characters make a file name without surprises."""


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken, and why, in words for the instructor."""

    where: str
    reason: str

    def __post_init__(self) -> None:
        # Both hold words of whoever sent it: a line break or a terminal's command in them would forge lines of the report.
        object.__setattr__(self, "where", in_one_line(self.where))
        object.__setattr__(self, "reason", in_one_line(self.reason))

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def in_one_line(text: str) -> str:
    """A text in which everything that is not a visible character or a space stands as its escape, so that any terminal can show it."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def read_answers(folder: Path, course: Course, delegate: str, assessment: str) -> Submission:
    """The answers in a submission's folder. Raises SubmissionError, in words for the instructor."""
    found = read_submission(read_regular(folder / "answers.json", LARGEST))
    belongs_here(found, course, delegate, assessment)
    return found


def read_attempts(folder: Path, course: Course, delegate: str, assessment: str) -> list[Submission]:
    """Every attempt in a submission's folder, the one that was handed in last at the end. Raises SubmissionError."""
    newest = read_answers(folder, course, delegate, assessment)
    path = folder / "attempts.json"
    if not path.exists() and not path.is_symlink():
        return [newest]
    earlier = {}
    for one in read_attempts_json(read_regular(path, LARGEST_HISTORY)):
        belongs_here(one, course, delegate, assessment, "attempts.json")
        earlier[one.attempt] = one
    return [one for number, one in sorted(earlier.items()) if number < newest.attempt] + [newest]


def attempt_of(folder: Path, course: Course, delegate: str, assessment: str, receipt: str) -> Submission:
    """The attempt that the gradebook's marks belong to. Raises SubmissionError."""
    for one in read_attempts(folder, course, delegate, assessment):
        if one.receipt == receipt:
            return one
    raise SubmissionError("the marks belong to an attempt that is not here: run `course grade`")


def belongs_here(found: Submission, course: Course, delegate: str, assessment: str, name: str = "answers.json") -> None:
    """Raises SubmissionError where answers lie in somebody else's folder, or come from another course."""
    if found.course != course.id:
        raise SubmissionError(f"{name} is from another course, {found.course[:60]!r}")
    if found.assessment != assessment:
        raise SubmissionError(f"{name} answers {found.assessment[:60]!r}, not {assessment!r}")
    if found.delegate != delegate:
        raise SubmissionError(f"{name} belongs to {found.delegate!r}, but lies in the folder of {delegate!r}")


def read_secret(folder: Path) -> str:
    """The secret beside a submission. Raises SubmissionError."""
    text = read_regular(folder / "submission_secret.txt", 1000).decode("ascii", "replace").strip()
    if not SECRET.fullmatch(text):
        raise SubmissionError("submission_secret.txt does not hold a secret: ask the delegate to submit again")
    return text


def read_regular(path: Path, largest: int) -> bytes:
    """The bytes of an ordinary file of at most `largest` bytes and one more. Raises SubmissionError.

    Delegates may write into the exchange: a link to somebody else's file, or a pipe, must not be followed.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise SubmissionError(f"there is no {path.name}: ask the delegate to submit again from the module's page") from error
    except OSError as error:
        raise SubmissionError(f"{path.name} cannot be read ({str(error.strerror).lower()})") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SubmissionError(f"{path.name} is not an ordinary file")
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(largest + 1)
        except OSError as error:
            raise SubmissionError(f"{path.name} cannot be read ({str(error.strerror).lower()})") from error


def replace_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder and put it in the target's place; a failure leaves the old one as it was.

    Raises CourseError where the disk is full or may not be written. Whoever calls this works alone in the folder.
    """
    tidy_folder(target)
    draft = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    old = draft.with_name(draft.name + ".old")
    try:
        draft.mkdir(parents=True)
        write(draft)
        if target.exists():
            target.rename(old)
        draft.rename(target)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if old.exists() and not target.exists():
            old.rename(target)
        if isinstance(error, OSError):
            raise unwritable(target, error) from error
        raise
    shutil.rmtree(old, ignore_errors=True)


_DRAFT = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{8}(?P<old>\.old)?")


def tidy_folder(target: Path) -> None:
    """Take away what a run that was killed left of replacing a folder; where it was killed in between, the old one comes back.

    Whoever calls this works alone in the folder.
    """
    try:
        beside = sorted(target.parent.iterdir())
    except OSError:
        return
    for path in beside:
        found = _DRAFT.fullmatch(path.name)
        if found is None or found["name"] != target.name:
            continue
        if found["old"] and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def unwritable(path: Path, error: OSError) -> CourseError:
    """What to tell about a file or folder that could not be written."""
    why = str(error.strerror or error).lower()
    advice = "what was there before is unchanged; make room or check permissions, and run this again"
    return CourseError(Fault(path, None, f"cannot be written ({why}): {advice}"))
