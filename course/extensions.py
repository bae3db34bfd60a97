"""Extensions: what single delegates were granted beyond an assessment's policy.

They lie in the exchange, where instructors write and delegates' pages may read: one file for the course.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock
from pydantic import BaseModel, ValidationError

from course.content import Course
from course.errors import CourseError, Fault
from course.kinds import STRICT
from course.policy import NONE_GRANTED, Extension, Policy, moment
from course.submission import DELEGATE


class _File(BaseModel):
    model_config = STRICT

    format: Literal[1] = 1
    extensions: dict[str, dict[str, Extension]] = {}
    """Assessment -> delegate -> what was granted."""


def read_extensions(course: Course, slug: str) -> dict[str, Extension]:
    """What was granted for an assessment, by delegate. Raises CourseError where the file is damaged."""
    return dict(_read(extensions_path(course)).extensions.get(slug, {}))


def grant(course: Course, delegate: str, slug: str, until: str | None, attempts: int | None) -> Extension:
    """Grant more time, more attempts, or both; what is None stays as it was granted before. Raises CourseError."""
    policy = course.bank(course.module(slug).slug).policy
    where = course.questions / f"{slug}.yml"
    if not DELEGATE.fullmatch(delegate):
        raise CourseError(f"{delegate[:64]!r} is not a delegate's id: take it from the report, or from the delegate's page")
    if until is not None:
        _later(until, policy, where)
    if attempts is not None and policy.attempts is None:
        raise CourseError(Fault(where, None, "does not limit attempts, so nobody needs more of them"))
    if not (course.exchange / course.id).is_dir():
        raise CourseError(Fault(course.exchange, None, "there is no exchange yet: run `course build`"))
    path = extensions_path(course)
    with FileLock(f"{path}.lock"):
        content = _read(path)
        before = content.extensions.get(slug, {}).get(delegate, NONE_GRANTED)
        try:
            found = Extension(until=before.until if until is None else until, attempts=before.attempts if attempts is None else attempts)
        except ValidationError as error:
            raise CourseError(f"{attempts} more attempts cannot be granted: at most 1000") from error
        every = {**content.extensions, slug: {**content.extensions.get(slug, {}), delegate: found}}
        _write(path, _File(extensions=every))
    return found


def revoke(course: Course, delegate: str, slug: str) -> bool:
    """Take back everything that was granted; whether there was something. Raises CourseError."""
    path = extensions_path(course)
    if not path.parent.is_dir():
        return False
    with FileLock(f"{path}.lock"):
        content = _read(path)
        granted = dict(content.extensions.get(course.module(slug).slug, {}))
        if granted.pop(delegate, None) is None:
            return False
        _write(path, _File(extensions={**content.extensions, slug: granted}))
    return True


def granted_to(course: Course, delegate: str) -> dict[str, Extension]:
    """What one delegate was granted, by assessment. Raises CourseError where the file is damaged."""
    every = _read(extensions_path(course)).extensions
    return {slug: granted[delegate] for slug, granted in every.items() if delegate in granted}


def forget_grants(course: Course, delegate: str) -> None:
    """Take back everything that was ever granted to a delegate, also for assessments that the course has no more. Raises CourseError."""
    path = extensions_path(course)
    if not path.parent.is_dir():
        return
    with FileLock(f"{path}.lock"):
        # What a grant that was interrupted has left.
        _draft(path).unlink(missing_ok=True)
        every = _read(path).extensions
        if any(delegate in granted for granted in every.values()):
            _write(path, _File(extensions={slug: {name: one for name, one in granted.items() if name != delegate} for slug, granted in every.items()}))


def last_closing(policy: Policy, extensions: dict[str, Extension]) -> datetime | None:
    """When the last answers can come in, late ones and every extension included; None where there is no such time."""
    times = [time for extension in (NONE_GRANTED, *extensions.values()) if (time := policy.closes_at(extension)) is not None]
    return max(times, default=None)


def _later(until: str, policy: Policy, where: Path) -> None:
    try:
        time = moment(until)
    except ValueError as error:
        raise CourseError(str(error)) from error
    if policy.due is None:
        raise CourseError(Fault(where, None, "has no due time, so there is nothing to extend: add `due` to its `policy`"))
    if time <= moment(policy.due):
        raise CourseError(f"{until} is not later than the due time of everybody, {policy.due}")


def extensions_path(course: Course) -> Path:
    return course.exchange / course.id / "extensions.json"


def _read(path: Path) -> _File:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return _File.model_validate(content)
    except FileNotFoundError:
        return _File()
    except (OSError, ValueError, ValidationError) as error:
        raise CourseError(Fault(path, None, "cannot be read: put a backup in its place, or delete it and grant the extensions again")) from error


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _write(path: Path, content: _File) -> None:
    draft = _draft(path)
    draft.write_text(json.dumps(content.model_dump(mode="json", exclude_defaults=True) | {"format": 1}, indent=1) + "\n", encoding="utf-8")
    draft.chmod(0o644)
    os.replace(draft, path)
