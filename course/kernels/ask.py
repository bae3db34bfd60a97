"""Ask a kernel to open a lesson: one of the course's own, or any IPython kernel."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager

from course.opening import Opened

PATIENCE = 60.0
"""Seconds for an answer, a kernel's start included; the machine may be busy with everybody's."""
_LOOK = 1.0


class KernelError(Exception):
    """A kernel did not answer, or said why it cannot."""


async def opened_in(manager: KernelManager, name: str) -> Opened:
    """The lesson `name` of the kernel's folder, opened there. Raises KernelError."""
    client = manager.client()
    client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        asked = client.execute(
            "from course.opening import open_lesson", silent=True, store_history=False, allow_stdin=False, user_expressions={"it": f"open_lesson({name!r})"}
        )
        content = await _reply(manager, client, asked)
    finally:
        client.stop_channels()
    found = content.get("user_expressions", {}).get("it", content)
    if found.get("status") != "ok":
        raise KernelError(f"{found.get('ename')}: {found.get('evalue')}")
    opened: Opened = found["data"]["application/json"]
    return opened


async def _reply(manager: KernelManager, client: KernelClient, asked: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            message = await client.shell_channel.get_msg(timeout=_LOOK)
        except Empty:
            if not await manager.is_alive():
                raise KernelError("it has ended") from None
            continue
        if message["parent_header"].get("msg_id") == asked:
            return message["content"]
    raise KernelError(f"no answer within {PATIENCE:.0f} seconds")
