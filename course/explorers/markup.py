"""What an explorer shows, as plain values, and the one way they become HTML.

The first page a reader sees and every later one come from `page_html`, so nothing jumps when a page becomes live.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from course.figures import Html, html
from course.i18n import _, direction

Value = str | int | float | bool | list
MOST_LETTERS = 80
"""As long as words to look for can be."""


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen; options with the same `group` are listed under it."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Select:
    """One of many, as a list that opens. With `search`, a field that finds options by any part of their name."""

    key: str
    label: str
    value: str
    options: Sequence[Option]
    help: str = ""
    search: bool = False


@dataclass(frozen=True)
class Radio:
    """One of few, all in sight."""

    key: str
    label: str
    value: str
    options: Sequence[Option]
    help: str = ""


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps of `step`, to drag or to type. `unit` stands after the field.

    A `time` runs from left to right in every language, as the charts do.
    """

    key: str
    label: str
    value: float
    low: float
    high: float
    step: float = 1
    unit: str = ""
    before: str = ""
    help: str = ""
    time: bool = False


@dataclass(frozen=True)
class Check:
    """Yes or no."""

    key: str
    label: str
    value: bool
    help: str = ""


@dataclass(frozen=True)
class Search:
    """Words to look for, answered while they are typed; the page waits for a pause between two letters."""

    key: str
    label: str
    value: str
    help: str = ""


@dataclass(frozen=True)
class SortItem:
    """One thing to sort: its own state keys are `side.<id>` and `weight.<id>`."""

    id: str
    label: str
    side: str
    weight: int
    help: str = ""


@dataclass(frozen=True)
class Sort:
    """Items to put on sides, each with a weight from 0 to `most`."""

    label: str
    items: Sequence[SortItem]
    sides: Sequence[Option]
    most: int = 3
    help: str = ""


Control = Select | Radio | Slider | Check | Search | Sort


@dataclass(frozen=True)
class Panel:
    """One way of seeing the figures; `html` is ready to be shown."""

    id: str
    label: str
    html: str


@dataclass(frozen=True)
class Download:
    """A file that the reader can keep."""

    name: str
    text: str


@dataclass(frozen=True)
class Try:
    """A suggestion that leads to a surprise: pressing it sets several keys of the state at once, and turns to the panel `show`."""

    label: str
    change: Mapping[str, Value]
    show: str = ""


@dataclass(frozen=True)
class View:
    """What is shown for one state. `finding`, `subtitle`, `source` and `notes` are HTML (text escaped by the caller).

    `finding`: one sentence with its live numbers in <strong>. `subtitle`: what is measured, in which unit.
    `panels`: shown as tabs when there are several. `source`: producer, edition, licence, as of. `notes`: assumptions.
    `opens`: id of the panel to turn to when this view arrives, or "" to stay.
    """

    finding: str
    subtitle: str
    panels: Sequence[Panel]
    source: Sequence[str]
    notes: Sequence[str] = ()
    csv: Download | None = None
    tries: Sequence[Try] = ()
    opens: str = ""


def page_html(
    uid: str, title: str, layout: str, controls: Sequence[Control], view: View, *, live: bool
) -> str:
    """The inside of an explorer's root element: title, controls, finding, panels, notes and sources."""
    waiting = "" if live else " disabled"
    status = "" if live else escape(_("Starting …"))
    again, choices = escape(_("Start again")), escape(_("Choices: {title}").format(title=title))
    return (
        f'<div class="explorer-head"><h3 class="explorer-title" id="{uid}-title">{escape(title)}</h3>'
        f'<span class="explorer-status" data-part="status">{status}</span>'
        f'<button type="button" class="explorer-reset" data-reset{waiting}>{again}</button></div>'
        f'<div class="explorer-body {escape(layout)}">'
        f'<fieldset class="explorer-controls n{len(controls)}" id="{uid}-controls"{waiting}>'
        f'<legend class="unseen">{choices}</legend>'
        f"{''.join(control_html(uid, one) for one in controls)}</fieldset>"
        f'<div class="explorer-out" id="{uid}-out">'
        f'<p class="explorer-finding" id="{uid}-finding">{view.finding}</p>'
        f'<p class="explorer-subtitle">{view.subtitle}</p>'
        f"{panels_html(uid, title, view.panels, live=live)}"
        f"{_tries(uid, view.tries, waiting)}"
        f"{_foot(view)}</div></div>"
    )


