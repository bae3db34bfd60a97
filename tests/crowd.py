"""Delegates without a browser: each opens a lesson over HTTP, joins its kernel over the websocket, answers, and submits."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from course.content import Course
from course.demo import simulated_answers
from course.store import FolderStore, fold

PATIENCE = 300.0
"""Seconds for anything; a crowd on a small machine waits for one another."""

_RECEIPT = re.compile(r"<code>([0-9a-f]{4}(?:-[0-9a-f]{4}){2})</code>")


@dataclass
class Delegate:
    """One visitor with a cookie of their own."""

    address: str
    slug: str
    cookie: str = ""
    prose: float = 0.0
    """Seconds until the first part of the page was there."""
    opened: float = 0.0
    """Seconds until the page was whole, with every widget's state."""
    saves: list[float] = field(default_factory=list)
    """Milliseconds from each answer sent to "Saved"."""
    questions: dict[str, str] = field(default_factory=dict)
    """Graded question -> its widget."""
    _submit: str = ""
    _socket: WebSocketClientConnection | None = None
    _serial: int = 0

    async def open(self, language: str = "") -> None:
        """Fetch the lesson as a browser does, and join its kernel."""
        parts: list[bytes] = []
        began = time.perf_counter()

        def arrive(part: bytes) -> None:
            self.prose = self.prose or time.perf_counter() - began
            parts.append(part)

        name = f"{self.slug}.{language}.ipynb" if language else f"{self.slug}.ipynb"
        url = f"{self.address}/voila/render/modules/{self.slug}/{name}"
        wanted = HTTPRequest(url, streaming_callback=arrive, connect_timeout=PATIENCE, request_timeout=PATIENCE, headers=self._headers())
        answer = await AsyncHTTPClient(max_clients=1000).fetch(wanted)
        self.opened = time.perf_counter() - began
        self.cookie = "; ".join(part.split(";")[0] for part in answer.headers.get_list("Set-Cookie")) or self.cookie
        page = b"".join(parts).decode()
        kernel, widgets = _script(page, "kernel"), _script(page, "opened")["widgets"]
        for widget in widgets:
            found = re.search(rf'<section class="question graded[^"]*" id="{self.slug}-([a-z0-9-]+)"', widget["state"].get("html", ""))
            if found:
                self.questions[found[1]] = widget["model"]
            elif 'data-action="submit"' in widget["state"].get("html", ""):
                self._submit = widget["model"]
        where = f"{self.address}/api/kernels/{kernel['id']}/channels?session_id={uuid4().hex}".replace("http", "ws", 1)
        self._socket = await websocket_connect(HTTPRequest(where, headers=self._headers(), connect_timeout=PATIENCE))

    async def answer(self, question: str, value: Any) -> None:
        """Give an answer, and wait until the page would say "Saved". Raises RuntimeError where it says anything else."""
        self._serial += 1
        number, began = self._serial, time.perf_counter()
        await self._send(self.questions[question], {"method": "update", "state": {"answer": {"n": number, "value": value}}, "buffer_paths": []})
        state = await self._update(self.questions[question], lambda state: state.get("status", {}).get("n") == number)
        if state["status"]["tone"] != "ok":
            raise RuntimeError(f"{question}: {state['status']['text']}")
        self.saves.append((time.perf_counter() - began) * 1000)

    async def submit(self) -> str:
        """Press Submit, whatever is missing; returns the receipt as the page shows it."""
        await self._send(self._submit, {"method": "custom", "content": {"action": "submit-anyway"}})
        state = await self._update(self._submit, lambda state: _RECEIPT.search(state.get("html", "")))
        return str(_RECEIPT.findall(state["html"])[0])

    @property
    def name(self) -> str:
        """The delegate's id, which the cookie stands for."""
        found = re.search(r"course_delegate=([^;]+)", self.cookie)
        assert found
        return "d-" + hashlib.sha256(found[1].encode()).hexdigest()[:24]

    def leave(self) -> None:
        if self._socket:
            self._socket.close()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}

    async def _send(self, model: str, data: dict[str, Any]) -> None:
        assert self._socket
        header = {"msg_id": uuid4().hex, "msg_type": "comm_msg", "username": "", "session": "", "version": "5.3"}
        content = {"comm_id": model, "data": data}
        await self._socket.write_message(
            json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": [], "channel": "shell"})
        )

    async def _update(self, model: str, wanted: Any) -> dict[str, Any]:
        assert self._socket
        while True:
            text = await asyncio.wait_for(self._socket.read_message(), PATIENCE)
            if text is None:
                raise RuntimeError("the connection was closed")
            message = json.loads(text)
            content = message.get("content", {})
            if message.get("msg_type") == "comm_msg" and content.get("comm_id") == model and content["data"].get("method") == "update":
                if wanted(content["data"]["state"]):
                    return dict(content["data"]["state"])


class Class:
    """So many delegates at the same moment, with answers of their own, and what became of them."""

    def __init__(self, address: str, course: Course, slug: str, number: int) -> None:
        self.course, self.slug = course, slug
        self.delegates = [Delegate(address, slug) for _ in range(number)]
        self.given: dict[str, dict[str, Any]] = {}
        """What each delegate answered, as the store should have it."""
        self.receipts: dict[str, str] = {}

    async def open(self) -> None:
        await asyncio.gather(*(one.open() for one in self.delegates))

    async def answer_and_submit(self, thinking: tuple[float, float] = (0.0, 0.0)) -> None:
        """Everybody answers most of the questions, one after the other, and hands in; `thinking` is seconds for each, at least and at most."""
        await asyncio.gather(*(self._work(one, thinking) for one in self.delegates))

    async def _work(self, one: Delegate, thinking: tuple[float, float]) -> None:
        chance = random.Random(one.name)
        asked = self.course.bank(self.slug).asked(self.course.id, one.name)
        answers = simulated_answers(asked, chance.betavariate(4, 2), chance)
        self.given[one.name] = {each.question.id: each.question.read(answers[each.question.id]) for each in asked if each.question.id in answers}
        for question, value in answers.items():
            await asyncio.sleep(chance.uniform(*thinking))
            await one.answer(question, value)
        self.receipts[one.name] = await one.submit()

    def leave(self) -> None:
        for one in self.delegates:
            one.leave()

    def saved(self) -> int:
        """How many delegates have every answer in the store, and nothing else."""
        store = FolderStore(self.course.answers)
        return sum(fold(store.events(who, self.slug)).answers == answers for who, answers in self.given.items())

    def collected(self) -> int:
        """How many delegates were collected, once, with every answer, under the receipt that they saw; nobody else may be there."""
        found = {path.parent.parent.name: json.loads(path.read_bytes()) for path in self.course.assessments.glob(f"submitted/*/{self.slug}/answers.json")}
        assert set(found) <= set(self.given), "somebody who was not here was collected"
        handed_in = Counter(path.name.split("+")[0] for path in (self.course.exchange / self.course.id / "inbound").iterdir())
        return sum(
            one["answers"] == self.given[who] and one["receipt"].startswith(self.receipts[who].replace("-", "")) and handed_in[who] == 1
            for who, one in found.items()
        )


def _script(page: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.S)
    if not found:
        raise RuntimeError(f"the page has no {name}: {page[-300:]}")
    return json.loads(found[1])
