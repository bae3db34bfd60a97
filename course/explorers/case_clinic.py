"""The case clinic: facts, issue, norm, application and decision, step by step, and then what was decided and why.

The files are content: `course/data/cases.yml`. Here is only how a road through a file is walked and compared. Nothing of a later
step is in the page before the earlier one is answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from course.data import said_date
from course.explorers.base import Control, Download, Explorer, Option, Panel, Select, State, Try, Value, View, one_of, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.figures import Html, csv_text, html, phrase, table as html_table
from course.i18n import N_, _, forms
from course.reading import DATE, ID, Text, Words

STEPS = ("issue", "norm", "application", "decision")
"""What the reader decides, in this order; also keys of the explorer's state."""
LEAST_OPTIONS = 3

# --- the content -----------------------------------------------------------------------------------------------


class Choice(Part):
    """One option of a step, and what follows from choosing it. `by`: the holdings that took this turn; none named means all."""

    id: str = Field(pattern=ID)
    text: Text
    short: Text
    feedback: Text
    sound: bool = False
    by: list[str] = []


class Holding(Claim):
    """What one court, chamber or committee decided, and why."""

    body: Text
    short: Text
    date: str = Field(pattern=DATE, min_length=4)
    vote: Words = ""
    held: Text
    why: Text


class Check(Claim):
    """One norm that applies to a hypothetical situation: what it says, and what that means here."""

    text: Text
    here: Text


Choices = Annotated[list[Choice], Field(min_length=LEAST_OPTIONS)]


class Case(Claim):
    """One file of the clinic."""

    kind: Literal["decision", "situation"]
    title: Text
    short: Text
    body: Words = ""
    topic: Text
    facts: Annotated[list[Text], Field(min_length=1)]
    issue: Choices
    norm: Choices
    application: Choices
    decision: Choices
    holdings: list[Holding] = []
    checklist: list[Check] = []
    differ: Text
    since: Words = ""
    lesson: Text

    @field_validator(*STEPS)
    @classmethod
    def _can_be_answered(cls, options: list[Choice]) -> list[Choice]:
        if not any(one.sound for one in options):
            raise ValueError("no option of this step is `sound: true`: mark the one that leads to the end of the case")
        ids = [one.id for one in options]
        for one in options:
            if ids.count(one.id) > 1:
                raise ValueError(f"the option `{one.id}` is here twice: give one of them another id")
            if one.by and not one.sound:
                raise ValueError(f"the option `{one.id}` names holdings in `by`, but is not `sound: true`: add that, or take `by` out")
        return options

    @model_validator(mode="after")
    def _ends_somewhere(self) -> Case:
        if self.kind == "decision" and (not self.holdings or not self.body or self.checklist):
            raise ValueError(f"`{self.id}` is a decision: it needs `body` and `holdings`, and no `checklist`")
        if self.kind == "situation" and (self.holdings or self.body or not self.checklist):
            raise ValueError(f"`{self.id}` is a situation: it needs a `checklist`, and neither `body` nor `holdings`")
        known = {one.id for one in self.holdings}
        for step in STEPS:
            for option in getattr(self, step):
                for name in option.by:
                    if name not in known:
                        raise ValueError(f"the option `{option.id}` of `{step}` names the holding `{name}`, which this case does not have")
            for one in self.holdings:
                if not taken(self, one.id, step):
                    raise ValueError(f"no sound option of `{step}` leads to the holding `{one.id}`: mark one")
        return self


class Step(Part):
    """What a step is called, and what it asks."""

    name: Text
    ask: Text


class Steps(Part):
    """The four steps that are decided."""

    issue: Step
    norm: Step
    application: Step
    decision: Step


class CasesFile(ContentFile):
    """`course/data/cases.yml`."""

    subtitle: Text
    notes: list[Text]
    steps: Steps
    cases: Annotated[list[Case], Field(min_length=1)]


CONTENT = Content("cases", CasesFile)


def cases() -> dict[str, Case]:
    """Id -> case, in the order of the file and in the language spoken."""
    return {case.id: case for case in CONTENT.read().cases}


# --- the model -------------------------------------------------------------------------------------------------


