"""Give a number. Right within an absolute tolerance; all or nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape
from typing import Any

from pydantic import BaseModel, Field

from course.errors import AnswerError
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share

_MINUS = str.maketrans({"−": "-", "–": "-"})
_SPACES = re.compile(r"[\s'’\u00a0\u202f]")


def parse_number(text: str) -> float:
    """A number as people type it: `1 234.5`, `1'234,5`, `12,5`, `1,234.5`. Raises AnswerError where unsure.

    A single comma followed by exactly three digits can mean either thing, so the delegate is asked.
    """
    typed = text.strip()
    plain = _SPACES.sub("", typed).translate(_MINUS)
    if not plain:
        raise AnswerError("Write a number.")
    # Only what begins like a thousand can be one: 0,125 is an eighth.
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
        whole = plain.replace(",", "")
        raise AnswerError(f"“{typed}” can be read in two ways. Write {whole} or {plain.replace(',', '.')}.")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d*,\d+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain) or len(plain) > 30:
        raise AnswerError(f"“{typed[:40]}” is not a number. Use digits only, such as 12.5.")
    return float(plain)


def say_number(value: float) -> str:
    return f"{Decimal(f'{value:.10g}'):,f}"


class Number(Kind, BaseModel):
    """The value, how far off is still right, and the unit."""

    model_config = STRICT

    value: float = Field(allow_inf_nan=False, gt=-1e15, lt=1e15)
    tolerance: float = Field(default=0, ge=0, lt=1e15, allow_inf_nan=False)
    unit: str = ""

    def show(self) -> dict[str, Any]:
        return {"unit": self.unit}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        unit = escape(shown["unit"])
        value = escape(answer or "", quote=True)
        unit_html = f'<span class="unit" id="{uid}-unit">{unit}</span>' if unit else ""
        described = f"{uid}-hint {uid}-unit" if unit else f"{uid}-hint"
        return (
            f'<label class="prompt" for="{uid}-field">{label}</label>'
            f'<p class="hint" id="{uid}-hint">Write a number{f" in {unit}" if unit else ""}.</p>'
            f'<div class="number">{unit_html if unit == "US$" else ""}'
            f'<input type="text" inputmode="decimal" autocomplete="off" id="{uid}-field" name="{name}" size="12" '
            f'maxlength="40" aria-describedby="{described}" value="{value}">{unit_html if unit != "US$" else ""}</div>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> str:
        if not isinstance(raw, str):
            raise AnswerError("This answer is not a number. Use digits only, such as 12.5.")
        parse_number(raw)
        return raw.strip()

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        return _with_unit(answer, shown["unit"])

    def score(self, answer: Answer) -> Share:
        # The slack lets an answer on the very edge of the tolerance count, whatever binary fractions do.
        slack = 1e-9 * max(1.0, abs(self.value), self.tolerance)
        return Share(float(abs(parse_number(answer) - self.value) <= self.tolerance + slack))

    def explain(self, answer: Answer | None) -> Explanation:
        key = _with_unit(say_number(self.value), self.unit)
        if self.tolerance:
            key += f" (within {say_number(self.tolerance)})"
        if answer is None or self.score(answer).value == 1:
            return Explanation(answer is not None, key=key)
        # A direction, so that somebody who practises can try again without being told the number.
        side = "too high" if parse_number(answer) > self.value else "too low"
        return Explanation(False, ((_with_unit(answer, self.unit), f"That is {side}."),), key=key)

    def samples(self) -> Samples:
        def text(value: float) -> str:
            return f"{Decimal(f'{value:.12g}'):f}"

        step = max(self.tolerance, abs(self.value) * 0.01, 0.01)
        right = [text(self.value), text(self.value + self.tolerance), text(self.value - self.tolerance)]
        wrong = [text(self.value + 2.5 * step), text(self.value - 2.5 * step), text(self.value * 100 + 10 * step)]
        # Where zero is wrong it must earn nothing, or the tolerance swallows the question.
        return Samples(right=right, wrong=wrong if self.value == 0 else [*wrong, "0"])


def _with_unit(number: str, unit: str) -> str:
    return f"{unit} {number}" if unit == "US$" else f"{number} {unit}".strip()
