"""May this person be returned? One set of facts held against four rules of non-refoulement, side by side.

The facts, the rules and the decided cases are content: `course/data/refoulement.yml`. Here is only how rules are followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Annotated, Literal

from pydantic import Field

from course.data import folded, said_date, states, table
from course.explorers.base import Control, Download, Explorer, Option, Panel, Radio, Select, State, Try, Value, View, one_of, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.figures import Html, csv_text, html, phrase, table as html_table
from course.i18n import N_, _, ngettext
from course.reading import ID, Place, Text, Words
from course.treaties import acts, position

Facts = Mapping[str, str]
"""Fact -> the option chosen."""
Kind = Literal["protected", "not-protected", "open"]

STATE = "state"
"""The one key of the explorer's state that is no fact: whose acts are shown, or "" for none."""
_WORDS = {"protected": N_("Protected"), "not-protected": N_("Not protected"), "open": N_("Open")}
_STEPS = {"met": N_("Met"), "not-met": N_("Not met"), "open": N_("Open")}
_SIGNS = {"protected": "✓", "met": "✓", "not-protected": "✕", "not-met": "✕", "open": "?", "": "–"}
_SHOWN_STOPS = 2  # in the finding; the cards name them all
_FEW = 3  # options that are shown as buttons, where they are short

# --- the content -----------------------------------------------------------------------------------------------


class Choice(Part):
    """One option of a fact: `help` explains it in full, `says` ends the sentence of the finding."""

    id: str = Field(pattern=ID)
    label: Text
    help: Words = ""
    says: Words = ""


class Fact(Part):
    """One thing to choose."""

    id: str = Field(pattern=ID)
    label: Text
    help: Words = ""
    options: Annotated[list[Choice], Field(min_length=2)]


class Rule(Claim):
    """One answer to a test, and the facts that it is the answer for; without `when`, for all that the rules before it leave."""

    when: dict[str, list[str]] = {}
    then: Literal["met", "not-met", "open"]
    short: Words = ""
    text: Text
    contrast: Words = ""

    def fits(self, facts: Facts) -> bool:
        return all(facts[fact] in options for fact, options in self.when.items())


class Test(Part):
    """One step: the first rule that fits the facts gives the answer."""

    __test__ = False  # no case for pytest

    id: str = Field(pattern=ID)
    asks: Text
    rules: Annotated[list[Rule], Field(min_length=1)]


class Treaty(Part):
    """A list of acts in `course/data/treaties.csv`, and what readers call the treaty."""

    list: str
    name: Text


class Regime(Claim):
    """One rule of law: whom it protects and how, and its tests in their order."""

    name: Text
    short: Text
    protects: Text
    standard: Text
    exceptions: Text
    shows: Text
    decides: Text
    binds: Text
    treaties: list[Treaty] = []
    tests: Annotated[list[Test], Field(min_length=1)]


class Case(Claim):
    """A decided case with facts like these; `expect` is what the rules must give for it, regime by regime."""

    label: Text
    facts: dict[str, str]
    expect: dict[str, Kind]
    decided: Text


class Suggestion(Part):
    """Another state to try."""

    label: Text
    change: dict[str, str]


