"""What it is worth to recognize qualifications earlier: a cost–benefit model whose every assumption is on a slider.

The assumptions are content, `course/data/earlier_recognition.yml`, for an economist to read and change. The model, in words:

- Money is counted in months of a qualified person's pay (1 = what one recognized person in full work earns in a month).
- *Step* = qualified pay × share in qualified work once recognized − pay below × share in work while they wait (pay a month, per person).
- *Recognized in part* = 1 − recognized in full − refused; of these the *bridged* complete a course and earn the step from its end on.
- *Weight* of month t = 1 ÷ (1 + discount rate)^(t ÷ 12) × (1 − share leaving)^(t ÷ 12): what a gain in that month, by those still there, is worth today.
- *Gain in pay* = step × (in full × weights of the months from the reform's decision to today's + bridged × the same, a course later), within the horizon.
- *Person* = gain in pay × (1 − taxes). *Public budget* = gain in pay × taxes − extra cost of the procedure − what paying for courses earlier costs more.
- *Society* = person + public budget.

Months are counted from the application; a decision after m months counts from month m on. Everything is an expected value per applicant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

from pydantic import Field

from course.explorers.base import Control, Download, Explorer, Option, Panel, Radio, Slider, State, Try, Value, View, one_of, quantity
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.explorers.markup import control_html
from course.figures import Html, Series, csv_text, html, line_chart, phrase, table
from course.i18n import N_, _, ngettext
from course.numbers import plain
from course.reading import Place, Text
from course.text import english

# --- the content -----------------------------------------------------------------------------------------------

Unit = Literal["months", "years", "per-cent", "pay"]
SIDES = {"society": N_("Society"), "person": N_("The person"), "public": N_("The public budget")}
SURE = {"published": N_("published figure"), "illustrative": N_("made up for this course")}


class Assumption(Claim):
    """A number of the model: where its slider begins and ends, what it stands for, and how sure it is."""

    name: Text
    unit: Unit
    value: float
    low: float
    high: float
    step: float = Field(gt=0)
    place: Literal["top", "more"]
    sure: Literal["published", "illustrative"]
    why: Text


class Limit(Claim):
    """Something that the model leaves out."""

    text: Text


class Suggestion(Part):
    """A button: its words, and the values that it sets."""

    label: Text
    set: dict[str, str | float]


class RecognitionFile(ContentFile):
    """`course/data/earlier_recognition.yml`."""

    assumptions: list[Assumption]
    limits: list[Limit] = Field(min_length=1)
    tries: list[Suggestion] = []

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Assumptions that the model needs or does not know, sliders that cannot work, and suggestions that set what is not there."""
        wanted = [field.name for field in fields(Inputs)]
        found = {one.id: one for one in self.assumptions}
        if missing := [name for name in wanted if name not in found]:
            yield ("assumptions",), f"the model also needs {', '.join(missing)}: add them"
        for number, one in enumerate(self.assumptions):
            place = ("assumptions", number)
            if one.id not in wanted:
                yield (*place, "id"), f"the model does not know `{one.id}`; it knows {', '.join(wanted)}"
            if not one.low <= one.value <= one.high or one.low == one.high:
                yield (*place, "value"), "`value` must lie between `low` and `high`, and these must differ"
            if one.unit == "per-cent" and (one.low < 0 or one.high > 100):
                yield (*place, "unit"), "a per cent lies between 0 and 100: change `low` or `high`"
            if one.low < 0:
                yield (*place, "low"), "the model has no use for numbers below 0: change `low`"
        for number, suggestion in enumerate(self.tries):
            for key, value in suggestion.set.items():
                place = ("tries", number, "set", key)
                if key == "for":
                    if value not in SIDES:
                        yield place, f"`{value}` is nobody here: write {', '.join(SIDES)}"
                elif key not in found:
                    yield place, f"`{key}` is no assumption: the assumptions are {', '.join(found)}"
                elif not isinstance(value, (int, float)) or not found[key].low <= value <= found[key].high:
                    yield place, f"`{key}` goes from {found[key].low:g} to {found[key].high:g}"


# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inputs:
    """The assumptions: `now`, `reform`, `bridge` in months; `horizon` in years; `extra`, `course` in months of qualified pay; all others in per cent."""

    now: float
    reform: float
    extra: float
    full: float
    refused: float
    bridged: float
    bridge: float
    course: float
    below: float
    working: float
    placed: float
    taxes: float
    leave: float
    discount: float
    horizon: float

    @property
    def in_full(self) -> float:
        """Share recognized in full. Where the two shares come to more than everybody, the refused are counted first."""
        return min(self.full, 100 - self.refused) / 100

    @property
    def bridging(self) -> float:
        """Share recognized in part who complete a course."""
        return max(0.0, 1 - self.in_full - self.refused / 100) * self.bridged / 100

    @property
    def step(self) -> float:
        """What recognition adds to one person's expected pay, in months of qualified pay per month."""
        return self.placed / 100 - self.below / 100 * self.working / 100


@dataclass(frozen=True)
class Outcome:
    """Expected present values per applicant, in months of qualified pay."""

    gain: float
    """In pay, before taxes."""
    person: float
    public: float

    @property
    def society(self) -> float:
        return self.person + self.public

    def to(self, side: str) -> float:
        return float(getattr(self, side))


def weight(inputs: Inputs, month: float) -> float:
    """What a gain of 1 in a month is worth today, by those who are still in the country."""
    return float(((1 - inputs.leave / 100) / (1 + inputs.discount / 100)) ** (month / 12))


def monthly(inputs: Inputs) -> list[Outcome]:
    """What the reform changes in each month from the application to the horizon; the extra cost falls in the first."""
    tax, step, full, bridging, course = inputs.taxes / 100, inputs.step, inputs.in_full, inputs.bridging, inputs.course
    found = []
    for month in range(int(inputs.horizon * 12)):
        sooner = full * _between(month, inputs.reform, inputs.now) + bridging * _between(month, inputs.reform + inputs.bridge, inputs.now + inputs.bridge)
        starts = (month == inputs.reform) - (month == inputs.now)
        counts = weight(inputs, month) if sooner or starts else 0.0
        gain = step * sooner * counts
        cost = bridging * course * starts * counts + (inputs.extra if month == 0 else 0.0)
        found.append(Outcome(gain, gain * (1 - tax), gain * tax - cost))
    return found


def _between(month: int, reform: float, now: float) -> int:
    """1 where only the reform has brought the decision by this month, −1 where only today's rule has."""
    return (month >= reform) - (month >= now)


def outcome(inputs: Inputs) -> Outcome:
    """The whole, from the application to the horizon."""
    months = monthly(inputs)
    return Outcome(sum(one.gain for one in months), sum(one.person for one in months), sum(one.public for one in months))


def cumulative(inputs: Inputs, side: str) -> list[float]:
    """What has come together for a side by the end of each month."""
    total, found = 0.0, []
    for one in monthly(inputs):
        total += one.to(side)
        found.append(total)
    return found


def repaid(inputs: Inputs, side: str) -> int | None:
    """Months until the reform has paid for itself for good; None if it has not by the horizon, 0 if it never cost anything."""
    line = cumulative(inputs, side)
    if line[-1] < 0:
        return None
    last = max((month for month, value in enumerate(line) if value < 0), default=-1)
    return last + 2 if last >= 0 else 0  # at the end of the month after the last one that is below 0


@dataclass(frozen=True)
class Swing:
    """What the result would be if one assumption alone stood at its low or at its high end, and the value at which it is 0, if there is one between."""

    id: str
    low: float
    high: float
    zero: float | None

    @property
    def size(self) -> float:
        return abs(self.high - self.low)


def swings(inputs: Inputs, side: str, ends: Mapping[str, tuple[float, float]]) -> list[Swing]:
    """Each assumption moved alone between its ends, the one that moves the result most first."""
    found = []
    for name, (low, high) in ends.items():
        at_low, at_high = (outcome(replace(inputs, **{name: end})).to(side) for end in (low, high))
        found.append(Swing(name, at_low, at_high, _zero(inputs, side, name, low, high) if at_low * at_high < 0 else None))
    return sorted(found, key=lambda one: -one.size)


def _zero(inputs: Inputs, side: str, name: str, low: float, high: float) -> float:
    """Where the result changes sign between two ends at which it differs in sign, by halving."""
    rises = outcome(replace(inputs, **{name: high})).to(side) > 0
    for _step in range(20):
        middle = (low + high) / 2
        if (outcome(replace(inputs, **{name: middle})).to(side) > 0) == rises:
            high = middle
        else:
            low = middle
    return (low + high) / 2


