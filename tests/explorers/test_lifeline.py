"""The explorer "Lifeline or bonus?": its comparisons worked by hand, its words where figures are missing, its figures whole."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from html import unescape

import pytest

from course.data import table
from course.explorers import explorer, lifeline
from course.explorers.base import plain_text
from course.explorers.lifeline import (
    KINDS,
    Lifeline,
    Year,
    at,
    change,
    clean,
    compared,
    countries,
    described,
    finding,
    history,
    latest,
    map_year,
    rank,
    ratio,
    shocks,
    subtitle,
)

START = Lifeline.start


def words(markup: str) -> str:
    """The text of a piece of HTML, with plain spaces."""
    return plain_text(markup).replace("\u00a0", " ")


def panel(name: str, **turn: object) -> str:
    view = Lifeline.view({**START, **turn})
    return next(one.html for one in view.panels if one.id == name)


# --- the figures and the model --------------------------------------------------------------------------------


def test_one_year() -> None:
    """Are the figures of Tajikistan in 2023 those of the table, in US$, with shares of GDP?"""
    year = at("TJK", 2023)
    assert year.remittances == pytest.approx(4_633.8e6)
    assert year.aid == pytest.approx(530.8e6)
    assert year.investment == pytest.approx(140.6e6)
    assert year.share("remittances") == pytest.approx(37.9, abs=0.1)
    # the same GDP under all three: 530.8 / 4,633.8 of the share of remittances
    assert year.share("aid") == pytest.approx(year.share("remittances") * 530.8 / 4_633.8, rel=0.001)


def test_missing_years() -> None:
    """Is a year or a country without a row a year without figures, not a zero?"""
    assert at("CUB", 2020) == Year(2020)
    assert [year.year for year in history("CUB")] == list(range(2000, 2025))
    assert at("TJK", 2024).aid is None
    assert at("TJK", 2024).share("aid") is None
    assert Year(2020, aid=5.0).share("aid") is None, "no GDP, no share"
    assert Year(2020, aid=5.0, gdp=50.0).share("aid") == 10
    assert Year(2020, aid=5.0, gdp=50.0).value("aid", "money") == 5


@pytest.mark.parametrize(
    ("part", "whole", "result"), [(6, 3, 2), (6, 0, None), (6, -3, None), (None, 3, None), (6, None, None), (0, 3, 0)]
)
def test_ratio(part: float | None, whole: float | None, result: float | None) -> None:
    """Is a ratio given only where it means something?"""
    assert ratio(part, whole) == result


@pytest.mark.parametrize(("before", "after", "result"), [(100, 69, -31), (50, 75, 50), (0, 5, None), (-4, 5, None), (None, 5, None)])
def test_change(before: float | None, after: float, result: float | None) -> None:
    """Is a change in per cent given only from a positive start?"""
    assert change(before, after) == (None if result is None else pytest.approx(result))


def test_latest() -> None:
    """Is the last year with a figure found, up to the year asked for?"""
    years = [Year(2001, aid=1.0), Year(2002), Year(2003, aid=3.0), Year(2004)]
    assert latest(years, "aid").year == 2003
    assert latest(years, "aid", 2002).year == 2001
    assert latest(years, "remittances") is None


def test_rank() -> None:
    """Do the places show what the module teaches: Tajikistan first by share, India first by amount?"""
    assert rank("TJK", 2024, "remittances", "gdp")[0] == 1
    assert rank("IND", 2024, "remittances", "money")[0] == 1
    assert rank("TJK", 2024, "remittances", "money")[0] > 20
    assert rank("CUB", 2024, "remittances", "gdp") is None
    known = sum(at(code, 2024).remittances is not None for code in countries())
    assert rank("IND", 2024, "remittances", "money")[1] == known


@pytest.mark.parametrize("junk", [None, True, math.nan, math.inf, [], {}, "nowhere", "", -1, 10**400, "1e999"])
def test_clean_takes_anything(junk: object) -> None:
    """Does every value that a page may send end in a valid state?"""
    for key in ("country", "year", "unit", "flow", "unknown"):
        state = clean(dict(START), {key: junk})
        assert set(state) == set(START)
        assert state["country"] in countries()
        assert state["year"] in lifeline.YEARS
        assert state["unit"] in ("gdp", "money")
        assert state["flow"] in KINDS


def test_clean_takes_turns() -> None:
    """Are valid turns taken, years beyond the table brought to its ends, and other keys left as they are?"""
    assert clean(dict(START), {"country": "PHL", "unit": "money"}) == {**START, "country": "PHL", "unit": "money"}
    assert clean(dict(START), {"year": 1900})["year"] == 2000
    assert clean(dict(START), {"year": "2010.4"})["year"] == 2010
    assert clean(dict(START), {"country": "VAT"})["country"] == "VAT", "every State of the map can be chosen"


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotient", "result"),
    [
        (23.3, "23 times the aid"),
        (9.96, "10 times the aid"),
        (8.73, "8.7 times the aid"),
        (1.06, "1.1 times the aid"),
        (1.0, "about as much as the aid"),
        (0.35, "35 % of the aid"),
        (0.0512, "5.1 % of the aid"),
        (0.0004, "0.04 % of the aid"),
    ],
)
def test_compared(quotient: float, result: str) -> None:
    """Is a ratio said as a reader would say it?"""
    assert words(compared(quotient, "aid")) == result


def test_finding_with_all_figures() -> None:
    """Does the finding of a full year carry amount, share and both ratios? 4,633.8 / 530.8 = 8.7; / 140.6 = 33."""
    assert words(finding("TJK", 2023)) == (
        "In 2023 Tajikistan received US$ 4.6 billion in remittances, equal to 38 % of GDP. "
        "That is 8.7 times the aid and 33 times the foreign direct investment."
    )


def test_finding_names_another_year() -> None:
    """After aid figures end, does the finding compare within 2023 and say so? 6,801.9 / 291.3 = 23."""
    assert words(finding("TJK", 2024)) == (
        "In 2024 Tajikistan received US$ 6.8 billion in remittances, equal to 47 % of GDP. "
        "That is 23 times the foreign direct investment. "
        "Aid figures end in 2023; in that year remittances were 8.7 times the aid."
    )


def test_finding_below_zero() -> None:
    """Is negative investment called net disinvestment, and negative aid a repayment, with no ratio made of them?"""
    assert "a net disinvestment of US$ 12.1 million" in words(finding("TON", 2024))
    assert "of the foreign direct investment" not in words(finding("TON", 2024))
    china = words(finding("CHN", 2020))
    assert "Net aid was negative: US$ 570.6 million more was repaid than received" in china
    assert "the aid" not in china


def test_finding_without_figures() -> None:
    """Does the finding say what is missing, and for when the last figure is?"""
    assert words(finding("CUB", 2020)) == "The source has no figures for Cuba in these series."
    assert words(finding("AFG", 2024)).startswith(
        "The source has no figure for the remittances that Afghanistan received in 2024. The last one before is 2020: US$ 788.9 million"
    )
    assert "The source reports no aid received." in words(finding("USA", 2024))


def test_every_finding_reads_well() -> None:
    """Is there a sentence for every country and year, without a stray None, nan or double space?"""
    for code in countries():
        for year in (2000, 2009, 2020, 2023, 2024):
            said = words(finding(code, year))
            assert said.endswith(".")
            assert not re.search(r"None|nan|no data|  | ,|\.\.", said), said


def test_in_sentence_names() -> None:
    """Does a name take its article inside a sentence?"""
    assert words(finding("PHL", 2020)).startswith("In 2020 the Philippines received")
    assert "the Plurinational State of Bolivia" in words(finding("BOL", 2020))


def test_subtitle() -> None:
    """Does the subtitle give measure, unit and place?"""
    assert "in % of GDP, 2000–2024" in subtitle("TJK", 2024, "gdp")
    assert "in US$ at current prices" in subtitle("TJK", 2024, "money")
    assert "Tajikistan comes 1st of " in subtitle("TJK", 2024, "gdp")
    assert "comes" not in subtitle("CUB", 2024, "gdp")


@pytest.mark.parametrize(("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (101, "101st"), (113, "113th")])
def test_places(number: int, text: str) -> None:
    """Are ordinal numbers spelled right?"""
    assert lifeline._place((number, 160)) == f"{text} of 160"


# --- the panels -----------------------------------------------------------------------------------------------


def test_text_alternative() -> None:
    """Does the chart in words give first, highest and last figure, and the years below zero?"""
    years = [Year(2000, remittances=1e9), Year(2001, remittances=3e9, investment=-2e6), Year(2002, remittances=2e9)]
    assert described(years, "money").replace("\u00a0", " ") == (
        "Remittances: US$ 1.0 billion in 2000, highest US$ 3.0 billion in 2001, US$ 2.0 billion in 2002. Aid: no figures. "
        "Foreign investment: US$ −2.0 million in 2001, highest US$ −2.0 million in 2001, US$ −2.0 million in 2001. "
        "Below zero in 2001."
    )


def test_chart() -> None:
    """Does the chart carry its words, both shocks, and the key figures with what is missing named?"""
    markup = panel("chart")
    assert described(history("TJK"), "gdp") in unescape(markup)
    assert "Financial crisis" in markup
    assert "Pandemic" in markup
    assert "no figure for 2024" in markup
    assert "last: 2023, US$ 530.8 million" in words(markup)


def test_chart_without_figures() -> None:
    """Does a country without figures, or without shares of GDP, get a sentence and a way out instead of an empty chart?"""
    for unit in ("gdp", "money"):
        assert "<svg" not in panel("chart", country="CUB", unit=unit)
        assert "no figures for Cuba. Choose another country" in words(panel("chart", country="CUB", unit=unit))


def test_chart_without_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only money is known, is the reader sent to the other unit?"""
    monkeypatch.setattr(lifeline, "_known", lambda: {"TUV": {2020: Year(2020, aid=5e6)}})
    assert "no shares of GDP for Tuvalu. Show US$ instead." in words(lifeline.chart("TUV", 2020, "gdp"))
    assert "<svg" in lifeline.chart("TUV", 2020, "money")


