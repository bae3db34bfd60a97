"""Take the pictures in docs/screens/: every page in three languages and the explorers of law and integration, small. Run by `make screens`; look at them before you commit."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from find_browser import ARGUMENTS, NONE_HERE, find_browser
from hands import alive
from support import REPOSITORY, copy_course, run_course, serving

TARGET = REPOSITORY / "docs" / "screens"
LANGUAGES = {"en": "", "fr": ".fr", "ar": ".ar"}
MODULES = "voila/render/modules"
LESSON = f"{MODULES}/remittances/remittances"
FIGURES = {
    "treaties": "law-foundations",
    "which-rights": "law-foundations",
    "non-refoulement": "law-protection-and-labour",
    "drafting-table": "law-protection-and-labour",
    "case-clinic": "law-regions-and-practice",
    "employment-gap": "integration",
    "credentials": "integration",
    "earlier-recognition": "integration",
    "portable-pension": "integration",
    "good-practices": "integration",
}
"""The explorers of law and integration, and a lesson that shows each."""


def main() -> int:
    path = find_browser()
    if not path:
        print(NONE_HERE, file=sys.stderr)
        return 1
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        root = copy_course(Path(scratch) / "course")
        for stage in ("build", "publish"):
            run_course(root, stage).check_returncode()
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with serving(root) as address:
            contexts = {code: browser.new_context(viewport={"width": 1180, "height": 780}, device_scale_factor=0.7, locale="en-GB") for code in LANGUAGES}
            pages = {code: contexts[code].new_page() for code in LANGUAGES}
            for code, page in pages.items():
                _work(page, f"{address}/{LESSON}{LANGUAGES[code]}.ipynb", code)
            for stage in ("collect", "grade", "feedback"):
                run_course(root, stage).check_returncode()
            for code, page in pages.items():
                page.locator("[data-action=look]").first.click()
                page.locator("#remittances-target-test .feedback").wait_for()
                _take(page, f"{code}-result", "#remittances-target-test")
                for name in ("", "about", "sources", "privacy"):
                    page.goto(f"{address}/{code}/{name}")
                    _take(page, f"{code}-{name or 'home'}")
                contexts[code].close()
                phone = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=0.7, locale="en-GB").new_page()
                phone.goto(f"{address}/{LESSON}{LANGUAGES[code]}.ipynb")
                alive(phone)
                _take(phone, f"{code}-phone", ".explorer >> nth=1")
            page = browser.new_page(viewport={"width": 1180, "height": 1000}, device_scale_factor=0.7, locale="en-GB")
            for name, slug in FIGURES.items():
                page.goto(f"{address}/{MODULES}/{slug}/{slug}.ipynb")
                alive(page)
                _take(page, f"en-{name}", f"[id^='{name}-'].explorer")
        browser.close()
    return 0


def _work(page: Page, url: str, code: str) -> None:
    """Look at a lesson, answer some of it, and hand it in."""
    page.goto(url)
    alive(page)
    practice = page.locator("#practice-seven-month-contract")
    practice.locator("input").first.check()
    practice.locator("button[type=submit]").click()
    page.locator(".verdict").first.wait_for()
    _take(page, f"{code}-practice", "#practice-seven-month-contract")
    page.locator("#remittances-target-test input").first.check()
    page.locator("[data-status][data-tone=ok]:not(:empty)").first.wait_for()
    _take(page, f"{code}-assessment", "#assessment")
    _take(page, f"{code}-explorer", ".explorer >> nth=1")
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    _take(page, f"{code}-lesson")
    page.locator("[data-action=submit]").click()
    page.locator("[data-action=submit-anyway]").click()
    page.locator(".receipt").wait_for()


def _take(page: Page, name: str, place: str = "") -> None:
    if place:
        page.locator(place).first.evaluate("(one) => scrollTo({top: one.getBoundingClientRect().top + scrollY - 24, behavior: 'instant'})")
    page.wait_for_timeout(400)
    page.screenshot(path=TARGET / f"{name}.jpg", type="jpeg", quality=60)


if __name__ == "__main__":
    sys.exit(main())
