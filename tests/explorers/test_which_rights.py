"""The explorer "Which rights apply?": persons worked out by hand from the law, what one change does, and the rule table itself."""

from __future__ import annotations

import csv
import io
import itertools
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from course.data import states
from course.errors import CourseError
from course.explorers.base import plain_text
from course.explorers.which_rights import (
    CONTENT,
    WhichRights,
    applies,
    changes,
    clean,
    described,
    list_date,
    matching,
    standing_words,
    standings,
    start,
    unknowns,
    view,
    why_not,
)

ROOT = Path(__file__).resolve().parents[2]
FILE = CONTENT.read()
RULES = {rule.id: rule for rule in FILE.rules}
DIMENSIONS = {one.id: [choice.id for choice in one.options] for one in FILE.person}

PLAIN = {"status": "regular", "activity": "none", "place": "territory", "age": "adult", "risk": "none", "sex": "any"}
"""An adult in a regular situation, in the territory, who does not work."""


def person(**change: str) -> dict[str, str]:
    assert set(change) <= set(PLAIN)
    return {**PLAIN, **change}


def ids(**change: str) -> set[str]:
    return {rule.id for rule in matching(person(**change), FILE)}


def asked(**change: str) -> set[str]:
    return {one.id for one in unknowns(person(**change), FILE)}


def everybody() -> list[dict[str, str]]:
    """Each person that can be described."""
    return [dict(zip(DIMENSIONS, options, strict=True)) for options in itertools.product(*DIMENSIONS.values())]


def words(markup: str) -> str:
    return plain_text(markup).replace("\u00a0", " ")


# --- persons worked out by hand ----------------------------------------------------------------------------------

# whoever is within a State's jurisdiction
EVERYONE = {"iccpr-6-7", "iccpr-9", "iccpr-14", "iccpr-26", "iccpr-23", "icerd-gr-30"}
# ... and on its soil, at its border or in its custody
ASHORE = EVERYONE | {"iccpr-12-2", "icescr-gc-20", "icescr-11-12", "gcm-15"}
# ... and living there
INSIDE = ASHORE | {"icescr-13"}
# lawfully so
LAWFUL = {"iccpr-12-1", "iccpr-13"}
# whoever works, under covenants and conventions that do not ask for a status
AT_WORK = {"icescr-7", "icescr-8", "c190"}
EMPLOYED = AT_WORK | {"c181-7"}
# Part III of the Migrant Workers Convention in the territory: for the family, for all workers, for those who have an employer
PART_3_FAMILY = {f"icrmw-{article}" for article in ("8", "9-11", "16", "21", "22", "23", "26", "27", "28", "32")}
PART_3_SELF = PART_3_FAMILY | {"icrmw-20"}
PART_3 = PART_3_SELF | {"icrmw-25"}
# Part IV: for the family, for workers
PART_4_FAMILY = {f"icrmw-{article}" for article in ("37", "38-39", "40", "41", "43-45", "44")}
PART_4 = PART_4_FAMILY | {"icrmw-47", "icrmw-52"}
CHILD = {"iccpr-24", "crc-2", "crc-3", "crc-9-10", "crc-37", "crc-joint-detention"}
REFUGEE = {"udhr-14", "refugees-1a"}

