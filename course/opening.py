"""Open a lesson in a kernel of its own: run its cells, and give the page the state of every widget at once.

Stock Voilà runs cell after cell, sends each output, and lets the page ask for the widgets afterwards. Here the page's handler
asks once (`open_lesson`), and the answer is all that the page needs; what every page of the course has already, such as the
modules and style sheets of the widgets, stays out of it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import traceback
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

Opened = dict[str, Any]
"""`widgets`: [{place, model, module, state}], `html`: {place: markup}, `failed`: [place]."""

_LEFT_OUT = ("_css", "_esm", "_anywidget_id", "_dom_classes", "layout", "tabbable", "tooltip")
"""Of a widget's state: what the page has in its own files, and what only ipywidgets' front end asks for."""

FOR_EVER = "?v=1"
"""Ends the address of a file whose name changes with its content: a browser that has it need not ask again."""


class Answer:
    """An opened lesson, as a kernel says it in reply to a request."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def _repr_json_(self) -> Opened:
        return self._opened


def open_lesson(name: str) -> Answer:
    """Run the cells of the notebook `name` in this folder, in an ordinary kernel's own namespace."""
    from IPython import get_ipython

    return Answer(open_quietly(name, get_ipython().user_ns))


def open_quietly(name: str, names: dict[str, Any]) -> Opened:
    """Open the notebook `name` in this folder; its widgets say nothing to anybody before it is open."""
    import comm

    comm.create_comm = unheard = _quiet_comm()
    found = opened(cells_of(Path(name)), names)
    unheard.heard = True
    return found


def _quiet_comm() -> Any:
    """A widget's line to its page, silent until the lesson is open: nobody listens before, and what is said is in the answer."""
    from ipykernel.comm.comm import BaseComm
    from ipykernel.kernelbase import Kernel

    class QuietComm(BaseComm):
        heard = False
        kernel = Kernel.instance() if Kernel.initialized() else None
        """Where it is None, a widget takes its page for gone."""

        def publish_msg(self, *args: Any, **kwargs: Any) -> None:
            if self.heard:
                super().publish_msg(*args, **kwargs)

    return QuietComm


def cells_of(notebook: Path) -> list[tuple[str, str]]:
    """The code cells of a published lesson: id and source."""
    return _cells(notebook.absolute(), notebook.stat().st_mtime_ns)


@lru_cache
def _cells(notebook: Path, _written: int) -> list[tuple[str, str]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]


def opened(cells: list[tuple[str, str]], names: dict[str, Any]) -> Opened:
    """What a page shows once its cells have run. A cell that fails is told to the page, and to whoever reads the server's log."""
    found: Opened = {"widgets": [], "html": {}, "failed": []}
    for place, value in _run(cells, names):
        if isinstance(value, Exception):
            traceback.print_exception(value, file=sys.stderr)
            found["failed"].append(place)
        elif hasattr(value, "model_id"):
            state = {key: part for key, part in value.get_state().items() if key not in _LEFT_OUT}
            found["widgets"].append({"place": place, "model": value.model_id, "module": f"{module_name(value._esm)}{FOR_EVER}", "state": state})
        elif hasattr(value, "_repr_html_"):
            found["html"][place] = value._repr_html_()
    return found


def _run(cells: list[tuple[str, str]], names: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each cell's place in the page, and the value of its last expression, or the exception that ended it."""
    for ident, source in cells:
        place = f"cell-{ident}"
        try:
            statements, value = _compiled(ident, source)
            exec(statements, names)
            yield place, eval(value, names)
        except Exception as error:
            yield place, error


@lru_cache(maxsize=1024)
def _compiled(ident: str, source: str) -> tuple[CodeType, CodeType]:
    """A cell's statements, and its last expression, or None where it does not end with one."""
    body = ast.parse(source, f"<{ident}>").body
    last = body.pop().value if body and isinstance(body[-1], ast.Expr) else ast.Constant(None, lineno=1, col_offset=0)
    return compile(ast.Module(body, []), f"<{ident}>", "exec"), compile(ast.Expression(last), f"<{ident}>", "eval")


@lru_cache(maxsize=16)
def module_name(text: str) -> str:
    """The file under which a published course serves a widget's JavaScript: a name of its own for each text, to be kept for ever."""
    return f"widget-{hashlib.sha256(text.encode()).hexdigest()[:16]}.js"
