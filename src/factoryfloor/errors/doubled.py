"""Errors that are the driver's or SQLAlchemy's own too, so that code may catch either."""

from __future__ import annotations

import psycopg
import sqlalchemy.exc

from . import FactoryFloorError, RefusedRowError


class IsolationError(FactoryFloorError, psycopg.OperationalError):
    """A statement cannot run in the test's transaction; SQLAlchemy wraps it as a driver's error."""


class RefusedIntegrityError(RefusedRowError, sqlalchemy.exc.IntegrityError):
    """A refused row that PostgreSQL reports as an integrity error; code may catch either."""


class RefusedDataError(RefusedRowError, sqlalchemy.exc.DataError):
    """A refused row with a value that its column cannot hold; code may catch either."""
