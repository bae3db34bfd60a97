"""A reservoir of good practice: find what cities have done, lay two or three side by side, and build your city's plan of them.

Each practice is a file of its own, `course/data/practices/<id>.yml`; a file put in appears here (docs/lessons.md, “Add a practice”).

The model, in plain words. A plan is a list of practices.
- Cost points: low 1, medium 2, high 4, added up and held against the reader's budget. A rule of thumb of this course, no currency.
- A domain is reached when at least one practice of the plan works in it; otherwise it is open.
- First steps are put in order: what lies in the city's own power before what it shares with the State before what needs national
  power; of these the cheaper first; of these as the reader chose them.
- The cheapest plan that reaches every domain: of all plans the one with fewest points, of these the one with fewest practices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator

from course.data import folded, said_date, states
from course.explorers.base import Control, Download, Explorer, Option, Panel, Search, Select, Slider, State, Try, Value, View, flag, one_of, quantity, setter, some_words
from course.explorers.content import DATA, ContentFolder, Item, Part, said
from course.explorers.markup import download_link
from course.figures import Bar, Html, bar_chart, csv_text, html, in_words, phrase, table
from course.i18n import N_, _, ngettext
from course.i18n.forms import commas, semicolons
from course.reading import Text
from course.shelf import ShelfLife
from course.text import english

DOMAINS = {
    "first-welcome": N_("First welcome"),
    "documents": N_("Documents"),
    "language": N_("Language"),
    "work": N_("Work"),
    "education": N_("Education"),
    "housing": N_("Housing"),
    "health": N_("Health"),
    "families": N_("Families"),
    "participation": N_("Participation"),
    "living-together": N_("Living together"),
    "coordination": N_("Coordination"),
}
ACTORS = {
    "municipality": N_("Municipality"),
    "national-government": N_("National Government"),
    "civil-society": N_("Civil society"),
    "migrants": N_("Migrants themselves"),
    "employers": N_("Employers"),
    "university": N_("Universities"),
    "international": N_("International organizations"),
    "philanthropy": N_("Foundations and donors"),
}
POWERS = {"local": N_("In the city’s own power"), "shared": N_("Shared with the State"), "national": N_("Needs national power")}
LEVELS = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
POINTS = {"low": 1, "medium": 2, "high": 4}
KINDS = {
    "independent-evaluation": N_("Independent evaluation"),
    "peer-reviewed": N_("Peer-reviewed study"),
    "own-figures": N_("Its own figures"),
    "recognition": N_("An award or other recognition"),
    "none-known": N_("None known"),
}
"""From the strongest to the weakest."""
EVALUATED = ("independent-evaluation", "peer-reviewed")
FILTERS = ("domain", "actor", "region", "cost", "evidence")
MOST_BESIDE = 3
FIRST_SHOWN = 8
TEMPLATE = DATA / "practice-template.yml"

# --- the content -----------------------------------------------------------------------------------------------


Domain = Literal[
    "first-welcome", "documents", "language", "work", "education", "housing", "health", "families", "participation", "living-together", "coordination"
]
Actor = Literal["municipality", "national-government", "civil-society", "migrants", "employers", "university", "international", "philanthropy"]


class Cost(Part):
    """What it asks of a budget, by the estimate of this course."""

    level: Literal["low", "medium", "high"]
    why: Text


class Evidence(Part):
    """What is known of its effect."""

    kind: Literal["independent-evaluation", "peer-reviewed", "own-figures", "recognition", "none-known"]
    text: Text


class Practice(Item):
    """One file of `course/data/practices/`. It tells what was done, which ages more slowly than law."""

    shelf_life: ShelfLife = "10 years"
    name: Text
    place: Text
    country: str
    since: int = Field(ge=1900, le=2100)
    until: int | None = Field(None, ge=1900, le=2100)
    domains: Annotated[list[Domain], Field(min_length=1)]
    actors: Annotated[list[Actor], Field(min_length=1)]
    power: Literal["local", "shared", "national"]
    cost: Cost
    for_whom: Text
    answers: Text
    what: Text
    evidence: Evidence
    limits: Text
    needs: Annotated[list[Text], Field(min_length=2, max_length=4)]
    first_step: Text

    @field_validator("country")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in states():
            raise ValueError(f"`country` is {code[:20]}, which is not in course/data/states.csv: write the three letters that stand there, such as CHL")
        return code

    def slips(self) -> Iterable[tuple[tuple[str], str]]:  # type: ignore[override]
        if self.until is not None and self.until < self.since:
            yield ("until",), f"`until` is {self.until}, before `since`: mend one of the two years"

    @property
    def points(self) -> int:
        return POINTS[self.cost.level]


CONTENT = ContentFolder("practices", Practice)

# --- the model -------------------------------------------------------------------------------------------------


def chosen(practices: Mapping[str, Practice], listed: Value) -> list[Practice]:
    """The practices of a comma-separated list of ids."""
    return [practices[ident] for ident in str(listed).split(",") if ident in practices]


def matching(practices: Iterable[Practice], state: Mapping[str, Value]) -> list[Practice]:
    """Those that every filter lets pass and that hold every word looked for, by name."""
    words = folded(str(state["words"])).split()
    found = [one for one in practices if _passes(one, state) and all(word in _said_of(one) for word in words)]
    return sorted(found, key=lambda one: (folded(one.name), one.id))


def _passes(one: Practice, state: Mapping[str, Value]) -> bool:
    holds = {
        "domain": one.domains,
        "actor": one.actors,
        "region": [states()[one.country].region_id],
        "cost": [one.cost.level],
        "evidence": [one.evidence.kind],
    }
    return all(not state[key] or state[key] in values for key, values in holds.items())


def _said_of(one: Practice) -> str:
    """Everything a reader may look for, in the language spoken."""
    named = [one.name, one.place, states()[one.country].name, *(_(DOMAINS[key]) for key in one.domains), *(_(ACTORS[key]) for key in one.actors)]
    told = [one.for_whom, one.answers, one.what, one.cost.why, one.evidence.text, one.limits, *one.needs, one.first_step]
    return folded("\n".join(named + told))


def reached(plan: Sequence[Practice]) -> dict[str, list[Practice]]:
    """Every domain, and which practices of the plan work in it."""
    return {domain: [one for one in plan if domain in one.domains] for domain in DOMAINS}


def still_open(plan: Sequence[Practice]) -> list[str]:
    """The domains in which no practice of the plan works."""
    return [domain for domain, some in reached(plan).items() if not some]


def total(plan: Iterable[Practice]) -> int:
    """The plan's cost points."""
    return sum(one.points for one in plan)


