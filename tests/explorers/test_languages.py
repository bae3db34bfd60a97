"""The explorers in every language: no word outside a message, nothing of one language left in the next, pictures that fit and mirror."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from course import data
from course.data import REGIONS, SUBREGIONS, said_date, states, table
from course.explorers import contents, explorer, names
from course.explorers.balance_sheet import contexts, effects
from course.explorers.base import Explorer
from course.explorers.content import claims
from course.explorers.credentials import CONTENT as CREDENTIALS
from course.explorers.drafting_table import CONTENT as AGREEMENT
from course.explorers.lifeline import countries
from course.figures import NARROW, WIDE, Band, Bar, Series, _width, bar_chart, in_words, line_chart, wrap
from course.i18n import LANGUAGES, speaking
from course.i18n.files import ENGINE, messages
from course.i18n.pieces import texts
from course.kinds.place import Place
from course.numbers import brief, fewest, money, percent, plain, quarter, times
from course.tilemap import tile_map
from course.vary import names_in_text
from tongues import bracketed, forget, in_script, made_up

OTHERS = [code for code in LANGUAGES if code != "en"]
FIRST = [effect.id for effect in effects()]


def sorted_to(side: str, number: int, weight: int = 1) -> dict[str, Any]:
    """A sheet whose first effects lie on one side."""
    return {key: value for ident in FIRST[:number] for key, value in ((f"side.{ident}", side), (f"weight.{ident}", weight))}


def alike() -> dict[str, Any]:
    return {f"side.{effect.id}": effect.literature for effect in effects()}


def kinds_of_countries() -> list[str]:
    """One country for each set of figures that the sheet knows: with and without a share of GDP, with and without aid."""
    return list({(now.share is None, now.against_aid is None): code for code, now in contexts().items()}.values())


STATES: list[tuple[str, dict[str, Any]]] = [
    ("sending-cost", {}),
    ("sending-cost", {"sender": "SAU", "receiver": "SDN", "quarter": "2017Q4"}),
    ("sending-cost", {"sender": "SGP", "receiver": "IND", "quarter": "2020Q3", "amount": 50}),
    ("sending-cost", {"quarter": "2011Q1", "times": 1}),
    ("sending-cost", {"quarter": "2016Q3", "times": 2}),
    ("sending-cost", {"sender": "JPN", "receiver": "PHL", "times": 52}),
    *(("lifeline", {"flow": flow, "unit": unit, "year": 2024}) for flow in ("remittances", "aid", "investment") for unit in ("gdp", "money")),
    ("lifeline", {"country": "CUB"}),
    ("lifeline", {"country": "HKG", "year": 2009}),
    ("lifeline", {"country": "TON", "year": 2024}),
    ("lifeline", {"country": "DEU", "year": 2020}),
    ("lifeline", {"country": "TJK", "year": 2000, "unit": "money"}),
    ("lifeline", {"country": "CHN", "year": 2015}),
    ("lifeline", {"country": "SYR", "year": 2020}),
    ("lifeline", {"country": "VEN", "year": 2023}),
    # about as much; no figure for investment; no share; the last one known; no aid reported, or none that compares
    *(
        ("lifeline", {"country": country, "year": year})
        for country, year in (
            ("ZAF", 2006), ("ALB", 2013), ("AFG", 2008), ("GIN", 2010), ("XKX", 2004), ("SSD", 2024), ("ATG", 2022), ("CHN", 2024)
        )
    ),
    ("drafting-table", {}),
    ("drafting-table", {"compare": True, "role": "destination"}),
    ("drafting-table", {"compare": True, "fees": "employer-pays", "papers": "own"}),
    ("drafting-table", {clause.id: clause.wordings[-1].id for clause in AGREEMENT.read().clauses}),
    ("balance-sheet", {}),
    ("balance-sheet", {"compare": True}),
    ("balance-sheet", sorted_to("positive", 1)),
    ("balance-sheet", sorted_to("negative", 3, 2)),
    ("balance-sheet", {**sorted_to("ambiguous", 12), "compare": True}),
    ("balance-sheet", {**alike(), "compare": True}),
    ("balance-sheet", {**alike(), f"side.{FIRST[0]}": "negative", f"side.{FIRST[1]}": "", "compare": True}),
    *(("balance-sheet", {"country": code}) for code in (*kinds_of_countries(), "CHN", "DEU")),
    ("employment-gap", {}),
    ("employment-gap", {"group": "male", "other": "DEU", "year": 2013, "country": "HRV", "order": "name"}),
    ("employment-gap", {"group": "female", "country": "ESP"}),
    ("employment-gap", {"group": "female", "country": "BGR"}),
    ("employment-gap", {"measure": "unemployment", "country": "LUX"}),
    ("employment-gap", {"measure": "unemployment", "group": "female", "country": "FIN", "year": 2006}),
    ("employment-gap", {"measure": "unemployment", "group": "male", "country": "GBR", "year": 2024}),
    ("employment-gap", {"measure": "unemployment", "group": "male", "country": "SVN", "other": "BGR", "share": 0}),
    ("earlier-recognition", {}),
    ("earlier-recognition", {"for": "public", "extra": 3}),
    ("earlier-recognition", {"for": "person", "reform": 24, "extra": 0}),
    ("earlier-recognition", {"reform": 1, "extra": 0.25, "placed": 100, "below": 30, "working": 30}),
    ("credentials", {}),
    *(("credentials", dict(one.change)) for one in CREDENTIALS.read().tries),
    ("credentials", {"origin": "KAZ", "destination": "FRA", "purpose": "study"}),
    ("credentials", {"origin": "KEN", "destination": "KEN"}),
    ("credentials", {"origin": "USA", "destination": "FRA", "purpose": "study"}),
    ("non-refoulement", {}),
    ("non-refoulement", {"harm": "torture", "conduct": "none", "state": "KEN"}),
    ("non-refoulement", {"place": "outside", "state": "CUB"}),
    ("non-refoulement", {"harm": "death-penalty", "reason": "no", "conduct": "excluded", "measure": "extradition", "state": "SSD"}),
    ("treaties", {}),
    ("treaties", {"country": "PHL", "other": "MEX", "year": 1995, "status": "signed"}),
    ("treaties", {"year": 1960, "status": "party"}),
    ("treaties", {"country": "MDG", "treaty": "stateless-1954"}),
    ("treaties", {"country": "AGO", "treaty": "kampala", "year": 2011}),
    ("treaties", {"country": "ITA", "treaty": "c190", "year": 2022}),
    ("treaties", {"country": "COK", "treaty": "crc"}),
    ("treaties", {"country": "JPN", "treaty": "ets-93"}),
    ("treaties", {"country": "CPV", "treaty": "vccr"}),
    ("treaties", {"country": "ITA", "treaty": "refugees-1951", "year": 1951}),
    ("case-clinic", {}),
    ("case-clinic", {"case": "hirsi", "issue": "ships", "norm": "sea"}),
    ("case-clinic", {"case": "nd-nt", "issue": "collective", "norm": "penalties", "application": "conduct", "decision": "breach"}),
    ("case-clinic", {"case": "rescue", "issue": "safety", "norm": "maritime", "application": "done", "decision": "back"}),
    ("case-clinic", {"case": "soering", "issue": "there", "norm": "torture", "application": "penalty", "decision": "affair"}),
    ("case-clinic", {"case": "soering", "issue": "handing-over", "norm": "torture", "application": "risk", "decision": "breach"}),
    ("case-clinic", {"case": "nd-nt", "issue": "collective", "norm": "penalties", "application": "groups", "decision": "remedy"}),
    ("case-clinic", {"case": "teitiota", "issue": "cause", "norm": "torture", "application": "dignity", "decision": "open"}),
    ("case-clinic", {"case": "contract", "issue": "now", "norm": "part-four", "application": "signed", "decision": "claim"}),
    ("case-clinic", {"case": "contract", "issue": "now", "norm": "part-three", "application": "term-by-term", "decision": "claim"}),
    ("non-refoulement", {"harm": "torture", "risk": "possible", "place": "outside", "conduct": "none", "measure": "return"}),
    ("which-rights", {}),
    ("which-rights", {"status": "regular", "country": "MEX"}),
    ("which-rights", {"status": "stateless", "country": "MDG"}),
    ("which-rights", {"place": "sea", "risk": "trafficked", "country": "USA", "age": "child-alone", "sex": "woman"}),
    ("which-rights", {"risk": "disaster", "activity": "none", "open": "unknown"}),
    ("good-practices", {}),
    ("good-practices", {"plan": "cnaim", "beside": ""}),
    ("good-practices", {"plan": "", "words": "no such thing", "region": "Africa"}),
    ("good-practices", {"plan": "plan-einstein,colombia-etpv,kvinfo-mentors", "budget": 2, "all": True}),
    ("good-practices", {"plan": "sello-migrante,norway-introduction", "domain": "documents"}),
    ("good-practices", {"plan": "anti-rumour-network,gdansk-model,neighbourhood-mothers,start-wien"}),
    ("portable-pension", {}),
    ("portable-pension", {"life": "domestic"}),
    ("portable-pension", {"life": "engineer", "regime.b": "agreement"}),
    ("portable-pension", {"years.a": 1, "years.b": 1, "years.c": 1, "regime.b": "irregular", "export": "all"}),
    ("portable-pension", {"years.c": 19, "regime.b": "agreement", "regime.c": "agreement", "refund": True}),
    ("portable-pension", {"years.a": 0, "years.b": 0, "years.c": 0}),
    ("portable-pension", {"years.a": 44, "years.b": 1, "years.c": 0, "wage.b": 100, "regime.b": "irregular", "lives_in": "b", "export": "none"}),
    ("portable-pension", {"years.a": 0, "years.b": 0, "years.c": 5}),
    ("portable-pension", {"life": "domestic", "lives_in": "c"}),
]


class Words(HTMLParser):
    """The texts of a page and of those attributes that are shown or read out."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "\n"
        self.attributes += [value or "" for name, value in attrs if name in ("aria-label", "title", "aria-valuetext", "label", "alt", "placeholder")]

    def handle_endtag(self, tag: str) -> None:
        self.text += "\n"

    def handle_data(self, text: str) -> None:
        self.text += text


