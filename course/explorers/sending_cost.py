"""What it costs to send money home along one corridor, against the two targets of SDG 10.c, and what reaching them
would leave in a family's hands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from course.data import states, table
from course.explorers.base import (
    Control,
    Download,
    Explorer,
    Option,
    Panel,
    Select,
    Slider,
    State,
    Try,
    Value,
    View,
    one_of,
    quantity,
    setter,
)
from course.figures import Bar, Html, Mark, Series, Target, bar_chart, csv_text, html, line_chart, table as html_table
from course.numbers import count, money, percent, times

AVERAGE_TARGET = 3.0  # per cent of the amount sent: SDG 10.c, first part
CORRIDOR_TARGET = 5.0  # per cent: SDG 10.c, second part

AMOUNTS = (20, 1000)
TIMES = (1, 52)
_X_RANGE = (2011.0, 2025.75)
_X_TICKS = [(float(year), str(year)) for year in range(2011, 2026, 2)]


# --- the model --------------------------------------------------------------------------------------------------


def cost(amount: float, percent_: float) -> float:
    """What sending `amount` (US$) costs at `percent_` per cent, in US$."""
    return amount * percent_ / 100


def saving(amount: float, percent_: float, target: float) -> float:
    """What stays with the family, in US$ a transfer, when the cost falls to `target` per cent; never below zero."""
    return max(0.0, cost(amount, percent_) - cost(amount, target))


def mean(values: Sequence[float]) -> float | None:
    """The simple mean, each corridor counting alike; None where there is no value."""
    return sum(values) / len(values) if values else None


def quarter_time(quarter: str) -> float:
    """"2020Q3" as a point of time in years, here 2020.5: the quarter's first day."""
    year, number = quarter.split("Q")
    return int(year) + (int(number) - 1) / 4


def quarter_words(quarter: str) -> str:
    """"2020Q3" as "2020 Q3", which does not break at a line's end."""
    return quarter.replace("Q", "\u00a0Q")


def nearest(quarter: str, available: Sequence[str]) -> str:
    """The available quarter nearest in time, the later one of two that are equally near."""
    wanted = quarter_time(quarter)
    return min(available, key=lambda one: (abs(quarter_time(one) - wanted), -quarter_time(one)))


@dataclass(frozen=True)
class Costs:
    """All corridors: `by_corridor[sender, receiver][quarter]` is the cost in per cent of US$ 200."""

    quarters: tuple[str, ...]
    by_corridor: Mapping[tuple[str, str], Mapping[str, float]]

    def in_quarter(self, quarter: str) -> list[float]:
        """Every value measured in the quarter."""
        return [values[quarter] for values in self.by_corridor.values() if quarter in values]

    def senders(self) -> list[str]:
        """Sending countries and areas by name."""
        return by_name({sender for sender, _ in self.by_corridor})

    def receivers(self, sender: str) -> list[str]:
        """Where money from `sender` goes in the survey, by name."""
        return by_name({to for by, to in self.by_corridor if by == sender})

    def to(self, receiver: str, quarter: str) -> list[tuple[str, float]]:
        """(sender, cost) of the corridors to `receiver` measured in the quarter, cheapest first."""
        found = [(by, v[quarter]) for (by, to), v in self.by_corridor.items() if to == receiver and quarter in v]
        return sorted(found, key=lambda pair: pair[1])


@lru_cache
def costs() -> Costs:
    """The corridor table, reshaped once."""
    source = table("corridors")
    quarters = tuple(column for column in source.columns if column not in ("sender", "receiver"))
    return Costs(
        quarters,
        {
            (row["sender"], row["receiver"]): {q: row[q] for q in quarters if row[q] is not None}
            for row in source.rows
        },
    )


@lru_cache
def mean_course() -> Mapping[str, tuple[float, int]]:
    """Quarter -> (simple mean over the corridors measured in it, how many they were)."""
    known = {quarter: costs().in_quarter(quarter) for quarter in costs().quarters}
    return {quarter: (sum(values) / len(values), len(values)) for quarter, values in known.items() if values}


@lru_cache
def published_course() -> tuple[tuple[str, float], ...]:
    """(quarter, per cent): the global averages that the World Bank published, where one was found."""
    rows = [row for row in table("cost_headlines").rows if row["measure"] == "global_average" and row["quarter"]]
    return tuple(sorted((f"{row['year']}Q{row['quarter']}", row["percent"]) for row in rows))


def by_name(codes: set[str]) -> list[str]:
    """Country codes in the order of their names, accents not counted."""
    return sorted(codes, key=lambda code: unicodedata.normalize("NFKD", states()[code].name).casefold())


