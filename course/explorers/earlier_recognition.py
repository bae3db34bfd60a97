"""What it is worth to recognize qualifications earlier: a cost–benefit model whose every assumption is on a slider.

The assumptions are content, `course/data/earlier_recognition.yml`, for an economist to read and change. The model, in words:

- Money is counted in months of a qualified person's pay (1 = what one recognized person in full work earns in a month).
- *Step* = qualified pay × share in qualified work once recognized − pay below × share in work while they wait (pay a month, per person).
- *Recognized in part* = 1 − recognized in full − refused; of these the *bridged* complete a course and earn the step from its end on.
- *Weight* of month t = 1 ÷ (1 + discount rate)^(t ÷ 12) × (1 − share leaving)^(t ÷ 12): what a gain in that month, by those still there, is worth today.
- *Gain in pay* = step × (in full × weights of the months from the reform's decision to today's + bridged × the same, a course later), within the horizon.
- *Courses earlier* = bridged × cost of a course × (weight of the reform's month of decision − weight of today's): the same courses, paid for sooner.
- *Person* = gain in pay × (1 − taxes) − extra cost of the procedure × fee (the share of it that applicants pay).
- *Public budget* = gain in pay × taxes − extra cost × (1 − fee) − courses earlier.
- *Society* = person + public budget: taxes and fee move money between the two and cancel out.

What both rules have alike (today's cost and fee of the procedure, pay before the first decision and after the last) cancels out and is left out.
Months are counted from the application; a decision after m months counts from month m on. Everything is an expected value per applicant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Literal

from pydantic import Field

from course.explorers.base import Control, Download, Explorer, Option, Panel, Radio, Slider, State, Try, Value, View, one_of, quantity
from course.explorers.content import Claim, Content, ContentFile, Part, said
from course.explorers.markup import control_html
from course.figures import Html, Series, csv_text, html, line_chart, phrase, table
from course.i18n import N_, _, ngettext
from course.numbers import percent, plain
from course.reading import Place, Text
from course.text import english

# --- the content -----------------------------------------------------------------------------------------------

Unit = Literal["months", "years", "per-cent", "pay"]
SIDES = {"society": N_("Society"), "person": N_("The person"), "public": N_("The public budget")}
WITHIN = {"society": N_("society"), "person": N_("the person"), "public": N_("the public budget")}
"""What the sides are called within a sentence."""
SURE = {"published": N_("published figure"), "illustrative": N_("made up for this course")}


class Assumption(Claim):
    """A number of the model: where its slider begins and ends, what it stands for, and how sure it is."""

    name: Text
    unit: Unit
    value: float
    low: float
    high: float
    step: float = Field(gt=0)
    range: tuple[float, float] | None = None
    """The ends between which it is moved to see what the answer hangs on; None for what is decided, not guessed."""
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
            if one.range and not one.low <= one.range[0] < one.range[1] <= one.high:
                yield (*place, "range"), f"`range` must rise and lie between {one.low:g} and {one.high:g}"
        if not any(one.range for one in self.assumptions):
            yield ("assumptions",), "at least one assumption needs a `range`, to see what the answer hangs on"
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
    """The assumptions: `now`, `reform`, `bridge` in months; `horizon` in years; `extra`, `course` in months of qualified pay; all others in per cent (`fee`: of `extra`)."""

    now: float
    reform: float
    extra: float
    fee: float
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
    tax, fee, step, bridging = inputs.taxes / 100, inputs.fee / 100, inputs.step, inputs.bridging
    found = []
    for month in range(int(inputs.horizon * 12)):
        sooner, starts = _sooner(inputs, month), _starts(inputs, month)
        counts = weight(inputs, month) if sooner or starts else 0.0
        gain, extra = step * sooner * counts, inputs.extra if month == 0 else 0.0
        courses = bridging * inputs.course * starts * counts
        found.append(Outcome(gain, gain * (1 - tax) - extra * fee, gain * tax - extra * (1 - fee) - courses))
    return found


def _sooner(inputs: Inputs, month: int) -> float:
    """The share of applicants who may do qualified work in a month because of the reform."""
    later = inputs.bridge
    return inputs.in_full * _between(month, inputs.reform, inputs.now) + inputs.bridging * _between(month, inputs.reform + later, inputs.now + later)


def _starts(inputs: Inputs, month: int) -> int:
    """1 in the month in which courses begin under the reform, −1 in that in which they begin today, else 0."""
    return (month == inputs.reform) - (month == inputs.now)


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


NOTHING = 1e-9
"""What sums of floating-point numbers may be off by."""


def repaid(inputs: Inputs, side: str) -> int | None:
    """Months until the reform has paid for itself for good; None if it has not by the horizon, 0 if it never cost anything."""
    line = cumulative(inputs, side)
    if line[-1] < -NOTHING:
        return None
    last = max((month for month, value in enumerate(line) if value < -NOTHING), default=-1)
    return last + 2 if last >= 0 else 0  # at the end of the month after the last one that is below 0


Ends = tuple[float, float]


@dataclass(frozen=True)
class Swing:
    """What the result would be if one assumption alone stood at either end of its range; whether the sign turns within it; and the value at which
    the result is 0, where the slider reaches one."""

    id: str
    low: float
    high: float
    turns: bool
    zero: float | None

    @property
    def size(self) -> float:
        return abs(self.high - self.low)


def swings(inputs: Inputs, side: str, ranges: Mapping[str, Ends], sliders: Mapping[str, Ends] | None = None) -> list[Swing]:
    """Each assumption moved alone between the ends of its range, the one that moves the result most first."""

    def at(name: str, value: float) -> float:
        return outcome(replace(inputs, **{name: value})).to(side)

    now, found = outcome(inputs).to(side), []
    for name, (low, high) in ranges.items():
        at_low, at_high = at(name, low), at(name, high)
        turns = min(now, at_low, at_high) < -NOTHING and max(now, at_low, at_high) > NOTHING
        far = (sliders or ranges).get(name, (low, high))
        found.append(Swing(name, at_low, at_high, turns, _zero(lambda value, name=name: at(name, value), getattr(inputs, name), now, (low, high, *far))))
    return sorted(found, key=lambda one: -one.size)


def _zero(result: Callable[[float], float], value: float, now: float, ends: Sequence[float]) -> float | None:
    """Where the result has changed its sign on the way from the present value to the first end at which it has, by halving."""
    if abs(now) <= NOTHING:
        return None
    for end in ends:
        there = result(end)
        if now * there < 0 and abs(there) > NOTHING:
            near, far = value, end
            for _step in range(30):
                middle = (near + far) / 2
                near, far = (near, middle) if now * result(middle) <= 0 else (middle, far)
            return (near + far) / 2
    return None


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
        Panel("sure", _("How sure"), _how_sure(file, result, side, moved)),
        Panel("assumptions", _("Assumptions"), _assumptions(file, state)),
        Panel("workings", _("Workings"), _workings(file, inputs, result)),
    ]
    published = sum(one.sure == "published" for one in file.assumptions)
    notes = [
        phrase(
            _("Of {all} assumptions, {published} are published figures; the others are round numbers made up for this course. Replace them with your own before you quote a result."),
            all=len(file.assumptions), published=published,
        ),
        html(_("All money is in months of a qualified person’s pay, as expected per applicant and in present value, rounded: parts may not add up to the last digit. This is training, not advice.")),
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
    some = [one for one in CONTENT.read().assumptions if one.range]
    return swings(inputs, side, {one.id: one.range for one in some if one.range}, {one.id: (one.low, one.high) for one in some})


def _pay(value: float, decimals: int = 1) -> str:
    """An amount with its sign, rounded to a tenth of a month's pay."""
    return plain(value, decimals, signed=True)


