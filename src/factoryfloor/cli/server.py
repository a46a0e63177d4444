"""The embedded server, asked and ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factoryfloor.server import EmbeddedServer
from factoryfloor.settings import load, locate

if TYPE_CHECKING:
    import argparse


def status(arguments: argparse.Namespace) -> int:
    """0 when the server runs, 1 when it does not."""
    server = _server(arguments)
    found = server.status()
    if found is None:
        print(f"{server.describe()}: not running")
        return 1
    print(f"{server.describe()}: running, keeper {found.pid}, data in {found.data}")
    print(f"  psql '{server.address.conninfo('postgres')}'")
    return 0


def stop(arguments: argparse.Namespace) -> int:
    """0, whether the server ran or not."""
    server = _server(arguments)
    print(f"{server.describe()}: {'ended' if server.stop() else 'was not running'}")
    return 0


def _server(arguments: argparse.Namespace) -> EmbeddedServer:
    file = locate(arguments.config, Path.cwd())
    if file is None:
        return EmbeddedServer()
    settings = load(file)
    return EmbeddedServer(
        settings.postgres_version, settings.postgres_binaries, settings.idle_timeout
    )
