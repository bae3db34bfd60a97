"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.numbers import money, percent, plain, times


def spaced(text: str) -> str:
    """With plain spaces, so that the expected texts can be read."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "US$ 0"),
        (9, "US$ 9"),
        (9.4, "US$ 9.40"),
        (9.999, "US$ 10"),
        (99.996, "US$ 100"),
        (148.56, "US$ 149"),
        (1240.2, "US$ 1,240"),
        (999_949, "US$ 999,949"),
        (999_951, "US$ 1.0 million"),
        (999_960_000, "US$ 1.0 billion"),
        (83_149_000_000, "US$ 83.1 billion"),
        (1.2e12, "US$ 1.2 trillion"),
        (-4.55, "US$ −4.55"),
        (-0.001, "US$ 0"),
    ],
)
def test_money_reads_as_people_say_it(value: float, text: str) -> None:
    """Is each sum short, in the right unit, and never "1,000.0 million"?"""
    assert spaced(money(value)) == text


@pytest.mark.parametrize(("value", "text"), [(6.38, "6.4 %"), (6.35, "6.4 %"), (2.675, "2.7 %"), (-11.36, "−11.4 %"), (0, "0.0 %")])
def test_percent_rounds_as_readers_do(value: float, text: str) -> None:
    """Do halves go away from zero, with a real minus sign?"""
    assert spaced(percent(value)) == text


def test_decimals_are_seen_not_binary() -> None:
    """Does 2.675 to two places give 2.68, though its binary neighbour lies below?"""
    assert plain(2.675, 2) == "2.68"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("write", [money, percent, plain])
def test_nothing_is_never_a_number(write: object, value: float | None) -> None:
    """Does a missing value say so?"""
    assert write(value) == "no data"  # type: ignore[operator]


@settings(deadline=None)
@given(st.floats(min_value=-1e15, max_value=1e15))
def test_money_never_shows_what_a_reader_cannot_read(value: float) -> None:
    """Is every finite sum free of "nan", exponents and a negative zero?"""
    text = money(value)
    assert "nan" not in text and "e" not in text.split("\u00a0")[1] and "−0" != text.split("\u00a0")[1]


def test_times_read_as_english() -> None:
    """Do few times have words of their own?"""
    assert [spaced(times(n)) for n in (1, 2, 12)] == ["once", "twice", "12 times"]
