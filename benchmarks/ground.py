"""A floor with the benchmarks' tables, and beside it a database that engines reach for real."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from benchmarks.models import Base
from factoryfloor import open_floor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factoryfloor.floor import Floor

TABLE = """
[tool.factoryfloor]
base = "benchmarks.models:Base"
database = "benchmark"
"""


@dataclass(frozen=True)
class Ground:
    """`url` names the database of the peers, which has the same tables as the floor's."""

    floor: Floor
    url: str

    @property
    def conninfo(self) -> str:
        """The peers' database as libpq's address."""
        return self.url.replace("+psycopg", "", 1)


@contextlib.contextmanager
def prepared() -> Iterator[Ground]:
    """Both databases, made for the block and dropped after it."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "pyproject.toml"
        file.write_text(TABLE, encoding="utf-8")
        floor = stack.enter_context(open_floor(file))
        floor.prepare()
        url = stack.enter_context(floor.scratch())
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        yield Ground(floor, url)
