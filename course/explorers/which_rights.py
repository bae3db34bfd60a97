"""Which rights apply? The reader describes a person; the rules of `course/data/rights.yml` that reach this person are shown,
with their articles, what one change would add or take away, and what this explorer cannot decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field

from course.data import State as Country
from course.data import said_date, states, table
from course.explorers.base import Control, Download, Explorer, Option, Panel, Select, State, Try, Value, View, one_of, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.figures import Html, csv_text, html, phrase
from course.figures import table as html_table
from course.i18n import N_, SOURCE, _, ngettext, speaking
from course.i18n.forms import commas, semicolons
from course.numbers import plain
from course.reading import ID, Place, Text, Words
from course.text import english, inline, markup
from course.treaties import Position, acts, position

Person = Mapping[str, str]
"""Dimension -> option."""

PANELS = ("rights", "changes", "unknown", "table")
NO_STATE = "none"
_OWN_KEYS = {"country", "open"}
_OPPOSITE = {"irregular": "regular"}
"""The status that the finding compares with; every other one is compared with an irregular situation."""

# --- the content -----------------------------------------------------------------------------------------------

Conditions = Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Field(min_length=1)]
"""Dimension -> the options of which one must be chosen; all dimensions together."""


class Gate(Part):
    """Who is let through: by any one of `when` (none: everybody), and by no one of `unless`."""

    when: list[Conditions] = []
    unless: list[Conditions] = []


class Instead(Part):
    """How an option reads of some people."""

    when: Annotated[list[Conditions], Field(min_length=1)]
    phrase: Text


class Choice(Part):
    """One option: in the list, and in the sentence that describes the person."""

    id: str = Field(pattern=ID)
    label: Text
    phrase: Words
    instead: list[Instead] = []


class Dimension(Part):
    """One thing that is asked about the person."""

    id: str = Field(pattern=ID)
    label: Text
    options: Annotated[list[Choice], Field(min_length=2)]


class Named(Part):
    """A theme or a force, as readers see it."""

    id: str = Field(pattern=ID)
    label: Text
    explain: Words = ""


class Example(Part):
    """A person to try, and the view to open with it."""

    id: str = Field(pattern=ID)
    label: Text
    person: dict[str, str]
    open: str = ""


class Instrument(Claim, Gate):
    """A text that rules come from. `treaty`: its code in treaties.csv, or ""; `also`: instruments that make the same rules bind."""

    name: Text
    treaty: str = ""
    also: list[str] = []


class Rule(Claim, Gate):
    """What one article, or a few together, give to whom."""

    instrument: str
    theme: str
    force: str
    right: Text
    why: Text
    limits: Words


class Unknown(Claim, Gate):
    """What this explorer cannot decide, and who could."""

    question: Text
    because: Text
    decide: Text
    ask: Text


class RightsFile(ContentFile):
    """`course/data/rights.yml`."""

    person: Annotated[list[Dimension], Field(min_length=1)]
    order: list[str]
    start: dict[str, str]
    forces: Annotated[list[Named], Field(min_length=1)]
    themes: Annotated[list[Named], Field(min_length=1)]
    examples: list[Example]
    notes: list[Text]
    instruments: Annotated[list[Instrument], Field(min_length=1)]
    rules: Annotated[list[Rule], Field(min_length=1)]
    unknowns: list[Unknown]

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Every word that points at another one and does not find it."""
        return _slips(self)

    def instrument(self, ident: str) -> Instrument:
        return next(one for one in self.instruments if one.id == ident)


