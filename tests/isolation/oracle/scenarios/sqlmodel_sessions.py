"""SQLModel's session class, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlmodel
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Team
from ..theme import Back, Theme

if TYPE_CHECKING:
    from ..world import World

theme = Theme("sqlmodel")
app = theme.app


@app.post("/save/{name}/{end}")
def save(name: str, end: str, backend: Back) -> list[str]:
    with sqlmodel.Session(backend.engine) as session:
        session.add(Team(name=name))
        session.flush()
        getattr(session, end)()
        return sorted(session.exec(sqlmodel.select(Team.name)))


@app.post("/async/save/{name}/{end}")
async def async_save(name: str, end: str, backend: Back) -> None:
    async with AsyncSession(backend.async_engine) as session:
        session.add(Team(name=name))
        await session.flush()
        await getattr(session, end)()


@theme.agrees([["x"], ["x"], ["x"]])
async def its_session_commits_and_rolls_back(world: World) -> Any:
    paths = ("/save/x/commit", "/save/y/rollback")
    return [*[(await world.client.post(path)).json() for path in paths], world.names()]


@theme.agrees([[200, 200], ["x"]])
async def its_async_session_commits_and_rolls_back(world: World) -> Any:
    codes = await world.post("/async/save/x/commit", "/async/save/y/rollback")
    return [codes, world.names()]
