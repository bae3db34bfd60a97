"""Who has accepted what? States and 22 instruments that bear on migration, in dated lists: a map, a State's own list, what is not accepted yet.

What the instruments are, and how far each list can be trusted, is content: `course/data/instruments.yml`. A list that has no
act of a State says so: "no record", never "not a party".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from html import escape
from typing import Annotated, Any, Literal

from pydantic import Field

from course import data, figures
from course.explorers.base import Control, Download, Explorer, Option, Panel, Select, Slider, State, Try, View, one_of, quantity, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.figures import Html, Series, html, phrase
from course.i18n import N_, SOURCE, _, forms, speaking
from course.numbers import plain
from course.reading import DATE, ID, Text, Words
from course.text import english
from course.tilemap import TileClass, class_map
from course.treaties import Act, Position, acts, position

FIRST, LAST = 1951, 2026

# --- the content -----------------------------------------------------------------------------------------------


class Listing(Part):
    """How far the list of acts can be trusted: complete at the instrument's `as_of`, what it lacks, whose list it is."""

    complete: bool
    note: Words = ""
    origin: Text


class Instrument(Claim):
    """One instrument; its `id` is its code in `treaties.csv`, its `as_of` the date of its list."""

    group: str = Field(pattern=ID)
    short: Text
    in_text: Text
    full: Text
    adopted: str = Field(pattern=DATE, min_length=4)
    in_force: str = Field(pattern=DATE, min_length=4)
    body: Text
    adds: Text
    who: Words = ""
    only: list[str] = []
    listing: Listing

    @property
    def since(self) -> int:
        """The year of adoption."""
        return int(self.adopted[:4])

    @property
    def open_to(self) -> Collection[str]:
        """The States that count: those that can accept it, or all."""
        return self.only or counted()


class Word(Part):
    """A word of the content that has an id: a group of instruments, a kind of act."""

    id: str = Field(pattern=ID)
    text: Text


class InstrumentsFile(ContentFile):
    """`course/data/instruments.yml`."""

    groups: list[Word]
    acts: list[Word]
    instruments: Annotated[list[Instrument], Field(min_length=1)]
    notes: list[Text]


CONTENT = Content("instruments", InstrumentsFile)


def instruments() -> Mapping[str, Instrument]:
    """Code -> instrument in the language spoken, in the order of the file."""
    return {one.id: one for one in CONTENT.read().instruments}


# --- the model -------------------------------------------------------------------------------------------------

Kind = Literal["party", "signed", "withdrew", "undated", "no record", "closed", "before"]
"""The kinds of `course.treaties`, and: an act whose year the list does not tell; open to other States only; not yet adopted."""


@dataclass(frozen=True)
class Standing:
    """Where a State stands under an instrument at the end of a year, and the act that put it there."""

    kind: Kind
    act: Act | None = None


@dataclass(frozen=True)
class Tally:
    """How many of a group of States are parties, have only signed, or are neither on record."""

    parties: int
    signed: int
    all: int

    @property
    def others(self) -> int:
        return self.all - self.parties - self.signed


@lru_cache(maxsize=1)
def counted() -> tuple[str, ...]:
    """The Member States and the two observer States."""
    return tuple(row["iso3"] for row in data.table("states").rows if row["status"] != "area")


@lru_cache(maxsize=1)
def areas() -> tuple[str, ...]:
    """What is no Member or observer State and has acts of its own: the Cook Islands and Niue."""
    known = {code for by_state in acts().values() for code in by_state}
    return tuple(row["iso3"] for row in data.table("states").rows if row["status"] == "area" and row["iso3"] in known)


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[str, str]]:
    """ISO3 -> region and subregion in English."""
    return {row["iso3"]: (row["region"], row["subregion"]) for row in data.table("states").rows}


def _of_region(region: str) -> tuple[str, ...]:
    return tuple(code for code in counted() if _places()[code][0] == region)


def neighbours(state: str) -> tuple[str, ...]:
    """The States of the same subregion, itself among them where it is one."""
    return tuple(code for code in counted() if _places()[code][1] == _places()[state][1])


