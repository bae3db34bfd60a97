"""Reading strictly: whatever a file holds, a lecturer gets the file, the line and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.bank import read_bank
from course.errors import CourseError
from course.reading import line_of, read_yaml
from course.content import CourseFile
from support import REPOSITORY

GOOD = (REPOSITORY / "tests" / "mini_course" / "assessments" / "questions" / "mini.yml").read_text(encoding="utf-8")

TOO_MUCH = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

BROKEN = {
    "empty": ("", 1, "is empty: write it"),
    "only a comment": ("# nothing\n", 1, "is empty: write it"),
    "null": ("~\n", 1, "must be a block"),
    "one word": ("hello\n", 1, "must be a block"),
    "a list": ("- one\n- two\n", 1, "must be a block"),
    "tab": (GOOD.replace("    prompt: How long", "\tprompt: How long"), "\tprompt", "check quotes, colons and indentation"),
    "open quote": (GOOD.replace('"EXPLANATION-LENGTH: as measured."', '"EXPLANATION-LENGTH'), None, "check quotes"),
    "colon in a sentence": (GOOD.replace("How long is Alpha?", "Say: how long: is it?"), "Say: how", "check quotes"),
    "two documents": (GOOD + "---\n" + GOOD, "---", "check quotes"),
    "duplicate key": (GOOD.replace("title: Rivers", "title: Rivers\ntitle: Lakes"), "title: Lakes", "`title` stands here twice: keep one"),
    "duplicate inner key": (GOOD.replace("{value: 12.5,", "{value: 12.5, value: 13,"), "{value", "`value` stands here twice"),
    "a list as a key": (GOOD + "[a, b]: c\n", "[a, b]", "a key must be a single word"),
    "unknown key": (GOOD.replace("pass_percent", "pass_precent"), "pass_precent", "did you mean `pass_percent`?"),
    "alias": (GOOD.replace("title: Rivers", "title: &t Rivers").replace("prompt: How long is Alpha?", "prompt: *t"), "*t", "alias"),
    "unquoted emphasis": (GOOD.replace("prompt: How long is Alpha?", "prompt: *How* long"), "*How*", "check quotes"),
    "alias of itself": ("a: &a [*a]\n", 1, "alias"),
    "bomb of aliases": (TOO_MUCH, 2, "alias"),
    "merge key": ("x: &x {format: 1}\n<<: *x\n", 2, "alias"),
    "deep lists": ("[" * 5000 + "]" * 5000, 1, "nested too deeply"),
    "deep blocks": ("\n".join(" " * i + "a:" for i in range(1500)), 1, "nested too deeply"),
    "foreign tag": (GOOD.replace("title: Rivers", "title: !!python/object:os.system x"), "title", "check quotes"),
    "tag that does not fit": (GOOD.replace("title: Rivers", "title: !!int abc"), "title", "put it in quotes"),
    "tag of a time": (GOOD.replace("title: Rivers", "title: !!timestamp abc"), "title", "put it in quotes"),
    "tag of a boolean": (GOOD.replace("title: Rivers", "title: !!bool maybe"), "title", "put it in quotes"),
    "endless number": (GOOD.replace("points: 3", "points: " + "1" * 5000), "points: 111", "put it in quotes"),
    "half a hexadecimal": (GOOD.replace("points: 3", "points: 0x_"), "points: 0x_", "put it in quotes"),
    "control character": (GOOD.replace("How long", "How\x07long"), "How\x07long", "take it out"),
    "null byte": (GOOD.replace("How long", "How\x00long"), "How\x00long", "take it out"),
    "number for text": (GOOD.replace("title: Rivers", "title: 12"), "title: 12", "must be text (put it in quotes)"),
    "date for text": (GOOD.replace("prompt: How long is Alpha?", "prompt: 3.5"), "prompt: 3.5", "must be text"),
    "text for number": (GOOD.replace("points: 3", "points: three"), "points: three", "must be a number"),
    "word for a boolean": (GOOD.replace("text: Eastbank, correct: true", "text: Eastbank, correct: yes"), "text: Eastbank", "must be true or false"),
    "block for list": (GOOD.split("questions:")[0] + "questions: {a: 1}\n", "questions:", "must be a list"),
    "item of the wrong shape": (GOOD.split("questions:")[0] + "questions:\n  - hello\n", "  - hello", "question 1 must be a block"),
    "half a character": (GOOD.replace("title: Rivers", 'title: "\\ud83d"'), "title:", "`title`"),
}  # fmt: skip


def place(path: Path, message: str) -> tuple[int, str]:
    """Line and words of a message, which must begin with the file."""
    found = re.match(re.escape(str(path)) + r":(\d+): (.+)", message, re.S)
    assert found, f"no file and line in: {message}"
    return int(found[1]), found[2]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_its_line_and_what_to_do(name: str, tmp_path: Path) -> None:
    """Does every kind of damage give file:line and an instruction, on the line where it is?"""
    text, where, words = BROKEN[name]
    path = tmp_path / "mini.yml"
    path.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    line, message = place(path, str(caught.value.faults[0]))
    assert words in message
    if where is not None:
        assert line == (where if isinstance(where, int) else text[: text.index(where)].count("\n") + 1)


def test_bytes_that_are_not_utf8_are_placed(tmp_path: Path) -> None:
    """Does a file saved as Latin-1 say so, with the line of the first letter that gives it away?"""
    path = tmp_path / "mini.yml"
    path.write_bytes(GOOD.replace("How long", "Où long").encode("latin-1"))
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    line, message = place(path, str(caught.value))
    assert line == GOOD[: GOOD.index("How long")].count("\n") + 1
    assert "save the file as UTF-8" in message


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """Is a file that Windows Notepad saved read as it is?"""
    path = tmp_path / "mini.yml"
    path.write_text(GOOD.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert read_bank(path).title == "Rivers"


@pytest.mark.parametrize("make", ["nothing", "folder"])
def test_a_file_that_cannot_be_read_is_named(make: str, tmp_path: Path) -> None:
    """Does a missing file, or a folder in its place, give words and no traceback?"""
    path = tmp_path / "mini.yml"
    if make == "folder":
        path.mkdir()
    with pytest.raises(CourseError, match=re.escape(f"{path}: cannot be read")):
        read_bank(path)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Can a lecturer mend a file in one go, in the order of its lines?"""
    text = GOOD.replace("title: Rivers", "titel: Rivers").replace("points: 3", "points: lots").replace("    prompt: How long is Alpha?\n", "")
    path = tmp_path / "mini.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    lines = [place(path, str(fault))[0] for fault in caught.value.faults]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_words_stay_words(tmp_path: Path) -> None:
    """Do `no` and dates stay text, as a lecturer means them (Norway is not False)?"""
    path = tmp_path / "course.yml"
    path.write_text("format: 1\nid: c\ntitle: no\nmodules:\n  - {slug: m, title: 2024-06-01, minutes: 5, objectives: [on, off]}\n")
    found, lines = read_yaml(path, CourseFile)
    assert (found.title, found.modules[0].title, found.modules[0].objectives) == ("no", "2024-06-01", ["on", "off"])
    assert line_of(lines, ("modules", 0, "minutes")) == 5
    assert line_of(lines, ("modules", 0, "nowhere", 3)) == 5


