"""How often are nationals and foreign citizens in work, or unemployed, by country, year and sex, and what does the figure hide?

The rates are published ones (`course/data/employment.csv`). Three things are computed from them, all in percentage points:

    difference      rate of foreign citizens - rate of nationals; a plus means that the rate of foreign citizens is higher
    spread          the lowest and the highest difference among the countries that have both rates in that year
    gap in the gap  (foreign women - foreign men) - (women who are nationals - men who are nationals)

A small model shows what counting by citizenship does (`naturalize`). In an invented country with
H people born in it, of whom h are in work, and A born abroad, of whom a are in work, a share s of those born abroad are naturalized,
and of these the share r is in work. Nobody's job changes:

    nationals         people  H + s A        in work  h + r s A
    foreign citizens  people  A - s A        in work  a - r s A

The numbers of that country, the words on what a figure hides and the notes are content: `course/data/employment_gap.yml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Annotated, Any

from pydantic import Field

from course import data, figures
from course.explorers.base import Control, Download, Explorer, Option, Panel, Radio, Select, Slider, State, Try, Value, View, one_of, quantity, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.explorers.markup import control_html
from course.figures import Bar, Html, Mark, Series, html, phrase
from course.i18n import N_, SOURCE, _, ngettext, speaking
from course.i18n.forms import commas
from course.numbers import percent, plain
from course.reading import Place, Text

FIRST, LAST = 2005, 2024
YEARS = range(FIRST, LAST + 1)
TICKS = (2005, 2010, 2015, 2020, 2024)

MEASURES = {"employment": N_("Employment"), "unemployment": N_("Unemployment")}
GROUPS = {"total": N_("All"), "female": N_("Women"), "male": N_("Men")}
RATES = {
    ("employment", "total"): N_("Employment of women and men"),
    ("employment", "female"): N_("Employment of women"),
    ("employment", "male"): N_("Employment of men"),
    ("unemployment", "total"): N_("Unemployment of women and men"),
    ("unemployment", "female"): N_("Unemployment of women"),
    ("unemployment", "male"): N_("Unemployment of men"),
}
ORDERS = {"size": N_("By size of difference"), "name": N_("By name")}

# --- the content -----------------------------------------------------------------------------------------------


class Knob(Part):
    """From where to where a slider of the model goes, in per cent, and where it stands at first."""

    low: int = Field(ge=0, le=100)
    high: int = Field(ge=0, le=100)
    start: int = Field(ge=0, le=100)


class Society(Part):
    """The invented country: people of working age by country of birth, how many of them are in work, and what is assumed."""

    born_here: int = Field(gt=0)
    born_here_in_work: int = Field(ge=0)
    born_abroad: int = Field(gt=0)
    born_abroad_in_work: int = Field(ge=0)
    share: Knob
    rate: Knob
    assumptions: list[Text]


class Hidden(Claim):
    """Something that a difference between nationals and foreign citizens does not show."""

    short: Text
    text: Text
    ask: Text


class GapFile(ContentFile):
    """`course/data/employment_gap.yml`."""

    society: Society
    hides: Annotated[list[Hidden], Field(min_length=1)]
    notes: list[Text]

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Numbers with which somebody of the model would lose a job or get one, and sliders that cannot stand where they should."""
        one = self.society
        for name in ("born_here", "born_abroad"):
            if getattr(one, f"{name}_in_work") > getattr(one, name):
                yield ("society", f"{name}_in_work"), f"`{name}_in_work` is more than `{name}`: mend one of the two"
        for name in ("share", "rate"):
            knob = getattr(one, name)
            if not knob.low <= knob.start <= knob.high or knob.low == knob.high:
                yield ("society", name), f"`{name}` must go from a lower to a higher number, with `start` between them"
        if one.share.high == 100:
            yield ("society", "share"), "`share` must end below 100, so that some foreign citizens are left"
        for rate in (one.rate.low, one.rate.high):
            left = naturalize(one, one.share.high, rate)
            if not 0 <= left.foreign_in_work <= left.foreign:
                yield ("society", "rate"), f"with a `share` of {one.share.high} and a `rate` of {rate} somebody would lose or gain a job: narrow `share` or `rate`"


CONTENT = Content("employment_gap", GapFile)

