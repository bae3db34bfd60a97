"""The same lesson in other houses: JupyterLab, Notebook 7 and stock Voilà host every widget as any anywidget."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from course.content import Course
from support import copy_course, run_course, serving

pytestmark = pytest.mark.browser

LESSON = "modules/remittances/remittances.ipynb"
ASSESSMENT = "assessments/release/remittances/remittances.ipynb"
FIRST = "remittances-which-item"


@pytest.fixture(scope="module")
def tree(root: Path) -> Path:
    """The delegates' tree of the real course."""
    return root / "var" / "published"


@pytest.fixture(scope="module")
def jupyter(tree: Path) -> Iterator[str]:
    """One learner's own Jupyter server in the delegates' tree, as on Binder or a hub."""
    options = ["--no-browser", "--ip=127.0.0.1", "--port={port}", "--IdentityProvider.token=", "--allow-root", "--ServerApp.root_dir=."]
    with serving(tree, command=[sys.executable, "-m", "jupyterlab", *options], path="/api", COURSE_ANSWERS=str(tree / "answers")) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def run_all(page: Page, url: str) -> None:
    """Open a notebook and run all its cells by the menu, until the first widget is there.

    On a busy machine the front end may ask for a kernel before its server has told it of one, or lose the notebook over
    a dialogue: then it is opened anew.
    """
    ask = page.locator(".jp-Dialog .jp-mod-accept")
    for turn in range(12):
        try:
            if turn % 3 == 0:
                page.goto(url)
                page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            if ask.count():
                ask.first.click(timeout=5_000)
            page.get_by_role("menuitem", name="Run", exact=True).click(timeout=5_000)
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=5_000)
        except Error:
            # A dialogue came up between two clicks: close it, and from the start.
            page.keyboard.press("Escape")
            continue
        for _ in range(60):
            if ask.count():
                break
            if page.locator(".course.panel").count():
                # A cell that still waits for its turn would be drawn anew under the hand.
                expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=60_000)
                return
            page.wait_for_timeout(250)
    raise AssertionError("the notebook did not run")


def patiently(page: Page, act: Callable[[], None]) -> None:
    """Do something again until it works, for a minute or two: these front ends draw cells anew while others still run."""
    for last in (False,) * 11 + (True,):
        try:
            return act()
        except (Error, AssertionError):
            if last:
                raise
            page.wait_for_timeout(3000)


def first_question(page: Page) -> Locator:
    """The first graded question, scrolled to: JupyterLab keeps only the cells near the view in the page."""
    question = page.locator(".panel", has=page.locator(f"[id='{FIRST}']"))
    outer = page.locator(".jp-WindowedPanel-outer")
    for step in range(60):
        if question.count():
            break
        if outer.count():
            outer.first.evaluate("(panel, step) => panel.scrollTo(0, (step * 700) % panel.scrollHeight)", step)
        page.wait_for_timeout(250)
    question.scroll_into_view_if_needed(timeout=5_000)
    return question


def choose(page: Page, option: int) -> None:
    def act() -> None:
        question = first_question(page)
        question.locator("input").nth(option).check(timeout=5_000)
        expect(question.locator("[data-status]")).to_contain_text("Saved at", timeout=20_000)

    patiently(page, act)


def test_lesson_and_assessment_are_two_doors_to_the_same_answers(page: Page, jupyter: str, tree: Path) -> None:
    """Is what was answered in the lesson there in the assessment's notebook, both run in JupyterLab?"""
    run_all(page, f"{jupyter}/lab/tree/{LESSON}")
    choose(page, 1)
    run_all(page, f"{jupyter}/lab/tree/{ASSESSMENT}?reset")
    patiently(page, lambda: expect(first_question(page).locator("input").nth(1)).to_be_checked(timeout=5_000))
    learner = (tree / "answers" / "learner").read_text().strip()
    assert (tree / "answers" / learner / "remittances.jsonl").read_text().count('"kind":"answer"') == 1


def test_lesson_in_notebook_7(page: Page, jupyter: str) -> None:
    """Does the lesson run in Notebook, too?"""
    run_all(page, f"{jupyter}/notebooks/{LESSON}")
    choose(page, 0)


def test_lesson_under_the_stock_voila_template(page: Page, tree: Path) -> None:
    """Does the lesson work in Voilà's own page, with Voilà's own front end?"""
    command = [sys.executable, "-m", "voila", "--no-browser", "--Voila.ip=127.0.0.1", "--port={port}", "--template=lab", LESSON]
    with serving(tree, command=command, COURSE_ANSWERS=str(tree / "stock")) as address:
        page.goto(address)
        choose(page, 2)


def test_every_question_of_the_assessment_has_its_cell(tree: Path) -> None:
    """Does the notebook that nbgrader releases show every graded question once?"""
    text = (tree / ASSESSMENT).read_text(encoding="utf-8")
    for question in Course(tree, {}).shown("remittances")["questions"]:
        assert text.count(f'module.question(\\"{question["id"]}\\")') == 1
