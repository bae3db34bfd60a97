"""The explorer "What becomes of a pension?": sums worked out by hand with a calculator, what must hold for every life, and content that an economist can change."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.errors import CourseError
from course.explorers import explorer, portable_pension as pp
from course.explorers.base import plain_text
from course.explorers.content import Content
from course.explorers.portable_pension import Life, Part, Scheme, Work

# The schemes of these tests, so that the file's may change: contribution shares, minimum years, accrual a year, refund, age
A = Scheme("a", 0.05, 0.05, 15, 0.015, False, 60)
B = Scheme("b", 0.08, 0.10, 10, 0.012, False, 65)
C = Scheme("c", 0.06, 0.06, 20, 0.010, True, 62)
FILE = pp.CONTENT.read()
ORDER = FILE.smallest_first


def life(a: int = 0, b: int = 0, c: int = 0, regimes: str = "access access", exports: str = "", lives_in: str = "a", refund: bool = False) -> Life:
    """Years in A at US$ 300, in B at US$ 1,500, in C at US$ 900; `exports` names those that pay abroad without an agreement."""
    in_b, in_c = regimes.split()
    work = (
        Work(A, a, 300, "home", "a" in exports),
        Work(B, b, 1500, in_b, "b" in exports),
        Work(C, c, 900, in_c, "c" in exports),
    )
    return Life(work, lives_in, refund)


def part(one: Life, ident: str) -> Part:
    return next(found for found in pp.parts(one) if found.id == ident)


# --- worked out by hand -------------------------------------------------------------------------------------------


def test_one_country_only() -> None:
    """30 years in A: 1.5 % × 30 × 300 = 135 a month; 30 × 12 × 300 × 10 % = 10,800 paid in; 135 × 12 × 20 = 32,400 paid out from 60 to 80."""
    only = part(life(a=30), "a")
    assert only.monthly == pytest.approx(135) and only.fate == "paid" and only.share == 1 and only.added == 0
    assert only.work.contributions == pytest.approx(10_800) and only.work.own_contributions == pytest.approx(5_400)
    assert only.until(80) == pytest.approx(32_400) and pp.total(life(a=30)) == pytest.approx(135)


@pytest.mark.parametrize(("years", "monthly", "fate"), [(9, 0, "minimum"), (10, 180, "paid"), (11, 198, "paid"), (0, 0, "none")])
def test_the_minimum_is_enough_and_a_year_less_is_not(years: int, monthly: float, fate: str) -> None:
    """B asks for 10 years: 1.2 % × 10 × 1,500 = 180; × 11 = 198; 9 years bring nothing."""
    found = part(life(b=years, exports="b"), "b")
    assert (found.monthly, found.fate) == (pytest.approx(monthly), fate)


def test_no_years_at_all() -> None:
    """Nothing paid in, nothing paid out, nothing lost."""
    empty = life()
    assert pp.total(empty) == 0 and pp.contributions(empty) == 0 and pp.losses(empty) == {}
    assert [one.fate for one in pp.parts(empty)] == ["none"] * 3 and pp.changes(empty, ORDER, 3, 45) == []


def test_periods_are_added_and_each_pays_its_share() -> None:
    """5 + 9 + 20 = 34 years. A: 1.5 % × 34 × 300 = 153, × 5/34 = 22.50. B: 1.2 % × 34 × 1,500 = 612, × 9/34 = 162. C: 1 % × 34 × 900 = 306, × 20/34 = 180."""
    found = pp.parts(life(5, 9, 20, "agreement agreement"))
    assert [one.theoretical for one in found] == pytest.approx([153, 612, 306])
    assert [one.share for one in found] == pytest.approx([5 / 34, 9 / 34, 20 / 34])
    assert [one.monthly for one in found] == pytest.approx([22.5, 162, 180])
    assert [one.monthly for one in found] == pytest.approx([one.theoretical * one.share for one in found])
    assert [(one.counted, one.added) for one in found] == [(34, 29), (34, 25), (34, 14)]


def test_the_same_life_without_an_agreement() -> None:
    """5 of 15, 9 of 10, 20 of 20 but not paid abroad: nothing. Paid in: 1,800 + 29,160 + 25,920 = 56,880. Missing: 22.50 + 162 = 184.50 for want of adding, 180 for want of export."""
    alone = life(5, 9, 20)
    assert pp.total(alone) == 0 and pp.contributions(alone) == pytest.approx(56_880)
    assert pp.losses(alone) == pytest.approx({"minimum": 184.5, "export": 180})
    assert part(alone, "c").right == pytest.approx(180)


def test_an_agreement_with_one_country_adds_only_its_years() -> None:
    """A and B: 5 + 9 = 14, which is enough for B (10) and one too few for A (15). C stands alone."""
    one = life(5, 9, 20, "agreement access")
    assert [(found.counted, found.fate) for found in pp.parts(one)] == [(14, "minimum"), (14, "paid"), (20, "export")]
    assert part(one, "b").theoretical == pytest.approx(252)  # 1.2 % × 14 × 1,500
    assert pp.total(one) == pytest.approx(162)  # 252 × 9/14


@pytest.mark.parametrize(
    ("change", "monthly"),
    [({}, 0), ({"lives_in": "c"}, 180), ({"exports": "c"}, 180), ({"regimes": "access agreement"}, 180), ({"lives_in": "b", "regimes": "access agreement"}, 0)],
)
def test_a_right_is_paid_only_where_it_is_exported(change: dict[str, Any], monthly: float) -> None:
    """20 years in C are the minimum exactly: 1 % × 20 × 900 = 180, paid in C, abroad by its rule, or within the agreement; B is outside it."""
    assert pp.total(life(c=20, **change)) == pytest.approx(monthly)


def test_a_refund_ends_the_years() -> None:
    """19 years in C: 6 % × 19 × 12 × 900 = 12,312 come back. A and B are left with 14 years: A's 15 are missed too. Kept: 22.50 + 162 + 1 % × 19 × 900 = 171."""
    taken = life(5, 9, 19, "agreement agreement", refund=True)
    found = {one.id: one for one in pp.parts(taken)}
    assert found["c"].refund == pytest.approx(12_312) and found["c"].fate == "refunded" and found["c"].counted == 0
    assert found["a"].fate == "minimum" and found["a"].counted == 14
    assert pp.total(taken) == pytest.approx(162)
    assert pp.total(replace(taken, refund=False)) == pytest.approx(355.5)
    # the pension of C that is given up: 171 × 12 × (80 − 62) = 36,936, three times the refund
    assert part(replace(taken, refund=False), "c").until(80) == pytest.approx(36_936)
    # no refund once the minimum is reached, nor where the scheme gives none
    assert part(life(c=20, refund=True), "c").refund == 0 and part(life(b=9, refund=True), "b").refund == 0


