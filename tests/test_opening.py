"""Opening a lesson: each cell's widget, whole but for what every page has, and no cell takes the others with it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from ipywidgets import Widget

from course.content import Course
from course.opening import FOR_EVER, cells_of, module_name, opened
from course.widgets.panel import Panel


def test_a_lesson_opens_with_all_its_widgets(built: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does every cell that shows a widget say where, which and in what state?"""
    monkeypatch.setenv("COURSE_ROOT", str(built.root))
    cells = cells_of(built.lesson(built.slugs[0]))
    found = opened(cells, {})
    Widget.close_all()
    assert found["failed"] == [] and found["html"] == {}
    shown = [f"cell-{ident}" for ident, source in cells if source.startswith("module.")]
    assert [widget["place"] for widget in found["widgets"]] == shown
    panel = next(widget for widget in found["widgets"] if "answer" in widget["state"])
    assert panel["module"] == module_name(Panel.module) + FOR_EVER and panel["state"]["html"]
    assert not {"_esm", "_css", "layout"} & set(panel["state"])
    json.dumps(found)


def test_a_cell_that_fails_leaves_the_others(capfd: pytest.CaptureFixture[str]) -> None:
    """Is a failing cell told by its place, and its reason to the server's log, while the rest of the page lives?"""
    cells = [("a", "x = 1"), ("b", "x / 0"), ("c", "this is not Python"), ("d", "from IPython.display import HTML\nHTML(f'<p>{x}</p>')")]
    assert opened(cells, {}) == {"widgets": [], "html": {"cell-d": "<p>1</p>"}, "failed": ["cell-b", "cell-c"]}
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_cells_are_those_of_the_notebook(tmp_path: Path) -> None:
    """Does prose stay out, and is source in lines read as one text?"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Prose", id="p"), nbformat.v4.new_code_cell("a = 1\na", id="c")])
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    assert cells_of(tmp_path / "lesson.ipynb") == [("c", "a = 1\na")]


def test_another_text_has_another_name() -> None:
    """May a browser keep a module for ever?"""
    assert module_name("a") != module_name("b") and module_name("a") == module_name("a")
