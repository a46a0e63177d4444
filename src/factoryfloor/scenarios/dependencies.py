"""The code that a scenario depends on: its module, and what of the project that imports."""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import importlib.util
import logging
import os
import sys
import time
import warnings
from importlib import metadata
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAKERS: Final = ("factory_boy", "Faker", "SQLAlchemy", "factoryfloor")
_OWN: Final = Path(__file__).parent.parent
# The attributes of a statement that hold statements.
_BLOCKS: Final = ("body", "orelse", "finalbody", "handlers", "cases")


class Code(NamedTuple):
    """The code that a scenario's rows come from.

    Where a file of it was changed after this process began, or is gone, it is not current: what
    runs here may be older than what the digest tells.
    """

    digest: str
    is_current: bool


def code_of(module: str, roots: Iterable[Path]) -> Code:
    """All that the scenarios of a module depend on, of the project below `roots` and beyond it."""
    project = _Project(roots)
    files = project.files(module)
    digest = hashlib.sha256()
    for text in (*makers(), *_named(files)):
        digest.update(b"\0" + text.encode())
    # looked at after they were read: one that changes meanwhile counts as changed
    is_current = not project.lost and all(map(_is_old, (*files.values(), *_own_files())))
    return Code(digest.hexdigest(), is_current)


def sources_of(module: str, roots: Iterable[Path]) -> Iterator[str]:
    """The texts of a module and of all that it imports, in a fixed order, each with its name.

    Only modules below `roots` count, and none of an environment's libraries. Of a package around
    an imported module its own text counts, and not what that imports. Nothing is imported.
    """
    return _named(_Project(roots).files(module))


def makers() -> Iterator[str]:
    """The versions of what makes rows of factories, and factoryfloor's own source of it."""
    for name in _MAKERS:
        yield f"{name}=={metadata.version(name)}"
    yield from map(_text, _own_files())


def _own_files() -> Iterator[Path]:
    for folder in ("factories", "scenarios"):
        yield from sorted((_OWN / folder).rglob("*.py"))
    yield _OWN / "randomness.py"


def _named(files: dict[str, Path]) -> Iterator[str]:
    return (f"{name}\0{_text(file)}" for name, file in files.items())


def _is_old(file: Path) -> bool:
    return file.exists() and file.stat().st_mtime <= _STARTED


def _start() -> float:
    """When this process began to import, or the one that it was forked from."""
    # models and factories are imported after logging, which SQLAlchemy and factory_boy import
    record = logging.makeLogRecord({})
    return min(record.created - record.relativeCreated / 1000, _birth())


def _birth() -> float:
    """When this process was started; infinite where the system does not tell."""
    file = Path("/proc/self/stat")
    if sys.platform != "linux" or not file.exists():
        return float("inf")
    status = file.read_text(encoding="utf-8", errors="replace")
    ticks = int(status.rpartition(")")[2].split()[19])
    booted = time.clock_gettime(time.CLOCK_REALTIME) - time.clock_gettime(time.CLOCK_BOOTTIME)
    # the tick it began in is over before Python imports anything of a project
    return booted + (ticks + 1) / os.sysconf("SC_CLK_TCK")


_STARTED: Final = _start()


class _Place(NamedTuple):
    """Where a module is: its source, and the folders of its submodules."""

    file: Path | None = None
    folders: tuple[Path, ...] = ()


