"""Check: every content file, read as strictly as the engine reads it, with words for the lecturer who mends it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import nbformat

from course.bank import Bank, read_bank_with_lines
from course.content import Course, Source, po_file
from course.data import check_tables
from course.errors import AnswerError, CourseError, Fault
from course.explorers import contents, names
from course.i18n import SOURCE, speaking
from course.i18n.files import content_homes
from course.i18n.status import state, template
from course.reading import Lines, line_of
from course.shelf import stale
from course.text import count_words

MOST_CODE_LINES = 3
WORDS_A_MINUTE = 200
"""How fast people read in a language that is seldom their first."""


@dataclass
class Report:
    """What must be mended, and what should be looked at."""

    faults: list[Fault | str] = field(default_factory=list)
    warnings: list[Fault | str] = field(default_factory=list)


def check(course: Course, today: date | None = None) -> Report:
    """Read everything; never raises for faulty content, but lists it."""
    report, today = Report(), today or date.today()
    try:
        slugs, sources = course.slugs, course.sources
    except CourseError as error:
        report.faults += error.faults
        return report
    for slug in slugs:
        practice = _bank(report, course.modules / slug / "practice.yml", sources, today)
        graded = _bank(report, course.questions / f"{slug}.yml", sources, today)
        _lesson(report, course.lesson(slug), practice, graded)
    if not report.faults:  # a translation is held against texts that can be read
        _translations(report, course)
    report.faults += check_tables()
    for content in contents():
        report.faults += content.faults(set(sources))
        for file in content.files():
            report.warnings += [_recheck(file.path, line, claim, life, sources) for line, claim, life in file.stale(today)]
    return report


def summary(course: Course) -> list[dict[str, Any]]:
    """Words, minutes, questions and kinds of each module, for `course check --summary`."""
    rows = []
    for entry in course.file.modules:
        notebook = nbformat.read(course.lesson(entry.slug), as_version=4)
        practice, graded = course.practice(entry.slug), course.bank(entry.slug)
        words = sum(count_words(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
        rows.append(
            {
                "module": entry.slug,
                "words": words,
                "reading": round(words / WORDS_A_MINUTE),
                "minutes": entry.minutes,
                "explorers": sum("module.explorer(" in cell.source for cell in notebook.cells),
                "practice": len(practice.questions),
                "graded": len(graded.slots),
                "points": graded.max_points,
                "kinds": sorted({question.kind.name for question in graded.questions}),
            }
        )
    return rows


def _bank(report: Report, path: Path, sources: Mapping[str, Source], today: date) -> Bank | None:
    try:
        bank, lines = read_bank_with_lines(path)
    except CourseError as error:
        report.faults += error.faults
        return None
    for i, question in enumerate(bank.questions):
        _sources(report, path, lines, i, question.source, sources)
        if stale(question.as_of, bank.shelf_life, today):
            line = line_of(lines, ("questions", i, "as_of"))
            report.warnings.append(_recheck(path, line, question, bank.shelf_life, sources))
        for one in question.each():
            if not _proves_itself(report, path, line_of(lines, ("questions", i)), one):
                break
    if bank.policy.feedback == "at-once" and (bank.policy.attempts or 1) > 1:
        line = line_of(lines, ("policy",))
        report.warnings.append(Fault(path, line, "everybody can read the key between two attempts: `feedback: marks-only` or `after-due` keeps it back"))
    return bank


def _translations(report: Report, course: Course) -> None:
    """Translations that would break a page: a figure's place is missing, markup was changed, a question is none any more."""
    others = [code for code in course.file.languages if code != SOURCE]
    homes = [(home, template(home)) for home in content_homes(course)] if others else []
    for code in others:
        for home, texts in homes:
            if home.path(code).is_file():
                report.faults += [Fault(home.path(code), None, fault) for fault in state(home, code, texts).faults]
        for slug in course.slugs:
            with speaking(code):
                for read, folder in ((course.practice, course.modules), (course.bank, course.questions)):
                    try:
                        read(slug)
                    except CourseError as error:
                        report.faults += [Fault(po_file(folder, code, slug), None, f"a translation does not fit: {fault}") for fault in error.faults]


