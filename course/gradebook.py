"""nbgrader's gradebook in bulk: what a submission's rows are, written for many submissions in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from course import settled
from course.attempts import Counted
from course.bank import Bank
from course.content import Course
from course.errors import CourseError, Fault
from course.extensions import read_extensions
from course.late import settle_penalties
from course.nbgrader_setup import config_for, gradebook_fault, open_gradebook
from course.scoring import needs_person
from course.settled import Settled
from course.submission import Submission


@dataclass(frozen=True)
class Moved:
    """A delegate whose points changed, of marks that were in the gradebook already."""

    where: str
    before: float
    after: float
    cells: dict[str, tuple[float | None, float | None]]

    def __str__(self) -> str:
        changes = ", ".join(f"{name}: {_points(old)} → {_points(new)}" for name, (old, new) in self.cells.items())
        return f"{self.where}: {_points(self.before)} → {_points(self.after)} points ({changes})"


class Writer:
    """Writes graded submissions of one assessment; what people entered (marks, comments, extensions) stays."""

    def __init__(self, course: Course, bank: Bank) -> None:
        self.course, self.bank = course, bank
        self.extensions = read_extensions(course, bank.id)

    def __enter__(self) -> Writer:
        self._book = open_gradebook(self.course)
        self._engine = self._book.engine
        self._penalties = AssignLatePenalties(config=config_for(self.course))
        self._penalties.init_plugin()
        with self._engine.begin() as connection:
            self._load(connection)
        return self

    def __exit__(self, *error: Any) -> None:
        self._book.close()

    def has(self, submission: Submission, key: str) -> bool:
        """Whether the gradebook's marks are of this very submission and these very questions."""
        known = self._settled.get(self._notebooks.get(submission.delegate, ""))
        return known is not None and known.receipt == submission.receipt and known.key == key

    def knows(self, delegate: str) -> bool:
        """Whether there are marks of this delegate."""
        return delegate in self._notebooks

    def write(self, outcomes: list[Counted], key: str) -> list[Moved]:
        """Put the rows of graded submissions into the gradebook: all of them, or, where that fails, none.

        Returns whose marks changed, of those who had some.
        """
        if not outcomes:
            return []
        try:
            with self._engine.begin() as connection:
                self._add_missing(connection, outcomes)
                moved = self._update(connection, outcomes, key)
            with self._engine.begin() as connection:
                self._load(connection)
        except DBAPIError as error:
            raise gradebook_fault(str(self._engine.url), error) from error
        return moved

    def settle(self) -> None:
        """Make the penalties of everybody those of the policy, whoever was graded now."""
        with self._engine.begin() as connection:
            settle_penalties(connection, self.bank, self.extensions)

    def pending(self) -> int:
        """How many submissions still wait for a person."""
        with self._engine.begin() as connection:
            waiting = select(Grade.notebook_id).where(Grade.needs_manual_grade, Grade.notebook_id.in_(self._notebooks.values()))
            return len(set(connection.execute(waiting).scalars()))

    def _load(self, connection: Connection) -> None:
        """The ids that rows refer to, and what was settled before."""
        slug = self.bank.id
        assignment = connection.execute(select(Assignment.id, Assignment.duedate).where(Assignment.name == slug)).first()
        if assignment is None:
            raise CourseError(Fault(self.course.assessments / "gradebook.db", None, f"has no assessment `{slug}`: run `course build`"))
        self._assignment, self._due = assignment
        self._notebook = connection.execute(
            select(Notebook.id).where(Notebook.assignment_id == self._assignment, Notebook.name == slug)
        ).scalar_one()
        self._cells = self._named(connection, GradeCell)
        self._answer_cells = self._named(connection, SolutionCell)
        rows = connection.execute(
            select(SubmittedAssignment.student_id, SubmittedAssignment.id, SubmittedAssignment.extension, SubmittedNotebook.id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedAssignment.assignment_id == self._assignment)
        ).all()
        self._submitted = {row[0]: row[1] for row in rows}
        self._extensions = {row[0]: row[2] for row in rows}
        self._notebooks = {row[0]: row[3] for row in rows}
        self._settled = settled.read(connection, self._notebooks.values())

    def _named(self, connection: Connection, kind: Any) -> dict[str, str]:
        table = kind.__table__
        names = select(BaseCell.__table__.c.name, BaseCell.__table__.c.id).join(table, table.c.id == BaseCell.__table__.c.id)
        return dict(connection.execute(names.where(BaseCell.__table__.c.notebook_id == self._notebook)).all())

    def _add_missing(self, connection: Connection, outcomes: list[Counted]) -> None:
        """The rows that nbgrader makes when it first sees a delegate, and a delegate's submission."""
        delegates = [outcome.submission.delegate for outcome in outcomes]
        known = set(connection.execute(select(Student.id).where(Student.id.in_(delegates))).scalars())
        _insert(connection, Student, [{"id": name} for name in delegates if name not in known])
        new = [name for name in delegates if name not in self._submitted]
        for name in new:
            self._submitted[name], self._notebooks[name], self._extensions[name] = _id(), _id(), None
        _insert(
            connection,
            SubmittedAssignment,
            [{"id": self._submitted[name], "assignment_id": self._assignment, "student_id": name} for name in new],
        )
        _insert(
            connection,
            SubmittedNotebook,
            [
                {"id": self._notebooks[name], "notebook_id": self._notebook, "assignment_id": self._submitted[name], "flagged": False}
                for name in new
            ],
        )
        _insert(
            connection,
            Grade,
            [
                {"id": _id(), "cell_id": cell, "notebook_id": self._notebooks[name], "needs_manual_grade": True}
                for name in new
                for cell in self._cells.values()
            ],
        )
        _insert(
            connection,
            Comment,
            [{"id": _id(), "cell_id": cell, "notebook_id": self._notebooks[name]} for name in new for cell in self._answer_cells.values()],
        )

    def _update(self, connection: Connection, outcomes: list[Counted], key: str) -> list[Moved]:
        """Marks, automatic comments, times and penalties of these submissions."""
        ids = [self._notebooks[outcome.submission.delegate] for outcome in outcomes]
        grades = {
            (row.notebook_id, row.cell_id): row
            for row in connection.execute(
                select(
                    Grade.id, Grade.notebook_id, Grade.cell_id, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade
                ).where(Grade.notebook_id.in_(ids))
            )
        }
        comments = {
            (row.notebook_id, row.cell_id): row.id
            for row in connection.execute(select(Comment.id, Comment.notebook_id, Comment.cell_id).where(Comment.notebook_id.in_(ids)))
        }
        changed: dict[Any, list[dict[str, Any]]] = {Grade: [], Comment: [], SubmittedAssignment: [], SubmittedNotebook: []}
        entries = {}
        moved = []
        for outcome in outcomes:
            submission = outcome.submission
            notebook = self._notebooks[submission.delegate]
            before = self._settled[notebook].answers if notebook in self._settled else {}
            total = was = 0.0
            cells = {}
            for row in outcome.scored.rows:
                old = grades[notebook, self._cells[row.cell]]
                same = before.get(row.cell) == row.answered
                waiting = needs_person(row.auto_score, old.manual_score, old.needs_manual_grade, same)
                changed[Grade].append({"id": old.id, "auto_score": row.auto_score, "needs_manual_grade": waiting})
                given = row.auto_score if old.manual_score is None else old.manual_score
                total += 0.0 if given is None else given + (old.extra_credit or 0.0)
                stood = old.auto_score if old.manual_score is None else old.manual_score
                was += 0.0 if stood is None else stood + (old.extra_credit or 0.0)
                if given != stood:
                    cells[row.cell] = (stood, given)
                if row.cell in self._answer_cells:
                    comment = comments[notebook, self._answer_cells[row.cell]]
                    changed[Comment].append({"id": comment, "auto_comment": row.auto_comment})
            at = submission.time.astimezone(timezone.utc).replace(tzinfo=None)
            changed[SubmittedAssignment].append({"id": self._submitted[submission.delegate], "timestamp": at})
            penalty = self._penalty(submission.delegate, at, total)
            changed[SubmittedNotebook].append({"id": notebook, "late_submission_penalty": penalty})
            entries[notebook] = Settled(submission.receipt, key, {row.cell: row.answered for row in outcome.scored.rows})
            if cells and notebook in self._settled:
                moved.append(Moved(f"{submission.delegate}/{self.bank.id}", round(was, 4), round(total, 4), cells))
        for table, rows in changed.items():
            _update(connection, table, rows)
        settled.write(connection, entries)
        return moved

    def _penalty(self, delegate: str, at: datetime, total: float) -> float | None:
        """What nbgrader's late-submission plugin takes off, never more than there is; `settle` sees to a policy of ours."""
        if self._due is None or self.bank.policy.due is not None:
            return None
        late = (at - self._due - (self._extensions[delegate] or timedelta())).total_seconds()
        if late <= 0:
            return None
        penalty = self._penalties.plugin_inst.late_submission_penalty(delegate, total, late)
        return None if penalty is None else min(max(0, penalty), total)


def _insert(connection: Connection, kind: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(kind.__table__), rows)


def _update(connection: Connection, kind: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = kind.__table__
    values = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    renamed = [{("row_id" if name == "id" else f"new_{name}"): value for name, value in row.items()} for row in rows]
    connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(values), renamed)


def _points(value: float | None) -> str:
    return "not marked" if value is None else f"{round(value, 2):g}"


def _id() -> str:
    return uuid4().hex
