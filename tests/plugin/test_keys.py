"""The keys of the table that change the application do so under pytest, and only there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Run = Callable[..., pytest.RunResult]

KEYS = """
get_db = ["shop.extras:get_db", "shop.extras:get_async_db"]
reference_data = "shop.extras:fill"
disable = ["shop.extras:wipe"]

[tool.factoryfloor.patch]
"shop.extras:limiter.enabled" = false

[tool.factoryfloor.environment]
"""

EXTRAS = """
from fastapi import Depends

from shop.app import app
from shop.models import Author


class Limiter:
    enabled = True


limiter = Limiter()


def fill(session):
    session.add(Author(id=1, name="Reference", country="NL"))


def wipe():
    raise RuntimeError("wiped")


def get_db():
    raise RuntimeError("the real one")


async def get_async_db():
    raise RuntimeError("the real one")
    yield


@app.get("/names")
def names(db=Depends(get_db)):
    return [author.name for author in db.query(Author).order_by(Author.id)]


@app.get("/async-name")
async def name(db=Depends(get_async_db)):
    return (await db.get(Author, 1)).name
"""

TESTS = """
    import shop.extras
    from shop.factories import AuthorFactory

    def test_dependencies_are_overridden_with_sessions_of_the_transaction(sync_client):
        AuthorFactory.create()
        assert sync_client.get("/names").json() == ["Reference", "Author 1"]
        assert sync_client.get("/async-name").json() == "Reference"

    def test_overriding_ends_with_the_client():
        assert shop.extras.app.dependency_overrides == {}

    def test_patches_hold():
        assert shop.extras.limiter.enabled is False

    def test_what_is_disabled_does_nothing():
        assert shop.extras.wipe() is None
"""

MIGRATION = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "1", None


def upgrade():
    authors = op.create_table(
        "authors",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("country", sa.String, nullable=False),
    )
    op.bulk_insert(authors, [{"id": 1, "name": "Migrated", "country": "NL"}])
"""

ENV = """
from alembic import context
from shop.database import engine

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def test_the_application_is_changed_as_the_keys_say(run: Run, shop: Path) -> None:
    table = shop / "pyproject.toml"
    table.write_text(table.read_text().replace("\n[tool.factoryfloor.environment]\n", KEYS))
    (shop / "shop" / "extras.py").write_text(EXTRAS)

    result = run(reference="1 in authors", test_keys=TESTS)

    result.assert_outcomes(passed=4)


def test_migrations_build_the_schema_whatever_engine_they_use(run: Run, shop: Path) -> None:
    table = shop / "pyproject.toml"
    table.write_text(table.read_text().replace("\nbase", '\nschema = "alembic:alembic.ini"\nbase'))
    (shop / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/scripts\n")
    (shop / "scripts" / "versions").mkdir(parents=True)
    (shop / "scripts" / "env.py").write_text(ENV)
    unseen = f"# {uuid.uuid4()}\n"  # so that no earlier run has built its template
    (shop / "scripts" / "versions" / "first.py").write_text(unseen + MIGRATION)

    result = run(
        reference="1 in alembic_version, 1 in authors",
        test_migrated="""
        from sqlalchemy import inspect, text
        from shop.factories import AuthorFactory

        def test_the_schema_is_the_migrations(db, engine):
            assert set(inspect(engine).get_table_names()) == {"authors", "alembic_version"}
            assert AuthorFactory.create().id > 1
            assert db.scalar(text("SELECT name FROM authors WHERE id = 1")) == "Migrated"
        """,
    )

    result.assert_outcomes(passed=1)


def test_concurrent_requests_have_an_identity_each(run: Run) -> None:
    result = run(
        test_requests="""
        import asyncio

        from shop.app import app
        from shop.database import AsyncSessionLocal
        from shop.models import Author

        @app.post("/slowly/{name}/{end}")
        async def make_slowly(name: str, end: str) -> None:
            async with AsyncSessionLocal() as session:
                session.add(Author(name=name, country="NL"))
                await session.flush()
                await asyncio.sleep(0.02)
                await getattr(session, end)()

        async def test_one_that_rolls_back_takes_nothing_of_another_along(client):
            paths = [f"/slowly/{end}{n}/{end}" for n in range(3) for end in ("rollback", "commit")]
            await asyncio.gather(*(client.post(path) for path in paths))
            assert (await client.get("/authors")).json() == 3
        """
    )

    result.assert_outcomes(passed=1)
