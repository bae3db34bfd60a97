"""The way from Jupyter to the warm process: a kernel provisioner that forks, and starts a process of its own where it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from course.kernels.warm import ColdError, WarmProcess

NAME = "course-warm"
"""Its entry point in `pyproject.toml`, and what `KernelProvisionerFactory.default_provisioner_name` is set to."""


class WarmProvisioner(LocalProvisioner):
    """One kernel, forked from `warm` where that is set and ready; else started as any kernel is."""

    warm: ClassVar[WarmProcess | None] = None

    _life: int | None = None
    """Reads as ended once the forked kernel has ended: unlike a process id it is never somebody else's."""

    @property
    def has_process(self) -> bool:
        return self._life is not None or super().has_process

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if self.warm is not None and "-f" in cmd:
            try:
                self.pid, self._life = await asyncio.to_thread(
                    self.warm.fork, cmd[cmd.index("-f") + 1], str(kwargs.get("cwd") or os.getcwd()), kwargs.get("env") or os.environ
                )
            except ColdError as error:
                self.log.debug("A kernel is started the ordinary way: %s.", error)
            else:
                self.pgid = self.pid
                self.cwd = kwargs.get("cwd")
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def poll(self) -> int | None:
        if self._life is None:
            return await super().poll()
        try:
            ended = os.read(self._life, 1) == b""
        except BlockingIOError:
            ended = False
        return 0 if ended else None

    async def wait(self) -> int | None:
        if self._life is None:
            return await super().wait()
        while await self.poll() is None:
            await asyncio.sleep(0.05)
        self._forget()
        return 0

    async def send_signal(self, signum: int) -> None:
        if self._life is None:
            await super().send_signal(signum)
        elif await self.poll() is None and self.pid is not None:
            os.kill(self.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        if self._life is None:
            await super().kill(restart)
        else:
            await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        if self._life is None:
            await super().terminate(restart)
        else:
            await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        if self._life is not None:
            self._forget()
        await super().cleanup(restart)

    def _forget(self) -> None:
        assert self._life is not None
        os.close(self._life)
        self._life, self.pid, self.pgid = None, None, None
