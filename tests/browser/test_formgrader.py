"""A written answer's way through people's hands: typed in the lesson, marked in stock formgrader, read on the delegate's pages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from course.content import Course
from course.result import Result, feedback_path, read_result
from road import RIGHT, correct_key, show_assessment
from support import REPOSITORY, run_course, serving

pytestmark = pytest.mark.browser

LESSON = "/voila/render/modules/mini/mini.ipynb"
WRITTEN = "Alpha is short. <script>window.ran = true</script><img src=x onerror='window.ran = true'>\nIt costs $x$ and $y$, \\(z\\) *stars*."
"""Words that would run, load, count as a formula or turn bold wherever they were taken for more than text."""

PATIENCE = 90_000
"""How long a page may take to hear from its kernel or server, in milliseconds."""

COMMENT = "Name the sea, and say where <b>Alpha</b> rises."
MATHJAX = "https://cdnjs.cloudflare.com/"
"""formgrader's page fetches MathJax from there and complains when it cannot; everything else works without it."""

AS_FORMULA = r"""place => { const found = []; const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (/\$[^]*\$|\\\(/.test(walk.currentNode.data)) found.push(walk.currentNode.data);
  return found }"""
"""The runs of text in which MathJax would find a formula."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, its assessment placed at the end of its lesson, built and published in a folder of its own."""
    root = tmp_path_factory.mktemp("marked") / "course"
    shutil.copytree(REPOSITORY / "tests" / "mini_course", root)
    shutil.copy(REPOSITORY / "assessments" / "nbgrader_config.py", root / "assessments")
    course = Course(root, {})
    show_assessment(course)
    for stage in ("build", "publish"):
        run(course, stage)
    return course


@pytest.fixture(scope="module")
def lesson(course: Course) -> Iterator[str]:
    with serving(course.root) as address:
        yield address + LESSON


@pytest.fixture(scope="module")
def formgrader(course: Course) -> Iterator[str]:
    """The instructor's own Jupyter server, started in `assessments/`."""
    options = ["--no-browser", "--ip=127.0.0.1", "--port={port}", "--IdentityProvider.token=", "--allow-root"]
    with serving(course.assessments, command=[sys.executable, "-m", "jupyter_server", *options], path="/api") as address:
        yield f"{address}/formgrader"


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open a page as somebody new; in the end nothing may have gone wrong on it, and no word of an answer may have run."""
    pages: list[tuple[Page, list[str]]] = []

    def open_page(address: str) -> Page:
        page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE)
        page.route(f"{MATHJAX}**", lambda route: route.abort())
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" and not m.location["url"].startswith(MATHJAX) else None)
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        pages.append((page, problems))
        page.goto(address)
        return page

    yield open_page
    for page, problems in pages:
        # The one sentence that formgrader's own script says where MathJax is refused.
        assert [problem for problem in problems if problem != "MathJax is not defined"] == []
        page.context.close()


def run(course: Course, stage: str) -> str:
    """`course …`, as a person runs it; returns what it said."""
    done = run_course(course.root, stage)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def panel(page: Page, part: str) -> Locator:
    return page.locator(".panel", has=page.locator(part))


def answer_and_submit(page: Page) -> None:
    """Answer every question as a delegate would, and hand in."""
    expect(page.locator(".live:not([data-alive])")).to_have_count(0, timeout=PATIENCE)
    for name, answer in {**RIGHT, "describe": WRITTEN}.items():
        place = panel(page, f"#mini-{name}")
        if isinstance(answer, list):
            for option in answer:
                place.locator(f"label[for='mini-{name}-{option}']").click()
        else:
            place.locator("[name=answer]").fill(answer)
        expect(place.locator("[data-status]")).to_contain_text("Saved at", timeout=PATIENCE)
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator(".receipt")).to_contain_text("Attempt 1", timeout=PATIENCE)


def find_submission(page: Page) -> Locator:
    """Click from formgrader's start to the list of submissions; returns the only row."""
    page.get_by_role("link", name="Manual Grading").click()
    for _ in ("the assignment", "its notebook"):
        page.locator("tbody").get_by_role("link", name="mini", exact=True).click()
    row = page.locator("tbody tr")
    expect(row.get_by_role("link", name="Submission #1")).to_be_visible(timeout=PATIENCE)
    return row


def released(course: Course) -> tuple[Path, Result]:
    """The delegate's page in the exchange, where the submission's secret leads, and the result in it."""
    (secret,) = (course.assessments / "submitted").glob("*/mini/submission_secret.txt")
    path = feedback_path(course.exchange, course.id, secret.read_text(), "mini")
    return path, read_result(path.read_text(encoding="utf-8"))


def shows_as_typed(place: Locator) -> None:
    """The delegate's text is there to the letter, and nothing in it is taken for more than text."""
    expect(place).to_contain_text("Alpha is short.")
    assert place.inner_text().strip() == WRITTEN
    assert place.locator("script, img, em, strong").count() == 0
    assert place.page.evaluate("window.ran") is None


