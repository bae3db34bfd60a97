"""Made-up translations, so that what is not translated shows, and every script can be drawn before anybody has translated a word."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import course.i18n
from course import data, vary
from course.explorers import lifeline

_PARTS = re.compile(r"\{\w+\}|</?\w+>|[A-Za-z]+")
_SCRIPTS = {
    "ar": dict(zip("abcdefghijklmnopqrstuvwxyz", "ابثدهفجحيزكلمنوبقرستعفوخيز", strict=True)),
    "ru": dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопкрстувшыйз", strict=True)),
}


class MadeUp(gettext.NullTranslations):
    """Gives each message in a made-up form."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self.form = form

    def gettext(self, message: str) -> str:
        return self.form(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.form(one if number == 1 else many)


def bracketed(message: str) -> str:
    """The message between brackets: what stands outside of them was never a message."""
    return f"⟦{message}⟧"


def in_script(code: str) -> Callable[[str], str]:
    """The message in the letters of Arabic or Russian, markup and the places of figures kept."""

    def letters(found: re.Match[str]) -> str:
        return found[0] if found[0][0] in "{<" else "".join(_SCRIPTS[code].get(c.lower(), c) for c in found[0])

    return lambda message: _PARTS.sub(letters, message)


@contextmanager
def made_up(patch: pytest.MonkeyPatch, form: Callable[[str], str]) -> Iterator[None]:
    """Within the block every language but English says each message in a made-up form."""
    real = course.i18n.catalogue
    with patch.context() as within:
        within.setattr(course.i18n, "catalogue", lambda code: real(code) if code == course.i18n.SOURCE else MadeUp(form))
        forget()
        yield
    forget()


def forget() -> None:
    """What was kept of one set of translations is not that of another."""
    for kept in (data._states, vary._names_in_text, lifeline._country_options):
        kept.cache_clear()
