"""The seminar series' balance sheet: the reader sorts the effects of remittances on one country, weighs them, and
compares with where the literature puts them. The effects themselves are content: `course/data/effects.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from course.data import folded, states, table
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
from course.explorers.content import Claim, Content, ContentFile
from course.figures import Bar, Html, bar_chart, csv_text, html, in_words, phrase, table as html_table
from course.i18n import N_, SOURCE, _, ngettext, speaking
from course.numbers import money, percent, plain
from course.reading import Text

MOST_WEIGHT = 3
SIDES = {"positive": N_("Positive"), "ambiguous": N_("Ambiguous"), "negative": N_("Negative")}
_WITHIN = {"positive": N_("positive"), "ambiguous": N_("ambiguous"), "negative": N_("negative")}
"""What the sides are called after a colon."""
_LOOKS = {"positive": "cat-1", "ambiguous": "context", "negative": "cat-2"}

# --- the content -----------------------------------------------------------------------------------------------


class Effect(Claim):
    """One effect: how it is asked, where the literature puts it, the evidence, its limits and its source."""

    text: Text
    short: Text
    literature: Literal["positive", "ambiguous", "negative"]
    evidence: Text
    caveat: Text
    ask: Text


class EffectsFile(ContentFile):
    """`course/data/effects.yml`."""

    effects: Annotated[list[Effect], Field(min_length=1)]


CONTENT = Content("effects", EffectsFile)


def effects() -> list[Effect]:
    """The effects of the course in the language spoken."""
    return CONTENT.read().effects


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
    known = sorted(contexts(), key=lambda code: folded(states()[code].name))
    return [
        Select(
            "country",
            _("Country or area"),
            state["country"],
            [Option(code, states()[code].name) for code in known],
            help=context_words(state["country"]),
        ),
        Sort(
            _("For this country, which way does each of these pull when remittances come in?"),
            [SortItem(e.effect.id, e.effect.text, e.side, e.weight) for e in sheet(state)],
            [Option(side, _(words)) for side, words in SIDES.items()],
            most=MOST_WEIGHT,
            help=_("Give a weight to each: 0 does not count, 3 is decisive."),
        ),
    ]


def context_words(code: str) -> str:
    """The country's figures in a sentence, as background to the sorting."""
    now = contexts()[code]
    if now.share is None and now.against_aid is None:
        words = _("Received {amount} of remittances in {year}.")
    elif now.against_aid is None:
        words = _("Received {amount} of remittances in {year}, {share} of GDP.")
    elif now.share is None:
        words = _("Received {amount} of remittances in {year}; in {aid_year} {ratio} times the net aid it received.")
    else:
        words = _("Received {amount} of remittances in {year}, {share} of GDP; in {aid_year} {ratio} times the net aid it received.")
    return words.format(
        amount=money(now.remittances), year=now.year, share=percent(now.share), aid_year=now.aid_year, ratio=plain(now.against_aid, 1)
    )


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    entries = sheet(state)
    panels = [Panel("balance", _("Balance"), _balance(state, entries)), Panel("table", _("Table"), _table(entries, state["compare"]))]
    if state["compare"]:
        panels.insert(1, Panel("literature", _("Literature"), _literature(entries)))
    flows = table("flows").provenance
    return View(
        finding=finding(state, entries),
        subtitle=_("Weights added up by side. An aid to discussion, not a measurement: the points are your own judgement."),
        panels=panels,
        source=[
            html(_("Country figures: {origin}").format(origin=flows.origin())),
            _("Effects: the works named with each; the approach follows UNITAR’s seminar series of 2007–2008."),
        ],
        notes=[
            _("Sorting comes before comparing: press “Compare with the literature” when you have your own view."),
            _(
                "There is no right answer for every country. Where you differ from the literature, ask what you know about this "
                "country that a study of others could not."
            ),
            _(
                "Left out, because the sources used here do not measure them: prices of land and houses, skills that leave with the "
                "senders, families living apart. Weigh them in discussion."
            ),
            _("Remittances are private money: what they do to development is a side effect of what families decide."),
            _("Recorded flows only. The share of GDP is computed from the same edition."),
        ],
        csv=_csv(state, entries),
        tries=[Try(_("Would you sort alike for Nicaragua?"), {"country": "NIC"}), Try(_("And for Jamaica?"), {"country": "JAM"})],
        opens="literature" if state["compare"] else "",
    )


