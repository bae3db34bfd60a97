"""Hands that answer a question of any kind in a real browser: with the mouse, or with the keyboard alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from playwright.sync_api import Locator, Page, expect

TABS = 60
"""Presses of Tab within which every control of a question must be reached from its start (a long list has its search)."""


def alive(page: Page) -> None:
    """Wait until every widget of a lesson answers."""
    page.locator(".live").first.wait_for()
    expect(page.locator(".live:not([data-alive])")).to_have_count(0, timeout=90_000)


def delegate_of(page: Page) -> str:
    """The id that `course serve` has given to whoever sits before a page: instructors see it, the page does not."""
    (secret,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "course_delegate"]
    return "d-" + sha256(secret.encode()).hexdigest()[:24]


class Mouse:
    """Answers by clicking what is to be seen, as somebody with a pointer does; only text is typed."""

    def __init__(self, place: Locator) -> None:
        self.place = place

    def radio(self, name: str, value: str) -> None:
        self._click(name, value)

    def tick(self, name: str, values: list[str]) -> None:
        for value in values:
            search = self.place.locator("[data-filter]")
            if search.count():
                search.fill("")
            self._click(name, value)

    def pick(self, name: str, value: str) -> None:
        self.place.locator(f"select[name='{name}']").select_option(value)

    def type(self, name: str, text: str) -> None:
        self.place.locator(f"[name='{name}']").fill(text)

    def up(self, value: str, times: int) -> None:
        for _ in range(times):
            self.place.locator(f"li:has(input[value='{value}']) [data-move=up]").click()

    def _click(self, name: str, value: str) -> None:
        control = self.place.locator(f"input[name='{name}'][value='{value}']")
        # The label is the larger target, so that is what people hit: around the control, or beside it.
        label = control.locator("xpath=ancestor::label | following-sibling::label")
        label.first.click()


class Keyboard:
    """Answers with keys alone, from the start of the question: Tab, arrows, space, enter, letters."""

    def __init__(self, place: Locator) -> None:
        self.place = place
        self.page = place.page
        self.keys = place.page.keyboard
        self.start()

    def start(self) -> None:
        self.place.locator("[data-html]").focus()

    def radio(self, name: str, value: str) -> None:
        self._tab(f"[name='{name}']")
        self.keys.press("Space")
        for _ in range(20):
            if self._at(f"[value='{value}']"):
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value}")

    def tick(self, name: str, values: list[str]) -> None:
        for value in values:
            self.start()
            if self.place.locator("[data-filter]").count():
                self._tab("[data-filter]")
                self.keys.press("Control+a")
                self.keys.type(self.place.locator(f"label:has([value='{value}'])").inner_text().split("\n")[0][:9])
            self._tab(f"[name='{name}'][value='{value}']")
            self.keys.press("Space")

    def pick(self, name: str, value: str) -> None:
        self._tab(f"select[name='{name}']")
        for _ in range(20):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value}")

    def type(self, name: str, text: str) -> None:
        self._tab(f"[name='{name}']")
        self.keys.type(text)

    def up(self, value: str, times: int) -> None:
        self.start()
        self._tab(f"li:has(input[value='{value}']) [data-move=up]")
        for _ in range(times):
            self.keys.press("Enter")
            assert self._at(f"li:has(input[value='{value}']) [data-move=up]"), "the focus goes with the item"

    def _at(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def _tab(self, selector: str) -> None:
        for _ in range(TABS):
            if self._at(selector):
                return
            self.keys.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")


def give(hand: Any, kind: str, sample: Any, place: Locator, name: str = "answer", parts: Any = None) -> None:
    """Put an answer into a form, kind by kind."""
    if kind == "case":
        for part in parts:
            give(hand, part.kind_name, sample[part.id], place, f"{name}:{part.id}")
    elif kind == "order":
        for goal, item in enumerate(sample):
            now = place.locator(f"li input[name='{name}']").evaluate_all("all => all.map(one => one.value)")
            hand.up(item, now.index(item) - goal)
    elif isinstance(sample, str):
        hand.type(name, sample)
    elif kind == "match":
        for item, option in sample.items():
            hand.pick(f"{name}:{item}", option)
    elif isinstance(sample, dict):
        # In the order of the page, since a Tab goes forward only.
        names = list(dict.fromkeys(place.locator("input[type=radio]").evaluate_all("all => all.map(one => one.name)")))
        for item, option in sorted(sample.items(), key=lambda pair: names.index(f"{name}:{pair[0]}")):
            hand.radio(f"{name}:{item}", option)
    elif place.locator(f"input[type=radio][name='{name}']").count():
        hand.radio(name, sample[0])
    else:
        hand.tick(name, sample)
