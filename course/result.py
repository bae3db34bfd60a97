"""A released result: where the exchange keeps a delegate's feedback page, and the data block inside it.

Light on purpose: the delegate's kernel reads results and must not load the grading tools to do so.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

FORMAT = 1


class QuestionResult(BaseModel):
    """One question's result; `points` is None while a person still has to mark it."""

    model_config = ConfigDict(extra="forbid")

    points: float | None
    max_points: float
    comment: str = ""
    remarks: list[tuple[str, str]] = []
    key: str = ""
    explanation: str = ""
    sources: list[str] = []
    as_of: str = ""


class Result(BaseModel):
    """What a delegate learns once feedback is released."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1]
    assessment: str
    delegate: str
    attempt: int
    receipt: str
    points: float
    max_points: float
    pass_percent: float
    pending: bool
    passed: bool | None
    penalty: float = 0.0
    """Points taken off for being late, which `points` are without."""
    disclosed: Literal["all", "marks"] = "all"
    """Whether keys and explanations are in it, or marks and comments only."""
    questions: dict[str, QuestionResult]
    """By question, not by cell."""


def data_block(result: Result) -> str:
    """The result as a script element that holds data and never runs; `<` is escaped so that no text can end it."""
    text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="course-result">{text}</script>'


def read_result(html: str) -> Result:
    """The data block of a feedback page. Raises ValueError where the page has none that this version can read."""
    block = re.search(r'<script type="application/json" id="course-result">(.*?)</script>', html, re.S)
    if block is None:
        raise ValueError("this feedback page holds no result of the course")
    return Result.model_validate(json.loads(block.group(1)))


def feedback_path(exchange: Path, course_id: str, secret: str, slug: str) -> Path:
    """Where nbgrader's release step puts a submission's feedback: named after its secret, so only its owner finds it."""
    # The name is nbgrader's (notebook_hash); md5 is its choice of a file name, not a safeguard of ours.
    name = hashlib.md5((secret + slug).encode(), usedforsecurity=False).hexdigest()
    return exchange / course_id / "feedback" / f"{name}.html"
