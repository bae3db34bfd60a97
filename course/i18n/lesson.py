"""A lesson's notebook in another language, and what its page says around it: contents, neighbours, languages. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from course.i18n.pieces import blocks, translated_markdown

_OPENS = re.compile(r"""\bModule\((?P<slug>["'][a-z0-9-]+["'])\)""")


def lesson_in(notebook: Any, code: str, say: Callable[[str], str | None]) -> Any:
    """A copy of a notebook with its prose translated, whose module speaks the language. Raises ValueError where no cell opens it."""
    found = copy.deepcopy(notebook)
    opened = 0
    for cell in found.cells:
        if cell.cell_type == "markdown":
            cell.source = translated_markdown(cell.source, say)
        else:
            cell.source, count = _OPENS.subn(rf'Module(\g<slug>, language="{code}")', cell.source)
            opened += count
    if opened != 1:
        raise ValueError("one cell must say Module(\"…\"), so that the page can say its language there")
    return found


def untranslated_share(notebook: Any, say: Callable[[str], str | None]) -> float:
    """How much of a lesson's prose has no translation: 0 to 1, counted in characters."""
    texts = [text for cell in notebook.cells if cell.cell_type == "markdown" for _, text in blocks(cell.source) if text.strip()]
    return sum(len(text) for text in texts if say(text) is None) / max(1, sum(map(len, texts)))


def contents(notebook: Any) -> list[dict[str, str]]:
    """The sections of a lesson: the id of the cell that a section begins with, and its heading without markup."""
    found = []
    for cell in notebook.cells:
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            found.append({"id": cell.id, "title": re.sub(r"<[^>]+>|[*_`]|\[([^]]*)\]\([^)]*\)", r"\1", heading[1]).strip()})
    return found
