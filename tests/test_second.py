"""Stage second: a second marker sees nothing of the first, and loses nothing of their own."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from course import blind
from course.blind import Entered, merge
from course.cli import main
from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.grade import grade
from course.nbgrader_setup import configure, gradebook_url, open_gradebook
from course.second import second, second_folder, second_gradebook
from formgrading import Formgrader, formgrader_in
from road import RIGHT, correct_key, hand_in, mark_by_hand, marks, query, rows, stock_autograde
from second_marker import other

CANARIES = ("CANARY-FIRST-DRAFT", "CANARY-FIRST-COMMENT", "CANARY-FAMILY", "canary@example.org")
MARKS = (3.8125, 2.6875, 0.4375, 7.0625)
"""Marks that nobody gives by chance: their eight bytes in a file are a trace."""


@pytest.fixture
def graded(built: Course) -> Course:
    """Five submissions, graded: three with a text, one without, one whose choice cannot be read."""
    given = [RIGHT, {**RIGHT, "describe": "It is short."}, {**RIGHT, "describe": "To the lake."}, {"one-mouth": ["sea"]}, {"one-mouth": "sea"}]
    for number, answers in enumerate(given):
        hand_in(built, f"d-{number}", answers, "2026-01-01T10:00:00Z")
    collect(built)
    grade(built)
    return built


def mark_as_first(course: Course) -> None:
    """Everything that a first marker can enter, with marks and words that are easy to find again."""
    with closing(sqlite3.connect(course.assessments / "gradebook.db", isolation_level=None)) as raw:
        # What an editor of comments leaves behind in pages that are free again.
        raw.execute("pragma secure_delete = off")
        for comment in (CANARIES[0] * 1000, None):
            raw.execute("update comment set manual_comment = ?", (comment,))
    mark_by_hand(course, "d-0", "describe", MARKS[0], CANARIES[1])
    mark_by_hand(course, "d-1", "one-mouth", MARKS[2])
    with open_gradebook(course) as book:
        book.update_or_create_student("d-0", last_name=CANARIES[2], email=CANARIES[3])
        book.find_grade("describe", "mini", "mini", "d-1").extra_credit = MARKS[3]
        book.find_submission_notebook("mini", "mini", "d-2").flagged = True
        book.find_submission_notebook("mini", "mini", "d-0").late_submission_penalty = MARKS[1]
        book.db.commit()


def traces(folder: Path) -> list[tuple[str, str]]:
    """Where anything of the first marker stands, in any byte of any file."""
    marks_ = {str(mark): struct.pack(">d", mark) for mark in MARKS}
    wanted = {**{text: text.encode() for text in CANARIES}, **marks_}
    return [
        (path.name, name)
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for name, pattern in wanted.items()
        if pattern in content
    ]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Blind


def test_nothing_of_the_first_marker_is_in_the_folder(graded: Course) -> None:
    """Is no mark, comment, flag, penalty or name in any byte of any file, made new or brought up to date, free pages included?"""
    mark_as_first(graded)
    assert len({name for _, name in traces(graded.assessments)}) == len(CANARIES) + len(MARKS), "the search finds what is there"
    for _ in range(2):
        second(graded)
        assert traces(second_folder(graded)) == []
        mark_by_hand(graded, "d-2", "describe", MARKS[0], CANARIES[1])
    assert all(score is None and extra is None for _, _, _, _, score, extra, _ in rows(other(graded))["grades"])
    assert all(row[2:] == (0, None) for row in rows(other(graded))["notebooks"])


def test_every_written_answer_waits(graded: Course) -> None:
    """Does everything that only a person can mark wait, marked by the first or not, and nothing else?"""
    mark_as_first(graded)
    result = second(graded)
    assert result.new == ["d-0/mini", "d-1/mini", "d-2/mini", "d-4/mini"] and result.pending_review == 4
    assert not (result.changed or result.unchanged or result.refused)
    for delegate in ("d-0", "d-1", "d-2"):
        assert marks(other(graded), delegate)["describe"] == (None, None, True)
    assert marks(other(graded), "d-1")["one-mouth"] == (2.0, None, False)
    assert marks(other(graded), "d-4")["one-mouth"] == (None, None, True)


def test_only_what_a_person_marks_is_there(graded: Course) -> None:
    """Are delegates without anything to mark left out, and beside each notebook neither secret nor answers?"""
    second(graded)
    home = second_folder(graded)
    assert [row[0] for row in rows(other(graded))["students"]] == ["d-0", "d-1", "d-2", "d-4"]
    assert sorted(files(home)) == [
        *(f"autograded/d-{number}/mini/mini.ipynb" for number in (0, 1, 2, 4)), "gradebook.db", "nbgrader_config.py",
    ]  # fmt: skip
    for number in (0, 1, 2, 4):
        place = Path("autograded") / f"d-{number}" / "mini" / "mini.ipynb"
        assert (home / place).read_bytes() == (graded.assessments / place).read_bytes()


def test_the_first_gradebook_is_only_read(graded: Course) -> None:
    """Is not a byte of the first gradebook changed, whatever the second marker does?"""
    mark_as_first(graded)
    before = (graded.assessments / "gradebook.db").read_bytes(), rows(graded)
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5, "Too short.")
    second(graded)
    assert ((graded.assessments / "gradebook.db").read_bytes(), rows(graded)) == before


# Again


def test_a_second_run_changes_nothing(graded: Course) -> None:
    """Does running it again leave every row and notebook as it was, the second marker's included?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5, "Too short.")
    mark_by_hand(other(graded), "d-1", "one-mouth", 1.0)
    with open_gradebook(other(graded)) as book:
        book.find_submission_notebook("mini", "mini", "d-2").flagged = True
        book.find_grade("describe", "mini", "mini", "d-0").extra_credit = 0.5
        book.db.commit()
    before = rows(other(graded)), files(second_folder(graded) / "autograded")
    mark_as_first(graded)
    result = second(graded)
    assert result.unchanged == ["d-0/mini", "d-1/mini", "d-2/mini", "d-4/mini"] and not (result.new or result.changed)
    assert result.pending_review == 3
    assert (rows(other(graded)), files(second_folder(graded) / "autograded")) == before


