"""Submit: frozen first, handed over second, whole or not at all, and in nobody else's name."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course.content import Course
from course.errors import AnswerError, SaveError
from course.notebooks import assessment_notebook
from course.store import MemoryStore, fold
from course.submission import read_submission, submission
from course.submit import DeliveryError, deliver, submit, unfinished

ANSWERS = {"one-mouth": ["sea"], "two-banks": ["west", "east"], "length": "12,5", "describe": "A river.\n\n$x$ <b>تحويلات</b> 🌍"}


@pytest.fixture
def released(mini_course: Course) -> Course:
    """The tiny course with its release notebook and an exchange, as `course build` leaves them."""
    notebook = assessment_notebook(mini_course.bank("mini"))
    (mini_course.release / "mini").mkdir(parents=True)
    nbformat.write(notebook, mini_course.release / "mini" / "mini.ipynb")
    inbound(mini_course).mkdir(parents=True)
    return mini_course


def inbound(course: Course) -> Path:
    return course.exchange / course.id / "inbound"


def entries(course: Course) -> list[Path]:
    return sorted(inbound(course).iterdir())


def store_with(answers: dict[str, Any] = ANSWERS) -> MemoryStore:
    store = MemoryStore()
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T14:00:00Z", "question": q, "answer": a} for q, a in answers.items()])
    return store


def test_a_submission_lies_in_the_exchange_as_nbgrader_has_it(released: Course) -> None:
    """Are the folder's name, its four files and their content what stock `nbgrader collect` takes?"""
    attempt = submit(released, store_with(), "d-1", "mini")
    (folder,) = entries(released)
    assert re.fullmatch(r"d-1\+mini\+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC\+[0-9a-f]{12}", folder.name)
    assert sorted(path.name for path in folder.iterdir()) == ["answers.json", "mini.ipynb", "submission_secret.txt", "timestamp.txt"]
    assert folder.name.split("+")[2] == (folder / "timestamp.txt").read_text()
    assert (folder / "submission_secret.txt").read_text() == attempt.secret
    frozen = read_submission((folder / "answers.json").read_bytes())
    assert frozen.as_dict() == attempt.submission
    assert (frozen.attempt, frozen.answers) == (1, {**ANSWERS, "two-banks": ["east", "west"]})


def test_the_notebook_is_pristine_but_for_the_written_answer(released: Course) -> None:
    """Does the submitted notebook differ from the release in the answer cell and nowhere else?"""
    submit(released, store_with(), "d-1", "mini")
    before = nbformat.read(released.release / "mini" / "mini.ipynb", as_version=4)
    after = nbformat.read(entries(released)[0] / "mini.ipynb", as_version=4)
    changed = [b.metadata.nbgrader.grade_id for a, b in zip(before.cells, after.cells, strict=True) if a != b]
    assert changed == ["describe"]
    assert next(cell.source for cell in after.cells if cell.id == "describe") == ANSWERS["describe"]


def test_a_second_submission_is_a_second_attempt(released: Course) -> None:
    """Do both attempts stay, in the journal and in the exchange?"""
    store = store_with()
    assert [submit(released, store, "d-1", "mini").submission["attempt"] for _ in range(2)] == [1, 2]
    assert len(entries(released)) == 2
    assert [attempt.delivered for attempt in fold(store.events("d-1", "mini")).attempts] == [True, True]


def test_delivering_twice_leaves_one(released: Course) -> None:
    """Does delivering the same attempt again change nothing in the exchange?"""
    store = store_with()
    attempt = submit(released, store, "d-1", "mini")
    inode = entries(released)[0].stat().st_ino
    deliver(released, store, "d-1", "mini", attempt)
    assert [path.stat().st_ino for path in entries(released)] == [inode]


