"""Who proves to be a user gets a token; who does not is not told why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.auth import user_id_in

if TYPE_CHECKING:
    from httpx import AsyncClient

    from app.models import User
    from tests.factories import UserFactory

pytestmark = pytest.mark.api

LOGIN = "/api/v1/auth/login"
ADA = {"username": "ada", "password": "testpass123"}


async def test_the_right_password_gets_a_token_of_its_user(
    client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    user_factory.create()
    ada = user_factory.create(username="ada")

    response = await client.post(LOGIN, data=ADA)

    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"
    assert user_id_in(response.json()["access_token"]) == ada.id


async def test_the_token_opens_what_is_closed(
    client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    user_factory.create(username="ada")

    token = (await client.post(LOGIN, data=ADA)).json()["access_token"]
    response = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert response.json()["username"] == "ada"


@pytest.mark.parametrize(
    "username,password",
    [("ada", "wrong"), ("nobody", "testpass123"), ("ADA", "testpass123"), ("gone", "testpass123")],
    ids=["wrong password", "unknown user", "another spelling", "inactive user"],
)
async def test_a_login_that_proves_nothing_is_refused_alike(
    client: AsyncClient, user_factory: type[UserFactory], username: str, password: str
) -> None:
    user_factory.create(username="ada")
    user_factory.create(username="gone", inactive=True)

    response = await client.post(LOGIN, data={"username": username, "password": password})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["detail"] == "Incorrect username or password"


@pytest.mark.parametrize("missing", ["username", "password"])
async def test_a_login_without_a_field_is_refused_by_its_name(
    client: AsyncClient, missing: str
) -> None:
    given = {name: value for name, value in ADA.items() if name != missing}

    response = await client.post(LOGIN, data=given)

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", missing]]


@pytest.mark.parametrize("sent", [{"json": ADA}, {"params": ADA}], ids=["json", "query"])
async def test_a_login_is_a_form_and_nothing_else(
    client: AsyncClient, user_factory: type[UserFactory], sent: dict[str, Any]
) -> None:
    user_factory.create(username="ada")

    assert (await client.post(LOGIN, **sent)).status_code == 422


async def test_a_name_that_no_column_can_hold_is_nobodys(client: AsyncClient) -> None:
    response = await client.post(LOGIN, data=ADA | {"username": "a\0b"})

    assert response.status_code == 401


async def test_a_password_is_compared_as_it_is_stored(
    client: AsyncClient, user_factory: type[UserFactory]
) -> None:
    user: User = user_factory.create(username="ada")

    response = await client.post(LOGIN, data={"username": "ada", "password": user.hashed_password})

    assert response.status_code == 401
