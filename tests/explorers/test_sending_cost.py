"""The explorer "What does it cost to send money home?": its sums worked by hand, its sentence in every case."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from course.data import states, table
from course.explorers.base import Select, plain_text
from course.explorers.sending_cost import (
    SendingCost,
    clean,
    controls,
    cost,
    costs,
    finding,
    case,
    mean,
    mean_course,
    nearest,
    published_course,
    quarter_time,
    saving,
    view,
)

START = SendingCost.start
NEGATIVE = [
    ("ESP", "HND", "2014Q2", -2.17),
    ("GBR", "ERI", "2013Q2", -0.22),
    ("GBR", "SLE", "2014Q4", -1.37),
    ("SAU", "SDN", "2017Q4", -11.36),
    ("USA", "HND", "2014Q2", -4.55),
]


def turned(**change: object) -> dict:
    return clean(dict(START), change)  # type: ignore[arg-type]


def words(markup: str) -> str:
    """The text of a piece of HTML, with plain spaces."""
    return plain_text(markup).replace("\u00a0", " ")


def sentence(**change: object) -> str:
    return words(finding(case(turned(**change))))


def panel(name: str, **change: object) -> str:
    return next(one.html for one in view(turned(**change)).panels if one.id == name)


# --- the sums ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "percent", "expected"), [(200, 8.31, 16.62), (500, 3, 15), (200, -11.36, -22.72), (0, 8, 0)])
def test_cost_is_the_share_of_the_amount(amount: float, percent: float, expected: float) -> None:
    """200 dollars at 8.31 per cent are 16.62 dollars: does it say so?"""
    assert cost(amount, percent) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("amount", "percent", "target", "expected"),
    [
        (200, 8.31, 3, 10.62),  # 16.62 − 6.00
        (200, 8.31, 5, 6.62),  # 16.62 − 10.00
        (500, 6, 3, 15),  # 30 − 15
        (200, 2, 3, 0),  # already below: nothing to gain, nothing to lose
        (200, -11.36, 3, 0),
    ],
)
def test_saving_is_what_the_target_leaves(amount: float, percent: float, target: float, expected: float) -> None:
    """What stays with the family when the cost falls to the target, and never less than nothing?"""
    assert saving(amount, percent, target) == pytest.approx(expected)


def test_the_mean_counts_every_corridor_alike() -> None:
    """Is it a simple mean, and nothing where there is nothing?"""
    assert mean([2.0, 4.0, 9.0]) == 5.0 and mean([]) is None


def test_a_quarter_is_a_point_in_time() -> None:
    """Does the third quarter of 2020 begin at its middle?"""
    assert [quarter_time(q) for q in ("2020Q1", "2020Q3", "2020Q4")] == [2020.0, 2020.5, 2020.75]


def test_the_nearest_quarter_is_taken() -> None:
    """Is the nearest quarter in time chosen, and of two the later?"""
    assert nearest("2013Q2", ["2011Q1", "2013Q3", "2020Q3"]) == "2013Q3"
    assert nearest("2012Q2", ["2012Q1", "2012Q3"]) == "2012Q3"


def test_the_table_is_the_one_that_was_promised() -> None:
    """Are there 377 corridors from 48 senders, to 2020 Q3, whose mean then was 7.00?"""
    assert len(costs().by_corridor) == 377 and len(costs().senders()) == 48
    assert costs().quarters[0] == "2011Q1" and costs().quarters[-1] == "2020Q3"
    value, measured = mean_course()["2020Q3"]
    assert round(value, 2) == 7.00 and measured == 367
    assert mean(costs().in_quarter("2020Q3")) == pytest.approx(value)


def test_published_averages_are_kept_apart_from_the_computed_mean() -> None:
    """Are the World Bank's own averages there, in order, and after the table's end as well?"""
    published = dict(published_course())
    assert published["2023Q3"] == 6.18 and list(published) == sorted(published)
    assert max(published) > "2020Q3"


# --- the turns --------------------------------------------------------------------------------------------------


def test_receivers_follow_the_sender() -> None:
    """Does a new sender keep the receiver where that corridor is measured, and else find one?"""
    assert turned(sender="NZL")["receiver"] == "WSM"
    moved = turned(sender="FRA")
    assert moved["receiver"] == costs().receivers("FRA")[0] and ("FRA", moved["receiver"]) in costs().by_corridor
    offered = next(one for one in controls(moved) if isinstance(one, Select) and one.key == "receiver")
    assert [option.value for option in offered.options] == costs().receivers("FRA")


def test_sender_and_receiver_can_change_together() -> None:
    """Does a suggestion that sets both arrive at that corridor?"""
    assert turned(sender="JPN", receiver="PHL", quarter="2020Q3")["receiver"] == "PHL"


def test_quarters_follow_the_corridor() -> None:
    """Is a quarter that a corridor does not have replaced by its nearest?"""
    state = turned(sender="SAU", receiver="SDN", quarter="2011Q1")
    measured = costs().by_corridor["SAU", "SDN"]
    assert state["quarter"] == min(measured) and "2011Q1" not in measured
    offered = next(one for one in controls(state) if isinstance(one, Select) and one.key == "quarter")
    assert [option.value for option in offered.options] == sorted(measured, reverse=True)


@pytest.mark.parametrize("sender", costs().senders())
def test_every_corridor_can_be_shown(sender: str) -> None:
    """Does each of the 377 corridors give a page, in its first and its last quarter?"""
    for receiver in costs().receivers(sender):
        quarters = costs().by_corridor[sender, receiver]
        for quarter in (min(quarters), max(quarters)):
            shown = view(turned(sender=sender, receiver=receiver, quarter=quarter))
            text = shown.finding + "".join(one.html for one in shown.panels)
            assert "nan" not in plain_text(text).lower().split() and "no data" not in text


def test_amounts_and_times_are_kept_in_range() -> None:
    """Are they whole, clamped, and unmoved by nonsense?"""
    assert turned(amount=1e9)["amount"] == 1000 and turned(amount=-5)["amount"] == 20 and turned(amount="x")["amount"] == 200
    assert turned(amount=199.6)["amount"] == 200 and turned(times=0)["times"] == 1 and turned(times=400)["times"] == 52


# --- the words --------------------------------------------------------------------------------------------------


def test_the_sentence_carries_the_live_numbers() -> None:
    """Does the first page say cost, share, gain each time and gain a year (10.62 × 12 = 127.44)?"""
    assert sentence() == (
        "Sending US$ 200 from Australia to Samoa cost US$ 16.62, or 8.3 %, in 2020 Q3. "
        "At 3 %, a family in Samoa would keep US$ 10.62 more each time and US$ 127 more a year."
    )


def test_one_transfer_a_year_is_said_once() -> None:
    """Is the same gain not said twice?"""
    assert sentence(times=1).endswith("would keep US$ 10.62 more a year.")


def test_a_corridor_within_the_target_has_nothing_to_reach() -> None:
    """Singapore to India, 1.77 per cent: is it compared with the mean instead of a target it has met?"""
    text = sentence(sender="SGP", receiver="IND")
    assert "within the 3 % target" in text and "keeps US$ 126 more a year than at the mean of all corridors" in text


@pytest.mark.parametrize(("sender", "receiver", "quarter", "percent"), NEGATIVE)
def test_a_published_cost_below_zero_is_shown_and_explained(sender: str, receiver: str, quarter: str, percent: float) -> None:
    """Are the five negative values shown as published, with a note and without a made-up saving?"""
    state = turned(sender=sender, receiver=receiver, quarter=quarter)
    assert costs().by_corridor[sender, receiver][quarter] == percent
    assert "the survey printed a cost below zero" in sentence(**state) and "−" in sentence(**state)
    assert any("shown as published" in note for note in view(state).notes)
    assert "US$ −" in words(panel("table", **state)) and 'width="-' not in panel("money", **state)


def test_another_amount_is_an_assumption_and_says_so() -> None:
    """Is the reader told that the survey measures 200 dollars, and that fees are partly fixed?"""
    assert not any("survey measures the sending of US$ 200" in note for note in view(START).notes)
    notes = [words(note) for note in view(turned(amount=50)).notes]
    assert any("same percentage is applied to US$ 50" in note and "small amounts are dearer" in note for note in notes)


def test_the_view_names_its_end_its_targets_and_its_source() -> None:
    """Are the last quarter, both parts of target 10.c, the computed mean, producer, edition and as-of date there?"""
    shown = view(START)
    text = words(" ".join([shown.subtitle, *shown.notes, *shown.source]))
    for needed in ("2020 Q3", "less than 3 %", "no corridor above 5 %", "computed here: the simple mean"):
        assert needed in text
    assert unescape(shown.source[0]) == table("corridors").provenance.line()


def test_every_suggestion_is_a_real_turn() -> None:
    """Does each "Try this" arrive where it says, in Python's eyes too?"""
    for one in view(START).tries:
        state = clean(dict(START), one.change)
        assert all(state[key] == value for key, value in one.change.items())
    below = next(one for one in view(START).tries if "below 3" in one.label)
    assert case(clean(dict(START), below.change)).percent < 3


