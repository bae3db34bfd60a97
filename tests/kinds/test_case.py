"""Cases: several linked questions of other kinds, each read, scored and explained by its own rule."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.bank import read_bank
from course.errors import AnswerError, CourseError
from course.kinds import kinds
from course.kinds.case import PART_KINDS, Case
from course.questions import Question, score
from course.submission import accept_answers
from course.widgets.practice import practice_reply

NASTY = "<script>alert('x')</script> & \"quoted\" <b>"

BANKS = [
    {"id": "east", "text": "Eastbank", "correct": True, "feedback": "FEEDBACK-EAST"},
    {"id": "west", "text": "Westbank", "correct": True, "feedback": "FEEDBACK-WEST"},
    {"id": "hill", "text": f"Hilltop {NASTY}", "feedback": "FEEDBACK-HILL"},
    {"id": "lake", "text": "Lakeside", "feedback": "FEEDBACK-LAKE"},
]
PARTS: list[dict[str, Any]] = [
    {"id": "length", "ask": "How long is it?", "points": 2, "number": {"value": 12.5, "tolerance": "4 %", "unit": "km"}, "explanation": "EXPLANATION-LENGTH"},
    {"id": "banks", "ask": f"Which towns? {NASTY}", "points": 4, "choices": BANKS},
    {"id": "name", "ask": "Its name?", "points": 2, "fill": {"accept": ["Alpha"], "otherwise": "FEEDBACK-NAME"}, "explanation": "EXPLANATION-NAME"},
]
CONTENT: dict[str, Any] = {"file": f"A river.\n\nIt **flows**. {NASTY}", "parts": PARTS}
CASE = Case.model_validate(CONTENT)
SHOWN = CASE.show()
RIGHT = {"length": "12.5", "banks": ["east", "west"], "name": "Alpha"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["12.5", "east", "Alpha"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["length", "banks", "name", "other"]), inner, max_size=4),
    max_leaves=8,
)


def changed(*parts: dict[str, Any], **content: Any) -> Case:
    return Case.model_validate({**CONTENT, **({"parts": list(parts)} if parts else {}), **content})


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        # Points 2, 4 and 2 of 8; the towns give hits/2 less misses/2.
        (RIGHT, 1), ({"length": "12.5"}, 2 / 8), ({"banks": ["east"]}, 2 / 8), ({"name": "alpha."}, 2 / 8),
        ({"length": "12,9", "name": "Alpha"}, 4 / 8), ({**RIGHT, "length": "14"}, 6 / 8), ({**RIGHT, "banks": ["east"]}, 6 / 8),
        ({"length": "9", "banks": ["hill"], "name": "Beta"}, 0),
        # What a part loses beyond its own points, no other part loses.
        ({**RIGHT, "banks": ["hill", "lake"]}, 4 / 8), ({**RIGHT, "banks": ["east", "west", "hill", "lake"]}, 4 / 8),
    ],
)  # fmt: skip
def test_marks_follow_the_table(answer: dict[str, Any], share: float) -> None:
    """Is a case the mean of its parts, weighted by their points, each within its own bounds?"""
    assert CASE.score(CASE.read(SHOWN, answer)).value == pytest.approx(share)


def test_full_is_full_whatever_the_points() -> None:
    """Do points of tenths add up to exactly everything?"""
    parts = [{**PARTS[0], "id": f"p{i}", "points": points} for i, points in enumerate((0.1, 0.2, 0.7, 1.1))]
    case = changed(*parts)
    assert case.score(case.read(case.show(), {part["id"]: "12.5" for part in parts})).value == 1
    assert case.score(case.read(case.show(), {"p3": "12.5"})).value == pytest.approx(1.1 / 2.1)


def test_every_kind_but_two_can_be_a_part() -> None:
    """Is each kind that the engine marks by itself welcome, and neither a case within a case nor a text for a marker?"""
    assert set(PART_KINDS) == set(kinds()) - {"case", "written"}
    assert {"choices", "number", "fill", "place"} <= set(PART_KINDS)
    for kind in ("case", "written"):
        with pytest.raises(ValidationError, match="Extra inputs"):
            changed(PARTS[0], {"id": "more", "ask": "?", kind: {}})


@pytest.mark.parametrize("answer", [{"length": "12.5"}, {"banks": ["east"]}, {"length": "12.5", "banks": [], "name": ""}, {"length": "12.5", "banks": None, "name": "  "}])
def test_half_an_answer_is_kept(answer: dict[str, Any]) -> None:
    """Is what is answered so far saved, while untouched parts are left out?"""
    read = CASE.read(SHOWN, answer)
    assert read == {ident: given for ident, given in answer.items() if given and str(given).strip()}
    assert CASE.read(SHOWN, read) == read
    assert "no answer" in CASE.say(SHOWN, read)


def test_one_part_that_cannot_be_read_leaves_the_others() -> None:
    """Is the delegate told which part to mend, and are the others there to be kept?"""
    with pytest.raises(AnswerError) as caught:
        CASE.read(SHOWN, {**RIGHT, "length": "1,234"})
    assert str(caught.value) == "Part 1: “1,234” can be read in two ways. Write 1234 or 1.234."
    assert caught.value.kept == {"banks": ["east", "west"], "name": "Alpha"}
    assert CASE.read(SHOWN, caught.value.kept) == caught.value.kept
    with pytest.raises(AnswerError) as caught:
        CASE.read(SHOWN, {"length": True, "banks": ["gone"], "name": "Alpha", "older": "x"})
    assert "Part 1: " in str(caught.value) and "Part 2: " in str(caught.value) and "names a part that" in str(caught.value)
    assert caught.value.kept == {"name": "Alpha"}


@pytest.mark.parametrize("raw", [None, True, 3, "", "Alpha", [], ["east"], {}, {"length": ""}, {"banks": [], "name": " "}, {"value": "1"}, {"length": {"a": 1}}])
def test_what_names_no_answer_is_refused(raw: Any) -> None:
    """Is an empty or shapeless answer refused with words for the delegate?"""
    with pytest.raises(AnswerError, match=r"\.$"):
        CASE.read(SHOWN, raw)


@settings(deadline=None, max_examples=150)
@given(JSON)
def test_any_json_is_scored_within_bounds(raw: Any) -> None:
    """Is there no answer that breaks reading, scoring, explaining or the form?"""
    CASE.form(SHOWN, raw, "u", "label")
    try:
        read = CASE.read(SHOWN, raw)
    except AnswerError as error:
        assert error.kept is None or set(error.kept) <= {"length", "banks", "name"}
        return
    assert CASE.read(SHOWN, read) == read
    assert 0 <= (CASE.score(read).value or 0) <= 1
    assert CASE.explain(read).right is (CASE.score(read).value == 1)
    assert json.loads(json.dumps(read)) == read


def test_parts_in_their_first_order_are_untouched() -> None:
    """Where a part is a list to be put in order: can the other parts be saved before anybody has moved an item?"""
    items = [{"id": ident, "text": ident, "feedback": f"FEEDBACK-{ident}"} for ident in ("spring", "brook", "river", "sea")]
    case = changed({"id": "flow", "ask": "In which order?", "order": items}, PARTS[0])
    start = [item["id"] for item in case.show()["parts"][0]["shown"]["items"]]
    assert case.read(case.show(), {"flow": start, "length": "12.5"}) == {"length": "12.5"}
    moved = [*start[1:], start[0]]
    assert case.read(case.show(), {"flow": moved, "length": ""}) == {"flow": moved}
    with pytest.raises(AnswerError, match="No part is answered yet"):
        case.read(case.show(), {"flow": start, "length": ""})


def test_nothing_of_a_key_is_shown() -> None:
    """Is what a page gets free of keys, feedback and explanations, and the same for another key?"""
    text = json.dumps(SHOWN) + CASE.form(SHOWN, None, "u", "label")
    assert not [hidden for hidden in ("FEEDBACK", "EXPLANATION", "12.5", "4 %", "correct", "Alpha") if hidden in text]
    assert json.loads(json.dumps(SHOWN)) == SHOWN
    other = [{**option, "correct": option["id"] in ("hill", "lake")} for option in BANKS]
    number = {**PARTS[0], "number": {"value": 3, "unit": "km"}}
    assert changed(number, {**PARTS[1], "choices": other}, {**PARTS[2], "fill": {"accept": ["Beta"], "otherwise": "o"}}).show() == SHOWN


class _Form(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "input":
            self.controls.append(dict(attrs))


def test_each_part_has_names_and_ids_of_its_own() -> None:
    """Are controls called `answer:part`, with ids that begin with the part's, each with its label?"""
    html = CASE.form(SHOWN, RIGHT, "u", "label")
    form = _Form(html)
    assert {control["name"] for control in form.controls} == {"answer:length", "answer:banks", "answer:name"}
    for control in form.controls:
        part = str(control["name"]).split(":")[1]
        assert str(control["id"]).startswith(f"u-{part}-") and f'for="{control["id"]}"' in html
    assert len({control["id"] for control in form.controls}) == len(form.controls)
    assert not {"script", "b"} & set(form.tags)
    assert html.count("Part 1 of 3") == html.count("Part 3 of 3") == 1