# --- state and controls -----------------------------------------------------------------------------------------


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state: another sender keeps the receiver where it can, another corridor the nearest quarter."""
    wish = {**state, **change}
    sender = one_of(wish.get("sender"), costs().senders(), state["sender"])
    receivers = costs().receivers(sender)
    kept = state["receiver"] if state["receiver"] in receivers else receivers[0]
    receiver = one_of(wish.get("receiver"), receivers, kept)
    measured = list(costs().by_corridor[sender, receiver])
    quarter = one_of(wish.get("quarter"), costs().quarters, state["quarter"])
    return {
        "sender": sender,
        "receiver": receiver,
        "quarter": nearest(quarter, measured),
        "amount": round(quantity(wish.get("amount"), *AMOUNTS, fallback=state["amount"])),
        "times": round(quantity(wish.get("times"), *TIMES, fallback=state["times"])),
    }


def controls(state: State) -> list[Control]:
    """What can be turned; receivers follow the sender, quarters the corridor."""
    corridor = costs().by_corridor[state["sender"], state["receiver"]]
    receivers = costs().receivers(state["sender"])
    return [
        Select("sender", "From", state["sender"], [_option(code) for code in costs().senders()]),
        Select("receiver", "To", state["receiver"], [_option(code) for code in receivers]),
        Select(
            "quarter",
            "Quarter",
            state["quarter"],
            [Option(quarter, quarter_words(quarter)) for quarter in reversed(corridor)],
        ),
        Slider("amount", "Amount sent each time", state["amount"], *AMOUNTS, step=10, before="US$"),
        Slider("times", "Transfers a year", state["times"], *TIMES),
    ]


def _option(code: str) -> Option:
    return Option(code, states()[code].name)


# --- the view ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One state with its numbers worked out; all costs in per cent unless the name says money."""

    state: State
    corridor: Mapping[str, float]
    percent: float
    mean: float
    measured: int

    @property
    def amount(self) -> float:
        return self.state["amount"]

    @property
    def sender(self) -> str:
        return states()[self.state["sender"]].in_text

    @property
    def receiver(self) -> str:
        return states()[self.state["receiver"]].in_text

    @property
    def quarter(self) -> str:
        return quarter_words(self.state["quarter"])


def case(state: State) -> Case:
    """The numbers of one state."""
    corridor = costs().by_corridor[state["sender"], state["receiver"]]
    average, measured = mean_course()[state["quarter"]]
    return Case(state, corridor, corridor[state["quarter"]], average, measured)


def view(state: State) -> View:
    """What is shown for a state."""
    now = case(state)
    source, headlines = table("corridors").provenance, table("cost_headlines").provenance
    return View(
        finding=finding(now),
        subtitle=(
            "Average total cost of sending US$ 200 (fee and exchange-rate margin), in per cent of the amount sent. "
            "By corridor the table ends in 2020 Q3; world averages published later are shown as dots. Dashed: the two targets of SDG 10.c."
        ),
        panels=[
            Panel("chart", "Chart", _chart(now)),
            Panel("money", "Money", _money_panel(now)),
            Panel("others", "Senders", _others(now)),
            Panel("table", "Table", _table(now)),
        ],
        source=[html(source.line()), html(f"World averages: {headlines.edition}. As of {headlines.as_of}.")],
        notes=notes(now),
        csv=_csv(now),
        tries=[
            Try("Turn back to 2011", {"quarter": "2011Q1"}),
            Try("To the Philippines from Singapore …", {"sender": "SGP", "receiver": "PHL", "quarter": "2020Q3"}),
            Try("… and from Japan", {"sender": "JPN", "receiver": "PHL", "quarter": "2020Q3"}),
            Try("A corridor that came down below 3 %", {"sender": "SGP", "receiver": "IND", "quarter": "2020Q3"}),
            Try("A published cost below zero", {"sender": "SAU", "receiver": "SDN", "quarter": "2017Q4"}),
        ],
    )


def finding(now: Case) -> str:
    """The sentence with the live numbers."""
    strong = _strong
    opening = (
        f"Sending {strong(money(now.amount))} from {html(now.sender)} to {html(now.receiver)} cost "
        f"{strong(money(cost(now.amount, now.percent)))}, or {strong(percent(now.percent))}, in {html(now.quarter)}."
    )
    if now.percent < 0:
        return (
            f"From {html(now.sender)} to {html(now.receiver)} the survey printed a cost below zero in "
            f"{html(now.quarter)}: {strong(percent(now.percent))}. More would have arrived than was sent, "
            f"which is a reason to ask how it was measured."
        )
    if now.percent <= AVERAGE_TARGET:
        less = saving(now.amount, now.mean, now.percent) * now.state["times"]
        return (
            f"{opening} That is within the 3&nbsp;% target: a family in {html(now.receiver)} keeps "
            f"{strong(money(less))} more a year than at the mean of all corridors."
        )
    each = saving(now.amount, now.percent, AVERAGE_TARGET)
    year = each * now.state["times"]
    gain = f"{strong(money(each))} more each time and {strong(money(year))} more a year"
    if now.state["times"] == 1:
        gain = f"{strong(money(year))} more a year"
    return f"{opening} At 3&nbsp;%, a family in {html(now.receiver)} would keep {gain}."


