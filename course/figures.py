"""Charts as SVG and tables as HTML, drawn by pure functions from plain numbers.

Every chart is drawn twice, for a wide and for a narrow column, and the style sheet shows the one that fits:
text scaled down to a telephone would be too small to read. Colours come from classes, so that a dark page works.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from course.i18n import _, direction
from course.i18n.forms import semicolons
from course.labels import Box, Label, place


class Html(str):
    """A string that is HTML already and is not escaped again."""


def html(text: object) -> str:
    """`text` escaped for use in HTML, unless it is an `Html` already."""
    return text if isinstance(text, Html) else escape(str(text))


def phrase(message: str, **figures: object) -> Html:
    """A message as HTML with its figures put in by name; a figure that is `Html` keeps its markup."""
    return Html(escape(message, quote=False).format(**{name: html(figure) for name, figure in figures.items()}))


@dataclass(frozen=True)
class Series:
    """One line or row of dots. `points` are (x, y) in data units; a y of None breaks the line.

    `label` stands at the line's last point on a wide page, `short` (or `label`) on a narrow one.
    `look` is "chosen", "context" or "cat-1" … "cat-6". `dots` draws the points, `line` joins them.
    """

    label: str
    points: tuple[tuple[float, float | None], ...]
    look: str = "context"
    short: str = ""
    line: bool = True
    dots: bool = False


@dataclass(frozen=True)
class Target:
    """A horizontal line to measure by, at `y` in data units."""

    y: float
    label: str
    short: str = ""


@dataclass(frozen=True)
class Band:
    """A shaded period from `start` to `end` in data units of x, named at the top."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Mark:
    """One point to look at, with its own label."""

    x: float
    y: float
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: its name above it, `text` (the value in words) behind it."""

    label: str
    value: float
    text: str
    look: str = "context"


@dataclass(frozen=True)
class Page:
    """The sheet a chart is drawn on, in SVG units; one unit is about one pixel at full width."""

    name: str
    width: int
    height: int
    font: int


WIDE = Page("wide", 720, 392, 15)
NARROW = Page("narrow", 360, 370, 14)


def line_chart(
    *,
    uid: str,
    title: str,
    description: str,
    series: Sequence[Series],
    x_ticks: Sequence[tuple[float, str]],
    y_text: Callable[[float], str],
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    targets: Sequence[Target] = (),
    bands: Sequence[Band] = (),
    mark: Mark | None = None,
) -> str:
    """Lines over time with their names at their ends; the y axis includes zero unless `y_range` says from where to where it goes.

    `uid` prefixes the element ids; `title` and `description` are the text alternative;
    `x_ticks` are (x, text); `y_text` writes a tick of the y axis. Returns HTML with two SVGs.
    """
    drawings = [
        _line_drawing(page, series, x_ticks, y_text, x_range, y_range, targets, bands, mark) for page in (WIDE, NARROW)
    ]
    return _figure(uid, title, description, drawings)


def bar_chart(
    *, uid: str, title: str, description: str, bars: Sequence[Bar], at_least: float = 0
) -> str:
    """Horizontal bars from zero, each with its name above and its value behind; values may not be negative.

    In a language that runs from right to left they grow from the right.

    `at_least`: the value that fills the width while no bar is longer, so that a first small bar stays small.
    """
    drawings = [_bar_drawing(page, bars, at_least) for page in (WIDE, NARROW)]
    return _figure(uid, title, description, drawings)


def in_words(bars: Sequence[Bar]) -> str:
    """The bars of a chart as its description: each name with its value."""
    said = [_("{name}: {value}").format(name=bar.label, value=bar.text) for bar in bars]
    return _("{list}.").format(list=semicolons(said))


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numeric: Sequence[int] = (),
    chosen: int | None = None,
) -> str:
    """An HTML table: first column as row headings, `numeric` columns right-aligned, row `chosen` highlighted.

    Cells are escaped unless they are `Html`.
    """

    def cell(tag: str, column: int, value: object, scope: str = "") -> str:
        attributes = (f' scope="{scope}"' if scope else "") + (' class="number"' if column in numeric else "")
        return f"<{tag}{attributes}>{html(value)}</{tag}>"

    head = "".join(cell("th", i, text, "col") for i, text in enumerate(header))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(cell("th" if i == 0 else "td", i, v, "row" if i == 0 else "") for i, v in enumerate(row))
        mark = ' class="chosen"' if number == chosen else ""
        body.append(f"<tr{mark}>{cells}</tr>")
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption><span>{html(caption)}</span></caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same rows for a spreadsheet: comma-separated, one line each, None as an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, at most `most` where the range allows."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low, low + 1]
    power = 10.0 ** math.floor(math.log10(span / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= most:
            break
    return [round(n * step, 10) for n in range(first, last + 1)]


# --- the sheet -------------------------------------------------------------------------------------------------


def _figure(uid: str, title: str, description: str, drawings: Sequence[tuple[Page, int, str]]) -> str:
    names = f'aria-labelledby="{uid}-t {uid}-d"'
    # time runs from left to right in every language, and what is mirrored mirrors itself
    fixed = 'direction="ltr" ' if direction() == "rtl" else ""
    pictures = "".join(
        f'<svg class="fig fig-{page.name}" role="img" {fixed}{names} viewBox="0 0 {page.width} {height}" '
        f'font-size="{page.font}">{body}</svg>'
        for page, height, body in drawings
    )
    # hidden words rather than <title>, which browsers show as a tooltip over the whole picture
    words = f'<span hidden id="{uid}-t">{escape(title)}</span><span hidden id="{uid}-d">{escape(description)}</span>'
    return f'<div class="fig-pair">{words}{pictures}</div>'


def _width(text: str, font: float) -> float:
    """About how wide `text` is in units, on the generous side: no browser is asked."""
    return sum(_of_em(c) for c in text) * font


@lru_cache(maxsize=4096)
def _of_em(c: str) -> float:
    if c in "il.,:;|'! \u00a0\u202f":
        return 0.32
    if c in "mwMW%" or c in "жмшщюыфЖДМФШЩЮЫ":
        return 0.9
    if c < "\u0300":
        return 0.59
    if unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return 1
    return 0.56 if unicodedata.bidirectional(c) == "AL" else 0.64 if "\u0400" <= c < "\u0530" else 0.59


def wrap(text: str, room: float, font: float) -> list[str]:
    """`text` in lines no wider than `room` units, broken at spaces or between Chinese characters; a long word keeps its line."""
    lines: list[str] = []
    for word in text.split(" "):
        for number, piece in enumerate(_BREAK.split(word)):
            space = "" if number else " "
            if lines and _width(f"{lines[-1]}{space}{piece}", font) <= room:
                lines[-1] += f"{space}{piece}"
            else:
                lines.append(piece)
    return lines


_CHINESE = "\u2e80-\u9fff\uf900-\ufaff"
_BREAK = re.compile(f"(?<=[{_CHINESE}，。、；：！？）》”])(?![，。、；：！？）》”%]|$)")


def _text(x: float, y: float, lines: Sequence[str], css: str, font: float, anchor: str = "start") -> str:
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{y + n * font * 1.2:.1f}">{escape(_apart(line))}</tspan>' for n, line in enumerate(lines)
    )
    return f'<text class="{css}" text-anchor="{anchor}">{spans}</text>'


def _apart(line: str) -> str:
    """A line whose own first letter says which way it runs, whatever stands around it; one without letters runs as the page does."""
    if direction() == "ltr":
        return line
    latin = any(c.isalpha() and unicodedata.bidirectional(c) == "L" for c in line)
    return f"{_FIRST_LETTER if latin else _RIGHT_TO_LEFT}{line}{_END}"


_FIRST_LETTER, _RIGHT_TO_LEFT, _END = "\u2068", "\u2067", "\u2069"


# --- lines ------------------------------------------------------------------------------------------------------


def _line_drawing(
    page: Page,
    series: Sequence[Series],
    x_ticks: Sequence[tuple[float, str]],
    y_text: Callable[[float], str],
    x_range: tuple[float, float] | None,
    y_range: tuple[float, float] | None,
    targets: Sequence[Target],
    bands: Sequence[Band],
    mark: Mark | None,
) -> tuple[Page, int, str]:
    xs = [x for s in series for x, y in s.points if y is not None] + [x for x, _ in x_ticks]
    ys = [y for s in series for _, y in s.points if y is not None] + [t.y for t in targets]
    x0, x1 = x_range or (min(xs), max(xs))
    ticks = nice_ticks(*(y_range or (min([0.0, *ys]), max([0.0, *ys]))), 6)
    y0, y1 = ticks[0], ticks[-1]
    font = page.font

    names = _names(page, series, targets)
    left = max(_width(y_text(tick), font) for tick in ticks) + 8
    right = page.width - max((name.width for name in names), default=0) - _LEADER

    def at_x(x: float) -> float:
        return left + (x - x0) / ((x1 - x0) or 1) * (right - left)

    over = _band_names(page, bands, at_x)
    tall = max((len(lines) for _x, lines in over), default=0)
    top, bottom = font * (0.7 + 1.2 * tall if bands else 0.9), page.height - font * 2

    def at_y(y: float) -> float:
        return bottom - (y - y0) / ((y1 - y0) or 1) * (bottom - top)

    out: list[str] = []
    for band, (middle, lines) in zip(bands, over):
        x, width = at_x(band.start), at_x(band.end) - at_x(band.start)
        out.append(f'<rect class="fig-band" x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{bottom - top:.1f}"/>')
        out.append(_text(middle, top - font * (1.2 * len(lines) - 0.7), lines, "fig-note", font, "middle"))
    for tick in ticks:
        css = "fig-zero" if tick == 0 else "fig-grid"
        out.append(f'<line class="{css}" x1="{left:.1f}" x2="{right:.1f}" y1="{at_y(tick):.1f}" y2="{at_y(tick):.1f}"/>')
        out.append(_text(left - 8, at_y(tick) + font * 0.35, [y_text(tick)], "fig-tick", font, "end"))
    for x, words in _ticks_that_fit(x_ticks, at_x, font):
        out.append(_text(at_x(x), bottom + font * 1.45, [words], "fig-tick", font, "middle"))
    for target in targets:
        y = at_y(target.y)
        out.append(f'<line class="fig-target" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')

    # the chosen line is drawn last, so that it lies on top
    for one in sorted(series, key=lambda s: s.look == "chosen"):
        out.append(_path(one, at_x, at_y))
        out.extend(_dots(one, at_x, at_y))
    labels = [Label(0, at_y(name.y) - name.height / 2, name.width, name.height) for name in names]
    for name, at in zip(names, place(labels, [], 0, page.height)):
        start, y, middle = at_x(name.x) + 6, at_y(name.y), at + name.height / 2
        steps = f"M{start:.1f} {y:.1f}L{right + 2:.1f} {y:.1f}L{right + _LEADER - 5:.1f} {middle:.1f}"
        out.append(f'<path class="fig-leader {name.look}" d="{steps}"/>')
        out.append(_text(right + _LEADER, at + font * 0.95, name.lines, f"fig-label {name.look}", font))
    if mark:
        x, y = at_x(mark.x), at_y(mark.y)
        if mark.label:
            out.append(f'<line class="fig-cursor" x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{at_y(max(y0, 0)):.1f}"/>')
        out.append(f'<circle class="fig-mark" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
    if mark and mark.label:
        width, height = _width(mark.label, font), font * 1.3
        start = min(max(x - width / 2, left), right - width)
        obstacles = [box for one in series for box in _trace(one, at_x, at_y)]
        [at] = place([Label(start, y - font * 2.2, width, height)], obstacles, 0, bottom)
        out.append(_text(start, at + font, [mark.label], "fig-label chosen", font))
    return page, page.height, "".join(out)


_LEADER = 20  # units between the plot and the names, for the lines that lead to them


@dataclass(frozen=True)
class _Name:
    """A name behind the plot and the point (x, y), in data units, that it belongs to."""

    x: float
    y: float
    lines: list[str]
    look: str
    width: float
    height: float


def _names(page: Page, series: Sequence[Series], targets: Sequence[Target]) -> list[_Name]:
    narrow = page is NARROW
    room = page.width * (0.27 if narrow else 0.26)
    out = []

    def add(x: float, y: float, words: str, look: str) -> None:
        size = page.font * (1.06 if look == "chosen" else 1)
        lines = wrap(words, room, size)
        width = max(_width(line, size) for line in lines)
        out.append(_Name(x, y, lines, look, width, len(lines) * page.font * 1.2 + 2))

    for one in series:
        known = [(x, y) for x, y in one.points if y is not None]
        words = (one.short or one.label) if narrow else one.label
        if known and words:
            add(*known[-1], words, one.look)
    ends = [x for one in series for x, y in one.points if y is not None]
    for target in targets:
        words = (target.short or target.label) if narrow else target.label
        add(max(ends, default=0), target.y, words, "target")
    return out


def _band_names(page: Page, bands: Sequence[Band], at_x: Callable[[float], float]) -> list[tuple[float, list[str]]]:
    """The middle and the lines of each period's name: side by side in one line each where they fit, else in as many as they need."""
    font = page.font
    middles = [(at_x(band.start) + at_x(band.end)) / 2 for band in bands]
    rooms = [min((abs(one - other) - 4 for other in middles if other != one), default=page.width) for one in middles]
    single = [[band.label] for band in bands]
    halves = [_width(band.label, font) * 0.44 for band in bands]  # nearer to the truth than the generous half
    spans = [(x - half, x + half) for x, half in zip(middles, halves)]
    if all(a[1] + 4 <= b[0] for a, b in zip(spans, spans[1:])):
        lined = single
    else:
        lined = [wrap(band.label, room, font) for band, room in zip(bands, rooms)]
        halves = [max(_width(line, font) for line in lines) / 2 for lines in lined]
        for n in range(len(middles) - 1):
            over = max(0, middles[n] + halves[n] + 4 - (middles[n + 1] - halves[n + 1]))
            middles[n : n + 2] = [middles[n] - over / 2, middles[n + 1] + over / 2]
    return [(max(half, min(x, page.width - half)), lines) for x, half, lines in zip(middles, halves, lined)]


