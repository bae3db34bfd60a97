"""The question format: what it refuses and in which words, what a delegate is shown, and how an answer is scored."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from course.bank import Bank, read_bank
from course.errors import CourseError
from course.questions import score
from support import REPOSITORY

MINI = REPOSITORY / "tests" / "mini_course" / "assessments" / "questions" / "mini.yml"
GOOD = MINI.read_text(encoding="utf-8")

LENGTH = "    number: {value: 12.5, tolerance: 0.5, unit: km}\n"
WORDS = "      words: [3, 20]\n"
RUBRIC = '      rubric: ["RUBRIC-SEA: names the sea (3)", "RUBRIC-PLAIN: in plain words (1)"]\n'

FAULTS = {
    "another format": ("format: 1", "format: 2", "format: 2", "this course reads format 1: write that, or update the course"),
    "another file's id": ("id: mini", "id: maxi", "id: maxi", "must be the file's name, `mini`"),
    "id with capitals": ("id: length", "id: Length", "id: Length", "small letters, digits and single dashes"),
    "id with a newline": ("id: length", 'id: "length\\n"', "id: \"length", "small letters, digits and single dashes"),
    "id too long": ("id: length", "id: " + "l" * 61, "id: lll", "at most 60"),
    "question id twice": ("id: length", "id: one-mouth", "  - id: one-mouth\n    prompt: How", "stands already in line 6: ids must differ"),
    "option id twice": ("{id: lake,", "{id: sea,", "    choices:", "option id `sea` stands twice: ids must differ"),
    "no right option": (", correct: true, feedback: \"FEEDBACK-SEA", ", feedback: \"FEEDBACK-SEA", "    choices:", "write `correct: true`"),
    "no wrong option": ("text: Hilltop,", "text: Hilltop, correct: true,", "    choices:\n      - {id: east", "add at least one that is not"),
    "no feedback": (", feedback: \"FEEDBACK-LAKE: its neighbour does.\"", "", "      - {id: lake", "option 2 of question 1 has no `feedback`: add it"),
    "empty feedback": ("\"FEEDBACK-LAKE: its neighbour does.\"", "\"\"", "      - {id: lake", "`feedback` must not be empty"),
    "misspelt option key": ("text: A lake, feedback", "text: A lake, fedback", "      - {id: lake", "`fedback` is not a key of option 2 of question 1: did you mean `feedback`?"),
    "no explanation": ('    explanation: "EXPLANATION-LENGTH: as measured."\n', "", "  - id: length", "question 3 has no `explanation`: add it"),
    "blank explanation": ('"EXPLANATION-LENGTH: as measured."', '"  "', '    explanation: "  "', "`explanation` must not be empty"),
    "blank prompt": ("How long is Alpha?", '" \\n"', '    prompt: " ', "`prompt` must not be empty"),
    "no source": (LENGTH + '    explanation: "EXPLANATION-LENGTH: as measured."\n    source: [atlas-2020]\n', LENGTH + '    explanation: "EXPLANATION-LENGTH: as measured."\n', "  - id: length", "question 3 has no `source`: add it"),
    "empty source list": ("source: [atlas-2020]\n    as_of", "source: []\n    as_of", "source: []", "`source` must have at least one entry"),
    "source as text": ("source: [atlas-2020]\n    as_of", "source: atlas-2020\n    as_of", "source: atlas-2020\n", "`source` must be a list"),
    "no kind": (LENGTH, "", "  - id: length", "`choices`, `fill`, `match`, `number`, `order`, `place`, `sort`, `true_false`, `written`; it has none"),
    "two kinds": (LENGTH, LENGTH + "    written: {words: [1, 5], rubric: [\"a (1)\"]}\n", "  - id: length", "it has `number` and `written`"),
    "empty kind": (LENGTH, "    number:\n", "  - id: length", "it has none"),
    "empty second kind": (LENGTH, LENGTH + "    written:\n", "    written:\n    exp", "`written` is empty: fill it in or take it out"),
    "a type key": (LENGTH, LENGTH + "    type: number\n", "    type:", "`type` is not a key of question 3"),
    "no value": ("{value: 12.5, tolerance", "{tolerance", "    number:", "has no `value`: add it"),
    "misspelt tolerance": ("tolerance:", "tolerence:", "    number:", "did you mean `tolerance`?"),
    "negative tolerance": ("tolerance: 0.5", "tolerance: -0.5", "    number:", "greater than or equal to 0"),
    "tolerance in words": ("tolerance: 0.5", "tolerance: small", "    number:", "`tolerance` must be a number"),
    "tolerance not a number": ("tolerance: 0.5", "tolerance: .nan", "    number:", "`tolerance`"),
    "endless value": ("value: 12.5", "value: .inf", "    number:", "`value`"),
    "value nobody can type": ("value: 12.5", "value: 1.0e+30", "    number:", "`value`"),
    "number without a block": ("{value: 12.5, tolerance: 0.5, unit: km}", "12.5", "    number:", "must be a block"),
    "no points to earn": ("points: 3", "points: 0", "    points: 0", "greater than 0"),
    "points of truth": ("points: 3", "points: true", "    points: true", "must be a number"),
    "rubric without points": ("(3)", "", "      rubric:", "must end in its points, such as (2)"),
    "rubric adds up to less": ("(3)", "(2)", "      rubric:", "rubric's points sum to 3, the question has 4: make them agree"),
    "no rubric": (RUBRIC, "", "    written:", "has no `rubric`: add it"),
    "one bound": (WORDS, "      words: [3]\n", "      words:", "`words` must have at least 2 entries"),
    "bounds the wrong way": (WORDS, "      words: [20, 3]\n", "      words:", "fewest first"),
    "bounds as text": (WORDS, "      words: 3-20\n", "      words:", "`words` must be a list"),
    "a date that is none": ("as_of: 2020", "as_of: 2020-13", "    as_of:", "2024, 2024-06 or 2024-06-30"),
    "a date in words": ("as_of: 2020", "as_of: recently", "    as_of:", "2024, 2024-06 or 2024-06-30"),
    "no questions": (GOOD[GOOD.index("questions:") :], "questions: []\n", "questions: []", "must have at least one entry"),
    "pass mark above all": ("pass_percent: 60", "pass_percent: 160", "pass_percent", "less than or equal to 100"),
}  # fmt: skip


@pytest.fixture
def bank() -> Bank:
    return read_bank(MINI)


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    """Does a lecturer read the file, the right line and what to do, for every slip the format knows?"""
    old, new, where, words = FAULTS[name]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    path = tmp_path / "mini.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    line = text[: text.index(where)].count("\n") + 1
    told = [str(fault) for fault in caught.value.faults]
    assert any(fault.startswith(f"{path}:{line}: ") and words in fault for fault in told), told


@pytest.mark.parametrize("as_of", ["2020", "2020-02", "2020-02-29", '""'])
def test_dates_of_three_lengths_are_taken(as_of: str, tmp_path: Path) -> None:
    """Can a lecturer date a fact by year, month or day, without quotes?"""
    path = tmp_path / "mini.yml"
    path.write_text(GOOD.replace("as_of: 2020", f"as_of: {as_of}"), encoding="utf-8")
    assert read_bank(path).questions[0].as_of == as_of.strip('"')


def test_a_delegate_is_shown_no_key(bank: Bank) -> None:
    """Is the keyless bank free of every key, feedback, explanation, source and rubric?"""
    text = json.dumps(bank.show())
    for hidden in ("FEEDBACK", "EXPLANATION", "RUBRIC", "atlas-2020", "correct", "12.5", "0.5", "tolerance", "rubric"):
        assert hidden not in text
    for shown in ("one-mouth", "Eastbank", "Hilltop", "How long is Alpha?", "km"):
        assert shown in text


def test_which_option_is_right_does_not_show(bank: Bank) -> None:
    """Does what is shown stay the same when another option becomes the right one?"""
    other = GOOD.replace("text: The sea, correct: true", "text: The sea").replace("text: A lake", "text: A lake, correct: true")
    assert _bank_of(other).questions[0].kind.right == ["lake"]
    assert _bank_of(other).show() == bank.show()


def _bank_of(text: str) -> Bank:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mini.yml"
        path.write_text(text, encoding="utf-8")
        return read_bank(path)


def test_no_answer_earns_nothing(bank: Bank) -> None:
    """Is an unanswered question worth 0, and never a person's time?"""
    for question in bank.questions:
        mark = score(question, None)
        assert (mark.points, mark.max_points, mark.notes) == (0.0, question.points, ("no answer",))


