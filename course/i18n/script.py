"""The words of a browser module in the language spoken, for the page to look up."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from course.i18n import SOURCE, catalogue, language

_WORDS = re.compile(r'\bt\(\s*("(?:[^"\\\n]|\\.)*")\s*\)')


def words(module_text: str) -> dict[str, str]:
    """What a module says by `t("…")`, each with its translation; what has none is left out, and in English all."""
    if language() == SOURCE:
        return {}
    known = catalogue(language())
    return {text: said for text in _said(module_text) if (said := known.gettext(text)) != text}


@lru_cache
def _said(module_text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(json.loads(text) for text in _WORDS.findall(module_text)))
