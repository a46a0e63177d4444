"""Virtual environments, each made once from its lock files."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")


def oldest_python() -> str:
    """Python 3.11, which all of the versions run on. Ends the program where there is none."""
    candidates = (os.environ.get("PYTHON311"), sys.executable, shutil.which("python3.11"))
    for each in filter(None, candidates):
        code = "import sys; sys.exit(sys.version_info[:2] != (3, 11))"
        if subprocess.run([each, "-c", code], check=False).returncode == 0:
            return each
    sys.exit(
        "The matrix needs Python 3.11: put python3.11 on the PATH, or say PYTHON311=/path/to/it"
    )


def environment(locks: Sequence[str], folder: Path) -> Path:
    """The Python of an environment under `folder` with what the locks pin, and the library."""
    venv = folder / Path(locks[-1]).stem
    python = venv / "bin" / "python"
    stamp, pinned = venv / ".installed", _digest(locks)
    if not stamp.exists() or stamp.read_text() != pinned:
        _run([oldest_python(), "-m", "venv", "--clear", str(venv)])
        for lock in locks:
            _run([str(python), *PIP, "--no-deps", "--require-hashes", "-r", str(ROOT / lock)])
        _run([str(python), *PIP, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
        stamp.write_text(pinned)
    return python


def _digest(locks: Sequence[str]) -> str:
    contents = [(ROOT / each).read_bytes() for each in (*locks, "pyproject.toml")]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, capture_output=True, text=True, check=True)