def finding(state: State, entries: Sequence[Entry]) -> str:
    """The sentence with the live numbers."""
    country = states()[state["country"]].in_text
    sorted_ = [entry for entry in entries if entry.side]
    if not sorted_:
        now = contexts()[state["country"]]
        small = now.share is None or now.share < 0.1
        stake = money(now.remittances) if small else _("{share} of GDP").format(share=percent(now.share))
        return phrase(
            _("Remittances worth {stake} reached {country} in {year}. Did they pull its development forward or hold it back? Sort the first effect."),
            stake=_strong(stake), country=country, year=now.year,
        )
    sentence = _leaning(country, entries, len(sorted_))
    if state["compare"]:
        alike = sum(not entry.differs for entry in sorted_)
        agreed = phrase(_("The literature agrees on {alike} of the {number} you sorted."), alike=_strong(alike), number=len(sorted_))
        return f"{sentence} {agreed}"
    return sentence


def _leaning(country: str, entries: Sequence[Entry], done: int) -> str:
    """Which way the sheet leans, and by how much."""
    points = tally(entries)
    lead = points["positive"] - points["negative"]
    by = _strong(_points(abs(lead)))
    if lead == 0:
        way = phrase(_("neither way"))
    else:
        way = phrase(_("positive by {points}") if lead > 0 else _("negative by {points}"), points=by)
    if done == len(entries):
        sorted_ = ngettext("all {number} effect", "all {number} effects", done).format(number=done)
    else:
        sorted_ = ngettext("{some} of {number} effect", "{some} of {number} effects", len(entries)).format(some=done, number=len(entries))
    if points["ambiguous"]:
        return phrase(
            _("With {effects} sorted, your sheet for {country} leans {way}, with {points} in between."),
            effects=sorted_, country=country, way=way, points=_strong(points["ambiguous"]),
        )
    return phrase(_("With {effects} sorted, your sheet for {country} leans {way}."), effects=sorted_, country=country, way=way)


def _points(number: int) -> str:
    return ngettext("{number}\u00a0point", "{number}\u00a0points", number).format(number=plain(number))


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _balance(state: State, entries: Sequence[Entry]) -> str:
    points = tally(entries)
    bars = [Bar(_(words), points[side], _points(points[side]), _LOOKS[side]) for side, words in SIDES.items()]
    picture = bar_chart(
        uid="balance",
        title=_("Your balance sheet for {country}").format(country=states()[state["country"]].in_text),
        description=in_words(bars),
        bars=bars,
        at_least=6,
    )
    columns = "".join(_column(side, _(words), entries) for side, words in SIDES.items())
    compare = setter(
        "compare",
        not state["compare"],
        _("Hide the comparison") if state["compare"] else _("Compare with the literature"),
        css="explorer-button",
    )
    return f'{picture}<div class="ledger">{columns}</div><p>{compare}</p>'


def _column(side: str, words: str, entries: Sequence[Entry]) -> str:
    mine = sorted((entry for entry in entries if entry.side == side), key=lambda entry: -entry.weight)
    rows = "".join(
        f'<li><span>{html(entry.effect.short)}</span><span class="weight">{entry.weight}</span></li>' for entry in mine
    )
    empty = html(_("Nothing here yet"))
    rows = f"<ul>{rows}</ul>" if mine else f'<p class="empty">{empty}</p>'
    return (
        f'<div class="ledger-side {_LOOKS[side]}"><p>{html(words)}</p>'
        f"{rows}</div>"
    )


