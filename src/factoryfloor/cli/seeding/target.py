"""Which database is to be seeded, and on which server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from factoryfloor.errors import ForeignDatabaseError, SettingsError
from factoryfloor.server import EmbeddedServer, ExternalServer, database_in, server_from
from factoryfloor.settings import is_production

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factoryfloor.server import Address, Server
    from factoryfloor.settings import Settings

INTO: Final = "--into"
_VARIABLE: Final = "TEST_DATABASE_URL"
_LONGEST: Final = 63  # bytes that PostgreSQL keeps of a name


class Target(NamedTuple):
    """A server, and the name of a database there, which need not exist; None leaves it open."""

    server: Server
    database: str | None

    def name(self, prefix: str, scenario: str) -> str:
        """The database's name, by default `<prefix>_<scenario>`."""
        usual = f"{prefix}_{scenario}".encode()[:_LONGEST].decode(errors="ignore")
        return self.database or usual


def find_target(into: str | None, settings: Settings) -> Target:
    """What `--into` names, else what TEST_DATABASE_URL does, else the project's own server.

    Raises `SettingsError` for a URL that is none, or that may mean several databases.
    """
    if into is not None:
        database = database_in(into, INTO)
        if database is None:
            raise SettingsError(f"{INTO} names no database; put its name behind the host's: …/name")
        target = Target(_server_at(into, settings), database)
    else:
        url = os.environ.get(_VARIABLE) or None
        target = Target(_usual(url, settings), database_in(url) if url else None)
    _check(target, INTO if into is not None else _VARIABLE)
    return target


def refuse_production(environ: Mapping[str, str]) -> None:
    """Raise `ForeignDatabaseError` where this environment serves real customers."""
    if is_production(environ):
        raise ForeignDatabaseError(
            "ENVIRONMENT says that this is production, where nothing is seeded, wherever it would "
            "go. Seed from another environment."
        )


def _usual(url: str | None, settings: Settings) -> Server:
    return server_from(
        url,
        version=settings.postgres_version,
        binaries=settings.postgres_binaries,
        idle_timeout=settings.idle_timeout,
    )


def _server_at(url: str, settings: Settings) -> Server:
    """The server of a URL; the embedded one is started where it does not run."""
    named = ExternalServer(url, INTO)
    if named.address.host.startswith("/") and not os.environ.get(_VARIABLE):
        embedded = _usual(None, settings)
        if _place(embedded.address) == _place(named.address):
            return embedded
    return named


def _place(address: Address) -> tuple[str, int, str]:
    return address.host.rstrip("/"), address.port, address.user


def _check(target: Target, source: str) -> None:
    if isinstance(target.server, EmbeddedServer) and target.database is None:
        return
    address, name = target.server.address, target.database or ""
    places = [address.host, address.options.get("hostaddr", "")]
    if any("," in each for each in places) or "service" in address.options:
        raise SettingsError(
            f"{source} must name one host for a database to be seeded there, since each of "
            "several may have a database of that name; a service may name some, too."
        )
    if name != name.strip() or not name.isprintable():
        raise SettingsError(
            f"{source} names the database {name!r}, whose name begins or ends with a blank or has "
            "characters that are not printable; write it without."
        )
    if len(name.encode()) > _LONGEST:
        raise SettingsError(
            f"{source} names the database {name!r}, of which PostgreSQL keeps {_LONGEST} bytes; "
            "give it a shorter name."
        )
