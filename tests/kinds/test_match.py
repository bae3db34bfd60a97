"""Pairs: marks above guessing, half-done answers kept, nothing of the key in what is shown."""

from __future__ import annotations

import json
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.match import Match

NASTY = "<script>x</script> & \"q\" <b>"
KEY = {"gift": "transfer", "wage": "compensation", "loan": "investment", "grant": "aid"}
ITEMS = [{"id": item, "text": f"Text {item} {NASTY}", "to": option, "feedback": f"FEEDBACK-{item}"} for item, option in KEY.items()]
OPTIONS = [
    *({"id": option, "text": f"*Option* {option} {NASTY}"} for option in KEY.values()),
    {"id": "trade", "text": "Trade", "feedback": "FEEDBACK-trade"},
]
WORDS = {"t": "transfer", "c": "compensation", "i": "investment", "a": "aid", "x": "trade"}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from([*KEY, *KEY.values()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEY, "x"]), inner, max_size=4),
    max_leaves=8,
)


def make(**change: Any) -> Match:
    return Match.model_validate({"items": ITEMS, "options": OPTIONS, **change})


def matched(letters: str) -> dict[str, str]:
    """One letter for each item: the option's first, x for the spare one, - for not matched."""
    return {item: WORDS[letter] for item, letter in zip(KEY, letters, strict=True) if letter in WORDS}


@pytest.mark.parametrize(
    ("letters", "share"),
    # Four items: (right - 1) / 3, never below 0.
    [("tcia", 1), ("tcix", 2 / 3), ("tci-", 2 / 3), ("tcai", 1 / 3), ("tc--", 1 / 3), ("t---", 0), ("tttt", 0), ("xxxx", 0), ("citx", 0), ("ctai", 0)],
)
def test_marks_follow_the_table(letters: str, share: float) -> None:
    """Is the rule the one worked out by hand, and is the same option everywhere worth nothing?"""
    assert make().score(matched(letters)).value == pytest.approx(share)


def test_guessing_gains_little() -> None:
    """Does a guesser earn less than a fifth, over all pairings and over all answers?"""
    for answers in (list(permutations("tcia")), list(product("tciax", repeat=4))):
        shares = [make().score(matched("".join(letters))).value or 0 for letters in answers]
        assert sum(shares) / len(shares) < 1 / 5


def test_what_is_read_is_what_is_stored() -> None:
    """Is a page's answer (text, some empty) read like the stored one, a half-done one included?"""
    shown = make().show()
    stored = Match.read(shown, {"wage": "trade", "gift": "", "loan": ["aid"], "grant": ""})
    assert stored == {"wage": "trade", "loan": "aid"} == Match.read(shown, stored)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "Nothing is chosen"), ({"gift": "", "wage": ""}, "Nothing is chosen"), (["transfer"], "shape"), ({"other": "aid"}, "a part that"),
        ({"gift": "other"}, "a choice that"), ({"gift": ["aid", "trade"]}, "two choices"), ({"gift": 1.5}, "a choice"), ({"gift": {"a": "b"}}, "a choice"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: Any, words: str) -> None:
    """Is everything else refused in a sentence for the delegate?"""
    with pytest.raises(AnswerError, match=words) as caught:
        Match.read(make().show(), raw)
    assert str(caught.value).endswith(".")


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Never another exception, never a share outside 0 to 1, and reading twice changes nothing?"""
    match = make()
    try:
        answer = Match.read(match.show(), raw)
    except AnswerError:
        return
    assert Match.read(match.show(), answer) == answer
    assert 0 <= (match.score(answer).value or 0) <= 1
    assert match.explain(answer).right == (answer == KEY)


def test_nothing_of_the_key_is_shown() -> None:
    """Does what is shown stay the same whatever goes with what, and in whatever order the options are written?"""
    turned = dict(zip(KEY, [*list(KEY.values())[1:], "transfer"], strict=True))
    shown = make().show()
    assert shown == make(items=[{**item, "to": turned[item["id"]]} for item in ITEMS], options=OPTIONS[::-1]).show()
    # Another option is the spare one; still nothing moves.
    spare = [{**option, "feedback": "f"} for option in OPTIONS]
    assert shown == make(items=[{**ITEMS[0], "to": "trade"}, *ITEMS[1:]], options=spare).show()
    assert [option["id"] for option in shown["options"]] != [option["id"] for option in OPTIONS]
    assert "FEEDBACK" not in json.dumps(shown) + Match.form(shown, None, "u", "label")


def test_the_form_escapes_and_is_filled() -> None:
    """Is every text escaped, each select labelled and named, and an answer selected?"""
    html = Match.form(make().show(), {"wage": "trade"}, "u", "label")
    assert "<script" not in html and "<b>" not in html and "*Option*" not in html and "<em>" not in html
    assert html.count(" selected") == 1 and '<option value="trade" selected>' in html
    for item in KEY:
        assert f'<label for="u-{item}">' in html and f'<select id="u-{item}" name="answer:{item}">' in html
    assert "Not every option is needed." in html
    assert " selected" not in Match.form(make().show(), {"wage": "gone"}, "u", "label")


def test_what_there_is_to_learn() -> None:
    """Does a wrong match get the feedback of its option and its item, and what is open stand among the missed?"""
    explained = make().explain(matched("tx--"))
    assert [say for _, say in explained.remarks] == ["Right. FEEDBACK-gift", "Not right. FEEDBACK-trade FEEDBACK-wage"]
    assert [say for _, say in explained.missed] == ["FEEDBACK-loan", "FEEDBACK-grant"]
    assert explained.key.count("; ") == 3 and "Trade" not in explained.key
    assert make().explain(None).right is False
    assert "not matched" in Match.say(make().show(), {"wage": "trade"})


def test_samples_prove_the_question() -> None:
    """Do right samples earn everything and wrong ones less?"""
    match = make()
    assert all(match.score(answer).value == 1 for answer in match.samples().right)
    assert all((match.score(answer).value or 0) < 1 for answer in match.samples().wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": ITEMS[:2]}, "at least 3"),
        ({"items": [*ITEMS, ITEMS[0]]}, "item id `gift` stands twice"),
        ({"options": [*OPTIONS, OPTIONS[0]]}, "option id `transfer` stands twice"),
        ({"options": [*OPTIONS, {**OPTIONS[4], "id": "goods"}]}, "two options read"),
        ({"items": [{**ITEMS[0], "to": "other"}, *ITEMS[1:]]}, "which is no option"),
        ({"items": [{**ITEMS[0], "to": "aid"}, *ITEMS[1:]]}, "two items go to `aid`"),
        ({"items": [{**ITEMS[0], "id": "transfer"}, *ITEMS[1:]]}, "tells its option"),
        ({"options": [*OPTIONS[:4], {"id": "trade", "text": "Trade"}]}, "no item goes to the option `trade`"),
        ({"items": [{**ITEMS[0], "feedback": " "}, *ITEMS[1:]]}, "feedback"),
    ],
)
def test_what_a_lecturer_is_told(change: dict[str, Any], words: str) -> None:
    """Is a question that cannot work refused with what to do?"""
    with pytest.raises(ValidationError, match=words):
        make(**change)