def _trace(series: Series, at_x: Callable[[float], float], at_y: Callable[[float], float]) -> list[Box]:
    """Small boxes along a line, or around dots, which names should not cover."""

    def around(x: float, y: float, radius: float, cost: float) -> Box:
        return Box(x - radius, y - radius, x + radius, y + radius, cost)

    points = [(at_x(x), None if y is None else at_y(y)) for x, y in series.points]
    if not series.line:
        return [around(x, y, 4, 500) for x, y in points if y is not None]
    boxes = []
    for (xa, ya), (xb, yb) in zip(points, points[1:]):
        if ya is not None and yb is not None:
            steps = max(2, int(math.hypot(xb - xa, yb - ya) / 6))
            boxes += [around(xa + (xb - xa) * n / steps, ya + (yb - ya) * n / steps, 2, 300) for n in range(steps + 1)]
    return boxes


def _ticks_that_fit(
    ticks: Sequence[tuple[float, str]], at_x: Callable[[float], float], font: float
) -> list[tuple[float, str]]:
    """Every tick, or every second, third … one, so that no two texts touch."""
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        gaps = zip(kept, kept[1:])
        if all(at_x(b[0]) - at_x(a[0]) > (_width(a[1], font) + _width(b[1], font)) / 2 + 6 for a, b in gaps):
            return kept
    return []


