"""Databases that factoryfloor did not make are not touched, whatever leads to them."""

from __future__ import annotations

import shutil
import sys
import tempfile
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from factoryfloor.errors import (
    FactoryFloorError,
    ForeignDatabaseError,
    ServerUnreachableError,
    SettingsError,
)
from factoryfloor.server import Address, EmbeddedServer
from factoryfloor.web.finding import open_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.web.conftest import Home, Server

    Serve = Callable[..., Server]

TABLE = """
[tool.factoryfloor]
base = "strange_application:Base"
engine = "strange_application:engine"
"""


@pytest.fixture(scope="module")
def application() -> Iterator[types.ModuleType]:
    """A module whose engine each test chooses."""
    module = types.ModuleType("strange_application")
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strange")
    (folder / "pyproject.toml").write_text(TABLE)
    return folder


@pytest.fixture(scope="module")
def quiet_server() -> Iterator[EmbeddedServer]:
    """A server that nobody else uses, without a registry."""
    # not below tmp_path, which would be too long for a socket and closed to the server's account
    folder = Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
    folder.chmod(0o1777)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACTORYFLOOR_RUNTIME_DIR", str(folder))
        server = EmbeddedServer()
    server.ensure()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def theirs(conninfo: str) -> psycopg.Connection:
    """Somebody's database with something in it."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE items (id serial PRIMARY KEY, name text UNIQUE)")
        connection.execute("INSERT INTO items (name) VALUES ('precious')")
    return psycopg.connect(conninfo, autocommit=True)


def databases_of(server: EmbeddedServer) -> list[tuple[Any, ...]]:
    """All databases of the server, with what can be said of one without connecting to it."""
    query = "SELECT d, shobj_description(d.oid, 'pg_database') FROM pg_database d ORDER BY datname"
    with psycopg.connect(server.address.conninfo("postgres")) as connection:
        return connection.execute(query).fetchall()


def open_and_close(project: Path) -> None:
    with open_home(project, project / "pyproject.toml"):
        pass


def test_somebodys_database_is_refused_and_served_as_ever(
    serve: Serve, theirs: psycopg.Connection, url: str
) -> None:
    shop = serve(url)
    answers = [
        shop.client.request(method, f"/api/v1/test/{name}", json={"scenario": "one-cup"})
        for method, name in [
            ("POST", "seed"),
            ("POST", "cleanup"),
            ("GET", "scenarios"),
            ("GET", "health"),
        ]
    ]

    assert {answer.status_code for answer in answers} == {403}
    for answer in answers:
        assert "not made by factoryfloor" in answer.json()["detail"]
        assert "factoryfloor run" in answer.json()["detail"]
    assert shop.get("/items") == ["precious"]
    assert theirs.execute("SELECT name FROM items").fetchall() == [("precious",)]
    theirs.close()


def test_a_server_that_factoryfloor_never_used_stays_as_it_is(
    serve: Serve, quiet_server: EmbeddedServer
) -> None:
    shop = serve(quiet_server.address.url("postgres"))
    before = databases_of(quiet_server)

    answer = shop.client.post("/api/v1/test/seed", json={"scenario": "one-cup"})

    assert answer.status_code == 403
    assert databases_of(quiet_server) == before


@pytest.mark.parametrize(
    "variables, status, told",
    [
        ({}, 503, "Start the server again"),
        ({"FACTORYFLOOR_CONFIG": "/absent.toml"}, 500, "/absent.toml: there is no such"),
    ],
)
def test_what_is_missing_is_told_and_the_application_goes_on_without(
    serve: Serve, variables: dict[str, str], status: int, told: str
) -> None:
    shop = serve("postgresql+psycopg://postgres@/shop?host=/nowhere", **variables)

    answer = shop.client.post("/api/v1/test/seed", json={"scenario": "one-cup"})

    assert answer.status_code == status
    assert told in answer.json()["detail"]
    assert shop.get("/plain") == "plain"


def test_a_home_that_somebody_has_made_anew_is_refused(
    home: Home, serve: Serve, admin: psycopg.Connection
) -> None:
    shop = serve(home.url)
    shop.seed("one-cup")
    name = psycopg.conninfo.conninfo_to_dict(home.conninfo)["dbname"]
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.execute(f"CREATE DATABASE {name}")

    answer = shop.client.post("/api/v1/test/seed", json={"scenario": "one-plate"})

    assert answer.status_code == 403
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    "engine, message",
    [
        (create_engine("sqlite://"), "postgresql\\+psycopg://"),
        (create_engine("postgresql+psycopg://localhost"), "names no database"),
        (None, "needs? `engine"),
        (object(), "needs? `engine"),
    ],
)
def test_an_engine_that_tells_nothing_is_refused(
    application: types.ModuleType, project: Path, engine: object, message: str
) -> None:
    application.engine = engine  # type: ignore[attr-defined]  # the module is made for it

    with pytest.raises(SettingsError, match=message):
        open_and_close(project)


def test_a_folder_without_settings_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FACTORYFLOOR_CONFIG", raising=False)

    with pytest.raises(SettingsError, match="FACTORYFLOOR_CONFIG"), open_home(tmp_path, None):
        pass


database_names = st.one_of(
    st.sampled_from(["postgres", "template0", "template1", "factoryfloor", "FACTORYFLOOR"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
)


@settings(max_examples=60, deadline=None)
@given(name=database_names, is_reachable=st.booleans(), is_async=st.booleans())
def test_no_url_makes_it_touch_what_it_did_not_make(
    application: types.ModuleType,
    project: Path,
    quiet_server: EmbeddedServer,
    name: str,
    is_reachable: bool,
    is_async: bool,
) -> None:
    nowhere = Address("/nowhere", 1, "postgres")
    url = (quiet_server.address if is_reachable else nowhere).url(name)
    application.engine = (  # type: ignore[attr-defined]  # the module is made for it
        create_async_engine(url, poolclass=NullPool) if is_async else create_engine(url)
    )
    before = databases_of(quiet_server)

    with pytest.raises(FactoryFloorError) as refused:
        open_and_close(project)

    expected = ForeignDatabaseError if is_reachable else ServerUnreachableError
    assert isinstance(refused.value, expected)
    assert databases_of(quiet_server) == before
