"""What becomes of a pension when a working life crosses borders: invented schemes, four regimes, and the rights lost between them.

The schemes, working lives, assumptions and published figures are content: `course/data/pension.yml`. The model, in words:

- *Contributions* (US$) = years × 12 × monthly wage (US$) × contribution rate (share of the wage, worker and employer together),
  where the scheme is open to the worker: at home, and abroad under regimes I and II.
- *Counted years* of a country under an agreement = insured years in all countries of the agreement, home included; elsewhere its own.
- *Right*: counted years ≥ the scheme's minimum years, and at least some insured years there.
- *Theoretical pension* (US$ a month) = accrual (share of the wage per year) × counted years × monthly wage (US$).
- *Part* (US$ a month) = theoretical pension × own insured years / counted years.
- The part is *paid* where the person lives in that country, or in another one of the agreement with it, or where the scheme pays abroad.
- *Refund* (US$, once), if taken, where own years are below the minimum: the worker's own contributions; these years then count nowhere.
- *Yardstick*: the same life under regime I everywhere, with no refund. What is lost = yardstick − what is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from course.data import said_date
from course.explorers.base import Check, Control, Download, Explorer, Option, Panel, Radio, Select, Slider, State, Try, Value, View, flag, one_of, quantity
from course.explorers.content import Claim, Content, ContentFile, Part as Piece, said
from course.figures import Bar, Html, bar_chart, csv_text, html, in_words, phrase, table
from course.i18n import N_, _, ngettext
from course.numbers import fewest, money, percent, rounded
from course.reading import ID, Place, Text
from course.text import english

Regime = Literal["agreement", "access", "documented", "irregular"]
REGIMES: tuple[Regime, ...] = ("agreement", "access", "documented", "irregular")
OPEN = ("agreement", "access")
"""The regimes under which a worker is insured."""
EXPORT = {"scheme": N_("Each scheme’s own rule"), "all": N_("Everywhere"), "none": N_("Nowhere")}
SURE = {"high": N_("well established"), "medium": N_("simplified"), "low": N_("invented for training")}
OWN = "own"
WAGES = (100, 5000)
"""Monthly wages that can be chosen, US$."""
Kind = Literal["few-years", "keep", "export", "agreement", "access", "more-years", "live"]
Fate = Literal["paid", "none", "minimum", "export", "closed", "status", "refunded"]

# --- the content -----------------------------------------------------------------------------------------------

Rate = Annotated[float, Field(ge=0, le=100)]
Years = Annotated[int, Field(ge=0, le=60)]


class Country(Claim):
    """A country's scheme: rates and accrual in per cent of the monthly wage, years and age in years."""

    name: Text
    worker_rate: Rate
    employer_rate: Rate
    minimum_years: Years
    accrual: Annotated[float, Field(ge=0, le=10)]
    refund: bool
    paid_abroad: bool
    age: Annotated[int, Field(ge=40, le=80)]


class RegimeText(Claim):
    """What one of the four regimes does."""

    name: Text
    text: Text


class Spell(Piece):
    """Work in one country: years, monthly wage in US$, regime (at home it does not matter)."""

    years: Years
    wage: Annotated[int, Field(ge=WAGES[0], le=WAGES[1])]
    regime: Regime


class Case(Claim):
    """A ready-made working life, hypothetical."""

    name: Text
    lives_in: str
    work: dict[str, Spell]


class Fates(Piece):
    """What may become of the years in a country, in words."""

    paid: Text
    none: Text
    minimum: Text
    export: Text
    closed: Text
    status: Text
    refunded: Text


class Assumption(Claim):
    """Something that the model takes for granted, and how sure it is."""

    text: Text
    sure: Literal["high", "medium", "low"]


class Said(Claim):
    """A statement with its source."""

    text: Text


class Share(Said):
    """How many of the world's migrants are under a regime, in per cent."""

    regime: Regime
    share: Rate


class Arrangement(Said):
    """A real agreement or standard."""

    name: Text


class Suggestion(Piece):
    """A button: its words, and the choices that it sets."""

    label: Text
    set: dict[str, str | int | float | bool]


