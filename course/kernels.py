"""How the course's own kernels talk: encrypted, so that nobody else on a shared machine can listen or speak to them."""

from __future__ import annotations

from traitlets.config import Config

PRIVATE_KERNELS = Config()
PRIVATE_KERNELS.KernelManager.transport_encryption = "required"