def panels_html(uid: str, title: str, panels: Sequence[Panel], *, live: bool) -> str:
    """One panel as it is, several as tabs (the pattern of the ARIA Authoring Practices)."""
    if len(panels) == 1:
        return f'<div class="explorer-panel" id="{uid}-p-{panels[0].id}">{panels[0].html}</div>'
    tabs, shown = [], []
    for number, panel in enumerate(panels):
        first = number == 0
        unreached = "" if first else ' tabindex="-1"'
        tabs.append(
            f'<button type="button" role="tab" id="{uid}-t-{panel.id}" data-tab="{panel.id}" '
            f'aria-controls="{uid}-p-{panel.id}" aria-selected="{"true" if first else "false"}"'
            f"{unreached}{'' if live else ' disabled'}>{escape(panel.label)}</button>"
        )
        shown.append(
            f'<div class="explorer-panel" role="tabpanel" id="{uid}-p-{panel.id}" data-panel="{panel.id}" '
            f'aria-labelledby="{uid}-t-{panel.id}"{"" if first else " hidden"}>{panel.html}</div>'
        )
    views = escape(_("{title}: views").format(title=title))
    return (
        f'<div class="explorer-tabs" role="tablist" aria-label="{views}">{"".join(tabs)}</div>'
        + "".join(shown)
    )


def setter(key: str, value: Value, label: str, *, pressed: bool | None = None, css: str = "explorer-set", show: str = "") -> Html:
    """A button inside a view that sets one key of the state, and turns to the panel `show` where one is named."""
    state = "" if pressed is None else f' aria-pressed="{"true" if pressed else "false"}"'
    return Html(
        f'<button type="button" class="{css}" data-set="{escape(key)}" '
        f'data-value="{escape(json.dumps(value))}"{_show(show)}{state}>{html(label)}</button>'
    )


def _show(panel: str) -> str:
    return f' data-show="{escape(panel)}"' if panel else ""


def download_link(file: Download, words: str, media: str = "text/csv") -> Html:
    """A link that holds the file itself, so that it works without a kernel."""
    address = f"data:{media};charset=utf-8,{quote(file.text)}"
    return Html(f'<a class="explorer-csv" download="{escape(file.name)}" href="{address}">{html(words)}</a>')


def _tries(uid: str, tries: Sequence[Try], waiting: str) -> str:
    if not tries:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="explorer-try" data-change="{escape(json.dumps(dict(one.change)))}"{_show(one.show)}{waiting}>'
        f"<bdi>{escape(one.label)}</bdi></button></li>"
        for one in tries
    )
    lead = escape(_("Try this"))
    return (
        f'<div class="explorer-tries"><p id="{uid}-tries">{lead}</p>'
        f'<ul aria-labelledby="{uid}-tries">{buttons}</ul></div>'
    )


def _foot(view: View) -> str:
    notes, heading = "".join(f"<li>{note}</li>" for note in view.notes), escape(_("How to read this"))
    notes = f'<details class="explorer-notes"><summary>{heading}</summary><ul>{notes}</ul></details>' if notes else ""
    source = "".join(f"<p>{line}</p>" for line in view.source)
    save = download_link(view.csv, _("Download CSV")) if view.csv else ""
    return f'{notes}<div class="explorer-source"><div>{source}</div>{save}</div>'


# --- controls ---------------------------------------------------------------------------------------------------


def control_html(uid: str, control: Control) -> str:
    """A control with its own label and help, ready for the keyboard."""
    draw = {Select: _select, Radio: _radio, Slider: _slider, Check: _check, Search: _search, Sort: _sort}
    return draw[type(control)](uid, control)


def _help(ident: str, text: str) -> tuple[str, str]:
    """The help paragraph and the attribute that ties a control to it."""
    if not text:
        return "", ""
    return f'<p class="control-help" id="{ident}-help">{escape(text)}</p>', f' aria-describedby="{ident}-help"'


def _select(uid: str, one: Select) -> str:
    ident = f"{uid}-c-{one.key}"
    help_, described = _help(ident, one.help)
    if one.search:
        return _combobox(ident, one, help_, described)
    return (
        f'<div class="control" data-control="{one.key}"><label for="{ident}">{escape(one.label)}</label>'
        f'<select id="{ident}" data-key="{one.key}"{described}>{_options(one)}</select>{help_}</div>'
    )


def _options(one: Select) -> str:
    out, group = [], ""
    for option in one.options:
        if option.group != group:
            out.append("</optgroup>" * bool(group))
            out.append(f'<optgroup label="{escape(option.group)}">' if option.group else "")
            group = option.group
        selected = " selected" if option.value == one.value else ""
        out.append(f'<option value="{escape(option.value)}"{selected}>{escape(option.label)}</option>')
    return "".join(out) + "</optgroup>" * bool(group)


