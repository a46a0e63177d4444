"""Where factories find their session in a test: in the fixtures, the user's own included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import UnboundExecutionError
from sqlalchemy.orm import Session, scoped_session

from factoryfloor.errors import FixtureConflictError

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.ext.asyncio import AsyncSession


def sync_session(request: pytest.FixtureRequest) -> Session:
    """The session of the fixture `db`.

    Raises `FixtureConflictError` where a `db` of the user's own could not join the transaction
    that the plugin's other fixtures stand in.
    """
    found = request.getfixturevalue("db")
    session = found() if isinstance(found, scoped_session) else found
    if not isinstance(session, Session):
        raise _conflict(request, f"gives a {type(found).__name__}, and factories need a Session")
    try:
        dialect = session.get_bind().dialect
    except UnboundExecutionError:  # it has an engine for each model; the engines join by themselves
        return session
    if (dialect.name, dialect.driver) != ("postgresql", "psycopg"):
        raise _conflict(
            request, f"is on {dialect.name}+{dialect.driver}, and only postgresql+psycopg joins"
        )
    return session


def async_session(request: pytest.FixtureRequest) -> AsyncSession:
    """The session of the fixture `async_db`."""
    session: AsyncSession = request.getfixturevalue("async_db")
    return session


def _conflict(request: pytest.FixtureRequest, why: str) -> FixtureConflictError:
    definition: Any = request._get_active_fixturedef("db")
    code = definition.func.__code__
    return FixtureConflictError(
        f"the fixture `db` of {code.co_filename}:{code.co_firstlineno} {why}; the fixtures "
        "`client`, `engine` and the factories' would not see what it writes. Give it another name, "
        "or leave `db` to factoryfloor."
    )
