"""Disagreement between roads is a bug: for every kind, over thousands of answers, all ways to a mark give the same one."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbgrader.utils import determine_grade

from course.bank import read_bank
from course.collect import collect
from course.content import Course
from course.grade import grade
from course.kinds import kinds
from course.module import Module
from course.questions import score
from course.scoring import graded_notebook, score_submission
from course.store import MemoryStore
from course.submission import submission
from course.widgets.practice import PracticePanel
from reference_scorer import reference_asked, reference_points, reference_variants
from road import hand_in, marks, rows, stock_autograde
from support import REPOSITORY

GALLERY = REPOSITORY / "tests" / "gallery_course" / "assessments" / "questions" / "gallery.yml"
CONTENT: dict[str, Any] = yaml.safe_load(GALLERY.read_text(encoding="utf-8"))
QUESTIONS: dict[str, dict[str, Any]] = {q["id"]: q for q in CONTENT["questions"]}
BANK = read_bank(GALLERY)
COHORT = "gallery-course"

ODD: list[Any] = [
    None, True, 0, 1.5, "", "  ", "x", [], {}, [[]], [None], ["x"], ["x", "x"], {"x": "x"}, {"verdict": True}, {"verdict": ["true", "false"]},
    "1e3", "nan", "inf", "ten", "1,234", "12 5", "<b>&$", "x" * 300, {"hours": {}}, {"hours": "five"}, [["sea"]], {"eastbank": ["mill", "mill"]},
]  # fmt: skip
"""Shapes that a broken page, a hand in a passport or an older form could send."""


class Forgetful(MemoryStore):
    """A store for a page on which thousands of answers are tried and none has to be found again."""

    def append(self, *_: object) -> None:
        pass


def a_random_answer(question: Any, raw: dict[str, Any], chance: random.Random) -> Any:
    """An answer to a question: its own samples, random choices among what its form offers, half-done ones, and odd shapes."""
    roll = chance.random()
    if roll < 0.1:
        return chance.choice(ODD)
    if roll < 0.35:
        samples = question.samples()
        return chance.choice([*samples.right, *samples.wrong])
    return _AT_RANDOM[question.kind.name](raw[question.kind.name], chance)


def family(name: str) -> list[tuple[Any, dict[str, Any]]]:
    """The ordinary questions that one of the gallery's can be, each with its YAML as the reference reads it."""
    question = BANK.question(name)
    if question.vary:
        return [(question.variant(row), raw) for row, raw in reference_variants(QUESTIONS[name]).items()]
    return [(question, QUESTIONS[name])]


def _some(ids: list[str], chance: random.Random) -> list[str]:
    return chance.sample(ids, chance.randint(0, min(len(ids), 6)))


def _ids(things: list[dict[str, Any]]) -> list[str]:
    return [thing["id"] for thing in things]


def _each(items: list[str], options: list[str], chance: random.Random) -> dict[str, Any]:
    """For each item an option or none, as a form gives it (a list, or text) or as it is stored (left out)."""
    forms = [lambda one: [one], lambda one: one]
    chosen: dict[str, Any] = {}
    for item in items:
        if chance.random() < 0.85:
            chosen[item] = chance.choice(forms)(chance.choice(options))
        elif chance.random() < 0.7:
            chosen[item] = chance.choice(["", []])
    return chosen


def _random_number(number: dict[str, Any], chance: random.Random) -> str:
    value = float(number["value"])
    near = value * chance.choice([1, 1, 1.04, 0.95, 1.05, 1.0501, 1.2, -1, 100]) + chance.choice([0, 0, 0.5, -0.5, 0.51, 3])
    text = chance.choice(["{:.2f}", "{:.0f}", "{:.4f}"]).format(near)
    return chance.choice([str, lambda t: t.replace(".", ","), lambda t: f" {t} ", lambda t: t.replace("0000", "0 000")])(text)


