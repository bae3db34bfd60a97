"""Every question of the course proves itself: its own key scores full, its wrong samples less, and it teaches."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest

from course.bank import Bank
from course.content import Course
from course.explorers import explorer
from course.kinds import kinds
from course.numbers import percent
from course.questions import score
from course.text import count_words
from course.widgets.practice import practice_reply
from support import REPOSITORY

COURSE = Course(REPOSITORY, {})
BANKS: dict[str, Bank] = {f"{slug} {what}": read(slug) for slug in COURSE.slugs for what, read in (("practice", COURSE.practice), ("graded", COURSE.bank))}
EVERY = [
    pytest.param(one, id=f"{name} {one.id} {number}" if question.vary else f"{name} {one.id}")
    for name, bank in BANKS.items()
    for question in bank.questions
    for number, one in enumerate(question.each()[:3])
]
"""Of a question that varies, three variants; `course check` proves them all."""
PRACTICE = [pytest.param(question, id=question.id) for name, bank in BANKS.items() if name.endswith("practice") for question in bank.questions]


@pytest.mark.parametrize("question", EVERY)
def test_its_own_key_scores_full_and_the_rest_less(question: Any) -> None:
    """Does the key earn everything (or wait for a person), and every wrong sample less?"""
    samples = question.samples()
    for answer in samples.right:
        mark = score(question, answer)
        assert mark.points == (None if question.kind.marked_by_person else question.points)
    for answer in samples.wrong:
        assert score(question, answer).points < question.points
    assert len(samples.wrong) >= 2 or question.kind.marked_by_person


@pytest.mark.parametrize("question", EVERY)
def test_choosing_everything_or_nothing_earns_nothing(question: Any) -> None:
    """Is there no way to full marks without knowing anything?"""
    if question.kind.name != "choices":
        assert score(question, None).points == 0
        return
    every = [option.id for option in question.kind.root]
    assert score(question, every).points in (0, None)
    assert score(question, []).points is None


@pytest.mark.parametrize("question", EVERY)
def test_it_teaches_and_says_where_it_is_written(question: Any) -> None:
    """Are there an explanation of some length, and only sources that the course lists?"""
    assert count_words(question.explanation) >= 8
    assert question.prompt.rstrip()[-1] in "?.:*"
    assert set(question.source) <= set(COURSE.sources)
    for option in question.kind.root if question.kind.name == "choices" else []:
        assert count_words(option.feedback) >= 3


@pytest.mark.parametrize("question", EVERY)
def test_what_is_shown_does_not_tell(question: Any) -> None:
    """Is no feedback, explanation or rubric in what goes to the page?"""
    shown = json.dumps(question.show(), ensure_ascii=False)
    assert question.explanation not in shown
    page = unescape(question.kind.form(question.kind.show(), None, "page", "", "answer"))
    for what, say in question.kind.explain(question.samples().right[0]).remarks:
        feedback = say.removeprefix("Right. ")
        assert not feedback or feedback not in shown + page
        # A pair is said as "item – option", and a place by the name that the page gives its code.
        assert all(words in shown + page for words in what.split(" – ")) or question.kind.marked_by_person


@pytest.mark.parametrize("question", [param for param in EVERY if param.values[0].kind.name == "choices"])
def test_the_right_option_is_not_the_long_one(question: Any) -> None:
    """Can nobody pass by choosing whatever is much longer than the others?"""
    lengths = {option.correct: [] for option in question.kind.root}
    for option in question.kind.root:
        lengths[option.correct].append(len(option.text))
    assert min(lengths[True]) <= 1.5 * max(lengths[False])


@pytest.mark.parametrize("question", PRACTICE)
def test_practice_does_not_give_itself_away(question: Any) -> None:
    """Does a wrong check get words about that answer, without the key and without the explanation?"""
    for answer in question.samples().wrong:
        reply = practice_reply(question, question.read(answer), [])
        assert question.kind.explain(answer).key not in reply
        assert question.explanation not in reply
        assert count_words(reply) > 5


@pytest.mark.parametrize("name", BANKS)
def test_ids_stay_apart_from_cells_of_the_assessment(name: str) -> None:
    """Can every question be a cell of the assessment's notebook beside the cells that are always there?"""
    ids = [question.id for question in BANKS[name].questions]
    assert len(ids) == len(set(ids))
    assert not [ident for ident in ids if "_" in ident]


@pytest.mark.parametrize("slug", COURSE.slugs)
def test_the_assessment_is_of_the_size_the_design_asks_for(slug: str) -> None:
    """Are there 10 to 15 graded questions of at least three kinds, one of them written with a rubric, and 5 or more to practise?"""
    graded, practice = COURSE.bank(slug), COURSE.practice(slug)
    found = {question.kind.name for question in graded.questions}
    assert 10 <= len(graded.questions) <= 15
    assert len(found) >= 3 and found <= set(kinds())
    assert any(question.kind.marked_by_person and len(question.kind.rubric) >= 2 for question in graded.questions)
    assert len(practice.questions) >= 5
    assert not {q.prompt for q in graded.questions} & {q.prompt for q in practice.questions}


@pytest.mark.parametrize("slug", COURSE.slugs)
def test_every_objective_is_asked_about(slug: str) -> None:
    """Does each objective of the module have a graded question, and each graded question an objective of the module?"""
    objectives = set(COURSE.module(slug).objectives)
    assert 3 <= len(objectives) <= 5
    assert {question.objective for question in COURSE.bank(slug).questions} == objectives


def test_the_corridor_of_each_delegate_is_in_the_explorer() -> None:
    """Does the cost explorer show, for every corridor that a delegate may be given, the very number that the key is worked out from?"""
    question = COURSE.bank("remittances").question("corridor-saving")
    assert len(question.rows) > 150
    for row, figures in question.rows.items():
        shown = explorer("sending-cost", sender=figures["sender"], receiver=figures["receiver"], quarter="2020Q3").static_html()
        said = percent(figures["cost"]).replace("\u00a0%", "")
        assert said in shown, row
        assert question.variant(row).kind.value == pytest.approx((float(said) - 3) * 24)
