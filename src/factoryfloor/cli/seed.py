"""A scenario put into a database, whose URL is printed."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from typing import TYPE_CHECKING

import psycopg

from factoryfloor.errors import ServerUnreachableError
from factoryfloor.floor import open_floor, settings_of
from factoryfloor.scenarios import Snapshots
from factoryfloor.server import EmbeddedServer

from .seeding import Steps, find_target, interruptible, refuse_production, summary
from .terminal import console_on

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from factoryfloor.floor import Floor
    from factoryfloor.scenarios import Snapshot


def seed(arguments: argparse.Namespace) -> int:
    """0 when the database holds the scenario; its URL is all that standard output gets."""
    refuse_production(os.environ)
    settings = settings_of(arguments.config)
    target = find_target(arguments.into, settings)
    console = console_on(sys.stderr, quiet=arguments.quiet)
    with contextlib.ExitStack() as stack:
        stack.enter_context(interruptible())
        # what scenarios print is not for those who read the URL
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        floor = stack.enter_context(open_floor(settings.file, server=target.server))
        snapshots = Snapshots(floor)
        scenario = snapshots.catalogue.find(arguments.scenario)
        database = target.name(settings.database, scenario.name)
        with Steps(console) as steps, _explaining():
            snapshot = _seed(floor, snapshots, database, arguments, steps)
        console.print(summary(snapshot, _place(floor, database), steps.seconds))
    print(target.server.address.url(database))
    return 0


def _seed(
    floor: Floor, snapshots: Snapshots, database: str, arguments: argparse.Namespace, steps: Steps
) -> Snapshot:
    replacing = floor.project.replacing
    steps.begin("server")
    replacing.check(database, adopt=arguments.adopt)
    wanted = (arguments.scenario, arguments.scale, arguments.seed)
    steps.expect(snapshots.expected_rows(*wanted))
    steps.begin("schema")
    floor.project.template(floor.application)
    steps.begin("rows")
    snapshot = snapshots.snapshot(
        *wanted, watch=steps.written, freezing=lambda: steps.begin("freezing")
    )
    steps.end("snapshot" if "rows" not in steps.seconds else None)
    steps.begin("clone")
    clone = snapshots.clone(snapshot, f"{floor.asked_for}_seed_{uuid.uuid4().hex[:8]}")
    replacing.put(clone, database, adopt=arguments.adopt)
    steps.end()
    return snapshot


def _place(floor: Floor, database: str) -> str:
    lasting = ""
    if isinstance(floor.server, EmbeddedServer):
        seconds = floor.settings.idle_timeout
        lasting = f", which leaves with all it holds {seconds:g} s after its last connection"
    return f"{database} on {floor.server.describe()}{lasting}"


@contextlib.contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise ServerUnreachableError(
            f"the server was lost: {str(error).strip()}. Begin again."
        ) from error
