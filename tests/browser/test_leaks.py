"""Nothing of a key, an explanation or a feedback of the graded questions is anywhere that a delegate can reach.

Marks that occur nowhere else are planted in all of them; then every byte is searched.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import pytest
from playwright.sync_api import Browser, Page

from canaries import plant, secrets_in
from support import copy_course, run_course, serving

FOLDERS = ("var/published", "assessments/release", "var/exchange")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real course with a mark in everything that must stay with the instructor, built and published."""
    root = copy_course(tmp_path_factory.mktemp("marked"))
    plant(root / "assessments" / "questions")
    for stage in ("build", "publish"):
        done = run_course(root, stage)
        assert done.returncode == 0, done.stderr
    return root


def test_the_search_finds_what_is_there(root: Path) -> None:
    """Would the search notice: does it find the marks in the keyed file itself?"""
    assert secrets_in((root / "assessments" / "questions" / "remittances.yml").read_bytes()) != []


def test_no_file_for_delegates_holds_a_secret(root: Path) -> None:
    """Are the delegates' tree, the release and the exchange free of every mark, and of any word about what is right?"""
    files = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    assert len(files) > 10
    assert {str(path): found for path in files if (found := secrets_in(path.read_bytes()))} == {}
    shown = json.dumps(json.loads((root / "var/published/assessments/shown/remittances.json").read_text(encoding="utf-8"))["questions"])
    assert not any(word in shown for word in ('"correct"', '"feedback"', '"explanation"', '"tolerance"', '"rubric"', '"source"'))
    assert not (root / "var/published/assessments/questions").exists()


@pytest.mark.browser
def test_no_byte_on_the_wire_holds_a_secret(root: Path, browser: Browser) -> None:
    """Does a delegate who answers everything, rightly and wrongly, and submits ever receive a mark: page, file or frame?"""
    with serving(root) as address:
        context = browser.new_context()
        page = context.new_page()
        seen: list[bytes] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: seen.append(_bytes(frame))))
        page.on("response", lambda response: seen.append(_body(response)))
        page.goto(f"{address}/voila/render/modules/remittances/remittances.ipynb")
        page.locator(".live[data-alive] .passport").wait_for()
        for form in _forms(page):
            for option in form.locator("input[type=radio], input[type=checkbox]").all():
                option.check()
            for choice in form.locator("select").all():
                for number in range(1, choice.locator("option").count()):
                    choice.select_option(index=number)
            for move in form.locator("[data-move=up]").all()[1:]:
                move.click()
            for field in form.locator("textarea, input:not([type=radio], [type=checkbox], [type=hidden])").all():
                field.fill("42")
        page.locator("[data-status]", has_text="Saved at").nth(13).wait_for()
        page.get_by_role("button", name="Submit", exact=True).click()
        if page.get_by_role("button", name="Submit anyway").count():
            page.get_by_role("button", name="Submit anyway").click()
        page.locator(".receipt").wait_for()
        seen.append(page.content().encode())
        context.close()
    assert sum(len(data) for data in seen) > 100_000
    assert [found for data in seen if (found := secrets_in(data))] == []
    test_no_file_for_delegates_holds_a_secret(root)


def _forms(page: Page) -> Iterator[Any]:
    forms = page.locator(".question.graded form")
    assert forms.count() == 14
    return (forms.nth(i) for i in range(forms.count()))


def _bytes(frame: Any) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()


def _body(response: Any) -> bytes:
    try:
        return response.body()
    except Exception:  # a redirect or a closed page has no body to search
        return b""
