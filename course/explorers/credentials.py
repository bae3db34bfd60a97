"""Whose qualification counts? Which text governs a recognition, what the authority must show, and what recognition does not give.

The model, in plain words. The reader gives four facts and two States. For each text (`course/data/credentials.yml`) it is worked out
whether it was made for the pair: "yes", "perhaps" (the State's group must be looked up) or "no"; where both States count, the weaker of the
two decides. The facts, these standings and `same` (one State twice) make the situation. The answer is the first rule whose conditions all
hold in it; every step is answered alike; of the limits all are shown that hold. A change of one fact, or of one State, turns the answer
where it leads to another kind of answer; all such changes are found by trying them. There are no units, and nothing is weighed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import Field

from course.data import folded, said_date, states, table
from course.explorers.base import Control, Download, Explorer, Option, Panel, Radio, Select, State, Try, Value, View, one_of, setter
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.explorers.non_refoulement import Treaty, acts_of
from course.figures import Html, csv_text, html, phrase
from course.figures import table as html_table
from course.i18n import N_, _, ngettext
from course.i18n.forms import commas, semicolons
from course.reading import ID, Place, Text, Words
from course.text import english
from course.treaties import acts

Facts = Mapping[str, str]
"""Fact -> the option chosen, and `origin` and `destination` -> ISO3."""
Situation = Mapping[str, str]
"""The facts, `same`, and for each text whether it was made for the two States."""
Standing = Literal["yes", "perhaps", "no"]
Conditions = dict[str, Annotated[list[str], Field(min_length=1)]]

ORIGIN, DESTINATION, SAME = "origin", "destination", "same"
_STANDINGS: tuple[Standing, ...] = ("no", "perhaps", "yes")
_LOOKS = {"owed": ("protected", "✓"), "other": ("", ""), "open": ("open", "?")}
_SHOWN = 3  # States named for each answer that another State would bring

# --- the content -----------------------------------------------------------------------------------------------


class Choice(Part):
    """One option of a fact."""

    id: str = Field(pattern=ID)
    label: Text
    help: Words = ""


class Fact(Part):
    """One thing to choose."""

    id: str = Field(pattern=ID)
    label: Text
    options: Annotated[list[Choice], Field(min_length=2)]


class Circle(Part):
    """The States that a text was made for; `perhaps` goes before the others, and `unsure` says what must be looked up about it."""

    of: Literal["both", "destination"]
    subregions: list[str] = []
    states: list[str] = []
    perhaps: list[str] = []
    unsure: Words = ""


class Law(Claim):
    """A convention or law: what it is, for whom it was made, and which questions it answers."""

    name: Text
    short: Text
    what: Text
    circle: Circle | None = None
    about: Annotated[list[Conditions], Field(min_length=1)]
    parties: list[str] = []
    signed: list[str] = []
    treaty: str = ""
    look_up: bool = True


class Kind(Part):
    """A kind of answer: `label` stands alone, `lead` begins the finding."""

    id: str = Field(pattern=ID)
    look: Literal["owed", "other", "open"]
    label: Text
    lead: Text


class Answer(Part):
    """The answer to the whole, for the situations that `when` fits."""

    id: str = Field(pattern=ID)
    when: Conditions = {}
    kind: str
    says: Text


class Rule(Claim):
    """The answer to one step."""

    when: Conditions = {}
    text: Text


class Step(Part):
    """One question on the way; `asked` says in which situations."""

    id: str = Field(pattern=ID)
    asks: Text
    asked: Conditions = {}
    rules: Annotated[list[Rule], Field(min_length=1)]


class Limit(Claim):
    """Something that recognition does not give."""

    when: Conditions = {}
    label: Text
    text: Text


class Suggestion(Part):
    """Another state to try."""

    label: Text
    change: dict[str, str]


class CredentialsFile(ContentFile):
    """`course/data/credentials.yml`."""

    subtitle: Text
    notes: list[Text]
    facts: Annotated[list[Fact], Field(min_length=1)]
    start: dict[str, str]
    examples: list[str]
    texts: Annotated[list[Law], Field(min_length=1)]
    kinds: Annotated[list[Kind], Field(min_length=1)]
    answers: Annotated[list[Answer], Field(min_length=1)]
    steps: Annotated[list[Step], Field(min_length=1)]
    limits: list[Limit]
    tries: list[Suggestion] = []

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Words that point at nothing, States that there are not, situations without an answer, rules that never apply."""
        known = self._known()
        yield from self._of_states()
        for place, facts in [(("start",), self.start), *((("tries", i, "change"), one.change) for i, one in enumerate(self.tries))]:
            yield from _whole(place, facts, {**{fact.id: known[fact.id] for fact in self.facts}, ORIGIN: list(_offered()), DESTINATION: list(_offered())})
        kinds = [kind.id for kind in self.kinds]
        for i, answer in enumerate(self.answers):
            if answer.kind not in kinds:
                yield ("answers", i, "kind"), f"`{answer.kind}` is no kind: the kinds are {', '.join(kinds)}"
        for i, law in enumerate(self.texts):
            for j, conditions in enumerate(law.about):
                yield from _unknown(("texts", i, "about", j), conditions, known)
        for i, limit in enumerate(self.limits):
            yield from _unknown(("limits", i, "when"), limit.when, known)
        lists: list[tuple[Place, Sequence[Answer | Rule]]] = [(("answers",), self.answers)]
        for i, step in enumerate(self.steps):
            yield from _unknown(("steps", i, "asked"), step.asked, known)
            lists.append((("steps", i, "rules"), step.rules))
        for place, rules in lists:
            yield from _cover(place, rules, known)

    def _known(self) -> dict[str, list[str]]:
        """Whatever conditions may name, and its options."""
        facts = {fact.id: [option.id for option in fact.options] for fact in self.facts}
        return {**facts, SAME: ["no", "yes"], **{law.id: list(_STANDINGS) for law in self.texts}}

    def _of_states(self) -> Iterator[tuple[Place, str]]:
        subregions = set(_subregions().values())
        for i, law in enumerate(self.texts):
            named: list[tuple[str, list[str]]] = [("parties", law.parties), ("signed", law.signed)]
            if law.treaty and law.treaty not in acts():
                yield ("texts", i, "treaty"), f"`{law.treaty}` is no list of treaties.csv: the lists are {', '.join(acts())}"
            if law.circle:
                named += [("circle", law.circle.states), ("circle", law.circle.perhaps)]
                for one in law.circle.subregions:
                    if one not in subregions:
                        yield ("texts", i, "circle", "subregions"), f"`{one}` is no subregion of states.csv"
                if law.circle.perhaps and not law.circle.unsure:
                    yield ("texts", i, "circle"), f"say in `unsure` what must be looked up for the States under `perhaps` of `{law.id}`"
            for field, codes in named:
                for code in codes:
                    if code not in _subregions():
                        yield ("texts", i, field), f"`{code}` is no State of states.csv"
        for number, code in enumerate(self.examples):
            if code not in _offered():
                yield ("examples", number), f"`{code}` is no State of states.csv"


