"""Threads that go on beside a test, or after it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Add = Callable[[sa.Connection, str], None]
    Names = Callable[[], list[str]]


def test_one_that_outlives_its_test_is_refused(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    written, ended = threading.Event(), threading.Event()
    errors: list[str] = []

    def work() -> None:
        with engine.connect() as connection:
            add(connection, "early")
            written.set()
            ended.wait()
            with pytest.raises(OperationalError) as error:
                add(connection, "late")
            errors.append(str(error.value.orig))

    thread = threading.Thread(target=work)
    thread.start()
    written.wait()
    left = pinned.end_test()
    pinned.begin_test()
    ended.set()
    thread.join()

    changed, running = left
    assert changed.startswith(f"a transaction with uncommitted changes of {thread.name}, at ")
    assert running == f"the thread {thread.name}, still running"
    assert "the test in which this transaction began has ended" in errors[0]
    assert names() == []


def test_a_transaction_waits_for_that_of_another_thread(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    written = threading.Event()

    def work() -> None:
        with engine.begin() as connection:
            add(connection, "a")
            written.set()
            time.sleep(0.02)
            add(connection, "b")

    thread = threading.Thread(target=work)
    thread.start()
    written.wait()

    with engine.connect() as connection:
        add(connection, "undone")
        seen = connection.scalar(sa.text("SELECT count(*) FROM team"))
        connection.rollback()
    thread.join()

    assert seen == 3
    assert names() == ["a", "b"]
    assert pinned.notes == []


def test_none_waits_for_one_that_has_failed(
    engine: sa.Engine,
    add: Add,
    names: Names,
    pinned: PinnedConnection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pinned.turns, "patience", 1000.0)
    with engine.connect() as failed:
        add(failed, "lost")
        with pytest.raises(DBAPIError):
            failed.execute(sa.text("SELECT 1 / 0"))

        def work() -> None:
            with engine.begin() as connection:
                add(connection, "a")

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(timeout=10)

        assert not thread.is_alive()
    assert names() == ["a"]


def test_the_set_up_of_a_new_engine_does_not_wait(
    engine: sa.Engine, add: Add, pinned: PinnedConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinned.turns, "patience", 1000.0)
    with engine.connect() as writing:
        add(writing, "a")
        thread = threading.Thread(
            target=lambda: sa.create_engine(engine.url).connect().close(), daemon=True
        )
        thread.start()
        thread.join(timeout=10)

        assert not thread.is_alive()


def test_one_that_stays_idle_with_changes_is_not_waited_for_forever(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.connect() as idle:
        add(idle, "idle")

        def work() -> None:
            with engine.begin() as connection:
                add(connection, "impatient")

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        idle.commit()

    assert names() == ["idle", "impatient"]


def test_a_long_statement_of_a_thread_is_cancelled_at_the_tests_end(
    engine: sa.Engine, pinned: PinnedConnection
) -> None:
    errors: list[str] = []
    started = threading.Event()

    def work() -> None:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            started.set()
            with pytest.raises(OperationalError) as error:
                connection.execute(sa.text("SELECT pg_sleep(60)"))
            errors.append(type(error.value.orig).__name__)

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    time.sleep(0.05)
    pinned.end_test()
    pinned.begin_test()
    thread.join()

    assert errors == ["QueryCanceled"]
