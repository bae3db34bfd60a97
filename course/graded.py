"""Grade one submission: its folder in, the marker's folder and the gradebook's rows out. Touches nothing of anybody else's."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from course.attempts import counting
from course.bank import Bank
from course.collected import read_attempts, replace_folder
from course.content import Course
from course.policy import Extension
from course.scoring import Row, graded_notebook
from course.submission import SubmissionError


@dataclass(frozen=True)
class Work:
    """What grading needs to know of an assessment."""

    course: Course
    bank: Bank
    pristine: dict[str, Any]
    """The released notebook, as JSON has it."""


@dataclass(frozen=True)
class Task:
    """One submission to grade."""

    folder: Path
    extension: Extension
    settled: str | None
    """The receipt that the gradebook's marks belong to, where the questions are still those of then; None: grade in any case."""


@dataclass(frozen=True)
class Graded:
    """What the gradebook learns of one submission."""

    delegate: str
    receipt: str
    at: datetime
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: graded, refused for a reason, or, with neither, unchanged."""

    delegate: str
    notes: tuple[str, ...] = ()
    graded: Graded | None = None
    refused: str = ""


def grade_one(work: Work, task: Task) -> Outcome:
    """Read, score and write one submission; a fault in it is a refusal, and everybody else's work goes on."""
    folder, delegate = task.folder, task.folder.parent.name
    try:
        counted = counting(work.bank, read_attempts(folder, work.course, delegate, folder.name), task.extension)
    except SubmissionError as error:
        return Outcome(delegate, refused=str(error))
    submission = counted.submission
    done = work.course.assessments / "autograded" / delegate / folder.name
    if submission.receipt == task.settled and _copied(folder, done):
        return Outcome(delegate, counted.notes)
    _write(done, folder, graded_notebook(work.pristine, submission, counted.scored))
    return Outcome(delegate, counted.notes, Graded(delegate, submission.receipt, submission.time, counted.scored.rows))


def _copied(submitted: Path, done: Path) -> bool:
    """Whether what was handed in last is already in `autograded/`: feedback goes where that attempt's delegate looks for it."""
    try:
        return (done / "answers.json").read_bytes() == (submitted / "answers.json").read_bytes()
    except OSError:
        return False


def _write(target: Path, submitted: Path, notebook: dict[str, Any]) -> None:
    """What formgrader and the feedback step read: the notebook with its marks, and the submission's own files."""

    def write(draft: Path) -> None:
        # Without indentation: Python writes that several times faster, and only programs read it.
        (draft / f"{target.name}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
        for name in ("answers.json", "attempts.json", "timestamp.txt", "submission_secret.txt"):
            # A link would be made read-only at its other end.
            if (submitted / name).is_file() and not (submitted / name).is_symlink():
                shutil.copyfile(submitted / name, draft / name)
        for file in draft.iterdir():
            file.chmod(0o444)

    replace_folder(target, write)
