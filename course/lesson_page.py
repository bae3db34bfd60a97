"""A lesson page in three parts: all that needs no kernel, made once when the course is published; then, for each visit, which
kernel it has; then the widgets of that kernel. Pure but for the files of the template."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.filters import markdown2html

from course.opening import FOR_EVER, Opened

TEMPLATE = "course"
"""The name of the course's Voilà template."""
UP = "../../../../"
"""From a lesson's address, `voila/render/modules/<slug>/<lesson>`, to the base of the server."""
END = '<script type="application/json" data-done>true</script>\n</body>\n</html>\n'


def template_folder(root: Path) -> Path:
    """Where a published tree has the template."""
    return root / "page" / "voila" / "templates" / TEMPLATE


def first_part(template: Path, lesson: Any) -> str:
    """Everything before the kernel: prose, and the first state of every widget. The same for everybody."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(template))
    environment.filters["markdown2html"] = lambda source: Markup(markdown2html(source))
    page = environment.get_template("lesson.html.j2")
    widgets = sorted(path.name for path in (template / "static").glob("widget-*.js"))
    soon = [address(template, UP, "host.js"), *(f"{_folder(UP)}{name}{FOR_EVER}" for name in widgets)]
    return page.render(nb=lesson, resources={"base_url": UP, "beside": True}, static_url=lambda name: address(template, UP, name), soon=soon)


def kernel_part(base: str, kernel_id: str) -> str:
    """Which kernel answers on this page: the page host joins it."""
    kernel = {"id": kernel_id, "base": base, "modules": _folder(base)}
    return f'<script id="kernel" type="application/json">{_json(kernel)}</script>\n'


def opened_part(opened: Opened) -> str:
    """The widgets, each with its place and its state, and the end of the page."""
    failed = (f'<script type="application/json" data-failed="{place}">true</script>\n' for place in opened["failed"])
    shown = (f'<template data-html="{place}">{html}</template>\n' for place, html in opened["html"].items())
    return f'{"".join(failed)}{"".join(shown)}<script id="opened" type="application/json">{_json({"widgets": opened["widgets"]})}</script>\n{END}'


def address(template: Path, base: str, name: str) -> str:
    """Where a page gets one of the template's files; another content has another address, so a browser may keep it for ever."""
    return f"{_folder(base)}{name}?v={_digest(template / 'static' / name)}"


def _folder(base: str) -> str:
    return f"{base}voila/templates/{TEMPLATE}/static/"


@lru_cache(maxsize=64)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _json(data: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