def test_a_crash_between_store_and_exchange_loses_nothing(released: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """When everything stops after freezing: is the attempt known as not handed over, and the same one delivered later?"""
    store = store_with()

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("course.submit.os.rename", crash)
        with pytest.raises(Crash):
            submit(released, store, "d-1", "mini")
    assert entries(released) == []
    (waiting,) = fold(store.events("d-1", "mini")).attempts
    assert not waiting.delivered
    deliver(released, store, "d-1", "mini", waiting)
    assert read_submission((entries(released)[0] / "answers.json").read_bytes()).receipt == waiting.submission["receipt"]
    assert fold(store.events("d-1", "mini")).attempts[0].delivered


def test_an_attempt_that_was_not_handed_over_is_finished_first(released: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a Submit that ended in between: is it that attempt that is owed, unless the answers changed since?"""
    store = store_with()
    assert unfinished(released, store, "d-1", "mini") is None
    with monkeypatch.context() as patch, pytest.raises(DeliveryError):
        patch.setattr("course.submit.deposit", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        submit(released, store, "d-1", "mini")
    waiting = unfinished(released, store, "d-1", "mini")
    assert waiting is not None and waiting.submission["attempt"] == 1
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T15:00:00Z", "question": "length", "answer": "13"}])
    assert unfinished(released, store, "d-1", "mini") is None
    deliver(released, store, "d-1", "mini", waiting)
    assert unfinished(released, store, "d-1", "mini") is None


def test_without_an_exchange_the_attempt_waits(mini_course: Course) -> None:
    """On Binder, where nobody collects: is the attempt frozen and said to be undelivered, with no error?"""
    store = store_with()
    attempt = submit(mini_course, store, "d-1", "mini")
    assert not attempt.delivered
    assert not fold(store.events("d-1", "mini")).attempts[0].delivered
    assert not mini_course.exchange.exists()


@pytest.mark.parametrize("step", ["mkdir", "write_text", "rename"])
def test_a_full_disk_in_the_exchange_is_told(step: str, released: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the delegate learn that answers are kept, is no half folder left, and does Submit work afterwards?"""
    store = store_with()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(*((os, "rename") if step == "rename" else (Path, step)), full)
        with pytest.raises(DeliveryError, match=r"answers are kept.*no space left on device.*Press Submit again"):
            submit(released, store, "d-1", "mini")
    assert entries(released) == []
    (waiting,) = fold(store.events("d-1", "mini")).attempts
    assert deliver(released, store, "d-1", "mini", waiting).delivered
    assert len(entries(released)) == 1


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("not a notebook")])
def test_a_damaged_release_is_told(damage: Any, released: Course) -> None:
    """When the operator's release notebook is missing or broken: a delivery error, and answers kept?"""
    damage(released.release / "mini" / "mini.ipynb")
    store = store_with()
    with pytest.raises(DeliveryError, match="answers are kept"):
        submit(released, store, "d-1", "mini")
    assert entries(released) == []
    assert len(fold(store.events("d-1", "mini")).attempts) == 1


def test_a_store_that_fails_freezes_nothing(released: Course) -> None:
    """Is nothing handed over that the delegate's own store does not know?"""

    class Broken(MemoryStore):
        def append(self, *_: object) -> None:
            raise SaveError("full")

    with pytest.raises(SaveError):
        submit(released, Broken(), "d-1", "mini")
    assert entries(released) == []


def test_an_answer_that_no_longer_fits_is_asked_for(released: Course) -> None:
    """After a lecturer changed an option: is the delegate told which question to answer again, and nothing frozen?"""
    store = store_with({"one-mouth": ["ocean"], "length": "12.5"})
    with pytest.raises(AnswerError, match="answer these questions again: one-mouth"):
        submit(released, store, "d-1", "mini")
    assert fold(store.events("d-1", "mini")).attempts == []


def test_an_answer_to_a_question_that_is_gone_does_not_hold_anybody_up(released: Course) -> None:
    """After a lecturer removed a question: can those who had answered it still submit the rest?"""
    attempt = submit(released, store_with({"removed": ["x"], "length": "12.5"}), "d-1", "mini")
    assert attempt.submission["answers"] == {"length": "12.5"}


def test_no_answers_at_all_can_be_submitted(released: Course) -> None:
    """Is an empty submission a submission?"""
    assert submit(released, MemoryStore(), "d-1", "mini").submission["answers"] == {}
    assert len(entries(released)) == 1


@pytest.mark.parametrize("change", [{"delegate": "d-victim"}, {"course": "other-course"}, {"assessment": "other"}])
def test_nobody_hands_in_under_anothers_name(change: dict[str, str], released: Course) -> None:
    """When a passport brings somebody else's attempt: does delivering it freeze the answers anew, under one's own id?"""
    store = store_with()
    names = {"course": released.id, "assessment": "mini", "delegate": "d-1", **change}
    foreign = submission(**names, attempt=1, answers={"length": "0"}, at="2026-01-31T14:00:00Z")
    store.append("d-1", "mini", [{"kind": "submit", "at": foreign.submitted_at, "submission": foreign.model_dump(), "secret": "0" * 64}])
    (waiting,) = fold(store.events("d-1", "mini")).attempts
    deliver(released, store, "d-1", "mini", waiting)
    (folder,) = entries(released)
    found = read_submission((folder / "answers.json").read_bytes())
    assert (found.course, found.assessment, found.delegate, found.attempt) == (released.id, "mini", "d-1", 1 if "delegate" in change else 2)


def test_drafts_are_hidden_from_collect(released: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a submission is being written: does its name begin with a dot, so that nobody collects half of it?"""
    seen: list[str] = []
    monkeypatch.setattr("course.submit.write_submission", lambda draft, *_: seen.append(draft.name))
    submit(released, store_with(), "d-1", "mini")
    assert seen and seen[0].startswith(".d-1+mini+")
