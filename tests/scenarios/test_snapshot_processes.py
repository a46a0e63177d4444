"""One snapshot, and several processes that want it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from factoryfloor.floor import Floor
    from tests.scenarios.conftest import Shop

_ROUNDS = [1, 3]
"""How many rows are written after each flush of the shop's scenario."""


class Peer:
    """Another process that builds the scenario, in PostgreSQL under a name of its own."""

    def __init__(self, file: Path, name: str) -> None:
        arguments = [sys.executable, str(Path(__file__).with_name("peer.py")), str(file)]
        pipe, environment = subprocess.PIPE, os.environ | {"PGAPPNAME": name}
        self.name = name
        self.process = subprocess.Popen(
            arguments, stdin=pipe, stdout=pipe, text=True, env=environment
        )

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def go_on(self) -> None:
        """Let it build to the end, without waiting any more."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n" * len(_ROUNDS))
        self.process.stdin.flush()

    def hear_all(self) -> list[Any]:
        """All that it has still to say, until it ends."""
        said, _ = self.process.communicate()
        return [json.loads(line) for line in said.splitlines()]

    def kill(self) -> None:
        """SIGKILL it, as the kernel would for want of memory."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start_peer(shop: Shop) -> Iterator[Callable[[], Peer]]:
    """Starts another process in the shop."""
    started: list[Peer] = []

    def start_peer() -> Peer:
        started.append(Peer(shop.file, f"{shop.database}_{len(started)}"))
        return started[-1]

    yield start_peer
    for each in started:
        each.kill()


@pytest.fixture
def building(start_peer: Callable[[], Peer]) -> Peer:
    """A process in the middle of building the scenario."""
    peer = start_peer()
    assert peer.hear() == _ROUNDS[0]
    return peer


def wait(admin: psycopg.Connection, peer: Peer, condition: str) -> None:
    """Return once a connection of the peer is in this condition, or the peer has ended."""
    query = f"SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND {condition}"
    while peer.process.poll() is None and not admin.execute(query.encode(), [peer.name]).rowcount:
        time.sleep(0.01)


def test_another_process_finds_what_was_built(start_peer: Callable[[], Peer]) -> None:
    first = start_peer()
    first.go_on()
    *rounds, found = first.hear_all()

    second = start_peer()

    assert rounds == _ROUNDS
    assert second.hear_all() == [found]


def test_of_two_that_want_it_at_once_one_builds_it_and_both_have_it(
    building: Peer, start_peer: Callable[[], Peer], admin: psycopg.Connection
) -> None:
    second = start_peer()
    second.go_on()
    wait(admin, second, "wait_event_type = 'Lock'")

    building.go_on()

    *rounds, found = building.hear_all()
    assert rounds == _ROUNDS[1:]
    assert second.hear_all() == [found]


def test_what_was_killed_in_its_middle_is_built_by_the_next(
    building: Peer, start_peer: Callable[[], Peer], names: Callable[[], set[str]]
) -> None:
    (half,) = (name for name in names() if "shelf" in name)
    building.kill()
    peer = start_peer()

    peer.go_on()

    *rounds, (template, record) = peer.hear_all()
    assert rounds == _ROUNDS
    assert template == half
    assert record["tables"] == {"authors": 1, "books": 2}
    assert {name for name in names() if "shelf" in name} == {template}
    assert len(names()) == 2  # the schema's template is the other


def test_nothing_is_left_of_what_was_killed_though_nobody_wants_it_again(
    building: Peer,
    open_shop: Callable[[], Floor],
    admin: psycopg.Connection,
    names: Callable[[], set[str]],
) -> None:
    (half,) = (name for name in names() if "shelf" in name)
    building.kill()
    query = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
    while admin.execute(query, [building.name]).rowcount:  # PostgreSQL has not noticed yet
        time.sleep(0.01)

    other = Snapshots(open_shop()).snapshot("shelf", seed=1)

    assert half not in names()
    assert {name for name in names() if "shelf" in name} == {other.template}
