"""`course check` tells a lecturer everything that is wrong with the content, and never falls over it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Callable

import pytest

from course.check import check, summary
from course.content import Course
from course.explorers import contents
from course.explorers.content import claims
from support import copy_course

SLUG = "remittances"
GRADED = f"assessments/questions/{SLUG}.yml"
PRACTICE = f"modules/{SLUG}/practice.yml"
LESSON = f"modules/{SLUG}/{SLUG}.ipynb"
TODAY = date(2026, 1, 1)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The real content, to be broken."""
    return Course(copy_course(tmp_path / "course"), {})


def told(course: Course) -> list[str]:
    """Faults as a lecturer reads them, with paths from the course's root."""
    return [str(fault).replace(f"{course.root}/", "") for fault in check(course, TODAY).faults]


def in_text(path: str, old: str, new: str) -> Callable[[Path], None]:
    def break_it(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return break_it


def whole(path: str, content: bytes) -> Callable[[Path], None]:
    return lambda root: (root / path).write_bytes(content) and None


def without(path: str) -> Callable[[Path], None]:
    return lambda root: (root / path).unlink()


def in_lesson(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Change the first code cell that shows a practice question."""

    def break_it(root: Path) -> None:
        notebook = json.loads((root / LESSON).read_text(encoding="utf-8"))
        change(next(cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "practice(" in "".join(cell["source"])))
        (root / LESSON).write_text(json.dumps(notebook), encoding="utf-8")

    return break_it


DAMAGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no course": (without("modules/course.yml"), "modules/course.yml: ", "cannot be read"),
    "no sources": (without("modules/sources.yml"), "modules/sources.yml: ", "cannot be read"),
    "no practice": (without(PRACTICE), f"{PRACTICE}: ", "cannot be read"),
    "no questions": (without(GRADED), f"{GRADED}: ", "cannot be read"),
    "no lesson": (without(LESSON), f"{LESSON}: ", "is missing: every module has its lesson"),
    "unknown source": (in_text(GRADED, "source: [", "source: [no-such-source, "), f"{GRADED}:", "`no-such-source` is not in modules/sources.yml"),
    "misspelt key": (in_text(PRACTICE, "explanation:", "explanaton:"), f"{PRACTICE}:", "did you mean `explanation`?"),
    "tolerance too wide": (in_text(PRACTICE, "tolerance: 0.5", "tolerance: 1.0e+9"), f"{PRACTICE}:", "the wrong answer '0' earns full points; is the tolerance too wide?"),
    "number nobody can type": (in_text(PRACTICE, "value: 96", "value: 1.0e-40"), f"{PRACTICE}:", "a delegate could not give the answer"),
    "lesson is text": (whole(LESSON, b"hello"), f"{LESSON}: ", "open and save it in JupyterLab"),
    "lesson is a list": (whole(LESSON, b"[]"), f"{LESSON}: ", "open and save it in JupyterLab"),
    "lesson is null": (whole(LESSON, b"null"), f"{LESSON}: ", "open and save it in JupyterLab"),
    "lesson is not UTF-8": (whole(LESSON, b"\xff\xfe"), f"{LESSON}: ", "open and save it in JupyterLab"),
    "lesson is bottomless": (whole(LESSON, b"[" * 100_000), f"{LESSON}: ", "open and save it in JupyterLab"),
    "cells of the wrong shape": (whole(LESSON, b'{"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": {}}'), f"{LESSON}: ", "open and save it"),
    "saved outputs": (in_lesson(lambda cell: cell.update(outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}])), f"{LESSON}: cell ", "has outputs: clear them"),
    "saved count": (in_lesson(lambda cell: cell.update(execution_count=3)), f"{LESSON}: cell ", "clear them"),
    "long cell": (in_lesson(lambda cell: cell.update(source="\n".join(["x = 1"] * 4) + "\n" + "".join(cell["source"]))), f"{LESSON}: cell ", "more than 3 lines of code"),
    "unknown question": (in_lesson(lambda cell: cell.update(source='module.practice("nowhere")')), f"{LESSON}: cell ", "`nowhere`, which its question file does not have"),
    "question not shown": (in_lesson(lambda cell: cell.update(source="1 + 1")), f"{LESSON}: the lesson does not show `", "add a cell with module.practice"),
    "unknown explorer": (in_lesson(lambda cell: cell.update(source='module.explorer("nowhere")')), f"{LESSON}: cell ", "asks for the explorer `nowhere`; there are "),
    "cell that is no Python": (in_lesson(lambda cell: cell.update(source="def :")), f"{LESSON}: the lesson does not show `", "add a cell"),
}  # fmt: skip


def test_the_real_content_is_in_order(course: Course) -> None:
    """Is there nothing to mend in what we ship?"""
    assert told(course) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_told(name: str, course: Course) -> None:
    """Does the lecturer read the file and what to do, whatever was broken?"""
    damage, place, words = DAMAGES[name]
    damage(course.root)
    found = told(Course(course.root, {}))
    assert any(fault.startswith(place) and words in fault for fault in found), found


def test_every_file_is_told_at_once(course: Course) -> None:
    """Does one faulty file not hide the others?"""
    for name in ("misspelt key", "unknown source", "saved count"):
        DAMAGES[name][0](course.root)
    found = told(Course(course.root, {}))
    assert {fault.split(":")[0] for fault in found} == {PRACTICE, GRADED, LESSON}


def test_a_fault_stands_on_its_line(course: Course) -> None:
    """Is the line of an unknown source the line where it stands?"""
    in_text(GRADED, "source: [", "source: [no-such-source, ")(course.root)
    lines = (course.root / GRADED).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "no-such-source" in text)
    assert [fault for fault in told(course) if fault.startswith(f"{GRADED}:{line}: ")]


def test_old_facts_earn_a_warning_not_a_fault(course: Course) -> None:
    """Long from now: is every dated fact to be looked at again, with file and line, and the content still in order?"""
    report = check(course, date(2040, 1, 1))
    assert report.faults == []
    banks = [bank for slug in course.slugs for bank in (course.practice(slug), course.bank(slug))]
    dated = [fact for bank in banks for fact in bank.questions if fact.as_of]
    dated += [claim for content in contents() for file in content.files() for _place, claim in claims(file.read()) if claim.as_of]
    assert len(report.warnings) == len(dated) > 0
    assert all("look whether it still holds in " in str(warning) for warning in report.warnings)


def test_a_file_says_how_long_its_facts_may_stand(course: Course) -> None:
    """With a life of thirty years, is nothing old by 2040; and is a life that is none told with its line?"""
    path = course.root / GRADED
    in_text(GRADED, "format: 1\n", "format: 1\nshelf_life: 30 years\n")(course.root)
    text = path.read_text(encoding="utf-8")
    assert not [warning for warning in check(course, date(2040, 1, 1)).warnings if GRADED in str(warning)]
    path.write_text(text.replace("shelf_life: 30 years", "shelf_life: a while"), encoding="utf-8")
    assert told(course) == [f"{GRADED}:2: `shelf_life` must be a number of months or years, such as 18 months or 3 years"]


def test_the_summary_counts(course: Course) -> None:
    """Does the summary have a row for each module with what the standard asks for?"""
    rows = summary(course)
    row = next(row for row in rows if row["module"] == SLUG)
    assert [row["module"] for row in rows] == course.slugs
    assert row["reading"] == round(row["words"] / 200)
    assert row["graded"] == len(course.bank(SLUG).questions) and row["practice"] == len(course.practice(SLUG).questions)
    assert row["points"] == course.bank(SLUG).max_points
    assert row["kinds"] == sorted(row["kinds"])
