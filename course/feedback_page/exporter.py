"""Makes nbgrader's feedback step, stock or ours, write the course's own page instead of a notebook with its hidden parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook

from course.collected import attempt_of
from course.extensions import last_closing, read_extensions
from course.feedback_page.render import render, render_withheld
from course.feedback_page.view import page_view
from course.i18n import LANGUAGES, SOURCE, speaking
from course.i18n.forms import when
from course.late import settle_penalties
from course.marks import marks_of
from course.nbgrader_setup import CourseFolder, course_of
from course.submission import as_time, now


class FeedbackPage(Exporter):
    """The page of one graded submission, from its answers, the questions and the gradebook; the notebook is not used."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kwargs: Any) -> tuple[str, Any]:
        folder = self.parent.coursedir
        place = resources["nbgrader"]
        try:
            html = self._page(folder, place, Path(resources["metadata"]["path"]))
        except Exception as error:
            if isinstance(folder, CourseFolder):
                folder.faults = [*folder.faults, (place["student"], str(error))]
            raise
        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        if isinstance(folder, CourseFolder):
            folder.done(place["student"])
        return html, resources

    def _page(self, folder: Any, place: dict[str, str], autograded: Path) -> str:
        course = course_of(folder)
        slug, delegate = place["assignment"], place["student"]
        bank = course.built_bank(slug)
        extensions = read_extensions(course, slug)
        last = last_closing(bank.policy, extensions)
        disclosed = bank.policy.disclosed(as_time(now()), last)
        if disclosed == "nothing":
            later = bank.policy.feedback == "after-due" and last is not None
            return render_withheld(f"{course.file.title}: {bank.title}", when(last) if later else "")
        with Gradebook(place["db_url"], course.id) as book:
            settle_penalties(book.db.connection(), bank, extensions, delegate)
            book.db.commit()
            marks = marks_of(book.db.connection(), slug, delegate)
        submission = attempt_of(autograded, course, delegate, slug, marks.receipt)
        with speaking(submission.language if submission.language in LANGUAGES else SOURCE):
            return render(page_view(course.file.title, course.bank(slug), course.sources, submission, marks, disclosed))
