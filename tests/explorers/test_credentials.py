"""Whose qualification counts: situations decided by hand from the texts, changes that turn an answer, and a file that refuses what cannot work."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from course.errors import CourseError
from course.explorers import explorer
from course.explorers.content import Content
from course.explorers.credentials import CONTENT, CredentialsFile, answer, clean, governing, limits, standing, start, steps, turns, view


def case(qualification: str, purpose: str, origin: str, destination: str, papers: str = "complete", person: str = "any") -> dict[str, str]:
    return {"qualification": qualification, "purpose": purpose, "papers": papers, "person": person, "origin": origin, "destination": destination}


@pytest.mark.parametrize(
    ("facts", "kind", "why"),
    [
        (case("degree", "study", "FRA", "JPN"), "difference", "Lisbon is not for Japan; the Global Convention is for all, and asks for substantial differences"),
        (case("degree", "study", "GRC", "POL"), "difference", "Lisbon, article VI.1"),
        (case("access", "study", "UKR", "CAN"), "difference", "Lisbon, article IV.1: Northern America is in its region"),
        (case("period", "study", "ITA", "NOR"), "difference", "Lisbon, article V.1"),
        (case("degree", "study", "UKR", "NOR", "none", "refugee"), "assessment", "Lisbon, article VII"),
        (case("degree", "study", "SYR", "NOR", "none", "refugee"), "assessment", "not Lisbon, whose region Syria is outside of; the Global Convention also assesses refugees"),
        (case("degree", "study", "UKR", "NOR", "none"), "evidence", "article VII is for refugees and people in a like situation; others bring information first (article III)"),
        (case("access", "study", "KEN", "UGA", "incomplete"), "evidence", "the Addis Ababa and Global Conventions; information comes first"),
        (case("degree", "job", "PHL", "CAN"), "employer", "nobody has to recognize for a job that is not regulated"),
        (case("degree", "regulated", "PHL", "CAN"), "licence", "academic recognition is not leave to practise (article VI.3 leaves regulated professions to their law)"),
        (case("professional", "regulated", "PHL", "CAN"), "licence", "no convention gives leave to practise"),
        (case("degree", "regulated", "FRA", "DEU"), "directive", "Directive 2005/36/EC goes before the national law"),
        (case("degree", "regulated", "PHL", "DEU"), "procedure", "Germany's Recognition Act, whatever the nationality"),
        (case("vocational", "job", "TUR", "DEU"), "procedure", "the Act covers non-regulated occupations too"),
        (case("vocational", "job", "MAR", "FRA"), "unknown", "no convention here covers vocational training"),
        (case("vocational", "study", "MAR", "FRA"), "unknown", "nor does it for study"),
        (case("access", "regulated", "GRC", "POL"), "mismatch", "a school-leaving certificate is no training for a profession"),
        (case("period", "job", "GRC", "POL"), "employer", "an employer may look at anything"),
        (case("degree", "study", "KEN", "KEN"), "home", "recognition is for foreign qualifications"),
        (case("degree", "regulated", "USA", "DEU", person="refugee"), "procedure", "the Act does not ask who one is"),
    ],
)
def test_by_hand(facts: dict[str, str], kind: str, why: str) -> None:
    """Does each situation come out as the text says?"""
    assert answer(facts).kind == kind, why


def test_which_text_was_made_for_whom() -> None:
    """By region: the weaker of two States decides, a doubtful one makes it doubtful, and no text is for one State twice."""
    laws = {law.id: law for law in CONTENT.read().texts}
    assert standing(laws["lisbon"], "GRC", "CAN") == "yes"
    assert standing(laws["lisbon"], "GRC", "AUS") == "perhaps"
    assert standing(laws["lisbon"], "GRC", "KEN") == "no"
    assert standing(laws["lisbon"], "GRC", "GRC") == "no"
    assert standing(laws["addis"], "KEN", "UGA") == "yes"
    assert standing(laws["addis"], "KEN", "MAR") == "perhaps"
    assert standing(laws["global"], "KEN", "JPN") == "yes"
    assert {law.id for law in governing(case("degree", "study", "KEN", "UGA"))} == {"addis", "global"}
    assert "lisbon" not in {law.id for law in governing(case("vocational", "job", "GRC", "POL"))}


@pytest.mark.parametrize(
    ("facts", "step", "article"),
    [
        (case("access", "study", "UKR", "CAN"), "show", "IV.1"),
        (case("period", "study", "ITA", "NOR"), "show", "V.1"),
        (case("degree", "study", "GRC", "POL"), "show", "VI.1"),
        (case("degree", "study", "GRC", "POL"), "procedure", "III.5"),
        (case("degree", "study", "GRC", "POL"), "gives", "VI.3"),
        (case("degree", "study", "UKR", "NOR", "none", "refugee"), "papers", "VII"),
        (case("degree", "study", "UKR", "NOR", "none", "refugee"), "refugee", "22(2)"),
        (case("degree", "regulated", "UKR", "NOR", person="refugee"), "refugee", "19(1)"),
        (case("degree", "study", "UKR", "NOR", "none"), "papers", "III.3(3)"),
    ],
)
def test_the_article_is_the_right_one(facts: dict[str, str], step: str, article: str) -> None:
    """Does each step rest on the article that says so?"""
    cite = next(rule.cite for one, rule in steps(facts) if one.id == step)
    assert article in cite.replace(",", "").split()


def test_lisbon_is_no_rule_outside_its_region() -> None:
    """For a pair that the Lisbon Convention was not made for: is it cited for comparison only?"""
    options = [[option.id for option in fact.options] for fact in CONTENT.read().facts]
    for qualification, purpose, papers, person in itertools.product(*options):
        facts = case(qualification, purpose, "PHL", "JPN", papers, person)
        for claim in (*(rule for _step, rule in steps(facts)), *limits(facts)):
            assert not claim.cite.startswith("Lisbon Convention"), claim.id


def test_the_circles_have_their_members() -> None:
    """27 members of the European Union and four by agreement; 46 of the Council of Europe, less or more none."""
    laws = {law.id: law.circle for law in CONTENT.read().texts}
    assert len(set(laws["directive"].states)) == 27 and len(laws["directive"].perhaps) == 4
    assert len({*laws["passport"].states, *laws["passport"].perhaps}) == 46


def test_nobody_is_called_a_party_or_no_party_without_a_source() -> None:
    """Are the few named parties those of the sources, and does every text that the course has no list of ask to look it up?"""
    laws = {law.id: law for law in CONTENT.read().texts}
    assert {"FRA", "JPN", "GBR", "AUS", "ISL", "AND"} == set(laws["global"].parties)
    assert laws["lisbon"].signed == ["USA"] and laws["lisbon"].parties == ["GRC"]
    for law in laws.values():
        assert not (law.parties or law.signed) or law.as_of
    text = explorer("credentials", **case("degree", "study", "BRA", "CHL")).static_html()
    assert "not a party" not in text and "is no party" not in text


@pytest.mark.parametrize("facts", [case("degree", "regulated", "PHL", "DEU"), case("degree", "study", "UKR", "NOR", "none", "refugee")])
def test_turns_are_true_and_whole(facts: dict[str, str]) -> None:
    """Does each single change that is listed lead to another kind of answer, and is none of the facts' changes missing?"""
    found = turns(facts)
    for turn in found:
        assert answer({**facts, turn.key: turn.value}).kind == turn.kind != answer(facts).kind
    listed = {(turn.key, turn.value) for turn in found}
    for fact in CONTENT.read().facts:
        for option in fact.options:
            changed = {**facts, fact.id: option.id}
            assert ((fact.id, option.id) in listed) == (answer(changed).kind != answer(facts).kind)


