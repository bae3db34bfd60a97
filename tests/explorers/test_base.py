"""What all explorers share: the road from a turn of the reader to a page, and the same page without a kernel."""

from __future__ import annotations

import html
import json
import math
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.explorers import explorer, names
from course.explorers.base import (
    Check,
    Control,
    Download,
    Explorer,
    Option,
    Panel,
    Radio,
    Select,
    Slider,
    Sort,
    SortItem,
    State,
    Try,
    View,
    flag,
    one_of,
    plain_text,
    quantity,
)


class Probe(Explorer):
    """A small explorer with every kind of control."""

    name = "probe"
    title = "Probe <1>"
    start = {"fruit": "fig", "nut": "fig", "size": "m", "number": 3, "on": False, "side.a": "", "weight.a": 1}

    @staticmethod
    def clean(state: State, change: Any) -> State:
        wish = {**state, **change}
        return {
            "fruit": one_of(wish["fruit"], ("fig", "plum"), state["fruit"]),
            "nut": one_of(wish["nut"], ("fig", "plum"), state["nut"]),
            "size": one_of(wish["size"], ("s", "m"), state["size"]),
            "number": quantity(wish["number"], 0, 10, state["number"]),
            "on": flag(wish["on"], state["on"]),
            "side.a": one_of(wish["side.a"], ("", "up", "down"), state["side.a"]),
            "weight.a": round(quantity(wish["weight.a"], 0, 3, state["weight.a"])),
        }

    @staticmethod
    def controls(state: State) -> list[Control]:
        fruit = [Option("fig", "Fig & co", "Soft"), Option("plum", "Plum", "Hard")]
        return [
            Select("fruit", "Fruit", state["fruit"], fruit, help="Which?", search=True),
            Select("nut", "Nut", state["nut"], fruit),
            Radio("size", "Size", state["size"], [Option("s", "Small"), Option("m", "Middle")]),
            Slider("number", "Number", state["number"], 0, 10, unit="kg"),
            Check("on", "On", state["on"]),
            Sort("Sort", [SortItem("a", "A", state["side.a"], state["weight.a"])], [Option("up", "Up"), Option("down", "Down")]),
        ]

    @staticmethod
    def view(state: State) -> View:
        return View(
            finding=f"<strong>{state['number']}</strong> of {html.escape(state['fruit'])} &amp; more",
            subtitle="kilograms",
            panels=[Panel("one", "One", "<p>first</p>"), Panel("two", "Two", "<p>second</p>")],
            source=["Somebody"],
            notes=["Mind this."],
            csv=Download("probe.csv", "a,b\r\n1,2\r\n"),
            tries=[Try("Two plums", {"fruit": "plum", "number": 2})],
        )


class Outline(HTMLParser):
    """Checks that tags are balanced and gathers ids, labels' targets and references."""

    void = {"input", "rect", "line", "circle", "path", "br"}

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for word in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.refers += (found.get(word) or "").split()
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag


def every_explorer() -> list[Explorer]:
    return [Probe(), *(explorer(name) for name in names())]


# --- finding one ------------------------------------------------------------------------------------------------


def test_every_slug_gives_its_explorer() -> None:
    """Does each file of the room give an explorer of that name?"""
    assert {"sending-cost", "lifeline", "balance-sheet"} <= set(names())
    for name in names():
        assert explorer(name).name == name


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """Can a lecturer mend a misspelt name from the message alone?"""
    with pytest.raises(ValueError, match="no explorer 'sending'; the explorers are: .*sending-cost"):
        explorer("sending")
    for name in ("base", "markup", "../base", ""):
        with pytest.raises(ValueError, match="there is no explorer"):
            explorer(name)


def test_an_incomplete_explorer_is_refused_when_it_is_written() -> None:
    """Is what is missing named at once, not when a delegate meets it?"""
    with pytest.raises(TypeError, match="Half lacks start, clean, controls, view"):
        type("Half", (Explorer,), {"name": "half", "title": "Half"})


