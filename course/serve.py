"""Serve: the delegates' tree through standalone Voilà on this machine, nothing else reachable.

Voilà refuses code from the browser. Here it also learns who asks (by an unguessable cookie), starts kernels with a
scrubbed environment, and serves lessons only: no file listing, no other front end.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import resource
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from traitlets.config import Config
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, authenticated
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from course.content import Course
from course.errors import CourseError, Fault
from course.i18n import SOURCE, language, speaking
from course.identity import VARIABLE
from course.kernels import PRIVATE_KERNELS, provisioner
from course.kernels.ask import KernelError, opened_in
from course.kernels.warm import WarmProcess
from course.lesson_page import TEMPLATE, kernel_part, opened_part
from course.pages import NAMES, home_page, text_page
from course.publish import FORMAT, published_format

COOKIE = "course_delegate"
LANGUAGE_COOKIE = "course_language"
_YEAR = 365
_SHORTEST = 32

_TURN = asyncio.Semaphore(2 * (os.cpu_count() or 1))
"""Lessons that are opened at once. Where a whole class comes at the same moment, those who came first are not slowed down by the rest."""

MOST_FILES = 65_536
MOST_SOCKETS = 16_384
"""ZeroMQ's own limit is 1,023, five or six of them for each page."""

_KERNEL_NEEDS = ("PATH", "HOME", "LANG", "LC_", "TZ", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_", "IPYTHONDIR", "COURSE_ANSWERS", "COURSE_EXCHANGE")
"""The only variables that reach a kernel; everything else in the server's environment may be a secret."""


class _LessonHandler(TornadoVoilaHandler):
    """A lesson page; decides who the delegate is before the kernel starts.

    Voilà's own way is to run the notebook cell by cell while it renders the page. Here the page is rendered already, and
    its kernel is asked once for all that its widgets show.
    """

    def initialize(self, course: Course, **kwargs: Any) -> None:
        super().initialize(**kwargs)
        self._course = course

    def prepare(self) -> Any:
        secret = self.get_cookie(COOKIE) or ""
        if len(secret) < _SHORTEST:
            secret = secrets.token_urlsafe(32)
            self.set_cookie(COOKIE, secret, httponly=True, samesite="Lax", expires_days=_YEAR, path=self.base_url)
        self._delegate = _delegate(secret)
        named = re.search(r"\.([a-z]{2})\.ipynb$", self.request.path)
        _remember(self, named[1] if named else SOURCE, self.base_url)
        return super().prepare()

    @authenticated
    async def get(self, path: str) -> None:  # type: ignore[override]
        folder, name = path.rsplit("/", 1)
        try:
            page = (self._course.root / "page" / "lessons" / Path(folder).name / f"{name}.html").read_bytes()
        except FileNotFoundError:
            raise HTTPError(404) from None
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.write(page)
        kernel_id = ""
        try:
            await self.flush()
            env = {**os.environ, VARIABLE: self._delegate}
            async with _TURN:
                kernel_id = await self.kernel_manager.start_kernel(kernel_name="python3", path=folder, env=env)
                self.write(kernel_part(self.base_url, kernel_id))
                await self.flush()
                opened = await opened_in(self.kernel_manager.get_kernel(kernel_id), name)
            self.write(opened_part(opened))
        except StreamClosedError:
            # Whoever has left again needs no kernel.
            if kernel_id:
                await self.kernel_manager.shutdown_kernel(kernel_id, now=True)
        except KernelError as error:
            # The page lacks its end, and says so itself.
            self.log.error("The page %s has no kernel: %s", path, error)


def _delegate(secret: str) -> str:
    """The id that a cookie stands for; empty where there is none.

    The id is shown to instructors, the cookie is the credential: one must not give away the other.
    """
    return "d-" + hashlib.sha256(secret.encode()).hexdigest()[:24] if len(secret) >= _SHORTEST else ""


class _ChannelsHandler(VoilaKernelWebsocketHandler):
    """The line between a page and its kernel. A short message goes at once: waiting for company costs each save 40 ms."""

    async def open(self, kernel_id: str) -> None:  # type: ignore[override]
        self.set_nodelay(True)
        await super().open(kernel_id)


class _BesideHandler(RequestHandler):
    """The list of modules, with the progress of whoever asks, about, sources, privacy; looking makes nobody a delegate yet."""

    def initialize(self, course: Course, base: str) -> None:
        self._course = course
        self._base = base

    def get(self, code: str | None, name: str | None) -> None:
        offered = self._course.file.languages
        if code and code not in offered:
            raise HTTPError(404)
        if code:
            _remember(self, code, self._base)
        # Somebody else may sit here next, and progress changes: no copy is kept.
        self.set_header("Cache-Control", "no-store")
        with speaking(code or chosen(self.get_cookie(LANGUAGE_COOKIE), self.request.headers.get("Accept-Language"), offered)):
            self.set_header("Content-Language", language())
            if name:
                self.write(text_page(self._course, self._base, name))
            else:
                self.write(home_page(self._course, self._base, _delegate(self.get_cookie(COOKIE) or "")))


def _remember(handler: RequestHandler, code: str, base: str) -> None:
    """Keep the language that somebody has asked for, for pages whose address names none."""
    handler.set_cookie(LANGUAGE_COOKIE, code, samesite="Lax", expires_days=_YEAR, path=base)


def chosen(kept: str | None, accepted: str | None, offered: Sequence[str]) -> str:
    """The language of a page whose address names none: the one chosen before, else the browser's, else English."""
    if kept in offered:
        return str(kept)
    wishes = []
    for part in (accepted or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        with suppress(ValueError):
            wishes.append((-float(weight or 1), tag.partition("-")[0].lower()))
    # A stable sort: of equal wishes the first.
    return next((code for weight, code in sorted(wishes, key=lambda wish: wish[0]) if weight and code in offered), SOURCE)


class CourseVoila(Voila):
    """Voilà with the course's handlers in front, and without those that list or hand out files."""

    course: Course

    def init_settings(self) -> dict[str, Any]:
        settings = super().init_settings()
        self.kernel_manager.context.max_sockets = MOST_SOCKETS
        return {**settings, "compress_response": True, "websocket_compression_options": {}}

    def init_handlers(self) -> list[Any]:
        def wanted(rule: Any) -> bool:
            return any(part in rule[0] for part in ("/api/kernels/", "/voila/templates/", "/voila/api/shutdown/"))

        def ours(rule: Any) -> Any:
            return (rule[0], _ChannelsHandler) if rule[1] is VoilaKernelWebsocketHandler else rule

        lesson = {
            "course": self.course,
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        beside = {"course": self.course, "base": self.base_url}
        return [
            *(ours(rule) for rule in super().init_handlers() if wanted(rule)),
            (rf"{self.server_url}voila/render/(modules/[a-z0-9-]+/[a-z0-9-]+(?:\.[a-z][a-z])?\.ipynb)", _LessonHandler, lesson),
            (rf"{self.server_url}(?:([a-z][a-z])/)?({'|'.join(NAMES)})?", _BesideHandler, beside),
        ]


def serve(tree: Path, port: int, answers: Path, exchange: Path) -> None:
    """Serve until interrupted. Raises CourseError where `tree` is not a published course or the port is taken."""
    course = Course(tree.resolve(), {"COURSE_ANSWERS": str(answers.resolve()), "COURSE_EXCHANGE": str(exchange.resolve())})
    if not course.published:
        raise CourseError(Fault(tree, None, "is not a published course: run `course publish` first"))
    if published_format(tree) != FORMAT:
        raise CourseError(Fault(tree, None, "was published by another version of the course: run `course publish` again"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CourseError(f"port {port} is in use: end the other server, or choose another with --port") from error
    os.environ.update({"COURSE_ANSWERS": str(answers.resolve()), "COURSE_EXCHANGE": str(exchange.resolve()), "JUPYTER_PATH": str(course.root / "page")})
    for name in list(os.environ):
        if not name.startswith(_KERNEL_NEEDS):
            del os.environ[name]
    _make_room()
    app = CourseVoila(config=configuration(course.root, port), log_level="WARN")
    app.course = course
    app.initialize([])
    provisioner.WarmProvisioner.warm = WarmProcess(course.root)
    print(f"The course is open at http://127.0.0.1:{port}/  (Ctrl-C closes it)", flush=True)
    app.start()


def _make_room() -> None:
    """Let the server hold as many open files as it may: a page takes about twenty, and many systems begin with 1,024 for all."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES), most))


def configuration(root: Path, port: int) -> Config:
    """Voilà's settings for delegates, the same for a server and for tests."""
    config = Config(PRIVATE_KERNELS)
    config.KernelProvisionerFactory.default_provisioner_name = provisioner.NAME
    config.Voila.root_dir = str(root)
    config.Voila.ip = "127.0.0.1"
    config.Voila.port = port
    config.Voila.port_retries = 0
    config.Voila.open_browser = False
    config.Voila.config_file_paths = []
    config.VoilaConfiguration.template = TEMPLATE
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.show_tracebacks = False
    # The pages beside the lessons are there for the template to link; on Binder they are not.
    config.VoilaConfiguration.resources = {"beside": True}
    config.MappingKernelManager.cull_idle_timeout = 600
    config.MappingKernelManager.cull_interval = 60
    config.MappingKernelManager.cull_connected = False
    return config
