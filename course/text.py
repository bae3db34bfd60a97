"""Words from content files made safe for a page: plain text in, a little HTML out."""

from __future__ import annotations

import re
from html import escape

_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\w])", re.S)


def inline(text: str) -> str:
    """One run of text as HTML: everything escaped, `*emphasis*` and `**strong**` marked up."""
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", escape(text.strip())))


def paragraphs(text: str) -> str:
    """Text as HTML paragraphs, one for each block between blank lines."""
    return "".join(f"<p>{inline(block)}</p>" for block in re.split(r"\n\s*\n", text.strip()) if block.strip())


def prompt(text: str) -> str:
    """A question's prompt as HTML: the last paragraph asks, those before it set the scene in lighter type."""
    *scene, ask = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return "".join(f'<span class="scene">{inline(block)}</span>' for block in scene) + f'<span class="ask">{inline(ask)}</span>'


def count_words(text: str) -> int:
    """Words as a marker counts them: runs of characters between white space that hold a letter or digit."""
    return sum(1 for word in text.split() if any(c.isalnum() for c in word))
