"""The PO files: which there are, what stands in each, how they are renewed, and what a translation of content gives.

Wherever English text lies, its translations lie beside it in `locale/<language>/`: the interface's in `course/`, the
lessons' in `modules/`, the graded questions' with their keys in `assessments/questions/`.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from course.i18n import FOLDER, LANGUAGES, UNTRANSLATED, compiled
from course.i18n.pieces import Say, blocks, texts
from course.reading import Place, read_plain

if TYPE_CHECKING:
    from course.content import Course

ENGINE = Path(__file__).parent.parent
_KEYWORDS = {"_": None, "N_": None, "t": None, "ngettext": (1, 2), "gettext": None}


@dataclass(frozen=True)
class Piece:
    """One text to be translated, and where it stands: the file's name and its place in it."""

    text: str | tuple[str, str]
    where: str
    line: int = 0


@dataclass(frozen=True)
class Home:
    """A set of texts that one PO file for each language covers."""

    name: str
    folder: Path
    """The folder that holds `<language>/<name>.po`."""
    pieces: Callable[[], list[Piece]]

    def path(self, code: str) -> Path:
        return self.folder / code / f"{self.name}.po"


def homes(course: Course) -> list[Home]:
    """Every set of texts there is: the interface, the effects, the course and its pages, each lesson, each assessment."""
    from course.explorers.balance_sheet import EFFECTS_FILE, EffectsFile

    found = [
        Home("interface", FOLDER, lambda: list(_code(explorers=False))),
        Home("explorers", FOLDER, lambda: list(_code(explorers=True))),
        Home("effects", FOLDER, lambda: _yaml(EFFECTS_FILE, EffectsFile)),
    ]
    return found + content_homes(course)


def content_homes(course: Course) -> list[Home]:
    """The sets of texts that lecturers write."""
    from course.bank import Bank
    from course.content import CourseFile

    modules, questions = course.modules, course.questions

    def beside() -> list[Piece]:
        return _yaml(modules / "course.yml", CourseFile) + [piece for path in sorted((modules / "pages").glob("*.md")) for piece in _markdown(path)]

    def lesson(slug: str) -> Callable[[], list[Piece]]:
        return lambda: _notebook(course.lesson(slug)) + _yaml(modules / slug / "practice.yml", Bank)

    def graded(slug: str) -> Callable[[], list[Piece]]:
        return lambda: _yaml(questions / f"{slug}.yml", Bank)

    found = [Home("course", modules / "locale", beside)]
    for slug in course.slugs:
        found += [Home(slug, modules / "locale", lesson(slug)), Home(slug, questions / "locale", graded(slug))]
    return found


def _yaml(path: Path, model: Any) -> list[Piece]:
    data, lines = read_plain(path)
    return [Piece(text, f"{path.name}:{_words(place, data)}", lines.get(place, 0)) for text, place in texts(model, data)]


def _words(place: Place, data: Any) -> str:
    """A place in words that outlive a new line above it: ids instead of numbers."""
    out: list[str] = []
    for step in place:
        data = data[step]
        out.append(str(data["id"]) if isinstance(step, int) and isinstance(data, dict) and "id" in data else str(step))
    return "/".join(out)


def _markdown(path: Path) -> list[Piece]:
    return [Piece(text, path.name) for _, text in blocks(path.read_text(encoding="utf-8")) if text.strip()]


def _notebook(path: Path) -> list[Piece]:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    return [Piece(text, f"{path.name}:{cell.id}") for cell in cells for _, text in blocks(cell.source) if text.strip()]


def _code(*, explorers: bool) -> Iterator[Piece]:
    """The messages in the engine's own files, of the explorers and what they draw with, or of everything else."""
    ours = ("explorers", "figures", "tilemap", "data")
    for path in sorted(ENGINE.rglob("*")):
        method = {".py": "python", ".js": "javascript", ".j2": "jinja2.ext.babel_extract"}.get(path.suffix)
        inside = path.relative_to(ENGINE)
        if method and explorers == (inside.parts[0].removesuffix(".py") in ours):
            yield from (Piece(text, inside.as_posix(), 0) for text in messages(path, method))


def messages(path: Path, method: str) -> Iterator[str | tuple[str, str]]:
    """The messages that a file of code or a template marks, in order. Where Babel's functions cannot be found: LookupError."""
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=_KEYWORDS, options={"silent": "false"} if "jinja" in method else {}):
            yield message