CHOICES = ("now", "reform")
"""What the reform is, rather than what is assumed about it."""

# --- the choices -----------------------------------------------------------------------------------------------

CONTENT = Content("earlier_recognition", RecognitionFile)


def start() -> State:
    """The file's own values, for society."""
    return {"for": "society", **{one.id: _whole(one.value) for one in CONTENT.read().assumptions}}


def clean(state: State, change: Mapping[str, object]) -> State:
    """The next state: what the page wants, within what is possible. Never raises."""
    new = dict(state)
    new["for"] = one_of(change.get("for", state.get("for")), SIDES, "society")
    for one in CONTENT.read().assumptions:
        before = quantity(state.get(one.id), one.low, one.high, _whole(one.value))
        value = quantity(change.get(one.id, before), one.low, one.high, before)
        new[one.id] = _whole(round(value)) if one.unit in ("months", "years") else value
    return {key: value for key, value in new.items() if key in start()}


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def inputs_of(state: State) -> Inputs:
    """The assumptions as they stand."""
    return Inputs(**{field.name: float(state[field.name]) for field in fields(Inputs)})  # type: ignore[arg-type]


def _slider(one: Assumption, value: Value, help: str = "") -> Slider:
    return Slider(one.id, one.name, float(value), one.low, one.high, step=one.step, unit=_(UNITS[one.unit]), help=help)  # type: ignore[arg-type]


UNITS = {"months": N_("months"), "years": N_("years"), "per-cent": "%", "pay": N_("months of pay")}


def controls(state: State) -> list[Control]:
    file = CONTENT.read()
    sides = [Option(side, _(name)) for side, name in SIDES.items()]
    tops: list[Control] = [_slider(one, state[one.id]) for one in file.assumptions if one.place == "top"]
    return [*tops, Radio("for", _("For whom"), str(state["for"]), sides)]


# --- the view --------------------------------------------------------------------------------------------------


def view(state: State) -> View:
    file, inputs, side = CONTENT.read(), inputs_of(state), str(state["for"])
    result = outcome(inputs)
    moved = _swings(inputs, side)
    panels = [
        Panel("who", _("Who gains"), _who(inputs, result)),
        Panel("time", _("Month by month"), _line(inputs, side)),
        Panel("sure", _("How sure"), _how_sure(file, inputs, side, moved)),
        Panel("assumptions", _("Assumptions"), _assumptions(file, state)),
        Panel("workings", _("Workings"), _workings(file, inputs, result)),
    ]
    published = sum(one.sure == "published" for one in file.assumptions)
    notes = [
        phrase(
            _("Of {all} assumptions, {published} are published figures; the others are round numbers made up for this course. Replace them with your own before you quote a result."),
            all=len(file.assumptions), published=published,
        ),
        html(_("All money is in months of a qualified person’s pay, as expected per applicant and in present value. This is training, not advice.")),
    ]
    return View(
        finding=_finding(inputs, side, result, moved),
        subtitle=html(_("Present value per applicant, in months of a qualified person’s pay, over the years looked at")),
        panels=panels,
        source=[html(_("Model: this course. Assumptions and their sources: in the table.")), *(f"{english(html(one.cite))}" for one in _published(file))],
        notes=[*notes, *(said(one.text) for one in file.limits)],
        csv=_csv(file, inputs),
        tries=[Try(one.label, dict(one.set)) for one in file.tries],
    )


def _published(file: RecognitionFile) -> list[Assumption]:
    found = {one.cite: one for one in file.assumptions if one.sure == "published"}
    return list(found.values())


@lru_cache(maxsize=128)
def _swings(inputs: Inputs, side: str) -> list[Swing]:
    return swings(inputs, side, {one.id: (one.low, one.high) for one in CONTENT.read().assumptions if one.id not in CHOICES})


def _pay(value: float) -> str:
    """An amount with its sign, rounded to a tenth of a month's pay."""
    rounded = round(value, 1) + 0.0
    return ("+" if rounded > 0 else "−" if rounded < 0 else "") + plain(abs(rounded), 1)


