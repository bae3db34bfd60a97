"""The road of an answer, in a real browser: read, explore, practise, answer, reload, submit, be marked, see the result."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from course.bank import Bank
from course.content import Course
from hands import Mouse, delegate_of, give
from support import copy_course, free_port, run_course, serving

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/remittances/remittances.ipynb"


@pytest.fixture
def bank(root: Path) -> Bank:
    return Course(root, {}).bank("remittances")


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open the lesson as a new delegate (or as one who came before), and wait until it lives."""
    contexts: list[BrowserContext] = []

    def open_lesson(context: BrowserContext | None = None, **options: Any) -> Page:
        if context is None:
            context = browser.new_context(locale="en-GB", **options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.problems = problems  # type: ignore[attr-defined]
        page.goto(address + LESSON)
        alive(page)
        return page

    yield open_lesson
    for context in contexts:
        context.close()


def alive(page: Page) -> None:
    page.locator(".live[data-alive] .passport").wait_for()
    expect(page.locator(".live:not([data-alive])")).to_have_count(0)


def panel(page: Page, question_id: str) -> Any:
    return page.locator(".panel", has=page.locator(f"[id='{question_id}']"))


def listed(bank: Bank) -> Any:
    """The first question with one right option: what is chosen there replaces what was chosen before."""
    return next(q for q in bank.questions if q.kind.name == "choices" and len(q.kind.right) == 1)


def answer(page: Page, bank: Bank, question_id: str, sample: Any) -> None:
    """Answer a graded question as a person would: click, choose, move, type; then wait for "Saved"."""
    place, kind = panel(page, f"remittances-{question_id}"), bank.question(question_id).kind
    give(Mouse(place), kind.name, sample, place, parts=getattr(kind, "parts", None))
    expect(place.locator("[data-status]")).to_contain_text("Saved at")


def test_prose_and_figures_are_there_before_any_kernel(browser: Browser, address: str) -> None:
    """Does a browser that runs no script at all still get the whole text, the figures and the questions?"""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + LESSON)
    expect(page.locator("h1")).to_have_text(re.compile("Remittances"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main svg").first).to_be_visible()
    assert page.locator(".question.graded").count() == 14
    context.close()


def test_nothing_comes_from_another_host(browser: Browser, address: str) -> None:
    """Does the page work behind a firewall: is every request one to this server?"""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + LESSON)
    alive(page)
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
    context.close()


def test_landmarks_and_names(visit: Callable[..., Page]) -> None:
    """Can a screen reader find its way: one main, one h1, headings in order, a name on every control?"""
    page = visit()
    assert page.locator("main").count() == 1 and page.locator("h1").count() == 1
    levels = page.eval_on_selector_all("main h1, main h2, main h3, main h4", "all => all.map(one => Number(one.tagName[1]))")
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:])), levels
    nameless = page.eval_on_selector_all(
        "main input:not([type=hidden]), main select, main textarea, main button",
        "all => all.filter(one => !one.labels?.length && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')"
        " && !one.textContent.trim()).map(one => one.outerHTML.slice(0, 120))",
    )
    assert nameless == []
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)[:5]


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_scrolls_sideways(visit: Callable[..., Page], width: int) -> None:
    """Does the page fit a phone and a desktop?"""
    page = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_explorer_answers_back(visit: Callable[..., Page]) -> None:
    """Does choosing another corridor change the sentence, and say so to a screen reader?"""
    page = visit()
    explorer = page.locator(".explorer").filter(has_text="send")
    before = explorer.first.inner_text()
    sender = explorer.first.locator("select").first
    sender.select_option(label="Japan")
    expect(explorer.first).not_to_have_text(before)
    expect(explorer.first).to_contain_text("from Japan to")
    assert page.problems == []  # type: ignore[attr-defined]


def test_practice_teaches_and_keeps_the_key(visit: Callable[..., Page], root: Path) -> None:
    """Does a wrong check say why one would believe it, without giving the key, and a right one explain?"""
    page = visit()
    question = Course(root, {}).practice("remittances").question("seven-month-contract")
    options = question.kind.root
    wrong, right = next(o for o in options if not o.correct), next(o for o in options if o.correct)
    place = panel(page, "practice-seven-month-contract")
    place.locator(f"[id='practice-seven-month-contract-{wrong.id}']").check()
    place.get_by_role("button", name="Check").click()
    expect(place.locator(".feedback")).to_contain_text(wrong.feedback[:40])
    assert right.feedback[:40] not in place.inner_text()
    place.locator(f"[id='practice-seven-month-contract-{right.id}']").check()
    place.get_by_role("button", name="Check").click()
    expect(place.locator(".feedback.right")).to_contain_text(right.feedback[:40])


