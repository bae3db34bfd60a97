"""Languages: which is spoken, the pieces that translators get, PO files that age well, and content with fallback."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from babel.messages.pofile import read_po, write_po

from course.check import check
from course.cli import main
from course.content import Course
from course.i18n import LANGUAGES, SOURCE, UNTRANSLATED, _, language, speak, speaking
from course.i18n.content import sayer
from course.i18n.files import content_homes, messages
from course.i18n.lesson import contents, lesson_in, untranslated_share
from course.i18n.pieces import blocks, texts, translated, translated_markdown
from course.i18n.status import renew, state, template
from course.bank import Bank
from course.publish import publish
from course.serve import chosen
from course.store import FolderStore
from course.submission import submission
from course.submit import submit
from course.text import inline
from road import RIGHT
from support import REPOSITORY, copy_course, run_course


@pytest.fixture
def french(built: Course) -> Course:
    """The tiny course, also in French, with files that a translator has begun: nothing translated yet."""
    path = built.modules / "course.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("modules:\n", "languages: [fr, en]\nmodules:\n", 1), encoding="utf-8")
    course = Course(built.root, {})
    for home in content_homes(course):
        renew(home, "fr", template(home))
    return course


def translate(path: Path, **given: str) -> None:
    """Fill in some entries of a PO file, found by how their text begins."""
    with path.open("rb") as file:
        catalog = read_po(file, locale="fr")
    for beginning, words in given.items():
        (message,) = [one for one in catalog if one.id and str(one.id).startswith(beginning.replace("_", " "))]
        message.string = words
    with path.open("wb") as file:
        write_po(file, catalog)


def test_one_language_at_a_time() -> None:
    """Is a language spoken within its block and no further, and an unknown one refused with those that there are?"""
    assert language() == SOURCE
    with speaking("ar"), speaking("fr"):
        assert language() == "fr"
    assert language() == SOURCE
    with pytest.raises(ValueError, match="ar, zh, en, fr, ru, es"):
        speak("de")
    assert [LANGUAGES[code].direction for code in LANGUAGES] == ["rtl", *["ltr"] * 5]


@pytest.mark.parametrize("markdown", ["", "one", "# A\n\ntext\nmore\n\n- a\n- b\n  goes on\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "1. x\n2. y\n\n\n\nend\n"])
def test_blocks_joined_again_are_the_text(markdown: str) -> None:
    """Is no character of a lesson lost between its pieces?"""
    assert "".join(mark + text for mark, text in blocks(markdown)) == markdown
    assert translated_markdown(markdown, str) == markdown


def test_pieces_are_what_a_translator_wants() -> None:
    """Are headings, paragraphs and entries of lists single pieces without their marks, and a table one piece?"""
    found = [text for _, text in blocks("## Head\n\nA line.\nAnother.\n\n1. first\n2. second\n\n| a | b |\n|---|---|") if text]
    assert found == ["Head", "A line.\nAnother.", "first", "second", "| a | b |\n|---|---|"]


def test_every_text_of_every_kind_reaches_translators() -> None:
    """Is each text of the gallery, which has every kind, a piece; and are ids, keys and numbers none?"""
    import yaml

    data = yaml.safe_load((REPOSITORY / "tests/gallery_course/assessments/questions/gallery.yml").read_text(encoding="utf-8"))
    found = {text for text, _ in texts(Bank, data)}
    wanted: set[str] = set()

    def look(value: object, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                look(inner, key if key in ("right", "wrong") and isinstance(inner, str) else name)
        elif isinstance(value, list):
            for inner in value:
                look(inner, key)
        elif isinstance(value, str) and key in ("prompt", "text", "feedback", "explanation", "otherwise", "ask", "file", "rubric", "right", "title"):
            wanted.add(value.strip())

    look(data, "")
    wrong_words = {one["text"] for question in data["questions"] for one in question.get("fill", {}).get("wrong", [])}
    parts = [part for question in data["questions"] for part in question.get("case", {}).get("parts", [])]
    wrong_words |= {one["text"] for part in parts for one in part.get("fill", {}).get("wrong", [])}
    assert wanted - wrong_words <= found
    assert not found & {question["id"] for question in data["questions"]}
    assert json.dumps(translated(Bank, data, lambda text, _: text[::-1])) != json.dumps(data)


def test_a_course_without_translations_reads_as_before(french: Course) -> None:
    """Where nothing is translated, does English stand, known as such?"""
    with speaking("fr"):
        assert french.practice("mini").questions[0].prompt == Course(french.root, {}).practice("mini").questions[0].prompt
        bank = french.bank("mini")
        prompt = bank.questions[0].prompt
        assert ("fr", prompt) in UNTRANSLATED
        assert inline(prompt).startswith('<span lang="en" dir="ltr">')
    assert not inline(prompt).startswith("<span")


def test_ids_keys_and_marks_are_the_same_in_every_language(french: Course) -> None:
    """Does a translated bank keep its ids, ask in French, and give the same marks for the same answers?"""
    english = french.bank("mini")
    first = english.questions[0]
    translate(french.questions / "locale" / "fr" / "mini.po", **{first.prompt.strip()[:30].replace(" ", "_"): "La question en français ?"})
    with speaking("fr"):
        french_bank = french.bank("mini")
    assert french_bank.questions[0].prompt == "La question en français ?"
    assert [question.id for question in french_bank.questions] == [question.id for question in english.questions]
    for one, other in zip(english.questions, french_bank.questions, strict=True):
        samples = one.samples()
        for answer in [*samples.right, *samples.wrong]:
            assert one.score(one.read(answer)) == other.score(other.read(answer))


def test_status_counts_missing_and_stale_and_update_keeps_what_changed(french: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a new text missing, a changed one stale, its old translation kept as fuzzy and not shown, and all of it told?"""
    (home,) = [one for one in content_homes(french) if one.folder == french.questions / "locale"]
    path = home.path("fr")
    first = french.bank("mini").questions[0]
    translate(path, **{first.prompt.strip()[:30].replace(" ", "_"): "La question en français ?"})
    assert state(home, "fr", template(home)).done == 1
    source = french.questions / "mini.yml"
    source.write_text(source.read_text(encoding="utf-8").replace(first.prompt.strip()[:20], first.prompt.strip()[:20].replace("e", "ee", 1)), encoding="utf-8")
    before = state(home, "fr", template(home))
    assert (before.done, before.stale) == (0, 1)
    monkeypatch.chdir(french.root)
    # The engine's own catalogues are the repository's: a test may not renew them.
    monkeypatch.setattr("course.i18n.files.FOLDER", french.root / "engine")
    assert main(["i18n", "update", "fr"]) == 0
    assert "questions/mini" in capsys.readouterr().out
    assert "#, fuzzy" in path.read_text(encoding="utf-8") and "La question en français ?" in path.read_text(encoding="utf-8")
    with speaking("fr"):
        assert "français" not in Course(french.root, {}).bank("mini").questions[0].prompt
    text = path.read_text(encoding="utf-8")
    assert main(["i18n", "update"]) == 0
    assert path.read_text(encoding="utf-8") == text  # a renewal without changes changes nothing
    assert main(["i18n", "status", "--json"]) == 0
    assert main(["i18n", "status", "de"]) == 1


