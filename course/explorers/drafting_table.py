"""The drafting table: the reader amends a paragraph of a model labour agreement and sees which standards each version meets.

Clauses, wordings, standards and what each makes of the others are content: `course/data/agreement.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from course.explorers.base import Control, Download, Explorer, Option, Panel, Select, State, Try, Value, View, flag, one_of, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.figures import Html, csv_text, html, phrase, table
from course.i18n import N_, _, ngettext
from course.reading import ID, Place, Text, Words
from course.text import english

Outcome = Literal["missed", "silent", "partly", "met"]
OUTCOMES: tuple[Outcome, ...] = ("missed", "silent", "partly", "met")
"""From the weakest to the best: where a standard rests on several clauses, the weakest counts."""
_WORDS = {"met": N_("met"), "partly": N_("partly met"), "missed": N_("missed"), "silent": N_("not addressed")}
_HEADS = {"met": N_("Met"), "partly": N_("Partly met"), "silent": N_("Not addressed"), "missed": N_("Missed")}
_SIGNS = {"met": "✓", "partly": "◐", "missed": "✗", "silent": "–"}
_FORCE = {"binding": N_("binds its parties"), "guidance": N_("guidance, not binding")}
ROLES = {"origin": N_("State of origin"), "destination": N_("State of destination")}
_OWN_KEYS = ("role", "compare")

# --- the content -----------------------------------------------------------------------------------------------


class Wording(Part):
    """One way to write a clause; without text the draft is silent on the point."""

    id: str = Field(pattern=ID)
    short: Text
    text: Words
    says_origin: Words = ""
    says_destination: Words = ""


class Clause(Part):
    """One sentence of the paragraph: its wordings from the weakest to the strongest."""

    id: str = Field(pattern=ID)
    label: Text
    bridge: Text
    wordings: Annotated[list[Wording], Field(min_length=2)]

    def wording(self, ident: str) -> Wording:
        return next(one for one in self.wordings if one.id == ident)


class Test(Part):
    """What one wording makes of a standard, and why."""

    outcome: Outcome
    why: Text


class Standard(Claim):
    """What a wording is held against. `outside`: wordings that leave the standard's people out of the agreement, and why."""

    name: Text
    asks: Text
    limits: Words = ""
    force: Literal["binding", "guidance"]
    outside: dict[str, dict[str, Text]] = {}
    tests: Annotated[dict[str, dict[str, Test]], Field(min_length=1)]


class Draft(Part):
    """A ready-made change."""

    label: Text
    set: dict[str, str]


class AgreementFile(ContentFile):
    """`course/data/agreement.yml`."""

    title: Text
    opening: Text
    clauses: Annotated[list[Clause], Field(min_length=1)]
    standards: Annotated[list[Standard], Field(min_length=1)]
    start: dict[str, str]
    drafts: list[Draft] = []
    notes: list[Text] = []

    @model_validator(mode="after")
    def _refers_to_what_there_is(self) -> AgreementFile:
        """Every name of a clause or wording is one of the file's, and no wording is forgotten; each slip with its place."""
        slips = list(_slips(self))
        if slips:
            # raised in this form so that each slip keeps its own place, and so its line in the file
            raise ValidationError.from_exception_data(
                "AgreementFile",
                [InitErrorDetails(type=PydanticCustomError("value_error", "{words}", {"words": words}), loc=place, input=None) for place, words in slips],
            )
        return self


