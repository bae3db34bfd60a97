"""Stage demo: the whole road on a copy, the same every time, without touching the course itself."""

from __future__ import annotations

import random
from pathlib import Path

from course.content import Course
from course.demo import run_demo, simulated_answers, table
from support import REPOSITORY


def _state(root: Path) -> dict[str, tuple[int, int]]:
    return {str(p.relative_to(root)): (p.stat().st_mtime_ns, p.stat().st_size) for p in root.rglob("*") if p.is_file()}


def test_the_whole_road(mini_course: Course) -> None:
    """Are all delegates submitted, graded and given feedback, with no trace in the course's own folders?"""
    before = _state(mini_course.root)
    told: list[str] = []
    result = run_demo(mini_course.root, 5, lambda what, done, total: told.append(what))
    assert _state(mini_course.root) == before
    assert {name: result[name] for name in ("delegates", "assessments", "submitted", "collected", "graded", "feedback", "refused")} == {
        "delegates": 5, "assessments": 1, "submitted": 5, "collected": 5, "graded": 5, "feedback": 5, "refused": 0,
    }  # fmt: skip
    assert 0 < result["pending_review"] <= 5
    assert list(dict.fromkeys(told)) == ["build", "submit", "collect", "grade", "feedback", "report"] == list(result["stages"])
    words = table(result)
    assert "delegate-0005" in words and "one-mouth" in words and "graded 5" in words


def test_the_real_questions() -> None:
    """Does the road hold for the real bank?"""
    course = Course(REPOSITORY, {})
    result = run_demo(REPOSITORY, 2)
    assert result["assessments"] == len(course.slugs)
    assert result["graded"] == result["submitted"] == 2 * len(course.slugs)
    assert result["refused"] == 0


def test_simulated_answers_can_be_read() -> None:
    """Is every simulated answer one that a page could have taken, the same for the same seed, and some left out?"""
    course = Course(REPOSITORY, {})
    for slug in course.slugs:
        asked = course.bank(slug).asked(course.id, "d-1")
        given = [simulated_answers(asked, 0.3, random.Random(seed)) for seed in range(30)]
        assert given == [simulated_answers(asked, 0.3, random.Random(seed)) for seed in range(30)]
        questions = {one.question.id: one.question for one in asked}
        for answers in given:
            for name, answer in answers.items():
                questions[name].read(answer)
        assert any(len(answers) < len(asked) for answers in given)
        assert any(len(answers) == len(asked) for answers in given)