def test_the_form_holds_the_answer() -> None:
    """Are all parts filled in again, also where only some were answered?"""
    html = CASE.form(SHOWN, {"length": "12.5", "banks": ["west"]}, "u", "label")
    assert 'value="12.5"' in html and 'value="west" checked' in html and html.count(" checked") == 1
    nested = CASE.form(SHOWN, RIGHT, "u", "label", "answer:outer")
    assert 'name="answer:outer:length"' in nested


def test_each_part_is_explained() -> None:
    """Does each part get its verdict, its feedback and, once it is right, its explanation?"""
    told = CASE.explain({"length": "12.5", "banks": ["east", "hill"]})
    assert told.right is False
    assert told.remarks == (
        ("", "**Part 1: right.**"), ("", "EXPLANATION-LENGTH"),
        ("", "**Part 2: not right.**"), ("Eastbank", "FEEDBACK-EAST"), (f"Hilltop {NASTY}", "FEEDBACK-HILL"),
        ("", "**Part 3: no answer.**"),
    )  # fmt: skip
    assert told.missed == (("Westbank", "FEEDBACK-WEST"), ("", "**Part 2:** Eastbank; Westbank"), ("", "**Part 3:** Alpha"), ("", "EXPLANATION-NAME"))
    assert ("", "**Part 2: partly right.**") in CASE.explain({"banks": ["east"]}).remarks
    assert told.key == "Part 1: 12.5 km (within 4 %) · Part 2: Eastbank; Westbank · Part 3: Alpha"
    full = CASE.explain(RIGHT)
    assert full.right is True and full.missed == () and ("", "EXPLANATION-NAME") in full.remarks
    assert CASE.explain(None).right is False and CASE.explain(None).remarks == ()


