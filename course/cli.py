"""The command line: one command for each stage of the pipeline. `course COMMAND --help` shows an example."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable

from course.content import Course
from course.errors import CourseError
from course.i18n import SOURCE
from course.progress import Bar

Command = Callable[[argparse.Namespace], int]


def main(argv: list[str] | None = None) -> int:
    """Run a command. Exit status: 0 success, 1 a fault in the input (said in clear lines), 2 wrong usage."""
    # jsonschema builds forty grammars from it as it is imported, a second and a half of every command, for addresses that
    # no notebook holds; where it is missing, jsonschema does without.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    arguments = _parser().parse_args(argv)
    try:
        status = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does; Python must not complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A full disk, a folder without permission: the operator's to mend, and a traceback would hide which one.
        print(f"{error.filename or 'course'}: {(error.strerror or str(error)).lower()}: check its permissions and the space left", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="course", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Command, summary: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=summary, description=summary, epilog=f"example: {example}", formatter_class=argparse.RawDescriptionHelpFormatter
        )
        added.set_defaults(run=run)
        return added

    check = command("check", _check, "Check all content and say what to mend, file and line.", "course check")
    check.add_argument("--summary", action="store_true", help="also print words, minutes, questions and kinds of each module")

    command("build", _build, "Make the assessments' notebooks and the gradebook's rows from the question files.", "course build")

    publish = command("publish", _publish, "Make the delegates' tree, which holds no key.", "course publish var/published")
    publish.add_argument("dir", nargs="?", type=Path, help="where to (default: var/published)")

    serve = command("serve", _serve, "Serve the delegates' tree through Voilà on 127.0.0.1.", "course serve --port 8866")
    serve.add_argument("dir", nargs="?", type=Path, help="the published tree (default: var/published)")
    serve.add_argument("--port", type=_port, default=8866, help="port (default: 8866)")

    submit = command("submit", _submit, "Submit the stored answers of the delegate of this machine.", "course submit remittances")
    submit.add_argument("assessment")

    collect = command("collect", _collect, "Collect submissions from the exchange, or from files that delegates sent.", "course collect passport-anna.json")
    collect.add_argument("files", nargs="*", type=Path, metavar="FILE", help="passports or answers.json files; none: the exchange")

    grade = command("grade", _grade, "Score what was collected into the gradebook.", "course grade remittances")
    grade.add_argument("assessment", nargs="?", help="one assessment (default: all)")

    summary = "Make or refresh assessments/second/, where a second marker marks without seeing the first one's marks."
    second = command("second", _second, summary, "course second")

    feedback = command("feedback", _feedback, "Make each delegate's feedback page and release it.", "course feedback remittances")
    feedback.add_argument("assessment", nargs="?", help="one assessment (default: all)")

    extend = command(
        "extend", _extend, "Grant one delegate more time or more attempts.", 'course extend d-4f1c remittances --until "2026-12-20 18:00 Africa/Nairobi"'
    )
    extend.add_argument("delegate")
    extend.add_argument("assessment")
    extend.add_argument("--until", metavar="TIME", help="a new due time with its zone")
    extend.add_argument("--revoke", action="store_true", help="take back what was granted")
    extend.add_argument("--attempts", type=_count, metavar="N", help="attempts beyond those of everybody")

    report = command("report", _report, "Write the cohort's table and each question's statistics.", "course report")
    report.add_argument("dir", nargs="?", type=Path, help="where to (default: var/report)")

    give = command("export-delegate", _export, "Write everything that is kept about one delegate into a zip.", "course export-delegate d-4f1c --to d-4f1c.zip")
    give.add_argument("delegate")
    give.add_argument("--to", type=Path, metavar="FILE.zip", help="where to (default: var/export/DELEGATE.zip)")

    drop = command("forget", _forget, "Remove everything that is kept about one delegate; without --yes, say what that is.", "course forget d-4f1c --yes")
    drop.add_argument("delegate")
    drop.add_argument("--yes", action="store_true", help="remove it; nothing brings it back")

    demo = command("demo", _demo, "Run the whole pipeline on the real questions with simulated delegates.", "course demo --delegates 25")
    demo.add_argument("--delegates", type=_count, default=25, metavar="N", help="how many (default: 25)")

    i18n = command("i18n", _i18n, "Say what is translated, missing or stale, or bring the PO files up to the texts as they are now.", "course i18n status fr")
    i18n.add_argument("action", choices=("status", "update"), help="status: look; update: add new texts and mark changed ones as fuzzy; with a language named, begin its files")
    i18n.add_argument("languages", nargs="*", metavar="LANGUAGE", help="such as fr (default: every language of the course)")

    for stage in (check, collect, grade, second, report, demo, i18n):
        stage.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port lies between 1 and 65535")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one")
    return number


def _tree(arguments: argparse.Namespace) -> Path:
    return arguments.dir or Course.find().root / "var" / "published"


def _json(result: Any) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1, default=str)


def _told(result: Any, as_json: bool = False) -> int:
    """Say what a stage did, refusals first and one by one; the exit status is 1 where something was refused."""
    found = asdict(result)
    refused = getattr(result, "refused", [])
    if as_json:
        print(_json(found))
    else:
        for refusal in refused:
            print(f"refused: {refusal}", file=sys.stderr)
        for name in ("notes", "moved"):
            for line in getattr(result, name, []):
                print(f"{name.removesuffix('s')}: {line}")
        counts = {name: len(value) if isinstance(value, list) else value for name, value in found.items()}
        print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if not isinstance(count, dict)))
    return 1 if refused else 0


def _check(arguments: argparse.Namespace) -> int:
    from course.check import check, summary

    course = Course.find()
    report = check(course)
    rows = summary(course) if arguments.summary and not report.faults else []
    if arguments.json:
        print(_json({"faults": report.faults, "warnings": report.warnings, "summary": rows}))
    else:
        for fault in report.faults:
            print(fault, file=sys.stderr)
        for warning in report.warnings:
            print(f"warning: {warning}")
        for row in rows:
            print(", ".join(f"{key}: {value}" for key, value in row.items()))
        if not report.faults:
            print("All content is in order.")
    return 1 if report.faults else 0


def _build(arguments: argparse.Namespace) -> int:
    from course.build import build

    with Bar() as bar:
        result = build(Course.find(), bar)
    return _told(result)


def _publish(arguments: argparse.Namespace) -> int:
    from course.publish import publish

    target = _tree(arguments)
    fresh = publish(Course.find(), target)
    print(f"Published to {target}" if fresh else f"{target} is up to date")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from course.serve import serve

    tree = _tree(arguments)
    home = Course(Path.cwd(), os.environ) if arguments.dir else Course.find()
    serve(tree, arguments.port, home.answers, home.exchange)
    return 0


def _submit(arguments: argparse.Namespace) -> int:
    from course.errors import AnswerError, ClosedError, SaveError
    from course.identity import delegate_id
    from course.store import FolderStore
    from course.submission import short_receipt
    from course.submit import DeliveryError, deliver, submit, unfinished

    course = Course.find()
    course.module(arguments.assessment)
    try:
        who = FolderStore(course.answers), delegate_id(os.environ, course.answers), arguments.assessment
        waiting = unfinished(course, *who)
        attempt = deliver(course, *who, waiting) if waiting else submit(course, *who)
    except (AnswerError, ClosedError, SaveError, DeliveryError, ValueError) as error:
        raise CourseError(str(error)) from error
    frozen = attempt.submission
    where = "handed over" if attempt.delivered else "kept; there is no exchange here, so send your passport"
    print(f"Attempt {frozen['attempt']} with {len(frozen['answers'])} answers, receipt {short_receipt(frozen['receipt'])}: {where}.")
    return 0


def _collect(arguments: argparse.Namespace) -> int:
    from course.collect import collect

    with Bar() as bar:
        result = collect(Course.find(), arguments.files, bar)
    return _told(result, arguments.json)


def _grade(arguments: argparse.Namespace) -> int:
    from course.alone import alone
    from course.grade import grade

    course = Course.find()
    with alone(course, "course grade"), Bar() as bar:
        result = grade(course, arguments.assessment, progress=bar)
    return _told(result, arguments.json)


def _second(arguments: argparse.Namespace) -> int:
    from course.second import second

    with Bar() as bar:
        result = second(Course.find(), bar)
    return _told(result, arguments.json)


def _feedback(arguments: argparse.Namespace) -> int:
    from course.feedback import feedback

    with Bar() as bar:
        result = feedback(Course.find(), arguments.assessment, progress=bar)
    return _told(result)


def _extend(arguments: argparse.Namespace) -> int:
    from course.extensions import grant, revoke

    if arguments.revoke:
        taken = revoke(Course.find(), arguments.delegate, arguments.assessment)
        print(f"{arguments.delegate} {'has no extension any more' if taken else 'had no extension'} for {arguments.assessment}.")
        return 0
    if arguments.until is None and arguments.attempts is None:
        raise CourseError("say what to grant: --until TIME, --attempts N, or both")
    found = grant(Course.find(), arguments.delegate, arguments.assessment, arguments.until, arguments.attempts)
    told = [f"until {found.until}"] if found.until else []
    told += [f"{found.attempts} more attempt{'s' if found.attempts > 1 else ''}"] if found.attempts else []
    print(f"{arguments.delegate} has {' and '.join(told)} for {arguments.assessment}. The page shows it when it is opened anew; run `course grade` for marks.")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from course.report import report

    course = Course.find()
    result = report(course, arguments.dir or course.root / "var" / "report")
    print(_json(result.as_dict()) if arguments.json else result.words)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from course.export import export

    result = export(Course.find(), arguments.delegate, arguments.to)
    for refusal in result.refused:
        print(f"refused: {refusal}", file=sys.stderr)
    print(f"{len(result.files)} files in {result.path}; look into it before you hand it over.")
    return 1 if result.refused else 0


def _forget(arguments: argparse.Namespace) -> int:
    from course.alone import alone
    from course.forget import BEYOND, forget

    course = Course.find()
    with alone(course, "course forget") if arguments.yes else nullcontext():
        result = forget(course, arguments.delegate, really=arguments.yes)
    for item in result.gone:
        print(f"{'removed' if arguments.yes else 'would remove'}: {item}")
    for note in result.notes:
        print(f"note: {note}")
    print(result.words)
    print(BEYOND)
    if not arguments.yes:
        print(f"Nothing is removed yet. To remove it: course forget {arguments.delegate} --yes")
    return 0


def _i18n(arguments: argparse.Namespace) -> int:
    from course.i18n.status import status, table, update

    course = Course.find()
    known = [code for code in course.file.languages if code != SOURCE]
    odd = [code for code in arguments.languages if code not in known]
    if odd:
        raise CourseError(f"`{odd[0]}` is not a language that this course is translated into; modules/course.yml has {', '.join(known) or 'none'}")
    codes = arguments.languages or known
    found = update(course, codes, begin=bool(arguments.languages)) if arguments.action == "update" else status(course, codes)
    print(_json([one.as_dict() for one in found]) if arguments.json else table(found))
    return 1 if any(one.faults for one in found) else 0


def _demo(arguments: argparse.Namespace) -> int:
    from course.demo import run_demo, table

    result = run_demo(Course.find().root, arguments.delegates)
    print(_json(result) if arguments.json else table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