def _random_case(case: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for part in case["parts"]:
        (kind,) = set(part) & set(_AT_RANDOM)
        if chance.random() < 0.85:
            answer[part["id"]] = _AT_RANDOM[kind](part[kind], chance)
    return answer


_AT_RANDOM: dict[str, Any] = {
    "choices": lambda options, chance: _some(_ids(options), chance),
    "number": _random_number,
    "true_false": lambda q, chance: {**_each(["verdict"], ["true", "false"], chance), **_each(["reason"], _ids(q["reasons"]), chance)},
    "match": lambda q, chance: _each(_ids(q["items"]), _ids(q["options"]), chance),
    "sort": lambda q, chance: _each(_ids(q["items"]), _ids(q["categories"]), chance),
    "order": lambda items, chance: chance.sample(_ids(items), len(items)),
    "fill": lambda q, chance: chance.choice([str.upper, str.title, lambda t: f" {t}. ", lambda t: f"the {t}", str.strip])(
        chance.choice([*q["accept"], "source", "une éstuary", "lake"])
    ),
    "place": lambda q, chance: _some(q.get("among") or ["DOM", "HTI", "CUB", "JAM", "BHS"], chance),
    "written": lambda q, chance: " ".join(chance.choices(["Alpha", "reaches", "the", "sea", "$5", "<b>"], k=chance.randint(0, 30))),
    "case": _random_case,
}


def test_the_gallery_has_every_kind() -> None:
    """Is there a graded and a practice question of every kind, choices with one and with several right?"""
    practice = read_bank(REPOSITORY / "tests" / "gallery_course" / "modules" / "gallery" / "practice.yml")
    assert {q.kind.name for q in BANK.questions} == {q.kind.name for q in practice.questions} == set(kinds()) == set(_AT_RANDOM)
    assert {q.kind.show()["several"] for q in BANK.questions if q.kind.name == "choices"} == {True, False}


@pytest.mark.parametrize("name", QUESTIONS)
def test_engine_and_reference_agree(name: str) -> None:
    """Over two thousand answers: is every mark the one that the rules in words give, and are full, part and nothing all met?"""
    chance, every, met = random.Random(name), family(name), Counter()
    for turn in range(2000):
        question, raw = every[turn % len(every)]
        answer = a_random_answer(question, raw, chance)
        points, expected = score(question, answer).points, reference_points(raw, answer)
        assert points == (None if expected is None else pytest.approx(expected, abs=1e-4)), (answer, points, expected)
        met["person" if points is None else "full" if points == question.points else "part" if points else "nothing"] += 1
    partial = question.kind.name in ("match", "sort", "order", "case") or question.kind.show().get("several")
    expected_kinds = {"person", "nothing"} | (set() if question.kind.marked_by_person else {"full"}) | ({"part"} if partial else set())
    assert set(met) == expected_kinds, met
    assert all(count >= 3 for count in met.values()), met


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_practice_panel_says_what_the_mark_is(name: str) -> None:
    """Is the verdict of a practice check the one of the mark, and an answer that cannot be marked refused beside the field?"""
    chance = random.Random(name)
    question, raw = family(name)[-1]
    panel = PracticePanel(Module("gallery", course=Course(GALLERY.parents[2], {}), store=Forgetful(), delegate="d-1"), question)
    for n in range(1, 301):
        answer = a_random_answer(question, raw, chance)
        panel.answered(answer, n)
        points = reference_points(raw, answer)
        verdict = re.search(r'<p class="verdict">(.*?)</p>', panel.reply)
        told = verdict.group(1) if verdict else panel.status["tone"]
        if answer is None or (points is None and not question.kind.marked_by_person):
            assert told == "error", answer
        elif points is None:
            assert told == "error" if not (isinstance(answer, str) and answer.strip()) else told == "Compare your text with this", answer
        else:
            assert told == ("Yes" if points == question.points else "Partly" if points else "Not quite"), answer


def _submissions(count: int, seed: int) -> dict[str, dict[str, Any]]:
    """Answers of some delegates, each to what that delegate is asked."""
    chance = random.Random(seed)
    every = {}
    for number in range(count):
        who = f"d-{number:03d}"
        asked = zip(BANK.asked(COHORT, who), reference_asked(CONTENT, COHORT, who), strict=True)
        every[who] = {one.question.id: a_random_answer(one.question, raw, chance) for one, (_, raw) in asked if chance.random() < 0.9}
    return every


def expected_marks(who: str, answers: dict[str, Any]) -> dict[str, float | None]:
    """By cell, what the reference gives."""
    return {cell: reference_points(raw, answers.get(raw["id"])) for cell, raw in reference_asked(CONTENT, COHORT, who)}


def test_everybody_is_asked_what_the_rules_say() -> None:
    """For many delegates: are questions and figures those that the rules in words draw, and do delegates differ?"""
    seen: set[tuple[str, ...]] = set()
    for number in range(300):
        asked = BANK.asked(COHORT, f"d-{number}")
        reference = reference_asked(CONTENT, COHORT, f"d-{number}")
        assert [(one.cell, one.question.id) for one in asked] == [(cell, raw["id"]) for cell, raw in reference]
        for one, (_, raw) in zip(asked, reference, strict=True):
            if one.row:
                assert one.question.kind.value == pytest.approx(raw["number"]["value"])
        seen.add(tuple(one.question.id + one.row for one in asked))
    assert len(seen) > 100


def test_nbgrader_reads_every_mark_as_it_is(gallery: Course) -> None:
    """Over three thousand answers: is what nbgrader reads from the graded notebook exactly the engine's mark?"""
    pristine = nbformat.read(gallery.release / "gallery" / "gallery.ipynb", as_version=4)
    read = 0
    for who, answers in _submissions(250, seed=3).items():
        frozen = submission(gallery.id, "gallery", who, 1, json.loads(json.dumps(answers)), "2026-01-01T00:00:00Z")
        expected_of = expected_marks(who, answers)
        scored = score_submission(BANK, frozen)
        for cell in nbformat.from_dict(graded_notebook(pristine, frozen, scored)).cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                read += 1
                mark, expected = scored.marks[cell.id], expected_of[cell.id]
                assert mark.points == (None if expected is None else pytest.approx(expected, abs=1e-4))
                if mark.points is not None:
                    assert cell.cell_type == "markdown" or determine_grade(cell) == (mark.points, mark.max_points)
    assert read == 250 * len(BANK.slots)


def test_both_gradebooks_and_the_reference_agree(gallery: Course, tmp_path: Path) -> None:
    """Row by row: are `course grade`, stock `nbgrader autograde` and the reference the same, for every kind?"""
    given = _submissions(20, seed=4)
    for who, answers in given.items():
        hand_in(gallery, who, answers, "2026-01-01T10:00:00Z")
    collect(gallery)
    other = Course(shutil.copytree(gallery.root, tmp_path / "stock"), {})
    grade(gallery)
    stock_autograde(other)
    fast, stock = rows(gallery), rows(other)
    for table in fast:
        assert fast[table] == stock[table], table
    for who, answers in given.items():
        found, expected_of = marks(gallery, who), expected_marks(who, answers)
        assert set(found) == set(expected_of)
        for name, (auto, manual, waits) in found.items():
            expected = expected_of[name]
            assert manual is None
            assert auto == (None if expected is None else pytest.approx(expected, abs=1e-4)), (who, name)
            assert waits is (expected is None)
