"""Requests that are in flight while another process seeds stay in the world where they began."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg

    from tests.web.conftest import Home, Server

    Exists = Callable[[str], bool]


@pytest.fixture(scope="module")
def other(home: Home, serve_for_all: Callable[..., Server]) -> Server:
    """Another process on the same database."""
    return serve_for_all(home.url)


def appeared(file: Path) -> Path:
    while not file.exists():
        time.sleep(0.01)
    return file


def wait_until_gone(exists: Exists, name: str) -> None:
    while exists(name):
        time.sleep(0.01)


def database_of(shop: Server) -> str:
    """The database that requests see now."""
    answer: str = shop.client.post(f"/items/{time.monotonic_ns()}").json()
    return answer


def test_every_process_sees_what_one_of_them_seeded(shop: Server, other: Server) -> None:
    shop.seed("one-cup")
    first = [other.get("/items"), other.get("/async-items"), shop.get("/items")]

    other.seed("one-plate")

    assert first == [["cup"]] * 3
    assert shop.get("/items") == ["plate"]
    assert shop.get("/async-items") == ["plate"]


@pytest.mark.parametrize("path", ["/wait", "/async-wait"])
def test_a_request_ends_where_it_began_and_then_the_old_world_is_dropped(
    shop: Server, other: Server, tmp_path: Path, exists: Exists, path: str
) -> None:
    shop.seed("one-cup")
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.get, path, gate=gate)
        appeared(gate.with_suffix(".begun"))
        other.seed("one-plate")
        meanwhile = shop.get("/items")
        current = database_of(shop)
        gate.touch()
        before, after = waiting.result()

    assert before == after != current
    assert meanwhile == ["plate"]
    wait_until_gone(exists, before)


def test_a_world_stands_while_a_request_is_there_however_long_others_are_gone(
    shop: Server, other: Server, tmp_path: Path, exists: Exists
) -> None:
    other.seed("one-cup")
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.get, "/wait", gate=gate)
        appeared(gate.with_suffix(".begun"))
        old = database_of(shop)
        other.seed("one-plate")
        replaced = database_of(shop)
        other.seed("one-cup")
        wait_until_gone(exists, replaced)  # though it is later than the old one
        stood = exists(old)
        gate.touch()

        seen = waiting.result()
    assert stood
    assert seen == [old, old]
    wait_until_gone(exists, old)


def test_a_background_task_stays_where_its_request_began(
    shop: Server, other: Server, tmp_path: Path, exists: Exists
) -> None:
    shop.seed("one-cup")
    gate = tmp_path / "gate"

    answer: Any = shop.client.post("/later", params={"gate": str(gate)}).json()
    other.seed("one-plate")
    current = database_of(shop)
    gate.touch()

    seen = gate.with_suffix(".seen")
    while not (seen.exists() and seen.read_text()):
        time.sleep(0.01)
    assert seen.read_text() == answer != current
    wait_until_gone(exists, answer)


def test_a_thread_that_no_request_leads_sees_the_world_that_stands(shop: Server) -> None:
    shop.seed("one-cup")

    assert shop.get("/thread") == database_of(shop)


def test_no_request_fails_during_ten_seedings(shop: Server, other: Server) -> None:
    shop.seed("one-cup")
    done = threading.Event()
    seen: list[object] = []

    def ask(client: Server, path: str) -> None:
        while not done.is_set():
            seen.append(client.get(path))

    with ThreadPoolExecutor(4) as pool:
        asking = [
            pool.submit(ask, each, path)
            for each in (shop, other)
            for path in ("/items", "/async-items")
        ]
        for seeding, name in zip([shop, other] * 5, ["one-plate", "one-cup"] * 5, strict=True):
            seeding.seed(name)
        done.set()
        for each in asking:
            each.result()

    assert {tuple(each) for each in seen if isinstance(each, list)} == {("cup",), ("plate",)}


def test_seedings_at_once_in_several_processes_are_all_answered(
    shop: Server, other: Server, admin: psycopg.Connection
) -> None:
    current = database_of(shop)
    query = "SELECT count(*) FROM pg_database WHERE datname LIKE %s"
    worlds = current.partition("_world_")[0] + "_world_%"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: each.seed("stack", scale=17), [shop, other] * 3))

    assert [len(answer["data"]["items"]) for answer in answers] == [17] * 6
    assert shop.get("/items") == other.get("/items")
    while admin.execute(query, [worlds]).fetchone() != (1,):
        time.sleep(0.01)


def test_what_is_under_way_when_cleaned_up_ends_well(
    shop: Server, other: Server, tmp_path: Path
) -> None:
    shop.seed("one-cup")
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shop.get, "/async-wait", gate=gate)
        appeared(gate.with_suffix(".begun"))

        cleaned = other.client.post("/api/v1/test/cleanup").json()
        gate.touch()
        before, after = waiting.result()

    assert cleaned["tables"] == ["items"]
    assert before == after
    assert shop.get("/items") == []


def test_a_lost_registry_connection_is_made_anew(shop: Server, admin: psycopg.Connection) -> None:
    shop.seed("one-cup")
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE"
    admin.execute(f"{query} datname = 'factoryfloor' AND application_name = %s", [shop.name])

    assert shop.get("/items") == ["cup"]
    shop.seed("one-plate")
    assert shop.get("/items") == ["plate"]
