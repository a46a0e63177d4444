"""What a test has changed of the rows of groups."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import sqlalchemy as sa

    from factoryfloor.isolation import PinnedConnection

TABLES = """
CREATE SCHEMA shop;
CREATE TABLE shop."Odd ""name" (id numeric PRIMARY KEY, price numeric(10, 2), data jsonb);
CREATE TABLE pair (a integer, b text, note text, PRIMARY KEY (a, b));
CREATE TABLE keyless (a integer, b text);
CREATE TABLE parted (id integer PRIMARY KEY, note text) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
"""
ROWS = """
INSERT INTO shop."Odd ""name" VALUES (1, 10, '{"a": 1}'), (2.5, 20, NULL);
INSERT INTO pair VALUES (1, 'it''s', 'x'), (2, 'é', 'y');
INSERT INTO keyless VALUES (1, 'x');
INSERT INTO parted VALUES (1, 'x');
"""
CASES = {
    "a number": (
        """UPDATE shop."Odd ""name" SET price = price + 0.01 WHERE id = 2.5""",
        ('shop."Odd ""name"', {"id": Decimal("2.5")}, "price", Decimal("20.00"), Decimal("20.01")),
    ),
    "a document": (
        """UPDATE shop."Odd ""name" SET data = '[]' WHERE id = 1""",
        ('shop."Odd ""name"', {"id": 1}, "data", {"a": 1}, []),
    ),
    "a key of two columns": (
        "UPDATE pair SET note = NULL WHERE a = 1",
        ("pair", {"a": 1, "b": "it's"}, "note", "x", None),
    ),
    "the key itself": (
        "UPDATE pair SET a = 3 WHERE a = 2",
        ("pair", {"a": 2, "b": "é"}, None, None, None),
    ),
    "a row without a key": (
        "UPDATE keyless SET b = 'y'",
        ("keyless", {"a": 1, "b": "x"}, None, None, None),
    ),
    "a part of a table": (
        "UPDATE parted SET note = 'y'",
        ("parted_1", {"id": 1}, "note", "x", "y"),
    ),
}


def send(engine: sa.Engine, statements: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statements)


@pytest.fixture
def grouped(own: PinnedConnection, own_engine: sa.Engine) -> PinnedConnection:
    """A connection with a group, in a test that has sent no statement."""
    own.begin_test()
    with own.make_group("tables"):
        send(own_engine, TABLES)
    with own.make_group("rows"):
        send(own_engine, ROWS)
    return own


@pytest.mark.parametrize("statement, expected", CASES.values(), ids=CASES)
def test_a_change_is_found(
    grouped: PinnedConnection, own_engine: sa.Engine, statement: str, expected: tuple[object, ...]
) -> None:
    send(own_engine, statement)

    ((group, change),) = grouped.changes_of_groups()

    assert group.key == "rows"
    assert tuple(change) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM pair FOR UPDATE",
        "UPDATE pair SET note = note",
        "INSERT INTO pair VALUES (3, 'new', 'z'); UPDATE pair SET note = 'w' WHERE a = 3",
        "SAVEPOINT a; DELETE FROM pair; ROLLBACK TO SAVEPOINT a",
    ],
)
def test_what_stays_the_same_is_not(
    grouped: PinnedConnection, own_engine: sa.Engine, statement: str
) -> None:
    with own_engine.begin() as connection:
        for each in statement.split("; "):
            connection.exec_driver_sql(each)

    assert grouped.changes_of_groups() == []


def test_each_test_is_asked_for_itself(grouped: PinnedConnection, own_engine: sa.Engine) -> None:
    found = []
    for statement in ("DELETE FROM pair", "SELECT 1", "DELETE FROM pair WHERE a = 1"):
        send(own_engine, statement)
        found.append(len(grouped.changes_of_groups()))
        grouped.end_test()
        grouped.begin_test()
        grouped.groups.keep(2)

    assert found == [2, 0, 1]


def test_what_a_group_above_changed_is_its_own(
    grouped: PinnedConnection, own_engine: sa.Engine
) -> None:
    with grouped.make_group("above"):
        send(own_engine, "UPDATE pair SET note = 'above' WHERE a = 1")
    send(own_engine, "UPDATE pair SET note = 'test'")

    found = {
        (group.key, change.key["a"], change.before) for group, change in grouped.changes_of_groups()
    }

    assert found == {("above", 1, "above"), ("rows", 2, "y")}


def test_a_table_that_is_gone_is_no_error(grouped: PinnedConnection, own_engine: sa.Engine) -> None:
    send(own_engine, "DROP TABLE pair")

    assert grouped.changes_of_groups() == []
    assert grouped.end_test() == []