def test_bad_input_is_said_beside_the_field(visit: Callable[..., Page], bank: Bank) -> None:
    """Is a number in words refused with a sentence that helps, the field marked, the earlier answer kept, and what was typed not lost?"""
    page = visit()
    number = next(q for q in bank.questions if q.kind.name == "number")
    answer(page, bank, number.id, "12.5")
    place = panel(page, f"remittances-{number.id}")
    place.locator("[name=answer]").fill("about twelve")
    expect(place.locator("[data-status]")).to_contain_text("is not a number")
    expect(place.locator("[data-status]")).to_contain_text("The answer saved before is kept")
    expect(place.locator("[name=answer]")).to_have_attribute("aria-invalid", "true")
    page.reload()
    alive(page)
    expect(place.locator("[name=answer]")).to_have_value("about twelve")
    expect(place.locator("[data-status]")).to_contain_text("The answer saved before is kept")
    place.locator("[name=answer]").fill("12,75")
    expect(place.locator("[data-status]")).to_contain_text("Saved at")
    page.reload()
    alive(page)
    expect(place.locator("[name=answer]")).to_have_value("12,75")


def test_by_keyboard_alone(visit: Callable[..., Page], bank: Bank) -> None:
    """Can a question be reached, answered and checked without a mouse?"""
    page = visit()
    first = bank.questions[0]
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    place = panel(page, f"remittances-{first.id}")
    place.locator("input").first.focus()
    page.keyboard.press("Space")
    expect(place.locator("[data-status]")).to_contain_text("Saved at")
    page.keyboard.press("ArrowDown")
    expect(place.locator("input").nth(1)).to_be_checked()
    expect(place.locator("[data-status]")).to_contain_text("Saved at")


def test_two_delegates_do_not_see_each_other(visit: Callable[..., Page], bank: Bank) -> None:
    """Do two browsers at once have two identities and two sets of answers?"""
    anna, boris = visit(), visit()
    first = listed(bank)
    option = first.kind.root[0].id
    answer(anna, bank, first.id, [option])
    boris.reload()
    alive(boris)
    assert boris.locator(".question.graded input:checked").count() == 0
    anna.reload()
    alive(anna)
    expect(anna.locator(f"[id='remittances-{first.id}-{option}']")).to_be_checked()


def test_passport_carries_answers_to_another_browser(visit: Callable[..., Page], bank: Bank, tmp_path: Path) -> None:
    """Can a delegate download the passport here and go on there; and is a changed one refused, changing nothing?"""
    here, there = visit(), visit()
    first = listed(bank)
    option = first.kind.root[1].id
    answer(here, bank, first.id, [option])
    with here.expect_download() as download:
        here.get_by_role("button", name="Download passport").click()
    download.value.save_as(tmp_path / "passport.json")
    changed = json.loads((tmp_path / "passport.json").read_text())
    changed["modules"]["remittances"][0]["answer"] = [first.kind.root[0].id]
    (tmp_path / "changed.json").write_text(json.dumps(changed))

    place = there.locator(".panel", has=there.locator(".passport"))
    there.set_input_files("[data-file=load]", tmp_path / "changed.json")
    expect(place.locator("[data-status]")).to_contain_text("was changed or damaged")
    assert there.locator(".question.graded input:checked").count() == 0
    there.set_input_files("[data-file=load]", tmp_path / "passport.json")
    expect(place.locator("[data-status]")).to_contain_text("Passport loaded")
    expect(there.locator(f"[id='remittances-{first.id}-{option}']")).to_be_checked()


def test_a_sentence_outlives_a_server_that_went_away(browser: Browser, root: Path, bank: Bank) -> None:
    """Is what was typed while the server was down saved by itself when it is up again, with nobody loading the page?"""
    port = free_port()
    written = next(q for q in bank.questions if q.kind.marked_by_person)
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(90_000)
    with serving(root, port=port) as address:
        page.goto(address + LESSON)
        alive(page)
        answer(page, bank, written.id, "Saved before.")
    place = panel(page, f"remittances-{written.id}")
    expect(page.locator("#connection")).to_contain_text("Connection lost")
    place.locator("[name=answer]").fill("Saved before. Typed after.")
    expect(place.locator("[data-status]")).to_contain_text("could not be saved yet", timeout=20_000)
    with serving(root, port=port):
        expect(page.locator("#connection")).to_contain_text("Connected again", timeout=60_000)
        expect(place.locator("[name=answer]")).to_have_value("Saved before. Typed after.")
        expect(place.locator("[data-status]")).to_contain_text("Saved at")
        page.reload()
        alive(page)
        expect(place.locator("[name=answer]")).to_have_value("Saved before. Typed after.")
    context.close()


