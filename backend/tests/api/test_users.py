"""Administrators see the users and make new ones; nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from tests.factories import UserFactory

pytestmark = pytest.mark.api

USERS = "/api/v1/users"
GRACE = {"username": "grace", "email": "grace@example.com", "password": "compilers!"}


def count_users(db: Session) -> int | None:
    return db.scalar(select(func.count()).select_from(User))


@pytest.mark.parametrize("role", ["planner", "operator", "viewer"])
async def test_only_administrators_see_and_make_users(
    client_of: Callable[[User], AsyncClient],
    user_factory: type[UserFactory],
    db: Session,
    role: str,
) -> None:
    client = client_of(user_factory.create(role=role))

    assert (await client.get(USERS)).status_code == 403
    assert (await client.get(f"{USERS}/1")).status_code == 403
    assert (await client.post(USERS, json=GRACE)).status_code == 403
    assert (await client.patch(f"{USERS}/1", json={"role": "admin"})).status_code == 403
    assert count_users(db) == 1


async def test_users_are_listed_by_name(
    admin_client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    user_factory.create(username="zoe", inactive=True)
    user_factory.create(username="ada")

    shown = (await admin_client.get(USERS)).json()

    assert [(user["username"], user["is_active"]) for user in shown] == [
        ("ada", True),
        ("root", True),
        ("zoe", False),
    ]


@pytest.mark.parametrize(
    "asked,names",
    [
        ({"role": "planner"}, ["ada"]),
        ({"is_active": "false"}, ["zoe"]),
        ({"q": "ADA"}, ["ada"]),
        ({"sort": "-username"}, ["zoe", "root", "ada"]),
    ],
)
async def test_users_are_found_by_role_state_and_name(
    admin_client: AsyncClient,
    user_factory: type[UserFactory],
    asked: dict[str, str],
    names: list[str],
) -> None:
    user_factory.create(username="zoe", email="z@example.com", inactive=True)
    user_factory.create(username="ada", email="a@example.com", planner=True)

    response = await admin_client.get(USERS, params=asked)

    assert [user["username"] for user in response.json()] == names
    assert response.headers["X-Total-Count"] == str(len(names))


async def test_one_user_is_shown(
    admin_client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    ada = user_factory.create(username="ada")

    response = await admin_client.get(f"{USERS}/{ada.id}")

    assert response.json()["username"] == "ada"


async def test_no_user_has_an_id_that_was_never_given(admin_client: AsyncClient) -> None:
    assert (await admin_client.get(f"{USERS}/2147483647")).status_code == 404


async def test_no_list_shows_a_hash(admin_client: AsyncClient) -> None:
    response = await admin_client.get(USERS)

    assert response.status_code == 200
    assert "argon2" not in response.text


async def test_a_new_user_is_an_active_viewer(admin_client: AsyncClient, db: Session) -> None:
    response = await admin_client.post(USERS, json=GRACE)

    grace = db.scalars(select(User).where(User.username == "grace")).one()
    assert response.status_code == 201
    assert response.json() == {
        "id": grace.id,
        "username": "grace",
        "email": "grace@example.com",
        "role": "viewer",
        "is_active": True,
    }


async def test_a_new_user_has_the_role_that_was_given(admin_client: AsyncClient) -> None:
    response = await admin_client.post(USERS, json=GRACE | {"role": "planner"})

    assert response.json()["role"] == "planner"


async def test_a_new_user_can_log_in(client: AsyncClient, admin_client: AsyncClient) -> None:
    await admin_client.post(USERS, json=GRACE)

    login = await client.post("/api/v1/auth/login", data=GRACE)

    assert login.status_code == 200


@pytest.mark.parametrize("taken", ["username", "email"])
async def test_what_is_taken_is_a_conflict_and_changes_nothing(
    admin_client: AsyncClient, user_factory: type[UserFactory], db: Session, taken: str
) -> None:
    user_factory.create(**{taken: GRACE[taken]})

    response = await admin_client.post(USERS, json=GRACE)

    assert response.status_code == 409
    assert response.json()["detail"] == f"The {taken} is taken: another of the users has it"
    assert count_users(db) == 2


async def test_the_application_goes_on_after_a_conflict(
    admin_client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    user_factory.create(username="grace")

    refused = await admin_client.post(USERS, json=GRACE)
    retried = await admin_client.post(USERS, json=GRACE | {"username": "hopper"})
    shown = await admin_client.get(USERS)

    assert (refused.status_code, retried.status_code) == (409, 201)
    assert [user["username"] for user in shown.json()] == ["grace", "hopper", "root"]


@pytest.mark.parametrize(
    "field,value",
    [
        ("username", ""),
        ("username", " "),
        ("username", "gr\0ce"),
        ("username", "x" * 81),
        ("email", "grace"),
        ("email", "grace @example.com"),
        ("email", "grace@example.com\n"),
        ("password", "short"),
        ("role", "owner"),
    ],
)
async def test_a_user_who_could_not_be_is_refused_by_the_field(
    admin_client: AsyncClient, db: Session, field: str, value: str
) -> None:
    response = await admin_client.post(USERS, json=GRACE | {field: value})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", field]]
    assert count_users(db) == 1
