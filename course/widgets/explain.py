"""Feedback in words and HTML: what a delegate reads after a practice check or a released result."""

from __future__ import annotations

from html import escape

from course.content import Source
from course.i18n import _
from course.i18n.forms import semicolons
from course.text import english, inline, paragraphs


def remarks_html(remarks: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    """What was chosen and what to say about it, as a list; either may be empty."""
    items = "".join(
        "<li>" + (f'<span class="chosen">{inline(what)}</span> ' if what else "") + (f"<span>{inline(say)}</span>" if say else "") + "</li>"
        for what, say in remarks
    )
    return f'<ul class="remarks">{items}</ul>' if items else ""


def sources_html(citations: list[str], as_of: str) -> str:
    """The small print under an explanation."""
    if not citations:
        return ""
    said = _("Source: {sources}.").format(sources=semicolons(english(inline(citation.rstrip("."))) for citation in citations))
    if as_of:
        said += " " + _("As of {date}.").format(date=escape(as_of))
    return f'<p class="sources">{said}</p>'


def citations(keys: list[str], sources: dict[str, Source]) -> list[str]:
    """The citation of each key; a key without an entry (which `course check` refuses) stands for itself."""
    return [sources[key].citation if key in sources else key for key in keys]


def feedback_html(tone: str, verdict: str, remarks: str, key: str, explanation: str, sources: str) -> str:
    """One block of feedback: verdict first, then what was chosen, the answer, why, and where it is written."""
    label = _("Answer:")
    answer = f'<p class="key"><span class="key-label">{label}</span> {inline(key)}</p>' if key else ""
    return (
        f'<div class="feedback {tone}"><p class="verdict">{escape(verdict)}</p>'
        f"{remarks}{answer}{paragraphs(explanation)}{sources}</div>"
    )