def _path(series: Series, at_x: Callable[[float], float], at_y: Callable[[float], float]) -> str:
    if not series.line:
        return ""
    steps, pen_down = [], False
    for x, y in series.points:
        if y is None:
            pen_down = False
            continue
        steps.append(f"{'L' if pen_down else 'M'}{at_x(x):.1f} {at_y(y):.1f}")
        pen_down = True
    return f'<path class="fig-line {series.look}" d="{"".join(steps)}"/>'


def _dots(series: Series, at_x: Callable[[float], float], at_y: Callable[[float], float]) -> list[str]:
    """All points where asked for; otherwise only those with no neighbour, which a line cannot show."""
    values = [None, *[y for _, y in series.points], None]
    shown = []
    for n, (x, y) in enumerate(series.points):
        alone = values[n] is None and values[n + 2] is None
        if y is not None and (series.dots or alone):
            shown.append(f'<circle class="fig-dot {series.look}" cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="4"/>')
    return shown


# --- bars -------------------------------------------------------------------------------------------------------


def _bar_drawing(page: Page, bars: Sequence[Bar], at_least: float) -> tuple[Page, int, str]:
    font, thick = page.font, 26
    mirrored = direction() == "rtl"
    anchor = "end" if mirrored else "start"
    room = max((_width(bar.text, font * 1.06) for bar in bars), default=0) + 12
    longest = max([at_least, *(bar.value for bar in bars)]) or 1
    scale = (page.width - room) / longest
    out, y = [], 0.0
    for bar in bars:
        lines = wrap(bar.label, page.width - 4, font)
        y += font * 1.2 * len(lines) + font * 0.2
        width = max(bar.value * scale, 0)
        start, behind, corner = (page.width, page.width - width - 8, f"{page.width - width:.1f}") if mirrored else (0, width + 8, "0")
        out.append(_text(start, y - font * 1.2 * (len(lines) - 1) - font * 0.5, lines, f"fig-label {bar.look}", font, anchor))
        out.append(f'<rect class="fig-bar {bar.look}" x="{corner}" y="{y:.1f}" width="{width:.1f}" height="{thick}" rx="2"/>')
        out.append(_text(behind, y + thick / 2 + font * 0.35, [bar.text], f"fig-value {bar.look}", font, anchor))
        y += thick + font
    return page, round(y), "".join(out)