class RefoulementFile(ContentFile):
    """`course/data/refoulement.yml`."""

    subtitle: Text
    notes: list[Text]
    facts: Annotated[list[Fact], Field(min_length=1)]
    start: dict[str, str]
    regimes: Annotated[list[Regime], Field(min_length=1)]
    cases: list[Case] = []
    tries: list[Suggestion] = []

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Facts and options that there are not, facts that no rule covers, rules that never apply, cases that come out otherwise."""
        yield from self._twice()
        chosen = [(("start",), self.start, True)]
        chosen += [(("cases", i, "facts"), one.facts, True) for i, one in enumerate(self.cases)]
        chosen += [(("tries", i, "change"), one.change, False) for i, one in enumerate(self.tries)]
        sound = True
        for place, facts, whole in chosen:
            for slip in self._unknown(place, {fact: [option] for fact, option in facts.items()}, listed=False):
                sound = False
                yield slip
            if whole and (lacking := [f"`{one.id}`" for one in self.facts if one.id not in facts]):
                sound = False
                yield place, f"every fact is needed here: add {', '.join(lacking)}"
        for i, regime in enumerate(self.regimes):
            for j, treaty in enumerate(regime.treaties):
                if treaty.list not in acts():
                    yield ("regimes", i, "treaties", j, "list"), f"`{treaty.list}` is no list of treaties.csv: the lists are {', '.join(acts())}"
            for j, test in enumerate(regime.tests):
                for slip in self._of_test(("regimes", i, "tests", j), test):
                    sound = False
                    yield slip
        if sound:
            yield from self._otherwise()

    def _twice(self) -> Iterator[tuple[Place, str]]:
        lists: list[tuple[Place, Sequence[Fact | Choice | Test]]] = [(("facts",), self.facts)]
        lists += [(("facts", i, "options"), fact.options) for i, fact in enumerate(self.facts)]
        lists += [(("regimes", i, "tests"), regime.tests) for i, regime in enumerate(self.regimes)]
        for place, parts in lists:
            seen: set[str] = set()
            for number, part in enumerate(parts):
                if part.id in seen or (place == ("facts",) and part.id == STATE):
                    yield (*place, number, "id"), f"`{part.id}` is taken: give it another id"
                seen.add(part.id)

    def _unknown(self, place: Place, facts: Mapping[str, Sequence[str]], *, listed: bool) -> Iterator[tuple[Place, str]]:
        known = {fact.id: [option.id for option in fact.options] for fact in self.facts}
        for fact, options in facts.items():
            if fact not in known:
                yield (*place, fact), f"`{fact}` is no fact: the facts are {', '.join(known)}"
                continue
            for number, option in enumerate(options):
                if option not in known[fact]:
                    where = (*place, fact, number) if listed else (*place, fact)
                    yield where, f"`{option}` is no option of `{fact}`: the options are {', '.join(known[fact])}"

    def _of_test(self, place: Place, test: Test) -> Iterator[tuple[Place, str]]:
        unknown = [slip for n, rule in enumerate(test.rules) for slip in self._unknown((*place, "rules", n, "when"), rule.when, listed=True)]
        yield from unknown
        for number, rule in enumerate(test.rules):
            if rule.then != "met" and not rule.short:
                yield (*place, "rules", number), f"`{rule.id}` is {rule.then}: say in `short` where the reader is stopped, or on what it depends"
        if unknown:
            return
        named = [fact for fact in self.facts if any(fact.id in rule.when for rule in test.rules)]
        used: set[str] = set()
        for options in product(*(fact.options for fact in named)):
            facts = {fact.id: option.id for fact, option in zip(named, options)}
            rule = next((one for one in test.rules if one.fits(facts)), None)
            if rule is None:
                words = ", ".join(f"{fact}: {option}" for fact, option in facts.items())
                yield (*place, "rules"), f"no rule of `{test.id}` covers {words}: add one, or a last rule without `when`"
                return
            used.add(rule.id)
        for number, rule in enumerate(test.rules):
            if rule.id not in used:
                yield (*place, "rules", number), f"`{rule.id}` never applies: the rules before it take all its facts"

    def _otherwise(self) -> Iterator[tuple[Place, str]]:
        found = {regime.id: regime for regime in self.regimes}
        for i, case in enumerate(self.cases):
            for ident, kind in case.expect.items():
                if ident not in found:
                    yield ("cases", i, "expect", ident), f"`{ident}` is no regime: the regimes are {', '.join(found)}"
                elif (given := follow(found[ident], case.facts).kind) != kind:
                    yield ("cases", i, "expect", ident), f"the rules of `{ident}` give {given} for `{case.id}`, not {kind}: mend the rules or the case"


CONTENT = Content("refoulement", RefoulementFile)

# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A test and the rule that answers it; None where an earlier step has ended the matter."""

    test: Test
    rule: Rule | None

    @property
    def outcome(self) -> str:
        return self.rule.then if self.rule else ""


