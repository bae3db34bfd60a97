"""A Binder session in a real browser: `binder/start`, a base address, a token, Voilà as an extension of JupyterLab."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from binder_image import BASE, TOKEN, Image, run_post_build, session, unbuilt_image

pytestmark = pytest.mark.browser

LESSON = "modules/remittances/remittances.ipynb"
QUESTION = "remittances-which-item"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = unbuilt_image(tmp_path_factory.mktemp("binder") / "machine")
    done = run_post_build(image)
    assert done.returncode == 0, done.stdout + done.stderr
    return image


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("session") / "jovyan"


@pytest.fixture(scope="module")
def address(image: Image, home: Path) -> Iterator[str]:
    with session(image, home) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def open_lesson(page: Page, address: str) -> list[str]:
    """Open the lesson as the badge does and wait until it lives; returns every request that goes elsewhere."""
    elsewhere: list[str] = []
    page.on("request", lambda request: None if request.url.startswith((address, "blob:", "data:")) else elsewhere.append(request.url))
    page.goto(f"{address}voila/render/{LESSON}?token={TOKEN}")
    page.locator(".live[data-alive] .passport").wait_for()
    expect(page.locator(".live:not([data-alive])")).to_have_count(0)
    return elsewhere


def option(page: Page, number: int) -> Locator:
    return page.locator(".panel", has=page.locator(f"[id='{QUESTION}']")).locator("input").nth(number)


def test_answers_travel_by_passport_to_the_next_session(
    page: Page, browser: Browser, image: Image, address: str, home: Path, tmp_path: Path
) -> None:
    """Does the lesson live under a hub's base address, keep an answer, and go on in a fresh session from its passport?"""
    assert open_lesson(page, address) == []
    option(page, 1).check()
    expect(page.locator(".panel", has=page.locator(f"[id='{QUESTION}']")).locator("[data-status]")).to_contain_text("Saved at")
    learner = (home / "answers" / "learner").read_text().strip()
    assert (home / "answers" / learner / "remittances.jsonl").read_text().count('"kind":"answer"') == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Download passport").click()
    download.value.save_as(tmp_path / "passport.json")

    with session(image, tmp_path / "next" / "jovyan") as later:
        context = browser.new_context(locale="en-GB")
        there = context.new_page()
        there.set_default_timeout(60_000)
        open_lesson(there, later)
        assert there.locator(".question.graded input:checked").count() == 0
        there.set_input_files("[data-file=load]", tmp_path / "passport.json")
        expect(there.locator(".panel", has=there.locator(".passport")).locator("[data-status]")).to_contain_text("Passport loaded")
        expect(option(there, 1)).to_be_checked()
        context.close()


def test_a_banner_says_when_it_is_time_for_a_passport(page: Page, image: Image, tmp_path: Path) -> None:
    """After some answers that no passport holds: does a banner say so, give one, and go?"""
    with session(image, tmp_path / "jovyan") as address:
        open_lesson(page, address)
        banner = page.locator(".reminder")
        fields = page.locator(f"[id='{QUESTION}'] .sort-item")
        fields.first.locator("input").first.check()
        expect(banner).to_have_count(1)
        expect(banner).to_be_hidden()
        for name in ("target-test", "thirty-per-cent", "export-complaint", "draft-speech", "mixed-evidence"):
            page.locator(f"[id='remittances-{name}'] input:is([type=radio], [type=checkbox])").first.check()
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("are in no passport yet")
        with page.expect_download():
            banner.get_by_role("button", name="Download passport").click()
        expect(banner).to_have_count(0)


def test_submit_keeps_the_attempt(page: Page, address: str) -> None:
    """Does a delegate who submits where there is no exchange get a receipt, and hear that the passport carries it?"""
    open_lesson(page, address)
    option(page, 0).check()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Submit anyway").click()
    expect(page.locator(".receipt")).to_be_visible()
    expect(page.locator(".panel", has=page.locator(".receipt"))).to_contain_text("passport")


def test_lesson_in_jupyterlab(page: Page, address: str) -> None:
    """Does the other badge open the same lesson as a notebook that runs, without nbgrader's menus for instructors?"""
    page.goto(f"{address}lab/tree/{LESSON}?token={TOKEN}")
    # Before the kernel is connected "Run all cells" runs none, and the menus are still being filled.
    page.get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    # JupyterLab keeps only the cells near the view in the page, and the view is at the end now.
    last = page.locator(".panel", has=page.locator("[id^='remittances-brief-the-minister']"))
    last.locator("[name=answer]").fill("Licence more than one network.")
    expect(last.locator("[data-status]")).to_contain_text("Saved at")
    assert page.get_by_role("menuitem", name="Nbgrader").count() == 0


@pytest.mark.parametrize("path", [f"voila/render/{LESSON}", f"files/{LESSON}", "api/contents", "lab"])
def test_nobody_without_the_token(address: str, path: str) -> None:
    """Is a stranger turned away from the lesson, the files and the server?"""
    try:
        with urllib.request.urlopen(address + path) as answer:
            assert answer.url.startswith(f"{address}login")
    except urllib.error.HTTPError as refused:
        with refused:
            assert refused.code == 403


def test_questions_are_nowhere_on_the_server(address: str) -> None:
    """Are the keyed questions gone for somebody who asks the server for them by name?"""
    assert address.endswith(BASE)
    for path in ("assessments/questions/remittances.yml", "assessments/source/remittances/remittances.ipynb", ".git/HEAD"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}files/{path}?token={TOKEN}")
        with refused.value:
            assert refused.value.code == 404
