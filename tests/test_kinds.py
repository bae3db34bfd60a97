"""Every kind of question is a whole slice: it shows without a key, reads anything, scores within bounds, proves itself."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course.errors import AnswerError
from course.kinds import Kind, Mark, Share, kinds
from course.kinds.number import parse_number, say_number
from course.questions import Question, score

NASTY = "<script>alert('x')</script> & \"quoted\" <b>"

CONTENT: dict[str, Any] = {
    "choices": [
        {"id": "a", "text": f"A {NASTY}", "correct": True, "feedback": "FEEDBACK-A"},
        {"id": "b", "text": "B", "correct": True, "feedback": "FEEDBACK-B"},
        {"id": "c", "text": "C", "feedback": "FEEDBACK-C"},
        {"id": "d", "text": "D", "feedback": "FEEDBACK-D"},
        {"id": "e", "text": "E", "feedback": "FEEDBACK-E"},
    ],
    "number": {"value": 12.375, "tolerance": 0.25, "unit": f"km {NASTY}"},
    "written": {"words": [3, 9], "rubric": ["RUBRIC-ONE (2)", "RUBRIC-TWO (3)"]},
    "true_false": {
        "answer": True,
        "feedback": "FEEDBACK-VERDICT",
        "reasons": [{"id": i, "text": f"{i} {NASTY}", "correct": i == "b", "feedback": f"FEEDBACK-{i}"} for i in "abc"],
    },
    "match": {
        "items": [{"id": i, "text": f"Item {i} {NASTY}", "to": to, "feedback": f"FEEDBACK-{i}"} for i, to in (("a", "x"), ("b", "y"), ("c", "z"))],
        "options": [{"id": i, "text": f"Option {i} {NASTY}"} for i in "xyz"],
    },
    "sort": {
        "categories": [{"id": i, "text": f"Category {i} {NASTY}"} for i in "xy"],
        "items": [{"id": i, "text": f"Item {i} {NASTY}", "in": to, "feedback": f"FEEDBACK-{i}"} for i, to in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "y"))],
    },
    "order": [{"id": i, "text": f"Item {i} {NASTY}", "feedback": f"FEEDBACK-{i}"} for i in ("spring", "brook", "river", "sea")],
    "fill": {"accept": ["Alpha", "the Alpha"], "wrong": [{"text": "Beta", "feedback": "FEEDBACK-BETA"}], "otherwise": "FEEDBACK-OTHERWISE"},
    "place": {"right": {"PHL": "FEEDBACK-PHL", "MEX": "FEEDBACK-MEX"}, "wrong": {"IND": "FEEDBACK-IND"}, "otherwise": "FEEDBACK-OTHERWISE"},
    "case": {
        "file": f"A river. {NASTY}",
        "parts": [
            {"id": "long", "ask": f"How long? {NASTY}", "points": 2, "number": {"value": 12.375, "tolerance": "2 %"}, "explanation": "EXPLANATION-PART"},
            {"id": "name", "ask": "Its name?", "fill": {"accept": ["Gamma"], "otherwise": "FEEDBACK-GAMMA"}},
        ],
    },
}
"""One question of each kind. A new kind needs its line here."""

HIDDEN = ("FEEDBACK", "RUBRIC", "EXPLANATION", "SOURCE", "12.375", "0.25", "correct", "tolerance")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def question(kind: str, content: Any = None, points: float = 5) -> Any:
    return Question.model_validate(
        {"id": "q", "prompt": f"Ask {NASTY}", "points": points, "explanation": "EXPLANATION", "source": ["SOURCE"], kind: content or CONTENT[kind]}
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        """What gathers an answer; a field that only searches a list has no name."""
        self.in_label: list[bool] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        if tag in ("input", "textarea", "select") and "data-filter" not in dict(attrs):
            self.controls.append(dict(attrs))
            self.in_label.append("label" in self._open)
        if tag != "input":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()


def tags(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("name", kinds())
def test_the_slice_is_complete(name: str) -> None:
    """Does every kind say each verb itself, and bear its file's name?"""
    kind = kinds()[name]
    assert kind.name == name == kind.__module__.rsplit(".", 1)[1]
    assert name in CONTENT, "give the new kind a question in CONTENT"
    for verb in ("show", "controls", "read", "say", "score", "explain", "samples"):
        assert getattr(kind, verb) is not getattr(Kind, verb), f"{name} has no {verb}"


