"""Stage build: from questions to nbgrader's assignment."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course.bank import Bank
from course.build import build
from course.content import Course
from course.errors import CourseError
from course.nbgrader_setup import ensure_tools
from course.notebooks import assessment_notebook
from road import RIGHT, correct_key, hand_in, query

WORDS_OF_THE_KEY = ("FEEDBACK-", "EXPLANATION-", "RUBRIC-", "12.5", "correct", "Atlas")


def release(course: Course) -> Path:
    return course.release / "mini" / "mini.ipynb"


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_release_has_one_cell_a_question(built: Course) -> None:
    """Does each question get its locked grade cell, and a written one a form and an answer cell?"""
    notebook = nbformat.read(release(built), as_version=4)
    nbformat.validate(notebook)
    found = {
        cell.metadata.nbgrader.grade_id: (cell.cell_type, *(cell.metadata.nbgrader[k] for k in ("grade", "solution", "locked")))
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    assert found == {
        "_start": ("code", False, False, True),
        "one-mouth": ("code", True, False, True),
        "two-banks": ("code", True, False, True),
        "length": ("code", True, False, True),
        "describe_ask": ("code", False, False, True),
        "describe": ("markdown", True, True, False),
        "_submit": ("code", False, False, True),
    }
    points = {cell.id: cell.metadata.nbgrader.points for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")}
    assert points == {"one-mouth": 2, "two-banks": 3, "length": 1, "describe": 4}
    sources = {cell.id: cell.source for cell in notebook.cells}
    assert sources["_start"] == 'from course import Module\n\nmodule = Module("mini")'
    assert sources["one-mouth"] == 'module.question("one-mouth")'
    assert "placed here when you submit" in sources["describe"]
    assert sources["_submit"] == "module.submit()"


def test_release_and_exchange_hold_no_key(built: Course) -> None:
    """Is there nothing of key, explanation, feedback or source in what delegates can fetch?"""
    delegates = every_file(built.release) | every_file(built.exchange)
    assert set(delegates) == {"mini/mini.ipynb", "mini-course/outbound/mini/mini.ipynb"}
    for name, content in delegates.items():
        for word in WORDS_OF_THE_KEY:
            assert word.encode() not in content, f"{word} in {name}"


def test_release_has_no_metadata_of_ours(built: Course) -> None:
    """Does the release carry only nbgrader's and Jupyter's own metadata?"""
    notebook = json.loads(release(built).read_text())
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert {key for cell in notebook["cells"] for key in cell["metadata"]} <= {"nbgrader", "deletable", "editable"}


def test_source_lies_alone(built: Course) -> None:
    """Is a stray file beside the source notebook taken away before nbgrader can release it?"""
    (built.assessments / "source" / "mini" / "notes.txt").write_text("the key is sea")
    assert build(built).built == ["mini"]
    assert set(every_file(built.release)) == {"mini/mini.ipynb"}


def test_building_again_changes_nothing(built: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a second build a no-op that does not even need nbgrader, and a rebuild the same bytes?"""
    before = every_file(built.root)
    monkeypatch.setitem(sys.modules, "course.nbgrader_setup", None)
    assert build(built).unchanged == ["mini"]
    monkeypatch.undo()
    assert every_file(built.root) == before
    first = release(built).read_bytes()
    for folder in ("source", "release"):
        shutil.rmtree(built.assessments / folder)
    assert build(built).built == ["mini"]
    assert release(built).read_bytes() == first


def test_a_corrected_key_needs_no_build(built: Course) -> None:
    """Does correcting a key, a feedback or a prompt leave the release alone, submissions or not?"""
    correct_key(built, "value: 12.5", "value: 13")
    assert build(built).unchanged == ["mini"]


def test_a_new_question_is_built(built: Course) -> None:
    """Is a changed bank built anew while nobody has submitted?"""
    correct_key(built, "id: length", "id: width")
    assert build(built).built == ["mini"]
    assert {row[0] for row in query(built, "select name from base_cell")} >= {"width"}
    assert "length" not in {row[0] for row in query(built, "select name from base_cell")}