@dataclass(frozen=True)
class Verdict:
    """What a regime says on the facts: one step not met ends it; else one open step leaves it open; else it protects."""

    regime: Regime
    steps: Sequence[Step]
    kind: Kind

    @property
    def turns_on(self) -> list[Rule]:
        """The rule that it stops at, or those that it depends on."""
        wanted = {"not-protected": "not-met", "open": "open", "protected": ""}[self.kind]
        return [step.rule for step in self.steps if step.rule and step.outcome == wanted]


def follow(regime: Regime, facts: Facts) -> Verdict:
    """The regime's tests in their order, up to the first that is not met."""
    steps: list[Step] = []
    kind: Kind = "protected"
    for test in regime.tests:
        if kind == "not-protected":
            steps.append(Step(test, None))
            continue
        rule = next(rule for rule in test.rules if rule.fits(facts))
        steps.append(Step(test, rule))
        if rule.then == "not-met":
            kind = "not-protected"
        elif rule.then == "open":
            kind = "open"
    return Verdict(regime, steps, kind)


def verdicts(facts: Facts) -> list[Verdict]:
    """What each regime says."""
    return [follow(regime, facts) for regime in CONTENT.read().regimes]


@dataclass(frozen=True)
class Turn:
    """One fact changed, and the regimes whose answer changes with it: before and after."""

    fact: Fact
    option: Choice
    changed: Sequence[tuple[Verdict, Verdict]]


def turns(facts: Facts) -> list[Turn]:
    """Every change of one fact that changes an answer, found by trying them all."""
    now, found = verdicts(facts), []
    for fact in CONTENT.read().facts:
        for option in fact.options:
            if option.id != facts[fact.id]:
                then = verdicts({**facts, fact.id: option.id})
                changed = [(a, b) for a, b in zip(now, then) if a.kind != b.kind]
                if changed:
                    found.append(Turn(fact, option, changed))
    return found


def case_of(facts: Facts) -> Case | None:
    """The decided case that has these facts."""
    return next((case for case in CONTENT.read().cases if case.facts == facts), None)


@lru_cache
def list_date(treaty: str) -> str:
    """The date of a treaty's list: the one that most of its rows have."""
    dates = Counter(act.as_of for of_state in acts()[treaty].values() for act in of_state if act.as_of)
    return dates.most_common(1)[0][0] if dates else ""


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    return {**CONTENT.read().start, STATE: ""}


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish = {**state, **change}
    new: State = {
        fact.id: one_of(wish.get(fact.id), [option.id for option in fact.options], str(state[fact.id])) for fact in CONTENT.read().facts
    }
    new[STATE] = one_of(wish.get(STATE), ("", *_offered()), str(state[STATE]))
    return new


@lru_cache
def _offered() -> tuple[str, ...]:
    """States only: the lists hold acts of States."""
    return tuple(code for code, one in states().items() if one.column is not None)


def facts_of(state: State) -> dict[str, str]:
    return {key: str(value) for key, value in state.items() if key != STATE}


def controls(state: State) -> list[Control]:
    """The facts, then whose treaty acts are shown."""
    found: list[Control] = []
    for fact in CONTENT.read().facts:
        chosen = _choice(fact, state[fact.id])
        options = [Option(one.id, one.label) for one in fact.options]
        kind = Radio if len(options) < _FEW else Select
        found.append(kind(fact.id, fact.label, chosen.id, options, help=chosen.help or fact.help))
    named = sorted(_offered(), key=lambda code: folded(states()[code].name))
    return [
        *found,
        Select(
            STATE,
            _("Show the treaty acts of"),
            str(state[STATE]),
            [Option("", _("No State chosen")), *(Option(code, states()[code].name) for code in named)],
            help=_("Optional. The answers hold for every State that is bound."),
            search=True,
        ),
    ]


