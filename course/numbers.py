"""Numbers as people read them: short, with their unit, and never "nan"."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
NO_DATA = "no data"

_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def plain(value: float | None, decimals: int = 0) -> str:
    """A number with `decimals` places, thousands separated by commas and a real minus sign.

    Halves are rounded away from zero, as readers do it. None, NaN and infinity give "no data".
    """
    if not _usable(value):
        return NO_DATA
    number = rounded(value, decimals)
    return (MINUS if number < 0 else "") + f"{abs(number):,.{decimals}f}"


def percent(value: float | None, decimals: int = 1) -> str:
    """A value that is already in per cent, such as 6.38, as "6.4 %"."""
    text = plain(value, decimals)
    return text if text == NO_DATA else f"{text}{NBSP}%"


def money(value: float | None) -> str:
    """US dollars: "US$ 9.40", "US$ 149", "US$ 1,240", "US$ 83.1 billion".

    Cents only below US$ 100 and only where there are any; from a million on, one decimal and a word.
    """
    if not _usable(value):
        return NO_DATA
    for unit, word in _SCALES:
        # 999.96 million would read "1,000.0 million": let what rounds up take the next word
        if abs(rounded(value * 1000 / unit, 1)) >= 1000:
            return f"US${NBSP}{plain(value / unit, 1)}{NBSP}{word}"
    if abs(value) < 100:
        cents = rounded(value, 2)
        return f"US${NBSP}{plain(value, 0 if cents == cents.to_integral_value() else 2)}"
    return f"US${NBSP}{plain(value)}"


def times(count: int) -> str:
    """How often: "once", "twice", "12 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{plain(count)}{NBSP}times")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 effect", "3 effects"."""
    return f"{plain(number)}{NBSP}{one if number == 1 else many or one + 's'}"


def _usable(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def rounded(value: float, decimals: int) -> Decimal:
    """A number with `decimals` places; halves are rounded away from zero."""
    # repr first: 2.675 must round as the reader sees it, not as its binary neighbour does
    quantum = Decimal(1).scaleb(-decimals)
    number = Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)
    return number if number else abs(number)  # no "−0.0"