class PensionFile(ContentFile):
    """`course/data/pension.yml`."""

    home: str = Field(pattern=ID)
    lives_to: Annotated[int, Field(ge=60, le=110)]
    years_at_most: Annotated[int, Field(ge=10, le=60)]
    few_years: Annotated[int, Field(ge=1, le=10)]
    smallest_first: list[Kind]
    countries: Annotated[list[Country], Field(min_length=2, max_length=3)]
    regimes: Annotated[list[RegimeText], Field(min_length=4, max_length=4)]
    own_life: Text
    lives: Annotated[list[Case], Field(min_length=1)]
    fates: Fates
    assumptions: list[Assumption]
    left_out: list[Said]
    world_title: Text
    world_text: Text
    world: list[Share]
    arrangements_title: Text
    arrangements_text: Text
    arrangements: list[Arrangement]
    tries: list[Suggestion] = []
    notes: list[Text] = []

    def slips(self) -> Iterator[tuple[Place, str]]:
        """Names that the file lacks, lives that are too long, and choices that no button can set."""
        known = [country.id for country in self.countries]
        if self.home not in known:
            yield ("home",), f"`{self.home}` is no country: the countries are {', '.join(known)}"
        if sorted(one.id for one in self.regimes) != sorted(REGIMES):
            yield ("regimes",), f"there are four regimes: {', '.join(REGIMES)}"
        if sorted(self.smallest_first) != sorted(Kind.__args__):  # type: ignore[attr-defined]
            yield ("smallest_first",), f"name each kind of change once: {', '.join(Kind.__args__)}"  # type: ignore[attr-defined]
        for number, life in enumerate(self.lives):
            place = ("lives", number)
            if life.id == OWN:
                yield (*place, "id"), f"`{OWN}` is taken already: give this life another id"
            if life.lives_in not in known:
                yield (*place, "lives_in"), f"`{life.lives_in}` is no country: the countries are {', '.join(known)}"
            if sorted(life.work) != sorted(known):
                yield (*place, "work"), f"a life says something of each country: {', '.join(known)} (0 years where there are none)"
            if sum(spell.years for spell in life.work.values()) > self.years_at_most:
                yield (*place, "work"), f"these are more years than `years_at_most` ({self.years_at_most}): take some away"
        if self.home in known:
            keys = _keys(self)
            for number, one in enumerate(self.tries):
                for key, value in one.set.items():
                    place = ("tries", number, "set", key)
                    if key not in keys:
                        yield place, f"`{key}` is no choice: the choices are {', '.join(keys)}"
                    elif not _possible(self, key, value):
                        yield place, f"`{value}` is no possible value of `{key}`"


def _keys(file: PensionFile) -> list[str]:
    """The names of all choices."""
    ids = [country.id for country in file.countries]
    regimes = [f"regime.{one}" for one in ids if one != file.home]
    return ["life", *(f"years.{one}" for one in ids), *(f"wage.{one}" for one in ids), *regimes, "lives_in", "export", "refund"]


def _possible(file: PensionFile, key: str, value: object) -> bool:
    """Whether a choice can have this value."""
    words = {"life": [case.id for case in file.lives], "lives_in": [country.id for country in file.countries], "export": list(EXPORT)}
    if key == "refund":
        return isinstance(value, bool)
    kind = key.split(".")[0]
    if kind in ("years", "wage"):
        low, high = WAGES if kind == "wage" else (0, file.years_at_most)
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return value in words.get(key, REGIMES)


CONTENT = Content("pension", PensionFile)

# --- the model -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scheme:
    """The rules of one country's scheme.

    `worker_rate`, `employer_rate`: share of the wage (0.05 is 5 per cent). `minimum`: years. `accrual`: share of the average
    monthly wage for each year. `refund`: the worker's contributions can be taken back. `age`: years, when the pension begins.
    """

    id: str
    worker_rate: float
    employer_rate: float
    minimum: int
    accrual: float
    refund: bool
    age: int


@dataclass(frozen=True)
class Work:
    """Work in one country: `years`, `wage` (US$ a month), `regime` ("home" or one of REGIMES), and whether its scheme `exports` pensions without an agreement."""

    scheme: Scheme
    years: int
    wage: float
    regime: str
    exports: bool

    @property
    def insured(self) -> int:
        """Insured years: none where the scheme is closed to the worker."""
        return self.years if self.regime in ("home", *OPEN) else 0

    @property
    def own_contributions(self) -> float:
        """What the worker pays in, US$ over the whole time."""
        return self.insured * 12 * self.wage * self.scheme.worker_rate

    @property
    def contributions(self) -> float:
        """What worker and employer pay in, US$ over the whole time."""
        return self.insured * 12 * self.wage * (self.scheme.worker_rate + self.scheme.employer_rate)


@dataclass(frozen=True)
class Life:
    """A working life: work in each country, where the person `lives_in` in old age, whether refunds are `refund` taken, and the age to which payments are counted."""

    work: tuple[Work, ...]
    lives_in: str
    refund: bool = False
    lives_to: int = 80

    @property
    def years(self) -> int:
        return sum(one.years for one in self.work)


