"""The scenarios' names and the types of their data, for tests in TypeScript."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from factoryfloor.errors import SettingsError
from factoryfloor.floor import open_floor
from factoryfloor.scenarios import Catalogue
from factoryfloor.scenarios.shapes import typescript

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from factoryfloor.settings import Settings

_SHOWN: Final = 40


def types(arguments: argparse.Namespace) -> int:
    """0 when the file holds what the scenarios say, 1 where `--check` finds that it does not.

    Without a file it is printed. No server is started.
    """
    file: Path | None = arguments.file
    if arguments.check and file is None:
        raise SettingsError("say which file to check: factoryfloor types --check FILE")
    with open_floor(arguments.config) as floor:
        text = typescript(_catalogue(floor.settings))
    if file is None:
        print(text, end="")
        return 0
    return _check(file, text) if arguments.check else _write(file, text)


def _catalogue(settings: Settings) -> Catalogue:
    found = Catalogue(settings)
    if not found.known:
        raise SettingsError(
            f"{settings.file}: no module of the key `scenarios` has a scenario. Write "
            'scenarios = ["module"] in [tool.factoryfloor], and @scenario("name") there.'
        )
    return found


def _write(file: Path, text: str) -> int:
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"cannot write {file}: {error.strerror}.") from None
    return 0


def _check(file: Path, text: str) -> int:
    try:
        found = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        found = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {file}: {error}.") from None
    if found == text:
        return 0
    print(f"{file} is not what the scenarios say; write it anew: factoryfloor types {file}")
    _show(list(difflib.unified_diff(found.splitlines(), text.splitlines(), n=1, lineterm=""))[2:])
    return 1


def _show(lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        print(f"  {line}")
    if len(lines) > _SHOWN:
        print(f"  … and {len(lines) - _SHOWN} more lines")
