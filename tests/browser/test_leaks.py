"""Nothing of a key, an explanation or a feedback of the graded questions is anywhere that a delegate can reach.

Marks that occur nowhere else are planted in all of them; then every byte is searched.
"""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urljoin

import pytest
import yaml
from playwright.sync_api import Browser, Page

from canaries import plant, secrets_in
from course.content import Course
from course.demo import simulated_answers
from course.result import feedback_path
from course.store import FolderStore, fold
from course.submission import now
from course.submit import submit
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


DELEGATES = ("d-" + "1" * 24, "d-" + "2" * 24)
KEPT_BACK = {"integration": "marks-only", "law-foundations": "never", "law-protection-and-labour": "after-due"}
"""Modules whose feedback tells marks only, nothing, or nothing before the due time."""


@pytest.fixture(scope="module")
def graded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same course with every policy of feedback, after two delegates' work was graded and feedback released."""
    course = Course(shutil.copytree(root, tmp_path_factory.mktemp("graded") / "course"), {})
    for slug in course.slugs:
        if slug in KEPT_BACK:
            path = course.questions / f"{slug}.yml"
            bank = yaml.safe_load(path.read_text(encoding="utf-8"))
            bank["policy"] = {"feedback": KEPT_BACK[slug], "due": "2100-01-01 12:00 UTC"}
            path.write_text(yaml.safe_dump(bank, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for stage in ("build", "publish"):
        assert run_course(course.root, stage).returncode == 0
    course = Course(course.root, {})
    store, chance = FolderStore(course.answers), random.Random(1)
    for who in DELEGATES:
        for slug in course.slugs:
            answers = simulated_answers(course.bank(slug).asked(course.id, who), 0.5, chance)
            # Right answers in the delegates' own words would hold marks of the key.
            own = {name: one for name, one in answers.items() if not secrets_in(json.dumps(one).encode())}
            store.append(who, slug, [{"kind": "answer", "at": now(), "question": name, "answer": one} for name, one in own.items()])
            submit(course, store, who, slug)
    for stage in ("collect", "grade", "feedback"):
        done = run_course(course.root, stage)
        assert done.returncode == 0, done.stderr
    return course


def test_feedback_tells_each_delegate_what_the_policy_says_and_nobody_else(graded: Course) -> None:
    """After grading and feedback: is what explains anything in nobody's reach but in released pages, which only their own delegate can name?"""
    store = FolderStore(graded.answers)
    told = {
        feedback_path(graded.exchange, graded.id, attempt.secret, slug)
        for who in DELEGATES
        for slug in graded.slugs
        if slug not in KEPT_BACK
        for attempt in fold(store.events(who, slug)).attempts
    }
    files = [path for folder in FOLDERS for path in (graded.root / folder).rglob("*") if path.is_file()]
    assert {path for path in files if secrets_in(path.read_bytes())} == told and len(told) >= len(DELEGATES)
    assert all(len(path.stem) == 32 for path in told)


def test_no_address_gives_a_secret_to_a_visitor(graded: Course) -> None:
    """Does a visitor who follows every link, and tries addresses that nobody gave out, get anything that the instructor keeps?"""
    store = FolderStore(graded.answers)
    slug = graded.slugs[0]
    secret = fold(store.events(DELEGATES[0], slug)).attempts[0].secret
    page = feedback_path(graded.exchange, graded.id, secret, slug)
    guesses = [
        "files/assessments/gradebook.db", "api/contents", "api/contents/assessments", "api/kernels", "api/sessions", "api/terminals", "tree", "lab",
        "voila/files/assessments/gradebook.db", "voila/static/../../assessments/gradebook.db", "voila/templates/course/static/%2e%2e/%2e%2e/nbconvert_config.py",
        f"voila/render/assessments/questions/{slug}.yml", f"voila/render/assessments/release/{slug}/{slug}.ipynb", f"voila/render/modules/{slug}/practice.yml",
        f"voila/render/assessments/autograded/{DELEGATES[0]}/{slug}/{slug}.ipynb", f"voila/render/var/exchange/{graded.id}/feedback/{page.name}",
        f"feedback/{page.name}", f"voila/render/modules/{slug}/../../assessments/questions/{slug}.ipynb", "var/export/", f"answers/{DELEGATES[0]}/{slug}.jsonl",
    ]  # fmt: skip
    with serving(graded.root) as address:
        bodies = dict(_crawl(f"{address}/"))
        lessons = [url for url in bodies if url.endswith(".ipynb")]
        assert len(lessons) >= len(graded.slugs) and len(bodies) > 20
        answers = {guess: _get(f"{address}/{guess}") for guess in guesses}
    assert {url: found for url, body in bodies.items() if (found := secrets_in(body))} == {}
    assert {guess: status for guess, (status, _) in answers.items() if status < 400} == {}
    assert not any(secrets_in(body) for _, body in answers.values())


def _crawl(start: str) -> Iterator[tuple[str, bytes]]:
    """Every page, script and style sheet that can be reached by links from an address, each once."""
    waiting, seen = [start], {start}
    while waiting:
        url = waiting.pop()
        status, body = _get(url)
        assert status == 200, url
        yield url, body
        for link in re.findall(r'(?:href|src)="([^"#]+)', body.decode("utf-8", "replace")) if b"<html" in body[:2000] else ():
            found = urljoin(url, html.unescape(link))
            if found.startswith(start) and found not in seen:
                seen.add(found)
                waiting.append(found)


def _get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


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
