"""Policy: when, how often and at what cost; every decision is a function of the time that it is given."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.bank import read_bank
from course.errors import CourseError
from course.policy import NONE_GRANTED, Extension, Policy, moment, span, standing

UTC = timezone.utc
DUE = datetime(2026, 12, 15, 23, 0, tzinfo=UTC)
LATE = {"grace": "30 minutes", "step": "1 day", "less": 10, "floor": 50, "until": "1 week"}


def policy(**rules: Any) -> Policy:
    return Policy.model_validate({"due": "2026-12-15 18:00 America/New_York", **rules})


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-15 18:00 America/New_York", "2026-12-15T23:00"),
        ("2026-07-15 18:00 America/New_York", "2026-07-15T22:00"),
        ("2026-12-15 18:00 UTC", "2026-12-15T18:00"),
        (" 2026-12-15 18:00 Asia/Kathmandu ", "2026-12-15T12:15"),
        ("2026-11-01 01:30 America/New_York", "2026-11-01T05:30"),
    ],
)
def test_a_time_is_read_in_its_zone(text: str, utc: str) -> None:
    """Is a time with its zone the right one in UTC, in summer and winter, and the first of two where the clocks go back?"""
    assert moment(text) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "is not a time with its zone"),
        ("2026-12-15 18:00", "is not a time with its zone"),
        ("2026-13-15 18:00 UTC", "a calendar and a clock"),
        ("2026-12-15 24:00 UTC", "a calendar and a clock"),
        ("2026-12-15 18:00 Mars/Olympus", "is not a time zone"),
        ("2026-12-15 18:00 ../etc/passwd", "is not a time zone"),
        ("2026-03-08 02:30 America/New_York", "does not exist"),
    ],
)
def test_what_is_no_time_is_refused_in_words(text: str, said: str) -> None:
    """Does a lecturer learn what is wrong with a time: no zone, no such day, no such zone, an hour that the clocks skip?"""
    with pytest.raises(ValueError, match=said):
        moment(text)


@pytest.mark.parametrize(("text", "length"), [("15 minutes", 900), ("1 minute", 60), ("2 hours", 7200), ("1 day", 86400), ("2 weeks", 1209600), ("0 minutes", 0)])
def test_lengths_of_time(text: str, length: int) -> None:
    """Is a length of time read as people write it?"""
    assert span(text).total_seconds() == length


@pytest.mark.parametrize("text", ["soon", "1.5 days", "-1 day", "day", "1 month", "99999 days"])
def test_what_is_no_length_is_refused(text: str) -> None:
    """Is anything else refused?"""
    with pytest.raises(ValueError, match="is not a length of time"):
        span(text)


FAULTS = [
    ("attempts: 0", "`attempts`"),
    ("attempts: two", "`attempts` must be a whole number"),
    ("counts: highest", "`counts`"),
    ("due: soon", "is not a time with its zone"),
    ("opens: 2026-12-16 00:00 UTC\n  due: 2026-12-15 00:00 UTC", "before it opens"),
    ("late: {step: 1 day, less: 10}", "`late` needs a due time"),
    ("due: 2026-12-15 00:00 UTC\n  late: {step: 0 days, less: 10}", "`step` is a length of time"),
    ("due: 2026-12-15 00:00 UTC\n  late: {step: 1 day, less: 0}", "`less`"),
    ("due: 2026-12-15 00:00 UTC\n  late: {step: 1 day, less: 10, floor: 100}", "`floor`"),
    ("due: 2026-12-15 00:00 UTC\n  late: {step: 1 day, less: 10, grace: 2 days, until: 1 day}", "shorter than `grace`"),
    ("feedback: after-due", "needs a due time"),
    ("due: 2026-12-15 00:00 UTC\n  late: {step: 1 day, less: 10}\n  feedback: after-due", "add `until` to `late`"),
    ("due: 9999-12-31 23:00 America/New_York", "is not in the years 2000 to 2999"),
    ("feedback: sometimes", "`feedback`"),
    ("attempts: 1\n  counts: best", "where there is one attempt"),
    ("due:", "`due` is empty"),
    ("closes: 2026-12-15 00:00 UTC", "`closes` is not a key of `policy`"),
]


@pytest.mark.parametrize(("rules", "said"), FAULTS)
def test_a_faulty_policy_is_refused_with_its_line(rules: str, said: str, tmp_path: Path) -> None:
    """Does the lecturer get file, line and words for every policy that cannot be meant?"""
    path = tmp_path / "sample.yml"
    question = "  - id: a\n    prompt: Which?\n    number: {value: 1}\n    explanation: So it is.\n    source: [atlas]\n"
    path.write_text(f"format: 1\nid: sample\ntitle: Sample\npolicy:\n  {rules}\nquestions:\n{question}", encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    (fault,) = caught.value.faults
    assert said in str(fault)
    assert fault.line in (4, 5, 6, 7)


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        (timedelta(days=-3), 1), (timedelta(0), 1), (timedelta(minutes=30), 1), (timedelta(minutes=30, seconds=1), 0.9), (timedelta(days=1), 0.9),
        (timedelta(days=1, seconds=1), 0.8), (timedelta(days=4), 0.6), (timedelta(days=5), 0.5), (timedelta(days=300), 0.5),
    ],
)  # fmt: skip
def test_lateness_costs_what_the_policy_says(late: timedelta, kept: float) -> None:
    """Is nothing lost within the grace, a step with each day begun, and never more than down to the floor?"""
    assert policy(late=LATE).kept(DUE + late) == pytest.approx(kept)


@given(st.integers(-(10**6), 10**7), st.integers(0, 10**6))
def test_later_never_keeps_more(first: int, more: int) -> None:
    """Does nobody gain by waiting?"""
    rules = policy(late=LATE)
    assert rules.kept(DUE + timedelta(seconds=first + more)) <= rules.kept(DUE + timedelta(seconds=first)) <= 1


def test_without_a_late_policy_the_due_time_closes() -> None:
    """Is an answer after the due time taken only where lateness is provided for, and then until the end of it?"""
    assert policy().closes_at() == DUE
    assert policy(late=LATE).closes_at() == DUE + timedelta(weeks=1)
    assert policy(late={"step": "1 day", "less": 10}).closes_at() is None
    assert Policy().closes_at() is None
    assert policy().takes(1, DUE) == ""
    assert "after the assessment closed" in policy().takes(1, DUE + timedelta(seconds=1))


def test_an_extension_moves_one_delegates_times() -> None:
    """Does more time move due, lateness and closing together, and never to an earlier time?"""
    rules, granted = policy(late=LATE), Extension(until="2026-12-20 23:00 UTC")
    assert rules.due_at(granted) == DUE + timedelta(days=5)
    assert rules.closes_at(granted) == DUE + timedelta(days=12)
    assert rules.kept(DUE + timedelta(days=5), granted) == 1
    assert rules.due_at(Extension(until="2026-12-01 00:00 UTC")) == DUE


@pytest.mark.parametrize(
    ("now", "used", "granted", "state"),
    [
        ("2026-12-01 08:59 UTC", 0, 0, "early"),
        ("2026-12-01 09:00 UTC", 0, 0, "open"),
        ("2026-12-15 23:00 UTC", 1, 0, "open"),
        ("2026-12-15 23:00 UTC", 2, 0, "used up"),
        ("2026-12-15 23:00 UTC", 2, 1, "open"),
        ("2026-12-15 23:01 UTC", 0, 0, "closed"),
    ],
)
def test_where_a_delegate_stands(now: str, used: int, granted: int, state: str) -> None:
    """Is it decided by clock and attempts alone what may be done now?"""
    rules = policy(opens="2026-12-01 09:00 UTC", attempts=2)
    assert standing(rules, Extension(attempts=granted), used, moment(now)).state == state


@pytest.mark.parametrize(
    ("feedback", "before", "after"), [("at-once", "all", "all"), ("marks-only", "marks", "marks"), ("never", "nothing", "nothing"), ("after-due", "nothing", "all")]
)
def test_what_may_be_read_and_when(feedback: str, before: str, after: str) -> None:
    """Does a result show no more than the policy says, and `after-due` nothing until the last extension is over?"""
    rules = policy(feedback=feedback)
    assert rules.disclosed(DUE + timedelta(days=1), DUE + timedelta(days=1)) == before
    assert rules.disclosed(DUE + timedelta(days=1, seconds=1), DUE + timedelta(days=1)) == after


def test_a_course_without_policy_takes_everything() -> None:
    """Is what stands in the file of a course that anybody may take at any time: nothing?"""
    assert Policy().takes(10**6, DUE) == ""
    assert standing(Policy(), NONE_GRANTED, 10**6, DUE).state == "open"
