"""The course in another language: switching, right to left, fallback, and answers that stay whatever one reads them in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from course.content import Course
from hands import alive, delegate_of
from support import run_course

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/remittances/remittances"
QUESTION = "#remittances-target-test"


def switch(page: Page, name: str) -> None:
    """Choose a language in the page's own list, by keyboard."""
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    link = page.locator(".languages").get_by_role("link", name=name, exact=True)
    expect(link).to_be_visible()
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_switching_keeps_the_answers(address: str, root: Path, open_page: Callable[..., Page]) -> None:
    """Is what was answered in English there in French and in Arabic, at the same place of the page, and handed in once?"""
    page = open_page(f"{address}{LESSON}.ipynb")
    first = page.locator(f"{QUESTION} input").first
    first.check()
    expect(page.get_by_text("Saved at").first).to_be_visible()
    chosen = first.get_attribute("value")
    page.goto(f"{address}{LESSON}.ipynb#cost")
    for name, code, direction in (("Français", "fr", "ltr"), ("العربية", "ar", "rtl")):
        switch(page, name)
        alive(page)
        assert page.url.endswith(f"remittances.{code}.ipynb#cost")
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [code, direction]
        expect(page.locator(f"{QUESTION} input[value='{chosen}']")).to_be_checked()
    page.locator(f"{QUESTION} input").nth(1).check()
    page.locator("[data-action=submit]").click()
    page.locator("[data-action=submit-anyway]").click()
    page.locator(".receipt").wait_for()
    sent = [json.loads(path.read_text()) for path in (root / "var" / "exchange").glob("*/inbound/*/answers.json")]
    (mine,) = [one for one in sent if one["delegate"] == delegate_of(page)]
    assert (mine["language"], list(mine["answers"])) == ("ar", ["target-test"])


def test_the_course_remembers_the_language(address: str, open_page: Callable[..., Page]) -> None:
    """Does the home page come in the language that was read last, does a first visit follow the browser, and can both be overruled?"""
    page = open_page(f"{address}{LESSON}.fr.ipynb")
    page.get_by_role("banner").get_by_role("link").first.click()
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.goto(address)
    assert page.evaluate("document.documentElement.lang") == "fr"
    switch(page, "English")
    page.goto(f"{address}/about")
    assert page.evaluate("document.documentElement.lang") == "en"
    other = page.context.browser.new_context(locale="ar-EG")
    fresh = other.new_page()
    fresh.goto(address)
    assert fresh.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    other.close()


def test_feedback_comes_in_the_language_of_the_submission(address: str, root: Path, open_page: Callable[..., Page]) -> None:
    """Does somebody who handed in in French read verdict, explanation and key in French, in the lesson and on the page?"""
    page = open_page(f"{address}{LESSON}.fr.ipynb")
    page.locator(f"{QUESTION} input").first.check()
    page.get_by_text("Enregistré").first.wait_for()
    page.locator("[data-action=submit]").click()
    page.locator("[data-action=submit-anyway]").click()
    page.locator(".receipt").wait_for()
    for stage in ("collect", "grade", "feedback"):
        done = run_course(root, stage)
        assert done.returncode == 0, done.stderr
    page.locator("[data-action=look]").first.click()
    course = Course(root, {})
    from course.i18n import speaking

    with speaking("fr"):
        question = course.bank("remittances").question("target-test")
    expect(page.locator(f"{QUESTION} .feedback")).to_contain_text(question.explanation.split(".")[0][:40])
    page.goto((course.assessments / "feedback" / delegate_of(page) / "remittances" / "remittances.html").as_uri())
    assert page.evaluate("document.documentElement.lang") == "fr"
    expect(page.locator("body")).to_contain_text(question.explanation.split(".")[0][:40])


@pytest.mark.parametrize("code", ["ar", "fr", "zh"])
def test_nothing_scrolls_sideways(code: str, address: str, open_page: Callable[..., Page]) -> None:
    """At 360 px, in the longest words and from right to left: does every page fit the screen's width?"""
    page = open_page(f"{address}{LESSON}.{code}.ipynb", viewport={"width": 360, "height": 740})
    for name in ("", "about", "sources", "privacy"):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
        page.goto(f"{address}/{code}/{name}")


def test_what_is_not_translated_says_so(address: str, open_page: Callable[..., Page]) -> None:
    """Where a lesson has no translation: is it told, in the reader's language, and is its English marked as English?"""
    page = open_page(f"{address}{LESSON}.es.ipynb")
    notice = page.locator(".notice.quiet").inner_text()
    assert "inglés" in notice
    expect(page.locator("h1 [lang=en]")).to_have_text("Remittances")
    expect(page.locator(f"{QUESTION} legend [lang=en]").first).to_be_visible()
    expect(page.locator("[data-action=submit]")).not_to_have_text("Submit")


def test_numbers_are_read_and_written_in_the_language(address: str, open_page: Callable[..., Page]) -> None:
    """Do figures come with the language's own signs, and is a number with a comma understood?"""
    page = open_page(f"{address}{LESSON}.fr.ipynb")
    expect(page.locator(".explorer-finding").filter(has_text="%").first).to_contain_text(",")
    field = page.locator(".question.graded input[inputmode=decimal]").first
    field.fill("12,5")
    field.blur()
    expect(page.get_by_text("Enregistré").first).to_be_visible()
