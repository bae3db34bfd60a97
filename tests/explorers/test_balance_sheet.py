"""The explorer "What do remittances do to development?": the tally worked by hand, the content sound, no verdicts."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from course.data import states, table
from course.errors import CourseError
from course.explorers.balance_sheet import (
    CONTENT,
    BalanceSheet,
    clean,
    context_words,
    contexts,
    controls,
    effects,
    finding,
    sheet,
    tally,
    view,
)
from course.explorers.base import Sort, plain_text

START = BalanceSheet.start
ROOT = Path(__file__).resolve().parents[2]


def turned(**change: object) -> dict:
    """A state in which keys are written with `_` for the dot: side_poverty="positive"."""
    known = {key.replace(".", "_").replace("-", "_"): key for key in START}
    return clean(dict(START), {known[key]: value for key, value in change.items()})  # type: ignore[misc]


def words(markup: str) -> str:
    return plain_text(markup).replace("\u00a0", " ")


def panel(state: dict, name: str) -> str:
    return next(one.html for one in view(state).panels if one.id == name)


SORTED = {"side_poverty": "positive", "weight_poverty": 3, "side_exports": "negative", "side_inequality": "negative", "weight_inequality": 2, "side_growth": "ambiguous"}


# --- the content ------------------------------------------------------------------------------------------------


def test_there_are_ten_to_twelve_effects_on_all_three_sides() -> None:
    """Is the sheet neither one-sided nor endless?"""
    sides = Counter(effect.literature for effect in effects())
    assert 10 <= len(effects()) <= 12 and all(sides[side] >= 2 for side in ("positive", "ambiguous", "negative"))


def test_every_source_is_in_the_list_of_sources() -> None:
    """Can every effect be traced, and is the short citation that of its source?"""
    sources = yaml.safe_load((ROOT / "modules" / "sources.yml").read_text(encoding="utf-8"))["sources"]
    for effect in effects():
        for key in effect.source:
            assert key in sources, f"{effect.id}: {key}"
        author, year = re.match(r"(\S+?),? .*\((\d{4})\)", effect.cite + " ").groups()  # type: ignore[union-attr]
        assert any(author in sources[key]["citation"] and year in sources[key]["citation"] for key in effect.source)


def test_the_list_does_not_give_its_answer_away() -> None:
    """Are the effects mixed, and their words free of the names of the sides?"""
    order = [effect.literature for effect in effects()]
    assert order != sorted(order) and all(a != b for a, b in zip(order, order[1:]))
    for effect in effects():
        assert not re.search("positive|negative|ambiguous|better|worse|good|harm", effect.text + effect.short, re.I)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("literature: positive", "literature: good", "literature"),
        ("- id: exports", "- id: poverty", "`poverty` is here twice"),
        ("ask: \"Which families", "asks: \"Which families", "asks"),
        ("format: 1", "format: 2", "format"),
        ("source: [adams-2007]", "source: []", "source"),
    ],
)
def test_a_lecturers_slip_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Does a fault in the table name the file, the line and the word?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / "effects.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        replace(CONTENT, folder=tmp_path).read()
    assert message in str(caught.value)
    assert any(fault.file == path and fault.line == line for fault in caught.value.faults)


# --- the model --------------------------------------------------------------------------------------------------


def test_the_tally_adds_the_weights_of_each_side() -> None:
    """Poverty 3 for, exports 1 and inequality 2 against, growth 1 between: 3, 1 and 3?"""
    assert tally(sheet(turned(**SORTED))) == {"positive": 3, "ambiguous": 1, "negative": 3}
    assert tally(sheet(START)) == {"positive": 0, "ambiguous": 0, "negative": 0}


def test_a_weight_of_nought_does_not_count() -> None:
    """Does an effect that was sorted and given no weight leave the balance alone?"""
    assert tally(sheet(turned(side_poverty="positive", weight_poverty=0)))["positive"] == 0


def test_an_effect_differs_only_once_it_is_sorted() -> None:
    """Is what is not sorted yet no difference of views?"""
    differing = [entry.effect.id for entry in sheet(turned(**SORTED)) if entry.differs]
    assert differing == ["inequality"]


def test_a_country_brings_its_newest_figures() -> None:
    """Tonga: 253.8 million in 2024, 39.2 per cent of GDP; 251.9 against 129.5 of aid in 2023 is 1.9 times?"""
    assert words(context_words("TON")) == (
        "Received US$ 253.8 million of remittances in 2024, 39.2 % of GDP; in 2023 1.9 times the net aid it received."
    )


def test_a_country_that_receives_no_aid_is_not_compared_with_it() -> None:
    """Is nothing said about aid where none is reported?"""
    assert contexts()["DEU"].against_aid is None and "aid" not in context_words("DEU")


def test_every_country_on_record_can_be_chosen() -> None:
    """Does each country or area with a figure give a page?"""
    with_figures = {row["iso3"] for row in table("flows").rows if row["remittances_musd"] is not None}
    assert set(contexts()) == with_figures
    for code in contexts():
        text = words(finding(turned(country=code), sheet(START)))
        assert states()[code].in_text in text and "no data" not in text and " 0.0 %" not in text


def test_nonsense_leaves_the_sheet_alone() -> None:
    """Are unknown sides, weights and countries refused?"""
    state = turned(**SORTED)
    assert clean(dict(state), {"side.poverty": "good", "weight.poverty": "heavy", "country": "XXX", "compare": "yes"}) == state
    assert clean(dict(state), {"weight.poverty": 17})["weight.poverty"] == 3
    assert clean(dict(state), {"weight.poverty": "2"})["weight.poverty"] == 2


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_first_page_starts_from_what_is_at_stake() -> None:
    """Does an empty sheet open with the country's figure and an invitation?"""
    text = words(view(START).finding)
    assert text.startswith("Remittances worth 39.2 % of GDP reached Tonga in 2024.") and text.endswith("Sort the first effect.")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (SORTED, "With 4 of 12 effects sorted, your sheet for Tonga leans neither way, with 1 in between."),
        ({"side_poverty": "positive"}, "With 1 of 12 effects sorted, your sheet for Tonga leans positive by 1 point."),
        ({"side_exports": "negative", "weight_exports": 2}, "With 1 of 12 effects sorted, your sheet for Tonga leans negative by 2 points."),
        (
            {**SORTED, "compare": True},
            "With 4 of 12 effects sorted, your sheet for Tonga leans neither way, with 1 in between. "
            "The literature agrees on 3 of the 4 you sorted.",
        ),
    ],
)
def test_the_sentence_follows_the_sheet(change: dict, expected: str) -> None:
    """Do the live numbers say where the sheet leans?"""
    assert words(view(turned(**change)).finding) == expected


