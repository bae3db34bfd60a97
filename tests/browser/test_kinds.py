"""Every kind of question in a real browser: answered by mouse and by keyboard alone, kept over a reload, checked in practice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from course.bank import Bank
from course.content import Course
from course.draws import drawn
from hands import Keyboard, Mouse, alive, delegate_of, give
from support import REPOSITORY, run_course, serving

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/gallery/gallery.ipynb"
GATHERED = """form => { const root = {};
  for (const c of form.elements) { const path = (c.name || "").split(":"); if (path[0] !== "answer") continue;
    const last = path.pop(); let place = root; for (const step of path) place = place[step] ??= {};
    if (["radio", "checkbox", "hidden"].includes(c.type)) { place[last] ??= []; if (c.checked || c.type === "hidden") place[last].push(c.value); }
    else place[last] = c.value; }
  return root.answer }"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gallery, built and published in a folder of its own."""
    root = tmp_path_factory.mktemp("gallery") / "course"
    shutil.copytree(REPOSITORY / "tests" / "gallery_course", root)
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", root / "assessments")
    for stage in ("build", "publish"):
        done = run_course(root, stage)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    with serving(root) as address:
        yield address


@pytest.fixture
def graded(root: Path) -> Bank:
    return Course(root, {}).bank("gallery")


@pytest.fixture
def visit(open_page: Callable[..., Page], address: str) -> Callable[..., Page]:
    """Open the gallery as a new delegate."""
    return lambda **options: open_page(address + LESSON, **options)


def panel(page: Page, uid: str) -> Locator:
    return page.locator(".panel", has=page.locator(f"section[id='{uid}']"))


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_every_kind_is_answered_and_kept(hand: Any, visit: Callable[..., Page], graded: Bank) -> None:
    """By mouse, and by keyboard alone: is each kind's right answer given, saved, and there again after a reload?"""
    page = visit()
    asked = [one.question for one in graded.asked("gallery-course", delegate_of(page))]
    for question in asked:
        place = panel(page, f"gallery-{question.id}")
        give(hand(place), question.kind.name, question.samples().right[0], place, parts=getattr(question.kind, "parts", None))
        expect(place.locator("[data-status]")).to_contain_text("Saved at")
    page.reload()
    alive(page)
    for question in asked:
        gathered = panel(page, f"gallery-{question.id}").locator("form").evaluate(GATHERED)
        assert question.read(gathered) == question.read(question.samples().right[0]), question.id


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_every_kind_is_practised(hand: Any, visit: Callable[..., Page], root: Path) -> None:
    """Does a first check without an answer say what is missing, a right answer get its yes, and Enter or a click check it?"""
    page = visit()
    for question in Course(root, {}).practice("gallery").questions:
        if question.vary:
            question = question.variant(drawn(question.rows, "gallery-course", delegate_of(page), question.id)[0])
        place = panel(page, f"practice-{question.id}")
        check = place.get_by_role("button", name="Check")
        check.click()
        expect(place.locator("[data-status]")).to_have_attribute("data-tone", "error")
        give(hand(place), question.kind.name, question.samples().right[0], place, parts=getattr(question.kind, "parts", None))
        check.press("Enter") if hand is Keyboard else check.click()
        verdict = "Compare your text with this" if question.kind.marked_by_person else "Yes"
        expect(place.locator(".verdict")).to_have_text(verdict)


def test_an_untouched_order_is_no_answer(visit: Callable[..., Page], graded: Bank) -> None:
    """Does nothing count until an item is moved, one move count at once, and the new place stay said beside what became of it?"""
    page = visit()
    place = panel(page, "gallery-a-sequence")
    expect(place.locator("[data-status]")).to_be_empty()
    place.locator("li").nth(1).locator("[data-move=up]").click()
    expect(place.locator("[data-status]")).to_contain_text("1 of 5. Saved at")
    place.locator("li").nth(0).locator("[data-move=down]").click()
    expect(place.locator("[data-status]")).to_contain_text("Move at least one")


@pytest.mark.parametrize("width", [360, 1200])
def test_every_kind_fits(width: int, visit: Callable[..., Page]) -> None:
    """On a phone and on a desktop: does nothing scroll sideways, is every target large enough, and every control named?"""
    page = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.eval_on_selector_all(
        ".question :is(input:not([type=hidden]), select, textarea, button)",
        "all => all.map(one => [one, one.getBoundingClientRect()]).filter(([one, box]) => box.width && (box.width < 24 || box.height < 24)"
        " ).map(([one]) => one.outerHTML.slice(0, 120))",
    )
    assert small == []
    nameless = page.eval_on_selector_all(
        ".question :is(input:not([type=hidden]), select, textarea, button)",
        "all => all.filter(one => !one.labels?.length && !one.getAttribute('aria-label') && !one.textContent.trim()).map(one => one.outerHTML.slice(0, 120))",
    )
    assert nameless == []
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)[:5]


def test_two_delegates_are_asked_their_own(visit: Callable[..., Page], graded: Bank) -> None:
    """Does each of two delegates see the figures, pool questions and order of options that were drawn for them, before and after a reload?"""
    seen = []
    for page in (visit(), visit()):
        asked = {one.cell: one.question for one in graded.asked("gallery-course", delegate_of(page))}
        own = asked["own-corridor"]
        for _ in range(2):
            expect(panel(page, "gallery-own-corridor")).to_contain_text(own.prompt.split(",")[0])
            for cell in ("landmarks-1", "landmarks-2"):
                expect(panel(page, f"gallery-{asked[cell].id}")).to_be_visible()
            options = panel(page, "gallery-several-options").locator("input").evaluate_all("all => all.map(one => one.value)")
            page.reload()
            alive(page)
        seen.append((own.prompt, asked["landmarks-1"].id, asked["landmarks-2"].id, tuple(options)))
    assert seen[0] != seen[1]


def test_nobody_elses_question_flashes_up(browser: Browser, address: str, graded: Bank) -> None:
    """Does the page hold no drawn question before it knows whose it is?"""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + LESSON)
    expect(page.locator(".drawing")).to_have_count(5)
    text = page.locator("main").inner_text()
    assert not [row for row in graded.question("own-corridor").each() if row.prompt.split(",")[0] in text]
    context.close()
