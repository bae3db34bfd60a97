"""A process that has imported everything and runs each command in a fork of itself, so that a thousand runs cost minutes.

A run can be killed with SIGKILL at its nth step, or after some time. A step is whatever touches the disk or the gradebook:
half a write and the rest of it, opening, renaming, removing, forcing to disk, each SQL statement, each commit.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Done:
    """How a run ended: its exit code (-9: killed), how many steps it took (None: killed), what it printed, what it acknowledged."""

    code: int
    steps: int | None
    out: str
    err: str
    said: list[Any]

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def normal(self) -> bool:
        """Ended as a command ends: everything well, or something refused in clear words."""
        return self.code in (0, 1) and "Traceback" not in self.err


class Zygote:
    """The process, seen from a test; one run at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reliability.zygote"], cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, root: Path, *what: Any, kill_at: int = 0, kill_after: float = 0, **variables: str) -> Done:
        """`course …` in a folder, or an operation of `reliability.operations` where the first word is its name and a colon."""
        self.start(root, *what, kill_at=kill_at, kill_after=kill_after, **variables)
        return self.finish()

    def start(self, root: Path, *what: Any, kill_at: int = 0, kill_after: float = 0, **variables: str) -> None:
        request = {"root": str(root), "what": [str(word) for word in what], "at": kill_at, "after": kill_after, "env": variables, "folder": str(self._folder)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def finish(self) -> Done:
        assert self._process.stdout is not None
        code = json.loads(self._process.stdout.readline())
        out, err, said = ((self._folder / name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err", "said"))
        told = [json.loads(line) for line in said.split("\n")[:-1]]
        steps = next((one["steps"] for one in told if isinstance(one, dict) and "steps" in one), None)
        return Done(code, steps, out, err, [one for one in told if not (isinstance(one, dict) and "steps" in one)])

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


class _Steps:
    """Counts steps, and ends the process at the wanted one as `kill -9` does."""

    _EVENTS = ("open", "os.", "shutil.", "sqlite3.", "fcntl.")

    def __init__(self, last: int) -> None:
        self.last, self.count, self.on = last, 0, True

    def __call__(self) -> None:
        if not self.on:
            return
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self) -> None:
        import sqlalchemy
        from sqlalchemy.engine import Engine

        def audit(event: str, _: Any) -> None:
            if event.startswith(self._EVENTS) and not event.startswith("os.fork"):
                self()

        sys.addaudithook(audit)
        for name in ("fsync", "write"):
            setattr(os, name, self._in_two(getattr(os, name)) if name == "write" else self._before(getattr(os, name)))
        for name in ("write_text", "write_bytes"):
            setattr(Path, name, self._torn(name))
        sqlalchemy.event.listen(Engine, "before_cursor_execute", lambda *_: self())
        sqlalchemy.event.listen(Engine, "after_cursor_execute", lambda *_: self())
        sqlalchemy.event.listen(Engine, "commit", lambda *_: self())

    def _before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self()
            return real(*arguments)

        return call

    def _in_two(self, real: Callable[..., int]) -> Callable[..., int]:
        """A short write, as the operating system may do: callers must go on with the rest."""

        def write(descriptor: int, data: Any) -> int:
            self()
            written = real(descriptor, data[: len(data) // 2] if len(data) > 1 else data)
            self()
            return written

        return write

    def _torn(self, name: str) -> Callable[..., int]:
        def write(path: Path, data: Any, encoding: str | None = None, errors: str | None = None, newline: str | None = None) -> int:
            options = {} if name == "write_bytes" else {"encoding": encoding, "errors": errors, "newline": newline}
            with path.open("wb" if name == "write_bytes" else "w", **options) as file:
                for part in (data[: len(data) // 2], data[len(data) // 2 :]):
                    file.write(part)
                    file.flush()
                    self()
            return len(data)

        return write


def _child(request: dict[str, Any], said: int) -> int:
    from course import cli
    from reliability import operations

    os.chdir(request["root"])
    os.environ.update(request["env"])
    steps, write = _Steps(request["at"]), os.write
    steps.hook()

    def say(what: Any) -> None:
        write(said, (json.dumps(what) + "\n").encode())

    first, *rest = request["what"]
    if first.endswith(":"):
        getattr(operations, first[:-1])(say, *rest)
        code = 0
    else:
        code = cli.main(request["what"])
    steps.on = False
    say({"steps": steps.count})
    return code


def _fork(request: dict[str, Any]) -> int:
    folder = Path(request["folder"])
    files = [os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in ("out", "err", "said")]
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(files[0], 1)
            os.dup2(files[1], 2)
            code = _child(request, files[2])
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 71
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    for file in files:
        os.close(file)
    if request["after"]:
        time.sleep(request["after"])
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    import course.collect
    import course.feedback
    import course.grade
    import course.gradebook
    import course.report
    import course.submit
    import course.widgets.practice  # noqa: F401  every kind
    from reliability import operations  # noqa: F401

    # A child that collects garbage would copy all that it shares with this process.
    gc.collect()
    gc.freeze()
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        answers.write(json.dumps(_fork(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