def taken(case: Case, holding: str, step: str) -> list[Choice]:
    """The turns of a step that lead to a holding; to the checklist of a situation ("") every sound one does."""
    return [one for one in getattr(case, step) if one.sound and (not one.by or holding in one.by)]


def chosen(case: Case, state: Mapping[str, Value], step: str) -> Choice | None:
    """What the reader chose at a step, or None."""
    return next((one for one in getattr(case, step) if one.id == state[step]), None)


def answered(state: Mapping[str, Value]) -> int:
    """How many steps, from the first one on, the reader has decided."""
    return next((number for number, step in enumerate(STEPS) if not state[step]), len(STEPS))


@dataclass(frozen=True)
class Turn:
    """One step of the reader's road beside another road: what was taken here, and what there."""

    step: str
    mine: Choice
    theirs: Sequence[Choice]

    @property
    def alike(self) -> bool:
        """Did both take this turn?"""
        return self.mine in self.theirs


@dataclass(frozen=True)
class Road:
    """The reader's whole road beside that of one holding, or of the checklist (None)."""

    holding: Holding | None
    turns: Sequence[Turn]

    @property
    def agrees(self) -> bool:
        """Did both arrive at the same decision?"""
        return self.turns[-1].alike

    @property
    def same(self) -> bool:
        """And by the same turns?"""
        return all(turn.alike for turn in self.turns)


def roads(case: Case, state: Mapping[str, Value]) -> list[Road]:
    """The reader's road beside each that was taken; none before all steps are decided."""
    mine = {step: choice for step in STEPS if (choice := chosen(case, state, step))}
    if len(mine) < len(STEPS):
        return []
    return [
        Road(one, [Turn(step, mine[step], taken(case, one.id if one else "", step)) for step in STEPS])
        for one in (case.holdings or [None])
    ]


def nearest(found: Sequence[Road]) -> Road:
    """The road to lay beside the reader's: one that arrives where the reader did, if any; of these the one with most turns alike."""
    return max(found, key=lambda road: (road.agrees, sum(turn.alike for turn in road.turns)))


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    """The first file, nothing decided."""
    return {"case": next(iter(cases())), **dict.fromkeys(STEPS, "")}


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state. Another case empties the road, and no step is decided before the one ahead of it."""
    name = one_of(change.get("case"), cases(), state["case"])
    case = cases()[name]
    new: State = {"case": name}
    before: Value = "first"
    for step in STEPS:
        known = [one.id for one in getattr(case, step)]
        kept = state[step] if name == state["case"] else ""
        before = one_of(change.get(step, kept), ("", *known), kept) if before else ""
        new[step] = before
    return new


_GROUPS = {"decision": N_("Decisions"), "situation": N_("Hypothetical situations")}


def controls(state: State) -> list[Control]:
    """The file to work on."""
    options = [Option(one.id, one.title, _(_GROUPS[one.kind])) for one in cases().values()]
    return [Select("case", _("Case"), state["case"], options)]


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    content, case = CONTENT.read(), cases()[state["case"]]
    tries = {
        "nd-nt": _("The same facts, and two answers"),
        "teitiota": _("The sea rises: may he be sent back?"),
        "rescue": _("No court to ask: ninety people on a deck"),
    }
    source = [said(case.cite)]
    if case.as_of:
        source.append(html(_("Later law as of {date}.").format(date=said_date(case.as_of))))
    return View(
        finding=finding(state, case),
        subtitle=said(content.subtitle),
        panels=[Panel("file", _("Case file"), _file(state, case, content)), Panel("all", _("All cases"), _table(state))],
        source=source,
        notes=[said(note) for note in content.notes],
        csv=_csv(state, case),
        tries=[Try(label, {"case": name}) for name, label in tries.items() if name != case.id],
    )


def finding(state: State, case: Case) -> str:
    """What the reader has decided so far, as a sentence; at the end how it stands beside what was decided."""
    found = roads(case, state)
    if found:
        return outcome(found)
    done = answered(state)
    words = {step: _live(choice.short) for step in STEPS[:done] if (choice := chosen(case, state, step))}
    message = (
        _("You have the facts of {case} before you. What is the issue?"),
        _("Your issue: {issue}. Which norm answers it?"),
        _("Your issue: {issue}. Your norm: {norm}. What does it ask of these facts?"),
        _("Your issue: {issue}. Your norm: {norm}. Your test: {application}. What do you decide?"),
    )[done]
    return phrase(message, case=_live(case.short), **words)


def outcome(found: Sequence[Road]) -> str:
    """How the reader's road ends beside the others."""
    best = nearest(found)
    if best.holding is None:
        if best.same:
            return phrase(_("You arrive {where}, and every turn holds."), where=_strong(_("where the checklist leads")))
        if best.agrees:
            return phrase(_("You arrive {where}, by another road."), where=_strong(_("where the checklist leads")))
        return phrase(_("The checklist leads {where}. Follow it to where the roads part."), where=_strong(_("elsewhere")))
    bodies = [_live(road.holding.short) for road in found if road.holding]
    if not best.agrees:
        if len(bodies) > 1:
            return phrase(_("Neither {body} nor {other} decided as you did. Follow the roads to where they part."), body=bodies[0], other=bodies[1])
        return phrase(_("You and {body} decided differently. Follow both roads to where they part."), body=bodies[0])
    message = _("You and {body} decided alike, by the same road.") if best.same else _("You and {body} decided alike, by another road.")
    sentence = phrase(message, body=_live(best.holding.short))
    others = [_live(road.holding.short) for road in found if road.holding and not road.agrees]
    if others:
        return f"{sentence} {phrase(_('On the same facts {other} decided otherwise.'), other=others[0])}"
    return sentence


