"""The check that these tests make after each run finds what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    Run = Callable[..., pytest.RunResult]

LEAVES = """
    import psycopg
    import pytest
    from factoryfloor.plugin.stash import FLOOR
    from shop.models import Author

    @pytest.fixture(scope="session")
    def row(engine):
        with engine.begin() as connection:
            connection.execute(Author.__table__.insert().values(name="left", country="NL"))

    @pytest.fixture(scope="session")
    def transaction(engine):
        connection = engine.connect()
        connection.exec_driver_sql("SELECT 1")
        return connection

    @pytest.fixture(scope="session")
    def database(request):
        floor = request.config.stash[FLOOR]
        maintenance = floor.server.address.conninfo(floor.server.maintenance)
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {floor.settings.database}_left")

    def test_it(row, transaction, database):
        pass
"""


def test_what_a_worker_leaves_is_found(run: Run, admin: psycopg.Connection, project: str) -> None:
    with pytest.raises(AssertionError) as found:
        run("-n", "2", test_leaves=LEAVES)

    admin.execute(f"DROP DATABASE {project}_left")
    for each in ("1 in authors", "1 open transactions", f"the database {project}_left"):
        assert each in str(found.value)
