"""The panels without a browser: what the page is told when an answer is saved, refused, submitted, marked or carried over."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from course.content import Course
from course.errors import SaveError
from course.module import Module
from course.notebooks import assessment_notebook
from course.passport import write_passport
from course.result import QuestionResult, Result, data_block, feedback_path
from course.store import MemoryStore
from course.widgets.passport import TEMPORARY

QUESTIONS = ("one-mouth", "two-banks", "length", "describe")
VALUES: tuple[Any, ...] = (["sea"], ["east", "west"], "12.5", "A short river.")


@pytest.fixture
def course(mini_course: Course) -> Course:
    """The tiny course with its release notebook and an exchange, as `course build` leaves them."""
    (mini_course.release / "mini").mkdir(parents=True)
    nbformat.write(assessment_notebook(mini_course.bank("mini")), mini_course.release / "mini" / "mini.ipynb")
    (mini_course.exchange / mini_course.id / "inbound").mkdir(parents=True)
    return mini_course


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def module(course: Course, store: MemoryStore) -> Module:
    return Module("mini", course=course, store=store, delegate="d-1")


class BrokenStore(MemoryStore):
    """A store on a full disk."""

    def append(self, *_: object) -> None:
        raise SaveError("Your answer could not be saved (no space left on device). It is kept in this page; try again.")


def give(panel: Any, value: Any, n: int = 1) -> dict[str, Any]:
    """What the page does when an answer is given; returns the status it gets back."""
    panel.answer = {"n": n, "value": value}
    return dict(panel.status)


def press(panel: Any, action: str, **content: Any) -> None:
    panel._handle_custom_msg({"action": action, **content}, [])


def answer_all(module: Module) -> None:
    for question, value in zip(QUESTIONS, VALUES, strict=True):
        assert give(module.question(question), value)["tone"] == "ok"


def release(module: Module, **changes: Any) -> None:
    """Put a feedback page where nbgrader's release step puts it."""
    attempt = module.record.attempts[-1]
    marked = {
        "one-mouth": QuestionResult(points=2, max_points=2, remarks=[("The sea", "FEEDBACK-SEA")], key="The sea", explanation="WHY-MOUTH"),
        "length": QuestionResult(points=0, max_points=1, key="12.5 km", explanation="WHY-LENGTH", sources=["Atlas"], as_of="2020"),
        "describe": QuestionResult(points=3, max_points=4, comment="COMMENT <b>good</b>"),
    }
    facts: dict[str, Any] = {
        "format": 1, "assessment": "mini", "delegate": "d-1", "attempt": 1, "receipt": attempt.submission["receipt"], "points": 5,
        "max_points": 10, "pass_percent": 60, "pending": False, "passed": False, "questions": marked, **changes,
    }  # fmt: skip
    path = feedback_path(module.course.exchange, module.course.id, attempt.secret, "mini")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<html>{data_block(Result(**facts))}</html>", encoding="utf-8")


def test_an_answer_is_saved_before_the_page_says_so(module: Module, store: MemoryStore) -> None:
    """Does the status answer the page's serial number, say Saved with the time, and is the answer in the store by then?"""
    status = give(module.question("one-mouth"), ["sea"], n=7)
    assert (status["n"], status["tone"], status["text"]) == (7, "ok", "Saved")
    (event,) = store.events("d-1", "mini")
    assert (event["question"], event["answer"], event["at"]) == ("one-mouth", ["sea"], status["at"])


def test_after_a_reload_the_answer_is_in_its_place(module: Module, course: Course, store: MemoryStore) -> None:
    """Does a new page fill itself from the store, and say when it was saved?"""
    answer_all(module)
    again = Module("mini", course=course, store=store, delegate="d-1")
    panels = [again.question(question) for question in QUESTIONS]
    assert 'value="sea" checked' in panels[0].html and 'value="lake" checked' not in panels[0].html
    assert 'value="12.5"' in panels[2].html
    assert "A short river." in panels[3].html
    assert all(panel.status["text"] == "Saved" and panel.status["at"] for panel in panels)


