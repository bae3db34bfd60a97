"""The PO files: which there are, and what stands in each.

Wherever English text lies, its translations lie beside it in `locale/<language>/`: the interface's in `course/`, the
lessons' in `modules/`, the graded questions' with their keys in `assessments/questions/`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from babel.messages.extract import extract

from course.i18n import FOLDER
from course.i18n.pieces import blocks, texts
from course.reading import Place, read_plain

if TYPE_CHECKING:
    from course.content import Course
    from course.explorers.content import Content, ContentFolder

ENGINE = Path(__file__).parent.parent
PYTHON = "python"
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
    """Every set of texts there is: the interface, explorers and their content, the course and its pages, each lesson, each assessment."""
    from course.explorers import contents

    found = [
        Home("interface", FOLDER, lambda: list(_code(explorers=False))),
        Home("explorers", FOLDER, lambda: list(_code(explorers=True))),
        *(Home(content.name, FOLDER, partial(_content, content)) for content in contents()),
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


def _content(content: Content | ContentFolder) -> list[Piece]:
    return [piece for file in content.files() for piece in _yaml(file.path, file.model)]


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
        method = {".py": PYTHON, ".js": "javascript", ".j2": "jinja2.ext.babel_extract"}.get(path.suffix)
        inside = path.relative_to(ENGINE)
        if method and explorers == (inside.parts[0].removesuffix(".py") in ours):
            yield from (Piece(text, inside.as_posix(), 0) for text in messages(path, method))


def messages(path: Path, method: str) -> Iterator[str | tuple[str, str]]:
    """The messages that a file of code or a template marks, in order. Where Babel's functions cannot be found: LookupError."""
    if method == PYTHON:
        yield from _in_python(path.read_text(encoding="utf-8"))
        return
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=_KEYWORDS, options={"silent": "false"} if "jinja" in method else {}):
            yield message


def _in_python(code: str) -> Iterator[str | tuple[str, str]]:
    """The same for Python, also within f-strings, where Babel does not look."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KEYWORDS]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        forms = len(_KEYWORDS[call.func.id] or (1,))  # type: ignore[attr-defined]
        if len(texts) >= forms:
            yield texts[0] if forms == 1 else (texts[0], texts[1])
