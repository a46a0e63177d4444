"""The fixtures that call the application: requests join the test's transaction."""

from __future__ import annotations

import contextlib
import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from .coroutines import finish
from .dependencies import overridden
from .standing import STANDING, TestPlace
from .stash import floor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from fastapi.testclient import TestClient

BASE_URL = "http://test"


@pytest.fixture
def application_under_test(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The ASGI application, with the dependencies overridden that the settings name."""
    floor = floor_of(request)
    asgi = floor.application.asgi
    with (
        overridden(floor.application),
        _place(asgi, TestPlace(floor, request.config.stash[STANDING])),
    ):
        yield asgi


@contextlib.contextmanager
def _place(asgi: Any, place: TestPlace) -> Iterator[None]:
    """Have the endpoints of `factoryfloor.web` seed in the test, where the application has them."""
    state = getattr(asgi, "state", None)
    if state is None:
        yield
        return
    state.factoryfloor_place = place
    try:
        yield
    finally:
        del state.factoryfloor_place


@pytest.fixture
def make_client(application_under_test: Any) -> Iterator[Callable[[], httpx.AsyncClient]]:
    """Called, it returns a new asynchronous client of the application."""
    import httpx  # with what its command needs; most runs call no client at first

    with contextlib.ExitStack() as stack:

        def make() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=application_under_test)
            client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
            stack.callback(lambda: finish(client.aclose()))
            return client

        yield make


@pytest.fixture
def client(make_client: Callable[[], httpx.AsyncClient]) -> httpx.AsyncClient:
    """An asynchronous client of the application, in the test's transaction."""
    return make_client()


if importlib.util.find_spec("fastapi"):

    @pytest.fixture
    def make_sync_client(application_under_test: Any) -> Iterator[Callable[[], TestClient]]:
        """Called, it returns a new synchronous client of the application."""
        from fastapi.testclient import TestClient

        with contextlib.ExitStack() as stack:

            def make() -> TestClient:
                client = TestClient(application_under_test)
                stack.callback(client.close)
                return client

            yield make

    @pytest.fixture
    def sync_client(make_sync_client: Callable[[], TestClient]) -> TestClient:
        """A synchronous client of the application, in the test's transaction."""
        return make_sync_client()
