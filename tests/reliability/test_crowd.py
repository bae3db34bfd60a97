"""A class at once against one server: every answer is saved, and everybody is collected exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from course.content import Course
from crowd import Class
from road import show_assessment
from support import run_course, serving


def test_a_class_at_once(built: Course, long: bool, count: Callable[[str, int], None]) -> None:
    """Where everybody opens the lesson, answers and submits at the same moment, is everything there that they were told is saved?"""
    number = 200 if long else 12
    show_assessment(built)
    assert run_course(built.root, "publish").returncode == 0
    with serving(built.root) as address:
        together = Class(address, built, "mini", number)

        async def visit() -> None:
            await together.open()
            await together.answer_and_submit()
            together.leave()

        asyncio.run(visit())
    done = run_course(built.root, "collect")
    assert done.returncode == 0, done.stderr
    assert together.saved() == together.collected() == number
    assert run_course(built.root, "collect").stdout.startswith("0 collected")
    count("delegates at once, every answer saved, each collected exactly once", number)
