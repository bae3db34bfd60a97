"""The model of earlier recognition: sums worked out by hand, laws that hold whatever is assumed, and a file that refuses what cannot work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.errors import CourseError
from course.explorers import explorer
from course.explorers.content import Content
from course.explorers.earlier_recognition import CONTENT, Inputs, RecognitionFile, clean, cumulative, inputs_of, outcome, repaid, start, swings, view, weight

PLAIN = Inputs(
    now=24, reform=12, extra=1, full=60, refused=40, bridged=0, bridge=0, course=0, below=50, working=80, placed=80,
    taxes=25, leave=0, discount=0, horizon=10,
)  # fmt: skip
"""No discount, nobody leaves, nobody is recognized in part."""


def test_plain_sums() -> None:
    """step = 0.8 − 0.5 × 0.8 = 0.4; 12 months × 0.4 × 0.6 = 2.88; person 0.75 × 2.88 = 2.16; public 0.72 − 1 = −0.28; society 1.88."""
    found = outcome(PLAIN)
    assert PLAIN.step == pytest.approx(0.4)
    assert (found.gain, found.person, found.public, found.society) == pytest.approx((2.88, 2.16, -0.28, 1.88))


def test_the_lessons_nurse() -> None:
    """The practice question, in units of 2,300 dollars: 9 months × (2,300 − 1,500) × 0.6 − 2,000 = 2,320 dollars."""
    nurse = replace(PLAIN, now=24, reform=15, extra=2000 / 2300, placed=100, working=100, below=100 * 1500 / 2300, taxes=0)
    assert outcome(nurse).society * 2300 == pytest.approx(2320)


def test_a_course_comes_later_and_wins_the_same_months() -> None:
    """Half of the 40 in 100 recognized in part complete a course: 0.2 × 12 × 0.4 = 0.96 more in pay, whatever the course's length within the horizon."""
    part = replace(PLAIN, refused=0, bridged=50, bridge=9)
    assert outcome(part).gain == pytest.approx(2.88 + 0.96)
    assert outcome(replace(part, bridge=30)).gain == pytest.approx(2.88 + 0.96)
    # With a horizon of 3 years a course of 18 months ends after 30 months instead of 42: only 6 of its 12 months are seen. 0.2 × 6 × 0.4 = 0.48.
    assert outcome(replace(part, bridge=18, horizon=3)).gain == pytest.approx(2.88 + 0.48)


def test_courses_that_begin_earlier_cost_a_little_more_today() -> None:
    """0.2 courses of 2 months' pay, at 10 % a year: 0.4 × (1/1.1 − 1/1.21) = 0.4 × 0.082645 = 0.033058 more; no course gain with a step of 0."""
    none = replace(PLAIN, refused=0, bridged=50, bridge=6, course=2, discount=10, extra=0, placed=40)
    assert none.step == pytest.approx(0)
    assert outcome(none).public == pytest.approx(-0.4 * (1 / 1.1 - 1 / 1.21))


def test_weights() -> None:
    """After two years at 5 % and with 10 % leaving each year: 0.9² ÷ 1.05² = 0.734694."""
    assert weight(replace(PLAIN, discount=5, leave=10), 24) == pytest.approx(0.81 / 1.1025)


def test_months_until_it_is_paid_back() -> None:
    """0.24 a month from month 12 on: 1 is paid back in the fifth of these months, after 17 in all; the budget gets 0.06 a month, 0.72 in all, and is not."""
    assert repaid(PLAIN, "society") == 17
    assert repaid(PLAIN, "public") is None
    assert repaid(replace(PLAIN, extra=0), "society") == 0
    assert cumulative(PLAIN, "society")[0] == -1 and cumulative(PLAIN, "society")[-1] == pytest.approx(1.88)


