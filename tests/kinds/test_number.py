"""Numbers: typed in any script, within a tolerance that is absolute or a share of the value, refused in words that help."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.number import Number, parse_number


def number(**content: Any) -> Number:
    return Number.model_validate(content)


ZEROS = "٠۰०০๐０𝟎"
"""Arabic-Indic, Persian, Devanagari, Bengali, Thai, full-width and mathematical zeros."""


@pytest.mark.parametrize("zero", ZEROS)
def test_digits_of_every_script_are_digits(zero: str) -> None:
    """Does somebody who types 1234.5 in another script's digits get the same number?"""
    typed = "".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in "1 234.5")
    assert all(unicodedata.decimal(c, None) is not None for c in typed if c not in " .")
    assert parse_number(typed) == 1234.5


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("١٢٫٥", 12.5), ("١٬٢٣٤", 1234), ("١٬٢٣٤٫٥", 1234.5), ("-١٬٢٣٤٬٥٦٧٫٢٥", -1234567.25), ("١٢،٥", 12.5), ("۱۲٫۵", 12.5), ("١٬٢٣٤.٥", 1234.5),
        ("１２．５", 12.5), ("－３", -3), ("１２，５", 12.5), ("\u200f١٢٫٥\u200e", 12.5), ("1 234 567,8", 1234567.8), ("1\u2009234", 1234), ("٫٥", 0.5),
    ],
)  # fmt: skip
def test_separators_of_other_scripts_mean_what_they_mean_there(typed: str, value: float) -> None:
    """Are ٬ and ٫ , full-width signs and invisible marks of direction read as they are typed?"""
    assert parse_number(typed) == value


@pytest.mark.parametrize(("typed", "whole", "broken"), [("1,234", "1234", "1.234"), ("١،٢٣٤", "1234", "1.234"), ("１，２３４", "1234", "1.234"), ("١,٢٣٤", "1234", "1.234")])
def test_an_ambiguous_comma_is_asked_back_in_every_script(typed: str, whole: str, broken: str) -> None:
    """Does a comma before three digits stay a question, whatever the digits?"""
    with pytest.raises(AnswerError, match=f"two ways. Write {whole} or {broken}"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["١٬٢٣", "١٬٢٣٤٬٥", "٠٬١٢٥", "١٫٢٫٣", "1.234٫5", "²", "½", "Ⅻ", "十二", "٪٥", "12\ud83d", "1٬2", "٬", "٫", "\u200f"])
def test_what_is_malformed_is_refused(typed: str) -> None:
    """Are groups of the wrong size, two decimal signs, superscripts and number words refused in words that a file can hold?"""
    with pytest.raises(AnswerError, match="Use digits only|Write a number") as caught:
        parse_number(typed)
    assert str(caught.value).encode("utf-8")


def test_a_refusal_is_short() -> None:
    """Is a very long answer not thrown back in full?"""
    for typed in ("9" * 100_000, "1" + " " * 100_000 + ",234"):
        with pytest.raises(AnswerError) as caught:
            parse_number(typed)
        assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("content", "typed", "right"),
    [
        ({"value": 150, "tolerance": "2 %"}, "153", True),
        ({"value": 150, "tolerance": "2 %"}, "147", True),
        ({"value": 150, "tolerance": "2 %"}, "153.01", False),
        ({"value": 150, "tolerance": "2 %"}, "146.99", False),
        ({"value": -150, "tolerance": "2%"}, "-153", True),
        ({"value": -150, "tolerance": "2%"}, "150", False),
        ({"value": 831e9, "tolerance": "0.5 %"}, "835,000,000,000", True),
        ({"value": 831e9, "tolerance": "0.5 %"}, "836,000,000,000", False),
        ({"value": 0.2, "tolerance": "50 %"}, "0.3", True),
        ({"value": 150, "tolerance": 2}, "152", True),
        ({"value": 150, "tolerance": 2}, "153", False),
        ({"value": 150}, "150", True),
        ({"value": 150}, "150.001", False),
    ],
)
def test_the_tolerance_is_a_number_or_a_share(content: dict[str, Any], typed: str, right: bool) -> None:
    """Is `2` two units and `2 %` two hundredths of the value, edges included?"""
    assert number(**content).score(typed).value == float(right)