def _slips(file: RightsFile) -> Iterator[tuple[Place, str]]:
    options = {one.id: {choice.id for choice in one.options} for one in file.person}
    for number, one in enumerate(file.person):
        if one.id in _OWN_KEYS:
            yield ("person", number, "id"), f"`{one.id}` is a word of the explorer itself: take another one"
        for place, choice in enumerate(one.options):
            for at, reading in enumerate(one.options[place].instead):
                yield from _condition_slips(reading.when, ("person", number, "options", place, "instead", at, "when"), options)
            if [other.id for other in one.options].index(choice.id) != place:
                yield ("person", number, "options", place, "id"), f"`{choice.id}` is here twice: give one of them another id"
    if not {"regular", "irregular"} <= options.get("status", set()):
        yield ("person",), "`status` must have the options `regular` and `irregular`: the explorer compares them"
    if sorted(file.order) != sorted(options):
        yield ("order",), f"`order` must name each of {', '.join(options)} once"
    yield from _person_slips(file.start, ("start",), options)
    for number, example in enumerate(file.examples):
        yield from _person_slips(example.person, ("examples", number, "person"), options)
        if example.open not in ("", *PANELS):
            yield ("examples", number, "open"), f"`open` is {', '.join(PANELS)}, or nothing"
    gates: list[tuple[str, Sequence[Gate]]] = [("instruments", file.instruments), ("rules", file.rules), ("unknowns", file.unknowns)]
    for name, some in gates:
        for number, gate in enumerate(some):
            yield from _condition_slips(gate.when, (name, number, "when"), options)
            yield from _condition_slips(gate.unless, (name, number, "unless"), options)
    known = {name: {one.id for one in some} for name, some in (("instrument", file.instruments), ("theme", file.themes), ("force", file.forces))}
    for number, rule in enumerate(file.rules):
        for field, idents in known.items():
            if getattr(rule, field) not in idents:
                yield ("rules", number, field), f"`{getattr(rule, field)}` is no {field} of this file: write one of {', '.join(sorted(idents))}"
    for number, instrument in enumerate(file.instruments):
        if instrument.treaty and instrument.treaty not in acts():
            yield ("instruments", number, "treaty"), f"`{instrument.treaty}` is no treaty of treaties.csv: write one of {', '.join(sorted(acts()))}, or leave it out"
        for at, ident in enumerate(instrument.also):
            if ident not in known["instrument"]:
                yield ("instruments", number, "also", at), f"`{ident}` is no instrument of this file"


def _condition_slips(some: Sequence[Mapping[str, Sequence[str]]], place: Place, options: Mapping[str, set[str]]) -> Iterator[tuple[Place, str]]:
    for number, conditions in enumerate(some):
        for dimension, allowed in conditions.items():
            if dimension not in options:
                yield (*place, number, dimension), f"`{dimension}` is not asked about the person: write one of {', '.join(options)}"
                continue
            for at, option in enumerate(allowed):
                if option not in options[dimension]:
                    yield (*place, number, dimension, at), f"`{option}` is no option of `{dimension}`: write one of {', '.join(sorted(options[dimension]))}"


def _person_slips(person: Person, place: Place, options: Mapping[str, set[str]]) -> Iterator[tuple[Place, str]]:
    for dimension in options.keys() - person.keys():
        yield place, f"`{dimension}` is missing: describe the whole person"
    yield from _condition_slips([{key: [value]} for key, value in person.items() if key not in options], place, options)
    for dimension, option in person.items():
        if dimension in options and option not in options[dimension]:
            yield (*place, dimension), f"`{option}` is no option of `{dimension}`: write one of {', '.join(sorted(options[dimension]))}"


CONTENT = Content("rights", RightsFile)

# --- the model -------------------------------------------------------------------------------------------------


def holds(conditions: Mapping[str, Sequence[str]], person: Person) -> bool:
    """Whether a person has one of the options of every dimension named."""
    return all(person[dimension] in allowed for dimension, allowed in conditions.items())


def passes(gate: Gate, person: Person) -> bool:
    """Whether a gate lets a person through."""
    return (not gate.when or any(holds(one, person) for one in gate.when)) and not any(holds(one, person) for one in gate.unless)


def applies(rule: Rule, person: Person, file: RightsFile) -> bool:
    """Whether a rule, and the instrument that it stands in, reach a person."""
    return passes(file.instrument(rule.instrument), person) and passes(rule, person)