CASES = {
    "domestic worker, irregular": (
        {"status": "irregular", "activity": "domestic"},
        INSIDE | EMPLOYED | PART_3 | {"c143-1", "c143-9", "c189-3-5", "c189-7-8", "c189-9-10"},
    ),
    "domestic worker, regular": (
        {"activity": "domestic"},
        INSIDE | LAWFUL | EMPLOYED | PART_3 | PART_4 | {"c97-6", "c143-1", "c143-10", "c189-3-5", "c189-7-8", "c189-9-10"},
    ),
    "employed, irregular": (
        {"status": "irregular", "activity": "employed"},
        INSIDE | EMPLOYED | PART_3 | {"c143-1", "c143-9"},
    ),
    "self-employed, regular: nothing that supposes an employer": (
        {"activity": "self-employed"},
        INSIDE | LAWFUL | AT_WORK | PART_3_SELF | PART_4,
    ),
    "student, regular: left out of the Migrant Workers Convention": (
        {"activity": "student"},
        INSIDE | LAWFUL,
    ),
    "a child alone at the border": (
        {"status": "irregular", "place": "border", "age": "child-alone"},
        ASHORE | CHILD | {"crc-20"},
    ),
    "child of a migrant worker, irregular": (
        {"status": "irregular", "activity": "family", "age": "child-family"},
        INSIDE | CHILD | PART_3_FAMILY | {"crc-28", "icrmw-29", "icrmw-30"},
    ),
    "rescued at sea, fears torture": (
        {"status": "irregular", "place": "sea", "risk": "torture"},
        EVERYONE | {"unclos-98", "solas-33", "sar-safety", "cat-3", "iccpr-refoulement"},
    ),
    "asylum claim pending, fears persecution": (
        {"status": "claim", "risk": "persecution"},
        INSIDE | REFUGEE | {"refugees-33", "refugees-31", "iccpr-refoulement"},
    ),
    "irregular, fears persecution, has not claimed yet": (
        {"status": "irregular", "risk": "persecution"},
        INSIDE | REFUGEE | {"refugees-33", "refugees-31", "iccpr-refoulement"},
    ),
    "recognized refugee in employment": (
        {"status": "refugee", "activity": "employed"},
        INSIDE | LAWFUL | EMPLOYED | REFUGEE
        | {"refugees-33", "refugees-32", "refugees-31", "refugees-17-18", "refugees-28", "refugees-3-16"},
    ),
    "refugee child at school": (
        {"status": "refugee", "age": "child-family"},
        INSIDE | LAWFUL | CHILD | REFUGEE
        | {"crc-28", "crc-22", "refugees-33", "refugees-32", "refugees-31", "refugees-22", "refugees-28", "refugees-3-16"},
    ),
    "trafficked woman, irregular": (
        {"status": "irregular", "risk": "trafficked", "sex": "woman"},
        INSIDE | {"trafficking-3", "trafficking-6", "trafficking-7-8", "cedaw-6"},
    ),
    "smuggled worker, detained": (
        {"status": "irregular", "activity": "employed", "risk": "smuggled", "place": "detention"},
        ASHORE | {"icescr-13", "iccpr-10", "gcm-13", "vccr-36", "smuggling-5", "smuggling-16", "smuggling-19", "c143-1", "c143-9"}
        | (PART_3 - {"icrmw-26", "icrmw-27"}),
    ),
    "stateless adult in detention": (
        {"status": "stateless", "place": "detention"},
        INSIDE | {"iccpr-10", "gcm-13", "stateless-1", "stateless-31"},
    ),
    "the sea took the fields": (
        {"status": "irregular", "risk": "disaster"},
        INSIDE | {"iccpr-teitiota", "icj-climate", "nansen", "gcm-2-5"},
    ),
    "woman in the family of a worker, regular": (
        {"activity": "family", "sex": "woman"},
        INSIDE | LAWFUL | PART_3_FAMILY | PART_4_FAMILY | {"cedaw-gr-26"},
    ),
}


@pytest.mark.parametrize(("who", "expected"), CASES.values(), ids=CASES.keys())
def test_each_person_has_the_rules_that_the_law_gives(who: dict[str, str], expected: set[str]) -> None:
    """Is the set of rules the one that was worked out from the articles, none missing and none too many?"""
    found = ids(**who)
    assert (sorted(expected - found), sorted(found - expected)) == ([], [])


def test_safeguards_against_expulsion_ask_for_lawful_presence() -> None:
    """Is ICCPR 13 for regular residents and refugees only, while 6, 7, 9 and the ban on collective expulsion hold for workers without papers?"""
    holders = {status for status in DIMENSIONS["status"] if "iccpr-13" in ids(status=status)}
    assert holders == {"regular", "refugee"}
    assert {"iccpr-6-7", "iccpr-9", "icrmw-22"} <= ids(status="irregular", activity="employed")