def _strong(text: str) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _finding(inputs: Inputs, side: str, result: Outcome, moved: list[Swing]) -> str:
    parts = phrase(
        _("Deciding after {reform} months instead of {now} changes the balance of society by {society} months of pay per applicant: the person’s by {person}, the public budget’s by {public}."),
        reform=_strong(plain(inputs.reform, 0)), now=_strong(plain(inputs.now, 0)), society=_strong(_pay(result.society)),
        person=_strong(_pay(result.person)), public=_strong(_pay(result.public)),
    )
    flips = sum(one.zero is not None for one in moved)
    if flips:
        sure = ngettext("Moving {number} assumption alone could turn the sign.", "Moving any one of {number} assumptions alone could turn the sign.", flips)
    else:
        sure = _("No assumption alone could turn the sign.")
    return f"{parts} {html(_(SIDES[side]))}: {html(sure.format(number=flips))}"


def _who(inputs: Inputs, result: Outcome) -> str:
    """Three balances as bars on one scale, with zero in the middle, and what they are per thousand applicants."""
    sides = [(name, result.to(side)) for side, name in SIDES.items()]
    most = max(1.0, *(abs(value) for _name, value in sides))
    bars = "".join(f'<li><span class="earlier-name">{html(_(name))}</span> <b>{html(_pay(value))}</b>{_bar(value, most)}</li>' for name, value in sides)
    months = {side: repaid(inputs, side) for side in SIDES}
    rows = [
        [_(name), _pay(result.to(side)), _pay(result.to(side) * 1000 / 12), "–" if months[side] is None else plain(float(months[side] or 0), 0)]
        for side, name in SIDES.items()
    ]
    head = [_("For whom"), _("Per applicant, months of pay"), _("Per 1,000 applicants, years of pay"), _("Paid back after months")]
    lead = html(_("A dash means: not within the years looked at."))
    return f'<ul class="earlier-bars">{bars}</ul>{table(_("What the reform changes"), head, rows, numeric=(1, 2, 3))}<p class="aside">{lead}</p>'


def _bar(value: float, most: float) -> str:
    width = 50 * abs(value) / most
    side = "gain" if value >= 0 else "loss"
    return f'<span class="earlier-track" aria-hidden="true"><span class="earlier-bar {side}" style="inline-size: {width:.1f}%"></span></span>'