def in_order(plan: Sequence[Practice]) -> list[Practice]:
    """The order of first steps: own power first, then what costs least, then as chosen."""
    return sorted(plan, key=lambda one: (list(POWERS).index(one.power), one.points))


def cheapest(practices: Iterable[Practice]) -> list[Practice]:
    """The plan with fewest points, then fewest practices, that reaches every domain that any practice reaches."""
    bits = {domain: 1 << number for number, domain in enumerate(DOMAINS)}
    best: dict[int, tuple[int, int, tuple[str, ...]]] = {0: (0, 0, ())}  # domains reached -> points, number and ids of the best plan for them
    known = {one.id: one for one in practices}
    for one in sorted(known.values(), key=lambda one: one.id):
        adds = sum(bits[domain] for domain in set(one.domains))
        for here, (points, number, ids) in list(best.items()):
            there, plan = here | adds, (points + one.points, number + 1, (*ids, one.id))
            if there not in best or plan < best[there]:
                best[there] = plan
    return [known[ident] for ident in best[max(best, key=lambda here: here.bit_count())][2]]


@dataclass(frozen=True)
class Caution:
    """Something about a plan to think of again, and which practices it comes from."""

    kind: Literal["budget", "evidence", "migrants", "national", "ended"]
    practices: tuple[Practice, ...] = ()


def cautions(plan: Sequence[Practice], budget: float) -> list[Caution]:
    """What to think of again; nothing for an empty plan."""
    if not plan:
        return []
    national = tuple(one for one in plan if one.power == "national")
    ended = tuple(one for one in plan if one.until is not None)
    found = [
        (total(plan) > budget, Caution("budget")),
        (not any(one.evidence.kind in EVALUATED for one in plan), Caution("evidence")),
        (not any("migrants" in one.actors or "participation" in one.domains for one in plan), Caution("migrants")),
        (bool(national), Caution("national", national)),
        (bool(ended), Caution("ended", ended)),
    ]
    return [caution for holds, caution in found if holds]


# --- state and controls ----------------------------------------------------------------------------------------

