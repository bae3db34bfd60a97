"""What the lesson's page does by itself: contents, key terms, paper, and finding its way back to a kernel."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hands import alive

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/remittances/remittances.ipynb"


def kernel_processes(page: Page) -> list[int]:
    """The processes of the kernel that a page began with."""
    name = page.evaluate("JSON.parse(document.getElementById('kernel').textContent).id")
    found = subprocess.run(["pgrep", "-f", f"kernel-{name}"], capture_output=True, text=True).stdout.split()
    assert found
    return [int(pid) for pid in found]


def test_a_dead_kernel_is_replaced_and_nothing_is_lost(address: str, browser: Browser) -> None:
    """Kernel killed: does the page say so, come back by itself with answers, half-made choices and figures, and save on?"""
    page = browser.new_context(locale="en-GB").new_page()
    page.set_default_timeout(90_000)
    page.goto(address + LESSON)
    expect(page.locator(".live:not([data-alive])")).to_have_count(0, timeout=90_000)
    graded = page.locator("#remittances-target-test input")
    graded.first.check()
    expect(page.get_by_text("Saved at").first).to_be_visible()
    quarter = page.locator("select[data-key=quarter]")
    quarter.select_option(index=3)
    finding = page.locator(".explorer", has=quarter).locator(".explorer-finding")
    expect(finding).to_contain_text(quarter.locator("option:checked").inner_text().replace("\u00a0", " ")[:4])
    said = finding.inner_text()
    half = page.locator("#practice-seven-month-contract input").first
    half.check()
    for pid in kernel_processes(page):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    expect(page.locator("#connection")).to_contain_text("Connection lost", timeout=30_000)
    expect(page.locator("#connection")).to_contain_text("Connected again", timeout=60_000)
    expect(half).to_be_checked()
    expect(half).to_be_focused()
    expect(graded.first).to_be_checked()
    expect(finding).to_have_text(said)
    graded.nth(1).check()
    expect(page.locator(".panel", has=page.locator("#remittances-target-test")).locator("[data-status]")).to_contain_text("Saved at")
    page.context.close()


def test_contents_count_what_is_done(address: str, open_page: Callable[..., Page]) -> None:
    """Do the contents lead to each section, and say how many of its questions are done, also after a reload?"""
    page = open_page(address + LESSON, viewport={"width": 1400, "height": 900})
    nav = page.get_by_role("navigation", name="In this module")
    expect(nav.locator("#done-words")).to_have_text("0 of 25 questions done")
    page.locator("#practice-seven-month-contract input").first.check()
    page.locator("#practice-seven-month-contract").get_by_role("button", name="Check").click()
    page.locator("#remittances-target-test input").first.check()
    expect(nav.locator("#done-words")).to_have_text("2 of 25 questions done")
    expect(nav.locator("li", has_text="What counts as a remittance").locator(".badge")).to_have_text("1/1")
    expect(nav.locator("li", has_text="Assessment").locator(".badge")).to_have_text("1/14")
    page.reload()
    alive(page)
    expect(nav.locator("#done-words")).to_have_text("2 of 25 questions done")
    nav.get_by_role("link", name="What shocks do").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shocks h2")).to_be_in_viewport()
    expect(nav.get_by_role("link", name="What shocks do")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("width", [390, 1400])
def test_a_visit_begins_where_it_was_asked_to(address: str, open_page: Callable[..., Page], width: int) -> None:
    """Does a link into the middle of a lesson show its section once everything above lives; and does a visit from the top not jump about?"""
    page = open_page(address + LESSON, viewport={"width": width, "height": 900})
    moved = page.evaluate(
        """() => new Promise((done) => {
          let all = 0;
          new PerformanceObserver((list) => { for (const one of list.getEntries()) all += one.value; }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(all), 500);
        })"""
    )
    assert moved < 0.1, "what browsers call good"
    page.goto("about:blank")
    page.goto(f"{address}{LESSON}#assessment")
    alive(page)
    expect(page.locator("#assessment h2")).to_be_in_viewport()


def test_a_key_term_explains_itself(address: str, open_page: Callable[..., Page]) -> None:
    """By keyboard: does a key term show its meaning in place, and go away with Escape, the focus staying where it was?"""
    page = open_page(address + LESSON)
    term = page.get_by_role("button", name="Dutch disease")
    term.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("note").filter(has_text="Exports lost because")
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(term).to_be_focused()


def test_prose_comes_before_the_kernel(address: str, browser: Browser) -> None:
    """Without any script, and so without a kernel: can the whole lesson be read, with every figure's first state and table?"""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address + LESSON)
    expect(page.get_by_role("heading", name="What it costs to send")).to_be_visible()
    assert page.locator(".explorer-finding").count() == 3
    assert page.locator(".live").count() == page.locator(".live > .course").count() > 20
    page.context.close()


def test_small_and_enlarged(address: str, open_page: Callable[..., Page]) -> None:
    """At 200 % zoom of a small laptop's screen: does nothing scroll sideways, and is every target 24 px or more?"""
    page = open_page(address + LESSON, viewport={"width": 640, "height": 400}, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, textarea, input:not([type=hidden]), summary, nav a")].filter((one) => {
            const box = (one.closest("label") ?? document.querySelector(`label[for="${CSS.escape(one.id || "-")}"]`) ?? one).getBoundingClientRect();
            const own = one.getBoundingClientRect();
            const inline = one.matches(".term");  // within a sentence: WCAG 2.5.8 lets its line decide
            return one.checkVisibility() && own.width > 1 && !inline && Math.max(own.height, box.height) < 23.5;
        }).map((one) => one.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_handing_in_and_passport_by_keyboard(address: str, open_page: Callable[..., Page], tmp_path: Path) -> None:
    """By keyboard alone: hand in with gaps after being asked, download the passport and load it, the focus never lost."""
    page = open_page(address + LESSON)
    page.on("filechooser", lambda _: None)  # from the first listener on the browser hands choosers over, which takes it a while
    page.locator("#remittances-target-test input").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Saved at").first).to_be_visible()

    def reach(name: str) -> None:
        for _ in range(30):
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached from {page.evaluate('document.activeElement.outerHTML.slice(0, 200)')}")

    page.locator("#remittances-brief-the-minister textarea").focus()
    reach("Submit")
    page.keyboard.press("Enter")
    expect(page.locator(".confirm")).to_be_focused()
    reach("Submit anyway")
    page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")
    reach("Download passport")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "passport.json")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "passport.json")
    expect(page.get_by_text("Everything in this passport is here already.")).to_be_visible()
