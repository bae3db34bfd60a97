"""Who has accepted what: positions and counts against the published ones, and what a list does not say."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from course.data import states, table
from course.explorers import explorer
from course.explorers.base import plain_text
from course.explorers.treaties import (
    CONTENT,
    FIRST,
    KINDS,
    LAST,
    Treaties,
    Tally,
    areas,
    chosen,
    counted,
    day,
    instruments,
    near,
    neighbours,
    newest,
    open_still,
    path,
    standing,
    tally,
)
from course.i18n import speaking
from course.treaties import acts

START = dict(Treaties.start)


def page(**change: object) -> str:
    return explorer("treaties", **change).static_html()


def say(**change: object) -> str:
    return explorer("treaties", **change).page["say"].replace("\u00a0", " ")


def panel(name: str, **change: object) -> str:
    view = Treaties.view(Treaties.clean(START, change))
    return next(one.html for one in view.panels if one.id == name)


def words(markup: str) -> str:
    return plain_text(markup.replace("<", " <")).replace("\u00a0", " ")


# --- the content --------------------------------------------------------------------------------------------------


def test_the_instruments_are_those_of_the_table_in_its_order() -> None:
    """Has every list its instrument, under the same code?"""
    assert list(instruments()) == list(acts())
    assert {one.group for one in instruments().values()} == {one.id for one in CONTENT.read().groups}


def test_every_kind_of_act_has_a_word() -> None:
    """Is no act of the table left without its word?"""
    assert {row["act"].replace(" ", "-") for row in table("treaties").rows} <= {one.id for one in CONTENT.read().acts}


def test_a_list_has_one_date_here_and_in_the_table() -> None:
    """Is the date in the content that of most acts of the list, and does no date in the table follow nothing?"""
    for code, one in instruments().items():
        dates = [act.as_of for some in acts()[code].values() for act in some]
        assert max(set(dates), key=dates.count) == one.as_of, code


def test_dates_are_dates_and_follow_each_other() -> None:
    """Is every instrument adopted before it enters into force, and no act older than the instrument?"""
    for code, one in instruments().items():
        assert date.fromisoformat(one.adopted) < date.fromisoformat(one.in_force), code
        years = [act.year for some in acts()[code].values() for act in some if act.year]
        assert min(years, default=LAST) >= one.since, code


def test_states_that_alone_can_accept_are_states() -> None:
    """Are they known, 54 in Africa and 46 in the Council of Europe, and are all parties among them?"""
    assert {code: len(one.only) for code, one in instruments().items() if one.only} == {"kampala": 54, "ets-93": 46}
    for code, one in instruments().items():
        assert set(one.only) <= set(counted()) and len(set(one.only)) == len(one.only)
        if one.only:
            assert set(acts()[code]) <= set(one.only)


def test_incomplete_lists_are_called_so() -> None:
    """Are the lists that lack acts at their own date those that the data set names, each with what it lacks?"""
    lacking = {code for code, one in instruments().items() if not one.listing.complete}
    assert lacking == {"stateless-1961", "c97", "c143", "c181", "c190", "kampala"}
    assert all(instruments()[code].listing.note for code in lacking)


# --- the model ----------------------------------------------------------------------------------------------------

# what the depositary, or the source of the list, counts; the Cook Islands and Niue are parties to some and no Member States
PUBLISHED = {
    "icerd": 182, "iccpr": 175, "icescr": 173, "cedaw": 189 - 1, "cat": 175, "crc": 196 - 2, "icrmw": 60, "refugees-1951": 146,
    "refugees-1967": 147, "stateless-1954": 99, "stateless-1961": 81 - 1, "vccr": 177, "c181": 32, "c189": 38, "c97": 39, "c143": 17,
    "c190": 37, "ets-93": 11,
}


@pytest.mark.parametrize(("treaty", "number"), PUBLISHED.items())
def test_the_newest_lists_count_what_was_published(treaty: str, number: int) -> None:
    """Is nobody lost and nobody counted twice?"""
    assert tally(treaty, LAST, counted()).parties == number


def test_who_counts() -> None:
    """Are 193 Member States and two observer States counted, and the two areas with acts of their own apart?"""
    assert len(counted()) == 195 and areas() == ("COK", "NIU")
    assert standing("crc", "COK", LAST).kind == standing("crc", "NIU", LAST).kind == "party"
    assert standing("cedaw", "NIU", LAST).kind == "no record"
    assert len(neighbours("BRA")) == 12 and "BRA" in neighbours("BRA")
    assert len(neighbours("PHL")) == 11 and "COK" not in neighbours("WSM")


def test_the_first_years_of_the_migrant_workers_convention() -> None:
    """Egypt and Morocco 1993, Seychelles 1994, Colombia, the Philippines and Uganda 1995; Guatemala's in 2003 was the twentieth?"""
    accepted = [code for code in counted() if standing("icrmw", code, 1995).kind == "party"]
    assert sorted(accepted) == ["COL", "EGY", "MAR", "PHL", "SYC", "UGA"]
    assert tally("icrmw", 2002, counted()).parties == 19
    assert near("icrmw", 1995, "PHL").parties == 1


