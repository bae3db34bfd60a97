"""What is handed in is data that nobody trusts: whole and unchanged, or refused in words for the instructor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.content import Course
from course.submission import LARGEST, SubmissionError, accept_answers, now, read_submission, receipt, short_receipt, submission

AT = "2026-01-31T14:03:11Z"


def content(**changes: Any) -> dict[str, Any]:
    """A submission as data, with a receipt that fits whatever was changed."""
    plain = {
        "format": 1, "course": "mini-course", "assessment": "mini", "delegate": "d-1", "attempt": 1,
        "submitted_at": AT, "answers": {"one-mouth": ["sea"], "describe": "Ein Fluß 🌍"}, **changes,
    }  # fmt: skip
    return {**plain, "receipt": receipt(plain)}


def packed(**changes: Any) -> bytes:
    return json.dumps(content(**changes)).encode()


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_frozen_is_read_back() -> None:
    """Is a submission the same after its way through a file, with a receipt over all of it?"""
    frozen = submission("mini-course", "mini", "d-1", 1, {"describe": "Ein Fluß 🌍", "a": ["b"]}, AT)
    assert read_submission(frozen.to_json().encode()) == frozen
    assert frozen.receipt == receipt(frozen.model_dump())
    assert frozen.time.isoformat() == "2026-01-31T14:03:11+00:00"
    assert short_receipt("3f2a91bc04de" + "0" * 52) == "3f2a-91bc-04de"
    assert len(now()) == len(AT)


def test_the_order_of_keys_does_not_matter() -> None:
    """Does the receipt belong to the content, not to how a program wrote it down?"""
    data = content()
    backwards = dict(reversed(data.items()))
    assert read_submission(json.dumps(backwards, indent=8).encode()) == read_submission(packed())


@pytest.mark.parametrize("key", ["course", "assessment", "delegate", "attempt", "submitted_at", "answers", "receipt"])
def test_a_changed_submission_is_refused(key: str) -> None:
    """Does the receipt notice a change to anything at all?"""
    other = {"course": "x", "assessment": "x", "delegate": "x", "attempt": 2, "submitted_at": "2026-01-31T14:03:12Z", "answers": {}, "receipt": "0" * 64}
    with pytest.raises(SubmissionError, match="changed after it was submitted.*ask the delegate to submit again"):
        read_submission(json.dumps({**content(), key: other[key]}).encode())


REFUSED = {
    "nothing": (b"", "damaged"),
    "not JSON": (b"hello", "damaged"),
    "half of it": (packed()[: len(packed()) // 2], "damaged"),
    "not UTF-8": (packed().replace(b"d-1", b"d-\xff"), "damaged"),
    "UTF-16": (packed().decode().encode("utf-16"), "damaged"),
    "not a number": (packed().replace(b'["sea"]', b"NaN"), "damaged"),
    "infinity": (packed().replace(b'["sea"]', b"-Infinity"), "damaged"),
    "infinity in disguise": (packed().replace(b'["sea"]', b"1e999"), "damaged"),
    "a key twice": (packed().replace(b'"attempt": 1', b'"attempt": 1, "attempt": 2'), "damaged"),
    "an answer twice": (packed(answers={"a": 1}).replace(b'{"a": 1}', b'{"a": 1, "a": 2}'), "damaged"),
    "bottomless": (b"[" * 200_000, "damaged"),
    "deep answer": (packed(answers={"a": nested(400)}), "damaged"),
    "half a character": (packed(answers={"a": "\ud83d"}), "damaged"),
    "endless number": (packed().replace(b'"attempt": 1', b'"attempt": ' + b"1" * 5000), "damaged"),
    "too large": (packed(answers={"a": "x" * LARGEST}), "more than any real submission"),
    "a list": (b"[]", "not a submission"),
    "null": (b"null", "not a submission"),
    "newer format": (packed(format=2), "update the course"),
    "format in words": (packed(format="1"), "format"),
    "unknown key": (packed(extra=1), "extra"),
    "no answers": (json.dumps({k: v for k, v in content().items() if k != "answers"}).encode(), "answers"),
    "answers as a list": (packed(answers=["sea"]), "answers"),
    "attempt of truth": (packed(attempt=True), "attempt"),
    "attempt zero": (packed(attempt=0), "attempt"),
    "attempt in words": (packed(attempt="1"), "attempt"),
    "endless attempt": (packed(attempt=10**30), "attempt"),
    "a plus in the delegate": (packed(delegate="a+b"), "delegate"),
    "a path as delegate": (packed(delegate="../root"), "delegate"),
    "a newline after the delegate": (packed(delegate="d-1\n"), "delegate"),
    "no delegate": (packed(delegate=""), "delegate"),
    "a long delegate": (packed(delegate="d" * 65), "delegate"),
    "a path as assessment": (packed(assessment="../../etc"), "assessment"),
    "a path as course": (packed(course="/tmp"), "course"),
    "a local time": (packed(submitted_at="2026-01-31 14:03"), "submitted_at"),
    "a time that no clock shows": (packed(submitted_at="2026-13-45T99:99:99Z"), "submitted_at"),
    "a time in other digits": (packed(submitted_at="٢٠٢٦-01-31T14:03:11Z"), "submitted_at"),
    "a short receipt": (json.dumps({**content(), "receipt": "ab"}).encode(), "receipt"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_submission_is_refused_in_words(name: str) -> None:
    """Does everything damaged, foreign or made up raise SubmissionError with the reason?"""
    data, words = REFUSED[name]
    with pytest.raises(SubmissionError, match=words):
        read_submission(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    """Whatever bytes lie there: SubmissionError and nothing else?"""
    with pytest.raises(SubmissionError):
        read_submission(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(key=st.sampled_from(sorted(content())), value=JSON)
def test_no_value_raises_anything_else(key: str, value: Any) -> None:
    """With any value in any place and a receipt that fits: a submission that can be written again, or SubmissionError?"""
    data = {**content(), key: value}
    if key != "receipt":
        data["receipt"] = receipt(data)
    try:
        found = read_submission(json.dumps(data).encode())
    except SubmissionError:
        return
    assert read_submission(found.to_json().encode()) == found
    assert found.time.tzinfo is not None


@settings(max_examples=200, deadline=None)
@given(answers=st.dictionaries(st.sampled_from(["one-mouth", "two-banks", "length", "describe", "other", ""]), JSON))
def test_one_bad_answer_costs_nobody_the_others(answers: dict[str, Any]) -> None:
    """Is each answer taken or refused by itself, with a note for each one refused?"""
    accepted, notes = accept_answers(SHOWN, answers)
    assert len(accepted) + len(notes) == len(answers)
    assert set(accepted) <= {"one-mouth", "two-banks", "length", "describe"}
    again, none = accept_answers(SHOWN, accepted)
    assert (again, none) == (accepted, [])


SHOWN = {
    "questions": [
        {"id": "one-mouth", "kind": "choices", "shown": {"several": False, "options": [{"id": "sea", "text": "S"}, {"id": "lake", "text": "L"}]}},
        {"id": "two-banks", "kind": "choices", "shown": {"several": True, "options": [{"id": "east", "text": "E"}, {"id": "west", "text": "W"}]}},
        {"id": "length", "kind": "number", "shown": {"unit": "km"}},
        {"id": "describe", "kind": "written", "shown": {"words": [3, 20]}},
    ]
}


def test_unknown_ids_are_noted(mini_course: Course) -> None:
    """Are unknown questions and options named, shortly, whatever their length?"""
    shown = mini_course.shown("mini")
    accepted, notes = accept_answers(shown, {"one-mouth": ["ocean"], "length": "12.5", "x" * 500: 1})
    assert accepted == {"length": "12.5"}
    assert notes[0].startswith("one-mouth: ") and notes[1].startswith("unknown question 'xxx") and len(notes[1]) < 100
