"""Where things are, and what the course consists of: the folders, the order of the modules, the list of sources."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, Mapping

from pydantic import BaseModel, Field, field_validator

from course.bank import Bank, read_bank
from course.draws import asked_of
from course.errors import CourseError, Fault
from course.frozen import changed, frozen_rows
from course.i18n import LANGUAGES, SOURCE, UNTRANSLATED, known, language, speaking
from course.kinds import STRICT
from course.reading import ID, TEXT, Text, Words, read_yaml


class ModuleEntry(BaseModel):
    """One module in the course's list: what a delegate sees before opening it."""

    model_config = STRICT

    slug: str = Field(pattern=ID)
    title: Text
    minutes: int = Field(gt=0)
    summary: Words = ""
    objectives: list[Text] = Field(min_length=1)


class CourseFile(BaseModel):
    """`modules/course.yml`: the course's id and its modules in order."""

    model_config = STRICT

    format: Literal[1]
    id: str = Field(pattern=ID)
    title: Text
    summary: Words = ""
    languages: list[str] = [SOURCE]
    """The languages that the course is served in; where a text is not translated, English stands."""
    modules: list[ModuleEntry] = Field(min_length=1)

    @field_validator("languages")
    @classmethod
    def _spoken(cls, codes: list[str]) -> list[str]:
        for code in codes:
            known(code)
        if SOURCE not in codes:
            raise ValueError(f"`languages` lacks `{SOURCE}`, in which everything is written: add it")
        return [code for code in LANGUAGES if code in codes]

    @field_validator("modules")
    @classmethod
    def _once(cls, modules: list[ModuleEntry]) -> list[ModuleEntry]:
        slugs = [module.slug for module in modules]
        twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
        if twice:
            raise ValueError(f"the module `{twice[0]}` stands here twice: keep one of them")
        return modules


class Source(BaseModel):
    """One reference that lessons and questions cite by its key."""

    model_config = STRICT

    citation: str = Field(pattern=TEXT)
    url: str = ""
    as_of: str = ""


class SourcesFile(BaseModel):
    """`modules/sources.yml`: every reference of the course, by key."""

    model_config = STRICT

    format: Literal[1]
    sources: dict[str, Source]


def translation(model: Any, folder: Path, name: str) -> Callable[[Any], Any] | None:
    """What puts a file's data into the language spoken now, from `<folder>/locale/<language>/<name>.po`; None for English."""
    if language() == SOURCE:
        return None
    from course.i18n.content import saying
    from course.i18n.pieces import translated

    say = saying(po_file(folder, language(), name), language())
    return lambda data: translated(model, data, say)


def shown_name(slug: str, code: str) -> str:
    """The file with the keyless questions of an assessment in a language."""
    return f"{slug}.json" if code == SOURCE else f"{slug}.{code}.json"


def lesson_name(slug: str, code: str) -> str:
    """The published notebook of a lesson in a language."""
    return f"{slug}.ipynb" if code == SOURCE else f"{slug}.{code}.ipynb"


def po_file(folder: Path, code: str, name: str) -> Path:
    """The translations of what lies in a folder."""
    return folder / "locale" / code / f"{name}.po"


@lru_cache(maxsize=64)
def _bank(path: Path, _: tuple[int, int], draws: Path, __: tuple[int, int], code: str, ___: tuple[int, int]) -> Bank:
    """Reading a bank proves every variant of it, so it is done once for each language and each state of its files."""
    bank = read_bank(path, translation(Bank, path.parent, path.stem))
    for question in bank.questions:
        if question.vary and (rows := frozen_rows(draws, question)):
            question.freeze(rows)
            for row in rows:
                try:
                    question.variant(row)
                except ValueError as error:
                    raise CourseError(Fault(path, None, f"with the figures of {row}, kept for this cohort, `{question.id}` is not a question: {error}")) from error
    return bank


@lru_cache(maxsize=64)
def _practice(path: Path, _: tuple[int, int], modules: Path, slug: str, code: str, __: tuple[int, int]) -> Bank:
    """The same for the practice of a module, which has no draws."""
    return read_bank(path, translation(Bank, modules, slug))


