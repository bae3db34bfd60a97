"""Where States stand under treaties: every step of the road to a treaty, and what a list does not say."""

from __future__ import annotations

import pytest

from course.data import states, table
from course.treaties import acts, position

COUNTS = {"icerd": 182, "icescr": 173, "iccpr": 175, "cedaw": 189, "cat": 175, "crc": 196, "icrmw": 60, "stateless-1954": 99, "refugees-1967": 147}
"""Parties that the depositary's page, or the notifications, count at the list's date."""


@pytest.mark.parametrize(("treaty", "parties"), COUNTS.items())
def test_the_parties_are_as_many_as_the_depositary_counts(treaty: str, parties: int) -> None:
    """Is nobody lost, and nobody counted twice?"""
    assert sum(position(treaty, code).kind == "party" for code in states()) == parties


@pytest.mark.parametrize(
    ("treaty", "state", "year", "kind", "date"),
    [
        ("icrmw", "PHL", None, "party", "1995-07-05"),
        ("icrmw", "PHL", 1994, "signed", "1993-11-15"),
        ("icrmw", "PHL", 1992, "no record", None),
        ("stateless-1954", "MDG", 1964, "party", "1962-02-20"),
        ("stateless-1954", "MDG", None, "withdrew", "1966-04-02"),
        ("kampala", "AGO", None, "party", ""),
        ("kampala", "AGO", 2012, "no record", None),
    ],
)
def test_a_state_stands_where_its_last_act_put_it(treaty: str, state: str, year: int | None, kind: str, date: str | None) -> None:
    """Signed, then party; party, then withdrawn; an act without a date counts in the newest list only?"""
    found = position(treaty, state, year)
    assert found.kind == kind and (found.act.date if found.act else None) == date


def test_a_treaty_that_is_not_in_the_table_is_an_error() -> None:
    """Is a slip in a code told, and not answered with "no record"?"""
    with pytest.raises(KeyError):
        position("icrwm", "PHL")


def test_every_act_is_dated_by_its_list() -> None:
    """Does every answer have its as-of date, but for the one list that has none?"""
    undated = {treaty for treaty, by_state in acts().items() for some in by_state.values() for act in some if not act.as_of}
    assert undated == {"ets-93"}
    assert {row["party"] for row in table("treaties").rows} == {0, 1}
