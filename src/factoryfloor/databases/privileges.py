"""Refused permissions, explained with the SQL that grants them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors, sql

from factoryfloor.errors import InsufficientPrivilegeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import TupleRow


@contextlib.contextmanager
def may_create(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    """A refused CREATE DATABASE raises `InsufficientPrivilegeError`."""
    role = sql.Identifier(connection.info.user)
    with _remedied(connection, sql.SQL("ALTER ROLE {} CREATEDB").format(role)):
        yield


@contextlib.contextmanager
def may_own(connection: psycopg.Connection[TupleRow], database: str) -> Iterator[None]:
    """A statement that only the owner may run raises `InsufficientPrivilegeError`."""
    role = sql.Identifier(connection.info.user)
    remedy = sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), role)
    with _remedied(connection, remedy):
        yield


@contextlib.contextmanager
def may_terminate(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    """A refusal to end another role's connection raises `InsufficientPrivilegeError`."""
    role = sql.Identifier(connection.info.user)
    with _remedied(connection, sql.SQL("GRANT pg_signal_backend TO {}").format(role)):
        yield


@contextlib.contextmanager
def may_register(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    """A refused schema in the registry raises `InsufficientPrivilegeError`."""
    role = sql.Identifier(connection.info.user)
    database = sql.Identifier(connection.info.dbname)
    remedy = sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, role)
    with _remedied(connection, remedy):
        yield


@contextlib.contextmanager
def _remedied(connection: psycopg.Connection[TupleRow], remedy: sql.Composable) -> Iterator[None]:
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise InsufficientPrivilegeError(
            f"PostgreSQL refuses the role {connection.info.user!r}: {error.diag.message_primary}. "
            f"As a superuser run: {remedy.as_string(connection)};"
        ) from error
