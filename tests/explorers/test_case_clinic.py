"""The case clinic: files that can be decided step by step, nothing told before its time, roads compared with those that were taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.content import Course
from course.errors import CourseError
from course.explorers import explorer
from course.explorers.case_clinic import CONTENT, STEPS, Case, CasesFile, cases, clean, finding, nearest, roads, start, taken, view
from course.explorers.base import plain_text
from course.explorers.content import Content
from course.i18n import speaking
from course.i18n.files import ENGINE, messages
from support import REPOSITORY
from tongues import forget, made_up

EVERY = list(cases())
SOERING = {"case": "soering", "issue": "handing-over", "norm": "torture", "application": "risk", "decision": "breach"}


def state(**change: str) -> dict[str, Any]:
    return clean(start(), change)


def best_roads(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each holding (or the checklist) a road of turns that lead to it."""
    for holding in [one.id for one in case.holdings] or [""]:
        yield holding, state(case=case.id, **{step: taken(case, holding, step)[0].id for step in STEPS})


def sentence(**change: str) -> str:
    now = state(**change)
    return plain_text(finding(now, cases()[now["case"]]))


# --- the content --------------------------------------------------------------------------------------------------


def test_the_files_are_sound() -> None:
    """Are all sources listed, and are the decisions and situations there that the course announces?"""
    assert CONTENT.faults(set(Course(REPOSITORY, {}).sources)) == []
    assert {"soering", "hirsi", "nd-nt", "teitiota", "oc-18", "avena", "contract", "rescue", "child"} <= set(EVERY)
    assert {name for name in EVERY if cases()[name].kind == "situation"} == {"contract", "rescue", "child"}
    assert all("ypothetical" in case.cite for case in cases().values() if case.kind == "situation")


def test_who_decided_what_and_when() -> None:
    """Dates, bodies and outcomes as in the decisions themselves."""
    told = {(name, one.id): (one.date, one.short) for name in EVERY for one in cases()[name].holdings}
    assert told == {
        ("soering", "court"): ("1989-07-07", "the Court"),
        ("hirsi", "court"): ("2012-02-23", "the Grand Chamber"),
        ("nd-nt", "chamber"): ("2017-10-03", "the Chamber"),
        ("nd-nt", "grand-chamber"): ("2020-02-13", "the Grand Chamber"),
        ("teitiota", "committee"): ("2019-10-24", "the Committee"),
        ("oc-18", "court"): ("2003-09-17", "the Court"),
        ("avena", "court"): ("2004-03-31", "the Court"),
        ("jeunesse", "court"): ("2014-10-03", "the Grand Chamber"),
    }
    assert "No violation" in cases()["teitiota"].holdings[0].held
    assert "51" in cases()["avena"].holdings[0].held and "review and reconsideration" in cases()["avena"].holdings[0].held


@pytest.mark.parametrize("name", EVERY)
def test_every_option_teaches(name: str) -> None:
    """Does each choice say what follows, in a kind way, and does at least one of each step lead elsewhere?"""
    for step in STEPS:
        options = getattr(cases()[name], step)
        assert not all(one.sound for one in options)
        for one in options:
            assert len(one.feedback) > 40 and not re.search(r"\b(wrong|incorrect|mistake|no:)", one.feedback, re.I), one.id
            assert len(one.short) <= 50 and not one.short.endswith("."), one.short


def test_the_wording_gives_nothing_away() -> None:
    """Are the turns that were taken neither the longest nor the shortest as a rule, nor always in one place?"""
    steps = [getattr(case, step) for case in cases().values() for step in STEPS]
    by_chance = sum(sum(one.sound for one in options) / len(options) for options in steps)
    for end in (max, min):
        stand_out = sum(end(options, key=lambda one: len(one.text)).sound for options in steps)
        assert abs(stand_out - by_chance) <= 4
    places = [next(number for number, one in enumerate(options) if one.sound) for options in steps]
    assert all(places.count(place) >= len(steps) / 5 for place in range(3))


# --- roads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_the_best_road_ends_at_the_holding(name: str) -> None:
    """Does whoever takes the turns of a court, chamber, committee or checklist arrive with it, and is told so?"""
    case = cases()[name]
    for holding, road in best_roads(case):
        best = nearest(roads(case, road))
        assert (best.holding.id if best.holding else "") == holding and best.same and best.agrees
        said = plain_text(finding(road, case))
        assert ("every turn holds" if case.kind == "situation" else "decided alike, by the same road") in said


@pytest.mark.parametrize("name", EVERY)
def test_every_road_ends_somewhere(name: str) -> None:
    """Has each of the many roads an ending, and only those that arrive are told that they do?"""
    case = cases()[name]
    for turns in product(*(getattr(case, step) for step in STEPS)):
        road = state(case=name, **{step: one.id for step, one in zip(STEPS, turns, strict=True)})
        said = plain_text(finding(road, case))
        assert said == plain_text(view(road).finding)
        assert turns[-1].sound == any(words in said for words in ("decided alike", "You arrive")), said


