"""The progress passport: everything a delegate did, in one small file, to load elsewhere or to hand in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from course.i18n import _
from course.reading import ID
from course.store import Event, ResponseStore
from course.submission import DELEGATE, TIME, Submission, SubmissionError, check_time, now, read_json, read_submission

FORMAT = 1
LARGEST = 5_000_000
"""Bytes that a passport may have."""

_STRICT = ConfigDict(extra="forbid", strict=True)
_Time = Annotated[str, Field(pattern=TIME), AfterValidator(check_time)]


class _Answered(BaseModel):
    model_config = _STRICT
    kind: Literal["answer", "practice"]
    at: _Time
    question: str = Field(max_length=60)
    answer: Any
    seed: str = Field(default="", pattern=rf"^{DELEGATE.pattern}$")


class _Submitted(BaseModel):
    model_config = _STRICT
    kind: Literal["submit"]
    at: _Time
    submission: dict[str, Any]
    secret: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Delivered(BaseModel):
    model_config = _STRICT
    kind: Literal["delivered"]
    at: _Time
    receipt: str = Field(pattern=r"^[0-9a-f]{64}$")


_EVENTS = TypeAdapter(list[Annotated[_Answered | _Submitted | _Delivered, Field(discriminator="kind")]])


class PassportError(ValueError):
    """A passport that cannot be loaded; the message is written to the delegate."""


def write_passport(course_id: str, delegate: str, journals: dict[str, Sequence[Event]]) -> str:
    """The passport's text: format, course, delegate, the events of each module, and a checksum over all of it.

    Of answers only the newest to each question travel, so that a passport stays small; attempts travel all.
    """
    modules = {slug: _packed(events) for slug, events in journals.items()}
    content: dict[str, Any] = {
        "format": FORMAT, "course": course_id, "delegate": delegate, "exported_at": now(), "modules": modules,
    }  # fmt: skip
    content["checksum"] = _checksum(content)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_passport(data: bytes, course_id: str) -> dict[str, list[Event]]:
    """The events of each module in a passport of this course. Raises PassportError, and nothing else."""
    content = _content(data)
    if content["course"] != course_id:
        told = _("This passport belongs to another course, “{name}”. Nothing was changed.")
        raise PassportError(told.format(name=str(content["course"])[:60]))
    return content["modules"]


def passport_submissions(data: bytes) -> list[tuple[Submission, str]]:
    """Every submission in a passport with its secret, for an instructor to collect. Raises SubmissionError."""
    try:
        content = _content(data)
    except PassportError as error:
        raise SubmissionError(str(error)) from error
    found = []
    for events in content["modules"].values():
        for event in events:
            if event["kind"] == "submit":
                frozen = read_submission(json.dumps(event["submission"]).encode())
                found.append((frozen, event["secret"]))
    return found


def merge(store: ResponseStore, delegate: str, journals: dict[str, list[Event]]) -> int:
    """Add the events that the store does not have yet; returns how many. Nothing that is there is changed or lost.

    An attempt that comes so is marked: whoever holds the file can have written its time, so it is never handed over as it is.
    """
    added = 0
    for module, events in journals.items():
        known = {_canonical(_plain(event)) for event in store.events(delegate, module)}
        fresh = [{**event, "from": "passport"} if event["kind"] == "submit" else event for event in events if _canonical(event) not in known]
        if fresh:
            store.append(delegate, module, fresh)
        added += len(fresh)
    return added


_CARRIED = ("answer", "practice", "submit", "delivered")


def _packed(events: Sequence[Event]) -> list[Event]:
    newest = {(e["kind"], e.get("question"), e.get("seed")): e for e in sorted(events, key=lambda e: str(e.get("at", ""))) if e["kind"] in ("answer", "practice")}
    return [_plain(event) for event in events if event["kind"] in _CARRIED and (event.get("question") is None or event in newest.values())]


def _plain(event: Event) -> Event:
    return {key: value for key, value in event.items() if key != "from"}


def _content(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise PassportError(_("This file is too large to be a passport. Nothing was changed."))
    try:
        content = read_json(data, ValueError, "")
    except ValueError as error:
        raise PassportError(_("This file is damaged, or is not a passport at all. Nothing was changed.")) from error
    if not isinstance(content, dict) or "format" not in content or "modules" not in content:
        raise PassportError(_("This file is not a passport of the course. Nothing was changed."))
    if not isinstance(content["format"], int) or content["format"] < FORMAT:
        raise PassportError(_("This file is not a passport of the course. Nothing was changed."))
    if content["format"] > FORMAT:
        raise PassportError(_("This passport was made by a newer version of the course. Load it there. Nothing was changed."))
    checksum = content.pop("checksum", None)
    if checksum != _checksum(content):
        raise PassportError(_("This passport was changed or damaged after it was downloaded. Use an earlier copy. Nothing was changed."))
    try:
        modules = content["modules"]
        if not isinstance(modules, dict) or not all(isinstance(content.get(key), str) for key in ("course", "delegate")):
            raise ValueError("not the shape of a passport")
        if not all(re.fullmatch(ID, slug) for slug in modules):
            raise ValueError("not the name of a module")
        content["modules"] = {
            slug: [event.model_dump(exclude_unset=True) for event in _EVENTS.validate_python(events)] for slug, events in modules.items()
        }
        for events in content["modules"].values():
            for event in events:
                if event["kind"] == "submit":
                    read_submission(json.dumps(event["submission"]).encode())
    except (ValidationError, ValueError) as error:
        raise PassportError(_("This file is not a complete passport of the course. Nothing was changed.")) from error
    return content


def _canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode("utf-8", "surrogatepass")).hexdigest()
