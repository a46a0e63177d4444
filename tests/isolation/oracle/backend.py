"""An application's engines and sessionmakers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

from .models import Team


class Backend:
    """All of them for one URL, and two services that use them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = sa.create_engine(url)
        self.async_engine = create_async_engine(url)
        self.session = sessionmaker(self.engine)
        self.async_session = async_sessionmaker(self.async_engine, expire_on_commit=False)

    def save(self, name: str) -> None:
        """Commit a team in a session of its own, as a service would."""
        with self.session() as session:
            session.add(Team(name=name))
            session.commit()

    async def async_save(self, name: str) -> None:
        """The same in async code."""
        async with self.async_session() as session:
            session.add(Team(name=name))
            await session.commit()

    async def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        await self.async_engine.dispose()
