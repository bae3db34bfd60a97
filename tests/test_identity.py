"""Who is answering: the server says so, or it is the one learner of this folder."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from course.identity import VARIABLE, delegate_id, new_delegate_id
from course.submission import DELEGATE


def test_the_servers_header_wins(tmp_path: Path) -> None:
    """Does the header go before the variable, the variable before the folder, and is no id made then?"""
    env = {VARIABLE: "d-header", "COURSE_DELEGATE": "d-variable"}
    assert delegate_id(env, tmp_path / "a") == "d-header"
    assert delegate_id({"COURSE_DELEGATE": "d-variable"}, tmp_path / "a") == "d-variable"
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("bad", ["a+b", "../x", "a/b", "-a", ".a", "a b", "a\n", "é", "a" * 65, "*", "a@b.org"])
def test_ids_that_trip_others_are_refused(bad: str, tmp_path: Path) -> None:
    """Is an id refused that nbgrader's exchange or a file system would trip over, wherever it comes from?"""
    for name in (VARIABLE, "COURSE_DELEGATE"):
        with pytest.raises(ValueError, match="only letters, digits"):
            delegate_id({name: bad}, tmp_path)
    (tmp_path / "learner").write_text(bad + " x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="delete it, and a new one is made"):
        delegate_id({}, tmp_path)


def test_the_learner_of_a_folder_keeps_the_id(tmp_path: Path) -> None:
    """Is an id made once, kept for later sessions, and another one in another folder?"""
    first = delegate_id({}, tmp_path / "one" / "deep")
    assert DELEGATE.fullmatch(first)
    assert delegate_id({}, tmp_path / "one" / "deep") == first
    assert delegate_id({VARIABLE: "", "COURSE_DELEGATE": ""}, tmp_path / "one" / "deep") == first
    assert delegate_id({}, tmp_path / "two") != first
    assert (tmp_path / "one" / "deep" / "learner").stat().st_mode & 0o777 == 0o600
    assert len({new_delegate_id() for _ in range(100)}) == 100


def test_a_folder_that_cannot_be_written_serves_for_the_session(tmp_path: Path) -> None:
    """Without a place to keep it: is there still an id, so that the page works (saving will say what is wrong)?"""
    (tmp_path / "file").write_text("")
    assert DELEGATE.fullmatch(delegate_id({}, tmp_path / "file" / "answers"))
    assert DELEGATE.fullmatch(delegate_id({}, tmp_path / "file"))


def test_an_id_is_read_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the known learner recognized on a disk that has become read-only?"""
    first = delegate_id({}, tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr("course.identity.FileLock", refuse)
    assert delegate_id({}, tmp_path) == first


def _ask(home: Path, answer: object) -> None:
    answer.put(delegate_id({}, home))  # type: ignore[attr-defined]


def test_pages_that_open_at_once_agree(tmp_path: Path) -> None:
    """When several kernels start at the same moment in a new folder: do all of them see one learner?"""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["course.identity"])
    answers = context.SimpleQueue()
    kernels = [context.Process(target=_ask, args=(tmp_path / "new", answers)) for _ in range(6)]
    for kernel in kernels:
        kernel.start()
    found = {answers.get() for _ in kernels}
    for kernel in kernels:
        kernel.join()
    assert len(found) == 1
