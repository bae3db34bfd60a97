"""Steps along the road of an answer that several tests take."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat

from course.content import Course
from course.settled import TABLE
from course.submission import Submission, now, submission
from course.submit import deposit

RIGHT = {"one-mouth": ["sea"], "two-banks": ["east", "west"], "length": "12.5", "describe": "A short river to the sea."}
"""Full marks in the tiny course, once a person has marked the last."""


def hand_in(
    course: Course, delegate: str, answers: dict[str, Any], at: str | None = None, attempt: int = 1, earlier: Sequence[Submission] = ()
) -> Submission:
    """Put a submission into the exchange, whatever its answers are."""
    slug = course.slugs[0]
    frozen = submission(course.id, slug, delegate, attempt, answers, at or now())
    deposit(course.exchange / course.id / "inbound", frozen, secret_of(frozen), course.release / slug / f"{slug}.ipynb", earlier)
    return frozen


def secret_of(frozen: Submission) -> str:
    """A secret that two copies of a course agree on, unlike a real one."""
    return hashlib.sha256(f"secret of {frozen.receipt}".encode()).hexdigest()


def inbound(course: Course, delegate: str) -> Path:
    """The delegate's folder in the exchange, where there is exactly one."""
    (folder,) = (course.exchange / course.id / "inbound").glob(f"{delegate}+*")
    return folder


def query(course: Course, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the gradebook."""
    with closing(sqlite3.connect(course.assessments / "gradebook.db")) as book:
        return book.execute(sql, values).fetchall()


_ROWS = {
    "students": "select id, first_name, last_name, email from student",
    "submissions": "select a.name, s.student_id, s.timestamp, s.extension from submitted_assignment s join assignment a on a.id = s.assignment_id",
    "notebooks": (
        "select s.student_id, n.name, sn.flagged, sn.late_submission_penalty from submitted_notebook sn "
        "join submitted_assignment s on s.id = sn.assignment_id join notebook n on n.id = sn.notebook_id"
    ),
    "grades": (
        "select s.student_id, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade from grade g "
        "join base_cell c on c.id = g.cell_id join submitted_notebook sn on sn.id = g.notebook_id "
        "join submitted_assignment s on s.id = sn.assignment_id"
    ),
    "comments": (
        "select s.student_id, c.name, c.type, m.auto_comment, m.manual_comment from comment m "
        "join base_cell c on c.id = m.cell_id join submitted_notebook sn on sn.id = m.notebook_id "
        "join submitted_assignment s on s.id = sn.assignment_id"
    ),
    "settled": (
        "select s.student_id, t.receipt, t.key_digest, t.answers from course_settled t "
        "join submitted_notebook sn on sn.id = t.notebook_id join submitted_assignment s on s.id = sn.assignment_id"
    ),
}


def rows(course: Course) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that grading writes, by table, without the gradebook's random ids."""
    there = {name for (name,) in query(course, "select name from sqlite_master where type = 'table'")}
    # Who has graded nothing has not made our own table yet.
    return {name: sorted(query(course, sql), key=repr) if name != "settled" or TABLE.name in there else [] for name, sql in _ROWS.items()}


def marks(course: Course, delegate: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """By question: automatic score, manual score, whether a person must look."""
    return {
        row[1]: (row[3], row[4], bool(row[6])) for row in query(course, _ROWS["grades"]) if row[0] == delegate
    }


def mark_by_hand(course: Course, delegate: str, question: str, points: float, comment: str = "") -> None:
    """What formgrader does when a person enters a mark and a comment."""
    from course.nbgrader_setup import open_gradebook

    slug = course.slugs[0]
    with open_gradebook(course) as book:
        grade = book.find_grade(question, slug, slug, delegate)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            book.find_comment(question, slug, slug, delegate).manual_comment = comment
        book.db.commit()


def stock_autograde(course: Course, *, force: bool = False) -> None:
    """nbgrader's own autograde step with the course's configuration, as the command runs it."""
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    from course.nbgrader_setup import config_for

    config = config_for(course)
    folder = CourseDirectory(config=config, assignment_id=course.slugs[0])
    Autograde(coursedir=folder, config=config, force=force).start()


def correct_key(course: Course, old: str, new: str) -> None:
    """Edit the question file as a lecturer would."""
    path = course.questions / f"{course.slugs[0]}.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} must stand once in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def set_policy(course: Course, rules: str) -> None:
    """Write an assessment's policy into its question file, as a lecturer would, and build."""
    from course.build import build

    path = course.questions / f"{course.slugs[0]}.yml"
    text = re.sub(r"^policy:.*?(?=^questions:)", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    path.write_text(text.replace("questions:\n", f"policy: {rules}\nquestions:\n", 1), encoding="utf-8")
    build(course)


def show_assessment(course: Course) -> None:
    """Place the tiny course's assessment at the end of its lesson."""
    notebook = nbformat.read(course.lesson("mini"), as_version=4)
    shows = [f'module.question("{name}")' for name in RIGHT] + ["module.submit()"]
    notebook.cells += [nbformat.v4.new_code_cell(show, id=f"assessment-{n}") for n, show in enumerate(shows)]
    nbformat.write(notebook, course.lesson("mini"))
