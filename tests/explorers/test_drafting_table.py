"""The explorer "What does each wording of an agreement protect?": judgements worked out by hand from the articles, and content that refers only to what there is."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.errors import CourseError
from course.explorers import drafting_table as desk
from course.explorers.base import plain_text
from course.explorers.content import Content

AGREEMENT = desk.CONTENT.read()
START = desk.DraftingTable.start
CLAUSES = {clause.id: [wording.id for wording in clause.wordings] for clause in AGREEMENT.clauses}
STANDARDS = {standard.id: standard for standard in AGREEMENT.standards}
WEAK = {clause: wordings[0] for clause, wordings in CLAUSES.items()}
BEST = {clause: wordings[-1] for clause, wordings in CLAUSES.items()}
RANK = {outcome: number for number, outcome in enumerate(desk.OUTCOMES)}


def turned(**change: Any) -> dict:
    return desk.clean(dict(START), change)


def outcomes(state: dict) -> dict[str, str]:
    return {one.standard.id: one.outcome for one in desk.judge(AGREEMENT, state)}


def panel(state: dict, name: str) -> str:
    return next(one.html for one in desk.view(state).panels if one.id == name)


# --- judged by hand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "standard", "outcome"),
    [
        # C181, article 7: nothing directly or indirectly, with the exceptions that paragraph 2 allows
        ({"fees": "worker-pays"}, "c181-7", "missed"),
        ({"fees": "advance"}, "c181-7", "missed"),
        ({"fees": "exceptions"}, "c181-7", "met"),
        ({"fees": "employer-pays"}, "c181-7", "met"),
        # the guidance binds employers too and knows no agency-only rule
        ({**BEST, "fees": "exceptions"}, "ilo-fair", "partly"),
        ({**BEST, "fees": "exceptions"}, "gcm-6", "partly"),
        # C189, articles 7 and 8: written before the border, preferably a contract, and understood
        ({"contract": "on-arrival"}, "c189-8", "missed"),
        ({"contract": "told"}, "c189-8", "missed"),
        ({"contract": "written"}, "c189-8", "partly"),
        ({"contract": "understood"}, "c189-8", "met"),
        # it is for domestic workers: an agreement without them says nothing to it, however good its words
        ({**BEST, "scope": "no-domestic"}, "c189-8", "silent"),
        ({**WEAK, "scope": "no-domestic"}, "c189-9", "silent"),
        # ICRMW, article 37: before departure, at the latest on admission
        ({"contract": "on-arrival"}, "icrmw-37", "partly"),
        # ICRMW, article 21: anyone but an authorized official; a safe is no exception, silence no breach
        ({"papers": "employer-safe"}, "icrmw-21", "missed"),
        ({"papers": "unsaid"}, "icrmw-21", "silent"),
        ({"papers": "own"}, "icrmw-21", "met"),
        # C97, article 6 is met by equality for those lawfully there; ICRMW, article 25 is not
        ({**BEST, "equality": "regular"}, "c97-6", "met"),
        ({**BEST, "equality": "regular"}, "icrmw-25", "partly"),
        # C97, article 6 needs pay, unions and social security together
        ({**BEST, "union": "none"}, "c97-6", "missed"),
        ({**BEST, "union": "unsaid", "security": "accident"}, "c97-6", "silent"),
        # ICRMW, article 26 is for all, and so is joining
        ({"union": "regular"}, "icrmw-26", "partly"),
        ({"union": "all"}, "icrmw-26", "met"),
        # as much as the migrant wishes: a fixed share is not that
        ({"pay": "quota"}, "c97-9", "partly"),
        ({"pay": "held-back"}, "icrmw-32-47", "missed"),
        # C143, article 9: both the claim and a body to put it to, whatever the situation
        ({"pay": "also-after", "complaints": "courts"}, "c143-9", "partly"),
        ({"pay": "also-after", "complaints": "courts-all"}, "c143-9", "met"),
        ({"pay": "monthly", "complaints": "courts-all"}, "c143-9", "silent"),
        # C143, articles 8 and 14: the job lost, not the status; two years at most
        ({"employer": "tied"}, "c143-8", "missed"),
        ({"employer": "two-years"}, "c143-8", "met"),
        # VCCR, article 36: told of the right, and the consulate on request
        ({"complaints": "courts"}, "vccr-36", "partly"),
        ({"complaints": "courts-all"}, "vccr-36", "met"),
        # GR 26: a ban by age and sex is no protection; leaving an abusive employer must not end the stay
        ({**BEST, "scope": "age-ban"}, "cedaw-gr-26", "missed"),
        ({**BEST, "employer": "two-years"}, "cedaw-gr-26", "partly"),
        # what was earned can be carried only where something is earned and carried
        ({"security": "equal"}, "gcm-22", "partly"),
        ({"security": "portable"}, "gcm-22", "met"),
    ],
)
def test_a_text_is_judged_as_the_article_says(change: dict[str, str], standard: str, outcome: str) -> None:
    assert outcomes(turned(**change))[standard] == outcome


def test_the_start_is_a_middling_text() -> None:
    """Does it look respectable, meet little, and name the clause that costs most?"""
    words = plain_text(desk.view(START).finding)
    assert words == (
        "This version meets 4 of 18 standards: 4 of the 14 that bind their parties, 0 of the 4 that are guidance. "
        "Missed: 3. The clause “Passports and papers” alone keeps 2 from being met."
    )
    assert {ident for ident, outcome in outcomes(START).items() if outcome == "met"} == {"c97-6", "c97-9", "icrmw-27-28", "icrmw-32-47"}


def test_changing_the_fees_alone_frees_one_standard_of_three() -> None:
    """Do the two that rest on other clauses too stay open?"""
    before, after = outcomes(START), outcomes(turned(fees="employer-pays"))
    assert {ident for ident in before if after[ident] == "met" != before[ident]} == {"c181-7"}
    assert after["ilo-fair"] != "met" and after["gcm-6"] != "met"


def test_two_clauses_that_sound_protective_miss_more() -> None:
    """Are bans and safes missed by the standards that they seem to serve?"""
    before, after = outcomes(START), outcomes(turned(scope="age-ban", papers="employer-safe"))
    missed = {ident for ident in before if after[ident] == "missed" != before[ident]}
    assert missed == {"cedaw-gr-26", "c189-9", "icrmw-21"}
    assert "Missed: 6." in plain_text(desk.view(turned(scope="age-ban", papers="employer-safe")).finding)


def test_the_best_text_meets_all_and_asks_what_the_other_side_says() -> None:
    state = turned(**BEST)
    assert set(outcomes(state).values()) == {"met"} and desk.view(state).opens == "across"
    assert plain_text(desk.view(state).finding).endswith("4 of the 4 that are guidance.")
    assert all(desk.cost(AGREEMENT, state, clause) == 0 for clause in AGREEMENT.clauses)


def test_leaving_domestic_work_out_costs_three() -> None:
    state = turned(**{**BEST, "scope": "no-domestic"})
    assert Counter(outcomes(state).values()) == {"met": 15, "silent": 2, "missed": 1}
    clause, most = desk.dearest(AGREEMENT, state)
    assert (clause.id, most) == ("scope", 3)


# --- any text ---------------------------------------------------------------------------------------------------

TEXTS = st.fixed_dictionaries({clause: st.sampled_from(wordings) for clause, wordings in CLAUSES.items()})


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_text_is_judged_and_the_counts_add_up(text: dict[str, str]) -> None:
    """Is each standard judged once, each column as long as its number, and the weakest reason the outcome?"""
    state = turned(**text)
    judgements = desk.judge(AGREEMENT, state)
    assert [one.standard for one in judgements] == AGREEMENT.standards
    assert desk.met(judgements, "binding") + desk.met(judgements, "guidance") == desk.met(judgements)
    assert all(one.deciding and one.outcome == min((r.outcome for r in one.reasons), key=RANK.get) for one in judgements)  # type: ignore[arg-type]
    shown = panel(state, "draft")
    counts = [int(number) for number in re.findall(r'<span class="weight">(\d+)</span>', shown)]
    assert sum(counts) == len(judgements) and counts[0] == desk.met(judgements)
    numbers = [int(number) for number in re.findall(r"<strong>(\d+)</strong>", desk.view(state).finding)]
    assert numbers[:3] == [desk.met(judgements), desk.met(judgements, "binding"), desk.met(judgements, "guidance")]


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.data())
def test_a_better_wording_lowers_no_standard(text: dict[str, str], data: st.DataObject) -> None:
    """Whatever the rest says, does a stronger wording leave every standard at least where it was, unless it leaves people out?"""
    clause = data.draw(st.sampled_from(list(CLAUSES)))
    at = CLAUSES[clause].index(text[clause])
    better = data.draw(st.sampled_from(CLAUSES[clause][at:]))
    before, after = outcomes(turned(**text)), outcomes(turned(**{**text, clause: better}))
    for ident, standard in STANDARDS.items():
        if clause not in standard.outside:
            assert RANK[after[ident]] >= RANK[before[ident]], (ident, clause, better)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_cost_of_a_clause_is_what_another_wording_of_it_wins(text: dict[str, str]) -> None:
    """Is no cost above the number of standards that name the clause, and is it zero exactly where nothing can be won?"""
    state = turned(**text)
    now = outcomes(state)
    for clause in AGREEMENT.clauses:
        named = [ident for ident, one in STANDARDS.items() if clause.id in one.tests or clause.id in one.outside]
        best = outcomes({**state, clause.id: CLAUSES[clause.id][-1]})
        won = sum(best[ident] == "met" != now[ident] for ident in now)
        assert desk.cost(AGREEMENT, state, clause) == won <= len(named)  # the last wording is the strongest


# --- the state and the page -------------------------------------------------------------------------------------


def test_what_cannot_be_is_left_as_it_was() -> None:
    state = turned(fees="free of charge", role="observer", compare="yes", papers=3, unknown="x")
    assert state == START


def test_the_draft_shows_what_was_changed_and_what_is_silent() -> None:
    """Is the old sentence struck out and the new put in, only where they differ, and a gap named?"""
    assert "<del>" not in panel(turned(fees="employer-pays"), "draft")
    shown = panel(turned(fees="employer-pays", compare=True), "draft")
    assert shown.count("<del>") == shown.count("<ins>") == 1
    assert "[Nothing on: Passports and papers]" in plain_text(shown)
    assert "Nothing has been changed yet." in panel(turned(compare=True), "draft")


def test_the_other_side_speaks() -> None:
    """Does the seat decide who answers, and does a helping sentence come with every concern?"""
    origin, destination = (plain_text(panel(turned(fees="worker-pays", role=role), "across")) for role in desk.ROLES)
    wording = AGREEMENT.clauses[1].wording("worker-pays")
    assert wording.says_destination in origin and wording.says_origin not in origin
    assert wording.says_origin in destination and wording.says_destination not in destination
    for said in (origin, destination):
        assert said.count("The other side may say:") == said.count("A sentence that may help:") > 3


@pytest.mark.parametrize(
    ("change", "clause", "outcome"),
    [
        ({"pay": "monthly"}, "pay", "partly"),  # free transfer is met, claims after the stay are not addressed
        ({"security": "accident"}, "security", "partly"),
        ({"security": "portable"}, "security", "met"),
        ({"papers": "unsaid"}, "papers", "silent"),
        ({"contract": "on-arrival"}, "contract", "missed"),  # though one standard is partly met
    ],
)
def test_a_clause_has_one_mark_for_all_its_standards(change: dict[str, str], clause: str, outcome: str) -> None:
    assert desk.mark(desk.judge(desk.CONTENT.read(), {**START, **change}), clause) == outcome


def test_every_mark_is_a_word_and_a_sign() -> None:
    """Is nothing said by colour alone?"""
    chips = re.findall(r'<span class="verdict-chip (\w+)"><span aria-hidden="true">(.)</span> ([\w ]+)</span>', panel(START, "draft"))
    assert len(chips) == len(CLAUSES) and {(kind, word) for kind, _, word in chips} <= {("met", "met"), ("partly", "partly met"), ("missed", "missed"), ("silent", "not addressed")}


def test_the_download_has_the_draft_and_the_standards() -> None:
    rows = list(csv.DictReader(io.StringIO(desk.view(START).csv.text)))  # type: ignore[union-attr]
    assert [row["id"] for row in rows] == [*CLAUSES, *STANDARDS]
    assert [row["wording"] for row in rows if row["kind"] == "clause"] == [START[clause] for clause in CLAUSES]
    assert all(row["cite"] and row["why"] and row["outcome"] in RANK for row in rows if row["kind"] == "standard")


# --- the content ------------------------------------------------------------------------------------------------


def test_every_clause_is_tested_and_every_text_can_be_better() -> None:
    """Does every clause matter to some standard, run from a weak to a wholly met wording, and can every sentence stand alone?"""
    for clause in AGREEMENT.clauses:
        tests = [one.tests[clause.id] for one in AGREEMENT.standards if clause.id in one.tests]
        assert tests and all(test[clause.wordings[-1].id].outcome == "met" for test in tests)
        assert any(test[clause.wordings[0].id].outcome == "missed" for test in tests)
        for wording in clause.wordings:
            assert not wording.text or (wording.text[0].isupper() and wording.text.endswith(".") and " shall " in f" {wording.text} " or " may " in wording.text or "applies" in wording.text)
            assert wording.says_origin or wording.says_destination or wording.id not in (clause.wordings[0].id, clause.wordings[-1].id)


def test_words_are_those_of_the_united_nations() -> None:
    """Is no term used that the United Nations avoids, and no straight quotation mark left in a text?"""
    text = desk.CONTENT.path.read_text(encoding="utf-8")
    assert not re.search(r"\billegal (im)?migrant|\balien\b|third[- ]world|\bhost countr", text, re.I)
    assert "'" not in "".join(line for line in text.splitlines() if not line.startswith("#"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("        worker-pays: {outcome: missed, why: \"A ceiling", "        worker-pay: {outcome: missed, why: \"A ceiling", "`worker-pay` is no wording of `fees`: they are worker-pays, advance, exceptions, employer-pays"),
        ("      fees:\n        worker-pays: {outcome: missed, why: \"A ceiling", "      fee:\n        worker-pays: {outcome: missed, why: \"A ceiling", "`fee` is no clause: the clauses are scope, fees"),
        ("  fees: advance\n", "  fees: later\n", "`later` is no wording of `fees`"),
        ("  fees: advance\n", "", "`start` has no wording for `fees`: add it"),
        ("set: {fees: employer-pays}", "set: {fee: employer-pays}", "`fee` is no clause"),
        ("        no-domestic: \"Domestic work is left out", "        none: \"Domestic work is left out", "`none` is no wording of `scope`"),
        ("  - id: fees\n", "  - id: role\n", "`role` is taken already: give this clause another id"),
        ("      - id: advance\n", "      - id: worker-pays\n", "`worker-pays` is here twice"),
        ("        unsaid: {outcome: silent, why: \"Nothing is said on trade unions", "        unsaid: {outcome: met, why: \"Nothing is said on trade unions", "the wording `unsaid` has no text, so its outcome can only be `silent`"),
        ("{outcome: missed, why: \"The border", "{outcome: bad, why: \"The border", "`outcome`"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Is a name that leads nowhere told with its line and what would be right?"""
    text = desk.CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "agreement.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    broken = Content("agreement", desk.AgreementFile, tmp_path)
    with pytest.raises(CourseError, match=re.escape(message)) as error:
        broken.read()
    line = next(fault.line for fault in error.value.faults if message in fault.message)
    at = text[: text.index(old)].count("\n") + 1
    assert line is not None and (at <= line <= at + 2 or "start" in message)


def test_a_forgotten_wording_is_told(tmp_path: Path) -> None:
    text = desk.CONTENT.path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines(keepends=True) if one.startswith("        told: {outcome: missed"))
    (tmp_path / "agreement.yml").write_text(text.replace(line, "", 1), encoding="utf-8")
    with pytest.raises(CourseError, match="`c189-8` does not say what the wording `told` of `contract` makes of it: add it"):
        Content("agreement", desk.AgreementFile, tmp_path).read()
