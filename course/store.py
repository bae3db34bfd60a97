"""The ResponseStore: what delegates answered, kept before the page says so. The page is the view, this is the truth.

A delegate's work on a module is a journal of events, only ever added to; `fold` reads it into a record. So nothing
that was saved can be lost by a later save, every attempt stays, and two browsers at once do no harm.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from course.errors import SaveError, cause
from course.i18n import _
from course.submission import Submission, is_delegate

Event = dict[str, Any]
"""One thing that happened: `kind` (answer, practice, submit, delivered, again), `at` (UTC), and what belongs to the kind."""


class ResponseStore(Protocol):
    """Where events are kept. `append` returns only when the event will survive a crash, else raises SaveError."""

    def append(self, delegate: str, module: str, events: list[Event]) -> None: ...

    def events(self, delegate: str, module: str) -> Sequence[Event]:
        """Everything that happened, nobody's to change: the very same object as long as nothing was added. Raises SaveError."""
        ...

    def alone(self, delegate: str, module: str) -> AbstractContextManager[Any]:
        """Nobody else is in here at the same time: for reading what is there and adding to it as one step. Raises SaveError."""
        ...


class MemoryStore:
    """A store for tests."""

    def __init__(self) -> None:
        self._journals: dict[tuple[str, str], list[Event]] = {}

    def append(self, delegate: str, module: str, events: list[Event]) -> None:
        self._journals.setdefault((delegate, module), []).extend(json.loads(json.dumps(events)))

    def events(self, delegate: str, module: str) -> Sequence[Event]:
        return tuple(self._journals.get((delegate, module), ()))

    def alone(self, delegate: str, module: str) -> AbstractContextManager[Any]:
        return nullcontext()


class FolderStore:
    """A store in a folder: one journal of JSON lines for each delegate and module.

    Each save is one write of whole lines, forced to disk. A line torn by a crash was never acknowledged; the next
    save starts on a new line and reading passes over the torn one.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._read: tuple[Path, tuple[int, ...], Sequence[Event]] | None = None
        """The journal read last, and what tells whether it is still the same: a page asks for it again and again."""

    def append(self, delegate: str, module: str, events: list[Event]) -> None:
        path = self._path(delegate, module)
        lines = "".join(json.dumps(event, ensure_ascii=True, separators=(",", ":")) + "\n" for event in events)
        try:
            new = not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(f"{path}.lock", timeout=10):
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    size = os.fstat(descriptor).st_size
                    if size and os.pread(descriptor, 1, size - 1) != b"\n":
                        lines = "\n" + lines
                    _write_all(descriptor, lines.encode())
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
                if new:
                    _sync_folder(path.parent)
        except (OSError, Timeout) as error:
            told = _("Your answer could not be saved ({why}). It is kept in this page; try again.")
            raise SaveError(told.format(why=cause(error, _("another window is writing")))) from error

    def events(self, delegate: str, module: str) -> Sequence[Event]:
        path = self._path(delegate, module)
        try:
            with path.open("rb") as file:
                about = os.fstat(file.fileno())
                # Nothing is ever overwritten, so a journal of the same length is the same journal.
                same = (about.st_ino, about.st_size, about.st_mtime_ns)
                if self._read and self._read[:2] == (path, same):
                    return self._read[2]
                data = file.read()
        except FileNotFoundError:
            return ()
        except OSError as error:
            told = _("Your earlier answers cannot be read ({why}). Tell your instructor.")
            raise SaveError(told.format(why=cause(error, _("input/output error")))) from error
        found = []
        for line in data.split(b"\n"):
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and isinstance(event.get("kind"), str):
                found.append(event)
        self._read = path, same, tuple(found)
        return self._read[2]

    @contextmanager
    def alone(self, delegate: str, module: str) -> Iterator[None]:
        path = self._path(delegate, module)
        lock = FileLock(path.with_suffix(".alone"), timeout=10)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except (OSError, Timeout) as error:
            raise SaveError(_("Another window is submitting, or the disk is full. Nothing was submitted; try again.")) from error
        try:
            yield
        finally:
            lock.release()

    def _path(self, delegate: str, module: str) -> Path:
        return self.home / delegate / f"{module}.jsonl"


def _write_all(descriptor: int, data: bytes) -> None:
    """Write everything or raise: a disk that fills up mid-line must not look like a save."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a crash, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass
class Attempt:
    """One submission as the journal has it, its secret (which fetches the feedback), and whether it was handed over."""

    submission: dict[str, Any]
    secret: str
    delivered: bool = False
    imported: bool = False
    """Whether a passport brought it: its time and number are then only what a file says."""


@dataclass
class Record:
    """A delegate's work on a module, read from its events: latest answers by question, and every attempt."""

    answers: dict[str, Any] = field(default_factory=dict)
    saved_at: dict[str, str] = field(default_factory=dict)
    practice: dict[str, Any] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    seed: str = ""
    """Whose draw the answers belong to, where questions were drawn; empty as long as none of those is answered."""
    again: bool = False
    """Whether a further attempt was begun after a result."""

    def own(self, delegate: str) -> list[Attempt]:
        """The attempts frozen under this id; a passport can bring others."""
        return [attempt for attempt in self.attempts if attempt.submission["delegate"] == delegate]

    def used(self, delegate: str) -> int:
        """How many attempts are spent: those frozen here under this id, and those that were handed over under any.

        What a passport brought and nobody was given is handed in anew, and counts then.
        """
        return sum(one.delivered or (one.submission["delegate"] == delegate and not one.imported) for one in self.attempts)


def fold(events: Sequence[Event]) -> Record:
    """The record that events add up to, in the order of their times (a passport brings older ones later).

    Events that this version does not know, and events that a hand or a disk has damaged, are passed over: one bad line
    must not take the others away. Where answers belong to two draws, the older draw holds: a passport brings its own.
    """
    record = Record()
    in_time = sorted(events, key=lambda event: str(event.get("at", "")))
    record.seed = next((seed for event in in_time if event.get("kind") == "answer" and is_delegate(seed := event.get("seed"))), "")
    for event in in_time:
        try:
            _apply(event, record)
        except (KeyError, TypeError, ValueError):
            continue
    # By number, not by time: a clock that ran ahead must not make an older attempt the newest.
    record.attempts.sort(key=lambda attempt: attempt.submission["attempt"])
    return record


def _apply(event: Event, record: Record) -> None:
    """Raises KeyError, TypeError or ValueError, and changes nothing, where the event is not whole."""
    kind, at = event["kind"], _text(event["at"])
    if kind == "answer":
        question, answer = _text(event["question"]), event["answer"]
        if event.get("seed", record.seed) != record.seed:
            return
        record.answers[question] = answer
        record.saved_at[question] = at
    elif kind == "practice":
        record.practice[_text(event["question"])] = event["answer"]
    elif kind == "submit":
        frozen = Submission.model_validate(event["submission"])
        record.attempts.append(Attempt(frozen.as_dict(), _text(event["secret"]), imported=event.get("from") == "passport"))
        record.again = False
    elif kind == "delivered":
        for attempt in record.attempts:
            if attempt.submission["receipt"] == event["receipt"]:
                attempt.delivered = True
    elif kind == "again":
        record.again = True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value
