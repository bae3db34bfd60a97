"""nbgrader's configuration for this course; what it sets, and why, stands in course/nbgrader_setup.py."""

from pathlib import Path

from course.nbgrader_setup import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821 (nbgrader provides get_config)
