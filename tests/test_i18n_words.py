"""Every word of questions and panels can be translated: in a language whose messages have no letters, no letter is left."""

from __future__ import annotations

import ast
import errno
import gettext
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

import course.i18n
import course.text
from course.bank import Bank, read_bank
from course.content import Course
from course.data import states
from course.errors import AnswerError, SaveError, cause
from course.home import home
from course.i18n import ngettext, speaking
from course.i18n.files import messages
from course.i18n.forms import commas, grouped, number, points, points_of, semicolons, when
from course.i18n.pieces import translated
from course.i18n.script import marked, words
from course.kinds._shared import plain
from course.kinds.case import Case
from course.kinds.fill import Fill
from course.kinds.number import Number, say_number
from course.kinds.order import Order
from course.kinds.sort import Sort
from course.module import Module
from course.notebooks import assessment_notebook
from course.passport import PassportError, read_passport, write_passport
from course.policy import Extension, Policy, standing
from course.reading import read_plain
from course.result import QuestionResult
from course.store import FolderStore, MemoryStore
from course.submission import now
from course.submit import refusal, submit
from course.text import inline, paragraphs, prompt
from course.widgets.explain import remarks_html
from course.widgets.panel import Panel
from course.widgets.practice import practice_html, practice_reply
from course.widgets.terms import terms_html
from support import REPOSITORY
from test_panels import BrokenStore, give, press, release

TIME = datetime(2026, 12, 15, 23, 0, tzinfo=timezone.utc)
CODE = Path(course.i18n.__file__).parent.parent
PANEL = (CODE / "widgets" / "panel.js").read_text(encoding="utf-8")


