"""Policy in a real browser: attempts run out, results show marks and no key, and an extension opens what was closed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from course.content import Course
from hands import alive, delegate_of
from road import set_policy, show_assessment
from support import REPOSITORY, run_course, serving

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/mini/mini.ipynb"


def make(folder: Path, rules: str) -> Path:
    """The tiny course under a policy, built and published."""
    shutil.copytree(REPOSITORY / "tests" / "mini_course", folder)
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", folder / "assessments")
    show_assessment(Course(folder, {}))
    set_policy(Course(folder, {}), rules)
    stage(folder, "publish")
    return folder


def stage(root: Path, *arguments: str) -> None:
    done = run_course(root, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def panel(page: Page, question: str) -> Locator:
    return page.locator(".panel", has=page.locator(f"section[id='mini-{question}']"))


def choose(page: Page, label: str) -> None:
    place = panel(page, "one-mouth")
    place.get_by_label(label).check()
    expect(place.locator("[data-status]")).to_contain_text("Saved at")


def test_two_attempts_with_marks_between(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    """From a first attempt over marks without a key to a second one: is each step offered when it is possible, and only then?"""
    root = make(tmp_path / "course", "{attempts: 2, counts: best, feedback: marks-only}")
    with serving(root) as address:
        page = open_page(address + LESSON, timezone_id="Africa/Nairobi")
        end = page.locator(".panel", has=page.locator("section.submit"))
        expect(end).to_contain_text("0 of 2 used; the best one counts")
        choose(page, "A lake")
        end.get_by_role("button", name="Submit", exact=True).click()
        end.get_by_role("button", name="Submit anyway").click()
        expect(end).to_contain_text("Attempt 1. Receipt")
        for name in ("collect", "grade", "feedback"):
            stage(root, name)
        end.get_by_role("button", name="Look for my result").click()
        first = panel(page, "one-mouth")
        expect(first).to_contain_text("0 of 2 points")
        text = page.locator("main").inner_text()
        assert not [word for word in ("FEEDBACK", "EXPLANATION", "RUBRIC", "Answer:") if word in text]

        end.get_by_role("button", name="Try again").click()
        expect(first.locator("form")).to_be_visible()
        choose(page, "The sea")
        end.get_by_role("button", name="Submit again", exact=True).click()
        end.get_by_role("button", name="Submit anyway").click()
        expect(end).to_contain_text("Attempt 2. Receipt")
        expect(end.get_by_role("button", name="Submit", exact=False)).to_have_count(0)
        expect(first.locator("form")).to_have_count(0)
        expect(first).to_contain_text("The sea")
        for name in ("collect", "grade", "feedback"):
            stage(root, name)
        end.get_by_role("button", name="Look for my result").click()
        expect(first).to_contain_text("2 of 2 points")
        expect(end.get_by_role("button", name="Try again")).to_have_count(0)


def test_closed_until_an_extension(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    """After the due time: can nothing be answered, is it said when it was due in one's own clock, and does an extension open it?"""
    root = make(tmp_path / "course", "{due: 2026-01-15 18:00 America/New_York}")
    with serving(root) as address:
        page = open_page(address + LESSON, timezone_id="Africa/Nairobi")
        end = page.locator(".panel", has=page.locator("section.submit"))
        first = panel(page, "one-mouth")
        expect(first).to_contain_text("16 January 2026 at 02:00")
        expect(first.locator("form")).to_have_count(0)
        expect(end).to_contain_text("ask your instructor for an extension")
        expect(end.locator("button")).to_have_count(0)
        stage(root, "extend", delegate_of(page), "mini", "--until", "2999-01-15 18:00 America/New_York")
        page.reload()
        alive(page)
        choose(page, "The sea")
        end.get_by_role("button", name="Submit", exact=True).click()
        end.get_by_role("button", name="Submit anyway").click()
        expect(end).to_contain_text("Attempt 1. Receipt")
