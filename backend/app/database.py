"""Engines, sessions, and the base of all models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import MetaData, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from app.config import settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class Base(DeclarativeBase):
    """The base of all models; every constraint has a name that migrations can drop it by."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


engine = create_engine(settings.database_url, pool_pre_ping=True)
async_engine = create_async_engine(settings.database_url, pool_pre_ping=True)

SessionLocal = sessionmaker(engine, class_=Session, autoflush=False)
AsyncSessionLocal = async_sessionmaker(async_engine, class_=AsyncSession, expire_on_commit=False)


def get_db() -> Iterator[Session]:
    """One session for each request; what the endpoint does not commit is rolled back."""
    with SessionLocal() as session:
        yield session


async def get_async_db() -> AsyncIterator[AsyncSession]:
    """One asynchronous session for each request, with the same contract as `get_db`."""
    async with AsyncSessionLocal() as session:
        yield session
