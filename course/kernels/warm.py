"""The warm process: it has imported the course and read its files once, and forks a kernel for every page that asks.

A kernel that is forked has nothing left to import, and what it only reads it shares with all others. The server speaks to
this process over a socket that they alone hold; when the server ends, so does this process, and its kernels with it.
Start it with `WarmProcess`; `python -m course.kernels.warm` is what that runs.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from course.kernels.lesson_kernel import LessonKernelApp

PATIENCE = 5.0
"""Seconds after which a kernel is started the ordinary way instead."""
_BUFFER = 1 << 16
_ENVIRONMENT = {"JUPYTER_WIDGETS_ECHO": "0", "MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}
"""Nobody needs to hear what they said; and a large message's memory goes back once it is sent (glibc would begin to keep it)."""
_KERNELS_IMPORT = (
    "course.kernels.lesson_kernel", "faulthandler", "ipykernel.debugger", "psutil", "tornado.gen", "tornado.platform.asyncio", "tornado.queues",
    "zmq.utils.garbage", "encodings.idna", "encodings.ascii", "encodings.latin_1",
)  # fmt: skip
"""What a kernel would import as it starts and first speaks."""


class ColdError(Exception):
    """The warm process cannot give a kernel now."""


class WarmProcess:
    """The server's end: starts the process, asks it for kernels, ends it."""

    def __init__(self, root: Path) -> None:
        """`root` is a published course; its lessons are run once in the warm process, so that all they read is read."""
        self._mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._mine.settimeout(PATIENCE)
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "course.kernels.warm", str(theirs.fileno())],
                cwd=root, env={**os.environ, **_ENVIRONMENT}, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self, timeout: float) -> None:
        """Until the course is imported and read. Raises ColdError where that takes longer, in seconds, or fails."""
        with self._lock:
            self._hello(timeout)

    def fork(self, connection: str, cwd: str, env: Mapping[str, str]) -> tuple[int, int]:
        """A new kernel, for a connection file: its process id, and a file descriptor that reads as ended once the kernel has ended.

        Raises ColdError: not ready yet, or ended.
        """
        with self._lock:
            self._hello(0.0)
            end, life = os.pipe()
            try:
                request = json.dumps({"connection": connection, "cwd": cwd, "env": dict(env)}).encode() + b"\n"
                socket.send_fds(self._mine, [request[:1]], [life])
                self._mine.sendall(request[1:])
                pid = int(self._line(PATIENCE))
            except (OSError, ValueError) as error:
                os.close(end)
                self.close()
                raise ColdError(str(error)) from error
            finally:
                os.close(life)
        # From here on it can be spoken to: who connects before it listens, waits a tenth of a second for the next try.
        poll = select.poll()
        poll.register(end, select.POLLIN)
        if not poll.poll(PATIENCE * 1000) or os.read(end, 1) != b"1":
            os.close(end)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # another one will have its ports
            raise ColdError("the kernel does not listen")
        os.set_blocking(end, False)
        return pid, end

    def close(self) -> None:
        """End the process; kernels that it started end with it."""
        self._mine.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()

    def _hello(self, timeout: float) -> None:
        if self._ready:
            return
        try:
            self._ready = self._line(timeout) == b"ready"
        except OSError as error:
            raise ColdError("not ready yet") from error
        if not self._ready:
            raise ColdError("could not start")

    def _line(self, timeout: float) -> bytes:
        self._mine.settimeout(timeout)
        found = b""
        while not found.endswith(b"\n"):
            more = self._mine.recv(_BUFFER)
            if not more:
                raise ConnectionError("the warm process has ended")
            found += more
        return found.strip()


def serve(channel: socket.socket) -> None:
    """Fork a kernel for each request on the channel, until the server closes it."""
    _warm_up()
    app = _application()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels that end leave nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the terminal is for the server
    # What exists now is never looked at again by the collector, so its pages stay shared. Garbage stays too: were it collected
    # here, kernels would put what they make into the holes, and each hole lies in a page that they would have to copy.
    gc.freeze()
    channel.sendall(b"ready\n")
    while True:
        data, fds, _flags, _address = socket.recv_fds(channel, _BUFFER, 1)
        while data and not data.endswith(b"\n"):
            data += channel.recv(_BUFFER)
        if not data:
            return
        pid = os.fork()
        if not pid:
            channel.close()
            _be_a_kernel(app, json.loads(data), fds[0])
        for fd in fds:
            os.close(fd)
        channel.sendall(b"%d\n" % pid)


def _be_a_kernel(app: LessonKernelApp, request: dict[str, Any], life: int) -> NoReturn:
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        random.seed()
        from ipywidgets import register_comm_target

        app.connection_file = request["connection"]
        app.initialize([])
        register_comm_target(app.kernel)
        os.write(life, b"1")
        app.start()
        code = 0
    finally:
        os._exit(code)


def _application() -> LessonKernelApp:
    """What a kernel will be, all but its connection."""
    from course.kernels.lesson_kernel import LessonKernel, LessonKernelApp

    return LessonKernelApp.instance(kernel_class=LessonKernel, parent_handle=os.getpid(), log_level=logging.ERROR, profile_dir=None)


def _warm_up() -> None:
    """Import what kernels import, and run every lesson once for nobody, so that every file is read and every table known."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs a lesson, and it would take each kernel 10 MB
    for name in _KERNELS_IMPORT:
        import_module(name)
    from ipywidgets import Widget

    from course.content import Course, lesson_name
    from course.explorers.base import count_anew
    from course.i18n import SOURCE, speak
    from course.identity import VARIABLE
    from course.opening import cells_of, opened

    course = Course.find()
    os.environ[VARIABLE] = "nobody"  # asks for nothing that is kept, and keeps nothing
    for code in sorted(course.file.languages, key=SOURCE.__eq__):
        for slug in course.slugs:
            opened(cells_of(course.modules / slug / lesson_name(slug, code)), {})
            Widget.close_all()
            count_anew()  # as in a kernel that opens one lesson: a first look is known by the number of its figure
    speak(SOURCE)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        serve(given)
