"""The second marker's gradebook: the first one's rows in memory, without what the first marker entered, then on disk.

In every function `book` is one connection: its `main` is the copy in memory; `second`, where attached, the second
marker's own file. Only a copy that was cleaned is ever written, so no page of that file has held a first mark.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from json import loads
from pathlib import Path

from course.errors import CourseError, Fault
from course.scoring import needs_person

Work = tuple[str, str]
"""A delegate and an assessment."""

_SUBMITTED = "{0}.submitted_assignment s join {0}.assignment a on a.id = s.assignment_id join {0}.submitted_notebook n on n.assignment_id = s.id"


@dataclass(frozen=True)
class Entered:
    """What a marker entered for one question of one submission, and the digest of the answer it was entered for."""

    score: float | None = None
    extra: float | None = None
    comment: str | None = None
    waiting: bool = True
    answer: str | None = None

    @property
    def anything(self) -> bool:
        return self.score is not None or self.extra is not None or bool(self.comment)


Marker = dict[tuple[str, str, str], Entered]
"""By delegate, assessment and question: what one marker entered."""


def merge(auto_score: float | None, entered: Entered, answer: str | None) -> tuple[float | None, float | None, bool]:
    """A grade as its marker has it: the score and the extra credit entered, and whether it waits for a mark."""
    return entered.score, entered.extra, needs_person(auto_score, entered.score, entered.waiting, entered.answer == answer)


def copy_first(first: Path, book: sqlite3.Connection) -> None:
    """Copy the first gradebook into memory."""
    with closing(sqlite3.connect(f"{first.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)) as source:
        # Reading waits a few seconds for whoever writes; the backup alone would wait for ever.
        source.execute("begin")
        if not source.execute("select count(*) from sqlite_master where name = 'course_settled'").fetchone()[0]:
            raise CourseError(Fault(first, None, "holds nothing that was graded: run `course grade`"))
        source.backup(book)


def receipts(book: sqlite3.Connection, name: str) -> dict[Work, str]:
    """Every graded submission and its receipt."""
    rows = book.execute(
        f"select s.student_id, a.name, t.receipt from {_SUBMITTED.format(name)} join {name}.course_settled t on t.notebook_id = n.id"
    )
    return {(delegate, assessment): receipt for delegate, assessment, receipt in rows}


def for_person(book: sqlite3.Connection) -> set[Work]:
    """Graded submissions with something that only a person can mark."""
    return set(
        book.execute(
            f"select distinct s.student_id, a.name from {_SUBMITTED.format('main')} join main.course_settled t on t.notebook_id = n.id "
            "join main.grade g on g.notebook_id = n.id where g.auto_score is null"
        )
    )


def entered(book: sqlite3.Connection, name: str) -> Marker:
    """Every question of every submission in a gradebook, with what its marker entered."""
    rows = book.execute(
        f"select s.student_id, a.name, c.name, g.manual_score, g.extra_credit, m.manual_comment, g.needs_manual_grade, t.answers "
        f"from {_SUBMITTED.format(name)} join {name}.grade g on g.notebook_id = n.id join {name}.base_cell c on c.id = g.cell_id "
        f"left join {name}.course_settled t on t.notebook_id = n.id "
        f"left join {name}.base_cell w on w.notebook_id = c.notebook_id and w.name = c.name and w.type = 'SolutionCell' "
        f"left join {name}.comment m on m.notebook_id = n.id and m.cell_id = w.id"
    )
    return {
        (delegate, assessment, question): Entered(score, extra, comment, bool(waiting), loads(answers or "{}").get(question))
        for delegate, assessment, question, score, extra, comment, waiting, answers in rows
    }


def clean(book: sqlite3.Connection, own: Marker) -> None:
    """Take out of the copy what the first marker entered and what tells of it; put in what the second one did.

    A penalty is worked out from the marks, so it goes as well. Names go because a mark should not depend on them.
    """
    book.execute("update main.submitted_notebook set flagged = 0, late_submission_penalty = null")
    book.execute("update main.student set first_name = null, last_name = null, email = null, lms_user_id = null")
    grades = book.execute(
        f"select g.id, s.student_id, a.name, c.name, g.auto_score, t.answers from {_SUBMITTED.format('main')} "
        "join main.grade g on g.notebook_id = n.id join main.base_cell c on c.id = g.cell_id "
        "left join main.course_settled t on t.notebook_id = n.id"
    ).fetchall()
    book.executemany(
        "update main.grade set manual_score = ?, extra_credit = ?, needs_manual_grade = ? where id = ?",
        [
            (*merge(auto, own.get((delegate, assessment, question), Entered()), loads(answers or "{}").get(question)), row)
            for row, delegate, assessment, question, auto, answers in grades
        ],
    )
    comments = book.execute(
        f"select m.id, s.student_id, a.name, c.name from {_SUBMITTED.format('main')} "
        "join main.comment m on m.notebook_id = n.id join main.base_cell c on c.id = m.cell_id"
    ).fetchall()
    book.executemany(
        "update main.comment set manual_comment = ? where id = ?",
        [(own.get((delegate, assessment, question), Entered()).comment, row) for row, delegate, assessment, question in comments],
    )


def leave_out(book: sqlite3.Connection, wanted: set[Work]) -> None:
    """Keep only the submissions that a second marker has to do with."""
    rows = book.execute(f"select s.id, s.student_id, a.name from {_SUBMITTED.format('main')}").fetchall()
    unwanted = [(row,) for row, delegate, assessment in rows if (delegate, assessment) not in wanted]
    book.executemany("delete from main.submitted_assignment where id = ?", unwanted)
    book.execute("delete from main.submitted_notebook where assignment_id not in (select id from main.submitted_assignment)")
    for table in ("grade", "comment", "course_settled"):
        book.execute(f"delete from main.{table} where notebook_id not in (select id from main.submitted_notebook)")
    book.execute("delete from main.student where id not in (select student_id from main.submitted_assignment)")


def pending(book: sqlite3.Connection) -> int:
    """How many submissions wait for the second marker."""
    return int(book.execute("select count(distinct notebook_id) from main.grade where needs_manual_grade").fetchone()[0])


def write_into(book: sqlite3.Connection) -> None:
    """Replace every row of the second marker's file, within the caller's transaction; an open formgrader goes on with it."""
    # `clean` took the first marker's flags out; those in the file are the second's own.
    own = "select o.flagged from second.submitted_notebook o where o.id = main.submitted_notebook.id"
    book.execute(f"update main.submitted_notebook set flagged = coalesce(({own}), 0)")
    for (table,) in book.execute("select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'").fetchall():
        book.execute(f'delete from second."{table}"')
        book.execute(f'insert into second."{table}" select * from main."{table}"')


def write_new(book: sqlite3.Connection, path: Path) -> None:
    """Make the second marker's file, in its place only once it is whole."""
    draft = path.with_name(".gradebook.db.new")
    draft.unlink(missing_ok=True)
    book.execute("vacuum main into ?", (str(draft),))
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(path)