# --- the figures -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rates:
    """The two rates of one country, year and group in %, each None where none is published, and Eurostat's flags of each."""

    national: float | None = None
    foreign: float | None = None
    national_flag: str = ""
    foreign_flag: str = ""

    @property
    def difference(self) -> float | None:
        """Foreign citizens less nationals in percentage points; a plus: the rate of foreign citizens is higher."""
        return None if self.national is None or self.foreign is None else round(self.foreign - self.national, 1)

    @property
    def unsure(self) -> bool:
        """One of the two is published as of low reliability."""
        return "u" in self.national_flag + self.foreign_flag

    @property
    def flags(self) -> str:
        """The flags of both, each once."""
        return "".join(one for one in "bud" if one in self.national_flag + self.foreign_flag)


@lru_cache(maxsize=1)
def _known() -> Mapping[tuple[str, int, str, str], Rates]:
    found = {}
    for row in data.table("employment").rows:
        for measure in MEASURES:
            found[row["iso3"], row["year"], row["sex"], measure] = Rates(
                row[f"national_{measure}"], row[f"foreign_{measure}"], row[f"national_{measure}_flag"] or "", row[f"foreign_{measure}_flag"] or ""
            )
    return found


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries of the table."""
    return frozenset(row["iso3"] for row in data.table("employment").rows)


def by_name() -> list[str]:
    """The same in the order of their names in the language spoken."""
    return sorted(countries(), key=lambda code: data.folded(data.states()[code].name))


def at(country: str, year: int, group: str, measure: str) -> Rates:
    """One country in one year; without any figure where the table has no row."""
    return _known().get((country, year, group, measure), Rates())


# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """The differences of all countries with both figures: how many, above zero, the lowest, the highest, how many of low reliability."""

    number: int
    above: int
    lowest: float | None
    highest: float | None
    unsure: int


def summary(year: int, group: str, measure: str) -> Summary:
    """The countries of one year."""
    some = [one for code in countries() if (one := at(code, year, group, measure)).difference is not None]
    values = [one.difference for one in some]
    return Summary(
        len(values), sum(value > 0 for value in values), min(values, default=None), max(values, default=None), sum(one.unsure for one in some)
    )


def gap_in_gap(country: str, year: int, measure: str) -> float | None:
    """How much wider the difference women - men is among foreign citizens than among nationals, in percentage points."""
    women, men = at(country, year, "female", measure).difference, at(country, year, "male", measure).difference
    # (Fw - Fm) - (Nw - Nm) = (Fw - Nw) - (Fm - Nm)
    return None if women is None or men is None else round(women - men, 1)


def broken(points: Sequence[tuple[int, float | None, str]]) -> tuple[tuple[float, float | None], ...]:
    """(year, rate, flags) as the points of a line that neither bridges a missing year nor a break in the series."""
    out: list[tuple[float, float | None]] = []
    for year, rate, flags in points:
        if "b" in flags and out:
            out.append((year - 0.5, None))
        out.append((year, rate))
    return tuple(out)


@dataclass(frozen=True)
class Outcome:
    """The people of the model and those in work, by citizenship."""

    national: float
    national_in_work: float
    foreign: float
    foreign_in_work: float

    @property
    def national_rate(self) -> float:
        return self.national_in_work / self.national * 100

    @property
    def foreign_rate(self) -> float:
        return self.foreign_in_work / self.foreign * 100

    @property
    def difference(self) -> float:
        """In percentage points, as with the published rates."""
        return self.foreign_rate - self.national_rate


def naturalize(society: Society, share: float, rate: float) -> Outcome:
    """`share` per cent of those born abroad become nationals, `rate` per cent of these are in work; nobody's job changes."""
    moved = society.born_abroad * share / 100
    moved_in_work = moved * rate / 100
    return Outcome(
        society.born_here + moved, society.born_here_in_work + moved_in_work, society.born_abroad - moved, society.born_abroad_in_work - moved_in_work
    )


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    """Italy in 2024: no difference to speak of, until one looks at women and men."""
    society = CONTENT.read().society
    return {
        "measure": "employment", "group": "total", "country": "ITA", "other": "", "year": LAST,
        "order": "size", "share": society.share.start, "rate": society.rate.start,
    }  # fmt: skip


