"""Two markers: agreement worked out by hand and by its definition, and a report that compares only what can be compared."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.agreement import Pair, reconcile_rows
from course.cli import main
from course.collect import collect
from course.content import Course
from course.grade import grade
from course.report import ReportResult, report
from course.second import second, second_gradebook
from course.statistics import FEWEST, weighted_kappa
from course.tables import Cell
from road import RIGHT, hand_in, mark_by_hand
from second_marker import other

HALVES = st.integers(0, 20).map(lambda number: number / 2)
PAIRS = st.lists(st.tuples(HALVES, HALVES), min_size=FEWEST, max_size=30)


def by_table(pairs: list[tuple[float, float]]) -> Fraction | None:
    """Cohen's definition: a table of the shares of answers with each two marks, weighted 1 - (i - j)² / (k - 1)²."""
    steps = [(int(2 * x), int(2 * y)) for x, y in pairs]
    size = max(max(pair) for pair in steps) + 1
    if size == 1:
        return None
    counts, rows, columns = Counter(steps), Counter(x for x, _ in steps), Counter(y for _, y in steps)
    weight = [[1 - Fraction((i - j) ** 2, (size - 1) ** 2) for j in range(size)] for i in range(size)]
    cells = [(i, j) for i in range(size) for j in range(size)]
    observed = sum((weight[i][j] * Fraction(counts[i, j], len(steps)) for i, j in cells), Fraction(0))
    expected = sum((weight[i][j] * Fraction(rows[i] * columns[j], len(steps) ** 2) for i, j in cells), Fraction(0))
    return None if expected == 1 else (observed - expected) / (1 - expected)


def test_kappa_by_hand() -> None:
    """Is it 1 less the observed over the expected squared difference?

    First 1 2 3 4 5 (mean 3, variance 2), second 1 2 3 4 4 (mean 2.8, variance 1.36). Observed 1/5 = 0.2; any with any:
    2 + 1.36 + 0.2² = 3.4; kappa = 1 - 0.2 / 3.4 = 16/17. Against 5 4 3 2 1: observed 40/5 = 8, expected 2 + 2: -1.
    """
    first = [1, 2, 3, 4, 5]
    assert weighted_kappa(list(zip(first, [1, 2, 3, 4, 4], strict=True))) == pytest.approx(16 / 17)
    assert weighted_kappa(list(zip(first, reversed(first), strict=True))) == pytest.approx(-1)
    assert weighted_kappa(list(zip(first, first, strict=True))) == 1


def test_kappa_where_it_says_nothing() -> None:
    """Is there none for few pairs or where all marks are one, and 0 where one marker gave everybody the same?"""
    assert weighted_kappa([]) is None
    assert weighted_kappa([(1, 1), (2, 2), (3, 3), (4, 4)]) is None
    assert weighted_kappa([(2.5, 2.5)] * 9) is None
    assert weighted_kappa([(2.0, mark) for mark in (1, 2, 3, 4, 5)]) == pytest.approx(0)
    assert weighted_kappa([(1, 2)] * 5) == pytest.approx(0)


@settings(deadline=None)
@given(PAIRS)
def test_kappa_is_what_the_table_gives(pairs: list[tuple[float, float]]) -> None:
    """Does the short formula give what Cohen's weighted table gives in exact fractions, for marks in half points?"""
    table, kappa = by_table(pairs), weighted_kappa(pairs)
    assert kappa is None if table is None else kappa == pytest.approx(float(table), abs=1e-9)


@settings(deadline=None)
@given(PAIRS, st.floats(-50, 50), st.floats(0.1, 20))
def test_kappa_keeps(pairs: list[tuple[float, float]], more: float, times: float) -> None:
    """Is it the same with the markers changed about, the answers in another order, and on another scale; and never above 1?"""
    kappa = weighted_kappa(pairs)
    same = [[(y, x) for x, y in pairs], pairs[::-1], [(x + more, y + more) for x, y in pairs], [(x * times, y * times) for x, y in pairs]]
    for changed in same:
        found = weighted_kappa(changed)
        assert found is None if kappa is None else found == pytest.approx(kappa, abs=1e-6)
    assert kappa is None or kappa <= 1


