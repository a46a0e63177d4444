"""What runs on what: each axis on the newest of the others, then the oldest of all."""

from __future__ import annotations

from dataclasses import dataclass

NEWEST = ("requirements.lock",)
OLDEST = ("requirements-floors.lock",)


@dataclass(frozen=True)
class Combination:
    """Pinned packages, from lock files of which a later one wins, and a version of PostgreSQL."""

    name: str
    locks: tuple[str, ...]
    postgres: str


COMBINATIONS = (
    Combination("newest", NEWEST, "18"),
    Combination("sqlalchemy-2.0", (*NEWEST, "matrix/sqlalchemy-2.0.lock"), "18"),
    Combination("psycopg-3.1", (*NEWEST, "matrix/psycopg-3.1.lock"), "18"),
    Combination("postgresql-17.7", NEWEST, "17.7"),
    Combination("postgresql-16", NEWEST, "16"),
    Combination("postgresql-15", NEWEST, "15"),
    Combination("oldest", OLDEST, "15"),
)


def chosen(part: str) -> list[Combination]:
    """The combinations whose name has this part."""
    return [each for each in COMBINATIONS if part in each.name]