@pytest.mark.parametrize(("question", "value"), [("one-mouth", ["ocean"]), ("one-mouth", ["sea", "lake"]), ("length", "12 km"), ("describe", "x" * 20_001), ("two-banks", {}), ("length", None)])  # fmt: skip
def test_an_answer_that_cannot_be_taken_keeps_the_former_one(question: str, value: Any, module: Module) -> None:
    """Does the delegate read why, and that the answer saved before is kept; and is it?"""
    panel = module.question(question)
    good = dict(zip(QUESTIONS, VALUES, strict=True))[question]
    assert "saved before" not in give(panel, value)["text"]
    give(panel, good, n=2)
    status = give(panel, value, n=3)
    assert (status["n"], status["tone"]) == (3, "error")
    assert status["text"].endswith("The answer saved before is kept.")
    assert module.record.answers[question] == good


def test_a_failed_save_cannot_be_missed(course: Course) -> None:
    """With a full disk: is the status an error in the store's own words, for answers, practice and Submit?"""
    module = Module("mini", course=course, store=BrokenStore(), delegate="d-1")
    for panel, value in ((module.question("length"), "12.5"), (module.practice("downhill"), ["down"])):
        status = give(panel, value)
        assert status["tone"] == "error" and "no space left" in status["text"]
    submit = module.submit()
    press(submit, "submit-anyway")
    assert submit.status["tone"] == "error" and "no space left" in submit.status["text"]


def test_a_store_that_cannot_be_read_leaves_the_page_whole(course: Course) -> None:
    """Does every panel open on an unreadable store, so that no cell raises and the page does not vanish?"""

    class Unreadable(MemoryStore):
        def events(self, *_: object) -> list[Any]:
            raise SaveError("Your earlier answers cannot be read (input/output error). Tell your instructor.")

    module = Module("mini", course=course, store=Unreadable(), delegate="d-1")
    for panel in (module.question("length"), module.practice("downhill"), module.submit(), module.passport()):
        assert "<section" in panel.static_html()
    passport = module.passport()
    press(passport, "download")
    assert passport.status["tone"] == "error" and "Tell your instructor" in passport.status["text"]


@pytest.mark.parametrize("sent", [{}, {"n": 1}, {"n": "1", "value": ["sea"]}, {"value": ["sea"]}])
def test_what_is_no_answer_is_passed_over(sent: dict[str, Any], module: Module, store: MemoryStore) -> None:
    """Does a message of the wrong shape change nothing?"""
    module.question("one-mouth").answer = sent
    assert not store.events("d-1", "mini")


def test_an_unknown_action_does_nothing(module: Module, store: MemoryStore) -> None:
    """Can a page send any message without a panel falling over?"""
    for panel in (module.submit(), module.passport(), module.question("length"), module.practice("downhill")):
        for content in ({"action": "release"}, {"action": 5}, {}, [], "x", {"action": "load"}, {"action": "load", "text": 5}):
            panel._handle_custom_msg(content, [])
    assert not store.events("d-1", "mini")


def test_the_page_holds_no_key(module: Module) -> None:
    """Before any release: is nothing of the graded key in any trait that goes to the browser?"""
    answer_all(module)
    sent = "".join(json.dumps(panel.get_state(("html", "reply", "status", "answer"))) for panel in module._panels)
    for hidden in ("FEEDBACK", "EXPLANATION", "RUBRIC", "correct", "atlas"):
        assert hidden not in sent


def test_submit_asks_when_answers_are_missing(module: Module, store: MemoryStore) -> None:
    """Does Submit name the open questions and wait for a second word, from which one can go back?"""
    give(module.question("one-mouth"), ["sea"])
    panel = module.submit()
    assert "<strong>1 of 4</strong>" in panel.html and 'href="#mini-length"' in panel.html
    press(panel, "submit")
    assert "3 questions have no answer" in panel.html and 'data-action="submit-anyway"' in panel.html
    assert module.record.attempts == []
    press(panel, "back")
    assert "submit-anyway" not in panel.html
    press(panel, "submit")
    press(panel, "submit-anyway")
    assert len(module.record.attempts) == 1
    assert panel.status["text"] == "Submitted"


