"""What a database URL says, in every spelling that users of psycopg have."""

from __future__ import annotations

import os
import re

import psycopg
from psycopg.conninfo import conninfo_to_dict

from factoryfloor.errors import SettingsError

from .address import Address

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg_async")
EXAMPLE = "postgresql+psycopg://user:password@localhost:5432/name_test"
VARIABLE = "TEST_DATABASE_URL"


def address_in(url: str, source: str = VARIABLE) -> Address:
    """The server's address; what the URL leaves out is libpq's to find.

    `source` is what holds the URL, for the `SettingsError` that one which cannot be read raises.
    """
    found = _parsed(url, source)
    found.pop("dbname", None)
    return Address(
        host=found.pop("host", ""),
        port=_port(found.pop("port", "") or os.environ.get("PGPORT", "") or "5432", source),
        user=found.pop("user", ""),
        password=found.pop("password", None),
        options=found,
    )


def database_in(url: str, source: str = VARIABLE) -> str | None:
    """The database that the URL names, None if it names none."""
    return _parsed(url, source).get("dbname") or None


def _parsed(url: str, source: str) -> dict[str, str]:
    """The URL as libpq reads it. No message repeats it: it may hold a password."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise SettingsError(f"{source} is not a URL; write it like {EXAMPLE}")
    if scheme not in SCHEMES:
        raise SettingsError(
            f"{source} begins with {scheme}://, but factoryfloor runs on psycopg 3 and "
            f"PostgreSQL; write it like {EXAMPLE}"
        )
    try:
        found = {
            name: str(value) for name, value in conninfo_to_dict(f"postgresql://{rest}").items()
        }
    except psycopg.ProgrammingError as error:
        raise SettingsError(_unreadable(str(error), source)) from None
    if "@" in found.get("host", ""):  # libpq takes the first one for the end of the password
        raise SettingsError(_unreadable("", source))
    return found


def _unreadable(message: str, source: str) -> str:
    parameter = re.search(r'query parameter: "([^"]*)"', message)
    if parameter:
        return f"{source} has the parameter {parameter[1]!r}, unknown to PostgreSQL."
    return (
        f"{source} cannot be read; write it like {EXAMPLE}, "
        "and special characters in user and password as in %40 for @."
    )


def _port(text: str, source: str) -> int:
    if not text.isdecimal():
        raise SettingsError(f"{source} names the port {text!r}, which is not a number.")
    return int(text)
