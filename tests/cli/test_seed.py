"""`factoryfloor seed` puts a scenario into a database, and prints its URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Shop

    Titles = Callable[[str], list[str]]
    Names = Callable[[], set[str]]


def test_without_a_target_a_database_of_its_own_is_made_and_kept(
    shop: Shop, titles: Titles, databases: Names
) -> None:
    seeded = shop.command("seed", "shelf")

    assert seeded.returncode == 0, seeded.stderr
    assert seeded.stdout == f"{shop.url('shelf')}\n"
    assert titles("shelf") == ["Book 1", "Book 2"]
    assert databases() == {"shelf"}


def test_seeding_replaces_what_an_earlier_seeding_made(
    shop: Shop, titles: Titles, databases: Names
) -> None:
    shop.command("seed", "shelf")
    with psycopg.connect(shop.url("shelf").replace("+psycopg", "")) as connection:
        connection.execute("DELETE FROM books")

    again = shop.command("seed", "bookshelf", "--scale", "3")

    assert again.returncode == 0, again.stderr
    assert titles(again.stdout.strip()) == ["Book 1", "Book 2", "Book 3"]
    assert databases() == {"shelf"}


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg_async", "postgres"]
)
def test_every_spelling_of_a_url_leads_there(shop: Shop, titles: Titles, scheme: str) -> None:
    url = shop.url("made here").replace("postgresql+psycopg", scheme)

    seeded = shop.command("seed", "shelf", "--into", url)

    assert seeded.returncode == 0, seeded.stderr
    assert seeded.stdout.strip() == shop.url("made here")
    with psycopg.connect(shop.server.address.conninfo(f"{shop.prefix}_made here")) as connection:
        assert connection.execute("SELECT count(*) FROM books").fetchone() == (2,)


def test_the_database_of_the_environment_is_seeded(shop: Shop, titles: Titles) -> None:
    shop.environment["TEST_DATABASE_URL"] = shop.url("shared")

    seeded = shop.command("seed", "shelf")

    assert seeded.returncode == 0, seeded.stderr
    assert titles("shared") == ["Book 1", "Book 2"]


def test_an_empty_database_is_taken_when_adopted(
    shop: Shop, titles: Titles, databases: Names, admin: psycopg.Connection
) -> None:
    admin.execute(f"CREATE DATABASE {shop.prefix}_theirs")

    refused = shop.command("seed", "shelf", "--into", shop.url("theirs"))
    seeded = shop.command("seed", "shelf", "--into", shop.url("theirs"), "--adopt")
    again = shop.command("seed", "shelf", "--into", shop.url("theirs"))

    assert (refused.returncode, seeded.returncode, again.returncode) == (2, 0, 0)
    assert "say --adopt" in refused.stderr
    assert titles("theirs") == ["Book 1", "Book 2"]
    assert databases() == {"theirs"}


def test_on_another_server_schema_and_snapshot_are_made_there(
    shop: Shop, titles: Titles, databases: Names, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = EmbeddedServer(idle_timeout=30)
    other.ensure()
    monkeypatch.delenv("FACTORYFLOOR_RUNTIME_DIR")
    url = other.address.url(f"{shop.prefix}_far")

    seeded = shop.command("seed", "shelf", "--into", url)

    assert seeded.returncode == 0, seeded.stderr
    assert titles(url) == ["Book 1", "Book 2"]
    assert databases() == set()
    other.stop()


def test_values_hang_on_the_seed_and_standard_output_has_the_url_alone(shop: Shop) -> None:
    loud = shop.command("seed", "shelf", "--seed", "7")
    quiet = shop.command("seed", "shelf", "--seed", "8", "--quiet")

    assert "a word of the scenario's own" in loud.stderr
    assert loud.stdout == quiet.stdout == f"{shop.url('shelf')}\n"
    assert quiet.stderr == "a word of the scenario's own\n"


def test_the_summary_tells_what_was_made(shop: Shop) -> None:
    seeded = shop.command("seed", "shelf", "--scale", "5")

    told = [line.lstrip("│├└─ ") for line in seeded.stderr.splitlines()[1:]]
    assert told[:6] == [
        "shelf: An author, and as many books of theirs as the scale says.",
        "author: id 1, name Author 1",
        "books: 5",
        "id 1",
        "id 2",
        "id 3",
    ]
    assert told[6:12] == [
        "… and 2 more",
        "rows: 6",
        "5 books",
        "1 authors",
        "credentials",
        "reader: username ann, password s[e]cret",
    ]
    assert told[12].startswith(f"database: {shop.prefix}_shelf on embedded PostgreSQL")
    assert told[13].partition(": ")[2].split(" ")[::2] == [
        "server",
        "schema",
        "rows",
        "freezing",
        "clone",
    ]
    assert "\x1b" not in seeded.stderr


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["slef"], "there is no scenario 'slef'; there are shelf,"),
        (["slow", "--scale", "2"], "'slow' has one size; leave out the scale"),
        (["shelf", "--scale", "0"], "must be 1 or more; it is 0"),
        (["shelf", "--into", "mysql://localhost/x"], "--into begins with mysql://"),
        (["shelf", "--into", "postgresql://localhost"], "--into names no database"),
        (["shelf", "--into", "postgresql:///x?host=a,b"], "--into must name one host"),
        (["shelf", "--into", "postgresql:///x?service=mine"], "--into must name one host"),
        (["shelf", "--into", "postgresql://localhost/x%20"], "ends with a blank"),
        (["shelf", "--into", f"postgresql://localhost/{'x' * 64}"], "keeps 63 bytes"),
        (["shelf", "--into", "postgresql://127.0.0.1:1/x"], "Nothing listens at 127.0.0.1:1"),
        (["broken"], "the scenario 'broken' failed at"),
        (["shelf", "--scale", "many"], "invalid int value: 'many'"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_made(
    shop: Shop, databases: Names, arguments: list[str], message: str
) -> None:
    seeded = shop.command("seed", *arguments)

    assert seeded.returncode == 2
    assert message in seeded.stderr
    assert "Traceback" not in seeded.stderr
    assert seeded.stdout == ""
    assert databases() == set()


@pytest.mark.parametrize("value", ["production", "PROD", " Live "])
def test_nothing_is_seeded_in_production(shop: Shop, databases: Names, value: str) -> None:
    shop.environment["Environment"] = value

    seeded = shop.command("seed", "shelf", "--adopt")

    assert seeded.returncode == 2
    assert "ENVIRONMENT says that this is production" in seeded.stderr
    assert databases() == set()
