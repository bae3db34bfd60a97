"""Publish: from the whole course to a tree for delegates, which holds lessons, practice and keyless questions, no key.

Each lesson is run once here, so that a cell that fails is found before a delegate meets it, and the first state of
every widget is kept in the page as HTML: it can be read before any kernel lives.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course.content import Course, lesson_name, po_file, shown_name
from course.errors import CourseError, Fault
from course.explorers import styles
from course.explorers.base import Explorer
from course.i18n import LANGUAGES, SOURCE, UNTRANSLATED, _, direction, language, script, speaking
from course.i18n.content import sayer
from course.i18n.files import messages
from course.i18n.lesson import contents, lesson_in, untranslated_share
from course.kernels import PRIVATE_KERNELS
from course.lesson_page import first_part, template_folder
from course.look import PAGE, sheet
from course.opening import module_name
from course.widgets.panel import Panel

FORMAT = 5
"""Of the published tree; a server refuses one that another version made."""
PAGES = ("index.html.j2", "lesson.html.j2", "frame.html.j2", "home.html.j2", "text.html.j2", "parts.html.j2")
SCRIPTS = ("host.js", "page.js")
FIRST_STATE = "first_state"
"""The cell metadata that holds a widget's first state as HTML; the page template shows it until the widget lives."""



def publish(course: Course, target: Path) -> bool:
    """Make or renew the delegates' tree in `target`; returns False where it was up to date already.

    Needs `course build` to have made the release notebooks. Raises CourseError.
    """
    target = target.resolve()
    if target.exists() and any(target.iterdir()) and not (target / "published.json").is_file():
        raise CourseError(Fault(target, None, "holds something else than a published course: name an empty or a new folder"))
    digest = _digest(course)
    if _published_digest(target) == digest:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)
        _copy_content(course, draft)
        _assemble_page(template_folder(draft))
        (draft / "published.json").write_text(json.dumps({"format": FORMAT, "course": course.id, "digest": digest}) + "\n", encoding="utf-8")
        _make_lessons(course, draft)
        if target.exists():
            old = target.with_name(f".{target.name}-old")
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            draft.rename(target)
            shutil.rmtree(old)
        else:
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _copy_content(course: Course, draft: Path) -> None:
    """Everything a delegate's kernel reads, file by file: what is not named here is not published."""
    for path in (course.modules / "course.yml", course.modules / "sources.yml"):
        _copy(path, draft / "modules" / path.name)
    for path in sorted((course.modules / "pages").glob("*.md")):
        _copy(path, draft / "modules" / "pages" / path.name)
    for slug in course.slugs:
        course.built_bank(slug)  # what is published must be what will be marked
        for path in (course.lesson(slug), course.modules / slug / "practice.yml"):
            _copy(path, draft / "modules" / slug / path.name)
        _copy(course.release / slug / f"{slug}.ipynb", draft / "assessments" / "release" / slug / f"{slug}.ipynb")
        for code in course.file.languages:
            with speaking(code):
                shown = course.shown(slug)
            if code != SOURCE:
                known = po_file(course.questions, code, slug).is_file()
                shown["untranslated"] = sorted(text for text in set(_texts(shown)) if not known or (code, text) in UNTRANSLATED)
            path = draft / "assessments" / "shown" / shown_name(slug, code)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for code in course.file.languages:
        for path in sorted((course.modules / "locale" / code).glob("*.po")):
            _copy(path, draft / "modules" / "locale" / code / path.name)


def _texts(data: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        yield data.strip()
    elif isinstance(data, (dict, list)):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, target)
    except FileNotFoundError as error:
        todo = "run `course build` first" if "release" in path.parts else "add it"
        raise CourseError(Fault(path, None, f"is missing: {todo}")) from error


def _assemble_page(template: Path) -> None:
    """The Voilà template: our page, its style in one file, the page host."""
    (template / "static").mkdir(parents=True)
    source = files("course.page")
    for name in ("conf.json", *PAGES):
        with as_file(source / name) as path:
            shutil.copyfile(path, template / name)
    for name in SCRIPTS:
        with as_file(source / name) as path:
            shutil.copyfile(path, template / "static" / name)
    for module in (Panel.module, Explorer.module):
        (template / "static" / module_name(module)).write_text(module, encoding="utf-8")
    (template / "static" / "course.css").write_text(sheet(*PAGE, *(name.removesuffix(".css") for name in styles())), encoding="utf-8")