def matching(person: Person, file: RightsFile) -> list[Rule]:
    """The rules that reach a person, in the order of the file."""
    open_to = {one.id for one in file.instruments if passes(one, person)}
    return [rule for rule in file.rules if rule.instrument in open_to and passes(rule, person)]


def unknowns(person: Person, file: RightsFile) -> list[Unknown]:
    """What cannot be decided for a person."""
    return [one for one in file.unknowns if passes(one, person)]


def why_not(rule: Rule, person: Person, file: RightsFile) -> dict[str, tuple[str, ...]]:
    """The conditions that fail: dimension -> the options that would meet it, all of them needed. Empty where the rule applies.

    Of several ways in, the nearest counts.
    """
    failing: dict[str, tuple[str, ...]] = {}
    for gate in (file.instrument(rule.instrument), rule):
        missed = [{key: allowed for key, allowed in one.items() if person[key] not in allowed} for one in gate.when]
        wanted: dict[str, Sequence[str]] = dict(min(missed, key=len, default={}))
        for one in gate.unless:
            if holds(one, person):
                dimension, shut_out = next(iter(one.items()))
                wanted[dimension] = [option for option in wanted.get(dimension, _options(file, dimension)) if option not in shut_out]
        for dimension, allowed in wanted.items():
            before = failing.get(dimension, _options(file, dimension))
            failing[dimension] = tuple(option for option in before if option in allowed)
    return failing


def _options(file: RightsFile, dimension: str) -> list[str]:
    return next([choice.id for choice in one.options] for one in file.person if one.id == dimension)


@dataclass(frozen=True)
class Change:
    """What one other option of one dimension would add and take away."""

    dimension: Dimension
    option: Choice
    adds: list[Rule]
    takes: list[Rule]


def changes(person: Person, file: RightsFile) -> list[Change]:
    """Every change of one thing about a person."""
    now = matching(person, file)
    found = []
    for dimension in file.person:
        for option in dimension.options:
            if option.id != person[dimension.id]:
                then = matching({**person, dimension.id: option.id}, file)
                found.append(Change(dimension, option, [one for one in then if one not in now], [one for one in now if one not in then]))
    return found


@dataclass(frozen=True)
class Standing:
    """Where a State stands under one instrument; `position` None: the course has no list. `as_of`: the date of what is said."""

    instrument: Instrument
    position: Position | None
    as_of: str


def standings(instrument: Instrument, country: str, file: RightsFile) -> list[Standing]:
    """A State under an instrument, and under those that make the same rules bind."""
    found = []
    for one in (instrument, *(file.instrument(ident) for ident in instrument.also)):
        if one.treaty:
            where = position(one.treaty, country)
            found.append(Standing(one, where, where.act.as_of if where.act else list_date(one.treaty)))
        else:
            found.append(Standing(one, None, ""))
    return found


@lru_cache
def list_date(treaty: str) -> str:
    """The date of the list: that of most of its rows, since single acts were added later from elsewhere."""
    dates = Counter(act.as_of for some in acts()[treaty].values() for act in some)
    return dates.most_common(1)[0][0]


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    """The person that the content file starts from, in no State."""
    return {**CONTENT.read().start, "country": NO_STATE, "open": ""}


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish = {**state, **change}
    new: State = {
        one.id: one_of(wish.get(one.id), [choice.id for choice in one.options], str(state[one.id])) for one in CONTENT.read().person
    }
    new["country"] = one_of(wish.get("country"), (NO_STATE, *_countries()), str(state["country"]))
    new["open"] = one_of(wish.get("open"), ("", *PANELS), str(state["open"]))
    return new


def _countries() -> Mapping[str, Country]:
    return {code: state for code, state in states().items() if state.status != "area"}


def _person(state: State, file: RightsFile) -> dict[str, str]:
    return {one.id: str(state[one.id]) for one in file.person}


