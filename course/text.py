"""Words from content files made safe for a page: plain text in, a little HTML out."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from course.i18n import SOURCE, UNTRANSLATED, language

_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\w])", re.S)


def inline(text: str) -> str:
    """One run of text as HTML, and marked as English where the page speaks another language and has no translation of it."""
    return in_english(markup(text), text)


@lru_cache(maxsize=4096)
def markup(text: str) -> str:
    """One run of text as HTML: everything escaped, `*emphasis*` and `**strong**` marked up."""
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", escape(text.strip())))


def paragraphs(text: str) -> str:
    """Text as HTML paragraphs, one for each block between blank lines."""
    return "".join(f"<p>{in_english(markup(block), text)}</p>" for block in _blocks(text))


def prompt(text: str) -> str:
    """A question's prompt as HTML: the last paragraph asks, those before it set the scene in lighter type."""
    *scene, asked = (in_english(markup(block), text) for block in _blocks(text))
    return "".join(f'<span class="scene">{block}</span>' for block in scene) + f'<span class="ask">{asked}</span>'


def ask(text: str) -> str:
    """The last paragraph of a prompt, which asks."""
    return _blocks(text)[-1]


def _blocks(text: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def english(html: str) -> str:
    """HTML of a text that stays English in every language, such as a reference, marked where the page speaks another one."""
    return html if language() == SOURCE else f'<span lang="en" dir="ltr">{html}</span>'


def in_english(html: str, text: str) -> str:
    """HTML marked as English where it was made of a text that has no translation into the language spoken now."""
    return english(html) if (language(), text.strip()) in UNTRANSLATED else html


def count_words(text: str) -> int:
    """Words as a marker counts them: runs of characters between white space that hold a letter or digit.

    Chinese has no spaces: there, as in its own word processors, every character is one.
    """
    rest, signs = _HAN.subn(" ", text)
    return signs + sum(1 for word in rest.split() if any(c.isalnum() for c in word))