def clean(state: State, change: Mapping[str, Value]) -> State:
    """The nearest valid state. A country is not compared with itself."""
    wish = {**state, **change}
    society = CONTENT.read().society
    country = one_of(wish.get("country"), countries(), state["country"])
    other = one_of(wish.get("other"), ("", *countries()), state["other"])
    return {
        "measure": one_of(wish.get("measure"), MEASURES, state["measure"]),
        "group": one_of(wish.get("group"), GROUPS, state["group"]),
        "country": country,
        "other": "" if other == country else other,
        "year": round(quantity(wish.get("year"), FIRST, LAST, state["year"])),
        "order": one_of(wish.get("order"), ORDERS, state["order"]),
        "share": round(quantity(wish.get("share"), society.share.low, society.share.high, state["share"])),
        "rate": round(quantity(wish.get("rate"), society.rate.low, society.rate.high, state["rate"])),
    }


def controls(state: State) -> list[Control]:
    """Measure, group, country, a second one and the year; the sliders of the model stand beside it."""
    options = [Option(code, data.states()[code].name) for code in by_name()]
    return [
        Radio("measure", _("Rate"), state["measure"], [Option(key, _(words)) for key, words in MEASURES.items()]),
        Radio("group", _("Who"), state["group"], [Option(key, _(words)) for key, words in GROUPS.items()]),
        Slider("year", _("Year"), state["year"], FIRST, LAST, time=True),
        Select("country", _("Country"), state["country"], options),
        Select("other", _("Compare with"), state["other"], [Option("", _("No other country")), *(one for one in options if one.value != state["country"])]),
    ]


# --- the view --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One state, as the view asks for it."""

    measure: str
    group: str
    country: str
    other: str
    year: int

    def rates(self, country: str = "", year: int = 0, group: str = "") -> Rates:
        """The figures of the state, or of another country, year or group."""
        return at(country or self.country, year or self.year, group or self.group, self.measure)

    @property
    def title(self) -> str:
        """Whose rate it is."""
        return _(RATES[self.measure, self.group])

    @property
    def picked(self) -> list[str]:
        """The country, and the one it is compared with."""
        return [self.country, self.other] if self.other else [self.country]


def view(state: State) -> View:
    """What is shown for a state."""
    now = Case(state["measure"], state["group"], state["country"], state["other"], state["year"])
    content = CONTENT.read()
    return View(
        finding=" ".join(finding(now)),
        subtitle=subtitle(now),
        panels=[
            Panel("time", _("Over time"), "".join(_lines(now, code) for code in now.picked)),
            Panel("countries", _("Countries"), _countries(now, state["order"])),
            Panel("sexes", _("Women and men"), _sexes(now)),
            Panel("hides", _("What it hides"), _model(content.society, state["share"], state["rate"]) + _hides(content.hides)),
            Panel("table", _("Table"), "".join(_years_table(now, code) for code in now.picked) + _countries_table(now)),
        ],
        source=[html(data.table("employment").provenance.line())],
        notes=[said(note) for note in content.notes],
        csv=_csv(now),
        tries=[replace(one, label=_(one.label)) for one in TRIES],
    )


_WORKING = {
    "total": N_("In {country} in {year}, {foreign} of foreign citizens and {national} of nationals were in work: a difference of {difference} percentage points."),
    "female": N_("In {country} in {year}, {foreign} of foreign women and {national} of women who are nationals were in work: a difference of {difference} percentage points."),
    "male": N_("In {country} in {year}, {foreign} of foreign men and {national} of men who are nationals were in work: a difference of {difference} percentage points."),
}
_LOOKING = {
    "total": N_("In {country} in {year}, {foreign} of foreign citizens in the labour force and {national} of nationals were unemployed: a difference of {difference} percentage points."),
    "female": N_("In {country} in {year}, {foreign} of foreign women in the labour force and {national} of women who are nationals were unemployed: a difference of {difference} percentage points."),
    "male": N_("In {country} in {year}, {foreign} of foreign men in the labour force and {national} of men who are nationals were unemployed: a difference of {difference} percentage points."),
}