def test_it_says_that_it_measures_nothing() -> None:
    """Is the tally named as an aid to discussion?"""
    assert "not a measurement" in view(START).subtitle


def test_the_literature_comes_only_when_asked() -> None:
    """Is no evidence on the page, nor in the file, before the button is pressed?"""
    before, after = view(turned(**SORTED)), view(turned(**SORTED, compare=True))
    hidden = "".join(one.html for one in before.panels) + before.csv.text
    assert not any(effect.evidence in hidden or effect.cite in hidden for effect in effects())
    assert [one.id for one in after.panels] == ["balance", "literature", "table"] and after.opens == "literature"
    assert before.opens == ""
    text = plain_text(panel(turned(**SORTED, compare=True), "literature"))
    for effect in effects():
        assert effect.evidence in text and effect.caveat in text and effect.cite in text


def test_differences_are_prompts_and_not_mistakes() -> None:
    """Does the comparison ask where views differ, only there, and never call anything wrong?"""
    markup = panel(turned(**SORTED, compare=True), "literature")
    asked = [effect.id for effect in effects() if effect.ask in plain_text(markup)]
    assert asked == ["inequality"] and "differ on 1 effect" in words(markup)
    assert not re.search(r"\b(wrong|incorrect|correct answer)\b", words(markup))


def test_what_is_not_sorted_stays_closed() -> None:
    """Can the rest still be sorted without a hint?"""
    markup = panel(turned(**SORTED, compare=True), "literature")
    assert '<details class="unsorted"><summary>Not sorted yet: 8\u00a0effects' in markup


def test_everything_can_be_sorted_by_keyboard() -> None:
    """Is every side and weight a labelled radio button in a named group?"""
    assert any(isinstance(one, Sort) for one in controls(START))
    markup = BalanceSheet().page["html"]
    assert len(re.findall(r'type="radio"', markup)) == len(effects()) * (3 + 4)
    assert len(re.findall(r'<span aria-hidden="true">Weight</span><span class="unseen">Weight of: ', markup)) == len(effects())


def test_the_download_is_the_readers_own_sheet() -> None:
    """Does the file hold side and weight, and the literature once it was compared?"""
    own = list(csv.DictReader(io.StringIO(view(turned(**SORTED)).csv.text)))
    assert own[0] == {"country_iso3": "TON", "country": "Tonga", "effect": effects()[0].text, "your_side": "positive", "your_weight": "3"}
    compared = list(csv.DictReader(io.StringIO(view(turned(**SORTED, compare=True)).csv.text)))
    assert compared[0]["literature_side"] == "positive" and compared[0]["source"] == "Adams (2007)"


def test_a_source_that_nobody_knows_is_named(tmp_path: Path) -> None:
    """Does `course check` learn of an effect whose source is not in the list?"""
    assert CONTENT.faults({key for effect in effects() for key in effect.source}) == []
    assert "cites `adams-2007`" in str(CONTENT.faults(set())[0])
    broken = tmp_path / "effects.yml"
    broken.write_text("format: 1\neffects: []\n")
    assert "effects.yml:2" in str(replace(CONTENT, folder=broken.parent).faults(set())[0])
