"""What a delegate is told of an assessment's terms, and what the page does when time or attempts run out."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html import escape
from typing import Any

import pytest

from course.content import Course
from course.extensions import grant
from course.module import Module
from course.passport import write_passport
from course.policy import Extension, Policy, standing
from course.result import QuestionResult, Result, data_block, feedback_path
from course.store import MemoryStore
from course.submit import submit
from course.widgets.terms import terms
from road import RIGHT, correct_key, set_policy
from test_panels import give, press

PAST, FUTURE = "2001-01-01 00:00 UTC", "2999-01-01 00:00 UTC"
NOW = datetime(2026, 12, 16, 12, 0, tzinfo=timezone.utc)


def told(used: int = 0, granted: Extension | None = None, **rules: Any) -> str:
    policy = Policy.model_validate(rules)
    stands = standing(policy, granted or Extension(), used, NOW)
    words = " / ".join(f"{name}: {said}" for name, said in terms({"policy": policy.model_dump(exclude_none=True)}, stands))
    return re.sub(r"<[^>]*>", "", words)


@pytest.mark.parametrize(
    ("rules", "used", "words"),
    [
        ({}, 0, ""),
        ({"attempts": 1}, 0, "Attempts: one"),
        ({"attempts": 1}, 1, "Attempts: one, which is used"),
        ({"attempts": 3, "counts": "best"}, 1, "Attempts: 1 of 3 used; the best one counts"),
        ({"counts": "first"}, 0, "Attempts: as many as you like until results are released; the first one counts"),
        (
            {"due": "2026-12-20 18:00 UTC", "feedback": "after-due"}, 0,
            "Due: 20 December 2026, 18:00 UTC / Result: marks, right answers and explanations, once the assessment has closed for everybody",
        ),
        ({"due": "2026-12-15 18:00 UTC"}, 0, "Was due: 15 December 2026, 18:00 UTC"),
        ({"opens": "2026-12-20 18:00 UTC"}, 0, "Opens: 20 December 2026, 18:00 UTC"),
        (
            {"due": "2026-12-20 18:00 UTC", "late": {"grace": "1 hour", "step": "1 day", "less": 10, "floor": 50, "until": "1 week"}}, 0,
            "Due: 20 December 2026, 18:00 UTC / Late: until 27 December 2026, 18:00 UTC: each day begun takes 10 per cent of the points, "
            "down to 50 per cent; the first hour costs nothing",
        ),
        (
            {"due": "2026-12-10 18:00 UTC", "late": {"step": "1 day", "less": 10, "until": "2 days"}}, 0,
            "Was due: 10 December 2026, 18:00 UTC / Closed: 12 December 2026, 18:00 UTC",
        ),
        (
            {"due": "2026-12-15 18:00 UTC", "late": {"step": "2 hours", "less": 2.5, "grace": "30 minutes"}}, 0,
            "Was due: 15 December 2026, 18:00 UTC / Late: submitting now keeps 77.5 per cent of the points; each 2 hours begun takes 2.5 per cent of the points",
        ),
        ({"due": "2026-12-20 18:00 UTC", "late": {"step": "2 hours", "less": 2.5, "grace": "30 minutes"}}, 0,
            "Due: 20 December 2026, 18:00 UTC / Late: each 2 hours begun takes 2.5 per cent of the points; the first 30 minutes cost nothing"),
        ({"feedback": "marks-only"}, 0, "Result: marks and comments; the right answers are not shown"),
        ({"feedback": "never"}, 0, "Result: not shown here"),
    ],
)  # fmt: skip
def test_the_terms_are_told_in_words(rules: dict[str, Any], used: int, words: str) -> None:
    """Does a delegate read everything that limits them, and nothing where nothing does?"""
    assert told(used, **rules) == words


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def module(course: Course, store: MemoryStore) -> Module:
    return Module("mini", course=course, store=store, delegate="d-1")


def answer_all(course: Course, store: MemoryStore) -> None:
    for name, value in RIGHT.items():
        assert give(module(course, store).question(name), value)["tone"] == "ok"


def release(course: Course, store: MemoryStore, number: int, secret_of: int | None = None) -> None:
    """A released result of an attempt, where the attempt whose secret is given looks for it."""
    attempts = module(course, store).record.attempts
    marked = {name: QuestionResult(points=1, max_points=2, explanation="WHY") for name in RIGHT}
    result = Result(
        format=1, assessment="mini", delegate="d-1", attempt=number, receipt=attempts[number - 1].submission["receipt"],
        points=4, max_points=10, pass_percent=60, pending=False, passed=False, questions=marked,
    )  # fmt: skip
    path = feedback_path(course.exchange, course.id, attempts[(secret_of or number) - 1].secret, "mini")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<html>{data_block(result)}</html>", encoding="utf-8")


def test_nothing_of_a_question_is_shown_before_it_opens(built: Course, store: MemoryStore) -> None:
    """Before the opening time: are the questions not there, is an answer refused, and is there no Submit?"""
    set_policy(built, f"{{opens: {FUTURE}}}")
    panel = module(built, store).question("one-mouth")
    assert "Alpha" not in panel.html and "<form" not in panel.html
    assert "Opens" in panel.html
    status = give(panel, ["sea"])
    assert status["tone"] == "error" and "This answer was not saved" in status["text"]
    assert not store.events("d-1", "mini")
    end = module(built, store).submit()
    assert 'data-action="submit"' not in end.html
    press(end, "submit")
    assert end.status["tone"] == "error" and not store.events("d-1", "mini")


def test_what_was_answered_stays_to_be_read_after_closing(built: Course, store: MemoryStore) -> None:
    """After the due time: is the answer shown, not the form, an open page's answer refused, and an extension offered as the way?"""
    answer_all(built, store)
    open_page = module(built, store)
    panel, end = open_page.question("length"), open_page.submit()
    set_policy(built, f"{{due: {PAST}}}")
    stale = module(built, store)
    closed = stale.question("length")
    assert "<form" not in closed.html and "12.5 km" in closed.html
    # The page that was open before the rebuild asks the same server again.
    panel._module.__dict__.pop("_published", None)
    status = give(panel, "13")
    assert status["tone"] == "error" and "closed on 1 January 2001" in status["text"]
    press(end, "submit")
    assert "ask your instructor for an extension" in end.status["text"]
    assert module(built, store).record.answers["length"] == "12.5"
    grant(built, "d-1", "mini", FUTURE, None)
    assert "<form" in module(built, store).question("length").html


