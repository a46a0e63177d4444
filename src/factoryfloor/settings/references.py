"""References such as `app.database:Base`, resolved with an error that says what is missing."""

from __future__ import annotations

import difflib
import importlib
import traceback
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType


def resolve(reference: str, *, key: str, file: Path) -> object:
    """The object that `module:attribute.path` names.

    Raises `SettingsError`, naming `file` and `key`, when there is none, and when the module cannot
    be imported: then with the place and the error in it.
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
    except Exception as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and (name == missing or name.startswith(f"{missing}.")):
            raise SettingsError(
                f"{file}: {key} names the module {name!r}, but there is no module {missing!r}. "
                f"Is its folder in `pythonpath` (relative to {file.parent})?"
            ) from None
        raise SettingsError(
            f"{file}: {key} names the module {name!r}, which cannot be imported: "
            f"{type(error).__name__}: {error} ({_place(error)})"
        ) from error


def _place(error: Exception) -> str:
    """The file and line of the deepest frame that is code, not the import system."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    code = [frame for frame in frames if not frame.filename.startswith("<frozen")]
    return f"{code[-1].filename}:{code[-1].lineno}"


def _like(name: str, owner: object) -> str:
    close = difflib.get_close_matches(name, dir(owner), n=1)
    return f"; did you mean {close[0]!r}?" if close else "."
