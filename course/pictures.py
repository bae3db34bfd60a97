"""The report's pictures: small SVG files made of numbers, each with its finding in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course.statistics import Item

# The tokens of the look, written out: a picture file stands alone.
_INK, _QUIET, _RULE, _MARK, _WARN = "#1d2327", "#525b61", "#d4d8d6", "#0072b2", "#d55e00"

WEAK = 0.1
"""An item–rest correlation below this deserves a second look at the question."""


def results_picture(classes: Sequence[int], pass_percent: float) -> str:
    """A histogram of results in per cent, with the pass mark."""
    width, height, left, top = 560, 220, 40, 24
    step = (width - left - 16) / len(classes)
    tallest = max([*classes, 1])
    share = 100 / len(classes)
    parts = []
    for i, count in enumerate(classes):
        tall = (height - top - 44) * count / tallest
        x, y = left + i * step, height - 44 - tall
        if count:
            parts.append(f'<rect x="{x + 2:.1f}" y="{y:.1f}" width="{step - 4:.1f}" height="{tall:.1f}" fill="{_MARK}"/>')
            parts.append(_text(x + step / 2, y - 5, str(count), "middle"))
        parts.append(_text(x, height - 28, f"{i * share:g}", "middle", _QUIET))
    parts.append(_text(left + len(classes) * step, height - 28, "100", "middle", _QUIET))
    at = left + pass_percent / share * step
    parts.append(f'<line x1="{at:.1f}" y1="{top - 8}" x2="{at:.1f}" y2="{height - 44}" stroke="{_WARN}" stroke-width="2"/>')
    parts.append(_text(at - 4, top, f"pass mark {pass_percent:g} %", "end", _WARN))
    parts.append(f'<line x1="{left}" y1="{height - 44}" x2="{width - 16}" y2="{height - 44}" stroke="{_INK}"/>')
    parts.append(_text(left, height - 8, "result, per cent of all points", "start", _QUIET))
    said = ", ".join(f"{count} from {i * share:g} to {(i + 1) * share:g} per cent" for i, count in enumerate(classes) if count)
    return _svg(width, height, "Results of the cohort", f"Number of delegates by result: {said or 'none yet'}.", parts)


def questions_picture(found: Sequence[Item]) -> str:
    """A bar a question: the mean share of its points, and its item–rest correlation in figures."""
    row, left, width = 26, 210, 560
    height = 44 + row * len(found)
    room = width - left - 90
    parts = [_text(left, 18, "mean share of points", "start", _QUIET), _text(width - 8, 18, "item–rest r", "end", _QUIET)]
    for i, item in enumerate(found):
        y = 30 + i * row
        parts.append(_text(left - 8, y + 15, item.question[:30], "end"))
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{room}" height="{row - 8}" fill="none" stroke="{_RULE}"/>')
        if item.facility is not None:
            parts.append(f'<rect x="{left}" y="{y + 3}" width="{room * item.facility:.1f}" height="{row - 8}" fill="{_MARK}"/>')
        weak = item.discrimination is not None and item.discrimination < WEAK
        parts.append(_text(width - 8, y + 15, _signed(item.discrimination) + (" !" if weak else ""), "end", _WARN if weak else _INK))
    said = "; ".join(f"{item.question}: {_percent(item.facility)}, r {_signed(item.discrimination)}" for item in found)
    return _svg(width, height, "Questions: how many points were earned, and how well each tells delegates apart", said + ".", parts)


def _svg(width: int, height: int, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc" '
        f'font-family="system-ui, sans-serif" font-size="13"><title id="title">{escape(title)}</title>'
        f'<desc id="desc">{escape(description)}</desc><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _text(x: float, y: float, words: str, anchor: str, colour: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}".replace("-", "\u2212")


def _percent(value: float | None) -> str:
    return "no marks yet" if value is None else f"{100 * value:.0f} per cent"
