"""Stage report: figures worked out by hand, tables that no spreadsheet calculates, pictures with words."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest

from course.collect import collect
from course.content import Course
from course.grade import grade
from course.nbgrader_setup import open_gradebook
from course.pictures import questions_picture, results_picture
from course.report import report
from course.statistics import Item, chosen, correlation, discrimination, facility, histogram, items
from course.tables import columns, plain, write_csv
from road import RIGHT, hand_in, mark_by_hand

POINTS = {"a": 1.0, "b": 1.0, "c": 2.0}


def test_facility_is_the_mean_share() -> None:
    """1 + 0.5 + 0 over three delegates, one of them unmarked: 0.5?"""
    assert facility("a", [{"a": 1.0}, {"a": 0.5}, {"a": 0.0}, {"a": None}, {}]) == 0.5
    assert facility("a", [{"a": None}]) is None


def test_correlation_by_hand() -> None:
    """Is Pearson's r right? x = 1 2 3 4, y = 1 3 2 4: sums of squares 5 and 5, of products 4: r = 0.8."""
    assert correlation([(1, 1), (2, 3), (3, 2), (4, 4)]) == pytest.approx(0.8)
    assert correlation([(1, 2), (2, 1)]) == pytest.approx(-1)
    assert correlation([(1, 1), (1, 2)]) is None
    assert correlation([]) is None


def test_discrimination_is_the_item_rest_correlation() -> None:
    """Does an item leave itself out of the rest, and weigh the rest by points?

    Shares of a: 1 1 0 0 1. Rest (b 1 point, c 2 points): (1+2)/3=1, (0+2)/3=2/3, (1+0)/3=1/3, 0, (1+2)/3=1; mean 0.6.
    Products about the means 0.6 and 0.6: .4*.4 + .4*.0667 + .6*.2667 + .6*.6 + .4*.4 = 0.8667; squares 1.2 and 0.7556.
    r = 0.8667 / sqrt(1.2 * 0.7556) = 0.9102.
    """
    delegates = [
        {"a": 1.0, "b": 1.0, "c": 1.0},
        {"a": 1.0, "b": 0.0, "c": 1.0},
        {"a": 0.0, "b": 1.0, "c": 0.0},
        {"a": 0.0, "b": 0.0, "c": 0.0},
        {"a": 1.0, "b": 1.0, "c": 1.0},
    ]
    assert discrimination("a", delegates, POINTS) == pytest.approx(0.9102, abs=1e-4)
    assert discrimination("a", delegates[:4], POINTS) is None
    assert discrimination("a", [{**d, "a": 1.0} for d in delegates], POINTS) is None
    unmarked = [*delegates, {"a": None, "b": 1.0, "c": 1.0}]
    assert items(["a"], unmarked, POINTS) == [Item("a", 5, 0.6, discrimination("a", delegates, POINTS))]


def test_options_are_counted() -> None:
    """Is an option that nobody chose counted as 0, and no answer as none?"""
    assert chosen(["x", "y", "z"], [["x"], ["x", "y"], None, []]) == {"x": 2, "y": 1, "z": 0}


def test_histogram_classes() -> None:
    """Do the edges fall upwards, and 100 per cent into the last class?"""
    assert histogram([0, 9.99, 10, 55, 99, 100]) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\r=1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Does text that a spreadsheet would calculate start with an apostrophe?"""
    assert plain(text) == "'" + text


def test_csv_can_be_read_back() -> None:
    """Do quotes, commas and line breaks survive, and are negative numbers left numbers?"""
    text = write_csv(["a", "b"], [['x, "y"\nz', -0.5], [None, 3]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], ['x, "y"\nz', "-0.5"], ["", "3"]]
    assert text.startswith('"a","b"\r\n')


def test_columns_show_no_control_characters() -> None:
    """Can a hostile id not move a terminal's cursor?"""
    assert "\x1b" not in columns(["a"], [["\x1b[2Jx"]])


def test_pictures_are_sound_and_say_what_they_show() -> None:
    """Is each picture well-formed, with a title and its numbers in words?"""
    results = results_picture(histogram([50, 55, 95]), 70)
    questions = questions_picture([Item("<&>", 5, 0.5, -0.25), Item("b", 0, None, None)])
    for picture in (results, questions):
        root = ElementTree.fromstring(picture)
        names = [child.tag.split("}")[1] for child in root]
        assert names[:2] == ["title", "desc"] and root.get("role") == "img"
    assert "2 from 50 to 60 per cent, 1 from 90 to 100 per cent" in results
    assert "50 per cent, r −0.25; b: no marks yet" in questions
    assert "none yet" in results_picture(histogram([]), 70)


def test_the_report_of_a_cohort(built: Course) -> None:
    """Do tables and files hold the cohort's results, and hostile names no formula?"""
    given = [RIGHT, {**RIGHT, "one-mouth": ["lake"]}, {"one-mouth": ["lake"]}, {}, {**RIGHT, "length": "99"}, {"one-mouth": ["nowhere"]}]
    for number, answers in enumerate(given):
        hand_in(built, f"d-{number}", answers)
    collect(built)
    grade(built)
    mark_by_hand(built, "d-0", "describe", 4)
    with open_gradebook(built) as book:
        book.update_or_create_student("d-0", last_name='=HYPERLINK("http://example.org")', email="a@example.org")
    result = report(built)
    assert [(row[0], row[7], row[10]) for row in result.cohort] == [
        ("d-0", 10.0, "passed"),
        ("d-1", 4.0, "pending"),
        ("d-2", 0.0, "not passed"),
        ("d-3", 0.0, "not passed"),
        ("d-4", 5.0, "pending"),
        ("d-5", 0.0, "pending"),
    ]
    facilities = {row[1]: (row[4], row[5]) for row in result.questions}
    assert facilities == {"one-mouth": (5, 0.4), "two-banks": (6, 0.5), "length": (6, 0.333), "describe": (4, 0.25)}
    assert {path.name for path in result.files} == {"mini-results.svg", "mini-questions.svg", "cohort.csv", "questions.csv", "answers.csv"}
    cohort = (result.folder / "cohort.csv").read_text()
    assert '"\'=HYPERLINK(""http://example.org"")"' in cohort and ",=" not in cohort
    lines = io.StringIO((result.folder / "answers.csv").read_bytes().decode(), newline="")
    answers = {(row["question"], row["answer"]): row["delegates"] for row in csv.DictReader(lines)}
    assert answers["one-mouth", "A lake"] == "2" and answers["one-mouth", "The desert"] == "0" and answers["one-mouth", "(no answer)"] == "1"
    assert answers["length", "99 km"] == "1" and answers["describe", "(a written answer)"] == "3"
    assert "d-0" in result.words and "one-mouth" in result.words
    assert result.as_dict()["cohort"][0]["result"] == "passed"


def test_an_empty_gradebook_reports_nothing(built: Course) -> None:
    """Is a report before anybody submitted empty tables, not an error?"""
    result = report(built)
    assert result.cohort == [] and len(result.questions) == 4 and result.words


def test_odd_shapes_in_place_of_options_are_counted_as_nothing() -> None:
    """Are lists, numbers and mappings that somebody sent in place of options passed over, and the options beside them counted?"""
    assert chosen(["a", "b"], [["a", ["b"]], [{"a": 1}], None, [1, "a", "a"]]) == {"a": 2, "b": 0}