def test_practice_keeps_the_key_of_a_wrong_part() -> None:
    """Does a check with one part wrong tell nothing of that part's key?"""
    asked = Question.model_validate({"id": "q", "prompt": "Ask.", "points": 8, "explanation": "WHOLE", "source": ["s"], "case": CONTENT})
    reply = practice_reply(asked, asked.read({**RIGHT, "name": "Beta"}), [])
    assert "EXPLANATION-LENGTH" in reply and "FEEDBACK-NAME" in reply
    assert not [hidden for hidden in ("Alpha", "EXPLANATION-NAME", "WHOLE") if hidden in reply]


def test_an_answer_is_said_part_by_part() -> None:
    """Can a marker read what was answered, and what was not?"""
    assert CASE.say(SHOWN, {"length": "12.5", "banks": ["west"]}) == "Part 1: 12.5 km\nPart 2: Westbank\nPart 3: no answer"
    assert CASE.score({"length": "12.5"}).notes == ("part 2: no answer", "part 3: no answer")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": PARTS[:1]}, "at least 2"),
        ({"file": " "}, "pattern"),
        ({"parts": [PARTS[0], PARTS[0]]}, "the part id `length` stands twice"),
        ({"parts": [PARTS[0], {**PARTS[2], "id": "length-name"}]}, "begins with another, `length-`"),
        ({"parts": [PARTS[0], {"id": "x", "ask": "?"}]}, "a part has exactly one of"),
        ({"parts": [PARTS[0], {**PARTS[2], "number": {"value": 1}}]}, "it has `fill` and `number`"),
        ({"parts": [PARTS[0], {"id": "x", "ask": "?", "number": None}]}, "`number` is empty"),
        ({"parts": [PARTS[0], {**PARTS[2], "points": 0}]}, "greater than 0"),
        ({"parts": [PARTS[0], {**PARTS[2], "id": "Name"}]}, "pattern"),
        ({"parts": [PARTS[0], {**PARTS[2], "ask": ""}]}, "pattern"),
    ],
)
def test_a_lecturers_slips_are_told(change: dict[str, Any], words: str) -> None:
    """Is a case that cannot be answered refused?"""
    with pytest.raises(ValidationError) as caught:
        Case.model_validate({**CONTENT, **change})
    assert words in str(caught.value)


def test_a_fault_within_a_part_has_its_line(tmp_path: Path) -> None:
    """Does the strict reader find the line and the key of a slip three levels down?"""
    text = """format: 1
id: rivers
title: Rivers
questions:
  - id: alpha
    prompt: Read and answer.
    explanation: It is so.
    source: [atlas]
    case:
      file: A river.
      parts:
        - {id: length, ask: "How long?", number: {value: 3, tolerence: 1}}
        - id: banks
          ask: Which?
          choices:
            - {id: east, text: East, correct: true, feedback: Yes.}
            - {id: west, text: West}
"""
    path = tmp_path / "rivers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    told = [str(fault) for fault in caught.value.faults]
    assert any(fault.startswith(f"{path}:12: ") and "did you mean `tolerance`?" in fault for fault in told), told
    assert any(fault.startswith(f"{path}:17: ") and "has no `feedback`: add it" in fault for fault in told), told


def test_samples_prove_every_part() -> None:
    """Does the key earn everything, and less as soon as one part is wrong or missing?"""
    samples = CASE.samples()
    asked = Question.model_validate({"id": "q", "prompt": "Ask.", "points": 7, "explanation": "e", "source": ["s"], "case": CONTENT})
    assert [score(asked, answer).points for answer in samples.right] == [7] * len(samples.right)
    assert len(samples.wrong) > 6 and all(score(asked, answer).points < 7 for answer in samples.wrong)
    assert {part for answer in samples.wrong for part in RIGHT if part not in answer} == set(RIGHT)


def test_a_submission_keeps_the_parts_that_can_be_read() -> None:
    """Does one unreadable part of a submitted case cost its delegate that part only, with a note for the instructor?"""
    shown = {"questions": [{"id": "q", "kind": "case", "shown": SHOWN}]}
    accepted, notes = accept_answers(shown, {"q": {**RIGHT, "length": "1,234"}})
    assert accepted == {"q": {"banks": ["east", "west"], "name": "Alpha"}}
    assert len(notes) == 1 and notes[0].startswith("q: Part 1: ")
    assert accept_answers(shown, {"q": {"length": "1,234"}})[0] == {}