def test_an_answer_that_cannot_be_read_goes_to_a_person(bank: Bank) -> None:
    """Is junk neither zero nor full marks, but somebody's to look at, with the reason?"""
    for question in bank.questions:
        mark = score(question, {"what": "is this"})
        assert mark.points is None and mark.needs_review
        assert "cannot be read" in mark.notes[0]


def test_odd_points_still_make_marks(tmp_path: Path) -> None:
    """Does a question of 0.33335 points give full marks, and no mark above what it is worth?"""
    bank = _bank_of(GOOD.replace("points: 3", "points: 0.33335").replace("points: 2", "points: 0.00001"))
    assert score(bank.questions[1], ["east", "west"]).points == 0.33335
    assert score(bank.questions[1], ["east"]).points == pytest.approx(0.1667)
    assert score(bank.questions[0], ["sea"]).points == 0.00001


POOLS = [
    ("pools: {basics: 3}", "    pool: basics\n", 4, "the pool `basics` draws 3 of 2 questions"),
    ("pools: {basics: 0}", "    pool: basics\n", 4, "the pool `basics` draws 0"),
    ("pools: {other: 1}", "    pool: basics\n", 4, "the pool `other` draws 1 of 0 questions"),
    ("pools: {basics: 1}", "    pool: basic\n", 7, "there is no pool `basic`: `pools` has basics"),
    ("pools: {one: 1}", "    pool: one\n", 4, "`one-1` is both a question and a place of the pool `one`"),
]


