"""The explorer "May this person be returned?": facts worked through by hand, decided cases, and what no combination may ever give."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from course.data import states
from course.errors import CourseError
from course.explorers.base import Radio, Select, plain_text
from course.explorers.content import Content
from course.explorers.non_refoulement import (
    CONTENT,
    NonRefoulement,
    RefoulementFile,
    case_of,
    clean,
    controls,
    list_date,
    turns,
    verdicts,
    view,
)
from course.treaties import acts

START = NonRefoulement.start
P, N, O = "protected", "not-protected", "open"
ORDER = ("refugees", "torture", "covenant", "european")
HUMAN_RIGHTS = ORDER[1:]


def facts(harm: str, reason: str = "yes", risk: str = "personal", place: str = "territory", conduct: str = "none", measure: str = "return") -> dict[str, str]:
    return {"harm": harm, "reason": reason, "risk": risk, "place": place, "conduct": conduct, "measure": measure}


def kinds(of: dict[str, str]) -> tuple[str, ...]:
    found = verdicts(of)
    assert tuple(one.regime.id for one in found) == ORDER
    return tuple(one.kind for one in found)


def rules(of: dict[str, str]) -> dict[str, list[str]]:
    """Regime -> the rules that its answer turns on."""
    return {one.regime.id: [rule.id for rule in one.turns_on] for one in verdicts(of)}


def every() -> Iterator[dict[str, str]]:
    content = CONTENT.read()
    for options in product(*([option.id for option in fact.options] for fact in content.facts)):
        yield dict(zip((fact.id for fact in content.facts), options))


def panel(state: dict, name: str) -> str:
    return next(one.html for one in view(state).panels if one.id == name)


# --- worked by hand ---------------------------------------------------------------------------------------------

BY_HAND = {
    "a refugee in danger of torture: every rule forbids it": (facts("torture"), (P, P, P, P)),
    "torture without a Convention reason: article 1A(2) wants one, the others do not": (facts("torture", reason="no"), (N, P, P, P)),
    "a danger to security: 33(2) is an exception to 33(1) alone": (facts("torture", conduct="security"), (N, P, P, P)),
    "convicted of a particularly serious crime and a danger: 33(2) again": (facts("torture", conduct="crime"), (N, P, P, P)),
    "1F excludes from the Convention, not from the bans on torture": (facts("torture", conduct="excluded"), (N, P, P, P)),
    "short of torture: CAT 3 is silent, article 7 and ECHR 3 are not": (facts("ill-treatment"), (P, N, P, P)),
    "the start: 33(2) and the narrow word torture, two different stops": (facts("ill-treatment", conduct="security"), (N, N, P, P)),
    "prison for an opinion: persecution, but not clearly within 7 or ECHR 3": (facts("persecution"), (P, N, O, O)),
    "private persons, no reason: CAT needs acquiescence; 6, 7 and ECHR 3 look at protection": (facts("private", reason="no"), (N, O, P, P)),
    "private persons for a reason: a State that cannot protect is enough for a refugee": (facts("private"), (P, O, P, P)),
    "a conflict that endangers all alike: only the most extreme cases": (facts("conflict", reason="no", risk="general"), (N, N, O, O)),
    "a conflict in which a group is sought out: the reason makes the refugee": (facts("conflict"), (P, N, P, P)),
    "death row without a reason: lawful sanctions (CAT 1), abolition (ICCPR 6), Soering (ECHR 3)": (facts("death-penalty", reason="no"), (N, O, O, P)),
    "climate, with something personal: not ruled out, not decided": (facts("climate", reason="no"), (N, N, O, O)),
    "a fair trial: no harm that any rule names": (facts("prosecution", reason="no"), (N, N, N, N)),
    "prosecution as a cover: only refugee law asks for the motive": (facts("prosecution"), (O, N, N, N)),
    "a mere possibility: no threshold is that low": (facts("torture", risk="possible"), (N, N, N, N)),
    "the same for all: article 33 and CAT 3(2) look at the group or the pattern": (facts("torture", risk="general"), (O, O, O, O)),
    "on the high seas: States differ on article 33; Hirsi, and control, for the others": (facts("torture", place="high-seas"), (O, P, P, P)),
    "turned away at the border: in any manner whatsoever": (facts("torture", place="border"), (P, P, P, P)),
    "without contact: no State has the person in its hands": (facts("torture", place="outside"), (N, N, N, N)),
    "extradition: CAT 3 names it": (facts("torture", measure="extradition"), (P, P, P, P)),
    "by way of a third State: indirect return is return": (facts("torture", measure="third-state"), (P, P, P, P)),
}


@pytest.mark.parametrize("why", BY_HAND)
def test_facts_worked_by_hand(why: str) -> None:
    """Does each regime answer as the law does?"""
    given, expected = BY_HAND[why]
    assert kinds(given) == expected


@pytest.mark.parametrize(
    ("given", "regime", "expected"),
    [
        (facts("torture", conduct="security"), "refugees", ["danger-to-security"]),
        (facts("torture", conduct="crime"), "refugees", ["danger-to-community"]),
        (facts("torture", conduct="excluded"), "refugees", ["excluded"]),
        (facts("torture", reason="no", conduct="security"), "refugees", ["other-reason"]),  # nobody reaches 33(2) who is no refugee
        (facts("climate", reason="no"), "refugees", ["nature"]),
        (facts("ill-treatment"), "torture", ["lesser"]),
        (facts("death-penalty", reason="no"), "torture", ["death-row"]),
        (facts("climate", reason="no", risk="general"), "covenant", ["teitiota"]),
        (facts("climate", reason="no", risk="possible"), "covenant", ["only-possible"]),
        (facts("torture", place="high-seas", risk="general"), "refugees", ["at-sea", "shared"]),  # open twice: both are named
        (facts("torture"), "european", []),
    ],
)
def test_the_answer_turns_on_the_right_rule(given: dict[str, str], regime: str, expected: list[str]) -> None:
    """Is it the reason of the law that is given, not only its result?"""
    assert rules(given)[regime] == expected


# --- decided cases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "expected", "word"),
    [
        ("chahal", (N, P, P, P), "may not be returned"),  # absolute in expulsion too; 33(2) would bite
        ("soering", (N, O, O, P), "may not be extradited"),  # death row, no Convention reason
        ("hirsi", (O, N, P, P), "may not be transferred"),  # control on the high seas
        ("mss", (P, N, P, P), "may not be transferred"),  # the presumption of safety can be rebutted
        ("teitiota", (N, N, N, O), "None of the 4 rules clearly forbids this"),  # principle accepted, no violation
    ],
)
def test_the_rules_give_what_was_decided(case: str, expected: tuple[str, ...], word: str) -> None:
    """Do facts like those of the case come out as the case did, and is the decision told beside them?"""
    found = {one.id: one for one in CONTENT.read().cases}[case]
    assert kinds(found.facts) == expected and case_of(found.facts) is found
    state = {**START, **found.facts}
    assert word in plain_text(view(state).finding) and found.decided.split(":")[0] in plain_text(panel(state, "side"))
    assert found.label not in [one.label for one in view(state).tries] and found.label in [one.label for one in view(START).tries]


def test_each_try_leads_somewhere_else() -> None:
    """Is every suggestion a whole set of facts, and none a second name for the same?"""
    content = CONTENT.read()
    changes = [one.facts for one in content.cases] + [one.change for one in content.tries]
    assert all(clean(dict(START), one) == {**one, "state": ""} for one in changes)
    assert len({str(sorted(one.items())) for one in changes}) == len(changes)


# --- every combination ------------------------------------------------------------------------------------------


def test_every_combination_has_an_answer() -> None:
    """Does no set of facts raise, and does each regime give one of its three answers, with the reason?"""
    seen = set()
    for given in every():
        for one in verdicts(given):
            seen.add(one.kind)
            assert bool(one.turns_on) == (one.kind != P) and all(rule.short for rule in one.turns_on)
    assert seen == {P, N, O}


def test_conduct_turns_off_article_33_only() -> None:
    """Whatever a person has done: is the answer of the three human-rights treaties the same, and that of article 33 never better?"""
    for given in every():
        if given["conduct"] != "none":
            before, now = kinds({**given, "conduct": "none"}), kinds(given)
            assert before[1:] == now[1:]
            assert now[0] == N


def test_a_greater_risk_never_protects_less() -> None:
    """Does more danger never weaken a protection?"""
    rank = {N: 0, O: 1, P: 2}
    for given in every():
        if given["risk"] == "possible":
            rows = [kinds({**given, "risk": risk}) for risk in ("possible", "general", "personal")]
            for lower, higher in zip(rows, rows[1:]):
                assert all(rank[a] <= rank[b] for a, b in zip(lower, higher))


def test_only_refugee_law_asks_for_a_reason() -> None:
    for given in every():
        other = {**given, "reason": "no" if given["reason"] == "yes" else "yes"}
        assert kinds(given)[1:] == kinds(other)[1:]
        if given["reason"] == "no":
            assert kinds(given)[0] == N


def test_nobody_is_protected_where_the_state_has_no_hold() -> None:
    assert {kind for given in every() if given["place"] == "outside" for kind in kinds(given)} == {N}


def test_a_step_that_is_not_met_ends_it() -> None:
    """Is nothing asked after that, and everything where all is met?"""
    for given in every():
        for one in verdicts(given):
            outcomes = [step.outcome for step in one.steps]
            ended = outcomes.index("not-met") + 1 if "not-met" in outcomes else len(outcomes)
            assert all(outcomes[:ended]) and not any(outcomes[ended:])


def test_what_would_change_it_is_found_by_trying() -> None:
    """For Chahal's facts: does each change shown change the answer, and does none that is left out?"""
    given = facts("torture", conduct="security")
    shown = {(turn.fact.id, turn.option.id): {after.regime.id: after.kind for _before, after in turn.changed} for turn in turns(given)}
    assert shown["conduct", "none"] == {"refugees": P}
    assert shown["harm", "ill-treatment"] == {"torture": N}
    assert shown["place", "outside"] == {one: N for one in HUMAN_RIGHTS}
    assert ("conduct", "crime") not in shown and ("place", "border") not in shown and ("reason", "no") not in shown
    for fact in CONTENT.read().facts:
        for option in fact.options:
            if (fact.id, option.id) not in shown:
                assert kinds({**given, fact.id: option.id}) == kinds(given)