def _choice(fact: Fact, ident: Value) -> Choice:
    return next(option for option in fact.options if option.id == ident)


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    content, facts = CONTENT.read(), facts_of(state)
    found = verdicts(facts)
    case = case_of(facts)
    source = [html(_("Treaties, general comments, views and judgments: named with each step. The law as of {date}.").format(date=said_date(max(one.as_of for one in content.regimes))))]
    if state[STATE]:
        source.append(html(_("Acts of States: {origin}").format(origin=table("treaties").provenance.origin())))
    return View(
        finding=finding(facts, found),
        subtitle=said(content.subtitle),
        panels=[
            Panel("side", _("Side by side"), (_case(case) if case else "") + _cards(found, str(state[STATE]))),
            Panel("steps", _("Step by step"), "".join(_steps(one) for one in found)),
            Panel("turns", _("What if"), _turns(facts)),
        ],
        source=source,
        notes=[said(note) for note in content.notes],
        csv=_csv(state, found),
        tries=[
            *(Try(one.label, one.facts) for one in content.cases if one is not case),
            *(Try(one.label, one.change) for one in content.tries if any(facts[key] != value for key, value in one.change.items())),
        ],
    )


def finding(facts: Facts, found: Sequence[Verdict]) -> str:
    """Under how many rules the measure is forbidden, where the others stop, and what the exceptions come to."""
    says = next((choice.says for fact in CONTENT.read().facts if (choice := _choice(fact, facts[fact.id])).says), "")
    kinds = Counter(one.kind for one in found)
    number, all_ = kinds["protected"], len(found)
    if number == all_:
        first = phrase(_("Under {number} {consequence}."), number=_strong(_("all {number} rules").format(number=all_)), consequence=said(says))
    elif number:
        some = ngettext("{number} of the {all} rules", "{number} of the {all} rules", number).format(number=number, all=all_)
        first = phrase(_("Under {number} {consequence}."), number=_strong(some), consequence=said(says))
    else:
        first = phrase(_("{number} clearly forbids this."), number=_strong(_("None of the {all} rules").format(all=all_)))
    sentences = [first]
    if kinds["open"]:
        left = ngettext("Under {number} the answer is open.", "Under {number} the answer is open.", kinds["open"])
        sentences.append(phrase(left, number=_strong(kinds["open"])))
    for one in [one for one in found if one.kind == "not-protected"][:_SHOWN_STOPS]:
        rule = one.turns_on[0]
        stops = _("{rule} stops at {step}. {contrast}") if rule.contrast else _("{rule} stops at {step}.")
        sentences.append(phrase(stops, rule=said(one.regime.short), step=_strong(said(rule.short)), contrast=said(rule.contrast)))
    return " ".join(sentences)


def _strong(text: object) -> Html:
    return Html(f'<strong class="wraps">{html(text)}</strong>')


def _verdict(kind: str) -> Html:
    sign, word = _SIGNS[kind], html(_(_WORDS[kind]))
    return Html(f'<span class="verdict {kind}"><span aria-hidden="true">{sign}</span> {word}</span>')


def _case(case: Case) -> str:
    return f'<div class="decided"><p><b>{said(case.label)}</b></p><p>{said(case.decided)}</p><p class="cite">{said(case.cite)}</p></div>'


def _cards(found: Sequence[Verdict], code: str) -> str:
    brief = "".join(f"<li><span>{said(one.regime.short)}</span> {_verdict(one.kind)}</li>" for one in found)
    # the list is for a narrow page, where only one card is in sight at a time; the cards say the same
    return f'<ul class="answers" aria-hidden="true">{brief}</ul><ul class="regimes">{"".join(_card(one, code) for one in found)}</ul>'


def _card(one: Verdict, code: str) -> str:
    regime = one.regime
    lead = html({"protected": _("Every step is met."), "not-protected": _("Stops at:"), "open": _("Depends on:")}[one.kind])
    reasons = "".join(f"<p><b>{said(rule.short)}</b></p>" for rule in one.turns_on)
    binds = "".join(f"<p>{html(acts_of(treaty, code))}</p>" for treaty in regime.treaties) if code else ""
    rows = [
        (_("Protects"), said(regime.protects)),
        (_("Risk"), said(regime.standard)),
        (_("Exceptions"), said(regime.exceptions)),
        (_("To be shown"), said(regime.shows)),
        (_("Who decides"), said(regime.decides)),
        (_("Binds"), Html(f"<p>{said(regime.binds)}</p>{binds}")),
    ]
    listed = "".join(f"<div><dt>{html(term)}</dt><dd>{words}</dd></div>" for term, words in rows)
    return (
        f'<li class="{one.kind}"><h4>{said(regime.name)}</h4><div class="answer"><p>{_verdict(one.kind)}</p><p>{lead}</p>{reasons}</div>'
        f'<dl>{listed}</dl><p class="cite">{said(regime.cite)}</p></li>'
    )


