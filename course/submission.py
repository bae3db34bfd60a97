"""What a delegate hands in: `answers.json`, made by Submit, read back as data that nobody trusts."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from course.errors import AnswerError
from course.kinds import kinds
from course.reading import ID

DELEGATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""An id that every part of the tool chain takes: no `+`, no `*`, no path."""

def is_delegate(value: Any) -> bool:
    """Whether something is an id that a delegate can have."""
    return isinstance(value, str) and DELEGATE.fullmatch(value) is not None


TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

LARGEST = 2_000_000
"""Bytes that an answers.json may have: far more than every question answered at its longest."""

LARGEST_HISTORY = 10 * LARGEST
"""Bytes that an attempts.json, with all earlier attempts, may have."""

DEEPEST = 50
"""Levels of nesting that JSON from outside may have: no answer needs ten, and every step after reading stays safe."""


_OPTIONAL = ("seed", "language")
"""What is left out where it is empty, so that receipts stay what they were."""


class Submission(BaseModel):
    """One attempt, frozen: who, what, when (the server's clock, UTC), and a receipt over all of it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    format: Literal[1] = 1
    course: str = Field(pattern=ID)
    assessment: str = Field(pattern=ID)
    delegate: str = Field(pattern=rf"^{DELEGATE.pattern}$")
    attempt: int = Field(ge=1, le=1_000_000)
    submitted_at: str = Field(pattern=TIME)
    seed: str = Field(default="", pattern=rf"^({DELEGATE.pattern})?$")
    """Whose draw the questions are, where questions were drawn: the delegate's own id, or the one in a loaded passport."""
    language: str = Field(default="", pattern=r"^([a-z]{2})?$")
    """The language in which it was submitted, where that is not English: feedback comes back in it."""
    answers: dict[str, Any]
    receipt: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("submitted_at")
    @classmethod
    def _a_time(cls, text: str) -> str:
        return check_time(text)

    @property
    def drawn_for(self) -> str:
        """The id that decides what was drawn."""
        return self.seed or self.delegate

    def as_dict(self) -> dict[str, Any]:
        """The submission as data; what is not set is not there, so that a receipt stays what it was."""
        return self.model_dump(exclude={name for name in _OPTIONAL if not getattr(self, name)})

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @property
    def time(self) -> datetime:
        return as_time(self.submitted_at)


def check_time(text: str) -> str:
    """The same text, where it is a time that a clock can show. Raises ValueError."""
    as_time(text)
    return text


def is_time(text: str) -> bool:
    """Whether a text names a time as `now` does."""
    try:
        as_time(text)
    except ValueError:
        return False
    return True


def as_time(text: str) -> datetime:
    """The time, in UTC, that a text from `now` names."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def now() -> str:
    """The time as answers and receipts carry it: UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def submission(
    course: str, assessment: str, delegate: str, attempt: int, answers: dict[str, Any], at: str, seed: str = "", language: str = ""
) -> Submission:
    """Freeze answers: the receipt is the sha256 of everything else."""
    content = {
        "format": 1, "course": course, "assessment": assessment, "delegate": delegate,
        "attempt": attempt, "submitted_at": at, "answers": answers, **({"seed": seed} if seed else {}), **({"language": language} if language else {}),
    }  # fmt: skip
    return Submission(**content, receipt=receipt(content))


def receipt(content: dict[str, Any]) -> str:
    """sha256 over the canonical JSON of a submission without its receipt."""
    rest = {key: value for key, value in content.items() if key != "receipt" and not (key in _OPTIONAL and value == "")}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def short_receipt(full: str) -> str:
    """The part of a receipt that people read to each other: `3f2a-91bc-04de`."""
    return "-".join(full[i : i + 4] for i in range(0, 12, 4))


class SubmissionError(ValueError):
    """A submission that cannot be graded; the message is written to the instructor."""


def read_submission(data: bytes) -> Submission:
    """A submission from the bytes of an answers.json. Raises SubmissionError, and nothing else, whatever the bytes are."""
    if len(data) > LARGEST:
        raise SubmissionError(f"answers.json has {len(data):,} bytes, more than any real submission ({LARGEST:,})")
    content = read_json(data, SubmissionError, "answers.json")
    return _submission_of(content, "answers.json")


def attempts_json(attempts: Iterable[Submission]) -> str:
    """The text of an attempts.json: earlier attempts of one delegate, oldest first."""
    content = {"format": 1, "attempts": [one.as_dict() for one in sorted(attempts, key=lambda one: one.attempt)]}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_attempts_json(data: bytes) -> list[Submission]:
    """The attempts in an attempts.json. Raises SubmissionError, and nothing else, whatever the bytes are."""
    if len(data) > LARGEST_HISTORY:
        raise SubmissionError(f"attempts.json has {len(data):,} bytes, more than any real one ({LARGEST_HISTORY:,})")
    content = read_json(data, SubmissionError, "attempts.json")
    if not isinstance(content, dict) or content.get("format") != 1 or not isinstance(content.get("attempts"), list):
        raise SubmissionError("attempts.json does not hold attempts of this course: ask the delegate to submit again")
    return [_submission_of(one, "attempts.json") for one in content["attempts"]]


def _submission_of(content: Any, what: str) -> Submission:
    if isinstance(content, dict) and isinstance(content.get("format"), int) and content["format"] > 1:
        raise SubmissionError(f"{what} has format {content['format']}, this course reads format 1: update the course")
    try:
        found = Submission.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "it"
        raise SubmissionError(f"{what} is not a submission of this course: {place}: {first['msg'].lower()}") from error
    if receipt(found.model_dump()) != found.receipt:
        raise SubmissionError(f"{what} was changed after it was submitted: its receipt does not fit; ask the delegate to submit again")
    return found


def read_json(data: bytes, error_class: type[ValueError], what: str) -> Any:
    """JSON from bytes, strictly: no NaN or infinity, no key twice, no half characters, no deep nesting. Raises `error_class`."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is not a number")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key stands twice")
        return found

    def finite(text: str) -> float:
        number = float(text)
        return number if math.isfinite(number) else refuse(text)

    try:
        found = json.loads(data.decode("utf-8"), parse_constant=refuse, parse_float=finite, object_pairs_hook=unique)
        if not _nested_within(found, DEEPEST):
            raise ValueError("nested too deeply")
        # An escape such as \ud83d without its other half is text that no file can take.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        return found
    except (ValueError, RecursionError) as error:
        raise error_class(f"{what} is damaged: it cannot be read as JSON ({type(error).__name__})") from error


def _nested_within(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_nested_within(item, levels - 1) for item in inner)


def accept_answers(shown: dict[str, Any], answers: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answers that the assessment's questions can take, and a note for each one refused.

    `shown` is the keyless bank. Unknown ids and answers of the wrong shape are refused one by one, so that one bad
    answer costs nobody the others.
    """
    questions = {question["id"]: question for question in shown["questions"]}
    accepted: dict[str, Any] = {}
    notes: list[str] = []
    for question_id, raw in answers.items():
        question = questions.get(question_id)
        if question is None:
            notes.append(f"unknown question {question_id[:60]!r}")
            continue
        try:
            accepted[question_id] = kinds()[question["kind"]].read(question["shown"], raw)
        except AnswerError as error:
            notes.append(f"{question_id}: {error}")
            if error.kept is not None:
                accepted[question_id] = error.kept
    return accepted, notes
