"""The code that a scenario depends on: its module, and what of the project that imports."""

from __future__ import annotations

import functools
import importlib.util
import re
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.machinery import ModuleSpec

# Text of this form in a docstring names a module more, which does no harm.
_FROM: Final = re.compile(
    r"^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n;]*)", re.MULTILINE
)
_IMPORT: Final = re.compile(r"^[ \t]*import[ \t]+([^\n;]+)", re.MULTILINE)
_NAME: Final = re.compile(r"[\w.]+")
_MAKERS: Final = ("factory_boy", "Faker", "SQLAlchemy", "factoryfloor")
_OWN: Final = Path(__file__).parent.parent


class _Module(NamedTuple):
    name: str
    file: Path

    @property
    def package(self) -> str:
        return self.name if self.file.stem == "__init__" else self.name.rpartition(".")[0]


def sources_of(module: str, roots: Iterable[Path]) -> Iterator[str]:
    """The texts of a module and of all that it imports, in a fixed order, each with its name.

    Only modules below `roots` count, and none of an environment's libraries. Of a package around
    an imported module its own text counts, and not what that imports.
    """
    found = _closure(module, tuple(Path(root).resolve() for root in roots))
    around = {parent for name in found for parent in _parents(name)}
    for name in sorted(found | around):
        if file := _file_of(name):
            yield f"{name}\0{_text(file)}"


def makers() -> Iterator[str]:
    """The versions of what makes rows of factories, and factoryfloor's own source of it."""
    for name in _MAKERS:
        yield f"{name}=={metadata.version(name)}"
    for folder in ("factories", "scenarios"):
        yield from (_text(file) for file in sorted((_OWN / folder).rglob("*.py")))
    yield _text(_OWN / "randomness.py")


def _closure(module: str, roots: tuple[Path, ...]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found or not _is_of_project(name.partition(".")[0], roots):
            continue
        if file := _file_of(name):
            found.add(name)
            waiting += _imports(_Module(name, file))
    return found


def _imports(module: _Module) -> Iterator[str]:
    text = _text(module.file)
    for dots, origin, names in _FROM.findall(text):
        base = origin
        if dots:
            package = module.package.rsplit(".", len(dots) - 1)[0]
            base = f"{package}.{origin}" if origin else package
        yield base
        yield from (f"{base}.{name}" for name in _NAME.findall(names))
    for names in _IMPORT.findall(text):
        for one in names.split(","):
            yield from _NAME.findall(one)[:1]


def _parents(name: str) -> Iterator[str]:
    while name := name.rpartition(".")[0]:
        yield name


@functools.lru_cache(maxsize=1024)
def _is_of_project(package: str, roots: tuple[Path, ...]) -> bool:
    """Whether a module without dots, or a package, is in one of these folders."""
    places = [Path(place).resolve() for place in _places(package)]
    libraries = [place for place in places if "site-packages" in place.parts]
    return not libraries and any(place.is_relative_to(root) for root in roots for place in places)


def _places(name: str) -> list[str]:
    spec = _spec(name)
    if spec is None:
        return []
    own = [spec.origin] if spec.origin and spec.has_location else []
    return own or list(spec.submodule_search_locations or ())


def _file_of(name: str) -> Path | None:
    """The source of a module, loaded or not; None where there is none of this name."""
    spec = _spec(name)
    origin = spec.origin if spec is not None and spec.has_location else None
    return Path(origin) if origin and origin.endswith(".py") else None


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, AttributeError, ValueError):
        return None


def _text(file: Path) -> str:
    status = file.stat()
    return _read(file, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=1024)
def _read(file: Path, _changed: int, _size: int) -> str:
    return file.read_text(encoding="utf-8")