@dataclass(frozen=True)
class Part:
    """What one country makes of a working life.

    `counted`: years held against the minimum. `theoretical`, `right`, `monthly`: US$ a month: for all counted years, the share for
    the country's own years once the minimum is reached, and what is paid where the person lives. `refund`: US$, once.
    """

    work: Work
    counted: int
    theoretical: float
    share: float
    right: float
    monthly: float
    refund: float
    fate: Fate

    @property
    def id(self) -> str:
        return self.work.scheme.id

    @property
    def added(self) -> int:
        """Years in other countries that count towards the minimum."""
        return self.counted - (self.work.insured if self.counted else 0)

    @property
    def lost(self) -> bool:
        """There were years here, and nothing is paid for them."""
        return self.fate not in ("paid", "none")

    def until(self, age: int) -> float:
        """Pension payments from the scheme's own age up to `age`, US$ without interest."""
        return self.monthly * 12 * max(0, age - self.work.scheme.age)


def parts(life: Life) -> list[Part]:
    """What each country makes of the life, in the order of the file."""
    together = {one.scheme.id for one in life.work if one.regime in ("home", "agreement")}
    added = sum(one.insured for one in life.work if one.scheme.id in together and not _refunded(life, one))
    return [_part(life, one, together, added) for one in life.work]


def _refunded(life: Life, work: Work) -> bool:
    return life.refund and work.scheme.refund and 0 < work.insured < work.scheme.minimum


def _part(life: Life, work: Work, together: set[str], added: int) -> Part:
    scheme, own, refunded = work.scheme, work.insured, _refunded(life, work)
    counted = 0 if refunded or not own else added if scheme.id in together else own
    theoretical = scheme.accrual * counted * work.wage
    share = own / counted if counted else 0.0
    # the years' own worth rather than theoretical × share, which is the same but for the last binary digit
    right = scheme.accrual * own * work.wage if counted and counted >= scheme.minimum else 0.0
    reaches = life.lives_in == scheme.id or work.exports or {life.lives_in, scheme.id} <= together
    fate: Fate
    if not work.years:
        fate = "none"
    elif not own:
        fate = "closed" if work.regime == "documented" else "status"
    elif refunded:
        fate = "refunded"
    elif counted < scheme.minimum:
        fate = "minimum"
    else:
        fate = "paid" if reaches else "export"
    monthly = right if fate == "paid" else 0.0
    return Part(work, counted, theoretical, share, right, monthly, work.own_contributions if refunded else 0.0, fate)


def total(life: Life) -> float:
    """All pensions together, US$ a month."""
    return sum(part.monthly for part in parts(life))


def contributions(life: Life) -> float:
    """What worker and employer pay in everywhere, US$."""
    return sum(one.contributions for one in life.work)


def under(life: Life, regime: str, exports: bool | None = None) -> Life:
    """The same life with one regime in all countries but home, and one rule on payment abroad unless None."""
    work = tuple(
        replace(one, regime=one.regime if one.regime == "home" else regime, exports=one.exports if exports is None else exports) for one in life.work
    )
    return replace(life, work=work)


def yardstick(life: Life) -> Life:
    """The same life with agreements everywhere and no refund."""
    return replace(under(life, "agreement"), refund=False)


def losses(life: Life) -> dict[Fate, float]:
    """Why how much is missing against the yardstick, US$ a month: "minimum" is what totalization would bring, "export" what payment abroad would."""
    missing: dict[Fate, float] = {}
    for now, best in zip(parts(life), parts(yardstick(life)), strict=True):
        if now.lost:
            missing[now.fate] = missing.get(now.fate, 0.0) + best.monthly - now.monthly
    return missing


@dataclass(frozen=True)
class Change:
    """One change that saves a right: what `kind`, in which country, how many `years` more, `gain` in US$ a month, and the countries whose part is `saved`."""

    kind: Kind
    country: str
    years: int
    gain: float
    saved: tuple[str, ...]


def _with(life: Life, country: str, **change: object) -> Life:
    work = tuple(replace(one, **change) if one.scheme.id == country else one for one in life.work)  # type: ignore[arg-type]
    return replace(life, work=work)


def _candidates(life: Life, few: int, most: int) -> Iterator[tuple[Kind, str, int, Life]]:
    for part in parts(life):
        work, ident = part.work, part.id
        if part.fate == "minimum":
            for years in range(1, most - life.years + 1):
                longer = _with(life, ident, years=work.years + years)
                if next(one.monthly for one in parts(longer) if one.id == ident):
                    yield ("few-years" if years <= few else "more-years"), ident, years, longer
                    break
        if work.years and not work.exports:
            yield "export", ident, 0, _with(life, ident, exports=True)
        if work.years and work.regime not in ("home", "agreement"):
            yield "agreement", ident, 0, _with(life, ident, regime="agreement")
        if work.years and work.regime not in ("home", *OPEN):
            yield "access", ident, 0, _with(life, ident, regime="access")
        if work.years and ident != life.lives_in:
            yield "live", ident, 0, replace(life, lives_in=ident)
    if life.refund:
        yield "keep", "", 0, replace(life, refund=False)


