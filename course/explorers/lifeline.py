"""Lifeline or bonus? Remittances beside aid and foreign investment, by country and year, in money and as a share of GDP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from course import data, figures
from course.explorers.base import (
    Control,
    Download,
    Explorer,
    Option,
    Panel,
    Radio,
    Select,
    Slider,
    State,
    Try,
    View,
    one_of,
    quantity,
    setter,
)
from course.figures import Html, phrase
from course.i18n import N_, SOURCE, _, language, ngettext, speaking
from course.i18n.forms import commas
from course.numbers import brief, money, percent, plain, rounded
from course.tilemap import tile_map

FIRST, LAST = 2000, 2024
YEARS = range(FIRST, LAST + 1)
TICKS = range(FIRST, LAST + 1, 4)
AID_LAST = 2023
# the year before, the year of the shock, its name
SHOCKS = ((2008, 2009, N_("Financial crisis")), (2019, 2020, N_("Pandemic")))


@dataclass(frozen=True)
class Kind:
    """One flow: its words, its line and the limits of its classes on the map (% of GDP; US$ billion)."""

    name: str
    label: str
    short: str
    received: str
    look: str
    share_limits: tuple[float, ...]
    money_limits: tuple[float, ...]
    below_zero: str = ""


KINDS = {
    "remittances": Kind(
        "remittances", N_("Remittances"), N_("Remittances"), N_("Remittances received in {year}"),
        "chosen", (0.5, 1, 3, 10, 20), (0.1, 0.5, 2, 10, 30),
    ),
    "aid": Kind(
        "aid", N_("Aid"), N_("Aid"), N_("Aid received in {year}"),
        "cat-2", (0, 0.5, 2, 5, 15), (0, 0.1, 0.5, 1, 3), N_("under 0: more repaid than received"),
    ),
    "investment": Kind(
        "investment", N_("Foreign investment"), N_("Investment"), N_("Foreign investment received in {year}"),
        "cat-3", (0, 1, 3, 6, 12), (0, 0.5, 2, 10, 50), N_("under 0: net disinvestment"),
    ),
}


@dataclass(frozen=True)
class Year:
    """What one country received in one year, US$ at current prices; None where the source has no figure."""

    year: int
    remittances: float | None = None
    aid: float | None = None
    investment: float | None = None
    gdp: float | None = None
    remittances_share: float | None = None

    def amount(self, kind: str) -> float | None:
        """The flow `kind` in US$."""
        return getattr(self, kind)

    def share(self, kind: str) -> float | None:
        """The flow `kind` in % of GDP: for remittances as computed from the unrounded figures."""
        if kind == "remittances":
            return self.remittances_share
        amount = self.amount(kind)
        return None if amount is None or not self.gdp else amount / self.gdp * 100

    def value(self, kind: str, unit: str) -> float | None:
        """The flow in the chosen unit: "money" (US$) or "gdp" (% of GDP)."""
        return self.share(kind) if unit == "gdp" else self.amount(kind)


# --- the figures ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Mapping[int, Year]]:
    found: dict[str, dict[int, Year]] = {}
    for row in data.table("flows").rows:
        usd = {name: None if row[name] is None else row[name] * 1e6 for name in ("remittances_musd", "oda_musd", "fdi_musd", "gdp_musd")}
        found.setdefault(row["iso3"], {})[row["year"]] = Year(
            row["year"], usd["remittances_musd"], usd["oda_musd"], usd["fdi_musd"], usd["gdp_musd"], row["remittances_pct_gdp"]
        )
    return found


def countries() -> Mapping[str, data.State]:
    """Every State of the map, with figures or without, and the other areas that have figures."""
    return {code: state for code, state in data.states().items() if state.status != "area" or code in _known()}


def history(country: str) -> list[Year]:
    """All years of one country; a year without a row has only None."""
    rows = _known().get(country, {})
    return [rows.get(year, Year(year)) for year in YEARS]


def at(country: str, year: int) -> Year:
    """One country in one year."""
    return _known().get(country, {}).get(year, Year(year))


# --- the model ------------------------------------------------------------------------------------------------


def ratio(part: float | None, whole: float | None) -> float | None:
    """part / whole, or None where a figure is missing or the comparison has no meaning (whole at or below zero)."""
    if part is None or whole is None or whole <= 0:
        return None
    return part / whole


def change(before: float | None, after: float | None) -> float | None:
    """The change in %, or None where a figure is missing or the start is at or below zero."""
    quotient = ratio(after, before)
    return None if quotient is None else (quotient - 1) * 100


def latest(years: Sequence[Year], kind: str, until: int = LAST) -> Year | None:
    """The last year up to `until` that has a figure for the flow `kind`."""
    return next((one for one in reversed(years) if one.year <= until and one.amount(kind) is not None), None)


def rank(country: str, year: int, kind: str, unit: str) -> tuple[int, int] | None:
    """(place, of how many) among all countries and areas with a figure; None without one. Equal values share a place."""
    values = {code: at(code, year).value(kind, unit) for code in countries()}
    mine = values[country]
    known = [value for value in values.values() if value is not None]
    return None if mine is None else (1 + sum(value > mine for value in known), len(known))


def clean(state: State, change: Mapping[str, Any]) -> State:
    """The nearest valid state: {country, year, unit, flow}. Never raises."""
    return {
        "country": one_of(change.get("country"), countries(), str(state["country"])),
        "year": round(quantity(change.get("year"), FIRST, LAST, state["year"])),
        "unit": one_of(change.get("unit"), ("gdp", "money"), str(state["unit"])),
        "flow": one_of(change.get("flow"), KINDS, str(state["flow"])),
    }


# --- words ----------------------------------------------------------------------------------------------------


def compared(quotient: float, what: str) -> Html:
    """ "23 times the aid", "8.7 times the aid", "about as much as the aid", "35 % of the aid"."""
    aid = what == "aid"
    if quotient >= 1.05:
        shown = rounded(quotient, 0 if quotient >= 9.95 else 1)
        number = ngettext("{number}\u00a0time", "{number}\u00a0times", shown).format(number=plain(shown, 0 if quotient >= 9.95 else 1))
        return phrase(_("{times} the aid") if aid else _("{times} the foreign direct investment"), times=_strong(number))
    if quotient > 0.95:
        # the translation carries the markup, because the words around it differ too much between languages
        return Html(
            _("<strong>about as much</strong> as the aid") if aid else _("<strong>about as much</strong> as the foreign direct investment")
        )
    share = _strong(_percent(quotient * 100))
    return phrase(_("{share} of the aid") if aid else _("{share} of the foreign direct investment"), share=share)


def finding(country: str, year: int) -> str:
    """What the figures of one country and year say, as HTML; figures of another year are named as such."""
    name, now, years = data.states()[country].in_text, at(country, year), history(country)
    if not any(one.amount(kind) is not None for one in years for kind in KINDS):
        return phrase(_("The source has no figures for {country} in these series."), country=name)
    if now.remittances is None:
        known = latest(years, "remittances", year)
        said = [phrase(_("The source has no figure for the remittances that {country} received in {year}."), country=name, year=_strong(year))]
        return " ".join(said + ([_last_known(known)] if known else []))
    opening = (
        _("In {year} {country} received {amount} in remittances.")
        if now.remittances_share is None
        else _("In {year} {country} received {amount} in remittances, equal to {share} of GDP.")
    )
    figures_ = {"amount": _strong(money(now.remittances)), "share": _strong(_percent(now.remittances_share))}
    start = phrase(opening, year=_strong(year), country=name, **figures_)
    return " ".join([start, *_comparison(now), *_missing(years, now)])


def _last_known(last: Year) -> Html:
    message = (
        _("The last one before is {year}: {amount}.")
        if last.remittances_share is None
        else _("The last one before is {year}: {amount}, equal to {share} of GDP.")
    )
    return phrase(message, year=last.year, amount=_strong(money(last.remittances)), share=_strong(_percent(last.remittances_share)))


def _comparison(now: Year) -> list[str]:
    """How the remittances compare with the other flows of the year, where that has a meaning."""
    found = [
        compared(quotient, kind) for kind in ("aid", "investment") if (quotient := ratio(now.remittances, now.amount(kind))) is not None
    ]
    if len(found) == 2:
        return [phrase(_("That is {first} and {second}."), first=found[0], second=found[1])]
    return [phrase(_("That is {comparison}."), comparison=one) for one in found]


def _missing(years: Sequence[Year], now: Year) -> list[str]:
    """Sentences on what could not be compared in that year, and why."""
    said: list[str] = []
    if now.investment is None:
        said.append(phrase(_("There is no figure for foreign direct investment in {year}."), year=now.year))
    elif now.investment == 0:
        said.append(phrase(_("Net foreign direct investment was zero.")))
    elif now.investment < 0:
        lost = _strong(money(-now.investment))
        said.append(phrase(_("Foreign direct investment was negative: a net disinvestment of {amount}."), amount=lost))
    if now.aid is None:
        said.append(_no_aid(years, now))
    elif now.aid == 0:
        said.append(phrase(_("Net aid was zero.")))
    elif now.aid < 0:
        said.append(phrase(_("Net aid was negative: {amount} more was repaid than received."), amount=_strong(money(-now.aid))))
    return said


def _no_aid(years: Sequence[Year], now: Year) -> Html:
    known = latest(years, "aid", now.year)
    if latest(years, "aid") is None:
        return phrase(_("The source reports no aid received."))
    if now.year <= AID_LAST or known is None or known.year != AID_LAST:
        return phrase(_("The source reports no aid received in {year}."), year=now.year)
    quotient = ratio(known.remittances, known.aid)
    if quotient is None:
        return phrase(_("Aid figures end in {year}."), year=AID_LAST)
    return phrase(_("Aid figures end in {year}; in that year remittances were {comparison}."), year=AID_LAST, comparison=compared(quotient, "aid"))


def _strong(text: object) -> Html:
    return Html(f"<strong>{figures.html(text)}</strong>")


def _percent(value: float | None) -> str:
    """Per cent with as many places as matter: "47 %", "3.5 %", "0.06 %"."""
    if value is None or abs(value) >= 10:
        return percent(value, 0)
    return percent(value, 1 if abs(value) >= 0.95 or not value else 2)


def _of_gdp(share: float | None) -> str:
    return _("{share} of GDP").format(share=_percent(share))


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return _("no figure")
    return _of_gdp(value) if unit == "gdp" else money(value)


def _tick(unit: str) -> Callable[[float], str]:
    """Writes a tick of the value axis, short enough for a telephone."""
    return brief if unit == "money" else lambda value: percent(value, 0 if value == round(value) else 1)


# --- the panels -----------------------------------------------------------------------------------------------


def key_figures(country: str, year: int) -> str:
    """The three flows of the year side by side, as a description list."""
    now, items = at(country, year), []
    for kind in KINDS.values():
        amount, share = now.amount(kind.name), now.share(kind.name)
        small = "" if share is None else f"<span>{escape(_of_gdp(share))}</span>"
        if amount is None:
            last = latest(history(country), kind.name, year)
            words = _("last: {year}, {amount}")
            small = f"<span>{escape(words.format(year=last.year, amount=money(last.amount(kind.name))))}</span>" if last else ""
        big = _("no figure for {year}").format(year=year) if amount is None else money(amount)
        missing = " missing" if amount is None else ""
        flow = escape(_("{flow}, {year}").format(flow=_(kind.label), year=year))
        items.append(
            f'<div class="lifeline-key {kind.look}"><dt>{flow}</dt>'
            f'<dd><strong class="lifeline-amount{missing}">{escape(big)}</strong>{small}</dd></div>'
        )
    return f'<dl class="lifeline-keys">{"".join(items)}</dl>'


def described(years: Sequence[Year], unit: str) -> str:
    """The chart in words: for each flow its first, highest and last figure, and the years below zero."""
    said = []
    for kind in KINDS.values():
        known = [(one.year, value) for one in years if (value := one.value(kind.name, unit)) is not None]
        if not known:
            said.append(_("{flow}: no figures.").format(flow=_(kind.label)))
            continue
        top = max(known, key=lambda item: item[1])
        words = _("{flow}: {first} in {first_year}, highest {most} in {most_year}, {last} in {last_year}.")
        (first_year, first), (most_year, most), (last_year, last) = known[0], top, known[-1]
        said.append(
            words.format(
                flow=_(kind.label), first=_shown(first, unit), first_year=first_year,
                most=_shown(most, unit), most_year=most_year, last=_shown(last, unit), last_year=last_year,
            )
        )
        below = [str(when) for when, value in known if value < 0]
        if below:
            said.append(_("Below zero in {years}.").format(years=commas(below)))
    return " ".join(said)


def chart(country: str, year: int, unit: str) -> str:
    """Lines of the three flows over all years, the shocks shaded, with the key figures above and the shocks below."""
    years = history(country)
    if not any(one.value(kind, unit) is not None for one in years for kind in KINDS):
        any_money = any(one.amount(kind) is not None for one in years for kind in KINDS)
        words = (
            _("The source has no shares of GDP for {country}. Show US$ instead.")
            if any_money
            else _("The source has no figures for {country}. Choose another country above or on the map.")
        )
        return f'<p class="lifeline-empty">{phrase(words, country=data.states()[country].in_text)}</p>'
    value = at(country, year).value("remittances", unit)
    drawing = figures.line_chart(
        uid="lifeline-chart",
        title=_("Remittances, aid and foreign investment received, {country}, {first} to {last}").format(
            country=data.states()[country].name, first=FIRST, last=LAST
        ),
        description=described(years, unit),
        series=[
            figures.Series(
                _(kind.label),
                tuple((one.year, one.value(kind.name, unit)) for one in years),
                look=kind.look,
                short=_(kind.short),
            )
            for kind in KINDS.values()
        ],
        x_ticks=[(tick, str(tick)) for tick in TICKS],
        y_text=_tick(unit),
        x_range=(FIRST, LAST),
        bands=[figures.Band(before if before == 2008 else after - 0.5, after + 0.5, _(name)) for before, after, name in SHOCKS],
        mark=None if value is None else figures.Mark(year, value, "" if year in TICKS else str(year)),
    )
    return key_figures(country, year) + drawing + shocks(country)


def shocks(country: str) -> str:
    """A small table: how each flow of the country changed in the two shocks, in US$ at current prices."""

    def cell(kind: str, before: int, after: int) -> str:
        old, new = at(country, before).amount(kind), at(country, after).amount(kind)
        if old is None or new is None:
            return _("no figures")
        moved = change(old, new)
        if moved is None or new < 0:
            return _("from {before} to {after}").format(before=money(old), after=money(new))
        return percent(moved, 1 if abs(moved) < 10 else 0, signed=True)

    rows = [[_(kind.label), *(cell(kind.name, before, after) for before, after, _name in SHOCKS)] for kind in KINDS.values()]
    heading = _("{shock}: {year} against {before}")
    header = [_("Flow"), *(heading.format(shock=_(name), year=after, before=before) for before, after, name in SHOCKS)]
    caption = _("Change in the two shocks, {country}, US$").format(country=data.states()[country].name)
    return figures.table(caption, header, rows, numeric=(1, 2))


def flow_buttons(flow: str) -> str:
    """The choice of the flow that the map and its table show, beside what it changes."""
    buttons = "".join(
        setter("flow", kind.name, _(kind.label), pressed=kind.name == flow, css="lifeline-flow") for kind in KINDS.values()
    )
    name = escape(_("Flow shown"))
    return f'<div class="lifeline-flows" role="group" aria-label="{name}">{buttons}</div>'


def map_year(kind: str, year: int) -> int:
    """The year the map shows: aid figures end earlier than the others."""
    return min(year, AID_LAST) if kind == "aid" else year


def world(country: str, year: int, unit: str, flow: str) -> str:
    """The tile map of one flow in one year."""
    kind, shown = KINDS[flow], map_year(flow, year)
    values = {code: at(code, shown).value(flow, unit) for code in countries()}
    title = _(kind.received).format(year=shown)
    if shown != year:
        title = _("Aid received in {year} (the last year with aid figures, not {asked})").format(year=shown, asked=year)
    if unit == "gdp":
        limits, words = kind.share_limits, _("% of GDP")
    else:
        limits, words = tuple(limit * 1e9 for limit in kind.money_limits), _("US$")
    if kind.below_zero:
        words = _("{unit} ({remark})").format(unit=words, remark=_(kind.below_zero))
    return flow_buttons(flow) + tile_map(
        values, scale=limits, selected=country, title=title, unit=words, format=lambda value: _shown(value, unit),
        limit=_tick(unit) if unit == "money" else None,
    )


UNITS = (N_("US$ million"), N_("% of GDP"))


def header() -> list[str]:
    """Each flow in both units, as the tables head their columns."""
    return [_("{flow}, {unit}").format(flow=_(kind.label), unit=_(unit)) for kind in KINDS.values() for unit in UNITS]


def _cells(one: Year, kinds: Iterable[str]) -> list[object]:
    """For each flow its amount in US$ million and its share of GDP in %, as text; a dash where there is none."""
    cells = []
    for kind in kinds:
        amount, share = one.amount(kind), one.share(kind)
        cells += ["–" if amount is None else plain(amount / 1e6, 1), "–" if share is None else plain(share, 2)]
    return cells


def years_table(country: str, year: int) -> str:
    """The numbers of the chart."""
    years = history(country)
    rows = [[str(one.year), *_cells(one, KINDS)] for one in reversed(years)]
    caption = _("{country}: what it received each year. A dash: no figure in the source.").format(country=data.states()[country].name)
    return figures.table(caption, [_("Year"), *header()], rows, numeric=range(1, 1 + len(header())), chosen=LAST - year)


def countries_table(country: str, year: int, unit: str, flow: str) -> str:
    """The numbers of the map: every country and area with a figure, largest first, then the number of those without."""
    kind, shown = KINDS[flow], map_year(flow, year)
    values = {code: at(code, shown).value(flow, unit) for code in countries()}
    ranked = sorted((code for code in values if values[code] is not None), key=lambda code: -values[code])
    rows = [[data.states()[code].name, *_cells(at(code, shown), [flow])] for code in ranked]
    place = ranked.index(country) if country in ranked else None
    head = [_("Country or area"), *(_(unit) for unit in UNITS)]
    return flow_buttons(flow) + figures.table(_ranking(kind, shown, unit, len(values) - len(ranked)), head, rows, numeric=(1, 2), chosen=place)


def _ranking(kind: Kind, year: int, unit: str, without: int) -> str:
    """What the table of countries shows, in which order, and how many are not in it."""
    if unit == "gdp":
        words = ngettext(
            "{title}, largest share of GDP first; {number} country or area has no figure.",
            "{title}, largest share of GDP first; {number} countries and areas have no figure.",
            without,
        )
    else:
        words = ngettext(
            "{title}, largest amount first; {number} country or area has no figure.",
            "{title}, largest amount first; {number} countries and areas have no figure.",
            without,
        )
    return words.format(title=_(kind.received).format(year=year), number=plain(without))


def csv_file(country: str, year: int) -> Download:
    """The numbers behind chart and map: the chosen country in all years, and all countries in the chosen year; names in English."""
    with speaking(SOURCE):
        names = {code: state.name for code, state in countries().items()}
    header = ["iso3", "country_or_area", "year"]
    header += ["remittances_usd_million", "aid_usd_million", "investment_usd_million"]
    header += ["remittances_pct_gdp", "aid_pct_gdp", "investment_pct_gdp"]
    picked = [(country, one) for one in history(country)]
    years = sorted({year, map_year("aid", year)})
    picked += [(code, at(code, when)) for when in years for code in names if code != country]
    rows = []
    for code, one in picked:
        amounts = [None if amount is None else round(amount / 1e6, 2) for amount in map(one.amount, KINDS)]
        if any(amount is not None for amount in amounts):
            shares = [None if share is None else round(share, 3) for share in map(one.share, KINDS)]
            rows.append([code, names[code], one.year, *amounts, *shares])
    return Download(f"lifeline-{country}-{year}.csv", figures.csv_text(header, rows))


def subtitle(country: str, year: int, unit: str) -> str:
    """What is measured, in which unit, and where the country stands."""
    words = (
        _("Remittances, net aid and net foreign direct investment received, in % of GDP, {first}–{last}.")
        if unit == "gdp"
        else _("Remittances, net aid and net foreign direct investment received, in US$ at current prices, {first}–{last}.")
    )
    measured = phrase(words, first=FIRST, last=LAST)
    share, sum_ = rank(country, year, "remittances", "gdp"), rank(country, year, "remittances", "money")
    if not share or not sum_:
        return measured
    standing = phrase(
        _(
            "Of the countries and areas with a figure for remittances in {year}, {country} comes "
            "{share_place} by share of GDP and {amount_place} by amount."
        ),
        year=year, country=data.states()[country].in_text, share_place=_place(share), amount_place=_place(sum_),
    )
    return f"{measured} {standing}"


def _place(place: tuple[int, int]) -> str:
    """ "3rd of 150"; other languages get the bare number, because their endings follow the noun."""
    number, many = place
    said = _ordinal(number) if language() == SOURCE else plain(number)
    return _("{place} of {many}").format(place=said, many=plain(many))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


NOTES = (
    N_(
        "Remittances are personal remittances received as the balance of payments records them; informal transfers are not in them, "
        "and better recording looks like growth."
    ),
    N_(
        "Aid is net official development assistance: what was received less what was repaid. Below zero means that more was repaid. "
        "Figures end in {year}."
    ),
    N_("Foreign investment is the net inflow of foreign direct investment. Below zero means net disinvestment."),
    N_("All money is in current US$: prices and exchange rates move the lines too."),
    N_("Every ratio compares figures of one year. A missing figure breaks the line; nothing is filled in."),
    N_(
        "Editions differ, so don't mix them. For 2024 this one has 47 % of GDP for Tajikistan and US$ 25 billion for China; the World Bank's "
        "estimates of December 2024 have 45 % and US$ 48 billion. Shares of GDP are computed from figures of this edition."
    ),
    N_("Remittances are private money. The comparison shows how large the flows are, not that one can take the place of another."),
    N_(
        "Areas that the figures list separately have no tile; find them at the end of the country list. "
        "References to Kosovo are to be understood in the context of Security Council resolution 1244 (1999)."
    ),
)

TRIES = (
    Try(N_("The largest sum, a small share: India"), {"country": "IND", "year": 2024, "unit": "money"}),
    Try(N_("When the host economy falls: Tajikistan in 2009"), {"country": "TJK", "year": 2009, "unit": "money"}),
    Try(N_("Aid leaps, remittances stay: Haiti in 2010"), {"country": "HTI", "year": 2010, "unit": "money"}),
    Try(N_("The pandemic year: the Philippines in 2020"), {"country": "PHL", "year": 2020, "unit": "money"}),
)


class Lifeline(Explorer):
    """The explorer "Lifeline or bonus?"."""

    name = "lifeline"
    title = N_("Lifeline or bonus?")
    start = {"country": "TJK", "year": 2024, "unit": "gdp", "flow": "remittances"}
    styles = ("tilemap.css", "lifeline.css")
    clean = staticmethod(clean)

    @staticmethod
    def controls(state: State) -> list[Control]:
        """Country, year and unit; the flow on the map is chosen beside the map."""
        return [
            Select("country", _("Country or area"), str(state["country"]), _country_options(language()), search=True),
            Slider("year", _("Year"), state["year"], FIRST, LAST, time=True),
            Radio("unit", _("Show"), str(state["unit"]), [Option("gdp", _("Share of GDP")), Option("money", _("US$"))]),
        ]

    @staticmethod
    def view(state: State) -> View:
        """Chart, map and the tables of both."""
        country, year, unit, flow = str(state["country"]), int(state["year"]), str(state["unit"]), str(state["flow"])
        return View(
            finding=finding(country, year),
            subtitle=subtitle(country, year, unit),
            panels=[
                Panel("chart", _("Chart"), chart(country, year, unit)),
                Panel("map", _("Map"), world(country, year, unit, flow)),
                Panel("years", _("Table"), years_table(country, year)),
                Panel("countries", _("All countries"), countries_table(country, year, unit, flow)),
            ],
            source=[escape(data.table("flows").provenance.line())],
            notes=[escape(_(note).format(year=AID_LAST)) for note in NOTES],
            csv=csv_file(country, year),
            tries=[replace(one, label=_(one.label)) for one in TRIES],
        )


@lru_cache
def _country_options(_language: str) -> tuple[Option, ...]:
    some = sorted(countries().values(), key=lambda state: state.status == "area")
    return tuple(
        Option(
            state.iso3,
            state.name if state.iso3 in _known() else _("{country} (no figures)").format(country=state.name),
            _("Other areas in the figures") if state.status == "area" else "",
        )
        for state in some
    )
