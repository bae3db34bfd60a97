"""What Binder does, without Docker: a clean copy of the repository with a Python of its own, `postBuild`, then `start`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from canaries import plant
from support import REPOSITORY, serving

BASE = "/user/someone-abc/"
"""The base address of a session, as a hub gives one to each user."""

TOKEN = "0123456789abcdef"


@dataclass(frozen=True)
class Image:
    """A machine with the repository's folder, the Python that serves it, and the builder's scratch space."""

    machine: Path

    @property
    def tree(self) -> Path:
        """The repository's folder, which is the user's home, too."""
        return self.machine / "jovyan"

    @property
    def python(self) -> Path:
        return self.machine / "conda" / "bin" / "python"

    @property
    def environment(self) -> dict[str, str]:
        """What Binder sets; nothing of Jupyter's or the course's own."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "COURSE_", "XDG_"))}
        path = os.pathsep.join([str(self.python.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
        return mine | {"PATH": path, "HOME": str(self.tree), "REPO_DIR": str(self.tree), "TMPDIR": str(self.machine / "tmp")}


def unbuilt_image(machine: Path) -> Image:
    """The repository in its place, marks planted in its keys and kept in its history, before `postBuild`."""
    image = Image(machine)
    (machine / "tmp").mkdir(parents=True)
    copy_repository(image.tree)
    plant(image.tree / "assessments" / "questions")
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message=Start"]):
        subprocess.run(["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.org", *arguments], cwd=image.tree, check=True)
    _make_python(machine / "conda")
    return image


def copy_repository(target: Path) -> None:
    """Every file that is under version control, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (REPOSITORY / name).is_symlink() or (REPOSITORY / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name, follow_symlinks=False)


def run_post_build(image: Image, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./binder/postBuild"], cwd=image.tree, env=image.environment | variables, capture_output=True, text=True, timeout=900
    )


@contextmanager
def session(image: Image, home: Path) -> Iterator[str]:
    """A new session on the image; yields the address of its server with the base address."""
    shutil.copytree(image.tree, home, symlinks=True)
    # As a module: a `jupyter` on PATH would bring its own Python, and with it another installation of the course.
    server = [str(image.python), "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port={port}"]
    command = [str(home / "binder" / "start"), *server, f"--ServerApp.base_url={BASE}", f"--IdentityProvider.token={TOKEN}"]
    variables = image.environment | {"HOME": str(home), "REPO_DIR": str(home)}
    with serving(home, command=command, path=f"{BASE}api", **variables) as address:
        yield address + BASE


def _make_python(prefix: Path) -> None:
    """An environment that sees every package of this one, and into which the course is installed without touching this one."""
    venv.create(prefix, symlinks=True)
    inner, outer = (Path(sysconfig.get_path("purelib", vars={"base": str(base)})) for base in (prefix, Path(sys.prefix)))
    (inner / "packages.pth").write_text(f"{outer}\n", encoding="utf-8")
    # Jupyter's own files, templates and extensions lie in the prefix.
    for folder in ("share", "etc"):
        (prefix / folder).symlink_to(Path(sys.prefix) / folder)
