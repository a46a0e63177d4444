"""Logging in."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, status
from pydantic import BaseModel

from app.auth import authenticate, create_access_token

from .parameters import Database
from .problems import problems

router = APIRouter()
Credential = Annotated[str, Form(min_length=1)]


class Token(BaseModel):
    """What a client sends in its Authorization header from now on."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a scheme, not a secret


@router.post("/login", responses=problems(401))
def login(username: Credential, password: Credential, db: Database) -> Token:
    """A token for an active user; 401 does not tell what was wrong."""
    user = authenticate(db, username, password)
    if user is None:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Incorrect username or password",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return Token(access_token=create_access_token(user.id))
