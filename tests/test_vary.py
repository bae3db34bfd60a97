"""Questions that vary: strict about their figures, ordinary once filled in, and the same next year as this."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

import course.data
from course.vary import Vary
from course.bank import Bank, read_bank
from course.build import build
from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.feedback import feedback
from course.grade import grade
from course.questions import score
from course.report import report
from road import hand_in, marks, rows

HEAD = """format: 1
id: sample
title: Sample
questions:
  - id: own
    prompt: "From {sender} to {receiver} sending cost {cost:.1f} per cent, or {cost}. What is it of 200?"
    explanation: "It is {dollars:.2f}, not {{more}}."
    source: [atlas]
"""
VARY = """    vary:
      table: corridors
      figures: {sender: sender, receiver: receiver, cost: 2020Q3}
      where: {cost: [10, 14]}
      compute: {dollars: "round(cost, 1) * 2"}
"""
NUMBER = """    number: {value: "{dollars}", tolerance: 0.05, unit: US$}
"""


def read(folder: Path, text: str) -> Bank:
    path = folder / "sample.yml"
    path.write_text(text, encoding="utf-8")
    return read_bank(path)


def test_figures_stand_in_texts_and_key(tmp_path: Path) -> None:
    """Does every row give an ordinary question: names of States in words, numbers as written, the key worked out?"""
    (question,) = read(tmp_path, HEAD + VARY + NUMBER).questions
    one = question.variant("NZL-VUT")
    assert one.prompt == "From New Zealand to Vanuatu sending cost 10.9 per cent, or 10.88. What is it of 200?"
    assert one.explanation == "It is 21.80, not {more}."
    assert one.kind.value == pytest.approx(21.8)
    assert score(one, "21,8").points == 1
    assert all(10 <= row["cost"] <= 14 for row in question.rows.values())
    assert len(question.rows) == len(question.each()) > 20


def test_the_family_itself_cannot_be_scored(tmp_path: Path) -> None:
    """Is a question whose figures nobody has drawn an error, and never marks?"""
    (question,) = read(tmp_path, HEAD + VARY + NUMBER).questions
    with pytest.raises(ValueError, match="varies: score the variant"):
        score(question, "20.2")


FAULTS = [
    ("table: corridors", "table: corridor", "there is no table `corridor`; the tables are corridors"),
    ("cost: 2020Q3}\n      where", "cost: 2021Q3}\n      where", "the table `corridors` has no column `2021Q3`"),
    ("where: {cost: [10, 14]}", "where: {cost: [14, 10]}", "`cost` needs the least and the most"),
    ("where: {cost: [10, 14]}", "where: {price: [10, 14]}", "`where` names `price`"),
    ("where: {cost: [10, 14]}", "where: {cost: [99, 100]}", "finds 0 rows to draw from"),
    ("round(cost, 1) * 2", "round(costs, 1) * 2", "`compute`: dollars cannot be worked out"),
    ("round(cost, 1) * 2", "cost / 0", "`compute`: dollars cannot be worked out"),
    ("round(cost, 1) * 2", "sender * 2", "`compute`: dollars cannot be worked out"),
    ("round(cost, 1) * 2", "__import__('os')", "`compute`: dollars cannot be worked out"),
    ("dollars: ", "cost: ", "`cost` is both a figure and computed"),
    ("From {sender}", "From {sendr}", "{sendr} is not a figure of this question"),
    ("{cost:.1f} per", "{cost:.1g%} per", "does not say how to write a number"),
    ("{cost:.1f} per", "{cost.real} per", "is not a figure of this question"),
    ("not {{more}}", "not {more", "`explanation`"),
    ('value: "{dollars}"', 'value: "{cost} dollars"', "`value` must be a number"),
    ("    vary:\n", "    vary: corridors\n    weather:\n", "`weather` is not a key"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_a_fault_is_told_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    """Does the lecturer learn which figure, name or formula is wrong, and where?"""
    text = HEAD + VARY + NUMBER
    assert text.count(old) == 1
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text.replace(old, new))
    assert said in str(caught.value)
    assert all(fault.line and fault.line >= 5 for fault in caught.value.faults)


def test_a_row_that_gives_no_question_is_named(tmp_path: Path) -> None:
    """When the first row is sound and another is not: is the other one found before any delegate meets it?"""
    text = (HEAD + VARY + NUMBER).replace("round(cost, 1) * 2", "1 / (cost - 10.88)")
    with pytest.raises(CourseError, match="with the figures of NZL-VUT, `own` is not a question: `compute`: dollars cannot be worked out"):
        read(tmp_path, text)


def test_rows_may_be_chosen_by_a_word() -> None:
    """Are only rows drawn whose text is the one asked for, and none where a number is asked of a text?"""
    figures = {"country": "iso3", "year": "year", "who": "sex", "rate": "foreign_employment"}
    women = Vary(table="employment", figures=figures, where={"who": "female", "year": [2023, 2023]}).rows()
    assert len(women) > 20 and all(row["who"] == "female" and row["year"] == 2023 for row in women.values())
    with pytest.raises(ValueError, match="finds 0 rows"):
        Vary(table="employment", figures=figures, where={"who": [0, 9]}).rows()


def test_braces_mean_nothing_where_nothing_varies(tmp_path: Path) -> None:
    """Are braces in an ordinary question just braces?"""
    (question,) = read(tmp_path, HEAD + "    number: {value: 1}\n").questions
    assert "{sender}" in question.prompt


def _next_edition(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The corridor table as a later edition might have it: other values, a row less, a row more."""
    shutil.copytree(course.data.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "corridors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file))
    column = header.index("2020Q3")
    lines = [[*line[:column], f"{float(line[column]) + 0.7:.2f}" if line[column] else "", *line[column + 1 :]] for line in lines[1:]]
    lines.append(["FJI", "TUV", *[""] * (column - 2), "12.3"])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    monkeypatch.setattr(course.data, "FOLDER", folder)
    course.data.table.cache_clear()


@pytest.fixture
def own_tables() -> object:
    yield
    course.data.table.cache_clear()


def test_next_years_figures_change_no_mark(gallery: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_tables: object) -> None:
    """When a table is renewed after a cohort has answered: are its questions and marks what they were, and a new cohort's the new ones?"""
    asked = {who: gallery.bank("gallery").asked(gallery.id, who) for who in ("d-1", "d-2", "d-3")}
    for who, every in asked.items():
        own = next(one.question for one in every if one.row)
        hand_in(gallery, who, {"own-corridor": own.samples().right[0]})
    collect(gallery)
    grade(gallery)
    before = rows(gallery)
    assert all(marks(gallery, who)["own-corridor"][0] == 2 for who in asked)

    _next_edition(monkeypatch, tmp_path / "edition")
    assert build(gallery).unchanged == ["gallery"]
    assert {who: gallery.bank("gallery").asked(gallery.id, who) for who in asked} == asked
    grade(gallery, again=True)
    assert rows(gallery) == before

    new = Course(tmp_path / "new-cohort", {})
    shutil.copytree(gallery.modules, new.modules)
    shutil.copytree(gallery.questions, new.questions)
    fresh = new.bank("gallery").question("own-corridor").rows
    assert "FJI-TUV" in fresh
    assert any(fresh[row] != values for row, values in gallery.bank("gallery").question("own-corridor").rows.items() if row in fresh)


def test_the_first_build_keeps_the_figures(gallery: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_tables: object) -> None:
    """Does a later build keep what delegates may have seen already, until the kept figures are deleted on purpose?"""
    kept = json.loads(gallery.draws("gallery").read_text(encoding="utf-8"))
    _next_edition(monkeypatch, tmp_path / "edition")
    build(gallery)
    assert json.loads(gallery.draws("gallery").read_text(encoding="utf-8")) == kept
    gallery.draws("gallery").unlink()
    build(gallery)
    assert json.loads(gallery.draws("gallery").read_text(encoding="utf-8")) != kept


def test_other_figures_after_submissions_are_refused(gallery: Course) -> None:
    """Once somebody is graded: may a formula be corrected, but not the figures that the question draws?"""
    hand_in(gallery, "d-1", {})
    collect(gallery)
    grade(gallery)
    path = gallery.questions / "gallery.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('dollars: "shown * 2"', 'dollars: "shown * 2.0"'), encoding="utf-8")
    build(gallery)
    path.write_text(text.replace("where: {cost: [10, 14]}", "where: {cost: [9, 14]}"), encoding="utf-8")
    with pytest.raises(CourseError, match="`own-corridor` draws other figures, but 1 submission"):
        build(gallery)
    for stage in (grade, feedback, report):
        with pytest.raises(CourseError, match="`own-corridor` draws other figures since the assessment was built"):
            stage(gallery)


@pytest.mark.parametrize("graded", [False, True])
def test_another_pool_after_submissions_is_refused(graded: bool, gallery: Course) -> None:
    """Once somebody has handed in, graded or not: may a pool not get a question more, or draw another number?"""
    hand_in(gallery, "d-1", {})
    if graded:
        collect(gallery)
        grade(gallery)
    path = gallery.questions / "gallery.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  - id: a-number\n", "  - id: a-number\n    pool: landmarks\n"), encoding="utf-8")
    with pytest.raises(CourseError, match="the pool `landmarks` is another"):
        build(gallery)
    path.write_text(text.replace("pools: {landmarks: 2}", "pools: {landmarks: 1}"), encoding="utf-8")
    with pytest.raises(CourseError, match="`landmarks-2` was removed and the pool `landmarks` is another"):
        build(gallery)
    with pytest.raises(CourseError, match="the pool `landmarks` is another since the assessment was built"):
        grade(gallery)


