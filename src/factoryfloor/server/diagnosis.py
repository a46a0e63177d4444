"""Why a connection failed, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factoryfloor.errors import ServerUnreachableError

from .url import VARIABLE

if TYPE_CHECKING:
    import psycopg

    from .address import Address

# what libpq, psycopg and the server say -> what that means; the first that is found counts
CAUSES = {
    r"timeout expired": """
        {place} did not answer in time. Check host and port, and firewalls between,""",
    r"password authentication failed|no password supplied": """
        The server at {place} refuses {user}: the password is wrong or missing.
        Correct it in {source},""",
    r"role \".*\" does not exist": """
        The server at {place} does not know {user}.
        Create it (CREATE ROLE … LOGIN CREATEDB), name another in {source},""",
    r"could not translate host name|failed to resolve host|Name or service not known": """
        The host of {place} is unknown. Correct it in {source},""",
    r"Connection refused|No such file or directory": """
        Nothing listens at {place}: is PostgreSQL running there?
        Start it (`docker compose up --wait` starts one),""",
}


def explain(
    error: psycopg.Error, address: Address, source: str = VARIABLE
) -> ServerUnreachableError:
    """The error to raise for a connection that failed. It never holds the password.

    `source` is what holds the address.
    """
    user = f"role {address.user!r}" if address.user else "this system user"
    for pattern, cause in CAUSES.items():
        if re.search(pattern, str(error)):
            message = " ".join(cause.split()).format(place=address.place, user=user, source=source)
            return ServerUnreachableError(f"{message} {without(source)}")
    said = _without_password(str(error).strip(), address)
    return ServerUnreachableError(
        f"The server at {address.place} refuses {user}: {said}\nCorrect {source}, {without(source)}"
    )


def without(source: str) -> str:
    """How to do without the address that `source` holds."""
    if source == VARIABLE:
        return f"or unset {source} to use the embedded PostgreSQL."
    return f"or do without {source}."


def is_about_the_database(error: psycopg.Error) -> bool:
    """Whether the server is there and knows the role, but not the database, or not for it."""
    pattern = r"database \".*\" does not exist|permission denied for database"
    return re.search(pattern, str(error)) is not None


def _without_password(text: str, address: Address) -> str:
    return text.replace(address.password, "***") if address.password else text
