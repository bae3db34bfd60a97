"""Draws: the same for the same delegate for ever, and changed by nothing but the names that are drawn from."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from course.draws import Slot, ask, asked_of, drawn

NAMES = st.lists(st.text("abcdef-", min_size=1, max_size=8), min_size=1, max_size=12, unique=True)


@given(NAMES, st.text(max_size=5), st.randoms())
def test_the_order_of_the_names_does_not_matter(names: list[str], who: str, chance: random.Random) -> None:
    """Does moving a question or a row in its file change nobody's draw?"""
    other = list(names)
    chance.shuffle(other)
    assert drawn(names, "cohort", who) == drawn(other, "cohort", who)
    assert sorted(drawn(names, "cohort", who)) == sorted(names)


@given(NAMES, st.text(max_size=5))
def test_one_more_name_moves_nobody_who_does_not_draw_it(names: list[str], who: str) -> None:
    """When a name is added or taken away: does everybody keep what they drew, but those who draw the new one?"""
    more = drawn([*names, "new"], "cohort", who)
    assert [name for name in more if name != "new"] == drawn(names, "cohort", who)


def test_draws_are_fixed() -> None:
    """Is the draw of a delegate the same in every process and every year? (A change here changes marks already given.)"""
    assert drawn(["a", "b", "c", "d"], "cohort", "d-1", "pool") == ["d", "b", "a", "c"]


def test_draws_are_even() -> None:
    """Over many delegates: does each of five names come up about as often?"""
    counts = Counter(drawn("abcde", "cohort", f"d-{n}")[0] for n in range(5000))
    assert all(850 < count < 1150 for count in counts.values())


def test_cohorts_and_questions_draw_apart() -> None:
    """Does what somebody draws in one question or cohort say nothing of another?"""
    rows = {"q": list("abcdefgh"), "r": list("abcdefgh")}
    slots = [Slot("q", ("q",)), Slot("r", ("r",))]
    pairs = {tuple(row for _, _, row in ask(slots, rows, cohort, f"d-{n}")) for n in range(100) for cohort in ("one", "two")}
    assert len(pairs) > 50


def test_a_pool_gives_each_place_another_question() -> None:
    """Are the questions of a pool's places different, and the places named alike for everybody?"""
    slots = [Slot("pool-1", ("a", "b", "c"), "pool", 0), Slot("pool-2", ("a", "b", "c"), "pool", 1)]
    for n in range(100):
        (first, one, _), (second, two, _) = ask(slots, {}, "cohort", f"d-{n}")
        assert (first, second) == ("pool-1", "pool-2")
        assert one != two


def test_shuffled_options_keep_their_ids() -> None:
    """Do delegates see the same options in different orders, and the question say whether somebody may have another one?"""
    options = [{"id": name, "text": name.upper()} for name in "abcd"]
    shown = {"slots": [{"cell": "q", "names": ["q"]}], "questions": [{"id": "q", "shuffle": True, "shown": {"options": options}}]}
    orders = set()
    for n in range(50):
        (question,) = asked_of(shown, "cohort", f"d-{n}")["questions"]
        assert sorted(option["id"] for option in question["shown"]["options"]) == list("abcd")
        assert question["drawn"] is False
        orders.add(tuple(option["id"] for option in question["shown"]["options"]))
    assert len(orders) > 10
    assert shown["questions"][0]["shown"]["options"] == options