@lru_cache
def newest(treaty: str) -> int | None:
    """The year of the newest list of acts under a treaty; None where no list has a date."""
    years = [int(act.as_of[:4]) for some in acts()[treaty].values() for act in some if act.as_of]
    return max(years, default=None)


def standing(treaty: str, state: str, year: int) -> Standing:
    """Where a State stood at the end of a year; from the year of the newest list on, as that list has it."""
    instrument = _english()[treaty]
    if year < instrument.since:
        return Standing("before")
    if state not in instrument.open_to and state not in acts()[treaty] and instrument.only:
        return Standing("closed")
    last = newest(treaty)
    found: Position = position(treaty, state, None if last is not None and year >= last else year)
    undated = next((act for act in acts()[treaty].get(state, ()) if act.year is None), None)
    if found.kind == "no record" and undated:
        return Standing("undated", undated)
    return Standing(found.kind, found.act)


@lru_cache(maxsize=1)
def _english() -> Mapping[str, Instrument]:
    """What the model needs of the content is the same in every language."""
    with speaking(SOURCE):
        return instruments()


@lru_cache(maxsize=4096)
def tally(treaty: str, year: int, states: tuple[str, ...]) -> Tally:
    """How those of `states` stand that can accept the treaty."""
    some = [code for code in states if code in set(_english()[treaty].open_to)]
    kinds = [standing(treaty, code, year).kind for code in some]
    return Tally(kinds.count("party"), kinds.count("signed"), len(some))


def near(treaty: str, year: int, state: str) -> Tally:
    """How the State's subregion stands, itself included."""
    return tally(treaty, year, neighbours(state))


def path(treaty: str, states: tuple[str, ...]) -> list[tuple[int, int]]:
    """(year, parties) from the adoption to the year of the newest list; empty where no act of a party has a year."""
    known = [act for some in acts()[treaty].values() for act in some]
    if not any(act.year for act in known if act.party):
        return []
    end = min(newest(treaty) or max(act.year or 0 for act in known), LAST)
    return [(year, tally(treaty, year, states).parties) for year in range(max(_english()[treaty].since, FIRST), end + 1)]


FILTERS = {"all": N_("All"), "party": N_("Accepted"), "signed": N_("Signed only"), "none": N_("No record")}


def chosen(kind: Kind, status: str) -> bool:
    """Whether a kind belongs to what the reader wants to see; what a State could not accept is listed only with all."""
    return status == "all" or (kind in ("no record", "withdrew", "undated") if status == "none" else kind == status)


def open_still(state: str, year: int) -> list[str]:
    """The treaties that a State could still accept by these lists, those that it has signed first."""
    kinds = {treaty: standing(treaty, state, year).kind for treaty in _english()}
    some = [treaty for treaty, kind in kinds.items() if kind not in ("party", "before", "closed")]
    return sorted(some, key=lambda treaty: kinds[treaty] != "signed")


def clean(state: State, change: Mapping[str, Any]) -> State:
    """The nearest valid state: {country, other, treaty, year, status}. Never raises."""
    states = (*counted(), *areas())
    country = one_of(change.get("country"), states, str(state["country"]))
    return {
        "country": country,
        "other": one_of(change.get("other"), ("", *states), str(state["other"])),
        "treaty": one_of(change.get("treaty"), _english(), str(state["treaty"])),
        "year": round(quantity(change.get("year"), FIRST, LAST, state["year"])),
        "status": one_of(change.get("status"), FILTERS, str(state["status"])),
    }


# --- words -----------------------------------------------------------------------------------------------------

KINDS = {
    "party": TileClass(N_("accepted"), "stand-party"),
    "signed": TileClass(N_("signed only"), "stand-signed"),
    "withdrew": TileClass(N_("withdrew"), "stand-withdrew"),
    "undated": TileClass(N_("date not in the list"), "stand-undated"),
    "no record": TileClass(N_("no record in this list"), "stand-none"),
    "closed": TileClass(N_("open to other States"), "stand-closed"),
    "before": TileClass(N_("did not exist yet"), "stand-closed"),
}
"""What stands in the legend; the styles differ by more than colour."""