def controls(state: State) -> list[Control]:
    """What describes the person, then the State."""
    file = CONTENT.read()
    asked: list[Control] = [
        Select(one.id, one.label, str(state[one.id]), [Option(choice.id, choice.label) for choice in one.options]) for one in file.person
    ]
    places = [Option(NO_STATE, _("No State chosen")), *(Option(code, one.name) for code, one in _countries().items())]
    return [*asked, Select("country", _("State where the person is"), str(state["country"]), places, search=True)]


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    file = CONTENT.read()
    person, country = _person(state, file), str(state["country"])
    found, open_ = matching(person, file), unknowns(person, file)
    return View(
        finding=finding(person, file),
        subtitle=subtitle(found, country, file),
        panels=[
            Panel("rights", _("By theme"), _themes(found, country, file)),
            Panel("changes", _("What would change"), _changes(person, file)),
            Panel("unknown", _("What it does not know ({number})").format(number=plain(len(open_))), _unknown(open_)),
            Panel("table", _("Table"), _table(found, person, country, file)),
        ],
        source=_sources(found, country, file),
        notes=[*(inline(note) for note in file.notes), *(inline(force.explain) for force in file.forces if force.explain)],
        csv=_csv(found, country, file),
        tries=[Try(one.label, {**one.person, "open": one.open}) for one in file.examples],
        opens=str(state["open"]),
    )


def described(person: Person, file: RightsFile) -> list[str]:
    """The person in phrases."""
    known = {one.id: one for one in file.person}
    phrases = []
    for ident in file.order:
        choice = next(choice for choice in known[ident].options if choice.id == person[ident])
        other = next((one.phrase for one in choice.instead if any(holds(when, person) for when in one.when)), "")
        phrases.append(other or choice.phrase)
    return [one for one in phrases if one.strip()]


def finding(person: Person, file: RightsFile) -> str:
    """How many rules reach the person, how many do so whatever the status, and on what there is no answer."""
    found = matching(person, file)
    rules = ngettext("{number}\u00a0rule", "{number}\u00a0rules", len(found)).format(number=plain(len(found)))
    number = len({rule.instrument for rule in found})
    instruments = ngettext("{number}\u00a0instrument", "{number}\u00a0instruments", number).format(number=plain(number))
    words = Html(f'<strong class="person">{commas(said(one) for one in described(person, file))}</strong>')
    first = phrase(_("{rules} of {instruments} apply to this person: {person}."), rules=_strong(rules), instruments=_strong(instruments), person=words)
    return f"{first} {_compared(person, found, file)}"


def _compared(person: Person, found: Sequence[Rule], file: RightsFile) -> Html:
    other = _OPPOSITE.get(person["status"], "irregular")
    then = matching({**person, "status": other}, file)
    same = [rule for rule in found if rule in then]
    if other == "regular" and len(same) == len(found) == len(then):
        return phrase(_("All of them hold in a regular situation too, and none is added by it."))
    if other == "regular":
        message, more = _("{same} of them hold in a regular situation too, which would add {more}."), len(then) - len(same)
    else:
        message, more = _("{same} of them hold in an irregular situation too; {more} come with this status."), len(found) - len(same)
    return phrase(message, same=_strong(plain(len(same))), more=_strong(plain(more)))


def subtitle(found: Sequence[Rule], country: str, file: RightsFile) -> str:
    """How many of the rules bind, and where the State stands in the lists."""
    counts = Counter(rule.force for rule in found)
    parts = [phrase(_("{name}: {value}"), name=said(force.label), value=plain(counts[force.id])) for force in file.forces if counts[force.id]]
    text = phrase(_("{list}."), list=Html(semicolons(parts)))
    if country == NO_STATE:
        return text
    used = _used(found, file)
    listed = [one for one in used if one.treaty]
    known = sum(_bound(one, country, file) for one in listed)
    return f"{text} " + phrase(
        _("{country} has accepted {known} of the {number} treaties among these for which there is a list. No record does not mean “not a party”."),
        country=states()[country].name, known=_strong(plain(known)), number=plain(len(listed)),
    )


def _used(found: Sequence[Rule], file: RightsFile) -> list[Instrument]:
    """The instruments of some rules, in the order of the file."""
    names = {rule.instrument for rule in found}
    return [one for one in file.instruments if one.id in names]


