"""Which connections are the application's own, and where they are led."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine

from factoryfloor.server import Address, ExternalServer
from factoryfloor.web.address import EngineAddress, leading_to


@pytest.fixture(autouse=True)
def no_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT"):
        monkeypatch.delenv(name, raising=False)


def address(url: str) -> EngineAddress:
    return EngineAddress(create_engine(url))


@pytest.mark.parametrize(
    "parameters",
    [
        {"host": "localhost", "port": 5432, "dbname": "shop"},
        {"host": "127.0.0.1", "dbname": "shop", "user": "another"},
        {"host": "::1", "port": "5432", "dbname": "shop"},
    ],
)
def test_the_same_database_is_recognised_in_other_words(parameters: dict[str, Any]) -> None:
    assert address("postgresql+psycopg://me@localhost/shop").matches(parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"host": "localhost", "dbname": "other"},
        {"host": "localhost", "port": 5433, "dbname": "shop"},
        {"host": "db.example", "dbname": "shop"},
        {"dbname": "shop"},
        {"host": "localhost"},
    ],
)
def test_another_database_is_not(parameters: dict[str, Any]) -> None:
    assert not address("postgresql+psycopg://me@localhost/shop").matches(parameters)


def test_what_a_url_leaves_out_is_completed_as_libpq_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGPORT", "5433")

    found = address("postgresql+psycopg:///shop")

    assert found.matches({"host": "db.example", "port": 5433, "dbname": "shop"})


def test_a_connection_is_led_elsewhere_as_the_role_that_it_is() -> None:
    parameters = {"host": "h", "port": 5, "user": "u", "password": "p w", "dbname": "shop"}

    found = leading_to("world", {**parameters, "context": object(), "prepare_threshold": None})

    expected = {"host": "h", "port": "5", "user": "u", "password": "p w", "dbname": "world"}
    assert conninfo_to_dict(found) == expected


def test_the_usual_server_serves_where_it_is_the_same() -> None:
    usual = ExternalServer("postgresql://tester@127.0.0.1/postgres")

    assert address("postgresql+psycopg://me@localhost/shop").server(usual) is usual


def test_the_urls_own_server_serves_where_it_is_another() -> None:
    usual = ExternalServer("postgresql://tester@127.0.0.1/postgres")

    found = address("postgresql+psycopg://me:p%40w@db.example:5433/shop?sslmode=prefer")

    expected = Address("db.example", 5433, "me", "p@w", {"sslmode": "prefer"})
    assert found.server(usual).address == expected
    assert found.server(None).address == expected
