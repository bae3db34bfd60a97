"""An order: marks by pairs, a start that tells nothing, and no answer where nothing was moved."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.order import Order

NASTY = "<script>x</script> & \"q\" <b>"
KEY = ["earn", "send", "clear", "spend"]
ITEMS = [{"id": item, "text": f"*Text* {item} {NASTY}", "feedback": f"FEEDBACK-{item}"} for item in KEY]
JSON = st.permutations(KEY) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(KEY),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def make(items: list[dict[str, Any]] = ITEMS) -> Order:
    return Order.model_validate(items)


START = [item["id"] for item in make().show()["items"]]


@pytest.mark.parametrize(
    ("places", "share"),
    # Four items, six pairs: 2 * right/6 - 1, never below 0.
    [("0123", 1), ("1023", 2 / 3), ("0132", 2 / 3), ("1032", 1 / 3), ("0231", 1 / 3), ("1230", 0), ("3012", 0), ("3210", 0), ("2301", 0)],
)
def test_marks_follow_the_table(places: str, share: float) -> None:
    """Is the rule the one worked out by hand?"""
    assert make().score([KEY[int(place)] for place in places]).value == pytest.approx(share)


def test_guessing_gains_little() -> None:
    """Does a guesser earn less than a quarter, and of an order and its reverse one nothing?"""
    orders = [list(order) for order in permutations(KEY)]
    assert sum(make().score(order).value or 0 for order in orders) / len(orders) < 1 / 4
    assert all(0 in (make().score(order).value, make().score(order[::-1]).value) for order in orders)


def test_the_start_tells_nothing() -> None:
    """Does the order shown stay the same whatever the key is, and is only a key that equals it refused?"""
    refused = []
    for items in permutations(ITEMS):
        try:
            assert make(list(items)).show() == make().show()
        except ValidationError as error:
            assert "shown in the right order" in str(error)
            refused.append([item["id"] for item in items])
    assert refused == [START]
    assert "FEEDBACK" not in json.dumps(make().show()) + Order.form(make().show(), None, "u", "label")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([], "each item once"), (KEY[:3], "each item once"), ([*KEY, "earn"], "each item once"), (["earn", "earn", "send", "clear"], "each item once"),
        ([*KEY[:3], "other"], "each item once"), ([*KEY[:3], 1], "not an order"), ([*KEY[:3], None], "not an order"), ("earn", "not an order"),
        ({}, "not an order"), (None, "not an order"), (START, "Move at least one"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: Any, words: str) -> None:
    """Is everything but a whole order refused in a sentence for the delegate, the untouched start included?"""
    with pytest.raises(AnswerError, match=words) as caught:
        Order.read(make().show(), raw)
    assert str(caught.value).endswith(".")


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Never another exception, never a share outside 0 to 1, and reading twice changes nothing?"""
    order = make()
    try:
        answer = Order.read(order.show(), raw)
    except AnswerError:
        return
    assert Order.read(order.show(), answer) == answer
    assert 0 <= (order.score(answer).value or 0) <= 1
    assert order.explain(answer).right == (answer == KEY) == (order.score(answer).value == 1)


def test_the_form_escapes_and_is_filled() -> None:
    """Does each item hold its id, a plain name and two buttons that say what they move, in the order of the answer?"""
    html = Order.form(make().show(), KEY, "u", "label")
    assert "<script" not in html and "<b>" not in html and "*Text*" not in html
    assert html.count("data-name=") == 4 == html.count('data-move="up"') == html.count('data-move="down"')
    assert html.count('aria-label="Move up: Text ') == 4
    assert [part.split('"')[0] for part in html.split('name="answer" value="')[1:]] == KEY
    blank = Order.form(make().show(), ["gone"], "u", "label")
    assert [part.split('"')[0] for part in blank.split('name="answer" value="')[1:]] == START


def test_what_there_is_to_learn() -> None:
    """Are neighbours that stand the wrong way round pointed out, in every wrong order, and the key said in numbers?"""
    ((what, say),) = make().explain(["send", "earn", "clear", "spend"]).remarks
    assert "send" in what and say == "These two stand the wrong way round. FEEDBACK-earn"
    key = make().explain(None).key
    assert key.startswith("1. *Text* earn") and "; 4. *Text* spend" in key
    assert make().explain(None).remarks == () and make().explain(None).right is False
    assert Order.say(make().show(), KEY).splitlines()[3].startswith("4. *Text* spend")
    assert all(make().explain(list(order)).remarks for order in permutations(KEY))


def test_samples_prove_the_question() -> None:
    """Do right samples earn everything, wrong ones less, and can all be read, whatever the key is?"""
    for items in permutations(ITEMS):
        if [item["id"] for item in items] == START:
            continue
        order = make(list(items))
        samples = order.samples()
        assert samples.wrong
        assert all(order.score(Order.read(order.show(), answer)).value == 1 for answer in samples.right)
        assert all((order.score(Order.read(order.show(), answer)).value or 0) < 1 for answer in samples.wrong)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (ITEMS[:2], "at least three items"),
        ([*ITEMS, ITEMS[0]], "`earn` stands twice"),
        ([{**ITEMS[0], "id": f"step-{i}"} for i in (1, 2, 10)], "the ids count"),
        ([{**ITEMS[0], "id": i} for i in "cba"], "the ids count"),
        ([*ITEMS, {"id": "bare", "text": "t"}], "feedback"),
        ([*ITEMS, {**ITEMS[0], "id": "loud", "place": 5}], "place"),
    ],
)
def test_what_a_lecturer_is_told(items: list[dict[str, Any]], words: str) -> None:
    """Is a question that cannot work refused with what to do?"""
    with pytest.raises(ValidationError, match=words):
        make(items)
