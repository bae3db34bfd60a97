"""The stock commands inside `assessments/`, as an instructor types them, and formgrader over HTTP."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.content import Course
from course.result import feedback_path, read_result
from formgrading import Formgrader, formgrader_in
from road import RIGHT, hand_in, marks, query, secret_of


def nbgrader(course: Course, *arguments: str) -> str:
    """Run a stock command as a person would, in `assessments/`; returns what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.assessments, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def road(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose release and gradebook the stock commands made, with three submissions collected and graded by them."""
    course = Course(shutil.copytree(built_once, tmp_path_factory.mktemp("stock") / "course"), {})
    for made in (course.release, course.exchange):
        shutil.rmtree(made)
    (course.assessments / "gradebook.db").unlink()
    nbgrader(course, "generate_assignment", "mini")
    nbgrader(course, "release_assignment", "mini")
    hand_in(course, "d-0", RIGHT)
    hand_in(course, "d-1", {"one-mouth": ["lake"], "describe": "It is <b>short</b>."})
    hand_in(course, "d-2", {})
    said = nbgrader(course, "collect", "mini", "--update")
    assert "cheating" not in said
    said = nbgrader(course, "autograde", "mini")
    assert "kernel" not in said.lower()
    return course


@pytest.fixture(scope="module")
def formgrader(road: Course) -> Iterator[Formgrader]:
    """A Jupyter server on 127.0.0.1, started in `assessments/`, with nbgrader's extension."""
    with formgrader_in(road.assessments) as asked:
        yield asked


def test_generates_what_build_does(road: Course, built: Course) -> None:
    """Does stock `generate_assignment` give the very release that `course build` gives?"""
    assert (road.release / "mini" / "mini.ipynb").read_bytes() == (built.release / "mini" / "mini.ipynb").read_bytes()
    assert query(road, "select name, max_score from grade_cells g join base_cell b on b.id = g.id order by name") == query(
        built, "select name, max_score from grade_cells g join base_cell b on b.id = g.id order by name"
    )


def test_autograde_scores_without_running_anything(road: Course) -> None:
    """Has stock `autograde` the marks of the course's own scoring?"""
    assert marks(road, "d-0") == {
        "one-mouth": (2.0, None, False), "two-banks": (3.0, None, False), "length": (1.0, None, False), "describe": (None, None, True),
    }  # fmt: skip
    assert marks(road, "d-2") == {name: (0.0, None, False) for name in RIGHT}


def test_formgrader_marks_and_feedback_tells(road: Course, formgrader: Formgrader) -> None:
    """Can a person find, read and mark a written answer in formgrader, and do the stock feedback commands tell the delegate?"""
    assert "formgrader" in formgrader.ask("manage_assignments").lower()
    (assignment,) = formgrader.ask("api/assignments")
    assert (assignment["name"], assignment["num_submissions"], assignment["max_score"]) == ("mini", 3, 10.0)
    submissions = {entry["student"]: entry for entry in formgrader.ask("api/submissions/mini")}
    assert submissions["d-1"]["needs_manual_grade"] and not submissions["d-2"]["needs_manual_grade"]
    notebook = next(entry for entry in formgrader.ask("api/submitted_notebooks/mini/mini") if entry["student"] == "d-1")

    page = formgrader.ask(f"submissions/{notebook['id']}/")
    for words in ("Describe Alpha", "RUBRIC-SEA", "It is &lt;b&gt;short&lt;/b&gt;.", "Answer: A lake", "Right answer: The sea"):
        assert words in page, words

    grades = {grade["name"]: grade for grade in formgrader.ask(f"api/grades?submission_id={notebook['id']}")}
    assert grades["describe"]["needs_manual_grade"]
    answer = formgrader.ask(f"api/grade/{grades['describe']['id']}", {"manual_score": 3.5, "extra_credit": None})
    assert (answer["manual_score"], answer["needs_manual_grade"]) == (3.5, False)
    (comment,) = formgrader.ask(f"api/comments?submission_id={notebook['id']}")
    formgrader.ask(f"api/comment/{comment['id']}", {"manual_comment": "Name the sea."})

    nbgrader(road, "generate_feedback", "mini")
    nbgrader(road, "release_feedback", "mini")
    secret = (road.assessments / "submitted" / "d-1" / "mini" / "submission_secret.txt").read_text()
    result = read_result(feedback_path(road.exchange, road.id, secret, "mini").read_text())
    assert (result.delegate, result.points, result.pending, result.passed) == ("d-1", 3.5, False, False)
    assert result.questions["describe"].comment == "Name the sea."
    pending = read_result((road.assessments / "feedback" / "d-0" / "mini" / "mini.html").read_text())
    assert (pending.points, pending.pending, pending.passed) == (6.0, True, None)

    nbgrader(road, "export")
    exported = {row["student_id"]: row["score"] for row in csv.DictReader((road.assessments / "grades.csv").read_text().splitlines())}
    assert exported == {"d-0": "6.0", "d-1": "3.5", "d-2": "0.0"}

    nbgrader(road, "autograde", "mini", "--force")
    assert marks(road, "d-1")["describe"] == (None, 3.5, False)


def test_our_feedback_page_is_the_stock_one(road: Course) -> None:
    """Does `course feedback` make, byte for byte, what `nbgrader generate_feedback` makes?"""
    from course.feedback import feedback, page_path

    nbgrader(road, "generate_feedback", "mini", "--force")
    pages = [page_path(road, f"d-{n}", "mini") for n in range(3)]
    stock = [page.read_bytes() for page in pages]
    feedback(road)
    assert [page.read_bytes() for page in pages] == stock


def test_a_secret_leads_to_the_page(road: Course) -> None:
    """Is our name of a released page nbgrader's own?"""
    from nbgrader.utils import notebook_hash

    frozen = hand_in(road, "d-9", RIGHT)
    secret = secret_of(frozen)
    assert feedback_path(road.exchange, road.id, secret, "mini").name == f"{notebook_hash(secret=secret, notebook_id='mini')}.html"
