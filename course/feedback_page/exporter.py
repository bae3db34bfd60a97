"""Makes nbgrader's feedback step, stock or ours, write the course's own page instead of a notebook with its hidden parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook

from course.collected import read_answers
from course.feedback_page.render import render
from course.feedback_page.view import page_view
from course.marks import marks_of
from course.nbgrader_setup import CourseFolder, course_of


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
        submission = read_answers(autograded, course, delegate, slug)
        with Gradebook(place["db_url"], course.id) as book:
            marks = marks_of(book.db.connection(), slug, delegate)
        return render(page_view(course.file.title, course.bank(slug), course.sources, submission, marks))
