"""Servers that come and go: what was seeded stands as long as the database it stands for."""

from __future__ import annotations

import contextlib
import inspect
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from sqlalchemy import make_url

from factoryfloor.databases import Databases
from tests.web.conftest import SHOP, held_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from factoryfloor.server import EmbeddedServer
    from tests.web.conftest import Home, Server

    Serve = Callable[..., Server]


@pytest.fixture
def own_home() -> Iterator[Home]:
    """A database of the test's own."""
    yield from held_home()


def worlds_of(home: Home, admin: psycopg.Connection) -> list[str]:
    name = make_url(home.url).database
    query = "SELECT datname FROM pg_database WHERE datname LIKE %s || '_world_%%'"
    return [world for (world,) in admin.execute(query, [name])]


def test_when_the_process_that_seeded_is_killed_the_other_goes_on(home: Home, serve: Serve) -> None:
    first, second = serve(home.url), serve(home.url)
    first.seed("one-cup")
    before = second.get("/items")

    first.process.kill()
    first.process.wait()
    after = second.get("/items")
    second.seed("one-plate")

    assert before == after == ["cup"]
    assert second.get("/items") == ["plate"]


def test_a_restarted_server_finds_the_world(home: Home, serve: Serve) -> None:
    first = serve(home.url)
    first.seed("one-cup")
    world = first.client.post("/items/spoon").json()
    first.process.terminate()
    first.process.wait(60)

    second = serve(home.url)

    assert second.get("/started") == world
    assert second.get("/items") == ["cup", "spoon"]


def test_another_project_run_leaves_the_world_of_a_server_that_is_gone(
    home: Home, serve: Serve
) -> None:
    first = serve(home.url)
    first.seed("one-cup")
    first.process.kill()
    first.process.wait()

    run = [sys.executable, "-m", "factoryfloor", "run", "--", sys.executable, "-c", ""]
    subprocess.run(run, cwd=SHOP, check=True)

    assert serve(home.url).get("/items") == ["cup"]


def test_worlds_go_with_the_database_they_stand_for(
    own_home: Home, serve: Serve, admin: psycopg.Connection
) -> None:
    server = serve(own_home.url)
    server.seed("one-cup")
    server.seed("one-plate")
    server.process.terminate()
    server.process.wait(60)
    stood = worlds_of(own_home, admin)

    own_home.process.communicate()

    assert len(stood) == 1
    assert worlds_of(own_home, admin) == []


def test_a_server_that_ends_leaves_the_world_that_stands_and_no_other(
    own_home: Home, serve: Serve, admin: psycopg.Connection
) -> None:
    server = serve(own_home.url)
    for name in ("one-cup", "one-plate", "one-cup"):
        server.seed(name)

    server.process.terminate()
    server.process.wait(60)

    assert len(worlds_of(own_home, admin)) == 1


def test_a_server_that_is_killed_while_it_seeds_leaves_what_stood(
    own_home: Home, serve: Serve, admin: psycopg.Connection
) -> None:
    first, second = serve(own_home.url), serve(own_home.url)
    second.seed("one-cup")
    with ThreadPoolExecutor(1) as pool:
        seeding = pool.submit(first.seed, "stack", scale=100_000)
        building = "SELECT FROM pg_stat_activity WHERE application_name = %s AND query LIKE %s"
        while not admin.execute(building, [first.name, "%INSERT INTO items%"]).rowcount:
            time.sleep(0.01)
        first.process.kill()
        first.process.wait()

    after = second.get("/items")
    second.seed("one-plate")
    again = second.get("/items")

    assert isinstance(seeding.exception(), httpx.HTTPError)
    assert (after, again) == (["cup"], ["plate"])
    while len(worlds_of(own_home, admin)) > 1:  # in the background
        time.sleep(0.01)


def test_a_database_that_is_kept_keeps_its_world(
    serve: Serve, server: EmbeddedServer, admin: psycopg.Connection
) -> None:
    name = f"kept_{uuid.uuid4().hex[:8]}"
    for kept in held_home(TEST_DATABASE_URL=server.address.url(name)):
        serve(kept.url).seed("one-cup")
    stood = serve(kept.url).get("/items")

    with contextlib.closing(Databases(server)) as databases:
        databases.drop(name)

    assert kept.url == server.address.url(name)
    assert stood == ["cup"]
    assert worlds_of(kept, admin) == []


def test_several_workers_of_one_server_agree(own_home: Home, serve: Serve) -> None:
    options = ["--workers", "2"]
    if "timeout_worker_healthcheck" in inspect.signature(uvicorn.Config).parameters:
        # on a busy machine, a worker that is slow to start is not replaced by another
        options += ["--timeout-worker-healthcheck", "60"]
    server = serve(own_home.url, *options)
    seen = []

    for name in ("one-cup", "one-plate"):
        server.seed(name)
        # each on a connection of its own, which either worker may take
        answers = [httpx.get(server.client.base_url.join("/items")) for _ in range(30)]
        seen.append({tuple(answer.json()) for answer in answers})

    assert seen == [{("cup",)}, {("plate",)}]