def test_joining_is_for_all_and_forming_for_the_regular() -> None:
    """Article 26 in Part III, article 40 in Part IV?"""
    assert {"icrmw-26", "icrmw-40"} <= ids(activity="employed")
    irregular = ids(status="irregular", activity="employed")
    assert "icrmw-26" in irregular and "icrmw-40" not in irregular


def test_no_penalty_for_entry_is_for_refugees_alone() -> None:
    """Is article 31 out of reach without refugee status, a claim or a fear of persecution, and its three conditions told?"""
    assert "refugees-31" not in ids(status="irregular") and "refugees-31" not in ids(status="irregular", risk="smuggled")
    for condition in ("coming directly", "without delay", "good cause"):
        assert condition in RULES["refugees-31"].limits


def test_never_is_a_reading_and_last_resort_the_text() -> None:
    """Do CRC 37 and the joint general comment stand apart, one binding and one a reading?"""
    assert (RULES["crc-37"].force, RULES["crc-joint-detention"].force) == ("binding", "interpretation")
    assert "last resort" in RULES["crc-37"].right and RULES["crc-joint-detention"].right.startswith("Never")


def test_torture_and_persecution_have_their_own_bars() -> None:
    """CAT 3 for torture only and without exception; 1951 article 33 with its exceptions and not counted on the high seas?"""
    assert "cat-3" in ids(risk="torture") and "cat-3" not in ids(risk="persecution")
    assert "no exception" in RULES["cat-3"].why and "33(2)" in RULES["refugees-33"].limits and "1F" in RULES["refugees-33"].limits
    assert "refugees-33" not in ids(place="sea", risk="persecution") and "high-seas" in asked(place="sea", risk="persecution")


def test_refugees_and_stateless_persons_are_no_migrant_workers_here() -> None:
    """Is nothing of the Migrant Workers Convention counted for them, and the question asked?"""
    for status in ("refugee", "stateless", "claim"):
        assert not any(ident.startswith("icrmw") for ident in ids(status=status, activity="employed"))
    assert "refugee-worker" in asked(status="refugee", activity="employed") and "claim-work" in asked(status="claim", activity="seasonal")


def test_nobody_stateless_is_sent_to_a_consulate() -> None:
    """Is article 36 of the Vienna Convention for foreign nationals only?"""
    assert "vccr-36" in ids(place="detention") and "vccr-36" not in ids(place="detention", status="stateless")


@pytest.mark.parametrize(
    ("who", "question"),
    [
        ({"risk": "disaster"}, "climate-status"),
        ({"status": "irregular"}, "regularization"),
        ({"status": "claim"}, "claim-lawful"),
        ({"status": "stateless"}, "stateless-lawful"),
        ({"risk": "persecution"}, "not-recognized-yet"),
        ({"risk": "torture"}, "what-harm"),
        ({"risk": "trafficked"}, "trafficked-stay"),
        ({"risk": "smuggled"}, "smuggled-penalty"),
        ({"place": "border"}, "border"),
        ({"place": "sea"}, "disembarkation"),
        ({"place": "detention"}, "arbitrary"),
        ({"activity": "student"}, "student-worker"),
        ({"activity": "seasonal"}, "part-five"),
        ({"activity": "employed", "age": "child-alone"}, "working-child"),
        ({"age": "child-family"}, "whose-child"),
    ],
)
def test_it_says_what_it_does_not_know(who: dict[str, str], question: str) -> None:
    """Is what no rule settles named, with what would decide it and whom to ask?"""
    assert question in asked(**who)
    one = next(one for one in FILE.unknowns if one.id == question)
    text = words(next(panel.html for panel in view({**start(), **person(**who)}).panels if panel.id == "unknown"))
    assert plain_text(one.ask) in text


# --- what holds for everybody ------------------------------------------------------------------------------------


