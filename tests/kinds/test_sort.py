"""Items into categories: marks above guessing, half-done answers kept, nothing of the key in what is shown."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.sort import Sort

NASTY = "<script>x</script> & \"q\" <b>"
KEY = {"papers": "smuggling", "fee": "smuggling", "debt": "trafficking", "threat": "trafficking"}
CATEGORIES = [{"id": "smuggling", "text": f"Smuggling {NASTY}"}, {"id": "trafficking", "text": "Trafficking"}]
ITEMS = [{"id": item, "text": f"Text {item} {NASTY}", "in": category, "feedback": f"FEEDBACK-{item}"} for item, category in KEY.items()]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from([*KEY, *KEY.values()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEY, "x"]), inner, max_size=4),
    max_leaves=8,
)


def make(**change: Any) -> Sort:
    return Sort.model_validate({"categories": CATEGORIES, "items": ITEMS, **change})


def placed(letters: str) -> dict[str, str]:
    """One letter for each item: s, t, or - for not placed."""
    names = {"s": "smuggling", "t": "trafficking"}
    return {item: names[letter] for item, letter in zip(KEY, letters, strict=True) if letter in names}


@pytest.mark.parametrize(
    ("letters", "share"),
    # Four items, two categories: (right/4 - 1/2) * 2, never below 0.
    [("sstt", 1), ("ssts", 1 / 2), ("sst-", 1 / 2), ("ssss", 0), ("tttt", 0), ("ss--", 0), ("ttss", 0), ("s---", 0), ("tstt", 1 / 2)],
)
def test_marks_follow_the_table(letters: str, share: float) -> None:
    """Is the rule the one worked out by hand, and is one pile worth nothing?"""
    assert make().score(placed(letters)).value == pytest.approx(share)


def test_three_categories() -> None:
    """With six items in three categories: are five right worth 3/4, and one pile nothing?"""
    categories = [{"id": c * 3, "text": c} for c in "xyz"]
    items = [{"id": f"item-{i}", "text": "t", "in": "xyz"[i // 2] * 3, "feedback": "f"} for i in range(6)]
    sort = make(categories=categories, items=items)
    key = sort.samples().right[0]
    assert sort.score({**key, "item-0": "zzz"}).value == pytest.approx(3 / 4)
    assert sort.score(dict.fromkeys(key, "xxx")).value == pytest.approx(0)


@pytest.mark.parametrize(("more", "share"), [(0, 1 / 2), (1, 2 / 3), (8, 9 / 10)])
def test_categories_weigh_the_same(more: int, share: float) -> None:
    """With many items in one category and two in the other: is one slip among the many small, and every pile worth nothing?"""
    items = [*ITEMS, *({**ITEMS[0], "id": f"more-{i}"} for i in range(more))]
    key = make(items=items).samples().right[0]
    assert make(items=items).score({**key, "papers": "trafficking"}).value == pytest.approx(share)
    for pile in ("smuggling", "trafficking"):
        assert make(items=items).score(dict.fromkeys(key, pile)).value == 0


def test_an_empty_category_is_no_way_to_points() -> None:
    """May a category be there that nothing goes into, and does putting everything there earn nothing?"""
    sort = make(categories=[*CATEGORIES, {"id": "neither", "text": "Neither"}])
    assert [sort.score(dict.fromkeys(KEY, pile)).value for pile in ("smuggling", "trafficking", "neither")] == [0, 0, 0]
    assert sort.score(KEY).value == 1


def test_guessing_gains_little() -> None:
    """Over all full answers, does a guesser earn less than a fifth?"""
    shares = [make().score(placed("".join(letters))).value or 0 for letters in product("st", repeat=4)]
    assert sum(shares) / len(shares) < 1 / 5


def test_what_is_read_is_what_is_stored() -> None:
    """Is a page's answer (lists, some empty) read like the stored one, a half-done one included?"""
    shown = make().show()
    stored = Sort.read(shown, {"debt": ["trafficking"], "fee": [], "papers": ["smuggling"], "threat": []})
    assert stored == {"debt": "trafficking", "papers": "smuggling"} == Sort.read(shown, stored)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "Nothing is chosen"), ({"fee": [], "debt": ""}, "Nothing is chosen"), ([], "shape"), ("smuggling", "shape"), (None, "shape"),
        ({"other": "smuggling"}, "a part that the question"), ({"fee": "other"}, "a choice that the question"),
        ({"fee": ["smuggling", "trafficking"]}, "two choices"), ({"fee": True}, "a choice"), ({"fee": 0}, "a choice"), ({"fee": [None]}, "a choice"),
        ({"fee": {}}, "a choice"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: Any, words: str) -> None:
    """Is everything else refused in a sentence for the delegate?"""
    with pytest.raises(AnswerError, match=words) as caught:
        Sort.read(make().show(), raw)
    assert str(caught.value).endswith(".")


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Never another exception, never a share outside 0 to 1, and reading twice changes nothing?"""
    sort = make()
    try:
        answer = Sort.read(sort.show(), raw)
    except AnswerError:
        return
    assert Sort.read(sort.show(), answer) == answer
    assert 0 <= (sort.score(answer).value or 0) <= 1
    assert sort.explain(answer).right == (answer == KEY)


def test_nothing_of_the_key_is_shown() -> None:
    """Does what is shown stay the same whatever the key and the order in which items are written?"""
    other = [{**item, "in": "trafficking" if item["in"] == "smuggling" else "smuggling"} for item in ITEMS]
    shown = make().show()
    assert shown == make(items=other).show() == make(items=[other[i] for i in (2, 0, 3, 1)]).show()
    assert [item["id"] for item in shown["items"]] != list(KEY)
    assert "FEEDBACK" not in json.dumps(shown) + Sort.form(shown, None, "u", "label")


def test_the_form_escapes_and_is_filled() -> None:
    """Is every text escaped, one radio group named for each item, and an answer ticked?"""
    html = Sort.form(make().show(), {"fee": "smuggling"}, "u", "label")
    assert "<script" not in html and "<b>" not in html
    assert html.count(" checked") == 1 and 'name="answer:fee" value="smuggling" checked' in html
    assert html.count("<fieldset") == html.count("<legend") == 1 + len(KEY)
    assert " checked" not in Sort.form(make().show(), {"fee": "gone"}, "u", "label")


def test_what_there_is_to_learn() -> None:
    """Does each placed item get its feedback with a verdict, each other one stand among the missed, and the key in words?"""
    explained = make().explain(placed("st--"))
    assert sorted(say for _, say in explained.remarks) == ["Not right. FEEDBACK-fee", "Right. FEEDBACK-papers"]
    shown = [item["text"] for item in make().show()["items"]]
    assert [what.rpartition(" – ")[0] for what, _ in make().explain(placed("ssss")).remarks] == shown, "not in the order of the key"
    assert [say for _, say in explained.missed] == ["FEEDBACK-debt", "FEEDBACK-threat"]
    assert explained.key.index("Text papers") < explained.key.index("Trafficking:") < explained.key.index("Text debt")
    assert make().explain(None).right is False
    assert "not placed" in Sort.say(make().show(), {"fee": "smuggling"})


def test_samples_prove_the_question() -> None:
    """Do right samples earn everything and wrong ones less?"""
    sort = make()
    assert all(sort.score(answer).value == 1 for answer in sort.samples().right)
    assert all((sort.score(answer).value or 0) < 1 for answer in sort.samples().wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": ITEMS[:2]}, "at least 3"),
        ({"categories": CATEGORIES[:1]}, "at least 2"),
        ({"items": [*ITEMS, ITEMS[0]]}, "`papers` stands twice"),
        ({"categories": [*CATEGORIES, CATEGORIES[0]]}, "`smuggling` stands twice"),
        ({"items": [*ITEMS, {**ITEMS[0], "id": "new", "in": "other"}]}, "which is no category"),
        ({"items": [*ITEMS, {**ITEMS[0], "id": "smuggling-fee"}]}, "tells its category"),
        ({"items": [{**item, "in": "smuggling"} for item in ITEMS]}, "every item is in"),
        ({"items": [*ITEMS, {**ITEMS[0], "id": "new", "feedback": ""}]}, "feedback"),
        ({"items": [*ITEMS, {**ITEMS[0], "id": "new", "colour": "red"}]}, "colour"),
    ],
)
def test_what_a_lecturer_is_told(change: dict[str, Any], words: str) -> None:
    """Is a question that cannot work refused with what to do?"""
    with pytest.raises(ValidationError, match=words):
        make(**change)
