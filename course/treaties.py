"""Where States stand under treaties, as the dated lists in `course/data/treaties.csv` have it. Pure.

A list that has no act of a State says nothing about that State today: there is "no record", never "not a party".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from course.data import table

Kind = Literal["party", "signed", "withdrew", "no record"]


@dataclass(frozen=True)
class Act:
    """One act of a State: `date` is "YYYY-MM-DD", "YYYY-MM" or "", `year` None where the list has none; `as_of` is the list's own date, or ""."""

    act: str
    date: str
    year: int | None
    party: bool
    as_of: str


@dataclass(frozen=True)
class Position:
    """Where a State stands under a treaty, and the act that put it there (None: no record)."""

    kind: Kind
    act: Act | None = None


@lru_cache(maxsize=1)
def acts() -> Mapping[str, Mapping[str, Sequence[Act]]]:
    """Treaty -> ISO3 -> acts, oldest first."""
    found: dict[str, dict[str, list[Act]]] = {}
    for row in table("treaties").rows:
        act = Act(row["act"], row["date"] or "", row["year"], bool(row["party"]), row["as_of"] or "")
        found.setdefault(row["treaty"], {}).setdefault(row["iso3"], []).append(act)
    return found


def position(treaty: str, state: str, year: int | None = None) -> Position:
    """Where a State stood at the end of a year, or in the newest list. Raises KeyError where there is no such treaty.

    An act without a year counts only in the newest list.
    """
    known = [act for act in acts()[treaty].get(state, ()) if year is None or (act.year is not None and act.year <= year)]
    if not known:
        return Position("no record")
    last = known[-1]
    if last.act == "denunciation":
        return Position("withdrew", last)
    parties = [act for act in known if act.party or (year is not None and act.act in _BINDING)]
    return Position("party", parties[-1]) if parties else Position("signed", last)


_BINDING = {"ratification", "accession", "succession", "acceptance", "approval", "ratification or accession", "entry into force"}
"""Acts that make a State a party from then on; one that was denounced later counts for the years between."""
