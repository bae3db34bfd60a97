"""What the long run shares: processes to run commands in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reliability.zygote import Zygote


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory, sealed: None) -> Iterator[Zygote]:
    """A process with everything imported, which runs each command in a fork."""
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def other_zygote(tmp_path_factory: pytest.TempPathFactory, sealed: None) -> Iterator[Zygote]:
    """A second one, for two at once."""
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()