def _bound(instrument: Instrument, country: str, file: RightsFile) -> bool:
    return any(one.position is not None and one.position.kind == "party" for one in standings(instrument, country, file))


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _cite(claim: Claim) -> Html:
    return Html(english(markup(claim.cite)))


def _force(rule: Rule, file: RightsFile) -> Html:
    return said(next(one.label for one in file.forces if one.id == rule.force))


def _themes(found: Sequence[Rule], country: str, file: RightsFile) -> str:
    parts: list[str] = []
    for theme in file.themes:
        some = [rule for rule in found if rule.theme == theme.id]
        if some:
            opened = "" if parts else " open"
            number = ngettext("{number}\u00a0rule", "{number}\u00a0rules", len(some)).format(number=plain(len(some)))
            rows = "".join(f'<li id="rule-{rule.id}">{_row(rule, country, file)}</li>' for rule in some)
            parts.append(
                f'<details class="theme" id="theme-{theme.id}"{opened}><summary><b>{said(theme.label)}</b> '
                f'<span class="count">{html(number)}</span></summary><ul class="rules">{rows}</ul></details>'
            )
    return "".join(parts)


def _row(rule: Rule, country: str, file: RightsFile) -> str:
    care = html(_("With care:"))
    limits = f"<p><b>{care}</b> {inline(rule.limits)}</p>" if rule.limits.strip() else ""
    acts_ = "".join(f"<p>{line}</p>" for line in _standing_lines(rule, country, file))
    return (
        f'<details class="rule {rule.force}"><summary><span class="right">{inline(rule.right)}</span> '
        f'<span class="where"><span>{_cite(rule)}</span> <span class="force">{_force(rule, file)}</span></span></summary>'
        f'<div class="because"><p>{inline(rule.why)}</p>{limits}{acts_}</div></details>'
    )


def _standing_lines(rule: Rule, country: str, file: RightsFile) -> list[Html]:
    """A line for each instrument that may bind the State to a rule."""
    if country == NO_STATE or rule.force == "non-binding":
        return []
    where = states()[country].name
    return [
        phrase(_("{state}, {instrument}: {standing}."), state=where, instrument=said(one.instrument.name), standing=standing_words(one))
        for one in standings(file.instrument(rule.instrument), country, file)
    ]


def standing_words(one: Standing) -> str:
    """Where a State stands, with the date of what says so. What no list says is never called "not a party"."""
    if one.position is None:
        return _("this course has no list of States")
    act, kind = one.position.act, one.position.kind
    if kind == "no record" or act is None:
        message = _("no record in the list of {date}")
    elif kind == "signed":
        message = _("signed, no further act on record (list of {date})")
    elif kind == "withdrew":
        message = _("accepted and later denounced (list of {date})")
    elif act.year is None:
        message = _("accepted (list of {date})")
    else:
        message = _("accepted in {year} (list of {date})")
    return message.format(year=act.year if act else "", date=said_date(one.as_of))


def _changes(person: Person, file: RightsFile) -> str:
    found = changes(person, file)
    parts = [f"<p>{html(_('Each line changes one thing about this person and leaves the rest. Press a name to make the change.'))}</p>"]
    shown = ("status", _OPPOSITE.get(person["status"], "irregular"))
    for dimension in file.person:
        rows = [
            [
                setter(dimension.id, one.option.id, said(one.option.label)),
                _rules_cell(f"adds-{dimension.id}-{one.option.id}", one.adds, 1, opened=(dimension.id, one.option.id) == shown),
                _rules_cell(f"takes-{dimension.id}-{one.option.id}", one.takes, -1, opened=(dimension.id, one.option.id) == shown),
            ]
            for one in found
            if one.dimension.id == dimension.id
        ]
        parts.append(html_table(dimension.label, [_("If it were"), _("It would add"), _("It would take away")], rows))
    return f'<div class="changes">{"".join(parts)}</div>'