@pytest.mark.parametrize("name", kinds())
def test_own_samples_prove_the_kind(name: str) -> None:
    """Do a question's own right samples earn everything, and its wrong ones less?"""
    asked = question(name)
    samples = asked.samples()
    assert samples.right
    for answer in samples.right:
        mark = score(asked, answer)
        assert mark.points == (None if asked.kind.marked_by_person else 5)
        assert asked.kind.explain(asked.read(answer)).right is (None if asked.kind.marked_by_person else True)
    for answer in samples.wrong:
        assert score(asked, answer).points < 5
        assert asked.kind.explain(asked.read(answer)).right is False
    assert samples.wrong or asked.kind.marked_by_person


@pytest.mark.parametrize("name", kinds())
def test_what_is_shown_holds_no_key(name: str) -> None:
    """Is there nothing of key, feedback, explanation or source in what goes to the page, and is it JSON?"""
    asked = question(name)
    shown = asked.show()
    form = asked.kind.form(asked.kind.show(), None, "u", "label")
    for text in (json.dumps(shown), form):
        assert not [word for word in HIDDEN if word in text]
    assert json.loads(json.dumps(shown)) == shown
    assert set(shown) == {"id", "kind", "prompt", "points", "shown"}


@pytest.mark.parametrize("name", kinds())
def test_a_form_needs_only_what_is_shown(name: str) -> None:
    """Can a page without the key draw the controls, read an answer back and put it into words?"""
    asked = question(name)
    shown = json.loads(json.dumps(asked.kind.show()))
    for answer in asked.samples().right:
        read = kinds()[name].read(shown, json.loads(json.dumps(answer)))
        assert kinds()[name].read(shown, read) == read
        html = kinds()[name].form(shown, read, "u", "label")
        assert html != kinds()[name].form(shown, None, "u", "label"), "the form must hold the answer"
        assert kinds()[name].say(shown, read).strip()
        assert json.loads(json.dumps(read)) == read


@pytest.mark.parametrize("name", kinds())
def test_a_form_escapes_what_it_shows(name: str) -> None:
    """Can text in an option, a unit or an answer ever become an element of the page?"""
    asked = question(name)
    answers: list[Any] = [None, ["a"], NASTY, f'"{NASTY}', f"</textarea>{NASTY}"]
    for answer in answers:
        found = tags(asked.kind.form(asked.kind.show(), answer, "u", "label"))
        assert not {"script", "b"} & set(found.found)
        assert found.controls and all(str(control["name"]).split(":")[0] == "answer" for control in found.controls)


@pytest.mark.parametrize("name", kinds())
def test_every_control_has_its_label(name: str) -> None:
    """Does each control that can be reached stand in a label, or have an id of its own and a label that points to it?"""
    html = question(name).kind.form(question(name).kind.show(), None, "u", "label")
    found = tags(html)
    ids = [control["id"] for control in found.controls if "id" in control]
    assert len(ids) == len(set(ids))
    for control, within in zip(found.controls, found.in_label, strict=True):
        assert within or control.get("type") == "hidden" or f'for="{control["id"]}"' in html
    assert "label" in html


@pytest.mark.parametrize("name", kinds())
@settings(max_examples=150, deadline=None)
@given(raw=JSON)
def test_any_json_is_scored_within_bounds(name: str, raw: Any) -> None:
    """Whatever arrives as an answer: a mark in [0, points] or a person's look, never an exception, never full for junk?"""
    asked = question(name)
    mark = score(asked, raw)
    if mark.points is not None:
        assert type(mark.points) is float
        assert 0 <= mark.points <= mark.max_points == 5
    try:
        right = asked.read(raw) in [asked.read(answer) for answer in asked.samples().right] or name in ("number", "fill", "case")
    except AnswerError:
        right = False
    assert right or mark.points != 5
    asked.kind.form(asked.kind.show(), raw, "u", "label")


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("raw", [True, False, 0, 12.375, float("nan"), float("inf"), "", "   ", [], {}, [[]], [1], [True], ["a", 1], {"value": 12.375}, "nan", "inf"])  # fmt: skip
def test_junk_is_not_an_answer(name: str, raw: Any) -> None:
    """Are the shapes that trip nbgrader (True, nan, bare numbers) refused in words for the delegate?"""
    if name in ("written", "fill") and raw in ("nan", "inf"):
        return
    with pytest.raises(AnswerError) as caught:
        question(name).read(raw)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("chosen", "share"),
    # Two right (a, b), three wrong (c, d, e): hits/2 - misses/3, never below 0.
    [("a", 1 / 2), ("b", 1 / 2), ("ab", 1), ("c", 0), ("cde", 0), ("ac", 1 / 6), ("acd", 0), ("abc", 2 / 3), ("abcd", 1 / 3), ("abcde", 0), ("acde", 0)],
)  # fmt: skip
def test_partial_credit_follows_the_table(chosen: str, share: float) -> None:
    """Is the rule for several right options the one worked out by hand, and is choosing everything worth nothing?"""
    assert score(question("choices"), list(chosen)).points == pytest.approx(5 * share, abs=5e-5)