def outside(text: str) -> list[str]:
    """What stands outside all brackets and has letters."""
    found, depth = "", 0
    for character in text:
        depth += {"⟦": 1, "⟧": -1}.get(character, 0)
        assert depth >= 0, text
        found += character if depth == 0 and character != "⟧" else ""
    assert depth == 0, text[-200:]
    return [part.strip() for part in found.split("\n") if re.search(r"[^\W\d_]", part)]


def content() -> set[str]:
    """What is no message: names, codes, and what the content files say."""
    named = {name for code, state in states().items() for name in (code, state.name, state.in_text)}
    files = [file for one in contents() for file in one.files()]
    written = {text for one in files for text, _ in texts(one.model, one.read().model_dump())}
    written |= {claim.cite for one in files for _, claim in claims(one.read())}
    written |= {part.strip("\u2066\u2067\u2068\u2069 ") for text in written for part in text.split("*")}
    numbered = {f"{number}. {clause.label}" for number, clause in enumerate(AGREEMENT.read().clauses, start=1)}
    return named | written | numbered


def of_content(part: str, known: set[str]) -> bool:
    """Whether a part is what content files say, one text after another."""
    part = part.strip("\u2066\u2067\u2068\u2069: ")
    return not part or part in known or any(text and part.startswith(text) and of_content(part.removeprefix(text), known) for text in known)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "change"), STATES, ids=lambda one: one if isinstance(one, str) else "-".join(map(str, one.values()))[:40])
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_no_word_stands_outside_a_message(monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, Any], code: str) -> None:
    """Is every word of every part a message: controls, sentence, panels, notes, sources, descriptions, labels that are read out?"""
    with made_up(monkeypatch, bracketed), speaking(code):
        one = explorer(name, **change)
        assert all(one.page["state"][key] == value for key, value in change.items() if key != "quarter")
        page, known = Words(one.static_html()), content()
        left = [*outside(page.text), *(part for text in page.attributes for part in outside(text))]
        left += outside(one.page["say"]) + outside(repr(one))
        assert [part for part in left if not of_content(part, known)] == []