class _Project:
    """The modules in a project's folders, as they are at this moment."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.lost = False  # whether a loaded module's source is no longer there
        self._roots = {form for root in roots for form in (root.absolute(), root.resolve())}
        self._places: dict[str, _Place] = {}

    def files(self, module: str) -> dict[str, Path]:
        """The sources of a module, of what it imports, and of the packages around these."""
        imported = (name.split(".") for name in self._imported(module))
        found = {each for parts in imported for each in accumulate(parts, "{}.{}".format)}
        places = ((name, self._place(name).file) for name in sorted(found))
        return {name: file for name, file in places if file}

    def _imported(self, module: str) -> set[str]:
        found: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            file = self._place(name).file
            if file and name not in found:
                found.add(name)
                waiting += _imports(name, file)
        return found

    def _place(self, name: str) -> _Place:
        if name not in self._places:
            file, folders = self._find(name)
            own = file if file and self._is_own(file) else None
            self._places[name] = _Place(own, tuple(filter(self._may_hold, folders)))
        return self._places[name]

    def _find(self, name: str) -> _Place:
        parent, _, last = name.rpartition(".")
        folders = self._place(parent).folders if parent else ()
        if parent and not folders:
            return _Place()
        loaded = _loaded(name)
        if loaded.file and not loaded.file.exists():
            self.lost = self.lost or self._is_own(loaded.file)
        elif loaded.file or loaded.folders:
            return loaded
        return _below(last, folders) if parent else _top(name)

    def _is_own(self, path: Path) -> bool:
        forms = (path.absolute(), path.resolve())  # a link belongs to both of its folders
        is_below = any(form.is_relative_to(root) for form in forms for root in self._roots)
        return is_below and not any("site-packages" in form.parts for form in forms)

    def _may_hold(self, folder: Path) -> bool:
        is_above = any(root.is_relative_to(folder.resolve()) for root in self._roots)
        return is_above or self._is_own(folder)


def _loaded(name: str) -> _Place:
    """Where a loaded module came from; nowhere if it is not loaded."""
    try:
        # read past a lazy module's own access, which would load it
        held = object.__getattribute__(sys.modules[name], "__dict__")
    except (KeyError, AttributeError):
        return _Place()
    return _place_of(held.get("__file__"), held.get("__path__"))


def _below(name: str, folders: tuple[Path, ...]) -> _Place:
    """Where a module of a package would be loaded from; a namespace is in many folders."""
    for folder in folders:
        inner = folder / name
        if (package := inner / "__init__.py").is_file():
            return _Place(package, (inner,))
        if (module := folder / f"{name}.py").is_file():
            return _Place(module)
    return _Place(folders=tuple(folder / name for folder in folders if (folder / name).is_dir()))


def _top(name: str) -> _Place:
    """Where a module without dots would be loaded from."""
    with contextlib.suppress(Exception):  # every finder is asked, and may fail in its own way
        if name not in sys.modules and (spec := importlib.util.find_spec(name)):
            file = spec.origin if spec.has_location else None
            return _place_of(file, spec.submodule_search_locations)
    return _Place()


def _place_of(file: object, folders: Iterable[str] | None) -> _Place:
    held: tuple[Path, ...] = ()
    with contextlib.suppress(Exception):  # a namespace's folders are computed when they are read
        held = tuple(map(Path, folders or ()))
    return _Place(Path(file) if isinstance(file, str) and file.endswith(".py") else None, held)


def _imports(name: str, file: Path) -> Iterator[str]:
    """The names that a module imports; those of classes and functions are among them."""
    # a dot takes one part off; __init__ is a part of its package
    parts = [*name.split("."), *["__init__"] * (file.stem == "__init__")]
    for dots, imported in _statements(*_version(file)):
        yield ".".join([*parts[:-dots], imported]).rstrip(".") if dots else imported


@functools.lru_cache(maxsize=4096)
def _statements(file: Path, changed: int, size: int) -> list[tuple[int, str]]:
    """What a module's statements import: the number of dots before it, and its name."""
    found: list[tuple[int, str]] = []
    waiting: list[ast.AST] = [_parsed(_read(file, changed, size))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found += [(0, each.name) for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            found.append((node.level, origin))
            found += [(node.level, f"{origin}.{each.name}".lstrip(".")) for each in node.names]
        for block in _BLOCKS:
            waiting += getattr(node, block, ())
    return found


def _parsed(source: bytes) -> ast.Module:
    """A module's tree, which is empty where it is no Python."""
    no_python = contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError)
    # a warning that is an error would hide what the module imports
    with warnings.catch_warnings(action="ignore"), no_python:
        return ast.parse(source)
    return ast.Module([], [])


def _text(file: Path) -> str:
    return _read(*_version(file)).decode(errors="backslashreplace")


def _version(file: Path) -> tuple[Path, int, int]:
    status = file.stat()
    return file, status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=4096)
def _read(file: Path, _changed: int, _size: int) -> bytes:
    return file.read_bytes()