def test_submitting_gives_a_receipt(module: Module, course: Course) -> None:
    """Does the page show attempt and receipt, is the entry in the exchange, and is a later change pointed out?"""
    panel = module.submit()
    answer_all(module)
    assert "<strong>4 of 4</strong>" in panel.html, "the count follows each save"
    press(panel, "submit")
    frozen = module.record.attempts[0].submission
    assert f"{frozen['receipt'][:4]}-{frozen['receipt'][4:8]}-" in panel.html and "Attempt 1" in panel.html
    assert len(list((course.exchange / course.id / "inbound").iterdir())) == 1
    assert "changed answers since" not in panel.html
    give(module.question("length"), "13")
    assert "changed answers since" in panel.html and "Submit again" in panel.html
    press(panel, "submit")
    assert "Attempt 2" in panel.html


def test_an_attempt_that_was_not_handed_over_is_not_made_twice(module: Module, course: Course) -> None:
    """When the exchange appears later: does Submit hand over the same attempt?"""
    inbound = course.exchange / course.id / "inbound"
    inbound.rmdir()
    answer_all(module)
    panel = module.submit()
    press(panel, "submit")
    assert "Download your progress passport" in panel.html
    inbound.mkdir()
    press(panel, "submit")
    assert [attempt.delivered for attempt in module.record.attempts] == [True]
    assert "Download your progress passport" not in panel.html


def test_a_released_result_is_shown_at_each_question(module: Module) -> None:
    """After release: marks, remarks, key, explanation and the marker's comment, escaped, and the total at the end?"""
    answer_all(module)
    panels = [module.question(question) for question in QUESTIONS]
    end = module.submit()
    press(end, "submit")
    press(end, "look")
    assert end.status["text"] == "Your result is not released yet."
    assert "FEEDBACK" not in panels[0].html
    release(module)
    press(end, "look")
    assert "2 of 2 points" in panels[0].html and "FEEDBACK-SEA" in panels[0].html and "WHY-MOUTH" in panels[0].html
    assert "12.5 km" in panels[2].html and "Atlas" in panels[2].html
    assert "COMMENT &lt;b&gt;good&lt;/b&gt;" in panels[3].html and "<b>" not in panels[3].html
    assert "pending" in panels[1].html, "a question without a result is pending, never zero"
    assert "<strong>5</strong> of 10 points" in end.html and "Not passed yet" in end.html


@pytest.mark.parametrize(("changes", "words"), [({"passed": True, "points": 8}, "Passed"), ({"pending": True, "passed": None}, "so far"), ({"max_points": 0, "points": 0}, "Not passed yet")])  # fmt: skip
def test_the_verdict_follows_the_result(changes: dict[str, Any], words: str, module: Module) -> None:
    """Does the end say passed, not yet, or so far, as the result has it?"""
    answer_all(module)
    press(module.submit(), "submit")
    release(module, **changes)
    assert words in module.submit().html


def test_after_release_nothing_is_saved_or_submitted(module: Module) -> None:
    """Once the key is known: is every later answer refused in words, although the page may still send one?"""
    answer_all(module)
    question, end = module.question("length"), module.submit()
    press(end, "submit")
    release(module)
    status = give(question, "99", n=5)
    assert (status["n"], status["tone"]) == (5, "error") and "not saved" in status["text"]
    assert module.record.answers["length"] == "12.5"
    press(end, "submit-anyway")
    assert end.status["tone"] == "error" and len(module.record.attempts) == 1


@pytest.mark.parametrize("page", ["", "<html>no data</html>", '<script type="application/json" id="course-result">{"format": 2}</script>', '<script type="application/json" id="course-result">{</script>'])  # fmt: skip
def test_a_feedback_page_that_cannot_be_read_is_no_result(page: str, module: Module) -> None:
    """Does a page in nbgrader's own form, or a damaged one, leave the questions as they are?"""
    answer_all(module)
    press(module.submit(), "submit")
    release(module)
    path = feedback_path(module.course.exchange, module.course.id, module.record.attempts[0].secret, "mini")
    path.write_text(page, encoding="utf-8")
    assert module.released() is None
    assert "<form" in module.question("length").html


