"""Match each item with one option of a list; some options may match nothing.

Marks: the share of items matched right, above what guessing gives: (right/n - 1/n) / (1 - 1/n) for n items, never below 0.
One in n is what choosing the same option everywhere gives, and what a random pairing gives on average; options that match
nothing make a guess worth still less. An item that is not matched is not right.
"""

from __future__ import annotations

from html import escape
from typing import Any

from pydantic import BaseModel, Field, model_validator

from course.i18n import _
from course.i18n.forms import semicolons
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.kinds._shared import gives_away, mixed, pair, plain, read_one_each, twice
from course.reading import ID, Text, Words
from course.text import inline


class Partner(BaseModel):
    """One entry of the list to choose from; one that matches nothing says why somebody might choose it."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text = Field(max_length=80)
    feedback: Words = ""


class Item(BaseModel):
    """What is matched, with which option, and what to say about it."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text
    to: str = Field(pattern=ID)
    feedback: Text


class Match(Kind, BaseModel):
    """Three or more items, each with an option of its own."""

    model_config = STRICT

    items: list[Item] = Field(min_length=3)
    options: list[Partner] = Field(min_length=3)

    @model_validator(mode="after")
    def _sound(self) -> Match:
        options = [option.id for option in self.options]
        if again := twice(item.id for item in self.items):
            raise ValueError(f"the item id `{again}` stands twice: ids must differ")
        if again := twice(options):
            raise ValueError(f"the option id `{again}` stands twice: ids must differ")
        for item in self.items:
            if item.to not in options:
                raise ValueError(f"the item `{item.id}` goes to `{item.to}`, which is no option: write one of {', '.join(options)}")
            if gives_away(item.id, item.to):
                raise ValueError(f"the id `{item.id}` tells its option `{item.to}`, and ids travel to the page: give it another")
        if again := twice(item.to for item in self.items):
            raise ValueError(f"two items go to `{again}`: each needs an option of its own, or use `sort`")
        if again := twice(plain(option.text) for option in self.options):
            raise ValueError(f"two options read “{again[:40]}”: nobody could tell them apart")
        for option in self.options:
            if option.id not in self._key.values() and not option.feedback.strip():
                raise ValueError(f"no item goes to the option `{option.id}`: give it a `feedback` for whoever chooses it")
        return self

    @property
    def _key(self) -> dict[str, str]:
        return {item.id: item.to for item in self.items}

    def show(self) -> dict[str, Any]:
        texts = {option.id: option.text for option in self.options}
        return {
            "items": [{"id": item.id, "text": item.text} for item in self.items],
            "options": [{"id": option, "text": texts[option]} for option in mixed(texts)],
        }

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        matched, choose = answer or {}, _("Choose…")
        rows = "".join(
            f'<div class="match-item"><label for="{uid}-{item["id"]}">{inline(item["text"])}</label>'
            f'<select id="{uid}-{item["id"]}" name="{name}:{item["id"]}"><option value="">{choose}</option>'
            + "".join(
                f'<option value="{option["id"]}"{" selected" if matched.get(item["id"]) == option["id"] else ""}>{escape(plain(option["text"]))}</option>'
                for option in shown["options"]
            )
            + "</select></div>"
            for item in shown["items"]
        )
        spare = len(shown["options"]) > len(shown["items"])
        hint = _("Choose one option for each. Not every option is needed.") if spare else _("Choose one option for each.")
        return (
            f'<fieldset class="match" aria-describedby="{uid}-hint"><legend>{label}</legend>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>{rows}</fieldset>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> dict[str, str]:
        options = [option["id"] for option in shown["options"]]
        return read_one_each(raw, {item["id"]: options for item in shown["items"]})

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        texts = {option["id"]: option["text"] for option in shown["options"]}
        return "\n".join(pair(item["text"], texts.get(answer.get(item["id"])) or _("not matched")) for item in shown["items"])

    def score(self, answer: Answer) -> Share:
        right = sum(answer.get(item) == option for item, option in self._key.items())
        # (right/n - 1/n) / (1 - 1/n), without its rounding.
        return Share(max(0, right - 1) / (len(self.items) - 1))

    def explain(self, answer: Answer | None) -> Explanation:
        matched = answer or {}
        options = {option.id: option for option in self.options}
        remarks = []
        for item in self.items:
            if item.id not in matched:
                continue
            option = options[matched[item.id]]
            right = option.id == item.to
            words = (_("Right."), item.feedback) if right else (_("Not right."), option.feedback, item.feedback)
            remarks.append((pair(item.text, option.text), " ".join(word for word in words if word)))
        missed = tuple((pair(item.text, options[item.to].text), item.feedback) for item in self.items if item.id not in matched)
        key = semicolons(pair(item.text, options[item.to].text) for item in self.items)
        return Explanation(matched == self._key, tuple(remarks), missed, key)

    def samples(self) -> Samples:
        key = self._key
        items, options = list(key), list(key.values())
        after = dict(zip(items, [*options[1:], options[0]], strict=True))
        same = [dict.fromkeys(items, option.id) for option in self.options]
        swapped = {**key, items[0]: options[1], items[1]: options[0]}
        return Samples(right=[key], wrong=[after, *same, swapped, {items[0]: options[0]}])
