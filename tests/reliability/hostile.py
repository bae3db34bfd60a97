"""Damaged, hostile and absurd submissions: each a function that writes one into a folder of the exchange, or a file.

Receipts are not signed: whoever can write into the exchange can make one that fits. So most of what is absurd here fits.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from course.submission import receipt
from support import REPOSITORY

SLUG, COURSE = "gallery", "gallery-course"
AT = "2026-01-02T10:00:00Z"
CANARY = "canary-was-here"
BANK: dict[str, Any] = yaml.safe_load((REPOSITORY / "tests/gallery_course/assessments/questions/gallery.yml").read_text(encoding="utf-8"))
QUESTIONS = [question["id"] for question in BANK["questions"]]


def stamp(at: str) -> str:
    return f"{at[:10]} {at[11:19]}.000000 UTC"


def frozen(who: str, **changes: Any) -> dict[str, Any]:
    """A submission whose receipt fits, whatever is in it."""
    content: dict[str, Any] = {
        "format": 1, "course": COURSE, "assessment": SLUG, "delegate": who, "attempt": 1, "submitted_at": AT, "answers": {}, **changes,
    }  # fmt: skip
    return {**content, "receipt": receipt(content)} if "receipt" not in changes else content


def dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=True).encode()


@dataclass(frozen=True)
class Case:
    """One submission: what is odd about it, its delegate, and how it is written into a folder that holds what an honest one holds."""

    kind: str
    who: str
    spoil: Callable[[Path], None]
    name: str = ""
    """The folder's name in the exchange, where it is not the usual one."""

    @property
    def folder(self) -> str:
        return self.name or f"{self.who}+{SLUG}+{stamp(AT)}+{self.who[-6:]}"

    def write(self, inbound: Path) -> Path:
        folder = inbound / self.folder
        folder.mkdir(parents=True)
        fill(folder, self.who)
        self.spoil(folder)
        return folder


def fill(folder: Path, who: str, content: dict[str, Any] | None = None) -> None:
    """The files of an honest submission."""
    (folder / "answers.json").write_bytes(dumped(content or frozen(who)))
    (folder / "timestamp.txt").write_text(stamp((content or {"submitted_at": AT})["submitted_at"]))
    (folder / "submission_secret.txt").write_text(f"{who}-secret-0123456789")
    (folder / f"{SLUG}.ipynb").write_text(_notebook())


