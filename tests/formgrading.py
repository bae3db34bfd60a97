"""nbgrader's formgrader on a server of its own, for tests that mark as a person does."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import serving

TOKEN = "for-this-test-only"


@dataclass
class Formgrader:
    """formgrader's pages and its API, asked as the browser asks them."""

    address: str

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.address}/formgrader/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method="GET" if body is None else "PUT",
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        return json.loads(text) if path.startswith("api/") else text


@contextmanager
def formgrader_in(folder: Path) -> Iterator[Formgrader]:
    """A Jupyter server on 127.0.0.1, started in a folder, with nbgrader's extension."""
    line = [
        sys.executable, "-c", f"import os; os.chdir({str(folder)!r}); from jupyter_server.serverapp import main; main()",
        "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    with serving(folder.parent, command=line, path="/api") as address:
        yield Formgrader(address)
