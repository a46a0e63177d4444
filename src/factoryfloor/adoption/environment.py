"""The variables that an application is imported with."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


def filled(
    environment: Mapping[str, str], values: Mapping[str, object], *, file: Path
) -> dict[str, str]:
    """The variables with their `{placeholders}` filled in.

    Raises `SettingsError` for a placeholder that is not among `values`.
    """
    result = {}
    for name, text in environment.items():
        try:
            result[name] = text.format_map(values)
        except (KeyError, ValueError, IndexError) as error:
            raise SettingsError(
                f"{file}: environment.{name} = {text!r} cannot be filled in ({error}); "
                f"known are {', '.join('{' + key + '}' for key in values)}, and a brace that is "
                "meant as such is written twice."
            ) from None
    return result


def set_environment(variables: Mapping[str, str], pythonpath: Iterable[Path]) -> Callable[[], None]:
    """Set the variables and extend `sys.path`; the result puts both back."""
    before = {name: os.environ.get(name) for name in variables}
    added = [str(folder) for folder in pythonpath if str(folder) not in sys.path]
    os.environ.update(variables)
    sys.path[:0] = added

    def undo() -> None:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for folder in added:
            if folder in sys.path:
                sys.path.remove(folder)

    return undo
