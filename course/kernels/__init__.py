"""How the course's own kernels start and talk: forked from a warm process where that is possible, and always encrypted."""

from __future__ import annotations

from traitlets.config import Config

PRIVATE_KERNELS = Config()
"""So that nobody else on a shared machine can listen to a kernel or speak to it."""
PRIVATE_KERNELS.KernelManager.transport_encryption = "required"
