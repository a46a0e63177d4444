"""What each key of the table may hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TABLE = "[tool.factoryfloor]"


def _wrong(file: Path, key: str, value: object, wanted: str) -> SettingsError:
    return SettingsError(f"{file}: {TABLE} {key} must be {wanted}; it is {value!r}.")


def _text(file: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(file, key, value, "a text")
    return value


def _texts(file: Path, key: str, value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise _wrong(file, key, value, "a text or a list of texts")
    return tuple(values)


def _path(file: Path, key: str, value: object) -> Path:
    return file.parent / Path(_text(file, key, value)).expanduser()


def _paths(file: Path, key: str, value: object) -> tuple[Path, ...]:
    return tuple(_path(file, key, one) for one in _texts(file, key, value))


def _mapping(file: Path, key: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(file, key, value, "a table")
    return value


def _text_mapping(file: Path, key: str, value: object) -> Mapping[str, str]:
    return {
        name: _text_or_empty(file, f"{key}.{name}", one)
        for name, one in _mapping(file, key, value).items()
    }


def _text_or_empty(file: Path, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(file, key, value, "a text")
    return value


def _flag(file: Path, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(file, key, value, "true or false")
    return value


def _version(file: Path, key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 15 <= value <= 18:
        raise _wrong(file, key, value, "a major version of PostgreSQL, 15 to 18")
    return value


def _seconds(file: Path, key: str, value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0:
        raise _wrong(file, key, value, "a number of seconds above 0")
    return float(value)


PARSERS: dict[str, Callable[[Path, str, object], Any]] = {
    "base": _text,
    "pythonpath": _paths,
    "models": _texts,
    "app": _text,
    "get_db": _texts,
    "engine": _texts,
    "sessionmaker": _texts,
    "environment": _text_mapping,
    "patch": _mapping,
    "disable": _texts,
    "schema": _text,
    "reference_data": _text,
    "factories": _texts,
    "fixture_names": _text_mapping,
    "scenarios": _texts,
    "fast_hashing": _flag,
    "database": _text,
    "postgres_version": _version,
    "postgres_binaries": _path,
    "idle_timeout": _seconds,
}