def test_soering_by_hand() -> None:
    assert sentence(case="soering") == "You have the facts of Soering before you. What is the issue?"
    assert sentence(case="soering", issue="there") == "Your issue: whether Virginia breaches the ECHR. Which norm answers it?"
    assert sentence(**SOERING) == "You and the Court decided alike, by the same road."
    assert sentence(**{**SOERING, "norm": "life"}) == "You and the Court decided alike, by another road."
    assert sentence(**{**SOERING, "decision": "affair"}) == "You and the Court decided differently. Follow both roads to where they part."


def test_two_chambers_by_hand() -> None:
    """The same facts, two answers: with whom did the reader decide, and by whose road?"""
    road = {"case": "nd-nt", "issue": "collective", "norm": "protocol"}
    assert sentence(**road, application="procedure", decision="breach") == (
        "You and the Chamber decided alike, by the same road. On the same facts the Grand Chamber decided otherwise."
    )
    assert sentence(**road, application="conduct", decision="none") == (
        "You and the Grand Chamber decided alike, by the same road. On the same facts the Chamber decided otherwise."
    )
    assert sentence(**road, application="conduct", decision="breach").startswith("You and the Chamber decided alike, by another road.")
    assert sentence(**road, application="conduct", decision="remedy").startswith("Neither the Chamber nor the Grand Chamber decided as you did.")


def test_both_chambers_stand_side_by_side() -> None:
    page = explorer("case-clinic", **next(road for _, road in best_roads(cases()["nd-nt"]))).static_html()
    both = re.search(r'<ul class="clinic-holdings">(.*?)</ul>', page, re.S)
    assert both and both[1].count("<li>") == 2 and "3 October 2017" in both[1] and "13 February 2020" in both[1]


def test_a_checklist_by_hand() -> None:
    road = {"case": "rescue", "issue": "safety", "norm": "maritime", "application": "lead"}
    assert sentence(**road, decision="land") == "You arrive where the checklist leads, and every turn holds."
    assert sentence(**{**road, "norm": "refugees"}, decision="land") == "You arrive where the checklist leads, by another road."
    assert sentence(**road, decision="back") == "The checklist leads elsewhere. Follow it to where the roads part."


# --- nothing before its time --------------------------------------------------------------------------------------


def endings(case: Case) -> list[str]:
    """What tells how a case ended."""
    told = [text for one in case.holdings for text in (one.held, one.why, one.vote)]
    told += [text for one in case.checklist for text in (one.text, one.here)]
    return [text for text in (*told, case.differ, case.since, case.lesson) if text]


def everything(now: dict[str, Any]) -> str:
    """All that a page gets, live or not, its download included, as plain text."""
    one = explorer("case-clinic", **now)
    return unescape(unquote(one.static_html() + str(one.page) + escape(view(now).csv.text)))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", EVERY)
def test_no_step_is_told_before_it_is_reached(name: str) -> None:
    """Is nothing of a later step in the page, nor what follows from options not chosen, nor how it ended, whatever was chosen?"""
    case = cases()[name]
    for turn in range(3):
        chosen = {step: getattr(case, step)[turn].id for step in STEPS}
        for done in range(len(STEPS)):
            now = state(case=name, **{step: chosen[step] for step in STEPS[:done]})
            page = everything(now)
            assert [text for text in endings(case) if text in page] == []
            assert [one.text for step in STEPS[done + 1 :] for one in getattr(case, step) if one.text in page] == []
            assert [one.id for step in STEPS for one in getattr(case, step) if now[step] != one.id and one.feedback in page] == []
            assert '"sound"' not in page and "clinic-road" not in page
        assert all(text in everything(state(case=name, **chosen)) for text in endings(case))


# --- state --------------------------------------------------------------------------------------------------------


def test_another_case_empties_the_road() -> None:
    """Does a change of case leave nothing chosen, unless the change itself brings a road?"""
    walked = state(**SOERING)
    assert clean(walked, {"case": "hirsi"}) == {"case": "hirsi", **dict.fromkeys(STEPS, "")}
    assert clean(walked, {"case": "hirsi", "issue": "ships"})["issue"] == "ships"
    assert clean(walked, {"case": "soering"}) == walked and clean(walked, {"case": "nowhere"}) == walked


def test_no_step_is_decided_before_the_one_ahead_of_it() -> None:
    """Is a later choice kept while an earlier one changes, and gone once the earlier one is taken back?"""
    walked = state(**SOERING)
    assert clean(walked, {"issue": "guilt"}) == {**walked, "issue": "guilt"}
    assert clean(walked, {"norm": ""}) == {**walked, "norm": "", "application": "", "decision": ""}
    assert clean(start(), {"decision": "breach"}) == start()
    assert clean(walked, dict(start())) == start()


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=2), st.sampled_from(["breach", "court", *EVERY]))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["case", *STEPS, "other"]), ANYTHING), st.sampled_from(EVERY))
def test_whatever_the_page_sends_a_page_comes_back(change: dict[str, Any], name: str) -> None:
    """Is a state always valid, its road without gaps?"""
    new = clean(state(**{**dict(next(best_roads(cases()[name]))[1])}), change)
    assert set(new) == {"case", *STEPS} and new["case"] in cases()
    filled = [bool(new[step]) for step in STEPS]
    assert filled == sorted(filled, reverse=True)
    assert view(new).finding