@settings(deadline=None)
@given(st.lists(HALVES, min_size=FEWEST, max_size=30))
def test_kappa_of_the_same_marks_is_one(marks: list[float]) -> None:
    """Is it 1 for the same marks wherever they differ from answer to answer?"""
    assert weighted_kappa([(mark, mark) for mark in marks]) == (1 if len(set(marks)) > 1 else None)


@settings(deadline=None)
@given(st.lists(HALVES, min_size=3, max_size=6), st.lists(HALVES, min_size=2, max_size=6))
def test_kappa_of_marks_that_know_nothing_of_each_other_is_zero(first: list[float], second_: list[float]) -> None:
    """Is it 0 where every mark of the one meets every mark of the other?"""
    kappa = weighted_kappa([(x, y) for x in first for y in second_])
    assert kappa is None or kappa == pytest.approx(0, abs=1e-9)


def test_kappa_of_marks_drawn_by_lot_is_about_zero() -> None:
    """And near 0 where both draw lots?"""
    lot = random.Random(1)
    assert weighted_kappa([(lot.randint(0, 8) / 2, lot.randint(0, 8) / 2) for _ in range(5000)]) == pytest.approx(0, abs=0.05)


def test_the_largest_difference_comes_first() -> None:
    """Whatever its sign, and without those who agree?"""
    pairs = [Pair("a", "m", "q", 1, 1.5, 4), Pair("b", "m", "q", 4, 1, 4), Pair("c", "m", "q", 2, 2, 4), Pair("d", "m", "q", 1, 3, 4)]
    assert [(row[0], row[5]) for row in reconcile_rows(pairs)] == [("b", -3), ("d", 2), ("a", 0.5)]


FIRST, SECOND = [0.5, 1.0, 1.5, 2.0, 2.5], [1.5, 1.0, 1.5, 2.0, 2.0]
"""Differences 1 0 0 0 -0.5, mean 0.1. Observed 1.25/5 = 0.25. Variances 0.5 and 0.14, means 1.5 and 1.6: expected 0.65.
Kappa 1 - 0.25 / 0.65 = 0.615."""

QUESTIONS: list[tuple[Cell, ...]] = [("mini", "describe", 5, 3, 0.1, 0.615)]
RECONCILE: list[tuple[Cell, ...]] = [("d-0", "mini", "describe", 0.5, 1.5, 1.0, 4.0), ("d-4", "mini", "describe", 2.5, 2.0, -0.5, 4.0)]


@pytest.fixture
def marked(built: Course) -> Course:
    """Five answers marked by both; beside them one marked by the first only, one by the second only, and one without a text."""
    for number in range(8):
        hand_in(built, f"d-{number}", {} if number == 7 else {**RIGHT, "describe": f"Text number {number}."}, "2026-01-01T10:00:00Z")
    collect(built)
    grade(built)
    second(built)
    for number, (one, two) in enumerate(zip(FIRST, SECOND, strict=True)):
        mark_by_hand(built, f"d-{number}", "describe", one)
        mark_by_hand(other(built), f"d-{number}", "describe", two)
    mark_by_hand(built, "d-5", "describe", 4)
    mark_by_hand(other(built), "d-6", "describe", 0)
    return built


def _rows(result: ReportResult, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((result.folder / name).read_bytes().decode(), newline="")))


