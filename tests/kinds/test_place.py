"""Places: the rule for several, the list and its search, what a delegate may send, and what a lecturer may write."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.data import states
from course.errors import AnswerError
from course.kinds.place import SHORT, Place

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["MEX", "PHL", "IND"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def place(right: str, wrong: str = "", among: str = "", otherwise: str = "FEEDBACK-OTHERWISE") -> Place:
    content: dict[str, Any] = {"right": {code: f"FEEDBACK-{code}" for code in right.split()}, "otherwise": otherwise}
    if wrong:
        content["wrong"] = {code: f"FEEDBACK-{code}" for code in wrong.split()}
    if among:
        content["among"] = among.split()
    return Place.model_validate(content)


SEVERAL = place("PHL MEX", "IND")
SMALL = place("KEN UGA RWA", among="RWA KEN TZA UGA")


class _Form(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.open: list[str] = []
        self.rows = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "input":
            self.controls.append({**dict(attrs), "within": self.open[-1]})
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def boxes(kind: Place, answer: Any = None) -> list[dict[str, str | None]]:
    return [control for control in _Form(kind.form(kind.show(), answer, "u", "label")).controls if control["type"] != "search"]


@pytest.mark.parametrize(
    ("kind", "chosen", "share"),
    [
        # Two right of 195: each right one is a half, each wrong one takes a half away.
        (SEVERAL, "PHL MEX", 1), (SEVERAL, "MEX", 1 / 2), (SEVERAL, "MEX IND", 0), (SEVERAL, "MEX PHL IND", 1 / 2),
        (SEVERAL, "MEX PHL IND CHN", 0), (SEVERAL, "IND", 0), (SEVERAL, "MEX PHL IND CHN FRA DEU", 0),
        # Three right and one wrong: the wrong one takes all, or ticking everything would pay.
        (SMALL, "KEN RWA UGA", 1), (SMALL, "KEN RWA", 2 / 3), (SMALL, "KEN RWA TZA UGA", 0), (SMALL, "TZA", 0), (SMALL, "KEN TZA", 0),
        (place("KEN"), "KEN", 1), (place("KEN"), "UGA", 0),
    ],
)  # fmt: skip
def test_marks_follow_the_table(kind: Place, chosen: str, share: float) -> None:
    """Is the rule the one worked out by hand?"""
    assert kind.score(kind.read(kind.show(), chosen.split())).value == pytest.approx(share)


@pytest.mark.parametrize("region", ["Africa", "Americas", "Asia", "Europe", "Oceania"])
def test_ticking_everything_or_a_whole_region_earns_nothing(region: str) -> None:
    """Can nobody collect marks by ticking a region, or the whole list?"""
    members = [code for code, state in states().items() if state.status == "member"]
    kind = place("PHL MEX KEN FRA FJI")
    assert kind.score([code for code in members if states()[code].region == region]).value == 0
    assert kind.score(members).value == 0


def test_a_guess_at_few_places_gains_little() -> None:
    """Over all pairs of five places of which two are right, does a guesser earn less than a third?"""
    kind = place("KEN UGA", among="KEN UGA RWA TZA BDI")
    earned = [kind.score(list(pair)).value for pair in combinations(kind.show()["among"], 2)]
    assert sum(earned) / len(earned) < 1 / 3


def test_the_list_holds_every_state_once() -> None:
    """Are all 193 Member States and both observer States there, under names of the UN, and no area?"""
    offered = [control["value"] for control in boxes(SEVERAL)]
    assert len(offered) == len(set(offered)) == 195
    assert {states()[str(code)].status for code in offered} == {"member", "observer"}
    assert {control["type"] for control in boxes(SEVERAL)} == {"checkbox"}
    assert {control["type"] for control in boxes(place("KEN"))} == {"radio"}


def test_the_list_is_light() -> None:
    """Does the whole list of States fit in some twenty thousand characters?"""
    assert len(SEVERAL.form(SEVERAL.show(), None, "remittances-largest-recipients", "label")) < 21_000


def test_every_control_stands_in_its_label_under_one_name() -> None:
    """Is each box labelled by what encloses it, and does the search field, labelled too, send nothing?"""
    html = SEVERAL.form(SEVERAL.show(), ["PHL"], "u", "label", "answer:part")
    form = _Form(html)
    search, *others = form.controls
    assert search["type"] == "search" and "name" not in search and search["data-filter"] == "u-list" and 'for="u-search"' in html
    assert all(control["name"] == "answer:part" and control["within"] == "label" for control in others)
    assert form.tags[:2] == ["fieldset", "legend"] and 'id="u-list"' in html
    assert not form.open


def test_the_search_finds_regions() -> None:
    """Does each row of the long list hold the names of its region, unseen, and a short list none?"""
    html = SEVERAL.form(SEVERAL.show(), None, "u", "label")
    assert "Fiji<i hidden>Melanesia Oceania</i>" in html
    assert "Kenya<i hidden>Eastern Africa</i>" in html
    short = SMALL.form(SMALL.show(), None, "u", "label")
    assert "hidden" not in short and "data-filter" not in short


def test_what_was_chosen_comes_first() -> None:
    """Does somebody who comes back see the choice without searching 195 rows?"""
    rows = boxes(SEVERAL, ["PHL", "MEX"])
    assert [row["value"] for row in rows[:3]] == ["MEX", "PHL", "DZA"]
    assert [row["value"] for row in rows if "checked" in row] == ["MEX", "PHL"]
    assert len(rows) == 195
    assert "<p>Chosen</p>" in SEVERAL.form(SEVERAL.show(), ["PHL"], "u", "label")
    assert "<p>Chosen</p>" not in SEVERAL.form(SEVERAL.show(), None, "u", "label")


def test_a_list_of_its_own() -> None:
    """Is a short list by name whatever the order in the file, and may it hold areas?"""
    kind = place("HKG", among="TUR HKG CIV MEX")
    assert kind.show()["among"] == ["HKG", "CIV", "MEX", "TUR"]
    assert [row["value"] for row in boxes(kind)] == ["HKG", "CIV", "MEX", "TUR"]
    assert "China, Hong Kong SAR" in kind.say(kind.show(), ["HKG"])
    many = " ".join(sorted(code for code, state in states().items() if state.status == "member")[: SHORT + 1])
    assert "data-filter" in place(many.split()[0], among=many).form({"several": False, "among": many.split()}, None, "u", "label")


def test_what_is_shown_does_not_depend_on_the_key() -> None:
    """Does the page stay the same when other places are right?"""
    one, other = place("MEX PHL", "IND"), place("KEN CHN", "FRA")
    assert one.show() == other.show() == {"several": True, "among": []}
    assert one.form(one.show(), None, "u", "l") == other.form(other.show(), None, "u", "l")
    one, other = place("KEN", among="KEN UGA TZA"), place("TZA", among="TZA KEN UGA")
    assert one.show() == other.show()
    assert "FEEDBACK" not in json.dumps(SEVERAL.show()) + SEVERAL.form(SEVERAL.show(), None, "u", "l")


@pytest.mark.parametrize("raw", [None, True, "MEX", {}, {"MEX": True}, [], [1], ["mex"], ["Mexico"], ["MEX", "XXX"], ["HKG"], [["MEX"]]])
def test_what_is_no_choice_is_refused(raw: Any) -> None:
    """Is everything but codes of the list refused with words for the delegate?"""
    with pytest.raises(AnswerError, match=r"\.$"):
        SEVERAL.read(SEVERAL.show(), raw)


def test_a_choice_is_read_once_for_all() -> None:
    """Do order and repetition not count, and is one place enough where one is asked for?"""
    assert SEVERAL.read(SEVERAL.show(), ["PHL", "MEX", "PHL"]) == ["MEX", "PHL"]
    single = place("KEN")
    assert single.read(single.show(), ["KEN", "KEN"]) == ["KEN"]
    with pytest.raises(AnswerError, match="takes one place"):
        single.read(single.show(), ["KEN", "UGA"])


@settings(deadline=None, max_examples=100)
@given(JSON)
def test_any_json_is_read_or_refused(raw: Any) -> None:
    """Is there no answer that breaks the reading?"""
    try:
        read = SEVERAL.read(SEVERAL.show(), raw)
    except AnswerError:
        return
    assert SEVERAL.read(SEVERAL.show(), read) == read
    assert 0 <= (SEVERAL.score(read).value or 0) <= 1
    assert SEVERAL.say(SEVERAL.show(), read)


def test_a_form_escapes_what_it_shows() -> None:
    """Can nothing in an answer become an element of the page, and are names with apostrophes escaped?"""
    html = SEVERAL.form(SEVERAL.show(), ["<script>"], "u", "label")
    assert "<script" not in html and "Côte d&#x27;Ivoire" in html


def test_feedback_fits_what_was_chosen() -> None:
    """Are there own words for listed places, one sentence for all others together, and what was missed apart?"""
    told = SEVERAL.explain(["IND", "MEX", "FRA", "DEU"])
    assert told.right is False
    assert told.remarks == (("India", "FEEDBACK-IND"), ("Mexico", "FEEDBACK-MEX"), ("France; Germany", "FEEDBACK-OTHERWISE"))
    assert told.missed == (("Philippines", "FEEDBACK-PHL"),)
    assert told.key == "Mexico; Philippines"
    assert SEVERAL.explain(["MEX", "PHL"]).right is True and SEVERAL.explain(None).right is False
    assert place("KEN").explain(["UGA"]).missed == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"right": {}}, "at least 1"),
        ({"right": ["MEX"]}, "dictionary"),
        ({"right": {"Mexico": "f"}}, "write MEX for Mexico"),
        ({"right": {"mex": "f"}}, "`mex` is not the ISO code of a State or area of this course: write MEX"),
        ({"right": {"QQQ": "f"}}, "see course/data/states.csv"),
        ({"right": {"MEX": " "}}, "`MEX` has no feedback"),
        ({"right": {"MEX": "f"}, "wrong": {"IND": ""}}, "`IND` has no feedback"),
        ({"right": {"MEX": "f"}, "wrong": {"MEX": "f"}}, "right and wrong at once"),
        ({"right": {"HKG": "f"}}, "`HKG` (China, Hong Kong SAR) is not in the list of all States: write a list of your own in `among`"),
        ({"right": {"MEX": "f"}, "among": ["IND", "KEN"]}, "`MEX` (Mexico) is not in `among`: add it there"),
        ({"right": {"MEX": "f"}, "among": ["MEX", "KEN", "KEN"]}, "`KEN` stands twice"),
        ({"right": {"MEX": "f"}, "among": ["MEX"]}, "every place is right"),
        ({"right": {"MEX": "f"}, "otherwise": ""}, "write `otherwise`"),
        ({"rihgt": {"MEX": "f"}}, "Extra inputs"),
    ],
)
def test_a_lecturers_slips_are_told(content: dict[str, Any], words: str) -> None:
    """Is a list that cannot be answered or contradicts itself refused in words that say what to write?"""
    with pytest.raises(ValidationError) as caught:
        Place.model_validate({"otherwise": "o", **content})
    assert words in str(caught.value)


def test_where_all_have_feedback_otherwise_is_not_needed() -> None:
    """May a lecturer who speaks to every place leave `otherwise` out?"""
    assert place("KEN", "UGA TZA", "KEN UGA TZA", otherwise="").explain(["UGA"]).remarks == (("Uganda", "FEEDBACK-UGA"),)


@pytest.mark.parametrize("kind", [SEVERAL, SMALL, place("KEN"), place("KEN", "UGA", "KEN UGA")])
def test_samples_prove_the_question(kind: Place) -> None:
    """Does the key earn everything and each wrong sample less?"""
    samples = kind.samples()
    assert all(kind.score(kind.read(kind.show(), answer)).value == 1 for answer in samples.right)
    assert samples.wrong and all(kind.score(kind.read(kind.show(), answer)).value < 1 for answer in samples.wrong)
    assert all(not kind.explain(kind.read(kind.show(), answer)).right for answer in samples.wrong)
