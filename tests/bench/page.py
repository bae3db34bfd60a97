"""How soon a lesson is there: the course's page beside stock Voilà, which serves the same lesson with its default template.

In a real Chromium, one visit after another: with an empty cache (a new context each time), and with a warm one (a second
visit in the same context, with a kernel of its own).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from bench.measure import kernels, percentile, private_mb
from support import serving_process

SLUG = "remittances"
VISITS = 7
"""Medians are of so many visits."""
CLICKS = 100

_WATCH = """
window.seen = {};
const note = (name) => { seen[name] = performance.now(); };
const shown = (one) => one && one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const look = () => {
  if (!seen.prose && shown(document.querySelector("main p, .jp-RenderedMarkdown p"))) note("prose");
  if (seen.first) return;
  const choice = [...document.querySelectorAll("section.question input[type=radio]")].find((one) => !one.closest("[inert]") && !one.disabled);
  if (choice && shown(choice)) note("first");
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
setInterval(look, 20);
"""
"""Notes when the first paragraph can be seen, and when the first question's options can be chosen: milliseconds since the visit began.

To ask whether something can be seen makes the browser lay out the page, so it is asked only until the answer is yes."""

_SEEN = """() => {
  const { responseStart, responseEnd } = performance.getEntriesByType("navigation")[0];
  return { ...seen, byte: responseStart, arrived: responseEnd };
}"""
"""The same, and when the page's first byte came, and its last: then the kernel has opened the lesson."""

_CLICK = """async (clicks) => {
  const panel = [...document.querySelectorAll(".course.panel")].find((one) => one.querySelector("form[data-send=change] input[type=radio]"));
  const status = panel.querySelector("[data-status]"), found = [];
  for (let number = 0; number < clicks; number += 1) {
    const choices = [...panel.querySelectorAll("input[type=radio]")], began = performance.now();
    const saved = new Promise((done) => {
      const watch = new MutationObserver(() => status.dataset.tone === "ok" && (watch.disconnect(), done()));
      watch.observe(status, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    choices[number % choices.length].click();
    await saved;
    found.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 100));
  }
  return found;
}"""


def bench(browser: Browser, root: Path) -> dict[str, Any]:
    """The figures of the page, ours and stock's, and their ratios (ours divided by stock's)."""
    with serving_process(root) as (address, server):
        time.sleep(20)  # the warm process has opened every lesson once
        url = f"{address}/voila/render/modules/{SLUG}/{SLUG}.ipynb"
        ours = _visits(browser, url, server.pid, "course.kernels.warm")
        saves = _saves(browser, url)
    with stock_voila(root / "var" / "published") as (address, server):
        stock = _visits(browser, address, server.pid, "ipykernel_launcher")
    return {
        "prose_seconds": ours["prose_cold"],
        "save_p95_ms": percentile(saves, 95),
        "save_median_ms": statistics.median(saves),
        "first_question_cold_ratio": ours["first_cold"] / stock["first_cold"],
        "first_question_warm_ratio": ours["first_warm"] / stock["first_warm"],
        "memory_ratio": ours["memory_mb"] / stock["memory_mb"],
        "transfer_ratio": ours["transferred_kb"] / stock["transferred_kb"],
        "ours": ours,
        "stock": stock,
    }


@contextmanager
def stock_voila(tree: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Voilà as it comes: its default template and configuration, in the same environment."""
    command = [sys.executable, "-m", "voila", str(tree / "modules" / SLUG / f"{SLUG}.ipynb"), "--no-browser", "--Voila.ip=127.0.0.1", "--port={port}"]
    variables = {"COURSE_ROOT": str(tree), "COURSE_ANSWERS": str(tree.parent / "stock-answers"), "COURSE_DELEGATE": "bench"}
    # Any address of the lesson would start a kernel.
    with serving_process(tree, command=command, path="/voila/templates/lab/static/voila.js", **variables) as found:
        yield found


def _visits(browser: Browser, url: str, server: int, kernel: str) -> dict[str, float]:
    """Medians of cold and warm visits in seconds, kilobytes of a first visit, and the kernel's private memory in megabytes."""
    found: dict[str, list[float]] = {}

    def take(page: Page, name: str) -> None:
        for key, value in _open(page, url).items():
            found.setdefault(f"{key}_{name}", []).append(value)

    for _visit in range(VISITS):
        context = browser.new_context()
        received = _count(context)
        page = context.new_page()
        take(page, "cold")
        page.wait_for_timeout(2000)  # what is loaded after the first question is there counts too
        found.setdefault("transferred_kb", []).append(received() / 1024)
        found.setdefault("memory_mb", []).append(private_mb(kernels(kernel, server)[-1]))
        again = context.new_page()
        take(again, "warm")
        context.close()
    return {name: statistics.median(values) for name, values in found.items()}


def _open(page: Page, url: str) -> dict[str, float]:
    page.add_init_script(_WATCH)
    page.goto(url, wait_until="commit")
    page.wait_for_function("seen.first", timeout=120_000)
    page.wait_for_load_state("load")
    return {name: value / 1000 for name, value in page.evaluate(_SEEN).items()}


def _count(context: BrowserContext) -> Callable[[], float]:
    """What comes over the wire of every page so far, compressed as it comes, headers included, in bytes."""
    total = 0.0

    def add(event: dict[str, Any]) -> None:
        nonlocal total
        total += event["encodedDataLength"]

    def attach(page: Page) -> None:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", add)

    context.on("page", attach)
    return lambda: total


def _saves(browser: Browser, url: str) -> list[float]:
    """From a click to the word “Saved”, in milliseconds, one delegate's clicks in a browser."""
    page = browser.new_context().new_page()
    _open(page, url)
    page.wait_for_function("!document.querySelector('.live:not([data-alive])')")
    page.wait_for_timeout(1000)
    times: list[float] = page.evaluate(_CLICK, CLICKS)
    page.context.close()
    return times


_STEPS = (("first byte", "byte"), ("prose", "prose"), ("kernel forked, lesson opened, all arrived", "arrived"), ("first question answers", "first"))
_ROWS = (
    ("prose readable, empty cache", "prose_cold", "s", 2),
    ("prose readable, warm cache", "prose_warm", "s", 2),
    ("first question answers, empty cache", "first_cold", "s", 2),
    ("first question answers, warm cache", "first_warm", "s", 2),
    ("transferred on the first visit", "transferred_kb", "KB", 0),
    ("private memory of the kernel", "memory_mb", "MB", 0),
)


def table(found: dict[str, Any]) -> str:
    """The page's figures as a table in Markdown."""
    lines = [f"Chromium {found['browser']}, medians of {VISITS} visits", "", "| | the course | stock Voilà | course ÷ stock |", "|---|---|---|---|"]
    for words, key, unit, digits in _ROWS:
        ours, stock = found["ours"][key], found["stock"][key]
        lines.append(f"| {words} | {ours:,.{digits}f} {unit} | {stock:,.{digits}f} {unit} | {ours / stock:.3f} |")
    lines.append(f"| click to “Saved”, median | {found['save_median_ms']:.0f} ms | – | – |")
    lines.append(f"| click to “Saved”, 95th percentile | {found['save_p95_ms']:.0f} ms | – | – |")
    ours = found["ours"]
    steps = " → ".join(f"{words} {ours[f'{key}_cold']:.2f} s" for words, key in _STEPS)
    return "\n".join(["", *lines, "", f"The course's page, empty cache, medians: {steps}.", ""])