def test_every_country_can_be_drawn() -> None:
    """Does the chart of every country, with gaps and negative figures, come without a stray nan or None?"""
    for code in countries():
        assert not re.search(r"nan\b|None|inf\b", lifeline.chart(code, 2020, "money")), code


def test_shocks() -> None:
    """Are the two shocks as the figures have them: Tajikistan's remittances fell by 31 % in 2009?"""
    markup = words(shocks("TJK").replace("</t", " </t"))
    assert "Remittances −31 % −5.8 %" in markup
    # US$ 2,277.5 million in 2008, 1,565.7 million in 2009
    before, after = at("TJK", 2008).remittances, at("TJK", 2009).remittances
    assert round((after / before - 1) * 100) == -31
    assert "no figures" in shocks("CUB")


def test_shocks_below_zero() -> None:
    """Where a flow starts or ends below zero, are both amounts given instead of a per cent?"""
    for code in countries():
        one, other = at(code, 2019).investment, at(code, 2020).investment
        if one is not None and other is not None and one < 0 < other:
            assert "from US$\u00a0−" in shocks(code)
            return
    pytest.fail("no country with investment below zero in 2019 and above in 2020")


def test_map() -> None:
    """Is the map a button for each State, coloured by the chosen flow, with the chosen country pressed?"""
    markup = panel("map", country="PHL", year=2020)
    assert len(re.findall(r'class="tile ', markup)) == 195
    assert 'aria-label="Tajikistan, 27\u00a0% of GDP"' in markup
    pressed = re.findall(r'data-value="([^"]*)"[^>]*aria-pressed="true"', markup)
    assert [json.loads(unescape(value)) for value in pressed] == ["remittances", "PHL"]


