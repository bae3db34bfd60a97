"""The seminar series' balance sheet: the reader sorts the effects of remittances on one country, weighs them, and
compares with where the literature puts them. The effects themselves are content: `course/data/effects.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from course.data import states, table
from course.errors import CourseError, Fault
from course.explorers.base import (
    Control,
    Download,
    Explorer,
    Option,
    Panel,
    Select,
    Sort,
    SortItem,
    State,
    Try,
    Value,
    View,
    one_of,
    quantity,
    setter,
)
from course.explorers.base import flag as truth
from course.figures import Bar, Html, bar_chart, csv_text, html, table as html_table
from course.numbers import count, money, percent, plain
from course.reading import Text, read_yaml

EFFECTS_FILE = Path(__file__).parent.parent / "data" / "effects.yml"
MOST_WEIGHT = 3
SIDES = {"positive": "Positive", "ambiguous": "Ambiguous", "negative": "Negative"}
_LOOKS = {"positive": "cat-1", "ambiguous": "context", "negative": "cat-2"}

# --- the content -----------------------------------------------------------------------------------------------


class Effect(BaseModel):
    """One effect: how it is asked, where the literature puts it, the evidence, its limits and its source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    text: Text
    short: Text
    literature: Literal["positive", "ambiguous", "negative"]
    evidence: Text
    caveat: Text
    ask: Text
    cite: Annotated[str, Field(min_length=1)]
    source: Annotated[list[str], Field(min_length=1)]


class EffectsFile(BaseModel):
    """`course/data/effects.yml`."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1]
    effects: Annotated[list[Effect], Field(min_length=1)]


def read_effects(path: Path) -> tuple[Effect, ...]:
    """The effects in their order. Raises CourseError with the file, the line and what to do."""
    content, lines = read_yaml(path, EffectsFile)
    seen: set[str] = set()
    for number, effect in enumerate(content.effects):
        if effect.id in seen:
            line = lines.get(("effects", number, "id"))
            raise CourseError(Fault(path, line, f"the effect `{effect.id}` is here twice: give one of them another id"))
        seen.add(effect.id)
    return tuple(content.effects)


def content_faults(known_sources: set[str], path: Path = EFFECTS_FILE) -> list[Fault]:
    """What a lecturer must mend in the effects file."""
    try:
        found = read_effects(path)
    except CourseError as error:
        return list(error.faults)
    return [
        Fault(path, None, f"the effect `{effect.id}` cites `{key}`, which is not in modules/sources.yml: add it there or mend the key")
        for effect in found
        for key in effect.source
        if key not in known_sources
    ]


@lru_cache
def effects() -> tuple[Effect, ...]:
    """The effects of the course, read once."""
    return read_effects(EFFECTS_FILE)


# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One effect as the reader sees it; side "" means not sorted yet."""

    effect: Effect
    side: str
    weight: int

    @property
    def differs(self) -> bool:
        """Sorted, and not where the literature puts it."""
        return bool(self.side) and self.side != self.effect.literature


def sheet(state: State) -> list[Entry]:
    """The effects with the reader's side and weight."""
    return [Entry(one, state[f"side.{one.id}"], state[f"weight.{one.id}"]) for one in effects()]


def tally(entries: Sequence[Entry]) -> dict[str, int]:
    """Side -> sum of the weights put there. A count of opinions for discussion, no measurement."""
    return {side: sum(entry.weight for entry in entries if entry.side == side) for side in SIDES}


@dataclass(frozen=True)
class Context:
    """What one country received: money in US$, `share` in % of GDP, `against_aid` as a multiple of net aid."""

    year: int
    remittances: float
    share: float | None
    aid_year: int | None
    against_aid: float | None


@lru_cache
def contexts() -> Mapping[str, Context]:
    """ISO3 -> the newest figures; countries and areas without any remittances on record are left out."""
    found: dict[str, Context] = {}
    compared: dict[str, tuple[int, float]] = {}
    for row in sorted(table("flows").rows, key=lambda row: row["year"]):
        received, aid = row["remittances_musd"], row["oda_musd"]
        if received is None:
            continue
        code = row["iso3"]
        if aid is not None and aid > 0:
            compared[code] = (row["year"], received / aid)
        aid_year, ratio = compared.get(code, (None, None))
        found[code] = Context(row["year"], received * 1e6, row["remittances_pct_gdp"], aid_year, ratio)
    return found


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    """An unsorted sheet for a country where much is at stake: receipts are over a third of its GDP."""
    state: State = {"country": "TON", "compare": False}
    for effect in effects():
        state |= {f"side.{effect.id}": "", f"weight.{effect.id}": 1}
    return state


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish = {**state, **change}
    new: State = {
        "country": one_of(wish.get("country"), contexts().keys(), state["country"]),
        "compare": truth(wish.get("compare"), state["compare"]),
    }
    for effect in effects():
        side, weight = f"side.{effect.id}", f"weight.{effect.id}"
        new[side] = one_of(wish.get(side), ("", *SIDES), state[side])
        new[weight] = round(quantity(wish.get(weight), 0, MOST_WEIGHT, fallback=state[weight]))
    return new


