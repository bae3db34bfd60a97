"""Give a number.

Marks: all or nothing, within a tolerance that is absolute (`0.5`) or a share of the right value (`2 %`).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from html import escape
from typing import Any

from pydantic import BaseModel, Field, field_validator, model_validator

from course.errors import AnswerError
from course.i18n import _
from course.i18n.forms import in_signs
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import Words

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_SIGNS = str.maketrans({"−": "-", "–": "-", "－": "-", "＋": "+", "．": ".", "，": ",", "،": ","})
# Digits of scripts that run from right to left are often copied together with marks of direction.
_SPACES = re.compile(r"[\s'’\u00a0\u202f\u061c\u200e\u200f\u2066-\u2069]")


def parse_number(text: str) -> float:
    """A number as people type it: `1 234.5`, `1'234,5`, `12,5`, `1,234.5`, `١٬٢٣٤٫٥`. Raises AnswerError where unsure.

    Decimal digits of every script count as digits. The Arabic separators mean one thing each (٬ thousands, ٫ decimals).
    A single comma, Latin or Arabic, followed by exactly three digits can mean either, so the delegate is asked.
    """
    typed = text.encode("utf-8", "replace").decode().strip()
    plain = "".join(_digit(c) for c in _SPACES.sub("", typed)).translate(_SIGNS)
    if not plain:
        raise AnswerError(_("Write a number."))
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(٬\d{3})+([.٫]\d+)?", plain):
        plain = plain.replace("٬", "")
    plain = plain.replace("٫", ".")
    # Only what begins like a thousand can be one: 0,125 is an eighth.
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
        whole = plain.replace(",", "")
        told = _("“{text}” can be read in two ways. Write {whole} or {decimal}.")
        raise AnswerError(told.format(text=typed[:40], whole=whole, decimal=plain.replace(",", ".")))
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d*,\d+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain) or len(plain) > 30:
        raise AnswerError(_("“{text}” is not a number. Use digits only, such as 12.5.").format(text=typed[:40]))
    return float(plain)


def _digit(character: str) -> str:
    """A decimal digit of any script as 0 to 9; ² and ½ are no decimal digits and stay what they are."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def say_number(value: float) -> str:
    """A number as people read it, with its thousands marked: `1,234.5`, in French `1 234,5`."""
    return in_signs(f"{Decimal(f'{value:.10g}'):,f}")


class Number(Kind, BaseModel):
    """The value, how far off is still right, and the unit."""

    model_config = STRICT

    value: float = Field(allow_inf_nan=False, gt=-1e15, lt=1e15)
    tolerance: float | str = 0.0
    """How far off is still right: a number, or text such as "2 %" for a share of the value."""
    unit: Words = ""

    @field_validator("tolerance", mode="plain")
    @classmethod
    def _number_or_percent(cls, given: Any) -> float | str:
        if isinstance(given, str):
            percent = _PERCENT.fullmatch(given.strip())
            if percent is None:
                raise ValueError(f"`tolerance` must be a number such as 0.5, or a share of the value such as 2 %; “{given[:40]}” is neither")
            if not 0 < float(percent.group(1)) < 100:
                raise ValueError("`tolerance` in per cent must lie between 0 and 100")
            return f"{float(percent.group(1)):g} %"
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise ValueError("`tolerance` must be a number such as 0.5, or a share of the value such as 2 %")
        if given < 0:
            raise ValueError("`tolerance` must be greater than or equal to 0")
        if not given < 1e15:
            raise ValueError("`tolerance` must be an ordinary number, less than 1e15")
        return float(given)

    @model_validator(mode="after")
    def _share_of_something(self) -> Number:
        if self.value == 0 and isinstance(self.tolerance, str):
            raise ValueError("a share of 0 is nothing: write the `tolerance` as a number, without %")
        return self

    @property
    def within(self) -> float:
        """The tolerance in the value's own unit."""
        if isinstance(self.tolerance, str):
            return abs(self.value) * float(self.tolerance.removesuffix("%")) / 100
        return self.tolerance

    def show(self) -> dict[str, Any]:
        return {"unit": self.unit}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        unit = escape(shown["unit"])
        value = escape(answer or "", quote=True)
        unit_html = f'<span class="unit" id="{uid}-unit">{unit}</span>' if unit else ""
        hint = _("Write a number in {unit}.").format(unit=unit) if unit else _("Write a number.")
        described = f"{uid}-hint {uid}-unit" if unit else f"{uid}-hint"
        return (
            f'<label class="prompt" for="{uid}-field">{label}</label>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>'
            f'<div class="number">{unit_html if unit == "US$" else ""}'
            f'<input type="text" inputmode="decimal" autocomplete="off" id="{uid}-field" name="{name}" size="12" '
            f'maxlength="40" aria-describedby="{described}" value="{value}">{unit_html if unit != "US$" else ""}</div>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> str:
        if not isinstance(raw, str):
            raise AnswerError(_("This answer is not a number. Use digits only, such as 12.5."))
        parse_number(raw)
        return raw.strip()

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        return _with_unit(answer, shown["unit"])

    def score(self, answer: Answer) -> Share:
        # The slack lets an answer on the very edge of the tolerance count, whatever binary fractions do.
        slack = 1e-9 * max(1.0, abs(self.value), self.within)
        return Share(float(abs(parse_number(answer) - self.value) <= self.within + slack))

    def explain(self, answer: Answer | None) -> Explanation:
        key = _with_unit(say_number(self.value), self.unit)
        if self.within:
            tolerance = in_signs(self.tolerance) if isinstance(self.tolerance, str) else say_number(self.tolerance)
            key = _("{answer} (within {tolerance})").format(answer=key, tolerance=tolerance)
        if answer is None or self.score(answer).value == 1:
            return Explanation(answer is not None, key=key)
        # A direction, so that somebody who practises can try again without being told the number.
        side = _("That is too high.") if parse_number(answer) > self.value else _("That is too low.")
        return Explanation(False, ((_with_unit(answer, self.unit), side),), key=key)

    def samples(self) -> Samples:
        def text(value: float) -> str:
            return f"{Decimal(f'{value:.12g}'):f}"

        step = max(self.within, abs(self.value) * 0.01, 0.01)
        right = [text(self.value), text(self.value + self.within), text(self.value - self.within)]
        wrong = [text(self.value + 2.5 * step), text(self.value - 2.5 * step), text(self.value * 100 + 10 * step)]
        # Where zero is wrong it must earn nothing, or the tolerance swallows the question.
        return Samples(right=right, wrong=wrong if self.value == 0 else [*wrong, "0"])


def _with_unit(number: str, unit: str) -> str:
    return f"{unit} {number}" if unit == "US$" else f"{number} {unit}".strip()
