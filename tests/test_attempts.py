"""Attempts, lateness and extensions on the road to the gradebook: the one that counts is there, the others are kept."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from nbgrader.converters.base import NbGraderException

from course.attempts import counting
from course.collect import collect
from course.collected import read_attempts
from course.content import Course
from course.errors import ClosedError, CourseError
from course.extensions import grant, read_extensions
from course.feedback import feedback
from course.grade import grade
from course.module import Module
from course.passport import merge, read_passport, write_passport
from course.result import read_result
from course.store import FolderStore, MemoryStore, fold
from course.submission import SubmissionError, submission
from course.submit import deliver, submit
from road import RIGHT, correct_key, hand_in, mark_by_hand, marks, query, rows, set_policy, stock_autograde

BEST = {**RIGHT}
HALF = {**RIGHT, "two-banks": ["east"], "length": "99"}
NONE: dict[str, Any] = {"one-mouth": ["lake"], "two-banks": ["hill"], "length": "99", "describe": "Who knows."}


def submit_in_turn(course: Course, delegate: str, *given: dict[str, Any]) -> MemoryStore:
    """Answer and submit once for each set of answers, through the store as a page does."""
    store = MemoryStore()
    for number, answers in enumerate(given):
        at = f"2026-01-0{number + 1}T10:00:00Z"
        store.append(delegate, "mini", [{"kind": "answer", "at": at, "question": name, "answer": value} for name, value in answers.items()])
        submit(course, store, delegate, "mini")
    return store


def auto(course: Course, delegate: str) -> float:
    return sum(score or 0 for score, _, _ in marks(course, delegate).values())


def attempt_in_book(course: Course, delegate: str) -> int:
    """The number of the attempt that the gradebook's marks belong to."""
    (receipt,) = query(
        course,
        "select t.receipt from course_settled t join submitted_notebook sn on sn.id = t.notebook_id "
        "join submitted_assignment s on s.id = sn.assignment_id where s.student_id = ?",
        delegate,
    )
    folder = course.assessments / "submitted" / delegate / "mini"
    return next(one.attempt for one in read_attempts(folder, course, delegate, "mini") if one.receipt == receipt[0])


@pytest.mark.parametrize(("counts", "attempt", "points"), [("last", 3, 0.0), ("best", 2, 6.0), ("first", 1, 3.5)])
def test_the_attempt_that_counts_is_in_the_gradebook(counts: str, attempt: int, points: float, built: Course, tmp_path: Path) -> None:
    """Of three attempts: does the policy's one count, on both roads alike, with its own time, and are all three kept?"""
    set_policy(built, f"{{attempts: 3, counts: {counts}}}")
    submit_in_turn(built, "d-1", HALF, BEST, NONE)
    collect(built)
    other = Course(shutil.copytree(built.root, tmp_path / "stock"), {})
    grade(built)
    stock_autograde(other)
    assert rows(built) == rows(other)
    assert (attempt_in_book(built, "d-1"), auto(built, "d-1")) == (attempt, points)
    kept = read_attempts(built.assessments / "submitted" / "d-1" / "mini", built, "d-1", "mini")
    assert [one.answers["length"] for one in kept] == ["99", "12.5", "99"]
    grade(built, again=True)
    stock_autograde(other, force=True)
    assert rows(built) == rows(other)


def test_a_later_attempt_that_does_not_count_finds_the_result(built: Course) -> None:
    """When a worse attempt comes in after grading: does the page that the delegate looks at show the better one's result?"""
    set_policy(built, "{attempts: 2, counts: best}")
    store = submit_in_turn(built, "d-1", BEST)
    for _ in range(2):
        collect(built)
        grade(built)
        feedback(built)
        module = Module("mini", course=built, store=store, delegate="d-1")
        found = module.released()
        assert found is not None
        assert (found[1].attempt, found[1].questions["length"].points, found[0].submission["attempt"]) == (1, 1, 1)
        if len(module.record.attempts) == 1:
            store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-02T10:00:00Z", "question": "length", "answer": "99"}])
            submit(built, store, "d-1", "mini")


def test_of_equal_attempts_the_later_one_is_the_best(built: Course) -> None:
    """Is the newest of the best marked, so that the marker reads the latest text?"""
    bank = built.bank("mini").model_copy(update={"policy": built.bank("mini").policy.model_copy(update={"counts": "best"})})
    attempts = [submission(built.id, "mini", "d-1", n, {**BEST, "describe": f"Text {n}."}, f"2026-01-0{n}T10:00:00Z") for n in (1, 2)]
    assert counting(bank, attempts).submission.attempt == 2


