"""The environment chooses the embedded server, for one run on another version."""

from __future__ import annotations

from pathlib import Path

import pytest

from factoryfloor.errors import BinariesMissingError, SettingsError
from factoryfloor.server import EmbeddedServer
from factoryfloor.settings import load

VERSION = "FACTORYFLOOR_POSTGRES_VERSION"
BINARIES = "FACTORYFLOOR_POSTGRES_BINARIES"
pytestmark = pytest.mark.usefixtures("no_choice")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table that names both a version and a folder."""
    file = tmp_path / "pyproject.toml"
    file.write_text(
        '[tool.factoryfloor]\nbase = "s:B"\npostgres_version = 16\npostgres_binaries = "here"'
    )
    return file


def test_without_a_variable_the_table_is_followed(table: Path) -> None:
    settings = load(table)

    assert settings.postgres_version == 16
    assert settings.postgres_binaries == table.parent / "here"


def test_a_version_alone_also_replaces_the_folder(
    monkeypatch: pytest.MonkeyPatch, table: Path
) -> None:
    monkeypatch.setenv(VERSION, "18")

    settings = load(table)

    assert settings.postgres_version == 18
    assert settings.postgres_binaries is None


def test_a_folder_alone_also_replaces_the_version(
    monkeypatch: pytest.MonkeyPatch, table: Path
) -> None:
    monkeypatch.setenv(BINARIES, "there")

    settings = load(table)

    assert settings.postgres_version is None
    assert settings.postgres_binaries == Path.cwd() / "there"


def test_a_server_of_no_choice_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VERSION, "16")

    assert EmbeddedServer().describe().startswith("embedded PostgreSQL 16 at")
    assert EmbeddedServer(version=18).describe().startswith("embedded PostgreSQL 18 at")


def test_a_folder_without_programs_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(BINARIES, str(tmp_path))

    with pytest.raises(BinariesMissingError, match=f"no PostgreSQL in {tmp_path}"):
        EmbeddedServer()


@pytest.mark.parametrize("text", ["14", "17.7", "newest"])
def test_what_is_no_version_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VERSION, text)

    with pytest.raises(SettingsError, match=rf"{VERSION} must be a major version.*'{text}'"):
        EmbeddedServer()