def test_the_report_of_two_markers(marked: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Do files, terminal and JSON say how far the two agree on what both marked, and which marks differ, the largest first?"""
    result = report(marked)
    assert result.agreement is not None
    assert (result.agreement.questions, result.agreement.reconcile) == (QUESTIONS, RECONCILE)
    assert {path.name for path in result.files} >= {"agreement.csv", "reconcile.csv"}
    (row,) = _rows(result, "agreement.csv")
    assert row == {
        "assessment": "mini", "question": "describe", "marked by both": "5", "same mark": "3", "mean difference": "0.1", "weighted kappa": "0.615",
    }  # fmt: skip
    assert [(row["delegate"], row["first"], row["second"], row["difference"], row["of"]) for row in _rows(result, "reconcile.csv")] == [
        ("d-0", "0.5", "1.5", "1.0", "4.0"), ("d-4", "2.5", "2.0", "-0.5", "4.0"),
    ]  # fmt: skip
    monkeypatch.chdir(marked.root)
    assert main(["report"]) == 0
    assert "weighted kappa" in (out := capsys.readouterr().out) and "0.61" in out and "difference" in out
    assert main(["report", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["agreement"][0]["weighted kappa"] == 0.615 and found["reconcile"][0]["delegate"] == "d-0"


def test_only_marks_on_the_same_answer_are_compared(marked: Course) -> None:
    """When a delegate submits another text: is it left out until both have marked the new one, refreshed or not?"""
    hand_in(marked, "d-0", {**RIGHT, "describe": "Another text."}, "2026-01-02T10:00:00Z", 2)
    hand_in(marked, "d-1", {"describe": "Text number 1."}, "2026-01-02T10:00:00Z", 2)
    collect(marked)
    grade(marked)
    mark_by_hand(marked, "d-0", "describe", 1.5)
    without = [("mini", "describe", 4, 3, -0.125, None)]
    for _ in range(2):
        result = report(marked).agreement
        assert result is not None and (result.questions, result.reconcile) == (without, RECONCILE[1:])
        second(marked)
    mark_by_hand(other(marked), "d-0", "describe", 1.5)
    result = report(marked).agreement
    assert result is not None and result.questions[0][:4] == ("mini", "describe", 5, 4)


def test_an_automatic_mark_that_both_changed_is_compared(marked: Course) -> None:
    """Is a question that both markers marked by hand listed too, and one that only one of them did not?"""
    mark_by_hand(marked, "d-0", "length", 0.5)
    mark_by_hand(other(marked), "d-0", "length", 1)
    mark_by_hand(marked, "d-0", "one-mouth", 1)
    result = report(marked).agreement
    assert result is not None and result.questions == [("mini", "length", 1, 0, 0.5, None), *QUESTIONS]


def test_a_report_before_anybody_marked_twice(built: Course) -> None:
    """Is a second marker who has not begun a row of nothing, not an error?"""
    hand_in(built, "d-0", RIGHT)
    collect(built)
    grade(built)
    second(built)
    result = report(built)
    assert result.agreement is not None and result.agreement.questions == [("mini", "describe", 0, 0, None, None)]
    assert result.agreement.reconcile == [] and "weighted kappa" in result.words


def test_without_a_second_marker_nothing_is_said(marked: Course) -> None:
    """Is the report what it was where there is no second gradebook?"""
    second_gradebook(marked).unlink()
    result = report(marked)
    assert set(result.as_dict()) == {"folder", "files", "cohort", "questions"}
    assert "kappa" not in result.words
    assert {path.name for path in result.files} == {"mini-results.svg", "mini-questions.svg", "cohort.csv", "questions.csv", "answers.csv"}


def test_a_long_list_is_short_on_a_terminal() -> None:
    """Does a terminal show the ten largest differences and say where the others are?"""
    from course.agreement import Agreement

    pairs = [Pair(f"d-{number:02d}", "m", "q", 0, number + 1, 20) for number in range(12)]
    table = Agreement([], reconcile_rows(pairs)).table
    assert "d-11" in table and "d-01" not in table and table.endswith("\n2 more in reconcile.csv")


def test_a_damaged_second_gradebook_is_named(marked: Course) -> None:
    """Is it one clear line with the file?"""
    from course.errors import CourseError

    second_gradebook(marked).write_bytes(b"no gradebook" * 1000)
    with pytest.raises(CourseError, match=r"second/gradebook\.db: the gradebook cannot be used"):
        report(marked)
