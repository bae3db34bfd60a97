"""Read a YAML file strictly into a model, and say of every fault the file, the line and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError

from course.errors import CourseError, Fault
from course.shelf import SHELF_LIFE

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TEXT = r"\S"
FOR_READERS = "for readers"
"""Marks a field whose text delegates read: translators get it."""
DATE = r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"

Text = Annotated[str, Field(pattern=TEXT), FOR_READERS]
"""Text that delegates read; something must stand there."""
Words = Annotated[str, FOR_READERS]
"""The same, where nothing may stand there too."""

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]
Lines = dict[Place, int]


class _Loader(yaml.SafeLoader):
    """YAML without surprises: `no` stays a word and `2024-06-01` stays text; only true and false are booleans."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        # A few aliases of aliases fill any memory, and a question that stands in one place reads better than one that points.
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, f"`*{event.anchor}` would be a YAML alias, which is not taken here", event.start_mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def read_yaml(path: Path, model: type[Model], translate: Callable[[Any], Any] | None = None) -> tuple[Model, Lines]:
    """The file as a `model`, with the line of every value by its place, e.g. `("questions", 0, "prompt")`.

    `translate` gives the file's plain data in another language. Raises CourseError with one Fault for each thing that is wrong.
    """
    data, lines = read_plain(path)
    if translate is not None:
        data = translate(data)
    try:
        return model.model_validate(data), lines
    except ValidationError as error:
        found = [_fault(path, item, lines, model) for item in error.errors()]
        raise CourseError(*sorted(found, key=lambda fault: fault.line or 0)) from error


def read_plain(path: Path) -> tuple[Any, Lines]:
    """The file as plain data, not yet held against any model, and the line of every value. Raises CourseError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(Fault(path, None, f"cannot be read ({error.strerror}): check its name and permissions")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CourseError(Fault(path, line, "is not UTF-8 text here: save the file as UTF-8")) from error
    lines: Lines = {}
    faults: list[Fault] = []
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise CourseError(Fault(path, 1, "is empty: write it, or take it away"))
        data = _plain(node, (), loader, path, lines, faults)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        problem = error.problem or "cannot be read as YAML"
        raise CourseError(Fault(path, line, f"{problem}: check quotes, colons and indentation near here")) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise CourseError(Fault(path, line, f"a character that nobody can see stands here (number {error.character}): take it out")) from error
    except RecursionError as error:
        raise CourseError(Fault(path, 1, "is nested too deeply to be read: write it plainly, with fewer brackets and levels")) from error
    if faults:
        raise CourseError(*faults)
    return data, lines


def line_of(lines: Lines, place: Place) -> int | None:
    """The line of a place, or of the nearest place above it that the file has."""
    for end in range(len(place), -1, -1):
        if place[:end] in lines:
            return lines[place[:end]]
    return None


def _plain(node: yaml.Node, place: Place, loader: _Loader, path: Path, lines: Lines, faults: list[Fault]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, i), loader, path, lines, faults) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                faults.append(Fault(path, key_node.start_mark.line + 1, "a key must be a single word"))
                continue
            if key in mapping:
                faults.append(Fault(path, key_node.start_mark.line + 1, f"`{key}` stands here twice: keep one of them"))
            lines[(*place, key)] = key_node.start_mark.line + 1
            mapping[key] = _plain(value_node, (*place, key), loader, path, lines, faults)
        return mapping
    try:
        return loader.construct_object(node, deep=True)
    except (ValueError, KeyError, AttributeError):
        # PyYAML's own constructors trip over an explicit tag such as `!!int abc`, and over numbers with thousands of digits.
        faults.append(Fault(path, node.start_mark.line + 1, f"“{str(node.value)[:40]}” cannot be read as a value: put it in quotes"))
        return None


_WORDS = {
    "string_type": "must be text (put it in quotes)",
    "list_type": "must be a list",
    "dict_type": "must be a block of `key: value` lines",
    "model_type": "must be a block of `key: value` lines",
    "model_attributes_type": "must be a block of `key: value` lines",
    "float_type": "must be a number",
    "finite_number": "must be an ordinary number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_too_short": "must not be empty",
}

_FORMS = {
    ID: "must be small letters, digits and single dashes, such as `what-counts`",
    TEXT: "must not be empty",
    SHELF_LIFE: "must be a number of months or years, such as 18 months or 3 years",
    DATE: "must be a year, month or day, such as 2024, 2024-06 or 2024-06-30",
}
"""What a pattern asks for, in words."""


def _fault(path: Path, item: dict[str, Any], lines: Lines, model: type[BaseModel]) -> Fault:
    place: Place = tuple(item["loc"])
    field = place[-1] if place else ""
    line = line_of(lines, place)
    kind = item["type"]
    where = _where(place[:-1])
    named = f"`{field}`" if place and not isinstance(field, int) else _where(place)
    if kind == "missing":
        message = f"{where} has no `{field}`: add it"
    elif kind == "extra_forbidden":
        known = sorted(_known_keys(model, place[:-1]))
        close = difflib.get_close_matches(str(field), known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"the keys are {', '.join(known)}" if known else "take it out"
        message = f"`{field}` is not a key of {where}: {hint}"
    elif kind in ("value_error", "assertion_error"):
        message = item["msg"].removeprefix("Value error, ")
        line = line_of(lines, place)
    elif kind in _WORDS:
        message = f"{named} {_WORDS[kind]}"
    elif kind == "string_pattern_mismatch" and item["ctx"]["pattern"] in _FORMS:
        message = f"`{field}` {_FORMS[item['ctx']['pattern']]}"
    elif kind == "too_short":
        least = item["ctx"]["min_length"]
        message = f"`{field}` must have at least {'one entry' if least == 1 else f'{least} entries'}"
    elif kind == "literal_error" and field == "format":
        message = f"`format` is {str(item['input'])[:20]}, but this course reads format {item['ctx']['expected']}: write that, or update the course"
    else:
        text = item["msg"][0].lower() + item["msg"][1:]
        message = f"{named}: {text}"
    return Fault(path, line, message)


_SINGULAR = {"choices": "option"}
"""What one entry of a list is called, where that is not the list's name without its s."""


def _where(place: Place) -> str:
    """Words for the thing a place stands for: "question 3", "option 2 of question 3", "the file"."""
    parts = []
    for i, step in enumerate(place):
        if isinstance(step, int):
            name = str(place[i - 1])
            parts.append(f"{_SINGULAR.get(name, name.removesuffix('s'))} {step + 1}")
        elif i + 1 == len(place):
            parts.append(f"`{step}`")
    return " of ".join(reversed(parts)) or "the file"


def _known_keys(model: Any, place: Place) -> set[str]:
    """The keys a model takes at a place, following lists, mappings and optional fields."""
    for step in place:
        fields = getattr(model, "model_fields", {})
        if step in fields:
            model = _inner(fields[step].annotation)
        elif "root" in fields:
            model = _inner(fields["root"].annotation)
    return set(getattr(model, "model_fields", ()))


def _inner(annotation: Any) -> Any:
    """The model inside `list[Model]`, `dict[str, Model]` or `Model | None`."""
    for argument in reversed(get_args(annotation)):
        if argument is not type(None):
            return _inner(argument)
    return annotation