def _make_lessons(course: Course, draft: Path) -> None:
    """Every lesson in each language, with the first state of every widget in it as plain HTML."""
    made: dict[tuple[str, str], Any] = {}
    untranslated = {}
    for slug in course.slugs:
        source = nbformat.read(draft / "modules" / slug / f"{slug}.ipynb", as_version=4)
        for code in course.file.languages:
            say = sayer([po_file(course.modules, code, slug)]) if code != SOURCE else str
            try:
                made[slug, code] = lesson_in(source, code, say)
            except ValueError as error:
                raise CourseError(Fault(course.lesson(slug), None, str(error))) from error
            untranslated[slug, code] = untranslated_share(source, say)
    _run(course, draft, made)
    for (slug, code), lesson in made.items():
        with speaking(code):
            lesson.metadata.pop("widgets", None)
            lesson.metadata["course"] = _page(course, slug, contents(lesson), untranslated[slug, code])
            path = draft / "page" / "lessons" / slug / f"{lesson_name(slug, code)}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(first_part(template_folder(draft), lesson), encoding="utf-8")
        nbformat.write(lesson, draft / "modules" / slug / lesson_name(slug, code))


def _run(course: Course, draft: Path, lessons: dict[tuple[str, str], Any]) -> None:
    """Run lessons one after the other in one kernel, as a new delegate would, and keep what each cell shows first.

    A kernel of its own for each would take three seconds more a lesson.
    """
    together = nbformat.v4.new_notebook()
    cells = []
    for (slug, _code), lesson in lessons.items():
        together.cells.append(nbformat.v4.new_code_cell("from course.explorers.base import count_anew\ncount_anew()"))
        for cell in lesson.cells:
            if cell.cell_type == "code":
                cells.append((slug, cell, nbformat.v4.new_code_cell(cell.source)))
                together.cells.append(cells[-1][2])
    with tempfile.TemporaryDirectory() as scratch:
        env = {**os.environ, "COURSE_ROOT": str(draft), "COURSE_ANSWERS": f"{scratch}/answers", "COURSE_EXCHANGE": f"{scratch}/exchange"}
        client = NotebookClient(
            together, kernel_name="python3", timeout=120, store_widget_state=False,
            resources={"metadata": {"path": str(draft)}}, config=PRIVATE_KERNELS,
        )  # fmt: skip
        try:
            client.execute(env=env)
        except CellExecutionError as error:
            failed = next(slug for slug, _cell, ran in cells if any(output.output_type == "error" for output in ran.outputs))
            raise CourseError(Fault(course.lesson(failed), None, f"a cell fails: {error.ename}: {error.evalue}")) from error
    for _slug, cell, ran in cells:
        # In the metadata, not in the outputs: JupyterLab would show it without its style, and Voilà clears outputs.
        first = [output.data["text/html"] for output in ran.outputs if "text/html" in output.get("data", {})]
        cell.metadata = {FIRST_STATE: first[0]} if first else {}
        cell.outputs, cell.execution_count = [], None


def _page(course: Course, slug: str, sections: list[dict[str, str]], untranslated: float) -> dict[str, Any]:
    """What the page template says around a lesson, in the language spoken now."""
    modules = course.file.modules
    here = course.slugs.index(slug)

    def neighbour(number: int) -> dict[str, str] | None:
        if not 0 <= number < len(modules):
            return None
        other = modules[number]
        return {"title": other.title, "href": f"../{other.slug}/{lesson_name(other.slug, language())}"}

    return {
        "title": modules[here].title,
        "course": course.file.title,
        "minutes": modules[here].minutes,
        "lang": language(),
        "dir": direction(),
        "contents": sections,
        "previous": neighbour(here - 1),
        "next": neighbour(here + 1),
        "untranslated": "all" if untranslated > 0.9 else "part" if untranslated else "",
        "languages": [
            {"code": code, "name": LANGUAGES[code].name, "dir": LANGUAGES[code].direction, "href": lesson_name(slug, code)}
            for code in course.file.languages
        ],
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """The page's own messages, of its template and its scripts, in the language spoken now; nothing for English."""
    if language() == SOURCE:
        return {}
    page = files("course.page")
    with as_file(page / "lesson.html.j2") as path:
        found = {text: _(text) for text in messages(path, "jinja2.ext.babel_extract") if isinstance(text, str)}
    for name in SCRIPTS:
        found |= script.words((page / name).read_text(encoding="utf-8"))
    return {text: said for text, said in found.items() if said != text}


def _digest(course: Course) -> str:
    """A digest of everything that a published tree is made of: the engine, the content, the keyless questions."""
    digest = hashlib.sha256()
    with as_file(files("course")) as engine:
        paths = [path for path in engine.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    paths += [path for path in course.modules.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts]
    paths += [path for path in (course.questions / "locale").rglob("*.po")]
    paths += [course.release / slug / f"{slug}.ipynb" for slug in course.slugs]
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"") + b"\0")
    for slug in course.slugs:
        digest.update(json.dumps(course.shown(slug), sort_keys=True).encode())
    return digest.hexdigest()


def published_format(tree: Path) -> int:
    """The format of a published tree; 0 where that cannot be told."""
    found = _published(tree).get("format")
    return found if isinstance(found, int) else 0


def _published_digest(target: Path) -> str:
    return str(_published(target).get("digest", ""))


def _published(tree: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((tree / "published.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
