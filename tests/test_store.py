"""The store: what was acknowledged is there, whatever happens to the disk, the process or the other window."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.errors import SaveError
from course.store import FolderStore, MemoryStore, fold
from course.submission import submission


def answer(question: str, value: Any, second: int = 0) -> dict[str, Any]:
    return {"kind": "answer", "at": f"2026-01-31T14:00:{second:02}Z", "question": question, "answer": value}


def submit(attempt: int, second: int, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    at = f"2026-01-31T14:00:{second:02}Z"
    frozen = submission("mini-course", "mini", "d-1", attempt, answers or {}, at)
    return {"kind": "submit", "at": at, "submission": frozen.model_dump(), "secret": "0" * 64}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "answers")


def journal(store: FolderStore) -> Path:
    return store.home / "d-1" / "mini.jsonl"


@pytest.mark.parametrize("make", [MemoryStore, lambda: None])
def test_events_come_back_in_order(make: Any, store: FolderStore) -> None:
    """Do both stores give back what was kept, in order, each delegate and module apart, and nobody's to change?"""
    kept = make() or store
    kept.append("d-1", "mini", [answer("a", ["x"]), answer("b", "línea\nكتابة 🌍")])
    kept.append("d-1", "mini", [answer("a", ["y"])])
    kept.append("d-2", "mini", [answer("a", ["z"])])
    found = kept.events("d-1", "mini")
    assert [event["answer"] for event in found] == [["x"], "línea\nكتابة 🌍", ["y"]]
    assert isinstance(found, tuple)
    kept.append("d-1", "mini", [answer("a", ["w"])])
    assert len(kept.events("d-1", "mini")) == len(found) + 1 == 4
    assert len(kept.events("d-1", "other")) == 0 == len(kept.events("d-3", "mini"))


def test_a_journal_is_read_again_when_it_has_grown(store: FolderStore) -> None:
    """Is a journal read once, and again as soon as anybody, another process too, has added to it?"""
    store.append("d-1", "mini", [answer("a", ["x"])])
    found = store.events("d-1", "mini")
    assert store.events("d-1", "mini") is found
    FolderStore(store.home).append("d-1", "mini", [answer("a", ["y"])])
    assert [event["answer"] for event in store.events("d-1", "mini")] == [["x"], ["y"]]
    assert [event["answer"] for event in store.events("d-2", "mini")] == []
    journal(store).unlink()
    assert len(store.events("d-1", "mini")) == 0


def test_a_line_is_forced_to_the_disk_before_it_is_acknowledged(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does append return only after fsync of the file, and of the folder where the file is new?"""
    synced: list[bool] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(os.path.isdir(f"/proc/self/fd/{descriptor}")), real(descriptor))[1])
    store.append("d-1", "mini", [answer("a", 1)])
    assert synced == [False, True]
    store.append("d-1", "mini", [answer("a", 2)])
    assert synced == [False, True, False]


def test_answers_are_nobody_elses_to_read(store: FolderStore) -> None:
    """Are journal and folder the owner's alone?"""
    store.append("d-1", "mini", [answer("a", 1)])
    assert journal(store).stat().st_mode & 0o777 == 0o600
    assert journal(store).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("torn", [b'{"kind":"answer","at":"20', b"\xff\xfe", b"\x00" * 100, b"[" * 100_000, b'{"kind":5}', b"null", b"7"])
def test_a_torn_line_costs_only_itself(torn: bytes, store: FolderStore) -> None:
    """After a crash in the middle of a line: is every other event read, and does the next save work?"""
    store.append("d-1", "mini", [answer("a", 1)])
    with journal(store).open("ab") as file:
        file.write(torn)
    assert [event["answer"] for event in store.events("d-1", "mini")] == [1]
    store.append("d-1", "mini", [answer("a", 2), answer("a", 3)])
    assert [event["answer"] for event in store.events("d-1", "mini")] == [1, 2, 3]


@pytest.mark.parametrize(("call", "number", "words"), [
    ("open", errno.EROFS, "read-only file system"),
    ("open", errno.EACCES, "permission denied"),
    ("write", errno.ENOSPC, "no space left on device"),
    ("write", errno.EDQUOT, "disk quota exceeded"),
    ("fsync", errno.EIO, "input/output error"),
])  # fmt: skip
def test_a_failed_save_is_said_and_loses_nothing(call: str, number: int, words: str, store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full or read-only disk: words for the delegate, and everything saved before still there?"""
    store.append("d-1", "mini", [answer("a", 1)])
    real = getattr(os, call)

    def fail(target: Any, *rest: Any, **options: Any) -> Any:
        # The lock and Python's own files go on working; only the journal's disk is broken.
        if call == "open" and not str(target).endswith(".jsonl"):
            return real(target, *rest, **options)
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(SaveError, match=rf"could not be saved \({words}\).*try again"):
            store.append("d-1", "mini", [answer("a", 2)])
        assert store.events("d-1", "mini")[0]["answer"] == 1
    store.append("d-1", "mini", [answer("a", 3)])
    assert [e["answer"] for e in store.events("d-1", "mini")] in ([1, 3], [1, 2, 3])


def test_a_disk_that_fills_up_mid_line(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When half a line is written and then the disk is full: no false save, and the next one begins on a new line?"""
    store.append("d-1", "mini", [answer("a", 1)])
    real, calls = os.write, []

    def half(descriptor: int, data: Any) -> int:
        if len(data) < 40:
            return real(descriptor, data)
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", half)
        with pytest.raises(SaveError, match="no space left"):
            store.append("d-1", "mini", [answer("a", "x" * 200)])
    assert calls
    assert [event["answer"] for event in store.events("d-1", "mini")] == [1]
    store.append("d-1", "mini", [answer("a", 2)])
    assert [event["answer"] for event in store.events("d-1", "mini")] == [1, 2]


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    """Does a store whose folder cannot be made say so instead of falling over, when saving and when reading?"""
    (tmp_path / "answers").write_text("not a folder")
    store = FolderStore(tmp_path / "answers")
    with pytest.raises(SaveError, match="could not be saved"):
        store.append("d-1", "mini", [answer("a", 1)])
    with pytest.raises(SaveError, match="earlier answers cannot be read.*Tell your instructor"):
        store.events("d-1", "mini")


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["course.store"])


def _write_many(home: Path, who: int, count: int) -> None:
    store = FolderStore(home)
    for i in range(count):
        store.append("d-1", "mini", [answer(f"q-{who}", i), answer(f"q-{who}", -i)])


def test_two_windows_at_once_lose_nothing(store: FolderStore) -> None:
    """When several processes save at the same time: is every event there, whole, and in each writer's order?"""
    writers = [_CONTEXT.Process(target=_write_many, args=(store.home, who, 40)) for who in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = store.events("d-1", "mini")
    for who in range(3):
        assert [e["answer"] for e in found if e["question"] == f"q-{who}"] == [n for i in range(40) for n in (i, -i)]
    assert len(journal(store).read_bytes().splitlines()) == 240


def _write_for_ever(home: Path, number: int, acknowledged: Any) -> None:
    store = FolderStore(home)
    while True:
        store.append("d-1", "mini", [{**answer("q", number), "pad": "x" * 3000}])
        acknowledged.send(number)
        number += 1


def test_killed_writers_lose_nothing_acknowledged(store: FolderStore) -> None:
    """After kill -9 in the middle of saving, 30 times over: is every acknowledged event there, once?"""
    acknowledged: list[int] = []
    for number in range(30):
        listening, speaking = _CONTEXT.Pipe(duplex=False)
        writer = _CONTEXT.Process(target=_write_for_ever, args=(store.home, number * 1_000_000, speaking))
        writer.start()
        speaking.close()
        acknowledged += [listening.recv() for _ in range(1 + number % 4)]
        writer.kill()
        writer.join()
        with listening, contextlib.suppress(EOFError, OSError):
            while True:
                acknowledged.append(listening.recv())
    found = [event["answer"] for event in store.events("d-1", "mini")]
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))