def test_everybody_has_the_rules_for_everyone() -> None:
    """Does no description of a person fall below the rules that have no condition?"""
    bare = {rule.id for rule in FILE.rules if not (rule.when or rule.unless)}
    open_ = {one.id for one in FILE.instruments if not (one.when or one.unless)}
    assert {ident for ident in bare if RULES[ident].instrument in open_} == EVERYONE
    assert all(EVERYONE <= {rule.id for rule in matching(who, FILE)} for who in everybody())


def test_every_rule_and_every_question_is_somebodys() -> None:
    """Is there a person for each, and for each rule one whom it does not reach, unless it is for everyone?"""
    people = everybody()
    reached: dict[str, int] = dict.fromkeys(RULES, 0)
    met = set()
    for who in people:
        met |= {one.id for one in unknowns(who, FILE)}
        for rule in matching(who, FILE):
            reached[rule.id] += 1
    assert [ident for ident, number in reached.items() if not number] == []
    assert {ident for ident, number in reached.items() if number == len(people)} == EVERYONE
    assert {one.id for one in FILE.unknowns} - met == set()


def test_the_reason_why_not_is_the_reason() -> None:
    """Is it empty for rules that apply, and does meeting all of it always make the rule apply?"""
    for who in random.Random(11).sample(everybody(), 400):
        applying = set(rule.id for rule in matching(who, FILE))
        for rule in FILE.rules:
            failing = why_not(rule, who, FILE)
            assert (rule.id in applying) == applies(rule, who, FILE) == (not failing)
            assert all(wanted and who[dimension] not in wanted for dimension, wanted in failing.items()), (rule.id, who, failing)
            for met in itertools.product(*failing.values()):
                assert applies(rule, {**who, **dict(zip(failing, met, strict=True))}, FILE), (rule.id, who, failing)


def test_a_near_miss_names_the_condition() -> None:
    """Would ICCPR 13 and ICRMW 40 apply to the domestic worker in a regular situation?"""
    who = person(status="irregular", activity="domestic")
    assert why_not(RULES["icrmw-40"], who, FILE) == {"status": ("regular",)}
    assert why_not(RULES["iccpr-13"], who, FILE) == {"status": ("regular", "refugee")}
    assert why_not(RULES["crc-20"], who, FILE) == {"age": ("child-alone",)}
    assert why_not(RULES["vccr-36"], person(status="stateless"), FILE) == {
        "place": ("detention",), "status": ("regular", "irregular", "claim", "refugee"),
    }


def test_a_change_adds_and_takes_away_what_it_should() -> None:
    """Regular situation for the domestic worker: Part IV, ICCPR 12(1) and 13, C97, C143 part II come; C143 9 goes?"""
    found = {(one.dimension.id, one.option.id): one for one in changes(person(status="irregular", activity="domestic"), FILE)}
    assert len(found) == sum(len(options) - 1 for options in DIMENSIONS.values())
    regular = found["status", "regular"]
    assert {rule.id for rule in regular.adds} == LAWFUL | PART_4 | {"c97-6", "c143-10"}
    assert [rule.id for rule in regular.takes] == ["c143-9"]


# --- where a State stands ----------------------------------------------------------------------------------------


def standing(instrument: str, country: str) -> list[str]:
    return [standing_words(one) for one in standings(FILE.instrument(instrument), country, FILE)]


@pytest.mark.parametrize(
    ("instrument", "country", "expected"),
    [
        ("icrmw", "MEX", ["accepted in 1999 (list of 2026-02-03)"]),
        ("icrmw", "DEU", ["no record in the list of 2026-02-03"]),
        ("icrmw", "TGO", ["accepted in 2020 (list of 2026-02-03)"]),
        ("refugees-1951", "USA", ["no record in the list of 2013-07-06", "accepted in 1968 (list of 2022-02-28)"]),
        ("stateless-1954", "MDG", ["accepted and later denounced (list of 2026-05-22)"]),
        ("unclos", "MEX", ["this course has no list of States"]),
    ],
)
def test_a_state_stands_where_its_list_says(instrument: str, country: str, expected: list[str]) -> None:
    """Is every answer dated, and the Protocol of 1967 shown beside the Convention of 1951?"""
    assert standing(instrument, country) == expected


