"""Grade: the fast road for a cohort: the same rows in the same gradebook as `nbgrader autograde`, in bulk.

Scoring one submission touches nothing but its own folder and returns rows; one thin writer puts them into the gradebook.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from course.attempts import Counted, counting
from course.bank import Bank
from course.collected import Refusal, read_attempts, replace_folder
from course.content import Course
from course.errors import CourseError, Fault
from course.policy import NONE_GRANTED
from course.progress import Progress, silent
from course.scoring import bank_digest, check_release, graded_notebook
from course.submission import DELEGATE, SubmissionError

if TYPE_CHECKING:
    from course.gradebook import Writer

BATCH = 100
"""Submissions in one transaction."""


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

    bank = course.built_bank(slug)
    path = course.release / slug / f"{slug}.ipynb"
    if not path.is_file():
        raise CourseError(Fault(path, None, "the assessment has not been built: run `course build`"))
    pristine = nbformat.read(path, as_version=4)
    check_release(pristine, bank)
    key = bank_digest(bank)
    folders = _submitted(course, slug)
    with Writer(course, bank) as writer:
        for start in range(0, len(folders), BATCH):
            batch: list[Counted] = []
            for offset, folder in enumerate(folders[start : start + BATCH]):
                progress(folder.parent.name, start + offset, len(folders))
                counted = _one(course, bank, folder, writer, result)
                if counted is None:
                    continue
                done = course.assessments / "autograded" / folder.parent.name / slug
                name = f"{folder.parent.name}/{slug}"
                if not again and _copied(folder, done) and writer.has(counted.submission, key):
                    result.unchanged.append(name)
                    continue
                write_autograded(done, folder, graded_notebook(pristine, counted.submission, counted.scored))
                batch.append(counted)
                result.graded.append(name)
            result.moved += writer.write(batch, key)
        writer.settle()
        result.pending_review += writer.pending()
    progress("done", len(folders), len(folders))


def _submitted(course: Course, slug: str) -> list[Path]:
    folders = (course.assessments / "submitted").glob(f"*/{slug}")
    return sorted(folder for folder in folders if DELEGATE.fullmatch(folder.parent.name) and folder.is_dir())


def _one(course: Course, bank: Bank, folder: Path, writer: Writer, result: GradeResult) -> Counted | None:
    """Read and score one folder; a fault in it is a refusal, and everybody else's work goes on."""
    where = f"{folder.parent.name}/{folder.name}"
    try:
        extension = writer.extensions.get(folder.parent.name, NONE_GRANTED)
        counted = counting(bank, read_attempts(folder, course, folder.parent.name, folder.name), extension)
    except SubmissionError as error:
        stays = "; the marks that it had before stay in the gradebook" if writer.knows(folder.parent.name) else ""
        result.refused.append(Refusal(where, f"{error}{stays}"))
        return None
    result.notes += [Refusal(where, note) for note in counted.notes]
    return counted


def _copied(submitted: Path, done: Path) -> bool:
    """Whether what was handed in last is already in `autograded/`: feedback goes where that attempt's delegate looks for it."""
    try:
        return (done / "answers.json").read_bytes() == (submitted / "answers.json").read_bytes()
    except OSError:
        return False


def write_autograded(target: Path, submitted: Path, notebook: Any) -> None:
    """What formgrader and the feedback step read: the notebook with its marks, and the submission's own files."""

    def write(draft: Path) -> None:
        (draft / f"{target.name}.ipynb").write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")
        for name in ("answers.json", "attempts.json", "timestamp.txt", "submission_secret.txt"):
            if (submitted / name).is_file():
                shutil.copyfile(submitted / name, draft / name, follow_symlinks=False)
        for file in draft.iterdir():
            file.chmod(0o444)

    replace_folder(target, write)
