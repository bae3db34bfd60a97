"""The steps that stock `nbgrader autograde` runs in place of executing a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.preprocessors.base import NbGraderPreprocessor

from course import settled
from course.attempts import counting
from course.collected import read_attempts
from course.extensions import read_extensions
from course.late import settle_penalties
from course.nbgrader_setup import course_of
from course.policy import NONE_GRANTED
from course.scoring import bank_digest, check_release, graded_notebook, needs_person
from course.submission import Submission, SubmissionError


class PristineNotebook(NbGraderPreprocessor):
    """Replace the submitted notebook by the released one: a delegate's copy is never used."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        course = course_of(self.parent.parent.coursedir)
        slug = resources["nbgrader"]["assignment"]
        return nbformat.read(course.release / slug / f"{slug}.ipynb", as_version=4), resources


class ScoreAnswers(NbGraderPreprocessor):
    """Read the answers beside the notebook, score them, and write the marks as outputs."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        course = course_of(self.parent.parent.coursedir)
        place = resources["nbgrader"]
        bank = course.built_bank(place["assignment"])
        check_release(nb, bank)
        attempts = read_attempts(Path(resources["metadata"]["path"]), course, place["student"], bank.id)
        extensions = read_extensions(course, bank.id)
        try:
            counted = counting(bank, attempts, extensions.get(place["student"], NONE_GRANTED))
        except SubmissionError:
            _forget_if_new(place)
            raise
        for note in counted.notes:
            self.log.warning("%s, %s: %s", place["student"], bank.id, note)
        resources["course"] = {
            "bank": bank, "extensions": extensions, "submission": counted.submission, "scored": counted.scored, "key": bank_digest(bank),
        }  # fmt: skip
        return nbformat.from_dict(graded_notebook(nb, counted.submission, counted.scored)), resources


def _forget_if_new(place: Any) -> None:
    """nbgrader has made rows for a submission before anybody looked into it; where nothing of it counts, none shall stay."""
    with Gradebook(place["db_url"]) as gradebook:
        submission = gradebook.find_submission(place["assignment"], place["student"])
        if settled.read(gradebook.db.connection(), [notebook.id for notebook in submission.notebooks]):
            return
        gradebook.remove_submission(place["assignment"], place["student"])
        student = gradebook.find_student(place["student"])
        if not student.submissions and not (student.first_name or student.last_name or student.email):
            gradebook.remove_student(place["student"])


class SaveMarks(SaveAutoGrades):
    """nbgrader's own saving of marks, except that a mark which a person must give is never guessed.

    Also keeps, beside the grades, which answers they belong to, so that manual marks outlast a corrected key.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        graded = resources["course"]
        submission: Submission = graded["submission"]
        self.rows = {row.cell: row for row in graded["scored"].rows}
        self.before: dict[str, str] | None = None
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(self.notebook_id, self.assignment_id, self.student_id)
            # nbgrader took the time of the newest attempt; the marks may be those of an earlier one.
            notebook.assignment.timestamp = submission.time.replace(tzinfo=None)
            answers = {row.cell: row.answered for row in graded["scored"].rows}
            settled.write(gradebook.db.connection(), {notebook.id: settled.Settled(submission.receipt, graded["key"], answers)})
            gradebook.db.commit()
        return nb, resources

    def _add_score(self, cell: Any, resources: Any) -> None:
        """As nbgrader's own, but for what waits, and in one transaction for the notebook: a commit for each cell is half of the time."""
        row = self.rows.pop(cell.metadata.nbgrader.grade_id)
        grade = self.gradebook.find_grade(row.cell, self.notebook_id, self.assignment_id, self.student_id)
        if self.before is None:
            known = settled.read(self.gradebook.db.connection(), [grade.notebook_id])
            self.before = known[grade.notebook_id].answers if known else {}
        same = self.before.get(row.cell) == row.answered
        grade.needs_manual_grade = needs_person(row.auto_score, grade.manual_score, grade.needs_manual_grade, same)
        grade.auto_score = row.auto_score
        if not self.rows:
            self.gradebook.db.commit()


class TakeLatePenalties(AssignLatePenalties):
    """The policy's penalty where the assessment has a due time of its own, nbgrader's plugin where it has none."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        graded, place = resources["course"], resources["nbgrader"]
        if graded["bank"].policy.due is None:
            return super().preprocess(nb, resources)
        with Gradebook(place["db_url"]) as gradebook:
            settle_penalties(gradebook.db.connection(), graded["bank"], graded["extensions"], place["student"])
            gradebook.db.commit()
        return nb, resources