@pytest.mark.parametrize(("regime", "fate"), [("documented", "closed"), ("irregular", "status")])
def test_a_closed_scheme_takes_and_gives_nothing(regime: str, fate: str) -> None:
    """26 years in C outside its scheme: no contributions, no right, nothing to add to A's 4 years."""
    shut = life(a=4, c=26, regimes=f"access {regime}", exports="abc")
    assert part(shut, "c").fate == fate and part(shut, "c").work.contributions == 0 and part(shut, "a").counted == 4
    assert pp.total(shut) == 0 and pp.contributions(shut) == pytest.approx(1_440)  # 4 × 12 × 300 × 10 %


def test_opening_a_scheme_without_export_costs_and_brings_nothing() -> None:
    """26 years in C under regime II, lived in A: 26 × 12 × 900 × 12 % = 33,696 paid in, 1 % × 26 × 900 = 234 earned, 0 paid."""
    opened = life(c=26)
    assert pp.contributions(opened) == pytest.approx(33_696) and part(opened, "c").right == pytest.approx(234) and pp.total(opened) == 0


def test_the_smallest_change() -> None:
    """5 + 9 + 20 with B paying abroad: one more year in B brings 180; its kind comes before C's export, and that before agreements."""
    found = pp.changes(life(5, 9, 20, exports="b"), ORDER, 3, 45)
    assert (found[0].kind, found[0].country, found[0].years, found[0].saved) == ("few-years", "b", 1, ("b",))
    assert found[0].gain == pytest.approx(180)
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=ORDER.index)
    assert next(one for one in found if one.kind == "more-years").years == 10  # A's 15 alone
    # an agreement with C saves A too: 5 + 20 = 25 years
    assert next(one for one in found if (one.kind, one.country) == ("agreement", "c")).saved == ("a", "c")


def test_a_year_that_saves_nothing_is_no_help() -> None:
    """9 years in B, which does not pay abroad: the tenth year alone would not be paid, so it is not offered; an agreement with no other years does not reach 10."""
    found = pp.changes(life(b=9), ORDER, 3, 45)
    assert found == []