def _strong(text: str) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _finding(inputs: Inputs, side: str, result: Outcome, moved: list[Swing]) -> str:
    parts = phrase(
        _("Deciding after {reform} months instead of {now} changes the balance of society by {society} months of pay per applicant: the person’s by {person}, the public budget’s by {public}."),
        reform=_strong(plain(inputs.reform, 0)), now=_strong(plain(inputs.now, 0)), society=_strong(_pay(result.society)),
        person=_strong(_pay(result.person)), public=_strong(_pay(result.public)),
    )
    return f"{parts} {phrase(_('How sure is that for {side}?'), side=_(WITHIN[side]))} {html(_turning(moved))}"


def _turning(moved: Sequence[Swing]) -> str:
    """How many assumptions could turn the sign."""
    turning = sum(one.turns for one in moved)
    if not turning:
        return _("No assumption, moved alone within its range, would turn the sign.")
    return ngettext(
        "{number} assumption, moved alone within its range, would turn the sign.", "Any one of {number} assumptions, moved alone within its range, would turn the sign.", turning
    ).format(number=turning)


def _who(inputs: Inputs, result: Outcome) -> str:
    """Three balances as bars on one scale, with zero in the middle, and what they are per thousand applicants."""
    sides = [(name, result.to(side)) for side, name in SIDES.items()]
    most = max(1.0, *(abs(value) for _name, value in sides))
    bars = "".join(f'<li><span class="earlier-name">{html(_(name))}</span> <b>{html(_pay(value))}</b>{_bar(value, most)}</li>' for name, value in sides)
    months = {side: repaid(inputs, side) for side in SIDES}
    rows = [
        [_(name), _pay(result.to(side)), _pay(result.to(side) * 1000 / 12, 0), "–" if months[side] is None else plain(float(months[side] or 0), 0)]
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
    lines = {one: cumulative(inputs, one) for one in SIDES}
    line = lines[side]
    low, high = (pick(0.0, *(pick(one) for one in lines.values())) for pick in (min, max))
    years = int(inputs.horizon)
    ticks = [(12.0 * year, plain(12 * year, 0)) for year in range(0, years + 1, max(1, years // 5))]
    months = repaid(inputs, side)
    if months is None:
        words = _("For {side} the reform has not paid for itself by month {month}.").format(side=_(WITHIN[side]), month=len(line))
    elif months:
        words = ngettext("For {side} the reform has paid for itself after {months} month.", "For {side} the reform has paid for itself after {months} months.", months)
        words = words.format(side=_(WITHIN[side]), months=months)
    else:
        words = _("For {side} the reform never costs more than it brings.").format(side=_(WITHIN[side]))
    title = _("Balance by month after the application, in months of pay per applicant")
    series = [Series(_(SIDES[one]), ((0.0, 0.0), *((month + 1.0, value) for month, value in enumerate(lines[one]))), "chosen" if one == side else "context") for one in SIDES]
    picture = line_chart(
        uid="earlier-recognition-line", title=title, description=words, y_text=lambda y: plain(y, 0 if high - low > 4 else 1), series=series,
        x_ticks=ticks, x_range=(0, 12.0 * years), y_range=(low, high if high > low else low + 1),
    )  # fmt: skip
    every = sorted({0, *range(5, len(line), 6), len(line) - 1})
    rows = [[month + 1, *(_pay(lines[one][month]) for one in SIDES)] for month in every]
    return f"<p>{html(words)}</p>{picture}{table(title, [_('Month'), *(_(name) for name in SIDES.values())], rows, numeric=(0, 1, 2, 3))}"


def _how_sure(file: RecognitionFile, result: Outcome, side: str, moved: Sequence[Swing]) -> str:
    """Each assumption alone at the ends of its range: what the answer hangs on, as bars on one scale with zero marked."""
    named, now = {one.id: one for one in file.assumptions}, result.to(side)
    low, high = (pick(0.0, now, *(pick(one.low, one.high) for one in moved)) for pick in (min, max))
    scale = (high - low) or 1.0
    rows = "".join(_swing(one, named[one.id], lambda value: 100 * (value - low) / scale, now) for one in moved)
    first = moved[0]
    most = named[first.id]
    begin, end = most.range or (most.low, most.high)
    lead = phrase(
        _("The answer for {side} hangs most on this: {assumption}. As that goes from {from} to {to}, the balance goes from {low} to {high} months of pay."),
        side=_(WITHIN[side]), assumption=Html(f"<strong>{said(most.name)}</strong>"), low=_strong(_pay(first.low)), high=_strong(_pay(first.high)),
        **{"from": _with_unit(begin, most), "to": _with_unit(end, most)},
    )
    even = html(_("No value of it brings the balance to 0.")) if first.zero is None else phrase(_("It breaks even at {value}."), value=_strong(_with_unit(first.zero, most)))
    made = html(_("The ranges are made up for this course, those of published figures too. Two assumptions that are wrong together can do more than one alone."))
    key = html(_("Bar: from one end of the range to the other. Thin line: 0. Thick line: as it stands now."))
    return f'<p>{lead} {even} {html(_turning(moved))}</p><p class="aside">{key} {made}</p><ol class="earlier-swings">{rows}</ol>'


def _swing(one: Swing, known: Assumption, place: Callable[[float], float], now: float) -> str:
    """One assumption: its bar, the result at both ends, where it breaks even, and what the number rests on."""
    begin, end = known.range or (known.low, known.high)
    left, right = sorted((place(one.low), place(one.high)))
    track = (
        f'<span class="earlier-track" aria-hidden="true"><span class="earlier-swing{" turns" if one.turns else ""}" style="inset-inline-start: {left:.1f}%; inline-size: {right - left:.1f}%"></span>'
        f'<span class="earlier-zero" style="inset-inline-start: {place(0):.1f}%"></span><span class="earlier-now" style="inset-inline-start: {place(now):.1f}%"></span></span>'
    )
    ends = [phrase(_("{name}: {value}"), name=_with_unit(value, known), value=_strong(_pay(there))) for value, there in ((begin, one.low), (end, one.high))]
    parts = [*ends, html(_("turns the sign"))] if one.turns else ends
    parts.append(html(_("never 0")) if one.zero is None else phrase(_("0 at {value}"), value=_with_unit(one.zero, known)))
    parts.append(html(_(SURE[known.sure])))
    return f'<li><span class="earlier-name">{said(known.name)}</span>{track}<span class="earlier-ends">{"".join(f"<span>{part}</span>" for part in parts)}</span></li>'


def _with_unit(value: float, one: Assumption) -> str:
    count = int(value) if value == int(value) else 2  # a fraction takes the plural
    if one.unit == "months":
        words = ngettext("{number} month", "{number} months", count)
    elif one.unit == "years":
        words = ngettext("{number} year", "{number} years", count)
    elif one.unit == "pay":
        words = ngettext("{number} month of pay", "{number} months of pay", count)
    else:
        return percent(value, 0 if value == int(value) else 1)
    return words.format(number=_number(value)).replace(" ", "\u00a0", 1)


def _assumptions(file: RecognitionFile, state: State) -> str:
    """Every assumption with what it stands for, on its slider unless that stands above the figure; then all of them with their sources."""
    items = []
    for one in file.assumptions:
        if one.place == "more":
            shown = control_html("earlier-recognition-more", _slider(one, state[one.id]))
        else:
            shown = f'<p class="earlier-above"><b>{said(one.name)}</b> <span>{html(_with_unit(float(state[one.id]), one))}</span></p>'
        items.append(f'<li>{shown}<p class="aside">{said(one.why)}</p></li>')
    rows = [
        [said(one.name), _with_unit(float(state[one.id]), one), _with_unit(one.value, one), f"{_number(one.low)}–{_number(one.high)}", "–" if one.range is None else f"{_number(one.range[0])}–{_number(one.range[1])}",
         _(SURE[one.sure]), Html(english(html(one.cite)))]
        for one in file.assumptions
    ]  # fmt: skip
    head = [_("Assumption"), _("Now"), _("At first"), _("Slider"), _("Range"), _("How sure"), _("Source")]
    return f'<ul class="earlier-more">{"".join(items)}</ul>{table(_("All assumptions"), head, rows, numeric=(1, 2, 3, 4))}'


def _number(value: float) -> str:
    return plain(value, 0 if value == int(value) else 1)


def _workings(file: RecognitionFile, inputs: Inputs, result: Outcome) -> str:
    """The sum, line by line, with the numbers as they stand: each line uses the ones above it."""

    def two(value: float) -> str:
        return plain(value, 2)

    def of(value: float) -> str:
        """Behind a sign, where a number below 0 needs brackets."""
        return f"({two(value)})" if value < 0 else two(value)

    months = range(int(inputs.horizon * 12))
    full = sum(_between(month, inputs.reform, inputs.now) * weight(inputs, month) for month in months)
    part = sum(_between(month, inputs.reform + inputs.bridge, inputs.now + inputs.bridge) * weight(inputs, month) for month in months)
    earlier = sum(_starts(inputs, month) * weight(inputs, month) for month in months)
    courses, tax, fee = inputs.bridging * inputs.course * earlier, inputs.taxes / 100, inputs.fee / 100
    lines: list[tuple[str, str, float]] = [
        (_("What recognition adds to a month’s pay: qualified pay × in qualified work − lower pay × in work while they wait"), f"1 × {two(inputs.placed / 100)} − {two(inputs.below / 100)} × {two(inputs.working / 100)}", inputs.step),
        (_("Share recognized in full"), two(inputs.in_full), inputs.in_full),
        (_("Share recognized in part who complete the course"), f"(1 − {two(inputs.in_full)} − {two(inputs.refused / 100)}) × {two(inputs.bridged / 100)}", inputs.bridging),
        (_("Months won, each weighted for being later and for people who leave"), f"{plain(inputs.now, 0)} − {plain(inputs.reform, 0)} → {two(full)}", full),
        (_("The same, a course later"), f"({plain(inputs.now, 0)} + {plain(inputs.bridge, 0)}) − ({plain(inputs.reform, 0)} + {plain(inputs.bridge, 0)}) → {two(part)}", part),
        (_("Gain in pay"), f"{of(inputs.step)} × ({two(inputs.in_full)} × {of(full)} + {two(inputs.bridging)} × {of(part)})", result.gain),
        (_("Courses paid for earlier"), f"{two(inputs.bridging)} × {two(inputs.course)} × {of(earlier)}", courses),
        (_("The person: gain after taxes, less the fee"), f"{of(result.gain)} × (1 − {two(tax)}) − {two(inputs.extra)} × {two(fee)}", result.person),
        (_("The public budget: taxes, less the rest of the cost and the courses"), f"{of(result.gain)} × {two(tax)} − {two(inputs.extra)} × (1 − {two(fee)}) − {of(courses)}", result.public),
        (_("Society: person and public budget together"), f"{of(result.person)} + {of(result.public)}", result.society),
    ]  # fmt: skip
    rows = [[name, Html(f'<span dir="ltr">{html(sum_)}</span>'), Html(f'<span dir="ltr">{html(two(value))}</span>')] for name, sum_, value in lines]
    weights = phrase(
        _("Weight of a gain in month {month}: {sum}. Months after the years looked at do not count."), month=12,
        sum=Html(f'<span dir="ltr">(1 − {two(inputs.leave / 100)}) ÷ (1 + {plain(inputs.discount / 100, 3)}) = {two(weight(inputs, 12))}</span>'),
    )  # fmt: skip
    shown = table(_("How this is worked out, per applicant, with the numbers as they stand"), [_("Step"), _("Sum"), _("Months of pay, or share")], rows, numeric=(2,))
    return f'<div class="earlier-sums">{shown}</div><p class="aside">{weights}</p>'


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