@pytest.mark.parametrize(
    ("tolerance", "words"),
    [
        ("small", "`tolerance` must be a number such as 0.5, or a share of the value such as 2 %"),
        ("2 percent", "“2 percent” is neither"),
        ("-2 %", "is neither"),
        ("0 %", "between 0 and 100"),
        ("100 %", "between 0 and 100"),
        ("9" * 400 + " %", "between 0 and 100"),
        (True, "must be a number"),
        (None, "must be a number"),
        ([2], "must be a number"),
        (-1, "greater than or equal to 0"),
        (float("nan"), "ordinary number"),
        (float("inf"), "ordinary number"),
    ],
)
def test_a_tolerance_that_is_none_is_refused(tolerance: Any, words: str) -> None:
    """Does a lecturer read what to write instead?"""
    with pytest.raises(ValidationError) as caught:
        number(value=5, tolerance=tolerance)
    assert words in str(caught.value)
    assert len(caught.value.errors()) == 1


def test_a_share_of_nothing_is_refused() -> None:
    """Is a percentage of 0, which would allow nothing, sent back?"""
    with pytest.raises(ValidationError, match="write the `tolerance` as a number"):
        number(value=0, tolerance="2 %")
    assert number(value=0, tolerance=2).within == 2


def test_the_key_says_the_tolerance_as_it_was_written() -> None:
    """Do explanations say "within 2 %" and "within 3"?"""
    assert number(value=150, tolerance="2.0%", unit="US$").explain(None).key == "US$ 150 (within 2 %)"
    assert number(value=150, tolerance=3).explain(None).key == "150 (within 3)"
    assert number(value=150).explain(None).key == "150"


@settings(deadline=None)
@given(value=st.integers(1, 10**12), percent=st.sampled_from(["0.5 %", "1 %", "2%", "10 %", "33.3 %"]))
def test_a_share_proves_itself(value: int, percent: str) -> None:
    """Whatever the value: do the samples at the edge earn everything and the wrong ones nothing?"""
    asked = number(value=value, tolerance=percent)
    samples = asked.samples()
    assert all(asked.score(asked.read({}, typed)).value == 1 for typed in samples.right)
    assert all(asked.score(asked.read({}, typed)).value == 0 for typed in samples.wrong)


def test_the_tolerance_is_not_shown() -> None:
    """Is neither the value nor the tolerance in what goes to the page?"""
    asked = number(value=12.375, tolerance="7.5 %", unit="km")
    text = json.dumps(asked.show()) + asked.form(asked.show(), None, "u", "label")
    assert not [hidden for hidden in ("12.375", "7.5", "%", "tolerance") if hidden in text]


def test_the_form_keeps_what_was_typed() -> None:
    """Does somebody who typed Arabic digits see Arabic digits again, and read them in the answer?"""
    asked = number(value=12.5, unit="km")
    read = asked.read(asked.show(), " ١٢٫٥ ")
    assert read == "١٢٫٥" == asked.read(asked.show(), read)
    assert 'value="١٢٫٥"' in asked.form(asked.show(), read, "u", "label")
    assert asked.say(asked.show(), read) == "١٢٫٥ km"
    assert asked.score(read).value == 1


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from("0123456789٠١٢٣٤۵.,٫٬،+-−  '’\u200f"), max_size=14) | st.text(max_size=20))
def test_any_text_is_a_number_or_refused(typed: str) -> None:
    """Is there no text that breaks the reading, and is what was taken taken again?"""
    asked = number(value=1)
    try:
        read = asked.read(asked.show(), typed)
    except AnswerError as error:
        assert str(error).endswith(".") and str(error).encode("utf-8")
    else:
        assert asked.read(asked.show(), read) == read
        assert asked.score(read).value in (0, 1)
