"""Every lesson of the course in a real browser through Voilà: everything lives, every figure turns, a practice question teaches."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from course.content import Course
from hands import Mouse, give
from seen import findings
from support import REPOSITORY

pytestmark = pytest.mark.browser

SLUGS = Course(REPOSITORY, {}).slugs


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_lives_and_answers(slug: str, address: str, root: Path, open_page: Callable[..., Page]) -> None:
    """Is every explorer, question and panel of the lesson alive; does each suggestion turn its figure; is an answer saved; does axe find nothing?"""
    course = Course(root, {})
    page = open_page(f"{address}/voila/render/modules/{slug}/{slug}.ipynb")
    cells = [cell.source for cell in nbformat.read(course.lesson(slug), as_version=4).cells if cell.cell_type == "code"]
    shown = [source for source in cells if source.startswith("module.")]
    expect(page.locator(".live[data-alive]")).to_have_count(len(shown))

    assert findings(page) == []

    explorers = page.locator(".explorer[data-live=yes]")
    expect(explorers).to_have_count(sum(source.startswith("module.explorer(") for source in cells))
    for explorer in explorers.all():
        finding, suggestions = explorer.locator(".explorer-finding"), explorer.locator(".explorer-out > .explorer-tries .explorer-try")
        start = finding.inner_text()
        for number in range(suggestions.count()):  # each from the start: what is suggested can depend on where one stands
            suggestions.nth(number).click()
            expect(finding).not_to_have_text(start, use_inner_text=True)
            explorer.locator("[data-reset]").click()
            expect(finding).to_have_text(start, use_inner_text=True)

    practised = next(question for question in course.practice(slug).questions if question.kind.name == "choices")
    place = page.locator(".panel", has=page.locator(f"[id^='practice-{practised.id}-']"))
    slip = practised.samples().wrong[0]
    give(Mouse(place), "choices", slip, place)
    place.get_by_role("button", name="Check").click()
    why = next(option.feedback for option in practised.kind.root if option.id in slip and not option.correct)
    expect(place.locator(".feedback")).to_contain_text(re.split(r"[*_]", why)[0][:40])

    graded = next(question for question in course.bank(slug).questions if question.kind.name == "choices")
    place = page.locator(".panel", has=page.locator(f"[id^='{slug}-{graded.id}-']"))
    give(Mouse(place), "choices", graded.samples().right[0], place)
    expect(place.locator("[data-status]")).to_contain_text("Saved at")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_fits_a_phone(slug: str, address: str, open_page: Callable[..., Page]) -> None:
    """At 360 pixels, does nothing scroll sideways, with every view of every figure turned to once?"""
    page = open_page(f"{address}/voila/render/modules/{slug}/{slug}.ipynb", viewport={"width": 360, "height": 780})
    tabs = page.locator(".explorer [role=tab]")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, tabs.nth(number).inner_text()
