"""Administrators change what others may do, and never lock themselves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import Role, User
from app.services.errors import RuleError
from app.services.users import edit

if TYPE_CHECKING:
    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import UserFactory

pytestmark = pytest.mark.api

USERS = "/api/v1/users"
GRACE = {"username": "grace", "email": "grace@example.com", "password": "compilers!"}


async def test_an_administrator_changes_what_another_user_may_do(
    admin_client: AsyncClient, test_user: User, db: Session
) -> None:
    response = await admin_client.patch(f"{USERS}/{test_user.id}", json={"role": "planner"})

    assert (response.status_code, response.json()["role"]) == (200, "planner")
    db.refresh(test_user)
    assert (test_user.role, test_user.is_active) == ("planner", True)


async def test_a_user_who_is_deactivated_is_logged_out(
    admin_client: AsyncClient, auth_client: AsyncClient, test_user: User
) -> None:
    await admin_client.patch(f"{USERS}/{test_user.id}", json={"is_active": False})

    assert (await auth_client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("change", [{"role": "planner"}, {"is_active": False}])
async def test_an_administrator_cannot_lock_themselves_out(
    admin_client: AsyncClient, db: Session, change: dict[str, Any]
) -> None:
    root = db.scalars(select(User)).one()

    response = await admin_client.patch(f"{USERS}/{root.id}", json=change)

    assert response.status_code == 409
    assert response.json()["detail"] == (
        "you cannot take your own rights away; ask another administrator"
    )
    db.refresh(root)
    assert (root.role, root.is_active) == ("admin", True)


async def test_an_administrator_may_confirm_what_they_are(
    admin_client: AsyncClient, db: Session
) -> None:
    root = db.scalars(select(User)).one()

    response = await admin_client.patch(f"{USERS}/{root.id}", json={"role": "admin"})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"role": "owner"}, {"role": None}, {"is_active": "no"}, {"username": "ada"}],
)
async def test_rights_that_there_are_not_are_refused(
    admin_client: AsyncClient, test_user: User, change: dict[str, Any]
) -> None:
    response = await admin_client.patch(f"{USERS}/{test_user.id}", json=change)

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", next(iter(change))]]


async def test_the_rights_of_nobody_cannot_be_changed(admin_client: AsyncClient) -> None:
    response = await admin_client.patch(f"{USERS}/2147483647", json={"role": "admin"})

    assert response.status_code == 404


async def test_who_was_just_demoted_demotes_nobody(
    user_factory: type[UserFactory], db: Session
) -> None:
    demoted = user_factory.create(planner=True)
    other = user_factory.create(admin=True)

    with pytest.raises(RuleError, match="no longer an administrator"):
        edit(db, demoted.id, other.id, {"role": Role.VIEWER})

    assert other.role == Role.ADMIN
