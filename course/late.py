"""What lateness costs, written into the gradebook: from the policy, the extensions, and the marks as they are now.

A penalty is a share of the points, so it changes when a person marks a written answer or a key is corrected. Every stage
that reads or writes marks settles it first; where an assessment has no due time of its own, nbgrader's way holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone

from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Connection, select, update

from course.bank import Bank
from course.policy import NONE_GRANTED, Extension, Policy, moment


def settle_penalties(connection: Connection, bank: Bank, extensions: Mapping[str, Extension], delegate: str | None = None) -> None:
    """Make penalties and extensions in the gradebook those of the policy, for everybody or for one; the caller commits."""
    policy = bank.policy
    if policy.due is None:
        return
    notebook, submitted = SubmittedNotebook.__table__, SubmittedAssignment.__table__
    query = (
        select(notebook.c.id, notebook.c.late_submission_penalty, submitted.c.id, submitted.c.student_id, submitted.c.timestamp, submitted.c.extension)
        .join(submitted, submitted.c.id == notebook.c.assignment_id)
        .join(Assignment.__table__, Assignment.__table__.c.id == submitted.c.assignment_id)
        .where(Assignment.__table__.c.name == bank.id)
    )
    if delegate is not None:
        query = query.where(submitted.c.student_id == delegate)
    rows = connection.execute(query).all()
    totals = _totals(connection, bank.id)
    for name, penalty, submission, student, at, before in rows:
        granted = extensions.get(student, NONE_GRANTED)
        kept = 1.0 if at is None else policy.kept(at.replace(tzinfo=timezone.utc), granted)
        wanted = None if kept == 1 else round(totals.get(name, 0.0) * (1 - kept), 4)
        if wanted != penalty:
            connection.execute(update(notebook).where(notebook.c.id == name).values(late_submission_penalty=wanted))
        extension = extension_of(policy, granted)
        if extension != before:
            connection.execute(update(submitted).where(submitted.c.id == submission).values(extension=extension))


def extension_of(policy: Policy, granted: Extension) -> timedelta | None:
    """An extension as nbgrader keeps it: the time beyond everybody's due time."""
    due = policy.due_at(granted)
    return (due - moment(policy.due) or None) if due and policy.due else None


def _totals(connection: Connection, slug: str) -> dict[str, float]:
    """The points of every submitted notebook of an assessment, before any penalty."""
    grade, notebook = Grade.__table__, SubmittedNotebook.__table__
    query = (
        select(grade.c.notebook_id, grade.c.auto_score, grade.c.manual_score, grade.c.extra_credit)
        .join(notebook, notebook.c.id == grade.c.notebook_id)
        .join(SubmittedAssignment.__table__, SubmittedAssignment.__table__.c.id == notebook.c.assignment_id)
        .join(Assignment.__table__, Assignment.__table__.c.id == SubmittedAssignment.__table__.c.assignment_id)
        .where(Assignment.__table__.c.name == slug)
    )
    totals: dict[str, float] = {}
    for name, auto, manual, extra in connection.execute(query):
        given = auto if manual is None else manual
        totals[name] = totals.get(name, 0.0) + (given or 0.0) + (extra or 0.0)
    return totals
