"""One delegate's rows in a gradebook: counted, read, taken out. For the first gradebook and the second marker's alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, BaseCell, Comment, Grade, GradeCell, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import URL, Connection, NullPool, create_engine, delete, func, make_url, select
from sqlalchemy.exc import DBAPIError

from course import settled
from course.content import Course
from course.nbgrader_setup import gradebook_fault, gradebook_url
from course.second import second_gradebook

Rows = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """A gradebook that is there."""

    url: URL
    second: bool = False
    """Whether it is the second marker's."""

    @property
    def file(self) -> Path | None:
        """Where it lies; None for one that a server keeps."""
        return Path(self.url.database) if self.url.get_backend_name() == "sqlite" and self.url.database else None

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)


def books(course: Course) -> list[Book]:
    """The second marker's gradebook and the first one, as far as they are there; none is made."""
    found = [Book(URL.create("sqlite", database=str(second_gradebook(course))), second=True), Book(make_url(gradebook_url(course)))]
    return [book for book in found if book.file is None or book.file.is_file()]


def count(book: Book, delegate: str) -> int:
    """How many rows are about a delegate."""
    with _connected(book) as connection:
        return sum(
            int(connection.execute(select(func.count()).select_from(table).where(column.in_(_ids(ids, delegate)))).scalar_one())
            for table, column, ids in _owned(connection)
        )


def remove(book: Book, delegate: str) -> None:
    """Take out every row about a delegate, all of them or none, so that no byte of them stays in the file."""
    sqlite = book.file is not None
    with _connected(book) as connection:
        if sqlite:
            connection.exec_driver_sql("pragma secure_delete = on")
        for table, column, ids in _owned(connection):
            connection.execute(delete(table).where(column.in_(_ids(ids, delegate))))
        connection.commit()
    if sqlite:
        compact(book)


def compact(book: Book) -> None:
    """Write the file anew: what was deleted or changed earlier stands in its free pages otherwise, where anybody can read it."""
    with _connected(book, isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum")
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


def read(book: Book, delegate: str) -> Rows:
    """What a gradebook says about a delegate: who it is, and by assessment what was given for each question."""
    with _connected(book) as connection:
        person = connection.execute(select(Student.__table__).where(Student.__table__.c.id == delegate)).mappings().first()
        submissions = connection.execute(
            select(
                Assignment.name, SubmittedAssignment.timestamp, SubmittedAssignment.extension,
                SubmittedNotebook.id, SubmittedNotebook.late_submission_penalty, SubmittedNotebook.flagged,
            )
            .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedAssignment.student_id == delegate)
            .order_by(Assignment.name)
        ).all()  # fmt: skip
        known = settled.read(connection, [row.id for row in submissions]) if settled.there(connection) else {}
        return {
            "person": {name: value for name, value in (person or {}).items() if value is not None},
            "assessments": {
                row.name: {
                    "submitted_at": _time(row.timestamp),
                    "receipt": known[row.id].receipt if row.id in known else None,
                    "penalty": row.late_submission_penalty or 0.0,
                    "extension": None if row.extension is None else str(row.extension),
                    "flagged_by_a_marker": bool(row.flagged),
                    "questions": _questions(connection, row.id),
                }
                for row in submissions
            },
        }


def _questions(connection: Connection, notebook: str) -> Rows:
    cell, grade_cell = BaseCell.__table__, GradeCell.__table__
    comments = dict(
        connection.execute(
            select(cell.c.name, Comment.manual_comment)
            .join(cell, cell.c.id == Comment.cell_id)
            .where(Comment.notebook_id == notebook, Comment.manual_comment.is_not(None))
        ).all()
    )
    grades = connection.execute(
        select(cell.c.name, grade_cell.c.max_score, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
        .join(cell, cell.c.id == Grade.cell_id)
        .join(grade_cell, grade_cell.c.id == cell.c.id, isouter=True)
        .where(Grade.notebook_id == notebook)
        .order_by(cell.c.name)
    ).all()
    return {row.name: _mark(row) | ({"comment": comments[row.name]} if row.name in comments else {}) for row in grades}


def _mark(row: Any) -> Rows:
    given = row.auto_score if row.manual_score is None else row.manual_score
    by = "automatic" if row.manual_score is None else "manual"
    return {
        "points": None if row.needs_manual_grade or given is None else given + (row.extra_credit or 0.0),
        "max_points": row.max_score,
        "marked": "not yet" if row.needs_manual_grade or given is None else by,
        "automatic_points": row.auto_score,
        "manual_points": row.manual_score,
        "extra_points": row.extra_credit,
    }


def _time(at: datetime | None) -> str | None:
    """nbgrader keeps times in UTC and does not say so."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _owned(connection: Connection) -> Iterator[tuple[Any, Any, str]]:
    """Every table with rows about a delegate, the column that says whose they are, and what stands in it; in the order of deletion."""
    if settled.there(connection):
        yield settled.TABLE, settled.TABLE.c.notebook_id, "notebooks"
    yield Grade.__table__, Grade.__table__.c.notebook_id, "notebooks"
    yield Comment.__table__, Comment.__table__.c.notebook_id, "notebooks"
    yield SubmittedNotebook.__table__, SubmittedNotebook.__table__.c.assignment_id, "submissions"
    yield SubmittedAssignment.__table__, SubmittedAssignment.__table__.c.student_id, "delegate"
    yield Student.__table__, Student.__table__.c.id, "delegate"


def _ids(ids: str, delegate: str) -> Any:
    submissions = select(SubmittedAssignment.__table__.c.id).where(SubmittedAssignment.__table__.c.student_id == delegate)
    if ids == "submissions":
        return submissions
    if ids == "notebooks":
        return select(SubmittedNotebook.__table__.c.id).where(SubmittedNotebook.__table__.c.assignment_id.in_(submissions))
    return [delegate]


@contextmanager
def _connected(book: Book, **options: Any) -> Iterator[Connection]:
    try:
        with create_engine(book.url, poolclass=NullPool).connect().execution_options(**options) as connection:
            yield connection
    except DBAPIError as error:
        raise gradebook_fault(str(book), error) from error