def test_the_number_to_give_is_shown_to_its_owner_only(built: Course, store: MemoryStore) -> None:
    """Does a delegate who may need an extension see the id that `course extend` takes, and the published page none?"""
    assert "d-1" not in module(built, store).submit().html
    set_policy(built, "{attempts: 1}")
    end = module(built, store).submit()
    assert "<code>d-1</code>" in end.html
    assert "d-1" not in end.static_html()


def test_one_attempt_then_no_more(built: Course, store: MemoryStore) -> None:
    """With one attempt: is Submit gone after it, do the frozen answers stay to be read, and does the page ask for the result?"""
    set_policy(built, "{attempts: 1}")
    answer_all(built, store)
    page = module(built, store)
    panel, end = page.question("length"), page.submit()
    assert "<dt>Attempts</dt><dd>one</dd>" in end.html
    press(end, "submit")
    assert end.status["text"] == "Submitted"
    assert 'data-action="submit"' not in end.html and 'data-action="look"' in end.html
    assert "<form" not in panel.html and "12.5 km" in panel.html
    assert give(panel, "99")["tone"] == "error"


def test_a_second_window_does_not_spend_an_attempt_unseen(built: Course, store: MemoryStore) -> None:
    """With two windows: does the second one's Submit show that there is a receipt, before it uses another attempt?"""
    set_policy(built, "{attempts: 3}")
    answer_all(built, store)
    first, second = module(built, store).submit(), module(built, store).submit()
    press(first, "submit")
    press(second, "submit")
    assert "submitted in another window" in second.status["text"]
    assert len(module(built, store).record.attempts) == 1
    press(second, "submit")
    assert len(module(built, store).record.attempts) == 2


def test_try_again_after_a_result(built: Course, store: MemoryStore) -> None:
    """With attempts left after a result: can one open the answers again, submit, and be told when there are no more?"""
    set_policy(built, "{attempts: 2, feedback: marks-only}")
    answer_all(built, store)
    submit(built, store, "d-1", "mini")
    release(built, store, 1)
    page = module(built, store)
    panel, end = page.question("length"), page.submit()
    assert "Not passed yet" in end.html and 'data-action="again"' in end.html
    assert give(panel, "13")["tone"] == "error"
    press(end, "again")
    assert "<form" in panel.html and 'data-action="submit"' in end.html
    assert give(panel, "13", n=2)["tone"] == "ok"
    press(end, "submit")
    assert module(built, store).record.attempts[-1].submission["answers"]["length"] == "13"
    assert "Attempt 2" in end.html and "Not passed yet" not in end.html  # the first one's result no longer stands for this
    release(built, store, 2)
    press(end, "look")
    assert 'data-action="again"' not in end.html
    press(end, "again")
    assert "You have used all 2 attempts" in end.status["text"]


