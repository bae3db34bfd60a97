"""One Chromium for all tests of a worker; each test opens pages of its own in it, each as somebody new."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from find_browser import ARGUMENTS, NONE_HERE, find_browser
from hands import alive
from support import serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    assert path, NONE_HERE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def root(real_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real course, built and published, in a folder of its own for each file of tests."""
    return Path(shutil.copytree(real_once, tmp_path_factory.mktemp("course") / "real"))


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """Where it is served."""
    with serving(root) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a lesson as a new delegate, and wait until it lives; in the end nothing may have gone wrong on it."""
    pages: list[tuple[Page, list[str]]] = []

    def open_lesson(url: str, **options: Any) -> Page:
        page = browser.new_context(locale="en-GB", **options).new_page()
        page.set_default_timeout(90_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        pages.append((page, problems))
        page.goto(url)
        alive(page)
        return page

    yield open_lesson
    for page, _ in pages:
        page.context.close()
    assert [problems for _, problems in pages if problems] == []
