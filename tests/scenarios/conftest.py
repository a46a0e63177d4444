"""A small shop of its own with scenarios, opened in this process on the embedded server."""

from __future__ import annotations

import contextlib
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from factoryfloor import open_floor
from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg

    from factoryfloor.floor import Floor

MODELS = '''
from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The base."""


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str] = mapped_column(default="NL")


class Book(Base):
    __tablename__ = "books"
    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[Decimal] = mapped_column(default=Decimal("9.50"))
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship()
'''

FACTORIES = """
import factory
from factoryfloor import ModelFactory

from PACKAGE.models import Author, Book


class AuthorFactory(ModelFactory[Author]):
    name = factory.Sequence(lambda n: f"Author {n}")
    country = factory.Faker("country_code")


class BookFactory(ModelFactory[Book]):
    author = factory.SubFactory(AuthorFactory)
    title = factory.Sequence(lambda n: f"Book {n}")
"""

SCENARIOS = '''
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factoryfloor import scenario
from PACKAGE.factories import AuthorFactory, BookFactory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from PACKAGE.models import Author, Book


@dataclass(frozen=True)
class Shelf:
    """A shelf."""

    author: Author
    books: list[Book]


@scenario("shelf", aliases=["bookshelf"])
def shelf(db: Session, *, scale: int = 2) -> Shelf:
    """An author, and as many books of theirs as the scale says."""
    author = AuthorFactory.create()
    return Shelf(author, BookFactory.create_batch(scale, author=author))
'''


@dataclass(frozen=True)
class Shop:
    """A project in a folder, its package of a name that no other test has."""

    folder: Path
    package: str
    database: str

    @property
    def file(self) -> Path:
        return self.folder / "pyproject.toml"

    def write(self, module: str, text: str) -> None:
        """Write a module, and forget it where it was imported before."""
        path = self.folder / self.package / f"{module}.py"
        path.write_text(text.replace("PACKAGE", self.package))
        self.forget()

    def read(self, module: str) -> str:
        """The text of a module."""
        return (self.folder / self.package / f"{module}.py").read_text()

    def forget(self) -> None:
        """Let the next import read the modules anew, as another process would."""
        for name in [each for each in sys.modules if each.partition(".")[0] == self.package]:
            del sys.modules[name]


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, admin: psycopg.Connection
) -> Iterator[Shop]:
    """The project's folder; every database that is made of it is dropped after the test."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    key = uuid.uuid4().hex[:8]
    made = Shop(tmp_path, f"shop_{key}", f"s{key}")
    (tmp_path / made.package).mkdir()
    settings = f"""
        [tool.factoryfloor]
        pythonpath = ["."]
        base = "{made.package}.models:Base"
        factories = ["{made.package}.factories"]
        scenarios = ["{made.package}.scenarios"]
        database = "{made.database}"
    """
    made.file.write_text(settings)
    for module, text in {"models": MODELS, "factories": FACTORIES, "scenarios": SCENARIOS}.items():
        made.write(module, text)
    made.write("__init__", "")
    yield made
    made.forget()
    names = "SELECT datname FROM pg_database WHERE datname LIKE '%%' || %s || '%%'"
    for (name,) in admin.execute(names, [made.database]).fetchall():
        database = sql.Identifier(name)
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@pytest.fixture
def names(admin: psycopg.Connection, shop: Shop) -> Callable[[], set[str]]:
    """The names of the databases that were made of the shop."""
    query = "SELECT datname FROM pg_database WHERE datname LIKE '%%' || %s || '%%'"
    return lambda: {name for (name,) in admin.execute(query, [shop.database])}


@pytest.fixture
def open_shop(shop: Shop) -> Iterator[Callable[[], Floor]]:
    """Opens the shop's floor, as a process that begins now would; closed after the test."""
    with contextlib.ExitStack() as stack:

        def open_shop() -> Floor:
            shop.forget()
            return stack.enter_context(open_floor(shop.file))

        yield open_shop


@pytest.fixture
def snapshots(open_shop: Callable[[], Floor]) -> Snapshots:
    """The shop's scenarios."""
    return Snapshots(open_shop())
