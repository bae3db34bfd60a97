"""Stage collect: data in, from the exchange or from files; everything odd is refused with a reason, alone."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course.build import build
from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.passport import write_passport
from course.store import MemoryStore
from course.submission import LARGEST, now, submission
from course.submit import submit
from road import RIGHT, hand_in, inbound


def submitted(course: Course, delegate: str) -> Path:
    return course.assessments / "submitted" / delegate / "mini"


def answers_of(course: Course, delegate: str) -> dict[str, Any]:
    return json.loads((submitted(course, delegate) / "answers.json").read_text())


def test_collects_what_was_submitted(built: Course) -> None:
    """Does a submission arrive as its four files, the written answer in its own cell of a pristine notebook?"""
    frozen = hand_in(built, "d-1", RIGHT)
    assert collect(built).collected == ["d-1/mini"]
    folder = submitted(built, "d-1")
    assert {path.name for path in folder.iterdir()} == {"mini.ipynb", "answers.json", "timestamp.txt", "submission_secret.txt"}
    assert answers_of(built, "d-1")["receipt"] == frozen.receipt
    cells = {cell.id: cell for cell in nbformat.read(folder / "mini.ipynb", as_version=4).cells}
    pristine = {cell.id: cell for cell in nbformat.read(built.release / "mini" / "mini.ipynb", as_version=4).cells}
    assert cells["describe"].source == RIGHT["describe"]
    assert {k: v for k, v in cells.items() if k != "describe"} == {k: v for k, v in pristine.items() if k != "describe"}


def test_same_as_stock_collect(built: Course, tmp_path: Path) -> None:
    """Does our collect leave exactly the files that `nbgrader collect --update` leaves?"""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeCollect

    from course.nbgrader_setup import config_for

    first = hand_in(built, "d-1", {"one-mouth": ["lake"]}, "2026-01-01T10:00:00Z")
    hand_in(built, "d-1", RIGHT, "2026-01-02T10:00:00Z", 2, [first])
    hand_in(built, "d-2", {})
    collect(built)
    ours = {path.relative_to(built.root): path.read_bytes() for path in (built.assessments / "submitted").rglob("*") if path.is_file()}
    shutil.rmtree(built.assessments / "submitted")
    config = config_for(built)
    ExchangeCollect(coursedir=CourseDirectory(config=config, assignment_id="mini"), config=config, update=True).start()
    stock = {path.relative_to(built.root): path.read_bytes() for path in (built.assessments / "submitted").rglob("*") if path.is_file()}
    assert ours == stock and len(ours) == 9


def test_the_newest_attempt_counts(built: Course) -> None:
    """Is a second submission collected over the first, also within one second, and never the other way?"""
    hand_in(built, "d-1", {"length": "1"}, "2026-01-01T10:00:00Z", 1)
    assert collect(built).collected == ["d-1/mini"]
    assert collect(built).skipped == ["d-1/mini"]
    hand_in(built, "d-1", {"length": "2"}, "2026-01-01T10:00:00Z", 2)
    assert collect(built).collected == ["d-1/mini"]
    hand_in(built, "d-1", {"length": "0"}, "2025-01-01T10:00:00Z", 1)
    assert collect(built).skipped == ["d-1/mini"]
    assert answers_of(built, "d-1")["answers"] == {"length": "2"}


def test_the_delegates_notebook_is_never_used(built: Course) -> None:
    """Is a notebook that a delegate changed, or added files to, left in the exchange?"""
    hand_in(built, "d-1", RIGHT)
    folder = inbound(built, "d-1")
    (folder / "mini.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, "evil": 1}')
    (folder / "evil.py").write_text("raise SystemExit")
    collect(built)
    assert not (submitted(built, "d-1") / "evil.py").exists()
    assert "evil" not in (submitted(built, "d-1") / "mini.ipynb").read_text()


def _truncate(folder: Path) -> None:
    path = folder / "answers.json"
    path.write_bytes(path.read_bytes()[:-20])


def _edit(folder: Path) -> None:
    path = folder / "answers.json"
    path.write_text(path.read_text().replace('"sea"', '"lake"'))


def _other(**changes: Any) -> Any:
    def change(folder: Path) -> None:
        content = json.loads((folder / "answers.json").read_text())
        content |= changes
        frozen = submission(content["course"], content["assessment"], content["delegate"], 1, content["answers"], content["submitted_at"])
        (folder / "answers.json").write_text(frozen.to_json())

    return change


def _link(folder: Path) -> None:
    secret = folder.parent.parent.parent / "secret.json"
    shutil.move(folder / "answers.json", secret)
    (folder / "answers.json").symlink_to(secret)


def _pipe(folder: Path) -> None:
    (folder / "answers.json").unlink()
    os.mkfifo(folder / "answers.json")


def _nested(folder: Path) -> None:
    (folder / "answers.json").write_text("[" * 100_000)


BROKEN = {
    "a folder": (lambda folder: [(folder / "answers.json").unlink(), (folder / "answers.json").mkdir()], "not an ordinary file"),
    "more when written": (_other(answers={"length": [[]] * 400_000}), "more than any real submission"),
    "no answers.json": (lambda folder: (folder / "answers.json").unlink(), "there is no answers.json"),
    "cut off": (_truncate, "damaged"),
    "empty": (lambda folder: (folder / "answers.json").write_bytes(b""), "damaged"),
    "not text": (lambda folder: (folder / "answers.json").write_bytes(b"\xff\xfe\x00"), "damaged"),
    "nested": (_nested, "damaged"),
    "a list": (lambda folder: (folder / "answers.json").write_text("[]"), "not a submission"),
    "edited by hand": (_edit, "changed after it was submitted"),
    "newer format": (lambda folder: (folder / "answers.json").write_text('{"format": 2}'), "update the course"),
    "somebody else's": (_other(delegate="d-2"), "belongs to 'd-2'"),
    "another course": (_other(course="other-course"), "another course"),
    "another assessment": (_other(assessment="other"), "not 'mini'"),
    "another time": (_other(submitted_at="2030-01-01T00:00:00Z"), "its folder's name says"),
    "too large": (lambda folder: (folder / "answers.json").write_bytes(b" " * (LARGEST + 1)), "more than any real submission"),
    "a link": (_link, "cannot be read"),
    "a pipe": (_pipe, "not an ordinary file"),
    "no secret": (lambda folder: (folder / "submission_secret.txt").unlink(), "no submission_secret.txt"),
    "odd secret": (lambda folder: (folder / "submission_secret.txt").write_text("../../x"), "does not hold a secret"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_submission_stops_nobody(built: Course, name: str) -> None:
    """Is each kind of damage refused with its reason, while the others are collected?"""
    breaking, reason = BROKEN[name]
    hand_in(built, "d-0", RIGHT)
    hand_in(built, "d-1", RIGHT)
    hand_in(built, "d-3", RIGHT)
    breaking(inbound(built, "d-1"))
    result = collect(built)
    assert result.collected == ["d-0/mini", "d-3/mini"]
    (refusal,) = result.refused
    assert reason in refusal.reason and refusal.where.startswith("d-1+mini+") and "\n" not in str(refusal)
    assert not submitted(built, "d-1").exists()


def test_an_older_sound_attempt_is_taken_where_the_newest_is_broken(built: Course) -> None:
    """Does a delegate whose newest submission is damaged keep the one before it, and does the instructor hear of it?"""
    hand_in(built, "d-1", RIGHT, "2026-01-01T10:00:00Z")
    _truncate(inbound(built, "d-1"))
    hand_in(built, "d-1", {}, "2025-12-31T10:00:00Z")
    result = collect(built)
    assert result.collected == ["d-1/mini"] and len(result.refused) == 1
    assert answers_of(built, "d-1")["submitted_at"] == "2025-12-31T10:00:00Z"


def test_folders_that_are_no_submissions_are_told(built: Course) -> None:
    """Are unknown assessments and odd names in the exchange left alone and told, and drafts left alone?"""
    home = built.exchange / "mini-course" / "inbound"
    when = "2026-01-01 10:00:00.000000 UTC"
    for name in (f".d-1+mini+{when}+x.draft", "readme", f"d-1+other+{when}+x", "d+mini+soon+x", f"d 1+mini+{when}+x"):
        (home / name).mkdir()
    first = collect(built)
    assert [refusal.reason.split(":")[0] for refusal in first.refused] == [
        "its name does not begin with a delegate's id",
        "its name does not say when it was submitted",
        "it answers 'other', which this course does not have",
        "it is not a submission's folder",
    ]
    assert collect(built) == first
    assert not (built.assessments / "submitted").exists()


def _passport(course: Course, delegate: str, course_id: str = "mini-course", attempts: int = 1) -> str:
    store = MemoryStore()
    alone = Course(course.root, {"COURSE_EXCHANGE": str(course.root / "no-exchange")})
    for attempt in range(attempts):
        store.append(delegate, "mini", [{"kind": "answer", "at": now(), "question": "length", "answer": f"{attempt + 1}"}])
        submit(alone, store, delegate, "mini")
    return write_passport(course_id, delegate, {"mini": store.events(delegate, "mini")})


def test_collects_passports_and_answers_from_files(built: Course, tmp_path: Path) -> None:
    """Can an instructor collect a folder of passports and answers.json files that delegates sent by mail?"""
    mail = tmp_path / "mail"
    mail.mkdir()
    (mail / "passport-1.json").write_text(_passport(built, "d-1", attempts=2))
    (mail / "answers.json").write_text(submission("mini-course", "mini", "d-2", 1, RIGHT, now()).to_json())
    (mail / "notes.txt").write_text("not for us")
    assert collect(built, [mail]).collected == ["d-1/mini", "d-2/mini"]
    assert answers_of(built, "d-1")["answers"] == {"length": "2"}
    assert collect(built, [mail]).skipped == ["d-1/mini", "d-2/mini"]


def test_odd_files_are_refused_one_by_one(built: Course, tmp_path: Path) -> None:
    """Is every file that is no submission of this course refused with its name, and the good one taken?"""
    files = {
        "cut.json": _passport(built, "d-1")[:-30],
        "edited.json": _passport(built, "d-1").replace('"1"', '"9"'),
        "other-course.json": submission("other-course", "mini", "d-1", 1, {}, now()).to_json(),
        "other-module.json": submission("mini-course", "other", "d-1", 1, {}, now()).to_json(),
        "shopping.json": '{"milk": 1}',
        "good.json": submission("mini-course", "mini", "d-9", 1, RIGHT, now()).to_json(),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "nothing").mkdir()
    result = collect(built, [*(tmp_path / name for name in files), tmp_path / "missing.json", tmp_path / "nothing"])
    assert result.collected == ["d-9/mini"]
    assert sorted(Path(refusal.where).name for refusal in result.refused) == sorted([*(set(files) - {"good.json"}), "missing.json", "nothing"])


def test_a_disk_that_fails_leaves_what_was_there(built: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a full disk stop collecting with one clear line, and keep the submission collected before?"""
    import course.collect as stage

    hand_in(built, "d-1", {"length": "1"}, "2026-01-01T10:00:00Z")
    collect(built)
    hand_in(built, "d-1", {"length": "2"}, "2026-01-02T10:00:00Z", 2)

    def full(folder: Path, *rest: Any) -> None:
        (folder / "answers.json").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stage, "write_submission", full)
    with pytest.raises(CourseError, match="no space left on device"):
        collect(built)
    assert answers_of(built, "d-1")["answers"] == {"length": "1"}
    assert [path.name for path in submitted(built, "d-1").parent.iterdir()] == ["mini"]


def test_says_what_is_missing(mini_course: Course, tmp_path: Path) -> None:
    """Is collecting before building, or from an exchange that is not there, one clear line?"""
    with pytest.raises(CourseError, match="run `course build`"):
        collect(mini_course)
    build(mini_course)
    with pytest.raises(CourseError, match="the exchange cannot be read"):
        collect(Course(mini_course.root, {"COURSE_EXCHANGE": str(tmp_path / "nowhere")}))
