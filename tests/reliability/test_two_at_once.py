"""Two instructors at once: everybody's work ends as if one had come after the other, or one is told plainly to come again."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from course import settled
from course.collect import collect
from course.content import Course
from course.grade import grade
from course.nbgrader_setup import PATIENCE, open_gradebook
from reliability.zygote import Done, Zygote
from road import RIGHT, hand_in, mark_by_hand, query, rows
from support import REPOSITORY

Count = Callable[[str, int], None]


def sound(course: Course) -> None:
    with closing(sqlite3.connect(course.assessments / "gradebook.db")) as book:
        assert book.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert book.execute("pragma foreign_key_check").fetchall() == []


def both(first: Zygote, one: tuple[Any, ...], second: Zygote, other: tuple[Any, ...], **variables: str) -> tuple[Done, Done]:
    """Two runs that begin together."""
    first.start(*one, **variables)
    second.start(*other, **variables)
    return first.finish(), second.finish()


@pytest.fixture
def crowd(built: Course) -> tuple[Course, list[str]]:
    """A course with submissions of a dozen delegates, collected."""
    delegates = [f"d-{number:02d}" for number in range(12)]
    for number, who in enumerate(delegates):
        hand_in(built, who, {**RIGHT, "length": str(10 + number)}, "2026-01-01T10:00:00Z")
    collect(built)
    return built, delegates


def _files(course: Course, step: str) -> dict[str, bytes]:
    home = course.assessments / step
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def _again(course: Course) -> Callable[[], None]:
    """Puts the course back as it is now."""
    state = shutil.copytree(course.root, course.root.with_name("state"))

    def back() -> None:
        shutil.rmtree(course.root)
        shutil.copytree(state, course.root)

    return back


PAIRS = [("grade", "grade"), ("collect", "collect"), ("collect", "grade"), ("grade", "feedback"), ("build", "grade"), ("report", "grade")]


def test_two_commands(crowd: tuple[Course, list[str]], zygote: Zygote, other_zygote: Zygote, long: bool, count: Count) -> None:
    """Two commands started together: do both end normally, and is everything as after one run of each?"""
    course, delegates = crowd
    for who in delegates[:6]:
        hand_in(course, who, RIGHT, "2026-01-02T10:00:00Z", 2)
    back = _again(course)
    for stage in ("collect", "grade", "feedback"):
        assert zygote.run(course.root, stage).code == 0
    every, folders = rows(course), [_files(course, step) for step in ("submitted", "autograded")]
    for pair in PAIRS * 12 if long else PAIRS[:1]:
        back()
        for done in both(zygote, (course.root, pair[0]), other_zygote, (course.root, pair[1])):
            assert done.code == 0, (pair, done.err[-2000:])
        sound(course)
        for stage in ("collect", "grade", "feedback"):
            assert zygote.run(course.root, stage).code == 0
        assert rows(course) == every and [_files(course, step) for step in ("submitted", "autograded")] == folders
        count("pairs of commands at once, the same gradebook as after one", 1)


def test_beside_stock_autograde(crowd: tuple[Course, list[str]], zygote: Zygote, other_zygote: Zygote, long: bool, count: Count) -> None:
    """`course grade` beside `nbgrader autograde`: does nobody find the gradebook locked, and is it as after one of them?"""
    course, _ = crowd
    back = _again(course)
    assert zygote.run(course.root, "grade").code == 0
    every = rows(course)
    for _ in range(6 if long else 1):
        back()
        ours, stock = both(zygote, (course.root, "grade"), other_zygote, (course.root, "stock_autograde:"))
        told = f"{ours.err}\n{stock.err}"
        assert "locked" not in told, told[-3000:]
        assert ours.normal, ours.err[-3000:]
        sound(course)
        # What both made at the same time one of them may have had to leave; a further run completes it.
        assert zygote.run(course.root, "grade").code == 0
        assert rows(course) == every
        count("runs beside stock nbgrader, the same gradebook", 1)


def test_marks_by_hand_meanwhile(crowd: tuple[Course, list[str]], zygote: Zygote, other_zygote: Zygote, long: bool, count: Count) -> None:
    """A person marks through nbgrader while everybody is graded anew: is every mark and comment there in the end?"""
    course, delegates = crowd
    grade(course)
    for who in delegates:
        hand_in(course, who, {**RIGHT, "length": "12.5"}, "2026-01-02T10:00:00Z", 2)
    collect(course)
    back = _again(course)
    for turn in range(12 if long else 1):
        back()
        given = [f"{who}={(number + turn) % 5}" for number, who in enumerate(delegates)]
        ours, person = both(zygote, (course.root, "grade"), other_zygote, (course.root, "mark:", "describe", *given))
        assert ours.code == 0 and person.code == 0, ours.err + person.err
        assert person.said == delegates
        sound(course)
        found = dict(
            query(
                course,
                "select s.student_id, g.manual_score || ' ' || m.manual_comment from grade g join base_cell c on c.id = g.cell_id "
                "join submitted_notebook sn on sn.id = g.notebook_id join submitted_assignment s on s.id = sn.assignment_id "
                "join comment m on m.notebook_id = sn.id join base_cell d on d.id = m.cell_id and d.name = c.name where c.name = 'describe'",
            )
        )
        points = [one.split("=") for one in given]
        assert found == {who: f"{float(mark)} by hand: {mark}" for who, mark in points}
        assert {row[0]: row[3] for row in rows(course)["grades"] if row[1] == "length"} == dict.fromkeys(delegates, 1.0)
        count("marks by a person while everybody is graded, none lost", len(delegates))


def test_a_mark_between_reading_and_writing(crowd: tuple[Course, list[str]]) -> None:
    """A mark entered after the writer has read the rows and before it writes them: does it stay, and not come up again?"""
    course, _ = crowd
    grade(course)
    entered: list[str] = []

    def between(*arguments: Any) -> None:
        if not entered and arguments[2].lstrip().lower().startswith("update grade"):
            entered.append("tried")
            person = sqlite3.connect(course.assessments / "gradebook.db", timeout=0)
            with closing(person), person:
                try:
                    person.execute("update grade set manual_score = 3, needs_manual_grade = 0 where needs_manual_grade")
                    entered.append("while the writer had read and not yet written")
                except sqlite3.OperationalError:
                    return  # The writer holds the gradebook: a person's mark waits, as it should.

    event.listen(Engine, "before_cursor_execute", between)
    try:
        grade(course, again=True)
    finally:
        event.remove(Engine, "before_cursor_execute", between)
    assert entered
    waiting = query(course, "select count(*) from grade where manual_score is not null and needs_manual_grade")
    assert waiting == [(0,)]


def test_two_make_our_table_at_once(built: Course) -> None:
    """Somebody else makes our table in the gradebook just before we do: do we go on with the one that is there?"""
    made: list[str] = []

    def first(*arguments: Any) -> None:
        if not made and "CREATE TABLE" in arguments[2]:
            made.append(arguments[2])
            with closing(sqlite3.connect(built.assessments / "gradebook.db")) as other:
                other.execute(arguments[2])

    with open_gradebook(built) as book, book.engine.begin() as connection:
        assert not settled.there(connection)
        event.listen(Engine, "before_cursor_execute", first)
        try:
            settled.write(connection, {"n": settled.Settled("r", "k", {})})
        finally:
            event.remove(Engine, "before_cursor_execute", first)
        assert made and settled.read(connection, ["n"])


def test_a_busy_gradebook_is_waited_for(crowd: tuple[Course, list[str]], zygote: Zygote, long: bool) -> None:
    """Somebody holds the gradebook for longer than SQLite's own five seconds of patience: does grading wait and then end well?"""
    course, _ = crowd
    with open_gradebook(course) as book:
        assert book.db.connection().exec_driver_sql("pragma busy_timeout").scalar() == PATIENCE * 1000
    holder = sqlite3.connect(course.assessments / "gradebook.db")
    with closing(holder):
        holder.execute("begin exclusive")
        zygote.start(course.root, "grade")
        time.sleep(7 if long else 0)
        holder.rollback()
    assert zygote.finish().code == 0


