"""What axe finds on every page, in light and in dark: nothing. Its findings are printed as they would be mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from course.content import Course
from hands import delegate_of
from road import RIGHT, set_policy, show_assessment
from seen import findings
from support import REPOSITORY, copy_course, run_course, serving

pytestmark = pytest.mark.browser

BESIDE = ("", "about", "sources", "privacy")


def check(page: Page) -> None:
    """Nothing is found, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = findings(page)
        assert not found, f"in {scheme}:\n" + "\n".join(found)


def make(root: Path, source: str) -> str:
    """A course of the tests, built and published."""
    shutil.copytree(REPOSITORY / "tests" / source, root)
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", root / "assessments")
    return str(root)


def stage(root: Path, *names: str) -> None:
    for name in names:
        done = run_course(root, name)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("gallery") / "course"
    make(root, "gallery_course")
    stage(root, "build", "publish")
    with serving(root) as address:
        yield address


def test_the_course(address: str, open_page: Callable[..., Page]) -> None:
    """Does axe find nothing on the lesson with its explorers and questions, and on the pages beside it with one's own progress?"""
    page = open_page(f"{address}/voila/render/modules/remittances/remittances.ipynb")
    check(page)
    page.locator("#remittances-target-test input").first.check()
    practice = page.locator(".panel", has=page.locator(".practice")).first
    practice.locator("input").first.check()
    practice.get_by_role("button", name="Check").click()
    practice.locator(".verdict").wait_for()
    check(page)
    for name in BESIDE:
        page.goto(f"{address}/{name}")
        check(page)


@pytest.mark.parametrize("code", ["ar", "zh", "fr", "ru", "es"])
def test_the_course_in_every_language(code: str, address: str, open_page: Callable[..., Page]) -> None:
    """Does axe find nothing in any other language, with a practice checked, a key term open and one's progress on the home page?"""
    page = open_page(f"{address}/voila/render/modules/remittances/remittances.{code}.ipynb")
    practice = page.locator("#practice-seven-month-contract")
    practice.locator("input").first.check()
    practice.locator("button[type=submit]").click()
    page.locator(".verdict").first.wait_for()
    for term in page.locator("button.term").all()[:1]:
        term.click()
    check(page)
    page.goto(f"{address}/{code}/")
    check(page)


def test_every_kind_of_question(gallery: str, open_page: Callable[..., Page]) -> None:
    """Does axe find nothing on any kind of question, empty, faulty, and checked?"""
    page = open_page(f"{gallery}/voila/render/modules/gallery/gallery.ipynb")
    for button in page.get_by_role("button", name="Check").all():
        button.click()
    page.wait_for_function("document.querySelectorAll('[data-status][data-tone=error]').length >= 5")
    check(page)


def test_result_and_closed(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    """Does axe find nothing on an assessment with its terms, on a receipt, a result, a closed assessment, and the feedback page?"""
    root = tmp_path / "course"
    make(root, "mini_course")
    course = Course(root, {})
    show_assessment(course)
    set_policy(course, "{attempts: 2, due: 2999-01-01 00:00 UTC, late: {step: 1 day, less: 10}}")
    stage(root, "publish")
    with serving(root) as address:
        page = open_page(f"{address}/voila/render/modules/mini/mini.ipynb")
        check(page)
        page.locator("#mini-length input").fill(RIGHT["length"])
        page.get_by_text("Saved at").first.wait_for()
        page.get_by_role("button", name="Submit", exact=True).click()
        check(page)
        page.get_by_role("button", name="Submit anyway").click()
        page.locator(".receipt").wait_for()
        check(page)
        stage(root, "collect", "grade", "feedback")
        page.get_by_role("button", name="Look for my result").click()
        page.get_by_role("button", name="Try again").wait_for()
        check(page)
        page.goto((course.assessments / "feedback" / delegate_of(page) / "mini" / "mini.html").as_uri())
        check(page)


def test_axe_is_awake(browser: Browser) -> None:
    """Would a field without a name, and grey words on grey, be found and told?"""
    page = browser.new_page()
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><input><p style='color:#999;background:#eee'>pale</p></main>")
    found = "\n".join(findings(page))
    assert "label (critical)" in found and "color-contrast (serious)" in found
    page.close()
