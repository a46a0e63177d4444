"""Plays a scenario on ordinary connections, on a pinned one, and on those of `committed_db`."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from factoryfloor.errors import EscapedTransactionError
from factoryfloor.isolation import (
    Epoch,
    PinnedConnection,
    SeparateConnections,
    identify_requests,
    identify_threads,
    install,
)

from .models import Base
from .world import SeparateWorld, World, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.server import EmbeddedServer

    from .theme import Scenario
    from .world import Floor

    Clone = Callable[[], str]

NOWHERE = "postgresql+psycopg://nobody@nowhere.invalid/nothing"
PATIENCE, IMPATIENCE = 30.0, 0.1
ROWS = "SELECT (SELECT count(*) FROM team) + (SELECT count(*) FROM users)"


@pytest.fixture(scope="session")
def template(server: EmbeddedServer, admin: psycopg.Connection) -> Iterator[str]:
    """The name of a database with the tables."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name}")
    engine = sa.create_engine(server.address.url(name))
    Base.metadata.create_all(engine)
    engine.dispose()
    yield name
    admin.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def clone(admin: psycopg.Connection, template: str) -> Iterator[Clone]:
    """Makes a clone, and drops the one before, whose connections have left by then."""
    names: list[str] = []

    def drop() -> None:
        while names:
            admin.execute(f"DROP DATABASE {names.pop()} WITH (FORCE)")

    def make() -> str:
        drop()
        names.append(f"scratch_{uuid.uuid4().hex[:12]}")
        admin.execute(f"CREATE DATABASE {names[-1]} TEMPLATE {template} STRATEGY FILE_COPY")
        # what waits for a lock that is never released fails instead
        admin.execute(f"ALTER DATABASE {names[-1]} SET lock_timeout = '20s'")
        return names[-1]

    yield make
    drop()


@pytest.fixture
def separately(server: EmbeddedServer, clone: Clone) -> Callable[[Scenario], Any]:
    """Plays a scenario on connections of a clone."""

    def outcome(scenario: Scenario) -> Any:
        return play(scenario, SeparateWorld(scenario, server.address.url(clone())))

    return outcome


@pytest.fixture(scope="session")
def pinned(
    server: EmbeddedServer, admin: psycopg.Connection, template: str
) -> Iterator[PinnedConnection]:
    """The pinned connection of all tests, to a clone that stays empty."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    pinned = PinnedConnection(server.address.conninfo(name), patience=PATIENCE)
    yield pinned
    pinned.close()
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def outside(pinned: PinnedConnection) -> Iterator[psycopg.Connection]:
    """Sees what is really committed where the pinned connection leads."""
    with psycopg.connect(pinned.conninfo, autocommit=True) as found:
        yield found


@pytest.fixture
def in_a_test(pinned: PinnedConnection, outside: psycopg.Connection) -> Callable[[Scenario], Any]:
    """Plays a scenario in a test's transaction, after which the database is as before."""

    def outcome(scenario: Scenario) -> Any:
        pinned.turns.patience = PATIENCE if scenario.patient else IMPATIENCE
        try:
            with joined(pinned):
                found = play(scenario, World(scenario, NOWHERE, pinned))
        except EscapedTransactionError as error:
            found = type(error).__name__
            outside.execute("TRUNCATE team, users")
        assert outside.execute(ROWS).fetchone() == (0,)
        return found

    return outcome


@pytest.fixture
def in_a_test_of_its_own(server: EmbeddedServer, clone: Clone) -> Callable[[Scenario], Any]:
    """Plays a scenario in a test that has a clone, where every commit is real."""

    def outcome(scenario: Scenario) -> Any:
        name = clone()
        connections = SeparateConnections(server.address.conninfo(name), name, Epoch())
        with install_for(connections):
            found = play(scenario, World(scenario, NOWHERE, connections))
            connections.end()
        return found

    return outcome


@contextmanager
def joined(pinned: PinnedConnection) -> Iterator[None]:
    """A test, whose transaction every engine joins."""
    with install_for(pinned), ExitStack() as stack:
        stack.callback(identify_requests())
        stack.callback(identify_threads(lambda: pinned.epoch if pinned.active else None))
        pinned.begin_test()
        stack.callback(pinned.end_test)
        yield


@contextmanager
def install_for(floor: Floor) -> Iterator[None]:
    """Have every engine connect there."""
    undo = install(lambda _dialect, _cparams: floor)
    try:
        yield
    finally:
        undo()