def test_from_a_written_answer_to_the_mark_that_a_person_gives(
    course: Course, lesson: str, formgrader: str, visit: Callable[[str], Page]
) -> None:
    """Is a written answer pending until a person marks it in formgrader, shown whole to both, and its mark kept for good?"""
    delegate = visit(lesson)
    answer_and_submit(delegate)
    run(course, "collect")
    assert "1 pending review" in run(course, "grade")

    # Pending, never zero, on both of the delegate's pages.
    run(course, "feedback")
    path, result = released(course)
    assert (result.points, result.pending, result.questions["describe"].points) == (6.0, True, None)
    page = visit(path.as_uri())
    expect(page.locator(".outcome")).to_have_text("Your result is pending: a person still marks part of it.")
    described = page.locator("section").last
    expect(described.locator(".mark")).to_have_text(re.compile(r"^\s*Pending\s+A person still marks this answer \(4 points at most\)\.\s*$"))
    shows_as_typed(described.locator(".answer"))
    delegate.get_by_role("button", name="Look for my result").click()
    expect(delegate.locator(".submit .verdict")).to_have_text("Your result so far", timeout=PATIENCE)
    expect(delegate.locator(".submit .score")).to_contain_text("6 of 10 points")
    expect(panel(delegate, "#mini-describe").locator(".points")).to_have_text("pending, of 4 points")
    shows_as_typed(panel(delegate, "#mini-describe").locator(".given"))

    # The instructor finds the submission, and what marking needs stands together on one screen.
    page = visit(formgrader)
    row = find_submission(page)
    expect(row.locator(".needs-manual-grade .glyphicon-ok")).to_be_visible()
    row.get_by_role("link", name="Submission #1").click()
    marked = page.locator(".nbgrader_cell", has=page.locator("#describe"))
    mark, comment = page.locator("#describe"), page.locator("#describe-comment")
    expect(mark).to_have_class(re.compile("needs_manual_grade"), timeout=PATIENCE)
    expect(page.locator("#length")).not_to_have_class(re.compile("needs_manual_grade"))
    expect(mark).to_have_value("")
    shows_as_typed(marked.locator(".rendered_html"))
    assert marked.locator(".rendered_html").evaluate(AS_FORMULA) == []
    reads = [page.get_by_text("Describe Alpha to a visitor."), page.get_by_text("RUBRIC-SEA: names the sea (3)")]
    reads += [page.get_by_text("RUBRIC-PLAIN"), page.get_by_text(re.compile(r"^\d+ words\.$")), marked.locator(".rendered_html"), comment]
    boxes = [place.bounding_box() for place in reads]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == len(reads) and tops == sorted(tops)
    assert tops[-1] + boxes[-1]["height"] - tops[0] < 900  # type: ignore[index]
    expect(page.get_by_text("EXPLANATION-DESCRIBE")).to_be_hidden()

    # A mark and a comment, typed; formgrader saves each when the field is left.
    for field, words, kind in ((mark, "3.5", "grade"), (comment, COMMENT, "comment")):
        field.click()
        field.press_sequentially(words)
        with page.expect_response(lambda r, kind=kind: r.request.method == "PUT" and f"/api/{kind}/" in r.url) as saved:
            field.press("Tab")
        assert saved.value.ok
    expect(mark).not_to_have_class(re.compile("needs_manual_grade"))

    def still_marked() -> None:
        page.reload()
        expect(mark).to_have_value("3.5", timeout=PATIENCE)
        expect(mark).not_to_have_class(re.compile("needs_manual_grade"))
        expect(comment).to_have_value(COMMENT, timeout=PATIENCE)
        shows_as_typed(marked.locator(".rendered_html"))

    still_marked()

    # Mark, comment and total on both of the delegate's pages.
    run(course, "feedback")
    assert released(course)[0] == path
    read = visit(path.as_uri())
    expect(read.locator(".outcome")).to_have_text("You passed.")
    expect(read.locator("header")).to_contain_text("9.5 of 10")
    described = read.locator("section").last
    expect(described.locator(".mark")).to_contain_text("3.5 of 4 points")
    expect(described.locator(".comment")).to_have_text(COMMENT)
    shows_as_typed(described.locator(".answer"))
    delegate.get_by_role("button", name="Look again").click()
    expect(delegate.locator(".submit .verdict")).to_have_text("Passed", timeout=PATIENCE)
    expect(delegate.locator(".submit .score")).to_contain_text("9.5 of 10 points")
    expect(panel(delegate, "#mini-describe").locator(".points")).to_have_text("3.5 of 4 points")
    expect(panel(delegate, "#mini-describe").locator(".verdict")).to_have_text("Marked by a person")
    expect(panel(delegate, "#mini-describe")).to_contain_text(COMMENT)

    # Scoring again, after a key was corrected and by the stock command, leaves what the person entered.
    correct_key(course, "tolerance: 0.5", "tolerance: 0.25")
    assert "1 graded, 0 unchanged" in run(course, "grade")
    still_marked()
    stock = [sys.executable, "-m", "nbgrader", "autograde", "mini", "--force"]
    done = subprocess.run(stock, cwd=course.assessments, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    still_marked()
