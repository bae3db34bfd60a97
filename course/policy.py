"""An assessment's policy: how often, from when, until when, what lateness costs, and when results may be read.

Pure: every function is given the time. Who decides with it (Submit, grading, feedback) asks the server's clock, never the page.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator

from course.i18n.forms import when
from course.kinds import STRICT

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) (\S+)")
_SPAN = re.compile(r"(\d+) (minute|hour|day|week)s?")


@lru_cache(maxsize=1000)
def moment(text: str) -> datetime:
    """The time, in UTC, that text such as `2026-12-15 18:00 America/New_York` names. Raises ValueError with words for the lecturer."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a time with its zone, such as 2026-12-15 18:00 America/New_York or 2026-12-15 18:00 UTC")
    day, clock, zone = found.groups()
    try:
        local = datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M")
    except ValueError as error:
        raise ValueError(f"“{day} {clock}” is not a day and time that a calendar and a clock show") from error
    if not 2000 <= local.year < 3000:
        raise ValueError(f"“{day}” is not in the years 2000 to 2999")
    try:
        placed = local.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{zone[:40]}” is not a time zone: write UTC, or a name such as Africa/Nairobi") from error
    utc = placed.astimezone(timezone.utc)
    if utc.astimezone(placed.tzinfo).replace(tzinfo=None) != local:
        raise ValueError(f"“{text[:40]}” does not exist: the clocks in {zone} go forward over it")
    return utc


