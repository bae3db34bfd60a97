"""Every lesson keeps the standard of the design: length, parts, clean cells, nothing from elsewhere on the net."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from course.check import MOST_CODE_LINES
from course.content import Course
from course.explorers import names
from course.text import count_words
from support import REPOSITORY

COURSE = Course(REPOSITORY, {})
CDNS = ("cdn", "unpkg", "jsdelivr", "cloudflare", "googleapis", "gstatic", "esm.sh", "skypack", "bootstrap")


@pytest.fixture(params=COURSE.slugs)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def notebook(slug: str) -> Any:
    return nbformat.read(COURSE.lesson(slug), as_version=4)


def prose(notebook: Any) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebook_is_valid_and_clean(notebook: Any) -> None:
    """Is it a notebook of the present format, without outputs, counts, attachments or traces of who wrote it?"""
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "title", "lang", "authors"}
    for cell in notebook.cells:
        assert cell.cell_type in ("markdown", "code")
        assert not cell.get("attachments")
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


def test_code_cells_only_call_the_course(notebook: Any) -> None:
    """Is there at most a handful of lines in a cell, and nothing but the course's own calls?"""
    for source in code(notebook):
        lines = [line for line in source.splitlines() if line.strip()]
        assert 1 <= len(lines) <= MOST_CODE_LINES
        for line in lines:
            assert re.fullmatch(r'from course import Module|module = Module\("[a-z-]+"\)|module\.[a-z]+\((?:"[a-z0-9-]+")?\)', line), line


def test_the_length_is_right(notebook: Any) -> None:
    """Are there 1,500 to 2,500 words?"""
    assert 1500 <= count_words(prose(notebook)) <= 2500


def test_the_parts_are_there(slug: str, notebook: Any) -> None:
    """Are there two explorers or more, five practice checks or more, every graded question once, submit and passport?"""
    source = "\n".join(code(notebook))
    explorers = re.findall(r'module\.explorer\("([a-z-]+)"\)', source)
    practice = re.findall(r'module\.practice\("([a-z0-9-]+)"\)', source)
    graded = re.findall(r'module\.question\("([a-z0-9-]+)"\)', source)
    assert len(explorers) >= 2 and set(explorers) <= set(names())
    assert len(practice) >= 5 and practice == list(dict.fromkeys(practice))
    assert set(practice) == {question.id for question in COURSE.practice(slug).questions}
    assert graded == [question.id for question in COURSE.bank(slug).questions], "the numbers on the page follow the question file"
    assert source.count("module.submit()") == 1 and source.count("module.passport()") == 1


def test_headings_do_not_skip_levels(notebook: Any) -> None:
    """Is there one first-level heading, first of all, and no level left out after it?"""
    text = re.sub(r"```.*?```", "", prose(notebook), flags=re.S)
    levels = [len(marks) for marks in re.findall(r"^(#+) \S", text, re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not re.search(r"<h[1-6]", text)


def test_sections_are_short(notebook: Any) -> None:
    """Can each stretch of prose between two headings be read in a couple of minutes?"""
    for section in re.split(r"^#+ .*$", prose(notebook), flags=re.M):
        assert count_words(section) <= 450


def test_the_parts_of_a_module_have_their_headings(slug: str, notebook: Any) -> None:
    """Are every objective, where the topic comes from, key terms, what to take away and further reading there?"""
    headings = " / ".join(re.findall(r"^#+ (.+)$", prose(notebook), re.M)).lower()
    for words in ("comes from", "terms", "take away", "further reading"):
        assert words in headings, headings
    for objective in COURSE.module(slug).objectives:
        assert objective.lower() in prose(notebook).lower()


def test_nothing_is_fetched_from_elsewhere(notebook: Any) -> None:
    """Does the lesson work behind a firewall: no picture, script, style or frame from another server?"""
    text = prose(notebook)
    assert not re.search(r"<\s*(script|link|iframe|img|style|object|embed|video|audio)\b", text, re.I)
    assert not re.search(r"!\[[^]]*\]\(", text), "pictures come from explorers, which carry their text alternative"
    for address in re.findall(r"https?://[^\s)>\"]+", text):
        assert not [name for name in CDNS if name in address.lower()], address


def test_every_column_has_a_heading(notebook: Any) -> None:
    """Is no cell of a table's first row empty, for those who hear the table?"""
    for row in re.findall(r"^(\|.*\|)\n\|[-: |]+\|$", prose(notebook), re.M):
        assert all(cell.strip() for cell in row.strip("|").split("|")), row


def test_links_have_words(notebook: Any) -> None:
    """Does every link say where it leads, for those who hear the page?"""
    for words in re.findall(r"(?<!!)\[([^]]*)\]\(", prose(notebook)):
        assert count_words(words) >= 1 and words.strip().lower() not in ("here", "click here", "link", "this")


def test_short_references_lead_to_the_list(notebook: Any) -> None:
    """Does each reference in brackets, such as (Adams, 2007), have its year and first name in the section of sources?"""
    body, listed = re.split(r"^## Sources.*$", prose(notebook), maxsplit=1, flags=re.M)
    references = re.findall(r"\(([A-Z][^()]*\b(?:19|20)\d\d[^()]*)\)", body)
    assert len(references) >= 10
    for reference in references:
        first = re.match(r"[\w-]+", reference)
        years = set(re.findall(r"\b(?:19|20)\d\d\b", reference))
        shortened = {"RPW": "Remittance Prices Worldwide", "IMF": "International Monetary Fund", "CPSS": "Committee on Payment"}
        assert first and shortened.get(first[0], first[0]) in listed, reference
        assert [year for year in years if year in listed], reference


def test_numbers_about_the_assessment_are_true(slug: str, notebook: Any) -> None:
    """Do the points that the lesson tells are those of the question file, and the minutes those of the list?"""
    bank = COURSE.bank(slug)
    text = prose(notebook).split("## Assessment")[1]
    assert f"{bank.max_points:g} points" in text
    assert f"{bank.max_points * bank.pass_percent / 100:g} are needed to pass" in text
    assert f"about {COURSE.module(slug).minutes} minutes" in prose(notebook)
    assert 30 <= COURSE.module(slug).minutes <= 60


def test_every_source_is_a_full_reference() -> None:
    """Does each entry of the course's list have a year (or say that it is made up), and an address that a browser takes?"""
    for key, source in COURSE.sources.items():
        assert "invented for this course" in source.citation or re.search(r"(19|20)\d\d", source.citation), f"{key} has no year"
        assert not source.url or re.match(r"https?://\S+$", source.url), key
