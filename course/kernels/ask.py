"""Ask a kernel for the value of one expression."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager

PATIENCE = 60.0
"""Seconds for an answer, a kernel's start included; the machine may be busy with everybody's."""
_LOOK = 1.0


class KernelError(Exception):
    """A kernel did not answer, or said why it cannot."""


async def answer(manager: KernelManager, expression: str, module: str = "course.opening") -> Any:
    """The value of `expression`, a call of a function of `module`, as plain data. Raises KernelError."""
    client = manager.client()
    client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        function = expression.partition("(")[0]
        asked = client.execute(f"from {module} import {function}", silent=True, store_history=False, allow_stdin=False, user_expressions={"it": expression})
        content = await _reply(manager, client, asked)
    finally:
        client.stop_channels()
    found = content.get("user_expressions", {}).get("it", content)
    if found.get("status") != "ok":
        raise KernelError(f"{found.get('ename')}: {found.get('evalue')}")
    return found["data"]["application/json"]


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