# --- renewing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """How far one PO file is: how many texts there are, how many are translated, and how many translations are of an older text."""

    home: str
    path: Path
    language: str
    total: int
    done: int
    stale: int
    faults: tuple[str, ...] = ()
    """Translations that would not work: a figure's place is missing, markup was changed."""

    @property
    def missing(self) -> int:
        return self.total - self.done - self.stale


def read(path: Path, code: str) -> Catalog:
    """A PO file, or an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=LANGUAGES[code].cldr)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[code].cldr)


def template(home: Home) -> Catalog:
    """All texts of a home, as gettext's template has them."""
    found = Catalog()
    for piece in home.pieces():
        found.add(piece.text, locations=[(piece.where, piece.line)])
    return found


def renew(home: Home, code: str) -> State:
    """Bring a PO file up to the texts as they are now; a translation of a text that changed a little stays, marked fuzzy."""
    catalog = read(home.path(code), code)
    catalog.update(template(home), update_header_comment=True)
    catalog.obsolete.clear()
    catalog.header_comment = f"# {home.name}, {LANGUAGES[code].name}\n# Renewed by `course i18n update`; entries marked fuzzy are of an older text and are not shown."
    catalog.project, catalog.version, catalog.copyright_holder, catalog.fuzzy = "course", "1", "", False
    path = home.path(code)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, no_location=False, include_lineno=False, sort_output=False, omit_header=False)
    text = path.read_text(encoding="utf-8")
    # A date would make every renewal a change.
    path.write_text(re.sub(r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Generated-By)[^\n]*\n', "", text, flags=re.M), encoding="utf-8")
    return state(home, code)


def state(home: Home, code: str) -> State:
    """How far a PO file is, held against the texts as they are now."""
    now, catalog = template(home), read(home.path(code), code)
    done = stale = 0
    faults: list[str] = []
    for message in now:
        if not message.id:
            continue
        found = catalog.get(message.id)
        if found is None or not _said(found):
            stale += bool(found is None and _near(message, catalog))
        elif found.fuzzy:
            stale += 1
        else:
            done += 1
            faults += [f"“{_first(message)[:60]}”: {why}" for why in unsound(found)]
    return State(home.name, home.path(code), code, len([m for m in now if m.id]), done, stale, tuple(faults))


def _near(message: Message, catalog: Catalog) -> bool:
    """Whether the text stands there in an older wording, which `update` would mark fuzzy."""
    from difflib import get_close_matches

    return bool(get_close_matches(_first(message), [_first(one) for one in catalog if one.id and _said(one)], n=1, cutoff=0.7))


def _said(message: Message) -> bool:
    given = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(given)


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


_FIELD = re.compile(r"\{[a-z_]\w*(?::[^{}]*)?\}")
_TAG = re.compile(r"</?[a-z][^<>]*>")


def unsound(message: Message) -> list[str]:
    """Why a translation would not work, in words: the figures it names, its markup, its plural forms."""
    sources = list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]
    given = list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]
    fields = {field for source in sources for field in _FIELD.findall(source)}
    needed = set(_FIELD.findall(sources[-1])) if len(sources) == 1 else fields - {"{number}"}
    out = []
    for text in given:
        have = set(_FIELD.findall(text))
        if have - fields:
            out.append(f"{', '.join(sorted(have - fields))} is no figure of the text")
        if needed - have:
            out.append(f"{', '.join(sorted(needed - have))} is missing")
        if sorted(_TAG.findall(text)) != sorted(_TAG.findall(sources[-1])):
            out.append("its markup differs from the text's")
    return out


# --- content in another language ----------------------------------------------------------------------------------

def sayer(paths: Iterable[Path], code: str) -> Callable[[str], str | None]:
    """What gives a text in a language, from PO files; None where there is no translation, or only one of an older text."""
    known = [_compiled(path, path.stat().st_mtime_ns) for path in paths if path.is_file()]

    def say(text: str) -> str | None:
        for translations in known:
            said = translations._catalog.get(text)  # type: ignore[attr-defined]
            if said:
                return str(said)
        return None

    return say


def saying(path: Path, code: str) -> Say:
    """The same for texts of YAML files: the text itself where there is no translation, which is then noted."""
    say = sayer([path], code)

    def give(text: str, _: Place) -> str:
        said = say(text)
        if said is None:
            UNTRANSLATED.add((code, text.strip()))
        return text if said is None else said

    return give


@lru_cache(maxsize=128)
def _compiled(path: Path, _: int) -> gettext.GNUTranslations:
    return compiled(path)