def _combobox(ident: str, one: Select, help_: str, described: str) -> str:
    current = next((option.label for option in one.options if option.value == one.value), "")
    items, group = [], ""
    for number, option in enumerate(one.options):
        if option.group and option.group != group:
            items.append(f'<li role="presentation" class="combo-group">{escape(option.group)}</li>')
        group = option.group
        chosen = "true" if option.value == one.value else "false"
        items.append(
            f'<li role="option" id="{ident}-o{number}" data-option="{escape(option.value)}" '
            f'aria-selected="{chosen}">{escape(option.label)}</li>'
        )
    return (
        f'<div class="control combo" data-control="{one.key}"><label for="{ident}">{escape(one.label)}</label>'
        f'<input id="{ident}" type="text" role="combobox" autocomplete="off" spellcheck="false" '
        f'aria-autocomplete="list" aria-expanded="false" aria-controls="{ident}-list" data-combo="{one.key}" '
        f'value="{escape(current)}"{described}>'
        f'<ul role="listbox" id="{ident}-list" aria-label="{escape(one.label)}" hidden>{"".join(items)}</ul>'
        f"{help_}</div>"
    )


def _segments(ident: str, key: str, options: Sequence[Option], value: str) -> str:
    return "".join(
        f'<label class="segment"><input type="radio" name="{ident}" id="{ident}-{escape(option.value)}" '
        f'data-key="{escape(key)}" value="{escape(option.value)}"{" checked" if option.value == value else ""}>'
        f"<span>{escape(option.label)}</span></label>"
        for option in options
    )


def _radio(uid: str, one: Radio) -> str:
    ident = f"{uid}-c-{one.key}"
    help_, described = _help(ident, one.help)
    return (
        f'<fieldset class="control" data-control="{one.key}"{described}><legend>{escape(one.label)}</legend>'
        f'<div class="segments">{_segments(ident, one.key, one.options, one.value)}</div>{help_}</fieldset>'
    )


def _slider(uid: str, one: Slider) -> str:
    ident = f"{uid}-c-{one.key}"
    help_, described = _help(ident, one.help)
    ends = f'min="{one.low:g}" max="{one.high:g}" step="{one.step:g}" value="{one.value:g}" data-key="{one.key}"'
    unit = f"<span>{escape(one.unit)}</span>" if one.unit else ""
    before = f"<span>{escape(one.before)}</span>" if one.before else ""
    figures = ' dir="ltr"' if direction() == "rtl" else ""
    track = figures if one.time else ""
    spoken = f' aria-valuetext="{escape(f"{one.before} {one.value:g} {one.unit}".strip())}"'
    return (
        f'<div class="control" data-control="{one.key}"><label for="{ident}">{escape(one.label)}</label>'
        f'<div class="slide">'
        f'<input type="range" id="{ident}-slide" aria-label="{escape(one.label)}" {ends}{spoken}{track}>'
        f'<span class="slide-number">{before}<input type="number" id="{ident}" inputmode="decimal" {ends}{described}{figures}>'
        f"{unit}</span></div>{help_}</div>"
    )


def _check(uid: str, one: Check) -> str:
    ident = f"{uid}-c-{one.key}"
    help_, described = _help(ident, one.help)
    checked = " checked" if one.value else ""
    return (
        f'<div class="control check" data-control="{one.key}"><label for="{ident}">'
        f'<input type="checkbox" id="{ident}" data-key="{one.key}"{checked}{described}>'
        f"<span>{escape(one.label)}</span></label>{help_}</div>"
    )


def _search(uid: str, one: Search) -> str:
    ident = f"{uid}-c-{one.key}"
    help_, described = _help(ident, one.help)
    return (
        f'<div class="control" data-control="{one.key}"><label for="{ident}">{escape(one.label)}</label>'
        f'<input id="{ident}" type="search" autocomplete="off" spellcheck="false" maxlength="{MOST_LETTERS}" data-key="{one.key}" '
        f'value="{escape(one.value)}"{described}>{help_}</div>'
    )


def _sort(uid: str, one: Sort) -> str:
    rows, weight = [], escape(_("Weight"))
    for item in one.items:
        ident = f"{uid}-c-{item.id}"
        help_, described = _help(ident, item.help)
        full = escape(_("Weight of: {effect}").format(effect=item.label))
        weights = [Option(str(n), str(n)) for n in range(one.most + 1)]
        rows.append(
            f'<li class="sort-item" id="{ident}-row" data-side="{item.side or "none"}">'
            f'<fieldset{described}><legend>{escape(item.label)}</legend>{help_}'
            f'<div class="sort-turns"><div class="segments sides">'
            f"{_segments(f'{ident}-side', f'side.{item.id}', one.sides, item.side)}</div>"
            f'<fieldset class="weights"><legend><span aria-hidden="true">{weight}</span><span class="unseen">{full}</span></legend><div class="segments">'
            f"{_segments(f'{ident}-weight', f'weight.{item.id}', weights, str(item.weight))}</div></fieldset>"
            f"</div></fieldset></li>"
        )
    help_ = _help(f"{uid}-sort", one.help)[0]
    return (
        f'<div class="control sort" role="group" aria-labelledby="{uid}-sort"><p class="sort-label" id="{uid}-sort">'
        f'{escape(one.label)}</p>{help_}<ol class="sort-list">{"".join(rows)}</ol></div>'
    )
