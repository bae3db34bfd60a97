"""Stage feedback: one page a delegate, made of the gradebook, released under a secret name."""

from __future__ import annotations

import html
import re
import shutil
from html.parser import HTMLParser
from typing import Any

import pytest

from course.collect import collect
from course.content import Course
from course.errors import CourseError
from course.feedback import feedback, page_path
from course.i18n.forms import number
from course.grade import grade
from course.result import Result, feedback_path, read_result
from road import RIGHT, correct_key, hand_in, mark_by_hand, secret_of


def page(course: Course, delegate: str) -> str:
    return page_path(course, delegate, "mini").read_text(encoding="utf-8")


def result_of(course: Course, delegate: str) -> Result:
    return read_result(page(course, delegate))


def run(course: Course, answers: dict[str, dict[str, Any]]) -> None:
    """Hand in, collect, grade."""
    for delegate, given in answers.items():
        hand_in(course, delegate, given)
    collect(course)
    grade(course)


def words(text: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"<(style|script).*?</\1>", "", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_page_tells_the_delegate_everything(built: Course) -> None:
    """Are prompt, answer, points, remarks, right answer, explanation, source, date and total on the page?"""
    run(built, {"d-1": {**RIGHT, "one-mouth": ["lake"], "two-banks": ["east", "hill"]}})
    assert feedback(built).made == ["d-1/mini"]
    text = words(page(built, "d-1"))
    for part in (
        "Rivers: your result",
        "Your result is pending: a person still marks part of it.",
        "Points so far 1 of 10",
        "Pass mark 6 points (60 %)",
        "Into what does the made-up river Alpha flow?",
        "Not right 0 of 2 points Your answer A lake FEEDBACK-LAKE: its neighbour does.",
        "Right answer The sea",
        "EXPLANATION-MOUTH",
        "Atlas of rivers (2020), a source made up for the tests. https://example.org/atlas",
        "As of 2020.",
        "Right 1 of 1 point Your answer 12.5 km",
        "Your answer Eastbank; Hilltop Eastbank FEEDBACK-EAST: yes. Hilltop FEEDBACK-HILL: it lies far above.",
        "What was missing Westbank FEEDBACK-WEST: yes. Right answer Eastbank; Westbank",
        "Pending A person still marks this answer (4 points at most).",
        "A short river to the sea.",
        "RUBRIC-SEA: names the sea (3)",
    ):
        assert part in text, part


def test_the_same_as_data(built: Course) -> None:
    """Does the data block hold the same result, for the module's page to show?"""
    run(built, {"d-1": RIGHT})
    feedback(built)
    found = result_of(built, "d-1")
    assert (found.delegate, found.assessment, found.attempt) == ("d-1", "mini", 1)
    assert (found.points, found.max_points, found.pass_percent, found.pending, found.passed) == (6.0, 10.0, 60.0, True, None)
    assert found.questions["describe"].points is None
    first = found.questions["one-mouth"]
    assert (first.points, first.key, first.as_of) == (2.0, "The sea", "2020")
    assert first.remarks == [("The sea", "FEEDBACK-SEA: yes.")]


@pytest.mark.parametrize(
    ("mark", "passed", "said"), [(4.0, True, "You passed."), (0.0, True, "You passed."), (None, None, "Your result is pending")]
)
def test_passing_waits_for_the_last_mark(built: Course, mark: float | None, passed: bool | None, said: str) -> None:
    """Is the outcome open until a person has marked, and settled afterwards, with the comment on the page?"""
    run(built, {"d-1": RIGHT})
    if mark is not None:
        mark_by_hand(built, "d-1", "describe", mark, "Name the *sea*.\n\nAnd <b>more</b>.")
    result = feedback(built)
    assert result.pending == ([] if passed else ["d-1/mini"])
    found = result_of(built, "d-1")
    assert found.passed is passed and said in words(page(built, "d-1"))
    if mark is not None:
        assert found.points == 6 + mark and found.questions["describe"].comment.startswith("Name the")
        assert "<p>Name the <em>sea</em>.</p><p>And &lt;b&gt;more&lt;/b&gt;.</p>" in page(built, "d-1")


def test_not_passed(built: Course) -> None:
    """Is a delegate below the pass mark told so, plainly, with no answer said to be no answer?"""
    run(built, {"d-1": {"length": "3"}})
    feedback(built)
    assert result_of(built, "d-1").passed is False
    text = words(page(built, "d-1"))
    assert "You did not reach the pass mark." in text and "Points 0 of 10" in text
    assert "Not answered 0 of 2 points Your answer You gave no answer." in text
    assert "No response." not in text


def test_an_answer_for_a_person_is_pending_never_zero(built: Course) -> None:
    """Is an answer that could not be scored shown as pending until somebody marks it?"""
    run(built, {"d-1": {**RIGHT, "one-mouth": ["nowhere"]}})
    mark_by_hand(built, "d-1", "describe", 4)
    feedback(built)
    found = result_of(built, "d-1")
    assert found.questions["one-mouth"].points is None and found.passed is None


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes


def test_the_page_is_plain_and_alone(built: Course) -> None:
    """Has the page landmarks, a language and ordered headings; and loads nothing, runs nothing?"""
    run(built, {"d-1": RIGHT})
    feedback(built)
    outline = _Outline()
    outline.feed(page(built, "d-1"))
    assert ("lang", "en") in outline.attributes and outline.tags.count("main") == 1 and outline.tags.count("h1") == 1
    headings = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h\d", tag)]
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:]))
    assert outline.tags.count("script") == 1 and ("type", "application/json") in outline.attributes
    assert not {"img", "link", "iframe", "object", "form"} & set(outline.tags)
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name in ("src", "href")]
    assert "--accent:" in page(built, "d-1")