def day(text: str) -> str:
    """A date as the language writes it: a day, a month or a year."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return text
    written = forms.day(date(*parts)) if len(parts) == 3 else forms.month(date(*parts, 1))
    return written.replace(" ", "\u00a0")


def _when(act: Act) -> str:
    return day(act.date or str(act.year)) if act.year else _("no date")


def _act(act: Act) -> str:
    """What was done and when: "ratification, 5 July 1995"."""
    words = {one.id: one.text for one in CONTENT.read().acts}
    return forms.commas((words[act.act.replace(" ", "-")], _when(act)))


def deed(one: Standing) -> str:
    """The act behind a standing, "ratification, 5 July 1995"; nothing where there is none, or its date is not known."""
    return "" if one.act is None or one.kind == "undated" else _act(one.act)


def stands(one: Standing) -> str:
    """ "accepted (ratification, 5 July 1995)", "no record in this list"."""
    kind, act = _(KINDS[one.kind].label), deed(one)
    return _("{kind} ({act})").format(kind=kind, act=act) if act else kind


def _stressed(one: Standing) -> Html:
    """The same as HTML; only the kind is stressed, because what is stressed stays on one line."""
    kind, act = _strong(_(KINDS[one.kind].label)), deed(one)
    return phrase(_("{kind} ({act})"), kind=kind, act=act) if act else kind


def of(tally: Tally) -> str:
    """ "3 of 11"."""
    return _("{number} of {all}").format(number=plain(tally.parties), all=plain(tally.all))


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _many(tally: Tally) -> Html:
    return phrase(_("{number} of {all}"), number=_strong(plain(tally.parties)), all=plain(tally.all))


def list_of(instrument: Instrument) -> str:
    """The list's own date, and whether it was complete then."""
    if not instrument.as_of:
        return _("list without a date")
    words = _("list of {date}") if instrument.listing.complete else _("list of {date}, incomplete")
    return words.format(date=day(instrument.as_of))


def finding(country: str, other: str, treaty: str, year: int) -> str:
    """How many have accepted the chosen treaty, among the neighbours too, and where the chosen States stand, as HTML."""
    instrument, states = instruments()[treaty], data.states()
    name = said(instrument.in_text)
    if year < instrument.since:
        return phrase(
            _("At the end of {year} {treaty} did not exist yet: it was adopted on {date}."),
            year=_strong(year), treaty=name, date=_strong(day(instrument.adopted)),
        )
    last, world, region = newest(treaty), tally(treaty, year, counted()), near(treaty, year, country)
    if year >= (last or LAST):
        message = _("{number} States are on record as having accepted {treaty} ({list}).")
    else:
        message = _("By the end of {year}, {number} States had accepted {treaty} ({list}).")
    undated = sum(standing(treaty, code, year).kind == "undated" for code in instrument.open_to)
    if undated and not path(treaty, counted()):
        message = _("Who had accepted {treaty} by the end of {year} is not known: the list gives no dates ({list}).")
    sentences = [phrase(message, list=list_of(instrument), year=_strong(year), treaty=name, number=_many(world))]
    if undated and world.parties:
        sentences.append(phrase(_("Without a date: {number}."), number=_strong(plain(undated))))
    if region.all and not (undated and not world.parties):
        sentences.append(phrase(_("In {subregion}: {number}."), subregion=states[country].subregion, number=_many(region)))
    for code in dict.fromkeys((country, other)):
        if code:
            sentences.append(phrase(_("{country}: {standing}."), country=states[code].name, standing=_stressed(standing(treaty, code, year))))
    return " ".join(sentences)


def subtitle(treaty: str) -> str:
    """The instrument's full name, its dates, who watches over it and who can accept it."""
    one = instruments()[treaty]
    dates = _("Adopted on {adopted}, in force since {in_force}.").format(adopted=day(one.adopted), in_force=day(one.in_force))
    return f"{said(one.full)}. {html(dates)} {phrase(_('Supervised by: {body}.'), body=said(one.body))} {open_to(one)}".strip()


