"""Put items in order, by two buttons at each.

Marks: of all pairs of items, the share that stands the right way round, doubled less one, never below 0. A random order has
half its pairs right, so before the floor it earns nothing on average; the key turned round earns nothing.

The order shown at first depends on the ids alone. Left as it was, it is no answer; so a question whose key it would happen
to be is refused, and a delegate may know that it is not the key.
"""

from __future__ import annotations

import re
from html import escape
from itertools import combinations, pairwise
from typing import Any

from pydantic import BaseModel, Field, RootModel, model_validator

from course.errors import AnswerError
from course.i18n import _
from course.i18n.forms import semicolons
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.kinds._shared import mixed, pair, plain, twice
from course.reading import ID, Text
from course.text import inline


class Item(BaseModel):
    """One thing to put in its place, and why that is its place."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text
    feedback: Text


class Order(Kind, RootModel[list[Item]]):
    """Three or more items, written in the right order."""

    @model_validator(mode="after")
    def _sound(self) -> Order:
        if len(self.root) < 3:
            raise ValueError("an order needs at least three items")
        if again := twice(self.key):
            raise ValueError(f"the item id `{again}` stands twice: ids must differ")
        if _counts(self.key):
            raise ValueError(f"the ids count ({', '.join(self.key[:3])}), and they travel to the page: give them names that tell no order")
        if mixed(self.key) == self.key:
            raise ValueError("with these ids the items would be shown in the right order: change one id (once nobody has answered yet)")
        return self

    @property
    def key(self) -> list[str]:
        return [item.id for item in self.root]

    def show(self) -> dict[str, Any]:
        texts = {item.id: item.text for item in self.root}
        return {"items": [{"id": item, "text": texts[item]} for item in mixed(texts)]}

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        texts = {item["id"]: item["text"] for item in shown["items"]}
        ways = (("up", "↑", _("Move up: {item}")), ("down", "↓", _("Move down: {item}")))
        hint = _("Move the items with the arrows. The order shown at first is not the right one.")
        rows = "".join(
            f'<li data-name="{escape(plain(texts[item]), quote=True)}"><input type="hidden" name="{name}" value="{item}">'
            f'<span class="order-text">{inline(texts[item])}</span><span class="order-moves">'
            + "".join(
                f'<button type="button" class="order-move" id="{uid}-{item}--{way}" data-move="{way}" '
                f'aria-label="{escape(words.format(item=plain(texts[item])), quote=True)}"><span aria-hidden="true">{arrow}</span></button>'
                for way, arrow, words in ways
            )
            + "</span></li>"
            for item in answer or texts
        )
        return (
            f'<fieldset class="order" aria-describedby="{uid}-hint"><legend>{label}</legend>'
            f'<p class="hint" id="{uid}-hint">{hint}</p><ol class="order-list">{rows}</ol></fieldset>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> list[str]:
        start = [item["id"] for item in shown["items"]]
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise AnswerError(_("This answer is not an order of the items. Put them in order again."))
        if sorted(raw) != sorted(start):
            raise AnswerError(_("This answer does not hold each item once. Put them in order again."))
        if raw == start:
            raise AnswerError(_("The items stand as they were shown at first, which is not the right order. Move at least one."))
        return list(raw)

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        texts = {item["id"]: item["text"] for item in shown["items"]}
        return "\n".join(_numbered(place, texts.get(item, item)) for place, item in enumerate(answer, 1))

    def score(self, answer: Answer) -> Share:
        place = {item: answer.index(item) for item in self.key}
        pairs = list(combinations(self.key, 2))
        right = sum(place[first] < place[second] for first, second in pairs)
        return Share(max(0, 2 * right - len(pairs)) / len(pairs))

    def explain(self, answer: Answer | None) -> Explanation:
        items = {item.id: item for item in self.root}
        place = {item: i for i, item in enumerate(self.key)}
        key = semicolons(_numbered(i, item.text) for i, item in enumerate(self.root, 1))
        if answer == self.key:
            return Explanation(True, tuple((item.text, item.feedback) for item in self.root), key=key)
        # Neighbours the wrong way round: every wrong order has some, and they help without telling the whole key.
        remarks = tuple(
            (pair(items[first].text, items[second].text), _("These two stand the wrong way round. {feedback}").format(feedback=items[second].feedback))
            for first, second in pairwise(answer or [])
            if place[first] > place[second]
        )
        return Explanation(False, remarks, key=key)

    def samples(self) -> Samples:
        start = mixed(self.key)
        wrong = [self.key[::-1], [self.key[1], self.key[0], *self.key[2:]], [*self.key[1:], self.key[0]]]
        return Samples(right=[self.key], wrong=[order for order in wrong if order != start])


def _numbered(place: int, text: str) -> str:
    return _("{number}. {item}").format(number=place, item=text)


def _counts(ids: list[str]) -> bool:
    """Whether the ids' last parts are all numbers, or all single letters, that rise or fall all along."""
    ends = [item.rsplit("-", 1)[-1] for item in ids]
    tails = [re.search(r"\d+$", end) for end in ends]
    if all(tails):
        values: list[Any] = [int(tail.group()) for tail in tails if tail]
    elif all(len(end) == 1 for end in ends):
        values = ends
    else:
        return False
    return values in (sorted(values), sorted(values, reverse=True))