def acts_of(treaty: Treaty, code: str) -> str:
    """Where the State chosen stands in the treaty's list, with the list's own date; what the list lacks is "no record", nothing more."""
    where = position(treaty.list, code)
    as_of = (where.act.as_of if where.act else "") or list_date(treaty.list)
    if where.kind == "party" and where.act:
        words = _("{state} accepted the {treaty} on {date} (list of {as_of}).") if where.act.date else _("{state} accepted the {treaty} (list of {as_of}).")
    elif where.kind == "signed":
        words = _("{state} signed the {treaty}; the list of {as_of} has no acceptance.")
    elif where.kind == "withdrew":
        words = _("{state} withdrew from the {treaty} (list of {as_of}).")
    else:
        words = _("{state}, {treaty}: no record in the list of {as_of}.")
    return words.format(state=states()[code].name, treaty=treaty.name, date=said_date(where.act.date) if where.act else "", as_of=said_date(as_of))


def _steps(one: Verdict) -> str:
    rows = []
    for step in one.steps:
        sign = _SIGNS[step.outcome]
        word = html(_(_STEPS[step.outcome]) if step.outcome else _("Not reached"))
        state = Html(f'<span class="step {step.outcome or "none"}"><span aria-hidden="true">{sign}</span> {word}</span>')
        rows.append([said(step.test.asks), state, said(step.rule.text) if step.rule else "", said(step.rule.cite) if step.rule else ""])
    lead = f"<h4>{said(one.regime.name)}</h4><p>{_verdict(one.kind)}</p>"
    steps = html_table(one.regime.name, [_("Step"), _("Outcome"), _("Why"), _("Source")], rows)
    return f'<div class="regime-steps">{lead}{steps}</div>'


def _turns(facts: Facts) -> str:
    found = turns(facts)
    if not found:
        words = html(_("No change of a single fact would change any of these answers."))
        return f"<p>{words}</p>"
    lead = html(_("Each change of one fact that changes an answer. Press one to see it."))
    parts = [f"<p>{lead}</p>"]
    for fact in CONTENT.read().facts:
        mine = [turn for turn in found if turn.fact.id == fact.id]
        if mine:
            parts.append(f'<h4>{said(fact.label)}</h4><ul class="turns">{"".join(_turn(turn) for turn in mine)}</ul>')
    return "".join(parts)


def _turn(turn: Turn) -> str:
    rows = "".join(
        f'<li><span>{said(after.regime.short)}</span> <span class="turn">{_verdict(before.kind)} {_becomes()} {_verdict(after.kind)}</span></li>'
        for before, after in turn.changed
    )
    return f"<li>{setter(turn.fact.id, turn.option.id, said(turn.option.label))}<ul>{rows}</ul></li>"


def _becomes() -> str:
    """An arrow for the eye, a word for the ear."""
    word = html(_("becomes"))
    return f'<span class="arrow" aria-hidden="true"></span><span class="unseen">{word}</span>'


def _csv(state: State, found: Sequence[Verdict]) -> Download:
    """The facts and every step: ids for machines, the words as the reader sees them."""
    facts = facts_of(state)
    header = [*facts, "regime", "verdict", "step", "outcome", "rule", "why", "source"]
    rows = [
        [*facts.values(), one.regime.id, one.kind, step.test.id, step.outcome or "not reached"]
        + ([step.rule.id, step.rule.text, step.rule.cite] if step.rule else [None, None, None])
        for one in found
        for step in one.steps
    ]
    return Download("non-refoulement.csv", csv_text(header, rows))


class NonRefoulement(Explorer):
    """The explorer `non-refoulement`."""

    name = "non-refoulement"
    title = N_("May this person be returned?")
    start = start()
    styles = ("refoulement.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
