"""The suites that are measured, written to a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

URL = "BENCHMARK_URL"
TESTS = 300

CONFIGURED = """
[tool.factoryfloor]
base = "benchmarks.models:Base"
database = "benchmark"
[tool.pytest.ini_options]
"""
FILAOPS = """
[tool.factoryfloor]
pythonpath = ["{backend}"]
base = "app.database:Base"
models = ["app.models"]
factories = ["tests.factories"]
database = "benchmark_filaops"
[tool.pytest.ini_options]
"""
UNCONFIGURED = "[tool.pytest.ini_options]\n"

EMPTY = "def test_{n}():\n    pass\n"
PSYCOPG = """def test_{n}(connection):
    connection.execute(
        "INSERT INTO customers (name, email) VALUES (%s, %s) RETURNING customers.id",
        ["Ann", "ann@example.com"],
    ).fetchone()
"""
ORM = """def test_{n}(db):
    db.add(Customer(name="Ann", email="ann@example.com"))
    db.flush()
"""
VENDOR = """def test_{n}(db):
    db.add(Vendor(name="Ann"))
    db.flush()
"""

BARE_CONFTEST = """
import os
import psycopg, pytest

@pytest.fixture(scope="session")
def opened():
    url = os.environ["BENCHMARK_URL"].replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection

@pytest.fixture
def connection(opened):
    opened.execute("BEGIN")
    opened.execute("SAVEPOINT test")
    yield opened
    opened.execute("ROLLBACK")
"""
RECIPE_CONFTEST = """
import os
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

@pytest.fixture(scope="session")
def engine():
    return create_engine(os.environ["BENCHMARK_URL"])

@pytest.fixture
def db(engine):
    with engine.connect() as connection:
        transaction = connection.begin()
        session = Session(bind=connection, join_transaction_mode="create_savepoint")
        yield session
        session.close()
        transaction.rollback()
"""
TABLES_CONFTEST = """
import os, sys
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

sys.path.insert(0, {backend!r})

import app.models
from app.database import Base

@pytest.fixture(scope="session")
def engine():
    return create_engine(os.environ["BENCHMARK_URL"])

@pytest.fixture
def db(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    Base.metadata.drop_all(engine)
"""


def write(
    folder: Path, test: str, tests: int = TESTS, *, head: str = "", conftest: str = "",
    configuration: str = UNCONFIGURED,
) -> Path:  # fmt: skip
    """A suite of so many tests like this one."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(configuration, encoding="utf-8")
    if conftest:
        (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    body = "\n".join(test.replace("{n}", str(n)) for n in range(tests))
    (folder / "test_all.py").write_text(f"{head}\n{body}", encoding="utf-8")
    return folder
