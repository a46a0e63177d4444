"""Groups: data on savepoint levels beneath the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from factoryfloor.errors import EscapedTransactionError, IsolationError

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

    from factoryfloor.isolation import Group, PinnedConnection


def insert(engine: sa.Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO team (name) VALUES (:name)"), {"name": name})


def names(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT name FROM team ORDER BY name")))


def written(engine: sa.Engine) -> sa.Connection:
    connection = engine.connect()
    connection.execute(sa.text("INSERT INTO team (name) VALUES ('x')"))
    return connection


def make(pinned: PinnedConnection, engine: sa.Engine, name: str) -> Group:
    with pinned.make_group(name) as group:
        insert(engine, name)
    return group


@pytest.fixture
def two(own: PinnedConnection, own_engine: sa.Engine) -> PinnedConnection:
    """A connection with two groups, after a test that stood on them."""
    own.begin_test()
    make(own, own_engine, "outer")
    make(own, own_engine, "inner")
    insert(own_engine, "test")
    own.end_test()
    return own


def test_a_test_stands_on_no_group_unless_it_says_so(
    two: PinnedConnection, own_engine: sa.Engine
) -> None:
    two.begin_test()

    assert names(own_engine) == []
    assert two.groups.made == []


@pytest.mark.parametrize("number, expected", [(1, ["outer"]), (2, ["inner", "outer"])])
def test_a_test_stands_on_those_it_keeps(
    two: PinnedConnection, own_engine: sa.Engine, number: int, expected: list[str]
) -> None:
    two.begin_test()
    two.groups.keep(number)

    assert names(own_engine) == expected
    insert(own_engine, "mine")

    assert two.end_test() == []
    two.begin_test()
    two.groups.keep(number)
    assert names(own_engine) == expected


def test_a_test_without_statements_lets_go_of_none(
    two: PinnedConnection, own_engine: sa.Engine
) -> None:
    two.begin_test()
    two.end_test()
    two.begin_test()
    two.groups.keep(2)

    assert names(own_engine) == ["inner", "outer"]


def test_letting_go_costs_no_round_trip(
    two: PinnedConnection, own_engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, ...]] = []
    send = two.wire.run

    def record(*statements: str) -> PGresult:
        sent.append(statements)
        return send(*statements)

    monkeypatch.setattr(two.wire, "run", record)

    two.begin_test()
    names(own_engine)

    assert sent[0][:3] == ("ROLLBACK", "BEGIN", "SAVEPOINT factoryfloor_test")


def test_another_group_takes_the_place_of_one_let_go(
    two: PinnedConnection, own_engine: sa.Engine
) -> None:
    two.begin_test()
    two.groups.keep(1)

    make(two, own_engine, "other")

    assert [group.key for group in two.groups.kept] == ["outer", "other"]
    assert names(own_engine) == ["other", "outer"]


def test_a_group_may_write_nothing(own: PinnedConnection, own_engine: sa.Engine) -> None:
    own.begin_test()
    with own.make_group("nothing"):
        pass
    make(own, own_engine, "something")
    own.end_test()
    own.begin_test()
    own.groups.keep(1)

    assert names(own_engine) == []


def test_nothing_is_left_of_a_group_that_fails(
    two: PinnedConnection, own_engine: sa.Engine
) -> None:
    two.begin_test()
    two.groups.keep(1)

    with pytest.raises(sa.exc.IntegrityError), two.make_group("failing"):
        insert(own_engine, "outer")

    assert names(own_engine) == ["outer"]
    assert [group.key for group in two.groups.kept] == ["outer"]


def test_uncommitted_changes_are_refused(own: PinnedConnection, own_engine: sa.Engine) -> None:
    own.begin_test()

    with pytest.raises(IsolationError, match="left uncommitted by"), own.make_group(1):
        kept = written(own_engine)

    assert names(own_engine) == []
    kept.close()


def test_a_connection_that_only_read_goes_on(own: PinnedConnection, own_engine: sa.Engine) -> None:
    own.begin_test()
    with own.make_group(1):
        kept = own_engine.connect()
        kept.execute(sa.text("SELECT 1"))
        insert(own_engine, "a")

    assert kept.scalar(sa.text("SELECT name FROM team")) == "a"
    kept.close()


def test_groups_are_made_before_the_first_statement(
    own: PinnedConnection, own_engine: sa.Engine
) -> None:
    own.begin_test()
    names(own_engine)

    with pytest.raises(IsolationError, match="has used the database"), own.make_group(1):
        pass


def test_groups_are_made_in_a_test(own: PinnedConnection) -> None:
    with pytest.raises(IsolationError, match="no test is running"), own.make_group(1):
        pass


def test_they_can_be_ended_between_tests(two: PinnedConnection, own_engine: sa.Engine) -> None:
    two.roll_back_groups()

    assert two.groups.made == []
    assert two.wire.run("SELECT count(*) FROM team").get_value(0, 0) == b"0"


def test_an_escape_ends_them(two: PinnedConnection, own_engine: sa.Engine) -> None:
    two.begin_test()
    two.groups.keep(2)
    with own_engine.connect() as connection:
        connection.execute(sa.text("SELECT 1; COMMIT"))

    with pytest.raises(EscapedTransactionError):
        two.end_test()

    assert two.groups.made == []


def test_a_lost_connection_ends_them(
    two: PinnedConnection, own_engine: sa.Engine, admin: psycopg.Connection
) -> None:
    pid = two.wire.pgconn.backend_pid
    admin.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])

    two.begin_test()
    two.groups.keep(2)

    assert names(own_engine) == []


def test_who_only_read_makes_way_above_them(two: PinnedConnection, own_engine: sa.Engine) -> None:
    two.begin_test()
    two.groups.keep(2)

    with own_engine.connect() as reading:
        reading.execute(sa.text("SELECT 1"))
        insert(own_engine, "within")
        reading.rollback()

    assert names(own_engine) == ["inner", "outer", "within"]
    assert two.notes == []


def test_settings_of_an_engine_hold_above_them(two: PinnedConnection) -> None:
    engine = sa.create_engine(
        "postgresql+psycopg://nobody@nowhere.invalid/nothing",
        connect_args={"options": "-c work_mem=1234kB"},
    )

    for kept in (2, 0):
        two.begin_test()
        two.groups.keep(kept)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW work_mem")) == "1234kB"
        two.end_test()
