"""What it costs to send money home along one corridor, against the two targets of SDG 10.c, and what reaching them
would leave in a family's hands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from course.data import folded, states, table
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
from course.figures import Bar, Html, Mark, Series, Target, bar_chart, csv_text, html, in_words, line_chart, phrase, table as html_table
from course.i18n import N_, SOURCE, _, direction, ngettext, speaking
from course.numbers import money, percent, plain, quarter as said_quarter, times

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
    year, number = quarter.split("Q")
    return said_quarter(int(year), int(number))


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
    return sorted(codes, key=lambda code: folded(states()[code].name))


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
    before, _field, after = _("US$ {amount}").partition("{amount}")
    return [
        Select("sender", _("From"), state["sender"], [_option(code) for code in costs().senders()]),
        Select("receiver", _("To"), state["receiver"], [_option(code) for code in receivers]),
        Select(
            "quarter",
            _("Quarter"),
            state["quarter"],
            [Option(quarter, quarter_words(quarter)) for quarter in reversed(corridor)],
        ),
        Slider("amount", _("Amount sent each time"), state["amount"], *AMOUNTS, step=10, before=before.strip(), unit=after.strip()),
        Slider("times", _("Transfers a year"), state["times"], *TIMES),
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
        subtitle=_(
            "Average total cost of sending US$ 200 (fee and exchange-rate margin), in per cent of the amount sent. "
            "By corridor the table ends in 2020 Q3; world averages published later are shown as dots. Dashed: the two targets of SDG 10.c."
        ),
        panels=[
            Panel("chart", _("Chart"), _chart(now)),
            Panel("money", _("Money"), _money_panel(now)),
            Panel("others", _("Senders"), _others(now)),
            Panel("table", _("Table"), _table(now)),
        ],
        source=[html(source.line()), html(_("World averages: {edition}. As of {date}.").format(edition=headlines.edition, date=headlines.date()))],
        notes=notes(now),
        csv=_csv(now),
        tries=[
            Try(_("Turn back to 2011"), {"quarter": "2011Q1"}),
            Try(_("To the Philippines from Singapore …"), {"sender": "SGP", "receiver": "PHL", "quarter": "2020Q3"}),
            Try(_("… and from Japan"), {"sender": "JPN", "receiver": "PHL", "quarter": "2020Q3"}),
            Try(_("A corridor that came down below 3 %"), {"sender": "SGP", "receiver": "IND", "quarter": "2020Q3"}),
            Try(_("A published cost below zero"), {"sender": "SAU", "receiver": "SDN", "quarter": "2017Q4"}),
        ],
    )


def finding(now: Case) -> str:
    """The sentence with the live numbers."""
    names = {"sender": now.sender, "receiver": now.receiver, "quarter": now.quarter, "share": _strong(percent(now.percent))}
    if now.percent < 0:
        return phrase(
            _(
                "From {sender} to {receiver} the survey printed a cost below zero in {quarter}: {share}. "
                "More would have arrived than was sent, which is a reason to ask how it was measured."
            ),
            **names,
        )
    opening = phrase(
        _("Sending {amount} from {sender} to {receiver} cost {cost}, or {share}, in {quarter}."),
        **names, amount=_strong(money(now.amount)), cost=_strong(money(cost(now.amount, now.percent))),
    )
    return f"{opening} {_gain(now)}"


def _gain(now: Case) -> Html:
    """What the target, or what this corridor beside all others, leaves with the family."""
    if now.percent <= AVERAGE_TARGET:
        less = saving(now.amount, now.mean, now.percent) * now.state["times"]
        return phrase(
            _("That is within the 3\u00a0% target: a family in {receiver} keeps {year} more a year than at the mean of all corridors."),
            receiver=now.receiver, year=_strong(money(less)),
        )
    each = saving(now.amount, now.percent, AVERAGE_TARGET)
    year = _strong(money(each * now.state["times"]))
    if now.state["times"] == 1:
        return phrase(_("At 3\u00a0%, a family in {receiver} would keep {year} more a year."), receiver=now.receiver, year=year)
    return phrase(
        _("At 3\u00a0%, a family in {receiver} would keep {each} more each time and {year} more a year."),
        receiver=now.receiver, each=_strong(money(each)), year=year,
    )


def notes(now: Case) -> list[str]:
    """What the numbers assume and where they mislead."""
    out: list[str] = []
    if any(value < 0 for value in now.corridor.values()):
        out.append(
            phrase(
                _(
                    "This corridor has a value below zero, shown as published. The source gives no reason; "
                    "a gain on the exchange rate is possible. No saving is computed from it."
                )
            )
        )
    if now.amount != 200:
        out.append(
            phrase(
                _(
                    "The survey measures the sending of US$ 200. Here the same percentage is applied to {amount}. "
                    "Part of a fee is usually fixed, so small amounts are dearer in reality and large ones cheaper."
                ),
                amount=money(now.amount),
            )
        )
    return out + [phrase(_(note)) for note in _NOTES]


_NOTES = (
    N_(
        "SDG target 10.c has two parts, both by 2030: reduce the average cost to less than 3\u00a0%, "
        "and leave no corridor above 5\u00a0%. The 3\u00a0% is asked of the average; here it is applied to one corridor, to show "
        "what it would mean there."
    ),
    N_(
        "The grey line is computed here: the simple mean over all corridors measured in a quarter, each counting alike. "
        "The survey grew from about 200 corridors to 367, so part of its course comes from corridors that joined. It is near the published "
        "world average, which rests on a slightly different set."
    ),
    N_("“A year” means this quarter’s cost for every transfer of the year, with nobody changing provider, channel or amount."),
    N_("An average over providers hides its spread: who compares them usually pays less than the average."),
)


def _strong(text: str) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _pair(now: Case) -> str:
    return _("{sender} to {receiver}").format(sender=_bare(now.sender), receiver=_bare(now.receiver))


def _bare(name: str) -> str:
    """A name as a list has it."""
    return name.removeprefix("the ")


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
    here = _("{quarter}: {percent}").format(quarter=now.quarter, percent=percent(now.percent))
    first, last = now.corridor[known[0]], now.corridor[known[-1]]
    title = _("Cost of sending US$ 200, {corridor}, {first} to {last}").format(
        corridor=_pair(now), first=quarter_words(known[0]), last=quarter_words(known[-1])
    )
    description = ngettext(
        "{first} in {first_quarter}, {last} in {last_quarter}; {chosen} in the chosen quarter, {quarter}, when the mean of "
        "{number} corridor was {mean}. Dashed lines mark the targets of 3 % and 5 %. "
        "The published world average was {published} in {published_quarter}. All values are in the table.",
        "{first} in {first_quarter}, {last} in {last_quarter}; {chosen} in the chosen quarter, {quarter}, when the mean of "
        "{number} corridors was {mean}. Dashed lines mark the targets of 3 % and 5 %. "
        "The published world average was {published} in {published_quarter}. All values are in the table.",
        now.measured,
    ).format(
        first=percent(first), first_quarter=quarter_words(known[0]),
        last=percent(last), last_quarter=quarter_words(known[-1]),
        chosen=percent(now.percent), quarter=now.quarter, number=plain(now.measured), mean=percent(now.mean),
        published=percent(last_value), published_quarter=quarter_words(last_quarter),
    )
    return line_chart(
        uid=f"cost-{now.state['sender']}-{now.state['receiver']}",
        title=title,
        description=description,
        series=[
            Series(
                _("Mean of all corridors {percent}").format(percent=percent(last_mean)),
                tuple(means),
                short=_("All {percent}").format(percent=percent(last_mean)),
            ),
            Series(
                _("Published world average {percent}").format(percent=percent(last_value)),
                tuple(published),
                look="cat-2",
                short=_("World {percent}").format(percent=percent(last_value)),
                line=False,
                dots=True,
            ),
            Series(
                _("{corridor} {percent}").format(corridor=_pair(now), percent=percent(last)),
                tuple(points),
                look="chosen",
                short=_("This one {percent}").format(percent=percent(last)),
            ),
        ],
        x_ticks=_X_TICKS,
        x_range=_X_RANGE,
        y_text=lambda value: percent(value, 0),
        targets=[
            Target(CORRIDOR_TARGET, _("No corridor above 5 %"), _("Limit 5 %")),
            Target(AVERAGE_TARGET, _("Average below 3 %"), _("Goal 3 %")),
        ],
        mark=Mark(quarter_time(now.state["quarter"]), now.percent, "" if chosen_last else here),
    )


def _money_panel(now: Case) -> str:
    paid = cost(now.amount, now.percent)
    names = {"amount": money(now.amount), "sender": now.sender, "receiver": now.receiver}
    heading = _("Cost of sending {amount} from {sender} to {receiver}").format(**names)
    lead = _("Cost of sending {amount} from {sender} to {receiver}, in money:").format(**names)
    at_mean = cost(now.amount, now.mean)
    bars = [
        Bar(_("As measured in {quarter}").format(quarter=now.quarter), max(paid, 0), money(paid), "chosen"),
        Bar(_("At the mean of all corridors, {percent}").format(percent=percent(now.mean)), at_mean, money(at_mean)),
        Bar(_("At 5 %, the most for any corridor"), cost(now.amount, 5), money(cost(now.amount, 5)), "cat-3"),
        Bar(_("At 3 %, the target for the average"), cost(now.amount, 3), money(cost(now.amount, 3)), "cat-3"),
    ]
    picture = bar_chart(uid=f"money-{now.state['sender']}-{now.state['receiver']}", title=heading, description=in_words(bars), bars=bars)
    return f"<p>{html(lead)}</p>{picture}{_savings(now)}"


def _savings(now: Case) -> str:
    if now.percent <= AVERAGE_TARGET:
        said = _("This corridor is within both targets in this quarter: there is nothing to gain from reaching them.")
        return f"<p>{html(said)}</p>"
    rows = []
    for target in (CORRIDOR_TARGET, AVERAGE_TARGET):
        each = saving(now.amount, now.percent, target)
        rows.append((percent(target, 0), money(cost(now.amount, target)), money(each), money(each * now.state["times"])))
    return html_table(
        _("What a family in {receiver} would keep, with {times} {amount} a year").format(
            receiver=now.receiver, times=times(now.state["times"]), amount=money(now.amount)
        ),
        [_("At"), _("Cost"), _("More each time"), _("More a year")],
        rows,
        numeric=(1, 2, 3),
    )


def _others(now: Case) -> str:
    found = costs().to(now.state["receiver"], now.state["quarter"])
    longest = max(value for _, value in found)
    rows, chosen = [], None
    for number, (sender, value) in enumerate(found):
        name = _bare(states()[sender].in_text)
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
    caption = ngettext(
        "{number}\u00a0measured corridor to {receiver} in {quarter}, cheapest first: cost in per cent, and of {amount}",
        "{number}\u00a0measured corridors to {receiver} in {quarter}, cheapest first: cost in per cent, and of {amount}",
        len(found),
    ).format(number=plain(len(found)), receiver=now.receiver, quarter=now.quarter, amount=money(now.amount))
    bar = html(_("As a bar"))
    header = [_("From"), _("Cost"), _("In money"), Html(f'<span class="unseen">{bar}</span>')]
    return html_table(caption, header, rows, numeric=(1, 2), chosen=chosen)


def _cell_bar(share: float) -> Html:
    start = f' x="{(1 - share) * 100:.1f}"' if direction() == "rtl" else ""
    return Html(
        '<svg class="cellbar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect{start} width="{share * 100:.1f}" height="10"/></svg>'
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
        _("{corridor}: cost in per cent of US$ 200, and of {amount} at the same percentage").format(
            corridor=_pair(now), amount=money(now.amount)
        ),
        [_("Quarter"), _("This corridor"), _("In money"), _("Mean of all")],
        rows,
        numeric=(1, 2, 3),
        chosen=[row[0] for row in rows].index(now.quarter),
    )
    published = html_table(
        _("World averages as published"),
        [_("Quarter"), _("Cost")],
        [(quarter_words(quarter), _cell(value)) for quarter, value in reversed(published_course())],
        numeric=(1,),
    )
    return by_quarter + published


def _money_cell(amount: float, value: float | None) -> str:
    return "–" if value is None else money(cost(amount, value))


def _cell(value: float | None) -> str:
    return "–" if value is None else percent(value, 2)


def _csv(now: Case) -> Download:
    """The figures for machines, in English whatever the page speaks."""
    sender, receiver = now.state["sender"], now.state["receiver"]
    with speaking(SOURCE):
        source, names = table("corridors").provenance.origin(), {code: states()[code].name for code in (sender, receiver)}
    rows = [
        (quarter, sender, names[sender], receiver, names[receiver], now.corridor.get(quarter), round(average, 2), measured, source)
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
    title = N_("What does it cost to send money home?")
    start = {"sender": "AUS", "receiver": "WSM", "quarter": "2020Q3", "amount": 200, "times": 12}
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
