"""Whatever it is told, `factoryfloor seed` changes no database that factoryfloor did not make."""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factoryfloor.cli import main
from factoryfloor.server import database_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hypothesis.strategies import DrawFn, SearchStrategy

    from tests.cli.conftest import Shop

FILL = """
CREATE TABLE books (id int PRIMARY KEY, title text NOT NULL);
INSERT INTO books SELECT n, 'precious ' || n FROM generate_series(1, 5) n
"""
# every row with the transaction that wrote it, and the files they are in
FINGERPRINT = """
SELECT d.oid, d.datname, d.datistemplate, d.datconnlimit, pg_get_userbyid(d.datdba),
    (SELECT array_agg(relname || relfilenode ORDER BY oid) FROM pg_class WHERE oid >= 16384),
    (SELECT array_agg(xmin::text || id || title ORDER BY id) FROM books)
FROM pg_database d WHERE datname = current_database()
"""
# what may be drawn without being made of parts of a name
ALWAYS_FOREIGN = ("postgres", "template0", "template1", "factoryfloor")


class Strangers(NamedTuple):
    """The shop, and databases of somebody else's on its server, each with rows."""

    shop: Shop
    names: list[str]
    services: Path

    def fingerprints(self) -> list[object]:
        """What would be another thing if anything there had changed."""
        found: list[object] = []
        for name in self.names:
            with psycopg.connect(self.shop.server.address.conninfo(name)) as connection:
                found.append(connection.execute(FINGERPRINT).fetchone())
        return found


@pytest.fixture
def strangers(shop: Shop, admin: psycopg.Connection) -> Strangers:
    """Among them one with the name that the command would choose, and one that once was ours."""
    prefix = shop.prefix
    # what the command makes is dropped with the shop, whatever name it has
    assert shop.command("seed", "shelf", "--into", shop.url("again")).returncode == 0
    admin.execute(f"DROP DATABASE {prefix}_again")
    longest = f"{prefix}_{'x' * 60}"[:63]
    names = [f"{prefix}_{each}" for each in ("theirs", "shelf", "again", "The Irs")] + [longest]
    for name in names:
        admin.execute(f'CREATE DATABASE "{name}"')
        with psycopg.connect(shop.server.address.conninfo(name)) as connection:
            connection.execute(FILL)
    services = shop.folder / "services.conf"
    host = shop.server.address.host
    services.write_text(f"[theirs]\nhost={host}\nuser=postgres\ndbname={names[0]}\n")
    return Strangers(shop, names, services)


def encoded(text: str) -> str:
    """The text with each of its bytes in percent-encoding."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


@st.composite
def spellings(draw: DrawFn, names: list[str]) -> str:
    """A name of somebody else's database, or one that might be taken for it."""
    name = draw(st.sampled_from([*names, *ALWAYS_FOREIGN]))
    name = draw(st.sampled_from([name, name, name.upper(), name.lower(), name.title()]))
    name = draw(st.sampled_from(["", "", "", " ", "\t", "/", "./", '"'])) + name
    name += draw(st.sampled_from(["", "", "", " ", "\n", "/", "x" * 40, '"', ";", "\x00"]))
    return draw(st.sampled_from([quote(name), encoded(name), name]))


@st.composite
def urls(draw: DrawFn, strangers: Strangers) -> str:
    """A URL that leads to the test server, or that might."""
    host = strangers.shop.server.address.host
    schemes = ["postgresql", "postgresql+psycopg", "postgresql+psycopg_async", "postgres"]
    odd = ["POSTGRESQL", "postgresql+asyncpg", " postgresql", "pgsql", "jdbc:postgresql"]
    scheme = draw(st.sampled_from(schemes * 6 + odd))
    login = draw(st.sampled_from(["", "postgres@", "%70ostgres@", "postgres:pass@", "nobody@"]))
    place = draw(st.sampled_from(["", "", "", quote(host, safe=""), "127.0.0.1:1", "[::1]:1"]))
    path = draw(st.one_of(st.just(""), spellings(strangers.names)))
    parameters = [
        f"host={quote(host)}",
        f"host={quote(host)},{quote(host)}",
        f"host={quote(host)}/",
        f"hostaddr=127.0.0.1,127.0.0.1&host={quote(host)},{quote(host)}",
        "port=5432",
        "port=5432,5432",
        "user=postgres",
        "service=theirs",
        "options=-csearch_path%3Dpg_temp",
        "options=-cdefault_transaction_read_only%3Don",
        "target_session_attrs=any&load_balance_hosts=random",
        f"dbname={draw(spellings(strangers.names))}",
        f"DBNAME={draw(spellings(strangers.names))}",
        f"dbname=postgresql://{quote(strangers.names[0])}",
    ]
    chosen = draw(st.lists(st.sampled_from(parameters), max_size=4, unique=True))
    query = f"?{'&'.join(chosen)}" if chosen else ""
    url = f"{scheme}://{login}{place}/{path}{query}"
    return url + draw(st.sampled_from(["", "", "", " ", "\n", "#", "?dbname="]))


