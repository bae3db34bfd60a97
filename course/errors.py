"""What went wrong, where, and what to do: the one shape of a fault that a person has to act on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.i18n import N_, _


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the file, the line where known, and a sentence that says what to do."""

    file: Path | str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message}"


_CAUSES = (N_("no space left on device"), N_("disk quota exceeded"), N_("permission denied"), N_("read-only file system"), N_("input/output error"))
"""What the operating system says in English where a delegate's answers cannot be written or read."""


def cause(error: BaseException, otherwise: str) -> str:
    """Why the operating system refused, in words for the delegate; `otherwise` where it was not the operating system."""
    said = getattr(error, "strerror", None)
    return _(said.lower()) if said else otherwise


class CourseError(Exception):
    """Raised with every fault found, so that a lecturer mends a file in one go and not line by line."""

    def __init__(self, *faults: Fault | str) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class AnswerError(ValueError):
    """An answer that cannot be taken; the message is written to the delegate."""

    def __init__(self, message: str, kept: Any = None) -> None:
        super().__init__(message)
        self.kept = kept
        """What of the answer can be taken all the same: the parts of a case that can be read; None where nothing can."""


class SaveError(RuntimeError):
    """The store could not keep an answer; the message is written to the delegate."""


class ClosedError(RuntimeError):
    """Nothing is taken now: too early, too late, or no attempt is left; the message is written to the delegate."""