def finding(now: Case) -> list[Html]:
    """The sentences with the live numbers."""
    rates = now.rates()
    names = {"country": data.states()[now.country].in_text, "year": now.year}
    if rates.national is None:
        out = [phrase(_("The table has no figures for {country} in {year}."), **names)]
    elif rates.foreign is None:
        out = [phrase(_("For {country} in {year} no figure is published for this group of foreign citizens. That of nationals is {national}."), **names, national=_strong(percent(rates.national)))]
    else:
        words = _(_WORKING[now.group] if now.measure == "employment" else _LOOKING[now.group])
        figures_ = {"foreign": _strong(percent(rates.foreign)), "national": _strong(percent(rates.national)), "difference": _strong(_signed(rates.difference))}
        out = [phrase(words, **names, **figures_)]
        if rates.unsure:
            out.append(phrase(_("Eurostat marks this as of low reliability.")))
        out += _behind(now)
    if now.other:
        words = _("The difference in {country}: {difference}.")
        out.append(phrase(words, country=data.states()[now.other].in_text, difference=_strong(_signed(now.rates(now.other).difference))))
    return [*out, *_everywhere(now)]


def _behind(now: Case) -> list[Html]:
    """What stands beside the figure: the other sex or both, and for unemployment the share in work."""
    women, men = (_strong(_signed(now.rates(group=sex).difference)) for sex in ("female", "male"))
    if now.group == "total":
        out = [phrase(_("It is {women} for women and {men} for men."), women=women, men=men)]
    elif now.group == "female":
        out = [phrase(_("For men it is {men}."), men=men)]
    else:
        out = [phrase(_("For women it is {women}."), women=women)]
    working = at(now.country, now.year, now.group, "employment").difference or 0
    if now.measure == "unemployment" and (now.rates().difference or 0) > 0 and working > 0:
        out.append(phrase(_("Yet foreign citizens are in work more often here ({difference}): more of them take part in the labour market."), difference=_strong(_signed(working))))
    return out


def _everywhere(now: Case) -> list[Html]:
    found = summary(now.year, now.group, now.measure)
    if now.measure == "employment":
        words = ngettext(
            "In {number} country with figures the difference runs from {low} to {high}; in {some} it is foreign citizens who are in work more often.",
            "Across {number} countries with figures the difference runs from {low} to {high}; in {some} it is foreign citizens who are in work more often.",
            found.number,
        )
    else:
        words = ngettext(
            "In {number} country with figures the difference runs from {low} to {high}; in {some} it is foreign citizens who are unemployed more often.",
            "Across {number} countries with figures the difference runs from {low} to {high}; in {some} it is foreign citizens who are unemployed more often.",
            found.number,
        )
    return [phrase(words, number=plain(found.number), low=_signed(found.lowest), high=_signed(found.highest), some=_strong(plain(found.above)))]


def subtitle(now: Case) -> str:
    """What is measured, in which unit, and what the sign means."""
    rate = (
        _("Employment rate: people in work, in % of everybody aged 15 to 64.")
        if now.measure == "employment"
        else _("Unemployment rate: people looking for work, in % of those aged 15 to 64 who are in work or looking.")
    )
    sign = _("Difference: foreign citizens less nationals. A plus means that the rate of foreign citizens is higher.")
    return f"{html(rate)} {html(sign)}"


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _signed(value: float | None) -> str:
    return _("not published") if value is None else plain(value, 1, signed=True)


def _rate(value: float | None) -> str:
    return _("not published") if value is None else percent(value)


def _remarks(rates: Rates) -> str:
    """What Eurostat's flags say about the two figures."""
    words = {"b": _("break in the series"), "u": _("low reliability"), "d": _("definition differs")}
    return commas(words[one] for one in rates.flags)


# --- over time -------------------------------------------------------------------------------------------------


def _lines(now: Case, country: str) -> str:
    """The two lines of one country, broken where the series is; what is marked is said below."""
    years = [(year, now.rates(country, year)) for year in YEARS]
    name = data.states()[country].name
    title = _("{rate}: {country}, {first} to {last}").format(rate=now.title, country=name, first=FIRST, last=LAST)
    heading = f"<h4>{html(title)}</h4>"
    national = [(year, one.national, one.national_flag) for year, one in years]
    foreign = [(year, one.foreign, one.foreign_flag) for year, one in years]
    here = now.rates(country)
    series = [*_line(_("Nationals {percent}"), national, "cat-1"), *_line(_("Foreign citizens {percent}"), foreign, "cat-2")]
    mark = None
    if here.difference is not None:
        words = _("{year}: {difference}").format(year=now.year, difference=_signed(here.difference))
        mark = Mark(now.year, here.foreign, "" if now.year == LAST else words)
    drawing = figures.line_chart(
        uid=f"gap-{country}",
        title=title,
        description=_described(years),
        series=series,
        x_ticks=[(year, str(year)) for year in TICKS],
        x_range=(FIRST, LAST),
        y_range=_scale(now),
        y_text=lambda value: percent(value, 0),
        mark=mark,
    )
    return heading + drawing + _below(years)


