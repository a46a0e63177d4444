"""Servers of a test's own: another runtime folder, hence another keeper."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def own_server(runtime: Path) -> Iterator[EmbeddedServer]:
    """A server that runs for this test only, and does not leave by itself."""
    found = EmbeddedServer()
    found.ensure()
    yield found
    found.stop()


@pytest.fixture
def ended() -> Callable[..., None]:
    """A function that returns when none of the processes given to it runs any more."""

    def wait(*pids: int) -> None:
        ps = ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))]
        for _ in range(2000):
            states = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.split()
            if all(state.startswith("Z") for state in states):  # a zombie waits for its parent
                return
            time.sleep(0.01)
        pytest.fail(f"still running after a long wait: {pids}")

    return wait
