"""The passport: everything a delegate did in one file; loading one adds what is new and never takes anything away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.passport import LARGEST, PassportError, merge, passport_submissions, read_passport, write_passport
from course.store import MemoryStore, fold
from course.submission import SubmissionError, submission

COURSE = "mini-course"


def answer(value: Any, at: str = "2026-01-31T14:00:00Z", kind: str = "answer", question: str = "one-mouth") -> dict[str, Any]:
    return {"kind": kind, "at": at, "question": question, "answer": value}


def submit(delegate: str = "d-1", at: str = "2026-01-31T15:00:00Z", answers: dict[str, Any] | None = None) -> dict[str, Any]:
    frozen = submission(COURSE, "mini", delegate, 1, answers or {"one-mouth": ["sea"]}, at)
    return {"kind": "submit", "at": at, "submission": frozen.model_dump(), "secret": "ab" * 32}


EVENTS = [
    answer(["sea"]),
    answer("Ein Fluß 🌍\n\nzweite Zeile", kind="practice", question="downhill"),
    submit(),
    {"kind": "delivered", "at": "2026-01-31T15:00:01Z", "receipt": submit()["submission"]["receipt"]},
]


def packed(journals: Any = None, **changes: Any) -> bytes:
    """A passport whose checksum fits, whatever was changed in it."""
    from course.passport import _checksum

    content = json.loads(write_passport(COURSE, "d-1", {"mini": EVENTS}))
    content |= ({} if journals is None else {"modules": journals}) | changes
    del content["checksum"]
    return json.dumps({**content, "checksum": _checksum(content)}).encode()


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_there_and_back() -> None:
    """Is what is loaded exactly what was downloaded, and a second loading nothing new?"""
    data = write_passport(COURSE, "d-1", {"mini": EVENTS}).encode()
    journals = read_passport(data, COURSE)
    assert journals == {"mini": EVENTS}
    store = MemoryStore()
    assert [merge(store, "d-2", journals), merge(store, "d-2", journals)] == [4, 0]
    carried, original = fold(store.events("d-2", "mini")), fold(EVENTS)
    assert [(one.imported, one.submission, one.delivered) for one in carried.attempts] == [(True, one.submission, True) for one in original.attempts]
    assert (carried.answers, carried.practice, carried.saved_at) == (original.answers, original.practice, original.saved_at)
    assert read_passport(write_passport(COURSE, "d-2", {"mini": store.events("d-2", "mini")}).encode(), COURSE) == journals


def test_a_passport_stays_small() -> None:
    """After hundreds of saves of a long text: is only the newest carried, every attempt with it, and the passport one that loads?"""
    saves = [answer("ж" * 9000 + str(n), at=f"2026-01-31T14:{n // 60:02d}:{n % 60:02d}Z", question="describe") for n in range(400)]
    text = write_passport(COURSE, "d-1", {"mini": [*saves, *EVENTS, {"kind": "again", "at": "2026-01-31T16:00:00Z"}]})
    assert len(text.encode()) < 100_000
    found = fold(read_passport(text.encode(), COURSE)["mini"])
    assert found.answers["describe"].endswith("399")
    assert len(found.attempts) == 1


def test_older_answers_do_not_override_newer_ones() -> None:
    """When an old passport is loaded late: does the newer answer stay, and does every event come along?"""
    store = MemoryStore()
    store.append("d-1", "mini", [answer(["lake"], "2026-02-01T00:00:00Z")])
    assert merge(store, "d-1", {"mini": [*EVENTS, answer(["desert"], "2026-03-01T00:00:00Z", question="two")]}) == 5
    record = fold(store.events("d-1", "mini"))
    assert record.answers == {"one-mouth": ["lake"], "two": ["desert"]}
    assert len(record.attempts) == 1 and record.attempts[0].delivered


REFUSED = {
    "another course": (packed(course="other-course"), "belongs to another course, “other-course”"),
    "a newer format": (packed(format=2), "newer version of the course"),
    "no format at all": (b'{"modules": {}}', "not a passport"),
    "format nought": (packed(format=0), "not a passport"),
    "format in words": (packed(format="two"), "not a passport"),
    "changed by hand": (packed().replace(b'["sea"]', b'["bay"]'), "changed or damaged after it was downloaded"),
    "no checksum": (json.dumps({k: v for k, v in json.loads(packed()).items() if k != "checksum"}).encode(), "changed or damaged"),
    "cut off": (packed()[:-40], "damaged"),
    "empty": (b"", "damaged"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "damaged"),
    "a list": (b"[1, 2]", "not a passport"),
    "null": (b"null", "not a passport"),
    "too large": (b" " * (LARGEST + 1), "too large"),
    "bottomless": (b"[" * 200_000, "damaged"),
    "deep answer": (packed({"mini": [answer(nested(300))]}), "damaged"),
    "infinite answer": (packed({"mini": [answer(1)]}).replace(b'"answer": 1', b'"answer": 1e999'), "damaged"),
    "a path as module": (packed({"../../etc": []}), "not a complete passport"),
    "an absolute path": (packed({"/tmp/x": []}), "not a complete passport"),
    "a module with a newline": (packed({"mini\n": []}), "not a complete passport"),
    "modules as a list": (packed([]), "not a complete passport"),
    "events as a block": (packed({"mini": {}}), "not a complete passport"),
    "an event of no kind": (packed({"mini": [{"at": "2026-01-31T14:00:00Z"}]}), "not a complete passport"),
    "an unknown kind": (packed({"mini": [{**answer(1), "kind": "grade"}]}), "not a complete passport"),
    "an extra key": (packed({"mini": [{**answer(1), "points": 5}]}), "not a complete passport"),
    "no time": (packed({"mini": [answer(1, at="")]}), "not a complete passport"),
    "a time that no clock shows": (packed({"mini": [answer(1, at="2026-99-99T99:99:99Z")]}), "not a complete passport"),
    "a question as a list": (packed({"mini": [answer(1, question=["a"])]}), "not a complete passport"),  # type: ignore[arg-type]
    "a short secret": (packed({"mini": [{**submit(), "secret": "ab"}]}), "not a complete passport"),
    "a path as secret": (packed({"mini": [{**submit(), "secret": "../" * 21 + "x"}]}), "not a complete passport"),
    "a number as secret": (packed({"mini": [{**submit(), "secret": 5}]}), "not a complete passport"),
    "a submission changed": (packed({"mini": [{**submit(), "submission": {**submit()["submission"], "answers": {}}}]}), "not a complete passport"),
    "a submission of the wrong shape": (packed({"mini": [{**submit(), "submission": "x"}]}), "not a complete passport"),
    "no delegate": (packed(delegate=None), "not a complete passport"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_and_changes_nothing(name: str) -> None:
    """Does every passport that is foreign, newer, edited or damaged say so to the delegate, and that nothing happened?"""
    data, words = REFUSED[name]
    with pytest.raises(PassportError, match=words) as caught:
        read_passport(data, COURSE)
    assert str(caught.value).endswith("Nothing was changed.")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.builds(lambda i, b: packed()[:i] + b + packed()[i + 1 :], st.integers(0, len(packed())), st.binary(max_size=2)))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Whatever file is chosen: PassportError, unless it still is the same passport?"""
    try:
        assert read_passport(data, COURSE) == {"mini": EVENTS}
    except PassportError:
        pass


def test_an_instructor_takes_the_submissions_out() -> None:
    """Does a passport that was sent by mail give each submission with its secret, whosever it is?"""
    data = packed({"mini": [*EVENTS, submit("d-9", "2026-02-01T00:00:00Z")], "other": []})
    assert [(frozen.delegate, secret) for frozen, secret in passport_submissions(data)] == [("d-1", "ab" * 32), ("d-9", "ab" * 32)]
    assert passport_submissions(packed({})) == []
    for name in ("changed by hand", "cut off", "a submission changed", "bottomless"):
        with pytest.raises(SubmissionError):
            passport_submissions(REFUSED[name][0])
