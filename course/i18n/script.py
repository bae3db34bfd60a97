"""The words of a script that runs in the page: found in its text, and said in the language spoken now."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from course.i18n import _

_MARKED = re.compile(r'(?<![\w.$])t\(\s*("(?:[^"\\\n]|\\.)*")')


def words(script: str) -> dict[str, str]:
    """Every message that a script marks as `t("…")` and that is translated, with its translation; nothing in English."""
    said = {message: _(message) for message in marked(script)}
    return {message: words for message, words in said.items() if words != message}


@lru_cache
def marked(script: str) -> tuple[str, ...]:
    """The messages that a script marks, each once, in their order."""
    return tuple(dict.fromkeys(json.loads(literal) for literal in _MARKED.findall(script)))