@st.composite
def environments(draw: DrawFn, strangers: Strangers) -> dict[str, str]:
    """Variables that say where to go, or that it is not to be gone there."""
    host = strangers.shop.server.address.host
    name = strangers.names[0]
    found = {"PGHOST": draw(st.sampled_from([host, "/nowhere"])), "PGUSER": "postgres"}
    choices: dict[str, SearchStrategy[str]] = {
        "TEST_DATABASE_URL": urls(strangers),
        "DATABASE_URL": st.just(f"postgresql:///{name}?host={host}"),
        "PGDATABASE": st.sampled_from(strangers.names),
        "PGSERVICE": st.just("theirs"),
        "PGSERVICEFILE": st.just(str(strangers.services)),
        "PGOPTIONS": st.sampled_from(["-csearch_path=pg_temp", "-crow_security=off"]),
        "PGPORT": st.sampled_from(["5432", "1", "none"]),
        "ENVIRONMENT": st.sampled_from(["test", "production", "Live", "staging"]),
    }
    for each in draw(st.sets(st.sampled_from(sorted(choices)), max_size=4)):
        found[each] = draw(choices[each])
    # the environment cannot hold it
    return {variable: value.replace("\x00", "") for variable, value in found.items()}


@st.composite
def commands(draw: DrawFn, strangers: Strangers) -> list[str]:
    """Arguments of `factoryfloor`, in any order and spelling that there is."""
    prefix = strangers.shop.prefix
    prefixes = [prefix, f"{prefix}_theirs", prefix.upper(), f"{prefix}_{'x' * 60}", "postgres"]
    file = strangers.shop.folder / "other.toml"
    text = (strangers.shop.folder / "pyproject.toml").read_text()
    chosen = draw(st.sampled_from(prefixes))
    file.write_text(text.replace(f'database = "{prefix}"', f'database = "{chosen}"'))
    scenario = draw(st.sampled_from(["shelf", "bookshelf", "shelf", "broken", "absent"]))
    options = [
        *([["--into", draw(urls(strangers))]] * draw(st.integers(0, 2))),
        *([[f"--in={draw(urls(strangers))}"]] * draw(st.integers(0, 1))),
        ["--adopt"],
        ["--adopt", "--quiet"],
        ["--scale", draw(st.sampled_from(["1", "2", "0", "-1", "many"]))],
        ["--seed", "0"],
    ]
    given = draw(st.lists(st.sampled_from(options), max_size=4, unique_by=tuple))
    arguments = draw(st.permutations([[scenario], *given]))
    return ["--config", str(file), "seed", *(word for each in arguments for word in each)]


@contextlib.contextmanager
def surroundings(environment: dict[str, str]) -> Iterator[io.StringIO]:
    """These variables and no others that say where to go; what is printed is caught."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for name in ("ENVIRONMENT", "TEST_DATABASE_URL", "DATABASE_URL"):
        known.pop(name, None)
    out = io.StringIO()
    with patch.dict(os.environ, known | environment, clear=True), contextlib.redirect_stdout(out):
        yield out


def run(arguments: list[str]) -> int:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return main(arguments)
        except SystemExit as error:  # as argparse ends
            return int(str(error.code))


def test_not_even_the_plainest_command_changes_one(strangers: Strangers) -> None:
    before = strangers.fingerprints()
    address, file = strangers.shop.server.address, str(strangers.shop.folder / "pyproject.toml")
    targets = [[], *(["--into", address.url(name)] for name in strangers.names)]
    options: list[list[str]] = [[], ["--adopt"]]
    command = ["--config", file, "seed", "shelf"]

    with surroundings({}):
        codes = {run([*command, *into, *option]) for into in targets for option in options}

    assert codes == {2}
    assert strangers.fingerprints() == before


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_strangers_database_is_ever_changed(strangers: Strangers, data: st.DataObject) -> None:
    arguments = data.draw(commands(strangers))
    environment = data.draw(environments(strangers))
    before = strangers.fingerprints()

    with surroundings(environment) as out:
        code = run(arguments)

    assert strangers.fingerprints() == before
    assert code in (0, 2)
    if code == 0:
        assert database_in(out.getvalue().strip()) not in [*strangers.names, *ALWAYS_FOREIGN]
