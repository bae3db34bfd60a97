"""Sort items into categories, each by its own radio buttons.

Marks: of the items of each category, the share placed right; the mean of these shares over the k categories that have
items; and of that mean what lies above 1/k, in proportion: (mean - 1/k) / (1 - 1/k), never below 0. An item that is not
placed is not right. Everything put into one category has a mean of 1/k, however unequal the categories are, so it earns
exactly nothing; so does a guess on average, before the floor.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pydantic import BaseModel, Field, create_model, model_validator

from course.i18n import _
from course.i18n.forms import commas, semicolons
from course.kinds import STRICT, Answer, Explanation, Kind, Samples, Share
from course.kinds._shared import gives_away, mixed, pair, read_one_each, twice
from course.reading import ID, Text
from course.text import inline

class Category(BaseModel):
    """Where items go."""

    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text


class _Item(BaseModel):
    model_config = STRICT

    id: str = Field(pattern=ID)
    text: Text
    feedback: Text

    @property
    def category(self) -> str:
        return str(getattr(self, "in"))


# `in` is the word a lecturer would write, and no name that a Python class body can hold.
Item = create_model("Item", __base__=_Item, __doc__="What is sorted, and into which category.", **{"in": (str, Field(pattern=ID))})


class Sort(Kind, BaseModel):
    """Two or more categories, three or more items; a category may stay empty, but no category takes all."""

    model_config = STRICT

    categories: list[Category] = Field(min_length=2)
    items: list[Item] = Field(min_length=3)  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _sound(self) -> Sort:
        categories = [category.id for category in self.categories]
        if again := twice(categories):
            raise ValueError(f"the category id `{again}` stands twice: ids must differ")
        if again := twice(item.id for item in self.items):
            raise ValueError(f"the item id `{again}` stands twice: ids must differ")
        for item in self.items:
            if item.category not in categories:
                raise ValueError(f"the item `{item.id}` is in `{item.category}`, which is no category: write one of {', '.join(categories)}")
            if gives_away(item.id, item.category):
                raise ValueError(f"the id `{item.id}` tells its category `{item.category}`, and ids travel to the page: give it another")
        used = {item.category for item in self.items}
        if len(used) == 1:
            raise ValueError(f"every item is in `{used.pop()}`: put at least one elsewhere")
        return self

    def _inside(self, category: str) -> list[str]:
        return [item.text for item in self.items if item.category == category]

    def show(self) -> dict[str, Any]:
        texts = {item.id: item.text for item in self.items}
        return {
            "categories": [{"id": category.id, "text": category.text} for category in self.categories],
            "items": [{"id": item, "text": texts[item]} for item in mixed(texts)],
        }

    @classmethod
    def controls(cls, shown: dict[str, Any], answer: Answer | None, uid: str, label: str, name: str) -> str:
        placed = answer or {}
        rows = "".join(
            f'<fieldset class="sort-item"><legend>{inline(item["text"])}</legend><div class="sort-choices">'
            + "".join(
                f'<div class="choice"><input type="radio" id="{uid}-{item["id"]}--{category["id"]}" name="{name}:{item["id"]}" '
                f'value="{category["id"]}"{" checked" if placed.get(item["id"]) == category["id"] else ""}>'
                f'<label for="{uid}-{item["id"]}--{category["id"]}">{inline(category["text"])}</label></div>'
                for category in shown["categories"]
            )
            + "</div></fieldset>"
            for item in shown["items"]
        )
        hint = _("Choose one category for each.")
        return (
            f'<fieldset class="sort" aria-describedby="{uid}-hint"><legend>{label}</legend>'
            f'<p class="hint" id="{uid}-hint">{hint}</p>{rows}</fieldset>'
        )

    @classmethod
    def read(cls, shown: dict[str, Any], raw: Any) -> dict[str, str]:
        categories = [category["id"] for category in shown["categories"]]
        return read_one_each(raw, {item["id"]: categories for item in shown["items"]})

    @classmethod
    def say(cls, shown: dict[str, Any], answer: Answer) -> str:
        texts = {category["id"]: category["text"] for category in shown["categories"]}
        return "\n".join(pair(item["text"], texts.get(answer.get(item["id"])) or _("not placed")) for item in shown["items"])

    def score(self, answer: Answer) -> Share:
        placed: dict[str, list[bool]] = {}
        for item in self.items:
            placed.setdefault(item.category, []).append(answer.get(item.id) == item.category)
        # Fractions, so that one pile earns exactly nothing.
        mean = sum(Fraction(sum(right), len(right)) for right in placed.values()) / len(placed)
        guess = Fraction(1, len(placed))
        return Share(float(max(Fraction(0), (mean - guess) / (1 - guess))))

    def explain(self, answer: Answer | None) -> Explanation:
        placed = answer or {}
        texts = {category.id: category.text for category in self.categories}
        # In the order shown: the order in the file is often one category after the other.
        items = {item.id: item for item in self.items}
        right, wrong = _("Right."), _("Not right.")
        remarks = tuple(
            (pair(item.text, texts[placed[item.id]]), f"{right if placed[item.id] == item.category else wrong} {item.feedback}")
            for item in (items[ident] for ident in mixed(items))
            if item.id in placed
        )
        missed = tuple((pair(item.text, texts[item.category]), item.feedback) for item in self.items if item.id not in placed)
        key = semicolons(
            _("{category}: {items}").format(category=category.text, items=commas(self._inside(category.id)) or _("none")) for category in self.categories
        )
        return Explanation(all(placed.get(item.id) == item.category for item in self.items), remarks, missed, key)

    def samples(self) -> Samples:
        key = {item.id: item.category for item in self.items}
        categories = [category.id for category in self.categories]
        one_pile = [dict.fromkeys(key, category) for category in categories]
        after = {item: categories[(categories.index(category) + 1) % len(categories)] for item, category in key.items()}
        first = next(iter(key))
        return Samples(right=[key], wrong=[*one_pile, after, {**key, first: after[first]}, {first: key[first]}])
