"""Write a short text. A person marks it with the rubric; the engine only counts words."""

from __future__ import annotations

import re
from html import escape
from typing import Any, ClassVar

from pydantic import BaseModel, Field, field_validator

from course.errors import AnswerError
from course.i18n import _, ngettext
from course.i18n.forms import grouped
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import Text
from course.text import count_words

LONGEST = 20_000
"""Characters that an answer may have: many times the longest word range, small enough for every store."""

_POINTS = re.compile(r"\((\d+(?:\.\d+)?)\)\s*$")


class Written(Kind, BaseModel):
    """The range of words asked for, and the rubric: what earns points, each line ending in its points."""

    model_config = STRICT
    marked_by_person: ClassVar[bool] = True

    words: list[int] = Field(min_length=2, max_length=2)
    rubric: list[Text] = Field(min_length=1)

    @field_validator("words")
    @classmethod
    def _range(cls, words: list[int]) -> list[int]:
        if not 0 < words[0] < words[1] <= 2000:
            raise ValueError("`words` is a range such as [80, 200]: fewest first, at most 2000")
        return words

    @field_validator("rubric")
    @classmethod
    def _with_points(cls, rubric: list[str]) -> list[str]:
        for line in rubric:
            if not _POINTS.search(line):
                raise ValueError(f"the rubric line “{line[:40]}” must end in its points, such as (2)")
        return rubric

    @property
    def rubric_points(self) -> float:
        return sum(float(_POINTS.search(line).group(1)) for line in self.rubric)  # type: ignore[union-attr]

    def show(self) -> dict[str, Any]:
        return {"words": self.words}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        low, high = shown["words"]
        hint = ngettext(
            "Between {low} and {number} word. A person marks this answer.", "Between {low} and {number} words. A person marks this answer.", high
        ).format(low=low, number=high)
        return (
            f'<label class="prompt" for="{uid}-field">{label}</label>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>'
            f'<textarea id="{uid}-field" name="{name}" rows="9" dir="auto" data-words="{low} {high}" '
            f'aria-describedby="{uid}-hint {uid}-count">{escape(answer or "")}</textarea>'
            f'<p class="count" id="{uid}-count" data-count></p>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> str:
        if not isinstance(raw, str):
            raise AnswerError(_("This answer is not text. Write it again."))
        if len(raw) > LONGEST:
            told = ngettext(
                "This text has {number} character; at most {most} can be kept. Shorten it.",
                "This text has {number} characters; at most {most} can be kept. Shorten it.",
                len(raw),
            )
            raise AnswerError(told.format(number=grouped(len(raw)), most=grouped(LONGEST)))
        if not raw.strip():
            raise AnswerError(_("Nothing is written yet."))
        # Half of a character (an emoji cut in two) has no place in UTF-8, and the text must go into files.
        return raw.strip().encode("utf-8", "replace").decode()

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        return str(answer)

    def score(self, answer: Answer) -> Share:
        words = count_words(answer)
        low, high = self.words
        if low <= words <= high:
            return Share(None)
        # Whoever practises reads this too.
        said = ngettext("{number} word; {low} to {high} were asked for", "{number} words; {low} to {high} were asked for", words)
        return Share(None, (said.format(number=words, low=low, high=high),))

    def explain(self, answer: Answer | None) -> Explanation:
        return Explanation(None, tuple((line, "") for line in self.rubric))

    def samples(self) -> Samples:
        low, high = self.words
        return Samples(right=[" ".join(["word"] * ((low + high) // 2))], wrong=[])
