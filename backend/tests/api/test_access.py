"""Every door but two is closed to those who do not prove who they are."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.auth import create_access_token
from app.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import AsyncClient
    from sqlalchemy.orm import Session

    from app.models import User

pytestmark = pytest.mark.api

OPEN_TO_ALL = {("get", "/api/v1/health"), ("post", "/api/v1/auth/login")}


def doors() -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) not in OPEN_TO_ALL:
                yield method, re.sub(r"{\w+}", "1", path)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_the_description_of_the_interface_is_served(client: AsyncClient) -> None:
    response = await client.get("/openapi.json")

    assert response.status_code == 200
    assert response.json()["info"]["title"] == "FilaOps"
    assert response.json()["paths"].keys() >= {"/api/v1/sales-orders", "/api/v1/shortages"}


async def test_its_pages_for_people_are_served(client: AsyncClient) -> None:
    response = await client.get("/docs")

    assert response.status_code == 200
    assert "/openapi.json" in response.text


async def test_the_open_doors_exist(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]

    assert {(method, path) for path in paths for method in paths[path]} >= OPEN_TO_ALL


@pytest.mark.parametrize("method,path", list(doors()))
async def test_a_closed_door_asks_for_a_token(client: AsyncClient, method: str, path: str) -> None:
    response = await client.request(method, path)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("method,path", list(doors()))
async def test_a_viewer_may_look_at_all_but_the_users_and_change_nothing(
    viewer_client: AsyncClient, method: str, path: str
) -> None:
    may = method == "get" and not re.fullmatch("/api/v1/users(/1)?", path)

    response = await viewer_client.request(method, path)

    assert (response.status_code != 403) == may


@pytest.mark.parametrize("method,path", list(doors()))
async def test_who_is_refused_is_so_by_the_description(
    viewer_client: AsyncClient, method: str, path: str
) -> None:
    response = await viewer_client.request(method, path)

    described = next(
        operations[method]["responses"]
        for template, operations in app.openapi()["paths"].items()
        if re.sub(r"{\w+}", "1", template) == path
    )
    assert (response.status_code == 403) == ("403" in described)


@pytest.mark.parametrize("method,path", list(doors()))
async def test_each_role_may_do_what_those_below_it_may(
    viewer_client: AsyncClient,
    operator_client: AsyncClient,
    planner_client: AsyncClient,
    admin_client: AsyncClient,
    method: str,
    path: str,
) -> None:
    ladder = [viewer_client, operator_client, planner_client, admin_client]

    may = [(await client.request(method, path)).status_code != 403 for client in ladder]

    assert may == sorted(may)
    assert may[-1]


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/users/me"])
async def test_a_user_is_shown_to_themselves_without_any_secret(
    auth_client: AsyncClient, test_user: User, path: str
) -> None:
    response = await auth_client.get(path)

    assert response.status_code == 200
    assert response.json() == {
        "id": test_user.id,
        "username": "testuser1",
        "email": "test1@example.com",
        "role": "viewer",
        "is_active": True,
    }


async def test_an_expired_token_opens_nothing(client: AsyncClient, test_user: User) -> None:
    token = create_access_token(test_user.id, timedelta(seconds=-1))

    response = await client.get("/api/v1/me", headers=bearer(token))

    assert response.status_code == 401
    assert response.json()["detail"] == "Could not validate credentials"


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
async def test_a_token_of_another_scheme_opens_nothing(
    client: AsyncClient, test_user: User, scheme: str
) -> None:
    headers = {"Authorization": f"{scheme} {create_access_token(test_user.id)}"}

    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_a_token_of_a_user_who_is_no_more_opens_nothing(
    client: AsyncClient, test_user: User, db: Session
) -> None:
    headers = bearer(create_access_token(test_user.id))
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200

    db.delete(test_user)
    db.commit()

    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_a_user_who_leaves_is_logged_out_at_once(
    client_of: Callable[[User], AsyncClient], test_user: User, db: Session
) -> None:
    client = client_of(test_user)
    assert (await client.get("/api/v1/me")).status_code == 200

    test_user.is_active = False
    db.commit()

    assert (await client.get("/api/v1/me")).status_code == 401