def _line(label: str, points: Sequence[tuple[int, float | None, str]], look: str) -> list[Series]:
    """A line with its last figure in its name, and rings for figures of low reliability."""
    known = [rate for _year, rate, _flags in points if rate is not None]
    if not known:
        return []
    rings = tuple((year, rate) for year, rate, flags in points if "u" in flags and rate is not None)
    line = Series(label.format(percent=percent(known[-1])), broken(points), look)
    return [line, Series("", rings, f"{look} unsure", line=False, dots=True)] if rings else [line]


def _scale(now: Case) -> tuple[float, float]:
    """Tens around all figures of the countries shown, for women, men and all, so that the lines of two countries can be compared."""
    some = [one for code in now.picked for group in GROUPS for year in YEARS for one in [now.rates(code, year, group)]]
    values = [rate for one in some for rate in (one.national, one.foreign) if rate is not None]
    if now.measure == "unemployment":
        return 0, max(values, default=10)
    return min(values, default=0) // 10 * 10, min(100, max(values, default=100) // 10 * 10 + 10)


def _described(years: Sequence[tuple[int, Rates]]) -> str:
    """The two lines in words."""
    both = [(year, one) for year, one in years if one.difference is not None]
    if not both:
        return _("No year has a figure for foreign citizens. All values are in the table.")
    (first_year, first), (last_year, last) = both[0], both[-1]
    return _(
        "{first_year}: nationals {first_national}, foreign citizens {first_foreign}. {last_year}: nationals {last_national}, "
        "foreign citizens {last_foreign}. All values are in the table."
    ).format(
        first_year=first_year, first_national=percent(first.national), first_foreign=percent(first.foreign),
        last_year=last_year, last_national=percent(last.national), last_foreign=percent(last.foreign),
    )  # fmt: skip


def _below(years: Sequence[tuple[int, Rates]]) -> str:
    """What is marked in a chart and why, and which years have no figure."""
    known = [(year, one) for year, one in years if one.national is not None]
    said_ = [
        (_("The lines are interrupted where the survey or its definitions changed: {years}. Do not compare across."), [year for year, one in known[1:] if "b" in one.flags]),
        (_("Rings: Eurostat marks these figures as of low reliability ({years})."), [year for year, one in known if one.unsure and one.foreign is not None]),
        (_("The definition differs in {years} (Eurostat’s flag d)."), [year for year, one in known if "d" in one.flags]),
        (_("No figure published for foreign citizens: {years}."), [year for year, one in years if one.foreign is None]),
    ]
    rows = "".join(f"<li>{phrase(words, years=spans(found))}</li>" for words, found in said_ if found)
    return f'<ul class="gap-remarks">{rows}</ul>' if rows else ""


