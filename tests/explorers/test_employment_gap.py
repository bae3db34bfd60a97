"""The explorer "The employment gap": differences and the model worked by hand, what is missing said, every surprise in the figures."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import pytest

from course.data import table
from course.explorers.base import plain_text
from course.explorers.content import Content
from course.explorers.employment_gap import (
    CONTENT,
    GROUPS,
    MEASURES,
    ORDERS,
    YEARS,
    Case,
    EmploymentGap,
    GapFile,
    Rates,
    Society,
    at,
    broken,
    clean,
    countries,
    gap_in_gap,
    naturalize,
    ordered,
    spans,
    summary,
)

START = EmploymentGap.start
KNOB = {"low": 0, "high": 60, "start": 40}
SOCIETY = Society(
    born_here=8000, born_here_in_work=6000, born_abroad=2000, born_abroad_in_work=1200, share=KNOB, rate={"low": 40, "high": 100, "start": 75}, assumptions=[]
)


def words(**change: object) -> str:
    return plain_text(EmploymentGap.view(clean(dict(START), change)).finding).replace("\u00a0", " ")


def panel(name: str, **change: object) -> str:
    view = EmploymentGap.view(clean(dict(START), change))
    return next(one.html for one in view.panels if one.id == name)


# --- the figures ----------------------------------------------------------------------------------------------


def test_a_row_of_the_table() -> None:
    """Italy in 2024, employment of all, as printed in the file: 62.2 and 62.3, so +0.1."""
    rates = at("ITA", 2024, "total", "employment")
    assert (rates.national, rates.foreign, rates.difference, rates.flags) == (62.2, 62.3, 0.1, "")


def test_missing_is_not_zero() -> None:
    """Has a row that is not there, or an empty cell, no difference?"""
    assert at("GBR", 2024, "total", "employment") == Rates()
    bulgaria = at("BGR", 2024, "female", "employment")
    assert (bulgaria.national, bulgaria.foreign, bulgaria.difference) == (67.8, None, None)
    assert Rates(50.0, 0.0).difference == -50, "a published zero is a figure"


def test_flags_of_both_figures() -> None:
    """Are the flags put together, each once, and is low reliability of either one seen?"""
    assert Rates(1, 2, "b", "bu").flags == "bu"
    assert Rates(1, 2, "", "u").unsure and Rates(1, 2, "u", "").unsure and not Rates(1, 2, "bd", "b").unsure


def test_a_line_is_broken_where_the_series_is() -> None:
    """Does a break leave a hole before its year, the first year excepted, and a missing year one of its own?"""
    points = [(2005, 10.0, "b"), (2006, 11.0, ""), (2007, 12.0, "bu"), (2008, None, ""), (2009, 13.0, "u")]
    assert broken(points) == ((2005, 10.0), (2006, 11.0), (2006.5, None), (2007, 12.0), (2008, None), (2009, 13.0))


def test_years_drawn_together() -> None:
    assert spans([2005, 2010, 2011, 2012, 2020, 2021]) == "2005, 2010–2012, 2020–2021"
    assert spans([]) == ""


def test_summary_by_hand() -> None:
    """Men in 2024, counted straight from the file: 31 differences, 18 above zero, from Hungary's -9.4 to Croatia's +22.0."""
    rows = [row for row in table("employment").rows if row["year"] == 2024 and row["sex"] == "male" and row["foreign_employment"] is not None]
    assert len(rows) == 31 and sum(row["foreign_employment"] > row["national_employment"] for row in rows) == 18
    found = summary(2024, "male", "employment")
    assert (found.number, found.above, found.lowest, found.highest) == (31, 18, -9.4, 22.0)
    assert found.unsure == 3  # Bulgaria, Croatia, Slovakia


def test_the_gap_within_the_gap() -> None:
    """Italy, 2024: foreign women 49.5 - foreign men 76.0 = -26.5; nationals 53.7 - 70.5 = -16.8; -26.5 + 16.8 = -9.7."""
    assert gap_in_gap("ITA", 2024, "employment") == -9.7
    assert gap_in_gap("BGR", 2024, "employment") is None


# --- the model ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "rate", "nationals", "in_work", "foreign", "foreign_in_work", "difference"),
    [
        # nobody: 1,200 / 2,000 = 60 % against 6,000 / 8,000 = 75 %
        (0, 75, 8000, 6000, 2000, 1200, -15.0),
        # 800 move, 600 of them in work: 600 / 1,200 = 50 % against 6,600 / 8,800 = 75 %
        (40, 75, 8800, 6600, 1200, 600, -25.0),
        # 800 move, 720 in work: 480 / 1,200 = 40 % against 6,720 / 8,800 = 76.36 %
        (40, 90, 8800, 6720, 1200, 480, -36.3636),
        # 800 move, 320 in work: 880 / 1,200 = 73.33 % against 6,320 / 8,800 = 71.82 %: the sign turns
        (40, 40, 8800, 6320, 1200, 880, 1.5152),
        # 1,200 move, all in work: nobody who stays a foreign citizen is, against 7,200 / 9,200 = 78.26 %
        (60, 100, 9200, 7200, 800, 0, -78.2609),
    ],
)
def test_naturalization_by_hand(share: float, rate: float, nationals: float, in_work: float, foreign: float, foreign_in_work: float, difference: float) -> None:
    """Do both rates move although nobody's job does?"""
    found = naturalize(SOCIETY, share, rate)
    assert (found.national, found.national_in_work, found.foreign, found.foreign_in_work) == (nationals, in_work, foreign, foreign_in_work)
    assert found.difference == pytest.approx(difference, abs=1e-4)
    assert found.national + found.foreign == 10_000 and found.national_in_work + found.foreign_in_work == 7_200