def controls(state: State) -> list[Control]:
    """The country, then the effects to sort."""
    known = sorted(contexts(), key=lambda code: states()[code].name.casefold())
    return [
        Select(
            "country",
            "Country or area",
            state["country"],
            [Option(code, states()[code].name) for code in known],
            help=context_words(state["country"]),
        ),
        Sort(
            "For this country, which way does each of these pull when remittances come in?",
            [SortItem(e.effect.id, e.effect.text, e.side, e.weight) for e in sheet(state)],
            [Option(side, words) for side, words in SIDES.items()],
            most=MOST_WEIGHT,
            help="Give a weight to each: 0 does not count, 3 is decisive.",
        ),
    ]


def context_words(code: str) -> str:
    """The country's figures in a sentence, as background to the sorting."""
    now = contexts()[code]
    words = f"Received {money(now.remittances)} of remittances in {now.year}"
    if now.share is not None:
        words += f", {percent(now.share)} of GDP"
    if now.against_aid is not None:
        words += f"; in {now.aid_year} {plain(now.against_aid, 1)} times the net aid it received"
    return f"{words}."


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    entries = sheet(state)
    panels = [Panel("balance", "Balance", _balance(state, entries)), Panel("table", "Table", _table(entries, state["compare"]))]
    if state["compare"]:
        panels.insert(1, Panel("literature", "Literature", _literature(entries)))
    flows = table("flows").provenance
    return View(
        finding=finding(state, entries),
        subtitle="Weights added up by side. An aid to discussion, not a measurement: the points are your own judgement.",
        panels=panels,
        source=[
            html(f"Country figures: {flows.line().removeprefix('Source: ')}"),
            "Effects: the works named with each; the approach follows UNITAR’s seminar series of 2007–2008.",
        ],
        notes=[
            "Sorting comes before comparing: press “Compare with the literature” when you have your own view.",
            "There is no right answer for every country. Where you differ from the literature, ask what you know about this "
            "country that a study of others could not.",
            "Left out, because the sources used here do not measure them: prices of land and houses, skills that leave with the "
            "senders, families living apart. Weigh them in discussion.",
            "Remittances are private money: what they do to development is a side effect of what families decide.",
            "Recorded flows only. The share of GDP is computed from the same edition.",
        ],
        csv=_csv(state, entries),
        tries=[Try("Would you sort alike for Nicaragua?", {"country": "NIC"}), Try("And for Jamaica?", {"country": "JAM"})],
        opens="literature" if state["compare"] else "",
    )


def finding(state: State, entries: Sequence[Entry]) -> str:
    """The sentence with the live numbers."""
    country = states()[state["country"]].in_text
    sorted_ = [entry for entry in entries if entry.side]
    if not sorted_:
        now = contexts()[state["country"]]
        small = now.share is None or now.share < 0.1
        stake = money(now.remittances) if small else f"{percent(now.share)} of GDP"
        return (
            f"Remittances worth <strong>{html(stake)}</strong> reached {html(country)} in {now.year}. "
            f"Did they pull its development forward or hold it back? Sort the first effect."
        )
    points = tally(entries)
    lead = points["positive"] - points["negative"]
    way = "neither way" if lead == 0 else f"{'positive' if lead > 0 else 'negative'} by <strong>{html(count(abs(lead), 'point'))}</strong>"
    done = "all" if len(sorted_) == len(entries) else f"{len(sorted_)} of"
    sentence = f"With {done} {len(entries)} effects sorted, your sheet for {html(country)} leans {way}"
    if points["ambiguous"]:
        sentence += f", with <strong>{points['ambiguous']}</strong> in between"
    if state["compare"]:
        alike = sum(not entry.differs for entry in sorted_)
        return f"{sentence}. The literature agrees on <strong>{alike}</strong> of the {len(sorted_)} you sorted."
    return f"{sentence}."


