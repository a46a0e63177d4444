"""A scenario built: its function called on a database of its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
from sqlalchemy import event

from factoryfloor.adoption import CheapHashing
from factoryfloor.errors import ScenarioDefinitionError, ScenarioFailedError
from factoryfloor.factories import drawing_anew, sequences_drawn, use_session
from factoryfloor.randomness import reseeded
from factoryfloor.schema import advance_sequences

from .description import data_of
from .failures import failure
from .record import Record
from .values import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from factoryfloor.floor import Application

    from .definition import Scenario
    from .values import Json

    Watch = Callable[[int], object]

_COUNTS: Final = """
SELECT concat(nullif(nspname, 'public') || '.', relname), reltuples::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND c.oid >= 16384 AND reltuples > 0 AND relname <> 'alembic_version'
ORDER BY 1
"""


class Building:
    """One scenario at one size, with one seed.

    `watch` is called with the number of rows written so far, `freezing` when the last is written.
    """

    def __init__(
        self,
        scenario: Scenario[..., Any],
        scale: int | None,
        seed: int,
        watch: Watch | None,
        freezing: Callable[[], object] | None = None,
    ) -> None:
        self.scenario = scenario
        self.scale = scale
        self.seed = seed
        self.rows = 0
        self._watch = watch
        self._freezing = freezing

    def build(
        self, conninfo: str, application: Application, root: Path, *, fast_hashing: bool = True
    ) -> Record:
        """Call the function on the database at `conninfo`, which then is ready to be frozen.

        Engines connect there. Its values hang on the seed and on the scenario's name. `root` is the
        project's folder. Raises `ScenarioFailedError` that names the factory, the row and the line.
        """
        self.rows = 0
        with _cheap_hashing(fast_hashing), self._drawing():
            try:
                values, data = self._call(application)
            except ScenarioDefinitionError:
                raise
            except Exception as error:
                raise failure(self.scenario, error, self.rows, root) from error
            drawn = sequences_drawn()
        if self._freezing is not None:
            self._freezing()
        try:
            advance_sequences(conninfo)
            tables = _frozen(conninfo)
        except psycopg.Error as error:
            raise ScenarioFailedError(
                f"the scenario {self.scenario.name!r} wrote its rows, but they could not be "
                f"frozen: {error}"
            ) from error
        return Record(values, data, tables, drawn)

    @contextlib.contextmanager
    def _drawing(self) -> Iterator[None]:
        """What is random, and what is counted, begins anew, and then goes on as before."""
        with reseeded(self.seed, self.scenario.name), drawing_anew():
            yield

    def _call(self, application: Application) -> tuple[Json, dict[str, Json]]:
        place = f"{self.scenario.result.__name__} of the scenario {self.scenario.name!r}"
        with application.sessionmaker() as session, use_session(session), self._counted(session):
            result = self.scenario.function(**self._arguments(session))
            session.flush()
            self._check(result)
            kept = encode(result, place), cast("dict[str, Json]", data_of(result))
            session.commit()
        return kept

    def _arguments(self, session: Session) -> dict[str, Any]:
        given = {"db": session, "scale": self.scale}
        return {name: given[name] for name in self.scenario.parameters}

    def _check(self, result: object) -> None:
        if not isinstance(result, self.scenario.result):
            raise self.scenario.wrong(
                f"returned a {type(result).__name__}, not the {self.scenario.result.__name__} that "
                "its annotation says"
            )

    @contextlib.contextmanager
    def _counted(self, session: Session) -> Iterator[None]:
        def count(flushed: Session, _context: object) -> None:
            self.rows += len(flushed.new)
            if self._watch is not None:
                self._watch(self.rows)

        def detach(_session: Session, _transaction: object, connection: Connection) -> None:
            connection.detach()  # no pool is to keep a connection to what is frozen, or dropped

        event.listen(session, "after_begin", detach)
        event.listen(session, "after_flush", count)
        yield


@contextlib.contextmanager
def _cheap_hashing(wanted: bool) -> Iterator[None]:
    hashing = CheapHashing()
    if wanted:
        hashing.install()
    try:
        yield
    finally:
        hashing.remove()


def _frozen(conninfo: str) -> dict[str, int]:
    """Leave its clones nothing to tidy up; returns the number of rows in each table."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        return dict(connection.execute(_COUNTS).fetchall())
