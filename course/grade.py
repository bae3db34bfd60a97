"""Grade: the fast road for a cohort: the same rows in the same gradebook as `nbgrader autograde`, in bulk.

Every core grades submissions (`course.graded`); one thin writer puts their rows into the gradebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.collected import Refusal
from course.content import Course
from course.errors import CourseError, Fault
from course.extensions import read_extensions
from course.graded import Outcome, Task, Work, grade_one
from course.policy import NONE_GRANTED
from course.progress import Progress, silent
from course.scoring import bank_digest, check_release
from course.submission import DELEGATE
from course.workers import spread

if TYPE_CHECKING:
    from course.gradebook import Writer

BATCH = 50
"""Submissions in one transaction, and at once in one process."""


@dataclass
class GradeResult:
    """`delegate/assessment` of what was graded, of what needed nothing, what was refused, and notes on odd answers."""

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)
    moved: list[Any] = field(default_factory=list)
    """Whose marks changed, of those who had some: after a corrected key, say."""
    pending_review: int = 0
    """Submissions in the gradebook, of the assessments graded, that a person still has to look at."""


def grade(
    course: Course, assessment: str | None = None, *, again: bool = False, progress: Progress = silent
) -> GradeResult:
    """Grade what was collected, for one assessment or for all. Raises CourseError where the course itself is at fault.

    A submission is graded anew when it, or the questions, changed; `again` grades everything.
    """
    result = GradeResult()
    slugs = [course.module(assessment).slug] if assessment else course.slugs
    for slug in slugs:
        _grade(course, slug, again, progress, result)
    return result


def _grade(course: Course, slug: str, again: bool, progress: Progress, result: GradeResult) -> None:
    from course.gradebook import Writer

    work = work_on(course, slug)
    key = bank_digest(work.bank)
    folders, odd = submitted(course, slug)
    done = 0
    with Writer(course, work.bank) as writer:
        batches = _batches(folders, writer, None if again else key)
        for outcomes in spread(grade_one, work, batches, many=len(folders) > BATCH):
            result.moved += writer.write([one.graded for one in outcomes if one.graded], key)
            _note(outcomes, slug, writer, result)
            done += len(outcomes)
            progress(outcomes[-1].delegate, done, len(folders))
        writer.settle()
        result.pending_review += writer.pending()
    result.refused += [Refusal(f"{folder.parent.name}/{slug}", "the folder's name is no delegate's id: take it away if you do not know it") for folder in odd]
    progress("done", len(folders), len(folders))


def work_on(course: Course, slug: str) -> Work:
    """What grading an assessment needs. Raises CourseError where the assessment has not been built, or the questions changed since."""
    bank = course.built_bank(slug)
    path = course.release / slug / f"{slug}.ipynb"
    if not path.is_file():
        raise CourseError(Fault(path, None, "the assessment has not been built: run `course build`"))
    pristine = json.loads(path.read_text(encoding="utf-8"))
    check_release(pristine, bank)
    return Work(course, bank, pristine)


def submitted(course: Course, slug: str) -> tuple[list[Path], list[Path]]:
    """The folders of all that was collected for an assessment, and folders there that are named after nobody."""
    folders = sorted(folder for folder in (course.assessments / "submitted").glob(f"*/{slug}") if folder.is_dir())
    named = {folder: DELEGATE.fullmatch(folder.parent.name) is not None for folder in folders if not folder.parent.name.startswith(".")}
    return [folder for folder, good in named.items() if good], [folder for folder, good in named.items() if not good]


def _batches(folders: list[Path], writer: Writer, key: str | None) -> Iterator[list[Task]]:
    extensions = read_extensions(writer.course, writer.bank.id)
    for start in range(0, len(folders), BATCH):
        part = folders[start : start + BATCH]
        settled = writer.receipts([folder.parent.name for folder in part], key) if key else {}
        yield [Task(one, extensions.get(one.parent.name, NONE_GRANTED), settled.get(one.parent.name)) for one in part]


def _note(outcomes: list[Outcome], slug: str, writer: Writer, result: GradeResult) -> None:
    """Put what became of submissions into the result, in words for the instructor."""
    known = writer.known([one.delegate for one in outcomes if one.refused])
    for one in outcomes:
        where = f"{one.delegate}/{slug}"
        result.notes += [Refusal(where, note) for note in one.notes]
        if one.refused:
            stays = "; the marks that it had before stay in the gradebook" if one.delegate in known else ""
            result.refused.append(Refusal(where, f"{one.refused}{stays}"))
        else:
            (result.graded if one.graded else result.unchanged).append(where)