def _balance(state: State, entries: Sequence[Entry]) -> str:
    points = tally(entries)
    bars = [Bar(words, points[side], count(points[side], "point"), _LOOKS[side]) for side, words in SIDES.items()]
    picture = bar_chart(
        uid="balance",
        title=f"Your balance sheet for {states()[state['country']].in_text}",
        description="; ".join(f"{bar.label}: {bar.text}" for bar in bars) + ".",
        bars=bars,
        at_least=6,
    )
    columns = "".join(_column(side, words, entries) for side, words in SIDES.items())
    compare = setter(
        "compare",
        not state["compare"],
        "Hide the comparison" if state["compare"] else "Compare with the literature",
        css="explorer-button",
    )
    return f'{picture}<div class="ledger">{columns}</div><p>{compare}</p>'


def _column(side: str, words: str, entries: Sequence[Entry]) -> str:
    mine = sorted((entry for entry in entries if entry.side == side), key=lambda entry: -entry.weight)
    rows = "".join(
        f'<li><span>{html(entry.effect.short)}</span><span class="weight">{entry.weight}</span></li>' for entry in mine
    )
    rows = f"<ul>{rows}</ul>" if mine else '<p class="empty">Nothing here yet</p>'
    return (
        f'<div class="ledger-side {_LOOKS[side]}"><p>{words}</p>'
        f"{rows}</div>"
    )


def _literature(entries: Sequence[Entry]) -> str:
    sorted_ = [entry for entry in entries if entry.side]
    differing = sum(entry.differs for entry in sorted_)
    if not sorted_:
        lead = "You have not sorted anything yet. Here is where the literature puts each effect."
    elif not differing:
        lead = "You and the literature put every effect that you sorted in the same place. What could change your mind?"
    else:
        lead = (
            f"You and the literature differ on {count(differing, 'effect')}. That is a reason to ask, not a mistake: "
            f"studies of other countries may not hold here."
        )
    groups = (
        ("Where you differ", [e for e in entries if e.differs]),
        ("In the same place", [e for e in sorted_ if not e.differs]),
    )
    parts = [f"<p>{html(lead)}</p>"]
    for heading, some in groups:
        if some:
            parts.append(f'<h4>{heading}</h4><ul class="evidence">{"".join(_card(entry) for entry in some)}</ul>')
    rest = [_card(entry) for entry in entries if not entry.side]
    if rest:
        # what is not sorted stays closed, so that it can still be sorted without a hint
        opened = " open" if not sorted_ else ""
        parts.append(
            f'<details class="unsorted"{opened}><summary>Not sorted yet: {count(len(rest), "effect")}</summary>'
            f'<ul class="evidence">{"".join(rest)}</ul></details>'
        )
    return "".join(parts)


def _card(entry: Entry) -> str:
    effect = entry.effect
    css = "open" if not entry.side else "differs" if entry.differs else "alike"
    you = f"<span>You: <b>{entry.side}</b></span>" if entry.side else ""
    ask = f'<p class="ask"><b>Ask:</b> {html(effect.ask)}</p>' if entry.differs else ""
    return (
        f'<li class="{css}"><p class="what">{html(effect.text)}</p>'
        f'<p class="where">{you}<span>Literature: <b>{effect.literature}</b></span></p>'
        f"<p>{html(effect.evidence)}</p><p><b>With care:</b> {html(effect.caveat)}</p>{ask}"
        f'<p class="cite">{html(effect.cite)}</p></li>'
    )


def _table(entries: Sequence[Entry], compare: bool) -> str:
    rows = []
    for entry in entries:
        you = SIDES.get(entry.side, "–")
        row: list[object] = [entry.effect.short, you, str(entry.weight) if entry.side else "–"]
        if compare:
            where = SIDES[entry.effect.literature]
            row.append(Html(f"<strong>{where}</strong>") if entry.differs else where)
        rows.append(row)
    header = ["Effect", "You", "Weight", *(["Literature"] if compare else [])]
    return html_table("Your balance sheet", header, rows, numeric=(2,))


def _csv(state: State, entries: Sequence[Entry]) -> Download:
    header = ["country_iso3", "country", "effect", "your_side", "your_weight"]
    header += ["literature_side", "evidence", "caveat", "source"] if state["compare"] else []
    rows = []
    for entry in entries:
        effect = entry.effect
        row = [state["country"], states()[state["country"]].name, effect.text, entry.side, entry.weight if entry.side else None]
        row += [effect.literature, effect.evidence, effect.caveat, effect.cite] if state["compare"] else []
        rows.append(row)
    return Download(f"balance-sheet-{state['country']}.csv".lower(), csv_text(header, rows))


class BalanceSheet(Explorer):
    """The explorer `balance-sheet`."""

    name = "balance-sheet"
    title = "What do remittances do to development?"
    start = start()
    layout = "list"
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
