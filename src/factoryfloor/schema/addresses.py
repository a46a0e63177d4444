"""From libpq's addresses to SQLAlchemy's."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL


def url_of(conninfo: str) -> URL:
    """The SQLAlchemy URL of a libpq address, for psycopg 3, sync or async."""
    given = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    host = port = None
    if not given.get("host", "/").startswith(("/", "@")):
        host, port = given.pop("host"), int(given.pop("port", "5432"))
    # a socket's folder has its place in the query
    return URL.create(
        "postgresql+psycopg",
        username=given.pop("user", None),
        password=given.pop("password", None),
        host=host,
        port=port,
        database=given.pop("dbname", None),
        query=given,
    )
