"""An address means the same server as a URL, to libpq and to SQLAlchemy."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from factoryfloor.errors import SettingsError
from factoryfloor.server import Address, EmbeddedServer, ExternalServer, database_in, server_from
from factoryfloor.server.url import address_in


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg_async"]
)
def test_every_spelling_of_a_url_is_understood(scheme: str) -> None:
    url = f"{scheme}://ann:p%40ss@db.example:5433/shop_test?sslmode=require"

    assert address_in(url) == Address("db.example", 5433, "ann", "p@ss", {"sslmode": "require"})
    assert database_in(url) == "shop_test"


def test_a_socket_is_understood() -> None:
    found = address_in("postgresql+psycopg://ann@/shop_test?host=/run/postgresql&port=5433")

    assert found == Address("/run/postgresql", 5433, "ann")


def test_a_url_may_name_no_database() -> None:
    assert database_in("postgresql://localhost") is None


@pytest.mark.parametrize(
    "address",
    [
        Address("/run/my folder", 5433, "ann"),
        Address("localhost", 5432, "ann", "p@ss:w/rd %?#'"),
        Address("::1", 5432, "ann", options={"sslmode": "require", "application_name": "a b"}),
    ],
)
@pytest.mark.parametrize("database", ["a b", "50%?", "é$+x", "a@b/c"])
def test_libpq_and_sqlalchemy_are_told_the_same(address: Address, database: str) -> None:
    conninfo = conninfo_to_dict(address.conninfo(database))
    libpq = {name: str(value) for name, value in conninfo.items()}
    url = make_url(address.url(database))
    sqlalchemy = url.translate_connect_args(username="user", database="dbname") | dict(url.query)

    assert {name: str(value) for name, value in sqlalchemy.items()} == libpq
    assert address_in(address.url(database)) == address


def test_a_password_does_not_show_in_a_repr() -> None:
    assert "secret" not in repr(Address("localhost", 5432, "ann", "secret"))


@pytest.mark.parametrize(
    "url, message",
    [
        ("postgresql+asyncpg://ann:secret@localhost/x", r"begins with postgresql\+asyncpg://"),
        ("mysql://ann:secret@localhost/x", "begins with mysql://"),
        ("host=localhost password=secret", "is not a URL"),
        ("postgresql://ann:se@secret@localhost/x", "%40 for @"),
        ("postgresql://ann:secret@[::1/x", "cannot be read"),
        ("postgresql://ann:secret@localhost/x?colour=red", "parameter 'colour'"),
        ("postgresql://ann:secret@localhost:port/x", "port 'port'"),
    ],
)
def test_a_url_that_cannot_be_is_refused_without_telling_its_password(
    url: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        address_in(url)

    assert "TEST_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_url_chooses_the_external_server_and_none_the_embedded() -> None:
    assert isinstance(server_from("postgresql://localhost/x"), ExternalServer)
    assert isinstance(server_from(None), EmbeddedServer)
    assert isinstance(server_from(""), EmbeddedServer)
