"""A clone gets another database's name, in one step, and that one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from factoryfloor.databases import Databases

    Connect = Callable[..., psycopg.Connection]
    Open = Callable[..., Databases]
    Names = Callable[[], set[str]]


@pytest.fixture
def put(databases: Databases, filled: str, prefix: str) -> Callable[..., None]:
    """Puts a clone with a row in the place of the database of this name."""

    def put(name: str, *, adopt: bool = False) -> None:
        databases.replacing.put(databases.clone(filled, f"{prefix}_new"), name, adopt=adopt)

    return put


def rows(connection: psycopg.Connection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM thing").fetchone() or (None,)
    assert isinstance(found, int)
    return found


def test_ours_is_replaced_and_kept(
    databases: Databases, ours: str, put: Callable[[str], None], names: Names, connect: Connect
) -> None:
    put(ours)

    databases.close()
    assert names() == {ours}
    assert rows(connect(ours)) == 1


def test_what_was_put_there_can_be_replaced_again(
    open_databases: Open, ours: str, put: Callable[[str], None], filled: str, names: Names
) -> None:
    put(ours)

    later = open_databases()
    later.replacing.put(later.clone(filled, f"{ours}_again"), ours)

    later.close()
    assert names() == {ours}


def test_a_name_that_there_is_not_is_made_and_kept(
    databases: Databases,
    prefix: str,
    put: Callable[[str], None],
    names: Names,
    open_databases: Open,
) -> None:
    put(f"{prefix}_New one")

    databases.close()
    open_databases().clean(prefix)
    assert names() == {f"{prefix}_New one"}


def test_a_name_of_63_bytes_is_replaced(
    databases: Databases, prefix: str, put: Callable[[str], None], names: Names
) -> None:
    longest = prefix + "ä" * 26
    put(longest)

    put(longest)

    databases.close()
    assert names() == {longest}


def test_an_empty_stranger_is_replaced_when_adopted(
    databases: Databases,
    admin: psycopg.Connection,
    prefix: str,
    put: Callable[..., None],
    connect: Connect,
    names: Names,
) -> None:
    admin.execute(f"CREATE DATABASE {prefix}_theirs")

    put(f"{prefix}_theirs", adopt=True)

    databases.close()
    assert names() == {f"{prefix}_theirs"}
    assert rows(connect(f"{prefix}_theirs")) == 1


def test_the_world_in_its_place_goes(
    open_databases: Open,
    databases: Databases,
    filled: str,
    ours: str,
    put: Callable[[str], None],
    names: Names,
) -> None:
    serving = open_databases()
    serving.worlds.put(serving.clone(filled, f"{ours}_world"), ours)
    visits = databases.worlds.visits(ours)
    before = visits.enter()
    visits.leave(before)
    visits.close()

    put(ours)

    after = visits.enter()
    visits.close()
    databases.close()
    assert (before, after) == (f"{ours}_world", ours)
    assert names() == {ours}


def test_it_goes_with_the_process_that_leases_the_name(
    open_databases: Open,
    databases: Databases,
    template: str,
    prefix: str,
    put: Callable[[str], None],
    connect: Connect,
    names: Names,
) -> None:
    running = open_databases()
    home = running.clone(template, f"{prefix}_home")

    put(home)

    databases.close()
    databases.clean(prefix)
    assert rows(connect(home)) == 1
    running.close()
    assert names() == set()