def span(text: str) -> timedelta:
    """The length of time that text such as `15 minutes` or `1 day` names. Raises ValueError with words for the lecturer."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or len(found[1]) > 4:
        raise ValueError(f"“{text[:40]}” is not a length of time such as 15 minutes, 2 hours, 1 day or 1 week")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _known_moment(text: str) -> str:
    moment(text)
    return text.strip()


def _known_span(text: str) -> str:
    span(text)
    return text.strip()


Moment = Annotated[str, AfterValidator(_known_moment)]
Span = Annotated[str, AfterValidator(_known_span)]


class Late(BaseModel):
    """What lateness costs: nothing within `grace`; then `less` per cent of the points for each `step` begun, down to `floor` per cent."""

    model_config = STRICT

    grace: Span = "0 minutes"
    step: Span
    less: float = Field(gt=0, le=100)
    floor: float = Field(default=0, ge=0, lt=100)
    until: Span | None = None
    """How long after the due time answers are taken at all; without it, until the result is released."""

    @field_validator("step")
    @classmethod
    def _some_time(cls, text: str) -> str:
        if not span(text):
            raise ValueError("`step` is a length of time such as 1 day")
        return text

    @model_validator(mode="after")
    def _grace_ends(self) -> Late:
        if self.until is not None and span(self.until) < span(self.grace):
            raise ValueError(f"`until` ({self.until}) is shorter than `grace` ({self.grace}): make it longer, or take the grace out")
        return self


class Extension(BaseModel):
    """What one delegate was granted beyond the policy."""

    model_config = STRICT

    until: Moment | None = None
    attempts: int = Field(default=0, ge=0, le=1000)


NONE_GRANTED = Extension()


class Policy(BaseModel):
    """The rules of one assessment; the defaults are those of a course that anybody may take at any time."""

    model_config = STRICT

    attempts: int | None = Field(default=None, ge=1, le=1000)
    counts: Literal["last", "best", "first"] = "last"
    opens: Moment | None = None
    due: Moment | None = None
    late: Late | None = None
    feedback: Literal["at-once", "after-due", "marks-only", "never"] = "at-once"

    @model_validator(mode="before")
    @classmethod
    def _nothing_empty(cls, data: Any) -> Any:
        empty = [name for name, value in data.items() if value is None] if isinstance(data, dict) else []
        if empty:
            raise ValueError(f"`{empty[0]}` is empty: fill it in or take it out")
        return data

    @model_validator(mode="after")
    def _fits_together(self) -> Policy:
        if self.opens and self.due and moment(self.opens) >= moment(self.due):
            raise ValueError(f"it is due ({self.due}) before it opens ({self.opens})")
        if self.late and not self.due:
            raise ValueError("`late` needs a due time: add `due`")
        if self.feedback == "after-due" and not self.due:
            raise ValueError("`feedback: after-due` needs a due time: add `due`")
        if self.feedback == "after-due" and self.late and not self.late.until:
            raise ValueError("`feedback: after-due` would show the key while late answers are taken: add `until` to `late`")
        if self.counts != "last" and self.attempts == 1:
            raise ValueError(f"`counts: {self.counts}` says nothing where there is one attempt: take it out")
        return self

    def allowed(self, extension: Extension = NONE_GRANTED) -> int | None:
        """How many attempts somebody has; None: as many as one likes."""
        return None if self.attempts is None else self.attempts + extension.attempts

    def due_at(self, extension: Extension = NONE_GRANTED) -> datetime | None:
        """When somebody's answers are due; an extension never makes it earlier."""
        if self.due is None:
            return None
        return max(moment(self.due), moment(extension.until)) if extension.until else moment(self.due)

    def closes_at(self, extension: Extension = NONE_GRANTED) -> datetime | None:
        """After what time nothing is taken any more; None: there is no such time."""
        due = self.due_at(extension)
        if due is None or self.late is None:
            return due
        return due + span(self.late.until) if self.late.until else None

    def kept(self, submitted: datetime, extension: Extension = NONE_GRANTED) -> float:
        """The share of the points, 0 to 1, that answers handed in at a time keep."""
        due = self.due_at(extension)
        if due is None or self.late is None:
            return 1.0
        late = submitted - due
        if late <= max(timedelta(0), span(self.late.grace)):
            return 1.0
        steps = math.ceil(late / span(self.late.step))
        return max(self.late.floor, 100.0 - steps * self.late.less) / 100

    def takes(self, attempt: int, submitted: datetime, extension: Extension = NONE_GRANTED) -> str:
        """Why an attempt does not count, in words for the instructor; nothing where it does."""
        allowed, closes = self.allowed(extension), self.closes_at(extension)
        if allowed is not None and attempt > allowed:
            return f"attempt {attempt} of {allowed} allowed"
        if self.opens and submitted < moment(self.opens):
            return f"submitted at {when(submitted)}, before the assessment opened at {when(moment(self.opens))}"
        if closes is not None and submitted > closes:
            return f"submitted at {when(submitted)}, after the assessment closed at {when(closes)}"
        return ""

    def disclosed(self, now: datetime, last: datetime | None) -> Literal["all", "marks", "nothing"]:
        """What a delegate may read of a result now. `last` is when nothing is taken any more, also of who has the longest extension."""
        if self.feedback == "after-due" and last is not None and now <= last:
            return "nothing"
        return {"never": "nothing", "marks-only": "marks"}.get(self.feedback, "all")  # type: ignore[return-value]


@dataclass(frozen=True)
class Standing:
    """Where one delegate stands with one assessment at one time: may it be answered, may it be submitted, and what limits it."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None
    used: int
    allowed: int | None
    late: bool
    state: Literal["early", "open", "closed", "used up"]
    kept: float = 1.0
    """The share of the points that submitting now would keep."""

    @property
    def may_try_again(self) -> bool:
        """Whether there is a further attempt after a result: only where the policy says how many there are."""
        return self.allowed is not None and self.state == "open"


def standing(policy: Policy, extension: Extension, used: int, now: datetime) -> Standing:
    """What a delegate who has submitted `used` times may do now."""
    opens = moment(policy.opens) if policy.opens else None
    due, closes, allowed = policy.due_at(extension), policy.closes_at(extension), policy.allowed(extension)
    if opens is not None and now < opens:
        state = "early"
    elif closes is not None and now > closes:
        state = "closed"
    elif allowed is not None and used >= allowed:
        state = "used up"
    else:
        state = "open"
    return Standing(opens, due, closes, used, allowed, due is not None and now > due, state, policy.kept(now, extension))  # type: ignore[arg-type]
