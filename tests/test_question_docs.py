"""The page on questions: every example that a lecturer can copy is read as strictly as the course's own, and proves itself."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from course.bank import Bank, read_bank
from course.build import build
from course.collect import collect
from course.content import Course
from course.grade import grade
from course.kinds import kinds
from course.policy import moment
from course.questions import score
from road import hand_in, marks
from support import REPOSITORY

PAGE = (REPOSITORY / "assessments" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.M | re.S)
HEAD = "format: 1\nid: sample\ntitle: Sample\nquestions:\n"
QUESTION = {"id": "sample", "prompt": "Which?", "explanation": "So it is.", "source": "[atlas]"}
"""What a question needs beside its kind, where the page leaves it out."""


def whole(block: str) -> str:
    """A block as a file: as it stands, or as the question that it is part of."""
    if block.startswith("format:"):
        return block
    given = yaml.safe_load(block)
    missing = "".join(f"{key}: {value}\n" for key, value in QUESTION.items() if key not in given)
    lines = indent(missing + block, "    ")
    return f"{HEAD}  - {lines.removeprefix('    ')}"


def read(block: str, folder: Path) -> Bank:
    text = whole(block)
    path = folder / f"{yaml.safe_load(text)['id']}.yml"
    path.write_text(text, encoding="utf-8")
    return read_bank(path)


def name(block: str) -> str:
    return next((key for key in kinds() if re.search(rf"^ *{key}:", block, flags=re.M)), "none")


def test_the_page_has_examples() -> None:
    """Is every fence of the page a YAML example that this test has found?"""
    assert PAGE.count("```") == 2 * len(BLOCKS) > 0


@pytest.mark.parametrize("block", [pytest.param(block, id=name(block)) for block in BLOCKS])
def test_an_example_can_be_copied(block: str, tmp_path: Path) -> None:
    """Does the strict reader take the example as it stands, and does each key earn everything and its wrong samples less?"""
    for question in [one for question in read(block, tmp_path).questions for one in question.each()]:
        samples = question.samples()
        full = None if question.kind.marked_by_person else question.points
        assert samples.right and all(score(question, answer).points == full for answer in samples.right)
        assert all(score(question, answer).points < question.points for answer in samples.wrong)


def test_the_examples_run_from_build_to_marks(mini_course: Course) -> None:
    """Do all examples together make an assessment that nbgrader builds, and does whoever answers it rightly get every point?"""
    head = yaml.safe_load(BLOCKS[0])
    for number, block in enumerate(BLOCKS[1:]):
        (question,) = yaml.safe_load(whole(block))["questions"]
        head["questions"].append({**question, "id": f"sample-{number}"})
    for path in (mini_course.modules / "course.yml", mini_course.questions / "mini.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace("slug: mini\n", "slug: sample\n"), encoding="utf-8")
    (mini_course.questions / "sample.yml").write_text(yaml.safe_dump(head, allow_unicode=True, sort_keys=False), encoding="utf-8")
    build(mini_course)
    bank = mini_course.bank("sample")
    for who in ("d-1", "d-2", "d-3"):
        asked = bank.asked(mini_course.id, who)
        answers = {one.question.id: one.question.samples().right[0] for one in asked}
        hand_in(mini_course, who, answers, f"{moment(bank.policy.due) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    collect(mini_course)
    assert grade(mini_course).notes == []
    for who in ("d-1", "d-2", "d-3"):
        found = marks(mini_course, who)
        assert set(found) == set(bank.cells)
        for cell, (points, _, waits) in found.items():
            person = bank.cells[cell].kind.marked_by_person
            assert (points, waits) == ((None, True) if person else (bank.cells[cell].points, False)), cell


def test_every_kind_has_an_example_and_a_row(tmp_path: Path) -> None:
    """Can a lecturer find each kind in the table and copy one, and is no kind promised that there is not?"""
    shown = {question.kind.name for block in BLOCKS for question in read(block, tmp_path).questions}
    assert shown == set(kinds())
    assert set(re.findall(r"^\| `(\w+):", PAGE, flags=re.M)) == set(kinds())


def test_a_comment_in_an_example_holds_too(tmp_path: Path) -> None:
    """Does `place` take the list that its example has in a comment?"""
    block = next(block for block in BLOCKS if block.startswith("place:"))
    offered = re.search(r"# (among: \[.*?\])", block)
    assert offered
    bank = read(block.replace(offered.group(), offered.group(1) + "  #"), tmp_path)
    assert len(bank.questions[0].kind.show()["among"]) == 5


def test_the_tolerance_of_the_page_holds(tmp_path: Path) -> None:
    """Is `tolerance: 2 %`, as the page writes it, read as a share?"""
    assert "`tolerance: 2 %`" in PAGE
    assert read("number: {value: 150, tolerance: 2 %}\n", tmp_path).questions[0].kind.within == 3