@lru_cache(maxsize=64)
def _shown(path: Path, _: tuple[int, int]) -> dict[str, Any]:
    """Keyless questions, read once and shared by every kernel that is forked afterwards."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not {"slots", "policy", "questions"} <= set(found):
            raise ValueError("made by an older version")
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(Fault(path, None, "cannot be read: publish the course again")) from error
    return dict(found)


@lru_cache(maxsize=16)
def _course_file(path: Path, _: tuple[int, int], code: str, __: tuple[int, int]) -> CourseFile:
    return read_yaml(path, CourseFile, translation(CourseFile, path.parent, "course"))[0]


def _signature(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@dataclass(frozen=True)
class Course:
    """A course on disk: the repository, or the delegates' tree that `course publish` made of it.

    Folders that hold what people make (answers, exchange) and the keyed questions can lie elsewhere: COURSE_ANSWERS,
    COURSE_EXCHANGE and COURSE_QUESTIONS name them.
    """

    root: Path
    env: Mapping[str, str]

    @classmethod
    def find(cls, start: Path | None = None, env: Mapping[str, str] | None = None) -> Course:
        """The course that a folder belongs to: COURSE_ROOT, or the nearest folder above that has modules/course.yml."""
        env = os.environ if env is None else env
        if env.get("COURSE_ROOT"):
            return cls(Path(env["COURSE_ROOT"]).resolve(), env)
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "modules" / "course.yml").is_file():
                return cls(folder, env)
        raise CourseError(Fault(start, None, "no course here: go to a folder with modules/course.yml, or set COURSE_ROOT"))

    @property
    def published(self) -> bool:
        """Whether this is a delegates' tree, which holds no key."""
        return (self.root / "published.json").is_file()

    @property
    def modules(self) -> Path:
        return self.root / "modules"

    @property
    def assessments(self) -> Path:
        return self.root / "assessments"

    @property
    def questions(self) -> Path:
        """The folder of the keyed question files."""
        return self._folder("COURSE_QUESTIONS", self.assessments / "questions")

    @property
    def answers(self) -> Path:
        return self._folder("COURSE_ANSWERS", self.root / "var" / "answers")

    @property
    def exchange(self) -> Path:
        return self._folder("COURSE_EXCHANGE", self.root / "var" / "exchange")

    @property
    def release(self) -> Path:
        """The folder of the notebooks as delegates get them, one folder for each assessment."""
        return self.assessments / "release"

    @property
    def file(self) -> CourseFile:
        """`course.yml` in the language spoken now. Raises CourseError."""
        path, texts = self.modules / "course.yml", po_file(self.modules, language(), "course")
        return _course_file(path, _signature(path), language(), _signature(texts))

    @cached_property
    def sources(self) -> dict[str, Source]:
        return read_yaml(self.modules / "sources.yml", SourcesFile)[0].sources

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def slugs(self) -> list[str]:
        return [module.slug for module in self.file.modules]

    def module(self, slug: str) -> ModuleEntry:
        for module in self.file.modules:
            if module.slug == slug:
                return module
        raise CourseError(Fault(self.modules / "course.yml", None, f"there is no module `{slug}`; there are {', '.join(self.slugs)}"))

    def lesson(self, slug: str) -> Path:
        return self.modules / slug / f"{slug}.ipynb"

    def practice(self, slug: str) -> Bank:
        """The practice questions of a module, keys and all: they give feedback at once. In the language spoken now."""
        path, texts = self.modules / slug / "practice.yml", po_file(self.modules, language(), slug)
        return _practice(path, _signature(path), self.modules, slug, language(), _signature(texts))

    def bank(self, slug: str) -> Bank:
        """The graded questions of a module with their keys, in the language spoken now; there are none in a delegates' tree.

        Questions that vary draw from the figures that this cohort began with, where `course build` has frozen them.
        """
        path, draws = self.questions / f"{slug}.yml", self.draws(slug)
        texts = po_file(self.questions, language(), slug)
        if language() != SOURCE and not texts.is_file():
            with speaking(SOURCE):
                return self.bank(slug)
        return _bank(path, _signature(path), draws, _signature(draws), language(), _signature(texts))

    def built_bank(self, slug: str) -> Bank:
        """The same, for whoever marks or publishes: refused where it draws from anything else than what was built. Raises CourseError."""
        with speaking(SOURCE):  # what a cohort draws from has one language
            bank = self.bank(slug)
        if (bank.pools or any(question.vary for question in bank.questions)) and (told := changed(self.draws(slug), bank)):
            raise CourseError(Fault(self.questions / f"{slug}.yml", None, f"{' and '.join(told)} since the assessment was built: run `course build`"))
        return bank

    def draws(self, slug: str) -> Path:
        """What this cohort's questions are drawn from; made by the first `course build`."""
        return self.assessments / "draws" / f"{slug}.json"

    def shown(self, slug: str) -> dict[str, Any]:
        """The graded questions of a module without keys, from the delegates' tree or from the keyed file; all that may be asked."""
        if not self.published:
            return self.bank(slug).show()
        path = self.assessments / "shown" / shown_name(slug, language())
        found = _shown(path, _signature(path))
        UNTRANSLATED.update((language(), text) for text in found.get("untranslated", ()))
        return {name: part for name, part in found.items() if name != "untranslated"}

    def asked(self, slug: str, who: str) -> dict[str, Any]:
        """The graded questions that one delegate is asked, without keys: as `shown`, with `questions` drawn for them."""
        return asked_of(self.shown(slug), self.id, who)

    def _folder(self, variable: str, default: Path) -> Path:
        return Path(self.env[variable]).resolve() if self.env.get(variable) else default
