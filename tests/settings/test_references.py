"""A reference that names nothing is an error that says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from factoryfloor.errors import SettingsError
from factoryfloor.settings import import_modules, resolve

FILE = Path("pyproject.toml")


def test_a_path_of_attributes_is_followed() -> None:
    assert resolve("pathlib:Path.name", key="base", file=FILE) is Path.name


@pytest.mark.parametrize(
    "reference, message",
    [
        ("pathlib", 'base = "pathlib" must be written "module:attribute"'),
        ("no_such_module:Base", "there is no module 'no_such_module'"),
        ("pathlib:Pth", "pathlib has no 'Pth'; did you mean 'Path'"),
        ("pathlib:Path.nme", "pathlib has no 'Path.nme'; did you mean 'name'"),
    ],
)
def test_a_reference_to_nothing_is_explained(reference: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        resolve(reference, key="base", file=FILE)

    assert message in str(raised.value)
    assert "pyproject.toml" in str(raised.value)


@pytest.mark.parametrize(
    "text, message",
    [
        ("\nimport absent_dependency", "ModuleNotFoundError: No module named 'absent_dependency'"),
        ("\nassert False, 'why'", "AssertionError: why"),
        ("\nimport", "SyntaxError: "),
    ],
)
def test_what_a_module_raises_when_imported_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    module = tmp_path / "broken_inside.py"
    module.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(SettingsError) as raised:
        import_modules(["broken_inside"], key="models", file=FILE)

    assert message in str(raised.value)
    assert f"({module}:2)" in str(raised.value)
