"""Languages: which there are, which one is spoken now, and the interface's words in it.

A lesson's kernel speaks one language from its first cell on; the server speaks another one for each request. Both are
said here, so that a pure function such as an explorer's `view` need not carry a language through all its helpers.
Python's words are marked with `_`, JavaScript's with `t`, templates' with `_`; translators find all of them in
`course/locale/<language>/`.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language in which everything is written first, and which stands wherever a translation is missing."""

FOLDER = Path(__file__).parent.parent / "locale"


@dataclass(frozen=True)
class Language:
    """One of the six official languages of the United Nations: its code, its own name, where CLDR keeps its forms."""

    code: str
    name: str
    cldr: str
    direction: str = "ltr"


LANGUAGES = {
    language.code: language
    for language in (
        Language("ar", "العربية", "ar", "rtl"),
        Language("zh", "中文", "zh_Hans_CN"),
        # The United Nations write 16 December, not December 16.
        Language("en", "English", "en_GB"),
        Language("fr", "Français", "fr"),
        Language("ru", "Русский", "ru"),
        Language("es", "Español", "es"),
    )
}
"""In the order in which the United Nations list them."""

UNTRANSLATED: set[tuple[str, str]] = set()
"""(language, text) of content that was asked for and had no translation: it is marked as English where it is shown."""

_home = SOURCE
_spoken: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The code of the language that is spoken now."""
    return _spoken.get() or _home


def direction() -> str:
    """"ltr" or "rtl"."""
    return LANGUAGES[language()].direction


def locale() -> Locale:
    """How the language writes numbers and dates."""
    return _locale(language())


def speak(code: str) -> None:
    """From now on this process speaks a language, except where `speaking` says otherwise. Raises ValueError for an unknown one."""
    global _home
    _home = known(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language within a block. Raises ValueError for an unknown one."""
    token = _spoken.set(known(code))
    try:
        yield
    finally:
        _spoken.reset(token)


def known(code: str) -> str:
    """The same code, where it is one of the six. Raises ValueError."""
    if code not in LANGUAGES:
        raise ValueError(f"the course does not speak `{code[:20]}`; it speaks {', '.join(LANGUAGES)}")
    return code


def _(message: str) -> str:
    """The message in the language spoken now, or as it is; figures are put in afterwards, by name."""
    return catalogue(language()).gettext(message)


def ngettext(one: str, many: str, number: float) -> str:
    """The form of a message that a number asks for, with `{number}` left to be put in. English has two, Arabic six.

    gettext knows whole numbers only: a fraction takes the form of 2, in French that of its whole part, in Arabic that of 11.
    """
    code = language()
    whole = int(number) if number == int(number) or code == "fr" else 11 if code == "ar" else 2
    return catalogue(code).ngettext(one, many, whole)


def N_(message: str) -> str:
    """Marks a message that is translated later, where it is used."""
    return message


@lru_cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Every message of the interface that is translated into a language, from all files of its folder."""
    found = gettext.NullTranslations()
    for path in sorted((FOLDER / code).glob("*.po"), reverse=True):
        translations = compiled(path)
        translations.add_fallback(found)
        found = translations
    return found


def compiled(path: Path) -> gettext.GNUTranslations:
    """A PO file as Python's gettext reads it; what is marked fuzzy is left out, so the source text stands there. Raises OSError."""
    with path.open("rb") as file:
        translations = read_po(file)
    data = io.BytesIO()
    write_mo(data, translations)
    data.seek(0)
    return gettext.GNUTranslations(data)


@lru_cache
def _locale(code: str) -> Locale:
    return Locale.parse(LANGUAGES[code].cldr)