def test_every_position_of_the_sliders_is_possible() -> None:
    """Does everybody keep the job they have, in whole people, wherever the sliders stand?"""
    society = CONTENT.read().society
    for share in range(society.share.low, society.share.high + 1, 5):
        for rate in range(society.rate.low, society.rate.high + 1, 5):
            found = naturalize(society, share, rate)
            assert 0 <= found.foreign_in_work <= found.foreign and found.national_in_work <= found.national
            assert found.foreign_in_work == round(found.foreign_in_work)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("born_here_in_work: 6000", "born_here_in_work: 9000", "is more than `born_here`"),
        ("share: {low: 0, high: 60", "share: {low: 0, high: 100", "must end below 100"),
        ("share: {low: 0, high: 60", "share: {low: 0, high: 90", "would lose or gain a job"),
        ("rate: {low: 40", "rate: {low: 80", "with `start` between them"),
    ],
)
def test_numbers_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Is a statistician told when the numbers of the invented country do not fit together?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "employment_gap.yml").write_text(text.replace(old, new), encoding="utf-8")
    faults = Content("employment_gap", GapFile, tmp_path).faults(set())
    assert any(said in fault.message for fault in faults)


# --- state ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("junk", [None, True, math.nan, math.inf, [], {}, "nowhere", -1, 10**400, "1e999"])
def test_clean_takes_anything(junk: object) -> None:
    """Does every value that a page may send end in a valid state?"""
    for key in (*START, "unknown"):
        state = clean(dict(START), {key: junk})
        assert set(state) == set(START)
        assert state["country"] in countries() and state["other"] in ("", *countries()) and state["year"] in YEARS
        assert state["measure"] in MEASURES and state["group"] in GROUPS and state["order"] in ORDERS
        assert 0 <= state["share"] <= 60 and 40 <= state["rate"] <= 100


def test_no_country_is_compared_with_itself() -> None:
    state = clean(dict(START), {"other": "DEU"})
    assert state["other"] == "DEU"
    assert clean(state, {"country": "DEU"})["other"] == ""


def test_the_order_is_the_readers_choice() -> None:
    """By size the largest plus first and those without a figure last; by name as the language has them."""
    now = Case("employment", "total", "ITA", "", 2024)
    size, name = ordered(now, "size"), ordered(now, "name")
    assert size[0] == "MLT" and size[-4] == "BGR" and set(size[-3:]) == {"GBR", "MKD", "MNE"}
    assert name[0] == "AUT" and set(name) == set(size) == countries()


# --- words ----------------------------------------------------------------------------------------------------


def test_the_start_is_a_surprise() -> None:
    """No difference to speak of, and two of opposite sign behind it."""
    assert words() == (
        "In Italy in 2024, 62.3 % of foreign citizens and 62.2 % of nationals were in work: a difference of +0.1 percentage points. "
        "It is −4.2 for women and +5.5 for men. Across 32 countries with figures the difference runs from −20.1 to +9.2; "
        "in 9 it is foreign citizens who are in work more often."
    )