@pytest.mark.parametrize(
    ("treaty", "state", "year", "kind"),
    [
        ("icrmw", "PHL", 1989, "before"),
        ("icrmw", "PHL", 1990, "no record"),
        ("icrmw", "PHL", 1993, "signed"),
        ("icrmw", "PHL", 1995, "party"),
        ("stateless-1954", "MDG", 1961, "no record"),
        ("stateless-1954", "MDG", 1962, "party"),
        ("stateless-1954", "MDG", 1966, "withdrew"),
        ("stateless-1954", "MDG", LAST, "withdrew"),
        ("kampala", "AGO", 2008, "before"),
        ("kampala", "AGO", 2013, "undated"),
        ("kampala", "AGO", 2014, "party"),
        ("kampala", "GHA", LAST, "signed"),
        ("kampala", "JPN", LAST, "closed"),
        ("ets-93", "JPN", LAST, "closed"),
        ("ets-93", "ITA", 1994, "no record"),
        ("ets-93", "ITA", 1995, "party"),
        ("c189", "URY", 2012, "party"),
        ("c189", "URY", 2011, "no record"),
        ("c190", "PHL", 2023, "undated"),
        ("c190", "PHL", 2024, "party"),
        ("refugees-1951", "SSD", 2017, "no record"),
        ("refugees-1951", "SSD", LAST, "party"),
    ],
)
def test_where_a_state_stood(treaty: str, state: str, year: int, kind: str) -> None:
    """Signed, then party; party, then withdrawn; without a date from the year of the list on; not yet, and not for everybody?"""
    assert standing(treaty, state, year).kind == kind


def test_convention_and_protocol_are_two_treaties() -> None:
    """Madagascar and Saint Kitts and Nevis are in the list of the Convention alone, Cabo Verde, the United States and Venezuela in that of the Protocol?"""

    def alone(one: str, other: str) -> set[str]:
        return {code for code in counted() if standing(one, code, LAST).kind == "party" and standing(other, code, LAST).kind != "party"}

    assert alone("refugees-1951", "refugees-1967") == {"MDG", "KNA"}
    assert alone("refugees-1967", "refugees-1951") == {"CPV", "USA", "VEN"}


def test_a_treaty_for_some_counts_those() -> None:
    """Does a regional treaty count the States that can accept it, and none elsewhere?"""
    assert tally("kampala", LAST, counted()) == Tally(22, 19, 54)
    assert near("kampala", LAST, "JPN").all == 0 and near("ets-93", LAST, "TUR").all == 5
    assert Tally(22, 19, 54).others == 13


