"""How nbgrader is set up for this course: one place, used by the stock commands and by the stages alike."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata
from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool
from traitlets import Any as AnyTrait
from traitlets import List
from traitlets.config import Config, PyFileConfigLoader

from course.content import Course
from course.errors import CourseError, Fault

PLACEHOLDER = "*The text that you write in the form above is placed here when you submit it.*"
"""What a written answer's cell holds until its answer comes; nbgrader gives 0 to a cell that still holds it."""


PATIENCE = 60
"""Seconds that whoever writes into the gradebook waits for somebody else's writing to end; a stage writes for a second or two."""


@event.listens_for(Pool, "connect")
def _be_patient(connection: Any, _: Any) -> None:
    """Without this, formgrader beside a stage, or a stage beside `nbgrader autograde`, gives up after five seconds."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"pragma busy_timeout = {PATIENCE * 1000}")


_AT_WORK: ContextVar[Course | None] = ContextVar("course_at_work", default=None)
"""The course whose configuration file a stage is reading, so that the file does not look for one itself."""


def configure(config: Config, folder: Path | None = None) -> Config:
    """Fill in nbgrader's configuration for the course that a folder belongs to.

    A folder inside `assessments/` that has a configuration file, a second marker's, is a course directory of its own:
    with its own gradebook, and an exchange that no delegate uses, so that nothing is collected into it or released from it.
    """
    from course.feedback_page.exporter import FeedbackPage
    from course.steps import PristineNotebook, SaveMarks, ScoreAnswers, TakeLatePenalties

    course = _AT_WORK.get() or Course.find(folder)
    ensure_tools()
    config.CourseDirectory.course_id = course.id
    config.CourseDirectory.root = str(course.assessments)
    # generate_assignment releases whatever lies beside a notebook: editors' droppings must not travel.
    config.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".*", "*~"]
    config.Exchange.root = str(course.exchange)
    if folder is not None and course.assessments.resolve() in folder.resolve().parents:
        config.CourseDirectory.root = str(folder.resolve())
        config.CourseDirectory.db_url = f"sqlite:///{folder.resolve() / 'gradebook.db'}"
        config.Exchange.root = str(folder.resolve() / "exchange")
    config.Exchange.timezone = "UTC"
    # Submissions are put there by the server for the delegates, so who owns the files says nothing.
    config.ExchangeCollect.check_owner = False
    config.ClearSolutions.text_stub = PLACEHOLDER
    # The delegate's copy of the notebook is replaced, then scored from answers.json; nothing is executed.
    config.Autograde.sanitize_preprocessors = [PristineNotebook]
    config.Autograde.autograde_preprocessors = [ScoreAnswers, SaveMarks, TakeLatePenalties, CheckCellMetadata]
    config.GenerateFeedback.exporter_class = FeedbackPage
    config.GenerateFeedback.preprocessors = []
    return config


def config_for(course: Course) -> Config:
    """The same configuration for a course that a stage holds in its hands, with what an instructor added to its file."""
    name = "nbgrader_config.py"
    token = _AT_WORK.set(course)
    try:
        if not (course.assessments / name).is_file():
            return configure(Config())
        return PyFileConfigLoader(name, path=str(course.assessments)).load_config()
    except Exception as error:
        raise CourseError(Fault(course.assessments / name, None, f"cannot be used ({type(error).__name__}: {error}): mend it")) from error
    finally:
        _AT_WORK.reset(token)


def ensure_tools() -> None:
    """Let nbgrader find `alembic`, which it calls by name when it makes a gradebook. Raises CourseError."""
    if shutil.which("alembic"):
        return
    tools = os.path.dirname(sys.executable)
    if shutil.which("alembic", path=tools):
        os.environ["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", "")])
        return
    raise CourseError(
        Fault(tools, None, "the command `alembic` is not here, and nbgrader cannot make a gradebook without it: install the course again")
    )


class CourseFolder(CourseDirectory):
    """nbgrader's course directory that also carries the course itself, and what went wrong with single submissions."""

    course: Course = AnyTrait()
    faults: list[tuple[str, str]] = List()
    done: Any = AnyTrait(lambda delegate: None)
    """Called with each delegate whose page was made."""


def folder_for(course: Course, assignment: str, config: Config, delegate: str = "*") -> CourseFolder:
    return CourseFolder(config=config, course=course, assignment_id=assignment, student_id=delegate)


def course_of(folder: CourseDirectory) -> Course:
    """The course whose directory nbgrader works on: handed over by a stage, or found on disk by a stock command."""
    return folder.course if isinstance(folder, CourseFolder) else Course.find(Path(folder.root))


def gradebook_url(course: Course) -> str:
    return CourseFolder(config=config_for(course), course=course).db_url


def open_gradebook(course: Course) -> Gradebook:
    """The cohort's gradebook, made when it is not there; use it in a `with` block."""
    ensure_tools()
    url = gradebook_url(course)
    try:
        return Gradebook(url, course.id)
    except DBAPIError as error:
        raise gradebook_fault(url, error) from error


def gradebook_fault(url: str, error: DBAPIError) -> CourseError:
    """What to tell about a gradebook that could not be read or written."""
    place = make_url(url).render_as_string(hide_password=True)
    return CourseError(Fault(place, None, f"the gradebook cannot be used ({error.orig}): close what else writes to it, and run this again"))


class Listener(logging.Handler):
    """Keeps what nbgrader logs while one of its steps runs, so that a failure can be told in one line."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip())

    @property
    def reason(self) -> str:
        """The last line of the first traceback, or of what was said first."""
        told = next((line for line in self.lines if line.startswith("Traceback")), self.lines[0] if self.lines else "no reason given")
        return told.splitlines()[-1]


def start(step: Any) -> Listener:
    """Run one of nbgrader's converters or exchange steps without its chatter; returns what it logged as errors.

    Whatever the step raises is raised; its log then tells why.
    """
    listener = Listener()
    step.log = logging.Logger("nbgrader", logging.INFO)
    step.log.addHandler(listener)
    try:
        step.start()
    except BaseException as error:
        error.add_note(listener.reason)
        raise
    return listener