def test_order_and_repetition_change_nothing() -> None:
    """Do ids count, whatever the order in which a page gathers them?"""
    asked = question("choices")
    assert asked.read(["b", "a", "b"]) == ["a", "b"]
    assert score(asked, ["b", "a"]).points == 5


def test_one_right_option_is_all_or_nothing() -> None:
    """With one right option: radio buttons, one answer, and no share for a wrong one?"""
    single = question("choices", [{**option, "correct": option["id"] == "b"} for option in CONTENT["choices"]])
    assert not single.kind.show()["several"]
    assert [score(single, [i]).points for i in "abcde"] == [0, 5, 0, 0, 0]
    with pytest.raises(AnswerError, match="takes one option"):
        single.read(["a", "b"])
    form = tags(single.kind.form(single.kind.show(), ["b"], "u", "label"))
    assert [control["type"] for control in form.controls] == ["radio"] * 5
    assert [control["value"] for control in form.controls if "checked" in control] == ["b"]


def test_guessing_gains_little() -> None:
    """Over all ways to choose, does a guesser earn less than a third of the points?"""
    asked = question("choices")
    every = [[i for k, i in enumerate("abcde") if bits >> k & 1] for bits in range(1, 32)]
    earned = [score(asked, chosen).points for chosen in every]
    assert sum(earned) / len(earned) < 5 / 3


NUMBERS = {
    "12.5": 12.5, "12,5": 12.5, "1 234,5": 1234.5, "1'234.5": 1234.5, "1’234,5": 1234.5, "1\u202f234.5": 1234.5,
    "1,234.5": 1234.5, "1.234,5": 1234.5, "1,234,567": 1234567, "0,125": 0.125, "-0,125": -0.125, "0.125": 0.125,
    "−3": -3, "–3": -3, "+3": 3, ".5": 0.5, ",5": 0.5, "5.": 5, "007": 7, "1,2345": 1.2345, "12345,678": 12345.678,
    "1.234": 1.234, "١٢": 12, "١٢٫٥": 12.5,
}  # fmt: skip


@pytest.mark.parametrize(("typed", "value"), NUMBERS.items())
def test_numbers_are_read_as_people_type_them(typed: str, value: float) -> None:
    """Are the ways to write a number on five continents understood?"""
    for text in (typed, f" {typed} ", typed.replace("-", "−")):
        assert parse_number(text) == value


@pytest.mark.parametrize("typed", ["", " ", "nan", "inf", "-inf", "Infinity", "1e5", "0x10", "1_000", "--3", "12.5 %", "US$ 5", "½", "²", "1.234.567", "1,23,456", "0,125,000", "0.125,5,5", "ten", "3-4", "9" * 31, "-", ".", ","])  # fmt: skip
def test_what_is_no_plain_number_is_asked_again(typed: str) -> None:
    """Is everything else refused with words that show the way?"""
    with pytest.raises(AnswerError, match="Use digits only|Write a number"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["1,234", "-1,234", "12,345", "123,000"])
def test_a_comma_that_can_mean_two_things_is_asked(typed: str) -> None:
    """Is a single comma before three digits asked about, with both readings written out?"""
    with pytest.raises(AnswerError) as caught:
        parse_number(typed)
    assert f"Write {typed.replace(',', '')} or {typed.replace(',', '.')}" in str(caught.value)


@settings(deadline=None)
@given(st.floats(-1e14, 1e14), st.sampled_from(["{:.3f}", "{:,.2f}", "{:.0f}"]))
def test_what_python_writes_is_read_back(value: float, form: str) -> None:
    """Do numbers in plain and in English form keep their value, unless they are asked about?"""
    text = form.format(value)
    try:
        assert parse_number(text) == float(text.replace(",", ""))
    except AnswerError as error:
        assert "two ways" in str(error)


