"""A small shop of its own with scenarios, and the command run on it in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factoryfloor.server import EmbeddedServer

SETTINGS = """
[tool.factoryfloor]
pythonpath = ["."]
base = "PACKAGE.models:Base"
factories = ["PACKAGE.factories"]
scenarios = ["PACKAGE.scenarios"]
database = "PREFIX"
"""

MODELS = '''
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The base."""


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship()
'''

FACTORIES = """
import factory
from factoryfloor import ModelFactory

from PACKAGE.models import Author, Book


class AuthorFactory(ModelFactory[Author]):
    name = factory.Sequence(lambda n: f"Author {n}")


class BookFactory(ModelFactory[Book]):
    author = factory.SubFactory(AuthorFactory)
    title = factory.Sequence(lambda n: f"Book {n}")
"""

SCENARIOS = '''
from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from factoryfloor import scenario
from PACKAGE.factories import AuthorFactory, BookFactory
from PACKAGE.models import Author, Book

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reader:
    username: str
    password: str


@dataclass(frozen=True)
class Shelf:
    reader: Reader
    author: Author
    books: list[Book]


@scenario("shelf", aliases=["bookshelf"])
def shelf(*, scale: int = 2) -> Shelf:
    """An author, and as many books of theirs as the scale says."""
    print("a word of the scenario's own")
    author = AuthorFactory.create()
    books = BookFactory.create_batch(scale, author=author)
    return Shelf(Reader("ann", "s[e]cret"), author, books)


@scenario("slow")
def slow() -> Shelf:
    """A shelf of one book, once a file is there."""
    made = shelf(scale=1)
    (HERE / "begun").touch()
    while not (HERE / "go").exists():
        time.sleep(0.01)
    return made


@scenario("broken")
def broken() -> Shelf:
    """A shelf whose second author is the first one again."""
    AuthorFactory.create(name="Ann")
    AuthorFactory.create(name="Ann")
    return shelf()
'''


@dataclass(frozen=True)
class Shop:
    """A project in a folder; the names of its databases begin with `prefix`."""

    folder: Path
    package: str
    prefix: str
    server: EmbeddedServer
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `factoryfloor` with these arguments did."""
        with self.start(*arguments) as process:
            out, errors = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, errors)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`factoryfloor` with these arguments, begun."""
        command = [sys.executable, "-m", "factoryfloor", *arguments]
        pipe = subprocess.PIPE
        environment = os.environ | self.environment
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=_heed_interrupts,
        )

    def url(self, name: str) -> str:
        """The URL of a database on the test server."""
        return self.server.address.url(f"{self.prefix}_{name}")

    @property
    def files(self) -> Path:
        """The folder in which the scenario `slow` looks for its file, and makes one."""
        return self.folder / self.package


def _heed_interrupts() -> None:
    """Have SIGINT end what is started, though a shell's background job is to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    admin: psycopg.Connection,
    server: EmbeddedServer,
) -> Iterator[Shop]:
    """The shop; every database whose name begins with its prefix is dropped after the test."""
    for name in ("TEST_DATABASE_URL", "FACTORYFLOOR_CONFIG", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    key = uuid.uuid4().hex[:8]
    made = Shop(tmp_path, f"shop_{key}", f"s{key}", server)
    texts = {"models": MODELS, "factories": FACTORIES, "scenarios": SCENARIOS, "__init__": ""}
    made.files.mkdir()
    for name, text in texts.items():
        (made.files / f"{name}.py").write_text(text.replace("PACKAGE", made.package))
    settings = SETTINGS.replace("PACKAGE", made.package).replace("PREFIX", made.prefix)
    (tmp_path / "pyproject.toml").write_text(settings)
    yield made
    names = "SELECT datname FROM pg_database WHERE datname ILIKE '%%' || %s || '%%'"
    for (name,) in admin.execute(names, [made.prefix]).fetchall():
        database = sql.Identifier(name)
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(database))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@pytest.fixture
def databases(shop: Shop, admin: psycopg.Connection) -> Callable[[], set[str]]:
    """Called, it returns what follows the prefix in the names of the shop's databases."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s || '_')"
    return lambda: {
        name.removeprefix(f"{shop.prefix}_") for (name,) in admin.execute(query, [shop.prefix])
    }


@pytest.fixture
def titles(shop: Shop) -> Callable[[str], list[str]]:
    """Called, it returns the titles of the books in a database of this name, or at this URL."""

    def titles(name: str) -> list[str]:
        url = name if "://" in name else shop.url(name)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            return [title for (title,) in connection.execute("SELECT title FROM books ORDER BY id")]

    return titles
