"""Who is answering. The server says so, never the page: an id in the kernel's environment, or the one learner of this home."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Mapping

from filelock import FileLock, Timeout

from course.submission import DELEGATE

VARIABLE = "HTTP_X_COURSE_DELEGATE"
"""Set by `course serve` in the environment of each kernel. No header of a browser reaches it."""


def delegate_id(env: Mapping[str, str], home: Path) -> str:
    """The delegate's id: from the server's header, from COURSE_DELEGATE, or made once for this answer folder.

    Raises ValueError where a given id holds characters that nbgrader or a file system would trip over.
    """
    given = env.get(VARIABLE) or env.get("COURSE_DELEGATE")
    if given:
        if not DELEGATE.fullmatch(given):
            raise ValueError(f"the delegate id {given[:64]!r} may have only letters, digits, dot, dash and underscore")
        return given
    return _only_learner(home)


def new_delegate_id() -> str:
    """An opaque id that nobody can guess."""
    return f"d-{secrets.token_hex(12)}"


def _only_learner(home: Path) -> str:
    """The id kept in the answer folder of a one-person server (JupyterLab, Binder); made at the first call.

    Where the folder cannot be written the id lasts for this session only; saving will then say so, loudly.
    """
    path = home / "learner"
    mine = new_delegate_id()
    try:
        if not path.exists():
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Two pages may open at once: the first makes the id, and nobody ever sees the file half written.
            with FileLock(f"{path}.lock", timeout=10):
                if not path.exists():
                    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
                    draft.write_text(mine + "\n", encoding="utf-8")
                    draft.chmod(0o600)
                    draft.rename(path)
        known = path.read_text(encoding="utf-8").strip()
    except (OSError, Timeout):
        return mine
    if not DELEGATE.fullmatch(known):
        raise ValueError(f"{path} does not hold a delegate id: delete it, and a new one is made")
    return known