@pytest.mark.parametrize(("typed", "points"), [("12.125", 5), ("12.625", 5), ("12,3750", 5), ("12.1249", 0), ("12.6251", 0), ("12.375000001", 5), ("-12.375", 0)])  # fmt: skip
def test_the_edge_of_the_tolerance_counts(typed: str, points: float) -> None:
    """Is an answer on the very edge right, and one beyond it wrong?"""
    assert score(question("number"), typed).points == points


def test_binary_fractions_do_no_harm() -> None:
    """Is 0.3 within 0.1 of 0.2, whatever 0.1 + 0.2 is?"""
    asked = question("number", {"value": 0.2, "tolerance": 0.1})
    assert [score(asked, typed).points for typed in ("0.3", "0.1", "0.31", "0.09")] == [5, 5, 0, 0]


@settings(deadline=None)
@given(value=st.floats(-1e12, 1e12), tolerance=st.sampled_from([0, 0.01, 0.5, 10, 1e6]))
def test_any_number_proves_itself(value: float, tolerance: float) -> None:
    """Whatever key a lecturer writes: can it be typed, earns it everything, and do the wrong samples earn nothing?"""
    value = float(f"{value:.9g}") if abs(value) > 1e-6 else 0.0
    assume(value == 0 or tolerance < abs(value))
    asked = question("number", {"value": value, "tolerance": tolerance})
    assert all(score(asked, answer).points == 5 for answer in asked.samples().right)
    assert all(score(asked, answer).points == 0 for answer in asked.samples().wrong)


def test_a_tolerance_that_swallows_the_question_shows() -> None:
    """Where even 0 would count as right: does the question fail to prove itself?"""
    asked = question("number", {"value": 2, "tolerance": 5})
    assert any(score(asked, answer).points == 5 for answer in asked.samples().wrong)


def test_a_wrong_number_is_told_its_direction_only() -> None:
    """Does feedback to a wrong number help without giving the number away?"""
    kind = question("number").kind
    assert kind.explain("20").remarks[0][1] == "That is too high."
    assert kind.explain("-3").remarks[0][1] == "That is too low."
    assert kind.explain("12.5").remarks == () == kind.explain(None).remarks


def test_a_key_is_said_in_digits() -> None:
    """Does an explanation say 831,000,000,000 and never 8.31e+11?"""
    assert say_number(831e9) == "831,000,000,000"
    assert say_number(12.5) == "12.5"
    assert say_number(0.00001) == "0.00001"
    key = question("number", {"value": 831e9, "tolerance": 1e9, "unit": "US$"}).kind.explain(None).key
    assert key == "US$ 831,000,000,000 (within 1,000,000,000)"


def test_written_answers_wait_for_a_person() -> None:
    """Is a text never scored by the engine, whatever its length, with a note where the length is odd?"""
    asked = question("written")
    assert score(asked, "one two three four") == Mark(None, 5)
    assert score(asked, "too short").notes == ("2 words; 3 to 9 were asked for",)
    assert score(asked, "w " * 5000).points is None


def test_written_answers_keep_what_was_typed() -> None:
    """Do lines, signs and letters of every script stay, and does half an emoji become something a file can hold?"""
    asked = question("written")
    text = "  Première ligne\n\n- تحويلات\n$x$ <b> 汇款 🌍  "
    assert asked.read(text) == text.strip()
    assert asked.read("half \ud83d").encode("utf-8")
    with pytest.raises(AnswerError, match="at most 20,000"):
        asked.read("x" * 20_001)
    assert len(asked.read("x" * 20_000)) == 20_000


def test_marks_stay_within_bounds() -> None:
    """Is a share outside 0 to 1 clamped, one that is no number refused, and a mark beyond its points impossible?"""
    assert [Share(value).mark(2).points for value in (-1.0, 0.5, 1.0, 7.0, float("inf"))] == [0, 1, 2, 2, 2]
    assert Share(None, ("look",)).mark(2) == Mark(None, 2, ("look",))
    with pytest.raises(ValueError):
        Share(float("nan")).mark(2)
    for points in (-0.1, 2.1, float("nan")):
        with pytest.raises(ValueError):
            Mark(points, 2)
