"""Read the gradebook: every delegate's marks of one assessment, as feedback and report need them."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Connection, select

from course import settled
from course.errors import CourseError


@dataclass(frozen=True)
class Given:
    """The mark of one question; `points` is None while a person still has to give it."""

    points: float | None
    max_points: float
    comment: str = ""


@dataclass
class Marks:
    """One delegate's marks of one assessment, and what was taken off for being late."""

    given: dict[str, Given] = field(default_factory=dict)
    """By graded cell."""
    penalty: float = 0.0
    receipt: str = ""
    """Of the attempt that the marks belong to."""

    @property
    def pending(self) -> bool:
        return any(given.points is None for given in self.given.values())

    @property
    def points(self) -> float:
        """The total so far, after the penalty."""
        return max(0.0, round(sum(given.points or 0.0 for given in self.given.values()) - self.penalty, 4))

    @property
    def max_points(self) -> float:
        return sum(given.max_points for given in self.given.values())

    def passed(self, pass_percent: float) -> bool | None:
        """Whether the pass mark is reached; None while a mark is missing."""
        return None if self.pending else self.points >= self.max_points * pass_percent / 100 - 1e-9


def read_marks(connection: Connection, slug: str, delegate: str | None = None) -> dict[str, Marks]:
    """The marks of every delegate who was graded, or of one, by delegate; questions in no particular order."""
    cell, grade_cell = BaseCell.__table__, GradeCell.__table__
    query = (
        select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.late_submission_penalty,
            cell.c.name,
            grade_cell.c.max_score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
            Grade.notebook_id,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(cell, cell.c.id == Grade.cell_id)
        .join(grade_cell, grade_cell.c.id == cell.c.id)
        .where(Assignment.name == slug)
    )
    if delegate is not None:
        query = query.where(SubmittedAssignment.student_id == delegate)
    comments = {
        (row.notebook_id, row.name): row.manual_comment
        for row in connection.execute(
            select(Comment.notebook_id, cell.c.name, Comment.manual_comment)
            .join(cell, cell.c.id == Comment.cell_id)
            .where(Comment.manual_comment.is_not(None))
        )
    }
    found: dict[str, Marks] = {}
    books: dict[str, str] = {}
    for row in connection.execute(query):
        marks = found.setdefault(row.student_id, Marks(penalty=row.late_submission_penalty or 0.0))
        books[row.notebook_id] = row.student_id
        score = row.auto_score if row.manual_score is None else row.manual_score
        points = None if row.needs_manual_grade or score is None else score + (row.extra_credit or 0.0)
        marks.given[row.name] = Given(points, row.max_score, comments.get((row.notebook_id, row.name)) or "")
    for notebook, known in settled.read(connection, books).items():
        found[books[notebook]].receipt = known.receipt
    return found


def marks_of(connection: Connection, slug: str, delegate: str) -> Marks:
    """One delegate's marks. Raises CourseError where there are none yet."""
    found = read_marks(connection, slug, delegate)
    if delegate not in found:
        raise CourseError(f"{delegate}/{slug} has not been graded: run `course grade`")
    return found[delegate]
