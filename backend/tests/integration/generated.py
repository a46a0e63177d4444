"""Requests generated from the description of the API, and aimed at rows that there are."""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.overrides import Override
from sqlalchemy import select

from app.database import Base

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
AT_LIMITS = {VALID: 7, INVALID: 12}
"""How many requests at the limits of the parameters are sent, of all that there are."""
AT_RANDOM = 3
UNKNOWN = 2**30
"""Ids from here on stay as they were generated, so that some requests name no row."""
PLACE = re.compile(r"/([a-z-]+)/\{(\w+)\}")
PAST_DAY = re.compile(r"(1[0-9]|20[01])[0-9]+-[0-9]{2}-[0-9]{2}")


class Aim:
    """Called with a case, it has ids be those of rows, versions the latest, and days to come."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._version = 1
        self._ids = {
            name: cycle(db.scalars(select(table.c.id).order_by(table.c.id)).all())
            for name, table in Base.metadata.tables.items()
        }

    def __call__(self, case: Any) -> Any:
        for kind, name in PLACE.findall(case.path):
            value = case.path_parameters.get(name)
            if str(value).isdecimal():
                aimed = self._number(name, int(value), kind.replace("-", "_"))
                case.path_parameters[name] = type(value)(aimed)
                self._look_up_version(kind.replace("-", "_"), aimed)
        for name, value in case.query.items():
            case.query[name] = self._aimed(name, value)
        if isinstance(case.body, dict):
            case.body = self._aimed("", case.body)
        return case

    def _look_up_version(self, name: str, row_id: int) -> None:
        table = Base.metadata.tables.get(name)
        if table is not None and "version" in table.c and row_id < UNKNOWN:
            found = self._db.scalar(select(table.c.version).where(table.c.id == row_id))
            self._version = found or 1

    def _aimed(self, name: str, value: Any) -> Any:
        match value:
            case dict():
                return {key: self._aimed(key, each) for key, each in value.items()}
            case list():
                return [self._aimed(name, each) for each in value]
            case str() if PAST_DAY.fullmatch(value):
                return f"{int(value[:4]) + 1200}{value[4:]}"
            case int() if not isinstance(value, bool):
                return self._number(name, value)
        return value

    def _number(self, name: str, value: int, table: str | None = None) -> int:
        if not 1 <= value < UNKNOWN:
            return value
        if name in {"version", "revision", "line_number"}:
            return self._version if name == "version" else 1
        table = table or f"{name.removesuffix('_id').removeprefix('preferred_')}s"
        return next(self._ids.get(table, iter(())), value)


def send_at_limits(schema: Any, operation: Any, send: Callable[[Any], None]) -> None:
    """Send what is at the limits of each parameter, and what is beyond them."""
    for mode, most in AT_LIMITS.items():
        cases = list(
            CoverageGenerator(
                operation=operation,
                generation_modes=[mode],
                generation_config=schema.config.generation_for(operation=operation),
                auth_storage=None,
                override=Override(),
                feedback=FeedbackSources(),
            )
        )
        for number in range(min(most, len(cases))):  # evenly chosen among them
            send(cases[number * len(cases) // min(most, len(cases))])


def send_at_random(operation: Any, send: Callable[[Any], None]) -> None:
    """Send some valid requests that are drawn at random, the same in every run."""

    @settings(
        max_examples=AT_RANDOM,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=VALID))
    def drawn(case: Any) -> None:
        send(case)

    drawn()