def _literature(entries: Sequence[Entry]) -> str:
    sorted_ = [entry for entry in entries if entry.side]
    differing = sum(entry.differs for entry in sorted_)
    if not sorted_:
        lead = _("You have not sorted anything yet. Here is where the literature puts each effect.")
    elif not differing:
        lead = _("You and the literature put every effect that you sorted in the same place. What could change your mind?")
    else:
        lead = ngettext(
            "You and the literature differ on {number}\u00a0effect. That is a reason to ask, not a mistake: "
            "studies of other countries may not hold here.",
            "You and the literature differ on {number}\u00a0effects. That is a reason to ask, not a mistake: "
            "studies of other countries may not hold here.",
            differing,
        ).format(number=plain(differing))
    groups = (
        (_("Where you differ"), [e for e in entries if e.differs]),
        (_("In the same place"), [e for e in sorted_ if not e.differs]),
    )
    parts = [f"<p>{html(lead)}</p>"]
    for heading, some in groups:
        if some:
            parts.append(f'<h4>{html(heading)}</h4><ul class="evidence">{"".join(_card(entry) for entry in some)}</ul>')
    rest = [_card(entry) for entry in entries if not entry.side]
    if rest:
        # what is not sorted stays closed, so that it can still be sorted without a hint
        opened = " open" if not sorted_ else ""
        left = ngettext("Not sorted yet: {number}\u00a0effect", "Not sorted yet: {number}\u00a0effects", len(rest)).format(number=plain(len(rest)))
        parts.append(
            f'<details class="unsorted"{opened}><summary>{html(left)}</summary>'
            f'<ul class="evidence">{"".join(rest)}</ul></details>'
        )
    return "".join(parts)


def _card(entry: Entry) -> str:
    effect = entry.effect
    css = "open" if not entry.side else "differs" if entry.differs else "alike"
    you = _side(_("You: {side}"), entry.side) if entry.side else ""
    theirs = _side(_("Literature: {side}"), effect.literature)
    ask, care = html(_("Ask:")), html(_("With care:"))
    ask = f'<p class="ask"><b>{ask}</b> {html(effect.ask)}</p>' if entry.differs else ""
    return (
        f'<li class="{css}"><p class="what">{html(effect.text)}</p>'
        f'<p class="where">{you}{theirs}</p>'
        f"<p>{html(effect.evidence)}</p><p><b>{care}</b> {html(effect.caveat)}</p>{ask}"
        f'<p class="cite">{html(effect.cite)}</p></li>'
    )


def _side(message: str, side: str) -> Html:
    word = html(_(_WITHIN[side]))
    return Html(f"<span>{phrase(message, side=Html(f'<b>{word}</b>'))}</span>")


def _table(entries: Sequence[Entry], compare: bool) -> str:
    rows = []
    for entry in entries:
        you = _(SIDES[entry.side]) if entry.side else "–"
        row: list[object] = [entry.effect.short, you, str(entry.weight) if entry.side else "–"]
        if compare:
            where = _(SIDES[entry.effect.literature])
            row.append(_strong(where) if entry.differs else where)
        rows.append(row)
    header = [_("Effect"), _("You"), _("Weight"), *([_("Literature")] if compare else [])]
    return html_table(_("Your balance sheet"), header, rows, numeric=(2,))


def _csv(state: State, entries: Sequence[Entry]) -> Download:
    """The reader's sheet: columns and country in English for machines, the effects as the reader sorted them."""
    with speaking(SOURCE):
        country = states()[state["country"]].name
    header = ["country_iso3", "country", "effect", "your_side", "your_weight"]
    header += ["literature_side", "evidence", "caveat", "source"] if state["compare"] else []
    rows = []
    for entry in entries:
        effect = entry.effect
        row = [state["country"], country, effect.text, entry.side, entry.weight if entry.side else None]
        row += [effect.literature, effect.evidence, effect.caveat, effect.cite] if state["compare"] else []
        rows.append(row)
    return Download(f"balance-sheet-{state['country']}.csv".lower(), csv_text(header, rows))


class BalanceSheet(Explorer):
    """The explorer `balance-sheet`."""

    name = "balance-sheet"
    title = N_("What do remittances do to development?")
    start = start()
    layout = "list"
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