class Mute(gettext.NullTranslations):
    """Translates every message into dots, and leaves the places of its figures."""

    def gettext(self, message: str) -> str:
        return re.sub(r"\{\w+\}|[^\W\d_]", lambda found: found[0] if found[0].startswith("{") else "·", message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Fake(gettext.NullTranslations):
    """A few messages in another language."""

    def __init__(self, said: dict[str, str], plurals: dict[str, list[str]] | None = None, form: Callable[[int], int] = lambda n: int(n != 1)) -> None:
        super().__init__()
        self.said, self.plurals, self.form = said, plurals or {}, form

    def gettext(self, message: str) -> str:
        return self.said.get(message, message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.plurals[one][self.form(number)] if one in self.plurals else super().ngettext(one, many, number)


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(course.i18n, "catalogue", lambda code: Mute())
    with speaking("zh"):
        yield


def fake(monkeypatch: pytest.MonkeyPatch, said: dict[str, str], *plurals: Any) -> None:
    monkeypatch.setattr(course.i18n, "catalogue", lambda code: Fake(said, *plurals))


def _names() -> list[str]:
    """What States and regions are called in English and in the language that the mute one stands for, the longest first."""
    found = set()
    for code in ("en", "zh"):
        with speaking(code):
            found |= {text for state in states().values() for text in (state.name, state.region, state.subregion)}
    return sorted(found, key=len, reverse=True)


NAMES = _names()


def letters(html: str) -> list[str]:
    """The words that somebody sees or hears, but for receipts, States, the course's own times, and Chinese dates."""
    html = re.sub(r"<code>.*?</code>|\d{4}-\d\d-\d\dT[\d:]+Z", " ", html)
    heard = re.findall(r'(?:aria-label|data-name|placeholder|title|alt)="([^"]*)"', html)
    text = unescape(" ".join([re.sub(r"<[^>]*>", " ", html), *heard]))
    for name in NAMES:
        text = text.replace(name, " ")
    return re.findall(r"[^\W\d_]+", re.sub("[年月日]", "", text))


def numbered(path: Path, **changes: Any) -> None:
    """Put a number in the place of every text for readers, and of what is typed, so that only the interface has words."""
    count = iter(range(100, 10_000))

    def say(text: str, _place: Any) -> str:
        return f"※{next(count)}" + (found[0] if (found := re.search(r" \(\d\)$", text)) else "")

    def typed(data: Any) -> Any:
        if isinstance(data, dict) and "accept" in data:
            wrong = [{**item, "text": str(next(count))} for item in data.get("wrong", [])]
            return {**data, "accept": [str(next(count)) for _ in data["accept"]], "wrong": wrong}
        if isinstance(data, dict):
            return {key: typed(value) for key, value in data.items()}
        return [typed(value) for value in data] if isinstance(data, list) else data

    data = typed(translated(Bank, read_plain(path)[0], say))
    path.write_text(yaml.safe_dump({**data, **changes}, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def gallery(tmp_path: Path) -> Course:
    root = tmp_path / "gallery"
    shutil.copytree(REPOSITORY / "tests" / "gallery_course", root)
    for path in ("assessments/questions/gallery.yml", "modules/gallery/practice.yml"):
        numbered(root / path)
    return Course(root, {})


@pytest.fixture
def mini(mini_course: Course) -> Course:
    numbered(mini_course.questions / "mini.yml")
    (mini_course.release / "mini").mkdir(parents=True)
    nbformat.write(assessment_notebook(mini_course.bank("mini")), mini_course.release / "mini" / "mini.ipynb")
    (mini_course.exchange / mini_course.id / "inbound").mkdir(parents=True)
    return mini_course


def rules(course_: Course, **policy: Any) -> None:
    """Give the tiny course's assessment another policy."""
    numbered(course_.questions / "mini.yml", policy=policy)


_SEVERAL = [{"id": name, "text": "※", "correct": name in "ab", "feedback": "※"} for name in "abxy"]
_ITEMS = [{"id": name, "text": "※", "in": "p" if name == "k" else "q", "feedback": "※"} for name in "klm"]
VALUES = {"one-mouth": ["sea"], "two-banks": ["east", "west"], "length": "12.5", "describe": "12 34 56"}
STRANGE: tuple[Any, ...] = (
    None, 5, "", [], {}, "1,234", "12x", "9" * 31, "1 " * 20_000, ["nope"], [[]], {"nope": "1"}, {"reason": 5}, {"verdict": "true"}, {"reason": "width"},
    ["sea", "lake"], ["sea", "sea"], ["KEN", "UGA"], {"eastbank": ["mill", "kiln"]}, {"eastbank": "nope"}, {"hours": "abc", "current": "1"}, {"hours": "5"},
)  # fmt: skip


# --- nothing is forgotten ---------------------------------------------------------------------------------------


def test_forms_and_feedback_of_every_kind_have_no_word_of_their_own(gallery: Course, mute: None) -> None:
    """Can hints, labels, refusals, verdicts and keys of every kind be translated, in practice and in words for markers?"""
    said: list[str] = []
    questions = [one for path in ("assessments/questions/gallery.yml", "modules/gallery/practice.yml") for one in read_bank(gallery.root / path).questions]
    seen = set()
    for question in (question.each()[0] for question in questions):
        kind, shown = question.kind, question.kind.show()
        seen.add(kind.name)
        samples = kind.samples()
        # Without what is only typed: a sample's own words.
        answers = [question.read(one) for one in [*samples.right, *samples.wrong] if not re.search("not this|word", str(one))]
        answers += ["1", "1 2", "1 2 3 4"] if kind.marked_by_person else []
        said += [practice_html(question, answer) for answer in (None, *answers)]
        said += [practice_reply(question, answer, ["※"]) for answer in answers]
        for answer in answers:
            told = kind.explain(answer)
            said += [kind.say(shown, answer), told.key, remarks_html(told.remarks), remarks_html(told.missed)]
        said += [kind.explain(None).key]
        for raw in STRANGE:
            try:
                answer = question.read(raw)
            except AnswerError as error:
                said.append(re.sub("“.*?”", "", str(error)))
            else:
                if raw != "12x":
                    said += [kind.say(shown, answer), practice_reply(question, answer, [])]
    several = Case.model_validate({"file": "※", "parts": [{"id": name, "ask": "※", "choices": _SEVERAL} for name in ("one", "two")]})
    said += [text for pair in several.explain({"one": ["a"], "two": ["x"]}).remarks for text in pair]
    heaps = Sort.model_validate({"categories": [{"id": name, "text": "※"} for name in ("p", "q", "r")], "items": _ITEMS})
    order = Order.model_validate([{"id": name, "text": "※", "feedback": "※"} for name in ("north", "west", "east")])
    with pytest.raises(AnswerError) as unmoved:
        order.read(order.show(), [item["id"] for item in order.show()["items"]])
    said += [heaps.explain(None).key, str(unmoved.value)]
    assert seen == set(course.kinds.kinds())
    assert [found for text in said if (found := letters(text))] == []


def test_practice_and_passport_panels_have_no_word_of_their_own(gallery: Course, mute: None) -> None:
    """Can what the practice panel and the passport panel say be translated, also where the disk is full?"""
    module = Module("gallery", course=gallery, store=MemoryStore(), delegate="d-1")
    panel, carrier = module.practice("try-number"), module.passport()
    statuses = [give(panel, "2"), give(panel, "9"), give(panel, "1,234")]
    said = [panel.html, panel.reply, panel.first_html(), carrier.html]
    text = write_passport(gallery.id, "d-1", {"gallery": [{"kind": "practice", "at": now(), "question": "try-number", "answer": "3"}]})
    for action in ({"action": "download"}, {"action": "load", "text": text}, {"action": "load", "text": text}, {"action": "load", "text": "no"}):
        press(carrier, **action)
        statuses.append(dict(carrier.status))
    drawn = [{"kind": "answer", "at": f"2026-01-0{n}T10:00:00Z", "question": "own-corridor", "answer": "1", "seed": f"d-{n}"} for n in (2, 1)]
    module.save(drawn[0])
    press(carrier, "load", text=write_passport(gallery.id, "d-1", {"gallery": drawn[1:]}))
    statuses.append(dict(carrier.status))
    for name, value in (("own-corridor", "1"), ("a-case", {"hours": "5", "slower": ["no"]}), ("a-case", {"hours": "12x"})):
        graded = module.question(name)
        statuses.append(give(graded, value))
        said += [graded.first_html(), graded.html]
    statuses[-1]["text"] = statuses[-1]["text"].replace("12x", "")
    for events in ("append", "events"):
        broken = Module("gallery", course=gallery, store=MemoryStore(), delegate="d-1")

        def fail(*_: object) -> None:
            raise SaveError("")

        setattr(broken.store, events, fail)
        carrier = broken.passport()
        press(carrier, "download" if events == "events" else "load", text=text)
        statuses.append(dict(carrier.status))
    assert [found for text in [*said, *(status["text"] for status in statuses)] if (found := letters(text))] == []
    assert len({status["text"] for status in statuses}) >= 7


def test_a_passport_that_does_not_fit_is_refused_in_the_language_spoken(mute: None) -> None:
    """Can every refusal of a passport be translated?"""
    whole = json.loads(write_passport("other", "d-1", {}))
    texts = [b"x" * 5_000_001, b"no", b"[]", b'{"format": 0, "modules": {}}', b'{"format": 9, "modules": {}}', json.dumps({**whole, "delegate": "x"}).encode()]
    found = set()
    for data in [*texts, json.dumps(whole).encode(), _sealed({**whole, "modules": []})]:
        with pytest.raises(PassportError) as refused:
            read_passport(data, "mini-course")
        found.add(re.sub("“.*?”", "", str(refused.value)))
    assert len(found) == 7
    assert [words for text in found if (words := letters(text))] == []


def _sealed(content: dict[str, Any]) -> bytes:
    from course.passport import _checksum

    rest = {key: value for key, value in content.items() if key != "checksum"}
    return json.dumps({**rest, "checksum": _checksum(rest)}).encode()


def test_the_question_panel_has_no_word_of_its_own_in_any_state(mini: Course, mute: None) -> None:
    """Can a graded question be translated while it is open, saved, refused, early, closed, and marked in every way?"""
    said: list[str] = []

    def show(panel: Any, *more: str) -> None:
        said.extend([panel.html, panel.first_html(), panel.static_html(), panel.status["text"], *more])

    module = Module("mini", course=mini, store=MemoryStore(), delegate="d-1")
    for name, value in VALUES.items():
        panel = module.question(name)
        show(panel)
        for given in (None, value, None):
            give(panel, given)
            show(panel)
    full = Module("mini", course=mini, store=BrokenStore(), delegate="d-1").question("length")
    assert give(full, "12.5")["unsaved"]
    for policy in ({"opens": "2999-01-01 00:00 UTC"}, {"due": "2001-01-01 00:00 UTC"}, {"attempts": 1}, {"attempts": 2}):
        rules(mini, **policy)
        shut = Module("mini", course=mini, store=module.store, delegate="d-1")
        panel = shut.question("one-mouth")
        if shut.standing.state == "open":
            submit(mini, shut.store, "d-1", "mini")
            panel = shut.question("one-mouth")
        give(panel, ["lake"])
        show(panel)
    rules(mini)
    module = Module("mini", course=mini, store=MemoryStore(), delegate="d-1")
    for name, value in (("one-mouth", ["lake"]), ("length", "1")):
        module.save({"kind": "answer", "at": now(), "question": name, "answer": value})
    submit(mini, module.store, "d-1", "mini")
    for given, comment in ((None, ""), (0, ""), (1, "※"), (2, "")):
        result = QuestionResult(points=given, max_points=2, comment=comment, remarks=[("※1", "※2")], key="※3", sources=["※4"], as_of="2020")
        release(module, questions=dict.fromkeys(VALUES, result))
        for name in VALUES:
            show(module.question(name))
    release(module, questions={})
    panel = module.question("length")
    show(panel)
    give(panel, "3")
    show(panel)
    old = Module("mini", course=mini, store=MemoryStore(), delegate="d-1")
    old.save({"kind": "answer", "at": now(), "question": "length", "answer": ["※"]})
    rules(mini, due="2001-01-01 00:00 UTC")
    show(Module("mini", course=mini, store=old.store, delegate="d-1").question("length"))
    assert [found for text in said if (found := letters(text))] == []


def test_the_submit_panel_has_no_word_of_its_own_in_any_state(mini: Course, mute: None) -> None:
    """Can the end of an assessment be translated: empty, asking, submitted, waiting, changed elsewhere, shut, released, again?"""
    said: list[str] = []

    def show(panel: Any) -> None:
        said.extend([panel.html, panel.first_html(), panel.status.get("text", "")])

    def press_all(panel: Any, *actions: str) -> None:
        for action in actions:
            press(panel, action)
            show(panel)

    store = MemoryStore()
    def again() -> Any:
        """The panel of a page opened now."""
        return Module("mini", course=mini, store=store, delegate="d-1").submit()

    module = Module("mini", course=mini, store=store, delegate="d-1")
    panel = module.submit()
    show(panel)
    press_all(panel, "submit", "back")
    for name, value in list(VALUES.items())[:3]:
        give(module.question(name), value)
    press_all(panel, "submit", "submit-anyway", "look")
    give(module.question("describe"), VALUES["describe"])
    press_all(panel, "look")
    store.append("d-1", "mini", [{"kind": "answer", "at": now(), "question": "length", "answer": "3"}])
    press_all(panel, "submit")
    submit(mini, store, "d-1", "mini")
    press_all(panel, "submit")
    inbound = mini.exchange / mini.id / "inbound"
    inbound.rename(inbound.with_name("away"))
    press_all(again(), "submit")
    inbound.mkdir()
    for policy in ({}, {"due": "2001-01-01 00:00 UTC"}):
        rules(mini, **policy)
        show(again())
    (mini.release / "mini" / "mini.ipynb").rename(mini.root / "away.ipynb")
    press_all(again(), "submit")
    store.append("d-1", "mini", [{"kind": "delivered", "at": now(), "receipt": module.record.attempts[-1].submission["receipt"]}])
    press_all(again(), "look")
    other = Module("mini", course=mini, store=MemoryStore(), delegate="d-2")
    press_all(other.submit(), "submit", "again")
    rules(mini, attempts=9)
    show(again())
    for facts in ({"passed": True, "penalty": 1.5}, {"pending": True, "passed": None}, {"disclosed": "marks", "points": 0.25, "penalty": 1}, {"max_points": 1, "points": 1}):
        release(module, questions={}, **facts)
        show(again())
    rules(mini)
    press_all(again(), "submit", "look", "again")
    rules(mini, attempts=9)
    press_all(again(), "again")
    assert [found for text in said if (found := letters(text))] == []


def test_terms_and_refusals_have_no_word_of_their_own(mute: None) -> None:
    """Can every term, every unit of time and every reason to take nothing be translated?"""
    due, said = "2026-12-16 00:00 UTC", []
    spans = [f"{many} {unit}{'s' * (many > 1)}" for unit in ("minute", "hour", "day", "week") for many in (1, 3)]
    policies: list[dict[str, Any]] = [{"attempts": 1}, {"attempts": 3}, {"counts": "best"}, {"counts": "first"}, {"opens": due}, {"due": due}]
    policies += [{"due": due, "feedback": feedback} for feedback in ("after-due", "marks-only", "never")]
    policies += [{"due": due, "late": {"step": length, "less": 2.5, "floor": floor, "grace": length, "until": "9 weeks"}} for length in spans for floor in (0, 5)]
    policies.append({"due": due, "late": {"step": "1 day", "less": 1, "until": "2 days"}})
    for facts in policies:
        policy = Policy.model_validate(facts)
        for day in (1, 20):
            for used in (0, 1, 3):
                stands = standing(policy, Extension(), used, datetime(2026, 12, day, tzinfo=timezone.utc))
                said += [terms_html({"policy": facts}, stands), refusal(stands), refusal(replace(stands, state="closed", closes=TIME))]
    assert [found for text in said if (found := letters(text))] == []


def test_home_cards_have_no_word_of_their_own(mini: Course, mute: None) -> None:
    """Can what a card says of its module be translated: not begun, begun, submitted, marked, early, due, late, closed?"""
    store = MemoryStore()
    module = Module("mini", course=mini, store=store, delegate="d-1")
    said: set[str] = set()

    def look() -> None:
        (card,) = home(mini, store, "d-1").cards
        said.update([card.state, card.when, card.action])

    look()
    for policy in ({"due": "2001-01-01 00:00 UTC"}, {"opens": "2999-01-01 00:00 UTC"}, {"due": "2999-01-01 00:00 UTC"}):
        rules(mini, **policy)
        look()
        store.append("d-1", "mini", [{"kind": "answer", "at": now(), "question": "length", "answer": "3"}])
        look()
    rules(mini, due="2001-01-01 00:00 UTC", late={"step": "1 day", "less": 1})
    look()
    submit(mini, store, "d-1", "mini")
    look()
    for passed in (None, True, False):
        release(module, questions={}, pending=passed is None, passed=passed)
        look()
    assert len(said) >= 12
    assert [found for text in said if (found := letters(text))] == []


def test_refusals_of_store_and_exchange_have_no_word_of_their_own(mini: Course, mute: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Can what a full disk, a folder nobody may write and a closed assessment lead to be translated?"""
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO):
        assert letters(cause(OSError(code, os.strerror(code)), "")) == []
    (tmp_path / "file").write_text("")
    said = []
    store = FolderStore(tmp_path / "folder")
    (tmp_path / "folder" / "d-1" / "mini.jsonl").mkdir(parents=True)
    for do in (
        lambda: store.append("d-1", "mini", [{}]), lambda: store.events("d-1", "mini"), lambda: FolderStore(tmp_path / "file").alone("d-1", "m").__enter__()
    ):  # fmt: skip
        with pytest.raises(SaveError) as refused:
            do()
        said.append(re.sub(r"\(is a directory\)", "", str(refused.value)))
    memory = MemoryStore()
    memory.append("d-1", "mini", [{"kind": "answer", "at": now(), "question": "length", "answer": ["※"]}])
    with pytest.raises(AnswerError) as unfit:
        submit(mini, memory, "d-1", "mini")
    said.append(str(unfit.value).replace("length", ""))
    assert len(said) == 4
    assert [found for text in said if (found := letters(text))] == []


# --- what translators are given -----------------------------------------------------------------------------------


def _marked_in(path: Path) -> list[str]:
    """Every message that a file of Python marks, also where Babel does not see it, as within an f-string."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_", "ngettext"):
            found += [one.value for one in node.args[: 2 if node.func.id == "ngettext" else 1] if isinstance(one, ast.Constant)]
    return sorted(set(found))


@pytest.mark.parametrize("path", sorted(CODE.rglob("*.py")), ids=lambda path: path.relative_to(CODE).as_posix())
def test_every_marked_message_reaches_translators(path: Path) -> None:
    """Does Babel find every message, also those that a formatted string would hide?"""
    given = {text for message in messages(path, "python") for text in ([message] if isinstance(message, str) else message)}
    assert sorted(given) == _marked_in(path)


def test_messages_go_into_html_as_they_are() -> None:
    """Is no message of questions and panels markup, or in need of being escaped?"""
    files = [*(CODE / "kinds").glob("*.py"), *(CODE / "widgets").glob("*.py"), *(CODE / f"{name}.py" for name in ("home", "submit", "store", "passport"))]
    assert [text for path in files for text in _marked_in(path) if re.search("[&<>*]", text)] == []


# --- numbers, times, plurals, lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "half", "million", "time", "list_"),
    [
        ("en", "1.5", "-1,234,567.5", "15 December 2026, 23:00 UTC", "1, 2; 3"),
        ("fr", "1,5", "-1\u202f234\u202f567,5", "15 décembre 2026, 23:00 UTC", "1, 2; 3"),
        ("ar", "1.5", "\u200e-1,234,567.5", "15 ديسمبر 2026، 23:00 UTC", "1، 2؛ 3"),
        ("es", "1,5", "-1.234.567,5", "15 de diciembre de 2026, 23:00 UTC", "1, 2; 3"),
        ("ru", "1,5", "-1\u00a0234\u00a0567,5", "15 декабря 2026\u202fгода, 23:00 UTC", "1, 2; 3"),
        ("zh", "1.5", "-1,234,567.5", "2026年12月15日, 23:00 UTC", "1, 2; 3"),
    ],
)  # fmt: skip
def test_numbers_times_and_lists_have_the_form_of_the_language(
    monkeypatch: pytest.MonkeyPatch, code: str, half: str, million: str, time: str, list_: str
) -> None:
    """Has every language its own decimal sign, thousands, months and commas, with Western digits?"""
    arabic = {"{date}, {time} UTC": "{date}، {time} UTC", "{before}, {next}": "{before}، {next}", "{before}; {next}": "{before}؛ {next}"}
    fake(monkeypatch, arabic if code == "ar" else {})
    with speaking(code):
        assert (number(1.5), number(1), number(0.333, 1).replace(",", ".")) == (half, "1", "0.3")
        assert (say_number(-1234567.5), when(TIME)) == (million, time)
        assert semicolons([commas(["1", "2"]), "3"]) == list_
        assert grouped(1_234_567) == say_number(1_234_567)
        assert commas([]) == ""


def test_english_points_are_what_they_were() -> None:
    """Do points read as before: one point, two points, a half of two, and the singular where the whole is one?"""
    assert (points(1), points(2.5), points_of(1.3333, 2), points_of(0, 1)) == ("1 point", "2.5 points", "1.33 of 2 points", "0 of 1 point")


def test_arabic_has_six_forms_of_a_plural(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Does each number ask for its own of six forms, read from a PO file?"""
    forms = ["لا نقاط", "نقطة واحدة", "نقطتان", "{number} نقاط", "{number} نقطة", "{number} من النقاط"]
    rule = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
    entry = 'msgid "{number} point"\nmsgid_plural "{number} points"\n' + "".join(f'msgstr[{i}] "{form}"\n' for i, form in enumerate(forms))
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: ar\\n"\n"Plural-Forms: {rule}\\n"\n\n'
    (tmp_path / "ar").mkdir()
    (tmp_path / "ar" / "interface.po").write_text(head + entry, encoding="utf-8")
    monkeypatch.setattr(course.i18n, "FOLDER", tmp_path)
    monkeypatch.setattr(course.i18n, "catalogue", course.i18n.catalogue.__wrapped__)
    with speaking("ar"):
        assert [points(n) for n in (0, 1, 2, 5, 11, 100)] == [form.format(number=n) for form, n in zip(forms, (0, 1, 2, 5, 11, 100), strict=True)]
        assert ngettext("one", "many", 1) == "one"


def test_a_number_question_writes_its_key_as_the_language_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the key's decimal sign the language's, is that answer accepted, and does the tolerance follow?"""
    kind = Number(value=1234.5, tolerance="2.5 %", unit="km")
    assert kind.explain(None).key == "1,234.5 km (within 2.5 %)"
    fake(monkeypatch, {"{answer} (within {tolerance})": "{answer} (à {tolerance} près)", "That is too high.": "C’est trop."})
    with speaking("fr"):
        assert kind.explain(None).key == "1\u202f234,5 km (à 2,5 % près)"
        assert kind.score(kind.read({"unit": "km"}, "1\u202f234,5")).value == 1
        assert kind.explain("2000").remarks == (("2000 km", "C’est trop."),)


# --- the page's own words -------------------------------------------------------------------------------------------


def test_the_page_is_sent_its_words_in_the_language_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a panel bring the translations of its script, those only, and none in English?"""
    assert (words(PANEL), Panel().words) == ({}, {})
    fake(monkeypatch, {"Saving…": "Enregistrement…", "Check": "Vérifier"})
    with speaking("fr"):
        assert words(PANEL) == Panel().words == {"Saving…": "Enregistrement…"}


def test_every_word_of_the_script_is_marked_and_found_by_translators() -> None:
    """Do Babel and the page agree on the script's messages, and is nothing shown that is not marked?"""
    assert list(dict.fromkeys(messages(CODE / "widgets" / "panel.js", "javascript"))) == list(marked(PANEL))
    assert "{item}: {number} of {total}." in marked(PANEL)
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", PANEL, flags=re.S)
    rest = re.sub(r'(?<![\w.$])t\("(?:[^"\\]|\\.)*"\)', "", code)
    assert re.findall(r"""["'`][A-Z][a-z]+[ .…][^"'`]*["'`]|show\(["'`]""", rest) == []


def test_literals_are_read_as_a_script_reads_them() -> None:
    """Are escaped signs and line breaks in a call understood, and other functions left alone?"""
    script = 't("a \\"b\\" \\u2026"); at("no"); x.t("no"); t(\n  "c"); t(other); t("c")'
    assert marked(script) == ('a "b" …', "c")


# --- English within another language --------------------------------------------------------------------------------


def test_untranslated_content_is_marked_as_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a text without translation marked in its own language and direction, block by block, and nowhere else?"""
    text = "One *scene*.\n\nAnd a question?"
    monkeypatch.setattr(course.text, "UNTRANSLATED", {("ar", text), ("ar", "A boat")})
    english = '<span lang="en" dir="ltr">'
    assert (inline("A boat"), paragraphs(text)) == ("A boat", "<p>One <em>scene</em>.</p><p>And a question?</p>")
    with speaking("ar"):
        assert inline(" A boat ") == f"{english}A boat</span>"
        assert inline("قارب") == "قارب"
        assert paragraphs(text) == f"<p>{english}One <em>scene</em>.</span></p><p>{english}And a question?</span></p>"
        assert prompt(text).count(english) == 2
        assert plain("A boat") == "A boat"
    with speaking("fr"):
        assert inline("A boat") == "A boat"


def test_what_a_delegate_wrote_has_its_own_direction(mini_course: Course) -> None:
    """Do the field for a written answer, and the answer read back, take their direction from what is written?"""
    shown = mini_course.bank("mini").question("describe").kind.show()
    kind = course.kinds.kinds()["written"]
    assert '<textarea id="u-field" name="answer" rows="9" dir="auto"' in kind.form(shown, "نهر قصير", "u", "?")
    module = Module("mini", course=mini_course, store=MemoryStore(), delegate="d-1")
    module.save({"kind": "answer", "at": now(), "question": "describe", "answer": "نهر قصير"})
    rules(mini_course, due="2001-01-01 00:00 UTC")
    closed = Module("mini", course=mini_course, store=module.store, delegate="d-1").question("describe")
    assert '<p dir="auto">نهر قصير</p>' in closed.html


# --- the answer that is said to a word --------------------------------------------------------------------------------


def test_the_answer_said_can_be_translated() -> None:
    """Is `answer` said instead of the first accepted, and must it be accepted itself, in the language it is written in first?"""
    facts: dict[str, Any] = {"accept": ["mouth", "river mouth", "مصب"], "otherwise": "No."}
    assert Fill(**facts).explain(None).key == "mouth"
    assert Fill(**facts, answer="River mouth").explain("mouth").key == "River mouth"
    with pytest.raises(ValueError, match="“delta” would not be accepted: write it into `accept` too"):
        Fill(**facts, answer="delta")
    with speaking("ar"):
        assert Fill(**facts, answer="المصب").explain("x").key == "المصب"