# --- the panels -------------------------------------------------------------------------------------------------


def test_the_chart_says_in_words_what_it_shows() -> None:
    """Does the text alternative hold first, last and chosen value and the mean?"""
    text = words(panel("chart", quarter="2016Q3"))
    assert "20.0 % in 2011 Q1, 8.3 % in 2020 Q3; 14.3 % in the chosen quarter, 2016 Q3, when the mean of 360 corridors was" in text


def test_the_money_panel_adds_up() -> None:
    """Do the rows give 6.62 and 79.44 at 5 per cent, 10.62 and 127 at 3?"""
    text = words(panel("money"))
    assert "5 %US$ 10US$ 6.62US$ 79.44" in text and "3 %US$ 6US$ 10.62US$ 127" in text


def test_a_corridor_within_the_targets_gains_nothing_by_them() -> None:
    """Is there a sentence instead of a table of noughts?"""
    text = words(panel("money", sender="SGP", receiver="IND"))
    assert "within both targets" in text and "US$ 0" not in text


def test_other_senders_are_listed_cheapest_first_and_can_be_chosen() -> None:
    """Are the corridors to the Philippines in order, each a button, the present one pressed?"""
    markup = panel("others", sender="JPN", receiver="PHL")
    found = re.findall(r'data-set="sender" data-value="&quot;([A-Z]{3})&quot;" aria-pressed="(true|false)"', markup)
    prices = [costs().by_corridor[sender, "PHL"]["2020Q3"] for sender, _ in found]
    assert prices == sorted(prices) and len(found) > 10
    assert [sender for sender, pressed in found if pressed == "true"] == ["JPN"]


def test_the_table_and_the_download_hold_the_same_figures() -> None:
    """Does every quarter stand in both, with the mean and its number of corridors in the file?"""
    rows = list(csv.DictReader(io.StringIO(view(START).csv.text)))
    assert [row["quarter"] for row in rows] == list(costs().quarters)
    last = rows[-1]
    assert last["cost_percent_of_200_usd"] == "8.31" and last["mean_of_all_corridors_percent"] == "7.0"
    assert last["corridors_measured"] == "367" and "World Bank" in last["source"] and last["sender"] == states()["AUS"].name
    assert view(START).csv.name == "cost-aus-wsm.csv"
    assert "2020 Q38.31 %US$ 16.627.00 %" in words(panel("table"))
