"""The people of the farm at their screens: each call returns what FilaOps shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx import AsyncClient


@dataclass(frozen=True)
class Worker:
    """Somebody with a role; a document that they do not get fails the test."""

    client: TestClient

    def get(self, path: str, **params: Any) -> Any:
        return shown(self.client.get(path, params=params))

    def post(self, path: str, **body: Any) -> Any:
        return shown(self.client.post(path, json=body or None))

    def refused(self, path: str, **body: Any) -> str:
        """Why a POST does not go with the state that things are in."""
        return reason(self.client.post(path, json=body or None))


@dataclass(frozen=True)
class AsyncWorker:
    """The same, asynchronously."""

    client: AsyncClient

    async def get(self, path: str, **params: Any) -> Any:
        return shown(await self.client.get(path, params=params))

    async def post(self, path: str, **body: Any) -> Any:
        return shown(await self.client.post(path, json=body or None))

    async def refused(self, path: str, **body: Any) -> str:
        """Why a POST does not go with the state that things are in."""
        return reason(await self.client.post(path, json=body or None))


def shown(response: Any) -> Any:
    """The JSON of a response, which must be no refusal."""
    assert response.is_success, response.text
    return response.json()


def reason(response: Any) -> str:
    """The words of a refusal, which must be a conflict."""
    assert response.status_code == 409, response.text
    detail: str = response.json()["detail"]
    return detail
