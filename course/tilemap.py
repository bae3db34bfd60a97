"""A map of all States as equal tiles, grouped by region: small States are as visible as large ones, and no boundary is drawn.

The places of the tiles are our own arrangement and stand in `course/data/states.csv`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from course.data import State, states
from course.i18n import N_, _
from course.numbers import NO_DATA, fewest

CLASSES = 6
NOTE = N_("Tiles show States by region, not boundaries; names and codes imply no opinion on status.")
# where a region's name stands on the wide map: column and row of its first cell, in cells that no tile takes
LABELS = {"Africa": (9, 11), "Americas": (1, 5), "Asia": (18, 5), "Europe": (8, 1), "Oceania": (22, 14)}
LABEL_SPAN = 4


def tile_map(
    values: Mapping[str, float | None],
    *,
    scale: Sequence[float],
    selected: str | None,
    title: str,
    unit: str,
    format: Callable[[float], str],
    limit: Callable[[float], str] | None = None,
    key: str = "country",
) -> str:
    """HTML of the map; each tile is a button that sets `key` to its ISO3 code.

    `values`: ISO3 -> value, None or absent for no data; codes without a tile are left out.
    `scale`: one to five rising limits; a tile takes the class of the limits it reaches.
    `unit`: what the limits in the legend are counted in; `format` writes one value with its unit, `limit` one limit.
    Raises ValueError when the limits do not rise or are too many.
    """
    if not 1 <= len(scale) < CLASSES or any(low >= high for low, high in zip(scale, scale[1:])):
        raise ValueError(f"the scale {list(scale)} must be one to {CLASSES - 1} rising limits")

    def look(state: State) -> tuple[str, str]:
        value = values.get(state.iso3)
        return colour_class(value, scale), _(NO_DATA) if value is None else format(value)

    missing = any(values.get(state.iso3) is None for state in _placed())
    return _map(title, _legend(scale, unit, limit, missing), look, selected, key)


@dataclass(frozen=True)
class TileClass:
    """One of the kinds that a map without a scale tells apart: its word in the legend, and its style class."""

    label: str
    css: str


def class_map(
    tiles: Mapping[str, tuple[str, str]],
    *,
    classes: Mapping[str, TileClass],
    selected: str | None,
    title: str,
    unit: str,
    key: str = "country",
) -> str:
    """The same map for what is no quantity: HTML in which each tile belongs to one of `classes`.

    `tiles`: ISO3 -> (id of its class, what is said of it), for every State that has a tile; other codes are left out.
    `classes`: in the order of the legend, which names those that occur; their styles should differ by more than colour.
    Raises KeyError for a State without a class and for a class that is not listed.
    """

    def look(state: State) -> tuple[str, str]:
        kind, words = tiles[state.iso3]
        return classes[kind].css, words

    met = {tiles[state.iso3][0] for state in _placed()}
    return _map(title, _keys(unit, [(one.css, one.label) for ident, one in classes.items() if ident in met]), look, selected, key)


def _map(title: str, legend: str, look: Callable[[State], tuple[str, str]], selected: str | None, key: str) -> str:
    """Title, legend and all tiles; `look` gives the style class of a State and the words for it."""
    regions = []
    for region_id, (column, row) in LABELS.items():
        inside = _in_order([state for state in _placed() if state.region_id == region_id])
        region = inside[0].region
        left, top = min(state.column for state in inside), min(state.row for state in inside)
        # the Tab key stops once in each region, not 195 times; a fixed place, so that choosing a tile keeps the focus on it
        tiles = "".join(_tile(state, *look(state), key, selected, state is inside[0], (left, top)) for state in inside)
        regions.append(
            f'<div class="tilemap-region" role="group" aria-label="{escape(region)}">'
            f'<p class="tilemap-label" style="--c:{column};--r:{row};--span:{LABEL_SPAN}">{escape(region)}</p>'
            f'<div class="tilemap-tiles">{tiles}</div></div>'
        )
    return (
        f'<div class="tilemap"><p class="tilemap-title">{escape(title)}</p>{legend}'
        f'<div class="tilemap-world" role="group" aria-label="{escape(title)}" data-tiles>{"".join(regions)}</div>'
        f'<p class="tilemap-note">{escape(_(NOTE))}</p></div>'
    )


def _placed() -> list[State]:
    return [state for state in states().values() if state.column is not None]


def colour_class(value: float | None, scale: Sequence[float]) -> str:
    """The style class of a value: "seq-0" … "seq-5", spread over the ramp where there are fewer classes; or "seq-none"."""
    if value is None:
        return "seq-none"
    return f"seq-{_shade(bisect_right(scale, value), len(scale))}"


def limits(scale: Sequence[float], write: Callable[[float], str]) -> list[str]:
    """The classes in words, lowest first: "under 1", "1 to 5", "5 and over"."""
    text = [write(limit) for limit in scale]
    between = [_("{low} to {high}").format(low=low, high=high) for low, high in zip(text, text[1:])]
    return [_("under {limit}").format(limit=text[0]), *between, _("{limit} and over").format(limit=text[-1])]


def _shade(step: int, steps: int) -> int:
    return round(step * (CLASSES - 1) / steps)


def _in_order(some: Sequence[State]) -> list[State]:
    """As a reader goes through them: row by row."""
    return sorted(some, key=lambda state: (state.row, state.column))


def _tile(state: State, css: str, words: str, key: str, selected: str | None, stop: bool, corner: tuple[int, int]) -> str:
    label = escape(_("{country}, {figure}").format(country=state.name, figure=words))
    left, top = corner
    place = f"--c:{state.column};--r:{state.row};--rc:{state.column - left + 1};--rr:{state.row - top + 1}"
    return (
        f'<button type="button" class="tile {css}" data-set="{escape(key)}" '
        f'data-value="{escape(json.dumps(state.iso3))}" style="{place}" '
        f'aria-pressed="{"true" if state.iso3 == selected else "false"}" '
        f'tabindex="{0 if stop else -1}" aria-label="{label}" title="{label}">{state.iso3}</button>'
    )


def _legend(scale: Sequence[float], unit: str, limit: Callable[[float], str] | None, missing: bool) -> str:
    steps = len(scale)
    keys = [(f"seq-{_shade(step, steps)}", words) for step, words in enumerate(limits(scale, limit or fewest))]
    if missing:
        keys.append(("seq-none", _(NO_DATA)))
    return _keys(unit, keys)


def _keys(unit: str, keys: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<li><span class="swatch {css}"></span>{escape(words)}</li>' for css, words in keys)
    return f'<div class="tilemap-legend"><p>{escape(unit)}</p><ul>{items}</ul></div>'