def test_side_by_side() -> None:
    """5 + 9 + 20 with 10 instead of 9 in B. I: 22.50 + 180 + 180; II paid abroad: 180 + 180; not: 0; III and IV: 0, and only A's 1,800 paid in."""
    cases = [(regime, exports, pp.total(one), pp.contributions(one)) for regime, exports, one in pp.side_by_side(life(5, 10, 20))]
    assert [case[2] for case in cases] == pytest.approx([382.5, 360, 0, 0, 0])
    assert [case[3] for case in cases] == pytest.approx([60_120, 60_120, 60_120, 1_800, 1_800])


# --- what must hold for every life --------------------------------------------------------------------------------

YEARS = st.integers(0, 25)
REGIME = st.sampled_from(pp.REGIMES)
LIVES = st.builds(
    lambda a, b, c, in_b, in_c, exports, lives_in, refund: life(a, b, c, f"{in_b} {in_c}", exports, lives_in, refund),
    YEARS, YEARS, YEARS, REGIME, REGIME, st.sampled_from(["", "a", "b", "c", "abc"]), st.sampled_from("abc"), st.booleans(),
)


@settings(deadline=None)
@given(LIVES)
def test_an_agreement_never_pays_less(one: Life) -> None:
    """Is regime I at least regime II, that at least II without export, that at least III, and III the same as IV?"""
    sums = [pp.total(other) for _regime, _exports, other in pp.side_by_side(one)]
    assert sums[0] >= sums[2] - 1e-9 and sums[1] >= sums[2] - 1e-9 and pp.total(pp.yardstick(one)) >= pp.total(one) - 1e-9
    for exports in (None, False):
        assert pp.total(pp.under(one, "agreement", exports)) >= pp.total(pp.under(one, "access", exports)) - 1e-9 >= pp.total(pp.under(one, "documented", exports)) - 2e-9
    assert sums[3] == sums[4]


@settings(deadline=None)
@given(LIVES, st.sampled_from("abc"))
def test_a_year_more_never_lowers_a_pension(one: Life, ident: str) -> None:
    longer = replace(one, work=tuple(replace(work, years=work.years + (work.scheme.id == ident)) for work in one.work))
    assert pp.total(longer) >= pp.total(one) - 1e-9 and pp.contributions(longer) >= pp.contributions(one)


@given(YEARS, YEARS, YEARS, st.integers(100, 5000))
def test_equal_schemes_make_one_full_pension(a: int, b: int, c: int, wage: int) -> None:
    """Do the parts add up to the pension that one country would pay for all the years, with the same scheme and wage?"""
    regimes = {"a": "home", "b": "agreement", "c": "agreement"}
    same = Life(tuple(Work(replace(A, id=ident), years, wage, regimes[ident], False) for ident, years in zip("abc", (a, b, c))), "a")
    whole = Life((Work(A, a + b + c, wage, "home", False),), "a")
    assert pp.total(same) == pytest.approx(pp.total(whole))


@settings(deadline=None)
@given(LIVES)
def test_what_is_missing_adds_up(one: Life) -> None:
    """Is the gap to the yardstick the sum of its reasons, and every change one that really pays?"""
    assert sum(pp.losses(one).values()) == pytest.approx(pp.total(pp.yardstick(one)) - pp.total(one), abs=1e-6)
    for change in pp.changes(one, ORDER, 3, 80):
        assert change.gain > 0 and change.saved and (change.years > 0) == (change.kind in ("few-years", "more-years"))


# --- choices ------------------------------------------------------------------------------------------------------


def turned(**change: Any) -> dict[str, Any]:
    return pp.clean(dict(pp.PortablePension.start), change)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*pp._keys(FILE), "nonsense"]), st.one_of(st.none(), st.text(max_size=5), st.floats(), st.integers(), st.booleans(), st.lists(st.integers())), max_size=8))
def test_whatever_comes_a_valid_state_goes(change: dict[str, Any]) -> None:
    state = turned(**change)
    assert set(state) == set(pp._keys(FILE)) and pp.life_of(state).years <= FILE.years_at_most
    assert pp.clean(state, state) == state and pp.view(state).finding


def test_a_life_is_known_by_its_years_and_wages() -> None:
    """Does choosing a life set all, changing a regime keep it, changing a year make it one's own, and changing it back bring it back?"""
    nurse = turned(life="nurse")
    assert (nurse["life"], nurse["years.b"], nurse["wage.b"]) == ("nurse", 22, 2400)
    assert pp.clean(nurse, {"regime.b": "irregular"})["life"] == "nurse"
    own = pp.clean(nurse, {"years.b": 21})
    assert own["life"] == "own" and pp.clean(own, {"years.b": 22})["life"] == "nurse"
    assert pp.clean(own, {"life": "farm"}) == turned()


