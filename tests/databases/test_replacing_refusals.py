"""Nothing is replaced that factoryfloor did not make for it, unless it is empty and adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor.databases import Replacing
from factoryfloor.errors import ForeignDatabaseError, InsufficientPrivilegeError

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from factoryfloor.databases import Databases

    Connect = Callable[..., psycopg.Connection]
    Exists = Callable[[str], bool]
    Open = Callable[..., Databases]

OID = "SELECT oid, datname FROM pg_database WHERE datname LIKE %s || '_theirs%%'"


def build_nothing(conninfo: str) -> None:
    """An empty schema."""


@pytest.fixture
def put(databases: Databases, template: str, prefix: str) -> Callable[..., None]:
    """Puts a clone in the place of the database of this name."""

    def put(name: str, *, adopt: bool = False) -> None:
        databases.replacing.put(databases.clone(template, f"{prefix}_new"), name, adopt=adopt)

    return put


@pytest.fixture
def theirs(admin: psycopg.Connection, prefix: str) -> str:
    """An empty database of somebody else's."""
    admin.execute(f"CREATE DATABASE {prefix}_theirs")
    return f"{prefix}_theirs"


@pytest.mark.parametrize("adopt", [True, False])
def test_a_strangers_database_that_holds_something_stays(
    admin: psycopg.Connection,
    prefix: str,
    theirs: str,
    put: Callable[..., None],
    connect: Connect,
    adopt: bool,
) -> None:
    before = admin.execute(OID, [prefix]).fetchall()
    with connect(theirs) as filling:
        filling.execute("CREATE TABLE precious ()")

    with pytest.raises(ForeignDatabaseError) as caught:
        put(theirs, adopt=adopt)

    assert "holds 1 table, such as precious. It was left untouched." in str(caught.value)
    assert admin.execute(OID, [prefix]).fetchall() == before


def test_an_empty_one_stays_unless_it_is_adopted(
    admin: psycopg.Connection, prefix: str, theirs: str, put: Callable[..., None]
) -> None:
    before = admin.execute(OID, [prefix]).fetchall()

    with pytest.raises(ForeignDatabaseError, match=r"is empty.* say --adopt"):
        put(theirs)

    assert admin.execute(OID, [prefix]).fetchall() == before


def test_an_empty_one_that_somebody_uses_stays(
    theirs: str, put: Callable[..., None], connect: Connect
) -> None:
    using = connect(theirs)

    with pytest.raises(ForeignDatabaseError, match=r"is in use \(connections: 1\)"):
        put(theirs, adopt=True)

    assert using.execute("SELECT 1").fetchone() == (1,)


def test_one_that_is_filled_just_before_its_name_is_taken_comes_back(
    monkeypatch: pytest.MonkeyPatch,
    databases: Databases,
    admin: psycopg.Connection,
    prefix: str,
    theirs: str,
    put: Callable[..., None],
    connect: Connect,
    exists: Exists,
) -> None:
    before = admin.execute(OID, [prefix]).fetchall()
    lease = Replacing._lease

    def fill_and_lease(replacing: Replacing, registry: Any, name: str) -> None:
        if not exists(name) and exists(theirs):
            with connect(theirs) as filling:
                filling.execute("CREATE TABLE IF NOT EXISTS precious ()")
        lease(replacing, registry, name)

    monkeypatch.setattr(Replacing, "_lease", fill_and_lease)  # it comes between look and rename

    with pytest.raises(ForeignDatabaseError, match=r"_theirs' .*precious"):
        put(theirs, adopt=True)

    databases.close()
    assert admin.execute(OID, [prefix]).fetchall() == before
    assert connect(theirs).execute("SELECT FROM precious").fetchall() == []
    assert not exists(f"{prefix}_new")


def test_a_name_of_ours_that_somebody_else_used_again_is_theirs(
    open_databases: Open,
    template: str,
    theirs: str,
    put: Callable[..., None],
    admin: psycopg.Connection,
    connect: Connect,
) -> None:
    admin.execute(f"DROP DATABASE {theirs}")
    past = open_databases()
    past.clone(template, theirs)
    past.close(keep=[theirs])
    admin.execute(f"DROP DATABASE {theirs}")
    admin.execute(f"CREATE DATABASE {theirs}")
    with connect(theirs) as filling:
        filling.execute("CREATE TABLE precious ()")

    with pytest.raises(ForeignDatabaseError, match="precious"):
        put(theirs, adopt=True)


@pytest.mark.parametrize("name", ["postgres", "template0", "template1", "factoryfloor"])
def test_the_servers_own_and_the_registry_stay(
    databases: Databases, put: Callable[..., None], name: str
) -> None:
    with pytest.raises(ForeignDatabaseError, match=r"own.*Name one that factoryfloor made"):
        databases.replacing.check(name, adopt=True)
    with pytest.raises(ForeignDatabaseError, match="own"):
        put(name, adopt=True)


def test_a_registry_of_another_name_stays(
    registry: str, template: str, put: Callable[..., None]
) -> None:
    with pytest.raises(ForeignDatabaseError, match="own"):
        put(registry, adopt=True)


def test_templates_stay(
    admin: psycopg.Connection, template: str, theirs: str, put: Callable[..., None]
) -> None:
    admin.execute(f"ALTER DATABASE {theirs} IS_TEMPLATE true")

    for name in (template, theirs):
        with pytest.raises(ForeignDatabaseError, match="is a template"):
            put(name, adopt=True)


def test_a_world_stays_and_its_home_is_named(
    databases: Databases, template: str, prefix: str, put: Callable[..., None]
) -> None:
    home = databases.clone(template, f"{prefix}_home")
    databases.worlds.put(databases.clone(template, f"{prefix}_world"), home)

    with pytest.raises(ForeignDatabaseError, match=f"name '{home}' instead"):
        put(f"{prefix}_world")


def test_to_ask_makes_nothing(
    databases: Databases, registry: str, prefix: str, theirs: str, exists: Exists
) -> None:
    databases.replacing.check(f"{prefix}_absent")
    databases.replacing.check(theirs, adopt=True)
    with pytest.raises(ForeignDatabaseError, match="--adopt"):
        databases.replacing.check(theirs)

    assert not exists(registry)


def test_a_role_that_does_not_own_it_is_told_what_to_grant(
    open_databases: Open,
    make_role: Callable[[str], str],
    prefix: str,
    admin: psycopg.Connection,
    exists: Exists,
) -> None:
    databases = open_databases(make_role("CREATEDB"))
    made = databases.template("3" * 64, prefix, build_nothing)
    name = databases.clone(made, f"{prefix}_ours")
    admin.execute(f"ALTER DATABASE {name} OWNER TO postgres")
    clone = databases.clone(made, f"{prefix}_new")

    with pytest.raises(InsufficientPrivilegeError, match=f'ALTER DATABASE "{name}" OWNER TO'):
        databases.replacing.put(clone, name)

    assert exists(name)
