"""Virtual transactions against each other: BEGIN, COMMIT and ROLLBACK on one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Add = Callable[[sa.Connection, str], None]
    Names = Callable[[], list[str]]

pytestmark = pytest.mark.usefixtures("pinned")


def test_commit_keeps_and_rollback_undoes(engine: sa.Engine, add: Add, names: Names) -> None:
    with engine.connect() as connection:
        add(connection, "kept")
        connection.commit()
        add(connection, "undone")
        connection.rollback()
        add(connection, "kept too")
        connection.commit()

    assert names() == ["kept", "kept too"]


def test_close_without_commit_undoes(engine: sa.Engine, add: Add, names: Names) -> None:
    with engine.connect() as connection:
        add(connection, "a")

    assert names() == []


def test_an_error_undoes_only_its_own_transaction(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.begin() as connection:
        add(connection, "a")

    with engine.connect() as connection:
        add(connection, "b")
        with pytest.raises(IntegrityError):
            add(connection, "a")

    assert names() == ["a"]


def test_a_failed_transaction_stays_failed_until_its_end(engine: sa.Engine, add: Add) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(sa.text("SELECT 1 / 0"))

        with pytest.raises(DBAPIError, match="current transaction is aborted"):
            add(connection, "a")

        connection.rollback()
        add(connection, "a")


def test_another_transaction_runs_beside_a_failed_one(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.connect() as failed, engine.connect() as other:
        add(failed, "lost")
        with pytest.raises(DBAPIError):
            failed.execute(sa.text("SELECT 1 / 0"))

        add(other, "a")
        other.commit()

        with pytest.raises(DBAPIError, match="current transaction is aborted"):
            failed.execute(sa.text("SELECT 1"))
        failed.commit()
    assert names() == ["a"]


def test_a_failed_transaction_can_return_to_its_savepoint(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.begin() as connection:
        add(connection, "a")
        with pytest.raises(IntegrityError), connection.begin_nested():
            add(connection, "a")
        add(connection, "b")

    assert names() == ["a", "b"]


def test_one_that_only_read_gives_way(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as reading, engine.connect() as writing:
        reading.execute(sa.text("SELECT 1"))
        add(writing, "a")
        writing.commit()
        reading.rollback()

    assert names() == ["a"]
    assert pinned.notes == []


def test_one_that_only_read_goes_on_with_its_savepoints(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.connect() as reading, engine.connect() as writing, reading.begin():
        inner = reading.begin_nested()
        reading.execute(sa.text("SELECT 1"))
        add(writing, "a")
        writing.commit()
        add(reading, "undone")
        inner.rollback()
        add(reading, "b")

    assert names() == ["a", "b"]


def test_one_inside_another_that_commits_is_kept(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        add(outer, "outer")
        add(inner, "inner")
        inner.commit()
        outer.commit()

    assert names() == ["inner", "outer"]
    assert pinned.notes == []


def test_a_commit_inside_a_rolled_back_one_is_undone_with_a_note(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        add(outer, "outer")
        add(inner, "inner")
        inner.commit()
        outer.rollback()

    assert names() == []
    (note,) = pinned.notes
    assert note.startswith("a transaction of MainThread was rolled back, and undid what")


def test_one_around_that_commits_first_takes_the_inner_along_with_a_note(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        add(outer, "outer")
        add(inner, "inner")
        outer.commit()
        inner.rollback()

    assert names() == ["inner", "outer"]
    assert "they stay" in pinned.notes[0]


def test_an_inner_one_that_only_read_loses_nothing_by_it(
    engine: sa.Engine, add: Add, names: Names, pinned: PinnedConnection
) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        add(outer, "outer")
        inner.execute(sa.text("SELECT 1"))
        outer.commit()
        inner.rollback()

    assert names() == ["outer"]
    (note,) = pinned.notes
    assert "could see the uncommitted changes" in note


def test_one_whose_surrounding_was_rolled_back_is_told(engine: sa.Engine, add: Add) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        add(outer, "outer")
        add(inner, "inner")
        outer.rollback()

        with pytest.raises(OperationalError, match="was rolled back, and this one with it"):
            inner.execute(sa.text("SELECT 1"))


def test_savepoints_of_two_transactions_keep_apart(
    engine: sa.Engine, add: Add, names: Names
) -> None:
    with engine.connect() as outer, engine.connect() as inner:
        first = outer.begin_nested()
        add(outer, "a")
        second = inner.begin_nested()  # SQLAlchemy names both savepoints alike
        add(inner, "b")
        second.rollback()
        add(outer, "c")
        first.commit()
        inner.commit()
        outer.commit()

    assert names() == ["a", "c"]