def test_a_module_listed_twice_is_refused(tmp_path: Path) -> None:
    """Is the one list of modules free of repetitions?"""
    path = tmp_path / "course.yml"
    entry = "  - {slug: m, title: M, minutes: 5, objectives: [o]}\n"
    path.write_text("format: 1\nid: c\ntitle: C\nmodules:\n" + entry * 2)
    with pytest.raises(CourseError, match="`m` stands here twice"):
        read_yaml(path, CourseFile)


_PIECES = st.sampled_from(["", " ", "\t", "\n", ":", "-", "{", "}", "[", "]", '"', "'", "*", "&a ", "!!int ", "!", "|", ">", "~", "0x", "1e999", ".nan", "\x00", "\u2028", "é", "🌍", "- ", "? ", "<<: ", "%", "@", "`", "# ", "---\n", "...\n", "true"])  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), _PIECES), min_size=1, max_size=4))
def test_nothing_but_a_course_error(cuts: list[tuple[int, int, str]], tmp_path: Path) -> None:
    """Whatever a slip of the hand does to a file: is it read, or told as a fault of the file?"""
    text = GOOD
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    path = tmp_path / "mini.yml"
    path.write_text(text, encoding="utf-8", newline="\n")
    try:
        read_bank(path)
    except CourseError as error:
        assert error.faults
        for fault in error.faults:
            place(path, str(fault))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_bytes_stop_the_reading(data: bytes, tmp_path: Path) -> None:
    """Is a file of any bytes refused in words?"""
    path = tmp_path / "mini.yml"
    path.write_bytes(data)
    with pytest.raises(CourseError):
        read_bank(path)
