"""How Alembic reaches FilaOps' database: online, or as an SQL script."""

from __future__ import annotations

import logging
from logging.config import fileConfig
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import create_engine, pool

import app.models  # noqa: F401 - so that Base knows every table
from app.config import settings
from app.database import Base

if TYPE_CHECKING:
    from sqlalchemy import Connection

config = context.config
url = config.get_main_option("sqlalchemy.url") or settings.database_url
# A program that calls Alembic, as pytest does, has configured its logging already.
if config.config_file_name is not None and not logging.getLogger().handlers:
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def run_offline() -> None:
    """The migrations are printed as SQL."""
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """The migrations run on a connection of the caller's, or on one of their own."""
    given = config.attributes.get("connection")
    if given is not None:
        _run_on(given)
        return
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        _run_on(connection)


def _run_on(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
