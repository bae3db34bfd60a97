"""Content in another language: what its PO files give for a text. Light, since every lesson's kernel loads it."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from course.i18n import UNTRANSLATED, compiled
from course.i18n.pieces import Say
from course.reading import Place


def sayer(paths: Iterable[Path]) -> Callable[[str], str | None]:
    """What gives a text in a language, from PO files; None where there is no translation, or only one of an older text."""
    known = [_compiled(path, path.stat().st_mtime_ns) for path in paths if path.is_file()]

    def say(text: str) -> str | None:
        for translations in known:
            said = translations._catalog.get(text)  # type: ignore[attr-defined]
            if said:
                return str(said)
        return None

    return say


def saying(path: Path, code: str) -> Say:
    """The same for texts of YAML files: the text itself where there is no translation, which is then noted."""
    say = sayer([path])

    def give(text: str, _: Place) -> str:
        said = say(text)
        if said is None:
            UNTRANSLATED.add((code, text.strip()))
        return text if said is None else said

    return give


@lru_cache(maxsize=128)
def _compiled(path: Path, _: int) -> gettext.GNUTranslations:
    return compiled(path)