SELDOM = {
    "No change of a single choice would change this answer.",
    "Net aid was zero.",
    "Net foreign direct investment was zero.",
    "Received {amount} of remittances in {year}.",
    "The source has no shares of GDP for {country}. Show US$ instead.",
    "no figure",
    "{state} withdrew from the {treaty} (list of {as_of}).",
    "All instruments here that are open to {country} have an act of acceptance on record.",
}
"""Messages for figures, and for acts under treaties, that no table has today."""


def test_the_states_meet_every_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the states above bring every message of the explorers to the page, but for those that no figure calls for?"""
    said: set[str] = set()

    def note(message: str) -> str:
        said.add(message)
        return message

    with made_up(monkeypatch, note), speaking("fr"):
        for name, change in STATES:
            explorer(name, **change).static_html()
    files = [ENGINE / "explorers" / f"{name.replace('-', '_')}.py" for name in (*names(), "markup")]
    marked = [message for file in files for message in messages(file, "python")]
    unmet = {message for message in marked if isinstance(message, str)} - said
    assert unmet == SELDOM
    assert [forms for forms in marked if not isinstance(forms, str) and not said & set(forms)] == []


def test_the_page_gets_the_words_of_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the script find its own words in the language spoken, and none to look up in English?"""
    assert explorer("lifeline").words == {}
    with made_up(monkeypatch, bracketed), speaking("es"):
        found = explorer("lifeline").words
    assert found == {text: f"⟦{text}⟧" for text in ("Try again", "Working …", "No answer yet. You see the last one.")}