# --- a turn -----------------------------------------------------------------------------------------------------


def test_a_turn_is_cleaned_answered_and_counted() -> None:
    """Does a turn of the page come back with its own token, a clean state and a new revision?"""
    probe = Probe()
    before = probe.page["revision"]
    probe.set_state({"state": {**probe.page["state"], "number": 99, "turn": "1:1"}})
    assert probe.state == {**Probe.start, "number": 10}
    assert probe.page["state"] == probe.state and probe.page["turn"] == "1:1"
    assert probe.page["revision"] == before + 1
    assert "<strong>10</strong>" in probe.page["html"] and probe.page["say"] == "10 of fig & more"


def test_a_turn_that_changes_nothing_is_answered_too() -> None:
    """Does the page never wait for an answer that does not come?"""
    probe = Probe()
    for turn in ("1:1", "1:2"):
        probe.set_state({"state": {**probe.page["state"], "fruit": "stone", "turn": turn}})
        assert probe.page["turn"] == turn and probe.state["fruit"] == "fig"


def test_python_turns_it_as_well() -> None:
    """Can a notebook open an explorer in another state, and set it later?"""
    probe = Probe(fruit="plum")
    assert "plum" in probe.page["say"] and probe.page["start"] == Probe.start
    probe.state = {**probe.state, "number": 7}
    assert probe.page["say"].startswith("7 of plum")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", ["probe", *names()])
def test_whatever_a_page_sends_a_page_comes_back(name: str) -> None:
    """Does no value of any type, for any key, raise or get into the state unclean?"""
    kind = Probe if name == "probe" else type(explorer(name))
    keys = [*kind.start, "unknown"]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(keys), JSON, max_size=4))
    def sent(change: dict[str, Any]) -> None:
        state = kind.clean(dict(kind.start), change)
        assert set(state) == set(kind.start)
        assert all(type(state[key]) in (str, int, float, bool, list) for key in state)
        assert not any(isinstance(value, float) and not math.isfinite(value) for value in state.values())
        assert kind.clean(dict(state), {}) == state
        assert json.dumps(state) and kind.view(state).finding and kind.controls(state)

    sent()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, 5), ("5.5", 5.5), (-3, 0), (99, 10), (math.nan, 4), (math.inf, 4), (None, 4), (True, 4), ([], 4), ("x", 4), (10**400, 4), (2.0, 2)],
)
def test_quantity_gives_a_number_in_range(value: Any, expected: float) -> None:
    """Is a number clamped and everything else refused?"""
    assert quantity(value, 0, 10, fallback=4) == expected


def test_choices_and_flags_fall_back() -> None:
    """Are only the allowed words and real truth values taken?"""
    assert one_of("b", ("a", "b"), "a") == "b" and one_of(["b"], ("a", "b"), "a") == "a"
    assert one_of(2, ("1", "2"), "1") == "2" and one_of(True, ("1", "True"), "1") == "1"
    assert flag(True, False) is True and flag("true", False) is False and flag(1, False) is False


# --- the page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", every_explorer(), ids=lambda one: one.name)
def test_the_page_is_whole_html_with_sound_references(one: Explorer) -> None:
    """Are tags balanced, ids unique, and does every label and reference point at something?"""
    outline = Outline(one.static_html())
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.refers) <= set(outline.ids)


@pytest.mark.parametrize("one", every_explorer(), ids=lambda one: one.name)
def test_every_control_has_a_name(one: Explorer) -> None:
    """Is no field without a label that a screen reader can say?"""
    outline = Outline(one.page["html"])
    labelled = {found.get("for") for tag, found in outline.tags if tag == "label"}
    for tag, found in outline.tags:
        if tag in ("select", "input") and found.get("type") not in ("radio", "checkbox"):
            assert found.get("aria-label") or found.get("id") in labelled
    assert len(re.findall(r"<fieldset", one.page["html"])) == len(re.findall(r"<legend", one.page["html"]))