def test_each_suggestion_is_a_surprise() -> None:
    """Do the figures hold what the suggestions promise?"""
    men, greece, luxembourg, croatia = (words(**one.change) for one in EmploymentGap.view(dict(START)).tries)
    assert "Across 31 countries" in men and "in 18 it is foreign citizens" in men
    assert "a difference of +4.6" in greece and at("GRC", 2024, "female", "employment").difference == -14.4
    assert "difference of +1.6" in luxembourg and "in work more often here (+7.9)" in luxembourg and "Across 26 countries" in luxembourg and "in 26 it is" in luxembourg
    assert "+31.2" in croatia and "low reliability" in croatia and at("HRV", 2014, "male", "employment").difference == -10.8


def test_what_is_missing_is_said() -> None:
    assert words(country="GBR").startswith("The table has no figures for the United Kingdom in 2024.")
    assert words(country="BGR", group="female").startswith("For Bulgaria in 2024 no figure is published for this group of foreign citizens. That of nationals is 67.8 %.")
    assert "no figure published" in panel("countries", group="female")
    assert "not published" in panel("table", country="BGR", group="female")
    assert "The difference in Bulgaria: not published." in words(other="BGR", group="female")


def test_breaks_and_doubts_are_shown() -> None:
    """Italy's breaks after its first year are 2018 and 2021; Croatia's figures for men carry rings; Spain's definition differs."""
    italy = panel("time")
    assert "changed: 2018, 2021." in italy and "Rings" not in italy
    assert italy.count("M", italy.index('fig-line cat-2"'), italy.index("/>", italy.index('fig-line cat-2"'))) == 3
    croatia = panel("time", country="HRV", group="male")
    assert "Rings: Eurostat marks these figures" in croatia and 'class="fig-dot cat-2 unsure"' in croatia
    assert "The definition differs in 2021–2024" in panel("time", country="ESP")


def test_each_row_picks_its_country() -> None:
    """Is every country a button, the chosen one pressed?"""
    rows = re.findall(r'<button type="button" class="gap-row[^"]*" data-set="country" data-value="&quot;(\w{3})&quot;" aria-pressed="(\w+)"', panel("countries"))
    assert {code for code, _pressed in rows} == countries()
    assert [code for code, pressed in rows if pressed == "true"] == ["ITA"]


def test_the_model_says_that_it_is_hypothetical() -> None:
    """Are the invented numbers on the screen, named as such, and the difference by birth beside the one by citizenship?"""
    text = plain_text(panel("hides"))
    assert "A hypothetical country: 10,000 people" in text
    assert "By country of birth the difference is −15.0 percentage points, wherever the sliders stand. By citizenship it is −25.0." in text
    assert "By citizenship it is +1.5." in plain_text(panel("hides", rate=40))


def test_what_the_content_counts_is_so() -> None:
    """One figure in ten marked, three in ten of the unemployment figures missing, a break everywhere in 2021."""
    rows = table("employment").rows
    published = [row[f"foreign_{measure}_flag"] or "" for row in rows for measure in MEASURES if row[f"foreign_{measure}"] is not None]
    assert sum("u" in flags for flags in published) / len(published) == pytest.approx(0.10, abs=0.01)
    assert sum(row["foreign_unemployment"] is None for row in rows) / len(rows) == pytest.approx(0.30, abs=0.02)
    of_2021 = [row for row in rows if row["year"] == 2021 and row["sex"] == "total" and row["foreign_employment"] is not None]
    assert len(of_2021) == 32 and all("b" in row["foreign_employment_flag"] for row in of_2021)


def test_the_download_holds_the_figures() -> None:
    """Is every number there with its flag and the difference, and an empty cell where none is published?"""
    download = EmploymentGap.view(clean(dict(START), {"country": "BGR", "year": 2024})).csv
    rows = list(csv.DictReader(io.StringIO(download.text)))
    women = next(row for row in rows if (row["iso3"], row["year"], row["sex"]) == ("BGR", "2024", "female"))
    assert women["employment_nationals"] == "67.8" and women["employment_foreign"] == women["employment_difference"] == ""
    italy = next(row for row in rows if (row["iso3"], row["sex"]) == ("ITA", "total"))
    assert (italy["employment_foreign"], italy["employment_difference"]) == ("62.3", "0.1")
    assert len({row["year"] for row in rows if row["iso3"] == "BGR"}) == 20