def open_to(one: Instrument) -> Html:
    """To whom an instrument is open, where that is not every State."""
    return phrase(_("Open to: {who}."), who=said(one.who)) if one.who else Html("")


def caution(treaty: str, year: int) -> str:
    """What the list of the chosen treaty lacks for the chosen year, or nothing."""
    one, parts = instruments()[treaty], []
    if year > int((one.as_of or str(LAST))[:4]):
        parts.append(phrase(_("This list is of {date}: later acts may be missing."), date=day(one.as_of)))
    loud = parts or not one.listing.complete
    if one.listing.note:
        parts.append(said(one.listing.note))
    return f'<p class="{"stand-caution" if loud else "stand-note"}">{" ".join(parts)}</p>' if parts else ""


# --- the panels ------------------------------------------------------------------------------------------------


def world(country: str, treaty: str, year: int) -> str:
    """The map of the chosen treaty, and below it how the regions stand."""
    instrument = instruments()[treaty]
    tiles = {}
    for code in counted():
        one = standing(treaty, code, year)
        tiles[code] = (one.kind, stands(one))
    drawing = class_map(
        tiles,
        classes={kind: replace(look, label=_(look.label)) for kind, look in KINDS.items()},
        selected=country,
        title=_heading(instrument, year),
        unit=list_of(instrument),
    )
    if year < instrument.since:
        return drawing
    return caution(treaty, year) + drawing + regions(country, treaty, year)


def _heading(one: Instrument, year: int) -> str:
    """The instrument, and the year where it is not that of the newest list."""
    return one.short if year >= (newest(one.id) or LAST) else _("{treaty}: at the end of {year}").format(treaty=one.short, year=year)


def regions(country: str, treaty: str, year: int) -> str:
    """How many of each region's States are parties, with the subregion of the chosen State below its own region."""
    home, sub = _places()[country]
    rows: list[list[object]] = []
    picked = None
    for name in data.REGIONS:
        rows += _row(_(name), tally(treaty, year, _of_region(name)))
        if name == home and (near_ := _row(_(sub), near(treaty, year, country))):
            picked = len(rows)
            rows += near_
    rows += _row(_("All States"), tally(treaty, year, counted()))
    head = [_("Region"), _("Accepted"), _("Signed only"), _("Others")]
    table = figures.table(_("Regions, and the subregion of {country}").format(country=data.states()[country].in_text), head, rows, numeric=(1, 2, 3), chosen=picked)
    also = [data.states()[code].name for code in areas() if standing(treaty, code, year).kind == "party"]
    said_ = _("Also on record as having accepted, not counted among the States: {names}.").format(names=forms.commas(also))
    return table + (f"<p>{escape(said_)}</p>" if also else "")


def _row(label: str, one: Tally) -> list[list[object]]:
    """A region's row; none where no State of it can accept the treaty."""
    return [[label, of(one), plain(one.signed), plain(one.others)]] if one.all else []


def record(country: str, other: str, treaty: str, year: int, status: str) -> str:
    """Every treaty with the position of one State or two, and how many of the neighbours are parties."""
    states, rows, picked = data.states(), [], None
    for code, one in instruments().items():
        mine = standing(code, country, year)
        if not chosen(mine.kind, status):
            continue
        if code == treaty:
            picked = len(rows)
        name = setter("treaty", code, said(one.short))
        row: list[object] = [Html(f'{name}<span class="stand-list">{html(list_of(one))}</span>'), _cell(mine)]
        row += [_cell(standing(code, other, year))] if other else []
        around = near(code, year, country)
        rows.append([*row, of(around) if around.all else "–"])
    buttons = "".join(setter("status", key, _(label), pressed=key == status, css="stand-filter") for key, label in FILTERS.items())
    choice = f'<div class="stand-filters" role="group" aria-label="{escape(_("Show"))}">{buttons}</div>'
    if not rows:
        return choice + f"<p>{escape(_('None of these instruments.'))}</p>"
    head = [_("Instrument"), states[country].name, *([states[other].name] if other else []), states[country].subregion]
    when = _("{country} in the newest lists.") if year == LAST else _("{country} at the end of {year}.")
    caption = f"{when.format(country=states[country].name, year=year)} {_('Choose an instrument to see it on the map.')}"
    return f'{choice}<div class="stand-record">{figures.table(caption, head, rows, numeric=(len(head) - 1,), chosen=picked)}</div>'


