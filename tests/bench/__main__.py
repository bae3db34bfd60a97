"""Run the benchmarks: `make bench`. Prints the tables, and writes the same figures to `bench.json`.

Nothing else should run on the machine meanwhile. With `grading`, `page` or `crowd` as arguments only these parts run.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from bench import crowds, grading, page  # noqa: E402
from find_browser import ARGUMENTS, NONE_HERE, find_browser  # noqa: E402
from support import REPOSITORY, copy_course, run_course  # noqa: E402

PACKAGES = ("voila", "nbgrader", "ipykernel", "ipywidgets", "jupyter_server", "nbconvert", "playwright")


def main(parts: list[str]) -> int:
    path = find_browser()
    if not path:
        print(NONE_HERE, file=sys.stderr)
        return 1
    result = REPOSITORY / "bench.json"
    # A part that is run alone renews its own figures.
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8")) if parts and result.exists() else {}
    found |= {"date": date.today().isoformat(), "machine": _machine(), "versions": {name: version(name) for name in PACKAGES}}
    print(f"{found['date']}, {found['machine']}, {found['versions']}\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        root = copy_course(Path(scratch) / "course")
        for stage in ("build", "publish"):
            run_course(root, stage).check_returncode()
        if not parts or "page" in parts:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
                found["page"] = {"browser": browser.version, **page.bench(browser, root)}
                browser.close()
            print(page.table(found["page"]), flush=True)
        if not parts or "crowd" in parts:
            found["crowd"] = crowds.bench(root)
            print(crowds.table(found["crowd"]), flush=True)
        if not parts or "grading" in parts:
            found["grading"] = grading.bench(root, Path(scratch))
            print(grading.table(found["grading"]), flush=True)
        result.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"system": platform.platform(terse=True), "python": platform.python_version(), "cores": os.cpu_count(), "memory_gb": round(memory)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