def test_the_line_ends_with_its_list() -> None:
    """Does a line begin with the adoption, never know more than its list, and stay away where no act has a date?"""
    line = path("vccr", counted())
    assert line[0][0] == 1963 and line[-1] == (2014, 177)
    assert path("icrmw", counted())[-1] == (2026, 60) and path("icrmw", counted())[0] == (1990, 0)
    assert path("kampala", counted()) == path("c181", counted()) == []
    assert dict(path("c190", counted()))[2023] == 22 and dict(path("c190", counted()))[2024] == 37
    assert newest("ets-93") is None and path("ets-93", counted())[-1] == (2007, 11)


def test_what_is_open_still() -> None:
    """Signed ones first, none that is open to others only, none that did not exist?"""
    assert open_still("PHL", LAST) == ["c181"]
    assert open_still("GHA", LAST)[0] == "kampala" and "ets-93" not in open_still("GHA", LAST)
    assert open_still("ITA", 1951) == ["refugees-1951", "c97"]


def test_filters() -> None:
    """Does every kind belong to "all" and to one other at most: none where a State could not accept?"""
    for kind in KINDS:
        assert chosen(kind, "all")  # type: ignore[arg-type]
        some = sum(chosen(kind, status) for status in ("party", "signed", "none"))  # type: ignore[arg-type]
        assert some == (kind not in ("closed", "before"))


def test_clean_takes_anything() -> None:
    """Does what cannot be stay as it was?"""
    assert Treaties.clean(START, {"country": "XXX", "other": 3, "treaty": None, "year": "later", "status": []}) == START
    assert Treaties.clean(START, {"year": 1900})["year"] == FIRST
    assert Treaties.clean({**START, "other": "PHL"}, {"other": ""})["other"] == ""


# --- what is said -------------------------------------------------------------------------------------------------


def test_the_finding_counts_and_dates() -> None:
    """Number, list and its date, neighbours, act and day?"""
    assert say(country="PHL") == (
        "60 of 195 States are on record as having accepted the Migrant Workers Convention (list of 3 February 2026). "
        "In South-eastern Asia: 3 of 11. Philippines: accepted (ratification, 5 July 1995)."
    )
    assert say(country="PHL", other="MEX", year=1995).startswith("By the end of 1995, 6 of 195 States had accepted")
    assert say(country="PHL", other="MEX", year=1995).endswith("Mexico: signed only (signature, 22 May 1991).")
    assert say(year=1980) == "At the end of 1980 the Migrant Workers Convention did not exist yet: it was adopted on 18 December 1990."


def test_a_list_without_dates_says_so() -> None:
    """Is nothing counted from acts whose year is not known, and is that told?"""
    assert say(treaty="kampala", country="AGO", year=2011) == (
        "Who had accepted the Kampala Convention by the end of 2011 is not known: the list gives no dates (list of 2014, incomplete). "
        "Angola: date not in the list."
    )
    assert "Without a date: 15." in say(treaty="c190", year=2022)
    assert "The list gives no dates" in panel("time", treaty="kampala")
    assert "left out until the year of the list" in panel("time", treaty="c190")


def test_no_record_is_never_more_than_that() -> None:
    """Does no page say that a State is not a party?"""
    for change in ({}, {"country": "JPN"}, {"treaty": "kampala", "country": "MAR"}, {"treaty": "crc", "country": "USA", "year": 2000}):
        assert not re.search(r"\b(not (yet )?(a )?party|has not|refused|failed)\b", words(page(**change))), change
    assert say(country="JPN").endswith("Japan: no record in this list.")


def test_every_answer_has_its_list() -> None:
    """Stands the date of the list beside each row, each card and the map, with a warning where the list ends before the year?"""
    record = panel("record", country="COL")
    assert record.count("<tr") == 1 + len(instruments()) and record.count("list of ") == len(instruments()) - 1
    assert "list without a date" in record
    assert "list of May\u00a02016, incomplete" in panel("adds", country="COL")
    assert "This list is of 10\u00a0July\u00a02014: later acts may be missing." in panel("map", treaty="vccr")
    assert "later acts may be missing" not in panel("map", treaty="vccr", year=2014) + panel("map", treaty="icrmw")
    assert "One party is missing" in panel("map", treaty="stateless-1961")


