"""Write a word or a short phrase, marked by the engine against the variants that a lecturer accepts.

Marks: all or nothing. Accents, capital letters, white space, quotation marks around it and punctuation at its end do
not matter; spelling does, so a lecturer lists what else is right. Guessing gains nothing: there is nothing to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from typing import Any

from pydantic import BaseModel, Field, model_validator

from course.errors import AnswerError
from course.i18n import SOURCE, _, language, ngettext
from course.i18n.forms import grouped
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import TEXT, Text, Words

LONGEST = 200
"""Characters that an answer may have: a phrase, not a paragraph."""

_AROUND = " \"'“”„‘’«»‹›「」"
_AT_END = _AROUND + ".,;:!?،؛؟。、"
_TATWEEL = "\u0640"


class WrongText(BaseModel):
    """A wrong answer that a lecturer expects, and what to say to whoever writes it."""

    model_config = STRICT

    text: str = Field(pattern=TEXT, max_length=LONGEST)
    feedback: Text


class Fill(Kind, BaseModel):
    """What counts as right in any language, expected wrong answers, and what to say to any other."""

    model_config = STRICT

    accept: list[str] = Field(min_length=1)
    answer: Words = ""
    """What is said as the answer; without it, the first of `accept`."""
    wrong: list[WrongText] = []
    otherwise: Text

    @model_validator(mode="after")
    def _sound(self) -> Fill:
        taken: dict[str, str] = {}
        for text in [*self.accept, *(item.text for item in self.wrong)]:
            plain = fold(text)
            if not plain or len(text) > LONGEST:
                raise ValueError(f"“{text[:40]}” is no answer that can be given: write 1 to {LONGEST} characters, with a letter or digit")
            if plain in taken:
                raise ValueError(f"“{text}” counts the same as “{taken[plain]}” (accents, capitals and punctuation do not matter): keep one of them")
            taken[plain] = text
        # A translation need not be what an English lecturer accepts; that it is accepted too is for `accept` to say.
        if self.answer and language() == SOURCE and fold(self.answer) not in map(fold, self.accept):
            raise ValueError(f"the `answer` “{self.answer[:40]}” would not be accepted: write it into `accept` too")
        return self

    @property
    def key(self) -> str:
        """What is said as the answer."""
        return self.answer or self.accept[0]

    def show(self) -> dict[str, Any]:
        return {}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        hint = _("Write a word or a short phrase. Accents and capital letters do not matter.")
        return (
            f'<label class="prompt" for="{uid}-field">{label}</label>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>'
            f'<div class="fill"><input type="text" dir="auto" autocomplete="off" autocapitalize="off" id="{uid}-field" name="{name}" '
            f'size="30" maxlength="{LONGEST}" aria-describedby="{uid}-hint" value="{escape(answer or "", quote=True)}"></div>'
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
        # Half of a character (an emoji cut in two) has no place in UTF-8, and signs that nobody can see have none in a form.
        whole = raw.encode("utf-8", "replace").decode()
        text = " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in whole).split())
        if not fold(text):
            raise AnswerError(_("Nothing is written yet."))
        return text

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        return str(answer)

    def score(self, answer: Answer) -> Share:
        return Share(float(fold(answer) in map(fold, self.accept)))

    def explain(self, answer: Answer | None) -> Explanation:
        if answer is None or self.score(answer).value == 1:
            return Explanation(answer is not None, key=self.key)
        expected = {fold(item.text): item.feedback for item in self.wrong}
        return Explanation(False, ((answer, expected.get(fold(answer), self.otherwise)),), key=self.key)

    def samples(self) -> Samples:
        right = {fold(text) for text in self.accept}
        # Something has to be wrong even where a lecturer expects nothing in particular.
        other = next(text for text in (f"not this {n}" for n in range(len(right) + 1)) if fold(text) not in right)
        return Samples(right=list(self.accept), wrong=[*(item.text for item in self.wrong), other])


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A text as it is compared: without accents, capitals, unseen signs, spare white space and final punctuation.

    Marks that make another letter in scripts without capitals (a nukta, a dakuten) stay; vowel signs over Arabic and
    Hebrew letters go, since most people do not type them.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(_plain(sign) for sign in plain)
    return re.sub(r"\s+", " ", kept).rstrip(_AT_END).lstrip(_AROUND)


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Pd":
        return "-"
    if sign in "’‘ʼ":
        return "'"
    # Combining classes from 10 on are accents and vowel points; 7 to 9 make another letter or join two.
    if unicodedata.combining(sign) >= 10 or sign == _TATWEEL or category == "Cf":
        return ""
    return " " if category == "Cc" else sign