def test_what_was_changed_gives_way() -> None:
    """45 years at most: does the slider that moved stop, and nothing else?"""
    state = turned(**{"years.b": 40})
    assert (state["years.a"], state["years.b"], state["years.c"]) == (5, 20, 20)


@pytest.mark.parametrize("first", [{}, *(one.set for one in FILE.tries)], ids=str)
def test_every_suggestion_is_reached_from_everywhere(first: dict[str, Any]) -> None:
    """A page sends only what differs: does pressing one suggestion after any other, or twice, bring the same state?"""
    for one in pp.view(dict(pp.PortablePension.start)).tries:
        shown = explorer("portable-pension", **first)
        for _turn in range(2):
            shown.set_state({"state": {**shown.page["state"], **one.change}})
            assert shown.page["state"] == one.change


# --- the file and what is shown -----------------------------------------------------------------------------------


def finding(**change: Any) -> str:
    return plain_text(pp.view(turned(**change)).finding).replace("\u00a0", " ")


def test_the_suggestions_lead_to_their_surprises() -> None:
    """34 years and nothing; one year that saves US$ 180; an agreement that is one year short elsewhere, or adds nothing; a scheme that opens and pays nothing; a refund that costs more than it brings."""
    words = [finding(), *(finding(**one.set) for one in FILE.tries)]
    assert "34 years" in words[0] and "US$ 56,880" in words[0] and "US$ 0 a month" in words[0] and "1 more year in Country B (US$ 180 more a month)" in words[0]
    assert "US$ 180 a month" in words[1]
    assert "US$ 162 a month" in words[2] and "1 more year in Country A" in words[2]
    assert "US$ 720 a month" in words[3] and "would add nothing" in words[3] and finding(life="engineer") == words[3]
    assert "US$ 27,408" in words[4] and "US$ 0 a month" in words[4] and "US$ 1,200 of" in finding(life="domestic")
    assert "US$ 12,312 was paid back" in words[5] and "US$ 162 a month" in words[5] and "leaving the contributions" in words[5]


def test_every_assumption_stands_on_the_page_with_its_source() -> None:
    state = turned()
    panels = {one.id: plain_text(one.html) for one in pp.view(state).panels}
    for one in FILE.assumptions:
        assert " ".join(one.text.split()) in panels["assumptions"] and one.cite in panels["assumptions"]
    for one in FILE.left_out:
        assert " ".join(one.text.split()) in panels["assumptions"]
    assert "invented for training" in panels["assumptions"] and "well established" in panels["assumptions"]
    assert all(one.source == ["course-case"] for one in (*FILE.countries, *FILE.lives))
    assert "23.3" in panels["world"] and "as of 2013" in panels["world"] and "as of 2015-03" in panels["world"]


def test_the_download_holds_every_regime() -> None:
    rows = list(csv.DictReader(io.StringIO(pp.view(turned()).csv.text)))
    assert len(rows) == 6 * 3 and {row["case"] for row in rows} >= {"chosen", "all-agreement", "all-access-not-paid-abroad"}
    assert sum(float(row["paid_usd_month"]) for row in rows if row["case"] == "all-agreement") == pytest.approx(364.5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("home: a", "home: x", "is no country"),
        ("lives_in: a", "lives_in: z", "is no country"),
        ("a: {years: 5,", "a: {years: 50,", "more years than"),
        ("set: {life: farm, years.b: 10}", "set: {life: farm, years.x: 10}", "`years.x` is no choice"),
        ("set: {life: farm, years.b: 10}", "set: {life: fisher}", "`fisher` is no"),
        ("set: {life: farm, years.b: 10}", "set: {life: farm, years.b: 99}", "`99` is no"),
        ("smallest_first: [keep, ", "smallest_first: [", "name each kind"),
        ("  - id: irregular", "  - id: unknown", "there are four regimes"),
        ("minimum_years: 15", "minimum_years: fifteen", "`minimum_years` must be a whole number"),
    ],
)
def test_a_slip_is_named_with_what_to_do(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Does an economist who mistypes learn the line and what to do?"""
    text = pp.CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "pension.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        Content("pension", pp.PensionFile, tmp_path).read()