def changes(life: Life, order: Sequence[Kind], few: int, most: int) -> list[Change]:
    """Single changes that turn a lost right into a pension and lower the total by nothing: the smallest kind first, then the fewest years, then the greatest gain."""
    before, now = {part.id: part for part in parts(life)}, total(life)
    found = []
    for kind, country, years, other in _candidates(life, few, most):
        saved = tuple(part.id for part in parts(other) if before[part.id].lost and part.monthly > 0)
        gain = total(other) - now
        if saved and gain > 0:
            found.append(Change(kind, country, years, gain, saved))
    return sorted(found, key=lambda one: (order.index(one.kind), one.years, -one.gain))


SIDE_BY_SIDE: tuple[tuple[Regime, bool | None], ...] = (("agreement", None), ("access", True), ("access", False), ("documented", None), ("irregular", None))
"""The regimes as they are compared: II once with payment abroad and once without."""


def side_by_side(life: Life) -> list[tuple[Regime, bool | None, Life]]:
    """The same life under each regime in all countries but home."""
    return [(regime, exports, under(life, regime, exports)) for regime, exports in SIDE_BY_SIDE]


def scheme_of(country: Country) -> Scheme:
    """A scheme of the file, its percentages as shares."""
    return Scheme(country.id, country.worker_rate / 100, country.employer_rate / 100, country.minimum_years, country.accrual / 100, country.refund, country.age)


def life_of(state: Mapping[str, Value]) -> Life:
    """The working life that the reader chose."""
    file = CONTENT.read()
    work = tuple(
        Work(
            scheme_of(country), int(state[f"years.{country.id}"]), float(state[f"wage.{country.id}"]),  # type: ignore[arg-type]
            "home" if country.id == file.home else str(state[f"regime.{country.id}"]),
            country.paid_abroad if state["export"] == "scheme" else state["export"] == "all",
        )
        for country in file.countries
    )
    return Life(work, str(state["lives_in"]), bool(state["refund"]), file.lives_to)


# --- state and controls ----------------------------------------------------------------------------------------


def _of_case(case: Case) -> State:
    """A ready-made life as choices."""
    file = CONTENT.read()
    state: State = {"life": case.id, "lives_in": case.lives_in, "export": "scheme", "refund": False}
    for country in file.countries:
        spell = case.work[country.id]
        state |= {f"years.{country.id}": spell.years, f"wage.{country.id}": spell.wage}
        if country.id != file.home:
            state[f"regime.{country.id}"] = spell.regime
    return state


def start() -> State:
    """The first working life of the file: 34 years of work, and no pension."""
    return _of_case(CONTENT.read().lives[0])


def clean(state: State, change: Mapping[str, Value]) -> State:
    """A valid state; what cannot be is left as it was. Choosing a ready-made life sets all else; changing its years or wages makes it one's own."""
    cases = {case.id: case for case in CONTENT.read().lives}
    asked = one_of(change.get("life"), [*cases, OWN], str(state["life"]))
    new = _valid(state, change)
    # a page sends only what it changed: where that alone makes the life that was asked for, nothing else is to be set
    if "life" in change and asked in cases and new["life"] != asked:
        new = _valid(_of_case(cases[asked]), change)
    return new


def _valid(state: State, change: Mapping[str, Value]) -> State:
    file = CONTENT.read()
    wish, ids = {**state, **change}, [country.id for country in file.countries]
    new: State = {
        "life": OWN,
        "lives_in": one_of(wish.get("lives_in"), ids, str(state["lives_in"])),
        "export": one_of(wish.get("export"), EXPORT, str(state["export"])),
        "refund": flag(wish.get("refund"), bool(state["refund"])),
    }
    for ident in ids:
        years, wage, regime = f"years.{ident}", f"wage.{ident}", f"regime.{ident}"
        new[years] = round(quantity(wish.get(years), 0, file.years_at_most, fallback=state[years]))  # type: ignore[arg-type]
        new[wage] = round(quantity(wish.get(wage), *WAGES, fallback=state[wage]))  # type: ignore[arg-type]
        if ident != file.home:
            new[regime] = one_of(wish.get(regime), REGIMES, str(state[regime]))
    # what was changed gives way first, so that nothing else moves under the reader's hand
    for ident in sorted(reversed(ids), key=lambda one: f"years.{one}" not in change):
        over = sum(int(new[f"years.{one}"]) for one in ids) - file.years_at_most  # type: ignore[arg-type]
        new[f"years.{ident}"] = max(0, int(new[f"years.{ident}"]) - max(0, over))  # type: ignore[arg-type]
    # a life is known by its years and wages
    for case in file.lives:
        if all(new[f"years.{ident}"] == spell.years and new[f"wage.{ident}"] == spell.wage for ident, spell in case.work.items()):
            new["life"] = case.id
            break
    return new


