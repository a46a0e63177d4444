"""Threads and jobs of pools know what started them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from factoryfloor.isolation.work import Request, current_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factoryfloor.isolation import PinnedConnection
    from factoryfloor.isolation.work import Work

    Add = Callable[[sa.Connection, str], None]
    Names = Callable[[], list[str]]


def owner_in_a_thread() -> Work:
    found = []
    thread = threading.Thread(target=lambda: found.append(current_owner()), name="worker")
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """A pool with one thread, older than any test."""
    with ThreadPoolExecutor(1) as found:
        yield found


def test_a_thread_is_work_of_its_own_started_by_another(pinned: PinnedConnection) -> None:
    work = owner_in_a_thread()

    assert str(work) == "worker"
    assert work.epoch is pinned.epoch
    assert work.ancestors() == [current_owner()]


def test_a_thread_of_a_request_is_named_with_it(pinned: PinnedConnection) -> None:
    app = FastAPI()
    found = []

    @app.get("/start")
    def start() -> None:
        found.append(owner_in_a_thread())

    TestClient(app).get("/start")

    (work,) = found
    assert str(work) == "worker of GET /start"
    assert isinstance(work.parent, Request)


def test_a_job_of_a_pool_is_work_of_who_submitted_it(
    pinned: PinnedConnection, pool: ThreadPoolExecutor
) -> None:
    work = pool.submit(current_owner).result()

    assert work.parent is current_owner()
    assert work.epoch is pinned.epoch


def test_a_job_left_in_a_pool_is_refused_in_the_next_test_and_the_pool_is_not(
    pinned: PinnedConnection, engine: sa.Engine, pool: ThreadPoolExecutor
) -> None:
    leave = threading.Event()

    def job() -> int:
        leave.wait()
        with engine.connect() as connection:
            return int(connection.scalar(sa.text("SELECT 1")) or 0)

    late = pool.submit(job)
    pinned.end_test()
    pinned.begin_test()
    leave.set()

    with pytest.raises(OperationalError, match="began has ended"):
        late.result()
    assert pool.submit(job).result() == 1


def test_the_threads_of_a_lazy_pool_serve_every_test(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    def job(number: int) -> int:
        with engine.connect() as connection:
            return int(connection.scalar(sa.text(f"SELECT {number}")) or 0)

    with ThreadPool(2) as pool:
        first = pool.map(job, [1, 2])
        left = pinned.end_test()
        pinned.begin_test()
        second = pool.map(job, [3, 4])

    assert (first, left, second) == ([1, 2], [], [3, 4])


def test_a_thread_started_between_tests_may_go_on_in_any(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    leave = threading.Event()
    found: list[object] = []

    def work() -> None:
        leave.wait()
        with engine.connect() as connection:
            found.append(connection.scalar(sa.text("SELECT 1")))

    pinned.end_test()
    thread = threading.Thread(target=work)
    thread.start()
    pinned.begin_test()
    leave.set()
    thread.join()

    assert found == [1]


def test_threads_of_one_parent_wait_for_each_other(
    pinned: PinnedConnection, engine: sa.Engine, add: Add, names: Names
) -> None:
    def work(name: str) -> None:
        with engine.begin() as connection:
            add(connection, name)
            add(connection, f"{name} again")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names() == ["a", "a again", "b", "b again", "c", "c again"]
    assert pinned.notes == []
