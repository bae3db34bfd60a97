"""The feedback page as one self-contained file: its style inside, nothing loaded from anywhere, no script that runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from course.feedback_page.view import PageView
from course.i18n import _, direction, language
from course.i18n.forms import number, points
from course.result import data_block
from course.text import inline, paragraphs

_HERE = Path(__file__).parent
_LOOK = _HERE.parent / "look" / "tokens.css"


def render(page: PageView) -> str:
    """The page's HTML, with its result as data in the block that `course.result.read_result` reads."""
    return _template("page").render(page=page, style=_style(), data=Markup(data_block(page.result)))


def render_withheld(title: str, shown_at: str) -> str:
    """The page of a result that may not be read now: it says when it may, and holds no mark and no data."""
    return _template("withheld").render(title=title, shown_at=shown_at, style=_style())


@cache
def _template(name: str):  # type: ignore[no-untyped-def]
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.filters["inline"] = lambda text: Markup(inline(text))
    environment.filters["paragraphs"] = lambda text: Markup(paragraphs(text))
    environment.filters["number"] = lambda value: number(round(value, 2))
    environment.filters["counted"] = points
    environment.globals.update(_=_, language=language, direction=direction)
    return environment.get_template(f"{name}.html.j2")


@cache
def _style() -> Markup:
    return Markup("\n".join(path.read_text(encoding="utf-8") for path in (_LOOK, _HERE / "page.css")))