def test_a_corrected_key_can_change_which_attempt_counts(built: Course) -> None:
    """When the key turns out to be another: does the best attempt become another, and is told whose marks moved?"""
    set_policy(built, "{attempts: 2, counts: best}")
    submit_in_turn(built, "d-1", {"length": "12.5"}, {"length": "99"})
    submit_in_turn(built, "d-2", {"one-mouth": ["sea"]}, {"one-mouth": ["sea"]})
    collect(built)
    assert grade(built).moved == []
    assert attempt_in_book(built, "d-1") == 1
    correct_key(built, "value: 12.5", "value: 99")
    moved = grade(built).moved
    assert moved == []  # one point before, one point after: nothing to tell
    assert attempt_in_book(built, "d-1") == 2
    correct_key(built, "value: 99", "value: 50")
    assert [str(one) for one in grade(built).moved] == ["d-1/mini: 1 → 0 points (length: 1 → 0)"]
    assert grade(built).moved == []
    assert len(grade(built).unchanged) == 2


def test_a_passport_brings_every_attempt(built: Course, tmp_path: Path) -> None:
    """When somebody hands in by file: are earlier attempts kept too, and the best one found among them?"""
    set_policy(built, "{attempts: 3, counts: best}")
    shutil.rmtree(built.exchange)
    store = submit_in_turn(built, "d-1", BEST, NONE)
    path = tmp_path / "passport.json"
    path.write_text(write_passport(built.id, "d-1", {"mini": store.events("d-1", "mini")}), encoding="utf-8")
    (built.exchange / built.id).mkdir(parents=True)
    collect(built, [path])
    grade(built)
    assert (attempt_in_book(built, "d-1"), auto(built, "d-1")) == (1, 6.0)
    (folder,) = (built.assessments / "submitted").glob("d-1/mini")
    assert [one.attempt for one in read_attempts(folder, built, "d-1", "mini")] == [1, 2]


def test_a_third_attempt_of_two_is_refused(built: Course) -> None:
    """Is Submit itself, not the page, what says that no attempt is left, and does an extension give one more?"""
    set_policy(built, "{attempts: 2}")
    store = submit_in_turn(built, "d-1", NONE, BEST)
    with pytest.raises(ClosedError, match="You have used all 2 attempts"):
        submit(built, store, "d-1", "mini")
    grant(built, "d-1", "mini", None, 1)
    assert submit(built, store, "d-1", "mini").submission["attempt"] == 3
    with pytest.raises(ClosedError, match="all 3 attempts"):
        submit(built, store, "d-1", "mini")


def test_an_attempt_beyond_the_allowed_does_not_count(built: Course) -> None:
    """When somebody's own copy of the course allowed more: do only the first ones count, and is the instructor told?"""
    submit_in_turn(built, "d-1", HALF, NONE, BEST)
    set_policy(built, "{attempts: 2, counts: best}")
    collect(built)
    result = grade(built)
    assert attempt_in_book(built, "d-1") == 1
    assert [str(note) for note in result.notes] == ["d-1/mini: not counted: attempt 3 of 2 allowed"]


def test_a_released_key_closes_where_attempts_are_not_limited(built: Course) -> None:
    """Once the key can be read: does Submit itself refuse, whoever calls it?"""
    store = submit_in_turn(built, "d-1", NONE)
    collect(built)
    grade(built)
    feedback(built)
    with pytest.raises(ClosedError, match="The result is released"):
        submit(built, store, "d-1", "mini")


def test_a_passport_cannot_turn_back_the_clock(built: Course, tmp_path: Path) -> None:
    """Is an attempt that a passport brings, made up or not, handed over at the server's time and under its policy alone?"""
    set_policy(built, "{attempts: 1, due: 2026-11-01 00:00 UTC}")
    frozen = submission(built.id, "mini", "d-1", 1, BEST, "2026-10-31T10:00:00Z")
    events = [{"kind": "submit", "at": frozen.submitted_at, "submission": frozen.as_dict(), "secret": "ab" * 32}]
    store = MemoryStore()
    merge(store, "d-1", read_passport(write_passport(built.id, "d-1", {"mini": events}).encode(), built.id))
    panel = Module("mini", course=built, store=store, delegate="d-1").submit()
    panel._handle_custom_msg({"action": "submit"}, [])
    assert "closed on 1 November 2026" in panel.status["text"]
    collect(built)
    assert grade(built).graded == []
    grant(built, "d-1", "mini", "2999-01-01 00:00 UTC", None)
    assert store.events("d-1", "mini")[0]["from"] == "passport"
    attempt = fold(store.events("d-1", "mini")).attempts[0]
    deliver(built, store, "d-1", "mini", attempt)
    (folder,) = (built.exchange / built.id / "inbound").iterdir()
    assert "2026-10-31" not in folder.name
    again = fold(store.events("d-1", "mini"))
    assert again.used("d-1") == 1
    with pytest.raises(ClosedError, match="your one attempt"):
        submit(built, store, "d-1", "mini")


