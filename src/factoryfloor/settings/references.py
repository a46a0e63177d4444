"""References such as `app.database:Base`, resolved with an error that says what is missing."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType


def resolve(reference: str, *, key: str, file: Path) -> object:
    """The object that `module:attribute.path` names.

    Raises `SettingsError`, naming `file` and `key`, when there is none. What the module itself
    raises while it is imported comes through unchanged.
    """
    module_name, colon, path = reference.partition(":")
    if not (module_name and colon and path):
        raise SettingsError(
            f'{file}: {key} = "{reference}" must be written "module:attribute", '
            'such as "app.database:Base".'
        )
    found: object = _module(module_name, key=key, file=file)
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise SettingsError(
                f'{file}: {key} = "{reference}": {module_name} has no {path!r}{_like(name, found)}'
            ) from None
    return found


def import_modules(names: Iterable[str], *, key: str, file: Path) -> list[ModuleType]:
    """The modules of these names. Raises `SettingsError` for one that does not exist."""
    return [_module(name, key=key, file=file) for name in names]


def _module(name: str, *, key: str, file: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise SettingsError(
            f"{file}: {key} names the module {name!r}, but there is no module {error.name!r}. "
            f"Is its folder in `pythonpath` (relative to {file.parent})?"
        ) from None


def _like(name: str, owner: object) -> str:
    close = difflib.get_close_matches(name, dir(owner), n=1)
    return f"; did you mean {close[0]!r}?" if close else "."
