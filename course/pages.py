"""The pages beside the lessons: home, about, sources, privacy. HTML out of the published tree, no kernel and no script."""

from __future__ import annotations

import re
from typing import Any

import jinja2
from markupsafe import Markup, escape
from nbconvert.filters import markdown2html

from course.content import Course
from course.errors import CourseError, Fault
from course.home import home
from course.publish import TEMPLATE
from course.store import FolderStore

TEXTS = ("about", "privacy")
"""Pages whose words stand in `modules/pages/`."""

NAMES = (*TEXTS, "sources")


def home_page(course: Course, base: str, delegate: str) -> str:
    """The home page as one delegate sees it; with an empty id, as somebody new does. Raises CourseError."""
    return _render(course, base, "home", "home", home=home(course, FolderStore(course.answers), delegate), lesson=_lesson)


def text_page(course: Course, base: str, name: str) -> str:
    """One of the pages of `NAMES`. Raises CourseError where its text is missing."""
    if name == "sources":
        return _render(course, base, "text", name, heading="Sources", body=_sources(course))
    path = course.modules / "pages" / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(Fault(path, None, "cannot be read: publish the course again")) from error
    heading = re.search(r"^# (.+)$", text, re.M)
    return _render(course, base, "text", name, heading=heading[1] if heading else name, body=Markup(markdown2html(text)))


def _sources(course: Course) -> Markup:
    """Every reference of the course, by its words."""
    items = []
    for source in sorted(course.sources.values(), key=lambda source: source.citation.casefold()):
        dated = Markup(" <small>As of {}.</small>").format(source.as_of) if source.as_of else ""
        link = Markup(' <a href="{0}">{0}</a>').format(source.url) if source.url else ""
        items.append(Markup("<li>{}{}{}</li>").format(_emphasis(source.citation), link, dated))
    intro = "What lessons and questions cite. Figures name their producer, edition and date under each picture."
    return Markup("<h1>Sources</h1><p>{}</p><ul class=\"sources\">{}</ul>").format(intro, Markup("").join(items))


def _emphasis(citation: str) -> Markup:
    return Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", str(escape(citation))))


def _lesson(slug: str) -> str:
    return f"voila/render/modules/{slug}/{slug}.ipynb"


def _render(course: Course, base: str, template: str, page: str, **values: Any) -> str:
    folder = course.root / "page" / "voila" / "templates" / TEMPLATE
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined)
    style = f"{base}voila/templates/{TEMPLATE}/static/course.css"
    return environment.get_template(f"{template}.html.j2").render(course=course.file, base=base, style=style, page=page, **values)