def controls(state: State) -> list[Control]:
    """The life, then country by country years, wage and regime, then old age."""
    file = CONTENT.read()
    before, _amount_, after = _("US$ {amount}").partition("{amount}")
    lives = [Option(case.id, case.name) for case in file.lives]
    if state["life"] == OWN:
        lives.append(Option(OWN, file.own_life))
    out: list[Control] = [Select("life", _("Working life"), str(state["life"]), lives, help=_("Move any slider to make it a life of your own."))]
    for country in file.countries:
        most = ngettext("At most {number} year in all.", "At most {number} years in all.", file.years_at_most).format(number=file.years_at_most)
        years, wage, regime = f"years.{country.id}", f"wage.{country.id}", f"regime.{country.id}"
        home = country.id == file.home
        named = _("{country} (home): years of work") if home else _("{country}: years of work")
        out.append(Slider(years, named.format(country=country.name), state[years], 0, file.years_at_most, help=most if home else ""))  # type: ignore[arg-type]
        out.append(Slider(wage, _("{country}: wage a month").format(country=country.name), state[wage], *WAGES, step=50, before=before.strip(), unit=after.strip()))  # type: ignore[arg-type]
        if not home:
            named = _("{country}: regime").format(country=country.name)
            out.append(Select(regime, named, str(state[regime]), [Option(one.id, one.name) for one in file.regimes]))
    out.append(Radio("lives_in", _("Lives in old age in"), str(state["lives_in"]), [Option(one.id, one.name) for one in file.countries]))
    out.append(Radio("export", _("Without an agreement, pensions are paid abroad"), str(state["export"]), [Option(key, _(words)) for key, words in EXPORT.items()]))
    out.append(Check("refund", _("Takes contributions back on leaving, where the scheme allows it"), bool(state["refund"])))
    return out


# --- the view --------------------------------------------------------------------------------------------------

_LOOKS = ("cat-1", "cat-2", "cat-3")


def view(state: State) -> View:
    """What is shown for a state."""
    file, life = CONTENT.read(), life_of(state)
    found = changes(life, file.smallest_first, file.few_years, file.years_at_most)
    return View(
        finding=finding(file, life, found),
        subtitle=html(_("US dollars a month, before tax, at today’s prices. Invented schemes of three invented countries.")),
        panels=[
            Panel("life", _("This working life"), _life_panel(file, life)),
            Panel("regimes", _("Four regimes"), _regimes_panel(file, life)),
            Panel("help", _("What would help"), _help_panel(file, life, found)),
            Panel("table", _("Workings"), _workings(file, life)),
            Panel("assumptions", _("Assumptions"), _assumptions(file)),
            Panel("world", _("In the world"), _world(file)),
        ],
        source=[html(_("Regimes: Holzmann, Koettl and Chernetsky (2005); Avato and others (2009). World figures: Holzmann and Wels (2018), for 2013. Schemes and lives: invented for this course."))],
        notes=[said(note) for note in file.notes],
        csv=_csv(file, life),
        tries=[Try(one.label, clean(start(), one.set)) for one in file.tries],
    )


def finding(file: PensionFile, life: Life, found: Sequence[Change]) -> str:
    """The sentence with the live numbers."""
    now, best = total(life), total(yardstick(life))
    sentence = phrase(
        ngettext(
            "{years} year of work and {paid} of contributions bring a pension of {now} a month.",
            "{years} years of work and {paid} of contributions bring a pension of {now} a month.",
            life.years,
        ),
        years=_strong(life.years), paid=money(round(contributions(life))), now=_strong(_amount(now)),
    )
    refund = sum(part.refund for part in parts(life))
    if refund:
        back = phrase(_("Besides, {amount} was paid back once."), amount=_strong(money(round(refund))))
        sentence = f"{sentence} {back}"
    gap = best - now
    if gap > 0.005:
        with_all = phrase(_("With agreements everywhere it would be {best}."), best=_strong(_amount(best)))
        sentence = f"{sentence} {with_all}"
        if found:
            change = phrase(_("The smallest change that saves a right: {change} ({gain} more a month)."), change=_strong(_change(file, found[0])), gain=_amount(found[0].gain))
        else:
            change = phrase(_("No single change would save a right here."))
        return f"{sentence} {change}"
    nothing = phrase(_("Agreements everywhere would add nothing to it."))
    return f"{sentence} {nothing}"


