"""`factoryfloor status` and `stop` speak of the embedded server of this folder's project."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path


def factoryfloor(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "factoryfloor", command]
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)


def test_the_server_is_shown_and_ended(tmp_path: Path, runtime: Path) -> None:
    before = factoryfloor("status", tmp_path)
    EmbeddedServer(idle_timeout=30).ensure()

    during, stopped, after = (
        factoryfloor(command, tmp_path) for command in ("status", "stop", "status")
    )

    assert (before.returncode, during.returncode, after.returncode) == (1, 0, 1)
    assert "not running" in before.stdout
    assert "running, keeper" in during.stdout
    assert f"host={runtime}" in during.stdout
    assert stopped.stdout.rstrip().endswith("ended")