def test_new_and_changed_answers_come_up(graded: Course) -> None:
    """Does a new delegate appear, a changed text wait with its old mark in view, and a mark on the same text stand?"""
    second(graded)
    for delegate in ("d-0", "d-1"):
        mark_by_hand(other(graded), delegate, "describe", 1.5, "Too short.")
    hand_in(graded, "d-0", {**RIGHT, "describe": "Quite another text."}, "2026-01-02T10:00:00Z", 2)
    hand_in(graded, "d-1", {"describe": "It is short."}, "2026-01-02T10:00:00Z", 2)
    hand_in(graded, "d-2", {}, "2026-01-02T10:00:00Z", 2)
    hand_in(graded, "d-9", RIGHT, "2026-01-02T10:00:00Z")
    collect(graded)
    grade(graded)
    result = second(graded)
    assert (result.new, result.changed, result.unchanged) == (["d-9/mini"], ["d-0/mini", "d-1/mini"], ["d-4/mini"])
    assert marks(other(graded), "d-0")["describe"] == (None, 1.5, True)
    assert marks(other(graded), "d-1")["describe"] == (None, 1.5, False)
    assert marks(other(graded), "d-9")["describe"] == (None, None, True)
    assert "Quite another text." in (second_folder(graded) / "autograded" / "d-0" / "mini" / "mini.ipynb").read_text()
    assert not (second_folder(graded) / "autograded" / "d-2" / "mini").exists() and marks(other(graded), "d-2") == {}
    second(graded)
    assert marks(other(graded), "d-0")["describe"] == (None, 1.5, True)
    assert query(other(graded), "select count(*) from comment where manual_comment = 'Too short.'") == [(2,)]


def test_a_marked_text_that_was_withdrawn_stays(graded: Course) -> None:
    """When a delegate submits again without the text: does what the second marker entered stay, as in the first gradebook?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5, "Too short.")
    hand_in(graded, "d-0", {}, "2026-01-02T10:00:00Z", 2)
    collect(graded)
    grade(graded)
    assert second(graded).changed == ["d-0/mini"]
    assert marks(other(graded), "d-0")["describe"] == (0.0, 1.5, True)


def test_a_corrected_key_reaches_the_second_marker(graded: Course) -> None:
    """After a corrected key: the new automatic marks, and the second marker's marks as they were?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5)
    correct_key(graded, "value: 12.5", "value: 20")
    grade(graded)
    second(graded)
    assert marks(other(graded), "d-0") == {
        "one-mouth": (2.0, None, False), "two-banks": (3.0, None, False), "length": (0.0, None, False), "describe": (None, 1.5, False),
    }  # fmt: skip


def test_a_gradebook_made_anew_keeps_the_second_markers_work(graded: Course) -> None:
    """When the first gradebook is made again from the submissions: does what was entered find its answers all the same?"""
    from course.build import build

    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5, "Too short.")
    (graded.assessments / "gradebook.db").unlink()
    build(graded)
    grade(graded)
    second(graded)
    assert marks(other(graded), "d-0")["describe"] == (None, 1.5, False)
    assert query(other(graded), "select manual_comment from comment where manual_comment is not null") == [("Too short.",)]