def test_nobody_is_called_not_a_party() -> None:
    """Does no line on any State say more than its list?"""
    for country in states():
        for one in FILE.instruments:
            for said in standing(one.id, country):
                assert "not a party" not in said and re.search(r"list of (\d|States)", said)


def test_the_lists_date_is_that_of_the_list() -> None:
    """Do single acts that were added later not make a list look younger?"""
    assert (list_date("stateless-1961"), list_date("refugees-1951")) == ("2015-01-27", "2013-07-06")


def test_a_state_adds_lines_and_a_count() -> None:
    """Does choosing a State say how many of the treaties it has accepted, and under each rule when?"""
    state = clean(start(), {"country": "MEX"})
    shown = view(state)
    assert "Mexico has accepted 6 of the 8 treaties among these for which there is a list. No record does not mean “not a party”." in words(shown.subtitle)
    assert "Mexico, Migrant Workers Convention: accepted in 1999 (list of 2026-02-03)." in words(shown.panels[0].html)


# --- the page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            {"status": "irregular", "activity": "domestic"},
            "32 rules of 9 instruments apply to this person: an adult, a domestic worker, in an irregular situation, in the territory. "
            "31 of them hold in a regular situation too, which would add 12.",
        ),
        (
            {"status": "refugee", "activity": "employed", "sex": "woman"},
            "27 rules of 9 instruments apply to this person: a woman, in employment, recognized as a refugee, in the territory. "
            "17 of them hold in an irregular situation too; 10 come with this status.",
        ),
        (
            {"status": "irregular", "place": "border", "age": "child-alone"},
            "17 rules of 5 instruments apply to this person: a child alone, not working, in an irregular situation, at the border or in a transit zone. "
            "All of them hold in a regular situation too, and none is added by it.",
        ),
    ],
)
def test_the_sentence_follows_the_person(who: dict[str, str], expected: str) -> None:
    """Do the live numbers answer the question?"""
    assert words(view({**start(), **person(**who)}).finding) == expected


def test_the_first_person_is_a_domestic_worker_in_an_irregular_situation() -> None:
    """Does the page start from an interesting state?"""
    assert {key: WhichRights.start[key] for key in DIMENSIONS} == person(status="irregular", activity="domestic")
    assert WhichRights.start["country"] == "none"


def test_everybody_can_be_described() -> None:
    """Has each person a sentence that is neither empty nor says the age twice?"""
    for who in everybody():
        phrases = described(who, FILE)
        assert 4 <= len(phrases) <= 5 and len(set(phrases)) == len(phrases)
        assert ("woman" in phrases[0] or "girl" in phrases[0]) == (who["sex"] == "woman")


def test_every_suggestion_is_a_whole_person_and_opens_its_view() -> None:
    """Do the suggestions leave nothing of the person before, and turn to where the surprise is?"""
    for one in view(start()).tries:
        state = clean(start(), one.change)
        assert {**state, "country": "none"} == {**one.change, "country": "none"}
        assert view(state).opens == one.change["open"]


def test_every_rule_shows_article_reason_and_care() -> None:
    """Can each rule be read on the page of somebody whom it reaches?"""
    left = set(RULES)
    for who, _expected in CASES.values():
        text = words(view({**start(), **person(**who)}).panels[0].html)
        for rule in matching(person(**who), FILE):
            for part in (rule.right, rule.why, rule.limits, rule.cite):
                assert part.replace("*", "") in text, rule.id
            left.discard(rule.id)
    assert left <= {"cedaw-11", "stateless-28", "stateless-1961-1", "crc-20"}


