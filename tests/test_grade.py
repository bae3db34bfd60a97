"""Stage grade: the fast road and nbgrader's own give the same rows, and nothing is guessed."""

from __future__ import annotations

import math
import random
import shutil
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.utils import determine_grade

from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.grade import grade
from course.kinds import Mark
from course.nbgrader_setup import open_gradebook
from course.questions import score
from course.scoring import for_marker, graded_notebook, needs_person, plain_points, points_output, score_submission
from course.submission import submission
from road import RIGHT, correct_key, hand_in, mark_by_hand, marks, query, rows, stock_autograde


def graded(course: Course, delegate: str, answers: dict[str, Any]) -> dict[str, tuple[float | None, float | None, bool]]:
    hand_in(course, delegate, answers)
    collect(course)
    grade(course)
    return marks(course, delegate)


# What is emitted for nbgrader


class _NumpyFloat(float):
    """Prints as numpy's float64 does."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)!r})"


def _cell(text: str) -> Any:
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("execute_result", {"text/plain": text})])
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": 2, "grade_id": "q"}
    return cell


@pytest.mark.parametrize("value", [False, True, None, _NumpyFloat(0.25), Fraction(1, 4), -1, math.nan])
def test_nbgrader_takes_odd_outputs_for_full_marks(value: object) -> None:
    """Is the trap still there: does nbgrader give full credit for what is not a plain number?"""
    assert determine_grade(_cell(repr(value))) == (2, 2)


@pytest.mark.parametrize(
    ("value", "emitted"),
    [
        (0, "0.0"),
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (2, "2.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (_NumpyFloat(0.25), "0.25"),
        (Fraction(1, 4), "0.25"),
        (-1, "0.0"),
        (7, "2.0"),
    ],
)
def test_emits_a_plain_number_between_nothing_and_all(value: Any, emitted: str) -> None:
    """Is what we emit always a plain float, clamped, that nbgrader reads as just that?"""
    output = points_output(value, 2)
    assert output["data"]["text/plain"] == emitted
    assert determine_grade(_cell(emitted)) == (float(emitted), 2)


@pytest.mark.parametrize("value", [False, True, None, math.nan, math.inf, "2", "nan"])
def test_never_emits_what_nbgrader_would_misread(value: Any) -> None:
    """Is everything else an error, never full marks?"""
    if value == "2":
        assert plain_points(value, 2) == 2
        return
    with pytest.raises((ValueError, TypeError)):
        points_output(value, 2)


def test_every_score_reaches_nbgrader_exactly(built: Course) -> None:
    """Does nbgrader read back from the graded notebook exactly the points that were scored, for many answers?"""
    bank = built.bank("mini")
    pristine = nbformat.read(built.release / "mini" / "mini.ipynb", as_version=4)
    for answers in _random_answers(40, seed=1):
        frozen = submission(built.id, "mini", "d-1", 1, answers, "2026-01-01T00:00:00Z")
        scored = score_submission(bank, frozen)
        notebook = nbformat.from_dict(graded_notebook(pristine, frozen, scored))
        nbformat.validate(notebook)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                mark = scored.marks[cell.id]
                points, _ = determine_grade(cell)
                if mark.points is not None:
                    assert points == mark.points
                elif cell.cell_type == "markdown":
                    assert points is None
            if cell.cell_type == "code" and cell.outputs:
                assert all(output.output_type in ("execute_result", "display_data") for output in cell.outputs)
                assert sum(output.output_type == "execute_result" for output in cell.outputs[1:]) == 0


# What lands in the gradebook


def test_right_answers_get_full_marks_and_the_text_waits(built: Course) -> None:
    """Do right answers earn all points, and does a written one wait for a person, neither zero nor full?"""
    assert graded(built, "d-1", RIGHT) == {
        "one-mouth": (2.0, None, False),
        "two-banks": (3.0, None, False),
        "length": (1.0, None, False),
        "describe": (None, None, True),
    }


def test_no_answers_at_all(built: Course) -> None:
    """Does an empty submission earn nothing, everywhere, with nobody left to mark it?"""
    assert graded(built, "d-1", {}) == {name: (0.0, None, False) for name in RIGHT}


def test_partial_credit(built: Course) -> None:
    """Is part of a question with several right options worth part of its points?"""
    assert graded(built, "d-1", {"two-banks": ["east"]})["two-banks"] == (1.5, None, False)


@pytest.mark.parametrize("answer", ["east", ["nowhere"], {"east": True}, [], 7, ["east", 1], True, None])
def test_an_answer_of_the_wrong_shape_is_for_a_person(built: Course, answer: Any) -> None:
    """Is an answer that cannot be read brought to a person, never scored as nothing or as all; and null as no answer?"""
    found = graded(built, "d-1", {"one-mouth": answer, "length": "12.5"})
    assert found["one-mouth"] == ((0.0, None, False) if answer is None else (None, None, True))
    assert found["length"] == (1.0, None, False)


def test_oversized_text_is_for_a_person(built: Course) -> None:
    """Is a text beyond all measure shown to a person in part, with the rest graded?"""
    assert graded(built, "d-1", {"describe": "x" * 30_000, "length": "12.5"})["describe"] == (None, None, True)
    notebook = nbformat.read(built.assessments / "autograded" / "d-1" / "mini" / "mini.ipynb", as_version=4)
    assert any("cannot be read" in str(cell.get("outputs", "")) for cell in notebook.cells)


def test_unknown_ids_are_noted(built: Course) -> None:
    """Is an answer to a question that is not there told to the instructor and otherwise ignored?"""
    hand_in(built, "d-1", {**RIGHT, "no-such-question": "x"})
    collect(built)
    result = grade(built)
    assert result.graded == ["d-1/mini"]
    assert [str(note) for note in result.notes] == ["d-1/mini: unknown question 'no-such-question'"]


def _random_answers(count: int, seed: int) -> list[dict[str, Any]]:
    """Answers right, wrong, missing, and of every wrong shape."""
    chance = random.Random(seed)
    odd = [None, [], {}, "", "x", ["x"], 0, 1.5, True, ["sea", "sea"], "12,500", "1e3", "nan", "<b>&$", "a" * 25_000]
    choices = {
        "one-mouth": [["sea"], ["lake"], ["desert"], ["sea", "lake"]],
        "two-banks": [["east"], ["west", "east"], ["hill"], ["east", "west", "hill"], ["east", "hill"]],
        "length": ["12.5", "13", "13.01", "12,1", "-3", " 12 "],
        "describe": ["To the sea.", "A $river$ <script>alert(1)</script>", "line\n\nline", "one", "*The text*"],
        "unknown": ["x"],
    }
    return [
        {name: chance.choice(odd if chance.random() < 0.2 else given) for name, given in choices.items() if chance.random() < 0.8}
        for _ in range(count)
    ]


def _both(course: Course, other: Course, **options: Any) -> None:
    """Grade one copy on the fast road and the other with nbgrader, and compare every row."""
    grade(course, again=options.get("force", False))
    stock_autograde(other, **options)
    fast, stock = rows(course), rows(other)
    assert fast.keys() == stock.keys()
    for table in fast:
        assert fast[table] == stock[table], table


def _files(course: Course) -> dict[str, Any]:
    """What lies in `autograded/`: notebooks as nbformat reads them, everything else byte for byte."""
    home = course.assessments / "autograded"
    return {
        str(path.relative_to(home)): nbformat.read(path, as_version=4) if path.suffix == ".ipynb" else path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
    }


def test_both_roads_write_the_same_rows(built: Course, tmp_path: Path) -> None:
    """Over odd and ordinary answers: same rows and same notebooks after grading, marking by hand, new attempts, a
    corrected key, and grading everything again?"""
    answers = _random_answers(24, seed=2)
    for number, given in enumerate(answers):
        hand_in(built, f"d-{number:02d}", given, "2026-01-01T10:00:00Z")
    collect(built)
    shutil.copytree(built.root, tmp_path / "stock")
    other = Course(tmp_path / "stock", {})
    _both(built, other)
    assert _files(built) == _files(other)
    assert len(rows(built)["grades"]) == 24 * 4

    for course in (built, other):
        for number in range(0, 24, 2):
            mark_by_hand(course, f"d-{number:02d}", "describe", 2.5, "Well said.")
        mark_by_hand(course, "d-01", "one-mouth", 1.0)
        for number in (0, 1, 3):
            changed = {**answers[number], "describe": "Another text for the sea.", "length": "12.5"}
            hand_in(course, f"d-{number:02d}", changed, "2026-01-02T10:00:00Z", 2)
        collect(course)
    _both(built, other)

    for course in (built, other):
        correct_key(course, "value: 12.5", "value: 13.5")
    _both(built, other, force=True)
    _both(built, other, force=True)
    assert _files(built) == _files(other)


def test_late_penalties_and_extensions_agree(built: Course, tmp_path: Path) -> None:
    """Do both roads take the same off for being late, as an instructor's line in nbgrader_config.py says?"""
    with (built.assessments / "nbgrader_config.py").open("a") as config:
        config.write('\nc = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    for number, time in enumerate(["09:59:59", "10:00:00", "10:00:01", "11:30:00"]):
        hand_in(built, f"d-{number}", RIGHT, f"2026-01-01T{time}Z")
    with open_gradebook(built) as book:
        book.update_or_create_assignment("mini", duedate="2026-01-01 10:00:00 UTC")
        book.add_student("d-3")
        book.add_submission("mini", "d-3").extension = timedelta(hours=2)
        book.db.commit()
    collect(built)
    shutil.copytree(built.root, tmp_path / "stock")
    _both(built, Course(tmp_path / "stock", {}))
    assert [row[3] for row in rows(built)["notebooks"]] == [None, None, 6.0, None]


def test_grading_again_changes_nothing(built: Course) -> None:
    """Is a second run a no-op, also after a person has marked?"""
    graded(built, "d-1", RIGHT)
    mark_by_hand(built, "d-1", "describe", 3.5, "Good.")
    before = rows(built), _files(built)
    result = grade(built)
    assert (result.graded, result.unchanged, result.pending_review) == ([], ["d-1/mini"], 0)
    assert (rows(built), _files(built)) == before


def test_a_corrected_key_moves_marks_and_keeps_what_people_did(built: Course) -> None:
    """After a corrected key: new automatic marks, the same manual marks and comments, and nobody has to mark again?"""
    graded(built, "d-1", RIGHT)
    mark_by_hand(built, "d-1", "describe", 3.5, "Good.")
    correct_key(built, "value: 12.5", "value: 20")
    assert grade(built).graded == ["d-1/mini"]
    assert marks(built, "d-1")["length"] == (0.0, None, False)
    assert marks(built, "d-1")["describe"] == (None, 3.5, False)
    assert query(built, "select manual_comment from comment") == [("Good.",)]


def test_a_new_text_is_marked_anew_and_an_old_one_is_not(built: Course) -> None:
    """After a second submission: does a changed text come up for marking again, and an unchanged one keep its mark?"""
    for delegate in ("d-1", "d-2"):
        hand_in(built, delegate, RIGHT, "2026-01-01T10:00:00Z")
    collect(built)
    grade(built)
    for delegate in ("d-1", "d-2"):
        mark_by_hand(built, delegate, "describe", 3.5)
    hand_in(built, "d-1", {**RIGHT, "describe": "Quite another text."}, "2026-01-02T10:00:00Z", 2)
    hand_in(built, "d-2", {**RIGHT, "length": "1"}, "2026-01-02T10:00:00Z", 2)
    collect(built)
    grade(built)
    assert marks(built, "d-1")["describe"] == (None, 3.5, True)
    assert marks(built, "d-2")["describe"] == (None, 3.5, False)
    assert marks(built, "d-2")["length"] == (0.0, None, False)
    grade(built, again=True)
    assert marks(built, "d-1")["describe"] == (None, 3.5, True)


@pytest.mark.parametrize(
    ("auto", "manual", "was_waiting", "same", "waits"),
    [
        (1.0, None, True, False, False),
        (None, None, False, True, True),
        (None, 2.0, False, True, False),
        (None, 2.0, True, True, True),
        (None, 2.0, False, False, True),
        (1.0, 2.0, False, False, True),
        (0.0, 2.0, False, True, False),
    ],
)
def test_who_still_has_to_mark(auto: float | None, manual: float | None, was_waiting: bool, same: bool, waits: bool) -> None:
    """Is the rule as its table says?"""
    assert needs_person(auto, manual, was_waiting, same) is waits


# What goes wrong


def test_one_bad_submission_stops_nobody(built: Course) -> None:
    """Is a damaged, moved or foreign answers.json refused with delegate and assessment, and everybody else graded?"""
    for number in range(6):
        hand_in(built, f"d-{number}", RIGHT)
    collect(built)
    home = built.assessments / "submitted"
    (home / "d-1" / "mini" / "answers.json").write_text("{")
    (home / "d-2" / "mini" / "answers.json").unlink()
    shutil.copy(home / "d-0" / "mini" / "answers.json", home / "d-3" / "mini" / "answers.json")
    text = (home / "d-4" / "mini" / "answers.json").read_text()
    (home / "d-4" / "mini" / "answers.json").write_text(text.replace('"sea"', '"lake"'))
    (home / "odd+name" / "mini").mkdir(parents=True)
    result = grade(built)
    assert result.graded == ["d-0/mini", "d-5/mini"]
    assert [refusal.where for refusal in result.refused] == ["d-1/mini", "d-2/mini", "d-3/mini", "d-4/mini", "odd+name/mini"]
    reasons = [refusal.reason for refusal in result.refused]
    for reason, words in zip(reasons, ["damaged", "there is no", "belongs to 'd-0'", "changed after", "no delegate's id"], strict=True):
        assert words in reason
    assert {row[0] for row in rows(built)["grades"]} == {"d-0", "d-5"}


def test_stock_autograde_refuses_the_same(built: Course) -> None:
    """Does nbgrader's own command also leave a damaged submission ungraded, and grade the rest?"""
    from nbgrader.converters.base import NbGraderException

    for number in range(3):
        hand_in(built, f"d-{number}", RIGHT)
    collect(built)
    (built.assessments / "submitted" / "d-1" / "mini" / "answers.json").write_text("{")
    with pytest.raises(NbGraderException):
        stock_autograde(built)
    assert marks(built, "d-0") == marks(built, "d-2")
    assert marks(built, "d-0")["one-mouth"] == (2.0, None, False)
    assert all(auto is None for auto, _, _ in marks(built, "d-1").values())
    assert not (built.assessments / "autograded" / "d-1" / "mini").exists()


def test_stock_autograde_never_reads_the_delegates_notebook(built: Course) -> None:
    """Do cells that a delegate took out, changed, doubled or filled with outputs change nothing?"""
    hand_in(built, "d-1", {"one-mouth": ["lake"]})
    collect(built)
    path = built.assessments / "submitted" / "d-1" / "mini" / "mini.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == "one-mouth")
    cell.source = "2.0"
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2.0"})]
    cell.metadata.nbgrader["points"] = 1000
    notebook.cells = [cell]
    nbformat.write(notebook, path)
    stock_autograde(built)
    assert marks(built, "d-1") == {name: (0.0, None, False) for name in RIGHT}


def test_a_database_that_fails_keeps_nothing_of_a_batch(built: Course) -> None:
    """Is a locked gradebook one clear line, and grading again as if nothing had happened?"""
    import sqlite3

    hand_in(built, "d-1", RIGHT)
    collect(built)
    grade(built)
    hand_in(built, "d-2", RIGHT)
    collect(built)
    lock = sqlite3.connect(built.assessments / "gradebook.db")
    lock.execute("begin exclusive")
    try:
        with pytest.raises(CourseError, match="gradebook"):
            grade(built)
    finally:
        lock.close()
    assert {row[0] for row in rows(built)["grades"]} == {"d-1"}
    assert grade(built).graded == ["d-2/mini"]


def test_says_to_build_first(mini_course: Course) -> None:
    """Is grading before building one clear line?"""
    with pytest.raises(CourseError, match="run `course build`"):
        grade(mini_course)


def test_questions_that_changed_since_the_build_stop_grading(built: Course) -> None:
    """Is a bank that no longer fits the release refused before any mark is written?"""
    hand_in(built, "d-1", RIGHT)
    collect(built)
    correct_key(built, "id: length", "id: width")
    with pytest.raises(CourseError, match="length, width.*course build"):
        grade(built)
    assert rows_of_grades(built) == []


def rows_of_grades(course: Course) -> list[Any]:
    return query(course, "select * from grade")


def test_keys_can_lie_elsewhere(built: Course, tmp_path: Path) -> None:
    """Are the keys read from COURSE_QUESTIONS where an instructor keeps them private?"""
    hand_in(built, "d-1", RIGHT)
    collect(built)
    private = tmp_path / "private"
    shutil.move(built.questions, private)
    moved = Course(built.root, {"COURSE_QUESTIONS": str(private)})
    assert grade(moved).graded == ["d-1/mini"]


# What a marker sees


def test_a_marker_sees_question_answer_and_key(built: Course) -> None:
    """Does the graded notebook show the prompt, the answer in words, the key and the rubric?"""
    graded(built, "d-1", {**RIGHT, "one-mouth": ["lake"]})
    notebook = nbformat.read(built.assessments / "autograded" / "d-1" / "mini" / "mini.ipynb", as_version=4)
    shown = {cell.id: "".join(output.data.get("text/html", "") for output in cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}
    for words in ("made-up river", "Answer: A lake", "Right answer: The sea", "EXPLANATION-MOUTH"):
        assert words in shown["one-mouth"]
    for words in ("Describe Alpha", "RUBRIC-SEA", "6 words"):
        assert words in shown["describe_ask"]


def test_a_marker_sees_an_answer_that_could_not_be_read(built: Course) -> None:
    """Is it shown as it came, with why and what to do, before the folded explanation?"""
    graded(built, "d-1", {"one-mouth": ["<nowhere>"]})
    notebook = nbformat.read(built.assessments / "autograded" / "d-1" / "mini" / "mini.ipynb", as_version=4)
    (shown,) = ["".join(output.data["text/html"] for output in cell.outputs) for cell in notebook.cells if cell.id == "one-mouth"]
    parts = ("Answer: an answer that cannot be read: [&quot;&lt;nowhere&gt;&quot;]", "Note: ", "enter a mark", "<details")
    assert sorted(parts, key=shown.index) == list(parts)


def test_a_marker_sees_each_line_of_an_answer(gallery: Course) -> None:
    """Do pairs stand one below the other, and only the question proper stand out from its scene?"""
    bank = gallery.bank("gallery")
    pairs, towns = bank.question("pairs"), bank.question("several-options")
    answer = pairs.samples().right[0]
    shown = for_marker(pairs, answer, score(pairs, answer))
    assert "Answer: <br>Eastbank – The harbour with the *old* crane<br>Westbank – The mill<br>" in shown
    asked = '<p>The two banks of Alpha are settled.</p><p style="font-weight: bold">Which of these towns lie on them?</p>'
    assert for_marker(towns, None, score(towns, None)).startswith(asked)


def test_a_delegates_text_stays_text(built: Course) -> None:
    """Can a written answer run nothing in the marker's browser, load nothing, and start no formula?"""
    from nbconvert.filters import markdown2html

    text = 'US$ 5 and US$ 6\n\n<img src=x onerror=alert(1)> **not bold** [x](javascript:alert(1)) ![](http://example.org/p.png)\n\\(x\\) `code`'
    graded(built, "d-1", {"describe": text})
    notebook = nbformat.read(built.assessments / "autograded" / "d-1" / "mini" / "mini.ipynb", as_version=4)
    source = next(cell.source for cell in notebook.cells if cell.id == "describe")
    html = markdown2html(source)
    for active in ("<img", "<a ", "<strong", "<code", "<script"):
        assert active not in html
    assert "US<span>$</span> 5" in html and "**not bold**" in html


def test_a_mark_that_does_not_fit_is_an_error() -> None:
    """Can no mark lie outside its range?"""
    with pytest.raises(ValueError, match="does not lie between"):
        Mark(3.0, 2.0)
