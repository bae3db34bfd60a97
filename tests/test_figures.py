"""Charts and tables: whole, readable, the same for the same numbers."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from course.figures import (
    NARROW,
    WIDE,
    Band,
    Bar,
    Html,
    Mark,
    Series,
    Target,
    bar_chart,
    csv_text,
    line_chart,
    nice_ticks,
    table,
    wrap,
)
from course.labels import Box, Label, place


def drawings(markup: str) -> list[ElementTree.Element]:
    """The SVG elements of a figure, each well-formed."""
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", markup, re.S)]


def chart(series: list[Series], **more: object) -> str:
    return line_chart(
        uid="f",
        title="Cost & course",
        description="From 20 % to 8 %.",
        series=series,
        x_ticks=[(2011, "2011"), (2013, "2013"), (2015, "2015")],
        y_text=lambda value: f"{value:g} %",
        **more,  # type: ignore[arg-type]
    )


LINE = Series("Australia to Samoa 8 %", ((2011, 20.0), (2013, 12.0), (2015, 8.0)), look="chosen", short="8 %")


def test_a_chart_is_drawn_for_a_wide_and_a_narrow_page() -> None:
    """Is there one picture for each width, neither with text too small for its sheet?"""
    wide, narrow = drawings(chart([LINE]))
    assert wide.get("viewBox") == f"0 0 {WIDE.width} {WIDE.height}"
    assert narrow.get("viewBox") == f"0 0 {NARROW.width} {NARROW.height}"
    # on a telephone of 320 pixels the narrow sheet is scaled by 320/360 at the least
    assert float(narrow.get("font-size", 0)) * 320 / NARROW.width >= 12


def test_a_picture_has_its_words() -> None:
    """Are title and description there, escaped, and tied to both pictures?"""
    markup = chart([LINE])
    assert '<span hidden id="f-t">Cost &amp; course</span>' in markup
    assert '<span hidden id="f-d">From 20 % to 8 %.</span>' in markup
    assert markup.count('role="img" aria-labelledby="f-t f-d"') == 2


def test_names_stand_at_the_lines_instead_of_a_legend() -> None:
    """Does the wide picture carry the full name and the narrow one the short name?"""
    wide, narrow = ("".join(one.itertext()) for one in drawings(chart([LINE], targets=[Target(3, "Average below 3 %", "Goal 3 %")])))
    assert "Australia to Samoa" in wide and "Average below 3 %" in wide
    assert "Australia" not in narrow and "Goal 3 %" in narrow


def test_a_missing_value_breaks_the_line() -> None:
    """Is a gap a gap, and a lonely value a dot?"""
    gap = Series("a", ((2011, 1.0), (2012, None), (2013, 3.0), (2014, 4.0)))
    [wide, _] = drawings(chart([gap]))
    [path] = [one for one in wide.iter("path") if one.get("class", "").startswith("fig-line")]
    assert path.get("d", "").count("M") == 2 and path.get("d", "").count("L") == 1
    assert len([one for one in wide.iter("circle") if one.get("class", "").startswith("fig-dot")]) == 1


def test_the_axis_goes_where_it_is_told() -> None:
    """Does a given range begin the axis above zero, without a line for zero, the cursor ending at its foot?"""
    wide, _ = drawings(chart([Series("Rate", ((2011, 62.0), (2015, 71.0)))], y_range=(50, 80), mark=Mark(2013, 65, "2013")))
    ticks = [text for one in wide.iter("text") if one.get("class") == "fig-tick" for text in one.itertext()]
    assert "50 %" in ticks and "80 %" in ticks and "0 %" not in ticks
    assert not [one for one in wide.iter("line") if one.get("class") == "fig-zero"]
    [cursor] = [one for one in wide.iter("line") if one.get("class") == "fig-cursor"]
    assert float(cursor.get("y2", 0)) < WIDE.height


def test_the_axis_keeps_zero_and_goes_below_it() -> None:
    """Does an axis include zero, also when values are negative?"""
    [wide, _] = drawings(chart([Series("a", ((2011, -11.4), (2015, 8.0)))]))
    ticks = ["".join(one.itertext()) for one in wide.iter("text") if one.get("class") == "fig-tick"]
    assert "0 %" in ticks and "-15 %" in ticks and "10 %" in ticks
    assert len([one for one in wide.iter("line") if one.get("class") == "fig-zero"]) == 1


def test_a_mark_and_a_band_are_named() -> None:
    """Do the chosen point and a shaded period carry their names?"""
    markup = chart([LINE], mark=Mark(2013, 12.0, "2013: 12 %"), bands=[Band(2011, 2013, "Crisis")])
    for one in drawings(markup):
        words = "".join(one.itertext())
        assert "2013: 12 %" in words and "Crisis" in words


def test_no_values_at_all_still_give_a_picture() -> None:
    """Is an empty series an empty chart instead of an error?"""
    assert len(drawings(chart([Series("a", ((2011, None),))]))) == 2


def test_the_same_numbers_give_the_same_picture() -> None:
    """Is drawing a pure function?"""
    assert chart([LINE]) == chart([LINE])


points = st.lists(st.tuples(st.integers(2011, 2025), st.none() | st.floats(-50, 50)), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(st.lists(points, min_size=1, max_size=4))
def test_any_numbers_give_a_picture_without_nan(all_points: list[list[tuple[int, float | None]]]) -> None:
    """Whatever the figures, is the picture well-formed and inside its sheet?"""
    series = [Series(f"Line {n}", tuple(sorted(one, key=lambda p: p[0]))) for n, one in enumerate(all_points)]
    markup = chart(series, targets=[Target(3, "Target")])
    assert "nan" not in markup and "inf" not in markup
    for one, page in zip(drawings(markup), (WIDE, NARROW)):
        for text in one.iter("tspan"):
            assert -30 <= float(text.get("x", 0)) <= page.width and 0 <= float(text.get("y", 0)) <= page.height


def test_bars_are_in_proportion() -> None:
    """Is a bar of half the value half as wide, with its value behind it?"""
    bars = [Bar("Now", 10, "US$ 10", "chosen"), Bar("At 3 %", 5, "US$ 5")]
    [wide, _] = drawings(bar_chart(uid="b", title="t", description="d", bars=bars))
    first, second = [float(one.get("width", 0)) for one in wide.iter("rect")]
    assert first == 2 * second
    assert "US$ 10" in "".join(wide.itertext())


def test_small_first_bars_stay_small() -> None:
    """Does `at_least` keep one point from filling the whole width?"""
    [wide, _] = drawings(bar_chart(uid="b", title="t", description="d", bars=[Bar("a", 1, "1")], at_least=10))
    [bar] = [float(one.get("width", 0)) for one in wide.iter("rect")]
    assert 0 < bar < WIDE.width / 9


def test_bars_without_any_value_are_drawn() -> None:
    """Is a sheet of zeros a picture and not a division by zero?"""
    assert 'width="0.0"' in bar_chart(uid="b", title="t", description="d", bars=[Bar("a", 0, "0 points")])


def test_a_table_can_be_read_aloud() -> None:
    """Has it a caption, column and row headings, and a region that the keyboard can scroll?"""
    markup = table("Cost & more", ["Quarter", "Cost"], [("2020 Q3", "8 %"), ("<b>", Html("<b>7 %</b>"))], numeric=(1,), chosen=0)
    assert "<caption><span>Cost &amp; more</span></caption>" in markup
    assert '<th scope="col">Quarter</th><th scope="col" class="number">Cost</th>' in markup
    assert '<tr class="chosen"><th scope="row">2020 Q3</th><td class="number">8 %</td></tr>' in markup
    assert "&lt;b&gt;" in markup and "<b>7 %</b>" in markup
    assert 'tabindex="0" role="region" aria-label="Cost &amp; more"' in markup


def test_csv_reads_back() -> None:
    """Do quotes, commas and empty cells survive?"""
    text = csv_text(["a", "b"], [("x, y", None), ('"q"', 1.5)])
    assert list(csv.reader(io.StringIO(text))) == [["a", "b"], ["x, y", ""], ['"q"', "1.5"]]


@settings(deadline=None)
@given(st.floats(-1e6, 0), st.floats(0.001, 1e6))
def test_ticks_enclose_the_values(low: float, high: float) -> None:
    """Do the ticks rise, enclose the range and stay few?"""
    ticks = nice_ticks(low, high, 6)
    assert ticks == sorted(set(ticks)) and 2 <= len(ticks) <= 7
    assert ticks[0] <= low + 1e-6 * (high - low) and ticks[-1] >= high - 1e-6 * (high - low)


def test_equal_ends_still_give_an_axis() -> None:
    """Does a range of nothing give two ticks?"""
    assert nice_ticks(0, 0) == [0, 1]


def test_long_names_break_at_spaces() -> None:
    """Is a name broken between words, and a long word kept whole?"""
    assert wrap("Mean of all corridors", 100, 15) == ["Mean of all", "corridors"]
    assert wrap("Extraordinarily", 10, 15) == ["Extraordinarily"]


# --- where names stand ---------------------------------------------------------------------------------------------

labels = st.lists(st.builds(Label, st.just(0.0), st.floats(0, 300), st.just(80.0), st.sampled_from([18.0, 36.0])), max_size=6)


@settings(deadline=None)
@given(labels)
def test_no_name_covers_another_and_their_order_stays(some: list[Label]) -> None:
    """Whatever the wishes, do names keep apart, inside, and in the order of their lines?"""
    tops = place(some, [], 0, 330)
    boxes = [label.box(top) for label, top in zip(some, tops)]
    assert not any(a.hits(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert all(0 <= box.top and box.bottom <= 332 for box in boxes)
    order = sorted(range(len(some)), key=lambda n: some[n].wanted + some[n].height / 2)
    assert [tops[n] for n in order] == sorted(tops)


def test_a_name_with_room_stays_where_it_wants() -> None:
    """Is nothing moved without need?"""
    assert place([Label(0, 100, 50, 18), Label(0, 200, 50, 18)], [], 0, 300) == [100, 200]


def test_a_name_avoids_what_is_costly_to_cover() -> None:
    """Does a name step aside for an obstacle?"""
    obstacle = Box(0, 100, 50, 110, cost=1e6)
    [top] = place([Label(0, 98, 50, 18)], [obstacle], 0, 300)
    assert not Label(0, 98, 50, 18).box(top).hits(obstacle)
