"""A short text against accepted variants: what is folded, what stays different, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from course.errors import AnswerError
from course.kinds.fill import LONGEST, Fill, fold

CONTENT: dict[str, Any] = {
    "accept": ["Non-refoulement", "principle of non-refoulement"],
    "wrong": [{"text": "asylum", "feedback": "FEEDBACK-ASYLUM"}],
    "otherwise": "FEEDBACK-OTHERWISE",
}
KIND = Fill.model_validate(CONTENT)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("Non-refoulement", 1), ("  non–refoulement. ", 1), ("NON‑REFOULEMENT!", 1), ("“non-refoulement”", 1), ("non-refoulément", 1),
        ("principle  of\u00a0non-refoulement", 1), ("non-re\u00adfoulement", 1), ("asylum", 0), ("non refoulement", 0),
        ("refoulement", 0), ("non-refoulement and asylum", 0), ("non-refoulment", 0),
    ],
)  # fmt: skip
def test_marks_follow_the_table(typed: str, share: float) -> None:
    """Do accents, capitals, white space and final punctuation not matter, while spelling and extra words do?"""
    assert KIND.score(KIND.read(KIND.show(), typed)).value == share


@pytest.mark.parametrize(
    ("one", "other"),
    [("Étranger", "etranger"), ("niño", "NINO"), ("Straße", "STRASSE"), ("تَحْوِيلات", "تحويلات"), ("تحويـــلات", "تحويلات"), ("сосёд", "СОСЕД"), ("l’asile", "L'ASILE"), ("ｆｕｌｌ", "full"), ("移民。", "移民"), ("e\u0301", "é"), ("\u200fهجرة\u200f", "هجرة؟")],
)  # fmt: skip
def test_the_same_words_fold_together(one: str, other: str) -> None:
    """In all six languages of the UN: is the same word the same, however it was typed?"""
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("resume", "resumes"), ("co-op", "coop"), ("10", "10%"), ("が", "か"), ("移民", "移出"), ("non - refoulement", "non-refoulement")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    """Does folding keep what makes another word?"""
    assert fold(one) != fold(other)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=LONGEST + 5))
def test_any_text_is_read_once_for_all(text: str) -> None:
    """Whatever is typed: refused in a sentence, or kept in a form that reads the same again and fits a file?"""
    try:
        read = KIND.read({}, text)
    except AnswerError as error:
        assert str(error).endswith(".")
    else:
        assert KIND.read({}, read) == read
        assert read.encode("utf-8") and KIND.score(read).value in (0, 1)


@pytest.mark.parametrize("raw", [None, 3, True, ["asylum"], {"a": "b"}, "", " \n", "...", "\u200f", "x" * (LONGEST + 1)])
def test_what_is_no_short_text_is_refused(raw: Any) -> None:
    """Is everything but 1 to 200 characters of text refused with words for the delegate?"""
    with pytest.raises(AnswerError, match=r"\.$"):
        KIND.read({}, raw)


def test_half_a_character_becomes_one_that_can_be_kept() -> None:
    """Can an emoji cut in two by a page be stored?"""
    assert KIND.read({}, "half \ud83d") == "half ?"
    with pytest.raises(AnswerError):
        KIND.read({}, "\ud83d")


def test_feedback_fits_what_was_written() -> None:
    """Does an expected wrong answer get its own words, any other the general ones, and a right one none?"""
    assert KIND.explain("Asylum.").remarks == (("Asylum.", "FEEDBACK-ASYLUM"),)
    assert KIND.explain("something").remarks == (("something", "FEEDBACK-OTHERWISE"),)
    assert KIND.explain("non-refoulement").remarks == ()
    assert KIND.explain("non-refoulement").right is True and KIND.explain(None).right is False
    assert KIND.explain(None).key == "Non-refoulement"


def test_the_form_holds_the_answer_and_escapes_it() -> None:
    """Is the answer in the field, as text and never as markup, and nothing of the key beside it?"""
    form = KIND.form(KIND.show(), '"><script>x</script>', "u", "label")
    assert "<script" not in form and "&quot;&gt;&lt;script&gt;" in form
    empty = KIND.form(KIND.show(), None, "u", "label")
    assert "refoulement" not in empty.lower() and "FEEDBACK" not in empty and 'value=""' in empty
    assert KIND.show() == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"accept": []}, "at least 1"),
        ({"accept": ["  "]}, "no answer that can be given"),
        ({"accept": ["..."]}, "no answer that can be given"),
        ({"accept": ["x" * 201]}, "no answer that can be given"),
        ({"accept": ["Exode", "exode."]}, "counts the same as “Exode”"),
        ({"wrong": [{"text": "Non-Refoulement", "feedback": "f"}]}, "counts the same"),
        ({"wrong": [{"text": "asylum", "feedback": ""}]}, "pattern"),
        ({"otherwise": " "}, "pattern"),
        ({"acept": ["x"]}, "Extra inputs"),
        ({"accept": [1990]}, "valid string"),
    ],
)  # fmt: skip
def test_a_lecturers_slips_are_told(change: dict[str, Any], words: str) -> None:
    """Is a question that cannot be answered or contradicts itself refused?"""
    with pytest.raises(ValidationError, match=words):
        Fill.model_validate({**CONTENT, **change})


@pytest.mark.parametrize("accept", [["a"], ["not this 0"], ["not this 0", "not this 1"], ["x" * LONGEST]])
def test_samples_prove_the_question(accept: list[str]) -> None:
    """Do the samples score as they should, whatever is accepted?"""
    kind = Fill.model_validate({"accept": accept, "otherwise": "o"})
    assert all(kind.score(kind.read({}, text)).value == 1 for text in kind.samples().right)
    assert kind.samples().wrong and all(kind.score(kind.read({}, text)).value == 0 for text in kind.samples().wrong)