def _rules_cell(ident: str, rules: Sequence[Rule], sign: int, *, opened: bool) -> Html:
    if not rules:
        return Html("–")
    number = ngettext("{number}\u00a0rule", "{number}\u00a0rules", len(rules)).format(number=plain(sign * len(rules), signed=True))
    items = "".join(f"<li><b>{_cite(rule)}</b> {inline(rule.right)}</li>" for rule in rules)
    return Html(f'<details id="{ident}"{" open" if opened else ""}><summary>{html(number)}</summary><ul>{items}</ul></details>')


def _unknown(some: Sequence[Unknown]) -> str:
    if not some:
        return f"<p>{html(_('Nothing particular to this person. What holds for everybody stands under “How to read this”.'))}</p>"
    decides, ask = html(_("What would decide it:")), html(_("Whom to ask:"))
    rows = "".join(
        f'<li><p class="what">{inline(one.question)}</p><p>{inline(one.because)}</p>'
        f"<p><b>{decides}</b> {inline(one.decide)}</p><p><b>{ask}</b> {inline(one.ask)}</p>"
        f'<p class="cite">{_cite(one)}</p></li>'
        for one in some
    )
    return f'<ul class="evidence">{rows}</ul>'


def _table(found: Sequence[Rule], person: Person, country: str, file: RightsFile) -> str:
    header = [_("Article"), _("What it gives"), _("Force"), *([states()[country].name] if country != NO_STATE else [])]
    rows: list[list[object]] = []
    for rule in found:
        row: list[object] = [_cite(rule), Html(inline(rule.right)), _force(rule, file)]
        if country != NO_STATE:
            some = [] if rule.force == "non-binding" else standings(file.instrument(rule.instrument), country, file)
            row.append(semicolons(standing_words(one) for one in some) or "–")
        rows.append(row)
    labels = {one.id: (one.label, {choice.id: choice.label for choice in one.options}) for one in file.person}
    missed = []
    for rule in file.rules:
        failing = why_not(rule, person, file)
        if failing:
            needs = Html("<br>".join(
                phrase(_("{name}: {value}"), name=said(labels[key][0]), value=Html(semicolons(said(labels[key][1][option]) for option in wanted)))
                for key, wanted in failing.items()
            ))
            missed.append((_cite(rule), Html(inline(rule.right)), needs))
    others = html_table(_("Rules that do not apply"), [_("Article"), _("What it gives"), _("What it asks for")], missed)
    return html_table(_("Rules that apply"), header, rows) + others


def _sources(found: Sequence[Rule], country: str, file: RightsFile) -> list[str]:
    texts = semicolons(english(html(one.cite)) for one in _used(found, file))
    lines = [phrase(_("Texts: {list}."), list=Html(texts))]
    if country != NO_STATE:
        lines.append(Html(html(_("Acts of States: {origin}").format(origin=table("treaties").provenance.origin()))))
    return list(lines)


def _csv(found: Sequence[Rule], country: str, file: RightsFile) -> Download:
    """The rules that apply: columns, instruments and States in English for machines, the rest as the reader sees it."""
    with speaking(SOURCE):
        names = {one.id: one.name for one in CONTENT.read().instruments}
        rows: list[list[Any]] = []
        for rule in found:
            some = [] if country == NO_STATE else standings(file.instrument(rule.instrument), country, file)
            said_ = "; ".join(f"{names[one.instrument.id]}: {standing_words(one)}" for one in some)
            texts = [text.replace("*", "") for text in (rule.cite, rule.right, rule.why, rule.limits)]
            rows.append([rule.id, names[rule.instrument], rule.theme, rule.force, *texts, "" if country == NO_STATE else country, said_])
    header = ["rule", "instrument", "theme", "force", "article", "gives", "why", "limits", "state_iso3", "state_in_lists"]
    return Download("which-rights.csv", csv_text(header, rows))


class WhichRights(Explorer):
    """The explorer `which-rights`."""

    name = "which-rights"
    title = N_("Which rights apply?")
    start = start()
    styles = ("which_rights.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
