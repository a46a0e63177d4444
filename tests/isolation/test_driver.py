"""psycopg's own interface on a virtual connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Names = Callable[[], list[str]]
    Connect = Callable[[], psycopg.Connection[Any]]

INSERT = "INSERT INTO team (name) VALUES (%s)"


def insert_and_raise(driver: psycopg.Connection[Any], name: str) -> None:
    with driver.transaction():
        driver.execute(INSERT, (name,))
        raise ZeroDivisionError


def test_a_raw_connection_commits(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.execute(INSERT, ("a",))
    driver.commit()
    driver.execute(INSERT, ("b",))
    driver.rollback()

    assert names() == ["a"]


def test_its_transaction_status_is_its_own(connect: Connect) -> None:
    one, other = connect(), connect()
    one.execute(INSERT, ("a",))

    assert one.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    assert other.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_transaction_block_commits_and_nests(connect: Connect, names: Names) -> None:
    driver = connect()
    with driver.transaction():
        driver.execute(INSERT, ("a",))
        with pytest.raises(ZeroDivisionError):
            insert_and_raise(driver, "b")
        with driver.transaction(force_rollback=True):
            driver.execute(INSERT, ("c",))

    assert names() == ["a"]


def test_a_transaction_block_can_be_left_by_rollback(connect: Connect, names: Names) -> None:
    driver = connect()

    def leave() -> None:
        with driver.transaction("named") as block:
            driver.execute(INSERT, ("a",))
            raise psycopg.Rollback(block)

    leave()

    assert names() == []


def test_a_transaction_block_that_raises_undoes(connect: Connect, names: Names) -> None:
    driver = connect()
    with pytest.raises(ZeroDivisionError):
        insert_and_raise(driver, "a")

    assert names() == []
    assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_commit_inside_a_transaction_block_is_forbidden(connect: Connect) -> None:
    driver = connect()
    with driver.transaction(), pytest.raises(psycopg.ProgrammingError, match="forbidden"):
        driver.commit()


def test_another_connection_inside_a_transaction_block(connect: Connect, names: Names) -> None:
    one, other = connect(), connect()
    with one.transaction():
        one.execute("SELECT 1")
        other.execute(INSERT, ("other",))
        other.commit()
        one.execute(INSERT, ("one",))

    assert names() == ["one", "other"]


def test_autocommit_commits_each_statement(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.autocommit = True
    driver.execute(INSERT, ("a",))
    with pytest.raises(psycopg.IntegrityError):
        driver.execute(INSERT, ("a",))
    driver.execute(INSERT, ("b",))
    driver.rollback()

    assert names() == ["a", "b"]


def test_autocommit_heeds_begin_and_blocks(connect: Connect, names: Names) -> None:
    driver = connect()
    driver.autocommit = True
    driver.execute("BEGIN")
    driver.execute(INSERT, ("a",))
    driver.execute("ROLLBACK")
    with pytest.raises(ZeroDivisionError):
        insert_and_raise(driver, "b")

    assert names() == []


def test_statements_are_never_prepared(connect: Connect) -> None:
    driver = connect()
    driver.prepare_threshold = 0
    for _ in range(3):
        driver.execute("SELECT %s::int", (1,), prepare=True)

    assert driver.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_notices_reach_the_connection_that_caused_them(connect: Connect) -> None:
    one, other = connect(), connect()
    seen: list[str] = []
    one.add_notice_handler(lambda notice: seen.append(f"one: {notice.message_primary}"))
    other.add_notice_handler(lambda notice: seen.append(f"other: {notice.message_primary}"))

    one.execute("DO $$ BEGIN RAISE WARNING 'careful'; END $$")

    assert seen == ["one: careful"]


def test_listening_ends_at_its_timeout_with_a_note(
    connect: Connect, pinned: PinnedConnection
) -> None:
    assert list(connect().notifies(timeout=0.01)) == []
    (note,) = pinned.notes
    assert note.startswith("NOTIFY and LISTEN have no effect in a test")


def test_a_closed_connection_is_refused(connect: Connect) -> None:
    driver = connect()
    driver.close()

    assert driver.closed
    with pytest.raises(psycopg.OperationalError, match="the connection is closed"):
        driver.execute("SELECT 1")


def test_a_connection_that_is_collected_is_rolled_back(
    connect: Connect, pinned: PinnedConnection
) -> None:
    from factoryfloor.isolation.connection import VirtualConnection

    forgotten = VirtualConnection(pinned)
    forgotten.execute(INSERT, ("a",))
    del forgotten

    assert connect().execute("SELECT count(*) FROM team").fetchone() == (0,)
