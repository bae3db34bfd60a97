"""Choose from a list: one right option gives radio buttons, several give check boxes.

Marks: with one right option, all or nothing. With several, the share of right options chosen minus the share of wrong
options chosen, never below 0; so choosing everything earns nothing, and a guess gains nothing on average.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, RootModel, model_validator

from course.errors import AnswerError
from course.i18n import _
from course.i18n.forms import semicolons
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.reading import ID, Text
from course.text import inline


class Option(BaseModel):
    """One option of a list: a stable id, what the delegate reads, and what to say to whoever chooses it."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text
    correct: bool = False
    feedback: Text


class Choices(Kind, RootModel[list[Option]]):
    """A list of options with at least one right and one wrong."""

    @model_validator(mode="after")
    def _sound(self) -> Choices:
        ids = [option.id for option in self.root]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"the option id `{twice[0]}` stands twice: ids must differ")
        if not self.right:
            raise ValueError("no option is right: write `correct: true` on at least one")
        if len(self.right) == len(self.root):
            raise ValueError("every option is right: add at least one that is not")
        return self

    @property
    def right(self) -> list[str]:
        return [option.id for option in self.root if option.correct]

    @property
    def wrong(self) -> list[str]:
        return [option.id for option in self.root if not option.correct]

    def show(self) -> dict[str, Any]:
        return {
            "several": len(self.right) > 1,
            "options": [{"id": option.id, "text": option.text} for option in self.root],
        }

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        control = "checkbox" if shown["several"] else "radio"
        hint = _("Choose all that apply.") if shown["several"] else _("Choose one.")
        rows = "".join(
            f'<div class="choice"><input type="{control}" id="{uid}-{option["id"]}" name="{name}" value="{option["id"]}"'
            f'{" checked" if option["id"] in (answer or []) else ""}>'
            f'<label for="{uid}-{option["id"]}">{inline(option["text"])}</label></div>'
            for option in shown["options"]
        )
        return (
            f'<fieldset aria-describedby="{uid}-hint"><legend>{label}</legend>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>{rows}</fieldset>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise AnswerError(_("This answer is not a list of options. Choose again."))
        known = [option["id"] for option in shown["options"]]
        if any(item not in known for item in raw):
            raise AnswerError(_("This answer names an option that the question does not have. Choose again."))
        if len(set(raw)) > 1 and not shown["several"]:
            raise AnswerError(_("This question takes one option. Choose one."))
        if not raw:
            raise AnswerError(_("Nothing is chosen."))
        return [item for item in known if item in raw]

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        texts = {option["id"]: option["text"] for option in shown["options"]}
        return semicolons(texts.get(item, item) for item in answer)

    def score(self, answer: Answer) -> Share:
        chosen = set(answer)
        if len(self.right) == 1:
            return Share(float(chosen == set(self.right)))
        hits = len(chosen & set(self.right)) / len(self.right)
        misses = len(chosen & set(self.wrong)) / len(self.wrong)
        return Share(hits - misses)

    def explain(self, answer: Answer | None) -> Explanation:
        chosen = set(answer or [])
        remarks = tuple((option.text, option.feedback) for option in self.root if option.id in chosen)
        several = len(self.right) > 1
        missed = tuple((o.text, o.feedback) for o in self.root if several and o.correct and o.id not in chosen)
        key = semicolons(option.text for option in self.root if option.correct)
        return Explanation(chosen == set(self.right), remarks, missed, key)

    def samples(self) -> Samples:
        every = [option.id for option in self.root]
        wrong = [[option] for option in self.wrong] + [every]
        if len(self.right) > 1:
            wrong.append(self.right[:1])
        else:
            wrong.remove(every)
        return Samples(right=[self.right], wrong=wrong)
