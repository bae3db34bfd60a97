"""nbgrader's gradebook in bulk: what a submission's rows are, written for many submissions in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from course import settled
from course.bank import Bank
from course.content import Course
from course.errors import CourseError, Fault
from course.extensions import read_extensions
from course.graded import Graded
from course.late import settle_penalties
from course.nbgrader_setup import config_for, gradebook_fault, open_gradebook
from course.scoring import needs_person
from course.settled import Settled

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


@dataclass(frozen=True)
class _Rows:
    """The ids under which the gradebook keeps one delegate's submission."""

    submission: str
    notebook: str
    extension: timedelta | None = None


class Writer:
    """Writes graded submissions of one assessment; what people entered (marks, comments, extensions) stays.

    It knows no more than the submissions in its hands, so a large cohort takes no more memory than a small one.
    """

    def __init__(self, course: Course, bank: Bank) -> None:
        self.course, self.bank = course, bank

    def __enter__(self) -> Writer:
        with open_gradebook(self.course) as book:
            url = book.engine.url
        self._engine = _engine(url)
        self._penalties = AssignLatePenalties(config=config_for(self.course))
        self._penalties.init_plugin()
        with self._begin() as connection:
            self._find_assessment(connection)
        return self

    def __exit__(self, *error: Any) -> None:
        self._engine.dispose()

    def receipts(self, delegates: list[str], key: str) -> dict[str, str]:
        """Of these delegates, whose marks are of these very questions: the receipt of the submission that they belong to."""
        with self._begin() as connection:
            there = self._there(connection, delegates)
            entries = settled.read(connection, [row.notebook for row in there.values()])
        known = {name: entries.get(row.notebook) for name, row in there.items()}
        return {name: entry.receipt for name, entry in known.items() if entry and entry.key == key}

    def known(self, delegates: list[str]) -> set[str]:
        """Those of these delegates who have marks."""
        with self._begin() as connection:
            return set(self._there(connection, delegates))

    def write(self, outcomes: list[Graded], key: str) -> list[Moved]:
        """Put the rows of graded submissions into the gradebook: all of them, or, where that fails, none.

        Returns whose marks changed, of those who had some.
        """
        if not outcomes:
            return []
        with self._begin() as connection:
            there = self._there(connection, [outcome.delegate for outcome in outcomes])
            before = settled.read(connection, [row.notebook for row in there.values()])
            self._add_missing(connection, outcomes, there)
            return self._update(connection, outcomes, there, before, key)

    def settle(self) -> None:
        """Make the penalties of everybody those of the policy, whoever was graded now."""
        with self._begin() as connection:
            settle_penalties(connection, self.bank, read_extensions(self.course, self.bank.id))

    def pending(self) -> int:
        """How many submissions still wait for a person."""
        waiting = (
            select(func.count(Grade.notebook_id.distinct()))
            .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            .where(Grade.needs_manual_grade, SubmittedNotebook.notebook_id == self._notebook)
        )
        with self._begin() as connection:
            return int(connection.execute(waiting).scalar_one())

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """One transaction. Raises CourseError where the gradebook cannot be used."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise gradebook_fault(str(self._engine.url), error) from error

    def _find_assessment(self, connection: Connection) -> None:
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

    def _named(self, connection: Connection, kind: Any) -> dict[str, str]:
        table = kind.__table__
        names = select(BaseCell.__table__.c.name, BaseCell.__table__.c.id).join(table, table.c.id == BaseCell.__table__.c.id)
        return dict(connection.execute(names.where(BaseCell.__table__.c.notebook_id == self._notebook)).all())

    def _there(self, connection: Connection, delegates: list[str]) -> dict[str, _Rows]:
        """The rows that these delegates' submissions have, as far as they have any."""
        rows = connection.execute(
            select(SubmittedAssignment.student_id, SubmittedAssignment.id, SubmittedNotebook.id, SubmittedAssignment.extension)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedAssignment.assignment_id == self._assignment, SubmittedAssignment.student_id.in_(delegates))
        )
        return {student: _Rows(submission, notebook, extension) for student, submission, notebook, extension in rows}

    def _add_missing(self, connection: Connection, outcomes: list[Graded], there: dict[str, _Rows]) -> None:
        """The rows that nbgrader makes when it first sees a delegate, and a delegate's submission."""
        delegates = [outcome.delegate for outcome in outcomes]
        known = set(connection.execute(select(Student.id).where(Student.id.in_(delegates))).scalars())
        _insert(connection, Student, [{"id": name} for name in delegates if name not in known])
        new = [name for name in delegates if name not in there]
        there.update({name: _Rows(_id(), _id()) for name in new})
        _insert(
            connection,
            SubmittedAssignment,
            [{"id": there[name].submission, "assignment_id": self._assignment, "student_id": name} for name in new],
        )
        _insert(
            connection,
            SubmittedNotebook,
            [
                {"id": there[name].notebook, "notebook_id": self._notebook, "assignment_id": there[name].submission, "flagged": False}
                for name in new
            ],
        )
        _insert(
            connection,
            Grade,
            [
                {"id": _id(), "cell_id": cell, "notebook_id": there[name].notebook, "needs_manual_grade": True}
                for name in new
                for cell in self._cells.values()
            ],
        )
        _insert(
            connection,
            Comment,
            [{"id": _id(), "cell_id": cell, "notebook_id": there[name].notebook} for name in new for cell in self._answer_cells.values()],
        )

    def _update(
        self, connection: Connection, outcomes: list[Graded], there: dict[str, _Rows], settled_before: dict[str, Settled], key: str
    ) -> list[Moved]:
        """Marks, automatic comments, times and penalties of these submissions."""
        ids = [there[outcome.delegate].notebook for outcome in outcomes]
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
            own = there[outcome.delegate]
            notebook = own.notebook
            before = settled_before[notebook].answers if notebook in settled_before else {}
            total = was = 0.0
            cells = {}
            for row in outcome.rows:
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
            at = outcome.at.astimezone(timezone.utc).replace(tzinfo=None)
            changed[SubmittedAssignment].append({"id": own.submission, "timestamp": at})
            penalty = self._penalty(outcome.delegate, at, total, own.extension)
            changed[SubmittedNotebook].append({"id": notebook, "late_submission_penalty": penalty})
            entries[notebook] = Settled(outcome.receipt, key, {row.cell: row.answered for row in outcome.rows})
            if cells and notebook in settled_before:
                moved.append(Moved(f"{outcome.delegate}/{self.bank.id}", round(was, 4), round(total, 4), cells))
        for table, rows in changed.items():
            _update(connection, table, rows)
        settled.write(connection, entries)
        return moved

    def _penalty(self, delegate: str, at: datetime, total: float, extension: timedelta | None) -> float | None:
        """What nbgrader's late-submission plugin takes off, never more than there is; `settle` sees to a policy of ours."""
        if self._due is None or self.bank.policy.due is not None:
            return None
        late = (at - self._due - (extension or timedelta())).total_seconds()
        if late <= 0:
            return None
        penalty = self._penalties.plugin_inst.late_submission_penalty(delegate, total, late)
        return None if penalty is None else min(max(0, penalty), total)


def _engine(url: URL) -> Engine:
    """The gradebook's database; no connection outlives its transaction, so none is carried into another process.

    SQLite locks at the first write, too late where two instructors have read the same rows: here it locks as a transaction begins.
    """
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


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