def _sources(report: Report, path: Path, lines: Lines, i: int, keys: list[str], known: Collection[str]) -> None:
    for k, key in enumerate(keys):
        if key not in known:
            line = line_of(lines, ("questions", i, "source", k))
            report.faults.append(Fault(path, line, f"the source `{key}` is not in modules/sources.yml: add it there or mend the key"))


def _recheck(path: Path, line: int | None, fact: Any, life: str, sources: Mapping[str, Source]) -> Fault:
    """What to look at again, and where."""
    where = "; ".join(sources[key].citation for key in fact.source if key in sources)
    return Fault(path, line, f"`{fact.id}` is as of {fact.as_of} and may stand for {life}: look whether it still holds in {where}")


def _proves_itself(report: Report, path: Path, line: int | None, question: Any) -> bool:
    """Whether its own key earns full marks, and its wrong samples less; where not, a fault says so."""
    before = len(report.faults)
    samples = question.samples()
    for answer in (*samples.right, *samples.wrong):
        try:
            question.read(answer)
        except AnswerError as error:
            report.faults.append(Fault(path, line, f"`{question.id}`: a delegate could not give the answer {answer!r}: {error}"))
            return False
    for answer in samples.right:
        points = question.score(question.read(answer)).points
        if points is not None and points != question.points:
            report.faults.append(Fault(path, line, f"`{question.id}`: its own key earns {points:g} of {question.points:g} points"))
    for answer in samples.wrong:
        points = question.score(question.read(answer)).points
        if points is None or points >= question.points:
            report.faults.append(Fault(path, line, f"`{question.id}`: the wrong answer {answer!r} earns full points; is the tolerance too wide?"))
    return len(report.faults) == before


def _lesson(report: Report, path: Path, practice: Bank | None, graded: Bank | None) -> None:
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        report.faults.append(Fault(path, None, "is missing: every module has its lesson"))
        return
    except Exception as error:  # nbformat trips in many ways over JSON that is no notebook; none may stop the check
        report.faults.append(Fault(path, None, f"is not a notebook that can be read ({type(error).__name__}): open and save it in JupyterLab"))
        return
    known = {"practice": practice, "question": graded}
    places = {method: list(bank.cells) for method, bank in known.items() if bank is not None}
    asked: dict[str, list[str]] = {"practice": [], "question": []}
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        if cell.outputs or cell.execution_count:
            report.faults.append(Fault(path, None, f"cell {number} has outputs: clear them (Edit, Clear outputs of all cells)"))
        if len(cell.source.splitlines()) > MOST_CODE_LINES:
            report.faults.append(Fault(path, None, f"cell {number} has more than {MOST_CODE_LINES} lines of code: move the code into the engine"))
        for method, argument in _calls(cell.source):
            bank = known.get(method)
            if bank is not None:
                asked[method].append(argument)
                if argument not in places[method]:
                    report.faults.append(Fault(path, None, f"cell {number} asks for the question `{argument}`, which its question file does not have"))
            elif method == "explorer":
                if argument not in names():
                    report.faults.append(Fault(path, None, f"cell {number} asks for the explorer `{argument}`; there are {', '.join(names())}"))
    for method, bank in known.items():
        if bank is not None:
            unasked = [name for name in places[method] if name not in asked[method]]
            if unasked:
                report.faults.append(Fault(path, None, f"the lesson does not show {', '.join(f'`{u}`' for u in unasked)}: add a cell with module.{method}(…)"))


def _calls(source: str) -> list[tuple[str, str]]:
    """Calls such as `module.practice("what-counts")`, as (method, argument)."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [
        (node.func.attr, node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