def test_every_situation_can_be_shown() -> None:
    """A draw from all combinations: is there an answer, are the steps answered, and does the licence stand among the limits wherever two States differ?"""
    file = CONTENT.read()
    draw = random.Random(6)
    states = ["DEU", "FRA", "KEN", "SYR", "KAZ", "VAT", "USA", "JOR", "BRA", "CHE"]
    every = list(itertools.product(*([option.id for option in fact.options] for fact in file.facts), states, states))
    for values in draw.sample(every, 80):
        facts = dict(zip([*(fact.id for fact in file.facts), "origin", "destination"], values))
        assert steps(facts) and view(dict(facts)).finding
        assert any(limit.id == "licence" for limit in limits(facts)) == (facts["origin"] != facts["destination"])


def test_the_passport_is_for_refugees_without_papers() -> None:
    """Is the European Qualifications Passport shown where it helps, and called no recognition?"""
    refugee = case("degree", "study", "UKR", "NOR", "none", "refugee")
    assert any(limit.id == "passport" for limit in limits(refugee))
    assert not any(limit.id == "passport" for limit in limits({**refugee, "papers": "complete"}))
    assert not any(limit.id == "passport" for limit in limits({**refugee, "person": "any"}))


def test_clean_takes_anything() -> None:
    """Does whatever a page sends give a state that can be shown?"""
    for value in (None, 3, "x", float("nan"), [], {}, True, "XXX"):
        assert clean(start(), {key: value for key in start()} | {"nobody": value}) == start()
    assert clean(start(), {"origin": "KEN"})["origin"] == "KEN"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: home", "kind: at-home", "`at-home` is no kind"),
        ("when: {same: [yes]}\n    kind: home", "when: {sames: [yes]}\n    kind: home", "`sames` is neither a fact nor a text"),
        ("lisbon: [yes, perhaps]}\n    kind: assessment", "lisbon: [yes, maybe]}\n    kind: assessment", "`maybe` is no option of `lisbon`"),
        ("parties: [GRC]", "parties: [GRX]", "`GRX` is no State"),
        ("subregions: [Caribbean,", "subregions: [Carribean,", "`Carribean` is no subregion"),
        ("origin: FRA, destination: JPN}", "origin: FRA, destination: JAP}", "`JAP` is no option of `destination`"),
    ],
)
def test_a_file_that_cannot_work_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    """Does whoever changes the file learn the line and what to do?"""
    text = CONTENT.path.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "credentials.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseError, match=r"credentials.yml:\d+: .*" + told):
        Content("credentials", CredentialsFile, tmp_path).read()
