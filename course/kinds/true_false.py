"""Judge a statement true or false and, where reasons are listed, choose the right one.

Marks: all or nothing; with reasons, verdict and reason must both be right. A verdict can be had by tossing a coin, so
without its reason it earns nothing: with r reasons a guess is right once in 2r times, as in a list of 2r options. Without
reasons a coin earns half the points on average, so whatever counts should list some.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, model_validator

from course.i18n import N_, _
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.kinds._shared import pair, read_one_each, twice
from course.reading import ID, Text
from course.text import inline

VERDICTS = {"true": N_("True"), "false": N_("False")}
_ABSENT = {"verdict": N_("No verdict is chosen."), "reason": N_("No reason is chosen.")}


class Reason(BaseModel):
    """One reason to choose from. A good one could stand with either verdict, or the verdict gives it away."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text
    correct: bool = False
    feedback: Text


class TrueFalse(Kind, BaseModel):
    """Whether the prompt's statement is true, what to say to whoever thinks otherwise, and reasons, of which one is right."""

    model_config = STRICT

    answer: bool
    feedback: Text
    reasons: list[Reason] = []

    @model_validator(mode="after")
    def _sound(self) -> TrueFalse:
        if again := twice(reason.id for reason in self.reasons):
            raise ValueError(f"the reason id `{again}` stands twice: ids must differ")
        if not self.reasons:
            return self
        if len(self.reasons) < 3:
            raise ValueError("give at least three reasons, one of them right; or take `reasons` out")
        right = sum(reason.correct for reason in self.reasons)
        if right != 1:
            raise ValueError(f"{'no reason is' if right == 0 else f'{right} reasons are'} right: write `correct: true` on exactly one")
        return self

    @property
    def key(self) -> dict[str, str]:
        return {"verdict": str(self.answer).lower()} | {"reason": reason.id for reason in self.reasons if reason.correct}

    def show(self) -> dict[str, Any]:
        return {"reasons": [{"id": reason.id, "text": reason.text} for reason in self.reasons]}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        chosen = answer or {}

        def radio(part: str, value: str, words: str) -> str:
            ident = f"{uid}-{part}--{value}"
            checked = " checked" if chosen.get(part) == value else ""
            return (
                f'<div class="choice"><input type="radio" id="{ident}" name="{name}:{part}" value="{value}"{checked}>'
                f'<label for="{ident}">{inline(words)}</label></div>'
            )

        verdicts = "".join(radio("verdict", value, _(words)) for value, words in VERDICTS.items())
        reasons = "".join(radio("reason", reason["id"], reason["text"]) for reason in shown["reasons"])
        hint = _("Choose true or false, and the reason for it. Both must be right.") if reasons else _("Choose one.")
        asked = _("Why?")
        why = f'<fieldset class="reasons"><legend>{asked}</legend>{reasons}</fieldset>' if reasons else ""
        return (
            f'<fieldset class="true-false" aria-describedby="{uid}-hint"><legend>{label}</legend>'
            f'<p class="hint" id="{uid}-hint">{hint}</p><div class="sort-choices">{verdicts}</div>{why}</fieldset>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> dict[str, str]:
        reasons = [reason["id"] for reason in shown["reasons"]]
        return read_one_each(raw, {"verdict": list(VERDICTS)} | ({"reason": reasons} if reasons else {}))

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        texts = {reason["id"]: reason["text"] for reason in shown["reasons"]}
        given = VERDICTS.get(answer.get("verdict"))
        verdict = _(given) if given else _("No verdict")
        return pair(verdict, texts.get(answer.get("reason")) or _("no reason chosen")) if texts else verdict

    def score(self, answer: Answer) -> Share:
        return Share(float(answer == self.key))

    def explain(self, answer: Answer | None) -> Explanation:
        chosen, key = answer or {}, self.key
        remarks, verdict = [], chosen.get("verdict")
        if verdict is not None and verdict != key["verdict"]:
            remarks.append((_(VERDICTS[verdict]), self.feedback))
        remarks += [(reason.text, reason.feedback) for reason in self.reasons if reason.id == chosen.get("reason")]
        if answer is not None:
            remarks += [("", _(_ABSENT[part])) for part in key if part not in chosen]
        missed = [(reason.text, reason.feedback) for reason in self.reasons if reason.correct and reason.id != chosen.get("reason")]
        return Explanation(chosen == key, tuple(remarks), tuple(missed), self.say(self.show(), key))

    def samples(self) -> Samples:
        key = self.key
        wrong = [{**key, "verdict": "false" if self.answer else "true"}]
        if self.reasons:
            wrong += [{**key, "reason": reason.id} for reason in self.reasons if not reason.correct]
            wrong += [{part: value} for part, value in key.items()]
        return Samples(right=[key], wrong=wrong)