def test_buttons_say_what_is_chosen() -> None:
    """Is one button of each answered step pressed, and is each a button for the keyboard?"""
    page = explorer("case-clinic", case="soering", issue="handing-over").static_html()
    buttons = re.findall(r'<button type="button" class="clinic-option" data-set="(\w+)" data-value="([^"]+)" aria-pressed="(\w+)"', page)
    assert [(step, unescape(value)) for step, value, pressed in buttons if pressed == "true"] == [("issue", '"handing-over"')]
    assert {step for step, _, _ in buttons} == {"issue", "norm"} and page.count("clinic-follows") == 1


def test_the_download_is_the_readers_road() -> None:
    """A row for each formation, the road in words, and nothing held before the end."""
    begun = list(csv.DictReader(io.StringIO(view(state(case="nd-nt", issue="collective")).csv.text)))  # type: ignore[union-attr]
    assert len(begun) == 1 and begun[0]["issue"].startswith("Was this a collective") and begun[0]["held"] == begun[0]["norm"] == ""
    walked = next(road for _, road in best_roads(cases()["nd-nt"]))
    ended = list(csv.DictReader(io.StringIO(view(walked).csv.text)))  # type: ignore[union-attr]
    assert [row["date"] for row in ended] == ["2017-10-03", "2020-02-13"] and all(row["decision"] for row in ended)


# --- a slip in the file --------------------------------------------------------------------------------------------

OPTIONS = "".join(
    f"      - {{id: {name}, text: T, short: s, feedback: f{', sound: true' if name == 'a' else ''}}}\n" for name in ("a", "b", "c")
)
TEXT = """format: 1
subtitle: S
notes: []
steps:
  issue: {name: I, ask: A}
  norm: {name: I, ask: A}
  application: {name: I, ask: A}
  decision: {name: I, ask: A}
cases:
  - id: one
    kind: decision
    title: T
    short: T
    body: B
    topic: T
    facts: [F]
    issue:
OPTIONS    norm:
OPTIONS    application:
OPTIONS    decision:
OPTIONS    holdings:
      - {id: court, body: B, short: b, date: "2001", held: H, why: W, cite: C, source: [s]}
    differ: D
    lesson: L
    cite: C
    source: [s]
""".replace("OPTIONS", OPTIONS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (", sound: true", "", "cases.yml:17: no option of this step is `sound: true`"),
        ("      - {id: c, text: T, short: s, feedback: f}\n", "", "cases.yml:17: `issue` must have at least 3 entries"),
        ("id: b,", "id: a,", "cases.yml:17: the option `a` is here twice"),
        ("sound: true", "sound: true, by: [nobody]", "names the holding `nobody`, which this case does not have"),
        ("text: T, short: s, feedback: f}", "text: T, short: s, feedback: f, by: [court]}", "names holdings in `by`, but is not `sound: true`"),
        ("kind: decision", "kind: situation", "cases.yml:10: `one` is a situation: it needs a `checklist`"),
        ("    body: B\n", "", "cases.yml:10: `one` is a decision: it needs `body` and `holdings`"),
        ('    holdings:\n', '    holdings:\n      - {id: other, body: B, short: b, date: last, held: H, why: W, cite: C, source: [s]}\n', "`date` must be a year"),
        (", feedback: f, sound", ", sound", "has no `feedback`: add it"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "cases.yml").write_text(TEXT, encoding="utf-8")
    Content("cases", CasesFile, tmp_path).read()
    assert old in TEXT
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "cases.yml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape(message)):
        Content("cases", CasesFile, broken).read()


# --- languages ------------------------------------------------------------------------------------------------------


def test_every_message_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do a few roads bring every message of this explorer to the page?"""
    said: set[str] = set()

    def note(message: str) -> str:
        said.add(message)
        return message

    forget()
    with made_up(monkeypatch, note), speaking("fr"):
        for change in ROADS:
            explorer("case-clinic", **change).static_html()
    forget()
    assert {message for message in messages(ENGINE / "explorers" / "case_clinic.py", "python")} - said == set()


ROADS: list[dict[str, Any]] = [
    {},
    {"issue": "there"},
    {"issue": "there", "norm": "life"},
    {"issue": "there", "norm": "life", "application": "trial"},
    SOERING,
    {**SOERING, "norm": "life"},
    {**SOERING, "decision": "affair"},
    {"case": "nd-nt", "issue": "collective", "norm": "protocol", "application": "conduct", "decision": "none"},
    {"case": "nd-nt", "issue": "collective", "norm": "protocol", "application": "groups", "decision": "remedy"},
    {"case": "teitiota"},
    {"case": "rescue", "issue": "safety", "norm": "maritime", "application": "lead", "decision": "land"},
    {"case": "rescue", "issue": "safety", "norm": "maritime", "application": "done", "decision": "land"},
    {"case": "rescue", "issue": "safety", "norm": "maritime", "application": "done", "decision": "back"},
]
