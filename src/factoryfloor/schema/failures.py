"""What went wrong while a schema was built, and what to do about it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final

import psycopg
import sqlalchemy.exc

from factoryfloor.errors import FactoryFloorError, InsufficientPrivilegeError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_EXTENSION: Final = {"0A000", "58P01"}  # "not available" and "could not open control file"
_NO_OBJECT: Final = {"42704", "42883"}  # an undefined type or function
_NO_PRIVILEGE: Final = "42501"
_EXTENSION: Final = re.compile(
    r'create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)|extension "([\w-]+)"', re.IGNORECASE
)


@contextlib.contextmanager
def explained(what: str) -> Iterator[None]:
    """Errors of the block become a `FactoryFloorError` that says what failed and the remedy."""
    try:
        yield
    except FactoryFloorError:
        raise
    except Exception as error:
        raise _explanation(what, error) from error


def _explanation(what: str, error: Exception) -> FactoryFloorError:
    cause = _database_error(error)
    state = cause.sqlstate if cause else None
    reason = f"{what} failed: {type(error).__name__}: {error}"
    named = _EXTENSION.search(str(error))
    extension = (named[1] or named[2]) if named else None
    if state in _NO_EXTENSION and extension:
        return SchemaError(
            f"{what} needs the extension {extension!r}, which this PostgreSQL does not have. Name "
            "programs that carry it as postgres_binaries in [tool.factoryfloor], or a server that "
            "has it in TEST_DATABASE_URL."
        )
    if state == _NO_PRIVILEGE:
        return InsufficientPrivilegeError(
            f"{reason}. Name a superuser in TEST_DATABASE_URL, or let this role do it."
        )
    if state in _NO_OBJECT:
        return SchemaError(
            f"{reason}. If an extension provides it, create that before the tables: in a migration,"
            " or by event.listen(metadata, 'before_create', DDL('CREATE EXTENSION …'))."
        )
    return SchemaError(reason)


def _database_error(error: Exception) -> psycopg.Error | None:
    original = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return original if isinstance(original, psycopg.Error) else None