START: State = {
    "words": "", **dict.fromkeys(FILTERS, ""), "budget": 8, "plan": "idnyc,start-wien,triec", "beside": "start-wien,cnaim", "all": False, "act": "",
}
"""`act` is a turn of the reader within the view, such as `put:idnyc`; it is carried out and forgotten."""


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was."""
    wish, practices = {**state, **change}, CONTENT.read()
    options = _filter_options(practices.values())
    new: State = {
        "words": some_words(wish.get("words"), str(state["words"])),
        **{key: one_of(wish.get(key), ("", *options[key]), one_of(state[key], ("", *options[key]), "")) for key in FILTERS},
        "budget": round(quantity(wish.get("budget"), 2, 30, float(state["budget"]))),
        "plan": _listed(wish.get("plan"), state["plan"], practices),
        "beside": _listed(wish.get("beside"), state["beside"], practices),
        "all": flag(wish.get("all"), bool(state["all"])),
        "act": "",
    }
    act = change.get("act")
    new = _carried_out(new, *act.split(":", 1), practices) if isinstance(act, str) and ":" in act else new
    return {**new, "beside": ",".join(str(new["beside"]).split(",")[-MOST_BESIDE:])}


def _listed(value: Value | None, fallback: Value, practices: Mapping[str, Practice]) -> str:
    """Known ids, each once, as they came."""
    text = value if isinstance(value, str) else str(fallback)
    return ",".join(dict.fromkeys(ident for ident in text.split(",") if ident in practices))


def _carried_out(state: State, verb: str, name: str, practices: Mapping[str, Practice]) -> State:
    """A state after one turn: put into the plan or take out of it, lay beside others or apart, find what fills a gap, show all."""
    if verb == "find":
        return {**state, "words": "", **dict.fromkeys(FILTERS, ""), "domain": one_of(name, DOMAINS, "")}
    key = {"put": "plan", "take": "plan", "beside": "beside", "apart": "beside"}.get(verb)
    if key is None:
        return state
    others = [one for one in str(state[key]).split(",") if one and one != name]
    return {**state, key: ",".join([*others, name] if verb in ("put", "beside") and name in practices else others)}


def _filter_options(practices: Iterable[Practice]) -> dict[str, dict[str, str]]:
    """What each filter offers: of regions only those that any practice is in."""
    regions = {states()[one.country].region_id: states()[one.country].region for one in practices}
    return {
        "domain": {key: _(words) for key, words in DOMAINS.items()},
        "actor": {key: _(words) for key, words in ACTORS.items()},
        "region": dict(sorted(regions.items(), key=lambda one: folded(one[1]))),
        "cost": {key: _(words) for key, words in LEVELS.items()},
        "evidence": {key: _(words) for key, words in KINDS.items()},
    }


def controls(state: State) -> list[Control]:
    """Words and filters for the list, and the budget of the plan."""
    labels = {"domain": _("Domain"), "actor": _("Who carries it"), "region": _("Region"), "cost": _("Cost"), "evidence": _("Evidence")}
    options = _filter_options(CONTENT.read().values())
    return [
        Search("words", _("Look for words"), str(state["words"])),
        *(Select(key, labels[key], str(state[key]), [Option("", _("All")), *(Option(*one) for one in options[key].items())]) for key in FILTERS),
        Slider("budget", _("Your plan’s budget, in cost points"), float(state["budget"]), 2, 30),
    ]


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    """What is shown for a state."""
    practices = CONTENT.read()
    plan = chosen(practices, state["plan"])
    return View(
        finding=finding(state, practices),
        subtitle=html(_("Find practices by words and filters, read them in full, lay some side by side, and put those that fit into your city’s plan.")),
        panels=[
            Panel("practices", _("Practices"), _list(state, practices)),
            Panel("beside", _("Side by side"), _beside(state, practices)),
            Panel("plan", _("Your city’s plan"), _plan(state, plan)),
        ],
        source=[html(_("Sources: named with each practice, with the date that its description speaks of. Costs: estimates of this course."))],
        notes=[
            html(_("Cost points are a rule of thumb of this course: low is 1, medium 2, high 4. They compare practices with each other and are no amounts of money.")),
            html(_("A domain counts as reached when one practice of the plan works in it. That does not say how much of the need is met.")),
            html(_("Evidence is what this course has found. “None known” does not say that a practice has no effect.")),
            html(_("Who may do what differs from State to State: a power that one city has, another must ask for.")),
            html(_("This is training, not advice. A practice is described as of its date: ask those who run it before you build on it.")),
        ],
        csv=_csv(plan),
        tries=_tries(practices),
    )


def _tries(practices: Mapping[str, Practice]) -> list[Try]:
    evaluated = ",".join(one.id for one in practices.values() if one.evidence.kind in EVALUATED)
    alone = ",".join(one.id for one in practices.values() if one.power == "local" and one.cost.level == "low")
    least = ",".join(one.id for one in cheapest(practices.values()))
    clear: dict[str, Value] = {"words": "", **dict.fromkeys(FILTERS, "")}
    return [
        Try(_("The cheapest plan that reaches every domain"), {"plan": least}, "plan"),
        Try(_("Only what has been evaluated from outside"), {"plan": evaluated}, "plan"),
        Try(_("All that is cheap and in the city’s own power"), {"plan": alone}, "plan"),
        Try(_("Papers by a city’s card, and by a national statute"), {**clear, "domain": "documents", "beside": "idnyc,colombia-etpv"}, "beside"),
    ]


def finding(state: State, practices: Mapping[str, Practice]) -> str:
    """The sentence with the live numbers: what the plan reaches and asks, and how many practices the filters leave."""
    plan = chosen(practices, state["plan"])
    parts = [_reaches(plan), _asks(plan, int(state["budget"]))] if plan else [html(_("Your city’s plan is empty: put practices into it."))]
    if state["words"] or any(state[key] for key in FILTERS):
        parts.append(phrase(_("Practices found: {found} of {all}."), found=_strong(len(matching(practices.values(), state))), all=len(practices)))
    return " ".join(parts)


def _reaches(plan: Sequence[Practice]) -> str:
    gaps = still_open(plan)
    lead = phrase(
        ngettext("Your plan of {number} practice reaches {reached} of {all} domains.", "Your plan of {number} practices reaches {reached} of {all} domains.", len(plan)),
        number=_strong(len(plan)), reached=_strong(len(DOMAINS) - len(gaps)), all=len(DOMAINS),
    )
    return f"{lead} {phrase(_('Still open: {domains}.'), domains=_domains(gaps))}" if gaps else lead


def _domains(some: Iterable[str]) -> Html:
    return Html(commas(_strong(_(DOMAINS[one])) for one in some))


def _asks(plan: Sequence[Practice], budget: int) -> Html:
    message = _("It costs {points}, more than your {budget} points.") if total(plan) > budget else _("It costs {points} of your {budget} points.")
    return phrase(message, points=_strong(total(plan)), budget=budget)


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _where(one: Practice) -> Html:
    """Place, State and years."""
    years = f"{one.since}–{one.until}" if one.until else phrase(_("since {year}"), year=one.since)
    return Html(commas([said(one.place), html(states()[one.country].name), years]))


def _words(some: Iterable[str], words: Mapping[str, str]) -> Html:
    return Html(commas(html(_(words[key])) for key in some))


def _list_of(items: Iterable[str]) -> Html:
    return Html(f"<ul>{''.join(f'<li>{said(item)}</li>' for item in items)}</ul>")


def _facts(one: Practice) -> list[tuple[str, Html]]:
    """A practice in full, part by part: in its card, and beside others."""
    return [
        (_("The problem"), said(one.answers)),
        (_("What is done"), said(one.what)),
        (_("For whom"), said(one.for_whom)),
        (_("Domains"), _words(one.domains, DOMAINS)),
        (_("Who carries it"), _words(one.actors, ACTORS)),
        (_("Whose power"), Html(html(_(POWERS[one.power])))),
        (_("Cost"), _graded(LEVELS[one.cost.level], one.cost.why)),
        (_("Evidence"), _graded(KINDS[one.evidence.kind], one.evidence.text)),
        (_("Limits"), said(one.limits)),
        (_("What it needs elsewhere"), _list_of(one.needs)),
        (_("First step"), said(one.first_step)),
        (_("Source"), _source(one)),
    ]


def _graded(word: str, text: str) -> Html:
    return Html(f"<b>{html(_(word))}</b><br>{said(text)}")


def _source(one: Practice) -> Html:
    return phrase(_("{source} (as of {date})"), source=Html(english(html(one.cite))), date=said_date(one.as_of))


def _button(verb: str, one: Practice, words: str, *, pressed: bool | None = None) -> Html:
    """A turn of the reader; its practice is named for those who hear the button alone."""
    return setter("act", f"{verb}:{one.id}", Html(f'{html(words)} <span class="unseen">{said(one.name)}</span>'), pressed=pressed, css="practice-button")


def _planned(one: Practice, state: State) -> Html:
    inside = one.id in str(state["plan"]).split(",")
    return _button("take" if inside else "put", one, _("Your plan"), pressed=inside)


def _list(state: State, practices: Mapping[str, Practice]) -> str:
    found = matching(practices.values(), state)
    shown = found if state["all"] else found[:FIRST_SHOWN]
    cards = "".join(_card(one, state) for one in shown)
    count = phrase(_("Shown: {shown} of {all}."), shown=len(shown), all=len(found))
    more = setter("all", True, _("Show all")) if len(shown) < len(found) else ""
    if not found:
        count, more = Html(html(_("No practice holds all of this. Take out a word or a filter."))), setter("act", "find:", _("Show all"))
    own = html(_("Your own example is missing? Fill in an empty file and put it into the folder course/data/practices: it appears here."))
    link = download_link(Download(TEMPLATE.name, TEMPLATE.read_text(encoding="utf-8")), _("Download an empty file"), "text/yaml")
    return f'<ul class="practices">{cards}</ul><p class="practice-more">{count} {more}</p><p class="practice-own">{own} {link}</p>'


def _card(one: Practice, state: State) -> str:
    facts = "".join(f"<div><dt>{html(label)}</dt><dd>{fact}</dd></div>" for label, fact in _facts(one))
    laid = one.id in str(state["beside"]).split(",")
    level, kind = phrase(_("Cost: {level}"), level=_(LEVELS[one.cost.level])), phrase(_("Evidence: {kind}"), kind=_(KINDS[one.evidence.kind]))
    marks = "".join(f"<span>{words}</span>" for words in (_words(one.domains, DOMAINS), html(_(POWERS[one.power])), level, kind))
    return (
        f'<li class="practice" id="practice-{one.id}"><details><summary><span class="what">{said(one.name)}</span>'
        f'<span class="place">{_where(one)}</span><span class="where">{marks}</span></summary><dl>{facts}</dl></details>'
        f'<div class="practice-turns">{_planned(one, state)} {_button("apart" if laid else "beside", one, _("Compare"), pressed=laid)}</div></li>'
    )


def _beside(state: State, practices: Mapping[str, Practice]) -> str:
    some = chosen(practices, state["beside"])
    hint = html(_("Choose two or three with “Compare” in the list; a fourth takes the place of the first."))
    if not some:
        return f"<p>{hint}</p>"
    turns = "".join(f'<li>{said(one.name)} {_planned(one, state)} {_button("apart", one, _("Take away"))}</li>' for one in some)
    columns = [[(_("Place"), _where(one)), *_facts(one)] for one in some]
    rows = [[parts[0][0], *(_under(said(one.name), fact) for one, (_label, fact) in zip(some, parts))] for parts in zip(*columns)]
    compared = table(_("Practices side by side"), [_("Part"), *(said(one.name) for one in some)], rows)
    return f'<p>{hint}</p><ul class="laid">{turns}</ul><div class="practice-table n{len(some)}">{compared}</div>'


def _under(head: str, cell: str) -> Html:
    """A cell that says itself what it is of, where a narrow page hides the column's head."""
    return Html(f'<span class="who">{html(head)}</span>{html(cell)}')