def _strong(text: object) -> Html:
    return Html(f"<strong>{html(text)}</strong>")


def _amount(value: float) -> str:
    """Dollars a month without cents."""
    return money(float(rounded(value, 0)))


def _country(file: PensionFile, ident: str) -> Country:
    return next(country for country in file.countries if country.id == ident)


def _regime_name(file: PensionFile, ident: str) -> str:
    return next(one.name for one in file.regimes if one.id == ident)


def _change(file: PensionFile, change: Change) -> str:
    """A change in a few words."""
    country = _country(file, change.country).name if change.country else ""
    match change.kind:
        case "few-years" | "more-years":
            words = ngettext("{number} more year in {country}", "{number} more years in {country}", change.years)
        case "export":
            words = _("{country} pays its pensions abroad")
        case "agreement":
            words = _("an agreement with {country}")
        case "access":
            words = _("{country} opens its scheme to the worker")
        case "live":
            words = _("living in {country} in old age")
        case _:
            words = _("leaving the contributions in the scheme")
    return words.format(number=change.years, country=country)


def _upper(words: str) -> str:
    """With a capital at the beginning, where the language has any."""
    return words[:1].upper() + words[1:]


def _life_panel(file: PensionFile, life: Life) -> str:
    """The working life on a line, then for each country its years against the minimum and what became of them."""
    found = parts(life)
    worked = [(part, look) for part, look in zip(found, _LOOKS) if part.work.years]
    if not worked:
        return f"<p>{html(_('No years of work yet: move a slider.'))}</p>"
    starts = [sum(part.work.years for part in found[:n]) for n in range(len(found))]
    span = max([life.years, *(max(part.counted, part.work.years, part.work.scheme.minimum) for part, _look in worked)]) + 1
    line = "".join(_rect(starts[found.index(part)], part.work.years, span, f"own {look}") for part, look in worked)
    names = "".join(
        f'<li class="{look}">{said(_country(file, part.id).name)} <b>{part.work.years}</b></li>' for part, look in worked
    )
    whole = html(ngettext("The working life: {number} year", "The working life: {number} years", life.years).format(number=life.years))
    rows = "".join(_row(file, part, look, span, life.lives_to) for part, look in worked)
    towards = html(_("Years that count towards each country’s minimum"))
    key = html(_("Solid: own years. Light: years added by an agreement. Hollow: years that bring nothing. Line: the minimum."))
    return (
        f'<div class="pension"><p class="pension-head">{whole}</p>{_strip(line)}<ul class="pension-key">{names}</ul>'
        f'<p class="pension-head">{towards}</p><p class="aside">{key}</p><ul class="pension-rows">{rows}</ul>{_losses(file, life)}</div>'
    )


def _strip(inside: str) -> str:
    # time runs from left to right in every language
    return f'<svg class="pension-strip" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>'


def _rect(start: float, length: float, span: float, css: str) -> str:
    return f'<rect class="{css}" x="{start / span * 100:.2f}" y="1" width="{length / span * 100:.2f}" height="8"/>'


def _row(file: PensionFile, part: Part, look: str, span: float, age: int) -> str:
    country, work = _country(file, part.id), part.work
    own = _rect(0, work.years, span, f"{'own' if part.fate == 'paid' else 'hollow'} {look}")
    added = _rect(work.years, part.added, span, f"added {look}") if part.added > 0 else ""
    x = work.scheme.minimum / span * 100
    minimum = f'<line class="minimum" x1="{x:.2f}" x2="{x:.2f}" y1="0" y2="10"/>'
    if part.added > 0:
        years = _("Insured years {own} + added {added} = {sum}; minimum {minimum}")
    else:
        years = _("Insured years {own}; minimum {minimum}")
    words = html(years.format(own=work.insured, added=part.added, sum=part.counted, minimum=work.scheme.minimum))
    money_words = _("Paid in {contributions}; paid out up to the age of {age}: {sum}")
    sums = html(money_words.format(contributions=money(round(work.contributions)), age=age, sum=money(round(part.until(age)))))
    amount = html(_("{amount} a month").format(amount=_amount(part.monthly)))
    once = f" ({html(money(round(part.refund)))})" if part.refund else ""
    sign = "✓" if part.fate == "paid" else "✗"
    css = "met" if part.fate == "paid" else "missed"
    fate = said(getattr(file.fates, part.fate))
    return (
        f'<li><p class="pension-name"><b>{said(country.name)}</b> <span class="pension-amount">{amount}</span></p>{_strip(own + added + minimum)}'
        f'<p class="aside">{words}</p><p class="aside">{sums}</p><p class="pension-fate {css}"><span aria-hidden="true">{sign}</span> <span>{fate}</span>{once}</p></li>'
    )