HOSTILE = '</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> {{ 7919*7907 }} &lt;'


def test_what_a_delegate_wrote_runs_nowhere(built: Course) -> None:
    """Does a hostile text or comment stay text, on the page and in its data?"""
    run(built, {"d-1": {**RIGHT, "describe": HOSTILE}})
    mark_by_hand(built, "d-1", "describe", 1, HOSTILE)
    feedback(built)
    text = page(built, "d-1")
    assert text.count("<script") == text.count("</script>") == 1 and "<img" not in text and "62615533" not in words(text)
    assert result_of(built, "d-1").questions["describe"].comment == HOSTILE
    assert HOSTILE in html.unescape(text)


def test_released_under_the_submissions_secret(built: Course) -> None:
    """Does the exchange hold each page where its owner's secret leads, and nothing else?"""
    frozen = hand_in(built, "d-1", RIGHT)
    run(built, {"d-2": RIGHT})
    result = feedback(built)
    assert result.released == ["d-1/mini", "d-2/mini"]
    released = feedback_path(built.exchange, built.id, secret_of(frozen), "mini")
    assert read_result(released.read_text()).delegate == "d-1"
    assert len(list(released.parent.iterdir())) == 2


def test_made_but_not_released(built: Course) -> None:
    """Can an instructor look at the pages before delegates do?"""
    run(built, {"d-1": RIGHT})
    assert feedback(built, release=False).released == []
    assert page_path(built, "d-1", "mini").is_file() and not (built.exchange / "mini-course" / "feedback").exists()


def test_made_again_after_marking(built: Course) -> None:
    """Does a page made while pending give way to the marked one, also in the exchange?"""
    frozen = hand_in(built, "d-1", RIGHT)
    run(built, {})
    feedback(built)
    mark_by_hand(built, "d-1", "describe", 3, "Good.")
    feedback(built)
    released = feedback_path(built.exchange, built.id, secret_of(frozen), "mini")
    assert read_result(released.read_text()).points == 9


def test_one_that_cannot_be_made_stops_nobody(built: Course) -> None:
    """Is a damaged folder refused with its reason while the others get their pages?"""
    run(built, {f"d-{n}": RIGHT for n in range(4)})
    home = built.assessments / "autograded"
    (home / "d-1" / "mini" / "answers.json").unlink()
    (home / "d-2" / "mini" / "submission_secret.txt").unlink()
    result = feedback(built)
    assert result.made == ["d-0/mini", "d-2/mini", "d-3/mini"]
    assert result.released == ["d-0/mini", "d-3/mini"]
    assert [(r.where, "there is no" in r.reason) for r in result.refused] == [("d-1/mini", True), ("d-2/mini", True)]


def test_a_broken_bank_is_said_once(built: Course) -> None:
    """Is a fault in the questions one message with file and line, before any page is touched?"""
    run(built, {"d-1": RIGHT})
    feedback(built)
    correct_key(built, "points: 1", "pionts: 1")
    with pytest.raises(CourseError, match=r"mini\.yml:\d+: `pionts`.*`points`"):
        feedback(built)
    assert page_path(built, "d-1", "mini").is_file()


def test_nothing_graded_makes_nothing(built: Course) -> None:
    """Is feedback before grading an empty result, not an error?"""
    assert feedback(built).made == []


def test_no_exchange_is_said(built: Course) -> None:
    """Are the pages kept and the failure said where the exchange is gone?"""
    run(built, {"d-1": RIGHT})
    shutil.rmtree(built.exchange)
    with pytest.raises(CourseError, match="made but could not be released"):
        feedback(built)
    assert page_path(built, "d-1", "mini").is_file()


@pytest.mark.parametrize("text", ["", "<html></html>", '<script type="application/json" id="course-result">{"format": 2}</script>'])
def test_other_pages_hold_no_result(text: str) -> None:
    """Is a page without our data refused, not guessed at?"""
    with pytest.raises(ValueError):
        read_result(text)


@pytest.mark.parametrize(("points", "said"), [(2.0, "2"), (1.5, "1.5"), (1 / 3, "0.33"), (0.0, "0"), (12.0, "12")])
def test_points_as_people_write_them(points: float, said: str) -> None:
    """Are points short?"""
    assert number(round(points, 2)) == said
