"""The assessment's notebook, made from the questions: one cell for each question asked, no key, the same bytes every time."""

from __future__ import annotations

from typing import Any

from nbformat import v4

from course.bank import Bank
from course.scoring import FORM

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

HOW = """# {title}: assessment

Run the cells from top to bottom: choose *Run*, then *Run All Cells*. Each question appears with its form, and your \
answers are saved as you give them. The assessment on the module's page shows the same questions and the same answers.

When you are done, choose **Submit** in the last form. Answers come back with marks and explanations once feedback is \
released; {person}the pass mark is {percent:g} per cent."""


def assessment_notebook(bank: Bank) -> Any:
    """The source notebook of an assessment; it holds ids and points, and nothing that could give a key away."""
    written = any(question.kind.marked_by_person for question in bank.cells.values())
    person = "a person marks the written answers, and " if written else ""
    how = HOW.format(title=bank.title, person=person, percent=bank.pass_percent)
    cells = [
        v4.new_markdown_cell(how, id="_title"),
        _code("_start", f'from course import Module\n\nmodule = Module("{bank.id}")'),
    ]
    for cell, question in bank.cells.items():
        show = f'module.question("{cell}")'
        if question.kind.marked_by_person:
            cells.append(_code(cell + FORM, show))
            grading = _grading(cell, grade=True, solution=True, locked=False, points=question.points)
            cells.append(v4.new_markdown_cell("", id=cell, metadata={"nbgrader": {**grading, "cell_type": "markdown"}}))
        else:
            cells.append(_code(cell, show, points=question.points))
    cells.append(_code("_submit", "module.submit()"))
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    return notebook


def _code(name: str, source: str, points: float | None = None) -> Any:
    """A locked code cell: a grade cell where it has points, else read-only."""
    grading = _grading(name, grade=points is not None, solution=False, locked=True, points=points)
    return v4.new_code_cell(source, id=name, metadata={"nbgrader": {**grading, "cell_type": "code"}})


def _grading(name: str, *, grade: bool, solution: bool, locked: bool, points: float | None) -> dict[str, Any]:
    found = {"schema_version": 3, "grade_id": name, "grade": grade, "solution": solution, "locked": locked, "task": False}
    return found if points is None else {**found, "points": points}
