"""The content files of explorers: read strictly, in the language spoken, every claim with a source that the course lists."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from course.errors import CourseError
from course.explorers import content, contents
from course.explorers.content import Claim, Content, ContentFile, ContentFolder, Item, Part, claims, said
from course.i18n import files, speaking
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


# --- a folder, where one more file is one more item ---------------------------------------------------------------


class Town(Item):
    name: Text
    kind: Literal["port", "market"]


TOWN = """format: 1
shelf_life: 1 year
id: {ident}
name: The town of {ident}
kind: port
cite: A map
source: [atlas]
as_of: "2024-01"
"""


@pytest.fixture
def towns(tmp_path: Path) -> ContentFolder[Town]:
    (tmp_path / "towns").mkdir()
    for ident in ("anse", "bay"):
        (tmp_path / "towns" / f"{ident}.yml").write_text(TOWN.format(ident=ident), encoding="utf-8")
    return ContentFolder("towns", Town, tmp_path)


def test_a_file_put_into_a_folder_is_an_item_more(towns: ContentFolder[Town]) -> None:
    """Is each file an item by its name, and a new one there at once?"""
    assert list(towns.read()) == ["anse", "bay"] and towns.faults({"atlas"}) == []
    (towns.path / "cove.yml").write_text(TOWN.format(ident="cove"), encoding="utf-8")
    assert list(towns.read()) == ["anse", "bay", "cove"] and towns.read()["cove"].name == "The town of cove"
    assert [claim.id for file in towns.files() for _place, claim in claims(file.read())] == ["anse", "bay", "cove"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: bay", "id: beach", "bay.yml:3: `beach` is not the file’s name: write `id: bay`, or call the file beach.yml"),
        ("kind: port", "kind: harbour", "bay.yml:5: `kind`: input should be 'port' or 'market'"),
        ("source: [atlas]", "source: [atlas, rumour]", "bay.yml:7: `bay` cites `rumour`, which is not in modules/sources.yml"),
        ('as_of: "2024-01"', 'as_of: ""', "bay.yml:8: `as_of` must not be empty"),
        ("kind: port\n", "", "bay.yml:1: the file has no `kind`: add it"),
        ("cite: A map", "quote: A map", "bay.yml:6: `quote` is not a key of the file"),
    ],
)
def test_a_slip_in_a_folder_is_told_with_file_and_line(towns: ContentFolder[Town], old: str, new: str, message: str) -> None:
    """Is the file named in which it is, with its line and what to do; and are the others in order?"""
    path = towns.path / "bay.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    told = [str(fault) for fault in towns.faults({"atlas"})]
    assert any(message in one for one in told), told
    assert all("bay.yml" in one for one in told)


def test_what_is_no_content_file_is_told(towns: ContentFolder[Town]) -> None:
    """Does somebody learn why a file with another ending does not appear?"""
    (towns.path / "cove.yaml").write_text(TOWN.format(ident="cove"), encoding="utf-8")
    assert [str(fault) for fault in towns.faults({"atlas"})] == [
        f"{towns.path / 'cove.yaml'}: is not read, since its name does not end in .yml: rename it, or take it away"
    ]


def test_an_item_grows_old(towns: ContentFolder[Town]) -> None:
    """Is an item's date held against its own file's life, with its line?"""
    first, second = towns.files()
    assert [(line, claim.id, life) for line, claim, life in first.stale(date(2025, 2, 1))] == [(8, "anse", "1 year")]
    assert second.stale(date(2025, 1, 31)) == []


def test_a_folder_has_one_home_for_translators(monkeypatch: pytest.MonkeyPatch, towns: ContentFolder[Town], tmp_path: Path) -> None:
    """Does one PO file translate all files of a folder, and say of each text where it stands?"""
    home = tmp_path / "locale" / "fr" / "towns.po"
    home.parent.mkdir(parents=True)
    home.write_text('msgid "The town of bay"\nmsgstr "La ville de la baie"\n', encoding="utf-8")
    monkeypatch.setattr(content, "FOLDER", tmp_path / "locale")
    assert [(piece.text, piece.where) for piece in files._content(towns)] == [("The town of anse", "anse.yml:name"), ("The town of bay", "bay.yml:name")]
    with speaking("fr"):
        assert [town.name for town in towns.read().values()] == ["The town of anse", "La ville de la baie"]


def test_what_the_course_ships_is_in_order_and_known_to_translators() -> None:
    """Is every content file sound, and has it a home among the translations?"""
    names = [one.name for one in contents()]
    assert names == list(dict.fromkeys(names)) and {"effects", "practices"} <= set(names)
    assert [fault for one in contents() for fault in one.faults(set(COURSE.sources))] == []
    assert set(names) <= {home.name for home in homes(COURSE)}