def test_a_rule_that_does_not_apply_tells_what_it_asks_for() -> None:
    """Does the table have every rule, once, the others with their conditions?"""
    markup = next(panel.html for panel in view(start()).panels if panel.id == "table")
    assert markup.count("<tr>") == len(FILE.rules) + 2
    assert "Status: Regular situation" in words(markup)


def test_nonsense_leaves_the_person_alone() -> None:
    """Are unknown options, States and views refused?"""
    state = start()
    assert clean(dict(state), {"status": "illegal", "country": "XXX", "open": "everything", "age": 7}) == state


def test_the_download_has_the_rules_and_the_state() -> None:
    """Does the file hold each rule that applies, with its article and the State's act?"""
    rows = list(csv.DictReader(io.StringIO(view(clean(start(), {"country": "PHL"})).csv.text)))
    assert [row["rule"] for row in rows] == [rule.id for rule in matching(person(status="irregular", activity="domestic"), FILE)]
    first = next(row for row in rows if row["rule"] == "icrmw-25")
    assert (first["article"], first["state_iso3"], first["state_in_lists"]) == (
        "ICRMW, article 25", "PHL", "Migrant Workers Convention: accepted in 1995 (list of 2026-02-03)",
    )


# --- the table of rules ------------------------------------------------------------------------------------------


def test_every_source_is_in_the_list_of_sources() -> None:
    """Can every rule be traced?"""
    sources = yaml.safe_load((ROOT / "modules" / "sources.yml").read_text(encoding="utf-8"))["sources"]
    assert CONTENT.faults(set(sources)) == []


def test_readings_and_declarations_do_not_pass_for_treaty_rules() -> None:
    """Is what cites a comment, a recommendation or a case no treaty rule, and what comes from no treaty not binding?"""
    for rule in FILE.rules:
        reading = re.search(r"general (comment|recommendation)|Teitiota", rule.cite)
        assert bool(reading) == (rule.force == "interpretation"), rule.id
        soft = rule.instrument in ("udhr", "gcm", "nansen", "icj-climate")
        assert soft == (rule.force == "non-binding"), rule.id


def test_the_words_are_those_of_the_united_nations() -> None:
    """Is nobody called illegal, and nothing left that cannot be said exactly?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert not re.search(r"\billegal|clandestine|climate refugee|--[^-]|[\"'] ?isn't", "\n".join(line for line in text.splitlines() if not line.startswith("  # ---")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      - status: [claim, refugee]\n        place: [territory, border, detention]", "      - status: [claim, refuge]\n        place: [territory, border, detention]", "`refuge` is no option of `status`"),
        ("      - sex: [woman]\n", "      - gender: [woman]\n", "`gender` is not asked about the person"),
        ("theme: life\n", "theme: lives\n", "`lives` is no theme of this file"),
        ("    instrument: iccpr\n", "    instrument: ccpr\n", "`ccpr` is no instrument of this file"),
        ("    treaty: icrmw\n", "    treaty: icrwm\n", "`icrwm` is no treaty of treaties.csv"),
        ("    force: binding\n", "    force: hard\n", "`hard` is no force of this file"),
        ("start: {status: irregular", "start: {status: illegal", "`illegal` is no option of `status`"),
        ("order: [age, ", "order: [", "`order` must name each of"),
        ("    open: changes\n", "    open: change\n", "`open` is rights, changes, unknown, table"),
        ("    also: [refugees-1967]\n", "    also: [protocol]\n", "`protocol` is no instrument"),
        ("  - id: iccpr-10\n", "  - id: iccpr-9\n", "`iccpr-9` is here twice"),
        ("    cite: \"ICCPR, article 10\"\n", "    cite: \"\"\n", "cite"),
        ("{id: irregular, label", "{id: regular, label", "`regular` is here twice"),
    ],
)
def test_a_lawyers_slip_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Does a fault in the table name the file, the line and the word?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path = tmp_path / "rights.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        replace(CONTENT, folder=tmp_path).read()
    found = [fault for fault in caught.value.faults if message in str(fault)]
    assert found and found[0].file == path and found[0].line == line