def test_without_a_number_of_attempts_a_result_closes(built: Course, store: MemoryStore) -> None:
    """Where nobody said how many attempts there are: does a released key end them?"""
    answer_all(built, store)
    submit(built, store, "d-1", "mini")
    release(built, store, 1)
    end = module(built, store).submit()
    assert 'data-action="again"' not in end.html
    press(end, "again")
    assert end.status["tone"] == "error"


def test_the_result_is_that_of_the_attempt_that_counts(built: Course, store: MemoryStore) -> None:
    """Where the first attempt counts and the page lies where the second looks for it: are the first one's answers shown?"""
    set_policy(built, "{attempts: 2, counts: first}")
    answer_all(built, store)
    submit(built, store, "d-1", "mini")
    give(module(built, store).question("length"), "99")
    submit(built, store, "d-1", "mini")
    release(built, store, 1, secret_of=2)
    page = module(built, store)
    assert "12.5 km" in page.question("length").html
    assert "Attempt 1" in page.submit().html


def test_a_question_that_became_another_kind_raises_in_no_cell(built: Course, store: MemoryStore) -> None:
    """When an answer no longer fits its question: is it said, open or closed or released, and does no cell fail?"""
    answer_all(built, store)
    submit(built, store, "d-1", "mini")
    correct_key(built, "    number: {value: 12.5, tolerance: 0.5, unit: km}\n", "    true_false: {answer: true, feedback: So it is.}\n")
    assert "<form" in module(built, store).question("length").html
    release(built, store, 1)
    assert "no longer takes" in module(built, store).question("length").html
    set_policy(built, f"{{due: {PAST}}}")
    assert "no longer takes" in module(built, store).question("length").html


def test_what_was_typed_too_late_stays_in_the_window(built: Course, store: MemoryStore) -> None:
    """When an answer is refused, as too late or as no number: is the page told that it is not stored, so that it keeps it?"""
    panel = module(built, store).question("length")
    assert give(panel, "1,234")["unsaved"] is True
    set_policy(built, f"{{due: {PAST}}}")
    panel._module.__dict__.pop("_published", None)
    assert give(panel, "12.5", n=2)["unsaved"] is True


def test_a_passport_with_an_older_draw(gallery: Course, store: MemoryStore) -> None:
    """When a passport brings another draw: is it said, are its questions shown, and can one submit without a reload?"""
    page = Module("gallery", course=gallery, store=store, delegate="d-new")
    asked = {one.cell: one.question for one in gallery.bank("gallery").asked(gallery.id, "d-new")}
    panel, end, passport = page.question("own-corridor"), page.submit(), page.passport()
    assert give(panel, asked["own-corridor"].samples().right[0])["tone"] == "ok"
    event = {"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": "own-corridor", "answer": "1.5", "seed": "d-old"}
    press(passport, "load", text=write_passport(gallery.id, "d-old", {"gallery": [event]}))
    assert "now those of the passport" in passport.status["text"]
    old = next(one.question for one in gallery.bank("gallery").asked(gallery.id, "d-old") if one.cell == "own-corridor")
    assert escape(old.prompt.split(",")[0]) in panel.html and 'value="1.5"' in panel.html
    press(end, "submit-anyway")
    assert end.status["text"] == "Submitted"


def test_a_pool_is_answered_under_the_questions_drawn(gallery: Course, store: MemoryStore) -> None:
    """Is each place of a pool a question of its own, kept with whose draw it is, and the same after a passport to another browser?"""
    page = Module("gallery", course=gallery, store=store, delegate="d-1")
    asked = {one.cell: one.question for one in gallery.bank("gallery").asked(gallery.id, "d-1")}
    for cell in ("landmarks-1", "landmarks-2", "own-corridor"):
        panel = page.question(cell)
        assert f'id="gallery-{asked[cell].id}"' in panel.html
        assert give(panel, asked[cell].samples().right[0])["tone"] == "ok"
    assert all(event["seed"] == "d-1" for event in store.events("d-1", "gallery"))
    carried = MemoryStore()
    carried.append("d-2", "gallery", store.events("d-1", "gallery"))
    other = Module("gallery", course=gallery, store=carried, delegate="d-2")
    assert [q["id"] for q in other.shown["questions"]] == [q["id"] for q in page.shown["questions"]]
    assert asked["own-corridor"].prompt.split("\n")[0].split(",")[0] in other.question("own-corridor").html
    with pytest.raises(KeyError, match="landmarks-1"):
        page.question("the-kiln")