# --- the plan --------------------------------------------------------------------------------------------------


def _plan(state: State, plan: Sequence[Practice]) -> str:
    if not plan:
        return f"<p>{html(_('Your city’s plan is empty: put practices into it.'))}</p>"
    budget = int(state["budget"])
    return "".join(
        [
            _warned(cautions(plan, budget)),
            _head(_("What it reaches, and what it leaves open")), _coverage(plan),
            _head(_("In whose power it lies")), _powers(plan),
            _head(_("What it costs")), _costs(plan, budget),
            _head(_("First steps, in order")), _steps(plan),
            _head(_("Who must act")), _actors(plan),
            _head(_("What each needs elsewhere")), _conditions(plan),
        ]
    )


def _head(words: str) -> str:
    return f"<h4>{html(words)}</h4>"


_WARNED = {
    "budget": N_("The plan costs more than its budget: take something out, or find more."),
    "evidence": N_("Nothing in the plan has been evaluated independently or studied under peer review: plan to measure what it does."),
    "migrants": N_("Migrants carry nothing in this plan, and nothing in it is about their participation: who will ask them?"),
    "national": N_("The city cannot do this alone, since it rests on national law or decisions: {practices}"),
    "ended": N_("This has ended where it was tried: {practices}. Ask why."),
}


