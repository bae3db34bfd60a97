"""The tile map: every State is a button with its own words, and no tile covers another or a region's name."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from course.data import states
from course.tilemap import LABEL_SPAN, LABELS, NOTE, TileClass, class_map, colour_class, limits, tile_map

SCALE = [0.5, 1, 3, 10, 20]


def draw(values: dict, selected: str | None = "TJK", **change: object) -> str:
    settings = dict(scale=SCALE, title="Remittances <2024>", unit="% of GDP", format=lambda v: f"{v:.1f} % of GDP")
    return tile_map(values, selected=selected, **{**settings, **change})


def tiles(markup: str) -> dict[str, str]:
    """ISO3 -> the opening tag of its button."""
    found = {}
    for tag in re.findall(r"<button [^>]*>", markup):
        found[json.loads(unescape(re.search(r'data-value="([^"]*)"', tag)[1]))] = tag
    return found


def test_every_state_is_a_button() -> None:
    """Is each of the 195 States a button that sets the country, and nothing else a button?"""
    found = tiles(draw({}))
    assert len(found) == 195
    assert set(found) == {code for code, state in states().items() if state.column}
    assert all('type="button"' in tag and 'data-set="country"' in tag for tag in found.values())


def test_words_and_classes() -> None:
    """Does a tile say its State and its value, in the class of that value, and "no data" where there is none?"""
    found = tiles(draw({"TJK": 47.2, "IND": 3.5, "CIV": None}))
    assert 'aria-label="Tajikistan, 47.2 % of GDP"' in found["TJK"]
    assert "seq-5" in found["TJK"]
    assert "seq-3" in found["IND"]
    assert 'aria-label="Côte d&#x27;Ivoire, no data"' in found["CIV"]
    assert "seq-none" in found["CIV"]
    assert "seq-none" in found["VAT"]


def test_selected() -> None:
    """Is exactly the chosen State pressed, and none where none or an area without a tile is chosen?"""
    for selected, pressed in (("PHL", ["PHL"]), (None, []), ("HKG", [])):
        found = tiles(draw({}, selected=selected))
        assert [code for code, tag in found.items() if 'aria-pressed="true"' in tag] == pressed


def test_tab_stops() -> None:
    """Does the Tab key stop once in each region, wherever the choice lies?"""
    for selected in ("PHL", "TJK"):
        stops = [code for code, tag in tiles(draw({}, selected=selected)).items() if 'tabindex="0"' in tag]
        assert sorted(states()[code].region for code in stops) == sorted(LABELS)


def test_places_are_free() -> None:
    """Does every tile have its own cell in the world and in its region, and does no tile cover a region's name?"""
    found = tiles(draw({}))
    world, regions = set(), set()
    for code, tag in found.items():
        column, row, inner_column, inner_row = map(int, re.findall(r"--\w+:(\d+)", tag))
        world.add((column, row))
        regions.add((states()[code].region, inner_column, inner_row))
        assert 1 <= inner_column <= 11, "eleven tiles are as many as a telephone shows beside each other"
    assert len(world) == len(regions) == 195
    for column, row in LABELS.values():
        assert not world & {(column + n, row) for n in range(LABEL_SPAN)}


def test_grid_is_as_wide_as_the_style_says() -> None:
    """Do the tiles use all 26 columns that the style sheet draws?"""
    columns = {state.column for state in states().values() if state.column}
    assert (min(columns), max(columns)) == (1, 26)


def test_title_legend_and_note() -> None:
    """Is the title escaped, every class in the legend, the disclaimer there, and "no data" only where it occurs?"""
    markup = draw({"TJK": 47.2})
    assert "Remittances &lt;2024&gt;" in markup
    assert NOTE in markup
    for words in ("under 0.5", "0.5 to 1", "10 to 20", "20 and over", "no data"):
        assert words in markup
    full = draw(dict.fromkeys(states(), 1.0))
    assert "no data" not in full


@pytest.mark.parametrize(
    ("value", "css"),
    [(None, "seq-none"), (-1, "seq-0"), (0.49, "seq-0"), (0.5, "seq-1"), (19.99, "seq-4"), (20, "seq-5"), (900, "seq-5")],
)
def test_classes(value: float | None, css: str) -> None:
    """Does a value on a limit belong to the class above it?"""
    assert colour_class(value, SCALE) == css


def test_few_classes_use_the_whole_ramp() -> None:
    """Do two and three classes reach from the lightest to the darkest colour?"""
    assert [colour_class(value, [10]) for value in (1, 10)] == ["seq-0", "seq-5"]
    assert [colour_class(value, [0, 10]) for value in (-1, 1, 10)] == ["seq-0", "seq-2", "seq-5"]


def test_limits() -> None:
    """Are limits written as readers do, with a real minus sign and commas?"""
    markup = draw({}, scale=[-5, 1000])
    assert all(words in markup for words in ("under −5", "−5 to 1,000", "1,000 and over"))
    assert limits([1e9], lambda limit: f"{limit / 1e9:g} bn") == ["under 1 bn", "1 bn and over"]


@pytest.mark.parametrize("scale", [[], [1, 1], [2, 1], [1, 2, 3, 4, 5, 6]])
def test_bad_scale(scale: list[float]) -> None:
    """Is a scale that does not rise, is empty or too long refused?"""
    with pytest.raises(ValueError, match="rising limits"):
        draw({}, scale=scale)


def test_a_map_of_kinds() -> None:
    """Does each State take the style and the words of its class, and does the legend name the classes that occur, in their order?"""
    classes = {"yes": TileClass("agreed", "a"), "maybe": TileClass("thinking", "m"), "no": TileClass("nothing known", "n")}
    found = dict.fromkeys(states(), ("no", "nothing known")) | {"TJK": ("yes", "agreed <2019>")}
    markup = class_map(found, classes=classes, selected="TJK", title="Who agreed?", unit="list of 2020")
    drawn = tiles(markup)
    assert len(drawn) == 195 and 'class="tile a"' in drawn["TJK"] and 'class="tile n"' in drawn["FRA"]
    assert 'aria-label="Tajikistan, agreed &lt;2019&gt;"' in drawn["TJK"] and 'aria-pressed="true"' in drawn["TJK"]
    assert re.findall(r'swatch (\w)"', markup) == ["a", "n"] and "thinking" not in markup and NOTE in markup
    with pytest.raises(KeyError):
        class_map({}, classes=classes, selected=None, title="", unit="")
