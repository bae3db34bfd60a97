"""Forget: take everything of one delegate out of the course. Every step can be repeated, so a run that was cut short is finished by another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from course import books
from course.content import Course
from course.extensions import forget_grants
from course.person import EXTENSIONS, PLACES, ROWS, SHARED, Person, elsewhere, find, unknown
from course.submission import is_delegate

BEYOND = """\
This cannot reach: passports, receipts and e-mails that the delegate has or sent; backups; gradebooks, reports and exports that were moved
or copied elsewhere, a second marker's copy too; the logs of a web server; copies in a browser.
A passport of this delegate that is collected later (`course collect FILE`) brings them back. So does a page of theirs that is still open,
when it saves; their browser keeps its cookie, so whoever opens the course in it again begins anew under the same number."""


@dataclass
class ForgetResult:
    """What goes, or has gone: how many of each kind, and each one in words; and what the instructor should look at."""

    counts: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return ", ".join(f"{number} {name}" for name, number in self.counts.items() if number)


def forget(course: Course, delegate: str, *, really: bool = False) -> ForgetResult:
    """Say what is kept of a delegate, or, `really`, remove it. Raises CourseError where there is nothing, or something cannot be used."""
    person = find(course, delegate)
    result = ForgetResult()
    steps = _steps(person, result)
    if really:
        for step in steps:
            step()
    if not any(result.counts.values()):
        raise unknown(delegate)
    result.notes = [f"reports and logs told of {delegate} among others, so those files go whole: `course report` makes the report anew"] if result.counts[SHARED] else []
    result.notes += _notes(person)
    return result


def _steps(person: Person, result: ForgetResult) -> list[Callable[[], None]]:
    """How to remove everything, in the order of `PLACES`. All of it is found before the first thing goes."""
    steps: list[Callable[[], None]] = []
    course, delegate = person.course, person.delegate
    for place in PLACES:
        if place == EXTENSIONS:
            result.counts[place] = len(person.extensions)
            result.gone += [f"the extension for {slug}" for slug in person.extensions]
            steps.append(lambda: forget_grants(course, delegate))
        elif place == ROWS:
            for book in person.books:
                number = books.count(book, delegate)
                result.counts[place] = result.counts.get(place, 0) + number
                result.gone += [f"{number} rows in {_short(course, book.file) if book.file else book}"] if number else []
                # Also where there are none: a run that was cut short may have left them in the file's free pages.
                steps.append(lambda book=book: books.remove(book, delegate))  # type: ignore[misc]
        else:
            found = person.there(place)
            result.counts[place] = len(found)
            result.gone += [_short(course, path) for path in found]
            steps += [lambda path=path: _remove(path) for path in found]  # type: ignore[misc]
    return steps


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _notes(person: Person) -> list[str]:
    """What else names the delegate: another number's work, where a passport was loaded, and copies that somebody made."""
    course = person.course
    stages = [course.assessments / "submitted", course.assessments / "autograded", course.exchange / course.id / "inbound", course.answers]
    homes = [home.absolute() for home in stages]
    others, copies = set(), []
    for path in elsewhere(person):
        # In the exchange a folder's name begins with the id, and with a dot before it while it is not whole.
        owner = next((path.relative_to(home).parts[0].split("+")[0].lstrip(".") for home in homes if path.is_relative_to(home)), "")
        if is_delegate(owner):
            others.add(owner)
        else:
            copies.append(path)
    told = [f"what {name} keeps names {person.delegate}, whose passport was loaded there: the same person? Then forget {name} as well" for name in sorted(others)]
    return told + [f"{_short(course, path)} names {person.delegate} too and is left as it is: delete it if it is a copy" for path in copies]


def _short(course: Course, path: Path) -> str:
    return str(path.relative_to(course.root)) if path.is_relative_to(course.root) else str(path)