def test_map_does_not_pass_one_year_for_another() -> None:
    """In 2024, does the map of aid show 2023 and say so, and the others 2024?"""
    assert (map_year("aid", 2024), map_year("aid", 2010), map_year("investment", 2024)) == (2023, 2010, 2024)
    assert "Aid received in 2023 (the last year with aid figures, not 2024)" in panel("map", flow="aid", unit="money")
    assert "Aid received in 2023, largest" in panel("countries", flow="aid", unit="money")
    assert "under 0: more repaid than received" in panel("map", flow="aid")


def test_tables() -> None:
    """Do the tables hold the numbers of chart and map, the chosen year and country marked, and missing ones as a dash?"""
    years = words(panel("years").replace("</t", " </t"))
    assert "2024 6,801.9 47.15 – – 291.3" in years
    assert '<tr class="chosen"><th scope="row">2024' in panel("years")
    everyone = panel("countries", country="TON", unit="gdp")
    assert '<tr class="chosen"><th scope="row">Tonga' in everyone
    order = re.findall(r'<th scope="row">([^<]*)', everyone)
    assert order[:2] == ["Tajikistan", "Tonga"]
    assert re.findall(r'<th scope="row">([^<]*)', panel("countries", unit="money"))[0] == "India"


def test_csv() -> None:
    """Does the download hold every year of the chosen country and every country of the chosen year, once?"""
    view = Lifeline.view(dict(START))
    rows = list(csv.DictReader(io.StringIO(view.csv.text)))
    assert view.csv.name == "lifeline-TJK-2024.csv"
    keys = [(row["iso3"], row["year"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {int(year) for code, year in keys if code == "TJK"} == {row["year"] for row in table("flows").rows if row["iso3"] == "TJK"}
    assert {code for code, year in keys if year == "2024"} == {row["iso3"] for row in table("flows").rows if row["year"] == 2024}
    tonga = next(row for row in rows if (row["iso3"], row["year"]) == ("TON", "2024"))
    assert float(tonga["investment_usd_million"]) == -12.08
    assert tonga["aid_usd_million"] == ""


# --- the explorer ---------------------------------------------------------------------------------------------


def test_view_carries_source_and_notes() -> None:
    """Does every view name producer, edition, date and licence, and say its assumptions?"""
    view = Lifeline.view(dict(START))
    assert all(part in view.source[0] for part in ("World Bank", "World Development Indicators", "2026-07-01", "CC BY 4.0"))
    assert any("net disinvestment" in note for note in view.notes)
    assert any("figures of one year" in note for note in view.notes)


def test_suggestions_are_valid() -> None:
    """Does every suggestion set a state that is taken as it is?"""
    for one in Lifeline.view(dict(START)).tries:
        assert clean(dict(START), one.change) == {**START, **one.change}


def test_the_suggested_stories_are_in_the_figures() -> None:
    """Do the figures show what the suggestions say?"""
    assert rank("IND", 2024, "remittances", "money")[0] == 1
    assert at("IND", 2024).remittances_share < 5
    assert change(at("TJK", 2008).remittances, at("TJK", 2009).remittances) < -25
    assert change(at("HTI", 2009).aid, at("HTI", 2010).aid) > 100
    assert abs(change(at("HTI", 2009).remittances, at("HTI", 2010).remittances)) < 15


def test_controls() -> None:
    """Can every State and every other area with figures be chosen by name, and every year?"""
    country, year, unit = Lifeline.controls(dict(START))
    assert {option.value for option in country.options} == set(countries())
    assert country.search
    labels = {option.value: option.label for option in country.options}
    assert labels["CUB"] == "Cuba (no figures)"
    assert labels["TUR"] == "Türkiye"
    assert (year.low, year.high, year.value) == (2000, 2024, 2024)
    assert unit.value == "gdp"


def test_widget() -> None:
    """Does the explorer open by its slug, answer to a turn of the page and have its first picture before any kernel?"""
    one = explorer("lifeline", country="PHL")
    assert "the Philippines" in one.page["say"]
    assert "Remittances received in 2024" in one.static_html()
    one.state = {**one.state, "country": "IND", "year": "2020"}
    assert one.page["state"] == {**START, "country": "IND", "year": 2020}
    assert "In 2020 India received" in one.page["say"]
    assert ".tilemap" in one._css