def test_works_after_stock_autograde(built: Course) -> None:
    """Is the folder the same when nbgrader's own command graded?"""
    hand_in(built, "d-0", RIGHT)
    collect(built)
    stock_autograde(built)
    assert second(built).new == ["d-0/mini"]
    assert marks(other(built), "d-0")["describe"] == (None, None, True)


@pytest.mark.parametrize(
    ("auto", "entered", "merged"),
    [
        (None, Entered(), (None, None, True)),
        (2.0, Entered(), (None, None, False)),
        (None, Entered(1.5, 0.5, "x", False, "same"), (1.5, 0.5, False)),
        (None, Entered(1.5, None, None, True, "same"), (1.5, None, True)),
        (None, Entered(1.5, None, None, False, "another"), (1.5, None, True)),
        (2.0, Entered(1.5, None, None, False, "same"), (1.5, None, False)),
    ],
)
def test_a_grade_as_its_marker_has_it(auto: float | None, entered: Entered, merged: tuple[Any, ...]) -> None:
    """Is the rule as its table says?"""
    assert merge(auto, entered, "same") == merged


# Interrupted, in use, refused


@pytest.mark.parametrize("step", ["copy_first", "receipts", "entered", "clean", "leave_out", "write_into"])
@pytest.mark.parametrize("after", [False, True])
def test_interrupted_anywhere_nothing_is_lost(graded: Course, monkeypatch: pytest.MonkeyPatch, step: str, after: bool) -> None:
    """Stopped before or after any step: are the second marker's rows as they were, nothing of the first there, and the next run whole?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5, "Too short.")
    mark_as_first(graded)
    hand_in(graded, "d-9", RIGHT)
    collect(graded)
    grade(graded)
    before = rows(other(graded))
    real = getattr(blind, step)

    def stopped(*arguments: Any) -> None:
        if after:
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(blind, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            second(graded)
    assert rows(other(graded)) == before and traces(second_folder(graded)) == []
    assert second(graded).new == ["d-9/mini"]
    assert marks(other(graded), "d-0")["describe"] == (None, 1.5, False)


def test_interrupted_at_first_there_is_no_half_gradebook(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while the new file is written: is there no gradebook, no trace of the first marker, and the next run whole?"""
    mark_as_first(graded)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", lambda number: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            second(graded)
    assert not second_gradebook(graded).exists() and traces(second_folder(graded)) == []
    assert len(second(graded).new) == 4
    assert not [name for name in files(second_folder(graded)) if ".new" in name]


def test_an_open_formgrader_goes_on(graded: Course) -> None:
    """Is a mark kept that is entered in a formgrader which was open while the folder was brought up to date?"""
    second(graded)
    with Gradebook(f"sqlite:///{second_gradebook(graded)}") as book:
        mark = book.find_grade("describe", "mini", "mini", "d-0")
        second(graded)
        mark.manual_score, mark.needs_manual_grade = 2.5, False
        book.db.commit()
    second(graded)
    assert marks(other(graded), "d-0")["describe"] == (None, 2.5, False)


@pytest.mark.parametrize("whose", ["first", "second"])
def test_a_gradebook_in_use_is_one_clear_line(graded: Course, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    """While somebody writes for long: one line with the file, and every row as it was?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5)
    before = rows(other(graded))
    connect = sqlite3.connect
    monkeypatch.setattr("sqlite3.connect", lambda *arguments, **options: connect(*arguments, **{**options, "timeout": 0.1}))
    path = graded.assessments / "gradebook.db" if whose == "first" else second_gradebook(graded)
    with closing(connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive" if whose == "first" else "begin immediate")
        with pytest.raises(CourseError) as caught:
            second(graded)
        writer.execute("rollback")
    assert str(path) in str(caught.value) and "close what else writes to it" in str(caught.value)
    assert rows(other(graded)) == before


def test_a_damaged_file_is_one_clear_line(graded: Course) -> None:
    """Is a file that is no gradebook named, and left alone?"""
    second(graded)
    second_gradebook(graded).write_bytes(b"no gradebook" * 1000)
    with pytest.raises(CourseError, match=r"second/gradebook\.db: .*not a database"):
        second(graded)
    assert second_gradebook(graded).read_bytes().startswith(b"no gradebook")


def test_marks_of_another_cohort_are_not_thrown_away(graded: Course) -> None:
    """When the gradebook beside it is of another cohort: is the folder refused with who is in it, and left as it is?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5)
    before = files(second_folder(graded))
    with open_gradebook(graded) as book:
        book.remove_student("d-0")
    with pytest.raises(CourseError, match="d-0/mini/describe.*move this folder away"):
        second(graded)
    assert files(second_folder(graded)) == before