def _notebook() -> str:
    """A notebook that would delete the gradebook, make a canary, and award itself a thousand points, if anybody ran or read it."""
    evil = f"import os, pathlib\nopen('{CANARY}', 'w').close()\npathlib.Path('../../../gradebook.db').unlink()\nos._exit(0)"
    points = {"output_type": "execute_result", "data": {"text/plain": "1000"}, "metadata": {}, "execution_count": 1}
    loud = {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<script>fetch('/{CANARY}')</script>", "application/javascript": "x"}}
    cells = [
        {
            "cell_type": "code", "id": f"c{number}", "source": evil, "execution_count": 1, "outputs": [points, loud],
            "metadata": {"nbgrader": {"grade_id": name, "grade": True, "solution": True, "locked": False, "points": 1e9, "schema_version": 3}},
        }
        for number, name in enumerate(QUESTIONS)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": f"; touch {CANARY}", "display_name": "x", "language": "bash"}, "celltoolbar": "x"}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


# Generated

_TEXT = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["", "\0", "\u202edne", "a\u200bb", "../../gradebook.db", "=HYPERLINK(1)", "<script>alert(1)</script>", "$x$", "\ud800", "nan", "1e999", "-0",
     "１２", "\n\n# x", "{{ x }}", "%s", "'; drop table grade; --", "ﷺ" * 20, "e\u0301" * 20, "\x1b[2J", "\u0430d-1", "٣٫٥", "9" * 40]
)  # fmt: skip
_NUMBER = st.integers() | st.floats() | st.sampled_from([10**400, -1, 2**63, 0, 1e308, 5e-324, float("nan"), float("inf")])


def _words(part: Any) -> Iterator[str]:
    """Every id in the questions: what a delegate could name."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "id" and isinstance(value, str):
                yield value
            else:
                yield from _words(value)
    elif isinstance(part, list):
        for one in part:
            yield from _words(one)


_IDS = st.sampled_from(sorted({*_words(BANK), "verdict", "reason", "true", "false", "DOM", "HTI"}))
_LEAF = st.none() | st.booleans() | _NUMBER | _TEXT | _IDS
JSON = st.recursive(_LEAF, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(_IDS | _TEXT, inner, max_size=6), max_leaves=15)
ANSWERS = st.dictionaries(st.sampled_from(QUESTIONS) | _TEXT, JSON, max_size=12)
FIELDS = st.dictionaries(
    st.sampled_from(["format", "course", "assessment", "delegate", "attempt", "submitted_at", "seed", "language", "answers", "receipt", "extra"]),
    JSON, min_size=1, max_size=3,
)  # fmt: skip


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """This many examples, the same in each run."""
    found: list[Any] = []

    @settings(max_examples=count, database=None, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return [found[number % len(found)] for number in range(count)]


# By hand: what is odd, and how it is written over an honest submission


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda folder: [(folder / "answers.json").write_bytes(data)] and None


def _content(**changes: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        who = folder.name.split("+")[0] or "x"
        (folder / "answers.json").write_bytes(dumped(frozen(who, **changes)))

    return spoil


def _deep(levels: int) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        whole = dumped(frozen(folder.name.split("+")[0], answers={QUESTIONS[0]: "HERE"}))
        (folder / "answers.json").write_bytes(whole.replace(b'"HERE"', b"[" * levels + b"]" * levels))

    return spoil


def _instead(name: str, make: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return spoil


def _socket(path: Path) -> None:
    """A socket's address is short, so it is bound from within its folder."""
    home = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.fchdir(home)
        os.close(home)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _outside(path: Path) -> Path:
    """A file outside the course, that nobody may read for a delegate, or touch."""
    return next(parent for parent in path.parents if (parent / "outside").is_dir()) / "outside" / "precious"


_INSTEAD: dict[str, Callable[[Path], None]] = {
    "a directory": lambda path: path.mkdir(),
    "a directory with something in it": lambda path: [path.mkdir(), (path / "answers.json").write_text("{}")] and None,
    "a pipe": lambda path: os.mkfifo(path),
    "a socket": _socket,
    "a link outside": lambda path: path.symlink_to(_outside(path)),
    "a link to the gradebook": lambda path: path.symlink_to("../../../../assessments/gradebook.db"),
    "a link to nothing": lambda path: path.symlink_to("nothing-here"),
    "a link to itself": _loop,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: None,
    "an empty file": lambda path: path.write_bytes(b"") and None,
    "unreadable": lambda path: [path.write_text("{}"), path.chmod(0)] and None,
    "ten megabytes": lambda path: path.write_bytes(b'"' + b"a" * 10_000_000 + b'"') and None,
    "bytes": lambda path: path.write_bytes(bytes(range(256)) * 4) and None,
    "UTF-16": lambda path: path.write_bytes('{"a": "ü"}'.encode("utf-16")) and None,
    "a path": lambda path: path.write_text("../../../../outside/precious") and None,
}
_FILES = ("answers.json", "attempts.json", "timestamp.txt", "submission_secret.txt", f"{SLUG}.ipynb")


def _history(make: Callable[[str], Any]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        who = folder.name.split("+")[0]
        (folder / "answers.json").write_bytes(dumped(frozen(who, attempt=5000)))
        (folder / "attempts.json").write_bytes(dumped(make(who)))

    return spoil


def _others_receipt(folder: Path) -> None:
    other = frozen("somebody-else", answers={QUESTIONS[0]: ["sea"]})
    (folder / "answers.json").write_bytes(dumped({**other, "delegate": folder.name.split("+")[0]}))


def _others_answers(folder: Path) -> None:
    (folder / "answers.json").write_bytes(dumped(frozen("somebody-else")))


def _truncated(folder: Path) -> None:
    whole = (folder / "answers.json").read_bytes()
    (folder / "answers.json").write_bytes(whole[: len(whole) // 2])


def _marked(prefix: bytes, encoding: str = "utf-8") -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / "answers.json").read_text()
        (folder / "answers.json").write_bytes(prefix + text.encode(encoding))

    return spoil


def _doubled(folder: Path) -> None:
    whole = (folder / "answers.json").read_text()
    (folder / "answers.json").write_text(whole[:-1] + f', "answers": {{"{QUESTIONS[0]}": ["sea"]}}}}')


def _closed(folder: Path) -> None:
    folder.chmod(0)


def _crowd(folder: Path) -> None:
    for number in range(300):
        (folder / f"{number}.py").write_text(f"open('{CANARY}', 'w')")
    (folder / "answers.json.lock").mkdir()
    (folder / "..answers.json").write_text("x")


_ANSWERS: dict[str, dict[str, Any]] = {
    "the same wrong thing everywhere": {name: {"x": [None, True, -1]} for name in QUESTIONS},
    "a number beyond floats": {name: 10**400 for name in QUESTIONS},
    "text for every question": {name: "=cmd|' /C calc'!A0" for name in QUESTIONS},
    "a long text for every question": {name: "ü" * 50_000 for name in QUESTIONS},
    "a text of almost two megabytes": {QUESTIONS[-1]: "a" * 1_900_000},
    "five thousand unknown questions": {f"unknown-{number}": number for number in range(5000)},
    "paths for questions": {"../../gradebook.db": "x", "/etc/passwd": ["x"], "": [], "\0": None, "_submit": "x", "_title": "x"},
    "every option a thousand times": {name: sorted(set(_words(BANK))) * 50 for name in QUESTIONS},
    "wide": {QUESTIONS[0]: [[]] * 400_000},
    "control characters": {name: "\0\x1b[2J\u202e\u200b\ufeff\r\n" * 20 for name in QUESTIONS},
    "script": {name: "</script><script>alert(1)</script><img src=x onerror=alert(1)> ```\n$$\\input{/etc/passwd}$$" for name in QUESTIONS},
}
_TIMES = ("0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z", "1000-02-28T00:00:00Z", "0999-01-01T00:00:00Z")


def _at(time: str) -> tuple[Callable[[Path], None], str]:
    return _content(submitted_at=time), stamp(time)


def by_hand() -> list[tuple[str, Callable[[Path], None], str]]:
    """What is odd, how to write it, and the time in the folder's name."""
    found: list[tuple[str, Callable[[Path], None], str]] = []

    def add(kind: str, spoil: Callable[[Path], None], at: str = stamp(AT)) -> None:
        found.append((kind, spoil, at))

    for file in _FILES:
        for what, make in _INSTEAD.items():
            add(f"{file}: {what}", _instead(file, make))
    for levels in (10, 49, 51, 900, 100_000):
        add(f"nested {levels} deep", _deep(levels))
    for data in (b"[" * 1_000_000, b'{"a":' * 100_000, b"null", b"[]", b'"x"', b"7", b"NaN", b"[1e999]", b'{"format": 1e5}', b'{"format": 99}', b"{}",
                 b"9" * 5000, gzip.compress(b"[]"), gzip.compress(b"0" * 10_000_000), b"[" + b"[]," * 600_000 + b"[]]", b"PK\x03\x04"):  # fmt: skip
        add(f"answers.json is {data[:12]!r}…", _bytes(data))
    for value in ("NaN", "Infinity", "-Infinity", "1e999", '"\\ud800"', '{"a": 1, "a": 2}', "1" * 5000, "1" * 4000):
        def spoil(folder: Path, value: str = value) -> None:
            whole = dumped(frozen(folder.name.split("+")[0], answers={QUESTIONS[0]: "HERE"}))
            (folder / "answers.json").write_bytes(whole.replace(b'"HERE"', value.encode()))

        add(f"an answer is {value[:20]}", spoil)
    add("somebody else's receipt", _others_receipt)
    add("somebody else's answers", _others_answers)
    add("half of it", _truncated)
    add("with a byte order mark", _marked(b"\xef\xbb\xbf"))
    add("UTF-16", _marked(b"", "utf-16"))
    add("UTF-32", _marked(b"", "utf-32"))
    add("every key twice", _doubled)
    add("folder without permissions", _closed)
    add("three hundred other files", _crowd)
    for kind, answers in _ANSWERS.items():
        add(f"forged: {kind}", _content(answers=answers))
    for time in _TIMES:
        add(f"forged: submitted at {time}", *_at(time))
    for attempt in (0, -1, 1_000_000, 1_000_001, 2**63, 1.0, True, "1"):
        add(f"forged: attempt {attempt!r}", _content(attempt=attempt))
    for seed in ("somebody-else", "../../x", "", "x" * 65, "\0", 5):
        add(f"forged: drawn for {seed!r:.20}", _content(seed=seed, answers=dict.fromkeys(QUESTIONS, ["sea"])))
    for code in ("xx", "ar", "fr", "../", "EN", "e\n"):
        add(f"forged: in {code!r}", _content(language=code))
    for field in ("course", "assessment", "delegate"):
        for value in ("../../gradebook.db", "gallery\0", "Gallery", "g\u0430llery", "\u202eyrellag", "", "x" * 300, "gallery+gallery"):
            add(f"forged: {field} {value!r:.20}", _content(**{field: value}))
    for make, kind in (
        (lambda who: [frozen(who, attempt=number) for number in range(1, 3000)], "thousands of attempts"),
        (lambda who: [frozen(who, attempt=7, answers={QUESTIONS[0]: number}) for number in range(100)], "one attempt a hundred times"),
        (lambda who: [frozen(who, attempt=9000)], "a later attempt among the earlier"),
        (lambda who: [frozen("somebody-else")], "somebody else's attempts"),
        (lambda who: {"attempts": []}, "no list"),
        (lambda who: [None, 5, []], "no attempts"),
        (lambda who: [frozen(who, receipt="0" * 64)], "an attempt whose receipt does not fit"),
        (lambda who: [frozen(who, attempt=2, submitted_at="9999-12-31T23:59:59Z")], "an earlier attempt from the far future"),
        (lambda who: [frozen(who, attempt=2, answers=_ANSWERS["a number beyond floats"])], "absurd answers in an earlier attempt"),
    ):  # fmt: skip
        add(f"attempts.json: {kind}", _history(make))
    return found


NO_SUBMISSIONS = [
    "readme", "x+y", "+++", f"x+{SLUG}+soon+1", f"x+other+{stamp(AT)}+1", f"x y+{SLUG}+{stamp(AT)}+1", f"-x+{SLUG}+{stamp(AT)}+1",
    f"{'x' * 65}+{SLUG}+{stamp(AT)}+1", f"\u0430dmin+{SLUG}+{stamp(AT)}+1", f"x\nrefused: d+{SLUG}+{stamp(AT)}+1", "\x1b[2J\u202e", f"x+{SLUG}+{stamp(AT)}",
    f"x+{SLUG}+2026-99-99 10:00:00.000000 UTC+1", f"*+{SLUG}+{stamp(AT)}+1", "$(touch canary-was-here)", f"x+x+{SLUG}+{stamp(AT)}+1",
]  # fmt: skip
"""Names in the exchange that are none of a submission's folder."""


def cases(first: int, count: int, generated: list[tuple[str, Any]], by: int) -> list[Case]:
    """This many cases, numbered from `first`: of every three, `by` made by hand in turn, the others generated."""
    hand = by_hand()
    found = []
    for number in range(first, first + count):
        who = f"x-{number:06d}"
        if number % 3 < by:
            kind, spoil, at = hand[(number // 3 * by + number % 3) % len(hand)]
            name = f"{who}+{SLUG}+{at}+{number}"
        else:
            (kind, value), name = generated[(number // 3 * (3 - by) + number % 3 - by) % len(generated)], f"{who}+{SLUG}+{stamp(AT)}+{number}"
            spoil = _generated(who, kind, value)
        found.append(Case(kind, who, spoil, name))
    return found


def each_by_hand() -> list[Case]:
    """One case of each kind made by hand."""
    return cases(0, len(by_hand()), [], by=3)


def generate(count: int) -> list[tuple[str, Any]]:
    """What Hypothesis finds: bytes and JSON in place of a submission, odd fields and odd answers with receipts that fit."""
    share = max(1, count // 10)
    found = [("generated bytes", value) for value in drawn(st.binary(max_size=200), share)]
    found += [("generated JSON", value) for value in drawn(JSON, share)]
    found += [("generated fields, forged", value) for value in drawn(FIELDS, 3 * share)]
    found += [("generated answers, forged", value) for value in drawn(ANSWERS, count - 5 * share)]
    random.Random(1).shuffle(found)
    return found


def _generated(who: str, kind: str, value: Any) -> Callable[[Path], None]:
    if kind == "generated bytes":
        return _bytes(value)
    if kind == "generated JSON":
        return _bytes(dumped(value))
    return _bytes(dumped(frozen(who, **value) if "fields" in kind else frozen(who, answers=value)))


def open_up(home: Path) -> None:
    """Give permissions back, so that whoever cleans up can."""
    for path in home.rglob("*"):
        if path.is_dir() and not path.is_symlink() and not path.stat().st_mode & stat.S_IRWXU:
            path.chmod(0o700)
