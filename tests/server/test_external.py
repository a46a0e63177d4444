"""A server of the user's own is used, or the error says what is wrong with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.errors import InsufficientPrivilegeError, ServerUnreachableError, SettingsError
from factoryfloor.server import Address, EmbeddedServer, ExternalServer
from factoryfloor.server.account import server_account
from factoryfloor.server.binaries import find_binaries
from factoryfloor.server.caches import reachable
from factoryfloor.server.diagnosis import explain
from factoryfloor.server.external import check_version

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server with passwords: postgres' is `right`."""
    account, found = server_account(), unused_port()
    folder = Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
    programs = reachable(find_binaries(), account, folder).programs / "bin"
    (folder / "password").write_text("right")
    for each in (folder, folder / "password"):
        os.chown(each, account.uid, account.gid)
    initdb = [
        "-D",
        "data",
        "-U",
        "postgres",
        "--no-sync",
        "-A",
        "scram-sha-256",
        "--pwfile=password",
    ]
    postgres = f"-D data -k {folder} -p {found} -F".split()
    with (folder / "log").open("w") as log:
        started = partial(
            subprocess.Popen,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=account.uid,
            group=account.gid,
        )
        assert started([programs / "initdb", *initdb]).wait() == 0
        process = started([programs / "postgres", *postgres])
    try:
        wait_until_answering(found)
        yield found
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


def wait_until_answering(port: int) -> None:
    address = ExternalServer(url(port)).address
    for _ in range(1000):
        try:
            psycopg.connect(address.conninfo("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("the server with passwords did not start")


def url(port: int, login: str = "postgres:right", host: str = "127.0.0.1") -> str:
    return f"postgresql+psycopg://{login}@{host}:{port}/shop_test"


@pytest.fixture
def admin(port: int) -> Iterator[psycopg.Connection]:
    address = ExternalServer(url(port)).address
    with psycopg.connect(address.conninfo("template1"), autocommit=True) as connection:
        yield connection


def complaint(server: ExternalServer) -> str:
    with pytest.raises(ServerUnreachableError) as caught:
        server.ensure()
    return str(caught.value)


def test_a_server_that_answers_is_used_although_its_database_is_missing(port: int) -> None:
    server = ExternalServer(url(port))

    server.ensure()

    assert (server.maintenance, server.strategy) == ("postgres", "WAL_LOG")


def test_a_server_without_the_database_postgres_is_used_through_another(
    port: int, admin: psycopg.Connection
) -> None:
    server = ExternalServer(url(port))
    admin.execute("ALTER DATABASE postgres RENAME TO gone")

    server.ensure()

    admin.execute("ALTER DATABASE gone RENAME TO postgres")
    assert server.maintenance == "template1"


def test_the_embedded_server_is_understood_as_an_external_one(server: EmbeddedServer) -> None:
    ExternalServer(server.address.url("shop_test")).ensure()


def test_a_server_that_does_not_run_is_named() -> None:
    number = unused_port()

    said = complaint(ExternalServer(url(number)))

    assert f"Nothing listens at 127.0.0.1:{number}" in said
    assert "unset TEST_DATABASE_URL" in said


def test_a_socket_without_a_server_is_named(tmp_path: Path) -> None:
    said = complaint(ExternalServer(f"postgresql:///shop_test?host={tmp_path}"))

    assert f"Nothing listens at the socket of port 5432 in {tmp_path}" in said


@pytest.mark.parametrize("login", ["postgres:wrong1", "postgres"])
def test_a_password_wrong_or_missing_is_told_with_its_role(
    port: int, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)

    said = complaint(ExternalServer(url(port, login)))

    assert f"127.0.0.1:{port} refuses role 'postgres': the password is wrong or missing" in said
    assert "wrong1" not in said


def test_an_unknown_host_is_named() -> None:
    said = complaint(ExternalServer(url(5432, host="no-such-host.invalid")))

    assert "The host of no-such-host.invalid:5432 is unknown" in said


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        number = mute.getsockname()[1]

        said = complaint(ExternalServer(f"{url(number)}?connect_timeout=2"))

    assert f"127.0.0.1:{number} did not answer in time" in said


def test_another_refusal_is_told_in_the_servers_words(port: int) -> None:
    said = complaint(ExternalServer(f"{url(port)}?sslmode=require"))

    assert f"127.0.0.1:{port} refuses role 'postgres'" in said
    assert "SSL" in said


def test_no_refusal_tells_the_password() -> None:
    error = psycopg.OperationalError("an odd one about secret")

    said = str(explain(error, Address("localhost", 5432, "ann", "secret")))

    assert "an odd one about ***" in said


def test_a_role_that_does_not_exist_is_named(server: EmbeddedServer) -> None:
    said = complaint(ExternalServer(server.address.url("x").replace("postgres@", "ann@")))

    assert "does not know role 'ann'" in said


def test_a_role_that_may_not_create_databases_is_told_how_to(
    port: int, admin: psycopg.Connection
) -> None:
    admin.execute("CREATE ROLE limited LOGIN PASSWORD 'right'")
    server = ExternalServer(url(port, "limited:right"))

    with pytest.raises(InsufficientPrivilegeError, match='ALTER ROLE "limited" CREATEDB'):
        server.ensure()

    admin.execute("ALTER ROLE limited CREATEDB")
    server.ensure()
    admin.execute("DROP ROLE limited")


def test_a_version_too_old_is_refused() -> None:
    check_version(15)
    with pytest.raises(SettingsError, match="needs 15 to 18"):
        check_version(14)


def test_its_description_holds_no_password(port: int) -> None:
    assert ExternalServer(url(port)).describe() == f"PostgreSQL at 127.0.0.1:{port} as postgres"