def _losses(file: PensionFile, life: Life) -> str:
    """What is missing and why, as a small table."""
    missing = losses(life)
    if not missing:
        return ""
    rows = [[said(getattr(file.fates, fate)), _amount(amount)] for fate, amount in missing.items()]
    return table(_("What agreements everywhere would add, by the reason why it is missing now"), [_("Reason"), _("US$ a month")], rows, numeric=(1,))


def _regimes_panel(file: PensionFile, life: Life) -> str:
    """The same life under each regime: a bar with a piece for each country, and the sums."""
    cases = side_by_side(life)
    longest = max([1.0, *(total(one) for _regime, _exports, one in cases)])
    rows = []
    for regime, exports, one in cases:
        x, pieces, words = 0.0, "", []
        for part, look in zip(parts(one), _LOOKS):
            if not part.work.years:
                continue
            pieces += _rect(x, part.monthly, longest, f"own {look}")
            x += part.monthly
            words.append(f'<li class="{look}"><span>{said(_country(file, part.id).name)}</span> <b>{html(_amount(part.monthly))}</b></li>')
        rule = "" if exports is None else f' <span class="aside">{html(_("paid abroad") if exports else _("not paid abroad"))}</span>'
        amount = html(_("{amount} a month").format(amount=_amount(total(one))))
        paid = html(_("Contributions: {amount}").format(amount=money(round(contributions(one)))))
        abroad = [work.regime for work in life.work if work.years and work.regime != "home"]
        chosen = set(abroad) == {regime} and [part.monthly for part in parts(one)] == [part.monthly for part in parts(life)]
        mark = f' <span class="pension-now">{html(_("as chosen"))}</span>' if chosen else ""
        rows.append(
            f'<li><p class="pension-name"><span><b>{said(_regime_name(file, regime))}</b>{rule}{mark}</span> <span class="pension-amount">{amount}</span></p>'
            f'{_strip(pieces)}<ul class="pension-key">{"".join(words)}<li>{paid}</li></ul></li>'
        )
    lead = html(_("The same working life, with one regime in every country of work but home."))
    texts = "".join(
        f'<li><p class="what">{said(one.name)}</p><p>{said(one.text)}</p><p class="cite">{english(html(one.cite))}</p></li>' for one in file.regimes
    )
    return f'<div class="pension"><p>{lead}</p><ul class="pension-rows">{"".join(rows)}</ul><ul class="evidence">{texts}</ul></div>'


def _help_panel(file: PensionFile, life: Life, found: Sequence[Change]) -> str:
    """Every single change that saves a right, the smallest first."""
    if not any(part.lost for part in parts(life)):
        return f"<p>{html(_('No right is lost here.'))}</p>"
    if not found:
        return f"<p>{html(_('No single change would save a right here.'))}</p>"
    rows = [
        [_upper(_change(file, one)), Html(" ".join(f"<span>{said(_country(file, ident).name)}</span>" for ident in one.saved)), f"+{_amount(one.gain)}", _amount(total(life) + one.gain)]
        for one in found
    ]
    head = [_("Change"), _("Rights saved"), _("A month"), _("Then in all")]
    lead = html(_("Some are the worker’s own, others need a State to act. Each is tried alone."))
    return f'<p>{lead}</p>{table(_("Single changes that save a lost right, the smallest first"), head, rows, numeric=(2, 3))}'


def _workings(file: PensionFile, life: Life) -> str:
    """Each country's sum, step by step."""
    found = [part for part in parts(life) if part.work.years]
    steps: list[tuple[str, list[object]]] = [
        (_("Years of work"), [part.work.years for part in found]),
        (_("Insured years"), [part.work.insured for part in found]),
        (_("Contributions, worker and employer"), [money(round(part.work.contributions)) for part in found]),
        (_("Years that count"), [part.counted for part in found]),
        (_("Minimum years"), [part.work.scheme.minimum for part in found]),
        (_("Theoretical pension for the years that count"), [_amount(part.theoretical) for part in found]),
        (_("Share of own years"), [percent(part.share * 100) for part in found]),
        (_("Earned a month"), [_amount(part.right) for part in found]),
        (_("Paid a month"), [_strong(_amount(part.monthly)) for part in found]),
        (_("Paid from the age of"), [part.work.scheme.age for part in found]),
        (_("Paid up to the age of {age}").format(age=life.lives_to), [money(round(part.until(life.lives_to))) for part in found]),
        (_("Paid back once"), [money(round(part.refund)) for part in found]),
    ]
    rows = [[name, *cells] for name, cells in steps]
    head = [_("Step"), *(said(_country(file, part.id).name) for part in found)]
    return f'<div class="pension-tables">{table(_("How each country’s pension is worked out"), head, rows, numeric=range(1, len(head)))}</div>'