def _slips(file: AgreementFile) -> Iterator[tuple[Place, str]]:
    known: dict[str, dict[str, Wording]] = {}
    for number, clause in enumerate(file.clauses):
        place = ("clauses", number)
        if clause.id in known or clause.id in _OWN_KEYS:
            yield (*place, "id"), f"`{clause.id}` is taken already: give this clause another id"
        known[clause.id] = {}
        for i, wording in enumerate(clause.wordings):
            if wording.id in known[clause.id]:
                yield (*place, "wordings", i, "id"), f"`{wording.id}` is here twice: give one of them another id"
            known[clause.id][wording.id] = wording
    for number, standard in enumerate(file.standards):
        for field, entries in (("outside", standard.outside), ("tests", standard.tests)):
            for clause_id, by_wording in entries.items():
                place = ("standards", number, field, clause_id)
                if clause_id not in known:
                    yield place, f"`{clause_id}` is no clause: the clauses are {', '.join(known)}"
                    continue
                yield from ((((*place, one)), f"`{one}` is no wording of `{clause_id}`: they are {', '.join(known[clause_id])}") for one in by_wording if one not in known[clause_id])
        for clause_id, by_wording in standard.tests.items():
            place = ("standards", number, "tests", clause_id)
            for ident, wording in known.get(clause_id, {}).items():
                if ident not in by_wording:
                    yield place, f"`{standard.id}` does not say what the wording `{ident}` of `{clause_id}` makes of it: add it"
                elif not wording.text.strip() and by_wording[ident].outcome != "silent":
                    yield (*place, ident), f"the wording `{ident}` has no text, so its outcome can only be `silent`"
    for place, choice in ((("start",), file.start), *((("drafts", n, "set"), draft.set) for n, draft in enumerate(file.drafts))):
        for clause_id, ident in choice.items():
            if clause_id not in known:
                yield (*place, clause_id), f"`{clause_id}` is no clause: the clauses are {', '.join(known)}"
            elif ident not in known[clause_id]:
                yield (*place, clause_id), f"`{ident}` is no wording of `{clause_id}`: they are {', '.join(known[clause_id])}"
    for clause_id in known:
        if clause_id not in file.start:
            yield ("start",), f"`start` has no wording for `{clause_id}`: add it"


CONTENT = Content("agreement", AgreementFile)

# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """What one clause, as it is worded, makes of a standard."""

    clause: str
    outcome: Outcome
    why: str


