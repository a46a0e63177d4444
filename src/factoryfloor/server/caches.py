"""What is kept for later servers: fresh data directories, and programs that root copied."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from .account import is_root
from .keeper.cluster import prune

if TYPE_CHECKING:
    from .account import Account
    from .binaries import Binaries

VARIABLE = "FACTORYFLOOR_CACHE_DIR"
NOT_NEEDED = ("include", "pkgconfig", "*.a", "doc", "man")


def cluster_cache(account: Account, runtime: Path) -> Path:
    """A folder of the account's for fresh data directories; the server's own if need be."""
    cache = _cache(runtime) / "clusters"
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_root():
            os.chown(cache, account.uid, account.gid)
    except OSError:
        return runtime
    return cache if os.access(cache, os.W_OK) and account.can_enter(cache) else runtime


def reachable(binaries: Binaries, account: Account, runtime: Path) -> Binaries:
    """The same programs where the account can run them: a copy if it must be."""
    if account.can_enter(binaries.programs / "bin"):
        return binaries
    copy = _cache(runtime) / "programs" / binaries.content
    if copy.is_dir():
        copy.touch()
    else:
        _make_public(copy.parent)
        _copy(binaries, copy)
        prune(copy.parent, shutil.rmtree)
    return replace(binaries, programs=copy / binaries.programs.relative_to(binaries.root))


def _copy(binaries: Binaries, target: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    for part in binaries.parts:
        if (binaries.root / part).is_dir():
            ignore = shutil.ignore_patterns(*NOT_NEEDED)
            shutil.copytree(binaries.root / part, draft / part, symlinks=True, ignore=ignore)
    for each in (draft, *draft.rglob("*")):
        if not each.is_symlink():
            mode = each.stat().st_mode
            each.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
    try:
        draft.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(draft)


def _cache(runtime: Path) -> Path:
    try:
        found = Path(os.environ.get(VARIABLE) or _usual_cache())
        _make_public(found)
    except (OSError, RuntimeError):  # read-only, or a user without a home
        return runtime
    return found if os.access(found, os.W_OK) else runtime


def _usual_cache() -> Path:
    # of root's own, the account that runs the server sees nothing
    usual = platformdirs.site_cache_path if is_root() else platformdirs.user_cache_path
    return usual("factoryfloor")


def _make_public(folder: Path) -> None:
    """Make a folder that everybody can read, whatever the umask."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
