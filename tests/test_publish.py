"""Publish: the delegates' tree is complete, holds what is named and no more, and is never half made."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from course.content import Course
from course.errors import CourseError
from course.explorers import styles
from course.explorers.base import Explorer
from course.opening import module_name
from course.publish import publish
from course.widgets.panel import Panel
from support import REPOSITORY


def test_the_tree_has_what_delegates_need_and_nothing_else(built: Course, tmp_path: Path) -> None:
    """Is every file in the tree one that is meant to be there?"""
    target = tmp_path / "tree"
    assert publish(built, target)
    names = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    slug = built.slugs[0]
    assert names == sorted(
        [
            "published.json",
            "modules/course.yml",
            "modules/sources.yml",
            f"modules/{slug}/{slug}.ipynb",
            f"modules/{slug}/practice.yml",
            f"assessments/shown/{slug}.json",
            f"assessments/release/{slug}/{slug}.ipynb",
            "page/voila/templates/course/conf.json",
            f"page/lessons/{slug}/{slug}.ipynb.html",
            "page/voila/templates/course/index.html.j2",
            "page/voila/templates/course/lesson.html.j2",
            "page/voila/templates/course/frame.html.j2",
            "page/voila/templates/course/home.html.j2",
            "page/voila/templates/course/parts.html.j2",
            "page/voila/templates/course/text.html.j2",
            "page/voila/templates/course/static/course.css",
            "page/voila/templates/course/static/host.js",
            "page/voila/templates/course/static/page.js",
            *(f"page/voila/templates/course/static/{module_name(kind.module)}" for kind in (Panel, Explorer)),
        ]
    )


def test_the_page_has_the_style_of_every_explorer(built: Course, tmp_path: Path) -> None:
    """Does the page's one sheet hold the rules of each explorer's own: a page host brings no style with a widget?"""
    publish(built, tmp_path / "tree")
    page = (tmp_path / "tree" / "page/voila/templates/course/static/course.css").read_text(encoding="utf-8")
    for sheet in styles():
        assert (REPOSITORY / "course" / "look" / sheet).read_text(encoding="utf-8") in page, sheet
    assert {"lifeline.css", "tilemap.css"} <= set(styles())


def test_first_states_are_in_the_lesson(built: Course, tmp_path: Path) -> None:
    """Can a lesson be read where no kernel runs: is each widget's first state in it as HTML, and no widget left over?"""
    target = tmp_path / "tree"
    publish(built, target)
    slug = built.slugs[0]
    lesson = nbformat.read(target / "modules" / slug / f"{slug}.ipynb", as_version=4)
    code = [cell for cell in lesson.cells if cell.cell_type == "code"]
    assert sum('class="course panel"' in cell.metadata.get("first_state", "") for cell in code) >= 1
    assert all(cell.outputs == [] for cell in code)
    assert "widgets" not in lesson.metadata
    assert (lesson.metadata.course["lang"], lesson.metadata.course["course"]) == ("en", built.file.title)


def test_publishing_again_is_quick_and_renews_what_changed(built: Course, tmp_path: Path) -> None:
    """Is nothing done where nothing changed, and is a change seen?"""
    target = tmp_path / "tree"
    assert publish(built, target)
    assert not publish(built, target)
    sources = built.modules / "sources.yml"
    sources.write_text(sources.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert publish(Course(built.root, {}), target)
    assert (target / "modules" / "sources.yml").read_text(encoding="utf-8").endswith("# a remark\n")


def test_a_foreign_folder_is_not_overwritten(built: Course, tmp_path: Path) -> None:
    """Is a folder with something else in it left alone?"""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(CourseError, match="something else than a published course"):
        publish(built, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_a_lesson_that_fails_is_not_published(built: Course, tmp_path: Path) -> None:
    """Is a cell that raises found here, in words for the lecturer, and does the tree that is served stay as it was?"""
    target = tmp_path / "tree"
    publish(built, target)
    before = json.loads((target / "published.json").read_text())
    slug = built.slugs[0]
    path = built.lesson(slug)
    lesson = nbformat.read(path, as_version=4)
    lesson.cells.append(nbformat.v4.new_code_cell('module.practice("no-such-question")'))
    nbformat.write(lesson, path)
    with pytest.raises(CourseError, match="no-such-question"):
        publish(Course(built.root, {}), target)
    assert json.loads((target / "published.json").read_text()) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".tree")] == []


def test_build_comes_first(mini_course: Course, tmp_path: Path) -> None:
    """Is somebody who forgot `course build` told so?"""
    with pytest.raises(CourseError, match="run `course build` first"):
        publish(mini_course, tmp_path / "tree")