def _strong(text: str) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _live(text: str) -> Html:
    """Words of the reader's own road, which may be many and so may wrap."""
    return Html(f'<strong class="wraps">{said(text)}</strong>')


def _file(state: State, case: Case, content: CasesFile) -> str:
    done = answered(state)
    parts = [_trail(done, content), _facts(case)]
    parts += [_step(state, case, number, content) for number in range(min(done + 1, len(STEPS)))]
    if found := roads(case, state):
        parts.append(_compared(case, found, content))
    return f'<div class="clinic">{"".join(parts)}</div>'


def _trail(done: int, content: CasesFile) -> str:
    """Where one is between the facts and the comparison."""
    names = [html(_("Facts")), *(said(getattr(content.steps, step).name) for step in STEPS), html(_("Compare"))]
    items = []
    for number, name in enumerate(names):
        css = "done" if number <= done else "ahead"
        here = ' aria-current="step"' if number == done + 1 else ""
        items.append(f'<li class="{css}"{here}>{name}</li>')
    return f'<ol class="clinic-trail" aria-label="{html(_("Steps"))}">{"".join(items)}</ol>'


def _heading(number: int, name: str) -> str:
    return f'<h4><span class="clinic-number">{number}</span>{name}</h4>'


def _facts(case: Case) -> str:
    kind = said(case.body) if case.body else html(_("Hypothetical situation"))
    facts = "".join(f"<li>{said(fact)}</li>" for fact in case.facts)
    return (
        f'<section class="clinic-step">{_heading(1, html(_("Facts")))}'
        f'<p class="clinic-kind"><b>{said(case.title)}</b> <span>{kind}</span></p><ul class="clinic-facts">{facts}</ul></section>'
    )


def _step(state: State, case: Case, number: int, content: CasesFile) -> str:
    """A step with its options as buttons; below the one that is pressed, what follows from it."""
    step = STEPS[number]
    words = getattr(content.steps, step)
    rows = []
    for option in getattr(case, step):
        pressed = option.id == state[step]
        button = setter(step, option.id, said(option.text), pressed=pressed, css="clinic-option")
        follows = ""
        if pressed:
            follows = f'<p class="clinic-follows"><b>{html(_("What follows:"))}</b> {said(option.feedback)}</p>'
        rows.append(f"<li>{button}{follows}</li>")
    return (
        f'<section class="clinic-step">{_heading(number + 2, said(words.name))}<p class="clinic-ask">{said(words.ask)}</p>'
        f'<ul class="clinic-options">{"".join(rows)}</ul></section>'
    )


