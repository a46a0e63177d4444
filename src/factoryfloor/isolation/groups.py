"""Data that tests share: savepoint levels of the one transaction, beneath the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .rows import Watch, Written

if TYPE_CHECKING:
    from .wire import Wire

# Every test's outermost savepoint: it is missing when a statement ended the outer transaction.
_TEST = "factoryfloor_test"
_GROUP = "factoryfloor_group"


@dataclass(eq=False)
class Group:
    """Data made once: `key` says which, `content` is what its maker keeps with it."""

    key: Any
    content: Any = None
    written: Written = field(default_factory=Written)


class Groups:
    """The groups whose levels are on the server; used while holding the wire's lock.

    A test stands on as many of them, from the outermost inwards, as it is told to keep. The others
    are rolled back in the round trip in which it begins: none is sent for that alone.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.watch = Watch(wire)
        self.making: Group | None = None
        self._made: list[Group] = []
        self._kept = 0
        self._on: object = None  # the connection on which they are

    @property
    def made(self) -> list[Group]:
        """The groups that can be kept, outermost first."""
        if self._on is not self.wire.connection:
            self._forget()
        return list(self._made)

    @property
    def kept(self) -> list[Group]:
        """The groups that the running test stands on."""
        return self.made[: self._kept]

    @property
    def opened(self) -> int:
        """How many levels there are on the server; with any, its transaction is open."""
        return len(self.made)

    @property
    def guard(self) -> str:
        """The outermost savepoint of the running test, or of the group that is being made."""
        return _TEST if self.making is None else f"{_GROUP}_{self._kept + 1}"

    def keep(self, number: int) -> None:
        """Let the test that begins stand on the outermost `number` alone."""
        self._kept = min(number, self.opened)

    def add(self, group: Group) -> None:
        """The group has been made: its guard is its level, and the running test stands on it."""
        self._on = self.wire.connection
        self._made.append(group)
        self._kept = len(self._made)

    def opening(self) -> list[str]:
        """What a test or a group begins with; the groups that it does not stand on end there."""
        opened, kept = self.opened, self._kept
        del self._made[kept:]
        guard = f"SAVEPOINT {self.guard}"
        if not kept:
            return ["ROLLBACK", "BEGIN", guard] if opened else ["BEGIN", guard]
        return [*_undone(f"{_GROUP}_{kept + 1}"), guard] if kept < opened else [guard]

    def ending(self) -> list[str]:
        """What a test ends with, or a group that could not be made."""
        back, release = _undone(self.guard)
        return [back, release if self.opened else "ROLLBACK"]

    def roll_back(self) -> None:
        """End them all, outside of any test."""
        if self.opened and not self.wire.lost():
            self.wire.run("ROLLBACK")
        self._forget()

    def _forget(self) -> None:
        self._made.clear()
        self._kept, self._on = 0, self.wire.connection


def _undone(savepoint: str) -> list[str]:
    return [f"ROLLBACK TO SAVEPOINT {savepoint}", f"RELEASE SAVEPOINT {savepoint}"]
