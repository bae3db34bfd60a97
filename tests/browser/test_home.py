"""From the home page into a lesson and back, as a delegate does: progress shows, and one goes on where one stopped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from course.content import Course
from hands import alive
from road import RIGHT, set_policy, show_assessment
from support import REPOSITORY, copy_course, run_course, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The tiny course with a due time, and the real course's pages beside it."""
    root = tmp_path_factory.mktemp("home") / "course"
    course = _tiny(root)
    shutil.copytree(REPOSITORY / "modules" / "pages", course.modules / "pages")
    show_assessment(course)
    set_policy(course, "{due: 2999-12-15 18:00 America/New_York}")
    done = run_course(root, "publish")
    assert done.returncode == 0, done.stderr
    with serving(root) as address:
        yield address


def _tiny(root: Path) -> Course:
    shutil.copytree(REPOSITORY / "tests" / "mini_course", root)
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", root / "assessments")
    return Course(root, {})


def test_start_stop_and_go_on_by_keyboard(address: str, open_page: Callable[..., Page]) -> None:
    """By keyboard alone: can one start a module, answer, come home, see how far one is, and go on at the question one left?"""
    page = open_page(address + "/voila/render/modules/mini/mini.ipynb")
    page.goto(address)
    expect(page.get_by_text("Assessment due 15 December 2999, 23:00 UTC")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    start = page.get_by_role("link", name="Start")
    start.focus()
    page.keyboard.press("Enter")
    alive(page)
    field = page.locator("#mini-length input")
    field.focus()
    page.keyboard.type(RIGHT["length"])
    expect(page.locator(".panel", has=page.locator("#mini-length")).locator("[data-status]")).to_contain_text("Saved at")
    page.get_by_role("banner").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 4 answered")).to_be_visible()
    page.get_by_role("link", name="Continue where you stopped").focus()
    page.keyboard.press("Enter")
    alive(page)
    expect(page.locator("#mini-length")).to_be_in_viewport()


@pytest.mark.parametrize("name", ["", "about", "sources", "privacy"])
@pytest.mark.parametrize("width", [360, 1200])
def test_pages_fit_and_ask_nobody(name: str, width: int, address: str, browser: Browser) -> None:
    """On a phone and on a desktop: does nothing scroll sideways, no request leave this server, and each page lead to the others?"""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{name}")
    assert page.locator("h1").count() == 1
    widest = max(box["x"] + box["width"] for one in page.locator("main *").all() if (box := one.bounding_box()))
    assert widest <= width
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert [link.inner_text() for link in page.locator("footer nav a").all()] == ["About", "Sources", "Privacy"]
    for link in page.locator("footer nav a").all():
        box = link.bounding_box()
        assert box and box["height"] >= 24
    assert context.cookies() == []
    context.close()