def test_two_windows_cannot_use_one_attempt_twice(built: Course, tmp_path: Path) -> None:
    """When two windows submit at the same moment: is exactly one attempt frozen?"""
    set_policy(built, "{attempts: 1}")
    store = FolderStore(tmp_path / "answers")
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": "length", "answer": "12.5"}])
    outcomes: list[str] = []

    def press() -> None:
        try:
            submit(built, store, "d-1", "mini")
            outcomes.append("submitted")
        except ClosedError:
            outcomes.append("closed")

    windows = [threading.Thread(target=press) for _ in range(4)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert sorted(outcomes) == ["closed"] * 3 + ["submitted"]


def test_a_clock_that_ran_ahead_loses_no_attempt(built: Course) -> None:
    """When an older attempt bears a later time: does the newer number count, and is the older one kept?"""
    hand_in(built, "d-1", NONE, "2027-06-01T10:00:00Z", attempt=1)
    hand_in(built, "d-1", BEST, "2026-11-01T10:00:00Z", attempt=2)
    for _ in range(2):
        collect(built)
        grade(built)
        assert attempt_in_book(built, "d-1") == 2
    assert auto(built, "d-1") == 6.0
    events = [{"kind": "submit", "at": one.submitted_at, "submission": one.as_dict(), "secret": "ab" * 32}
              for one in (submission(built.id, "mini", "d-1", 1, {}, "2027-06-01T10:00:00Z"), submission(built.id, "mini", "d-1", 2, {}, "2026-11-01T10:00:00Z"))]  # fmt: skip
    assert [one.submission["attempt"] for one in fold(events).attempts] == [1, 2]


def test_before_opening_and_after_closing(built: Course) -> None:
    """Is nothing taken before the assessment opens or after it closed, and does the delegate read when that is?"""
    set_policy(built, "{opens: 2999-01-01 00:00 UTC}")
    with pytest.raises(ClosedError, match="opens on 1 January 2999, 00:00 UTC"):
        submit(built, MemoryStore(), "d-1", "mini")
    set_policy(built, "{due: 2001-01-01 00:00 UTC}")
    with pytest.raises(ClosedError, match="closed on 1 January 2001, 00:00 UTC. Your answers are kept."):
        submit(built, MemoryStore(), "d-1", "mini")
    grant(built, "d-1", "mini", "2999-01-01 00:00 UTC", None)
    assert submit(built, MemoryStore(), "d-1", "mini").delivered
    with pytest.raises(ClosedError):
        submit(built, MemoryStore(), "d-2", "mini")


def test_a_late_file_is_not_graded_and_an_extension_lets_it_in(built: Course, tmp_path: Path) -> None:
    """When a passport shows that it was submitted too late: is it refused with what to do, and graded once time was granted?"""
    submit_in_turn(built, "d-1", BEST)
    set_policy(built, "{due: 2026-01-01 00:00 UTC}")
    collect(built)
    other = Course(shutil.copytree(built.root, tmp_path / "stock"), {})
    (refusal,) = grade(built).refused
    assert "after the assessment closed at 1 January 2026, 00:00 UTC" in str(refusal)
    assert "course extend" in str(refusal)
    with pytest.raises(NbGraderException):
        stock_autograde(other)
    assert rows(built) == rows(other)
    grant(built, "d-1", "mini", "2999-01-01 00:00 UTC", None)
    assert grade(built).graded == ["d-1/mini"]
    assert auto(built, "d-1") == 6.0


LATE = "{due: 2026-01-01 00:00 UTC, late: {grace: 1 hour, step: 1 week, less: 10, floor: 40}}"


def penalty(course: Course, delegate: str) -> tuple[float | None, Any]:
    return query(
        course,
        "select sn.late_submission_penalty, s.extension from submitted_notebook sn join submitted_assignment s on s.id = sn.assignment_id where s.student_id = ?",
        delegate,
    )[0]


def test_lateness_is_taken_off_on_both_roads_and_follows_the_marks(built: Course, tmp_path: Path) -> None:
    """Is the penalty a share of what is earned, alike on both roads, also after a person marked, and gone with an extension?"""
    set_policy(built, LATE)
    submit_in_turn(built, "d-1", BEST)
    collect(built)
    other = Course(shutil.copytree(built.root, tmp_path / "stock"), {})
    grade(built)
    stock_autograde(other)
    assert rows(built) == rows(other)
    assert penalty(built, "d-1") == (3.6, None)  # far beyond: 40 per cent of 6 points are kept
    for course in (built, other):
        mark_by_hand(course, "d-1", "describe", 4)
    assert grade(built).unchanged == ["d-1/mini"]
    stock_autograde(other, force=True)
    assert penalty(built, "d-1") == penalty(other, "d-1") == (6.0, None)
    assert rows(built) == rows(other)
    for course in (built, other):
        grant(course, "d-1", "mini", "2999-01-01 00:00 UTC", None)
    grade(built)
    stock_autograde(other, force=True)
    assert penalty(built, "d-1")[0] is None
    assert penalty(built, "d-1")[1]
    assert rows(built) == rows(other)


def test_feedback_takes_lateness_into_account_without_another_grading(built: Course) -> None:
    """When only a person marked since: does the page already show the penalty of all the points?"""
    set_policy(built, LATE)
    store = submit_in_turn(built, "d-1", BEST)
    collect(built)
    grade(built)
    mark_by_hand(built, "d-1", "describe", 4)
    feedback(built)
    page = (built.assessments / "feedback" / "d-1" / "mini" / "mini.html").read_text(encoding="utf-8")
    result = read_result(page)
    assert (result.points, result.max_points, result.penalty, result.passed) == (4.0, 10.0, 6.0, False)
    assert "Taken off for being late" in page
    assert fold(store.events("d-1", "mini")).attempts[0].submission["receipt"] == result.receipt


def test_due_time_is_known_to_nbgrader(built: Course) -> None:
    """Does the gradebook, and so formgrader, have the due time of the policy, and follow it?"""
    set_policy(built, "{due: 2026-12-15 18:00 America/New_York}")
    assert query(built, "select duedate from assignment where name = 'mini'") == [("2026-12-15 23:00:00.000000",)]
    set_policy(built, "{due: 2026-12-16 18:00 America/New_York}")
    assert query(built, "select duedate from assignment where name = 'mini'") == [("2026-12-16 23:00:00.000000",)]


# What comes back


def _pages(course: Course) -> list[Path]:
    return sorted((course.exchange / course.id / "feedback").glob("*.html"))


@pytest.mark.parametrize("rules", ["{feedback: never}", "{due: 2999-01-01 00:00 UTC, feedback: after-due}"])
def test_a_result_that_may_not_be_read_is_not_made(rules: str, built: Course) -> None:
    """Is nothing released while the policy keeps results back, and does the stock step make a page without any mark?"""
    set_policy(built, rules)
    submit_in_turn(built, "d-1", BEST)
    collect(built)
    grade(built)
    result = feedback(built)
    assert (result.withheld, result.made, result.released) == (["d-1/mini"], [], [])
    assert _pages(built) == []
    page = _stock_feedback(built)
    assert "Results" in page
    assert not [word for word in ("FEEDBACK", "EXPLANATION", "RUBRIC", "course-result", "The sea") if word in page]


def test_results_wait_for_the_last_extension(built: Course) -> None:
    """With `after-due`: does one delegate's longer time hold everybody's keys back, and its end let them go?"""
    hand_in(built, "d-1", BEST, "2026-01-01T10:00:00Z")
    collect(built)
    set_policy(built, "{due: 2999-01-01 00:00 UTC, feedback: after-due}")
    grade(built)
    assert feedback(built).withheld == ["d-1/mini"]
    set_policy(built, "{due: 2027-01-01 00:00 UTC, feedback: after-due}")
    grant(built, "d-9", "mini", "2999-01-01 00:00 UTC", None)
    assert feedback(built).withheld == ["d-1/mini"]
    (built.exchange / built.id / "extensions.json").unlink()
    set_policy(built, "{due: 2026-01-02 00:00 UTC, late: {step: 1 day, less: 1, until: 1 week}, feedback: after-due}")
    grade(built)
    assert feedback(built).released == ["d-1/mini"]


def test_a_result_is_taken_back(built: Course) -> None:
    """When a policy comes to keep results back: is a page released before gone from the exchange, and from what stock would release?"""
    submit_in_turn(built, "d-1", BEST)
    collect(built)
    grade(built)
    feedback(built)
    assert len(_pages(built)) == 1
    set_policy(built, "{feedback: never}")
    grade(built)
    assert feedback(built).withheld == ["d-1/mini"]
    assert _pages(built) == []
    assert not (built.assessments / "feedback" / "d-1" / "mini").exists()


def test_marks_only_gives_marks_and_comments(built: Course) -> None:
    """Do points and comments come back, and no key, explanation, feedback or rubric?"""
    set_policy(built, "{attempts: 2, feedback: marks-only}")
    submit_in_turn(built, "d-1", HALF)
    collect(built)
    grade(built)
    mark_by_hand(built, "d-1", "describe", 2, "Say more of the sea.")
    feedback(built)
    (page,) = _pages(built)
    text = page.read_text(encoding="utf-8")
    assert not [word for word in ("FEEDBACK", "EXPLANATION", "RUBRIC", "Right answer", "How it is marked", "Source") if word in text]
    result = read_result(text)
    assert result.disclosed == "marks"
    assert {name: one.points for name, one in result.questions.items()} == {"one-mouth": 2, "two-banks": 1.5, "length": 0, "describe": 2}
    assert result.questions["describe"].comment == "Say more of the sea."
    assert "Say more of the sea." in text


def _stock_feedback(course: Course) -> str:
    from nbgrader.converters import GenerateFeedback

    from course.nbgrader_setup import config_for, folder_for, start

    config = config_for(course)
    start(GenerateFeedback(coursedir=folder_for(course, "mini", config), config=config, force=True))
    return (course.assessments / "feedback" / "d-1" / "mini" / "mini.html").read_text(encoding="utf-8")


# Extensions


def test_an_extension_is_kept_and_added_to(built: Course) -> None:
    """Can time and attempts be granted one after the other, and does nobody else get any?"""
    set_policy(built, "{attempts: 1, due: 2026-12-15 18:00 UTC}")
    grant(built, "d-1", "mini", "2026-12-20 18:00 UTC", None)
    grant(built, "d-1", "mini", None, 2)
    assert read_extensions(built, "mini")["d-1"].model_dump() == {"until": "2026-12-20 18:00 UTC", "attempts": 2}
    assert list(read_extensions(built, "mini")) == ["d-1"]
    assert read_extensions(built, "other") == {}


@pytest.mark.parametrize(
    ("delegate", "until", "attempts", "said"),
    [
        ("d-1", "soon", None, "is not a time with its zone"),
        ("d-1", "2026-12-01 18:00 UTC", None, "is not later than the due time of everybody"),
        ("../d", "2026-12-20 18:00 UTC", None, "is not a delegate's id"),
        ("d-1", None, 1, "does not limit attempts"),
    ],
)
def test_what_cannot_be_granted(delegate: str, until: str | None, attempts: int | None, said: str, built: Course) -> None:
    """Is a grant that would change nothing, or that nobody can mean, refused in words for the instructor?"""
    set_policy(built, "{due: 2026-12-15 18:00 UTC}")
    with pytest.raises(CourseError, match=said):
        grant(built, delegate, "mini", until, attempts)
    assert read_extensions(built, "mini") == {}


def test_a_damaged_file_of_extensions_stops_grading_and_no_delegate(built: Course) -> None:
    """Is the instructor told, while delegates can go on?"""
    path = built.exchange / built.id / "extensions.json"
    submit_in_turn(built, "d-1", BEST)
    collect(built)
    path.write_text('{"format": 1, "extensions": {"mini": {"d-1": {"until": "soon"}}}}', encoding="utf-8")
    with pytest.raises(CourseError, match=r"extensions.json: cannot be read"):
        grade(built)
    submit_in_turn(built, "d-2", BEST)


# Bad input


@pytest.mark.parametrize("bad", ["{", "[]", '{"format": 1, "attempts": 3}', '{"format": 1, "attempts": [{}]}', "foreign"])
def test_damaged_attempts_are_refused(bad: str, built: Course) -> None:
    """Is a damaged or a stranger's attempts.json refused by name, and nothing graded from it?"""
    set_policy(built, "{attempts: 2, counts: best}")
    submit_in_turn(built, "d-1", HALF, NONE)
    submit_in_turn(built, "d-2", BEST, BEST)
    collect(built)
    path = built.assessments / "submitted" / "d-1" / "mini" / "attempts.json"
    path.chmod(0o644)
    other = built.assessments / "submitted" / "d-2" / "mini" / "attempts.json"
    path.write_text(other.read_text(encoding="utf-8") if bad == "foreign" else bad, encoding="utf-8")
    result = grade(built)
    assert result.graded == ["d-2/mini"]
    (refusal,) = result.refused
    assert "attempts.json" in str(refusal)


def test_an_option_removed_that_somebody_chose(built: Course) -> None:
    """When a chosen option is taken out of the question: does a person decide, and is the instructor told whose answer it is?"""
    submit_in_turn(built, "d-1", {"one-mouth": ["desert"]})
    submit_in_turn(built, "d-2", {"one-mouth": ["lake"]})
    collect(built)
    grade(built)
    correct_key(built, '      - {id: desert, text: The desert, feedback: "FEEDBACK-DESERT: too wet for that."}\n', "")
    result = grade(built)
    assert marks(built, "d-1")["one-mouth"] == (None, None, True)
    assert marks(built, "d-2")["one-mouth"] == (0.0, None, False)
    (note,) = result.notes
    assert str(note).startswith("d-1/mini: one-mouth: the answer cannot be read: This answer names an option")
    (moved,) = result.moved
    assert str(moved) == "d-1/mini: 0 → 0 points (one-mouth: 0 → not marked)"


def test_a_question_changed_into_another_kind(built: Course) -> None:
    """When a question becomes one of another kind after submissions: is the old answer for a person, never right or wrong by chance?"""
    submit_in_turn(built, "d-1", {"length": "12.5"})
    collect(built)
    grade(built)
    correct_key(built, "    number: {value: 12.5, tolerance: 0.5, unit: km}\n", "    true_false: {answer: true, feedback: So it is.}\n")
    assert "length: the answer cannot be read" in str(grade(built).notes[0])
    assert marks(built, "d-1")["length"] == (None, None, True)


def test_marks_that_stay_are_told(built: Course) -> None:
    """When nothing of a graded submission counts any more: is the instructor told that its marks stay?"""
    submit_in_turn(built, "d-1", BEST)
    collect(built)
    grade(built)
    set_policy(built, "{due: 2026-01-01 00:00 UTC}")
    (refusal,) = grade(built).refused
    assert "the marks that it had before stay in the gradebook" in str(refusal)


def test_nothing_that_counts_is_an_error(built: Course) -> None:
    """Does a submission none of whose attempts counts say so, rather than earn nothing?"""
    set_policy(built, "{due: 2001-01-01 00:00 UTC}")
    attempts = [submission(built.id, "mini", "d-1", 1, BEST, "2026-01-01T10:00:00Z")]
    with pytest.raises(SubmissionError, match="nothing of it counts"):
        counting(built.bank("mini"), attempts)


def test_the_seed_of_a_draw_is_frozen(gallery: Course) -> None:
    """When a passport brings another browser's draw: are its own questions marked, and is the instructor told?"""
    asked = {one.cell: one.question for one in gallery.bank("gallery").asked(gallery.id, "d-old")}
    answer = asked["own-corridor"].samples().right[0]
    store = MemoryStore()
    event = {"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": "own-corridor", "answer": answer, "seed": "d-old"}
    store.append("d-new", "gallery", [event])
    frozen = submit(gallery, store, "d-new", "gallery").submission
    assert frozen["seed"] == "d-old"
    collect(gallery)
    result = grade(gallery)
    assert marks(gallery, "d-new")["own-corridor"][0] == 2
    assert "drawn for d-old" in str(result.notes[0])


def test_answers_of_two_draws_do_not_mix() -> None:
    """When two browsers had drawn apart and a passport joins them: does the older draw hold, and only its answers?"""
    events = [
        {"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": "own", "answer": "1", "seed": "d-old"},
        {"kind": "answer", "at": "2026-01-02T10:00:00Z", "question": "own", "answer": "2", "seed": "d-new"},
        {"kind": "answer", "at": "2026-01-02T10:00:00Z", "question": "plain", "answer": "3"},
    ]
    record = fold(events)
    assert (record.seed, record.answers) == ("d-old", {"own": "1", "plain": "3"})
    assert json.loads(json.dumps(events)) == events