def test_a_delegate_taken_out_before_marking_goes(graded: Course) -> None:
    """Is a delegate whom the instructor took out no longer here, when nothing was entered?"""
    second(graded)
    with open_gradebook(graded) as book:
        book.remove_student("d-0")
    assert second(graded).unchanged == ["d-1/mini", "d-2/mini", "d-4/mini"]
    assert not (second_folder(graded) / "autograded" / "d-0" / "mini").exists()


def test_another_database_is_refused(graded: Course) -> None:
    """Is a gradebook that is no SQLite file refused in one line that tells no password?"""
    with (graded.assessments / "nbgrader_config.py").open("a") as config:
        config.write('\nget_config().CourseDirectory.db_url = "postgresql+psycopg://anna:secret@example.org/book"\n')
    with pytest.raises(CourseError, match="example.org/book: .*SQLite") as caught:
        second(graded)
    assert "secret" not in str(caught.value) and not second_folder(graded).exists()


def test_a_gradebook_elsewhere_is_copied(graded: Course, tmp_path: Path) -> None:
    """Is the first gradebook found where the configuration says, and the second one still in its folder?"""
    elsewhere = tmp_path / "odd % name.db"
    shutil.move(graded.assessments / "gradebook.db", elsewhere)
    with (graded.assessments / "nbgrader_config.py").open("a") as config:
        config.write(f'\nget_config().CourseDirectory.db_url = "sqlite:///{elsewhere}"\n')
    assert len(second(graded).new) == 4
    assert gradebook_url(other(graded)) == f"sqlite:///{second_gradebook(graded)}"


@pytest.mark.parametrize("made", ["nothing", "built"])
def test_before_grading_a_line_says_what_to_run(mini_course: Course, built: Course, made: str) -> None:
    """Does it say which command comes first, and make no folder?"""
    course = mini_course if made == "nothing" else built
    with pytest.raises(CourseError, match=r"gradebook\.db: .*course grade"):
        second(course)
    assert not second_folder(course).exists()


def test_a_notebook_that_does_not_fit_is_refused(graded: Course) -> None:
    """Is a notebook that is not the one in the gradebook, or not there, refused by name, not offered, and no mark lost?"""
    second(graded)
    mark_by_hand(other(graded), "d-0", "describe", 1.5)
    autograded = graded.assessments / "autograded"
    shutil.rmtree(autograded / "d-0" / "mini")
    shutil.copytree(autograded / "d-1" / "mini", autograded / "d-0" / "mini")
    shutil.rmtree(autograded / "d-2" / "mini")
    hand_in(graded, "d-1", {"describe": "It is short."}, "2026-01-02T10:00:00Z", 2)
    collect(graded)
    shutil.copytree(autograded / "d-1" / "mini", graded.root / "older")
    grade(graded)
    shutil.rmtree(autograded / "d-0" / "mini")
    shutil.rmtree(autograded / "d-1" / "mini")
    shutil.move(graded.root / "older", autograded / "d-1" / "mini")
    result = second(graded)
    assert [refusal.where for refusal in result.refused] == ["d-0/mini", "d-1/mini"]
    assert all("run `course grade`" in refusal.reason for refusal in result.refused)
    assert "differ" in result.refused[1].reason
    assert marks(other(graded), "d-0")["describe"] == (None, 1.5, False)
    assert not (second_folder(graded) / "autograded" / "d-0" / "mini").exists()
    grade(graded)
    shutil.rmtree(autograded / "d-1" / "mini")
    grade(graded)
    assert second(graded).refused == []
    assert (second_folder(graded) / "autograded" / "d-0" / "mini" / "mini.ipynb").is_file()


