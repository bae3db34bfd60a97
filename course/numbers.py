"""Numbers as people read them, in the language spoken: short, with their unit, and never "nan"."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from course.i18n import N_, SOURCE, _, direction, language, locale, ngettext

NBSP = "\u00a0"
MINUS = "\u2212"
_LEFT_TO_RIGHT = "\u200e"  # keeps a sign before its number where the text around it runs the other way
NO_DATA = N_("no data")

_Scales = tuple[tuple[int, str], ...]
_MONEY: _Scales = (
    (10**12, N_("US$ {amount} trillion")),
    (10**9, N_("US$ {amount} billion")),
    (10**6, N_("US$ {amount} million")),
)
_BRIEF: _Scales = ((10**9, N_("{amount} bn")), (10**6, N_("{amount} m")))
# Chinese counts in ten thousands, which no translation of "million" can say
_CHINESE_MONEY: _Scales = ((10**12, "{amount}万亿美元"), (10**8, "{amount}亿美元"), (10**4, "{amount}万美元"))
_CHINESE_BRIEF: _Scales = ((10**8, "{amount}亿"), (10**4, "{amount}万"))


def plain(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """A number with `decimals` places, grouped in thousands; in English with commas and a real minus sign.

    Halves are rounded away from zero, as readers do it. None, NaN and infinity give "no data". `signed` shows a plus too.
    """
    if not _usable(value):
        return _(NO_DATA)
    number = rounded(value, decimals)
    sign = "+" if signed and number > 0 else MINUS if number < 0 else ""
    if sign and direction() == "rtl":
        sign = _LEFT_TO_RIGHT + sign
    if language() == SOURCE:
        return f"{sign}{abs(number):,.{decimals}f}"
    return sign + format_decimal(abs(number), format="#,##0" + ("." + "0" * decimals if decimals else ""), locale=locale())


def fewest(value: float) -> str:
    """A number with no more places than it has, at most six figures: "0.5", "1,000"."""
    if language() == SOURCE:
        return f"{value:,g}".replace("-", MINUS)
    return plain(value, max(0, -Decimal(f"{value:g}").as_tuple().exponent))  # type: ignore[operator]


def percent(value: float | None, decimals: int = 1, *, signed: bool = False) -> str:
    """A value that is already in per cent, such as 6.38, as "6.4 %"."""
    return _unbroken(_("{number} %"), number=plain(value, decimals, signed=signed)) if _usable(value) else _(NO_DATA)


def money(value: float | None) -> str:
    """US dollars: "US$ 9.40", "US$ 149", "US$ 1,240", "US$ 83.1 billion".

    Cents only below US$ 100 and only where there are any; from a million on, one decimal and a word.
    """
    if not _usable(value):
        return _(NO_DATA)
    for unit, words in _CHINESE_MONEY if language() == "zh" else _MONEY:
        # 999.96 million would read "1,000.0 million": let what rounds up take the next word
        if abs(rounded(value * 1000 / unit, 1)) >= 1000:
            return _unbroken(_(words), amount=plain(value / unit, 1))
    cents = rounded(value, 2)
    whole = abs(value) >= 100 or cents == cents.to_integral_value()
    return _unbroken(_("US$ {amount}"), amount=plain(value, 0 if whole else 2))


def brief(value: float) -> str:
    """An amount as short as an axis needs it, its unit said elsewhere: "25 bn", "1.5 m"."""
    for unit, words in _CHINESE_BRIEF if language() == "zh" else _BRIEF:
        if abs(value) >= unit:
            amount = value / unit
            return _unbroken(_(words), amount=plain(amount, 0 if amount == round(amount) else 1))
    return plain(value)


def quarter(year: int, number: int) -> str:
    """A quarter of a year, "2020 Q3"."""
    return _unbroken(_("{year} Q{number}"), year=str(year), number=str(number))


def times(count: int) -> str:
    """How often: "once", "twice", "12 times"."""
    if count in (1, 2):
        return _("once") if count == 1 else _("twice")
    return _unbroken(ngettext("{number} time", "{number} times", count), number=plain(count))


def _unbroken(message: str, **figures: str) -> str:
    """A message with its figures, which no line's end takes apart."""
    return message.format(**figures).replace(" ", NBSP)


def _usable(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def rounded(value: float, decimals: int) -> Decimal:
    """A number with `decimals` places; halves are rounded away from zero."""
    # repr first: 2.675 must round as the reader sees it, not as its binary neighbour does
    quantum = Decimal(1).scaleb(-decimals)
    number = Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)
    return number if number else abs(number)  # no "−0.0"