def _cell(one: Standing) -> Html:
    """A position with its mark on the map."""
    look = KINDS[one.kind]
    what = f'<span class="stand-list">{html(act)}</span>' if (act := deed(one)) else ""
    kind = html(_(look.label))
    return Html(f'<span class="stand-kind"><span class="stand-mark {look.css}"></span><span>{kind}</span></span>{what}')


def adding(country: str, year: int) -> str:
    """What accepting the others would add, instrument by instrument."""
    states, some = data.states(), open_still(country, year)
    name = states[country].in_text
    if not some:
        return f"<p>{phrase(_('All instruments here that are open to {country} have an act of acceptance on record.'), country=name)}</p>"
    lead = phrase(_("No act of acceptance by {country} is on record under these. What each would add for migrants:"), country=name)
    return f'<p>{lead}</p><ul class="evidence">{"".join(_card(country, treaty, year) for treaty in some)}</ul>'


def _card(country: str, treaty: str, year: int) -> str:
    one = instruments()[treaty]
    around, sub = near(treaty, year, country), data.states()[country].subregion
    facts = [_cell(standing(treaty, country, year)), html(list_of(one))]
    if around.all and one.listing.complete:  # a count from a list with gaps would pass for the number of parties
        facts.append(html(_("accepted in {subregion}: {number}").format(subregion=sub, number=of(around))))
    where = "".join(f"<span>{fact}</span>" for fact in facts)
    who = f"<p>{open_to(one)}</p>" if one.who else ""
    note = f'<p class="cite">{said(one.listing.note)}</p>' if one.listing.note else ""
    return (
        f'<li><p class="what">{said(one.full)}</p><p class="where">{where}</p><p>{said(one.adds)}</p>{who}'
        f"{note}<p class=\"cite\">{english(html(one.cite))}</p></li>"
    )


