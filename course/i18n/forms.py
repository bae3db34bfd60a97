"""Numbers, times and lists in text, each in the form of the language spoken now. Digits stay 0 to 9 in all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

from course.i18n import _, language, locale, ngettext


def number(value: float, decimals: int | None = None) -> str:
    """A number without thousands marked, as short as it can be or with some decimals: `2`, `1.5`, in French `1,5`."""
    return in_signs(f"{value:g}" if decimals is None else f"{value:.{decimals}f}")


def grouped(value: int) -> str:
    """A whole number with its thousands marked: `20,000`, in Spanish `20.000`."""
    return in_signs(f"{value:,}")


def in_signs(text: str) -> str:
    """A number written as in English, with the language's own signs for decimals, thousands and minus."""
    here = locale()
    return text.translate({ord("."): get_decimal_symbol(here), ord(","): get_group_symbol(here), ord("-"): get_minus_sign_symbol(here)})


def points(value: float) -> str:
    """`1 point`, `2.5 points`."""
    return ngettext("{number} point", "{number} points", value).format(number=number(value))


def points_of(given: float, full: float) -> str:
    """`1.5 of 2 points`."""
    said = ngettext("{points} of {number} point", "{points} of {number} points", full)
    return said.format(points=number(round(given, 2)), number=number(full))


def when(time: datetime) -> str:
    """A time for people who may sit anywhere: `15 December 2026, 23:00 UTC`."""
    return _("{date}, {time} UTC").format(date=day(time), time=format_time(time, "HH:mm", locale=locale()))


def day(when: date) -> str:
    """A day as people write it: `15 December 2026`, in French `1er juillet 2003`."""
    written = format_date(when, "long", locale=locale()).replace("г.", "года")  # a full stop of its own would meet the sentence's
    return f"1er{written[1:]}" if language() == "fr" and written.startswith("1 ") else written


def month(when: date) -> str:
    """The month of a day: `December 2026`."""
    return format_skeleton("yMMMM", when, locale=locale()).replace("г.", "года")


def commas(parts: Iterable[str]) -> str:
    """`one, two, three`; nothing where there are none."""
    return _joined(_("{before}, {next}"), parts)


def semicolons(parts: Iterable[str]) -> str:
    """`one; two; three`; nothing where there are none."""
    return _joined(_("{before}; {next}"), parts)


def _joined(form: str, parts: Iterable[str]) -> str:
    some = list(parts)
    return reduce(lambda before, following: form.format(before=before, next=following), some) if some else ""
