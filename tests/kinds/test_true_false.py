"""A verdict with its reason: a coin earns nothing, and nothing of the key is shown."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.true_false import TrueFalse

NASTY = "<script>x</script> & \"q\" <b>"
REASONS = [
    {"id": "unit", "text": f"Text unit {NASTY}", "correct": True, "feedback": "FEEDBACK-unit"},
    {"id": "year", "text": "Text year", "feedback": "FEEDBACK-year"},
    {"id": "place", "text": "Text place", "feedback": "FEEDBACK-place"},
]
CONTENT = {"answer": False, "feedback": "FEEDBACK-verdict", "reasons": REASONS}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["true", "false", "unit", "year"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["verdict", "reason", "x"]), inner, max_size=3),
    max_leaves=8,
)


def make(**change: Any) -> TrueFalse:
    return TrueFalse.model_validate({**CONTENT, **change})


@pytest.mark.parametrize(
    ("verdict", "reason", "share"),
    [("false", "unit", 1), ("true", "unit", 0), ("", "unit", 0), ("false", "", 0), ("true", "", 0), ("false", "year", 0), ("true", "place", 0)],
)
def test_marks_follow_the_table(verdict: str, reason: str, share: float) -> None:
    """Are only the right verdict and the right reason together worth anything?"""
    kind = make()
    assert kind.score(TrueFalse.read(kind.show(), {"verdict": verdict, "reason": reason})).value == share


def test_guessing_gains_little() -> None:
    """Over all full answers, does a guesser earn no more than one in 2r with r reasons: a sixth with three?"""
    shares = [make().score({"verdict": v, "reason": r["id"]}).value or 0 for v, r in product(["true", "false"], REASONS)]
    assert sum(shares) / len(shares) == pytest.approx(1 / 6)


def test_without_reasons() -> None:
    """Does a statement without reasons ask for none, take none, and count by its verdict alone?"""
    kind = make(reasons=[])
    assert [kind.score(TrueFalse.read(kind.show(), {"verdict": [verdict]})).value for verdict in ("true", "false")] == [0, 1]
    assert TrueFalse.say(kind.show(), {"verdict": "true"}) == "True"
    assert kind.explain({"verdict": "false"}).right is True
    with pytest.raises(AnswerError):
        TrueFalse.read(kind.show(), {"verdict": "false", "reason": "unit"})


def test_what_is_read_is_what_is_stored() -> None:
    """Is a page's answer read like the stored one, a half-done one included?"""
    shown = make().show()
    assert TrueFalse.read(shown, {"reason": ["year"], "verdict": ["true"]}) == {"verdict": "true", "reason": "year"}
    assert TrueFalse.read(shown, {"reason": [], "verdict": ["true"]}) == {"verdict": "true"} == TrueFalse.read(shown, {"verdict": "true"})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "Nothing is chosen"), ({"verdict": [], "reason": []}, "Nothing is chosen"), (False, "shape"), ("false", "shape"),
        ({"verdict": False}, "a choice"), ({"verdict": "False"}, "a choice"), ({"verdict": ["true", "false"]}, "two choices"),
        ({"reason": "other"}, "a choice"), ({"why": "unit"}, "a part that the question does not have"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: Any, words: str) -> None:
    """Is everything else refused in a sentence for the delegate, a bare truth value included?"""
    with pytest.raises(AnswerError, match=words) as caught:
        TrueFalse.read(make().show(), raw)
    assert str(caught.value).endswith(".")


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Never another exception, never a share outside 0 to 1, and reading twice changes nothing?"""
    kind = make()
    try:
        answer = TrueFalse.read(kind.show(), raw)
    except AnswerError:
        return
    assert TrueFalse.read(kind.show(), answer) == answer
    assert 0 <= (kind.score(answer).value or 0) <= 1
    assert kind.explain(answer).right == (kind.score(answer).value == 1)


def test_nothing_of_the_key_is_shown() -> None:
    """Does what is shown stay the same whatever the verdict and the right reason are?"""
    other = make(answer=True, reasons=[{**reason, "correct": reason["id"] == "place"} for reason in REASONS])
    shown = make().show()
    assert shown == other.show()
    text = json.dumps(shown) + TrueFalse.form(shown, None, "u", "label")
    assert "FEEDBACK" not in text and "correct" not in text


def test_the_form_escapes_and_is_filled() -> None:
    """Is every text escaped, are there two named groups (one without reasons), and is an answer ticked?"""
    html = TrueFalse.form(make().show(), {"verdict": "true", "reason": "year"}, "u", "label")
    assert "<script" not in html and "<b>" not in html
    assert html.count(" checked") == 2
    assert 'name="answer:verdict" value="true" checked' in html and 'name="answer:reason" value="year" checked' in html
    assert html.count("<fieldset") == html.count("<legend") == 2
    assert TrueFalse.form(make(reasons=[]).show(), None, "u", "label").count("<fieldset") == 1
    assert " checked" not in TrueFalse.form(make().show(), {"reason": "gone"}, "u", "label")


def test_what_there_is_to_learn() -> None:
    """Does the verdict get its feedback, the reason its own, and is the key said in words?"""
    explained = make().explain({"verdict": "true", "reason": "year"})
    assert explained.remarks == (("True", "FEEDBACK-verdict"), ("Text year", "FEEDBACK-year"))
    assert [say for _, say in explained.missed] == ["FEEDBACK-unit"]
    assert explained.key.startswith("False – Text unit")
    right = make().explain({"verdict": "false", "reason": "unit"})
    assert right.right is True and right.missed == () and [say for _, say in right.remarks] == ["FEEDBACK-unit"]
    assert ("", "No reason is chosen.") in make().explain({"verdict": "false"}).remarks
    assert ("", "No verdict is chosen.") in make().explain({"reason": "unit"}).remarks
    assert make().explain(None).right is False
    assert TrueFalse.say(make().show(), {"verdict": "false"}) == "False – no reason chosen"
    assert TrueFalse.say(make().show(), {"reason": "year"}) == "No verdict – Text year"


def test_samples_prove_the_question() -> None:
    """Do right samples earn everything and wrong ones less?"""
    kind = make()
    assert all(kind.score(answer).value == 1 for answer in kind.samples().right)
    assert all((kind.score(answer).value or 0) < 1 for answer in kind.samples().wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reasons": REASONS[:2]}, "at least three reasons"),
        ({"reasons": [*REASONS, REASONS[1]]}, "`year` stands twice"),
        ({"reasons": [{**reason, "correct": False} for reason in REASONS]}, "no reason is right"),
        ({"reasons": [{**reason, "correct": True} for reason in REASONS]}, "3 reasons are right"),
        ({"answer": "no"}, "bool"),
        ({"answer": None}, "bool"),
        ({"feedback": " "}, "feedback"),
        ({"statement": "It is so"}, "statement"),
    ],
)
def test_what_a_lecturer_is_told(change: dict[str, Any], words: str) -> None:
    """Is a question that cannot work refused with what to do?"""
    with pytest.raises(ValidationError, match=words):
        make(**change)
