"""An application with a sync and an async endpoint, one SELECT each."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession  # noqa: TC002 - FastAPI reads the annotations
from sqlalchemy.orm import Session  # noqa: TC002 - the same

from benchmarks.models import Customer

NAME = select(Customer.name)


def get_db() -> Session:
    """The dependency that each side overrides with its own."""
    raise NotImplementedError


def get_async_db() -> AsyncSession:
    """The same for the async endpoint."""
    raise NotImplementedError


def application() -> FastAPI:
    """A new one, whose overrides are its own."""
    app = FastAPI()
    app.get("/sync")(_read)
    app.get("/async")(_read_async)
    return app


def _read(session: Annotated[Session, Depends(get_db)]) -> dict[str, str | None]:
    return {"name": session.scalar(NAME)}


async def _read_async(
    session: Annotated[AsyncSession, Depends(get_async_db)],
) -> dict[str, str | None]:
    return {"name": await session.scalar(NAME)}
