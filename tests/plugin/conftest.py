"""A small shop of its own, with an application and factories, for pytest to be run on."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

PLUGINS = (
    *("-p", "left_nothing", "-p", "no:randomly"),
    *("-p", "no:hypothesispytest", "-p", "no:schemathesis"),
)
_LOCK = 7_405_021_000_000  # arbitrary; a number is added

SETTINGS = """
[tool.factoryfloor]
pythonpath = ["."]
base = "shop.models:Base"
app = "shop.app:app"
engine = ["shop.database:engine", "shop.database:async_engine"]
sessionmaker = ["shop.database:SessionLocal", "shop.database:AsyncSessionLocal"]
factories = ["shop.factories"]
database = "shop_test"

[tool.factoryfloor.environment]
SHOP_DATABASE = "{database_url}"
"""

MODELS = """
from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")
"""

DATABASE = """
import os

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine(os.environ["SHOP_DATABASE"])
async_engine = create_async_engine(os.environ["SHOP_DATABASE"])
SessionLocal = sessionmaker(engine, autoflush=False)
AsyncSessionLocal = async_sessionmaker(async_engine, expire_on_commit=False)
"""

APP = """
from fastapi import FastAPI
from sqlalchemy import func, select

from shop.database import AsyncSessionLocal, SessionLocal
from shop.models import Author

app = FastAPI()


@app.post("/authors/{name}")
def make(name: str) -> int:
    with SessionLocal() as session:
        session.add(Author(name=name, country="NL"))
        session.commit()
        return session.scalar(select(func.count()).select_from(Author))


@app.post("/forgetful/{name}")
def make_without_commit(name: str) -> int:
    with SessionLocal() as session:
        session.add(Author(name=name, country="NL"))
        session.flush()
        return session.scalar(select(func.count()).select_from(Author))


@app.get("/authors")
async def count() -> int:
    async with AsyncSessionLocal() as session:
        return await session.scalar(select(func.count()).select_from(Author))
"""

FACTORIES = """
import factory
from factoryfloor import Children, ModelFactory

from shop.models import Author, Book


class AuthorFactory(ModelFactory[Author]):
    class Params:
        prolific = factory.Trait(books=3)

    name = factory.Sequence(lambda n: f"Author {n}")
    country = factory.Faker("country_code")
    books = Children("shop.factories.BookFactory", "author")


class BookFactory(ModelFactory[Book]):
    author = factory.SubFactory(AuthorFactory)
    title = factory.LazyAttributeSequence(lambda o, n: f"Book {n} of {o.author.name}")
"""


@pytest.fixture(scope="session")
def project(admin: psycopg.Connection) -> str:
    """What the names of the shop's databases begin with; no other run of these tests uses it now.

    There are few such names, so that templates made by earlier runs are found.
    """
    for number in itertools.count():
        taken = admin.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK + number]).fetchone()
        if taken == (True,):
            break
    return f"shop{number}_test"


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, project: str) -> Path:
    """The folder of the shop's repository."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("FACTORYFLOOR_CONFIG", raising=False)
    pytester.makepyprojecttoml(SETTINGS.replace("shop_test", project))
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function")
    files = {"models": MODELS, "database": DATABASE, "app": APP, "factories": FACTORIES}
    pytester.mkpydir("shop")
    for name, text in files.items():
        (pytester.path / "shop" / f"{name}.py").write_text(text)
    shutil.copy(Path(__file__).with_name("left_nothing.py"), pytester.path)
    return pytester.path


@pytest.fixture
def databases(admin: psycopg.Connection, project: str) -> Callable[[], set[str]]:
    """Called, it returns the names of the shop's databases but templates."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    return lambda: {name for (name,) in admin.execute(query, [f"{project}_"])}


@pytest.fixture
def run_unchecked(shop: Path, pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Runs pytest in the shop on the given test modules, in a process of its own."""

    def run(*options: str, **files: str) -> pytest.RunResult:
        if files:
            pytester.makepyfile(**files)
        return pytester.runpytest_subprocess(*PLUGINS, *options)

    return run


@pytest.fixture
def run(
    shop: Path,
    run_unchecked: Callable[..., pytest.RunResult],
    databases: Callable[[], set[str]],
) -> Callable[..., pytest.RunResult]:
    """The same, asserting that no row, transaction or database is left.

    `reference` is what the template itself holds, as "1 in authors".
    """

    def run(*options: str, reference: str = "", **files: str) -> pytest.RunResult:
        records = shop / "left.txt"
        records.write_text("")
        before = databases()
        result = run_unchecked(*options, **files)
        found = records.read_text().splitlines()
        left = [each for each in found if each.partition(": ")[2] != reference]
        left += [f"the database {name}" for name in databases() - before]
        assert not left, f"left behind: {'; '.join(left)}"
        return result

    return run