def test_where_the_result_is_zero() -> None:
    """2.88 of gain bears an extra cost of 2.88; at placed = 0.4 + 1 ÷ 7.2 = 53.9 % the gain is just 1. Taxes move nothing for society."""
    found = {one.id: one for one in swings(PLAIN, "society", {"extra": (0, 12), "placed": (10, 100), "taxes": (0, 60)})}
    assert found["extra"].zero == pytest.approx(2.88, abs=0.001)
    assert found["placed"].zero == pytest.approx(40 + 100 / 7.2, abs=0.001)
    assert found["taxes"].zero is None and found["taxes"].size == pytest.approx(0)
    assert [one.id for one in swings(PLAIN, "society", {"taxes": (0, 60), "extra": (0, 12)})] == ["extra", "taxes"]


SLIDERS = {one.id: st.floats(one.low, one.high) for one in CONTENT.read().assumptions}
ANY = st.fixed_dictionaries(SLIDERS).map(lambda found: Inputs(**{key: float(round(value)) if key in ("now", "reform", "bridge", "horizon") else value for key, value in found.items()}))


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_laws(inputs: Inputs) -> None:
    """Person and budget make society; no month won, no gain; one month more never lowers the gain in pay where recognition adds to it; nothing costs less than nothing."""
    found = outcome(inputs)
    assert found.society == pytest.approx(found.person + found.public)
    same = outcome(replace(inputs, reform=inputs.now))
    assert same.gain == 0 and same.public == pytest.approx(-inputs.extra)
    if inputs.step >= 0 and inputs.reform > 1:
        assert outcome(replace(inputs, reform=inputs.reform - 1)).gain >= found.gain - 1e-9
    assert outcome(replace(inputs, extra=inputs.extra + 1)).society == pytest.approx(found.society - 1)
    assert 0 <= inputs.in_full <= 1 and 0 <= inputs.bridging <= 1


def test_clean_takes_anything() -> None:
    """Does whatever a page sends give a state that can be shown?"""
    for value in (None, "x", float("nan"), 10**9, -5, [], {}, True):
        state = clean(start(), {key: value for key in start()} | {"nobody": 1})
        assert set(state) == set(start())
        for one in CONTENT.read().assumptions:
            assert one.low <= state[one.id] <= one.high
        view(state)
    assert clean(start(), {"now": 7.6})["now"] == 8


@pytest.mark.parametrize("number", range(len(CONTENT.read().tries)))
def test_each_suggestion_changes_the_answer(number: int) -> None:
    """Does every button lead somewhere else than where one begins?"""
    suggestion = CONTENT.read().tries[number]
    assert explorer("earlier-recognition", **suggestion.set).page["say"] != explorer("earlier-recognition").page["say"]


def test_what_the_suggestions_promise() -> None:
    """The treasury alone loses at first; with nine in ten at work society gains less; three months are not worth it; a long course hardly matters."""
    first = outcome(inputs_of(start()))
    assert first.society > 0 > first.public
    assert 0 < outcome(inputs_of(clean(start(), {"working": 90}))).society < first.society / 2
    assert outcome(inputs_of(clean(start(), {"reform": 21}))).society < 0
    long = outcome(inputs_of(clean(start(), {"full": 10, "refused": 0, "bridged": 100, "bridge": 30})))
    assert abs(long.society - first.society) < 0.5


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: taxes", "id: taxation", "the model also needs taxes"),
        ("id: taxes", "id: taxation", "the model does not know `taxation`"),
        ("value: 24\n    low: 1", "value: 24\n    low: 30", "must lie between"),
        ("high: 95", "high: 195", "a per cent lies between 0 and 100"),
        ("set: {for: public}", "set: {for: ministers}", "`ministers` is nobody here"),
        ("set: {reform: 21,", "set: {reform: 210,", "`reform` goes from 1 to 48"),
        ("set: {reform: 21,", "set: {reforms: 21,", "`reforms` is no assumption"),
    ],
)
def test_a_file_that_cannot_work_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    """Does whoever changes the file learn the line and what to do?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "earlier_recognition.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=r"earlier_recognition.yml:\d+: .*" + told.replace("`", "`")):
        Content("earlier_recognition", RecognitionFile, tmp_path).read()
