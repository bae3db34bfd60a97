"""The kernel of a lesson: it opens the lesson, passes messages between the page and its widgets, and runs nothing else.

An IPython shell would let whoever reaches it run code, and take each kernel seven megabytes more.
"""

from __future__ import annotations

import re
from typing import Any

import comm
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

from course.opening import open_quietly

_WANTED = re.compile(r"open_lesson\('([a-z0-9-]+(?:\.[a-z][a-z])?\.ipynb)'\)")
"""What `course.kernels.ask` asks for."""


class LessonKernel(Kernel):
    """Answers one expression, which opens a lesson of its folder."""

    implementation = "course"
    implementation_version = "1"
    language_info = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
    banner = "A lesson of the course. It runs no code."

    def __init__(self, user_ns: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.comm_manager = comm.get_comm_manager()
        for kind in ("comm_open", "comm_msg", "comm_close"):
            self.shell_handlers[kind] = getattr(self.comm_manager, kind)

    async def do_execute(  # type: ignore[override]
        self, code: str, silent: bool, store_history: bool = True, user_expressions: dict[str, str] | None = None, allow_stdin: bool = False
    ) -> dict[str, Any]:
        wanted = _WANTED.fullmatch((user_expressions or {}).get("it", ""))
        if wanted is None:
            return {"status": "error", "ename": "NotAllowed", "evalue": "this kernel opens lessons and runs nothing else", "traceback": []}
        try:
            found = {"status": "ok", "data": {"application/json": open_quietly(wanted[1], {})}, "metadata": {}}
        except Exception as error:
            found = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        return {"status": "ok", "execution_count": 0, "payload": [], "user_expressions": {"it": found}}


class LessonKernelApp(IPKernelApp):
    """Starts it. It reads no command line, no profile and no file of settings: what it must know, it is given."""

    def parse_command_line(self, argv: Any = None) -> None:
        """Nothing to parse: a parser would touch every class that can be configured, and make its memory this kernel's own."""

    def init_profile_dir(self) -> None:
        """Nobody's profile: it is for IPython's shell."""

    def init_config_files(self) -> None:
        """No files."""

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """No files."""

    def init_pdb(self) -> None:
        """Nothing to debug."""