def over_time(country: str, treaty: str, year: int) -> str:
    """The number of parties year by year, in the world and in the region of the chosen State."""
    instrument, states = instruments()[treaty], data.states()
    points = path(treaty, counted())
    if not points:
        return caution(treaty, year) + f"<p>{escape(_('The list gives no dates, so there is no line to draw.'))}</p>"
    region = path(treaty, _of_region(_places()[country][0]))
    at = dict(points)
    (first, low), (last, high) = points[0], points[-1]
    title = _("{treaty}: parties on record at the end of each year").format(treaty=instrument.short)
    words = _("{low} in {first}, {high} in {last}.").format(low=plain(low), first=first, high=plain(high), last=last)
    lines = [Series(_("All States"), tuple(points), look="chosen")]
    if any(parties for _year, parties in region) and not instrument.only:
        lines.append(Series(states[country].region, tuple(region)))
    ticks = [(tick, str(tick)) for tick in range(-(-first // 10) * 10, LAST + 1, 10 if LAST - first > 25 else 5)]
    drawing = figures.line_chart(
        uid="treaties-chart", title=title, description=words, series=lines, x_ticks=ticks, y_text=plain, x_range=(first, LAST),
        mark=figures.Mark(year, at[year], f"{year}: {plain(at[year])}") if year in at else None,
    )
    missing = sum(act.year is None for some in acts()[treaty].values() for act in some)
    left = _("Acts without a date are left out until the year of the list.") if missing else ""
    return caution(treaty, year) + f'<p class="stand-title">{escape(title)}</p>' + drawing + (f"<p>{escape(left)}</p>" if left else "")


def csv_file(country: str, other: str, treaty: str) -> Download:
    """Every act of the chosen States, and every act under the chosen treaty, with each list's date; all in English."""
    with speaking(SOURCE):
        known, names = instruments(), {code: state.name for code, state in data.states().items()}
        wanted = {(code, state) for code in known for state in (country, other) if state}
        wanted |= {(treaty, state) for state in acts()[treaty]}
        header = ["treaty", "instrument", "iso3", "country_or_area", "act", "date", "act_makes_it_a_party_today", "as_of", "list_as_of", "list_complete", "list_origin"]
        rows = []
        for code, one in known.items():
            end = [one.as_of, "yes" if one.listing.complete else "no", one.listing.origin]
            for state in sorted(state for listed, state in wanted if listed == code):
                some = acts()[code].get(state, ())
                start = [code, one.full, state, names[state]]
                rows += [[*start, act.act, act.date or act.year, "yes" if act.party else "no", act.as_of, *end] for act in some]
                if not some:
                    rows.append([*start, "no record", None, None, None, *end])
    return Download(f"treaties-{country}-{treaty}.csv".lower(), figures.csv_text(header, rows))


TRIES = (
    Try(N_("Nearly every State: the rights of the child"), {"treaty": "crc", "year": LAST}),
    Try(N_("Fifty years old in 2004, and many came later: stateless persons"), {"treaty": "stateless-1954", "year": 2004}),
    Try(N_("Where domestic workers come from and go to: the Philippines and Italy"), {"country": "PHL", "other": "ITA", "treaty": "c189", "year": LAST}),
    Try(N_("Bound by the Protocol alone: Cabo Verde"), {"country": "CPV", "other": "", "treaty": "refugees-1951", "year": LAST}),
)


class Treaties(Explorer):
    """The explorer "Who has accepted what?"."""

    name = "treaties"
    title = N_("Who has accepted what?")
    start = {"country": "COL", "other": "", "treaty": "icrmw", "year": LAST, "status": "all"}
    styles = ("tilemap.css", "treaties.css")
    clean = staticmethod(clean)

    @staticmethod
    def controls(state: State) -> list[Control]:
        """The State, another one, the instrument and the year; the filter stands beside the table that it changes."""
        options = _states()
        groups = {one.id: one.text for one in CONTENT.read().groups}
        some = [Option(code, one.short, groups[one.group]) for code, one in instruments().items()]
        return [
            Select("country", _("State"), str(state["country"]), options, search=True),
            Select("other", _("Compare with"), str(state["other"]), (Option("", _("no other State")), *options), search=True),
            Select("treaty", _("Instrument"), str(state["treaty"]), some),
            Slider("year", _("At the end of"), state["year"], FIRST, LAST, time=True),
        ]

    @staticmethod
    def view(state: State) -> View:
        """The map, the State's own list, what it would add, and the line over time."""
        country, other, treaty, status = (str(state[key]) for key in ("country", "other", "treaty", "status"))
        year = int(state["year"])
        return View(
            finding=finding(country, other, treaty, year),
            subtitle=subtitle(treaty),
            panels=[
                Panel("map", _("Map"), world(country, treaty, year)),
                Panel("record", data.states()[country].name, record(country, other, treaty, year, status)),
                Panel("adds", _("What would it add?"), adding(country, year)),
                Panel("time", _("Over time"), over_time(country, treaty, year)),
            ],
            source=[
                phrase(_("This list: {origin}."), origin=said(instruments()[treaty].listing.origin)),
                html(data.table("treaties").provenance.line()),
            ],
            notes=[said(note) for note in CONTENT.read().notes],
            csv=csv_file(country, other, treaty),
            tries=[replace(one, label=_(one.label)) for one in TRIES],
            opens="record" if other else "",
        )


def _states() -> tuple[Option, ...]:
    """The States by region and name, then the areas with acts of their own."""
    states = data.states()
    some = sorted((states[code] for code in counted()), key=lambda one: (data.REGIONS.index(one.region_id), data.folded(one.name)))
    return tuple(
        [Option(one.iso3, one.name, one.region) for one in some]
        + [Option(code, states[code].name, _("Other areas in the lists")) for code in areas()]
    )
