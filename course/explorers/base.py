"""The widget that all explorers share: a state comes from the page, a page of HTML goes back.

An explorer subclasses `Explorer`, names itself and brings three pure functions; it brings no JavaScript.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from course.explorers.markup import (
    Check,
    Control,
    Download,
    Option,
    MOST_LETTERS,
    Panel,
    Radio,
    Search,
    Select,
    Slider,
    Sort,
    SortItem,
    Try,
    Value,
    View,
    page_html,
    setter,
)
from course.i18n import SOURCE, _, direction, language
from course.i18n.script import words
from course.widgets.page_widget import PageWidget

__all__ = [
    "Check",
    "Control",
    "Download",
    "Explorer",
    "Option",
    "Panel",
    "Radio",
    "Search",
    "Select",
    "Slider",
    "Sort",
    "SortItem",
    "State",
    "Try",
    "Value",
    "View",
    "flag",
    "one_of",
    "quantity",
    "setter",
    "some_words",
]

State = dict[str, Value]

_HERE = Path(__file__).parent
_LOOK = _HERE.parent / "look"
_NEEDED = ("name", "title", "start", "clean", "controls", "view")
_TURN = "turn"  # the page's own count of its requests, which travels with the state and back


class Explorer(PageWidget):
    """A figure that answers to its reader.

    A subclass gives `name` (slug), `title` (marked with N_), `start` (its first state, an interesting one) and, as static methods,
    `clean(state, change) -> state` (never raises), `controls(state) -> list[Control]` and `view(state) -> View`.
    `layout` is "stacked", or "list" where the controls are long and the finding stays in sight below them. `styles` names further files of course/look.

    Synced: `state`, a flat dict that the page writes; `page`, which Python writes:
    {revision, turn, uid, language, direction, state, start, html, say, opens}; and `words`, what the page itself says, in the language spoken.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    start: ClassVar[State]
    layout: ClassVar[str] = "stacked"
    styles: ClassVar[tuple[str, ...]] = ()

    state = traitlets.Dict().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    module: ClassVar[str] = (_HERE / "explorer.js").read_text(encoding="utf-8")
    _esm = traitlets.Unicode(module).tag(sync=True)
    _counts: ClassVar[defaultdict[str, itertools.count]] = defaultdict(lambda: itertools.count(1))

    def __init_subclass__(cls, **kwargs: Any) -> None:
        missing = [word for word in _NEEDED if not hasattr(cls, word)]
        if missing:
            raise TypeError(f"the explorer {cls.__name__} lacks {', '.join(missing)}")
        super().__init_subclass__(**kwargs)

    @traitlets.default("_css")
    def _style(self) -> str:
        return style_text(self.styles)

    def __init__(self, **change: Value) -> None:
        """Open in the start state; keyword arguments change it, as `explorer("sending-cost", amount=500)`."""
        super().__init__(words=words(self.module))
        self._uid = f"{self.name}-{next(self._counts[self.name])}"
        self._revision = 0
        self._answering = False
        self.observe(self._answer, names="state")
        self.state = self.clean(dict(self.start), change)

    def _answer(self, change: Any) -> None:
        """Clean what came from the page and send the page that belongs to it, even when nothing changed."""
        if self._answering:
            return
        asked = change.new if isinstance(change.new, Mapping) else {}
        before = self.page.get("state") or dict(self.start)
        wish = {key: value for key, value in asked.items() if key != _TURN and before.get(key) != value}
        state = self.clean(dict(before), wish)
        self._revision += 1
        self._answering = True
        try:
            self.state = state
            self.page = self._render(state, asked.get(_TURN))
        finally:
            self._answering = False

    def _render(self, state: State, turn: Any) -> dict[str, Any]:
        """What the page shows of a state. Everybody's first look is made once in a process, and shared by those forked from it."""
        make = _first_look if state == self.start else _look
        html, say, opens = make(type(self), self._uid, language(), tuple(state.items()))
        return {
            "revision": self._revision,
            "turn": turn,
            "uid": self._uid,
            "language": language(),
            "direction": direction(),
            "state": state,
            "start": dict(self.start),
            "html": html,
            "say": say,
            "opens": opens,
        }

    def static_html(self) -> str:
        """The present state as HTML that needs no kernel: the same markup, its controls not yet answering."""
        state = dict(self.state)
        inside = page_html(
            self._uid, _(self.title), self.layout, self.controls(state), self.view(state), live=False
        )
        tongue = "" if language() == SOURCE else f' lang="{language()}" dir="{direction()}"'
        return (
            f'<div class="course explorer" id="{self._uid}" role="group"{tongue} '
            f'aria-labelledby="{self._uid}-title" data-live="no" data-explorer="{escape(self.name)}">{inside}</div>'
        )

    def __repr__(self) -> str:
        return f"{_(self.title)}: {self.page.get('say', '')}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "text/html": self.static_html()}, metadata


def _look(kind: type[Explorer], uid: str, code: str, items: tuple[tuple[str, Value], ...]) -> tuple[str, str, str]:
    """An explorer's page in the language spoken, which is `code`: its HTML, what is said aloud, what opens with it."""
    state = dict(items)
    view = kind.view(state)
    return page_html(uid, _(kind.title), kind.layout, kind.controls(state), view, live=True), plain_text(view.finding), view.opens


_first_look = lru_cache(maxsize=256)(_look)


def count_anew() -> None:
    """Begin again with the numbers in explorers' ids, as a new page does."""
    Explorer._counts.clear()


@lru_cache
def style_text(further: tuple[str, ...] = ()) -> str:
    """The style sheets of an explorer as one text: the tokens, the explorers' own, and those named."""
    files = ("tokens.css", "explorer.css", *further)
    return "\n".join((_LOOK / name).read_text(encoding="utf-8") for name in files)


def plain_text(markup: str) -> str:
    """A short piece of HTML as words, for a live region or a text output."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", markup)).split())


# --- helpers for `clean`: whatever a page sends, a valid value comes back -------------------------------------


def one_of(value: Any, allowed: Collection[str], fallback: str) -> str:
    """`value` where it is one of `allowed`, else `fallback`; numbers count as their text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value in allowed else fallback


def quantity(value: Any, low: float, high: float, fallback: float) -> float:
    """`value` as a number within [low, high]; what is no finite number gives `fallback`."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return fallback
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return fallback
    if not math.isfinite(number):
        return fallback
    number = min(max(number, low), high)
    return int(number) if number == int(number) else number


def flag(value: Any, fallback: bool) -> bool:
    """`value` where it is true or false, else `fallback`."""
    return value if isinstance(value, bool) else fallback


def some_words(value: Any, fallback: str) -> str:
    """`value` as a line of printable words of bearable length; what is no text gives `fallback`."""
    if not isinstance(value, str):
        return fallback
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:MOST_LETTERS].rstrip()
