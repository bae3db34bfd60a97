"""A piece of page whose HTML is made in Python and whose answers come back: the one widget under all question widgets.

The page half, panel.js, knows nothing of questions: it shows `html` and `reply`, gathers the controls named `answer`
of the form into `answer`, sends a message for every element with `data-action`, and announces `status`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, ClassVar

import traitlets

from course.i18n import direction, language, script
from course.look import PANEL, sheet
from course.widgets.page_widget import PageWidget


class Panel(PageWidget):
    """Subclasses set `html` and `reply`, and define `answered` and `act`; nothing in the traits is secret or trusted."""

    module: ClassVar[str] = files("course.widgets").joinpath("panel.js").read_text(encoding="utf-8")
    _esm = traitlets.Unicode(module).tag(sync=True)
    _css = traitlets.Unicode(sheet(*PANEL)).tag(sync=True)

    html = traitlets.Unicode().tag(sync=True)
    reply = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    """From the page: `{"n": serial number, "value": the gathered answer}`."""
    status = traitlets.Dict().tag(sync=True)
    """To the page: `{"n": serial number answered, "tone": "ok" | "error" | "", "text": …, "at": UTC time, "unsaved": the
    answer is sound but the store failed, so the page keeps it, "said": how often something was said}`."""

    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    direction = traitlets.Unicode().tag(sync=True)
    """Of what the panel shows: a notebook interface around it may speak another language."""
    """To the page: panel.js's own messages, English to the language spoken; empty in English."""

    def __init__(self, **state: Any) -> None:
        super().__init__(**state, words=script.words(self.module), language=language(), direction=direction())
        self.observe(self._on_answer, "answer")
        self.on_msg(self._on_message)

    def refresh(self) -> None:
        """Show the record as it is now."""

    def count(self) -> None:
        """An answer was saved somewhere on this page; only panels that count answers need to know."""

    def answered(self, value: Any, n: int) -> None:
        """The page has a new answer."""

    def act(self, action: str, content: dict[str, Any]) -> None:
        """Somebody pressed something."""

    def say(self, text: str, *, tone: str = "ok", at: str = "", n: int = 0, unsaved: bool = False) -> None:
        # A count, so that the same words said twice are sent twice: the page waits for an answer to every press.
        said = self.status.get("said", 0) + 1
        self.status = {"n": n, "tone": tone, "text": text, "at": at, "unsaved": unsaved, "said": said}

    def first_html(self) -> str:
        """What stands in the published page for everybody; other than `html` where each delegate gets something of their own."""
        return self.html

    def static_html(self) -> str:
        """What a page shows before its kernel lives, and what prints: the markup that panel.js writes, not yet to be used."""
        return (
            f'<div class="course panel" inert><div data-html>{self.first_html()}</div>'
            f'<p class="status" role="status" data-status></p><div data-reply>{self.reply}</div></div>'
        )

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/html": self.static_html()}, metadata

    def _on_answer(self, change: Any) -> None:
        sent = change["new"]
        if isinstance(sent, dict) and isinstance(sent.get("n"), int) and "value" in sent:
            self.answered(sent["value"], sent["n"])

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict) and isinstance(content.get("action"), str):
            self.act(content["action"], content)
