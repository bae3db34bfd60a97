"""Content that explorers work on: rules, cases and effects in YAML files which people read and mend without any Python.

A file lies in `course/data/<name>.yml`, its translations in `course/locale/<language>/<name>.po`. Its model derives from
`ContentFile`, the claims in it from `Claim`, so every one of them names its source. Where one more item should be one more
file, they lie together in a folder `course/data/<name>/`, with one home for translators (`ContentFolder`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from course.errors import CourseError, Fault
from course.figures import Html, html
from course.i18n import FOLDER, SOURCE, language
from course.i18n.content import saying
from course.i18n.pieces import translated
from course.reading import DATE, ID, Lines, Place, line_of, read_yaml
from course.shelf import DEFAULT as SHELF, ShelfLife, stale
from course.text import in_english

DATA = Path(__file__).parent.parent / "data"


class Part(BaseModel):
    """Anything in a content file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Claim(Part):
    """Something that the course says is so: `cite` is what readers see, `source` the keys of modules/sources.yml."""

    id: str = Field(pattern=ID)
    cite: str = Field(min_length=1)
    source: list[str] = Field(min_length=1)
    as_of: str = Field(default="", pattern=DATE)


class ContentFile(Part):
    """What every content file begins with."""

    format: Literal[1]
    shelf_life: ShelfLife = SHELF
    """After so long a claim's *as of* date earns a warning."""

    def slips(self) -> Iterator[tuple[Place, str]]:
        """What does not fit together within the file: the place, and what to do about it. A model says its own."""
        return iter(())


File = TypeVar("File", bound=ContentFile)


@dataclass(frozen=True)
class Content(Generic[File]):
    """One content file and its model. An explorer's module calls its own `CONTENT`; translators' files follow from it."""

    name: str
    model: type[File]
    folder: Path = DATA
    home: str = ""
    """What the translators' files are called, where it is not the name."""

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.yml"

    def files(self) -> list[Content[File]]:
        """Itself: the one file there is."""
        return [self]

    def read(self) -> File:
        """The file in the language spoken, read once. Raises CourseError with the file, the line and what to do."""
        return _read(self, language())[0]

    def faults(self, known_sources: set[str]) -> list[Fault]:
        """What must be mended: what the model refuses, ids that stand twice, sources that the course's list lacks."""
        try:
            content, lines = _read(self, SOURCE)
        except CourseError as error:
            return list(error.faults)
        return [
            Fault(self.path, line_of(lines, (*place, "source")), f"`{claim.id}` cites `{key}`, which is not in modules/sources.yml: add it there or mend the key")
            for place, claim in claims(content)
            for key in claim.source
            if key not in known_sources
        ]

    def stale(self, today: date) -> list[tuple[int | None, Claim, str]]:
        """Claims that have stood longer than the file's shelf life, with their lines, and that life."""
        try:
            content, lines = _read(self, SOURCE)
        except CourseError:
            return []
        life = content.shelf_life
        return [(line_of(lines, (*place, "as_of")), claim, life) for place, claim in claims(content) if stale(claim.as_of, life, today)]


class Item(ContentFile, Claim):
    """A file of a folder: one claim, whose id is the file's name."""

    as_of: str = Field(min_length=1, pattern=DATE)


Entry = TypeVar("Entry", bound=Item)


@dataclass(frozen=True)
class ContentFolder(Generic[Entry]):
    """Content files of one model in a folder of their own. A file put in is an item more; nothing else need be changed."""

    name: str
    model: type[Entry]
    folder: Path = DATA

    @property
    def path(self) -> Path:
        return self.folder / self.name

    def files(self) -> list[Content[Entry]]:
        """The folder's files as they lie there now, by name."""
        return [Content(path.stem, self.model, self.path, self.name) for path in sorted(self.path.glob("*.yml"))]

    def read(self) -> dict[str, Entry]:
        """Id -> item in the language spoken. Raises CourseError with the file, the line and what to do."""
        return {file.name: file.read() for file in self.files()}

    def faults(self, known_sources: set[str]) -> list[Fault]:
        """What must be mended in any of the files, and what lies among them that is none."""
        strange = [path for path in sorted(self.path.glob("[!.]*")) if path.suffix != ".yml"]
        found = [Fault(path, None, "is not read, since its name does not end in .yml: rename it, or take it away") for path in strange]
        return found + [fault for file in self.files() for fault in file.faults(known_sources)]


def claims(content: BaseModel, place: Place = ()) -> Iterator[tuple[Place, Claim]]:
    """Every claim of a file and its place in it: the file itself where it is one, and those within claims too."""
    if isinstance(content, Claim):
        yield place, content
    for name in type(content).model_fields:
        yield from _claims(getattr(content, name), (*place, name))


def _claims(value: Any, place: Place) -> Iterator[tuple[Place, Claim]]:
    if isinstance(value, BaseModel):
        yield from claims(value, place)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _claims(item, (*place, key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _claims(item, (*place, number))


@lru_cache(maxsize=1024)
def _read(content: Content[File], code: str) -> tuple[File, Lines]:
    say = None
    if code != SOURCE:
        known = saying(FOLDER / code / f"{content.home or content.name}.po", code)

        def say(data: Any) -> Any:
            return translated(content.model, data, known)

    file, lines = read_yaml(content.path, content.model, say)
    if isinstance(file, Item) and file.id != content.name:
        raise CourseError(Fault(content.path, line_of(lines, ("id",)), f"`{file.id}` is not the file’s name: write `id: {content.name}`, or call the file {file.id}.yml"))
    twice = _twice(file)
    if twice:
        raise CourseError(*(Fault(content.path, line_of(lines, (*place, "id")), f"`{ident}` is here twice: give one of them another id") for place, ident in twice))
    slips = [Fault(content.path, line_of(lines, place), message) for place, message in file.slips()]
    if slips:
        raise CourseError(*slips)
    return file, lines


def _twice(file: ContentFile) -> list[tuple[Place, str]]:
    """Claims of one list with the id of an earlier one."""
    seen: set[tuple[Place, str]] = set()
    found = []
    for place, claim in claims(file):
        mark = (place[:-1], claim.id)
        if mark in seen:
            found.append((place, claim.id))
        seen.add(mark)
    return found


def said(text: str) -> Html:
    """A text of a content file as HTML; where the page's language has no translation of it, marked as the English that it is."""
    return Html(in_english(html(text), text))