def _warned(some: Sequence[Caution]) -> str:
    items = "".join(
        f'<li><span aria-hidden="true">!</span> <span>{phrase(_(_WARNED[one.kind]), practices=_names(one.practices))}</span></li>' for one in some
    )
    return f'<ul class="plan-warnings">{items}</ul>' if some else ""


def _names(some: Iterable[Practice]) -> Html:
    return Html(semicolons(said(one.name) for one in some))


def _coverage(plan: Sequence[Practice]) -> str:
    cells = []
    for domain, some in reached(plan).items():
        name = html(_(DOMAINS[domain]))
        if some:
            cells.append(f'<li class="reached"><b><span aria-hidden="true">✓</span> {name}</b> <span>{_names(some)}</span></li>')
        else:
            find = setter("act", f"find:{domain}", Html(f'{html(_("Find practices"))} <span class="unseen">{name}</span>'), show="practices")
            cells.append(f'<li class="open"><b><span aria-hidden="true">○</span> {name}</b> <span>{html(_("open"))}</span> {find}</li>')
    return f'<ul class="plan-domains">{"".join(cells)}</ul>'


def _powers(plan: Sequence[Practice]) -> str:
    sides = []
    for power, words in POWERS.items():
        some = [one for one in plan if one.power == power]
        items = "".join(f"<li>{said(one.name)}</li>" for one in some)
        rows = f"<ul>{items}</ul>" if some else f'<p class="empty">{html(_("None"))}</p>'
        sides.append(f'<div class="ledger-side"><p>{html(_(words))}</p>{rows}</div>')
    return f'<div class="ledger">{"".join(sides)}</div>'


