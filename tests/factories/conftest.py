"""A session on a fresh database, made the active one, and counters of what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from factoryfloor.factories import reset_sequences, use_session

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine(url: str, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """An engine whose database has the tables of the test module's `Base`."""
    engine = sa.create_engine(url)
    request.module.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """The active session."""
    reset_sequences()
    with Session(engine) as session, use_session(session):
        yield session


@pytest.fixture
def flushes(session: Session) -> list[int]:
    """For each flush of the session, how many new objects it wrote."""
    seen: list[int] = []

    def note(session: Session, *_: Any) -> None:
        seen.append(len(session.new))

    sa.event.listen(session, "before_flush", note)
    return seen


@pytest.fixture
def statements(engine: sa.Engine) -> list[str]:
    """The SQL statements that the engine runs from now on."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    return seen