def test_where_nothing_helps_it_says_so() -> None:
    """Without contact and with a mere possibility no single change is enough: is that told?"""
    state = {**START, **facts("torture", place="outside", risk="possible")}
    assert turns({key: str(value) for key, value in state.items() if key != "state"}) == []
    assert "No change of a single fact" in panel(state, "turns")


# --- the file ---------------------------------------------------------------------------------------------------

WHOLE = CONTENT.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("when: {place: [outside]}", "when: {places: [outside]}", "`places` is no fact: the facts are harm, reason, risk, place, conduct, measure"),
        ("when: {place: [outside]}", "when: {place: [abroad]}", "`abroad` is no option of `place`: the options are territory, border, high-seas, outside"),
        ("start: {harm: ill-treatment, ", "start: {harm: fear, ", "`fear` is no option of `harm`"),
        ("start: {harm: ill-treatment, ", "start: {", "every fact is needed here: add `harm`"),
        ("list: refugees-1951", "list: refugees-1950", "`refugees-1950` is no list of treaties.csv"),
        ("when: {reason: [no]}", "when: {}", "`convention-reason` never applies"),
        ("short: the lack of a Convention reason\n", "short: ''\n", "`other-reason` is not-met: say in `short` where the reader is stopped"),
        ("expect: {european: protected, refugees: not-protected}", "expect: {european: open}", "the rules of `european` give protected for `chahal`, not open"),
        ("expect: {european: protected, refugees: not-protected}", "expect: {strasbourg: open}", "`strasbourg` is no regime"),
        ("{id: no, label: No}", "{id: yes, label: No}", "`yes` is taken: give it another id"),
        ("then: met\n", "then: perhaps\n", "`then`"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Is what does not fit named with the line on which it stands?"""
    assert old in WHOLE
    (tmp_path / "refoulement.yml").write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError) as raised:
        Content("refoulement", RefoulementFile, tmp_path).read()
    fault = next(one for one in raised.value.faults if message in str(one))
    line = WHOLE[: WHOLE.index(old)].count("\n") + 1
    assert fault.line is not None and abs(fault.line - line) <= 8, str(fault)


def test_a_gap_between_rules_is_told(tmp_path: Path) -> None:
    """Is a test refused whose rules leave some facts without an answer?"""
    broken = WHOLE.replace("          - id: none\n            then: met\n", "          - id: none\n            when: {conduct: [none]}\n            then: met\n", 1)
    (tmp_path / "refoulement.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(CourseError, match=re.escape("no rule of `exceptions` covers conduct: crime: add one, or a last rule without `when`")):
        Content("refoulement", RefoulementFile, tmp_path).read()


def test_the_human_rights_treaties_have_no_exception_in_the_file() -> None:
    """Is no rule of theirs about conduct at all, so that nobody can add one by a slip?"""
    for regime in CONTENT.read().regimes:
        if regime.id in HUMAN_RIGHTS:
            assert not [rule.id for test in regime.tests for rule in test.rules if "conduct" in rule.when]


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_start_sets_two_stops_side_by_side() -> None:
    """Does the first sentence tell why the rules differ?"""
    assert plain_text(view(START).finding) == (
        "Under 2 of the 4 rules this person may not be returned. Article 33 of the 1951 Convention stops at 33(2), danger to national security. "
        "The human-rights treaties have no such exception. Article 3 of the Convention against Torture stops at harm short of torture."
    )


def test_all_and_none_have_sentences_of_their_own() -> None:
    assert plain_text(view({**START, **facts("torture")}).finding) == "Under all 4 rules this person may not be returned."
    assert plain_text(view({**START, **facts("torture", place="outside")}).finding).startswith("None of the 4 rules clearly forbids this. Article 33")


def test_each_choice_is_explained() -> None:
    """Is the chosen option told in full below the short words, and are few options all in sight?"""
    found = {one.key: one for one in controls({**START, "harm": "private"})}
    assert "cannot or will not control" in found["harm"].help and isinstance(found["reason"], Radio)
    assert isinstance(found["state"], Select) and found["state"].options[0].value == "" and len(found["state"].options) == 196
    longest = max((option.label for one in CONTENT.read().facts for option in one.options), key=len)
    assert len(longest) <= 34, longest


def test_a_treaty_act_comes_with_the_date_of_its_list() -> None:
    """Are acceptances told with their day, and what a list lacks as no record, never as more than that?"""
    shown = plain_text(panel({**START, "state": "KEN"}, "side"))
    assert "Kenya accepted the 1951 Convention on 1966-05-16 (list of 2013-07-06)." in shown
    assert "Kenya accepted the Convention against Torture on 1997-02-21 (list of 2026-02-03)." in shown
    without = next(code for code, one in states().items() if one.column is not None and code not in acts()["refugees-1951"])
    markup = plain_text(panel({**START, "state": without}, "side"))
    assert f"{states()[without].name}, 1951 Convention: no record in the list of 2013-07-06." in markup
    assert not re.search(r"not a party|not bound|has not accepted", markup)


def test_the_date_of_a_list_is_that_of_most_of_its_rows() -> None:
    assert list_date("refugees-1951") == "2013-07-06" and list_date("cat") == "2026-02-03"


def test_no_state_is_bound_or_freed_by_the_answer() -> None:
    """Does the choice of a State change what is shown of it, but no verdict?"""
    assert view({**START, "state": "KEN"}).finding == view(START).finding
    assert not view(START).source[1:] and len(view({**START, "state": "KEN"}).source) == 2


def test_the_csv_holds_every_step() -> None:
    """Are facts, steps, answers and sources in it, one row for a step?"""
    rows = list(csv.DictReader(io.StringIO(view(START).csv.text)))
    assert len(rows) == sum(len(regime.tests) for regime in CONTENT.read().regimes)
    assert {row["harm"] for row in rows} == {"ill-treatment"}
    last = [row for row in rows if row["regime"] == "refugees"][-1]
    assert (last["verdict"], last["step"], last["outcome"], last["rule"]) == (N, "exceptions", "not-met", "danger-to-security")
    assert "article 33(2)" in last["source"]
    assert [row["outcome"] for row in rows if row["regime"] == "torture"] == ["met", "not-met", "not reached", "not reached", "not reached"]


def test_what_cannot_be_is_left_as_it_was() -> None:
    assert clean(dict(START), {"harm": "fear", "place": 3, "state": "XXX", "risk": None, "conduct": ["none"]}) == START
    assert clean(dict(START), {"harm": "torture", "state": "KEN"}) == {**START, "harm": "torture", "state": "KEN"}


def test_terms_are_those_of_the_united_nations() -> None:
    """Is nobody called illegal, and are dashes and quotation marks typographic?"""
    texts = " ".join(line for line in WHOLE.splitlines() if not line.startswith("#"))
    assert not re.search(r"illegal|--|alien\b|\s'|'\s", texts.replace("''", ""), re.I)