def notes(now: Case) -> list[str]:
    """What the numbers assume and where they mislead."""
    out = []
    if any(value < 0 for value in now.corridor.values()):
        out.append(
            "This corridor has a value below zero, shown as published. The source gives no reason; "
            "a gain on the exchange rate is possible. No saving is computed from it."
        )
    if now.amount != 200:
        out.append(
            f"The survey measures the sending of US$ 200. Here the same percentage is applied to {html(money(now.amount))}. "
            "Part of a fee is usually fixed, so small amounts are dearer in reality and large ones cheaper."
        )
    out += [
        "SDG target 10.c has two parts, both by 2030: reduce the average cost to less than 3&nbsp;%, "
        "and leave no corridor above 5&nbsp;%. The 3&nbsp;% is asked of the average; here it is applied to one corridor, to show "
        "what it would mean there.",
        "The grey line is computed here: the simple mean over all corridors measured in a quarter, each counting alike. "
        "The survey grew from about 200 corridors to 367, so part of its course comes from corridors that joined. It is near the published "
        "world average, which rests on a slightly different set.",
        "“A year” means this quarter’s cost for every transfer of the year, with nobody changing provider, channel or amount.",
        "An average over providers hides its spread: who compares them usually pays less than the average.",
    ]
    return out


def _strong(text: str) -> str:
    return f"<strong>{html(text)}</strong>"


def _pair(now: Case) -> str:
    return f"{now.sender.removeprefix('the ')} to {now.receiver.removeprefix('the ')}"


def _chart(now: Case) -> str:
    known = [quarter for quarter in costs().quarters if quarter in now.corridor]
    points: list[tuple[float, float | None]] = []
    for before, quarter in zip([None, *known], known):
        # the survey ran twice a year at first: only a longer silence breaks the line
        if before and quarter_time(quarter) - quarter_time(before) > 0.5:
            points.append((quarter_time(quarter) - 0.01, None))
        points.append((quarter_time(quarter), now.corridor[quarter]))
    means = [(quarter_time(quarter), value) for quarter, (value, _) in mean_course().items()]
    published = [(quarter_time(quarter), value) for quarter, value in published_course()]
    last_mean, (last_quarter, last_value) = means[-1][1], published_course()[-1]
    chosen_last = now.state["quarter"] == known[-1]
    here = f"{now.quarter}: {percent(now.percent)}"
    title = f"Cost of sending US$ 200, {_pair(now)}, {quarter_words(known[0])} to {quarter_words(known[-1])}"
    description = (
        f"{percent(now.corridor[known[0]])} in {quarter_words(known[0])}, {percent(now.corridor[known[-1]])} in "
        f"{quarter_words(known[-1])}; {percent(now.percent)} in the chosen quarter, {now.quarter}, when the mean of "
        f"{now.measured} corridors was {percent(now.mean)}. Dashed lines mark the targets of 3 % and 5 %. "
        f"The published world average was {percent(last_value)} in {quarter_words(last_quarter)}. "
        "All values are in the table."
    )
    return line_chart(
        uid=f"cost-{now.state['sender']}-{now.state['receiver']}",
        title=title,
        description=description,
        series=[
            Series(f"Mean of all corridors {percent(last_mean)}", tuple(means), short=f"All {percent(last_mean)}"),
            Series(
                f"Published world average {percent(last_value)}",
                tuple(published),
                look="cat-2",
                short=f"World {percent(last_value)}",
                line=False,
                dots=True,
            ),
            Series(
                f"{_pair(now)} {percent(now.corridor[known[-1]])}",
                tuple(points),
                look="chosen",
                short=f"This one {percent(now.corridor[known[-1]])}",
            ),
        ],
        x_ticks=_X_TICKS,
        x_range=_X_RANGE,
        y_text=lambda value: percent(value, 0),
        targets=[
            Target(CORRIDOR_TARGET, "No corridor above 5 %", "Limit 5 %"),
            Target(AVERAGE_TARGET, "Average below 3 %", "Goal 3 %"),
        ],
        mark=Mark(quarter_time(now.state["quarter"]), now.percent, "" if chosen_last else here),
    )