def test_a_translation_that_would_not_work_is_told(tmp_path: Path) -> None:
    """Does the check name the file where a figure's place was lost, and where a translated question is none any more?"""
    course = Course(copy_course(tmp_path / "real"), {})
    path = course.questions / "locale" / "fr" / "remittances.po"
    before, _, after = path.read_text(encoding="utf-8").rpartition("{sender}")
    path.write_text(f"{before}{{expéditeur}}{after}", encoding="utf-8")
    rubric = course.questions / "locale" / "ar" / "remittances.po"
    rubric.write_text(rubric.read_text(encoding="utf-8").replace("لا شيء (2)\"", "لا شيء\""), encoding="utf-8")
    told = [str(fault) for fault in check(course).faults]
    assert any("fr/remittances.po" in one and "{expéditeur} is no figure of the text" in one for one in told)
    assert any("ar/remittances.po" in one and "must end in its points" in one for one in told)


def test_published_in_each_language(french: Course, tmp_path: Path) -> None:
    """Is there a lesson for each language that opens its module in it, with contents by the same ids, and no keyed translation?"""
    translate(french.questions / "locale" / "fr" / "mini.po", **{french.bank("mini").questions[0].explanation[:30].replace(" ", "_"): "EXPLICATION SECRÈTE"})
    publish(french, tmp_path / "tree")
    lessons = [nbformat.read(tmp_path / "tree/modules/mini" / name, as_version=4) for name in ("mini.ipynb", "mini.fr.ipynb")]
    assert [lesson.metadata.course["lang"] for lesson in lessons] == ["en", "fr"]
    assert [section["id"] for section in lessons[0].metadata.course["contents"]] == [section["id"] for section in lessons[1].metadata.course["contents"]]
    assert sum('Module("mini", language="fr")' in cell.source for cell in lessons[1].cells) == 1
    assert lessons[1].metadata.course["untranslated"] == "all"
    files = [path for path in (tmp_path / "tree").rglob("*") if path.is_file()]
    assert not [path for path in files if "EXPLICATION SECRÈTE" in path.read_text(encoding="utf-8", errors="replace")]
    assert (tmp_path / "tree/assessments/shown/mini.fr.json").is_file()


