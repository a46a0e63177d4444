"""Whether FilaOps can serve."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response, status
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .parameters import Database

router = APIRouter()


class Health(BaseModel):
    """The state of the application and of its database."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["ok", "unreachable"]


@router.get("/health", responses={503: {"model": Health}})
def health(db: Database, response: Response) -> Health:
    """200 if the database answers, else 503."""
    try:
        db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return Health(status="unhealthy", database="unreachable")
    return Health(status="healthy", database="ok")