@pytest.mark.parametrize("one", every_explorer(), ids=lambda one: one.name)
def test_the_static_page_is_the_live_one_not_yet_answering(one: Explorer) -> None:
    """Does nothing jump when a page becomes live: the same markup but for `disabled` and the waiting words?"""
    static = one.static_html()
    inside = static[static.index(">") + 1 : static.rindex("</div>")]
    assert inside.replace(" disabled", "").replace("Starting …", "") == one.page["html"]
    assert 'data-live="no"' in static and "<fieldset class=" in static and " disabled>" in static


def test_only_the_first_of_several_panels_is_shown() -> None:
    """Do tabs follow the pattern: one selected, one in the Tab order, the other panels hidden?"""
    outline = Outline(Probe().page["html"])
    tabs = [found for tag, found in outline.tags if found.get("role") == "tab"]
    panels = [found for tag, found in outline.tags if found.get("role") == "tabpanel"]
    assert [tab["aria-selected"] for tab in tabs] == ["true", "false"]
    assert ["tabindex" in tab for tab in tabs] == [False, True]
    assert ["hidden" in panel for panel in panels] == [False, True]


def test_one_panel_needs_no_tabs() -> None:
    """Is a single panel shown as it is?"""

    class Single(Probe):
        name = "single"

        @staticmethod
        def view(state: State) -> View:
            return View("f", "s", [Panel("one", "One", "<p>only</p>")], ["S"])

    assert "tablist" not in Single().page["html"] and "<p>only</p>" in Single().page["html"]


def test_text_is_escaped() -> None:
    """Do titles and options arrive as text?"""
    markup = Probe().page["html"]
    assert "Probe &lt;1&gt;" in markup and "Fig &amp; co" in markup and "Probe <1>" not in markup


def test_the_download_carries_the_figures() -> None:
    """Does the link hold the CSV itself, so that it works without a kernel?"""
    assert 'download="probe.csv" href="data:text/csv;charset=utf-8,a%2Cb%0D%0A1%2C2%0D%0A"' in Probe().static_html()


def test_two_on_a_page_keep_their_ids_apart() -> None:
    """Has each explorer ids of its own?"""
    first, second = Probe(), Probe()
    assert not set(Outline(first.static_html()).ids) & set(Outline(second.static_html()).ids)


def test_a_notebook_gets_the_page_beside_the_widget() -> None:
    """Are the widget, its HTML and its words in one output?"""
    data, _ = Probe()._repr_mimebundle_()
    assert data["text/html"].startswith('<div class="course explorer"')
    assert data["text/plain"] == "Probe <1>: 3 of fig & more"
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("one", every_explorer(), ids=lambda one: one.name)
def test_an_explorer_brings_everything_and_calls_nobody(one: Explorer) -> None:
    """Is module and style free of imports and addresses, and does every style rule stay below `.course`?"""
    assert not re.search(r"\bimport\b|https?:|@import|url\(", re.sub(r"//[^\n]*", "", one._esm) + one._css)
    rules = re.sub(r"/\*.*?\*/", "", one._css, flags=re.S)
    selectors = [one.strip() for one in re.findall(r"([^{}]*)\{", rules)]
    assert len(selectors) > 100
    for selector in selectors:
        assert selector.startswith("@") or ".course" in selector, selector


def test_plain_text_is_what_one_would_say() -> None:
    """Are tags gone and entities read?"""
    assert plain_text("<p>US$&nbsp;9 <strong>more</strong>\n &amp; more</p>") == "US$ 9 more & more"


@pytest.mark.parametrize("name", names())
def test_every_suggestion_leads_somewhere(name: str) -> None:
    """Does each “Try this”, pressed at the start, change the sentence that is read out?"""
    one = explorer(name)
    start = dict(one.state)
    here = one.view(start)
    for suggestion in here.tries:
        there = one.view(one.clean(dict(start), dict(suggestion.change)))
        assert there.finding != here.finding, suggestion.label