def _assumptions(file: PensionFile) -> str:
    yes, no = _("yes"), _("no")
    steps: list[tuple[str, list[object]]] = [
        (_("Worker pays"), [_percent(one.worker_rate) for one in file.countries]),
        (_("Employer pays"), [_percent(one.employer_rate) for one in file.countries]),
        (_("Minimum years"), [one.minimum_years for one in file.countries]),
        (_("Each year adds, of the wage"), [_percent(one.accrual) for one in file.countries]),
        (_("Pays back on leaving"), [yes if one.refund else no for one in file.countries]),
        (_("Pays abroad without an agreement"), [yes if one.paid_abroad else no for one in file.countries]),
        (_("Pension from the age of"), [one.age for one in file.countries]),
    ]
    schemes = table(
        _("The three schemes: {sure}").format(sure=_(SURE["low"])), [_("Rule"), *(said(one.name) for one in file.countries)],
        [[name, *cells] for name, cells in steps], numeric=range(1, len(file.countries) + 1),
    )
    taken = table(
        _("What the model takes for granted"), [_("Assumption"), _("How sure")],
        [[_with_cite(one), _(SURE[one.sure])] for one in file.assumptions],
    )
    left_out = table(_("What the model leaves out"), [_("Left out")], [[_with_cite(one)] for one in file.left_out])
    return f'<div class="pension-tables">{schemes}{taken}{left_out}</div>'


def _percent(value: float) -> str:
    return _("{number} %").format(number=fewest(value)).replace(" ", "\u00a0")


def _with_cite(one: Said | Assumption | Arrangement) -> Html:
    return Html(f'{said(one.text)} <span class="aside">{english(html(one.cite))}</span>')


def _world(file: PensionFile) -> str:
    bars = [
        Bar(_("{regime} ({year})").format(regime=_regime_name(file, one.regime), year=said_date(one.as_of)), one.share, percent(one.share), "chosen" if one.regime == "agreement" else "context")
        for one in file.world
    ]
    picture = bar_chart(uid="pension-world", title=file.world_title, description=in_words(bars), bars=bars)
    shares = table(
        _("Share of all migrants"), [_("Regime"), _("Share"), _("Since then"), _("Source")],
        [[said(_regime_name(file, one.regime)), percent(one.share), said(one.text), _cited(one)] for one in file.world], numeric=(1,),
    )
    cards = "".join(
        f'<li><p class="what">{said(one.name)}</p><p>{said(one.text)}</p><p class="cite">{_cited(one)}</p></li>' for one in file.arrangements
    )
    return (
        f"<h4>{said(file.world_title)}</h4><p>{said(file.world_text)}</p>{picture}{shares}"
        f'<h4>{said(file.arrangements_title)}</h4><p>{said(file.arrangements_text)}</p><ul class="evidence">{cards}</ul>'
    )


def _cited(one: Claim) -> Html:
    """The reference, and its date where it has one."""
    date = f" <span>({html(_('as of {date}').format(date=said_date(one.as_of)))})</span>" if one.as_of else ""
    return Html(f"<span>{english(html(one.cite))}</span>{date}")


def _csv(file: PensionFile, life: Life) -> Download:
    """The chosen life, then the same under each regime: one line for each country."""
    header = ["case", "country", "years", "wage_usd_month", "regime", "insured_years", "counted_years", "minimum_years", "contributions_usd", "own_contributions_usd",
              "theoretical_usd_month", "own_share", "earned_usd_month", "paid_usd_month", "refund_usd", "paid_up_to_age_usd", "fate"]
    named = [("chosen", life)]
    for regime, exports, one in side_by_side(life):
        rule = "" if exports is None else "-paid-abroad" if exports else "-not-paid-abroad"
        named.append((f"all-{regime}{rule}", one))
    rows = [
        [case, part.id, part.work.years, part.work.wage, part.work.regime, part.work.insured, part.counted, part.work.scheme.minimum,
         round(part.work.contributions, 2), round(part.work.own_contributions, 2), round(part.theoretical, 2), round(part.share, 4),
         round(part.right, 2), round(part.monthly, 2), round(part.refund, 2), round(part.until(life.lives_to), 2), part.fate]
        for case, one in named for part in parts(one)
    ]
    return Download("portable-pension.csv", csv_text(header, rows))


class PortablePension(Explorer):
    """The explorer `portable-pension`."""

    name = "portable-pension"
    title = N_("What becomes of a pension?")
    start = start()
    layout = "list"
    styles = ("pension.css",)
    clean = staticmethod(clean)
    controls = staticmethod(controls)
    view = staticmethod(view)