def test_the_latest_answer_wins() -> None:
    """Does the record hold the newest answer to each question by time, whatever the order in the journal?"""
    record = fold([answer("a", "new", 9), answer("a", "old", 3), answer("b", 1, 1), answer("b", 2, 1), {**answer("a", "tried"), "kind": "practice"}])
    assert record.answers == {"a": "new", "b": 2}
    assert record.saved_at == {"a": "2026-01-31T14:00:09Z", "b": "2026-01-31T14:00:01Z"}
    assert record.practice == {"a": "tried"}


def test_every_attempt_is_kept() -> None:
    """Do attempts stay, in order of time, each knowing whether it was handed over?"""
    first, second = submit(1, 5), submit(2, 30)
    delivered = {"kind": "delivered", "at": "2026-01-31T14:00:31Z", "receipt": second["submission"]["receipt"]}
    record = fold([second, delivered, first])
    assert [(a.submission["attempt"], a.delivered, a.secret) for a in record.attempts] == [(1, False, "0" * 64), (2, True, "0" * 64)]


DAMAGED: list[dict[str, Any]] = [
    {"kind": "answer"},
    {"kind": "answer", "at": "2026", "question": "a"},
    {"kind": "answer", "question": "a", "answer": "no time"},
    {"kind": "answer", "at": "2026", "question": ["a"], "answer": 1},
    {"kind": "answer", "at": 5, "question": "a", "answer": 1},
    {"kind": "practice"},
    {"kind": "practice", "at": "2026", "question": {}, "answer": 1},
    {"kind": "submit", "at": "2026"},
    {"kind": "submit", "at": "2026", "submission": "x", "secret": "0"},
    {"kind": "submit", "at": "2026", "submission": {}, "secret": "0"},
    {**submit(1, 1), "secret": 5},
    {**submit(1, 1), "submission": {**submit(1, 1)["submission"], "answers": None}},
    {"kind": "delivered", "at": "2026"},
    {"kind": "delivered", "at": "2026", "receipt": []},
    {"kind": "from-a-later-version", "at": "2026", "what": "ever"},
]


@pytest.mark.parametrize("damaged", DAMAGED, ids=json.dumps)
def test_a_damaged_event_costs_only_itself(damaged: dict[str, Any], store: FolderStore) -> None:
    """Does one bad line, by a hand or a disk, leave the others as they are?"""
    good = [answer("a", "kept", 3), submit(1, 4)]
    store.append("d-1", "mini", [damaged, *good, damaged])
    assert fold(store.events("d-1", "mini")) == fold(good)


_VALUES = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.dictionaries(st.text(max_size=2), st.none(), max_size=1)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["answer", "practice", "submit", "delivered", "?"])},
            optional={key: _VALUES for key in ("at", "question", "answer", "submission", "secret", "receipt")},
        ),
        max_size=6,
    )
)
def test_no_journal_stops_the_reading(events: list[dict[str, Any]]) -> None:
    """Whatever the events look like: is a record made of them?"""
    record = fold(events)
    assert all(isinstance(question, str) for question in (*record.answers, *record.practice))