def test_lost_draws_are_told(gallery: Course) -> None:
    """Is a lost file of draws an error for whoever marks, and never a silent return to the table?"""
    gallery.draws("gallery").unlink()
    with pytest.raises(CourseError, match="since the assessment was built"):
        grade(gallery)


def test_a_formula_that_fails_for_a_kept_row_is_told(gallery: Course) -> None:
    """When a corrected formula does not hold for one of the kept rows: is it one clear line, and no traceback?"""
    kept = json.loads(gallery.draws("gallery").read_text(encoding="utf-8"))
    kept["questions"]["own-corridor"]["rows"]["SAU-MMR"]["cost"] = 77.0
    gallery.draws("gallery").write_text(json.dumps(kept), encoding="utf-8")
    path = gallery.questions / "gallery.yml"
    path.write_text(path.read_text(encoding="utf-8").replace('dollars: "shown * 2"', 'dollars: "shown * 2 / (shown - 77)"'), encoding="utf-8")
    with pytest.raises(CourseError, match="with the figures of SAU-MMR, kept for this cohort, `own-corridor` is not a question"):
        grade(gallery)


def test_damaged_figures_are_told(gallery: Course) -> None:
    """Is a damaged file of figures an error that names it, and never a silent return to the table?"""
    gallery.draws("gallery").write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match="draws/gallery.json: cannot be read"):
        gallery.bank("gallery")