def test_practice_says_what_was_wrong_without_the_key(module: Module) -> None:
    """Does a wrong check get that option's own feedback, neither the key nor the others' feedback; a right one everything?"""
    panel = module.practice("downhill")
    assert "Yes: water" not in panel.html and panel.reply == ""
    give(panel, ["north"])
    assert "Some do, by chance of the slope." in panel.reply
    assert "Yes: water" not in panel.reply and "Answer:" not in panel.reply and "Atlas" not in panel.reply
    give(panel, ["down"], n=2)
    assert "Yes: water follows the slope." in panel.reply and "Atlas of rivers" in panel.reply
    assert give(panel, ["up"], n=3)["tone"] == "error" and panel.reply == ""
    assert module.record.practice == {"downhill": ["down"]}
    assert 'value="down" checked' in module.practice("downhill").html


def test_a_wrong_number_is_not_told(course: Course) -> None:
    """Does practising a number get a direction, and neither the number nor the explanation that holds it?"""
    path = course.modules / "mini" / "practice.yml"
    number = "    number: {value: 120, tolerance: 0.5, unit: US$}\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("    choices:")] + number + text[text.index("    explanation:") :].replace("Water follows", "120 of water follow"), encoding="utf-8")
    panel = Module("mini", course=course, store=MemoryStore(), delegate="d-1").practice("downhill")
    give(panel, "72")
    assert "too low" in panel.reply and "120" not in panel.reply
    give(panel, "120", n=2)
    assert "120 of water" in panel.reply and 'class="feedback right"' in panel.reply


def test_practice_counts_for_nothing(module: Module) -> None:
    """Is a practice answer kept apart from the graded ones?"""
    give(module.practice("downhill"), ["down"])
    assert module.record.answers == {}


def test_an_answer_that_no_longer_fits_leaves_the_page_whole(module: Module, store: MemoryStore) -> None:
    """After a question changed its kind, or a journal was edited: does every panel open, with an empty form?"""
    for question in QUESTIONS:
        for junk in (5, None, {"a": 1}, ["gone"], [[1]], True):
            store.append("d-1", "mini", [{"kind": kind, "at": "2026-01-31T14:00:00Z", "question": question, "answer": junk} for kind in ("answer", "practice")])
            assert "checked" not in module.question(question).html
    store.append("d-1", "mini", [{"kind": "practice", "at": "2026-01-31T14:00:00Z", "question": "downhill", "answer": "text"}])
    assert "checked" not in module.practice("downhill").html
    panel = module.submit()
    press(panel, "submit-anyway")
    assert panel.status["tone"] == "error" and "answer these questions again" in panel.status["text"]


def test_a_passport_goes_from_page_to_page(module: Module, course: Course) -> None:
    """Is what one page downloads what another shows after loading it, at once and in every panel?"""
    answer_all(module)
    press(module.submit(), "submit")
    passport = module.passport()
    sent: list[Any] = []
    passport.send = lambda content, buffers=None: sent.append(content)
    press(passport, "download")
    assert sent[0]["download"]["name"] == "passport-mini-course.json"
    other = Module("mini", course=course, store=MemoryStore(), delegate="d-2")
    question, end, loader = other.question("length"), other.submit(), other.passport()
    press(loader, "load", text=sent[0]["download"]["text"])
    assert loader.status["text"].startswith("Passport loaded")
    assert 'value="12.5"' in question.html and "Attempt 1" in end.html
    press(loader, "load", text=sent[0]["download"]["text"])
    assert "here already" in loader.status["text"]
    assert len(other.record.attempts) == 1


