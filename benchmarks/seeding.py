"""FilaOps served on loopback with its test endpoints on, to be seeded over HTTP."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import httpx

from benchmarks.suites import BACKEND

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE: Final = 60.0  # seconds until the application answers


@contextlib.contextmanager
def serving() -> Iterator[httpx.Client]:
    """A client of FilaOps, which runs in a process of its own until the block ends."""
    port = _free_port()
    command = ["-m", "factoryfloor", "run", "--", sys.executable, "-m", "uvicorn", "app.main:app"]
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port), "--log-level", "warning"],
        cwd=BACKEND,
        env={**os.environ, "TEST_ENDPOINTS": "1"},
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as client:
            _wait(client, process)
            yield client
    finally:
        process.terminate()
        process.wait()


def seconds_of_seeding(client: httpx.Client, scenario: str) -> float:
    """How long one call to seed takes."""
    start = time.perf_counter()
    client.post("/api/v1/test/seed", json={"scenario": scenario}).raise_for_status()
    return time.perf_counter() - start


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            client.get("/api/v1/test/health").raise_for_status()
            return
        time.sleep(0.1)
    raise RuntimeError(f"FilaOps does not answer; its process ended with {process.poll()}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