@pytest.mark.parametrize("name", names())
def test_the_page_says_which_way_it_runs(name: str) -> None:
    """Do the root element and the page carry language and direction, whatever page they are put in?"""
    assert explorer(name).page["language"] == "en" and " dir=" not in explorer(name).static_html()[:200]
    with speaking("ar"):
        one = explorer(name)
        assert one.page["direction"] == "rtl"
        assert 'role="group" lang="ar" dir="rtl" ' in one.static_html()[:200]


def same(one: Explorer) -> str:
    return one.static_html().replace(one.page["uid"], "")


@pytest.mark.parametrize("name", names())
def test_nothing_of_one_language_is_left_in_the_next(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """English, French, English, Arabic, English: is every English page the same, and none of the others?"""
    seen = []
    with made_up(monkeypatch, bracketed):
        for code in ("en", "fr", "en", "ar", "en"):
            with speaking(code):
                seen.append(same(explorer(name)))
    assert seen[0] == seen[2] == seen[4] and len(set(seen)) == 3


def test_an_answer_comes_in_the_language_of_its_turn() -> None:
    """Does a turn of the page bring back the language spoken, effects and all?"""
    with speaking("fr"):
        one = explorer("balance-sheet")
        french = states()["JAM"].in_text
        one.set_state({"state": {**one.page["state"], "country": "JAM", "turn": "1:1"}})
        assert french in one.page["say"] and one.page["language"] == "fr"


@pytest.mark.parametrize(("name", "change"), [("sending-cost", {}), ("lifeline", {}), ("balance-sheet", sorted_to("positive", 2))])
def test_downloads_are_for_machines(name: str, change: dict[str, Any]) -> None:
    """Are columns, names and provenance the same in every language?"""
    kind = type(explorer(name))
    state = kind.clean(dict(kind.start), change)
    english = kind.view(state).csv
    with speaking("ar"):
        other = kind.view(state).csv
    assert other.name == english.name

    def plainly(text: str) -> list[dict[str, str]]:
        rows = [{key: value for key, value in row.items() if key != "effect"} for row in csv.DictReader(io.StringIO(text))]
        return sorted(rows, key=str)

    assert plainly(other.text) == plainly(english.text)


# --- names, dates, sources ----------------------------------------------------------------------------------------


def test_names_are_those_of_the_language() -> None:
    """Has every State and area a name in each language, itself within a sentence, in the order of the names?"""
    for code in OTHERS:
        with speaking(code):
            found = states()
            assert set(found) == {row["iso3"] for row in table("states").rows}
            assert all(state.name == state.in_text for state in found.values())
            order = [data.folded(state.name) for state in found.values()]
            assert order == sorted(order)
    with speaking("fr"):
        assert (states()["DEU"].name, states()["PHL"].in_text) == ("Allemagne", "Philippines")
    assert states()["PHL"].in_text == "the Philippines" and list(states())[:2] == ["AFG", "ALB"]


def test_a_missing_name_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a cell that nobody has written leave the English name?"""
    monkeypatch.setattr(data, "_names", lambda: {"fr": {"DEU": "Allemagne"}})
    with speaking("fr"):
        assert states()["DEU"].name == "Allemagne" and states()["PHL"].in_text == "Philippines"


def test_a_name_for_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the check name a code of names.csv that no State has?"""
    monkeypatch.setattr(data, "_names", lambda: {"fr": {"XYZ": "Nulle part"}})
    assert any("names.csv: uses the code XYZ" in message for message in data.check_tables())


def test_regions_are_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are all regions and subregions of the table marked, and the map whole whatever they are called?"""
    assert {row["region"] for row in table("states").rows} == set(REGIONS)
    assert {row["subregion"] for row in table("states").rows} == set(SUBREGIONS)
    with made_up(monkeypatch, lambda message: "·"), speaking("ru"):
        markup = tile_map({}, scale=[1], selected=None, title="t", unit="u", format=str)
        assert markup.count("<button ") == 195 and markup.count('class="tilemap-region"') == 5


def test_lists_of_places_follow_the_language() -> None:
    """Do questions of the kind `place` and figures in a question's text speak the language of the moment?"""
    kind = Place(right={"DEU": "Yes."}, otherwise="No.")

    def first() -> list[str]:
        return re.findall(r"<label><input[^>]*>([^<]*)", Place.controls(kind.show(), None, "u", "l", "n"))

    english = first()
    with speaking("es"):
        assert "Alemania" in first() and names_in_text()["DEU"] == "Alemania"
    assert first() == english and "Germany" in english and names_in_text()["PHL"] == "the Philippines"


@pytest.mark.parametrize(
    ("code", "day"),
    [("en", "2026-07-01"), ("fr", "1er juillet 2026"), ("es", "1 de julio de 2026"), ("ru", "1 июля 2026 года"), ("zh", "2026年7月1日"), ("ar", "1 يوليو 2026")],
)
def test_dates_are_written_as_in_the_language(code: str, day: str) -> None:
    """Is a day or a month written out, a year left, and the edition's title untouched?"""
    with speaking(code):
        assert said_date("2026-07-01").replace("\u202f", " ") == day and said_date("2026") == "2026"
        assert ("2026-11" in said_date("2026-11")) == (code == "en")
        source = table("flows").provenance
        assert day in source.line().replace("\u202f", " ") and source.edition in source.line()


# --- numbers ------------------------------------------------------------------------------------------------------

NUMBERS = {
    "fr": ("-1 234,50", "1 240", "6,4", "0,5"),
    "es": ("-1.234,50", "1.240", "6,4", "0,5"),
    "ru": ("-1 234,50", "1 240", "6,4", "0,5"),
    "zh": ("-1,234.50", "1,240", "6.4", "0.5"),
    "ar": ("\u200e-1,234.50", "1,240", "6.4", "0.5"),
}


@pytest.mark.parametrize("code", OTHERS)
def test_numbers_go_by_the_language(code: str) -> None:
    """Are decimals, groups and rounding as readers write them, with Western digits and never broken at a line's end?"""
    with speaking(code):
        written = (plain(-1234.5, 2), plain(1240), plain(6.35, 1), fewest(0.5))
        assert all(" " not in text for text in written)
        assert tuple(re.sub("[\u00a0\u202f]", " ", text).replace("−", "-") for text in written) == NUMBERS[code]
        assert plain(2.675, 2)[-1] == "8" and plain(-0.001) == "0" and plain(0.5, signed=True)[-1] == "1"
        for text in (percent(6.38), money(9.4), money(83.1e9), brief(25e9), quarter(2020, 3), times(12)):
            assert " " not in text and re.search("[0-9]", text) and not re.search("[٠-٩]", text)


def test_chinese_counts_in_ten_thousands() -> None:
    """Are sums said in 万 and 亿, which "million" cannot become by translation?"""
    with speaking("zh"):
        assert [money(value) for value in (250_000, 83.1e9, 1.2e12)] == ["25.0万美元", "831.0亿美元", "1.2万亿美元"]
        assert [brief(value) for value in (2e9, 1.5e8, 5e4)] == ["20亿", "1.5亿", "5万"]


def test_a_sign_stays_before_its_number() -> None:
    """Does a plus or minus in a page from right to left not wander behind?"""
    with speaking("ar"):
        assert percent(-5.8).startswith("\u200e−5.8") and percent(27, 0, signed=True).startswith("\u200e+27")
    assert percent(27, 0, signed=True) == "+27\u00a0%" and percent(0.04, signed=True) == "0.0\u00a0%"


# --- pictures -----------------------------------------------------------------------------------------------------

BARS = [Bar("Half", 5, "US$ 5", "chosen"), Bar("Whole", 10, "US$ 10")]


def drawings(markup: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(unescape(one).replace("&", "&amp;")) for one in re.findall(r"<svg.*?</svg>", markup, re.S)]


def test_bars_grow_from_the_right_where_the_page_does() -> None:
    """Are bars, names and values mirrored, and nothing else about them changed?"""
    left = drawings(bar_chart(uid="b", title="t", description="d", bars=BARS))
    with speaking("ar"):
        right = drawings(bar_chart(uid="b", title="t", description="d", bars=BARS))
    for page, one, other in zip((WIDE, NARROW), left, right, strict=True):
        assert other.get("direction") == "ltr" and one.get("direction") is None
        for a, b in zip(one.iter("rect"), other.iter("rect"), strict=True):
            assert a.get("width") == b.get("width") and a.get("y") == b.get("y") and a.get("x") == "0"
            assert float(b.get("x", 0)) + float(b.get("width", 0)) == pytest.approx(page.width)
        for a, b in zip(one.iter("text"), other.iter("text"), strict=True):
            assert (a.get("text-anchor"), b.get("text-anchor")) == ("start", "end")
            assert float(a[0].get("x", 0)) + float(b[0].get("x", 0)) == pytest.approx(page.width)


def test_time_runs_from_left_to_right_everywhere() -> None:
    """Is a line chart the same in Arabic, each text kept together?"""
    said = dict(uid="l", title="t", description="d", series=[Series("a", ((2011, 1.0), (2015, 3.0)))], x_ticks=[(2011, "2011"), (2015, "2015")], y_text=str)
    english = line_chart(**said)  # type: ignore[arg-type]
    with speaking("ar"):
        arabic = line_chart(**said)  # type: ignore[arg-type]
    assert "\u2068a\u2069" in arabic and "\u20672011\u2069" in arabic
    assert re.sub("[\u2067-\u2069]", "", arabic).replace(' direction="ltr"', "") == english
    with speaking("ar"):
        assert 'type="range" dir="ltr"' not in explorer("sending-cost").page["html"]
        sliders = re.findall(r'<input type="(range|number)"([^>]*)>', explorer("lifeline").page["html"])
    assert [('dir="ltr"' in rest) for _, rest in sliders] == [True, True]


def test_bars_in_a_table_are_mirrored_too() -> None:
    """Do the small bars beside the costs start where the reader does?"""
    with speaking("ar"):
        found = re.findall(r'<rect x="([\d.]+)" width="([\d.]+)" height="10"', explorer("sending-cost").page["html"])
    assert found and all(float(x) + float(width) == pytest.approx(100, abs=0.11) for x, width in found)


def test_a_description_lists_its_bars() -> None:
    """Is the text alternative of bars a list in a sentence?"""
    assert in_words(BARS) == "Half: US$ 5; Whole: US$ 10."


def test_widths_fit_the_script() -> None:
    """Is a Chinese character one em, a mark above a letter nothing, and Arabic narrower than Chinese?"""
    assert _width("汇款", 10) == 20 and _width("e\u0301", 10) == _width("e", 10) and _width("\u2068\u200f", 10) == 0
    assert 4.5 <= _width("م", 10) <= 6 and 6 <= _width("д", 10) <= 9


def test_chinese_is_wrapped_between_characters() -> None:
    """Are lines filled, no line begun by a full stop, and no number torn from its unit?"""
    text = "所有走廊的平均成本为200美元，低于百分之五。"
    lines = wrap(text, 80, 10)
    assert "".join(lines) == text and len(lines) > 2
    assert all(_width(line, 10) <= 80 for line in lines)
    assert not any(line[0] in "，。" for line in lines) and any("200美" in line for line in lines)
    assert wrap("one two", 20, 10) == ["one", "two"] and wrap("汇款 8.3%", 100, 10) == ["汇款 8.3%"]


@pytest.mark.parametrize("names_", [("Финансовый кризис", "Пандемия"), ("Weltwirtschaftskrise", "Pandemieausbruch"), ("a", "b")])
def test_names_of_periods_never_meet(names_: tuple[str, str]) -> None:
    """Do two periods' names stand side by side on the narrow page too, however long, within the picture?"""
    bands = [Band(2008, 2009.5, names_[0]), Band(2019.5, 2020.5, names_[1])]
    markup = line_chart(
        uid="l", title="t", description="d", series=[Series("Инвестиции из-за рубежа", ((2000, 1.0), (2024, 3.0)))],
        x_ticks=[(2000, "2000"), (2024, "2024")], y_text=str, bands=bands,
    )
    for page, one in zip((WIDE, NARROW), drawings(markup), strict=True):
        boxes = []
        for text in one.iter("text"):
            if text.get("class") == "fig-note":
                half = max(_width(line.text or "", page.font) for line in text) * 0.44
                boxes.append((float(text[0].get("x", 0)) - half, float(text[0].get("x", 0)) + half))
                assert float(text[0].get("y", 0)) > page.font * 0.8
        assert len(boxes) == 2 and boxes[0][1] <= boxes[1][0] and boxes[0][0] >= 0 and boxes[1][1] <= page.width


@pytest.mark.parametrize("code", ["ar", "ru"])
@pytest.mark.parametrize("name", names())
def test_every_text_of_a_picture_stays_in_it(monkeypatch: pytest.MonkeyPatch, name: str, code: str) -> None:
    """Do names in other scripts leave the picture nowhere, by the width that is reckoned with?"""
    with made_up(monkeypatch, in_script(code)), speaking(code):
        markup = explorer(name).page["html"]
    for one in drawings("".join(re.findall(r'<svg class="fig.*?</svg>', markup, re.S))):
        width = float(one.get("viewBox", "").split()[2])
        for text in one.iter("text"):
            for line in text:
                x, size = float(line.get("x", 0)), _width(line.text or "", float(one.get("font-size", 0)))
                start = x - {"start": 0, "middle": size / 2, "end": size}[text.get("text-anchor", "start")]
                assert start >= -1 and start + size <= width + 1, line.text


def test_every_country_is_offered_in_every_language() -> None:
    """Does a list in another language hold the same codes, areas last?"""
    for code in OTHERS:
        with speaking(code):
            options = explorer("lifeline").controls(dict(explorer("lifeline").start))[0].options  # type: ignore[union-attr]
            assert {one.value for one in options} == set(countries())
            groups = [bool(one.group) for one in options]
            assert groups == sorted(groups)
