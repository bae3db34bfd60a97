"""The home page and the pages beside the lessons: what they say of a delegate's progress, and that they need nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course.content import Course
from course.extensions import grant
from course.home import home
from course.pages import NAMES, home_page, text_page
from course.publish import publish
from course.result import QuestionResult, Result, data_block, feedback_path
from course.store import FolderStore
from course.submit import submit
from road import RIGHT, set_policy
from support import REPOSITORY


@pytest.fixture
def store(built: Course) -> FolderStore:
    return FolderStore(built.answers)


def answer(store: FolderStore, question: str, value: object, at: str = "2026-01-01T10:00:00Z", kind: str = "answer") -> None:
    store.append("d-1", "mini", [{"kind": kind, "at": at, "question": question, "answer": value}])


def test_somebody_new_sees_the_modules_and_no_progress(built: Course, store: FolderStore) -> None:
    """Does a first visit show what there is and how long it takes, and leave no trace?"""
    found = home(built, store, "")
    (card,) = found.cards
    assert (card.entry.slug, card.begun, card.state, card.action, found.last) == ("mini", False, "", "Start", None)
    assert not built.answers.exists()


def test_progress_is_what_the_store_has(built: Course, store: FolderStore) -> None:
    """Are answers and practice counted, and does the page lead to where one stopped?"""
    answer(store, "one-mouth", ["sea"])
    answer(store, "downhill", ["down"], "2026-01-02T10:00:00Z", kind="practice")
    found = home(built, store, "d-1")
    assert found.last is not None
    assert (found.last.answered, found.last.asked, found.last.practised, found.last.practice) == (1, 4, 1, len(built.practice("mini").questions))
    assert (found.last.stopped_at, found.last.action) == ("practice-downhill", "Continue")
    answer(store, "length", "12.5", "2026-01-03T10:00:00Z")
    assert home(built, store, "d-1").cards[0].stopped_at == "mini-length"
    assert not home(built, store, "d-2").cards[0].begun


def test_submitted_then_marked(built: Course, store: FolderStore) -> None:
    """Is it said that one has submitted, and then how it came out, also while a person still marks?"""
    for name, value in RIGHT.items():
        answer(store, name, value)
    attempt = submit(built, store, "d-1", "mini")
    assert re.fullmatch(r"Submitted \d+ \w+ \d{4}, \d\d:\d\d UTC, attempt 1", home(built, store, "d-1").cards[0].state)
    path = feedback_path(built.exchange, built.id, attempt.secret, "mini")
    path.parent.mkdir(parents=True, exist_ok=True)
    for pending, passed, points, state in ((True, None, 6, "Result so far: 6 of 10 points"), (False, True, 9.5, "Passed: 9.5 of 10 points"), (False, False, 2, "Not passed yet: 2 of 10")):
        result = Result(
            format=1, assessment="mini", delegate="d-1", attempt=1, receipt=attempt.submission["receipt"], points=points, max_points=10,
            pass_percent=60, pending=pending, passed=passed, questions={"length": QuestionResult(points=1, max_points=1)},
        )  # fmt: skip
        path.write_text(data_block(result), encoding="utf-8")
        assert state in home(built, store, "d-1").cards[0].state


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("{}", ""),
        ("{due: 2999-01-01 00:00 UTC}", "Assessment due 1 January 2999, 00:00 UTC"),
        ("{opens: 2999-01-01 00:00 UTC}", "Assessment opens 1 January 2999, 00:00 UTC"),
        ("{due: 2001-01-01 00:00 UTC}", "Assessment closed 1 January 2001, 00:00 UTC"),
        ("{due: 2001-01-01 00:00 UTC, late: {step: 1 day, less: 1, floor: 50}}", "Assessment was due 1 January 2001, 00:00 UTC"),
    ],
)
def test_deadlines_are_on_the_page(rules: str, words: str, built: Course, store: FolderStore) -> None:
    """Does everybody see from when and until when, and who has an extension their own time?"""
    set_policy(built, rules)
    assert home(built, store, "d-1").cards[0].when == words
    if "due" in rules:
        grant(built, "d-1", "mini", "2999-06-01 00:00 UTC", None)
        assert home(built, store, "d-1").cards[0].when == "Assessment due 1 June 2999, 00:00 UTC"


def test_work_not_submitted_in_time_is_told(built: Course, store: FolderStore) -> None:
    """Does somebody who answered and never submitted read that it closed?"""
    answer(store, "length", "12.5")
    set_policy(built, "{due: 2001-01-01 00:00 UTC}")
    assert home(built, store, "d-1").cards[0].state == "Not submitted before it closed"


def test_a_store_that_cannot_be_read_still_shows_the_modules(built: Course, store: FolderStore) -> None:
    """Can one open a lesson when the answers cannot be read?"""
    (built.answers / "d-1" / "mini.jsonl").mkdir(parents=True)
    assert home(built, store, "d-1").cards[0].begun is False


@pytest.fixture(scope="module")
def tree(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    target = tmp_path_factory.mktemp("published") / "tree"
    publish(Course(built_once, {}), target)
    for path in (REPOSITORY / "modules" / "pages").glob("*.md"):
        (target / "modules" / "pages").mkdir(exist_ok=True)
        (target / "modules" / "pages" / path.name).write_bytes(path.read_bytes())
    return Course(target, {})


@pytest.mark.parametrize("name", ["home", *NAMES])
def test_each_page_stands_alone(name: str, tree: Course) -> None:
    """Has each page one heading, a title, a language, landmarks, and nothing from another host, no script and no cookie of its own?"""
    html = home_page(tree, "/base/", "d-1") if name == "home" else text_page(tree, "/base/", name)
    assert html.count("<h1") == 1
    assert re.search(r"<title>\S.*</title>", html) and '<html lang="en" dir="ltr">' in html
    assert all(html.count(f"<{mark}") == 1 for mark in ("main", "header", "footer", "nav"))
    assert "<script" not in html
    assert set(re.findall(r'(?:src|href)="([^"#]*)', html)) <= {"data:,", "", "/base/voila/templates/course/static/course.css"} | {
        link for link in re.findall(r'href="([^"#]*)', html) if link.startswith("/base/") or 'class="prose"' in html
    }


def test_sources_are_all_there(tree: Course) -> None:
    """Is every reference of the course on the page, with its date and its address, and with nothing left unescaped?"""
    html = text_page(tree, "/", "sources")
    assert html.count("<li>") == len(tree.sources) + 3
    real = Course(REPOSITORY, {})
    assert all(source.citation.strip() for source in real.sources.values())


def test_the_real_texts_name_the_series_and_no_endorsement() -> None:
    """Do the course's own pages say whose series it carries on, and that nobody endorses it?"""
    about = (REPOSITORY / "modules" / "pages" / "about.md").read_text(encoding="utf-8")
    assert all(name in about for name in ("UNITAR", "IOM", "UNFPA", "MacArthur Foundation", "2007–2008", "endorses it"))