def _whole(place: Place, facts: Facts, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[Place, str]]:
    if lacking := [f"`{key}`" for key in known if key not in facts]:
        yield place, f"every choice is needed here: add {', '.join(lacking)}"
    for key, value in facts.items():
        if key not in known:
            yield (*place, key), f"`{key}` is nothing that is chosen: the choices are {', '.join(known)}"
        elif value not in known[key]:
            yield (*place, key), f"`{value}` is no option of `{key}`"


def _unknown(place: Place, conditions: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> Iterator[tuple[Place, str]]:
    for key, options in conditions.items():
        if key not in known:
            yield (*place, key), f"`{key}` is neither a fact nor a text: write one of {', '.join(known)}"
            continue
        for number, option in enumerate(options):
            if option not in known[key]:
                yield (*place, key, number), f"`{option}` is no option of `{key}`: the options are {', '.join(known[key])}"


def _cover(place: Place, rules: Sequence[Answer | Rule], known: Mapping[str, Sequence[str]]) -> Iterator[tuple[Place, str]]:
    """Ids twice, conditions that cannot be read, situations that no rule covers, rules that never apply."""
    slips = [slip for n, rule in enumerate(rules) for slip in _unknown((*place, n, "when"), rule.when, known)]
    yield from slips
    if slips:
        return
    idents = [rule.id for rule in rules]
    for number, ident in enumerate(idents):
        if ident in idents[:number]:
            yield (*place, number, "id"), f"`{ident}` is taken: give it another id"
    named = [key for key in known if any(key in rule.when for rule in rules)]
    used: set[str] = set()
    for options in product(*(known[key] for key in named)):
        here = dict(zip(named, options))
        rule = next((one for one in rules if holds(one.when, here)), None)
        if rule is None:
            yield place, f"no rule covers {', '.join(f'{key}: {option}' for key, option in here.items())}: add one, or a last rule without `when`"
            return
        used.add(rule.id)
    for number, rule in enumerate(rules):
        if rule.id not in used:
            yield (*place, number), f"`{rule.id}` never applies: the rules before it take all its situations"


CONTENT = Content("credentials", CredentialsFile)

# --- the model -------------------------------------------------------------------------------------------------


def holds(conditions: Mapping[str, Sequence[str]], here: Situation) -> bool:
    """Whether all conditions hold in a situation."""
    return all(here[key] in options for key, options in conditions.items())


@lru_cache(maxsize=1)
def _subregions() -> Mapping[str, str]:
    """ISO3 -> the subregion of States, in English."""
    return {str(row["iso3"]): str(row["subregion"]) for row in table("states").rows if row["status"] != "area"}


def standing(law: Law, origin: str, destination: str) -> Standing:
    """Whether a text was made for a pair: for one State used twice none is; of two States the weaker decides."""
    if origin == destination:
        return "no"
    circle = law.circle
    if circle is None:
        return "yes"
    codes = [destination] if circle.of == "destination" else [origin, destination]
    return min((_within(circle, code) for code in codes), key=_STANDINGS.index)


def _within(circle: Circle, code: str) -> Standing:
    if code in circle.perhaps:
        return "perhaps"
    whole = not circle.states and not circle.subregions
    return "yes" if whole or code in circle.states or _subregions()[code] in circle.subregions else "no"


def situation(facts: Facts) -> dict[str, str]:
    """The facts, and what follows from the two States."""
    origin, destination = facts[ORIGIN], facts[DESTINATION]
    made: dict[str, str] = {law.id: standing(law, origin, destination) for law in CONTENT.read().texts}
    return {**facts, SAME: "yes" if origin == destination else "no", **made}


def answer(facts: Facts) -> Answer:
    """The answer to the whole: the first rule that fits."""
    return _first(situation(facts))


def _first(here: Situation) -> Answer:
    return next(one for one in CONTENT.read().answers if holds(one.when, here))


def steps(facts: Facts) -> list[tuple[Step, Rule]]:
    """The steps that are asked, each with the rule that answers it."""
    here = situation(facts)
    return [(step, next(rule for rule in step.rules if holds(rule.when, here))) for step in CONTENT.read().steps if holds(step.asked, here)]


def limits(facts: Facts) -> list[Limit]:
    """What recognition does not give."""
    here = situation(facts)
    return [one for one in CONTENT.read().limits if holds(one.when, here)]


def governing(facts: Facts) -> list[Law]:
    """The texts that were made for the pair, perhaps or surely, and that answer this question."""
    return [law for law in CONTENT.read().texts if _made(law, facts) and _about(law, facts)]


def _made(law: Law, facts: Facts) -> bool:
    return standing(law, facts[ORIGIN], facts[DESTINATION]) != "no"


def _about(law: Law, facts: Facts) -> bool:
    return any(holds(conditions, facts) for conditions in law.about)


@dataclass(frozen=True)
class Turn:
    """One choice changed, and the kind of answer that it leads to: before it is another one."""

    key: str
    value: str
    kind: str


def turns(facts: Facts) -> list[Turn]:
    """Every change of one choice that leads to another kind of answer, found by trying them all; never to one State used twice."""
    file, now = CONTENT.read(), answer(facts).kind
    options = {**{fact.id: [one.id for one in fact.options] for fact in file.facts}, ORIGIN: _ranked(), DESTINATION: _ranked()}
    found = []
    for key, values in options.items():
        for value in values:
            changed = {**facts, key: value}
            if value != facts[key] and (key not in (ORIGIN, DESTINATION) or changed[ORIGIN] != changed[DESTINATION]):
                kind = answer(changed).kind
                if kind != now:
                    found.append(Turn(key, value, kind))
    return found


def _ranked() -> list[str]:
    """The States, those of `examples` first, then by name."""
    first = CONTENT.read().examples
    return [*first, *(code for code in _offered() if code not in first)]


# --- state and controls ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _offered() -> tuple[str, ...]:
    """States only: the conventions are between States."""
    return tuple(code for code in _subregions())


def start() -> State:
    return dict(CONTENT.read().start)


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish = {**state, **change}
    new: State = {fact.id: one_of(wish.get(fact.id), [option.id for option in fact.options], str(state[fact.id])) for fact in CONTENT.read().facts}
    for key in (ORIGIN, DESTINATION):
        new[key] = one_of(wish.get(key), _offered(), str(state[key]))
    return new


def _facts(state: State) -> dict[str, str]:
    return {key: str(value) for key, value in state.items()}


def controls(state: State) -> list[Control]:
    """The facts, then the two States."""
    found: list[Control] = []
    for fact in CONTENT.read().facts:
        chosen = next(option for option in fact.options if option.id == state[fact.id])
        options = [Option(one.id, one.label) for one in fact.options]
        short = max(len(one.label) for one in fact.options) <= 12
        found.append((Radio if short else Select)(fact.id, fact.label, chosen.id, options, help=chosen.help))
    places = [Option(code, states()[code].name) for code in sorted(_offered(), key=lambda code: folded(states()[code].name))]
    return [*found, *(Select(key, label, str(state[key]), places, search=True) for key, label in _asked_states().items())]


def _asked_states() -> dict[str, str]:
    return {ORIGIN: _("Where was it obtained?"), DESTINATION: _("Where is it to be recognized?")}


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    file, facts = CONTENT.read(), _facts(state)
    used = governing(facts)
    listed = used or [law for law in file.texts if _made(law, facts)] or file.texts
    return View(
        finding=finding(facts, used),
        subtitle=Html(f"{_bound(facts, used)} {said(file.subtitle)}".strip()),
        panels=[
            Panel("steps", _("Step by step"), _steps(facts)),
            Panel("texts", _("Which texts"), _texts(facts)),
            Panel("limits", _("What it does not give"), _limits(facts)),
            Panel("turns", _("What if"), _turns(facts)),
        ],
        source=[phrase(_("Texts: {list}."), list=Html(semicolons(_dated(law) for law in listed)))],
        notes=[said(note) for note in file.notes],
        csv=_csv(facts),
        tries=[Try(one.label, one.change) for one in file.tries if one.change != facts],
    )


def finding(facts: Facts, used: Sequence[Law]) -> str:
    """The kind of answer, what it comes to, and the texts that were made for the pair."""
    one = answer(facts)
    sentences = [_strong(said(_kind(one.kind).lead)), said(one.says)]
    if used:
        names = Html(commas(said(law.short) for law in used))
        sentences.append(phrase(_("Texts for {origin} and {destination}: {texts}."), **_pair(facts), texts=names))
    return " ".join(sentences)


def _bound(facts: Facts, used: Sequence[Law]) -> str:
    """That a convention binds only its parties; what is known of both States, and never that one is none."""
    between = [law for law in used if law.look_up and not law.treaty]
    if not between:
        return ""
    if all(code in law.parties for law in between for code in (facts[ORIGIN], facts[DESTINATION])):
        return html(_("Both States are named here as parties."))
    return html(_("A convention counts where both States are parties: look it up."))


def _pair(facts: Facts) -> dict[str, object]:
    return {key: states()[facts[key]].in_text for key in (ORIGIN, DESTINATION)}


def _kind(ident: str) -> Kind:
    return next(kind for kind in CONTENT.read().kinds if kind.id == ident)


def _strong(text: object) -> Html:
    return Html(f'<strong class="wraps">{html(text)}</strong>')


def _badge(ident: str) -> Html:
    kind = _kind(ident)
    look, sign = _LOOKS[kind.look]
    mark = f'<span aria-hidden="true">{sign}</span> ' if sign else ""
    return Html(f'<span class="verdict {look}">{mark}{said(kind.label)}</span>')


def _cite(claim: Claim) -> Html:
    return Html(english(html(claim.cite)))


def _dated(law: Law) -> Html:
    return phrase(_("{source}, as of {date}"), source=_cite(law), date=said_date(law.as_of))


def _steps(facts: Facts) -> str:
    title = _kind(answer(facts).kind).label
    rows = [[said(step.asks), said(rule.text), _cite(rule)] for step, rule in steps(facts)]
    return f'<div class="regime-steps recognition-steps"><p>{_badge(answer(facts).kind)}</p>{html_table(title, [_("Step"), _("Answer"), _("Source")], rows)}</div>'


def _texts(facts: Facts) -> str:
    """All texts, those that govern first; each with what it is and where the two States stand, as far as that is known."""
    laws = CONTENT.read().texts
    made = [law for law in laws if _made(law, facts)]
    groups = [
        (_("Made for these two States and this use"), [law for law in made if _about(law, facts)]),
        (_("Made for these two States, for other uses"), [law for law in made if not _about(law, facts)]),
    ]
    parts = []
    for heading, some in groups:
        if some:
            parts.append(f"<h4>{html(heading)}</h4>{_listed(some, facts)}")
    others = [law for law in laws if law not in made]
    heading = html(_("Made for other States"))
    parts.append(f'<details class="unsorted" id="other-texts"><summary>{heading}</summary>{_listed(others, facts)}</details>')
    return f'<div class="laws">{"".join(parts)}</div>'


def _listed(some: Sequence[Law], facts: Facts) -> str:
    return f'<ul class="evidence">{"".join(_text(law, facts) for law in some)}</ul>'


def _text(law: Law, facts: Facts) -> str:
    made = standing(law, facts[ORIGIN], facts[DESTINATION])
    lines: list[object] = [said(law.what)]
    if made == "perhaps" and law.circle:
        lines.append(said(law.circle.unsure))
    if made != "no":
        lines += _parties(law, facts)
    look = {"yes": "alike", "perhaps": "differs", "no": ""}[made]
    return f'<li class="{look}"><p class="what">{said(law.name)}</p>{"".join(f"<p>{html(line)}</p>" for line in lines)}<p class="cite">{_dated(law)}</p></li>'


def _parties(law: Law, facts: Facts) -> list[str]:
    """What is known of the two States under a convention: an act that a source names, or that it must be looked up; never more."""
    if law.treaty:
        return [acts_of(Treaty(list=law.treaty, name=law.name), facts[DESTINATION])]
    if not law.look_up:
        return []
    lines = []
    for code in (facts[ORIGIN], facts[DESTINATION]):
        if code in law.parties:
            message = _("{state}: named here as a party (as of {date}).")
        elif code in law.signed:
            message = _("{state}: signed; look up whether it is a party.")
        else:
            message = _("{state}: look up whether it is a party.")
        lines.append(message.format(state=states()[code].name, date=said_date(law.as_of)))
    return lines


def _limits(facts: Facts) -> str:
    rows = "".join(
        f'<li><p class="what">{said(one.label)}</p><p>{said(one.text)}</p><p class="cite">{_cite(one)}</p></li>' for one in limits(facts)
    )
    return f'<ul class="evidence">{rows}</ul>' if rows else f"<p>{said(answer(facts).says)}</p>"


def _turns(facts: Facts) -> str:
    found = turns(facts)
    if not found:
        return f"<p>{html(_('No change of a single choice would change this answer.'))}</p>"
    lead = html(_("Each change of one choice that leads to another answer. Press one to see it."))
    parts = [f"<p>{lead}</p>"]
    for fact in CONTENT.read().facts:
        labels = {option.id: said(option.label) for option in fact.options}
        mine = [turn for turn in found if turn.key == fact.id]
        if mine:
            rows = "".join(_row([setter(turn.key, turn.value, labels[turn.value])], turn.kind) for turn in mine)
            parts.append(f'<h4>{said(fact.label)}</h4><ul class="turns">{rows}</ul>')
    for key, label in _asked_states().items():
        rows = "".join(_states_row(key, kind.id, [turn for turn in found if (turn.key, turn.kind) == (key, kind.id)]) for kind in CONTENT.read().kinds)
        if rows:
            parts.append(f'<h4>{html(label)}</h4><ul class="turns">{rows}</ul>')
    return "".join(parts)


def _states_row(key: str, kind: str, mine: Sequence[Turn]) -> str:
    if not mine:
        return ""
    buttons: list[object] = [setter(key, turn.value, states()[turn.value].name) for turn in mine[:_SHOWN]]
    rest = len(mine) - _SHOWN
    if rest > 0:
        buttons.append(ngettext("and {number} more State", "and {number} more States", rest).format(number=rest))
    return _row(buttons, kind)


def _row(buttons: Sequence[object], kind: str) -> str:
    becomes = html(_("becomes"))
    joined = "".join(f"<span>{html(one)}</span>" for one in buttons)
    return (
        f'<li><ul><li>{joined}<span class="turn"><span class="arrow" aria-hidden="true"></span><span class="unseen">{becomes}</span> '
        f"{_badge(kind)}</span></li></ul></li>"
    )


def _csv(facts: Facts) -> Download:
    """The choices and everything that is said of them: ids for machines, the words as the reader sees them."""
    header = [*facts, "answer", "kind", "part", "id", "made_for_pair", "words", "source"]
    one = answer(facts)
    rows: list[list[Any]] = [["text", law.id, standing(law, facts[ORIGIN], facts[DESTINATION]), law.what, law.cite] for law in governing(facts)]
    rows += [["step", f"{step.id}/{rule.id}", None, rule.text, rule.cite] for step, rule in steps(facts)]
    rows += [["not given", limit.id, None, f"{limit.label}: {limit.text}", limit.cite] for limit in limits(facts)]
    return Download("credentials.csv", csv_text(header, [[*facts.values(), one.id, one.kind, *row] for row in rows]))


class Credentials(Explorer):
    """The explorer `credentials`."""

    name = "credentials"
    title = N_("Whose qualification counts?")
    start = start()
    styles = ("refoulement.css", "credentials.css")
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
