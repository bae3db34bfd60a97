"""The model of earlier recognition: sums worked out by hand, laws that hold whatever is assumed, and a file that refuses what cannot work."""

from __future__ import annotations

import re
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
    now=24, reform=12, extra=1, fee=0, full=60, refused=40, bridged=0, bridge=0, course=0, below=50, working=80, placed=80,
    taxes=25, leave=0, discount=0, horizon=10,
)  # fmt: skip
"""No discount, nobody leaves, nobody is recognized in part."""


def test_plain_sums() -> None:
    """step = 0.8 − 0.5 × 0.8 = 0.4; 12 months × 0.4 × 0.6 = 2.88; person 0.75 × 2.88 = 2.16; public 0.72 − 1 = −0.28; society 1.88."""
    found = outcome(PLAIN)
    assert PLAIN.step == pytest.approx(0.4)
    assert (found.gain, found.person, found.public, found.society) == pytest.approx((2.88, 2.16, -0.28, 1.88))


def test_a_fee_moves_the_cost_and_changes_nothing_for_society() -> None:
    """A fee for half of the extra cost: person 2.16 − 0.5 = 1.66; public 0.72 − 0.5 = 0.22; society 1.88 as before."""
    found = outcome(replace(PLAIN, fee=50))
    assert (found.person, found.public, found.society) == pytest.approx((1.66, 0.22, 1.88))
    assert repaid(replace(PLAIN, fee=50), "public") == 21  # 0.06 a month from month 12 on: 0.5 in the ninth of these months


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
    assert found["extra"].zero == pytest.approx(2.88, abs=0.001) and found["extra"].turns
    assert found["placed"].zero == pytest.approx(40 + 100 / 7.2, abs=0.001) and found["placed"].turns
    assert found["taxes"].zero is None and found["taxes"].size == pytest.approx(0) and not found["taxes"].turns
    assert [one.id for one in swings(PLAIN, "society", {"taxes": (0, 60), "extra": (0, 12)})] == ["extra", "taxes"]


def test_a_result_of_zero_beyond_the_range() -> None:
    """Within 0.5 to 2 the extra cost turns no sign: 2.88 − 0.5 = 2.38 and 2.88 − 2 = 0.88. The slider reaches the 2.88 at which it would."""
    [one] = swings(PLAIN, "society", {"extra": (0.5, 2)}, {"extra": (0, 12)})
    assert (one.low, one.high) == pytest.approx((2.38, 0.88)) and not one.turns
    assert one.zero == pytest.approx(2.88, abs=0.001)
    assert swings(PLAIN, "society", {"extra": (0.5, 2)}, {"extra": (0, 2.5)})[0].zero is None


def test_a_horizon_turns_the_sign() -> None:
    """With an extra cost of 0.5 the public budget stands at −0.5 after one year and at 0.72 − 0.5 = 0.22 after ten: somewhere between it is 0."""
    here = replace(PLAIN, extra=0.5)
    [one] = swings(here, "public", {"horizon": (1, 10)})
    assert (one.low, one.high) == pytest.approx((-0.5, 0.22)) and one.turns
    assert one.zero is not None and outcome(replace(here, horizon=one.zero + 0.1)).public > 0 > outcome(replace(here, horizon=one.zero - 0.1)).public


def test_the_workings_add_up() -> None:
    """Do the lines shown lead to the results, each from the ones above it, by the numbers that stand in them?"""
    page = explorer("earlier-recognition").page["html"]
    shown = page[page.index("earlier-sums") :]
    lines = re.findall(r'<td><span dir="ltr">([^<]*)</span></td><td class="number"><span dir="ltr">([^<]*)</span>', shown)
    assert len(lines) == 10
    for sum_, value in lines:
        if "→" not in sum_:
            assert eval(sum_.replace("−", "-").replace("×", "*")) == pytest.approx(float(value.replace("−", "-")), abs=0.03), sum_  # noqa: S307


SLIDERS = {one.id: st.floats(one.low, one.high) for one in CONTENT.read().assumptions}
ANY = st.fixed_dictionaries(SLIDERS).map(lambda found: Inputs(**{key: float(round(value)) if key in ("now", "reform", "bridge", "horizon") else value for key, value in found.items()}))


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_laws(inputs: Inputs) -> None:
    """Person and budget make society; no month won, no gain; one month more never lowers the gain in pay where recognition adds to it; nothing costs less than nothing."""
    found = outcome(inputs)
    assert found.society == pytest.approx(found.person + found.public)
    same = outcome(replace(inputs, reform=inputs.now))
    assert same.gain == 0 and same.society == pytest.approx(-inputs.extra)
    if inputs.step >= 0 and inputs.reform > 1:
        assert outcome(replace(inputs, reform=inputs.reform - 1)).gain >= found.gain - 1e-9
    other = outcome(replace(inputs, fee=100 - inputs.fee, taxes=60 - inputs.taxes))
    assert other.society == pytest.approx(found.society)
    if inputs.step >= 0 and inputs.reform > 1:
        assert outcome(replace(inputs, reform=inputs.reform - 1)).person >= found.person - 1e-9
    undiscounted = replace(inputs, leave=0, discount=0, bridged=0, horizon=10)
    assert outcome(undiscounted).gain == pytest.approx(inputs.step * inputs.in_full * (inputs.now - inputs.reform))
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
    """The treasury alone loses at first; applicants would gain even if they paid for it; with nine in ten at work society gains less; a long course hardly matters."""
    treasury, fee, work, course = (inputs_of(clean(start(), one.set)) for one in CONTENT.read().tries)
    first = outcome(inputs_of(start()))
    assert treasury == inputs_of(start()) and first.society > 0 > first.public
    assert outcome(fee).person > 0 and outcome(fee).public > 0 and outcome(fee).society == pytest.approx(first.society)
    assert 0 < outcome(work).society < first.society / 2
    assert 0 < first.society - outcome(course).society < 0.15


def test_how_sure_is_said() -> None:
    """Does the sentence say for society that no range turns the sign, and for the budget how many do?"""
    assert "No assumption, moved alone" in explorer("earlier-recognition").page["say"]
    assert "Any one of 4 assumptions" in explorer("earlier-recognition", **{"for": "public"}).page["say"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: taxes", "id: taxation", "the model also needs taxes"),
        ("id: taxes", "id: taxation", "the model does not know `taxation`"),
        ("value: 24\n    low: 1", "value: 24\n    low: 30", "must lie between"),
        ("high: 95", "high: 195", "a per cent lies between 0 and 100"),
        ("set: {for: public}", "set: {for: ministers}", "`ministers` is nobody here"),
        ("set: {working: 90,", "set: {working: 190,", "`working` goes from 0 to 100"),
        ("set: {working: 90,", "set: {works: 90,", "`works` is no assumption"),
        ("range: [0.5, 2]", "range: [2, 0.5]", "`range` must rise and lie between 0 and 12"),
        ("range: [0.5, 2]", "range: [0.5, 20]", "`range` must rise and lie between 0 and 12"),
    ],
)
def test_a_file_that_cannot_work_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    """Does whoever changes the file learn the line and what to do?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "earlier_recognition.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=r"earlier_recognition.yml:\d+: .*" + told.replace("`", "`")):
        Content("earlier_recognition", RecognitionFile, tmp_path).read()
