"""The table is read whole, and each mistake in it is named with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import SettingsError
from factoryfloor.settings import find, load

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(f"[tool.factoryfloor]\n{text}")
    return file


def test_every_key_has_a_default_but_the_base(tmp_path: Path) -> None:
    settings = load(table(tmp_path, 'base = "shop:Base"'))

    assert settings.base == "shop:Base"
    assert settings.schema == "metadata"
    assert settings.fast_hashing
    assert settings.idle_timeout == 300
    assert settings.alembic_ini is None


def test_one_text_may_stand_for_a_list(tmp_path: Path) -> None:
    settings = load(table(tmp_path, 'base = "shop:Base"\nmodels = "shop.models"'))

    assert settings.models == ("shop.models",)


def test_paths_start_from_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "alembic.ini").touch()

    settings = load(
        table(tmp_path, 'base = "s:B"\npythonpath = ["code"]\nschema = "alembic:alembic.ini"')
    )

    assert settings.pythonpath == (tmp_path / "code",)
    assert settings.alembic_ini == tmp_path / "alembic.ini"


def test_the_nearest_file_with_a_table_is_found(tmp_path: Path) -> None:
    file = table(tmp_path, 'base = "shop:Base"')
    inner = tmp_path / "one" / "two"
    inner.mkdir(parents=True)
    (tmp_path / "one" / "pyproject.toml").write_text("[project]\nname = 'other'\n")

    assert find(inner) == file


def test_without_a_table_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

    assert find(tmp_path) is None


@pytest.mark.parametrize(
    "text, message",
    [
        ('base = "s:B"\ndatabse = "x"', "unknown key 'databse'; did you mean 'database'"),
        ('base = "s:B"\nqqqq = "x"', "unknown key 'qqqq'; known are app, base"),
        ('models = "shop"', 'needs `base = "module:Base"`'),
        ('base = "s:B"\nmodels = 3', "models must be a text or a list of texts; it is 3"),
        ("base = 3", "base must be a text; it is 3"),
        ('base = "s:B"\nfast_hashing = "no"', "fast_hashing must be true or false"),
        ('base = "s:B"\npostgres_version = 12', "a major version of PostgreSQL, 15 to 18"),
        ('base = "s:B"\nidle_timeout = 0', "a number of seconds above 0"),
        ('base = "s:B"\nschema = "sql:x"', "schema is 'sql:x'; it must be \"metadata\" or"),
        ('base = "s:B"\nschema = "alembic:no.ini"', "no.ini, which does not exist"),
        ('base = "s:B"\npythonpath = ["no"]', "no, which does not exist"),
        ('base = "s:B"\nenvironment = "x"', "environment must be a table"),
        ('base = "s:B"\nenvironment = { A = 1 }', "environment.A must be a text"),
        ('base = "s:B', "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    file = table(tmp_path, text)

    with pytest.raises(SettingsError) as raised:
        load(file)

    assert message in str(raised.value)
    assert str(file) in str(raised.value)


def test_a_named_file_must_exist_and_have_the_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such configuration file"):
        load(tmp_path / "absent.toml")

    empty = tmp_path / "empty.toml"
    empty.touch()
    with pytest.raises(SettingsError, match=r"has no \[tool\.factoryfloor\] table"):
        load(empty)