def test_questions_stay_once_somebody_submitted(built: Course) -> None:
    """Is adding or removing a question refused with one clear line, and nothing changed?"""
    from course.collect import collect
    from course.grade import grade

    hand_in(built, "d-1", RIGHT)
    collect(built)
    grade(built)
    before = every_file(built.assessments / "release"), query(built, "select * from grade")
    correct_key(built, "id: length", "id: width")
    with pytest.raises(CourseError) as raised:
        build(built)
    message = str(raised.value)
    assert "mini.yml" in message and "`length` was removed" in message and "`width` was added" in message and "\n" not in message
    assert before == (every_file(built.assessments / "release"), query(built, "select * from grade"))


def test_points_may_change_after_submissions(built: Course) -> None:
    """Do corrected points reach the gradebook through a build, submissions or not?"""
    from course.collect import collect
    from course.grade import grade

    hand_in(built, "d-1", RIGHT)
    collect(built)
    grade(built)
    correct_key(built, "points: 2", "points: 5")
    with pytest.raises(CourseError, match="run `course build`"):
        grade(built)
    build(built)
    grade(built)
    assert query(built, "select auto_score from grade g join base_cell c on c.id = g.cell_id where c.name = 'one-mouth'") == [(5.0,)]


def test_exchange_lets_delegates_put_but_not_list(built: Course) -> None:
    """Has the exchange the permissions that nbgrader's own release gives it?"""
    home = built.exchange / "mini-course"
    assert stat.S_IMODE((home / "inbound").stat().st_mode) & 0o777 == 0o733
    assert stat.S_IMODE((home / "outbound").stat().st_mode) & 0o777 == 0o755


def test_another_course_in_the_gradebook_is_refused(built: Course) -> None:
    """Is a gradebook that belongs to another course left alone?"""
    path = built.modules / "course.yml"
    path.write_text(path.read_text().replace("id: mini-course", "id: other-course"))
    with pytest.raises(CourseError, match="belongs to another course, mini-course"):
        build(Course(built.root, {}))


def test_a_broken_gradebook_is_said(built: Course) -> None:
    """Does a file that is no gradebook stop the build with file and advice?"""
    (built.assessments / "gradebook.db").write_bytes(b"no database" * 1000)
    with pytest.raises(CourseError, match="gradebook.db: cannot be read as a gradebook"):
        build(built)


def test_an_unwritable_exchange_is_said(mini_course: Course, tmp_path: Path) -> None:
    """Is an exchange that cannot be made one clear line?"""
    (tmp_path / "file").write_text("in the way")
    course = Course(mini_course.root, {"COURSE_EXCHANGE": str(tmp_path / "file")})
    with pytest.raises(CourseError, match="exchange"):
        build(course)


def test_a_broken_configuration_is_said(mini_course: Course) -> None:
    """Is a mistake in an instructor's nbgrader_config.py one clear line with the file?"""
    with (mini_course.assessments / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Exchange.root = nowhere\n")
    with pytest.raises(CourseError, match=r"nbgrader_config.py: cannot be used \(NameError"):
        build(mini_course)


def test_alembic_is_found_beside_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the build work with the environment's commands off the PATH, and say so where they are missing?"""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    ensure_tools()
    assert shutil.which("alembic") and os.environ["PATH"].startswith(os.path.dirname(sys.executable))
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(CourseError, match="alembic"):
        ensure_tools()


def test_a_first_build_with_a_bare_path(mini_course: Course) -> None:
    """Does a gradebook made by a process with a bare PATH have its version, so that it can be upgraded later?"""
    script = (
        "import sys; from pathlib import Path; from course.content import Course; from course.build import build; "
        "build(Course(Path(sys.argv[1]), {}))"
    )
    subprocess.run([sys.executable, "-c", script, str(mini_course.root)], env={**os.environ, "PATH": "/usr/bin:/bin"}, check=True)
    assert len(query(mini_course, "select version_num from alembic_version")) == 1


def test_notebook_ids_fit_the_format(mini_course: Course) -> None:
    """Is the longest question id still a valid cell id with what is added to it?"""
    bank = mini_course.bank("mini")
    longest = "x" * 60
    questions = [question.model_copy(update={"id": longest}) if question.id == "describe" else question for question in bank.questions]
    nbformat.validate(assessment_notebook(Bank(format=1, id="mini", title="Rivers", questions=questions)))