def test_a_lesson_must_open_its_module_once() -> None:
    """Is a lesson refused whose language could not be said?"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    with pytest.raises(ValueError, match="Module"):
        lesson_in(notebook, "fr", str)


def test_contents_and_what_is_missing() -> None:
    """Are sections found with their marks taken off, and is untranslated prose measured?"""
    cells = [nbformat.v4.new_markdown_cell("# T"), nbformat.v4.new_markdown_cell("## What *counts* in [it](#x)\n\ntext"), nbformat.v4.new_code_cell('Module("a")')]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert contents(notebook) == [{"id": cells[1].id, "title": "What counts in it"}]
    assert untranslated_share(notebook, str) == 0
    assert untranslated_share(notebook, lambda text: None) == 1
    assert '<span lang="en" dir="ltr">text</span>' in lesson_in(notebook, "ar", lambda text: None).cells[1].source


@pytest.mark.parametrize(
    ("kept", "accepted", "wanted"),
    [
        (None, None, "en"),
        ("fr", "ar", "fr"),
        ("de", "ar", "ar"),
        (None, "de-CH,fr;q=0.8,ar;q=0.9", "ar"),
        (None, "zh-TW, en;q=0.5", "en"),
        (None, "fr;q=0, ar;q=x, en", "en"),
        (None, ";;;,,", "en"),
    ],
)
def test_a_first_visit_follows_the_browser(kept: str | None, accepted: str | None, wanted: str) -> None:
    """Is the language that was chosen before taken, else the best of the browser's that the course has, else English?"""
    assert chosen(kept, accepted, ["ar", "en", "fr"]) == wanted


def test_a_submission_says_its_language_and_english_ones_stay_as_they_were(french: Course) -> None:
    """Does a submission in French say so under its receipt, and does one in English have the receipt it always had?"""
    store = FolderStore(french.answers)
    for name, value in RIGHT.items():
        store.append("d-1", "mini", [{"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": name, "answer": value}])
    with speaking("fr"):
        frozen = submit(french, store, "d-1", "mini").submission
    assert frozen["language"] == "fr"
    plain = submission("c", "a", "d", 1, {}, "2026-01-01T10:00:00Z")
    assert "language" not in plain.as_dict()
    assert plain.receipt != submission("c", "a", "d", 1, {}, "2026-01-01T10:00:00Z", language="fr").receipt


def test_feedback_in_french_and_marks_as_ever(french: Course) -> None:
    """Is the page of a French submission in French, with what is not translated in English, and the mark the same?"""
    store = FolderStore(french.answers)
    for delegate, code in (("d-1", "fr"), ("d-2", "en")):
        for name, value in RIGHT.items():
            store.append(delegate, "mini", [{"kind": "answer", "at": "2026-01-01T10:00:00Z", "question": name, "answer": value}])
        with speaking(code):
            submit(french, store, delegate, "mini")
    for stage in ("collect", "grade", "feedback"):
        done = run_course(french.root, stage)
        assert done.returncode == 0, done.stderr
    pages = {one: (french.assessments / "feedback" / one / "mini" / "mini.html").read_text(encoding="utf-8") for one in ("d-1", "d-2")}
    assert '<html lang="fr" dir="ltr">' in pages["d-1"] and '<html lang="en" dir="ltr">' in pages["d-2"]
    assert french.bank("mini").questions[0].explanation[:20] in pages["d-1"]


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_the_interface_is_complete_in_the_six_languages(code: str) -> None:
    """Has every message of questions, panels, pages and explorers a translation that works?"""
    from course.i18n.files import homes

    for home in homes(Course(REPOSITORY, {})):
        if home.name in ("interface", "explorers"):
            found = state(home, code, template(home))
            assert (home.name, found.missing, found.stale, found.faults) == (home.name, 0, 0, ())


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_remittances_is_complete(code: str) -> None:
    """In French and Arabic: are the lesson, its practice, the assessment, the explorers, the list of modules and the pages complete?"""
    from course.i18n.files import homes

    needed = ("interface", "explorers", "effects", "course", "remittances")
    found = [state(home, code, template(home)) for home in homes(Course(REPOSITORY, {})) if home.name in needed]
    assert len(found) == len(needed) + 1  # a module has two: lesson with practice, and assessment
    behind = [(one.home, one.missing, one.stale, one.faults) for one in found if one.done != one.total or one.faults]
    assert behind == []


def test_saying_is_quick_to_fail(tmp_path: Path) -> None:
    """Is a folder without translations no fault, and nothing said for it?"""
    assert sayer([tmp_path / "none.po"])("x") is None
    with speaking("fr"):
        assert _("a text that nobody marked") == "a text that nobody marked"


def test_messages_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """In an f-string, within another call, in two forms, joined from two literals: is each found once, and a name in brackets not?"""
    path = tmp_path / "some.py"
    path.write_text("f'<p>{html(_(\"Within\"))}</p>'\n" + 'show(_("After", ), ngettext("{n} rule", "{n} rules", 3))\nTITLE = N_("One "\n  "line")\n_(TITLE)\n', encoding="utf-8")
    assert list(messages(path, "python")) == ["Within", "After", ("{n} rule", "{n} rules"), "One line"]