def _costs(plan: Sequence[Practice], budget: int) -> str:
    bars = [Bar(_("Your plan"), total(plan), str(total(plan)), "chosen"), Bar(_("Your budget"), budget, str(budget))]
    return bar_chart(uid="good-practices-cost", title=_("Cost points of the plan and its budget"), description=in_words(bars), bars=bars)


def _steps(plan: Sequence[Practice]) -> str:
    header = [_("Good practice"), _("First step"), _("Whose power"), _("Cost"), _("Evidence"), _("Change")]
    rows = [
        [
            Html(f"{number}. {said(one.name)}"),
            _under(header[1], said(one.first_step)),
            _under(header[2], _(POWERS[one.power])),
            _under(header[3], phrase(_("{level} ({points})"), level=_(LEVELS[one.cost.level]), points=one.points)),
            _under(header[4], _(KINDS[one.evidence.kind])),
            _button("take", one, _("Take out")),
        ]
        for number, one in enumerate(in_order(plan), start=1)
    ]
    caption = _("First what lies in the city’s own power, and of that what costs least")
    return f'<div class="practice-table steps">{table(caption, header, rows)}</div>'


def _actors(plan: Sequence[Practice]) -> str:
    some = [(words, [one for one in plan if key in one.actors]) for key, words in ACTORS.items()]
    return f'<dl class="plan-actors">{"".join(f"<div><dt>{html(_(words))}</dt><dd>{_names(theirs)}</dd></div>" for words, theirs in some if theirs)}</dl>'


def _conditions(plan: Sequence[Practice]) -> str:
    return f'<dl class="plan-actors">{"".join(f"<div><dt>{said(one.name)}</dt><dd>{_list_of(one.needs)}</dd></div>" for one in in_order(plan))}</dl>'


def _csv(plan: Sequence[Practice]) -> Download:
    """The plan in the order of its first steps: columns and ids for machines, the texts as the reader sees them."""
    header = ["step", "id", "name", "place", "country", "domains", "actors", "power", "cost", "points", "evidence", "first_step", "needs", "cite", "as_of"]
    rows = [
        [
            number, one.id, one.name, one.place, one.country, " ".join(one.domains), " ".join(one.actors), one.power, one.cost.level, one.points,
            one.evidence.kind, one.first_step, " | ".join(one.needs), one.cite, one.as_of,
        ]
        for number, one in enumerate(in_order(plan), start=1)
    ]
    return Download("city-plan.csv", csv_text(header, rows))


class GoodPractices(Explorer):
    """The explorer `good-practices`."""

    name = "good-practices"
    title = N_("A reservoir of good practice")
    start = START
    styles = ("practices.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
