"""The second marker's folder as the helpers in road.py see a course, so that they mark there and read its rows."""

from __future__ import annotations

from pathlib import Path

from course.content import Course
from course.second import second_folder


class Second(Course):
    """A course whose gradebook is the second marker's."""

    @property
    def assessments(self) -> Path:
        return second_folder(Course(self.root, self.env))


def other(course: Course) -> Second:
    return Second(course.root, course.env)
