"""The sessions that endpoints ask for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.database import get_async_db, get_db

Database = Annotated[Session, Depends(get_db)]
AsyncDatabase = Annotated[AsyncSession, Depends(get_async_db)]
