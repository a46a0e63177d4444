"""Another process with databases of its own, told on standard input what to do."""

from __future__ import annotations

import sys

import psycopg

from factoryfloor.databases import Databases
from factoryfloor.server import ExternalServer


def build(conninfo: str) -> None:
    """Build a template, once allowed to."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE made_by_peer ()")
    say("building")
    sys.stdin.readline()


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(url: str, registry: str) -> None:
    """Carry out one line after another, and answer each with one line."""
    databases = Databases(ExternalServer(url), registry=registry)
    for line in sys.stdin:
        match line.split():
            case ["template", digest, project]:
                say(databases.template(digest, project, build))
            case ["clone", template, name]:
                say(databases.clone(template, name))
            case ["replace", template, name]:
                databases.replacing.put(databases.clone(template, f"{name}_next"), name)
                say("replaced")
            case ["drop_later", name]:
                databases.drop_later(name)
                say("soon")


if __name__ == "__main__":
    main(*sys.argv[1:])