def test_two_cohorts_in_one_exchange(tmp_path: Path, built_once: Path, zygote: Zygote, other_zygote: Zygote, long: bool, count: Count) -> None:
    """Two years with their own gradebooks and one exchange, worked on at once: does neither touch what is the other's?"""
    exchange = str(tmp_path / "exchange")
    years = []
    for number, name in enumerate(("rivers-2026", "rivers-2027")):
        root = shutil.copytree(REPOSITORY / "tests" / "mini_course", tmp_path / name)
        shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", root / "assessments")
        path = root / "modules" / "course.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("mini-course", name), encoding="utf-8")
        course = Course(root, {"COURSE_EXCHANGE": exchange})
        assert course.id == name
        years.append(course)
    for done in both(zygote, (years[0].root, "build"), other_zygote, (years[1].root, "build"), COURSE_EXCHANGE=exchange):
        assert done.code == 0, done.err
    for _ in range(4 if long else 1):
        for number, course in enumerate(years):
            for who in range(4):
                hand_in(course, f"d-{who}", RIGHT if number else {"one-mouth": ["lake"]}, "2026-01-01T10:00:00Z")
        for stage in ("collect", "grade", "feedback"):
            for done in both(zygote, (years[0].root, stage), other_zygote, (years[1].root, stage), COURSE_EXCHANGE=exchange):
                assert done.code == 0, done.err
    mark_by_hand(years[0], "d-1", "describe", 0)
    for number, course in enumerate(years):
        sound(course)
        assert query(course, "select id from course where id != 'default_course'") == [(course.id,)]
        scores = query(course, "select auto_score from grade g join base_cell c on c.id = g.cell_id where c.name = 'one-mouth'")
        assert scores == [(2.0 if number else 0.0,)] * 4
        assert len(list((Path(exchange) / course.id / "feedback").iterdir())) == 4
    count("cohorts beside each other in one exchange, neither touched by the other", 2)
