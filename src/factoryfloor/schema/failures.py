"""What went wrong while a schema was built, and what to do about it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final

import psycopg

from factoryfloor.errors import FactoryFloorError, InsufficientPrivilegeError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_EXTENSION: Final = {"0A000", "58P01"}  # "not available" and "could not open control file"
_NO_OBJECT: Final = {"42704", "42883"}  # an undefined type or function
_NO_PRIVILEGE: Final = "42501"
_EXTENSION: Final = re.compile(
    r'create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)|extension "([\w-]+)"', re.IGNORECASE
)
_OBJECT: Final = re.compile(r'(?:type|function|operator class) "?(?:\w+\.)?(\w+)')
# the objects that models and migrations commonly take from extensions
_PROVIDERS: Final = {
    "citext": "citext",
    "crypt": "pgcrypto",
    "digest": "pgcrypto",
    "gen_salt": "pgcrypto",
    "geography": "postgis",
    "geometry": "postgis",
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "hstore": "hstore",
    "ltree": "ltree",
    "similarity": "pg_trgm",
    "unaccent": "unaccent",
    "uuid_generate_v4": "uuid-ossp",
    "vector": "vector",
}
_ELSEWHERE: Final = (
    "name programs that carry it as postgres_binaries in [tool.factoryfloor], or a server that "
    "has it in TEST_DATABASE_URL."
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
    if cause is None:
        return SchemaError(_reason(what, error))
    named = _EXTENSION.search(str(error)) or _EXTENSION.search(str(cause))
    if cause.sqlstate in _NO_EXTENSION and named:
        return SchemaError(
            f"{what} needs the extension {named[1] or named[2]!r}, which this PostgreSQL does not "
            f"have: {cause.diag.message_primary}. To remedy that, {_ELSEWHERE}"
        )
    if cause.sqlstate == _NO_PRIVILEGE:
        return InsufficientPrivilegeError(
            f"{_reason(what, error)}. "
            "Name a superuser in TEST_DATABASE_URL, or let this role do it."
        )
    if cause.sqlstate in _NO_OBJECT:
        return SchemaError(f"{_reason(what, error)}. {_origin(cause)}")
    return SchemaError(_reason(what, error))


def _reason(what: str, error: Exception) -> str:
    return f"{what} failed: {type(error).__name__}: {error}"


def _origin(cause: psycopg.Error) -> str:
    """Where an undefined object might come from, and what brings it."""
    missing = _OBJECT.search(cause.diag.message_primary or "")
    extension = _PROVIDERS.get(missing[1]) if missing else None
    if extension is None:
        return f"If an extension provides it, {_before_the_tables('…')}."
    return (
        f"The extension {extension!r} provides it: {_before_the_tables(extension)}. "
        f"Where this PostgreSQL does not have it, {_ELSEWHERE}"
    )


def _before_the_tables(extension: str) -> str:
    statement = f"CREATE EXTENSION {extension}"
    if "-" in extension:
        statement = f'CREATE EXTENSION "{extension}"'
    return (
        "create that before the tables: in a migration, or by "
        f"event.listen(metadata, 'before_create', DDL('{statement}'))"
    )


def _database_error(error: BaseException | None) -> psycopg.Error | None:
    """PostgreSQL's own error, under whatever it was wrapped in."""
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__ or error.__context__
    return error
