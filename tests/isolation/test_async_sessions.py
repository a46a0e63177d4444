"""The test's own async session shares its work when another transaction begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from factoryfloor.isolation import PinnedConnection, track_async

if TYPE_CHECKING:
    from collections.abc import Callable

    Names = Callable[[], list[str]]


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def test_sync_code_sees_what_the_async_session_flushed(
    async_db: AsyncSession, db: Session, pinned: PinnedConnection
) -> None:
    team = Team(name="a")
    async_db.add(team)
    await async_db.flush()

    assert db.scalars(sa.select(Team.name)).all() == ["a"]

    team.name = "b"
    await async_db.commit()
    assert db.scalars(sa.select(Team.name)).all() == ["b"]
    assert pinned.notes == []


async def test_the_async_session_sees_what_the_sync_one_added(
    async_db: AsyncSession, db: Session
) -> None:
    db.add(Team(name="a"))

    assert (await async_db.scalars(sa.select(Team.name))).all() == ["a"]


async def test_its_objects_expire_only_with_expire_on_commit(
    pinned: PinnedConnection, async_engine: AsyncEngine, names: Names
) -> None:
    expired = []
    for expire in (True, False):
        async with AsyncSession(async_engine, expire_on_commit=expire) as session:
            undo = track_async(pinned, session)
            team = Team(name=f"expire: {expire}")
            session.add(team)
            await session.flush()
            names()
            expired.append("name" in sa.inspect(team).expired_attributes)
            undo()

    assert expired == [True, False]


async def test_an_async_rollback_leaves_what_others_have_seen(
    async_db: AsyncSession, names: Names, pinned: PinnedConnection
) -> None:
    async_db.add(Team(name="seen"))
    await async_db.flush()
    names()
    async_db.add(Team(name="unseen"))
    await async_db.flush()
    await async_db.rollback()

    assert names() == ["seen"]
    assert pinned.notes == []


async def test_a_nested_async_block_survives(async_db: AsyncSession, names: Names) -> None:
    async with async_db.begin_nested():
        async_db.add(Team(name="a"))
        await async_db.flush()
        names()
        async_db.add(Team(name="b"))
    await async_db.commit()

    assert names() == ["a", "b"]


async def test_a_lazy_load_outside_await_fails_as_in_production(
    async_db: AsyncSession,
) -> None:
    team = Team(name="a")
    async_db.add(team)
    await async_db.flush()
    async_db.expire(team)

    with pytest.raises((MissingGreenlet, StatementError), match="greenlet_spawn has not been"):
        _ = team.name
