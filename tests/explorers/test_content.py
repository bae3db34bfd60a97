"""The content files of explorers: read strictly, in the language spoken, every claim with a source that the course lists."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from course.errors import CourseError
from course.explorers import contents
from course.explorers.content import Claim, Content, ContentFile, Part, claims, said
from course.i18n import speaking
from course.i18n.files import homes
from course.content import Course
from course.reading import Text
from support import REPOSITORY

COURSE = Course(REPOSITORY, {})


class Remark(Part):
    words: Text


class Rule(Claim):
    text: Text
    remarks: list[Remark] = []


class Rules(ContentFile):
    rules: list[Rule]


RULES = """format: 1
shelf_life: 1 year
rules:
  - id: leave
    text: Everybody may leave
    cite: ICCPR, article 12
    source: [iccpr-1966]
    as_of: 2024-01
  - id: enter
    text: Nobody need be let in
    cite: Custom
    source: [nowhere]
    remarks: [{words: Within limits}]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Content[Rules]:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    return Content("rules", Rules, tmp_path)


def test_a_file_is_read_into_its_model(rules: Content[Rules]) -> None:
    """Are the rules there in order, and all claims found, wherever they stand?"""
    assert [rule.id for rule in rules.read().rules] == ["leave", "enter"]
    assert [(place, claim.id) for place, claim in claims(rules.read())] == [(("rules", 0), "leave"), (("rules", 1), "enter")]


def test_a_source_that_the_course_does_not_list_is_told_with_its_line(rules: Content[Rules]) -> None:
    assert [str(fault) for fault in rules.faults({"iccpr-1966"})] == [
        f"{rules.path}:12: `enter` cites `nowhere`, which is not in modules/sources.yml: add it there or mend the key"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    source: [iccpr-1966]\n", "", "rules.yml:4: rule 1 has no `source`: add it"),
        ("source: [iccpr-1966]", "source: []", "rules.yml:7: `source` must have at least one entry"),
        ("id: enter", "id: leave", "rules.yml:9: `leave` is here twice"),
        ("words: Within", "word: Within", "remark 1 of rule 2 has no `words`: add it"),
        ("as_of: 2024-01", "as_of: last year", "`as_of` must be a year, month or day"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Is a claim without a source refused, and every slip named with its place?"""
    (tmp_path / "rules.yml").write_text(RULES.replace(old, new, 1), encoding="utf-8")
    broken = Content("rules", Rules, tmp_path)
    with pytest.raises(CourseError, match=re.escape(message)):
        broken.read()
    assert message in str(broken.faults(set())[0])


def test_a_dated_claim_grows_old(rules: Content[Rules]) -> None:
    """With a life of one year from January 2024: in order in January 2025, to be looked at again in February?"""
    assert rules.stale(date(2025, 1, 31)) == []
    ((line, claim, life),) = rules.stale(date(2025, 2, 1))
    assert (line, claim.id, life) == (8, "leave", "1 year")


def test_a_text_without_translation_is_marked_as_english(rules: Content[Rules]) -> None:
    """Does a page in Arabic say that a rule stands there in English, and in which direction it runs?"""
    assert said(rules.read().rules[0].text) == "Everybody may leave"
    with speaking("ar"):
        assert said(rules.read().rules[0].text) == '<span lang="en" dir="ltr">Everybody may leave</span>'


def test_what_the_course_ships_is_in_order_and_known_to_translators() -> None:
    """Is every content file sound, and has it a home among the translations?"""
    names = [content.name for content in contents()]
    assert names == list(dict.fromkeys(names)) and "effects" in names
    assert [fault for content in contents() for fault in content.faults(set(COURSE.sources))] == []
    assert set(names) <= {home.name for home in homes(COURSE)}