def _line(inputs: Inputs, side: str) -> str:
    """What has come together by each month, for the side chosen."""
    line = cumulative(inputs, side)
    low, high = min(0.0, *line), max(0.0, *line)
    years = int(inputs.horizon)
    step = max(1, years // 5)
    ticks = [(12.0 * year, plain(12 * year, 0)) for year in range(0, years + 1, step)]
    months = repaid(inputs, side)
    if months is None:
        words = _("By month {month} the reform has not paid for itself.").format(month=len(line))
    else:
        words = _("The reform has paid for itself after {months} months.").format(months=months)
    title = _("{side}: balance by month after the application").format(side=_(SIDES[side]))
    picture = line_chart(
        uid="earlier-recognition-line", title=title, description=words, y_text=lambda y: plain(y, 0 if high - low > 4 else 1),
        series=[Series(_(SIDES[side]), tuple((month + 1.0, value) for month, value in enumerate(line)), "chosen")],
        x_ticks=ticks, x_range=(0, 12.0 * years), y_range=(low, high if high > low else low + 1),
    )  # fmt: skip
    every = sorted({0, *range(5, len(line), 6), len(line) - 1})
    rows = [[month + 1, _pay(line[month])] for month in every]
    return f"{picture}<p>{html(words)}</p>{table(title, [_('Month'), _('Months of pay')], rows, numeric=(0, 1))}"


def _how_sure(file: RecognitionFile, inputs: Inputs, side: str, moved: list[Swing]) -> str:
    """Each assumption alone at its ends: what the answer hangs on."""
    named = {one.id: one for one in file.assumptions}
    most = max(1.0, *(abs(end) for one in moved for end in (one.low, one.high)))
    rows = []
    for one in moved:
        known = named[one.id]
        zero = "–" if one.zero is None else _with_unit(one.zero, known)
        rows.append([said(known.name), Html(f"{html(_pay(one.low))}{_bar(one.low, most)}"), Html(f"{html(_pay(one.high))}{_bar(one.high, most)}"), zero, _(SURE[known.sure])])
    head = [_("Assumption, moved alone"), _("At its low end"), _("At its high end"), _("The result is 0 at"), _("How sure")]
    first = moved[0]
    lead = phrase(
        _("The answer for {side} hangs most on this: {assumption}. It lies between {low} and {high} months of pay as that goes from {from} to {to}."),
        side=_strong(_(SIDES[side])), assumption=Html(f"<strong>{said(named[first.id].name)}</strong>"), low=_strong(_pay(min(first.low, first.high))),
        high=_strong(_pay(max(first.low, first.high))),
        **{"from": _with_unit(named[first.id].low, named[first.id]), "to": _with_unit(named[first.id].high, named[first.id])},
    )
    return f'<p>{lead}</p><div class="earlier-wide">{table(_("What the answer hangs on, the most important first"), head, rows, numeric=(3,))}</div>'


def _with_unit(value: float, one: Assumption) -> str:
    decimals = 0 if value == int(value) else 1
    unit = UNITS[one.unit]
    return f"{plain(value, decimals)}\u00a0{unit if unit == '%' else _(unit)}"


def _assumptions(file: RecognitionFile, state: State) -> str:
    """Every assumption that is not above the figure, on its slider, with what it stands for; then all of them with their sources."""
    sliders = "".join(
        f'<li>{control_html("earlier-recognition-more", _slider(one, state[one.id]))}<p class="aside">{said(one.why)}</p></li>'
        for one in file.assumptions if one.place == "more"
    )  # fmt: skip
    rows = [[said(one.name), _with_unit(float(state[one.id]), one), _(SURE[one.sure]), Html(english(html(one.cite)))] for one in file.assumptions]
    head = [_("Assumption"), _("Now"), _("How sure"), _("Source")]
    return f'<ul class="earlier-more">{sliders}</ul>{table(_("All assumptions"), head, rows, numeric=(1,))}'


def _workings(file: RecognitionFile, inputs: Inputs, result: Outcome) -> str:
    """The sum, line by line, with the numbers as they stand."""
    plain2 = lambda value: plain(value, 2)  # noqa: E731
    lines: list[tuple[str, str, str]] = [
        (_("What recognition adds to a month’s pay"), f"{plain2(inputs.placed / 100)} − {plain2(inputs.below / 100)} × {plain2(inputs.working / 100)}", plain2(inputs.step)),
        (_("Recognized in full"), "", plain2(inputs.in_full)),
        (_("Recognized in part, and through the course"), f"(1 − {plain2(inputs.in_full)} − {plain2(inputs.refused / 100)}) × {plain2(inputs.bridged / 100)}", plain2(inputs.bridging)),
        (_("Months won"), f"{plain(inputs.now, 0)} − {plain(inputs.reform, 0)}", plain(inputs.now - inputs.reform, 0).replace("-", "−")),
        (_("Gain in pay, each month weighted for later and for leaving"), "", plain2(result.gain)),
        (_("Of which for the person, after taxes"), f"{plain2(result.gain)} × (1 − {plain2(inputs.taxes / 100)})", plain2(result.person)),
        (_("Of which taxes and contributions"), f"{plain2(result.gain)} × {plain2(inputs.taxes / 100)}", plain2(result.gain - result.person)),
        (_("Less the quicker procedure, and courses that begin earlier"), "", plain2(result.public - (result.gain - result.person))),
        (_("The public budget"), "", plain2(result.public)),
        (_("Society: person and public budget together"), f"{plain2(result.person)} + ({plain2(result.public)})", plain2(result.society)),
    ]
    rows = [[name, Html(f'<span dir="ltr">{html(sum_)}</span>'), Html(f'<span dir="ltr">{html(value)}</span>')] for name, sum_, value in lines]
    return table(_("How this is worked out, per applicant"), [_("Step"), _("Sum"), _("Months of pay, or share")], rows, numeric=(2,))


def _csv(file: RecognitionFile, inputs: Inputs) -> Download:
    """The assumptions as they stand, then the balance of each side by month."""
    header = ["kind", "name", "month", "value", "unit"]
    rows: list[list[object]] = [["assumption", one.id, "", getattr(inputs, one.id), one.unit] for one in file.assumptions]
    for side in SIDES:
        rows += [["balance", side, month + 1, round(value, 4), "months of qualified pay"] for month, value in enumerate(cumulative(inputs, side))]
    return Download("earlier-recognition.csv", csv_text(header, rows))


class EarlierRecognition(Explorer):
    """The explorer `earlier-recognition`."""

    name = "earlier-recognition"
    title = N_("What is earlier recognition worth?")
    start = start()
    styles = ("earlier_recognition.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