def _money_panel(now: Case) -> str:
    paid = cost(now.amount, now.percent)
    heading = f"Cost of sending {money(now.amount)} from {now.sender} to {now.receiver}"
    bars = [
        Bar(f"As measured in {now.quarter}", max(paid, 0), money(paid), "chosen"),
        Bar(f"At the mean of all corridors, {percent(now.mean)}", cost(now.amount, now.mean), money(cost(now.amount, now.mean))),
        Bar("At 5 %, the most for any corridor", cost(now.amount, 5), money(cost(now.amount, 5)), "cat-3"),
        Bar("At 3 %, the target for the average", cost(now.amount, 3), money(cost(now.amount, 3)), "cat-3"),
    ]
    described = "; ".join(f"{bar.label}: {bar.text}" for bar in bars) + "."
    picture = bar_chart(uid=f"money-{now.state['sender']}-{now.state['receiver']}", title=heading, description=described, bars=bars)
    return f"<p>{html(heading)}, in money:</p>{picture}{_savings(now)}"


def _savings(now: Case) -> str:
    if now.percent <= AVERAGE_TARGET:
        return "<p>This corridor is within both targets in this quarter: there is nothing to gain from reaching them.</p>"
    rows = []
    for target in (CORRIDOR_TARGET, AVERAGE_TARGET):
        each = saving(now.amount, now.percent, target)
        rows.append((percent(target, 0), money(cost(now.amount, target)), money(each), money(each * now.state["times"])))
    return html_table(
        f"What a family in {now.receiver} would keep, with {times(now.state['times'])} {money(now.amount)} a year",
        ["At", "Cost", "More each time", "More a year"],
        rows,
        numeric=(1, 2, 3),
    )


def _others(now: Case) -> str:
    found = costs().to(now.state["receiver"], now.state["quarter"])
    longest = max(value for _, value in found)
    rows, chosen = [], None
    for number, (sender, value) in enumerate(found):
        name = states()[sender].in_text.removeprefix("the ")
        if sender == now.state["sender"]:
            chosen = number
        rows.append(
            (
                setter("sender", sender, name, pressed=sender == now.state["sender"]),
                percent(value),
                money(cost(now.amount, value)),
                _cell_bar(max(value, 0) / longest if longest > 0 else 0),
            )
        )
    caption = (
        f"{count(len(found), 'measured corridor')} to {now.receiver} in {now.quarter}, cheapest first: "
        f"cost in per cent, and of {money(now.amount)}"
    )
    return html_table(caption, ["From", "Cost", "In money", Html('<span class="unseen">As a bar</span>')], rows, numeric=(1, 2), chosen=chosen)


def _cell_bar(share: float) -> Html:
    return Html(
        '<svg class="cellbar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{share * 100:.1f}" height="10"/></svg>'
    )


def _table(now: Case) -> str:
    rows = [
        (
            quarter_words(quarter),
            _cell(now.corridor.get(quarter)),
            _money_cell(now.amount, now.corridor.get(quarter)),
            _cell(average),
        )
        for quarter, (average, _) in mean_course().items()
    ]
    rows.reverse()
    by_quarter = html_table(
        f"{_pair(now)}: cost in per cent of US$ 200, and of {money(now.amount)} at the same percentage",
        ["Quarter", "This corridor", "In money", "Mean of all"],
        rows,
        numeric=(1, 2, 3),
        chosen=[row[0] for row in rows].index(now.quarter),
    )
    published = html_table(
        "World averages as published",
        ["Quarter", "Cost"],
        [(quarter_words(quarter), _cell(value)) for quarter, value in reversed(published_course())],
        numeric=(1,),
    )
    return by_quarter + published


def _money_cell(amount: float, value: float | None) -> str:
    return "–" if value is None else money(cost(amount, value))


def _cell(value: float | None) -> str:
    return "–" if value is None else percent(value, 2)


def _csv(now: Case) -> Download:
    sender, receiver = now.state["sender"], now.state["receiver"]
    source = table("corridors").provenance.line().removeprefix("Source: ")
    rows = [
        (
            quarter,
            sender,
            states()[sender].name,
            receiver,
            states()[receiver].name,
            now.corridor.get(quarter),
            round(average, 2),
            measured,
            source,
        )
        for quarter, (average, measured) in mean_course().items()
    ]
    header = [
        "quarter",
        "sender_iso3",
        "sender",
        "receiver_iso3",
        "receiver",
        "cost_percent_of_200_usd",
        "mean_of_all_corridors_percent",
        "corridors_measured",
        "source",
    ]
    return Download(f"cost-{sender}-{receiver}.csv".lower(), csv_text(header, rows))


class SendingCost(Explorer):
    """The explorer `sending-cost`."""

    name = "sending-cost"
    title = "What does it cost to send money home?"
    start = {"sender": "AUS", "receiver": "WSM", "quarter": "2020Q3", "amount": 200, "times": 12}
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
