"""The pages beside the lessons: home, about, sources, privacy. HTML out of the published tree, in the language spoken, no kernel and no script."""

from __future__ import annotations

import re
from typing import Any

import jinja2
from markupsafe import Markup, escape
from nbconvert.filters import markdown2html

from course.content import Course, lesson_name, po_file
from course.errors import CourseError, Fault
from course.home import home
from course.i18n import LANGUAGES, SOURCE, _, direction, language, ngettext
from course.i18n.content import sayer
from course.i18n.pieces import translated_markdown
from course.lesson_page import address, template_folder
from course.store import FolderStore
from course.text import english

TEXTS = ("about", "privacy")
"""Pages whose words stand in `modules/pages/`."""

NAMES = (*TEXTS, "sources")


def home_page(course: Course, base: str, delegate: str) -> str:
    """The home page as one delegate sees it; with an empty id, as somebody new does. Raises CourseError."""
    return _render(course, base, "home", "home", home=home(course, FolderStore(course.answers), delegate))


def text_page(course: Course, base: str, name: str) -> str:
    """One of the pages of `NAMES`. Raises CourseError where its text is missing."""
    if name == "sources":
        return _render(course, base, "text", name, heading=_("Sources"), body=_sources(course))
    path = course.modules / "pages" / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(Fault(path, None, "cannot be read: publish the course again")) from error
    if language() != SOURCE:
        text = translated_markdown(text, sayer([po_file(course.modules, language(), "course")]))
    heading = re.search(r"^# (.+)$", text, re.M)
    words = re.sub(r"<[^>]+>", "", heading[1]) if heading else name
    return _render(course, base, "text", name, heading=words, body=Markup(markdown2html(text)))


def _sources(course: Course) -> Markup:
    """Every reference of the course, by its words."""
    items = []
    for source in sorted(course.sources.values(), key=lambda source: source.citation.casefold()):
        dated = Markup(" <small>{}</small>").format(_("As of {date}.").format(date=source.as_of)) if source.as_of else ""
        link = Markup(' <a href="{0}">{0}</a>').format(source.url) if source.url else ""
        items.append(Markup("<li>{}{}{}</li>").format(Markup(english(_emphasis(source.citation))), link, dated))
    intro = _("What lessons and questions cite. Figures name their producer, edition and date under each picture.")
    return Markup('<h1>{}</h1><p>{}</p><ul class="sources">{}</ul>').format(_("Sources"), intro, Markup("").join(items))


def _emphasis(citation: str) -> Markup:
    return Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", str(escape(citation))))


def _render(course: Course, base: str, template: str, page: str, **values: Any) -> str:
    folder = template_folder(course.root)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals.update(_=_, ngettext=ngettext)
    style = address(folder, base, "course.css")
    code, here = language(), "" if page == "home" else page
    links = [
        {"code": other, "name": LANGUAGES[other].name, "dir": LANGUAGES[other].direction, "href": f"{base}{other}/{here}"}
        for other in course.file.languages
    ]
    return environment.get_template(f"{template}.html.j2").render(
        course=course.file, base=base, home_url=f"{base}{code}/", style=style, page=page, lang=code, dir=direction(), languages_here=links,
        lesson=lambda slug: f"{base}voila/render/modules/{slug}/{lesson_name(slug, code)}", **values,
    )  # fmt: skip