def _compared(case: Case, found: Sequence[Road], content: CasesFile) -> str:
    holdings = "".join(_holding(road.holding) for road in found if road.holding)
    middle = f'<ul class="clinic-holdings">{holdings}</ul>' if holdings else _checklist(case)
    further = [(_("Why lawyers differ"), case.differ), (_("Since then"), case.since), (_("For a delegate"), case.lesson)]
    rest = "".join(f"<div><h5>{html(heading)}</h5><p>{said(text)}</p></div>" for heading, text in further if text)
    again = setter("issue", "", _("Decide this case again"), css="explorer-button")
    return (
        f'<section class="clinic-step compare">{_heading(6, html(_("Compare")))}'
        f'<p class="clinic-outcome">{outcome(found)}</p>{middle}{_beside(found, content)}'
        f'<div class="clinic-further">{rest}</div><p>{again}</p></section>'
    )


def _holding(one: Holding) -> str:
    vote = f" <span>{said(one.vote)}</span>" if one.vote else ""
    return (
        f'<li><h5>{said(one.body)}</h5><p class="clinic-when"><span>{html(_("On {date}").format(date=_day(one.date)))}</span>{vote}</p>'
        f'<p class="clinic-held">{said(one.held)}</p><p><b>{html(_("Why:"))}</b> {said(one.why)}</p>'
        f'<p class="cite">{said(one.cite)}</p></li>'
    )


def _day(text: str) -> str:
    """A full date as the language writes it; a year as it stands."""
    return forms.day(date.fromisoformat(text)) if len(text) == len("2012-02-23") else said_date(text)


def _checklist(case: Case) -> str:
    rows = "".join(
        f'<li><p class="clinic-norm">{said(one.cite)}</p><p>{said(one.text)}</p><p><b>{html(_("Here:"))}</b> {said(one.here)}</p></li>'
        for one in case.checklist
    )
    return f'<ul class="clinic-checklist">{rows}</ul>'


def _beside(found: Sequence[Road], content: CasesFile) -> str:
    """The reader's turns beside those of the nearest road, and why where they part."""
    best = nearest(found)
    theirs = _live(best.holding.short) if best.holding else Html(f"<strong>{html(_('the checklist'))}</strong>")
    lead = phrase(_("Your road beside that of {body}"), body=theirs)
    rows = []
    for turn in best.turns:
        name = said(getattr(content.steps, turn.step).name)
        yours = f'<span class="mine">{said(turn.mine.short)}</span>'
        if turn.alike:
            rows.append(f'<li class="alike"><b>{name}</b><p>{yours}</p><p class="sign"><span aria-hidden="true">✓</span> {html(_("the same turn"))}</p></li>')
            continue
        other = turn.theirs[0]
        rows.append(
            f'<li class="parted"><b>{name}</b><p>{yours}</p><p class="sign"><span aria-hidden="true">◇</span> {html(_("here the roads part"))}</p>'
            f'<p class="theirs">{phrase(_("There: {turn}."), turn=_live(other.short))} {said(other.feedback)}</p></li>'
        )
    return f'<h5>{lead}</h5><ol class="clinic-road">{"".join(rows)}</ol>'


def _table(state: State) -> str:
    """The cases at a glance, without how they ended."""
    rows = [[said(one.title), said(one.body) if one.body else _("Hypothetical situation"), _years(one), said(one.topic)] for one in cases().values()]
    header = [_("Case"), _("Body"), _("Year"), _("What it is about")]
    table = html_table(_("Cases of the clinic"), header, rows, chosen=list(cases()).index(state["case"]))
    return f'<div class="clinic-all">{table}</div>'


def _years(case: Case) -> str:
    return ", ".join(one.date[:4] for one in case.holdings) or "–"


def _csv(state: State, case: Case) -> Download:
    """The reader's own road, and what was held once the road is walked to its end."""
    header = ["case", *STEPS, "body", "date", "held", "source"]
    road = [choice.text if (choice := chosen(case, state, step)) else None for step in STEPS]
    found = roads(case, state)
    ends: list[list[str | None]] = [[road_.holding.body, road_.holding.date, road_.holding.held, road_.holding.cite] for road_ in found if road_.holding]
    rows = [[case.title, *road, *end] for end in ends or [[None, None, None, case.cite]]]
    return Download(f"case-clinic-{case.id}.csv", csv_text(header, rows))


class CaseClinic(Explorer):
    """The explorer `case-clinic`."""

    name = "case-clinic"
    title = N_("Case clinic: how would you decide?")
    start = start()
    styles = ("case_clinic.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