@dataclass(frozen=True)
class Judgement:
    """What the whole draft makes of a standard: its weakest clause decides."""

    standard: Standard
    outcome: Outcome
    reasons: tuple[Reason, ...]

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons that make the outcome what it is."""
        return tuple(reason for reason in self.reasons if reason.outcome == self.outcome)


def judge(agreement: AgreementFile, state: Mapping[str, Value]) -> list[Judgement]:
    """Every standard in the order of the file. People whom the draft leaves out are not addressed, whatever else it says."""
    return [_judged(standard, state) for standard in agreement.standards]


def _judged(standard: Standard, state: Mapping[str, Value]) -> Judgement:
    left_out = [Reason(clause, "silent", why[state[clause]]) for clause, why in standard.outside.items() if state[clause] in why]
    if left_out:
        return Judgement(standard, "silent", tuple(left_out))
    tests = {clause: by_wording[state[clause]] for clause, by_wording in standard.tests.items()}
    reasons = tuple(Reason(clause, test.outcome, test.why) for clause, test in tests.items())
    return Judgement(standard, min((reason.outcome for reason in reasons), key=OUTCOMES.index), reasons)


def met(judgements: Sequence[Judgement], force: str = "") -> int:
    """How many standards are met, of all or of those with one force."""
    return sum(one.outcome == "met" and force in ("", one.standard.force) for one in judgements)


def mark(judgements: Sequence[Judgement], clause: str) -> Outcome:
    """What a clause makes of its standards in one word: missed if it misses any; what all say; else partly met."""
    outcomes = {reason.outcome for one in judgements for reason in one.reasons if reason.clause == clause}
    if "missed" in outcomes:
        return "missed"
    return outcomes.pop() if len(outcomes) == 1 else "partly" if outcomes else "met"


def cost(agreement: AgreementFile, state: Mapping[str, Value], clause: Clause) -> int:
    """How many standards this clause alone keeps from being met: some other wording of it would meet them, all else unchanged."""
    lacking = {one.standard.id for one in judge(agreement, state) if one.outcome != "met"}
    others = (judge(agreement, {**state, clause.id: wording.id}) for wording in clause.wordings)
    return len(lacking & {one.standard.id for judgements in others for one in judgements if one.outcome == "met"})


def dearest(agreement: AgreementFile, state: Mapping[str, Value]) -> tuple[Clause, int]:
    """The clause that alone costs most, and how many standards that is; of several the one with the weakest mark, then the first."""
    judgements = judge(agreement, state)
    costs = [(clause, cost(agreement, state, clause)) for clause in agreement.clauses]
    return max(costs, key=lambda one: (one[1], -OUTCOMES.index(mark(judgements, one[0].id))))


# --- state and controls ----------------------------------------------------------------------------------------


def start() -> State:
    """A middling draft: equal treatment for those in a regular situation, and fees that come out of the wages."""
    return {**CONTENT.read().start, "role": "origin", "compare": False}


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish = {**state, **change}
    new: State = {clause.id: one_of(wish.get(clause.id), [one.id for one in clause.wordings], state[clause.id]) for clause in CONTENT.read().clauses}
    return {**new, "role": one_of(wish.get("role"), ROLES, state["role"]), "compare": flag(wish.get("compare"), state["compare"])}


def controls(state: State) -> list[Control]:
    """One choice for each clause."""
    return [
        Select(clause.id, f"{number}. {clause.label}", state[clause.id], [Option(one.id, one.short) for one in clause.wordings])
        for number, clause in enumerate(CONTENT.read().clauses, start=1)
    ]


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    agreement = CONTENT.read()
    judgements = judge(agreement, state)
    best = all(state[clause.id] == clause.wordings[-1].id for clause in agreement.clauses)
    return View(
        finding=finding(agreement, state, judgements),
        subtitle=html(_("Choose a wording for each clause. The paragraph, and what it makes of the standards, change at once.")),
        panels=[
            Panel("draft", _("Draft"), _draft(agreement, state, judgements)),
            Panel("standards", _("Standards"), _standards(agreement, judgements)),
            Panel("across", _("Across the table"), _across(agreement, state)),
        ],
        source=[html(_("Standards: the texts named with each. Wordings: written for this course."))],
        notes=[said(note) for note in agreement.notes],
        csv=_csv(agreement, state, judgements),
        tries=[Try(draft.label, draft.set) for draft in agreement.drafts],
        opens="across" if best else "",
    )


def finding(agreement: AgreementFile, state: State, judgements: Sequence[Judgement]) -> str:
    """The sentence with the live numbers."""
    count = len(judgements)
    binding = sum(one.standard.force == "binding" for one in judgements)
    sentence = phrase(
        ngettext(
            "This version meets {met} of {number} standard: {binding} of the {all_binding} that bind their parties, {guidance} of the {all_guidance} that are guidance.",
            "This version meets {met} of {number} standards: {binding} of the {all_binding} that bind their parties, {guidance} of the {all_guidance} that are guidance.",
            count,
        ),
        met=_strong(met(judgements)), number=count, binding=_strong(met(judgements, "binding")), all_binding=binding,
        guidance=_strong(met(judgements, "guidance")), all_guidance=count - binding,
    )
    missed = sum(one.outcome == "missed" for one in judgements)
    if missed:
        sentence = f"{sentence} {phrase(_('Missed: {number}.'), number=_strong(missed))}"
    clause, most = dearest(agreement, state)
    if not most:
        return sentence
    alone = phrase(
        ngettext("The clause “{clause}” alone keeps {number} from being met.", "The clause “{clause}” alone keeps {number} from being met.", most),
        clause=said(clause.label), number=_strong(most),
    )
    return f"{sentence} {alone}"


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _chip(outcome: str) -> Html:
    """An outcome by sign, word and colour."""
    word = html(_(_WORDS[outcome]))
    return Html(f'<span class="verdict-chip {outcome}"><span aria-hidden="true">{_SIGNS[outcome]}</span> {word}</span>')


def _draft(agreement: AgreementFile, state: State, judgements: Sequence[Judgement]) -> str:
    changed = any(state[clause.id] != agreement.start[clause.id] for clause in agreement.clauses)
    sentences = "".join(_sentence(agreement, state, clause, mark(judgements, clause.id)) for clause in agreement.clauses)
    button = setter("compare", not state["compare"], _("Hide what was changed") if state["compare"] else _("Show what was changed"), css="explorer-button")
    nothing = html(_("Nothing has been changed yet.")) if state["compare"] and not changed else ""
    note = f'<p class="draft-note">{nothing}</p>' if nothing else ""
    columns = "".join(_column(outcome, judgements) for outcome in _HEADS)
    return (
        f'<div class="drafting"><div><div class="draft"><h4>{said(agreement.title)}</h4>'
        f'<p>{said(agreement.opening)}</p><ol>{sentences}</ol></div>{button}{note}</div>'
        f'<div class="ledger four">{columns}</div></div>'
    )


def _sentence(agreement: AgreementFile, state: State, clause: Clause, outcome: Outcome) -> str:
    new, old = clause.wording(str(state[clause.id])), clause.wording(agreement.start[clause.id])
    text = _text(clause, new)
    if state["compare"] and new.id != old.id:
        out, in_ = html(_("Taken out:")), html(_("Put in:"))
        text = Html(
            f'<del><span class="unseen">{out}</span> {_text(clause, old)}</del> <ins><span class="unseen">{in_}</span> {text}</ins>'
        )
    return f'<li class="{outcome}"><p>{text}</p> {_chip(outcome)}</li>'


def _text(clause: Clause, wording: Wording) -> Html:
    if wording.text.strip():
        return said(wording.text)
    return Html(f'<span class="gap">{phrase(_("[Nothing on: {clause}]"), clause=said(clause.label))}</span>')


def _column(outcome: str, judgements: Sequence[Judgement]) -> str:
    some = [one for one in judgements if one.outcome == outcome]
    rows = "".join(f"<li><span>{said(one.standard.name)}</span></li>" for one in some)
    none = html(_("None"))
    rows = f"<ul>{rows}</ul>" if some else f'<p class="empty">{none}</p>'
    head = html(_(_HEADS[outcome]))
    return (
        f'<div class="ledger-side {outcome}"><p><span><span aria-hidden="true">{_SIGNS[outcome]}</span> {head}</span>'
        f' <span class="weight">{len(some)}</span></p>{rows}</div>'
    )


def _standards(agreement: AgreementFile, judgements: Sequence[Judgement]) -> str:
    label = {clause.id: clause.label for clause in agreement.clauses}
    rows = []
    for one in judgements:
        standard = one.standard
        force = html(_(_FORCE[standard.force]))
        limits = f'<span class="aside">{said(standard.limits)}</span>' if standard.limits else ""
        why = "".join(f'<span class="why"><b>{said(label[reason.clause])}</b> {said(reason.why)}</span>' for reason in one.deciding)
        rows.append(
            [
                Html(f'<b>{said(standard.name)}</b><span class="aside">{english(html(standard.cite))}</span><span class="aside">{force}</span>'),
                Html(f"{said(standard.asks)}{limits}"),
                Html(f"{_chip(one.outcome)}{why}"),
            ]
        )
    head = [_("Standard"), _("It asks"), _("This version")]
    return f'<div class="standards">{table(_("What this version makes of each standard"), head, rows)}</div>'


def _across(agreement: AgreementFile, state: State) -> str:
    seats = " ".join(
        setter("role", role, _(words), pressed=state["role"] == role, css="seat") for role, words in ROLES.items()
    )
    you, say, help_ = html(_("You sit for the")), html(_("The other side may say:")), html(_("A sentence that may help:"))
    none = html(_("The other side is likely to agree."))
    cards = []
    for number, clause in enumerate(agreement.clauses, start=1):
        wording = clause.wording(str(state[clause.id]))
        concern = wording.says_destination if state["role"] == "origin" else wording.says_origin
        words = f'<p><b>{say}</b> {said(concern)}</p><p class="ask"><b>{help_}</b> {said(clause.bridge)}</p>' if concern else f"<p>{none}</p>"
        css = "differs" if concern else "alike"
        cards.append(f'<li class="{css}"><p class="what">{number}. {said(clause.label)}</p><p class="where">{said(wording.short)}</p>{words}</li>')
    return f'<div class="across"><div class="seats"><span>{you}</span> {seats}</div><ul class="evidence">{"".join(cards)}</ul></div>'


def _csv(agreement: AgreementFile, state: State, judgements: Sequence[Judgement]) -> Download:
    """The draft, then the standards: columns, ids and outcomes for machines, the texts as the reader sees them."""
    header = ["kind", "id", "wording", "text", "cite", "force", "outcome", "why"]
    rows: list[list[object]] = []
    for clause in agreement.clauses:
        wording = clause.wording(str(state[clause.id]))
        rows.append(["clause", clause.id, wording.id, wording.text, None, None, mark(judgements, clause.id), None])
    for one in judgements:
        why = " ".join(reason.why for reason in one.deciding)
        rows.append(["standard", one.standard.id, None, one.standard.asks, one.standard.cite, one.standard.force, one.outcome, why])
    return Download("drafting-table.csv", csv_text(header, rows))


class DraftingTable(Explorer):
    """The explorer `drafting-table`."""

    name = "drafting-table"
    title = N_("What does each wording of an agreement protect?")
    start = start()
    layout = "list"
    styles = ("drafting.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