def test_nobody_hands_in_what_the_page_does_not_show(visit: Callable[..., Page], bank: Bank) -> None:
    """Two windows of one delegate: is an answer changed in the other shown first, and only then handed in?"""
    here = visit()
    there = visit(here.context)
    first = listed(bank)
    answer(here, bank, first.id, [first.kind.root[0].id])
    answer(there, bank, first.id, [first.kind.root[1].id])
    here.get_by_role("button", name="Submit", exact=True).click()
    place = here.locator(".panel", has=here.locator(".submit"))
    expect(place.locator("[data-status]")).to_contain_text("changed in another window")
    expect(here.locator(f"[id='remittances-{first.id}-{first.kind.root[1].id}']")).to_be_checked()
    here.get_by_role("button", name="Submit", exact=True).click()
    expect(here.locator(".confirm")).to_be_visible()


def test_figures_in_tables_stand_in_columns(visit: Callable[..., Page]) -> None:
    """Do table cells lie out as cells, whatever their class?"""
    page = visit()
    displays = page.eval_on_selector_all("td, th", "all => [...new Set(all.map(cell => getComputedStyle(cell).display))]")
    assert displays == ["table-cell"]


def test_from_the_first_answer_to_the_result(visit: Callable[..., Page], bank: Bank, root: Path) -> None:
    """The whole road: answers saved, still there after a reload, submitted, graded by the instructor, shown."""
    page = visit()
    written = next(q for q in bank.questions if q.kind.marked_by_person)
    for one in bank.asked("migration-and-development", delegate_of(page)):
        if one.question is not written:
            answer(page, bank, one.question.id, one.question.samples().right[0])
    page.reload()
    alive(page)
    expect(page.locator(".submit .summary")).to_contain_text("13 of 14 questions answered")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator(".confirm")).to_contain_text("One question has no answer")
    expect(page.locator(".confirm")).to_be_focused()
    page.get_by_role("button", name="Go back").click()
    answer(page, bank, written.id, " ".join(["We advise measure (a) because the accounts carry 240 million dollars."] * 10))
    page.get_by_role("button", name="Submit", exact=True).click()
    receipt = page.locator(".receipt code").inner_text()
    assert re.fullmatch(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", receipt)

    for stage in ("collect", "grade", "feedback"):
        done = run_course(root, stage)
        assert done.returncode == 0, done.stdout + done.stderr
    page.get_by_role("button", name="Look for my result").click()
    expect(page.locator(".submit")).to_contain_text("Your result so far")
    expect(page.locator(".submit")).to_contain_text(f"{bank.max_points - written.points:g} of {bank.max_points:g} points")
    expect(panel(page, f"remittances-{written.id}")).to_contain_text("pending")
    first = panel(page, f"remittances-{bank.questions[0].id}")
    expect(first).to_contain_text(bank.questions[0].explanation[:40])

    _mark_by_hand(root, written.id, 4, "A clear brief; name the risk.")
    assert run_course(root, "feedback").returncode == 0
    page.reload()
    alive(page)
    expect(page.locator(".submit")).to_contain_text("Passed")
    expect(page.locator(".submit")).to_contain_text(f"{bank.max_points - 1:g} of {bank.max_points:g} points")
    expect(panel(page, f"remittances-{written.id}")).to_contain_text("A clear brief; name the risk.")
    assert page.problems == []  # type: ignore[attr-defined]


def _mark_by_hand(root: Path, question_id: str, points: float, comment: str) -> None:
    """What formgrader writes when a person gives a mark and a comment (its page itself is driven in another test)."""
    from nbgrader.api import Gradebook

    delegate = next((root / "assessments" / "submitted").iterdir()).name
    with Gradebook(f"sqlite:///{root}/assessments/gradebook.db") as book:
        grade = book.find_grade(question_id, "remittances", "remittances", delegate)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.find_comment(question_id, "remittances", "remittances", delegate).manual_comment = comment
        book.db.commit()
