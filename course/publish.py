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
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course.content import Course
from course.errors import CourseError, Fault
from course.kernels import PRIVATE_KERNELS
from course.look import PAGE, sheet

TEMPLATE = "course"
FORMAT = 2
"""Of the published tree; a server refuses one that another version made."""
FIRST_STATE = "first_state"
"""The cell metadata that holds a widget's first state as HTML; the page template shows it until the widget lives."""



def publish(course: Course, target: Path) -> bool:
    """Make or renew the delegates' tree in `target`; returns False where it was up to date already.

    Needs `course build` to have made the release notebooks. Raises CourseError.
    """
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
        _assemble_page(draft / "page" / "voila" / "templates" / TEMPLATE)
        (draft / "published.json").write_text(json.dumps({"format": FORMAT, "course": course.id, "digest": digest}) + "\n", encoding="utf-8")
        for slug in course.slugs:
            _run_lesson(course, draft, slug)
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
        shown = draft / "assessments" / "shown" / f"{slug}.json"
        shown.parent.mkdir(parents=True, exist_ok=True)
        shown.write_text(json.dumps(course.shown(slug), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


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
    for name in ("conf.json", "index.html.j2", "frame.html.j2", "home.html.j2", "text.html.j2"):
        with as_file(source / name) as path:
            shutil.copyfile(path, template / name)
    with as_file(source / "host.js") as path:
        shutil.copyfile(path, template / "static" / "host.js")
    (template / "static" / "course.css").write_text(sheet(*PAGE), encoding="utf-8")


def _run_lesson(course: Course, draft: Path, slug: str) -> None:
    """Run a lesson in the draft as a new delegate would, and keep each widget's first state as plain HTML."""
    path = draft / "modules" / slug / f"{slug}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    entry = course.module(slug)
    with tempfile.TemporaryDirectory() as scratch:
        env = {**os.environ, "COURSE_ROOT": str(draft), "COURSE_ANSWERS": f"{scratch}/answers", "COURSE_EXCHANGE": f"{scratch}/exchange"}
        client = NotebookClient(
            notebook, kernel_name="python3", timeout=120, store_widget_state=False,
            resources={"metadata": {"path": str(path.parent)}}, config=PRIVATE_KERNELS,
        )  # fmt: skip
        try:
            client.execute(env=env)
        except CellExecutionError as error:
            raise CourseError(Fault(course.lesson(slug), None, f"a cell fails: {error.ename}: {error.evalue}")) from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # In the metadata, not in the outputs: JupyterLab would show it without its style, and Voilà clears outputs.
            first = [output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]
            cell.metadata = {FIRST_STATE: first[0]} if first else {}
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update({"title": f"{entry.title} · {course.file.title}", "course_title": course.file.title, "lang": "en", "dir": "ltr"})
    nbformat.write(notebook, path)


def _digest(course: Course) -> str:
    """A digest of everything that a published tree is made of: the engine, the content, the keyless questions."""
    digest = hashlib.sha256()
    with as_file(files("course")) as engine:
        paths = [path for path in engine.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    paths += [path for path in course.modules.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts]
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