@pytest.mark.parametrize(("pools", "member", "line", "said"), POOLS)
def test_a_faulty_pool_is_told_with_its_line(pools: str, member: str, line: int, said: str, tmp_path: Path) -> None:
    """A pool smaller than its draw, one that nobody belongs to, a name that clashes: is each told where it stands?"""
    question = "  - id: {id}\n{member}    prompt: Which?\n    number: {{value: 1}}\n    explanation: So it is.\n    source: [atlas]\n"
    path = tmp_path / "sample.yml"
    both = "".join(question.format(id=name, member=member) for name in ("one-1", "two"))
    path.write_text(f"format: 1\nid: sample\ntitle: Sample\n{pools}\nquestions:\n{both}", encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_bank(path)
    assert any(said in str(fault) and fault.line == line for fault in caught.value.faults), caught.value.faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("points: 2", "points: 3", "in a pool all have the same"), ("number: {value: 1}", "written: {words: [1, 9], rubric: [\"says it (2)\"]}", "in a pool all are, or none is")],
)
def test_a_pool_is_of_one_piece(old: str, new: str, said: str, tmp_path: Path) -> None:
    """Are different points, and a written question among others, refused: everybody's maximum and marker must be the same?"""
    head = "format: 1\nid: sample\ntitle: Sample\npools: {basics: 1}\nquestions:\n"
    question = "  - id: %s\n    pool: basics\n    points: 2\n    prompt: Which?\n    number: {value: 1}\n    explanation: So it is.\n    source: [atlas]\n"
    path = tmp_path / "sample.yml"
    path.write_text(head + question % "first" + (question % "second").replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=said):
        read_bank(path)


def test_an_unknown_question_names_those_there_are(bank: Bank) -> None:
    """Does a typo in a lesson's cell say which questions there are?"""
    with pytest.raises(KeyError, match="one-mouth, two-banks"):
        bank.question("one-mout")
    assert bank.max_points == 10