def test_a_session_that_ends_says_when_it_is_time_for_a_passport(course: Course, store: MemoryStore) -> None:
    """Is there no banner on a server that stays, a later one for one answer, one at once for many, none after a download; whatever a journal holds?"""
    assert "reminder" not in Module("mini", course=course, store=store, delegate="d-1").passport().html
    module = Module("mini", course=Course(course.root, {TEMPORARY: "1"}), store=store, delegate="d-1")
    assert "reminder" not in module.passport().html
    store.append("d-1", "mini", [{"kind": "answer", "at": at, "question": "length", "answer": "1"} for at in ("", "yesterday", "2026-13-41T99:00:00Z", 5)])
    assert "reminder" not in module.passport().html
    store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-31T14:00:00Z", "question": "length", "answer": "1"}])
    panel = module.passport()
    assert 'data-from="2026-01-31T14:04:00Z"' in panel.html and "1 answer is in no passport yet" in panel.html
    store.append("d-1", "mini", [{"kind": "practice", "at": f"2026-01-31T14:00:0{n}Z", "question": "downhill", "answer": ["down"]} for n in range(4)])
    panel.count()
    assert 'data-from="2026-01-31T14:00:00Z"' in panel.html and "5 answers are in no passport yet" in panel.html
    press(panel, "download")
    assert "reminder" not in panel.html and panel.status["text"] == "Passport downloaded"


def test_a_passport_that_does_not_fit_changes_nothing(module: Module, store: MemoryStore) -> None:
    """Does a foreign or damaged file say so, and leave the store alone; are unknown modules left out?"""
    panel = module.passport()
    event = {"kind": "answer", "at": "2026-01-31T14:00:00Z", "question": "length", "answer": "1"}
    for text in ("", "hello", "\ud83d", write_passport("other", "d-1", {}), write_passport("mini-course", "d", {"mini": [event]}).replace('"1"', '"2"')):
        press(panel, "load", text=text)
        assert panel.status["tone"] == "error" and "Nothing was changed." in panel.status["text"]
    press(panel, "load", text=write_passport("mini-course", "d-1", {"elsewhere": [event]}))
    assert not store.events("d-1", "mini") and not store.events("d-1", "elsewhere")


def test_delegates_do_not_see_each_other(course: Course, store: MemoryStore) -> None:
    """On one store: is what one delegate does nowhere in the other's page?"""
    one, two = (Module("mini", course=course, store=store, delegate=f"d-{n}") for n in (1, 2))
    answer_all(one)
    press(one.submit(), "submit")
    release(one)
    assert two.record.answers == {} and two.released() is None
    panel = two.question("describe")
    assert "A short river." not in panel.html
    assert one.question("describe").html != panel.html


def test_what_a_page_shows_before_its_kernel_lives(module: Module) -> None:
    """Is each panel's markup in the output as plain HTML, inert, with ids that differ?"""
    panels = [*(module.question(question) for question in QUESTIONS), module.practice("downhill"), module.submit(), module.passport()]
    for panel in panels:
        html = panel.static_html()
        assert html == panel._repr_mimebundle_()[0]["text/html"]
        assert " inert" in html and panel.html in html and 'role="status"' in html
    ids = [part.split('"')[0] for panel in panels for part in panel.html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_an_unknown_question_says_which_there_are(module: Module) -> None:
    """Does a typo in a cell name the questions there are?"""
    with pytest.raises(KeyError, match="one-mouth, two-banks"):
        module.question("one-mout")
    with pytest.raises(KeyError, match="downhill"):
        module.practice("uphill")


def test_a_clock_that_ran_ahead_does_not_win_for_ever(module: Module) -> None:
    """Does the answer given last count, although an earlier one carries a time in the future?"""
    ahead = {"kind": "answer", "at": "2999-01-01T00:00:00Z", "question": "one-mouth", "answer": ["lake"]}
    module.store.append(module.delegate, module.slug, [ahead])
    assert give(module.question("one-mouth"), ["sea"])["tone"] == "ok"
    assert module.record.answers["one-mouth"] == ["sea"]


def test_a_submission_that_could_not_be_handed_over_is_told_as_such(module: Module, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the exchange exists but fails, is the delegate asked to submit again, and not told that nobody is there?"""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("course.submit.deposit", full)
    panel = module.submit()
    press(panel, "submit-anyway")
    assert "not handed over yet" in panel.html and "nobody" not in panel.html
    assert panel.status["tone"] == "error" and "no space left" in panel.status["text"]