def spans(years: Sequence[int]) -> str:
    """Years as a list in which neighbours are drawn together: "2005, 2010–2012"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return commas(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


# --- all countries ---------------------------------------------------------------------------------------------


def ordered(now: Case, order: str) -> list[str]:
    """The countries by name or by size of difference, those without one last."""
    names = by_name()
    if order == "name":
        return names
    known = {code: now.rates(code).difference for code in names}
    return sorted(names, key=lambda code: (known[code] is None, -(known[code] or 0)))


def _countries(now: Case, order: str) -> str:
    """A bar of the difference for each country; each is a button that picks it."""
    found = summary(now.year, now.group, now.measure)
    buttons = "".join(setter("order", key, _(words), pressed=key == order, css="gap-order") for key, words in ORDERS.items())
    lead = _("{rate}, {year}: foreign citizens less nationals, in percentage points. Press a country to see it over time.").format(rate=now.title, year=now.year)
    unsure = ngettext(
        "{some} of {number} difference rests on a figure of low reliability; its bar is hollow.",
        "{some} of {number} differences rest on a figure of low reliability; their bars are hollow.",
        found.number,
    ).format(some=plain(found.unsure), number=plain(found.number))
    low, high = _reach(now.measure)
    rows = "".join(f"<li>{_row(now, code, low, high)}</li>" for code in ordered(now, order))
    less, more = html(_("− lower")), html(_("higher +"))
    zero = f'<div class="gap-ends" aria-hidden="true"><span class="gap-track" style="--zero:{_place(0, low, high)}"><span class="gap-less">{less}</span><span class="gap-more">{more}</span></span></div>'
    label = escape(_("Order"))
    return (
        f'<p>{html(lead)} {html(unsure)}</p><div class="gap-orders" role="group" aria-label="{label}">{buttons}</div>'
        f'{zero}<ol class="gap-rows">{rows}</ol>'
    )


@lru_cache
def _reach(measure: str) -> tuple[float, float]:
    """The lowest and the highest difference of all years, so that bars of different years can be compared."""
    values = [one.difference for key, one in _known().items() if key[3] == measure and one.difference is not None]
    return min(values), max(values)


def _place(value: float, low: float, high: float) -> str:
    return f"{(value - low) / (high - low) * 100:.1f}%"


def _row(now: Case, code: str, low: float, high: float) -> Html:
    """One country: its name, its bar from zero, its numbers."""
    rates = now.rates(code)
    name, gap = html(data.states()[code].name), rates.difference
    if gap is None:
        track, value = f'<span class="gap-none">{html(_("no figure published"))}</span>', ""
    else:
        unsure = " unsure" if rates.unsure else ""
        width = f"{abs(gap) / (high - low) * 100:.1f}%"
        bar = f'<span class="gap-bar{unsure}" style="--from:{_place(min(gap, 0), low, high)};--width:{width}"></span>'
        track = f'<span class="gap-track" aria-hidden="true" style="--zero:{_place(0, low, high)}">{bar}</span>'
        value = html(_signed(gap)) + (f'<span class="unseen">, {html(_("low reliability"))}</span>' if rates.unsure else "")
    chosen = " chosen" if code == now.country else " other" if code == now.other else ""
    inside = Html(f'<span class="gap-name">{name}</span> {track} <span class="gap-value">{value}</span>')
    return setter("country", code, inside, pressed=code == now.country, css=f"gap-row{chosen}")


# --- women and men ---------------------------------------------------------------------------------------------


def _sexes(now: Case) -> str:
    """The differences of women and of men over time, and the four rates behind them in the year."""
    return "".join(_two(now, code) for code in now.picked)


def _two(now: Case, country: str) -> str:
    women, men = now.rates(country, group="female"), now.rates(country, group="male")
    name = data.states()[country].name
    title = _("{measure}: {country}, difference between foreign citizens and nationals in percentage points").format(measure=_(MEASURES[now.measure]), country=name)
    lead = f"<h4>{html(title)}</h4>"
    extra = gap_in_gap(country, now.year, now.measure)
    if extra is not None:
        words = _("Women less men, {year}: {foreign} percentage points among foreign citizens, {national} among nationals. The gap within the gap: {extra}.")
        figures_ = {"foreign": _signed(women.foreign - men.foreign), "national": _signed(women.national - men.national), "extra": _strong(_signed(extra))}
        lead += f"<p>{phrase(words, year=now.year, **figures_)}</p>"
    series = []
    for sex, look, label in (("male", "cat-1", _("Men {difference}")), ("female", "cat-4", _("Women {difference}"))):
        points = [(year, one.difference, one.flags) for year in YEARS for one in [now.rates(country, year, sex)]]
        known = [value for _year, value, _flags in points if value is not None]
        if known:
            series.append(Series(label.format(difference=_signed(known[-1])), broken(points), look))
            rings = tuple((year, value) for year, value, flags in points if "u" in flags and value is not None)
            series += [Series("", rings, f"{look} unsure", line=False, dots=True)] if rings else []
    drawing = ""
    if series:
        reach = [value for code in now.picked for sex in ("female", "male") for year in YEARS if (value := now.rates(code, year, sex).difference) is not None]
        drawing = figures.line_chart(
            uid=f"gap-sexes-{country}",
            title=title,
            description=_("Women and men in {year}: {women} and {men}. All values are in the table.").format(year=now.year, women=_signed(women.difference), men=_signed(men.difference)),
            series=series,
            x_ticks=[(year, str(year)) for year in TICKS],
            x_range=(FIRST, LAST),
            y_range=(min(0, *reach), max(0, *reach)),
            y_text=lambda value: plain(value, 0, signed=True),
        )
    rows = [(_(GROUPS[sex]), _rate(one.national), _rate(one.foreign), _signed(one.difference)) for sex, one in (("female", women), ("male", men))]
    if extra is not None:
        gaps = (plain(women.national - men.national, 1, signed=True), plain(women.foreign - men.foreign, 1, signed=True))
        rows.append((_("Women less men"), *gaps, _signed(extra)))
    caption = _("{measure}: {country}, {year}").format(measure=_(MEASURES[now.measure]), country=name, year=now.year)
    return lead + drawing + figures.table(caption, ["", _("Nationals"), _("Foreign citizens"), _("Difference")], rows, numeric=(1, 2, 3))


# --- what it hides ---------------------------------------------------------------------------------------------


def _model(society: Society, share: int, rate: int) -> str:
    """The invented country by country of birth and by citizenship, with the two sliders that move the second only."""
    here, abroad = society.born_here_in_work / society.born_here * 100, society.born_abroad_in_work / society.born_abroad * 100
    found = naturalize(society, share, rate)
    setting = phrase(
        _(
            "A hypothetical country: {all} people aged 15 to 64. Of the {here} born in it, {here_work} are in work; of the {abroad} born abroad, "
            "{abroad_work}. Nobody finds or loses a job, nobody comes or goes. The sliders decide only who has become a citizen."
        ),
        all=plain(society.born_here + society.born_abroad), here=plain(society.born_here), here_work=plain(society.born_here_in_work),
        abroad=plain(society.born_abroad), abroad_work=plain(society.born_abroad_in_work),
    )  # fmt: skip
    knobs = [
        Slider("share", _("Of those born abroad, naturalized"), share, society.share.low, society.share.high, step=5, unit="%"),
        Slider("rate", _("Of those naturalized, in work"), rate, society.rate.low, society.rate.high, step=5, unit="%"),
    ]
    sliders = "".join(control_html("employment-gap-model", one) for one in knobs)
    sentence = phrase(
        _("By country of birth the difference is {birth} percentage points, wherever the sliders stand. By citizenship it is {citizenship}."),
        birth=_strong(_signed(abroad - here)), citizenship=_strong(_signed(found.difference)),
    )  # fmt: skip
    by_birth = [Bar(_("Born in the country"), here, percent(here)), Bar(_("Born abroad"), abroad, percent(abroad))]
    by_citizenship = [
        Bar(_("Nationals"), found.national_rate, percent(found.national_rate), "cat-1"),
        Bar(_("Foreign citizens"), found.foreign_rate, percent(found.foreign_rate), "cat-2"),
    ]
    picture = "".join(
        f'<div><p class="gap-counted">{html(title)}</p>'
        f"{figures.bar_chart(uid=f'gap-model-{uid}', title=title, description=figures.in_words(bars), bars=bars, at_least=100)}</div>"
        for uid, title, bars in (("birth", _("In work, by country of birth"), by_birth), ("citizenship", _("In work, by citizenship"), by_citizenship))
    )
    rows = [
        (_("Born in the country"), plain(society.born_here), plain(society.born_here_in_work), percent(here)),
        (_("Born abroad"), plain(society.born_abroad), plain(society.born_abroad_in_work), percent(abroad)),
        (_("Nationals"), plain(found.national), plain(found.national_in_work), percent(found.national_rate)),
        (_("Foreign citizens"), plain(found.foreign), plain(found.foreign_in_work), percent(found.foreign_rate)),
    ]
    people = figures.table(_("The hypothetical country, the same people counted in two ways"), ["", _("People"), _("In work"), _("Rate")], rows, numeric=(1, 2, 3))
    assumed = "".join(f"<li>{said(one)}</li>" for one in society.assumptions)
    heading = html(_("The same people, counted in two ways"))
    return (
        f'<h4>{heading}</h4><p>{setting}</p><div class="gap-knobs">{sliders}</div>{_positions(society)}<p class="gap-sentence">{sentence}</p>'
        f'<div class="gap-two">{picture}</div>{people}<ul class="gap-remarks">{assumed}</ul>'
    )


def _positions(society: Society) -> str:
    """Three positions of the sliders that are worth a look."""
    some = (
        (_("Nobody is naturalized"), {"share": society.share.low}),
        (_("Mostly people in work are naturalized"), {"share": society.share.start, "rate": 90}),
        (_("Mostly people without work are naturalized"), {"share": society.share.start, "rate": society.rate.low}),
    )
    buttons = "".join(f'<button type="button" class="explorer-try" data-change="{escape(json.dumps(change))}">{html(words)}</button>' for words, change in some)
    return f'<div class="gap-positions">{buttons}</div>'


def _hides(claims: Sequence[Hidden]) -> str:
    ask = html(_("Ask:"))
    rows = "".join(
        f'<li><p class="what">{said(one.short)}</p><p>{said(one.text)}</p><p class="ask"><b>{ask}</b> {said(one.ask)}</p><p class="cite">{html(one.cite)}</p></li>'
        for one in claims
    )
    return f'<h4>{html(_("What a difference between nationals and foreign citizens hides"))}</h4><ul class="evidence">{rows}</ul>'


# --- tables ----------------------------------------------------------------------------------------------------


def _cells(rates: Rates) -> tuple[str, str, str, str]:
    return _rate(rates.national), _rate(rates.foreign), _signed(rates.difference), _remarks(rates)


def _years_table(now: Case, country: str) -> str:
    caption = _("{rate}: {country}, {first} to {last}").format(rate=now.title, country=data.states()[country].name, first=FIRST, last=LAST)
    rows = [(str(year), *_cells(now.rates(country, year))) for year in reversed(YEARS)]
    return figures.table(caption, [_("Year"), *_header()], rows, numeric=(1, 2, 3), chosen=LAST - now.year)


def _countries_table(now: Case) -> str:
    caption = _("{rate}: all countries, {year}").format(rate=now.title, year=now.year)
    codes = by_name()
    rows = [(setter("country", code, data.states()[code].name, pressed=code == now.country), *_cells(now.rates(code))) for code in codes]
    return figures.table(caption, [_("Country"), *_header()], rows, numeric=(1, 2, 3), chosen=codes.index(now.country))


def _header() -> list[str]:
    return [_("Nationals"), _("Foreign citizens"), _("Difference"), _("Eurostat’s remarks")]


def _csv(now: Case) -> Download:
    """The countries shown in all years, and all countries in the year, for women, men and all, both measures; names in English."""
    with speaking(SOURCE):
        names = {code: data.states()[code].name for code in countries()}
    picked = [(code, year) for code in now.picked for year in YEARS]
    picked += [(code, now.year) for code in sorted(countries()) if code not in now.picked]
    header = ["iso3", "country", "year", "sex"]
    header += [f"{measure}_{what}" for measure in MEASURES for what in ("nationals", "nationals_flag", "foreign", "foreign_flag", "difference")]
    rows: list[list[Any]] = []
    for code, year in picked:
        for group in GROUPS:
            some = [at(code, year, group, measure) for measure in MEASURES]
            if any(one.national is not None or one.foreign is not None for one in some):
                cells = [cell for one in some for cell in (one.national, one.national_flag, one.foreign, one.foreign_flag, one.difference)]
                rows.append([code, names[code], year, group, *cells])
    return Download(f"employment-gap-{now.country}-{now.year}.csv", figures.csv_text(header, rows))


TRIES = (
    Try(N_("Men only: how many countries have a plus?"), {"group": "male", "measure": "employment", "year": 2024}),
    Try(N_("A difference that changed its sign: women in Greece"), {"country": "GRC", "group": "female", "measure": "employment", "year": 2005}),
    Try(N_("More often in work, and more often unemployed: Luxembourg"), {"country": "LUX", "group": "total", "measure": "unemployment", "year": 2024}),
    Try(N_("Thirty points, on few answers: men in Croatia, 2013"), {"country": "HRV", "group": "male", "measure": "employment", "year": 2013}),
)


class EmploymentGap(Explorer):
    """The explorer "The employment gap"."""

    name = "employment-gap"
    title = N_("The employment gap, and what it hides")
    start = start()
    styles = ("employment_gap.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