def test_the_command_says_what_it_did(graded: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Does `course second` count, exit 0, and exit 1 with a line for each submission that it could not bring?"""
    monkeypatch.chdir(graded.root)
    assert main(["second"]) == 0
    assert capsys.readouterr().out == "4 new, 0 changed, 0 unchanged, 0 refused, 4 pending review\n"
    shutil.rmtree(graded.assessments / "autograded" / "d-0" / "mini")
    assert main(["second", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["refused"][0]["where"] == "d-0/mini"
    assert main(["second"]) == 1
    assert capsys.readouterr().err == "refused: d-0/mini: autograded has no mini.ipynb: run `course grade`, and this again\n"


# nbgrader in both folders


def test_each_folder_is_its_own_course_directory(graded: Course) -> None:
    """Does the one configuration give each folder its own gradebook, and the second none of the course's exchange?"""
    second(graded)
    first, blind_ = (configure(Config(), folder) for folder in (graded.assessments, second_folder(graded)))
    assert first.CourseDirectory.root == str(graded.assessments) and "db_url" not in first.CourseDirectory
    assert first.Exchange.root == str(graded.exchange)
    assert blind_.CourseDirectory.root == str(second_folder(graded))
    assert blind_.CourseDirectory.db_url == f"sqlite:///{second_gradebook(graded)}"
    assert blind_.Exchange.root == str(second_folder(graded) / "exchange") and not Path(blind_.Exchange.root).exists()


def test_a_configuration_elsewhere_still_means_the_course(graded: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a configuration outside `assessments/`, in Jupyter's own folder say, still lead to the course's?"""
    monkeypatch.setenv("COURSE_ROOT", str(graded.root))
    for folder in (tmp_path, graded.root, None):
        assert configure(Config(), folder).CourseDirectory.root == str(graded.assessments)


@pytest.fixture(scope="module")
def road(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose first marker is done, and the second one's folder."""
    course = Course(shutil.copytree(built_once, tmp_path_factory.mktemp("second") / "course"), {})
    for number, text in enumerate(["To the sea.", "It is <b>short</b>.", ""]):
        hand_in(course, f"d-{number}", {**RIGHT, "describe": text} if text else {})
    collect(course)
    grade(course)
    mark_as_first(course)
    second(course)
    return course


@pytest.fixture(scope="module")
def formgrader(road: Course) -> Iterator[Formgrader]:
    """A Jupyter server started in `assessments/second/`."""
    with formgrader_in(second_folder(road)) as asked:
        yield asked


def test_the_second_marker_marks_in_formgrader(road: Course, formgrader: Formgrader) -> None:
    """Can a second marker find, read, mark and comment an answer in stock formgrader, and see nothing of the first?"""
    first = rows(road)
    (assignment,) = formgrader.ask("api/assignments")
    assert assignment["name"] == "mini"
    formgrader.ask("manage_assignments")
    assert {entry["student"] for entry in formgrader.ask("api/submissions/mini")} == {"d-0", "d-1"}
    notebooks = {entry["student"]: entry for entry in formgrader.ask("api/submitted_notebooks/mini/mini")}
    assert set(notebooks) == {"d-0", "d-1"} and all(entry["needs_manual_grade"] for entry in notebooks.values())
    assert not any(entry["flagged"] for entry in notebooks.values())

    name = notebooks["d-0"]["id"]
    page = formgrader.ask(f"submissions/{name}/")
    for words in ("Describe Alpha", "RUBRIC-SEA", "To the sea."):
        assert words in page, words
    (comment,) = formgrader.ask(f"api/comments?submission_id={name}")
    grades = {entry["name"]: entry for entry in formgrader.ask(f"api/grades?submission_id={name}")}
    assert comment["manual_comment"] is None and grades["describe"]["manual_score"] is None
    assert not any(canary in page for canary in CANARIES)

    answer = formgrader.ask(f"api/grade/{grades['describe']['id']}", {"manual_score": 1.5, "extra_credit": None})
    assert (answer["manual_score"], answer["needs_manual_grade"]) == (1.5, False)
    formgrader.ask(f"api/comment/{comment['id']}", {"manual_comment": "Name the sea."})
    second(road)
    # The server that was open meanwhile writes into the same file.
    formgrader.ask(f"api/grade/{grades['describe']['id']}", {"manual_score": 2.0, "extra_credit": None})
    assert marks(other(road), "d-0")["describe"] == (None, 2.0, False)
    assert query(other(road), "select manual_comment from comment where manual_comment is not null") == [("Name the sea.",)]
    assert rows(road) == first


@pytest.mark.parametrize(
    "command",
    [
        "autograde --force", "collect --update", "generate_assignment --force", "release_assignment --force",
        "generate_feedback --force", "release_feedback",
    ],  # fmt: skip
)
def test_a_stock_command_there_by_mistake_does_no_harm(road: Course, command: str) -> None:
    """Does no stock command typed in the second marker's folder change a row of either gradebook, or the exchange?"""
    before = rows(road), rows(other(road)), files(road.exchange), files(second_folder(road) / "autograded")
    name, *options = command.split()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", name, "mini", *options], cwd=second_folder(road), capture_output=True, text=True, timeout=300, check=False
    )
    assert (rows(road), rows(other(road)), files(road.exchange), files(second_folder(road) / "autograded")) == before, done.stderr
    assert not (second_folder(road) / "submitted").exists() and not files(second_folder(road) / "exchange")