def test_the_map_tells_without_colour() -> None:
    """Does each tile say where its State stands, and is each kind a class and an entry of the legend?"""
    drawn = panel("map", country="COL")
    assert drawn.count("<button ") == 195
    assert 'aria-label="Colombia, accepted (accession, 24\u00a0May\u00a01995)"' in drawn
    assert 'aria-label="Japan, no record in this list"' in drawn
    legend = drawn[drawn.index("tilemap-legend") : drawn.index("tilemap-world")]
    assert re.findall(r'swatch ([\w-]+)"></span>([^<]+)', legend) == [
        ("stand-party", "accepted"), ("stand-signed", "signed only"), ("stand-none", "no record in this list")
    ]


def test_regions_below_the_map() -> None:
    """Parties of all States of each region, the subregion marked, areas apart?"""
    text = words(panel("map", country="PHL"))
    assert "Africa 29 of 54" in text and "South-eastern Asia 3 of 11" in text and "All States 60 of 195" in text
    assert "not counted among the States: Cook Islands, Niue." in words(panel("map", treaty="crc"))
    assert "not counted" not in panel("map", treaty="icrmw")


def test_the_table_filters_and_compares() -> None:
    """Are only the chosen kinds listed, with a second State where one is chosen, and the neighbours last?"""
    assert panel("record", country="PHL", status="none").count("<tr") == 1 + 1  # No. 181
    assert "None of these instruments." in panel("record", country="PHL", status="signed")
    both = words(panel("record", country="PHL", other="MEX"))
    assert "Instrument Philippines Mexico South-eastern Asia" in both


def test_what_it_would_add_names_articles_and_neighbours() -> None:
    """Has each card what is added, where the neighbours stand, and who can accept?"""
    text = words(panel("adds", country="COL"))
    assert "no fees or costs" in text and "(article 7)" in text and "accepted in South America: 10 of 12" in text
    assert "Open to: Member States of the International Labour Organization." in text
    cards = text.split("Migrant Workers (Supplementary Provisions) Convention")[1].split("Private Employment Agencies")[0]
    assert "incomplete" in cards and "accepted in South America" not in cards  # no count of neighbours from a list with gaps


def test_the_download_has_acts_dates_and_lists() -> None:
    """One row for each act of the States and of the chosen list, with the list's date, and "no record" where there is none?"""
    view = Treaties.view(Treaties.clean(START, {"country": "PHL", "other": "MEX"}))
    rows = list(csv.DictReader(io.StringIO(view.csv.text)))
    mine = {(row["treaty"], row["act"], row["date"]) for row in rows if row["iso3"] == "PHL"}
    assert ("icrmw", "ratification", "1995-07-05") in mine and ("c181", "no record", "") in mine
    assert sum(row["treaty"] == "icrmw" and row["act_makes_it_a_party_today"] == "yes" for row in rows) == 60
    assert all(row["list_origin"] and (row["list_as_of"] or row["treaty"] == "ets-93") for row in rows)
    assert view.csv.name == "treaties-phl-icrmw.csv"


@pytest.mark.parametrize(("code", "text"), [("en", "May 2016"), ("fr", "mai 2016"), ("ru", "май 2016\u202fгода"), ("zh", "2016年5月")])
def test_months_are_written_too(code: str, text: str) -> None:
    """Is a date that is only a month or a year written as the language does it?"""
    with speaking(code):
        assert day("2016-05").replace("\u00a0", " ") == text and day("2013") == "2013"


def test_every_state_draws_every_instrument() -> None:
    """Does the table of every State come, in the first, a middle and the last year?"""
    for state in (*counted(), *areas()):
        for year in (FIRST, 1990, LAST):
            kinds = {standing(code, state, year).kind for code in instruments()}
            assert kinds <= set(KINDS)
    assert set(states()) >= set(counted())
